import assert from 'node:assert/strict';
import { accounts, operations, putAway, reconciliation } from './cloud.mjs';
import { domains } from './domains.mjs';
import { releases, siteTemplate } from './template.mjs';
import { claims, drawsOfTheForm, drawToItsEnd } from './draws.mjs';
import { prizesCodesAndLetters } from './prizes.mjs';

/** What a newcomer does, from signing in to the published winners. Things are found by role and name. */
export async function walk({ page, origin, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const heading = (name) => page.getByRole('heading', { name, level: 1 });
  const dialog = page.getByRole('dialog');

  // Signing in, and being brought to where one wanted to go.
  await page.goto(`${origin}/admin/clients`);
  await heading('Sign in').waitFor();
  await look('login');
  await page.getByLabel('Email').fill('admin@example.com');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await button('Sign in').click();
  await page.getByText('Email address or password is wrong.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
  await heading('Clients').waitFor();
  await look('clients-empty');

  // A client.
  await button('New client').first().click();
  await dialog.getByLabel('Name').fill('Acme & Söhne');
  assert.equal(await dialog.getByLabel('Slug').inputValue(), 'acme-and-sohne');
  await look('client-dialog');
  await button('Create the client').click();
  await page.getByRole('rowheader', { name: 'Acme & Söhne' }).waitFor();
  await look('clients');

  await accounts({ page, look });
  await reconciliation({ page, state, look });

  // Shortcuts act outside fields, and never inside.
  await page.locator('h1').click();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await heading('Campaigns').waitFor();
  await page.getByText('No campaigns yet').waitFor();
  await look('campaigns-empty');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute('data-find')), true);
  await page.keyboard.type('n?');
  assert.equal(await page.getByLabel('Find').inputValue(), 'n?');
  assert.equal(await heading('Campaigns').isVisible(), true);
  await page.getByLabel('Find').fill('');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await dialog.waitFor();
  await look('shortcuts');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await heading('New campaign').waitFor();

  // The form: too early, then in full, with a refusal of the API beside its field.
  await look('form-empty');
  await button('Create and provision').click();
  await page.getByText('things need your attention').waitFor();
  await look('form-errors');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Summer in Paris');
  assert.equal(await page.getByLabel('Slug').inputValue(), 'summer-in-paris');
  await page.getByLabel('Opens').fill('2026-12-01T09:00');
  await page.getByLabel('Closes').fill('2026-12-31T23:59');
  await page.getByText('1 Dec 2026, 09:00 GMT').waitFor();
  await page.getByLabel('Promoter’s name').fill('Acme Ltd');
  await page.getByLabel('Promoter’s address').fill('1 High Street, Leeds');
  await page.getByLabel('Terms and conditions').fill('Open to residents of the UK.');
  await page.getByLabel('Headline').fill('Win a weekend in Paris');
  await page.getByLabel('Database').selectOption('supabase');
  await button('Add a question').click();
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Your favourite city');
  assert.equal(await page.getByLabel('Name in exports').inputValue(), 'yourFavouriteCity');
  await button('Add a consent').click();
  await page.getByLabel('Purpose').fill('marketing-email');
  await page.getByLabel('What people agree to').fill('Send me news by email');
  await button('Add a pool').click();
  await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Name').fill('Mug');
  await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Stock').fill('100');
  await button('Add a gift').click();
  await page.getByRole('group', { name: 'Gift 2' }).getByLabel('Name').fill('Sticker');
  await button('Add one moment').click();
  await page.getByRole('group', { name: 'Moment 1' }).getByLabel('At').fill('2026-12-05T10:00');
  await button('Add random moments').click();
  assert.equal(await page.getByLabel('How many').inputValue(), '99');
  await button('Add a prize draw').click();
  await page.getByRole('group', { name: 'Draw prize 1' }).getByLabel('Name').fill('Weekend in Paris');
  await drawsOfTheForm({ page, look });
  await look('form-full');

  // Leaving is asked about, and what was typed comes back.
  await page.getByRole('link', { name: 'Clients' }).click();
  await dialog.getByText('Leave without saving?').waitFor();
  await look('form-leave');
  await button('Leave').click();
  await heading('Clients').waitFor();
  await page.goBack();
  await page.getByText('is here again').waitFor();
  assert.equal(await page.getByRole('group', { name: 'Prize 1' }).getByLabel('Stock').inputValue(), '100');

  state.failNext = { 'pools[0].prizes[0].stock': ['must be at most 50.'] };
  await button('Create and provision').click();
  const stock = page.getByRole('group', { name: 'Prize 1' }).getByLabel('Stock');
  await page.getByText('must be at most 50.').first().waitFor();
  assert.equal(await stock.getAttribute('aria-invalid'), 'true');
  await page.getByRole('alert').getByRole('link', { name: 'Instant win' }).click();
  assert.equal(await stock.evaluate((e) => e === document.activeElement), true);
  await button('Create and provision').click();

  // The deployment, as it goes, to its end.
  await heading('Summer in Paris').waitFor();
  const sent = state.campaigns[0];
  assert.equal(sent.opensAt, '2026-12-01T09:00:00Z');
  assert.equal(sent.pools[0].prizes[0].stock, 100);
  assert.deepEqual(sent.providers, { database: 'supabase', repository: 'local', site: 'local' });
  assert.deepEqual(sent.pools[0].modes, ['moments', 'consolation']);
  await page.getByText('attempt 2').first().waitFor();
  await page.getByText('about 45 seconds left').waitFor();
  await look('campaign-provisioning');
  await page.getByText('Ready', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'http://127.0.0.1:9001/' }).waitFor();

  await operations({ page, state, look });
  await putAway({ page, state, look });
  await domains({ page, state, look });
  await siteTemplate({ page, state, look });

  // The gate, then publishing.
  state.gate = { 'terms.freeRoute': ['A free route is missing.'], promoter: ['The promoter must be named.'] };
  await button('Publish').click();
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('A free route is missing.').waitFor();
  await look('campaign-gate');
  await page.getByRole('alert').getByRole('link', { name: 'Terms' }).click();
  await heading('Edit Summer in Paris').waitFor();
  await page.getByLabel('Free route').fill('By post to the promoter’s address.');

  // Somebody else was quicker: nothing is overwritten.
  sent.version++;
  await button('Save changes').click();
  await page.getByText('Somebody else changed this campaign').waitFor();
  await look('edit-conflict');
  await button('Drop my changes and load the current version').click();
  await page.getByText('Somebody else changed this campaign').waitFor({ state: 'detached' });
  await page.getByLabel('Free route').fill('By post.');
  await button('Save changes').click();
  await heading('Summer in Paris').waitFor();
  assert.equal(sent.terms.freeRoute, 'By post.');
  assert.equal(sent.pools[0].prizes[0].name, 'Mug');
  await button('Publish').click();
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('1,042').waitFor();
  // Counters and a stock alert as they are told, without a question from the page.
  const { id: campaignId, pools: [{ id: poolId, prizes: [mug] }] } = sent;
  await page.getByText('None so far.').waitFor();
  state.tellLive('counters', { campaignId, entries: 2077, entrants: 998, outcomes: { prize: 91, gift: 1030, none: 0 }, refusals: {}, prizes: [{ id: mug.id, stock: 100, allocated: 91, remaining: 9 }] });
  await page.getByText('2,077', { exact: true }).waitFor();
  const notice = { id: 'ntc_1', campaignId, kind: 'stock.low', at: '2026-12-05T10:00:03Z',
    stock: { poolId, prizeId: mug.id, name: 'Mug', stock: 100, remaining: 9, threshold: 10, number: 2077, runsOutAt: '2026-12-05T14:20:00Z' },
    deliveries: [{ channel: 'email', target: 'usr_1', state: 'delivered', attempts: 1, nextAt: null, error: null },
      { channel: 'webhook', target: 'whk_1', state: 'failed', attempts: 12, nextAt: null, error: 'The receiver answered 500.' }] };
  state.notices.unshift(notice);
  state.tellLive('stock', { campaignId, notice });
  const alerts = page.getByRole('list', { name: 'Alerts, newest first' });
  await alerts.getByText('Stock is low: Mug, 9 of 100 left').waitFor();
  await alerts.getByText('entry 2,077; used up 5 Dec 2026, 14:20 GMT if it goes on like this; 1 of 2 could not be told').waitFor();
  await alerts.getByText('Webhook: The receiver answered 500.').waitFor();
  await page.getByRole('alert').getByText('Stock is low: Mug').waitFor();
  await look('campaign-alert');
  await look('campaign-live');
  await prizesCodesAndLetters({ page, look });

  // What can't be done says why, to keyboards too.
  await page.getByRole('link', { name: 'All about the draws' }).click();
  await heading('Draws of Summer in Paris').waitFor();
  const run = button('Run the draw Final');
  assert.equal(await run.getAttribute('aria-disabled'), 'true');
  await run.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await page.getByRole('tooltip').filter({ hasText: 'The campaign must close first.' }).waitFor();

  await page.getByRole('link', { name: 'Overview' }).click();

  // Pausing, going on, closing with a reason.
  await button('Pause').click();
  await dialog.getByLabel('Reason').fill('A fault on the site');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await button('Resume').click();
  await button('Close early').waitFor();
  await button('Close early').click();
  await button('Close the campaign now').click();
  await dialog.getByText('Name the evidence.').waitFor();
  await look('close-dialog');
  await dialog.getByLabel('Reason').fill('Ruling');
  await dialog.getByLabel('Evidence').fill('Letter of 3 December');
  await button('Close the campaign now').click();
  await page.getByText('Closed', { exact: true }).waitFor();

  // The draw.
  await page.getByRole('link', { name: 'All about the draws' }).click();
  await drawToItsEnd({ page, look, state, campaign: sent });
  await claims({ page, look });

  // Lists, people, history.
  await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
  await page.getByRole('link', { name: 'Summer in Paris' }).waitFor();
  await look('campaigns');
  await page.getByRole('link', { name: 'Users' }).click();
  await button('New user').click();
  await dialog.getByLabel('Email').fill('mary@example.com');
  await dialog.getByLabel('Acme & Söhne').check();
  await look('user-dialog');
  await button('Create the user').click();
  await dialog.getByText('abcde-fghij-kmnpq-rstuv-wxyz2').waitFor();
  await button('Done').click();
  await button('Disable mary@example.com').click();
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await button('Enable mary@example.com').waitFor();
  await look('users');
  await releases({ page, state, look });
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('campaign.publish').first().waitFor();
  await look('audit');

  // A refused token is renewed unseen; keyboard users can skip the menu.
  state.tokens.clear();
  await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
  await page.reload();
  await page.getByRole('link', { name: 'Summer in Paris' }).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');

  // On a telephone.
  await page.setViewportSize({ width: 390, height: 800 });
  await look('campaigns-narrow');
  await page.getByRole('link', { name: 'Summer in Paris' }).click();
  await heading('Summer in Paris').waitFor();
  await page.getByText('1,042').waitFor();
  await look('campaign-narrow');
  const wide = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > window.innerWidth && !e.closest('.scroll')).map((e) => e.className));
  assert.deepEqual(wide, [], 'the page scrolls sideways');
  await page.setViewportSize({ width: 1280, height: 900 });

  // A reader sees less, and is told why.
  await button('Sign out').click();
  await heading('Sign in').waitFor();
  await page.getByLabel('Email').fill('reader@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await button('Sign in').click();
  await heading('Summer in Paris').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Users' }).count(), 0);
  assert.equal(await page.getByText('Ann Smith').count(), 0);
  await look('campaign-reader');
}
