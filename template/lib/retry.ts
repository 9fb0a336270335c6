/** When a submission is sent again by itself, and when the visitor is asked. Always with the same Idempotency-Key. */
export const attemptsMax = 6;
/** No wait longer than this is sat through; the visitor gets a button instead. Milliseconds. */
export const waitMax = 30_000;
/** All waits of one submission together, in milliseconds. */
export const waitTotalMax = 90_000;
/** After this long without an answer a request counts as lost, in milliseconds. */
export const requestTimeout = 20_000;

/** What came of one attempt. A request that brought no answer at all has no status. */
export interface Failure { status: number | null; retryAfter: number | null; code: string | null }

export type RetryDecision = { kind: 'wait'; milliseconds: number } | { kind: 'ask'; notBefore: number | null };

/** Retry-After in milliseconds, from seconds or an HTTP date; null when absent or unreadable. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Whether nobody knows yet if the entry was taken, or the server asked to come back: the key must be kept. */
export function isUnanswered(failure: Failure): boolean {
  const { status } = failure;
  return status === null || status === 408 || status === 425 || status === 429 || status >= 500;
}

/**
 * Decides after a failed attempt: wait so long and send again, or ask the visitor.
 * @param attempt how many attempts were made, from 1
 * @param waited milliseconds waited so far
 * @param random 0..1, spreads those who were all turned away at the same instant
 */
export function afterFailure(failure: Failure, attempt: number, waited: number, random: number): RetryDecision {
  // A paused campaign stays paused until somebody resumes it: repeating by machine would only add load.
  const ask: RetryDecision = { kind: 'ask', notBefore: failure.retryAfter };
  if (!isUnanswered(failure) || failure.code === 'campaign.paused' || attempt >= attemptsMax) return ask;
  const wanted = failure.retryAfter === null ? 1_000 * 2 ** (attempt - 1) * (0.75 + random / 2) : failure.retryAfter + random * 1_000;
  const milliseconds = Math.max(250, Math.round(wanted));
  return milliseconds > waitMax || waited + milliseconds > waitTotalMax ? ask : { kind: 'wait', milliseconds };
}
