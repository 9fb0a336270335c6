import { Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { api, bodyOf } from '../api/client';
import { keys } from '../api/queries';
import type { Campaign, Preview, ProviderChecks } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan, isProvisioned, mayEnd } from '../campaigns/can';
import { Checks } from '../providers/Checks';
import { providerName } from '../providers/providers';
import { useMoving } from '../deployments/useMoving';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { CopyText } from '../shared/CopyText';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { DecommissionDialog } from './DecommissionDialog';
import { ReplaceKeysDialog } from './ReplaceKeysDialog';

/** Where a campaign's parts are, and what can be done with them as a whole. */
export function OperationsPanel({ campaign: c }: { campaign: Campaign }) {
  const person = usePerson();
  const now = useMoving(c);
  const confirm = useConfirm();
  const [removing, dialog] = useDisclosure(false);
  const [replacing, replaceDialog] = useDisclosure(false);
  const refresh = [keys.campaign(c.id), keys.campaigns];
  const params = { params: { path: { id: c.id } } };
  const check = useAction({ run: async () => (await bodyOf(api.POST('/v1/campaigns/{id}/check', params))) as unknown as ProviderChecks });
  const content = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/content', params)), done: 'The site is being built again.', refresh });
  const archive = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/archive', params)), done: 'The campaign is being archived.', refresh });
  const unarchive = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/unarchive', params)), done: 'The campaign is being brought back.', refresh });
  const preview = useAction({ run: async () => (await bodyOf(api.POST('/v1/campaigns/{id}/previews', { ...params, body: {} }))) as unknown as Preview });
  const endPreviews = useAction({ run: () => bodyOf(api.DELETE('/v1/campaigns/{id}/previews', params)), done: 'No preview link of this campaign shows anything any more.', onDone: () => preview.reset() });
  const askToEndPreviews = async () => {
    const agreed = await confirm({ title: 'End all preview links?', confirm: 'End them', danger: true, body: 'Whoever has one sees nothing any more, within seconds. You can make new ones at any time.' });
    if (agreed) endPreviews.mutate();
  };
  const askToArchive = async () => {
    const agreed = await confirm({ title: `Archive ${c.name}?`, confirm: 'Archive', body: 'Its site goes down and its database rests. All data is kept, proof of its draws stays public, and it can be brought back.' });
    if (agreed) archive.mutate();
  };
  const isNew = ['draft', 'rolled_back'].includes(c.state);
  return (
    <section className="panel" aria-labelledby="operations">
      <Title order={2} id="operations">Operations</Title>
      <Stack gap="sm">
        <dl className="facts">
          <dt>Database</dt><dd>{providerName(c.providers.database)}</dd>
          <dt>Repository</dt><dd>{providerName(c.providers.repository)}</dd>
          <dt>Site</dt><dd>{providerName(c.providers.site)}</dd>
        </dl>
        <Group gap="xs">
          {isNew && <ActionButton size="xs" variant="default" can={now(campaignCan.check(c, person))} loading={check.isPending} onClick={() => check.mutate()}>Check the providers</ActionButton>}
          {isProvisioned(c) && <ActionButton size="xs" variant="default" can={now(campaignCan.deployContent(c, person))} loading={content.isPending} onClick={() => content.mutate()}>Build the site again</ActionButton>}
          {isProvisioned(c) && !c.publishedAt && <ActionButton size="xs" variant="default" can={now(campaignCan.preview(c, person))} loading={preview.isPending} onClick={() => preview.mutate()}>Make a preview link</ActionButton>}
          {isProvisioned(c) && !c.publishedAt && <ActionButton size="xs" variant="default" can={now(campaignCan.preview(c, person))} loading={endPreviews.isPending} onClick={() => void askToEndPreviews()}>End all preview links…</ActionButton>}
          {isProvisioned(c) && <ActionButton size="xs" variant="default" can={now(campaignCan.replaceKeys(c, person))} onClick={replaceDialog.open}>Replace keys…</ActionButton>}
          {c.state === 'archived'
            ? <ActionButton size="xs" variant="default" can={now(campaignCan.unarchive(c, person))} loading={unarchive.isPending} onClick={() => unarchive.mutate()}>Bring it back</ActionButton>
            : c.state === 'completed' && <ActionButton size="xs" variant="default" can={now(campaignCan.archive(c, person))} loading={archive.isPending} onClick={() => void askToArchive()}>Archive</ActionButton>}
          {mayEnd(c) && <ActionButton size="xs" variant="default" can={now(campaignCan.decommission(c, person))} onClick={dialog.open}>Decommission…</ActionButton>}
        </Group>
        {check.data && <Checks answer={check.data} />}
        {preview.data && (
          <div role="status">
            <Text size="sm">Shows the site as it will be, until {formatInstant(preview.data.expiresAt, c.timeZone)}. Entries are not taken. Whoever has the link sees it.</Text>
            <CopyText text={preview.data.url} what="preview link" />
          </div>
        )}
      </Stack>
      {replacing && <ReplaceKeysDialog campaign={c} onClose={replaceDialog.close} />}
      {removing && <DecommissionDialog campaign={c} onClose={dialog.close} />}
    </section>
  );
}
