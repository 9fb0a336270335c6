import { Group, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, bodyOf } from '../api/client';
import { deploymentQuery, keys } from '../api/queries';
import type { Campaign, Deployment } from '../api/types';
import { usePerson } from '../api/useSession';
import { deploymentCan, isRetryable, isUnderWay } from '../campaigns/can';
import { useIsLive } from '../live/useLiveCampaign';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatDuration, formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { useNow } from '../shared/useNow';
import { DeploymentRecord } from './DeploymentRecord';
import { EarlierDeployments } from './EarlierDeployments';
import { remaining, stopping } from './words';

/** The campaign's newest deployment, step by step, as it goes. */
export function DeploymentPanel({ campaign, deploymentId }: { campaign: Campaign; deploymentId: string }) {
  const person = usePerson();
  const confirm = useConfirm();
  const told = useIsLive(campaign.id);
  const query = useQuery(deploymentQuery(deploymentId, told));
  const deployment = query.data;
  const now = useNow(!!deployment && isUnderWay(deployment));
  useRefreshAtEnd(campaign.id, deployment);
  const refresh = [['deployment', deploymentId], keys.campaign(campaign.id)];
  const params = { params: { path: { id: deploymentId } } };
  const cancel = useAction({ run: () => bodyOf(api.POST('/v1/deployments/{id}/cancel', params)), done: 'It will stop after the current step, then undo what it did.', refresh });
  const retry = useAction({
    run: () => bodyOf(api.POST('/v1/deployments/{id}/retry', params)), done: 'It goes on.', refresh: [...refresh, keys.campaigns],
  });
  const askToCancel = async () => {
    const agreed = await confirm({
      title: 'Cancel this deployment?', body: stopping(deployment?.kind ?? 'provision'),
      confirm: 'Cancel the deployment', cancel: 'Let it run', danger: true,
    });
    if (agreed) cancel.mutate();
  };
  return (
    <section className="panel" aria-labelledby="deployment">
      <Group justify="space-between" mb="sm">
        <Group gap="sm"><Title order={2} id="deployment" m={0}>Deployment</Title>{deployment && <StateBadge state={deployment.state} name={deployment.state.replaceAll('_', ' ')} />}</Group>
        {deployment && (
          <Group gap="xs">
            {isUnderWay(deployment) && <ActionButton size="xs" variant="default" can={deploymentCan.cancel(deployment, person)} loading={cancel.isPending} onClick={() => void askToCancel()}>Cancel</ActionButton>}
            {isRetryable(deployment) && <ActionButton size="xs" can={deploymentCan.retry(deployment, person)} loading={retry.isPending} onClick={() => retry.mutate()}>Try again now</ActionButton>}
          </Group>
        )}
      </Group>
      {query.isPending && <Loading what="the deployment" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {deployment && (
        <>
          <Text size="sm" c="dimmed" mb={6}>
            {deployment.kind.replaceAll('_', ' ')}, started {formatInstant(deployment.startedAt, campaign.timeZone, true)}, {isUnderWay(deployment) ? 'running for' : 'took'}{' '}
            {formatDuration(deployment.startedAt, deployment.endedAt, now)}{deployment.estimate && `, ${remaining(deployment.estimate.remainingSeconds)}`}
          </Text>
          <VisuallyHidden role="status">{progress(deployment)}</VisuallyHidden>
          <DeploymentRecord deployment={deployment} zone={campaign.timeZone} now={now} />
        </>
      )}
      <EarlierDeployments campaign={campaign} />
    </section>
  );
}

/** What a screen reader hears as it goes: the step, not every second of it. */
function progress(deployment: Deployment): string {
  const done = deployment.steps.filter((s) => s.state === 'succeeded').length;
  const current = deployment.steps.find((s) => s.state === 'running' || s.state === 'undoing');
  const where = current ? `${current.state === 'undoing' ? 'undoing ' : ''}${current.name.replaceAll('-', ' ')}` : deployment.state.replaceAll('_', ' ');
  return `${where}, ${done} of ${deployment.steps.length} steps done`;
}

/** When it ends, or can't be undone, or is undone after all, the campaign has a new state and perhaps a site. */
function useRefreshAtEnd(campaignId: string, deployment: Deployment | undefined) {
  const queries = useQueryClient();
  const before = useRef<string>(undefined);
  const state = deployment?.state;
  useEffect(() => {
    if (!state) return;
    if (before.current && before.current !== state) void queries.invalidateQueries({ queryKey: keys.campaign(campaignId) });
    before.current = state;
  }, [state, campaignId, queries]);
}
