import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../api/client';
import { accountKeys, accountsQuery, useTenants } from '../api/queries';
import type { ProviderAccount, ProviderChecks } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant, ownZone } from '../shared/time';
import { useAction } from '../shared/useAction';
import { AccountDialog } from './AccountDialog';
import { Checks } from './Checks';
import { providers } from './providers';

/** The accounts at Supabase, GitHub and Vercel that campaigns in the cloud are made with. */
export function ProvidersPage() {
  const person = usePerson();
  const navigate = useNavigate();
  const { client } = useSearch({ from: '/shell/providers' });
  const { tenants } = useTenants();
  const may = personCan.setProviders(person);
  const query = useQuery({ ...accountsQuery(client ?? null), enabled: may.allowed });
  if (!may.allowed) return <Page title="Providers"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  return (
    <Page title="Providers" below="Campaigns in the cloud are made with these accounts. A client without an account of its own uses the platform’s. A campaign stays in the account that it was made in.">
      <NativeSelect label="Accounts of" w={320} mb="md" value={client ?? ''} data={[{ value: '', label: 'The platform' }, ...tenants.map((t) => ({ value: t.id, label: t.name }))]}
        onChange={(e) => void navigate({ to: '/providers', search: { client: e.currentTarget.value || undefined } })} />
      {query.isPending && <Loading what="accounts" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && (
        <Stack>
          {providers.map((provider) => (
            <Account key={`${provider.id} ${client}`} provider={provider} tenantId={client ?? null} account={query.data.find((a) => a.provider === provider.id)} />
          ))}
        </Stack>
      )}
    </Page>
  );
}

function Account({ provider, tenantId, account }: { provider: (typeof providers)[number]; tenantId: string | null; account: ProviderAccount | undefined }) {
  const confirm = useConfirm();
  const [setting, setSetting] = useState(false);
  const own = account && (tenantId === null || !account.isPlatforms) ? account : undefined;
  const remove = useAction({
    run: () => tenantId
      ? bodyOf(api.DELETE('/v1/tenants/{id}/providers/{provider}', { params: { path: { id: tenantId, provider: provider.id } } }))
      : bodyOf(api.DELETE('/v1/providers/{provider}', { params: { path: { provider: provider.id } } })),
    done: `The account at ${provider.name} is forgotten.`, refresh: [accountKeys.all],
  });
  const check = useAction({
    run: async () => (tenantId
      ? await bodyOf(api.POST('/v1/tenants/{id}/providers/{provider}/check', { params: { path: { id: tenantId, provider: provider.id } } }))
      : await bodyOf(api.POST('/v1/providers/{provider}/check', { params: { path: { provider: provider.id } } }))) as unknown as ProviderChecks,
  });
  const ask = async () => {
    const agreed = await confirm({
      title: `Forget the account at ${provider.name}?`, confirm: 'Forget the account', danger: true,
      body: 'Refused while campaigns have something in it: decommission those first. The token is forgotten; revoke it at the provider too.',
    });
    if (agreed) remove.mutate();
  };
  return (
    <section className="panel" aria-labelledby={provider.id}>
      <Group justify="space-between" align="flex-start" mb="sm">
        <div>
          <Title order={2} id={provider.id} m={0}>{provider.name}</Title>
          <Text size="sm" c="dimmed">{provider.what}</Text>
        </div>
        <StateBadge state={own ? 'live' : account ? 'cancelled' : 'draft'} name={own ? 'Set' : account ? 'The platform’s' : 'None'} />
      </Group>
      {account && (
        <dl className="facts">
          {provider.fields.map((f) => account.settings[f.field] && <div key={f.field} style={{ display: 'contents' }}><dt>{f.label}</dt><dd>{account.settings[f.field]}</dd></div>)}
          <dt>Last set</dt><dd>{formatInstant(account.updatedAt, ownZone)}</dd>
        </dl>
      )}
      <Group gap="xs" mt="sm">
        <ActionButton size="xs" variant={account ? 'default' : 'filled'} onClick={() => setSetting(true)} aria-label={`${own ? 'Change the' : 'Set an'} account at ${provider.name}`}>
          {own ? 'Change' : 'Set an account'}
        </ActionButton>
        {account && <ActionButton size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()} aria-label={`Check the account at ${provider.name}`}>Check</ActionButton>}
        {own && <ActionButton size="xs" variant="default" loading={remove.isPending} onClick={() => void ask()} aria-label={`Forget the account at ${provider.name}`}>Forget</ActionButton>}
      </Group>
      {check.data && <div style={{ marginTop: 12 }}><Checks answer={check.data} /></div>}
      {setting && <AccountDialog provider={provider} tenantId={tenantId} own={own} onClose={() => setSetting(false)} />}
    </section>
  );
}
