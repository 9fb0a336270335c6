import { toHex } from '../bytes';
import type { Certificate } from '../certificate';
import type { ListSummary, Picked } from '../list';
import { plural, type Problems } from '../report';

export function listFormat(list: ListSummary, picked: Picked, problems: Problems): string {
  problems.all.push(...list.problems);
  problems.unless(picked.twice === null, `entry ${picked.twice} is both eligible and excluded`);
  return `${plural(list.eligible + list.excluded, 'line')}, unique and in order`;
}

export function root(certificate: Certificate, list: ListSummary, problems: Problems): string {
  return sameRoot(toHex(list.root), certificate.root, certificate.commitment.body.root, problems);
}

export function excludedRoot(certificate: Certificate, list: ListSummary, problems: Problems): string {
  return sameRoot(toHex(list.excludedRoot), certificate.excludedRoot, certificate.commitment.body.excludedRoot, problems);
}

function sameRoot(computed: string, stated: string, committed: string, problems: Problems): string {
  problems.unless(computed === committed, `the list has the root ${computed}, committed was ${committed}`);
  problems.unless(stated === committed, `the certificate says ${stated}, committed was ${committed}`);
  return `the list has the committed root ${committed}`;
}

export function counts(certificate: Certificate, list: ListSummary, problems: Problems): string {
  const stated = certificate.counts;
  const { counts: committed, lastNumbers } = certificate.commitment.body;
  for (const what of ['eligible', 'excluded', 'tickets', 'persons'] as const) {
    problems.unless(list[what] === committed[what], `${what}: the list has ${list[what]}, committed were ${committed[what]}`);
    problems.unless(stated[what] === committed[what], `${what}: the certificate says ${stated[what]}, committed were ${committed[what]}`);
  }
  const reasons = new Map(Object.entries(stated.excludedByReason));
  for (const reason of new Set([...reasons.keys(), ...list.excludedByReason.keys()])) {
    const [listed, said] = [list.excludedByReason.get(reason) ?? 0, reasons.get(reason)];
    problems.unless(listed === said, `excluded as ${reason}: the list has ${listed}, the certificate says ${said ?? 'nothing'}`);
  }
  const numbers = Object.values(lastNumbers).reduce((sum, n) => sum + n, 0);
  problems.unless(numbers === committed.eligible + committed.excluded, `the pools' last numbers add up to ${numbers}, not to eligible and excluded`);
  return `${plural(stated.eligible, 'entry', 'entries')} of ${plural(stated.persons, 'person')} with ${plural(stated.tickets, 'ticket')}; ${stated.excluded} excluded`;
}
