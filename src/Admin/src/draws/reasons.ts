/** Why a winner is replaced: stable codes that stand on the certificate. */
export interface Reason {
  value: ReplacementCode;
  label: string;
  /** The same as a clause of a sentence. */
  text: string;
  /** The winner fails a criterion: the clause that states it and the evidence are needed (CAP Code 8.27). */
  criterion: boolean;
}

export const replacementReasons: readonly Reason[] = [
  { value: 'unreachable', label: 'Can’t be reached', text: 'they could not be reached', criterion: false },
  { value: 'declined', label: 'Declines the prize', text: 'they declined the prize', criterion: false },
  { value: 'under-age', label: 'Too young', text: 'they are too young', criterion: true },
  { value: 'ineligible-region', label: 'Lives outside the region', text: 'they live outside the region', criterion: true },
  { value: 'ineligible-staff', label: 'Works for the promoter or its agencies', text: 'they work for the promoter or its agencies', criterion: true },
  { value: 'duplicate-person', label: 'The same person under another name', text: 'the same person entered under another name', criterion: true },
  { value: 'previous-winner', label: 'Has won before', text: 'they have won before', criterion: true },
  { value: 'breach-of-terms', label: 'Broke the terms', text: 'they broke the terms', criterion: true },
];

const others: Record<string, string> = { 'claim-lapsed': 'they did not claim in time' };

/** A reason as a clause of a sentence; a code of a later version as it is. */
export const reasonText = (code: string) => replacementReasons.find((r) => r.value === code)?.text ?? others[code] ?? code.replaceAll('-', ' ');

type ReplacementCode = 'unreachable' | 'declined' | 'under-age' | 'ineligible-region' | 'ineligible-staff' | 'duplicate-person' | 'previous-winner' | 'breach-of-terms';

export interface ReplaceValues { reason: string; clause: string; evidence: string }

/** What a replacement lacks before it is worth sending. */
export function replaceErrors(v: ReplaceValues): Partial<Record<keyof ReplaceValues, string>> {
  const reason = replacementReasons.find((r) => r.value === v.reason);
  if (!reason) return { reason: 'Choose the reason.' };
  return reason.criterion
    ? { ...(v.clause.trim() ? {} : { clause: 'Name the clause of the terms that states it.' }), ...(v.evidence.trim() ? {} : { evidence: 'Say what proves it.' }) }
    : {};
}

export const replaceRequest = (v: ReplaceValues) => ({
  reason: v.reason as ReplacementCode, ...(v.clause.trim() ? { clause: v.clause.trim() } : {}), ...(v.evidence.trim() ? { evidence: v.evidence.trim() } : {}),
});
