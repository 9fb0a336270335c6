import { Button, Group, NativeSelect, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { auditQuery, useTenants, type AuditFilter } from '../api/queries';
import type { AuditEvent } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { Page } from '../shared/Page';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant, toInstant } from '../shared/time';

/** The audit log's times are shown and asked for in the agency's own zone. */
const zone = 'Europe/London';

const emptyFilter = { tenantId: '', campaignId: '', actor: '', subject: '', from: '', until: '' };

export function AuditPage() {
  const person = usePerson();
  const may = personCan.seeAudit(person);
  const { campaign } = useSearch({ from: '/shell/audit' });
  const { tenants } = useTenants();
  const [filter, setFilter] = useState({ ...emptyFilter, campaignId: campaign ?? '' });
  const [settled] = useDebouncedValue(filter, 400);
  const query = useInfiniteQuery({ ...auditQuery(asked(settled)), enabled: may.allowed });
  if (!may.allowed) return <Page title="Audit"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (field: keyof typeof emptyFilter) => (e: { currentTarget: { value: string } }) => {
    const { value } = e.currentTarget;
    setFilter((before) => ({ ...before, [field]: value }));
  };
  const filtered = Object.values(filter).some((value) => value !== '');
  return (
    <Page title="Audit" below="Who did what to what. Nothing here can be changed or removed.">
      <Group mb="md" align="end" gap="sm">
        <NativeSelect label="Client" value={filter.tenantId} onChange={set('tenantId')} data={[{ value: '', label: 'All clients' }, ...tenants.map((t) => ({ value: t.id, label: t.name }))]} />
        <TextInput label="Campaign" placeholder="cmp_…" value={filter.campaignId} onChange={set('campaignId')} w={150} error={filter.campaignId && !isCampaignId(filter.campaignId) && 'An id: cmp_…'} />
        <TextInput label="Who" placeholder="usr_… or system" data-find value={filter.actor} onChange={set('actor')} w={150} />
        <TextInput label="Subject" placeholder="id" value={filter.subject} onChange={set('subject')} w={150} />
        <TextInput label="From" type="datetime-local" value={filter.from} onChange={set('from')} />
        <TextInput label="Until" type="datetime-local" value={filter.until} onChange={set('until')} />
        {filtered && <Button variant="default" onClick={() => setFilter(emptyFilter)}>Clear</Button>}
      </Group>
      {query.isPending && <Loading what="the audit log" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && events.length === 0 && <Empty title={filtered ? 'Nothing matches' : 'Nothing has happened yet'} />}
      {events.length > 0 && (
        <div className="panel scroll" tabIndex={0} role="region" aria-label="Audit events">
          <Table aria-label="Audit events" verticalSpacing={6}>
            <Table.Thead><Table.Tr><Table.Th>When</Table.Th><Table.Th>What</Table.Th><Table.Th>Who</Table.Th><Table.Th>Subject</Table.Th><Table.Th>Client</Table.Th><Table.Th>Change</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {events.map((event) => (
                <Table.Tr key={event.id}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(event.at, zone, true)}</Table.Td>
                  <Table.Td fw={600}>{event.action}</Table.Td>
                  <Table.Td><Id text={event.actor} /></Table.Td>
                  <Table.Td><Id text={event.subject} /></Table.Td>
                  <Table.Td>{tenants.find((t) => t.id === event.tenantId)?.name ?? '—'}</Table.Td>
                  <Table.Td><Change event={event} /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </Page>
  );
}

const isCampaignId = (text: string) => /^cmp_[0-9a-f]{32}$/.test(text.trim());

const asked = (f: typeof emptyFilter): AuditFilter => {
  const instant = (local: string) => {
    const time = local ? toInstant(local, zone) : null;
    return time && 'iso' in time ? time.iso : undefined;
  };
  const text = (value: string) => value.trim() || undefined;
  return { tenantId: text(f.tenantId), campaignId: isCampaignId(f.campaignId) ? f.campaignId.trim() : undefined, actor: text(f.actor), subject: text(f.subject), from: instant(f.from), until: instant(f.until) };
};

/** Ids are long; their end tells them apart, and the whole is there to hover, copy and be read out. */
const Id = ({ text }: { text: string }) => (text.length <= 18 ? <code>{text}</code> : <code title={text}>{text.slice(0, 4)}…{text.slice(-8)}</code>);

function Change({ event }: { event: AuditEvent }) {
  const before = event.before as unknown;
  const after = event.after as unknown;
  if (before == null && after == null) return <Text size="sm" c="dimmed">—</Text>;
  return (
    <details>
      <summary>Show</summary>
      {before != null && <><Text size="xs" fw={600}>Before</Text><pre className="values">{JSON.stringify(before, null, 1)}</pre></>}
      {after != null && <><Text size="xs" fw={600}>After</Text><pre className="values">{JSON.stringify(after, null, 1)}</pre></>}
    </details>
  );
}
