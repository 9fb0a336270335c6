/**
 * The server's clock, carried forward by a monotonic timer. The visitor's own clock may be wrong by hours or be changed
 * while the page is open, so it never decides when a campaign opens or closes.
 */
export interface ServerClock {
  /** Milliseconds since 1970 on the server's clock at the moment of reading. */
  now(): number;
  /** How far off the reading may be, in milliseconds: half of the round trip that it was taken from. */
  readonly uncertainty: number;
}

/**
 * Starts a clock from the server's `now` (RFC 3339) and the monotonic milliseconds around the request that brought it;
 * `monotonic` is the timer that goes on counting, performance.now in a browser. Null when `now` is not a time.
 */
export function serverClock(serverNow: string, sentAt: number, receivedAt: number, monotonic: () => number): ServerClock | null {
  const instant = Date.parse(serverNow);
  if (Number.isNaN(instant)) return null;
  // The server read its clock somewhere between sending and receiving; the middle is wrong by half the round trip at most.
  const readAt = (sentAt + receivedAt) / 2;
  return { now: () => instant + (monotonic() - readAt), uncertainty: Math.max(0, (receivedAt - sentAt) / 2) };
}

export interface Remaining { total: number; days: number; hours: number; minutes: number; seconds: number }

/** Whole units left until an instant, never negative. The last started second counts, so that zero means "now". */
export function remaining(until: number, now: number): Remaining {
  const total = Math.max(0, Math.ceil((until - now) / 1000));
  return {
    total,
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3_600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  };
}

/**
 * When to ask the API again because a state is due to change, in milliseconds from now; null when nothing is due.
 * The API closes a campaign ten seconds after `closesAt`, so that what was received in time counts.
 * @param random 0..1, spreads the visitors who all wait for the same instant
 * @param attempt how often was already asked after the instant had passed
 */
export function nextRefresh(state: string, opensAt: string | null, closesAt: string | null, now: number, random: number, attempt: number): number | null {
  const due = state === 'scheduled' ? at(opensAt, 0) : state === 'live' || state === 'paused' ? at(closesAt, 10_500) : null;
  if (due === null || attempt >= 12) return null;
  const spread = random * 2_500;
  return due > now ? due - now + spread : 2_000 * (attempt + 1) + spread;
}

function at(instant: string | null, later: number): number | null {
  const parsed = instant === null ? Number.NaN : Date.parse(instant);
  return Number.isNaN(parsed) ? null : parsed + later;
}
