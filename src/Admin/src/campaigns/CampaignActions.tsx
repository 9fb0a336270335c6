import { Alert, Group, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf, newKey } from '../api/client';
import { Problem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { useMoving } from '../deployments/useMoving';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { campaignCan } from './can';
import { CloseDialog, PauseDialog } from './ReasonDialogs';
import { dotted, sectionOf } from './form/errors';

/** Everything that can be done with a campaign, with the reason beside what can't be done now. */
export function CampaignActions({ campaign: c }: { campaign: Campaign }) {
  const person = usePerson();
  const now = useMoving(c);
  const confirm = useConfirm();
  const navigate = useNavigate();
  const [gate, setGate] = useState<Problem | null>(null);
  const [closing, closeDialog] = useDisclosure(false);
  const [pausing, pauseDialog] = useDisclosure(false);
  const refresh = [keys.campaign(c.id), keys.campaigns];
  const params = { params: { path: { id: c.id } } };

  const provision = useAction({
    run: () => bodyOf(api.POST('/v1/campaigns/{id}/provision', { ...params, headers: { 'Idempotency-Key': newKey() } })),
    done: 'Provisioning has started.', refresh,
  });
  const publish = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/publish', params)), done: 'The campaign is published.', refresh, quiet: true });
  const resume = useAction({ run: () => bodyOf(api.POST('/v1/campaigns/{id}/resume', params)), done: 'Entries are taken again.', refresh });
  const remove = useAction({
    run: () => bodyOf(api.DELETE('/v1/campaigns/{id}', params)), done: 'The campaign is deleted.', refresh: [keys.campaigns],
    onDone: () => void navigate({ to: '/campaigns' }),
  });

  const askToPublish = async () => {
    setGate(null);
    const agreed = await confirm({
      title: `Publish ${c.name}?`, confirm: 'Publish',
      body: <>The site opens to the public, and entries are taken from <strong>{formatInstant(c.opensAt, c.timeZone)}</strong> until{' '}
        <strong>{formatInstant(c.closesAt, c.timeZone)}</strong>. From then on prizes and the draw can’t be changed.</>,
    });
    if (agreed) publish.mutate(undefined, { onError: (error) => setGate(error instanceof Problem ? error : null) });
  };
  const askToRemove = async () => {
    if (await confirm({ title: 'Delete this campaign?', body: `${c.name} will be gone for good.`, confirm: 'Delete the campaign', danger: true })) remove.mutate();
  };
  const retry = c.state === 'failed' || c.state === 'rolled_back';
  const running = c.state === 'live' || c.state === 'paused';
  return (
    <div>
      <Group gap="xs">
        {['draft', 'provisioning', 'failed', 'rolled_back'].includes(c.state) && (
          <ActionButton can={now(campaignCan.provision(c, person))} loading={provision.isPending} onClick={() => provision.mutate()}>{retry ? 'Provision again' : 'Provision'}</ActionButton>
        )}
        {!running && c.state !== 'scheduled' && !c.publishedAt && (
          <ActionButton variant={c.state === 'ready' ? 'filled' : 'default'} can={now(campaignCan.publish(c, person))} loading={publish.isPending} onClick={() => void askToPublish()}>Publish</ActionButton>
        )}
        <ActionButton variant="default" can={now(campaignCan.edit(c, person))} onClick={() => void navigate({ to: '/campaigns/$campaignId/edit', params: { campaignId: c.id } })}>Edit</ActionButton>
        {c.state === 'paused'
          ? <ActionButton can={now(campaignCan.resume(c, person))} loading={resume.isPending} onClick={() => resume.mutate()}>Resume</ActionButton>
          : c.publishedAt && <ActionButton variant="default" can={now(campaignCan.pause(c, person))} onClick={pauseDialog.open}>Pause</ActionButton>}
        {c.publishedAt && <ActionButton variant="default" can={now(campaignCan.close(c, person))} onClick={closeDialog.open}>Close early</ActionButton>}
        {(c.state === 'draft' || c.state === 'rolled_back') && <ActionButton variant="default" can={now(campaignCan.remove(c, person))} loading={remove.isPending} onClick={() => void askToRemove()}>Delete</ActionButton>}
      </Group>
      {gate && <Gate problem={gate} campaignId={c.id} />}
      {pausing && <PauseDialog campaign={c} onClose={pauseDialog.close} />}
      {closing && <CloseDialog campaign={c} onClose={closeDialog.close} />}
    </div>
  );
}

/** What the publish gate says is open, each with the way to the part of the form that settles it. */
const Gate = ({ problem, campaignId }: { problem: Problem; campaignId: string }) => (
  <Alert mt="md" color="red" variant="outline" role="alert" title={Object.keys(problem.errors).length ? 'Not published yet: this is open' : problem.title}>
    <Text size="sm">{problem.detail}</Text>
    <List size="sm" mt={6}>
      {Object.entries(problem.errors).map(([path, said]) => {
        const section = sectionOf(dotted(path));
        return (
          <List.Item key={path}>
            {said.join(' ')}{' '}
            {section && <Link to="/campaigns/$campaignId/edit" params={{ campaignId }} hash={section.id}>{section.title}</Link>}
          </List.Item>
        );
      })}
    </List>
  </Alert>
);
