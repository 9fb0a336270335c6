import { Table, Text } from '@mantine/core';
import { BarChart, type Series } from '../charts/BarChart';
import '../charts/charts.css';
import { formatInstant } from '../shared/time';
import { dayLabel, hourLabel } from './labels';
import type { Statistics } from './queries';

const count = (n: number) => n.toLocaleString('en-GB');

/** The numbers of a campaign, or of its rehearsal: the same, drawn alike. */
export function StatisticsView({ stats, zone, hours = true }: { stats: Statistics; zone: string; hours?: boolean }) {
  const refusals = Object.entries(stats.refusals as Record<string, number>).sort((a, b) => b[1] - a[1]);
  return (
    <>
      <dl className="numbers">
        <div><dt>Entries</dt><dd>{count(stats.entries)}</dd></div>
        <div><dt>Entrants</dt><dd>{count(stats.entrants)}</dd></div>
        <div><dt>Prizes won</dt><dd>{count(stats.outcomes.prize)}</dd></div>
        <div><dt>Gifts</dt><dd>{count(stats.outcomes.gift)}</dd></div>
        <div><dt>Refused</dt><dd>{count(refusals.reduce((sum, [, n]) => sum + n, 0))}</dd></div>
      </dl>
      {stats.byDay.length > 0 && (
        <>
          <BarChart title="Entries by day" of="Day" labels={stats.byDay.map((d) => dayLabel(d.day))} series={[entries(stats.byDay)]} />
          <BarChart title="What they got, by day" of="Day" labels={stats.byDay.map((d) => dayLabel(d.day))} series={outcomes(stats.byDay)} />
        </>
      )}
      {hours && stats.byHour.some((h) => h.entries > 0) && (
        <BarChart title="Entries by hour, the last 48 hours" of="Hour" labels={stats.byHour.map((h) => hourLabel(h.hour, zone))} series={[entries(stats.byHour)]} />
      )}
      {stats.byPrize.length > 0 && <Prizes stats={stats} zone={zone} />}
      {refusals.length > 0 && (
        <details style={{ marginTop: 12 }}>
          <summary>Why entries were refused</summary>
          <Text component="ul" size="sm">{refusals.map(([code, n]) => <li key={code}><code>{code}</code>: {count(n)}</li>)}</Text>
        </details>
      )}
    </>
  );
}

function Prizes({ stats, zone }: { stats: Statistics; zone: string }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Prizes and their stock">
      <Table mt="md" aria-label="Prizes and their stock">
        <Table.Thead>
          <Table.Tr><Table.Th>Prize</Table.Th><Table.Th ta="right">Allocated</Table.Th><Table.Th ta="right">Left</Table.Th><Table.Th ta="right">Best day</Table.Th><Table.Th>Runs out, as it goes now</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {stats.byPrize.map((p) => {
            const best = [...p.byDay].sort((a, b) => b.awarded - a.awarded)[0];
            return (
              <Table.Tr key={p.id}>
                <Table.Th scope="row">{p.name}{p.kind === 'gift' && <Text span size="xs" c="dimmed"> gift</Text>}</Table.Th>
                <Table.Td ta="right">{count(p.allocated)}</Table.Td>
                <Table.Td ta="right">{p.remaining === null ? 'no limit' : count(p.remaining)}</Table.Td>
                <Table.Td ta="right">{best ? `${count(best.awarded)} on ${dayLabel(best.day)}` : '—'}</Table.Td>
                <Table.Td>{p.remaining === 0 ? 'It has run out' : p.projectedRunOutAt ? formatInstant(p.projectedRunOutAt, zone) : '—'}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

type Counted = { entries: number; outcomes: { prize: number; gift: number; none: number } };

const entries = (counted: readonly Counted[]): Series => ({ name: 'Entries', colour: '#4263eb', values: counted.map((c) => c.entries) });

const outcomes = (counted: readonly Counted[]): Series[] => [
  { name: 'Prizes', colour: '#2f9e44', values: counted.map((c) => c.outcomes.prize) },
  { name: 'Gifts', colour: '#f08c00', values: counted.map((c) => c.outcomes.gift) },
  { name: 'No win', colour: '#868e96', values: counted.map((c) => c.outcomes.none) },
];
