import { useQuery } from '@tanstack/react-query';
import { statsQuery } from '../api/queries';
import type { Campaign } from '../api/types';

/** States in which nobody can have entered. */
const before = ['draft', 'provisioning', 'failed', 'rolled_back', 'decommissioned'];

/** The number of entries, read only where there can be any. */
export function EntryCount({ campaign }: { campaign: Campaign }) {
  const none = before.includes(campaign.state);
  const stats = useQuery({ ...statsQuery(campaign.id, false), enabled: !none, staleTime: 30_000 });
  if (none) return <>—</>;
  if (stats.isError) return <abbr title="The count could not be read">?</abbr>;
  return <>{stats.data ? stats.data.entries.toLocaleString('en-GB') : '…'}</>;
}
