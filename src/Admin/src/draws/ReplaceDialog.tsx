import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { replaceErrors, replacementReasons, replaceRequest, type ReplaceValues } from './reasons';
import type { Draw, DrawWinner } from './types';
import { nextReserve } from './words';

interface Props { campaign: Campaign; draw: Draw; winner: DrawWinner; onClose: () => void }

/** A prize goes to the next reserve of the same order; nothing is drawn again. */
export function ReplaceDialog({ campaign, draw, winner, onClose }: Props) {
  const [values, setValues] = useState<ReplaceValues>({ reason: '', clause: '', evidence: '' });
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const body = replaceRequest(values);
  const replace = useAction({
    run: () => bodyOf(api.POST('/v1/draws/{id}/winners/{position}/replace', { params: { path: { id: draw.id!, position: winner.position } }, body, headers: key(body) })),
    done: 'The winner is replaced; the certificate is issued again.', refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const said = replace.error ? asProblem(replace.error).errors : {};
  const wrong = tried ? replaceErrors(values) : {};
  const set = (field: keyof ReplaceValues) => (e: { currentTarget: { value: string } }) => setValues({ ...values, [field]: e.currentTarget.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(replaceErrors(values)).length === 0) replace.mutate();
  };
  const next = nextReserve(draw);
  const criterion = replacementReasons.find((r) => r.value === values.reason)?.criterion ?? false;
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Replace the winner in place {winner.position}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">
            <strong>{winner.prize}</strong> goes to {next ? <>the next reserve, place <strong>{next.position}</strong></> : 'the next in the same order, as far as there are tickets'}. Nothing is drawn again. The entrant is told, and it stands on
            the public certificate: reason and clause as they are, of the evidence a hash alone. It can’t be undone.
          </Text>
          {replace.isError && <Failure error={replace.error} />}
          <NativeSelect label="Reason" required data-autofocus value={values.reason} onChange={set('reason')} error={wrong.reason || said.reason?.join(' ')}
            data={[{ value: '', label: 'Choose one' }, { group: 'As a matter of fact', items: items(false) }, { group: 'By a criterion of the terms (CAP Code 8.27)', items: items(true) }]} />
          <TextInput label="Clause of the terms" required={criterion} description="Public: no names here" placeholder="7.2" value={values.clause} onChange={set('clause')} error={wrong.clause || said.clause?.join(' ')} autoComplete="off" maxLength={500} />
          <Textarea label="Evidence" required={criterion} description="Stays with the case, for those who see personal data" autosize minRows={2} value={values.evidence} onChange={set('evidence')} error={wrong.evidence || said.evidence?.join(' ')} />
          {draw.state === 'completed' && <Alert color="orange" variant="outline" p="xs"><Text size="sm">The winners are published: the site shows the change.</Text></Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" color="red.9" loading={replace.isPending}>Replace the winner</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const items = (criterion: boolean) => replacementReasons.filter((r) => r.criterion === criterion).map(({ value, label }) => ({ value, label }));
