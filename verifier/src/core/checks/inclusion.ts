import type { Certificate } from '../certificate';
import { type PublicKey, publicKey } from '../keys';
import type { Source } from '../lines';
import type { Found, ListSummary } from '../list';
import { findRecord, isSigned, type Receipt, requirePath } from '../receipt';
import { plural, type Problems } from '../report';
import { replacements } from './events';

/** An entrant's own entry: in the list, and as their receipt says. */
export async function receiptInclusion(
  certificate: Certificate, list: ListSummary, receipt: Receipt, record: Source | null, trusted: readonly PublicKey[] | null, problems: Problems): Promise<string> {
  const signed = isSigned(receipt, trusted ?? [publicKey(certificate.signer.publicKey)]);
  problems.unless(signed, 'the receipt is not signed by a key that is known here: give all of the platform\'s keys');
  const path = record === null ? 'its path was not followed: give the journal record of its batch' : await followed(receipt, record, problems);
  const found = list.found.get(receipt.entryRef);
  if (found === undefined) {
    problems.unless(false, missing(certificate, receipt));
    return '';
  }
  problems.unless(found.personRef === receipt.personRef, 'the list gives this entry to another person than the receipt');
  const accepted = certificate.terms.find((t) => t.hash === receipt.termsHash);
  const terms = accepted === undefined ? 'the terms that it accepted are not among the certificate\'s' : `it accepted version ${accepted.version} of the terms`;
  return `${placed(certificate, receipt.entryRef, found)}; the receipt is signed; ${path}; ${terms}`;
}

export function entryInclusion(certificate: Certificate, list: ListSummary, entryRef: string): string {
  const found = list.found.get(entryRef);
  if (found === undefined) throw new Error(`entry ${entryRef} is not in the list`);
  return placed(certificate, entryRef, found);
}

async function followed(receipt: Receipt, record: Source, problems: Problems): Promise<string> {
  const found = await findRecord(record, receipt.batchHead);
  problems.unless(found !== undefined, 'the journal record of its batch is not in the file');
  if (found !== undefined) problems.attempt('its path', () => requirePath(receipt, found));
  return 'its path leads to the signed batch';
}

function missing(certificate: Certificate, { pool, number, entryRef }: Receipt): string {
  const { lastNumbers } = certificate.commitment.body;
  const last = Object.hasOwn(lastNumbers, pool) ? lastNumbers[pool] : undefined;
  if (last === undefined) return `the draw does not cover the receipt's pool ${pool}`;
  return number > last ? `entry number ${number} came after the freeze at number ${last}` : `entry ${entryRef} is not in the list, though its number ${number} is covered`;
}

function placed(certificate: Certificate, entryRef: string, found: Found): string {
  if (found.excluded !== null) return `line ${found.line}: received, and excluded from the draw as ${found.excluded}`;
  const places = certificate.order.filter((p) => p.entryRef === entryRef);
  const drawn = places.length === 0 ? 'not drawn' : `drawn as ${places.map((p) => described(certificate, p.position)).join(' and ')}`;
  return `line ${found.line}: in the draw with ${plural(found.tickets ?? 0, 'ticket')}, ${drawn}`;
}

function described(certificate: Certificate, position: number): string {
  const place = certificate.order[position - 1];
  const lost = replacements(certificate).some((r) => r.position === position);
  if (place?.role === 'winner') return `winner ${position} of "${place.prize}"${lost ? ', later replaced' : ''}`;
  const moved = replacements(certificate).find((r) => r.by === position);
  return moved === undefined ? `reserve at position ${position}` : `reserve at position ${position}, who moved up for winner ${moved.position}`;
}
