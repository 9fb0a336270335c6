import assert from 'node:assert/strict';

/** Draws in the form: fields, one for each week, and what stands there before anything is saved. */
export async function drawsOfTheForm({ page, look }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  await button('Add weekly draws').click();
  await page.getByLabel('Prize of each week').fill('Mug');
  const list = page.getByRole('region', { name: 'Draws to be added' });
  await list.getByRole('rowheader', { name: 'Week 5' }).waitFor();
  await list.getByRole('button', { name: 'Remove Week 5' }).click();
  await look('weekly-draws');
  await button('Add these 4 draws').click();
  await page.getByText('Week 4').first().waitFor();
}

/** A draw from its run to its end, with everything that can happen to it. */
export async function drawToItsEnd({ page, look, state, campaign }) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  const card = page.getByRole('region', { name: 'Final', exact: true });
  await button('Run the draw Final').click();
  await dialog.getByRole('button', { name: 'Run the draw' }).click();
  await page.getByRole('progressbar', { name: 'Progress of Final' }).waitFor();
  await page.getByText('2,500 of 10,000 entries').waitFor();
  await look('draw-under-way');
  state.stepDraw(campaign);
  await page.getByText('Waits for round 1234, due 1 Jan 2027, 15:04 GMT (Europe/London).').waitFor();
  await page.getByRole('link', { name: 'Commitment (JSON)' }).waitFor();
  state.stepDraw(campaign);
  await page.getByText('Provisional winners: not public yet').waitFor();
  await look('draw-drawn');

  // A winner fails a criterion: clause and evidence are asked for, and the next reserve inherits.
  await button('Replace the winner in place 1').click();
  await dialog.getByLabel('Reason').selectOption('under-age');
  await dialog.getByRole('button', { name: 'Replace the winner' }).click();
  await dialog.getByText('Name the clause of the terms that states it.').waitFor();
  await look('replace-dialog');
  await dialog.getByLabel('Clause of the terms').fill('3.1');
  await dialog.getByLabel('Evidence').fill('Passport seen');
  await dialog.getByRole('button', { name: 'Replace the winner' }).click();
  await page.getByText('inherited from place 1').waitFor();
  await page.getByText('Whoever held the prize of place 1 was replaced by the next reserve: they are too young, clause 3.1.').waitFor();
  await look('draw-replaced');
  await button('Publish winners of Final').click();
  await dialog.getByRole('button', { name: 'Publish the winners' }).click();
  await page.getByText('Winners (published)').waitFor();

  // Void only by its name; then another takes its place, with an observer.
  await button('Make void Final').click();
  await dialog.getByLabel('Reason').fill('The list was not complete.');
  await dialog.getByRole('button', { name: 'Make it void' }).click();
  await dialog.getByText('This is not the draw’s name.').waitFor();
  await look('void-dialog');
  await dialog.getByLabel('To be sure').fill('Final');
  await dialog.getByRole('button', { name: 'Make it void' }).click();
  await card.getByText('This draw is void').waitFor();
  await look('draw-void');
  await button('Plan a draw in place of Final').click();
  assert.equal(await dialog.getByLabel('Draw’s name').inputValue(), 'Final (again)');
  await dialog.getByLabel('Evidence').selectOption('observed');
  await look('new-draw');
  await dialog.getByRole('button', { name: 'Add the draw' }).click();
  await page.getByRole('heading', { name: 'Final (again)' }).waitFor();
  await button('Ask an observer for Final (again)').click();
  await dialog.getByLabel('Name').fill('Judge Jane Doe');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await dialog.getByText('The link is shown this once').waitFor();
  await look('observer-link');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Judge Jane Doe').waitFor();
  await look('draws');
}

/** What winners claim, moved on and back. */
export async function claims({ page, look }) {
  const dialog = page.getByRole('dialog');
  const pages = page.getByRole('navigation', { name: 'Campaign' });
  await pages.getByRole('link', { name: 'Claims' }).click();
  await page.getByText('2 shown, 1 overdue').waitFor();
  await look('claims');
  await page.getByRole('button', { name: 'Change the claim to Weekend in Paris, place 1' }).click();
  await dialog.getByLabel('State').selectOption('dispatched');
  await dialog.getByLabel('Carrier').fill('Royal Mail');
  await look('claim-dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Royal Mail' }).waitFor();
  await page.getByRole('button', { name: 'Change the claim to Weekend in Paris, place 1' }).click();
  await dialog.getByRole('button', { name: 'Back to “Preparing”' }).click();
  await page.getByRole('table').getByText('Preparing').waitFor();
  await page.getByLabel('State').selectOption('lapsed');
  await page.getByText('No claim is in this state').waitFor();
  await look('claims-empty');
}

/** Entries: one left out of draws, taken back, and given more tickets. */
export async function entries({ page, look }) {
  const dialog = page.getByRole('dialog');
  const pages = page.getByRole('navigation', { name: 'Campaign' });
  await pages.getByRole('link', { name: 'Entries' }).click();
  await page.getByRole('rowheader', { name: '1,042' }).waitFor();
  await page.getByText('Prize: Mug').waitFor();
  await page.getByRole('button', { name: 'Exclude entry 1042' }).click();
  await dialog.getByLabel('Reason').selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Exclude it' }).click();
  await dialog.getByText('Name the clause of the terms that states it.').waitFor();
  await look('exclude-dialog');
  await dialog.getByLabel('Clause of the terms').fill('3.1');
  await dialog.getByLabel('Evidence').fill('Same household, same handwriting');
  await dialog.getByRole('button', { name: 'Exclude it' }).click();
  await page.getByRole('button', { name: 'Restore entry 1042' }).waitFor();
  await page.getByRole('button', { name: 'Tickets of entry 1041' }).click();
  await dialog.getByLabel('Bonus tickets in all').fill('2');
  await dialog.getByLabel('Reason').fill('Brought a friend');
  await look('tickets-dialog');
  await dialog.getByRole('button', { name: 'Grant them' }).click();
  await page.getByRole('cell', { name: '+2', exact: true }).waitFor();
  await look('entries');
  await page.getByRole('button', { name: 'Restore entry 1042' }).click();
  await dialog.getByLabel('Reason').fill('It was another person');
  await dialog.getByRole('button', { name: 'Restore it' }).click();
  await page.getByRole('button', { name: 'Exclude entry 1042' }).waitFor();
}
