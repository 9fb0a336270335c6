import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import type { Draw } from './types';

/** Grave and public: asked for by the draw's name, so that it does not happen by a slip. */
export function VoidDialog({ campaign, draw, onClose }: { campaign: Campaign; draw: Draw; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const body = { reason: reason.trim() };
  const make = useAction({
    run: () => bodyOf(api.POST('/v1/draws/{id}/void', { params: { path: { id: draw.id! } }, body, headers: key(body) })),
    done: 'The draw is void.', refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const said = make.error ? asProblem(make.error).errors : {};
  const named = name.trim() === draw.name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (body.reason && named) make.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Make “{draw.name}” void</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Alert color="red" variant="outline" p="sm" title="Nobody wins anything by this draw any more">
            <Text size="sm">Once it is committed, its secret and order are still revealed, and its certificate stays public for ever and says void. It can’t be undone. Another draw can take its place, and names it.</Text>
          </Alert>
          {make.isError && <Failure error={make.error} />}
          <Textarea label="Reason" description="Kept with the case; the certificate holds a hash of it" required data-autofocus autosize minRows={2} value={reason} onChange={(e) => setReason(e.currentTarget.value)}
            error={(tried && !body.reason && 'Say why it is void.') || said.reason?.join(' ')} />
          <TextInput label={`To be sure, type the draw’s name: ${draw.name}`} required autoComplete="off" value={name} onChange={(e) => setName(e.currentTarget.value)}
            error={tried && !named && 'This is not the draw’s name.'} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" color="red.9" loading={make.isPending}>Make it void</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
