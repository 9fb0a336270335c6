import { fromHex } from '../bytes';
import type { Certificate, Place } from '../certificate';
import type { ListSummary, Picked } from '../list';
import { plural, type Problems, short } from '../report';
import { choose, Selection, type Step } from '../selection';
import { seededWords } from '../stream';

/** How many places the order goes to: winners and reserves, and further reserves where replacements used them up. */
export function placesWanted(certificate: Certificate): number {
  const replaced = certificate.events.filter((e) => e.kind === 'winner-replaced').length;
  return certificate.rules.prizes.length + Math.max(certificate.rules.reserves, replaced);
}

/** As many steps of the draw as the trace claims, and at most as many as there are tickets. */
export function steps(certificate: Certificate, list: ListSummary): Step[] {
  const selection = new Selection(list.sums, seededWords(fromHex(certificate.seed, 32)));
  const taken: Step[] = [];
  for (let step = selection.next(); step !== undefined && taken.length < certificate.trace.length; step = selection.next()) taken.push(step);
  return taken;
}

/** The draw, run again over the list: every step of the trace and every place of the order. */
export function order(certificate: Certificate, list: ListSummary, taken: readonly Step[], picked: Picked, problems: Problems): string {
  const entries = taken.map((step) => picked.entries.get(step.entry) ?? { entryRef: '', personRef: '' });
  const wrong = certificate.trace.findIndex(([k, j, entryRef], i) => {
    const step = taken[i];
    return step === undefined || step.k !== k || step.j !== j || entries[i]?.entryRef !== entryRef;
  });
  if (wrong >= 0) {
    const [step, entry] = [taken[wrong], entries[wrong]];
    problems.unless(false, step === undefined
      ? `step ${wrong} of the trace: no ticket was left`
      : `step ${wrong} of the trace: the draw gives [${step.k}, ${step.j}, ${short(entry?.entryRef ?? '')}], the trace says [${shown(certificate.trace[wrong])}]`);
  }

  const wanted = placesWanted(certificate);
  const { chosen, used } = choose(entries.map((e) => e.personRef), certificate.rules.rule, wanted);
  problems.unless(chosen.length === wanted || taken.length === list.tickets, `the trace ends after ${plural(chosen.length, 'place')} of ${wanted}`);
  problems.unless(used === certificate.trace.length, `the trace goes on after the last place, at step ${used}`);
  problems.unless(certificate.order.length === chosen.length, `the draw gives ${plural(chosen.length, 'place')}, the certificate has ${certificate.order.length}`);
  for (const [i, step] of chosen.entries()) {
    const due = place(certificate, i, entries[step]?.entryRef ?? '');
    const stated = certificate.order[i];
    if (stated !== undefined && !same(due, stated)) {
      problems.unless(false, `position ${i + 1}: the draw gives ${told(due)}, the certificate says ${told(stated)}`);
      break;
    }
  }
  return `the draw, run again, gives the same ${plural(certificate.trace.length, 'step')} and ${plural(certificate.order.length, 'place')}`;
}

function place(certificate: Certificate, index: number, entryRef: string): Place {
  const { prizes } = certificate.rules;
  const winner = index < prizes.length;
  return { position: index + 1, role: winner ? 'winner' : 'reserve', prize: winner ? (prizes[index] as string) : null, entryRef };
}

function same(a: Place, b: Place): boolean {
  return a.position === b.position && a.role === b.role && a.prize === b.prize && a.entryRef === b.entryRef;
}

const told = (p: Place): string => `${p.role} ${p.position} ${short(p.entryRef)}${p.prize === null ? '' : ` (${p.prize})`}`;

const shown = (step: [number, number, string] | undefined): string => (step === undefined ? 'nothing' : `${step[0]}, ${step[1]}, ${short(step[2])}`);
