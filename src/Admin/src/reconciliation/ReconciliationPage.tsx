import { Alert, Button, Group, NativeSelect, Stack, Switch, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../api/client';
import { findingsQuery, installationQuery, reconciledQuery, reconciliationKeys, useTenants } from '../api/queries';
import type { Finding, ReconciledAccount, Tenant } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { providerName } from '../providers/providers';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant, ownZone } from '../shared/time';
import { useAction } from '../shared/useAction';
import { findingCan, kindNames, noFindings, ownerName, stateNames, type FindingState } from './findings';

/** What accounts at providers hold otherwise than campaigns know. */
export function ReconciliationPage() {
  const person = usePerson();
  const may = personCan.setProviders(person);
  const { tenants } = useTenants();
  const accounts = useQuery({ ...reconciledQuery, enabled: may.allowed });
  const owners = [...new Set(accounts.data?.map((a) => a.tenantId) ?? [null])];
  const run = useAction({
    run: () => Promise.all(owners.map((tenantId) => bodyOf(api.POST('/v1/reconciliation/runs', { body: tenantId ? { tenantId } : {} })))),
    done: 'The accounts are being compared; nothing is deleted.', refresh: [reconciliationKeys.all],
  });
  if (!may.allowed) return <Page title="Reconciliation"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  return (
    <Page title="Reconciliation" below="What providers hold is compared each day with what campaigns know. Only what carries this installation’s mark is ever deleted, and only where that is switched on."
      actions={<ActionButton loading={run.isPending} onClick={() => run.mutate()}>Compare now</ActionButton>}>
      <Stack>
        <Unconfirmed />
        {accounts.isPending && <Loading what="accounts" />}
        {accounts.isError && <Failure error={accounts.error} retry={() => void accounts.refetch()} />}
        {accounts.data && accounts.data.length > 0 && <Accounts accounts={accounts.data} tenants={tenants} />}
        {accounts.data && <Findings tenants={tenants} accounts={accounts.data} />}
      </Stack>
    </Page>
  );
}

/** After a restore of an older state somebody has to look first: what was made since looks like an orphan. */
function Unconfirmed() {
  const confirm = useConfirm();
  const { data } = useQuery({ ...installationQuery, staleTime: 0 });
  const incarnation = data?.incarnation;
  const act = useAction({
    run: () => bodyOf(api.POST('/v1/installation/confirm', { body: { incarnation: incarnation?.id ?? '' } })),
    done: 'The installation acts again.', refresh: [installationQuery.queryKey, reconciliationKeys.all],
  });
  if (!incarnation || incarnation.confirmedAt) return null;
  const ask = async () => {
    const agreed = await confirm({
      title: 'Let the installation act again?', confirm: 'It may act', danger: true,
      body: 'Look at the findings first: what was made after the restored state looks like an orphan. See that no older copy of this installation runs any more.',
    });
    if (agreed) act.mutate();
  };
  return (
    <Alert color="orange" variant="outline" title="The central database was set back to an older state">
      <Text size="sm">Since {formatInstant(incarnation.beganAt, ownZone)} nothing is drawn, deleted or sent: draws, claims, mails, webhooks and deployments of what was there before wait, and go on within minutes once you confirm.</Text>
      <ActionButton mt="sm" size="xs" variant="default" loading={act.isPending} onClick={() => void ask()}>Confirm and go on…</ActionButton>
    </Alert>
  );
}

const Accounts = ({ accounts, tenants }: { accounts: ReconciledAccount[]; tenants: Tenant[] }) => (
  <section className="panel" aria-labelledby="accounts">
    <Title order={2} id="accounts">Accounts</Title>
    {accounts.filter((a) => a.refusedAt).map((a) => (
      <Alert key={`${a.tenantId} ${a.provider}`} mb="sm" color="red" variant="outline" title={`Nothing is deleted at ${providerName(a.provider)}`}>
        Since {formatInstant(a.refusedAt, ownZone)} more orphans are due there ({a.due}) than may go at once. Look at them below: delete or dismiss some by hand.
      </Alert>
    ))}
    <div className="scroll" tabIndex={0} role="region" aria-label="Table of accounts">
      <Table aria-labelledby="accounts">
        <Table.Thead><Table.Tr><Table.Th>Account</Table.Th><Table.Th>Owner</Table.Th><Table.Th>Compared</Table.Th><Table.Th>Holds</Table.Th><Table.Th>Delete orphans</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>{accounts.map((a) => <Account key={`${a.tenantId} ${a.provider}`} account={a} owner={ownerName(a.tenantId, tenants)} />)}</Table.Tbody>
      </Table>
    </div>
  </section>
);

