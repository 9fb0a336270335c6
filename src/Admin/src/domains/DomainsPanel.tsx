import { Anchor, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import type { Campaign, Domain } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { CopyText } from '../shared/CopyText';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { domainsKey, domainsQuery, lookedAt, standing } from './domains';

/** The names under which a campaign's site is reached beside its own address, and what their owner has to publish. */
export function DomainsPanel({ campaign }: { campaign: Campaign }) {
  const domains = useQuery(domainsQuery(campaign.id));
  const { isSupported, items } = domains.data ?? { isSupported: false, items: [] };
  return (
    <section className="panel" aria-labelledby="domains">
      <Title order={2} id="domains">Domains</Title>
      {domains.isPending && <Loading what="the domains" />}
      {domains.isError && <Failure error={domains.error} retry={() => void domains.refetch()} />}
      {domains.data && (
        <Stack gap="sm">
          {!isSupported && <Text size="sm" c="dimmed">This campaign’s site is hosted on this machine, which gives it no domains of its own. Sites at Vercel can have them.</Text>}
          {isSupported && items.length === 0 && <Text size="sm" c="dimmed">No domain yet: the site has its own address alone. Add a domain, such as win.example.com, and you are shown what to publish in its DNS.</Text>}
          {items.length > 0 && (
            <ul aria-label="Domains of the site" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {items.map((domain) => <OneDomain key={domain.name} campaign={campaign} domain={domain} />)}
            </ul>
          )}
          {isSupported && <AddDomain campaign={campaign} />}
        </Stack>
      )}
    </section>
  );
}

function OneDomain({ campaign, domain: d }: { campaign: Campaign; domain: Domain }) {
  const can = campaignCan.changeDomains(campaign, usePerson());
  const confirm = useConfirm();
  const params = { params: { path: { id: campaign.id, name: d.name } } };
  const refresh = [domainsKey(campaign.id)];
  const check = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/domains/{name}/check', params)), refresh });
  const remove = useAction({ run: () => bodyOf(api.DELETE('/v1/campaigns/{id}/domains/{name}', params)), done: `${d.name} is being removed.`, refresh });
  const askToRemove = async () => {
    const agreed = await confirm({
      title: `Remove ${d.name}?`, confirm: 'Remove the domain', cancel: 'Keep it', danger: d.state === 'active',
      body: 'The site is not reached there any more. The domain and its DNS records stay yours, and it can be added again.',
    });
    if (agreed) remove.mutate();
  };
  const { title, text } = standing(d);
  return (
    <li style={{ padding: '8px 0' }}>
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>{d.state === 'active' ? <Anchor href={`https://${d.name}`} target="_blank" rel="noreferrer">{d.name}</Anchor> : d.name}</Text>
      <Text size="sm" role="status"><strong>{title}.</strong> {text}</Text>
      {d.problem && <Text size="sm" style={{ color: 'var(--mantine-color-error)' }}>{d.problem}</Text>}
      {d.records.map((record) => (
        <div key={record.type + record.name + record.value} role="group" aria-label={`${record.type} record of ${record.name}`}>
          <dl className="facts">
            <dt>Type</dt><dd>{record.type}</dd>
            <dt>Name</dt><dd><CopyText text={record.name} what={`name of the ${record.type} record`} /></dd>
            <dt>Value</dt><dd><CopyText text={record.value} what={`value of the ${record.type} record`} /></dd>
          </dl>
          <Text size="xs" c="dimmed">{record.why}</Text>
        </div>
      ))}
      <Text size="xs" c="dimmed">{lookedAt(d, (instant) => formatInstant(instant, campaign.timeZone))}</Text>
      {d.state !== 'removing' && (
        <Group gap="xs" mt={6}>
          <ActionButton size="xs" variant="default" can={can} loading={check.isPending} onClick={() => check.mutate()} aria-label={`Check ${d.name} now`}>Check now</ActionButton>
          <ActionButton size="xs" variant="default" can={can} loading={remove.isPending} onClick={() => void askToRemove()} aria-label={`Remove ${d.name}`}>Remove</ActionButton>
        </Group>
      )}
    </li>
  );
}

function AddDomain({ campaign }: { campaign: Campaign }) {
  const can = campaignCan.changeDomains(campaign, usePerson());
  const [name, setName] = useState('');
  const add = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/domains', { params: { path: { id: campaign.id } }, body: { name: name.trim() } })),
    refresh: [domainsKey(campaign.id)], onDone: () => setName(''), quiet: true,
  });
  const problem = add.error ? asProblem(add.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (can.allowed && name.trim()) add.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput flex={1} size="xs" label="Domain" placeholder="win.example.com" maxLength={253} autoComplete="off" spellCheck={false} value={name}
          onChange={(e) => setName(e.currentTarget.value)} error={problem && (problem.errors.name?.join(' ') ?? problem.detail)} />
        <ActionButton size="xs" mt={22} type="submit" can={can} loading={add.isPending}>Add the domain</ActionButton>
      </Group>
    </form>
  );
}
