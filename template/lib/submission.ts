import { afterFailure, isUnanswered, parseRetryAfter, requestTimeout } from './retry';
import type { Failure } from './retry';
import type { SubmissionKeys } from './idempotency';
import type { EntryAnswer, EntryBody, Problem } from './types';

/** The outside world of a submission, so that it can be tried without a network or a clock. */
export interface SubmissionWorld {
  send(body: EntryBody, key: string, signal: AbortSignal): Promise<Response>;
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  now(): number;
  random(): number;
}

export type SubmissionResult =
  | { kind: 'accepted'; answer: EntryAnswer }
  | { kind: 'refused'; status: number; problem: Problem | null }
  /** Nobody knows whether it was taken, or there was no room: the key is kept, the same form may be sent again. */
  | { kind: 'unanswered'; status: number | null; problem: Problem | null; notBefore: number | null };

export interface Progress { attempt: number; waiting: boolean; milliseconds: number }

interface Attempt { failure: Failure; problem: Problem | null; answer: EntryAnswer | null }

/** Sends an entry, again and again within the bounds of lib/retry.ts, always with one Idempotency-Key. */
export async function submit(body: EntryBody, keys: SubmissionKeys, world: SubmissionWorld, report: (progress: Progress) => void): Promise<SubmissionResult> {
  const key = await keys.keyFor(body);
  let waited = 0;
  for (let attempt = 1; ; attempt++) {
    report({ attempt, waiting: false, milliseconds: 0 });
    const { failure, problem, answer } = await tryOnce(body, key, world);
    if (answer !== null) {
      keys.clear();
      return { kind: 'accepted', answer };
    }
    if (!isUnanswered(failure)) {
      keys.clear();
      return { kind: 'refused', status: failure.status!, problem };
    }
    const decision = afterFailure(failure, attempt, waited, world.random());
    if (decision.kind === 'ask') return { kind: 'unanswered', status: failure.status, problem, notBefore: decision.notBefore };
    report({ attempt, waiting: true, milliseconds: decision.milliseconds });
    await world.wait(decision.milliseconds);
    waited += decision.milliseconds;
  }
}

async function tryOnce(body: EntryBody, key: string, world: SubmissionWorld): Promise<Attempt> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), requestTimeout);
  try {
    const response = await world.send(body, key, abort.signal);
    const document = await readJson(response);
    // A success that can't be read was still taken: the same key will bring its answer again.
    if (response.ok && document !== null) return { failure: none, problem: null, answer: document as EntryAnswer };
    const problem = document as Problem | null;
    const retryAfter = parseRetryAfter(response.headers.get('Retry-After'), world.now());
    return { failure: { status: response.ok ? null : response.status, retryAfter, code: problem?.code ?? null }, problem, answer: null };
  } catch {
    return { failure: none, problem: null, answer: null };
  } finally {
    clearTimeout(timer);
  }
}

const none: Failure = { status: null, retryAfter: null, code: null };

async function readJson(response: Response): Promise<unknown> {
  try {
    const document: unknown = await response.json();
    return typeof document === 'object' ? document : null;
  } catch {
    return null;
  }
}