function Account({ account: a, owner }: { account: ReconciledAccount; owner: string }) {
  const confirm = useConfirm();
  const turn = useAction({
    run: (isDeleting: boolean) => bodyOf(api.PUT('/v1/reconciliation/accounts', { body: { provider: a.provider, isDeleting, ...(a.tenantId ? { tenantId: a.tenantId } : {}) } })),
    done: a.isDeleting ? 'Orphans are only reported.' : 'Orphans past their grace period will be deleted, a few in each run.', refresh: [reconciliationKeys.all],
  });
  const ask = async () => {
    const agreed = a.isDeleting || await confirm({
      title: `Delete orphans at ${providerName(a.provider)}?`, confirm: 'Switch deletion on', danger: true,
      body: 'What carries this installation’s mark and no campaign knows is deleted there, once it has been reported and its grace period is over; a few in each run, never many at once.',
    });
    if (agreed) turn.mutate(!a.isDeleting);
  };
  const name = providerName(a.provider);
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>{owner}</Table.Td>
      <Table.Td>
        {a.ranAt ? formatInstant(a.ranAt, ownZone) : 'Not yet'}{a.outcome === 'partial' && ', in part'}
        {a.outcome === 'failed' && <Text size="xs" c="var(--mantine-color-error)">{a.message ?? 'It failed.'}</Text>}
        <Text size="xs" c="dimmed">next {formatInstant(a.nextAt, ownZone)}</Text>
      </Table.Td>
      <Table.Td>{a.held.toLocaleString('en-GB')}, of which {a.ours.toLocaleString('en-GB')} ours<Text size="xs" c="dimmed">{a.due} due to be deleted</Text></Table.Td>
      <Table.Td><Switch checked={a.isDeleting} disabled={turn.isPending} onChange={() => void ask()} aria-label={`Delete orphans at ${name}, ${owner}`} /></Table.Td>
    </Table.Tr>
  );
}

function Findings({ tenants, accounts }: { tenants: Tenant[]; accounts: ReconciledAccount[] }) {
  const navigate = useNavigate();
  const { state } = useSearch({ from: '/shell/reconciliation' });
  const query = useInfiniteQuery(findingsQuery(state));
  const findings = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel" aria-labelledby="findings">
      <Group justify="space-between" align="end" mb="sm">
        <Title order={2} id="findings" m={0}>Findings</Title>
        <NativeSelect label="State" value={state ?? ''} data={[{ value: '', label: 'All' }, ...Object.entries(stateNames).map(([value, label]) => ({ value, label }))]}
          onChange={(e) => void navigate({ to: '/reconciliation', search: { state: (e.currentTarget.value || undefined) as FindingState | undefined } })} />
      </Group>
      {query.isPending && <Loading what="findings" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && findings.length === 0 && <Text size="sm" c="dimmed">{state ? 'No finding is in this state.' : noFindings(accounts)}</Text>}
      {findings.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of findings">
          <Table aria-labelledby="findings">
            <Table.Thead><Table.Tr><Table.Th>What</Table.Th><Table.Th>Where</Table.Th><Table.Th>Seen</Table.Th><Table.Th>State</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{findings.map((f) => <FindingRow key={f.id} finding={f} owner={ownerName(f.tenantId, tenants)} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </section>
  );
}

function FindingRow({ finding: f, owner }: { finding: Finding; owner: string }) {
  const confirm = useConfirm();
  const params = { params: { path: { finding: f.id } } };
  const refresh = [reconciliationKeys.all];
  const remove = useAction({ run: () => bodyOf(api.POST('/v1/reconciliation/findings/{finding}/delete', params)), done: 'It is being deleted.', refresh });
  const dismiss = useAction({ run: () => bodyOf(api.POST('/v1/reconciliation/findings/{finding}/dismiss', params)), done: 'It is left alone.', refresh });
  const ask = async () => {
    const agreed = await confirm({
      title: `Delete the ${f.part} ${f.name}?`, confirm: 'Delete it', danger: true,
      body: `It is deleted at ${providerName(f.provider)} for good, if it still is what was found: same id, same name, this installation’s mark.`,
    });
    if (agreed) remove.mutate();
  };
  return (
    <Table.Tr>
      <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>{f.name}<Text size="xs" c="dimmed">{kindNames[f.kind] ?? f.kind}: {f.detail}</Text>{f.error && <Text size="xs" c="var(--mantine-color-error)">{f.error}</Text>}</Table.Th>
      <Table.Td>{f.part} at {providerName(f.provider)}<Text size="xs" c="dimmed">{owner}{f.campaignId && <>, <Link to="/campaigns/$campaignId" params={{ campaignId: f.campaignId }}>campaign</Link></>}</Text></Table.Td>
      <Table.Td>{formatInstant(f.lastSeenAt, ownZone)}<Text size="xs" c="dimmed">first {formatInstant(f.firstSeenAt, ownZone)}, in {f.runs} {f.runs === 1 ? 'run' : 'runs'}</Text></Table.Td>
      <Table.Td><StateBadge state={f.state} name={stateNames[f.state as FindingState] ?? f.state} /></Table.Td>
      <Table.Td ta="right">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {f.kind === 'orphan' && <ActionButton size="compact-sm" variant="default" can={findingCan.remove(f)} loading={remove.isPending} onClick={() => void ask()} aria-label={`Delete ${f.name}`}>Delete</ActionButton>}
          {findingCan.dismiss(f).allowed && <ActionButton size="compact-sm" variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate()} aria-label={`Dismiss ${f.name}`}>Dismiss</ActionButton>}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
