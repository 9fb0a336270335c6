import { Alert, Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';

/** Removes a campaign's site, repository and database for good. The name is typed, so that it is never the wrong one. */
export function DecommissionDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const run = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/decommission', { params: { path: { id: campaign.id } }, body: { confirmName: name } })),
    done: 'The campaign is being removed.', refresh: [keys.campaign(campaign.id), keys.campaigns], onDone: onClose, quiet: true,
  });
  const problem = run.error ? asProblem(run.error) : null;
  const isOpen = problem?.code === 'campaign.not_settled';
  const wrong = tried && name !== campaign.name ? 'Type the campaign’s name exactly as it stands.' : problem?.code === 'campaign.name_not_confirmed' && problem.detail;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name === campaign.name) run.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Decommission {campaign.name}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">Its site, its repository and its database with all entries are removed for good. Certificates, commitments and the audit log stay.</Text>
          {problem && isOpen && (
            <Alert color="red" variant="outline" role="alert" title="Not yet: this is still open">
              <List size="sm">{Object.entries(problem.errors).map(([what, said]) => <List.Item key={what}>{said.join(' ')}</List.Item>)}</List>
            </Alert>
          )}
          {problem && !isOpen && !wrong && <Failure error={problem} />}
          <TextInput label="Name of the campaign" description={campaign.name} data-autofocus autoComplete="off" required value={name} error={wrong || undefined} onChange={(e) => setName(e.currentTarget.value)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" color="red.9" loading={run.isPending}>Remove it for good</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
