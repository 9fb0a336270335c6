import type { Finding, ReconciledAccount, Tenant } from '../api/types';
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

/** What no finding means: where nothing was compared, nothing is known. */
export const noFindings = (accounts: readonly Pick<ReconciledAccount, 'ranAt' | 'outcome'>[]): string => {
  const read = accounts.filter((a) => a.ranAt !== null && a.outcome !== 'failed');
  if (read.length === 0) return 'No account has been compared yet, so nothing is known.';
  return read.length < accounts.length || read.some((a) => a.outcome === 'partial')
    ? 'Nothing was found, but not every account could be compared in full.' : 'All is as campaigns know it.';
};
