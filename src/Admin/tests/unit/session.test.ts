import { beforeEach, describe, expect, it, vi } from 'vitest';
import { authorisedFetch, keyKeeper } from '../../src/api/client';
import { Problem, problemFrom } from '../../src/api/problems';
import { session } from '../../src/api/session';
import type { SignedIn } from '../../src/api/types';

const signedIn = (token: string, minutes = 10) =>
  ({ accessToken: token, refreshToken: `refresh-${token}`, expiresAt: new Date(Date.now() + minutes * 60_000).toISOString(), user: { id: 'usr_1', email: 'a@b.c', role: 'super_admin' } }) as SignedIn;
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const ask = () => authorisedFetch(new Request('http://localhost/v1/campaigns'));

/** A platform that knows one access token and exchanges its refresh token once. */
function platform(valid: { token: string }, refreshStatus = 200) {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    const url = typeof input === 'string' ? input : input.url;
    calls.push(url.replace('http://localhost', ''));
    if (url.endsWith('/refresh')) return refreshStatus === 200 ? json(200, signedIn(valid.token)) : json(refreshStatus, {});
    return (input as Request).headers.get('Authorization') === `Bearer ${valid.token}` ? json(200, {}) : json(401, {});
  });
  return calls;
}

describe('a session', () => {
  beforeEach(() => session.set(null));

  it('renews a refused token once for all who ask, and asks again', async () => {
    const calls = platform({ token: 'new' });
    session.set(signedIn('old'));
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200]);
    expect(calls.filter((c) => c.endsWith('/refresh'))).toHaveLength(1);
    expect(session.get()?.accessToken).toBe('new');
  });

  it('renews a token about to end before it is refused', async () => {
    const calls = platform({ token: 'new' });
    session.set(signedIn('new', 0.1));
    expect((await ask()).status).toBe(200);
    expect(calls).toEqual(['/v1/auth/refresh', '/v1/campaigns']);
  });

  it('ends when the refresh token is refused, but not when the platform is away', async () => {
    platform({ token: 'new' }, 503);
    session.set(signedIn('old'));
    expect((await ask()).status).toBe(401);
    expect(session.get()).not.toBeNull();
    platform({ token: 'new' }, 401);
    expect((await ask()).status).toBe(401);
    expect(session.get()).toBeNull();
  });
});

describe('a problem', () => {
  it('is read from its document', () => {
    const response = new Response(null, { status: 503, headers: { 'Retry-After': '5' } });
    const problem = problemFrom(response, { code: 'storage.unavailable', title: 'Away', detail: 'Try again.', errors: { name: ['Too long.'] }, traceId: 't1' });
    expect(problem).toMatchObject({ status: 503, code: 'storage.unavailable', title: 'Away', detail: 'Try again.', errors: { name: ['Too long.'] }, traceId: 't1', retryAfter: 5 });
  });
  it('is told even where the answer is no document', () => {
    expect(problemFrom(new Response(null, { status: 502 }), '<html>')).toBeInstanceOf(Problem);
    expect(problemFrom(new Response(null, { status: 403 }), undefined).title).toBe('Not allowed');
  });
});

it('one request has one idempotency key, another body another', () => {
  const key = keyKeeper();
  const first = key({ a: 1 })['Idempotency-Key'];
  expect(key({ a: 1 })['Idempotency-Key']).toBe(first);
  expect(key({ a: 2 })['Idempotency-Key']).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
});
