import { Alert, Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { drawCan } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';
import { CopyText } from '../shared/CopyText';
import { Failure } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import type { Draw, DrawObserver } from './types';

/** Who supplies the random number of an observed draw, and whether they have. */
export function Observers({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const person = usePerson();
  const [asking, dialog] = useDisclosure(false);
  if (draw.level !== 'observed') return null;
  const observers = draw.observers ?? [];
  return (
    <section style={{ marginTop: 12 }} aria-label={`Observers of ${draw.name}`}>
      <div className="line-head">
        <Title order={3} size="h4">Observers</Title>
        <ActionButton size="xs" variant="default" can={drawCan.askObserver(draw, person)} onClick={dialog.open} aria-label={`Ask an observer for ${draw.name}`}>Ask an observer</ActionButton>
      </div>
      {observers.length === 0
        ? <Text size="sm" c="dimmed">Nobody is asked yet. Choose somebody independent of the promoter and of you: they are named on the certificate.</Text>
        : <Text component="ul" size="sm" m={0} pl="md">{observers.map((o) => <li key={o.id}><strong>{o.name}</strong>: {standing(o, campaign.timeZone)}</li>)}</Text>}
      {asking && <AskObserver draw={draw} campaign={campaign} onClose={dialog.close} />}
    </section>
  );
}

const standing = (observer: DrawObserver, zone: string) =>
  observer.state === 'withdrawn' ? 'no longer asked' : observer.suppliedAt ? `supplied the random number ${formatInstant(observer.suppliedAt, zone)}` : `asked ${formatInstant(observer.createdAt, zone)}, has not answered yet`;

function AskObserver({ draw, campaign, onClose }: { draw: Draw; campaign: Campaign; onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const body = { name: name.trim(), ...(email.trim() ? { email: email.trim() } : {}) };
  const ask = useAction({
    run: async () => (await bodyOf(api.POST('/v1/draws/{id}/observers', { params: { path: { id: draw.id! } }, body, headers: key(body) }))) as unknown as { id: string; name: string; url: string | null },
    refresh: [keys.campaign(campaign.id)], quiet: true,
  });
  const said = ask.error ? asProblem(ask.error).errors : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (body.name) ask.mutate();
  };
  if (ask.data) return <Asked name={ask.data.name} url={ask.data.url} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Ask an observer</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">The observer opens a link once, rolls dice or uses another source of their own, and signs. Until the list is committed the link only says what will be asked. A new link takes the place of an earlier one.</Text>
          {ask.isError && <Failure error={ask.error} />}
          <TextInput label="Name" description="Stands on the public certificate" required data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} error={(tried && !body.name && 'Name the observer.') || said.name?.join(' ')} maxLength={200} autoComplete="off" />
          <TextInput label="Email" type="email" description="Kept with the case; optional" value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={said.email?.join(' ')} autoComplete="off" />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={ask.isPending}>Make the link</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const Asked = ({ name, url, onClose }: { name: string; url: string | null; onClose: () => void }) => (
  <Modal opened onClose={onClose} closeOnClickOutside={false} closeOnEscape={!url} title={<Text fw={650}>The link for {name}</Text>}>
    <Stack>
      {url ? (
        <Alert color="orange" variant="outline" title="The link is shown this once" role="status">
          <Text size="sm" mb={8}>Pass it on by a way that only {name} reads: whoever has it can answer in their name. It is good for one answer.</Text>
          <CopyText text={url} what="observer’s link" />
        </Alert>
      ) : <Text size="sm" role="status">The link was shown before.</Text>}
      <Group justify="flex-end"><Button onClick={onClose} data-autofocus>Done</Button></Group>
    </Stack>
  </Modal>
);
