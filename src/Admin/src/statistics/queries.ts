import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../api/client';
import { keys } from '../api/queries';

export interface Outcomes { prize: number; gift: number; none: number }
export interface HourCount { hour: string; entries: number; entrants: number; outcomes: Outcomes }
export interface DayCount { day: string; entries: number; entrants: number; outcomes: Outcomes }
export interface PrizeStats {
  id: string; poolId: string; name: string; kind: string; stock: number | null; allocated: number; remaining: number | null;
  projectedRunOutAt: string | null; byDay: { day: string; awarded: number }[];
}

/** What the API tells of a campaign's numbers, and of a rehearsal's. */
export interface Statistics {
  entries: number; entrants: number; outcomes: Outcomes; refusals: Record<string, number>;
  byHour: HourCount[]; byDay: DayCount[]; byPrize: PrizeStats[];
}

export const statisticsQuery = (id: string, live: boolean) =>
  queryOptions({
    queryKey: [...keys.campaign(id), 'statistics'],
    queryFn: async () => (await bodyOf(api.GET('/v1/campaigns/{id}/stats', { params: { path: { id } } }))) as unknown as Statistics,
    refetchInterval: live ? 5000 : false,
  });
