import assert from 'node:assert/strict';

/** Accounts at cloud providers: the platform's, then a client's own. */
export async function accounts({ page, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  await page.getByRole('link', { name: 'Providers' }).click();
  await page.getByRole('heading', { name: 'Providers', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'GitHub' }).waitFor();
  await look('providers-empty');
  await button('Set an account at GitHub').click();
  await button('Save the account').click();
  await dialog.getByText('Give the token.').waitFor();
  await look('provider-dialog');
  await dialog.getByLabel('Owner').fill('acme');
  await dialog.getByLabel('Template').fill('acme/site-template');
  await dialog.getByLabel(/^Token/).fill('refused');
  await button('Save the account').click();
  await dialog.getByText('The token has a space in it.').waitFor();
  await dialog.getByLabel(/^Token/).fill('github_pat_1');
  await button('Save the account').click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('acme/site-template').waitFor();
  await button('Check the account at GitHub').click();
  await page.getByText('Mark it in its settings').waitFor();
  await look('provider-checked');

  await page.getByLabel('Accounts of').selectOption({ label: 'Acme & Söhne' });
  await page.getByText('The platform’s', { exact: true }).waitFor();
  await look('providers-of-client');
  await button('Set an account at GitHub').click();
  assert.equal(await dialog.getByLabel('Owner').inputValue(), '', 'a client’s own begins empty');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByLabel('Accounts of').selectOption({ label: 'The platform' });
  await button('Change the account at GitHub').click();
  assert.equal(await dialog.getByLabel('Owner').inputValue(), 'acme');
  assert.equal(await dialog.getByLabel(/^Token/).inputValue(), '');
  await dialog.getByLabel('GitHub App').fill('123');
  await dialog.getByLabel('Private key').waitFor();
  await button('Save the account').click();
  await dialog.getByText('Give the private key.').waitFor();
  await dialog.getByText('Give the installation.').waitFor();
  await look('provider-app');
  await dialog.getByLabel('GitHub App').fill('');
  await button('Save the account').click();
  await dialog.waitFor({ state: 'detached' });
  await button('Forget the account at GitHub').click();
  await button('Forget the account').click();
  await page.getByText('acme/site-template').waitFor({ state: 'detached' });
}

/** What accounts hold otherwise than campaigns know: seen, deletion switched on, one orphan deleted and one finding dismissed. */
export async function reconciliation({ page, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  await page.getByRole('link', { name: 'Reconciliation' }).click();
  await page.getByRole('heading', { name: 'Reconciliation', level: 1 }).waitFor();
  await page.getByText('Nothing is deleted at Supabase').waitFor();
  await page.getByText('was set back to an older state').waitFor();
  await look('reconciliation');
  await button('Confirm and go on…').click();
  await button('It may act').click();
  await page.getByText('was set back to an older state').waitFor({ state: 'detached' });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'Delete orphans at GitHub, The platform' }).click({ force: true });
  await button('Switch deletion on').click();
  await page.getByText('will be deleted, a few in each run').waitFor();
  assert.equal(state.reconciled[0].isDeleting, true);
  await button('Delete acme/orphan').click();
  await button('Delete it').click();
  await page.getByRole('row', { name: /acme\/orphan.*Being deleted/ }).waitFor();
  await button('Dismiss acme/stranger').click();
  await page.getByLabel('State').selectOption('dismissed');
  await page.getByRole('rowheader', { name: /acme\/stranger/ }).waitFor();
  await page.getByRole('rowheader', { name: /acme\/missing/ }).waitFor({ state: 'detached' });
}

