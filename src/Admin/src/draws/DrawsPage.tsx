import { Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { campaignQuery, drawsQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { drawCan, isProvisioned } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { DrawCard } from './DrawCard';
import { NewDraw } from './NewDraw';

/** Every draw of a campaign, from its rules to who holds what. */
export function DrawsPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/draws' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Draws">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign: c }: { campaign: Campaign }) {
  const draws = useQuery({ ...drawsQuery(c.id), enabled: isProvisioned(c) });
  const person = usePerson();
  const [adding, dialog] = useDisclosure(false);
  return (
    <Page title={`Draws of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>} below={<CampaignLinks campaign={c} here="draws" />}
      actions={<ActionButton can={drawCan.add(c, person)} onClick={dialog.open}>Add a draw</ActionButton>}>
      <Stack>
        {draws.isPending && <Loading what="the draws" />}
        {draws.isError && <Failure error={draws.error} retry={() => void draws.refetch()} />}
        {draws.data?.length === 0 && (
          <Empty title="No prize draw"><Link to="/campaigns/$campaignId/edit" params={{ campaignId: c.id }} hash="draw">Add one in the campaign’s form</Link></Empty>
        )}
        {draws.data?.map((draw) => <DrawCard key={draw.id} draw={draw} campaign={c} draws={draws.data} />)}
      </Stack>
      {adding && <NewDraw campaign={c} onClose={dialog.close} />}
    </Page>
  );
}
