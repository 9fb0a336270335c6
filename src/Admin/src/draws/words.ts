import { reasonText } from './reasons';
import type { Draw, DrawEvent, DrawWinner } from './types';

/** How far an outsider can check a draw, the strongest first; the words are those of the whole UI. */
export const levels = [
  { value: 'beacon', label: 'Public randomness, witnessed', says: 'A public random number decides that did not exist when the list was committed; an independent authority dated the commitment. Anybody can check it.' },
  { value: 'beacon-unwitnessed', label: 'Public randomness, not witnessed', says: 'A public random number decides. Nobody independent dated the commitment: its time is the platform’s claim, and the certificate says so.' },
  { value: 'observed', label: 'Random number from an observer', says: 'A named independent person supplies the random number, from dice for example, after the list is committed, and signs it.' },
  { value: 'committed', label: 'Not evidence', says: 'It proves only that nothing changed after the commitment. For demonstrations and rehearsals, not for a draw that has to be shown to be random.' },
] as const;

/**
 * What a draw can be set to, and what is chosen where nothing is yet. What was chosen before stays among them, so that looking at a draw changes
 * nothing. A draw that is added after publication is evidence by its randomness alone.
 */
export function offeredLevels(served: { levels: readonly string[]; strongest: string } | undefined, later: boolean, current: string) {
  const choices = levels.filter(({ value }) =>
    value === current || ((served === undefined || served.levels.includes(value)) && (!later || value === 'beacon' || value === 'observed')));
  const preselected = choices.find(({ value }) => value === current) ?? choices.find(({ value }) => value === served?.strongest) ?? choices[0];
  return { choices, preselected };
}

export const levelOf = (level: string) => levels.find((l) => l.value === level) ?? { value: level, label: level, says: '' };

export const ruleName = (rule: string) => (rule === 'one-per-person' ? 'one win per person' : rule === 'unlimited' ? 'several wins per person' : rule);

/** "2 × Weekend in Paris, Mug". */
export function counted(prizes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const prize of prizes) counts.set(prize, (counts.get(prize) ?? 0) + 1);
  return [...counts].map(([name, n]) => (n > 1 ? `${n.toLocaleString('en-GB')} × ${name}` : name)).join(', ') || '—';
}

/** One line of the event chain as a sentence, without its time. */
export function eventText(event: DrawEvent): string {
  const clause = event.clause ? `, clause ${event.clause}` : '';
  const because = `${reasonText(event.reasonCode)}${clause}`;
  switch (event.kind) {
    case 'winner-replaced': return `Whoever held the prize of place ${event.position} was replaced by the next reserve: ${because}.`;
    case 'closing-changed': return `Entries closed at another time than was committed: ${because}.`;
    case 'voided': return 'The draw was declared void: nobody wins by it.';
    case 'withheld': return `The draw was withheld: ${because}.`;
    default: return `${event.kind}${event.position ? `, place ${event.position}` : ''}: ${because}.`;
  }
}

export const actorText = (actor: string) => (actor === 'platform' ? 'by the platform' : 'by a person of this platform');

/** What a place of the order holds now. */
export function holdingText(winner: DrawWinner): string {
  if (winner.state === 'replaced') return 'Replaced';
  if (winner.prize === null) return winner.role === 'reserve' ? 'Reserve' : 'Nothing';
  return winner.prize;
}

/** The place that the next replaced winner's prize goes to: the first reserve without a prize. */
export const nextReserve = (draw: Pick<Draw, 'winners'>): DrawWinner | undefined =>
  draw.winners.find((w) => w.role === 'reserve' && w.prize === null && w.state !== 'replaced');

/** Places that hold a prize. */
export const holders = (draw: Pick<Draw, 'winners'>): DrawWinner[] => draw.winners.filter((w) => w.prize !== null && w.state !== 'replaced');
