import { no, personCan, yes, type Person, type Verdict } from '../auth/permissions';

/** A winner's claim to what a place of a draw holds. Who it is sent to comes for those who see personal data alone. */
export interface Claim {
  id: string; drawId: string; position: number; entryId: string; prize: string; state: string; toldAt: string; deadline: string;
  /** How the mail stands that told them. */
  mail: string | null;
  claimedAt: string | null; dispatchedAt: string | null; deliveredAt: string | null; fulfilBy: string | null; overdue: boolean;
  name: string | null; address: string | null; phone: string | null; guardian: string | null; email: string | null; publication: string | null;
  carrier: string | null; reference: string | null; note: string | null;
}

export const claimStates = [
  { value: 'told', label: 'Told, not claimed yet' },
  { value: 'claimed', label: 'Claimed' },
  { value: 'preparing', label: 'Preparing' },
  { value: 'dispatched', label: 'Dispatched' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'lapsed', label: 'Lapsed' },
  { value: 'replaced', label: 'Replaced' },
] as const;

export type ClaimState = (typeof claimStates)[number]['value'];

/** What an address asks for, if there is such a state. */
export const knownState = (state: unknown): ClaimState | undefined => claimStates.find((s) => s.value === state)?.value;

/** What a claimed prize goes through; a claim moves forward along it, or back by one step. */
const way = ['claimed', 'preparing', 'dispatched', 'delivered'];

export const stateLabel = (state: string) => claimStates.find((s) => s.value === state)?.label ?? state;

/** The states that a claim can be moved forward to, the nearest first. */
export const ahead = (claim: Pick<Claim, 'state'>): string[] => (way.includes(claim.state) ? way.slice(way.indexOf(claim.state) + 1) : []);

/** The state one step back, for a slip; null when there is none. */
export const behind = (claim: Pick<Claim, 'state'>): string | null => (way.indexOf(claim.state) > 0 ? way[way.indexOf(claim.state) - 1]! : null);

export const claimCan = {
  move: (claim: Pick<Claim, 'state'>, person: Person): Verdict => {
    const role = personCan.manageCampaigns(person);
    if (!role.allowed) return role;
    if (way.includes(claim.state)) return yes;
    if (claim.state === 'told') return no('The winner has not claimed it yet.');
    return no(claim.state === 'lapsed' ? 'It was not claimed in time: the prize has gone to the next in the order.' : 'The prize has gone to somebody else.');
  },
};

/** What is due next: the winner's deadline, or the promoter's to fulfil. */
export function dueOf(claim: Claim): { what: string; at: string } | null {
  if (claim.state === 'told') return { what: 'To be claimed by', at: claim.deadline };
  if (['claimed', 'preparing'].includes(claim.state) && claim.fulfilBy) return { what: 'To be sent by', at: claim.fulfilBy };
  return null;
}

export interface MoveValues { state: string; carrier: string; reference: string; note: string }

export const valuesOf = (claim: Claim, state = ahead(claim)[0] ?? claim.state): MoveValues => ({
  state, carrier: claim.carrier ?? '', reference: claim.reference ?? '', note: claim.note ?? '',
});

/** The state always; what is noted beside it only where it was changed, an emptied field as null. */
export function moveRequest(claim: Claim, values: MoveValues): Record<string, string | null> {
  const body: Record<string, string | null> = { state: values.state };
  for (const field of ['carrier', 'reference', 'note'] as const) {
    const text = values[field].trim() || null;
    if (text !== (claim[field] || null)) body[field] = text;
  }
  return body;
}
