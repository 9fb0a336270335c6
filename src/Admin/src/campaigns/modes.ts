/** How prizes are won, in the order in which an entry is tried; the words are those of the whole UI. */
export const modes = [
  { value: 'guaranteed', label: 'Guaranteed', says: 'Every entry gets it while stock lasts, or one in every so many at a hidden place.' },
  { value: 'moments', label: 'Winning moments', says: 'The first entry after a secret moment wins.' },
  { value: 'probability', label: 'Chance', says: 'Each entry wins with the odds that you set.' },
  { value: 'consolation', label: 'Consolation', says: 'Who has won nothing else gets it while stock lasts.' },
] as const;

export const modeName = (mode: string) => modes.find((m) => m.value === mode)?.label ?? mode;

/** "1 in 500", "every 10th entry", or nothing. */
export function oddsText(prize: { mode: string; odds?: { win: number; outOf: number } | null; everyNth?: number | null }): string {
  if (prize.mode === 'probability' && prize.odds) return `${prize.odds.win.toLocaleString('en-GB')} in ${prize.odds.outOf.toLocaleString('en-GB')}`;
  if (prize.mode === 'guaranteed') return prize.everyNth && prize.everyNth > 1 ? `one in every ${prize.everyNth.toLocaleString('en-GB')} entries` : 'every entry';
  return '';
}
