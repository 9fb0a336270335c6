import { entries } from './draws.mjs';

/** What is done while entries come in: stock changed and taken back, codes made and taken from a file, a letter keyed in. */
export async function prizesCodesAndLetters({ page, look }) {
  const pages = page.getByRole('navigation', { name: 'Campaign' });
  await pages.getByRole('link', { name: 'Prizes' }).click();
  await page.getByRole('button', { name: 'Change stock and caps of Mug' }).click();
  await page.getByRole('textbox', { name: 'Stock' }).fill('11');
  await page.getByText('12 are given already.').waitFor();
  await page.getByRole('textbox', { name: 'Stock' }).fill('150');
  await look('prizes-dialog');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('Mug is changed, in force from entry 1,043.').waitFor();
  await look('prizes');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back: Mug is as it was').waitFor();
  await page.getByRole('button', { name: 'Pause Mug', exact: true }).click();
  await page.getByRole('button', { name: 'Pause the prize' }).click();
  await page.getByRole('button', { name: 'Resume Mug' }).click();
  await page.getByText('Mug goes on').waitFor();

  await pages.getByRole('link', { name: 'Codes' }).click();
  await page.getByRole('button', { name: 'Add a batch of coupon codes' }).click();
  await page.getByLabel('Name').fill('Ten percent off');
  await page.getByLabel('Prefix').fill('ten');
  await look('codes-dialog');
  await page.getByRole('radio', { name: 'From a file' }).click();
  await page.getByRole('button', { name: 'Add the batch' }).click();
  await page.locator('input[type="file"]').setInputFiles({ name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from('code\nTEN-1\nTEN-1\n') });
  await page.getByRole('button', { name: 'Take the codes' }).click();
  await page.getByText('2 of 3 codes were taken, 1 was refused').waitFor();
  await look('codes');

  await entries({ page, look });

  await pages.getByRole('link', { name: 'Key in an entry' }).click();
  await page.getByRole('button', { name: 'Enter it' }).click();
  await page.getByText('The first name is missing.').waitFor();
  await look('key-in');
  await pages.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'At a glance' }).waitFor();
}
