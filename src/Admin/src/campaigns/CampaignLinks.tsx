import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { isProvisioned } from './can';

type Here = 'overview' | 'statistics' | 'prizes' | 'draws' | 'claims' | 'entries' | 'codes' | 'key-in' | 'rehearsals';

/** The pages of one campaign. What is not for this person's role is not offered. */
export function CampaignLinks({ campaign, here }: { campaign: Campaign; here: Here }) {
  const manages = personCan.manageCampaigns(usePerson()).allowed;
  const provisioned = isProvisioned(campaign);
  const params = { campaignId: campaign.id };
  const mark = (page: Here) => (page === here ? { 'aria-current': 'page' as const } : {});
  return (
    <nav aria-label="Campaign">
      <Group gap="md">
        <Link to="/campaigns/$campaignId" params={params} activeOptions={{ exact: true }} {...mark('overview')}>Overview</Link>
        {provisioned && <Link to="/campaigns/$campaignId/statistics" params={params} {...mark('statistics')}>Statistics</Link>}
        <Link to="/campaigns/$campaignId/prizes" params={params} {...mark('prizes')}>Prizes</Link>
        {provisioned && <Link to="/campaigns/$campaignId/draws" params={params} {...mark('draws')}>Draws</Link>}
        {provisioned && <Link to="/campaigns/$campaignId/claims" params={params} search={{}} {...mark('claims')}>Claims</Link>}
        {provisioned && manages && <Link to="/campaigns/$campaignId/entries" params={params} {...mark('entries')}>Entries</Link>}
        {provisioned && manages && <Link to="/campaigns/$campaignId/codes" params={params} {...mark('codes')}>Codes</Link>}
        {provisioned && manages && <Link to="/campaigns/$campaignId/key-in" params={params} {...mark('key-in')}>Key in an entry</Link>}
        {provisioned && manages && <Link to="/campaigns/$campaignId/rehearsals" params={params} {...mark('rehearsals')}>Rehearsal</Link>}
      </Group>
    </nav>
  );
}
