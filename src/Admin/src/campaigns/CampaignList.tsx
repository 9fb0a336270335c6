import { Button, Group, NativeSelect, Table, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { campaignsQuery, useTenants } from '../api/queries';
import type { Campaign, Tenant } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { EntryCount } from './EntryCount';

export function CampaignList() {
  const person = usePerson();
  const navigate = useNavigate();
  const { client, q = '' } = useSearch({ from: '/shell/campaigns' });
  const { tenants } = useTenants();
  const query = useInfiniteQuery(campaignsQuery(client));
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = all.filter((c) => matches(c, tenants, q));
  const search = (next: { client?: string; q?: string }) => void navigate({ to: '/campaigns', search: { client, q: q || undefined, ...next }, replace: true });
  useReadOnWhileSearching(q, query);

  const create = (
    <ActionButton can={personCan.manageCampaigns(person)} onClick={() => void navigate({ to: '/campaigns/new', search: { client } })}>
      New campaign
    </ActionButton>
  );
  return (
    <Page title="Campaigns" actions={create}>
      <Group mb="md" align="end">
        <NativeSelect label="Client" value={client ?? ''} onChange={(e) => search({ client: e.currentTarget.value || undefined })}
          data={[{ value: '', label: 'All clients' }, ...tenants.map((t) => ({ value: t.id, label: t.name }))]} />
        <TextInput label="Find" type="search" placeholder="Name, slug or state" data-find value={q}
          onChange={(e) => search({ q: e.currentTarget.value || undefined })} w={260} />
        <Text size="sm" c="dimmed" role="status" pb={8}>{query.isSuccess && q ? `${shown.length} found` : ''}</Text>
      </Group>
      {query.isPending && <Loading what="campaigns" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && all.length === 0 && (
        <Empty title={client ? 'This client has no campaign yet' : 'No campaigns yet'} action={create}>
          Fill in one form: the platform makes the database, the repository and the site, and shows you each step.
        </Empty>
      )}
      {query.isSuccess && all.length > 0 && shown.length === 0 && <Empty title="Nothing matches">Try fewer letters, or another client.</Empty>}
      {shown.length > 0 && <CampaignTable campaigns={shown} tenants={tenants} />}
      {query.hasNextPage && (
        <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
      )}
    </Page>
  );
}

const CampaignTable = ({ campaigns, tenants }: { campaigns: Campaign[]; tenants: Tenant[] }) => (
  <div className="panel scroll" tabIndex={0} role="region" aria-label="Campaigns">
    <Table highlightOnHover aria-label="Campaigns">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Campaign</Table.Th><Table.Th>Client</Table.Th><Table.Th>State</Table.Th><Table.Th>Opens</Table.Th><Table.Th>Closes</Table.Th>
          <Table.Th ta="right">Entries</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {campaigns.map((c) => (
          <Table.Tr key={c.id}>
            <Table.Th scope="row">
              <Link to="/campaigns/$campaignId" params={{ campaignId: c.id }}>{c.name}</Link>
              <Text size="xs" c="dimmed">{c.slug ?? 'no slug yet'}</Text>
            </Table.Th>
            <Table.Td>{tenants.find((t) => t.id === c.tenantId)?.name ?? '—'}</Table.Td>
            <Table.Td><StateBadge state={c.state} /></Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(c.opensAt, c.timeZone)}</Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(c.closesAt, c.timeZone)}</Table.Td>
            <Table.Td ta="right"><EntryCount campaign={c} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);

function matches(c: Campaign, tenants: Tenant[], q: string): boolean {
  const client = tenants.find((t) => t.id === c.tenantId)?.name ?? '';
  const text = `${c.name} ${c.slug ?? ''} ${c.state} ${client}`.toLocaleLowerCase();
  return q.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The list comes in pages; a search looks through all of them, up to a bound. */
function useReadOnWhileSearching(q: string, query: { hasNextPage: boolean; isFetching: boolean; isError: boolean; data?: { pages: unknown[] }; fetchNextPage: () => unknown }) {
  const { hasNextPage, isFetching, isError, data, fetchNextPage } = query;
  useEffect(() => {
    if (q && hasNextPage && !isFetching && !isError && (data?.pages.length ?? 0) < 20) void fetchNextPage();
  }, [q, hasNextPage, isFetching, isError, data, fetchNextPage]);
}
