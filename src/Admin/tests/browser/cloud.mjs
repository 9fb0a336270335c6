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
