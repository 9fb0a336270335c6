/** An accepted entry. Who made it comes for those who see personal data alone. */
export interface Entry {
  id: string; poolId: string; number: number; enteredAt: string; outcome: string; prize: string | null;
  email: string | null; firstName: string | null; lastName: string | null; county: string | null;
  /** The reason's code when it takes part in no draw. */
  excluded: string | null;
  /** Tickets in draws on top of those that every entry of the pool has. */
  bonusTickets: number;
}

/** Why an entry takes part in no draw; a criterion needs the clause that states it and what proves it (CAP Code 8.27). */
export const exclusionReasons = [
  { value: 'under-age', label: 'The entrant is too young', criterion: true },
  { value: 'region', label: 'The entrant lives outside the region', criterion: true },
  { value: 'staff', label: 'The entrant works for the promoter', criterion: true },
  { value: 'fraud', label: 'Made by a machine, or against the rules', criterion: true },
  { value: 'invalid-proof', label: 'The proof of purchase is not valid', criterion: true },
  { value: 'duplicate', label: 'The same entry came twice', criterion: false },
  { value: 'test-entry', label: 'A test, not an entrant’s', criterion: false },
  { value: 'withdrawn', label: 'The entrant has withdrawn it', criterion: false },
] as const;

export const isCriterion = (code: string) => exclusionReasons.find((r) => r.value === code)?.criterion ?? true;

export const exclusionText = (code: string) => exclusionReasons.find((r) => r.value === code)?.label ?? code.replaceAll('-', ' ');

export const outcomeText = (entry: Pick<Entry, 'outcome' | 'prize'>) =>
  entry.outcome === 'none' ? 'No win' : `${entry.outcome === 'gift' ? 'Gift' : 'Prize'}${entry.prize ? `: ${entry.prize}` : ''}`;

export interface ExclusionValues { reason: string; clause: string; evidence: string; tellEntrant: boolean }

/** What an exclusion lacks before it is worth sending. */
export function exclusionErrors(v: ExclusionValues): Partial<Record<'reason' | 'clause' | 'evidence', string>> {
  if (!v.reason) return { reason: 'Choose the reason.' };
  if (!isCriterion(v.reason)) return {};
  return { ...(v.clause.trim() ? {} : { clause: 'Name the clause of the terms that states it.' }), ...(v.evidence.trim() ? {} : { evidence: 'Say what proves it.' }) };
}

export const exclusionRequest = (v: ExclusionValues, campaignId: string) => ({
  reason: v.reason, ...(v.clause.trim() ? { clause: v.clause.trim() } : {}), ...(v.evidence.trim() ? { evidence: v.evidence.trim() } : {}), tellEntrant: v.tellEntrant, campaignId,
});
