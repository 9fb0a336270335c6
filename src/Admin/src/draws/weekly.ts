import { emptyDrawPrize, newLine, type DrawValues } from '../campaigns/form/values';

/*
 * Weekly draws from wall-clock times, so that a week that the clocks change in still begins and ends at the same hour. Times
 * are local to the campaign's zone, as its form holds them.
 */

export interface Series { name: string; from: string; until: string }

/** The most draws that a campaign takes. */
export const drawsMax = 60;

/** One period for each week of [from, until): the last may be shorter, so that no entry is left out. */
export function weeks(series: Series): { name: string; from: string; until: string }[] {
  const { from, until } = series;
  if (!isLocal(from) || !isLocal(until)) return [];
  const periods: { name: string; from: string; until: string }[] = [];
  for (let begin = from; begin < until && periods.length < drawsMax; begin = daysLater(begin, 7)) {
    const end = daysLater(begin, 7);
    periods.push({ name: `${series.name.trim() || 'Week'} ${periods.length + 1}`, from: begin, until: end < until ? end : until });
  }
  return periods;
}

/** Draws like one that is taken as the pattern, one for each period; each has its own lines, and no id yet. */
export const drawsOf = (periods: { name: string; from: string; until: string }[], pattern: DrawValues): DrawValues[] =>
  periods.map((period) => ({
    ...pattern, ...period, key: newLine(), id: undefined, at: '', exclude: { ...pattern.exclude },
    prizes: pattern.prizes.map((p) => ({ ...emptyDrawPrize(), name: p.name, quantity: p.quantity, fulfilment: p.fulfilment })),
  }));

const isLocal = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text);

function daysLater(local: string, days: number): string {
  const later = new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + days * 86_400_000);
  return later.toISOString().slice(0, 10) + local.slice(10);
}
