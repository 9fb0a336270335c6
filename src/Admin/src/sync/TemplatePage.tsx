import { Button, Checkbox, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../api/client';
import { useTenants } from '../api/queries';
import type { Release, TemplateSite } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant, ownZone } from '../shared/time';
import { useAction } from '../shared/useAction';
import { releasesQuery, sitesQuery, syncKeys, versionsQuery } from './queries';
import { baseOf, behindOf, changesOf, isDryRun, needsAttention, outcomeOf, policyNames, releaseNames, waveProgress, whatOf } from './words';

/** The template that sites are made from: its versions, how far each site is behind, and the releases that took it to them. */
export function TemplatePage() {
  const may = personCan.release(usePerson());
  const navigate = useNavigate();
  const refresh = useAction({ run: () => bodyOf(api.POST('/v1/template/versions')), done: 'New versions are being looked for; they appear here when they are found.', refresh: [syncKeys.all] });
  return (
    <Page title="Template" below="Every site is made from the template. A release takes a new version of it to the sites, a few first, and leaves what people changed there."
      actions={may.allowed && <>
        <ActionButton variant="default" loading={refresh.isPending} onClick={() => refresh.mutate()}>Look for new versions</ActionButton>
        <ActionButton onClick={() => void navigate({ to: '/template/new' })}>New release</ActionButton>
      </>}>
      <Stack>
        {may.allowed && <Releases />}
        <Sites />
        <Versions />
      </Stack>
    </Page>
  );
}

function Releases() {
  const query = useInfiniteQuery(releasesQuery());
  const releases = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel" aria-labelledby="releases">
      <Title order={2} id="releases">Releases</Title>
      {query.isPending && <Loading what="releases" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && releases.length === 0 && <Text size="sm" c="dimmed">None yet. A new release begins with a dry run that shows what it would do to each site.</Text>}
      {releases.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of releases">
          <Table aria-labelledby="releases">
            <Table.Thead><Table.Tr><Table.Th>Release</Table.Th><Table.Th>State</Table.Th><Table.Th>Sites</Table.Th><Table.Th>Made</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{releases.map((r) => <ReleaseRow key={r.id} release={r} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </section>
  );
}

function ReleaseRow({ release: r }: { release: Release }) {
  const [done, sites] = r.waves.reduce(([d, s], wave) => [d + waveProgress(wave).done, s + wave.sites], [0, 0]);
  return (
    <Table.Tr>
      <Table.Th scope="row"><Link to="/template/releases/$releaseId" params={{ releaseId: r.id }} search={{}}>{whatOf(r)}</Link></Table.Th>
      <Table.Td><StateBadge state={r.state} name={releaseNames[r.state]} />{r.message && <Text size="xs" c="dimmed">{r.message}</Text>}</Table.Td>
      <Table.Td>{isDryRun(r) ? `${sites} tried` : `${done} of ${sites} done`}</Table.Td>
      <Table.Td>{formatInstant(r.createdAt, ownZone)}</Table.Td>
    </Table.Tr>
  );
}

function Sites() {
  const query = useInfiniteQuery(sitesQuery());
  const { tenants } = useTenants();
  const [only, setOnly] = useState(false);
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = only ? all.filter(needsAttention) : all;
  return (
    <section className="panel" aria-labelledby="sites">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="sites" m={0}>Sites</Title>
        {all.length > 0 && <Checkbox checked={only} onChange={(e) => setOnly(e.currentTarget.checked)} label={`Only those that ask for attention (${all.filter(needsAttention).length})`} />}
      </Group>
      {query.isPending && <Loading what="sites" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && all.length === 0 && <Text size="sm" c="dimmed">No site has been made yet: each campaign gets one when it is provisioned.</Text>}
      {all.length > 0 && shown.length === 0 && <Text size="sm" c="dimmed">None of the sites shown asks for attention: all have the newest version, and are well.</Text>}
      {shown.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of sites">
          <Table aria-labelledby="sites">
            <Table.Thead><Table.Tr><Table.Th>Site</Table.Th><Table.Th>Has</Table.Th><Table.Th>Own changes</Table.Th><Table.Th>Takes versions</Table.Th><Table.Th>Open review</Table.Th><Table.Th>Last sync</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{shown.map((s) => <SiteRow key={s.campaignId} site={s} client={tenants.find((t) => t.id === s.tenantId)?.name} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </section>
  );
}

function SiteRow({ site: s, client }: { site: TemplateSite; client?: string }) {
  const latest = s.latest && outcomeOf(s.latest);
  return (
    <Table.Tr>
      <Table.Th scope="row"><Link to="/campaigns/$campaignId" params={{ campaignId: s.campaignId }}>{s.campaignName}</Link><Text size="xs" c="dimmed">{client}</Text></Table.Th>
      <Table.Td>{baseOf(s)}<Text size="xs" c="dimmed">{behindOf(s.behind)}</Text></Table.Td>
      <Table.Td>{changesOf(s.localChanges)}</Table.Td>
      <Table.Td>
        {s.isPinned ? 'Pinned: none' : policyNames[s.policy] ?? s.policy}
        {s.skipped.length > 0 && <Text size="xs" c="dimmed">skips {s.skipped.join(', ')}</Text>}
        {s.declined.length > 0 && <Text size="xs" c="dimmed">closed {s.declined.join(', ')}</Text>}
        {s.refused.length > 0 && <Text size="xs" c="dimmed">refuses {s.refused.join(', ')}</Text>}
      </Table.Td>
      <Table.Td>{s.review ? <Link to="/campaigns/$campaignId/review" params={{ campaignId: s.campaignId }}>{s.review.version}{s.review.hasConflicts ? ', to be decided' : ''}</Link> : 'None'}</Table.Td>
      <Table.Td>{latest && s.latest ? <><StateBadge state={s.latest.health === 'unhealthy' ? 'unhealthy' : latest.state} name={s.latest.health === 'unhealthy' ? 'Not healthy' : latest.name} />{s.latest.reason && <Text size="xs" c="dimmed">{s.latest.reason}</Text>}</> : 'None'}</Table.Td>
    </Table.Tr>
  );
}

function Versions() {
  const query = useInfiniteQuery(versionsQuery());
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isSuccess && versions.length === 0) return <Empty title="No version is known yet">Versions are looked for when the platform starts, and now and then.</Empty>;
  return (
    <section className="panel" aria-labelledby="versions">
      <Title order={2} id="versions">Versions</Title>
      {query.isPending && <Loading what="versions" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {versions.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of versions">
          <Table aria-labelledby="versions">
            <Table.Thead><Table.Tr><Table.Th>Version</Table.Th><Table.Th>What is new</Table.Th><Table.Th>Kept at</Table.Th><Table.Th>Found</Table.Th><Table.Th>Sites that have it</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {versions.map((v) => (
                <Table.Tr key={`${v.source} ${v.tag}`}>
                  <Table.Th scope="row">{v.tag}<Text size="xs" c="dimmed"><code>{v.commit.slice(0, 10)}</code></Text></Table.Th>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{v.message ?? '—'}</Table.Td>
                  <Table.Td>{v.source === 'local' ? 'This machine' : v.source.replace(/^github:/, 'GitHub: ')}</Table.Td>
                  <Table.Td>{formatInstant(v.seenAt, ownZone)}</Table.Td>
                  <Table.Td>{v.sites.toLocaleString('en-GB')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </section>
  );
}
