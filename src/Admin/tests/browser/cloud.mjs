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
  await button('Save the account').click();
  await dialog.waitFor({ state: 'detached' });
  await button('Forget the account at GitHub').click();
  await button('Forget the account').click();
  await page.getByText('acme/site-template').waitFor({ state: 'detached' });
}
