import { Alert, Button, Group, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { campaignQuery, poolsQuery } from '../api/queries';
import type { Campaign, Pool, Prize } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { modeName, oddsText } from '../campaigns/modes';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { useChanges, type Changes } from './changes';
import { MomentsFile } from './MomentsFile';
import { AddPrize, EditPrize, PoolTickets } from './PrizeDialogs';

/** Stock, caps and pauses, which change while entries come in; how prizes are won is set in the campaign's form before. */
export function PrizesPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/prizes' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return (
      <Page title="Prizes">
        {campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}
      </Page>
    );
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const pools = useQuery(poolsQuery(campaign.id, campaign.state === 'live'));
  const changes = useChanges(campaign);
  return (
    <Page title={`Prizes of ${campaign.name}`} beside={<span role="status"><StateBadge state={campaign.state} /></span>} below={<CampaignLinks campaign={campaign} here="prizes" />}>
      <Stack>
        {changes.last && (
          <Alert color="green" variant="outline" role="status" p="sm">
            <Group justify="space-between">
              <Text size="sm">{changes.last.said}</Text>
              {changes.last.undo && <Button size="xs" variant="default" loading={changes.busy} onClick={changes.last.undo}>Undo</Button>}
            </Group>
          </Alert>
        )}
        {pools.isPending && <Loading what="the pools" />}
        {pools.isError && <Failure error={pools.error} retry={() => void pools.refetch()} />}
        {pools.data?.length === 0 && <Empty title="No pools">This campaign hands out nothing at once. <Link to="/campaigns/$campaignId/edit" params={{ campaignId: campaign.id }} hash="pools">Add a pool</Link></Empty>}
        {pools.data?.map((pool) => <PoolPanel key={pool.id} campaign={campaign} pool={pool} changes={changes} />)}
      </Stack>
    </Page>
  );
}

function PoolPanel({ campaign, pool, changes }: { campaign: Campaign; pool: Pool; changes: Changes }) {
  const person = usePerson();
  const can = campaignCan.changeStock(campaign, person);
  const [settingTickets, setTickets] = useState(false);
  const [editing, setEditing] = useState<Prize | null>(null);
  const [adding, setAdding] = useState(false);
  const confirm = useConfirm();
  const open = ['scheduled', 'live', 'paused'].includes(campaign.state);
  const pausePool = async () => {
    const agreed = await confirm({
      title: `Pause ${pool.name}?`, confirm: 'Pause the pool',
      body: 'It takes no entries until you resume it; people are told to come back later. Other pools go on. Winning moments that fall due meanwhile wait.',
    });
    if (agreed) changes.pool(pool, { paused: true }, `${pool.name} is paused`);
  };
  return (
    <section className="panel" aria-labelledby={`${pool.id}-title`}>
      <Group justify="space-between" mb={8}>
        <Group gap="sm"><Title order={2} id={`${pool.id}-title`}>{pool.name}</Title>{pool.paused && <StateBadge state="paused" />}</Group>
        <Group gap="xs">
          <ActionButton size="xs" variant="default" can={can} onClick={() => setAdding(true)}>Add a prize</ActionButton>
          <ActionButton size="xs" variant="default" can={campaignCan.editPrizes(campaign, person)} onClick={() => setTickets(true)} aria-label={`Tickets of ${pool.name}`}>Tickets</ActionButton>
          {pool.paused
            ? <ActionButton size="xs" can={can} onClick={() => changes.pool(pool, { paused: false }, `${pool.name} goes on`)}>Resume the pool</ActionButton>
            : <ActionButton size="xs" variant="default" can={can} onClick={() => void pausePool()}>Pause the pool</ActionButton>}
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {pool.modes.map(modeName).join(', then ') || 'Gives nothing at once'}.
        {pool.tickets > 1 && ` Each entry has ${count(pool.tickets)} tickets in prize draws.`}
        {pool.entryCode === 'required' && ` Needs an entry code; without a purchase by post${pool.freeRoute === 'online' ? ' or online' : ''}.`}
      </Text>
      {pool.warnings.length > 0 && (
        <Alert color="yellow" variant="outline" p="xs" mb="sm" title="Worth a look">
          <Text component="ul" size="sm" m={0} pl="md">{pool.warnings.map((warning) => <li key={warning}>{warning}</li>)}</Text>
        </Alert>
      )}
      {pool.prizes.length === 0 ? <Text size="sm" c="dimmed">No prizes: entries take part in the draw alone.</Text>
        : <PrizeTable pool={pool} can={can} changes={changes} onEdit={setEditing} />}
      <MomentsFile campaign={campaign} pool={pool} />
      {editing && <EditPrize prize={pool.prizes.find((p) => p.id === editing.id) ?? editing} changes={changes} onClose={() => setEditing(null)} />}
      {adding && <AddPrize pool={pool} live={open} changes={changes} onClose={() => setAdding(false)} />}
      {settingTickets && <PoolTickets pool={pool} changes={changes} onClose={() => setTickets(false)} />}
    </section>
  );
}

