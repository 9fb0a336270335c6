import { Button, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { campaignQuery, entriesQuery } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { isProvisioned } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { SaveButton } from '../shared/SaveButton';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { exclusionText, outcomeText, type Entry } from './entries';
import { ExcludeDialog, RestoreDialog, TicketsDialog } from './EntryDialogs';

/** Every accepted entry, the newest first. It shows who entered, so that it is for managers alone. */
export function EntriesPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/entries' });
  const campaign = useQuery(campaignQuery(campaignId));
  const may = personCan.seePersonalData(usePerson());
  if (!may.allowed) return <Page title="Entries"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  if (!campaign.data) {
    return <Page title="Entries">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign: c }: { campaign: Campaign }) {
  const query = useInfiniteQuery({ ...entriesQuery(c.id), enabled: isProvisioned(c) });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={`Entries of ${c.name}`} beside={<span role="status"><StateBadge state={c.state} /></span>} below={<CampaignLinks campaign={c} here="entries" />}
      actions={isProvisioned(c) && <SaveButton path={`/v1/campaigns/${c.id}/entries.csv`} name={`${c.slug ?? c.id}-entries.csv`}>Save the entries as CSV</SaveButton>}>
      <Stack>
        {query.isPending && isProvisioned(c) && <Loading what="the entries" />}
        {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {(query.isSuccess || !isProvisioned(c)) && entries.length === 0 && <Empty title="No entries yet">Each accepted entry has a line here, with its number in its pool.</Empty>}
        {entries.length > 0 && <EntryTable entries={entries} campaign={c} />}
        {query.hasNextPage && <div><Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button></div>}
      </Stack>
    </Page>
  );
}

function EntryTable({ entries, campaign }: { entries: Entry[]; campaign: Campaign }) {
  const person = usePerson();
  const [asked, setAsked] = useState<{ what: 'exclude' | 'restore' | 'tickets'; entry: Entry } | null>(null);
  const several = campaign.pools.length > 1;
  const close = () => setAsked(null);
  const pool = (id: string) => campaign.pools.find((p) => p.id === id)?.name ?? '';
  return (
    <div className="panel scroll" tabIndex={0} role="region" aria-label="Entries">
      <Table miw={760} highlightOnHover aria-label="Entries">
        <Table.Thead>
          <Table.Tr><Table.Th>Number</Table.Th><Table.Th>Entered</Table.Th><Table.Th>Who</Table.Th><Table.Th>Outcome</Table.Th><Table.Th ta="right">Bonus tickets</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Th scope="row">{entry.number.toLocaleString('en-GB')}{several && <Text size="xs" c="dimmed">{pool(entry.poolId)}</Text>}</Table.Th>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(entry.enteredAt, campaign.timeZone)}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {[entry.firstName, entry.lastName].filter(Boolean).join(' ') || <Text span size="sm" c="dimmed">erased</Text>}{entry.county && `, ${entry.county}`}
                {entry.email && <Text size="xs" c="dimmed">{entry.email}</Text>}
              </Table.Td>
              <Table.Td>{outcomeText(entry)}{entry.excluded && <Text size="xs" c="dimmed">Excluded: {exclusionText(entry.excluded).toLowerCase()}</Text>}</Table.Td>
              <Table.Td ta="right">{entry.excluded || entry.bonusTickets === 0 ? '—' : `+${entry.bonusTickets.toLocaleString('en-GB')}`}</Table.Td>
              <Table.Td>
                <Group gap={6} wrap="nowrap" justify="flex-end">
                  {entry.excluded
                    ? <ActionButton size="compact-sm" variant="default" can={personCan.manageCampaigns(person)} onClick={() => setAsked({ what: 'restore', entry })} aria-label={`Restore entry ${entry.number}`}>Restore</ActionButton>
                    : (
                      <>
                        <ActionButton size="compact-sm" variant="default" can={personCan.manageCampaigns(person)} onClick={() => setAsked({ what: 'tickets', entry })} aria-label={`Tickets of entry ${entry.number}`}>Tickets</ActionButton>
                        <ActionButton size="compact-sm" variant="default" can={personCan.manageCampaigns(person)} onClick={() => setAsked({ what: 'exclude', entry })} aria-label={`Exclude entry ${entry.number}`}>Exclude</ActionButton>
                      </>
                    )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {asked?.what === 'exclude' && <ExcludeDialog campaign={campaign} entry={asked.entry} onClose={close} />}
      {asked?.what === 'restore' && <RestoreDialog campaign={campaign} entry={asked.entry} onClose={close} />}
      {asked?.what === 'tickets' && <TicketsDialog campaign={campaign} entry={asked.entry} onClose={close} />}
    </div>
  );
}
