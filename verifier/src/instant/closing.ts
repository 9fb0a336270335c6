import type { Findings } from './findings';
import type { Judge } from './judge';

/**
 * Totals by prize, and the sum of the close-out statement: offered = awarded + made available but unwon + rolled into the draw. A unit of
 * a prize with winning moments was made available if a moment before the closing stood for it.
 */
export function closeOut(judge: Judge, closedAt: number, findings: Findings): void {
  const rules = judge.rules;
  if (rules === undefined) return;
  const [totals, sums]: [string[], string[]] = [[], []];
  for (const terms of rules.prizes) {
    const prize = judge.prizes.get(terms.id);
    const awarded = prize?.awarded ?? 0;
    totals.push(`${terms.id} ${awarded}`);
    if (terms.mode !== 'moments') findings.require('moments', !prize?.momentCount, `${terms.id} has winning moments and is not won by them`);
    const offered = terms.stock ?? awarded;
    findings.require('totals', awarded <= offered, `${terms.id}: ${awarded} were awarded of ${offered}`);
    const left = Math.max(0, offered - awarded);
    const moments = prize?.momentsBefore(Math.min(closedAt, rules.closesAt)) ?? 0;
    const never = terms.mode === 'moments' ? Math.min(left, Math.max(0, offered - moments)) : 0;
    findings.require('close-out', never === 0, `${terms.id}: ${never} of ${offered} were never made available, having no winning moment before the closing`);
    sums.push(`${terms.id} ${offered} = ${awarded} + ${left - never} + 0`);
  }
  for (const [id, prize] of judge.prizes) {
    findings.require('totals', prize.awarded === 0 || rules.prizes.some((t) => t.id === id), `${id}: ${prize.awarded} were awarded, and the rules do not know it`);
  }
  findings.holds('totals', `${totals.join(', ')}; none above its stock`);
  findings.holds('close-out', `offered = awarded + available but unwon + rolled: ${sums.join(', ')}`);
}
