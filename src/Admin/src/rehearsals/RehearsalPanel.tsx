import { Group, NumberInput, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../api/client';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { no, yes, personCan, type Verdict } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { StatisticsView } from '../statistics/StatisticsView';
import { rehearsalKeys, rehearsalQuery, type Rehearsal, type RehearsalRun } from './queries';

const count = (n: number) => n.toLocaleString('en-GB');

/** One rehearsal: traffic for it, how far that is, and what came of it. */
export function RehearsalPanel({ campaign, id }: { campaign: Campaign; id: string }) {
  const query = useQuery(rehearsalQuery(campaign.id, id));
  const rehearsal = query.data;
  return (
    <section className="panel" aria-label="Rehearsal">
      {query.isPending && <Loading what="the rehearsal" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {rehearsal && <Shown campaign={campaign} rehearsal={rehearsal} />}
    </section>
  );
}

function Shown({ campaign, rehearsal }: { campaign: Campaign; rehearsal: Rehearsal }) {
  const manages = personCan.manageCampaigns(usePerson());
  const confirm = useConfirm();
  const refresh = [rehearsalKeys(campaign.id)];
  const path = { params: { path: { id: campaign.id, rehearsal: rehearsal.id } } };
  const remove = useAction({
    run: () => bodyOf(api.DELETE('/v1/campaigns/{id}/rehearsals/{rehearsal}', path) as never), done: 'The rehearsal is deleted.', refresh,
  });
  const stop = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/rehearsals/{rehearsal}/stop', path) as never), refresh });
  const ask = async () => {
    if (await confirm({ title: 'Delete this rehearsal?', body: 'Its entries and numbers go, and its token is worth nothing any more.', confirm: 'Delete', danger: true })) remove.mutate();
  };
  const running = rehearsal.run?.state === 'running';
  return (
    <>
      <div className="line-head">
        <Group gap="sm">
          <Title order={2}>Rehearsal of {formatInstant(rehearsal.createdAt, campaign.timeZone)}</Title>
          <span role="status"><StateBadge state={running ? 'running' : rehearsal.state} /></span>
        </Group>
        <Group gap="xs">
          {running && <ActionButton size="xs" variant="default" can={manages} loading={stop.isPending} onClick={() => stop.mutate()}>Stop the traffic</ActionButton>}
          <ActionButton size="xs" variant="default" can={manages} loading={remove.isPending} onClick={() => void ask()}>Delete</ActionButton>
        </Group>
      </div>
      <Text size="sm" c="dimmed">Deletes itself {formatInstant(rehearsal.expiresAt, campaign.timeZone)}.</Text>
      {rehearsal.message && <Text size="sm" c="red">{rehearsal.message}</Text>}
      <Run campaign={campaign} rehearsal={rehearsal} manages={manages} />
      {rehearsal.run && <Progress run={rehearsal.run} />}
      {rehearsal.stats && rehearsal.stats.entries > 0 && (
        <div style={{ marginTop: 12 }}><StatisticsView stats={rehearsal.stats} zone={campaign.timeZone} hours={false} /></div>
      )}
    </>
  );
}

/** A month of traffic at the press of a button. */
function Run({ campaign, rehearsal, manages }: { campaign: Campaign; rehearsal: Rehearsal; manages: Verdict }) {
  const forecast = (campaign as { forecastEntries?: number | null }).forecastEntries;
  const [entries, setEntries] = useState<number | string>(Math.min(1_000_000, forecast ?? 10_000));
  const [perSecond, setPerSecond] = useState<number | string>('');
  const start = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/rehearsals/{rehearsal}/runs', {
      params: { path: { id: campaign.id, rehearsal: rehearsal.id } },
      body: { entries: Number(entries), ...(perSecond === '' ? {} : { perSecond: Number(perSecond) }) },
    } as never) as never),
    refresh: [rehearsalKeys(campaign.id)],
  });
  const can = !manages.allowed ? manages
    : rehearsal.run?.state === 'running' ? no('Traffic is running.')
    : rehearsal.state === 'preparing' || rehearsal.state === 'deleting' ? no(`The rehearsal is ${rehearsal.state}.`)
    : !(Number(entries) >= 1) ? no('Say how many entries.')
    : yes;
  return (
    <Group align="flex-end" gap="sm" mt="sm">
      <NumberInput label="Entries" value={entries} onChange={setEntries} min={1} max={1_000_000} step={1000} allowDecimal={false} thousandSeparator="," w={150} />
      <NumberInput label="A second" description="Left empty: done in about a minute" value={perSecond} onChange={setPerSecond} min={1} max={5000} allowDecimal={false} thousandSeparator="," w={190} />
      <ActionButton can={can} loading={start.isPending} onClick={() => start.mutate()}>Run the traffic</ActionButton>
    </Group>
  );
}

function Progress({ run }: { run: RehearsalRun }) {
  return (
    <div style={{ marginTop: 12 }}>
      <div className="bar" role="progressbar" aria-label="Entries sent" aria-valuemin={0} aria-valuemax={run.entries} aria-valuenow={run.sent}>
        <div style={{ width: `${(100 * run.sent) / run.entries}%` }} />
      </div>
      <Text size="sm" c="dimmed" mt={4}>
        {count(run.sent)} of {count(run.entries)} sent, {count(run.accepted)} taken, {count(run.refused)} refused
        {run.state === 'running' ? '. You can leave this page; it goes on.' : `; ${run.state === 'done' ? 'all done' : run.state}.`}
      </Text>
      {run.message && <Text size="sm" c="red">{run.message}</Text>}
    </div>
  );
}
