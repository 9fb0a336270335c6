import { Button, Group, Modal, NativeSelect, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import type { Campaign, SyncBegun, TemplateSite } from '../api/types';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';
import { syncKeys } from './queries';
import { picksOf } from './release';
import { SyncDetail } from './SyncDetail';

interface Props {
  campaign: Campaign;
  site: TemplateSite;
  newer: readonly string[];
  onClose: () => void;
}

/** Brings one site to a version, or to chosen commits; what would happen can be looked at first. */
export function BringDialog({ campaign, site, newer, onClose }: Props) {
  const [what, setWhat] = useState(newer.length > 0 ? 'version' : 'picks');
  const [version, setVersion] = useState(newer[0] ?? '');
  const [picks, setPicks] = useState('');
  const [key] = useState(keyKeeper);
  // Who looks twice means another look, not the one before: each gets a key of its own.
  const [looks, setLooks] = useState(0);
  const target = what === 'version' ? { version } : { picks: picksOf(picks) };
  const isGiven = what === 'version' ? version !== '' : picksOf(picks).length > 0;
  const begin = async (preview: boolean) => {
    const body = { ...target, preview };
    setLooks(looks + 1);
    return (await bodyOf(api.POST('/v1/campaigns/{id}/template/syncs', { params: { path: { id: campaign.id } }, body, headers: key({ ...body, looks: preview ? looks : 0 }) }))) as unknown as SyncBegun;
  };
  const preview = useAction({ run: () => begin(true), quiet: true });
  const sync = useAction({ run: () => begin(false), done: 'The sync has begun; the panel Template follows it.', refresh: [syncKeys.site(campaign.id), syncKeys.all], onDone: onClose, quiet: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGiven) preview.mutate();
  };
  const failed = sync.error ?? preview.error;
  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650}>Sync {campaign.name}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {newer.length > 0 && (
            <Radio.Group label="Bring it" value={what} onChange={setWhat}>
              <Group mt={6}><Radio value="version" label="to a version" /><Radio value="picks" label="chosen commits alone" /></Group>
            </Radio.Group>
          )}
          {newer.length === 0 && <Text size="sm">It has the newest version that is known. Chosen commits can be brought on top of it.</Text>}
          {what === 'version'
            ? <NativeSelect label="Version" value={version} onChange={(e) => setVersion(e.currentTarget.value)} data={[...newer]} />
            : <Textarea label="Commits" description="Ids or tags of the template, each on a line of its own, the oldest first." autosize minRows={2} maxRows={6} value={picks} onChange={(e) => setPicks(e.currentTarget.value)} spellCheck={false} />}
          <Text size="sm" c="dimmed">
            {site.policy === 'push' ? 'What merges cleanly is pushed to the site, which is built again. A conflict waits in a review.' : 'It waits in a pull request until somebody merges it.'}
          </Text>
          {failed && <Failure error={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="default" disabled={!isGiven} loading={preview.isPending}>See what it would do</Button>
            <Button disabled={!isGiven} loading={sync.isPending} onClick={() => sync.mutate()}>Sync now</Button>
          </Group>
          {preview.data && <SyncDetail campaignId={campaign.id} syncId={preview.data.id} />}
        </Stack>
      </form>
    </Modal>
  );
}
