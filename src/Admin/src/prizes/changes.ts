import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf, newKey } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign, NewPrize, Pool, PoolChange, Prize, PrizeChange } from '../api/types';

interface Done {
  said: string;
  undo: (() => void) | null;
}

export interface Changes {
  busy: boolean;
  last: Done | null;
  prize: (prize: Prize, change: PrizeChange, said: string) => void;
  pool: (pool: Pool, change: PoolChange, said: string) => void;
  add: (pool: Pool, prize: NewPrize) => Promise<void>;
}

interface Step {
  run: () => Promise<{ effectiveFrom?: number | null }>;
  said: string;
  back: (() => void) | null;
}

/** Changes of stock, caps and pauses. Each says from which entry on it counts, and can be taken back by its opposite. */
export function useChanges(campaign: Campaign): Changes {
  const queries = useQueryClient();
  const [last, setLast] = useState<Done | null>(null);
  const step = useMutation({
    mutationFn: (s: Step) => s.run(),
    onSuccess: (answer, s) => setLast({ said: `${s.said}${from(answer.effectiveFrom)}.`, undo: s.back }),
    onError: (error) => {
      const problem = asProblem(error);
      notifications.show({ title: problem.title, message: [problem.detail, ...Object.values(problem.errors).flat()].join(' '), color: 'red', autoClose: 12_000 });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.campaign(campaign.id) }),
  });
  const patchPrize = (prize: Prize, body: PrizeChange) => bodyOf(api.PATCH('/v1/prizes/{id}', { params: { path: { id: prize.id! } }, body })) as Promise<{ effectiveFrom?: number | null }>;
  const patchPool = (pool: Pool, body: PoolChange) => bodyOf(api.PATCH('/v1/pools/{id}', { params: { path: { id: pool.id! } }, body })) as Promise<{ effectiveFrom?: number | null }>;
  const changes: Changes = {
    busy: step.isPending,
    last,
    prize: (prize, change, said) => step.mutate({
      run: () => patchPrize(prize, change), said,
      back: () => step.mutate({ run: () => patchPrize(prize, earlier(prize, change)), said: `Taken back: ${prize.name} is as it was`, back: null }),
    }),
    pool: (pool, change, said) => step.mutate({
      run: () => patchPool(pool, change), said,
      back: () => step.mutate({ run: () => patchPool(pool, earlier(pool, change)), said: `Taken back: ${pool.name} is as it was`, back: null }),
    }),
    add: async (pool, prize) => {
      const headers = { 'Idempotency-Key': newKey() };
      const run = () => bodyOf(api.POST('/v1/pools/{id}/prizes', { params: { path: { id: pool.id! } }, body: prize, headers })) as Promise<{ effectiveFrom?: number | null }>;
      await step.mutateAsync({ run, said: `${prize.name} is added`, back: null });
    },
  };
  return changes;
}

/** What the changed fields were before. */
export const earlier = <T extends object>(before: object, change: T): T =>
  Object.fromEntries(Object.keys(change).map((field) => [field, (before as Record<string, unknown>)[field] ?? null])) as T;

const from = (number: number | null | undefined) => (number ? `, in force from entry ${number.toLocaleString('en-GB')}` : '');
