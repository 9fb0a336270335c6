import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { campaignQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { Page } from '../shared/Page';
import { SaveButton } from '../shared/SaveButton';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { statisticsQuery } from './queries';
import { StatisticsView } from './StatisticsView';

export function StatisticsPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/statistics' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Statistics">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign: c }: { campaign: Campaign }) {
  const stats = useQuery(statisticsQuery(c.id, ['live', 'paused', 'scheduled'].includes(c.state)));
  const manages = personCan.manageCampaigns(usePerson()).allowed;
  return (
    <Page title={`Statistics of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>}
      below={<CampaignLinks campaign={c} here="statistics" />} actions={manages && <SaveButton path={`/v1/campaigns/${c.id}/entries.csv`} name={`${c.slug ?? c.id}-entries.csv`}>Save the entries as CSV</SaveButton>}>
      <section className="panel" aria-label="Numbers">
        <Text size="sm" c="dimmed">Days and hours are those of {c.timeZone}. Counted with each entry, so that they are exact at any time.</Text>
        {stats.isPending && <Loading what="the numbers" />}
        {stats.isError && <Failure error={stats.error} retry={() => void stats.refetch()} />}
        {stats.data && <StatisticsView stats={stats.data} zone={c.timeZone} />}
      </section>
    </Page>
  );
}
