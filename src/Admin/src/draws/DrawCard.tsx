import { Alert, Badge, Group, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
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
import { NewDraw } from './NewDraw';
import { Observers } from './Observers';
import { ReplaceDialog } from './ReplaceDialog';
import { successorOf } from './successor';
import type { Draw, DrawWinner } from './types';
import { VoidDialog } from './VoidDialog';
import { WinnersTable } from './WinnersTable';
import { counted, holders, levelOf, ruleName } from './words';

/** One draw in full: where it stands, what it is worth as evidence, who holds what, and what can be done. */
export function DrawCard({ draw, campaign, draws }: { draw: Draw; campaign: Campaign; draws: readonly Draw[] }) {
  const person = usePerson();
  const [replacing, setReplacing] = useState<DrawWinner | null>(null);
  const drawn = draw.winners.length > 0 || ['drawn', 'completed'].includes(draw.state);
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
      {draw.voidReason && <Alert color="red" variant="outline" p="xs" mb="sm" title="This draw is void: nobody wins by it"><Text size="sm">{draw.voidReason}</Text></Alert>}
      <Facts draw={draw} zone={campaign.timeZone} draws={draws} />
      <Observers draw={draw} campaign={campaign} />
      {drawn && (
        <WinnersTable draw={draw} zone={campaign.timeZone} personal={personCan.seePersonalData(person).allowed} action={drawCan.replace(draw, person).allowed ? (w) => holders(draw).includes(w) && (
          <ActionButton size="compact-sm" variant="default" onClick={() => setReplacing(w)} aria-label={`Replace the winner in place ${w.position}`}>Replace</ActionButton>
        ) : undefined} />
      )}
      <DrawProof draw={draw} zone={campaign.timeZone} />
      {replacing && <ReplaceDialog campaign={campaign} draw={draw} winner={replacing} onClose={() => setReplacing(null)} />}
    </section>
  );
}

function Facts({ draw, zone, draws }: { draw: Draw; zone: string; draws: readonly Draw[] }) {
  const named = (id: string) => draws.find((other) => other.id === id)?.name ?? id;
  const level = levelOf(draw.level);
  const covers = draw.from || draw.until ? `${draw.from ? `from ${formatInstant(draw.from, zone)}` : 'from the opening'} ${draw.until ? `until ${formatInstant(draw.until, zone)}` : 'until the closing'}` : 'all entries';
  return (
    <dl className="facts">
      <dt>Prizes</dt><dd>{counted(draw.prizes)}</dd>
      <dt>Rule</dt><dd>{ruleName(draw.rule)}, {draw.reserves.toLocaleString('en-GB')} {draw.reserves === 1 ? 'reserve' : 'reserves'}</dd>
      <dt>Covers</dt><dd>{covers}</dd>
      {draw.at && draw.state === 'planned' && <><dt>List frozen</dt><dd>{formatInstant(draw.at, zone)}</dd></>}
      {draw.level !== 'committed' && <><dt>Evidence</dt><dd>{level.label}{(draws.length <= 2 || draw.state !== 'planned') && <Text size="sm" c="dimmed">{level.says}</Text>}</dd></>}
      {draw.claimDays && <><dt>To claim</dt><dd>within {draw.claimDays} {draw.claimDays === 1 ? 'day' : 'days'} of being told; then a reserve moves up</dd></>}
      {draw.eligible !== null && <><dt>Entries</dt><dd>{draw.eligible.toLocaleString('en-GB')} eligible, {(draw.excluded ?? 0).toLocaleString('en-GB')} excluded</dd></>}
      {draw.drawnAt && <><dt>Drawn</dt><dd>{formatInstant(draw.drawnAt, zone)}</dd></>}
      {draw.succeeds && <><dt>In place of</dt><dd><a href={`#${draw.succeeds}`}>{named(draw.succeeds)}</a>, which is void</dd></>}
      {draw.succeededBy && <><dt>Succeeded by</dt><dd><a href={`#${draw.succeededBy}`}>{named(draw.succeededBy)}</a></dd></>}
      {draw.publishedAt && <><dt>Published</dt><dd>{formatInstant(draw.publishedAt, zone)}</dd></>}
    </dl>
  );
}

function DrawButtons({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const person = usePerson();
  const confirm = useConfirm();
  const [isVoiding, voiding] = useDisclosure(false);
  const [isSucceeding, succeeding] = useDisclosure(false);
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
  const over = ['void', 'withheld'].includes(draw.state);
  return (
    <Group gap="xs">
      {!finished && !over && (
        <ActionButton size="xs" can={drawCan.run(draw, campaign, person)} loading={run.isPending} onClick={() => void askToRun()} aria-label={`Run the draw ${draw.name}`}>Run the draw</ActionButton>
      )}
      {finished && <ActionButton size="xs" can={drawCan.publish(draw, person)} loading={publish.isPending} onClick={() => void askToPublish()} aria-label={`Publish winners of ${draw.name}`}>Publish winners</ActionButton>}
      {over
        ? <ActionButton size="xs" can={drawCan.succeed(draw, person)} onClick={succeeding.open} aria-label={`Plan a draw in place of ${draw.name}`}>Plan a draw in its place</ActionButton>
        : campaign.publishedAt && <ActionButton size="xs" variant="default" can={drawCan.makeVoid(draw, person)} onClick={voiding.open} aria-label={`Make void ${draw.name}`}>Make void…</ActionButton>}
      {isVoiding && <VoidDialog campaign={campaign} draw={draw} onClose={voiding.close} />}
      {isSucceeding && <NewDraw campaign={campaign} from={successorOf(draw, campaign.timeZone)} onClose={succeeding.close} />}
    </Group>
  );
}
