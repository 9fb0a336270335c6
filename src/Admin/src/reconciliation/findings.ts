import type { Finding, Tenant } from '../api/types';
import { no, yes, type Verdict } from '../auth/permissions';

export type FindingState = 'reported' | 'due' | 'deleting' | 'deleted' | 'dismissed' | 'resolved';

export const stateNames: Record<FindingState, string> = {
  reported: 'Reported', due: 'Due', deleting: 'Being deleted', deleted: 'Deleted', dismissed: 'Dismissed', resolved: 'Resolved',
};

export const knownState = (value: unknown): FindingState | undefined => (typeof value === 'string' && Object.hasOwn(stateNames, value) ? (value as FindingState) : undefined);

export const kindNames: Record<string, string> = { orphan: 'Orphan', missing: 'Missing', drift: 'Changed', stranger: 'Not ours' };

export const ownerName = (tenantId: string | null, tenants: readonly Tenant[]) => (tenantId === null ? 'The platform' : tenants.find((t) => t.id === tenantId)?.name ?? tenantId);

/** What may be done with a finding; the API decides the same again. */
export const findingCan = {
  remove: (f: Pick<Finding, 'kind' | 'state'>): Verdict => {
    if (f.kind !== 'orphan') return no('Only an orphan of this installation is ever deleted.');
    if (f.state === 'due') return yes;
    return f.state === 'reported' ? no('Its grace period has to pass first.') : no('It is settled.');
  },
  dismiss: (f: Pick<Finding, 'state'>): Verdict => (f.state === 'reported' || f.state === 'due' ? yes : no('It is settled.')),
};