function PrizeTable({ pool, can, changes, onEdit }: { pool: Pool; can: ReturnType<typeof campaignCan.changeStock>; changes: Changes; onEdit: (prize: Prize) => void }) {
  const confirm = useConfirm();
  const pause = async (prize: Prize) => {
    const agreed = await confirm({
      title: `Pause ${prize.name}?`, confirm: 'Pause the prize',
      body: prize.mode === 'moments' ? 'Nobody gets it until you resume it. Its winning moments wait and stay in force.' : 'Nobody gets it until you resume it. Entries go on as if it had run out.',
    });
    if (agreed) changes.prize(prize, { paused: true }, `${prize.name} is paused`);
  };
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`Prizes of ${pool.name}`}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Prize</Table.Th><Table.Th>How</Table.Th><Table.Th ta="right">Stock</Table.Th><Table.Th ta="right">Given</Table.Th><Table.Th ta="right">Left</Table.Th>
            <Table.Th>Caps</Table.Th><Table.Th ta="right">Expected</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pool.prizes.map((prize) => (
            <Table.Tr key={prize.id}>
              <Table.Th scope="row">{prize.name}<Text size="xs" c="dimmed" span display="block">{prize.kind === 'gift' ? 'gift' : 'prize'}{prize.fulfilment === 'coupon' && ', a code'}{prize.paused && ' · paused'}</Text></Table.Th>
              <Table.Td>{modeName(prize.mode)}<Text size="xs" c="dimmed" span display="block">{oddsText(prize)}</Text></Table.Td>
              <Table.Td ta="right">{count(prize.stock)}</Table.Td>
              <Table.Td ta="right">{count(prize.allocated)}</Table.Td>
              <Table.Td ta="right">{count(prize.remaining)}</Table.Td>
              <Table.Td>{caps(prize)}</Table.Td>
              <Table.Td ta="right">{prize.expectedAwards === null ? '—' : count(Math.round(prize.expectedAwards))}<Text size="xs" c="dimmed" span display="block">{share(prize.chance)}</Text></Table.Td>
              <Table.Td>
                <Group gap={6} wrap="nowrap" justify="flex-end">
                  <ActionButton size="compact-sm" variant="default" can={can} onClick={() => onEdit(prize)} aria-label={`Change stock and caps of ${prize.name}`}>Change</ActionButton>
                  {prize.paused
                    ? <ActionButton size="compact-sm" can={can} onClick={() => changes.prize(prize, { paused: false }, `${prize.name} goes on`)} aria-label={`Resume ${prize.name}`}>Resume</ActionButton>
                    : <ActionButton size="compact-sm" variant="default" can={can} onClick={() => void pause(prize)} aria-label={`Pause ${prize.name}`}>Pause</ActionButton>}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const count = (n: number | null) => (n === null ? 'no limit' : n.toLocaleString('en-GB'));

const share = (chance: number | null) => (chance === null ? '' : `${(chance * 100).toLocaleString('en-GB', { maximumSignificantDigits: 2 })}% of entries`);

function caps(prize: Prize) {
  const said = [
    prize.dailyCap !== null && `${count(prize.dailyCap)} a day`, prize.hourlyCap !== null && `${count(prize.hourlyCap)} an hour`,
    prize.perEntrantMax !== null && `${count(prize.perEntrantMax)} a person`, prize.lowStockAt !== null && `alert at ${prize.lowStockAt}`,
  ].filter(Boolean);
  return said.length > 0 ? <Text size="sm">{said.join(', ')}</Text> : <Text size="sm" c="dimmed">none</Text>;
}
