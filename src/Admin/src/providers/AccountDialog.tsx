import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { accountKeys } from '../api/queries';
import type { ProviderAccount } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { accountRequest, missing, providers, valuesOfAccount } from './providers';

interface Props {
  provider: (typeof providers)[number];
  /** Whose account it is; null for the platform's. */
  tenantId: string | null;
  /** The account of this owner, when there is one. */
  own: ProviderAccount | undefined;
  onClose: () => void;
}

/** Sets an account's token and what else it is given by. */
export function AccountDialog({ provider, tenantId, own, onClose }: Props) {
  const [values, setValues] = useState(() => valuesOfAccount(own));
  const [tried, setTried] = useState(false);
  const body = accountRequest(provider, values);
  const save = useAction({
    run: () => tenantId
      ? bodyOf(api.PUT('/v1/tenants/{id}/providers/{provider}', { params: { path: { id: tenantId, provider: provider.id } }, body }))
      : bodyOf(api.PUT('/v1/providers/{provider}', { params: { path: { provider: provider.id } }, body })),
    done: `The account at ${provider.name} is set.`, refresh: [accountKeys.all], onDone: onClose, quiet: true,
  });
  // A token is no app’s key, and one app’s key no other’s.
  const hasToken = !!own && (own.settings.app ?? '') === values.app.trim();
  const lacking = missing(provider, values, hasToken);
  const problem = save.error ? asProblem(save.error) : null;
  const said = problem?.errors ?? {};
  const known = ['token', ...provider.fields.map((f) => f.field)];
  const errorOf = (field: keyof typeof values) => (tried && lacking[field]) || said[field]?.join(' ');
  const typed = (field: keyof typeof values) => ({
    value: values[field], onChange: (e: { currentTarget: { value: string } }) => {
      const { value } = e.currentTarget;
      setValues((now) => ({ ...now, [field]: value }));
    }, error: errorOf(field),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(lacking).length === 0) save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Account at {provider.name}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && !Object.keys(said).some((field) => known.includes(field)) && <Failure error={problem} />}
          {provider.fields.map((f, i) => (
            <TextInput key={f.field} label={f.label} description={f.hint} required={f.required} maxLength={201} data-autofocus={i === 0 || undefined} spellCheck={false} {...typed(f.field)} />
          ))}
          {values.app.trim() ? (
            <Textarea label="Private key" required={!hasToken} autoComplete="off" spellCheck={false} minRows={4} autosize maxRows={8} maxLength={4000}
              description={hasToken ? 'Left empty, the stored one is kept' : 'The app’s key as GitHub made it: the whole .pem file'} {...typed('token')} />
          ) : <PasswordInput label="Token" required={!hasToken} autoComplete="off" description={hasToken ? 'Left empty, the stored one is kept' : provider.token} maxLength={4000} {...typed('token')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token', tabIndex: 0 }} />}
          <Text size="sm" c="dimmed">It is kept encrypted and never shown again.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={save.isPending}>Save the account</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
