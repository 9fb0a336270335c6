import { queryOptions } from '@tanstack/react-query';
import { authorisedFetch, bodyOf } from '../api/client';
import { keys } from '../api/queries';

/** Something that people and systems were told of a campaign. */
export interface Notice {
  id: string;
  campaignId: string;
  kind: string;
  at: string;
  stock: StockNotice | null;
  deployment?: { step: string | null; message: string | null } | null;
  domain?: { name: string; message: string | null } | null;
  deliveries: Delivery[];
}

export interface StockNotice {
  poolId: string;
  prizeId: string;
  name: string;
  stock: number | null;
  remaining: number;
  threshold: number | null;
  number: number | null;
  runsOutAt: string | null;
}

export interface Delivery {
  channel: 'email' | 'webhook';
  target: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  nextAt: string | null;
  error: string | null;
}

export const noticesKey = (campaignId: string) => [...keys.campaign(campaignId), 'notices'] as const;

/** The newest notices of a campaign; while nobody tells of new ones, asked for now and then. */
export const noticesQuery = (campaignId: string, isLive: boolean) =>
  queryOptions({
    queryKey: noticesKey(campaignId),
    queryFn: async () => (await bodyOf(read(`/v1/campaigns/${encodeURIComponent(campaignId)}/notices?limit=20`))).items,
    refetchInterval: isLive ? 60_000 : 10_000,
  });

async function read(path: string) {
  const response = await authorisedFetch(new Request(new URL(path, location.origin)));
  const body = (await response.json()) as unknown;
  return response.ok ? { data: body as { items: Notice[] }, response } : { error: body, response };
}

/** One for every kind of notice there is. */
export const titles: Record<string, string> = {
  'stock.low': 'Stock is low',
  'stock.out': 'Out of stock',
  'deployment.paused': 'A deployment waits',
  'deployment.quarantined': 'A deployment left something behind',
  'deployment.quarantine_cleared': 'Nothing is left behind any more',
  'deployment.succeeded': 'A deployment that had to wait has succeeded',
  'domain.active': 'Domain active',
  'domain.lost': 'Domain not active any more',
  'domain.given_up': 'Domain not looked at any more',
  'reconciliation.found': 'An account holds what campaigns do not know',
  'reconciliation.refused': 'Orphans are not deleted',
  'release.paused': 'A release of the template has stopped',
  'release.rolled_back': 'A release of the template was rolled back',
};

export const titleOf = (notice: Notice): string => titles[notice.kind] ?? notice.kind;

/** Which prize, step or domain it is about. */
export const subjectOf = (notice: Notice): string | null => notice.stock?.name ?? notice.domain?.name ?? notice.deployment?.step ?? null;

/** What stands in the way, where something does. */
export const reasonOf = (notice: Notice): string | null => notice.domain?.message ?? notice.deployment?.message ?? null;

/** "9 of 100 left" */
export function leftOf(stock: StockNotice): string {
  const count = (n: number) => n.toLocaleString('en-GB');
  return stock.stock === null ? `${count(stock.remaining)} left` : `${count(stock.remaining)} of ${count(stock.stock)} left`;
}

/** How telling people went, in a few words. */
export function deliveryOf(deliveries: Delivery[]): string {
  if (deliveries.length === 0) return 'nobody to tell';
  const failed = deliveries.filter((d) => d.state === 'failed');
  const pending = deliveries.filter((d) => d.state === 'pending');
  if (failed.length > 0) return `${failed.length} of ${deliveries.length} could not be told`;
  return pending.length > 0 ? `${deliveries.length - pending.length} of ${deliveries.length} told so far` : `${deliveries.length} told`;
}
