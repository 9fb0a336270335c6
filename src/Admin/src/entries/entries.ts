import { no, personCan, yes, type Person, type Verdict } from '../auth/permissions';

/** An accepted entry. Who made it comes for those who see personal data alone. */
export interface Entry {
  id: string; poolId: string; number: number; enteredAt: string; outcome: string; prize: string | null;
  email: string | null; firstName: string | null; lastName: string | null; county: string | null;
  /** How it came: web, post, phone or event. */
  channel?: string | null;
  /** The reason's code when it takes part in no draw. */
  excluded?: string | null;
  /** How many tickets it has in draws. */
  tickets?: number | null;
}

const channels: Record<string, string> = { web: 'Online', online: 'Online', api: 'Online', post: 'By post', phone: 'By telephone', event: 'At an event' };

export const channelName = (channel: string | null | undefined) => (channel ? (channels[channel] ?? channel) : 'Online');

/** Why an entry takes part in no draw: a criterion that the terms state (CAP Code 8.27). */
export const exclusionReasons = [
  { value: 'duplicate', label: 'The same person entered more than once' },
  { value: 'fraud', label: 'Made by a machine, or against the rules' },
  { value: 'under-age', label: 'The entrant is too young' },
  { value: 'region', label: 'The entrant lives outside the region' },
  { value: 'staff', label: 'The entrant works for the promoter' },
  { value: 'invalid-proof', label: 'The proof of purchase is not valid' },
  { value: 'other', label: 'Another criterion of the terms' },
] as const;

export const exclusionText = (code: string) => exclusionReasons.find((r) => r.value === code)?.label ?? code.replaceAll('-', ' ');

export const outcomeText = (entry: Pick<Entry, 'outcome' | 'prize'>) =>
  entry.outcome === 'none' ? 'No win' : `${entry.outcome === 'gift' ? 'Gift' : 'Prize'}${entry.prize ? `: ${entry.prize}` : ''}`;

export const entryCan = {
  exclude: (entry: Pick<Entry, 'excluded'>, person: Person): Verdict => {
    const role = personCan.manageCampaigns(person);
    if (!role.allowed) return role;
    return entry.excluded ? no('It is excluded already.') : yes;
  },
};
