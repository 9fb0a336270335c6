import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';
import { isStale, renew, session } from '../api/session';

/*
 * The live feed of this tab: one connection, opened when a page first follows a campaign and closed soon after none does. Where it can't be
 * had, or breaks, pages go on asking now and then, as they do without it.
 */

/** What the hub tells; the last argument is the message's body. */
export interface Messages {
  deployment: { campaignId: string; deployment: unknown };
  counters: { campaignId: string } & Record<string, unknown>;
  stock: { campaignId: string; notice: unknown };
}

export type Listener = <K extends keyof Messages>(name: K, body: Messages[K]) => void;

/** How long the connection outlives its last follower: pages are left and entered. */
const lingerMs = 10_000;

/** Pauses before each attempt to connect again; the last one from then on. */
const pausesMs = [0, 1000, 3000, 10_000, 30_000];

export const pauseBefore = (attempt: number) => pausesMs[Math.min(attempt, pausesMs.length - 1)]!;

export function createLive(connect: () => HubConnection) {
  const followed = new Map<string, Set<Listener>>();
  /** Campaigns whose changes are being told now. */
  const told = new Set<string>();
  const watchers = new Set<() => void>();
  let hub: HubConnection | null = null;
  /** Whose the connection is: the next person in this tab gets one of their own. */
  let owner: string | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;

  const changed = () => watchers.forEach((tell) => tell());
  const forget = () => {
    told.clear();
    changed();
  };

  async function subscribe(campaignId: string) {
    if (hub?.state !== HubConnectionState.Connected) return;
    try {
      await hub.invoke('Subscribe', campaignId);
      if (followed.has(campaignId)) told.add(campaignId);
      changed();
    } catch {
      // Too many, or not this person's: the page goes on asking.
    }
  }

  const subscribeAll = () => Promise.all([...followed.keys()].map(subscribe));

  session.subscribe(() => {
    if (hub && session.get()?.user.id !== owner) close();
  });

  function open() {
    owner = session.get()?.user.id;
    const made = (hub ??= build());
    if (made.state === HubConnectionState.Disconnected) void start(made, 0);
  }

  async function start(made: HubConnection, attempt: number) {
    await new Promise((resolve) => setTimeout(resolve, pauseBefore(attempt)));
    if (hub !== made || made.state !== HubConnectionState.Disconnected) return;
    try {
      await made.start();
      await subscribeAll();
    } catch {
      if (followed.size > 0 && session.get()) void start(made, attempt + 1);
    }
  }

  function build() {
    const made = connect();
    for (const name of ['deployment', 'counters', 'stock'] as const) {
      made.on(name, (body: Messages[typeof name]) => followed.get(body.campaignId)?.forEach((listener) => listener(name, body)));
    }
    made.onreconnecting(forget);
    made.onreconnected(() => void subscribeAll());
    made.onclose(() => {
      forget();
      if (hub === made && followed.size > 0 && session.get()) void start(made, 1);
    });
    return made;
  }

  function close() {
    const old = hub;
    hub = null;
    forget();
    void old?.stop();
  }

  return {
    /** Tells of a campaign until the answer is called. */
    follow(campaignId: string, listener: Listener): () => void {
      clearTimeout(closing);
      const listeners = followed.get(campaignId) ?? new Set();
      followed.set(campaignId, listeners.add(listener));
      open();
      if (listeners.size === 1) void subscribe(campaignId);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        followed.delete(campaignId);
        told.delete(campaignId);
        if (hub?.state === HubConnectionState.Connected) void hub.invoke('Unsubscribe', campaignId).catch(() => undefined);
        if (followed.size === 0) closing = setTimeout(close, lingerMs);
      };
    },
    /** Whether changes of the campaign are told now, so that asking often is needless. */
    isTold: (campaignId: string) => told.has(campaignId),
    watch(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}

export const live = createLive(() =>
  new HubConnectionBuilder()
    .withUrl('/v1/live', {
      // Straight to the socket: no other request has to reach the same host.
      transport: HttpTransportType.WebSockets,
      skipNegotiation: true,
      accessTokenFactory: async () => {
        const signedIn = session.get();
        if (signedIn && isStale(signedIn, Date.now())) await renew(fetch);
        return session.get()?.accessToken ?? '';
      },
    })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount }) => (session.get() ? pauseBefore(previousRetryCount) : null) })
    .configureLogging(LogLevel.None)
    .build());
