import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { authorisedFetch } from '../api/client';
import { asProblem, problemFrom } from '../api/problems';
import { campaignQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { saveFile } from '../codes/rejects';
import { Page } from '../shared/Page';
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
      below={<CampaignLinks campaign={c} here="statistics" />} actions={manages && <SaveEntries campaign={c} />}>
      <section className="panel" aria-label="Numbers">
        <Text size="sm" c="dimmed">Days and hours are those of {c.timeZone}. Counted with each entry, so that they are exact at any time.</Text>
        {stats.isPending && <Loading what="the numbers" />}
        {stats.isError && <Failure error={stats.error} retry={() => void stats.refetch()} />}
        {stats.data && <StatisticsView stats={stats.data} zone={c.timeZone} />}
      </section>
    </Page>
  );
}

/** All entries as a file; it holds personal data, so that it is for managers alone. */
function SaveEntries({ campaign }: { campaign: Campaign }) {
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const save = async () => {
    setSaving(true);
    setFailed(null);
    try {
      const response = await authorisedFetch(new Request(new URL(`/v1/campaigns/${campaign.id}/entries.csv`, location.origin)));
      if (!response.ok) throw problemFrom(response, await response.json().catch(() => null));
      saveFile(await response.blob(), `${campaign.slug ?? campaign.id}-entries.csv`);
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <Button variant="default" loading={saving} onClick={() => void save()}>Save the entries as CSV</Button>
      {failed !== null && <Failure error={failed} />}
    </>
  );
}
