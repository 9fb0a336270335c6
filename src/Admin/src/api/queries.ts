import { infiniteQueryOptions, queryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { isUnderWay, mayMove } from '../campaigns/can';
import type { Claim, ClaimState } from '../claims/claims';
import { refreshEvery } from '../draws/progress';
import type { Draw } from '../draws/types';
import type { Entry } from '../entries/entries';
import type { FindingState } from '../reconciliation/findings';
import { answerOf, api, bodyOf } from './client';
import type { AuditEvent, Campaign, CampaignStats, CodeBatch, Deployment, Finding, Installation, Moments, Pool, ProviderAccount, ReconciledAccount, Tenant, User } from './types';

/* Reads of the API: one place for their keys and for how often they are read again. */

export interface ListPage<T> {
  items: T[];
  nextCursor: string | null;
}

/** Rows asked for at a time. */
export const pageSize = 50;

export const pages = <T>(queryKey: readonly unknown[], load: (cursor: string | undefined) => Promise<unknown>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam }) => (await load(pageParam ?? undefined)) as ListPage<T>,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });

export const keys = {
  campaigns: ['campaigns'] as const,
  campaign: (id: string) => ['campaign', id] as const,
  tenants: ['tenants'] as const,
  users: ['users'] as const,
};

export const campaignsQuery = (tenantId?: string) =>
  pages<Campaign>([...keys.campaigns, tenantId ?? 'all'], (cursor) =>
    bodyOf(api.GET('/v1/campaigns', { params: { query: { tenantId, limit: pageSize, cursor } } })));

export const tenantsQuery = () =>
  pages<Tenant>(keys.tenants, (cursor) => bodyOf(api.GET('/v1/tenants', { params: { query: { limit: pageSize, cursor } } })));

export const usersQuery = () =>
  pages<User>(keys.users, (cursor) => bodyOf(api.GET('/v1/users', { params: { query: { limit: pageSize, cursor } } })));

export interface AuditFilter { tenantId?: string; campaignId?: string; actor?: string; subject?: string; from?: string; until?: string }

export const auditQuery = (filter: AuditFilter) =>
  pages<AuditEvent>(['audit', filter], (cursor) =>
    bodyOf(api.GET('/v1/audit', { params: { query: { ...filter, limit: pageSize, cursor } } })));

/** What the installation serves stays as it is while its process runs. */
export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: async () => (await bodyOf(api.GET('/v1/installation'))) as unknown as Installation,
  staleTime: 600_000,
});

/** The campaign with the ETag of what was read. */
export async function readCampaign(id: string) {
  const { body, etag } = await answerOf(api.GET('/v1/campaigns/{id}', { params: { path: { id } } }));
  return { campaign: body as unknown as Campaign, etag };
}

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: keys.campaign(id),
    queryFn: () => readCampaign(id),
    refetchInterval: (query) => {
      const state = query.state.data?.campaign.state;
      return state === 'provisioning' ? 1000 : state === 'live' || state === 'scheduled' || state === 'closed' ? 5000 : false;
    },
  });

/** Read each second while it is under way, seldom where the live feed tells of each step, or where it is tried again every few minutes. */
export const deploymentQuery = (id: string, told = false) =>
  queryOptions({
    queryKey: ['deployment', id],
    queryFn: async () => (await bodyOf(api.GET('/v1/deployments/{id}', { params: { path: { id } } }))) as unknown as Deployment,
    refetchInterval: (query) => deploymentPause(query.state.data, told),
  });

/** A campaign's deployments without their logs, the newest first. */
export const deploymentsQuery = (id: string) =>
  pages<Deployment>([...keys.campaign(id), 'deployments'], (cursor) =>
    bodyOf(api.GET('/v1/campaigns/{id}/deployments', { params: { path: { id }, query: { limit: 20, cursor } } })));

export const deploymentPause = (deployment: { state: string } | undefined, told: boolean) =>
  !deployment || isUnderWay(deployment) ? (told ? 5000 : 1000) : mayMove(deployment) ? 10_000 : false;

