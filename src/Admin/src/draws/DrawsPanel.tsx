import { Alert, Group, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf, newKey } from '../api/client';
import { drawsQuery, keys } from '../api/queries';
import type { Campaign, Draw, Winner } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { drawCan } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';

export function DrawsPanel({ campaign, provisioned }: { campaign: Campaign; provisioned: boolean }) {
  const draws = useQuery({ ...drawsQuery(campaign.id), enabled: provisioned });
  return (
    <section className="panel" aria-labelledby="draws">
      <Title order={2} id="draws">Prize draw</Title>
      {!provisioned && <Text size="sm" c="dimmed">{campaign.draw ? `“${campaign.draw.name}” is planned. It can be run once the campaign has closed.` : 'This campaign has no draw.'}</Text>}
      {provisioned && draws.isPending && <Loading what="the draws" />}
      {draws.isError && <Failure error={draws.error} retry={() => void draws.refetch()} />}
      {draws.data?.length === 0 && <Text size="sm" c="dimmed">This campaign has no draw.</Text>}
      {draws.data?.map((draw) => <OneDraw key={draw.id} draw={draw} campaign={campaign} />)}
    </section>
  );
}

function OneDraw({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const person = usePerson();
  const confirm = useConfirm();
  const refresh = [keys.campaign(campaign.id)];
  const call = { params: { path: { id: draw.id } } };
  const run = useAction({ run: () => bodyOf(api.POST('/v1/draws/{id}/run', { ...call, headers: { 'Idempotency-Key': newKey() } })), done: 'The draw has been run.', refresh });
  const publish = useAction({ run: () => bodyOf(api.POST('/v1/draws/{id}/publish', { ...call, headers: { 'Idempotency-Key': newKey() } })), done: 'The winners are published.', refresh });
  const askToRun = async () => {
    if (await confirm({ title: `Run “${draw.name}”?`, body: 'The list of entries is frozen and the winners are selected. A draw is run once: it can’t be repeated.', confirm: 'Run the draw' })) run.mutate();
  };
  const askToPublish = async () => {
    const winners = draw.winners.filter((w) => w.role === 'winner').length;
    const agreed = await confirm({
      title: 'Publish the winners?', confirm: 'Publish the winners', danger: true,
      body: <>The names of <strong>{winners}</strong> {winners === 1 ? 'winner' : 'winners'}, shortened to initial and surname with the county, appear on the campaign’s site. This can’t be undone. Tell the winners first (CAP Code 8.28.5).</>,
    });
    if (agreed) publish.mutate();
  };
  const finished = ['drawn', 'completed'].includes(draw.state);
  return (
    <div style={{ marginBottom: 16 }}>
      <Group justify="space-between" mb={8}>
        <Group gap="sm"><Title order={3}>{draw.name}</Title><span role="status"><StateBadge state={draw.state} /></span></Group>
        <Group gap="xs">
          {!finished && <ActionButton size="xs" can={drawCan.run(draw, campaign, person)} loading={run.isPending} onClick={() => void askToRun()}>Run the draw</ActionButton>}
          {finished && <ActionButton size="xs" can={drawCan.publish(draw, person)} loading={publish.isPending} onClick={() => void askToPublish()}>Publish winners</ActionButton>}
        </Group>
      </Group>
      {draw.level === 'committed' && (
        <Alert color="orange" variant="outline" p="xs" mb="sm">
          <Text size="sm"><strong>Level “committed”: not evidence.</strong> It proves only that nothing changed after the commitment. Use it for demonstrations and rehearsals, not for a draw that has to be shown to be random.</Text>
        </Alert>
      )}
      <dl className="facts">
        <dt>Prizes</dt><dd>{counted(draw.prizes)}</dd>
        <dt>Rule</dt><dd>{draw.rule === 'one-per-person' ? 'one win per person' : draw.rule}, {draw.reserves} {draw.reserves === 1 ? 'reserve' : 'reserves'}</dd>
        {draw.at && <><dt>Drawn from</dt><dd>{formatInstant(draw.at, campaign.timeZone)}</dd></>}
        {draw.eligible !== null && <><dt>Entries</dt><dd>{draw.eligible.toLocaleString('en-GB')} eligible, {(draw.excluded ?? 0).toLocaleString('en-GB')} excluded</dd></>}
        {draw.publishedAt && <><dt>Published</dt><dd>{formatInstant(draw.publishedAt, campaign.timeZone)}</dd></>}
      </dl>
      {draw.root && (
        <details style={{ marginTop: 8 }}><summary>Proof</summary>
          <dl className="facts" style={{ marginTop: 8 }}><dt>Root</dt><dd><code>{draw.root}</code></dd><dt>Rules</dt><dd><code>{draw.rulesHash}</code></dd><dt>Secret</dt><dd><code>{draw.secretHash}</code></dd></dl>
        </details>
      )}
      {finished && <Winners winners={draw.winners} published={draw.state === 'completed'} personal={personCan.seePersonalData(person).allowed} />}
    </div>
  );
}

function Winners({ winners, published, personal }: { winners: Winner[]; published: boolean; personal: boolean }) {
  if (winners.length === 0) return <Text size="sm" mt="sm">There was no eligible entry, so nobody won.</Text>;
  const caption = published ? 'Winners (published)' : 'Provisional winners: not public yet';
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <Table mt="sm" captionSide="top" verticalSpacing={5}>
        <Table.Caption ta="left" fw={600} mt={0}>{caption}</Table.Caption>
        <Table.Thead><Table.Tr><Table.Th>#</Table.Th><Table.Th>Prize</Table.Th><Table.Th>{personal ? 'Person' : 'Entry'}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {winners.map((w) => (
            <Table.Tr key={w.position}>
              <Table.Th scope="row">{w.position}</Table.Th>
              <Table.Td>{w.role === 'reserve' ? <Text span size="sm" c="dimmed">Reserve</Text> : w.prize}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {personal && w.name ? <>{w.name}{w.county && `, ${w.county}`}{w.email && <Text size="xs" c="dimmed">{w.email}</Text>}</> : <code>{w.entryId}</code>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** "2 × Weekend in Paris, Mug". */
function counted(prizes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const prize of prizes) counts.set(prize, (counts.get(prize) ?? 0) + 1);
  return [...counts].map(([name, n]) => (n > 1 ? `${n} × ${name}` : name)).join(', ') || '—';
}
