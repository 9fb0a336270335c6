import { Alert, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, bodyOf, newKey } from '../api/client';
import { campaignQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { ActionButton } from '../shared/ActionButton';
import { CopyText } from '../shared/CopyText';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { useAction } from '../shared/useAction';
import { rehearsalKeys, rehearsalsQuery, type RehearsalMade } from './queries';
import { RehearsalPanel } from './RehearsalPanel';

export function RehearsalsPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/rehearsals' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Rehearsal">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign: c }: { campaign: Campaign }) {
  const can = campaignCan.rehearse(c, usePerson());
  const rehearsals = useQuery(rehearsalsQuery(c.id));
  const [made, setMade] = useState<RehearsalMade | null>(null);
  const key = useRef(newKey());
  const make = useAction({
    run: async () =>
      (await bodyOf(api.POST('/v1/campaigns/{id}/rehearsals', {
        params: { path: { id: c.id } }, body: {}, headers: { 'Idempotency-Key': key.current },
      } as never))) as unknown as RehearsalMade,
    onDone: (rehearsal) => {
      key.current = newKey();
      setMade(rehearsal);
    },
    refresh: [rehearsalKeys(c.id)],
  });
  return (
    <Page title={`Rehearsal of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>} below={<CampaignLinks campaign={c} here="rehearsals" />}>
      <Stack>
        <section className="panel" aria-labelledby="rehearse">
          <div className="line-head">
            <Title order={2} id="rehearse">Rehearse</Title>
            <ActionButton size="xs" can={can} loading={make.isPending} onClick={() => make.mutate()}>Make a rehearsal</ActionButton>
          </div>
          <Text size="sm" c="dimmed">
            The campaign as it is now, with the same rules and other winning moments. Nothing of it is counted, drawn or taken from stock, and it
            deletes itself after a week.
          </Text>
          {made && (made.token
            ? (
              <Alert color="yellow" variant="outline" mt="sm" title="The token: copy it now, it is shown this once">
                <CopyText text={made.token} what="rehearsal token" />
                <Text size="sm" mt={8}>Sent as <code>X-Rehearsal-Token</code> beside the site key, it lets the site’s requests into the rehearsal. Generated traffic needs no token.</Text>
              </Alert>
            )
            : <Text size="sm" mt="sm">The rehearsal is there; its token was shown before.</Text>)}
        </section>
        {rehearsals.isPending && <Loading what="the rehearsals" />}
        {rehearsals.isError && <Failure error={rehearsals.error} retry={() => void rehearsals.refetch()} />}
        {rehearsals.data?.length === 0 && <Text size="sm">No rehearsal yet.</Text>}
        {rehearsals.data?.map((r) => <RehearsalPanel key={r.id} campaign={c} id={r.id} />)}
      </Stack>
    </Page>
  );
}
