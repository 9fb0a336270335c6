import { Group, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, bodyOf } from '../api/client';
import { deploymentQuery, keys } from '../api/queries';
import type { Campaign, Deployment, DeploymentCall, DeploymentStep } from '../api/types';
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
import { callLine, remaining, stopping } from './words';

const marks: Record<string, [mark: string, look: string]> = {
  pending: ['·', ''], running: ['▸', 'now'], succeeded: ['✓', 'ok'], failed: ['✗', 'bad'],
  undoing: ['↶', 'now'], undone: ['↶', ''], quarantined: ['!', 'bad'],
};

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
          <ol className="steps">{deployment.steps.map((step) => <Step key={step.name} step={step} now={now} />)}</ol>
          <Log deployment={deployment} zone={campaign.timeZone} />
        </>
      )}
    </section>
  );
}

function Step({ step, now }: { step: DeploymentStep; now: number }) {
  const [mark, look] = marks[step.state] ?? ['·', ''];
  return (
    <li>
      <span className={`mark ${look}`} aria-hidden>{mark}</span>
      <span>{step.name.replaceAll('-', ' ')} <VisuallyHidden>, </VisuallyHidden><Text span size="xs" c="dimmed">{step.state}{step.attempts > 1 && `, attempt ${step.attempts}`}</Text></span>
      <Text span size="sm" c="dimmed">{formatDuration(step.startedAt, step.endedAt, now)}</Text>
      {step.message && <span className={`said ${look === 'bad' ? 'bad' : ''}`}>{step.message}</span>}
    </li>
  );
}

/** What a screen reader hears as it goes: the step, not every second of it. */
function progress(deployment: Deployment): string {
  const done = deployment.steps.filter((s) => s.state === 'succeeded').length;
  const current = deployment.steps.find((s) => s.state === 'running' || s.state === 'undoing');
  const where = current ? `${current.state === 'undoing' ? 'undoing ' : ''}${current.name.replaceAll('-', ' ')}` : deployment.state.replaceAll('_', ' ');
  return `${where}, ${done} of ${deployment.steps.length} steps done`;
}

function Log({ deployment, zone }: { deployment: Deployment; zone: string }) {
  const box = useRef<HTMLPreElement>(null);
  const lines = deployment.log.length;
  const underWay = isUnderWay(deployment);
  const [open, setOpen] = useState(underWay || deployment.state !== 'succeeded');
  useEffect(() => {
    // Follow the end while it grows, unless somebody scrolled up to read.
    const element = box.current;
    if (element && underWay && element.scrollHeight - element.scrollTop - element.clientHeight < 200) element.scrollTop = element.scrollHeight;
  }, [lines, underWay, open]);
  return (
    <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)} style={{ marginTop: 12 }}>
      <summary style={{ minHeight: 24 }}>Log ({lines.toLocaleString('en-GB')} {lines === 1 ? 'line' : 'lines'})</summary>
      {open && (
        <pre className="log" ref={box} tabIndex={0} role="region" aria-label="Deployment log">
          {deployment.log.map((line, i) => (
            <div key={i} className={line.level}>
              <span className="when" title={formatInstant(line.at, zone, true)}>{line.at.slice(11, 19)}Z</span> {line.step ? `${line.step}: ` : ''}{line.message}
              {line.call && <Call call={line.call} />}
            </div>
          ))}
          {lines === 0 && 'Nothing written yet.'}
        </pre>
      )}
    </details>
  );
}

/** What was asked of a provider and what it answered, secrets left out. */
const Call = ({ call }: { call: DeploymentCall }) => (
  <details>
    <summary>{callLine(call)}</summary>
    {call.request}{call.answer ? `\n${call.answer}` : ''}
  </details>
);

/** When it ends, the campaign has a new state and perhaps a site. */
function useRefreshAtEnd(campaignId: string, deployment: Deployment | undefined) {
  const queries = useQueryClient();
  const wasRunning = useRef(false);
  useEffect(() => {
    if (!deployment) return;
    if (wasRunning.current && !isUnderWay(deployment)) void queries.invalidateQueries({ queryKey: keys.campaign(campaignId) });
    wasRunning.current = isUnderWay(deployment);
  }, [deployment, campaignId, queries]);
}
