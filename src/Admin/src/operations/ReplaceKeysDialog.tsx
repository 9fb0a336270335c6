import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { replaceable, type Replaceable } from './secrets';

/** Replaces one of the campaign's keys or passwords; how it goes is seen in the deployment's panel. */
export function ReplaceKeysDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const choices = replaceable(campaign);
  const [what, setWhat] = useState<Replaceable>('site_key');
  const run = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/rotate', { params: { path: { id: campaign.id } }, body: { what } })),
    done: 'It is being replaced.', refresh: [keys.campaign(campaign.id), keys.campaigns], onDone: onClose, quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Replace keys of {campaign.name}</Text>}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">The old one holds until the new one does, so that nobody notices; if anything fails, the old one stays.</Text>
          {run.error && <Failure error={run.error} />}
          <Radio.Group label="What is replaced" value={what} onChange={(value) => setWhat(value as Replaceable)}>
            <Stack gap="xs" mt={6}>
              {choices.map((choice, i) => <Radio key={choice.what} value={choice.what} label={choice.name} description={choice.does} data-autofocus={i === 0 || undefined} />)}
            </Stack>
          </Radio.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={run.isPending}>Replace it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
