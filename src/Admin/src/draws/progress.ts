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
  /** From 0 to 100, over all stages; null before it has begun. */
  percent: number | null;
  step: string;
  waits: boolean;
}

type Standing = Pick<Draw, 'progress' | 'round' | 'roundAt' | 'at' | 'observers'>;

/** How far a draw is, or null when there is nothing to wait for. */
export function progressOf(draw: Standing, zone: string): Progress | null {
  const progress = draw.progress;
  if (!progress || progress.stage === 'done') return null;
  const index = Math.max(0, place(progress.stage));
  const share = progress.total ? Math.min(1, (progress.done ?? 0) / progress.total) : 0;
  const waits = progress.stage.startsWith('waiting-for-');
  return {
    now: nowText(draw, progress.stage, zone),
    detail: [
      progress.total ? `${(progress.done ?? 0).toLocaleString('en-GB')} of ${progress.total.toLocaleString('en-GB')} entries.` : '',
      // What the sentence above says already is left out; what holds it up, a relay that does not answer for example, is not.
      progress.waitingFor && !isSaid(draw, progress.stage) ? progress.waitingFor : '',
    ].filter(Boolean).join(' '),
    percent: progress.stage === 'waiting-for-freeze' ? null : Math.round((100 * (index + share)) / stages.length),
    step: `Step ${index + 1} of ${stages.length}`,
    waits,
  };
}

const isSaid = (draw: Standing, stage: string) =>
  stage === 'waiting-for-freeze' || stage === 'waiting-for-observer' || (stage === 'waiting-for-round' && draw.progress?.resumesAt === draw.roundAt);

function nowText(draw: Standing, stage: string, zone: string): string {
  switch (stage) {
    case 'waiting-for-freeze': {
      const at = draw.progress?.resumesAt ?? draw.at;
      return at ? `The list of entries is frozen ${formatInstant(at, zone)}; then it goes on by itself.` : 'The list of entries is frozen after the last entry; then it goes on by itself.';
    }
    case 'building-list': return 'The list of entries is made.';
    case 'committing': return 'The commitment is signed and dated.';
    case 'waiting-for-round':
      return `Waits for ${draw.round ? `round ${draw.round}` : 'the round'}${draw.roundAt ? `, due ${formatInstant(draw.roundAt, zone)} (${zone})` : ''}.`;
    case 'waiting-for-observer': {
      const names = (draw.observers ?? []).filter((o) => o.state === 'pending').map((o) => o.name);
      return `Waits for the random number of ${names.join(' or ') || 'an observer: ask one'}.`;
    }
    case 'drawing': return 'The winners are drawn.';
    case 'certifying': return 'The certificate is signed.';
    default: return 'It is under way.';
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
