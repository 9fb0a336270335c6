import { Alert, Badge, Group, Text, Title } from '@mantine/core';
import { api, bodyOf, newKey } from '../api/client';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { drawCan } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { DrawProgressBar } from './DrawProgressBar';
import { DrawProof } from './DrawProof';
import type { Draw } from './types';
import { WinnersTable } from './WinnersTable';
import { counted, holders, levelOf, ruleName } from './words';

/** One draw in full: where it stands, what it is worth as evidence, who holds what, and what can be done. */
export function DrawCard({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const person = usePerson();
  const finished = ['drawn', 'completed'].includes(draw.state);
  const level = levelOf(draw.level);
  return (
    <section className="panel" id={draw.id ?? undefined} aria-labelledby={`${draw.id}-title`}>
      <div className="line-head">
        <Group gap="sm">
          <Title order={2} id={`${draw.id}-title`}>{draw.name}</Title>
          <span role="status"><StateBadge state={draw.state} /></span>
          {draw.addedLater && <Badge variant="default" radius="sm" tt="none">Added after publication</Badge>}
        </Group>
        <DrawButtons draw={draw} campaign={campaign} />
      </div>
      <DrawProgressBar draw={draw} campaign={campaign} />
      {draw.level === 'committed' && (
        <Alert color="orange" variant="outline" p="xs" mb="sm">
          <Text size="sm"><strong>Level “committed”: not evidence.</strong> {level.says}</Text>
        </Alert>
      )}
      <Facts draw={draw} zone={campaign.timeZone} />
      {finished && <WinnersTable draw={draw} zone={campaign.timeZone} personal={personCan.seePersonalData(person).allowed} />}
      <DrawProof draw={draw} zone={campaign.timeZone} />
    </section>
  );
}

function Facts({ draw, zone }: { draw: Draw; zone: string }) {
  const level = levelOf(draw.level);
  const covers = draw.from || draw.until ? `${draw.from ? `from ${formatInstant(draw.from, zone)}` : 'from the opening'} ${draw.until ? `until ${formatInstant(draw.until, zone)}` : 'until the closing'}` : 'all entries';
  return (
    <dl className="facts">
      <dt>Prizes</dt><dd>{counted(draw.prizes)}</dd>
      <dt>Rule</dt><dd>{ruleName(draw.rule)}, {draw.reserves.toLocaleString('en-GB')} {draw.reserves === 1 ? 'reserve' : 'reserves'}</dd>
      <dt>Covers</dt><dd>{covers}</dd>
      {draw.at && <><dt>List frozen</dt><dd>{formatInstant(draw.at, zone)}</dd></>}
      {draw.level !== 'committed' && <><dt>Evidence</dt><dd>{level.label}<Text size="sm" c="dimmed">{level.says}</Text></dd></>}
      {draw.claimDays && <><dt>To claim</dt><dd>within {draw.claimDays} {draw.claimDays === 1 ? 'day' : 'days'} of being told; then a reserve moves up</dd></>}
      {draw.eligible !== null && <><dt>Entries</dt><dd>{draw.eligible.toLocaleString('en-GB')} eligible, {(draw.excluded ?? 0).toLocaleString('en-GB')} excluded</dd></>}
      {draw.drawnAt && <><dt>Drawn</dt><dd>{formatInstant(draw.drawnAt, zone)}</dd></>}
      {draw.publishedAt && <><dt>Published</dt><dd>{formatInstant(draw.publishedAt, zone)}</dd></>}
    </dl>
  );
}

function DrawButtons({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const person = usePerson();
  const confirm = useConfirm();
  const refresh = [keys.campaign(campaign.id)];
  const call = { params: { path: { id: draw.id! } } };
  const run = useAction({
    run: () => bodyOf(api.POST('/v1/draws/{id}/run', { ...call, headers: { 'Idempotency-Key': newKey() } })), done: 'The draw is under way.', refresh,
  });
  const publish = useAction({
    run: () => bodyOf(api.POST('/v1/draws/{id}/publish', { ...call, headers: { 'Idempotency-Key': newKey() } })), done: 'The winners are published.', refresh,
  });
  const askToRun = async () => {
    if (await confirm({ title: `Run “${draw.name}”?`, body: 'The list of entries is frozen and the winners are selected. A draw is run once: it can’t be repeated.', confirm: 'Run the draw' })) run.mutate();
  };
  const askToPublish = async () => {
    const winners = holders(draw).length;
    const agreed = await confirm({
      title: 'Publish the winners?', confirm: 'Publish the winners', danger: true,
      body: <>The names of <strong>{winners}</strong> {winners === 1 ? 'winner' : 'winners'}, shortened to initial and surname with the county, appear on the campaign’s site. This can’t be undone. Tell the winners first (CAP Code 8.28.5).</>,
    });
    if (agreed) publish.mutate();
  };
  const finished = ['drawn', 'completed'].includes(draw.state);
  return (
    <Group gap="xs">
      {!finished && !['void', 'withheld'].includes(draw.state) && (
        <ActionButton size="xs" can={drawCan.run(draw, campaign, person)} loading={run.isPending} onClick={() => void askToRun()} aria-label={`Run the draw ${draw.name}`}>Run the draw</ActionButton>
      )}
      {finished && <ActionButton size="xs" can={drawCan.publish(draw, person)} loading={publish.isPending} onClick={() => void askToPublish()} aria-label={`Publish winners of ${draw.name}`}>Publish winners</ActionButton>}
    </Group>
  );
}