export const statsQuery = (id: string, live: boolean) =>
  queryOptions({
    queryKey: [...keys.campaign(id), 'stats'],
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/stats', { params: { path: { id } } }))) as unknown as CampaignStats,
    refetchInterval: live ? 3000 : false,
  });

export const drawsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.campaign(id), 'draws'],
    queryFn: async () =>
      ((await bodyOf(api.GET('/v1/campaigns/{id}/draws', { params: { path: { id } } }))) as unknown as ListPage<Draw>).items,
    refetchInterval: (query) => refreshEvery(query.state.data),
  });

export const entriesQuery = (id: string) =>
  pages<Entry>([...keys.campaign(id), 'entries'], (cursor) =>
    bodyOf(api.GET('/v1/campaigns/{id}/entries', { params: { path: { id }, query: { limit: pageSize, cursor } } })));

export const claimsQuery = (id: string, state?: ClaimState) =>
  pages<Claim>([...keys.campaign(id), 'claims', state ?? 'all'], (cursor) =>
    bodyOf(api.GET('/v1/campaigns/{id}/claims', { params: { path: { id }, query: { state, limit: pageSize, cursor } } })));

/** A campaign's pools with what has been allocated; read again while entries come in. */
export const poolsQuery = (id: string, live: boolean) =>
  queryOptions({
    queryKey: [...keys.campaign(id), 'pools'],
    queryFn: async () => ((await bodyOf(api.GET('/v1/campaigns/{id}/pools', { params: { path: { id } } }))) as unknown as ListPage<Pool>).items,
    refetchInterval: live ? 3000 : false,
  });

export type CodeKind = 'coupon' | 'entry';

/** Batches of codes, read each second while one of them is being made. */
export const batchesQuery = (id: string, kind: CodeKind) =>
  queryOptions({
    queryKey: [...keys.campaign(id), `${kind}-batches`],
    queryFn: async () => {
      const query = { params: { path: { id }, query: { limit: 200 } } };
      const page = kind === 'coupon' ? await bodyOf(api.GET('/v1/campaigns/{id}/coupon-batches', query)) : await bodyOf(api.GET('/v1/campaigns/{id}/code-batches', query));
      return (page as unknown as ListPage<CodeBatch>).items;
    },
    refetchInterval: (query) => (query.state.data?.some((batch) => batch.state === 'generating') ? 1000 : false),
  });

export const accountKeys = { all: ['provider-accounts'] as const };

/** Accounts at cloud providers, of the platform or of a client: its own, else the platform's. */
export const accountsQuery = (tenantId: string | null) =>
  queryOptions({
    queryKey: [...accountKeys.all, tenantId ?? 'platform'],
    queryFn: async () => {
      const accounts = tenantId ? await bodyOf(api.GET('/v1/tenants/{id}/providers', { params: { path: { id: tenantId } } })) : await bodyOf(api.GET('/v1/providers'));
      return (accounts as unknown as { items: ProviderAccount[] }).items;
    },
  });

export const reconciliationKeys = { all: ['reconciliation'] as const };

export const reconciledQuery = queryOptions({
  queryKey: [...reconciliationKeys.all, 'accounts'],
  queryFn: async () => ((await bodyOf(api.GET('/v1/reconciliation/accounts'))) as unknown as { items: ReconciledAccount[] }).items,
  refetchInterval: 5_000,
});

export const findingsQuery = (state?: FindingState) =>
  pages<Finding>([...reconciliationKeys.all, state ?? 'all'], (cursor) =>
    bodyOf(api.GET('/v1/reconciliation', { params: { query: { state, limit: pageSize, cursor } } })));

export const momentsQuery = (poolId: string) =>
  queryOptions({
    queryKey: ['moments', poolId],
    queryFn: async () => (await bodyOf(api.GET('/v1/pools/{id}/moments', { params: { path: { id: poolId } } }))) as unknown as Moments,
  });

/** Every tenant there is to choose from: the list is short, so that its pages are read on until the last. */
export function useTenants() {
  const query = useInfiniteQuery(tenantsQuery());
  if (query.hasNextPage && !query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
  return { ...query, tenants: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
