import { useQuery } from '@tanstack/react-query';
import { deploymentQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { no, type Verdict } from '../auth/permissions';
import { moving } from '../campaigns/can';
import { useIsLive } from '../live/useLiveCampaign';

/** What stands for any action while the campaign is put away, brought back or removed; otherwise what its state and the person's role say. */
export function useMoving(campaign: Campaign): (verdict: Verdict) => Verdict {
  const told = useIsLive(campaign.id);
  const { data } = useQuery({ ...deploymentQuery(campaign.deploymentId ?? '', told), enabled: campaign.deploymentId !== null });
  const reason = moving(data);
  return (verdict) => (verdict.allowed && reason ? no(reason) : verdict);
}
