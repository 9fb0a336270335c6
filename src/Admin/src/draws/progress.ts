import { formatInstant } from '../shared/time';
import type { Draw } from './types';

/** The stages of a draw in their order, each in a few words. */
const stages = ['waiting-for-freeze', 'building-list', 'committing', 'waiting-for-randomness', 'drawing', 'certifying'] as const;

const place = (stage: string) => stages.indexOf((stage.startsWith('waiting-for-') && stage !== 'waiting-for-freeze' ? 'waiting-for-randomness' : stage) as (typeof stages)[number]);

export interface Progress {
  /** What it does, said when it changes. */
  now: string;
  /** How much of it, which changes too often to be said. */
  detail: string;
  /** From 0 to 100, over all stages. */
  percent: number;
  step: string;
  waits: boolean;
}

/** How far a draw is, or null when it is not under way. */
export function progressOf(draw: Pick<Draw, 'progress' | 'round' | 'roundAt' | 'at' | 'observers'>, zone: string): Progress | null {
  const progress = draw.progress;
  if (!progress || progress.stage === 'done') return null;
  const index = Math.max(0, place(progress.stage));
  const share = progress.total ? Math.min(1, (progress.done ?? 0) / progress.total) : 0;
  const waits = progress.stage.startsWith('waiting-for-');
  return {
    now: nowText(draw, progress.stage, progress.waitingFor, zone),
    detail: [
      progress.total ? `${(progress.done ?? 0).toLocaleString('en-GB')} of ${progress.total.toLocaleString('en-GB')} entries` : '',
      progress.resumesAt && progress.stage !== 'waiting-for-freeze' && progress.resumesAt !== draw.roundAt ? `Goes on ${formatInstant(progress.resumesAt, zone)}` : '',
    ].filter(Boolean).join('. '),
    percent: Math.round((100 * (index + share)) / stages.length),
    step: `Step ${index + 1} of ${stages.length}`,
    waits,
  };
}

function nowText(draw: Pick<Draw, 'progress' | 'round' | 'roundAt' | 'at' | 'observers'>, stage: string, waitingFor: string | null, zone: string): string {
  switch (stage) {
    case 'waiting-for-freeze': {
      const at = draw.progress?.resumesAt ?? draw.at;
      return at ? `The list of entries is frozen ${formatInstant(at, zone)}.` : 'The list of entries is frozen next.';
    }
    case 'building-list': return 'The list of entries is made.';
    case 'committing': return 'The commitment is signed and dated.';
    case 'waiting-for-round':
      return `Waits for ${draw.round ? `round ${draw.round}` : 'the round'}${draw.roundAt ? `, due ${formatInstant(draw.roundAt, zone)} (${zone})` : ''}.`;
    case 'waiting-for-observer': {
      const names = (draw.observers ?? []).filter((o) => o.suppliedAt === null && o.state !== 'withdrawn').map((o) => o.name);
      return `Waits for the random number of ${names.join(' or ') || 'an observer: ask one'}.`;
    }
    case 'drawing': return 'The winners are drawn.';
    case 'certifying': return 'The certificate is signed.';
    default: return waitingFor ? `Waits for ${waitingFor}.` : 'It is under way.';
  }
}

const ended = ['drawn', 'completed', 'void', 'withheld'];

/** Milliseconds after which draws are read again: soon while one moves, now and then while one waits. */
export function refreshEvery(draws: readonly Pick<Draw, 'state' | 'progress'>[] | undefined): number | false {
  if (!draws) return false;
  const moving = draws.some((d) => d.progress && d.progress.stage !== 'done' && !d.progress.stage.startsWith('waiting-for-'));
  if (moving) return 1000;
  if (draws.some((d) => ['frozen', 'committed'].includes(d.state))) return 3000;
  return draws.some((d) => !ended.includes(d.state)) ? 15_000 : false;
}
