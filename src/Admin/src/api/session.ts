import type { SignedIn } from './types';

/*
 * The session of this browser tab. Tokens are kept in sessionStorage: they survive a reload, not the closing of the tab, and
 * other tabs sign in for themselves.
 */
const storageKey = 'prizedraw.session';
const listeners = new Set<() => void>();
let current: SignedIn | null = read();

function read(): SignedIn | null {
  try {
    const stored = globalThis.sessionStorage?.getItem(storageKey);
    const session = stored ? (JSON.parse(stored) as SignedIn) : null;
    return session?.accessToken && session.user ? session : null;
  } catch {
    return null;
  }
}

export const session = {
  get: () => current,
  set(next: SignedIn | null) {
    current = next;
    try {
      if (next) sessionStorage.setItem(storageKey, JSON.stringify(next));
      else sessionStorage.removeItem(storageKey);
    } catch {
      // Storage may be full or forbidden; the session then lasts until the next reload.
    }
    listeners.forEach((tell) => tell());
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

/** Milliseconds before its end at which an access token is renewed ahead of use. */
const renewAhead = 30_000;

export const isStale = (signedIn: SignedIn, now: number) => Date.parse(signedIn.expiresAt) - now < renewAhead;

let renewal: Promise<boolean> | null = null;

/** Exchanges the refresh token, once for all callers: a refresh token used twice would end the session. */
export function renew(send: typeof fetch): Promise<boolean> {
  renewal ??= exchange(send).finally(() => (renewal = null));
  return renewal;
}

async function exchange(send: typeof fetch): Promise<boolean> {
  const before = current;
  if (!before) return false;
  const response = await send('/v1/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refreshToken: before.refreshToken }),
  });
  // Signed out, or in again, while the answer was under way: that stands.
  if (current !== before) return current !== null;
  if (response.ok) {
    const next = (await response.json()) as Partial<SignedIn>;
    session.set({ ...before, ...next, user: next.user ?? before.user } as SignedIn);
    return true;
  }
  // Only a clear refusal ends the session; a 503 does not sign anybody out.
  if (response.status >= 400 && response.status < 500 && response.status !== 429) session.set(null);
  return false;
}
