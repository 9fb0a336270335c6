import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys, useTenants } from '../api/queries';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { isSlug, suggestSlug } from '../campaigns/slug';
import { ActionButton } from '../shared/ActionButton';
import { Page } from '../shared/Page';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';

export function ClientsPage() {
  const person = usePerson();
  const query = useTenants();
  const [find, setFind] = useState('');
  const [adding, dialog] = useDisclosure(false);
  const shown = query.tenants.filter((t) => `${t.name} ${t.slug}`.toLowerCase().includes(find.toLowerCase()));
  const add = <ActionButton can={personCan.createClient(person)} onClick={dialog.open}>New client</ActionButton>;
  return (
    <Page title="Clients" actions={add}>
      {query.isPending && <Loading what="clients" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && query.tenants.length === 0 && <Empty title="No clients yet" action={add}>A client is a brand whose campaigns, people and data are kept apart from all others.</Empty>}
      {query.tenants.length > 0 && (
        <>
          <Group align="end" mb="md">
            <TextInput label="Find" type="search" data-find value={find} onChange={(e) => setFind(e.currentTarget.value)} w={260} />
            <Text size="sm" c="dimmed" role="status" pb={8}>{find && `${shown.length} found`}</Text>
          </Group>
          <div className="panel scroll" tabIndex={0} role="region" aria-label="Clients">
            <Table highlightOnHover aria-label="Clients">
              <Table.Thead><Table.Tr><Table.Th>Client</Table.Th><Table.Th>Slug</Table.Th><Table.Th>Since</Table.Th><Table.Th>Campaigns</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {shown.map((t) => (
                  <Table.Tr key={t.id}>
                    <Table.Th scope="row">{t.name}</Table.Th><Table.Td>{t.slug}</Table.Td><Table.Td>{formatInstant(t.createdAt, 'Europe/London')}</Table.Td>
                    <Table.Td><Link to="/campaigns" search={{ client: t.id }} aria-label={`Campaigns of ${t.name}`}>Show</Link></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </>
      )}
      {adding && <NewClient onClose={dialog.close} />}
    </Page>
  );
}

function NewClient({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const body = { name: name.trim(), slug: slug ?? suggestSlug(name) };
  const create = useAction({
    run: () => bodyOf(api.POST('/v1/tenants', { body, headers: key(body) })),
    done: 'The client is created.', refresh: [keys.tenants], onDone: onClose, quiet: true,
  });
  const problem = create.error ? asProblem(create.error) : null;
  const said = problem?.errors ?? {};
  const slugError = (tried && !isSlug(body.slug, 2) && '2 to 40 of a–z, 0–9 and hyphen, starting with a letter.') || said.slug?.join(' ') || (problem?.code === 'tenant.slug_taken' && problem.detail);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (body.name && isSlug(body.slug, 2)) create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>New client</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && !slugError && !said.name && <Failure error={problem} />}
          <TextInput label="Name" required data-autofocus maxLength={200} value={name} onChange={(e) => setName(e.currentTarget.value)} error={(tried && !body.name && 'Give the client a name.') || said.name?.join(' ')} />
          <TextInput label="Slug" required description="A short name for addresses, unique in the installation" maxLength={40} value={body.slug} onChange={(e) => setSlug(e.currentTarget.value)} error={slugError} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={create.isPending}>Create the client</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
