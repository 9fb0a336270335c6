type Whole = number | string;

/** What of a prize can change while entries come in, as it stands on the screen: '' is no limit. */
export interface StockValues { stock: Whole; dailyCap: Whole; hourlyCap: Whole; perEntrantMax: Whole; lowStockAt: string }

export function stockErrors(v: StockValues, kind: string, allocated: number): Partial<Record<keyof StockValues, string>> {
  const errors: Partial<Record<keyof StockValues, string>> = {};
  const whole = (value: Whole, least: number) => value === '' || (Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= 100_000_000);
  if (v.stock === '' && kind === 'prize') errors.stock = 'A prize needs a number of units; only gifts are without limit.';
  if (!whole(v.stock, 0)) errors.stock = 'A whole number up to 100,000,000.';
  if (v.stock !== '' && Number(v.stock) < allocated) errors.stock = `${allocated.toLocaleString('en-GB')} are given already.`;
  for (const cap of ['dailyCap', 'hourlyCap', 'perEntrantMax'] as const) if (!whole(v[cap], 1)) errors[cap] = 'A whole number of 1 or more.';
  const low = /^(\d{1,9})(%?)$/.exec(v.lowStockAt.trim());
  if (v.lowStockAt.trim() && !(low && Number(low[1]) >= 1 && Number(low[1]) <= (low[2] ? 100 : 100_000_000))) errors.lowStockAt = 'Units such as 50, or percent such as 10%.';
  if (v.lowStockAt.trim() && v.stock === '') errors.lowStockAt = 'What has no stock never runs low.';
  return errors;
}

/** The fields that differ, as the API takes them: null is no limit. */
export function changeOf(before: StockValues, after: StockValues): Record<string, number | string | null> {
  const change: Record<string, number | string | null> = {};
  for (const field of ['stock', 'dailyCap', 'hourlyCap', 'perEntrantMax'] as const) {
    if (String(before[field]) !== String(after[field])) change[field] = after[field] === '' ? null : Number(after[field]);
  }
  if (before.lowStockAt.trim() !== after.lowStockAt.trim()) change.lowStockAt = after.lowStockAt.trim() || null;
  return change;
}