/** What is still open keeps a campaign from being removed. */
export async function operations({ page, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  await button('Make a preview link').click();
  await page.getByText('#preview=abc').waitFor();
  await look('operations-preview');
  await button('End all preview links…').click();
  await button('End them').click();
  await page.getByText('#preview=abc').waitFor({ state: 'detached' });
  await button('Build the site again').click();
  await page.getByText('The site is being built again.').waitFor();
  state.graced = true;
  await button('Replace keys…').click();
  await dialog.getByText('taken for 24 hours more').waitFor();
  await button('Replace it').click();
  await dialog.getByText('still taken').waitFor();
  await dialog.getByLabel('Database password').check();
  await look('replace-keys-dialog');
  await button('Replace it').click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('It is being replaced.').waitFor();
  assert.equal(state.rotated, 'database_password');
  state.open = { claims: ['2 prizes are claimed and not delivered.'] };
  await button('Decommission…').click();
  await button('Remove it for good').click();
  await dialog.getByText('exactly as it stands').waitFor();
  await dialog.getByLabel(/^Name of the campaign/).fill(state.campaigns[0].name);
  await button('Remove it for good').click();
  await dialog.getByText('2 prizes are claimed').waitFor();
  await look('decommission-dialog');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** What is left behind is told where it is, and goes by itself; a campaign that rests or is gone says so, and offers nothing that can't be had. */
export async function putAway({ page, state, look }) {
  const c = state.campaigns[0];
  const newest = state.deployments.get(c.deploymentId);
  const before = [{ ...c }, { ...newest }];
  const heading = (name) => page.getByRole('heading', { name, level: 1 });
  const visit = async () => {
    // What was read is taken for new for ten seconds.
    await page.waitForTimeout(10_500);
    await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
    await heading('Campaigns').waitFor();
    await page.getByRole('link', { name: c.name }).click();
    await heading(c.name).waitFor();
  };
  state.deployments.set('dep_earlier', { ...newest, id: 'dep_earlier', kind: 'content', state: 'rolled_back', log: [{ at: newest.startedAt, step: 'deploy-site', level: 'info', message: 'Built for the first time.', attempt: 1, call: null }] });
  const notice = (kind, over) => ({ id: `ntc_${kind}`, campaignId: c.id, kind, at: new Date().toISOString(), stock: null, domain: null, deliveries: [], deployment: { id: newest.id, step: null, message: null, ...over } });
  state.notices.unshift(notice('deployment.quarantined', { step: 'create-site', message: 'Vercel still shows the project.' }));
  Object.assign(c, { state: 'failed', publishedAt: null });
  newest.state = 'quarantined';
  await visit();
  await page.getByText('A deployment left something behind').waitFor();
  await page.getByText('Earlier deployments').click();
  await page.locator('summary', { hasText: /^content, / }).click();
  await page.getByText('Built for the first time.').waitFor();
  await look('campaign-quarantined');
  state.notices.unshift(notice('deployment.quarantine_cleared'));
  c.state = 'rolled_back';
  newest.state = 'rolled_back';
  await page.getByText('Provisioning left something behind').waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByText('Nothing is left behind any more').waitFor({ timeout: 60_000 });

  Object.assign(c, { state: 'completed', publishedAt: before[0].createdAt ?? newest.startedAt });
  Object.assign(newest, { kind: 'decommission', state: 'paused' });
  await visit();
  await page.locator('[aria-disabled=true]', { hasText: 'Decommission…' }).waitFor();
  await look('campaign-leaving');
  Object.assign(c, { state: 'archived', siteUrl: null });
  Object.assign(newest, { kind: 'archive', state: 'succeeded' });
  await visit();
  await page.getByText('Down while the campaign is archived').waitFor();
  await page.locator('[aria-disabled=true]', { hasText: 'Save the evidence (zip)' }).waitFor();
  await look('campaign-archived');
  Object.assign(c, { state: 'decommissioned', publishedAt: null });
  newest.kind = 'decommission';
  await visit();
  await page.getByRole('button', { name: 'Publish', exact: true }).hover();
  await page.getByRole('tooltip', { name: 'It has been removed.' }).waitFor();
  await page.getByText('Removed', { exact: true }).waitFor();
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'hidden' });
  await look('campaign-decommissioned');
  Object.assign(c, before[0]);
  Object.assign(newest, before[1]);
  state.deployments.delete('dep_earlier');
  state.notices.splice(0, 2);
  await visit();
}
