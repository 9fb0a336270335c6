import { Button, Checkbox, Group, Modal, NativeSelect, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { exclusionErrors, exclusionReasons, exclusionRequest, exclusionText, isCriterion, type Entry, type ExclusionValues } from './entries';

interface Props { campaign: Campaign; entry: Entry; onClose: () => void }

/** An entry is left out of draws for a reason that stands with the list. */
export function ExcludeDialog({ campaign, entry, onClose }: Props) {
  const [values, setValues] = useState<ExclusionValues>({ reason: '', clause: '', evidence: '', tellEntrant: true });
  const [tried, setTried] = useState(false);
  const exclude = useAction({
    run: () => bodyOf(api.POST('/v1/entries/{id}/exclude', { params: { path: { id: entry.id } }, body: exclusionRequest(values, campaign.id) })),
    done: `Entry ${entry.number.toLocaleString('en-GB')} is excluded from draws.`, refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const said = exclude.error ? asProblem(exclude.error).errors : {};
  const lacking = exclusionErrors(values);
  const error = (field: 'reason' | 'clause' | 'evidence') => (tried && lacking[field]) || said[field]?.join(' ');
  const set = (field: 'reason' | 'clause' | 'evidence') => (e: { currentTarget: { value: string } }) => setValues({ ...values, [field]: e.currentTarget.value });
  const criterion = values.reason !== '' && isCriterion(values.reason);
  const submit = () => {
    setTried(true);
    if (Object.keys(lacking).length === 0) exclude.mutate();
  };
  return (
    <Dialog title={`Exclude entry ${entry.number.toLocaleString('en-GB')}`} button="Exclude it" danger busy={exclude.isPending} onSubmit={submit} onClose={onClose}>
      <Text size="sm">It takes part in no draw whose list is still to be frozen, and is counted there with its reason. What it won at once stays won.</Text>
      {exclude.isError && <Failure error={exclude.error} />}
      <NativeSelect label="Reason" required data-autofocus value={values.reason} onChange={set('reason')} error={error('reason')}
        data={[{ value: '', label: 'Choose one' }, { group: 'By a criterion of the terms (CAP Code 8.27)', items: items(true) }, { group: 'As a matter of fact', items: items(false) }]} />
      <TextInput label="Clause of the terms" required={criterion} placeholder="2. Open to residents of the UK aged 18 or over." value={values.clause} onChange={set('clause')} error={error('clause')} autoComplete="off" maxLength={500} />
      <Textarea label="Evidence" required={criterion} description="Kept with the entry, never published" autosize minRows={2} value={values.evidence} onChange={set('evidence')} error={error('evidence')} />
      <Checkbox label="Tell the entrant by mail why, with the clause" checked={values.tellEntrant} onChange={(e) => setValues({ ...values, tellEntrant: e.currentTarget.checked })} />
    </Dialog>
  );
}

const items = (criterion: boolean) => exclusionReasons.filter((r) => r.criterion === criterion).map(({ value, label }) => ({ value, label }));

export function RestoreDialog({ campaign, entry, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const body = { reason: reason.trim(), campaignId: campaign.id };
  const restore = useAction({
    run: () => bodyOf(api.POST('/v1/entries/{id}/restore', { params: { path: { id: entry.id } }, body })),
    done: `Entry ${entry.number.toLocaleString('en-GB')} takes part again.`, refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const submit = () => {
    setTried(true);
    if (body.reason) restore.mutate();
  };
  return (
    <Dialog title={`Restore entry ${entry.number.toLocaleString('en-GB')}`} button="Restore it" busy={restore.isPending} onSubmit={submit} onClose={onClose}>
      <Text size="sm">Excluded because: {exclusionText(entry.excluded ?? '').toLowerCase()}. Restored, it takes part in every draw whose list is still to be frozen.</Text>
      {restore.isError && <Failure error={restore.error} />}
      <Textarea label="Reason" description="Kept with the entry" required data-autofocus autosize minRows={2} value={reason} onChange={(e) => setReason(e.currentTarget.value)}
        error={(tried && !body.reason && 'Say why.') || (restore.error ? asProblem(restore.error).errors.reason?.join(' ') : undefined)} />
    </Dialog>
  );
}

/** Bonus tickets: more chances in draws, on top of those that every entry of the pool has. */
export function TicketsDialog({ campaign, entry, onClose }: Props) {
  const [tickets, setTickets] = useState<number | string>(entry.bonusTickets);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const body = { tickets: Number(tickets), reason: reason.trim(), campaignId: campaign.id };
  const whole = tickets !== '' && Number.isInteger(body.tickets) && body.tickets >= 0 && body.tickets <= 1000;
  const grant = useAction({
    run: () => bodyOf(api.POST('/v1/entries/{id}/tickets', { params: { path: { id: entry.id } }, body })),
    done: 'The tickets are set.', refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const said = grant.error ? asProblem(grant.error).errors : {};
  const submit = () => {
    setTried(true);
    if (whole && body.reason) grant.mutate();
  };
  return (
    <Dialog title={`Bonus tickets of entry ${entry.number.toLocaleString('en-GB')}`} button="Grant them" busy={grant.isPending} onSubmit={submit} onClose={onClose}>
      <Text size="sm">Each ticket is one chance in draws whose list is still to be frozen. The terms must say how they are earned, and whoever enters free must be able to earn as many.</Text>
      {grant.isError && <Failure error={grant.error} />}
      <NumberInput label="Bonus tickets in all" description="Beside those of every entry; 0 takes a grant back" required data-autofocus allowDecimal={false} allowNegative={false} hideControls value={tickets} onChange={setTickets}
        error={(tried && !whole && 'A whole number from 0 to 1,000.') || said.tickets?.join(' ')} />
      <Textarea label="Reason" description="Kept with the entry" required autosize minRows={2} value={reason} onChange={(e) => setReason(e.currentTarget.value)} error={(tried && !body.reason && 'Say why.') || said.reason?.join(' ')} />
    </Dialog>
  );
}

function Dialog({ title, button, danger, busy, onSubmit, onClose, children }: { title: string; button: string; danger?: boolean; busy: boolean; onSubmit: () => void; onClose: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{title}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" color={danger ? 'red.9' : undefined} loading={busy}>{button}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
