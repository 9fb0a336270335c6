import { Button, Group, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../api/client';
import type { Campaign, Sync, TemplateSite } from '../api/types';
import { usePerson } from '../api/useSession';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { useLastReading } from '../shared/useLastReading';
import { syncKeys, syncsQuery } from './queries';
import { SyncDetail } from './SyncDetail';
import { isSyncMoving, kindNames, outcomeOf, siteCan, whatOf } from './words';

/** The syncs, trials and roll-backs of one site, newest first, each with its diff. */
export function SyncHistory({ campaign, site }: { campaign: Campaign; site: TemplateSite }) {
  const moving = !!site.latest && isSyncMoving(site.latest);
  const query = useInfiniteQuery(syncsQuery(campaign.id, moving));
  useLastReading(moving, query.refetch);
  const syncs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div>
      <Title order={3} id="syncs" mb={4}>What was brought</Title>
      {query.isPending && <Loading what="what was brought" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && syncs.length === 0 && <Text size="sm" c="dimmed">Nothing yet: the site is as it was made, with what was changed in its repository.</Text>}
      {syncs.length > 0 && <ul aria-labelledby="syncs" style={{ listStyle: 'none', margin: 0, padding: 0 }}>{syncs.map((sync) => <Line key={sync.id} campaign={campaign} site={site} sync={sync} />)}</ul>}
      {query.hasNextPage && <Button mt="xs" size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </div>
  );
}

function Line({ campaign, site, sync }: { campaign: Campaign; site: TemplateSite; sync: Sync }) {
  const person = usePerson();
  const confirm = useConfirm();
  const [open, setOpen] = useState(false);
  const { state, name } = outcomeOf(sync);
  const what = sync.kind === 'rollback' ? `${whatOf(sync)} rolled back` : `${sync.fromTag} to ${whatOf(sync)}`;
  const rollBack = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/template/syncs/{sync}/roll-back', { params: { path: { id: campaign.id, sync: sync.id } } })),
    done: 'It is being rolled back.', refresh: [syncKeys.site(campaign.id), syncKeys.all],
  });
  const ask = async () => {
    const agreed = await confirm({
      title: `Roll ${whatOf(sync)} back?`, confirm: 'Roll it back', danger: true,
      body: 'The site gets a commit that takes these changes out again, and is built again. What people changed since stays; where that is not possible cleanly, a pull request waits.',
    });
    if (agreed) rollBack.mutate();
  };
  return (
    <li style={{ padding: '8px 0', borderTop: '1px solid var(--line)' }}>
      <Group justify="space-between" gap="xs">
        <div>
          <Text size="sm">{kindNames[sync.kind] ?? sync.kind}: {what}</Text>
          <Text size="xs" c="dimmed">{formatInstant(sync.createdAt, campaign.timeZone)}{sync.releaseId && ', by a release'}</Text>
        </div>
        <Group gap={6}>
          <StateBadge state={state} name={name} />
          <Button size="compact-xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${open ? 'Hide' : 'Show'} ${what}`}>{open ? 'Hide' : 'Show'}</Button>
          {sync.kind === 'sync' && sync.result === 'pushed' && <ActionButton size="compact-xs" variant="default" can={siteCan.rollBack(site, sync, person)} loading={rollBack.isPending} onClick={() => void ask()} aria-label={`Roll back ${what}`}>Roll back…</ActionButton>}
        </Group>
      </Group>
      {open && <div style={{ marginTop: 8 }}><SyncDetail campaignId={campaign.id} syncId={sync.id} /></div>}
    </li>
  );
}
