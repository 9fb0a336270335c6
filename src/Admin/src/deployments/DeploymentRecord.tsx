import { Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Deployment, DeploymentCall, DeploymentStep } from '../api/types';
import { isUnderWay } from '../campaigns/can';
import { formatDuration, formatInstant } from '../shared/time';
import { callLine } from './words';

const marks: Record<string, [mark: string, look: string]> = {
  pending: ['·', ''], running: ['▸', 'now'], succeeded: ['✓', 'ok'], failed: ['✗', 'bad'],
  undoing: ['↶', 'now'], undone: ['↶', ''], quarantined: ['!', 'bad'],
};

/** The steps of a deployment and its log. */
export const DeploymentRecord = ({ deployment, zone, now }: { deployment: Deployment; zone: string; now: number }) => (
  <>
    <ol className="steps">{deployment.steps.map((step) => <Step key={step.name} step={step} now={now} />)}</ol>
    <Log deployment={deployment} zone={zone} />
  </>
);

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
