import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../api/client';
import { keys, pages, pageSize } from '../api/queries';
import type { OpenReview, Release, ReleaseSite, Sync, TemplateSite, TemplateVersion } from '../api/types';
import { isReleaseMoving, isSyncMoving } from './words';

/* Reads of template sync: their keys, and how often they are read again while something moves. */

export const syncKeys = {
  all: ['template'] as const,
  versions: ['template', 'versions'] as const,
  releases: ['template', 'releases'] as const,
  release: (id: string) => ['template', 'release', id] as const,
  site: (campaignId: string) => [...keys.campaign(campaignId), 'template'] as const,
  review: (campaignId: string) => [...keys.campaign(campaignId), 'template-review'] as const,
};

/** Read again all the while: what is looked for appears when it is found. */
export const versionsQuery = () => ({
  ...pages<TemplateVersion>(syncKeys.versions, (cursor) => bodyOf(api.GET('/v1/template/versions', { params: { query: { limit: 100, cursor } } }))),
  refetchInterval: 5_000,
});

export const sitesQuery = () =>
  pages<TemplateSite>([...syncKeys.all, 'sites'], (cursor) => bodyOf(api.GET('/v1/template/sites', { params: { query: { limit: 200, cursor } } })));

export const releasesQuery = () => ({
  ...pages<Release>(syncKeys.releases, (cursor) => bodyOf(api.GET('/v1/template/releases', { params: { query: { limit: pageSize, cursor } } }))),
  refetchInterval: 5_000,
});

export const releaseQuery = (id: string) =>
  queryOptions({
    queryKey: syncKeys.release(id),
    queryFn: async () => (await bodyOf(api.GET('/v1/template/releases/{id}', { params: { path: { id } } }))) as unknown as Release,
    refetchInterval: (query) => (!query.state.data || isReleaseMoving(query.state.data) ? 2_000 : 15_000),
  });

export const releaseSitesQuery = (id: string, state: string | undefined, moving: boolean) => ({
  ...pages<ReleaseSite>([...syncKeys.release(id), 'sites', state ?? 'all'], (cursor) =>
    bodyOf(api.GET('/v1/template/releases/{id}/sites', { params: { path: { id }, query: { state, limit: 100, cursor } } }))),
  refetchInterval: moving ? 2_000 : (false as const),
});

export const siteQuery = (campaignId: string) =>
  queryOptions({
    queryKey: syncKeys.site(campaignId),
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/template', { params: { path: { id: campaignId } } }))) as unknown as TemplateSite,
    refetchInterval: (query) => (query.state.data?.latest && isSyncMoving(query.state.data.latest) ? 2_000 : 30_000),
  });

export const syncsQuery = (campaignId: string, moving: boolean) => ({
  ...pages<Sync>([...syncKeys.site(campaignId), 'syncs'], (cursor) =>
    bodyOf(api.GET('/v1/campaigns/{id}/template/syncs', { params: { path: { id: campaignId }, query: { limit: 10, cursor } } }))),
  refetchInterval: moving ? 2_000 : (false as const),
});

export const syncQuery = (campaignId: string, sync: string) =>
  queryOptions({
    queryKey: [...syncKeys.site(campaignId), 'sync', sync],
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/template/syncs/{sync}', { params: { path: { id: campaignId, sync } } }))) as unknown as Sync,
    refetchInterval: (query) => (!query.state.data || isSyncMoving(query.state.data) ? 1_000 : false),
  });

/** The open review, from the repository itself: what people do to the branch elsewhere shows within half a minute. */
export const reviewQuery = (campaignId: string) =>
  queryOptions({
    queryKey: syncKeys.review(campaignId),
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/template/review', { params: { path: { id: campaignId } } }))) as unknown as OpenReview,
    refetchInterval: (query) => (query.state.error ? false : 30_000),
  });
