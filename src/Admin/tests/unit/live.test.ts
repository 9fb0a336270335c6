import type { HubConnection } from '@microsoft/signalr';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../src/api/session';
import type { CampaignStats, SignedIn } from '../../src/api/types';
import { createLive, pauseBefore } from '../../src/live/connection';
import { withCounters } from '../../src/live/useLiveCampaign';
import { deliveryOf, leftOf, type Delivery } from '../../src/notices/notices';

/** A hub that a test answers for. */
function fakeHub(fails = 0) {
  const handlers = new Map<string, (body: unknown) => void>();
  const hub = {
    state: 'Disconnected', invoked: [] as string[], starts: 0, refuse: false, closed: undefined as undefined | (() => void),
    on: (name: string, handler: (body: unknown) => void) => void handlers.set(name, handler),
    onreconnecting: () => undefined, onreconnected: () => undefined,
    onclose: (handler: () => void) => void (hub.closed = handler),
    async start() {
      if (hub.starts++ < fails) throw new Error('unreachable');
      hub.state = 'Connected';
    },
    async stop() { hub.state = 'Disconnected'; },
    async invoke(method: string, id: string) {
      if (hub.refuse) throw new Error('live.too_many');
      hub.invoked.push(`${method} ${id}`);
    },
    tell: (name: string, body: unknown) => handlers.get(name)!(body),
  };
  return hub;
}
const liveOf = (hub: ReturnType<typeof fakeHub>) => createLive(() => hub as unknown as HubConnection);

describe('the live feed', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    session.set({ accessToken: 'a', refreshToken: 'r', expiresAt: '2099-01-01T00:00:00Z', user: { id: 'usr_1' } } as SignedIn);
  });

  it('subscribes once for all who follow, and tells each of their own campaign', async () => {
    const hub = fakeHub();
    const live = liveOf(hub);
    const heard: string[] = [];
    const stop = live.follow('cmp_1', (name) => heard.push(`first ${name}`));
    live.follow('cmp_1', (name) => heard.push(`second ${name}`));
    live.follow('cmp_2', () => heard.push('other'));
    await vi.advanceTimersByTimeAsync(10);
    expect(hub.invoked.toSorted()).toEqual(['Subscribe cmp_1', 'Subscribe cmp_2']);
    expect(live.isTold('cmp_1')).toBe(true);
    hub.tell('counters', { campaignId: 'cmp_1' });
    stop();
    hub.tell('stock', { campaignId: 'cmp_1' });
    expect(heard).toEqual(['first counters', 'second counters', 'second stock']);
    expect(hub.invoked).not.toContain('Unsubscribe cmp_1');
  });

  it('ends a while after nobody follows, and not when somebody comes back', async () => {
    const hub = fakeHub();
    const live = liveOf(hub);
    const stop = live.follow('cmp_1', () => undefined);
    await vi.advanceTimersByTimeAsync(10);
    stop();
    expect(live.isTold('cmp_1')).toBe(false);
    const again = live.follow('cmp_1', () => undefined);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(hub.state).toBe('Connected');
    expect(live.isTold('cmp_1')).toBe(true);
    again();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(hub.state).toBe('Disconnected');
  });

  it('leaves the asking to the page while it cannot be had, and tries on', async () => {
    const hub = fakeHub(2);
    const live = liveOf(hub);
    live.follow('cmp_1', () => undefined);
    await vi.advanceTimersByTimeAsync(500);
    expect(live.isTold('cmp_1')).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(hub.starts).toBe(3);
    expect(live.isTold('cmp_1')).toBe(true);
    hub.state = 'Disconnected';
    hub.closed!();
    expect(live.isTold('cmp_1')).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(live.isTold('cmp_1')).toBe(true);
  });

  it('ends when the person signs out', async () => {
    const hub = fakeHub();
    liveOf(hub).follow('cmp_1', () => undefined);
    await vi.advanceTimersByTimeAsync(10);
    session.set(null);
    expect(hub.state).toBe('Disconnected');
  });

  it('tells nothing of a campaign that was refused', async () => {
    const hub = fakeHub();
    hub.refuse = true;
    const live = liveOf(hub);
    live.follow('cmp_1', () => undefined);
    await vi.advanceTimersByTimeAsync(10);
    expect(live.isTold('cmp_1')).toBe(false);
  });

  it('waits longer before each attempt, half a minute at most', () => {
    expect([0, 1, 2, 3, 4, 99].map(pauseBefore)).toEqual([0, 1000, 3000, 10_000, 30_000, 30_000]);
  });

  it('merges counters into what was read', () => {
    const old = { entries: 1, entrants: 1, outcomes: { prize: 0, gift: 0, none: 1 }, refusals: {}, other: 'stays',
      prizes: [{ id: 'prz_1', name: 'Mug', stock: 10, allocated: 0, remaining: 10 }, { id: 'prz_2', name: 'Shirt', stock: 5, allocated: 0, remaining: 5 }] } as unknown as CampaignStats;
    const now = withCounters(old, { entries: 2, entrants: 2, outcomes: { prize: 1, gift: 0, none: 1 }, refusals: {}, prizes: [{ id: 'prz_1', stock: 10, allocated: 1, remaining: 9 }] });
    expect(now).toMatchObject({ entries: 2, other: 'stays', prizes: [{ name: 'Mug', remaining: 9 }, { name: 'Shirt', remaining: 5 }] });
  });
});

describe('an alert', () => {
  const delivery = (state: Delivery['state']) => ({ state }) as Delivery;
  it('says how telling people went', () => {
    expect(deliveryOf([])).toBe('nobody to tell');
    expect(deliveryOf([delivery('delivered'), delivery('delivered')])).toBe('2 told');
    expect(deliveryOf([delivery('delivered'), delivery('pending')])).toBe('1 of 2 told so far');
    expect(deliveryOf([delivery('failed'), delivery('pending')])).toBe('1 of 2 could not be told');
  });
  it('says what is left', () => {
    const stock = { remaining: 1234, stock: null } as Parameters<typeof leftOf>[0];
    expect(leftOf(stock)).toBe('1,234 left');
    expect(leftOf({ ...stock, stock: 5000 })).toBe('1,234 of 5,000 left');
  });
});
