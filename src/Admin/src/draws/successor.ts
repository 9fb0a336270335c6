import { emptyDraw, emptyDrawPrize, type DrawValues } from '../campaigns/form/values';
import { toLocal } from '../shared/time';
import type { Draw } from './types';

/** A draw like a void one, to take its place: the same prizes and entries, another freeze and secret. */
export function successorOf(draw: Draw, zone: string): DrawValues {
  const counts = new Map<string, number>();
  for (const prize of draw.prizes) counts.set(prize, (counts.get(prize) ?? 0) + 1);
  return {
    ...emptyDraw(), name: `${draw.name} (again)`, prizes: [...counts].map(([name, quantity]) => ({ ...emptyDrawPrize(), name, quantity })), reserves: draw.reserves, rule: draw.rule,
    from: toLocal(draw.from, zone), until: toLocal(draw.until, zone), level: draw.level === 'observed' ? 'observed' : '', claimDays: draw.claimDays ?? '', succeeds: draw.id ?? undefined,
  };
}
