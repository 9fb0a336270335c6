import assert from 'node:assert/strict';

/** Domains of a campaign's site: none on this machine; in the cloud from adding one to its being active, and gone again. */
export async function domains({ page, state, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const list = page.getByRole('list', { name: 'Domains of the site' });
  const again = async () => {
    await page.getByRole('link', { name: 'Prizes', exact: true }).click();
    await page.getByRole('link', { name: 'Overview' }).click();
  };
  await page.getByText('gives it no domains of its own').waitFor();
  assert.equal(await button('Add the domain').count(), 0);

  state.hasDomains = true;
  // What was read less than ten seconds ago is not read again.
  for (let looks = 0; looks < 15 && (await page.getByText('No domain yet').count()) === 0; looks++) {
    await page.waitForTimeout(1000);
    await again();
  }
  await page.getByText('No domain yet').waitFor();
  await page.getByLabel('Domain', { exact: true }).fill('https://win.example.com');
  await button('Add the domain').click();
  await page.getByText('Give the name alone').waitFor();
  await page.getByLabel('Domain', { exact: true }).fill('win.example.com');
  await page.keyboard.press('Enter');
  await list.getByText('Waiting for the site').waitFor();
  await button('Check win.example.com now').click();
  await list.getByText('Waiting for a proof').waitFor();
  await button('Copy the value of the TXT record').waitFor();
  await look('domain-proof');
  await button('Check win.example.com now').click();
  await list.getByText('d1d4fc829fe7bc7c.vercel-dns-017.com').waitFor();
  await button('Check win.example.com now').click();
  await list.getByRole('link', { name: 'win.example.com' }).waitFor();
  await look('domain-active');
  await button('Remove win.example.com').click();
  await button('Keep it').click();
  await list.getByText('Active.').waitFor();
  await button('Remove win.example.com').click();
  await button('Remove the domain').click();
  await page.getByText('No domain yet').waitFor();
}
