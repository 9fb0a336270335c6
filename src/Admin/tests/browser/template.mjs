import assert from 'node:assert/strict';

/** A release from its dry run to being put back. Begins and ends on the page Template. */
export async function releases({ page, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const heading = (name) => page.getByRole('heading', { name, level: 1 });
  const dialog = page.getByRole('dialog');
  await page.getByRole('link', { name: 'Template', exact: true }).click();
  await heading('Template').waitFor();
  await page.getByText('None yet. A new release begins with a dry run').waitFor();
  await page.getByRole('table', { name: 'Sites' }).getByText('2 versions behind').waitFor();
  await look('template');
  await button('Look for new versions').click();
  await page.getByText('New versions are being looked for').waitFor();

  await button('New release').click();
  await heading('New release').waitFor();
  await look('release-form');
  await button('Remove wave 2').click();
  const last = page.getByRole('group', { name: 'Wave 2, the rest' });
  await last.getByLabel('Updated after it (percent)').fill('90');
  await button('Try it first').click();
  await page.getByText('The last wave takes the rest: make it 100 percent.').waitFor();
  assert.equal(await last.getByLabel('Updated after it (percent)').evaluate((e) => e === document.activeElement), true);
  await look('release-form-errors');
  await last.getByLabel('Updated after it (percent)').fill('100');
  await page.getByRole('group', { name: 'Wave 1, the canary' }).getByLabel('Its sites').selectOption('campaigns');
  await page.getByRole('group', { name: 'Wave 1, the canary' }).getByRole('combobox', { name: 'Campaigns' }).click();
  await page.getByRole('option', { name: 'Summer in Paris' }).click();
  await page.keyboard.press('Escape');
  await look('release-form-chosen');
  await button('Try it first').click();

  // What it would do, site by site.
  await heading('Release of v1.2.0').waitFor();
  await page.getByText('Nothing has been pushed').waitFor();
  assert.deepEqual(state.template.releases[0].waves.map((w) => [w.settings.campaignIds.length, w.settings.percent]), [[1, null], [0, 100]]);
  await page.getByRole('table', { name: 'Sites' }).getByText('Would need a decision').waitFor();
  await button('Show the changes of Summer in Paris').click();
  await page.getByRole('region', { name: 'Changes of app/page.tsx' }).waitFor();
  await look('release-planned');
  await button('Hide the changes of Summer in Paris').click();
  await page.getByLabel('State', { exact: true }).selectOption('held');
  await page.getByText('It closes in 20 hours.').waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('');

  // The first wave is watched, the second goes; then it is paused, resumed and put back.
  await button('Start the release…').click();
  await dialog.getByText('One site of the first wave is updated now').waitFor();
  await dialog.getByRole('button', { name: 'Start the release' }).click();
  await page.getByText('watched for 58 min').or(page.getByText('watched for 59 min')).waitFor();
  await button('Pause…').click();
  await look('release-pause');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await look('release-paused');
  await button('Resume').click();
  await page.getByRole('progressbar', { name: 'Wave 2' }).waitFor();
  await page.getByText('2 of 3 sites: 1 updated, 1 under way, 1 needs a decision').waitFor();
  await page.getByRole('link', { name: 'Review it' }).waitFor();
  await look('release-running');
  await button('Roll back…').click();
  await dialog.getByText('Open pull requests of this release are closed.').waitFor();
  await dialog.getByRole('button', { name: 'Roll it back' }).click();
  await page.getByText('Rolled back by admin@example.com.').waitFor();
  await look('release-rolled-back');
  assert.equal(await button('Roll back…').getAttribute('aria-disabled'), 'true');
  await page.getByRole('link', { name: 'All of the template' }).click();
  await heading('Template').waitFor();
  await page.getByRole('link', { name: 'v1.2.0', exact: true }).waitFor();
}

/** The panel of one campaign: policy, a trial, a sync and its roll-back; then the review page to its end. */
export async function siteTemplate({ page, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const heading = (name) => page.getByRole('heading', { name, level: 1 });
  const dialog = page.getByRole('dialog');
  const panel = page.getByRole('region', { name: 'Template', exact: true });
  await panel.getByText('2 versions behind').waitFor();
  await panel.getByText('Nothing yet: the site is as it was made').waitFor();
  await panel.getByLabel('New versions come').selectOption('pull_request');
  await panel.getByRole('switch', { name: 'Pinned to its version' }).click();
  await panel.locator('[aria-disabled="true"]').filter({ hasText: 'Sync this site' }).waitFor();
  await panel.getByRole('switch', { name: 'Pinned to its version' }).click();
  await button('Skip v1.1.0').click();
  await panel.getByText('skipped: the next version carries its changes').waitFor();
  await button('Allow again: v1.1.0').click();
  assert.equal(await button('Refuse v1.2.0').getAttribute('aria-disabled'), 'true');
  await button('Refuse v1.1.0').click();
  await dialog.getByText('never proposed again').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await look('template-panel');

  await panel.getByRole('button', { name: 'Sync this site…' }).click();
  await dialog.getByRole('radio', { name: 'chosen commits alone' }).check();
  await dialog.getByRole('textbox', { name: 'Commits' }).fill('unknown');
  await dialog.getByRole('button', { name: 'See what it would do' }).click();
  await dialog.getByText('The template has no commit unknown.').waitFor();
  await dialog.getByRole('radio', { name: 'to a version' }).check();
  await dialog.getByRole('button', { name: 'See what it would do' }).click();
  await dialog.getByText('Would be updated').waitFor();
  await look('sync-dialog');
  await dialog.getByRole('button', { name: 'Sync now' }).click();
  await panel.getByText('Sync: v1.0.0 to v1.2.0').waitFor();
  await panel.getByText('Up to date', { exact: true }).waitFor();
  await button('Show v1.0.0 to v1.2.0').first().click();
  await panel.getByRole('region', { name: 'Files of this sync' }).waitFor();
  await look('template-history');
  await button('Roll back v1.0.0 to v1.2.0').click();
  await dialog.getByRole('button', { name: 'Roll it back' }).click();
  await panel.getByText('Roll-back:').waitFor();

  // What could not be merged.
  state.template.openReview();
  await panel.getByText('2 versions behind').waitFor();
  await page.reload();
  await panel.getByText('Something must be decided').waitFor();
  await panel.getByRole('link', { name: 'Review it' }).click();
  await heading('Review for Summer in Paris').waitFor();
  await page.getByRole('region', { name: 'The site’s app/card.tsx' }).waitFor();
  const merge = button('Merge…');
  assert.equal(await merge.getAttribute('aria-disabled'), 'true');
  await merge.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await page.getByRole('tooltip').filter({ hasText: '2 files must be decided first.' }).waitFor();
  await page.keyboard.press('Escape');
  await look('review');
  await button('Edit the text of app/card.tsx').click();
  await page.getByText('One place still shows both sides').waitFor();
  assert.equal(await button('Save this text of app/card.tsx').getAttribute('aria-disabled'), 'true');
  await look('review-editing');
  await page.getByRole('textbox', { name: 'Text of app/card.tsx' }).fill('export const Card = () => <h2 id="enter">Win a week in Paris</h2>;\n');

  // Somebody commits to the file meanwhile: what was typed stays, and theirs is not written over unseen.
  state.template.commitToReview();
  await button('Save this text of app/card.tsx').click();
  await page.getByRole('alert').filter({ hasText: 'Somebody has changed this file on the branch' }).waitFor();
  await page.getByRole('region', { name: 'app/card.tsx as it is on the branch' }).getByText('by hand').waitFor();
  assert.equal(await button('Save this text of app/card.tsx').getAttribute('aria-disabled'), 'true');
  await look('review-overtaken');
  await button('I have looked at it').click();
  await button('Save this text of app/card.tsx').click();
  await page.getByText('1 of 2 decided').waitFor();
  await button('Keep the site’s package.json').click();
  await page.getByText('It is being written to the branch').waitFor({ state: 'detached' });
  await page.getByRole('status').getByText('Decided', { exact: true }).waitFor();
  assert.equal(state.template.review.files[0].proposed, 'export const Card = () => <h2 id="enter">Win a week in Paris</h2>;\n');
  await look('review-decided');
  await button('Merge…').click();
  await dialog.getByRole('button', { name: 'Merge it' }).click();
  await page.getByText('Nothing is open to review').waitFor();
  await page.getByRole('link', { name: 'Back to the campaign' }).click();
  await heading('Summer in Paris').waitFor();
}
