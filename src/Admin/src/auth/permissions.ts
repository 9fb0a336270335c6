import type { Role } from '../api/types';

/** Whether something may be done and, when it may not, the sentence that says why. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export const yes: Verdict = { allowed: true };
export const no = (reason: string): Verdict => ({ allowed: false, reason });

export interface Person {
  readonly role: string;
}

export const roleNames: Record<Role, string> = {
  super_admin: 'Super admin',
  campaign_manager: 'Campaign manager',
  read_only: 'Read only',
};

export const roleName = (role: string) => roleNames[role as Role] ?? role;

const isSuper = (person: Person) => person.role === 'super_admin';

/** What a person may do whatever the campaign; the API decides the same again. */
export const personCan = {
  manageCampaigns: (person: Person): Verdict =>
    person.role === 'read_only' ? no('Your role is read only.') : yes,
  createClient: (person: Person): Verdict => (isSuper(person) ? yes : no('Only a super admin adds clients.')),
  setProviders: (person: Person): Verdict => (isSuper(person) ? yes : no('Only a super admin sees the accounts at cloud providers.')),
  release: (person: Person): Verdict => (isSuper(person) ? yes : no('Only a super admin releases the template: a release goes to the sites of all clients.')),
  seeUsers: (person: Person): Verdict => (isSuper(person) ? yes : no('Only a super admin manages users.')),
  seeAudit: (person: Person): Verdict =>
    person.role === 'read_only' ? no('Your role does not include the audit log.') : yes,
  seePersonalData: (person: Person): Verdict =>
    person.role === 'read_only' ? no('Your role never shows personal data.') : yes,
};
