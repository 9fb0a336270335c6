import { Alert, Anchor, Button, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { Release, ReleaseSite, Wave } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant, ownZone } from '../shared/time';
import { useLastReading } from '../shared/useLastReading';
import { useNow } from '../shared/useNow';
import { releaseQuery, releaseSitesQuery } from './queries';
import { ReleaseActions } from './ReleaseActions';
import { SyncDetail } from './SyncDetail';
import { countsOf, isDryRun, isReleaseMoving, releaseNames, releaseSiteStates, siteName, soakLeft, waveNames, waveProgress, whatOf } from './words';

/** One release: its waves as they go, and what became of each site, or would. */
export function ReleasePage() {
  const may = personCan.release(usePerson());
  const { releaseId } = useParams({ from: '/shell/template/releases/$releaseId' });
  const query = useQuery({ ...releaseQuery(releaseId), enabled: may.allowed });
  if (!may.allowed) return <Page title="Release"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  if (!query.data) return <Page title="Release">{query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading what="the release" />}</Page>;
  return <Loaded release={query.data} behind={query.isError ? query.error : null} />;
}

function Loaded({ release: r, behind }: { release: Release; behind: Error | null }) {
  const settings = r.settings;
  return (
    <Page title={`Release of ${whatOf(r)}`} beside={<span role="status"><StateBadge state={r.state} name={releaseNames[r.state]} /></span>} actions={<ReleaseActions release={r} />}
      below={<>Made {formatInstant(r.createdAt, ownZone)}{r.startedAt && `, started ${formatInstant(r.startedAt, ownZone)}`}{r.endedAt && `, ended ${formatInstant(r.endedAt, ownZone)}`} · <Link to="/template">All of the template</Link></>}>
      <Stack>
        {behind && <Failure error={behind} title="This page may be behind" />}
        {r.message && <Alert color={r.state === 'succeeded' ? 'green' : 'orange'} variant="outline" role="status" title={releaseNames[r.state] ?? r.state}>{r.message}</Alert>}
        {r.state === 'planned' && <Alert color="indigo" variant="outline" title="Nothing has been pushed">Below stands what would happen to each site, with its diff. Start the release when you agree.</Alert>}
        <section className="panel" aria-labelledby="waves">
          <Title order={2} id="waves">Waves</Title>
          <ol className="steps">{r.waves.map((wave) => <WaveLine key={wave.number} wave={wave} isDry={isDryRun(r)} />)}</ol>
          <Text size="sm" c="dimmed" mt="sm">
            {settings.tenantIds.length > 0 && `Only sites of ${settings.tenantIds.length === 1 ? 'one client' : `${settings.tenantIds.length} clients`}. `}
            {settings.holdHoursBeforeClosing > 0 && `Live sites that close within ${settings.holdHoursBeforeClosing} hours are held out. `}
            {settings.unhealthyMax > 0 ? `Up to ${settings.unhealthyMax} percent of a wave may be worse. ` : 'No site may be worse. '}
            {settings.rollsBack ? 'A wave that is worse is rolled back by itself.' : 'When a wave is worse, the release pauses.'}
          </Text>
        </section>
        <Sites release={r} />
      </Stack>
    </Page>
  );
}

