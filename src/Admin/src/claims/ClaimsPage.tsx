import { Button, Group, NativeSelect, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { campaignQuery, claimsQuery, drawsQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { isProvisioned } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { SaveButton } from '../shared/SaveButton';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { MoveClaim } from './MoveClaim';
import { claimCan, claimStates, dueOf, knownState, stateLabel, type Claim } from './claims';

/** What winners have claimed, and how far each prize is on its way to them. */
export function ClaimsPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/claims' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Claims">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign: c }: { campaign: Campaign }) {
  const person = usePerson();
  const navigate = useNavigate();
  const { state } = useSearch({ from: '/shell/campaigns/$campaignId/claims' });
  const query = useInfiniteQuery({ ...claimsQuery(c.id, state), enabled: isProvisioned(c) });
  const draws = useQuery({ ...drawsQuery(c.id), enabled: isProvisioned(c) });
  const [moving, setMoving] = useState<Claim | null>(null);
  const claims = query.data?.pages.flatMap((page) => page.items) ?? [];
  const overdue = claims.filter((claim) => claim.overdue).length;
  const drawName = (id: string) => draws.data?.find((draw) => draw.id === id)?.name ?? 'Draw';
  const filter = (next: string) => void navigate({ to: '/campaigns/$campaignId/claims', params: { campaignId: c.id }, search: { state: knownState(next) }, replace: true });
  return (
    <Page title={`Claims of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>} below={<CampaignLinks campaign={c} here="claims" />}
      actions={personCan.seePersonalData(person).allowed && <SaveButton path={`/v1/campaigns/${c.id}/claims.csv`} name={`${c.slug ?? c.id}-claims.csv`}>Save the claims as CSV</SaveButton>}>
      <Stack>
        <Group align="end">
          <NativeSelect label="State" data-find value={state ?? ''} onChange={(e) => filter(e.currentTarget.value)} data={[{ value: '', label: 'All states' }, ...claimStates]} />
          <Text size="sm" role="status" pb={8} c={overdue ? undefined : 'dimmed'} fw={overdue ? 600 : undefined}>
            {query.isSuccess && `${claims.length.toLocaleString('en-GB')} shown${overdue ? `, ${overdue.toLocaleString('en-GB')} overdue` : ''}`}
          </Text>
        </Group>
        {query.isPending && <Loading what="the claims" />}
        {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && claims.length === 0 && (
          <Empty title={state ? 'No claim is in this state' : 'No claims yet'}>
            {state ? 'Choose another state, or all.' : 'Winners are told once a draw has been made that lets them claim; each then has a line here, with the time they have.'}
          </Empty>
        )}
        {claims.length > 0 && <ClaimTable claims={claims} campaign={c} drawName={drawName} onMove={setMoving} />}
        {query.hasNextPage && <div><Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button></div>}
      </Stack>
      {moving && <MoveClaim campaign={c} claim={moving} onClose={() => setMoving(null)} />}
    </Page>
  );
}

function ClaimTable({ claims, campaign, drawName, onMove }: { claims: Claim[]; campaign: Campaign; drawName: (id: string) => string; onMove: (claim: Claim) => void }) {
  const person = usePerson();
  const personal = personCan.seePersonalData(person).allowed;
  return (
    <div className="panel scroll" tabIndex={0} role="region" aria-label="Claims">
      <Table miw={760} highlightOnHover aria-label="Claims">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Prize</Table.Th><Table.Th>{personal ? 'To' : 'Entry'}</Table.Th><Table.Th>State</Table.Th><Table.Th>Due</Table.Th><Table.Th>Sent</Table.Th>
            <Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {claims.map((claim) => (
            <Table.Tr key={claim.id}>
              <Table.Th scope="row">{claim.prize}<Text size="xs" c="dimmed">{drawName(claim.drawId)}, place {claim.position}</Text></Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{personal ? <Recipient claim={claim} /> : <code>{claim.entryId}</code>}</Table.Td>
              <Table.Td><StateBadge state={claim.state} name={stateLabel(claim.state)} /></Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}><Due claim={claim} zone={campaign.timeZone} /></Table.Td>
              <Table.Td>{[claim.carrier, claim.reference].filter(Boolean).join(', ') || '—'}{claim.note && <Text size="xs" c="dimmed">{claim.note}</Text>}</Table.Td>
              <Table.Td ta="right">
                <ActionButton size="compact-sm" variant="default" can={claimCan.move(claim, person)} onClick={() => onMove(claim)} aria-label={`Change the claim to ${claim.prize}, place ${claim.position}`}>Change</ActionButton>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Recipient({ claim }: { claim: Claim }) {
  if (!claim.name) return <><Text span size="sm" c="dimmed">{claim.email ?? 'not said yet'}</Text>{claim.mail === 'failed' && <Text size="xs">The mail could not be delivered</Text>}</>;
  return (
    <>
      {claim.name}{claim.guardian && <Text span size="xs" c="dimmed"> (guardian: {claim.guardian})</Text>}
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'pre-line' }}>{[claim.address, claim.phone, claim.email].filter(Boolean).join('\n')}</Text>
      {claim.publication === 'objected' && <Text size="xs">Not to be named in public</Text>}
    </>
  );
}

function Due({ claim, zone }: { claim: Claim; zone: string }) {
  const due = dueOf(claim);
  if (claim.state === 'delivered' && claim.deliveredAt) return <Text span size="sm" c="dimmed">delivered {formatInstant(claim.deliveredAt, zone)}</Text>;
  if (claim.state === 'dispatched' && claim.dispatchedAt) return <Text span size="sm" c="dimmed">sent {formatInstant(claim.dispatchedAt, zone)}</Text>;
  if (!due) return <>—</>;
  return (
    <>
      <Text size="xs" c="dimmed">{due.what}</Text>
      {formatInstant(due.at, zone)}
      {claim.overdue && <div><StateBadge state="failed" name="Overdue" /></div>}
    </>
  );
}
