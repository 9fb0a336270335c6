import { Alert, Button, Checkbox, Group, Modal, NativeSelect, PasswordInput, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys, usersQuery, useTenants } from '../api/queries';
import type { CreatedUser, CreateUser, Role, Tenant, User } from '../api/types';
import { usePerson } from '../api/useSession';
import { no, personCan, roleName, roleNames, yes } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { CopyText } from '../shared/CopyText';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { useAction } from '../shared/useAction';

export function UsersPage() {
  const person = usePerson();
  const may = personCan.seeUsers(person);
  const [adding, dialog] = useDisclosure(false);
  const { tenants } = useTenants();
  const query = useInfiniteQuery({ ...usersQuery(), enabled: may.allowed });
  if (!may.allowed) return <Page title="Users"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Users" actions={<Button onClick={dialog.open}>New user</Button>}>
      {query.isPending && <Loading what="users" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {users.length > 0 && (
        <div className="panel scroll" tabIndex={0} role="region" aria-label="Users">
          <Table aria-label="Users">
            <Table.Thead><Table.Tr><Table.Th>User</Table.Th><Table.Th>Role</Table.Th><Table.Th>Clients</Table.Th><Table.Th>State</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{users.map((user) => <UserRow key={user.id} user={user} tenants={tenants} self={user.id === person.id} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {query.hasNextPage && <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
      {adding && <NewUser tenants={tenants} onClose={dialog.close} />}
    </Page>
  );
}

function UserRow({ user, tenants, self }: { user: User; tenants: Tenant[]; self: boolean }) {
  const confirm = useConfirm();
  const turn = useAction({
    run: (disabled: boolean) => bodyOf(api.PATCH('/v1/users/{id}', { params: { path: { id: user.id } }, body: { disabled } })),
    done: user.disabled ? 'The user can sign in again.' : 'The user is disabled.', refresh: [keys.users],
  });
  const ask = async () => {
    const agreed = user.disabled || await confirm({ title: `Disable ${user.email}?`, body: 'They are signed out everywhere at once and can’t sign in until enabled again.', confirm: 'Disable', danger: true });
    if (agreed) turn.mutate(!user.disabled);
  };
  const clients = user.role === 'super_admin' ? 'All' : user.tenantIds.map((id) => tenants.find((t) => t.id === id)?.name ?? id).join(', ') || 'None';
  return (
    <Table.Tr>
      <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>{user.email}{self && <Text span size="xs" c="dimmed"> (you)</Text>}</Table.Th>
      <Table.Td>{roleName(user.role)}</Table.Td>
      <Table.Td>{clients}{user.campaignIds.length > 0 && <Text size="xs" c="dimmed">{user.campaignIds.length} of their campaigns only</Text>}</Table.Td>
      <Table.Td><StateBadge state={user.disabled ? 'cancelled' : 'live'} name={user.disabled ? 'Disabled' : 'Active'} /></Table.Td>
      <Table.Td ta="right">
        <ActionButton size="compact-sm" variant="default" loading={turn.isPending} can={self ? no('You can’t disable yourself.') : yes} onClick={() => void ask()} aria-label={`${user.disabled ? 'Enable' : 'Disable'} ${user.email}`}>
          {user.disabled ? 'Enable' : 'Disable'}
        </ActionButton>
      </Table.Td>
    </Table.Tr>
  );
}

function NewUser({ tenants, onClose }: { tenants: Tenant[]; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('campaign_manager');
  const [tenantIds, setTenantIds] = useState<string[]>([]);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const body: CreateUser = { email: email.trim(), role, ...(role === 'super_admin' ? {} : { tenantIds }), ...(password ? { password } : {}) };
  const create = useAction({ run: async () => (await bodyOf(api.POST('/v1/users', { body, headers: key(body) }))) as unknown as CreatedUser, refresh: [keys.users], quiet: true });
  if (create.data) return <Created user={create.data} onClose={onClose} />;
  const problem = create.error ? asProblem(create.error) : null;
  const said = problem?.errors ?? {};
  const wrong = {
    email: (tried && !/^[^@\s]+@[^@\s]+$/.test(body.email) && 'An email address, please.') || said.email?.join(' ') || (problem?.code === 'user.email_taken' && problem.detail) || null,
    clients: (tried && role !== 'super_admin' && tenantIds.length === 0 && 'Choose at least one client.') || said.tenantIds?.join(' ') || null,
    password: (tried && password !== '' && password.length < 12 && 'At least 12 characters.') || said.password?.join(' ') || null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const complete = /^[^@\s]+@[^@\s]+$/.test(body.email) && (role === 'super_admin' || tenantIds.length > 0) && (password === '' || password.length >= 12);
    if (complete) create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>New user</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && !wrong.email && !wrong.clients && !wrong.password && <Failure error={problem} />}
          <TextInput label="Email" type="email" required data-autofocus autoComplete="off" value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={wrong.email} />
          <NativeSelect label="Role" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)} data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))} />
          {role === 'super_admin'
            ? <Text size="sm" c="dimmed">A super admin sees every client.</Text>
            : (
              <Checkbox.Group label="Clients" required value={tenantIds} onChange={setTenantIds} error={wrong.clients}>
                <Stack gap={8} mt={6} mah={180} style={{ overflowY: 'auto' }}>{tenants.map((t) => <Checkbox key={t.id} value={t.id} label={t.name} />)}</Stack>
              </Checkbox.Group>
            )}
          <PasswordInput label="Password" description="Left empty, one is made and shown to you once" autoComplete="new-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={wrong.password}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={create.isPending}>Create the user</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const Created = ({ user, onClose }: { user: CreatedUser; onClose: () => void }) => (
  <Modal opened onClose={onClose} closeOnClickOutside={false} closeOnEscape={!user.initialPassword} title={<Text fw={650}>{user.email} can sign in</Text>}>
    <Stack>
      {user.initialPassword ? (
        <Alert color="orange" variant="outline" title="The password is shown this once" role="status">
          <Text size="sm" mb={8}>Pass it on by a way that only they read.</Text>
          <CopyText text={user.initialPassword} what="password" />
        </Alert>
      ) : <Text size="sm" role="status">The user signs in with the password that you set.</Text>}
      <Group justify="flex-end"><Button onClick={onClose} data-autofocus>Done</Button></Group>
    </Stack>
  </Modal>
);
