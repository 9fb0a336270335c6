import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../api/client';
import { keys } from '../api/queries';
import type { Domain, Domains } from '../api/types';

export const domainsKey = (campaignId: string) => [...keys.campaign(campaignId), 'domains'] as const;

/** A campaign's domains; while one is on its way, asked for now and then. */
export const domainsQuery = (campaignId: string) =>
  queryOptions({
    queryKey: domainsKey(campaignId),
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/domains', { params: { path: { id: campaignId } } }))) as unknown as Domains,
    refetchInterval: (query) => refreshEvery(query.state.data?.items ?? []),
  });

/** Milliseconds until it is worth looking again; false for nothing that moves. */
export const refreshEvery = (domains: readonly Pick<Domain, 'state' | 'nextCheckAt'>[]): number | false =>
  domains.some((d) => d.state === 'removing' || d.state === 'added') ? 3_000 : domains.some((d) => d.nextCheckAt && d.state !== 'active') ? 15_000 : false;

/** How a domain stands, and what that asks of somebody. */
export function standing(d: Pick<Domain, 'state' | 'isPlaced'>): { title: string; text: string } {
  switch (d.state) {
    case 'added':
      return d.isPlaced
        ? { title: 'Added', text: 'Vercel has not said yet how it stands.' }
        : { title: 'Waiting for the site', text: 'It is put on the site as soon as that is ready.' };
    case 'pending_verification':
      return { title: 'Waiting for a proof', text: 'Vercel wants to know that the domain is yours. Publish this record with whoever manages the domain’s DNS.' };
    case 'verified_misconfigured':
      return { title: 'Not leading here yet', text: 'Publish this record with whoever manages the domain’s DNS, so that visitors come to the site.' };
    case 'active':
      return { title: 'Active', text: 'The site answers here.' };
    case 'taken':
      return { title: 'Taken', text: 'Somebody else has it at Vercel. Nothing was changed there.' };
    case 'failed':
      return { title: 'Failed', text: 'It is not on the site.' };
    case 'removing':
      return { title: 'Being removed', text: 'It is being taken from the site.' };
    default:
      return { title: d.state, text: '' };
  }
}

/** When it was looked at, and when it will be again. */
export function lookedAt(d: Pick<Domain, 'state' | 'isPlaced' | 'checkedAt' | 'nextCheckAt'>, format: (instant: string) => string): string {
  const last = d.checkedAt ? `Looked at ${format(d.checkedAt)}` : 'Not looked at yet';
  if (!d.nextCheckAt) return `${last}; not looked at any more until you check it.`;
  return d.isPlaced ? `${last}; again ${format(d.nextCheckAt)} by itself.` : `${last}.`;
}
