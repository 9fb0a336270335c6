import { Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { drawsQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { putAway } from '../campaigns/can';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { progressOf } from './progress';
import type { Draw } from './types';
import { counted, levelOf } from './words';

/** The campaign's draws at a glance; each in full is on a page of its own. */
export function DrawsPanel({ campaign, provisioned }: { campaign: Campaign; provisioned: boolean }) {
  const draws = useQuery({ ...drawsQuery(campaign.id), enabled: provisioned });
  return (
    <section className="panel" aria-labelledby="draws">
      <Title order={2} id="draws">Prize draws</Title>
      {!provisioned && <Text size="sm" c="dimmed">{notShown(campaign)}</Text>}
      {provisioned && draws.isPending && <Loading what="the draws" />}
      {provisioned && draws.isError && <Failure error={draws.error} retry={() => void draws.refetch()} />}
      {provisioned && draws.data?.length === 0 && <Text size="sm" c="dimmed">This campaign has no draw.</Text>}
      {provisioned && draws.data && draws.data.length > 0 && (
        <>
          <ul className="steps" aria-label="Prize draws">{draws.data.map((draw) => <Line key={draw.id} draw={draw} zone={campaign.timeZone} />)}</ul>
          <Text size="sm" mt="sm"><Link to="/campaigns/$campaignId/draws" params={{ campaignId: campaign.id }}>All about the draws</Link></Text>
        </>
      )}
    </section>
  );
}

/** Where there is no database yet, or none any more, only the settings tell. */
export const notShown = (c: Pick<Campaign, 'state' | 'draw'>): string =>
  !c.draw ? 'This campaign has no draw.' : putAway(c) ?? `“${c.draw.name}” is planned. It can be run once the campaign has closed.`;

function Line({ draw, zone }: { draw: Draw; zone: string }) {
  const progress = progressOf(draw, zone);
  return (
    <li style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
      <Text span fw={600}>{draw.name}</Text>
      <Group gap="xs"><StateBadge state={draw.state} /></Group>
      <span className="said" style={{ gridColumn: '1 / -1' }}>
        {counted(draw.prizes)} · {draw.level === 'committed' ? 'level “committed”: not evidence' : levelOf(draw.level).label.toLowerCase()}
        {draw.at && draw.state === 'planned' && progress?.percent == null && <> · frozen {formatInstant(draw.at, zone)}</>}
      </span>
      {progress && progress.percent !== null && <span className="said" style={{ gridColumn: '1 / -1' }} role="status">{progress.now}</span>}
    </li>
  );
}
