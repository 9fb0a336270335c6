import type { DeploymentCall } from '../api/types';

/** How long a deployment will still take, going by earlier ones. */
export const remaining = (seconds: number) =>
  seconds <= 0 ? 'longer than usual' : seconds < 60 ? `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds left` : `about ${Math.ceil(seconds / 60)} ${seconds <= 60 ? 'minute' : 'minutes'} left`;

/** A call to a provider in one line. */
export const callLine = (call: DeploymentCall) =>
  [`${call.operation}${call.attempt > 1 ? `, attempt ${call.attempt}` : ''}: ${call.status ?? 'no answer'} in ${call.durationMs.toLocaleString('en-GB')} ms`, call.requestId && `request ${call.requestId}`].filter(Boolean).join(', ');

/** What cancelling a deployment of this kind comes to. */
export const stopping = (kind: string) =>
  `It stops after the current step, and ${kind.startsWith('rotate_') ? 'the old one is put back' : kind === 'provision' ? 'everything that it made is removed again' : 'what stood before stays'}.`;
