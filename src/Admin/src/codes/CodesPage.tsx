import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { batchesQuery, campaignQuery, type CodeKind } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { BatchPanel } from './BatchPanel';
import { NewBatch } from './NewBatch';

const texts: Record<CodeKind, { title: string; intro: string; none: string }> = {
  coupon: {
    title: 'Coupon codes', none: 'No coupon codes yet.',
    intro: 'Handed out with a prize or gift whose fulfilment is a code. Each goes to one entry and is redeemed once.',
  },
  entry: {
    title: 'Entry codes', none: 'No entry codes yet.',
    intro: 'Printed on packs. Where a pool asks for one, an entry uses it up. Whoever bought nothing enters by the free route, with the same chances.',
  },
};

export function CodesPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/codes' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Codes">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  const c = campaign.data.campaign;
  return (
    <Page title={`Codes of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>} below={<CampaignLinks campaign={c} here="codes" />}>
      <Stack>
        <Batches campaign={c} kind="coupon" />
        <Batches campaign={c} kind="entry" />
      </Stack>
    </Page>
  );
}

function Batches({ campaign, kind }: { campaign: Campaign; kind: CodeKind }) {
  const can = campaignCan.makeCodes(campaign, usePerson());
  const batches = useQuery(batchesQuery(campaign.id, kind));
  const [adding, setAdding] = useState(false);
  const text = texts[kind];
  return (
    <section className="panel" aria-labelledby={`${kind}-codes`}>
      <div className="line-head">
        <Title order={2} id={`${kind}-codes`}>{text.title}</Title>
        <ActionButton size="xs" can={can} onClick={() => setAdding(true)} aria-label={`Add a batch of ${text.title.toLowerCase()}`}>Add a batch</ActionButton>
      </div>
      <Text size="sm" c="dimmed" mb="sm">{text.intro}</Text>
      {batches.isPending && <Loading what={text.title.toLowerCase()} />}
      {batches.isError && <Failure error={batches.error} retry={() => void batches.refetch()} />}
      {batches.data?.length === 0 && <Text size="sm">{text.none}</Text>}
      <Stack gap="sm">{batches.data?.map((batch) => <BatchPanel key={batch.id} campaign={campaign} kind={kind} batch={batch} />)}</Stack>
      {adding && <NewBatch campaign={campaign} kind={kind} onClose={() => setAdding(false)} />}
    </section>
  );
}
