import { queryOptions } from '@tanstack/react-query';
import { authorisedFetch, bodyOf } from '../api/client';
import { keys } from '../api/queries';

/** Something that people and systems were told of a campaign. */
export interface Notice {
  id: string;
  campaignId: string;
  kind: 'stock.low' | 'stock.out';
  at: string;
  stock: StockNotice | null;
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

export const titleOf = (notice: Notice): string => (notice.kind === 'stock.out' ? 'Out of stock' : 'Stock is low');

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
