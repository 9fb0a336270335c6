import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SubmissionKeys } from '../../lib/idempotency';
import { afterFailure, attemptsMax, parseRetryAfter, waitMax, waitTotalMax } from '../../lib/retry';
import { submit } from '../../lib/submission';
import type { Progress, SubmissionWorld } from '../../lib/submission';
import { MemoryStorage, body } from './sample';

const failure = (status: number | null, retryAfter: number | null = null, code: string | null = null) => ({ status, retryAfter, code });

describe('Retry-After', () => {
  it('is read as seconds', () => assert.equal(parseRetryAfter('7', 0), 7_000));
  it('is read as a date', () => assert.equal(parseRetryAfter('Sat, 05 Dec 2026 10:00:05 GMT', Date.parse('2026-12-05T10:00:00Z')), 5_000));
  it('in the past means now', () => assert.equal(parseRetryAfter('Sat, 05 Dec 2026 10:00:05 GMT', Date.parse('2026-12-06T10:00:00Z')), 0));
  it('is nothing when absent or unreadable', () => {
    assert.equal(parseRetryAfter(null, 0), null);
    assert.equal(parseRetryAfter('soon', 0), null);
  });
});

describe('After a failed attempt', () => {
  it('waits at least as long as the server asked', () => {
    assert.deepEqual(afterFailure(failure(503, 5_000), 1, 0, 0), { kind: 'wait', milliseconds: 5_000 });
    assert.deepEqual(afterFailure(failure(429, 5_000), 1, 0, 1), { kind: 'wait', milliseconds: 6_000 });
  });
  it('backs off when nothing was said', () => {
    const waits = [1, 2, 3, 4].map((attempt) => afterFailure(failure(null), attempt, 0, 0.5));
    assert.deepEqual(waits.map((wait) => wait.kind === 'wait' && wait.milliseconds), [1_000, 2_000, 4_000, 8_000]);
  });
  it('asks the visitor after the last attempt', () => assert.equal(afterFailure(failure(503), attemptsMax, 0, 0).kind, 'ask'));
  it('asks the visitor instead of a long wait, and says from when', () => {
    assert.deepEqual(afterFailure(failure(429, waitMax + 1), 1, 0, 0), { kind: 'ask', notBefore: waitMax + 1 });
    assert.equal(afterFailure(failure(503, 20_000), 2, waitTotalMax - 10_000, 0).kind, 'ask');
  });
  it('never repeats a refusal or a paused campaign by itself', () => {
    assert.equal(afterFailure(failure(422), 1, 0, 0).kind, 'ask');
    assert.equal(afterFailure(failure(503, 1_000, 'campaign.paused'), 1, 0, 0).kind, 'ask');
  });
});

type Reply = Response | Error;
function world(replies: Reply[]) {
  const keys: string[] = [];
  const waits: number[] = [];
  const it: SubmissionWorld = {
    send: (_body, key) => { keys.push(key); const reply = replies[Math.min(keys.length, replies.length) - 1]!; return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply.clone()); },
    wait: (milliseconds) => { waits.push(milliseconds); return Promise.resolve(); },
    now: () => 0,
    random: () => 0,
  };
  return { it, keys, waits };
}
const problem = (status: number, code: string, headers: Record<string, string> = {}) => new Response(JSON.stringify({ status, code }), { status, headers });
const accepted = () => new Response(JSON.stringify({ entryId: 'ent_1', number: 1 }), { status: 201 });
const silent = () => undefined;

describe('Sending an entry', () => {
  it('goes on with one key through no answer, 503 and 429 until it is accepted', async () => {
    const { it: outside, keys, waits } = world([new TypeError('network'), problem(503, 'storage.away', { 'Retry-After': '2' }), problem(429, 'rate.limited', { 'Retry-After': '3' }), accepted()]);
    const memory = new SubmissionKeys('s', new MemoryStorage());
    const reports: Progress[] = [];
    const result = await submit(body(), memory, outside, (progress) => reports.push(progress));
    assert.equal(result.kind, 'accepted');
    assert.equal(keys.length, 4);
    assert.equal(new Set(keys).size, 1);
    assert.deepEqual(waits, [750, 2_000, 3_000]);
    assert.deepEqual(reports.filter((report) => report.waiting).map((report) => report.milliseconds), waits);
    assert.equal(memory.hasPending(), false);
  });
  it('stops at a refusal and forgets the key', async () => {
    const memory = new SubmissionKeys('s', new MemoryStorage());
    const { it: outside, keys } = world([problem(422, 'entry.limit_reached')]);
    const result = await submit(body(), memory, outside, silent);
    assert.deepEqual(result, { kind: 'refused', status: 422, problem: { status: 422, code: 'entry.limit_reached' } });
    assert.equal(keys.length, 1);
    assert.equal(memory.hasPending(), false);
  });
  it('gives up within its bounds and keeps the key, so that trying again is the same entry', async () => {
    const memory = new SubmissionKeys('s', new MemoryStorage());
    const { it: outside, keys, waits } = world([new TypeError('network')]);
    const result = await submit(body(), memory, outside, silent);
    assert.deepEqual(result, { kind: 'unanswered', status: null, problem: null, notBefore: null });
    assert.equal(keys.length, attemptsMax);
    assert.ok(waits.reduce((sum, wait) => sum + wait, 0) <= waitTotalMax);
    const again = world([accepted()]);
    await submit(body(), memory, again.it, silent);
    assert.equal(again.keys[0], keys[0]);
  });
  it('asks again with the same key when an accepting answer got lost on the way', async () => {
    const { it: outside, keys } = world([new Response('<cut', { status: 201 }), accepted()]);
    const result = await submit(body(), new SubmissionKeys('s', null), outside, silent);
    assert.equal(result.kind, 'accepted');
    assert.equal(keys[0], keys[1]);
  });
});
