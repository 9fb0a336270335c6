import { Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { statsQuery } from '../api/queries';
import type { Campaign, CampaignStats } from '../api/types';
import { useIsLive } from '../live/useLiveCampaign';
import { Failure, Loading } from '../shared/States';

const count = (n: number) => n.toLocaleString('en-GB');

/** Counters, told as they change, or read again every few seconds while entries may come in. */
export function StatsPanel({ campaign }: { campaign: Campaign }) {
  const live = ['live', 'paused', 'scheduled'].includes(campaign.state);
  // What the live feed tells need not be asked for; what it leaves out is asked for now and then.
  const told = useIsLive(campaign.id);
  const stats = useQuery({ ...statsQuery(campaign.id, live), ...(told && live && { refetchInterval: 30_000 }) });
  return (
    <section className="panel" aria-labelledby="stats">
      <Title order={2} id="stats">Entries and prizes</Title>
      {stats.isPending && <Loading what="the counters" />}
      {stats.isError && <Failure error={stats.error} retry={() => void stats.refetch()} />}
      {stats.data && <Counters stats={stats.data} />}
    </section>
  );
}

function Counters({ stats }: { stats: CampaignStats }) {
  const refusals = Object.entries(stats.refusals as Record<string, number>).sort((a, b) => b[1] - a[1]);
  return (
    <>
      <dl className="numbers">
        <div><dt>Entries</dt><dd>{count(stats.entries)}</dd></div>
        <div><dt>Entrants</dt><dd>{count(stats.entrants)}</dd></div>
        <div><dt>Prizes won</dt><dd>{count(stats.outcomes.prize)}</dd></div>
        <div><dt>Gifts</dt><dd>{count(stats.outcomes.gift)}</dd></div>
        <div><dt>No win</dt><dd>{count(stats.outcomes.none)}</dd></div>
      </dl>
      {stats.prizes.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Prizes">
          <Table mt="sm" aria-label="Prizes with stock">
            <Table.Thead>
              <Table.Tr><Table.Th>Prize</Table.Th><Table.Th ta="right">Stock</Table.Th><Table.Th ta="right">Allocated</Table.Th><Table.Th ta="right">Remaining</Table.Th><Table.Th w={110}><VisuallyHidden>Share allocated</VisuallyHidden></Table.Th></Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {stats.prizes.map((p) => (
                <Table.Tr key={p.id}>
                  <Table.Th scope="row">{p.name}{p.kind === 'gift' && <Text span size="xs" c="dimmed"> gift</Text>}</Table.Th>
                  <Table.Td ta="right">{p.stock === null ? 'no limit' : count(p.stock)}</Table.Td>
                  <Table.Td ta="right">{count(p.allocated)}</Table.Td>
                  <Table.Td ta="right">{p.remaining === null ? '—' : count(p.remaining)}</Table.Td>
                  <Table.Td>{p.stock ? <div className="bar" aria-hidden><div style={{ width: `${Math.min(100, (100 * p.allocated) / p.stock)}%` }} /></div> : null}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {refusals.length > 0 && (
        <details style={{ marginTop: 12 }}>
          <summary>Refused: {count(refusals.reduce((sum, [, n]) => sum + n, 0))}</summary>
          <Text component="ul" size="sm">{refusals.map(([code, n]) => <li key={code}><code>{code}</code>: {count(n)}</li>)}</Text>
        </details>
      )}
    </>
  );
}
