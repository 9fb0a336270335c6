import { concat, fromHex } from '../bytes';
import { canonicalBytes } from '../canonical';
import type { Certificate } from '../certificate';
import { sha256, sha256Hex } from '../hash';
import { plural, type Problems } from '../report';
import { microseconds } from '../time';

/** head(0) = H(commitment), head(i) = H(head(i−1) ‖ H(canonical event)). */
export function headOf(commitmentHash: string, events: readonly unknown[]): string {
  return events.reduce<string>((head, event) => sha256Hex(concat(fromHex(head, 32), sha256(canonicalBytes(event)))), commitmentHash);
}

export function events(certificate: Certificate, problems: Problems): string {
  const all = certificate.events;
  const { body } = certificate.commitment;
  problems.unless(headOf(sha256Hex(canonicalBytes(body)), all) === certificate.eventsHead, 'the chain of events does not end at its head');
  for (const [i, event] of all.entries()) {
    const replaced = event.kind === 'winner-replaced';
    problems.unless(replaced === (event.position !== null), `event ${i + 1} (${event.kind}) ${replaced ? 'names no' : 'names a'} position`);
    if (event.kind === 'closing-changed') continue;
    problems.unless(microseconds(event.at) >= microseconds(body.committedAt), `event ${i + 1} (${event.kind}) came before the commitment`);
    if (replaced) problems.unless(event.position !== null && event.position <= Math.min(certificate.winners, certificate.order.length), `event ${i + 1} replaces a winner who is not there`);
  }
  closing(certificate, problems);
  const left = replacements(certificate);
  problems.unless(left.every((r) => r.by !== null) || ranOut(certificate), 'a replaced winner\'s reserve is missing from the order');
  return all.length === 0 ? 'none happened' : `${plural(all.length, 'event')} in one chain${told(certificate)}`;
}

/** An actual closing that differs from the committed one is an event; a draw from pools that stay open is frozen at its bound. */
function closing(certificate: Certificate, problems: Problems): void {
  const { closedAt, frozenAt, rules: { until } } = certificate;
  const frozen = microseconds(frozenAt);
  const changed = certificate.events.some((e) => e.kind === 'closing-changed');
  if (closedAt !== null) {
    problems.unless(microseconds(closedAt) <= frozen, 'the entries were frozen before the closing');
    if (until !== null) problems.unless(changed || closedAt === until, `it closed at ${closedAt} instead of ${until}, and no event says so`);
  } else {
    problems.unless(until !== null && (changed || microseconds(until) <= frozen), 'the entries were frozen before the draw\'s period was over');
  }
}

/** Which position of the order holds each winner's place in the end; null where nobody was left. */
export function replacements(certificate: Certificate): { readonly position: number; readonly by: number | null }[] {
  let next = certificate.winners + 1;
  return certificate.events
    .filter((e) => e.kind === 'winner-replaced')
    .map((e) => ({ position: e.position ?? 0, by: next <= certificate.order.length ? next++ : null }));
}

function ranOut(certificate: Certificate): boolean {
  return certificate.trace.length === certificate.counts.tickets;
}

function told(certificate: Certificate): string {
  const replaced = replacements(certificate).map((r) => (r.by === null ? `winner ${r.position} was not replaced, nobody was left` : `winner ${r.position} was replaced by position ${r.by}`));
  if (certificate.events.some((e) => e.kind === 'voided')) replaced.push('the draw was declared void');
  if (certificate.events.some((e) => e.kind === 'withheld')) replaced.push('its secret was withheld beyond the deadline');
  return replaced.length === 0 ? '' : `: ${replaced.join(', ')}`;
}