function WaveLine({ wave, isDry }: { wave: Wave; isDry: boolean }) {
  const now = useNow(wave.state === 'soaking');
  const { percent, text } = waveProgress(wave);
  const { settings } = wave;
  const which = settings.campaignIds.length > 0 ? `${settings.campaignIds.length} chosen` : `up to ${settings.percent} percent`;
  return (
    <li>
      <span className="mark" aria-hidden>{wave.number}</span>
      <div>
        <Group gap="xs">
          <strong>Wave {wave.number}</strong>
          {!isDry && <StateBadge state={wave.state} name={waveNames[wave.state]} />}
          <Text span size="sm" c="dimmed">{which}{settings.soakMinutes > 0 && `, then watched for ${settings.soakMinutes} min`}</Text>
        </Group>
        <div className="bar" style={{ margin: '6px 0' }} role="progressbar" aria-label={`Wave ${wave.number}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} aria-valuetext={text}><div style={{ width: `${percent}%` }} /></div>
        <Text size="sm" role="status">{text}{countsOf(wave.counts, isDry) && `: ${countsOf(wave.counts, isDry)}`}</Text>
      </div>
      <Text span size="sm" c="dimmed">{wave.state === 'soaking' ? soakLeft(wave.soaksUntil, now) : ''}</Text>
    </li>
  );
}

function Sites({ release: r }: { release: Release }) {
  const navigate = useNavigate();
  const { state } = useSearch({ from: '/shell/template/releases/$releaseId' });
  const query = useInfiniteQuery(releaseSitesQuery(r.id, state, isReleaseMoving(r)));
  useLastReading(isReleaseMoving(r), query.refetch);
  const sites = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel" aria-labelledby="sites">
      <Group justify="space-between" align="end" mb="sm">
        <Title order={2} id="sites" m={0}>Sites</Title>
        <NativeSelect label="State" value={state ?? ''} data={[{ value: '', label: 'All' }, ...releaseSiteStates.map((value) => ({ value, label: siteName(value, isDryRun(r)) }))]}
          onChange={(e) => void navigate({ to: '/template/releases/$releaseId', params: { releaseId: r.id }, search: { state: e.currentTarget.value || undefined } })} />
      </Group>
      {query.isPending && <Loading what="sites" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && sites.length === 0 && <Text size="sm" c="dimmed">{state ? 'No site is in this state.' : 'No site is part of this release.'}</Text>}
      {sites.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of sites">
          <Table aria-labelledby="sites">
            <Table.Thead><Table.Tr><Table.Th>Site</Table.Th><Table.Th>Wave</Table.Th><Table.Th>{isDryRun(r) ? 'What would happen' : 'What happened'}</Table.Th><Table.Th>Health</Table.Th><Table.Th>Had</Table.Th><Table.Th>Changes</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{sites.map((site) => <SiteRow key={site.campaignId} site={site} isDry={isDryRun(r)} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </section>
  );
}

function SiteRow({ site: s, isDry }: { site: ReleaseSite; isDry: boolean }) {
  const [open, setOpen] = useState(false);
  const inReview = !isDry && (s.state === 'pull_request' || s.state === 'conflict_pull_request');
  return (
    <Fragment>
      <Table.Tr>
        <Table.Th scope="row">
          <Link className="small-link" to="/campaigns/$campaignId" params={{ campaignId: s.campaignId }}>{s.campaignName}</Link>
          {s.siteUrl && <Text size="xs" lh="24px"><Anchor className="small-link" href={s.siteUrl} target="_blank" rel="noreferrer" aria-label={`Open the site of ${s.campaignName}`}>Open the site</Anchor></Text>}
        </Table.Th>
        <Table.Td>{s.wave}</Table.Td>
        <Table.Td>
          <StateBadge state={s.state} name={siteName(s.state, isDry)} />
          {s.reason && <Text size="xs" c="dimmed" maw={420}>{s.reason}</Text>}
          {inReview && <Text size="xs" lh="24px"><Link className="small-link" to="/campaigns/$campaignId/review" params={{ campaignId: s.campaignId }}>Review it</Link></Text>}
        </Table.Td>
        <Table.Td>{s.health === 'healthy' ? 'Healthy' : s.health === 'unhealthy' ? <StateBadge state="unhealthy" name="Not healthy" /> : '—'}</Table.Td>
        <Table.Td>{s.fromTag}</Table.Td>
        <Table.Td>{s.syncId ? <Button size="compact-sm" variant="default" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${open ? 'Hide' : 'Show'} the changes of ${s.campaignName}`}>{open ? 'Hide' : 'Show'}</Button> : '—'}</Table.Td>
      </Table.Tr>
      {open && s.syncId && <Table.Tr><Table.Td colSpan={6}><SyncDetail campaignId={s.campaignId} syncId={s.syncId} /></Table.Td></Table.Tr>}
    </Fragment>
  );
}
