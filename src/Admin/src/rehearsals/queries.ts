import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../api/client';
import { keys } from '../api/queries';
import type { Statistics } from '../statistics/queries';

export interface RehearsalRun {
  state: 'running' | 'done' | 'stopped' | 'failed'; entries: number; sent: number; accepted: number; refused: number; perSecond: number;
  from: string; to: string; entrants: number; startedAt: string; endedAt: string | null; message: string | null;
}

export interface Rehearsal {
  id: string; state: 'preparing' | 'ready' | 'failed' | 'deleting'; message: string | null; createdAt: string; expiresAt: string;
  run: RehearsalRun | null; stats: Statistics | null;
}

/** With its token, told this once. */
export interface RehearsalMade { id: string; token: string | null; state: string; createdAt: string; expiresAt: string }

export const rehearsalKeys = (campaignId: string) => [...keys.campaign(campaignId), 'rehearsals'] as const;

const isMoving = (r: Rehearsal) => r.state === 'preparing' || r.state === 'deleting' || r.run?.state === 'running';

export const rehearsalsQuery = (campaignId: string) =>
  queryOptions({
    queryKey: rehearsalKeys(campaignId),
    queryFn: async () =>
      ((await bodyOf(api.GET('/v1/campaigns/{id}/rehearsals', { params: { path: { id: campaignId } } }))) as unknown as { items: Rehearsal[] }).items,
    refetchInterval: (query) => (query.state.data?.some(isMoving) ? 1000 : false),
  });

export const rehearsalQuery = (campaignId: string, id: string) =>
  queryOptions({
    queryKey: [...rehearsalKeys(campaignId), id],
    queryFn: async () =>
      (await bodyOf(api.GET('/v1/campaigns/{id}/rehearsals/{rehearsal}', { params: { path: { id: campaignId, rehearsal: id } } }))) as unknown as Rehearsal,
    refetchInterval: (query) => (!query.state.data || isMoving(query.state.data) ? 1000 : 10_000),
  });
