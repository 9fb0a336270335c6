import { notifications } from '@mantine/notifications';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys } from '../api/queries';
import type { CampaignStats, Deployment } from '../api/types';
import { noticesKey, subjectOf, titleOf, type Notice } from '../notices/notices';
import { live, type Listener } from './connection';

/** Whether the campaign's changes are told as they happen; where they aren't, pages ask now and then. */
export const useIsLive = (campaignId: string): boolean => useSyncExternalStore(live.watch, () => live.isTold(campaignId));

/** Keeps what a page has read of a campaign up to date while it is shown. */
export function useLiveCampaign(campaignId: string): void {
  const queries = useQueryClient();
  useEffect(() => live.follow(campaignId, listenerOf(queries, campaignId)), [queries, campaignId]);
}

const listenerOf = (queries: QueryClient, campaignId: string): Listener => (name, body) => {
  if (name === 'counters') {
    queries.setQueryData<CampaignStats>([...keys.campaign(campaignId), 'stats'], (old) => old && withCounters(old, body as unknown as Counters));
  } else if (name === 'deployment') {
    const { deployment } = body as unknown as { deployment: Deployment };
    // The steps at once, the log with the next read.
    queries.setQueryData<Deployment>(['deployment', deployment.id], (old) => old && { ...deployment, log: old.log });
    void queries.invalidateQueries({ queryKey: ['deployment', deployment.id] });
  } else {
    const { notice } = body as unknown as { notice: Notice };
    notifications.show({ message: [titleOf(notice), subjectOf(notice)].filter(Boolean).join(': '), color: notice.kind === 'stock.out' ? 'red' : 'yellow' });
    void queries.invalidateQueries({ queryKey: noticesKey(campaignId) });
  }
};

interface Counters extends Pick<CampaignStats, 'entries' | 'entrants' | 'outcomes' | 'refusals'> {
  prizes: { id: string; stock: number | null; allocated: number; remaining: number | null }[];
}

/** What was read, with the counters that were told; what they don't hold stays until it is read again. */
export function withCounters(old: CampaignStats, told: Counters): CampaignStats {
  const byId = new Map(told.prizes.map((prize) => [prize.id, prize]));
  return {
    ...old,
    entries: told.entries,
    entrants: told.entrants,
    outcomes: told.outcomes,
    refusals: told.refusals,
    prizes: old.prizes.map((prize) => {
      const now = prize.id === null ? undefined : byId.get(prize.id);
      return now ? { ...prize, stock: now.stock, allocated: now.allocated, remaining: now.remaining } : prize;
    }),
  };
}
