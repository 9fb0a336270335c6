import { Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { ahead, behind, moveRequest, stateLabel, valuesOf, type Claim, type MoveValues } from './claims';

/** Moves a claim forward, notes how it was sent, or takes one step back. */
export function MoveClaim({ campaign, claim, onClose }: { campaign: Campaign; claim: Claim; onClose: () => void }) {
  const [values, setValues] = useState<MoveValues>(() => valuesOf(claim));
  const back = behind(claim);
  const change = useAction({
    run: (body: Record<string, string | null>) => bodyOf(api.PATCH('/v1/claims/{id}', { params: { path: { id: claim.id } }, body })),
    done: 'The claim is changed.', refresh: [keys.campaign(campaign.id)], onDone: onClose, quiet: true,
  });
  const said = change.error ? asProblem(change.error).errors : {};
  const set = (field: keyof MoveValues) => (e: { currentTarget: { value: string } }) => setValues({ ...values, [field]: e.currentTarget.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(moveRequest(claim, values));
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{claim.prize}, place {claim.position}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {change.isError && <Failure error={change.error} />}
          <NativeSelect label="State" value={values.state} onChange={set('state')} data={[claim.state, ...ahead(claim)].map((state) => ({ value: state, label: stateLabel(state) }))} data-autofocus />
          <Group grow align="flex-start">
            <TextInput label="Carrier" description="The winner sees it" value={values.carrier} onChange={set('carrier')} error={said.carrier?.join(' ')} maxLength={100} autoComplete="off" />
            <TextInput label="Reference" description="The winner sees it" placeholder="Parcel number" value={values.reference} onChange={set('reference')} error={said.reference?.join(' ')} maxLength={100} autoComplete="off" />
          </Group>
          <Textarea label="Note" description="For your colleagues; the winner does not see it" autosize minRows={2} value={values.note} onChange={set('note')} error={said.note?.join(' ')} maxLength={1000} />
          <Group justify="space-between">
            {back ? <Button variant="default" loading={change.isPending} onClick={() => change.mutate(moveRequest(claim, { ...values, state: back }))}>Back to “{stateLabel(back)}”</Button> : <span />}
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>Cancel</Button>
              <Button type="submit" loading={change.isPending}>Save</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
