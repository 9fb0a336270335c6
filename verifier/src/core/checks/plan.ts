import { canonicalBytes, parseCanonical } from '../canonical';
import type { Certificate, DrawRules, Level } from '../certificate';
import { sha256Hex } from '../hash';
import { isSignedBy, type PublicKey, publicKey } from '../keys';
import type { ListSummary } from '../list';
import { plural, type Problems } from '../report';
import { microseconds } from '../time';
import { keyOf } from './signatures';

/** What was published of a draw before the first entry that it covers. */
export interface DrawPlan {
  addedLater: boolean;
  campaignId: string;
  claimDays: number | null;
  drawId: string;
  exclude: { postcodes: string[]; previousWinners: boolean; staffDomains: { count: number; hash: string | null } } | null;
  format: 'pdv1/plan';
  keyId: string;
  level: Level;
  name: string;
  publishedAt: string;
  rules: DrawRules;
  rulesHash: string;
  secretHash: string;
  signature: string;
  tickets: Record<string, number>;
}

const names = [
  'addedLater', 'campaignId', 'claimDays', 'drawId', 'exclude', 'format', 'keyId', 'level', 'name', 'publishedAt', 'rules', 'rulesHash', 'secretHash', 'signature',
  'tickets'];

/** The certificate is of the draw that was planned: by its rules and secret, at its level, with no fewer tickets than were promised. */
export function plan(file: Uint8Array, certificate: Certificate, list: ListSummary, trusted: readonly PublicKey[] | null, problems: Problems): string {
  const own = read(file);
  const { keyId, signature, ...signed } = own;
  const key = keyOf(keyId, publicKey(certificate.signer.publicKey), trusted);
  if (key === undefined) throw new Error(`signed with key ${keyId}, which is not the certificate's; give the platform's keys to check it`);
  problems.unless(isSignedBy(key, canonicalBytes(signed), signature), 'the signature is not over this plan, or not by this key');
  const { body } = certificate.commitment;
  problems.unless(own.drawId === certificate.drawId && own.campaignId === certificate.campaign.id, `it is of draw ${own.drawId} in ${own.campaignId}`);
  problems.unless(sha256Hex(canonicalBytes(own.rules)) === own.rulesHash, 'its rules do not have its hash');
  problems.unless(own.rulesHash === sha256Hex(canonicalBytes(certificate.rules)), 'the draw was held by other rules than were planned');
  problems.unless(own.secretHash === body.secretHash, 'the draw used another secret than was planned');
  problems.unless(own.level === body.level, `level ${own.level} was planned, committed was ${body.level}`);
  problems.unless(own.addedLater === body.addedLater, `the plan says that the draw was ${own.addedLater ? '' : 'not '}added later, the commitment that it was ${body.addedLater ? '' : 'not '}so`);
  problems.unless(microseconds(own.publishedAt) < microseconds(body.committedAt), `it was published at ${own.publishedAt}, not before the commitment`);
  const hashed = own.exclude?.staffDomains;
  problems.unless(hashed === undefined || hashed.count > 0 === (hashed.hash !== null), 'it counts domains without their hash, or hashes none');
  tickets(own, certificate, list, problems);
  return `published at ${own.publishedAt}, ${own.addedLater ? 'of a draw that was added later' : 'before the draw\'s first entry'}: rules, secret and level are as planned`;
}

function tickets(own: DrawPlan, certificate: Certificate, list: ListSummary, problems: Problems): void {
  const unnamed = Object.keys(certificate.commitment.body.lastNumbers).filter((pool) => !Object.hasOwn(own.tickets, pool));
  problems.unless(unnamed.length === 0, `it says nothing of the tickets of ${unnamed.join(', ')}`);
  const each = Object.values(own.tickets);
  if (!each.every((n) => Number.isSafeInteger(n) && n >= 1)) throw new Error('it gives an entry no whole number of tickets');
  if (list.eligible === 0) return;
  // The list does not tell an entry's pool, and an entry may have been granted more.
  const least = each.reduce((one, other) => Math.min(one, other), Infinity);
  problems.unless(list.tickets >= list.eligible * least, `by the plan an entry has ${plural(least, 'ticket')} at least; together they have ${list.tickets}`);
}

function read(file: Uint8Array): DrawPlan {
  const value = parseCanonical(file) as unknown as DrawPlan;
  if (typeof value !== 'object' || value === null || value.format !== 'pdv1/plan') throw new Error('it is not a plan in the form of pdv1/plan');
  const [missing, more] = [names.filter((name) => !Object.hasOwn(value, name)), Object.keys(value).filter((name) => !names.includes(name))];
  if (missing.length + more.length > 0) throw new Error(`as a plan it ${missing.length > 0 ? `lacks ${missing.join(', ')}` : `has ${more.join(', ')} too many`}`);
  return value;
}
