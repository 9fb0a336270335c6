import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';

interface Props { campaign: Campaign; onClose: () => void }

export function PauseDialog({ campaign, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const pause = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/pause', { params: { path: { id: campaign.id } }, body: { reason: reason.trim() } })),
    done: 'The campaign is paused: no entries are taken.', refresh: [keys.campaign(campaign.id), keys.campaigns], onDone: onClose, quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim()) pause.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Pause {campaign.name}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">Visitors are told that the promotion is paused. The closing date stays as it is.</Text>
          {pause.isError && <Failure error={pause.error} />}
          <Textarea label="Reason" description="Kept in the audit log" data-autofocus autosize minRows={2} required value={reason}
            error={(tried && !reason.trim() && 'Say why.') || asProblem(pause.error).errors?.reason?.join(' ')} onChange={(e) => setReason(e.currentTarget.value)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={pause.isPending}>Pause</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function CloseDialog({ campaign, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [tried, setTried] = useState(false);
  const close = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/close', {
      params: { path: { id: campaign.id } }, body: { reason: reason.trim(), evidence: evidence.trim() },
    })),
    done: 'The campaign is closing.', refresh: [keys.campaign(campaign.id), keys.campaigns], onDone: onClose, quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim() && evidence.trim()) close.mutate();
  };
  const said = close.error ? asProblem(close.error).errors : {};
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Close {campaign.name} early</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">
            Entrants were promised <strong>{formatInstant(campaign.closesAt, campaign.timeZone)}</strong>. Closing now changes that date, is shown
            publicly and can’t be undone (CAP Code 8.17.4.e).
          </Text>
          {close.isError && <Failure error={close.error} />}
          <Textarea label="Reason" data-autofocus required autosize minRows={2} value={reason} onChange={(e) => setReason(e.currentTarget.value)}
            error={(tried && !reason.trim() && 'Say why it must close before the promised date.') || said.reason?.join(' ')} />
          <Textarea label="Evidence" description="What shows that it was unavoidable: a letter, a ticket, a ruling" required autosize minRows={2} value={evidence}
            onChange={(e) => setEvidence(e.currentTarget.value)} error={(tried && !evidence.trim() && 'Name the evidence.') || said.evidence?.join(' ')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" color="red.9" loading={close.isPending}>Close the campaign now</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
