// Makes certificates for tests, by node:crypto and in the plainest way, so that it shares nothing with what is tested but the
// spelling of canonical JSON.
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalText } from '../src/core/canonical';
import type { Beacon, Certificate, CommitmentBody, DrawEvent, DrawRules, Level, Place } from '../src/core/certificate';
import type { Authority } from './authority';

export const vector = (name: string) => JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8'));
const drand = vector('drand-quicknet');

export const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const u64 = (n: number) => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(n));
  return out;
};
export const id = (kind: string, name: string) => `${kind}_${sha256(name).slice(0, 32)}`;

/** A P-256 key that signs as the platform does. */
export class Signer {
  readonly #key: KeyObject;
  readonly publicKey: string;
  readonly keyId: string;

  constructor(pem?: string) {
    this.#key = pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem);
    const spki = Buffer.from(this.#key.export({ format: 'jwk' }).x as string, 'base64url');
    const y = Buffer.from(this.#key.export({ format: 'jwk' }).y as string, 'base64url');
    const der = Buffer.concat([bytes('3059301306072a8648ce3d020106082a8648ce3d03010703420004'), spki, y]);
    this.publicKey = der.toString('base64');
    this.keyId = sha256(der).slice(0, 16);
  }

  sign(message: Uint8Array | string): string {
    return sign('sha256', Buffer.from(message as string), { key: this.#key, dsaEncoding: 'ieee-p1363' }).toString('hex');
  }
}

export interface ListLine {
  readonly entryRef: string;
  readonly personRef: string;
  readonly tickets?: number;
  readonly excluded?: string;
}

/** Entries with varied tickets, every third of a person who has entered before. */
export function entries(eligible: number, excluded = 0, seed = 'e'): ListLine[] {
  const line = (i: number): ListLine => {
    const personRef = sha256(`${seed}/person/${i % 3 === 2 ? i - 1 : i}`);
    const entryRef = sha256(`${seed}/entry/${i}`);
    return i < eligible ? { entryRef, personRef, tickets: 1 + (i % 5) } : { entryRef, personRef, excluded: i % 2 === 0 ? 'staff' : 'duplicate' };
  };
  const all = Array.from({ length: eligible + excluded }, (_, i) => line(i));
  const byRef = (a: ListLine, b: ListLine) => (a.entryRef < b.entryRef ? -1 : 1);
  return [...all.filter((l) => l.excluded === undefined).sort(byRef), ...all.filter((l) => l.excluded !== undefined).sort(byRef)];
}

export const listText = (lines: readonly ListLine[]): string =>
  lines.map((l) => `{"entryRef":"${l.entryRef}","personRef":"${l.personRef}",${l.excluded === undefined ? `"tickets":${l.tickets}` : `"excluded":"${l.excluded}"`}}\n`).join('');

/** RFC 6962, recursively as the RFC defines it. */
export function root(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] as string);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), bytes(root(leaves.slice(0, split))), bytes(root(leaves.slice(split))));
}

/** The draw with a ticket in an array for each ticket there is. */
export function draw(lines: readonly ListLine[], seed: string, rule: DrawRules['rule'], wanted: number) {
  const tickets = lines.flatMap((l) => Array.from({ length: l.tickets ?? 0 }, () => l));
  const words: bigint[] = [];
  let block = 0;
  const word = () => {
    if (words.length === 0) {
      const hmac = createHmac('sha256', bytes(seed)).update('pdv1/stream').update(u64(block++)).digest();
      for (let i = 0; i < 32; i += 8) words.push(hmac.readBigUInt64BE(i));
    }
    return words.shift() as bigint;
  };
  const trace: [number, number, string][] = [];
  const taken: string[] = [];
  const persons = new Set<string>();
  for (let k = 0; k < tickets.length && taken.length < wanted; k++) {
    const n = BigInt(tickets.length - k);
    let w = word();
    while (w >= 2n ** 64n - (2n ** 64n % n)) w = word();
    const j = k + Number(w % n);
    [tickets[k], tickets[j]] = [tickets[j] as ListLine, tickets[k] as ListLine];
    const { entryRef, personRef } = tickets[k] as ListLine;
    trace.push([k, j, entryRef]);
    if (rule === 'unlimited' || !persons.has(personRef)) taken.push(entryRef);
    persons.add(personRef);
  }
  return { trace, taken };
}

export interface Plan {
  readonly level: Level;
  readonly signer?: Signer;
  readonly authority?: Authority;
  /** A token made elsewhere, over this very commitment. */
  readonly token?: string;
  readonly tokenAt?: string;
  readonly lines?: ListLine[];
  readonly rules?: Partial<DrawRules>;
  readonly body?: Partial<CommitmentBody>;
  readonly events?: Partial<DrawEvent>[];
  readonly secret?: string;
  readonly round?: 123 | 657413;
  readonly closedAt?: string | null;
  readonly predecessor?: Certificate['predecessor'];
}

export interface Made {
  readonly certificate: Certificate;
  readonly list: string;
  readonly signer: Signer;
}

/** Ten minutes before the round, so that the rule gives just this round. */
export const committedFor = (round: number) => new Date((drand.genesis_time + 3 * (round - 1) - 600) * 1000).toISOString().replace('.000', '');

const before = (instant: string, seconds: number) => new Date(Date.parse(instant) - seconds * 1000).toISOString().replace('.000', '');

function recorded(round: number): Beacon {
  const { signature, randomness } = drand.rounds.find((r: { round: number }) => r.round === round);
  return {
    chainHash: drand.chain_hash, scheme: 'bls-unchained-g1-rfc9380', publicKey: drand.public_key, genesisTime: drand.genesis_time,
    periodSeconds: drand.period_seconds, round, signature, randomness,
  };
}

export async function make(plan: Plan): Promise<Made> {
  const { level } = plan;
  const signer = plan.signer ?? new Signer();
  const lines = plan.lines ?? entries(40, 5);
  const beacon = level.startsWith('beacon') ? recorded(plan.round ?? 123) : null;
  const committedAt = plan.body?.committedAt ?? committedFor(plan.round ?? 123);
  const drawId = plan.body?.drawId ?? id('drw', 'final draw');
  const until = before(committedAt, 3600);
  const rules: DrawRules = {
    drawId, from: before(committedAt, 86400), prizes: ['A trip to the sea', 'Tea for two', 'Tea for two'], reserves: 2, rule: 'one-per-person', until, ...plan.rules };
  const secret = plan.secret ?? sha256('the secret');
  const [eligible, excluded] = [lines.filter((l) => l.excluded === undefined), lines.filter((l) => l.excluded !== undefined)];
  const [eligibleRoot, excludedRoot] = [
    root(eligible.map((l) => `${l.entryRef}\x1f${l.personRef}\x1f${l.tickets}`)), root(excluded.map((l) => `${l.entryRef}\x1f${l.personRef}\x1f${l.excluded}`))];
  const counts = {
    eligible: eligible.length, excluded: excluded.length, persons: new Set(eligible.map((l) => l.personRef)).size,
    tickets: eligible.reduce((sum, l) => sum + (l.tickets ?? 0), 0) };
  const body: CommitmentBody = {
    addedLater: false, chainHash: beacon?.chainHash ?? null, committedAt, counts, drawId, excludedRoot,
    lastNumbers: { [id('pool', 'web')]: lines.length - Math.min(3, lines.length), [id('pool', 'shop')]: Math.min(3, lines.length) },
    level, protocol: 'pdv1', root: eligibleRoot, round: beacon?.round ?? 0, rulesHash: sha256(canonicalText(rules)), secretHash: sha256(bytes(secret)),
    succeeds: plan.predecessor?.drawId ?? null, ...plan.body };
  const hash = sha256(canonicalText(body));
  const token = plan.token ?? (plan.authority === undefined ? null : await plan.authority.stamp(canonicalText(body), plan.tokenAt ?? committedAt));
  const observer = level === 'observed' ? observe(hash, before(committedAt, -900)) : null;
  const randomness = beacon?.randomness ?? observer?.randomness ?? '';
  const seed = sha256('pdv1/seed\0', bytes(body.root), bytes(body.rulesHash), u64(body.round), bytes(randomness), bytes(secret));
  const events = (plan.events ?? []).map((e): DrawEvent => ({
    actor: 'platform', at: before(committedAt, -7200), clause: null, evidenceHash: null, kind: 'winner-replaced', position: null, reasonCode: 'claim-lapsed', ...e }));
  const replaced = events.filter((e) => e.kind === 'winner-replaced').length;
  const { trace, taken } = draw(eligible, seed, rules.rule, rules.prizes.length + Math.max(rules.reserves, replaced));
  const reasons: Record<string, number> = {};
  for (const l of excluded) reasons[l.excluded as string] = (reasons[l.excluded as string] ?? 0) + 1;
  const certificate: Certificate = {
    schema: 'pdv1-certificate/1', drawId, name: 'Final draw', campaign: { id: id('cmp', 'c'), name: 'Summer by the sea', timeZone: 'Europe/London' },
    promoter: { name: 'Kettle & Co. Ltd', address: '1 High Street, Leeds LS1 1AA' }, rules, terms: [{ version: 1, hash: sha256('terms') }],
    winners: rules.prizes.length, reserves: rules.reserves, closedAt: plan.closedAt === undefined ? rules.until : plan.closedAt, frozenAt: before(committedAt, 30),
    counts: { eligible: counts.eligible, excluded: counts.excluded, tickets: counts.tickets, persons: counts.persons, excludedByReason: reasons },
    leaf: { eligible: 'entry_ref 1f person_ref 1f tickets', excluded: 'entry_ref 1f person_ref 1f reason', tree: 'RFC 6962 SHA-256', order: 'entry_ref, unsigned bytes' },
    root: eligibleRoot, excludedRoot,
    commitment: { body, hash, keyId: signer.keyId, signature: signer.sign(canonicalText(body)), timestampToken: token },
    level, beacon, observer, secret, seed, algorithm: 'pdv1', build: 'unknown', trace,
    order: taken.map((entryRef, i): Place => ({
      position: i + 1, role: i < rules.prizes.length ? 'winner' : 'reserve', prize: rules.prizes[i] ?? null, entryRef })),
    events, eventsHead: headOf(hash, events), predecessor: plan.predecessor ?? null,
    signer: { keyId: signer.keyId, publicKey: signer.publicKey }, signature: '' };
  return { certificate: resign(certificate, signer), list: listText(lines), signer };
}

function observe(commitmentHash: string, at: string) {
  const key = new Signer();
  const randomness = sha256('dice');
  return {
    name: 'J. Doe, solicitor', statement: 'I rolled the dice myself.', at, randomness, publicKey: key.publicKey,
    signature: key.sign(Buffer.concat([Buffer.from('pdv1/observer\0'), bytes(commitmentHash), bytes(randomness)])) };
}

export const headOf = (hash: string, events: readonly DrawEvent[]) => events.reduce((head, e) => sha256(bytes(head), bytes(sha256(canonicalText(e)))), hash);

/** The same certificate, signed anew by its platform. */
export function resign(certificate: Certificate, signer: Signer): Certificate {
  const { signature: _, ...rest } = certificate;
  return { ...certificate, signature: signer.sign(canonicalText(rest)) };
}

/** What a cheating platform would do after changing the commitment's body: hash and sign it anew, and all that hangs on it. */
export function recommit(certificate: Certificate, signer: Signer, token: string | null = certificate.commitment.timestampToken): Certificate {
  const { body } = certificate.commitment;
  const hash = sha256(canonicalText(body));
  const commitment = { body, hash, keyId: signer.keyId, signature: signer.sign(canonicalText(body)), timestampToken: token };
  return resign({ ...certificate, commitment, eventsHead: headOf(hash, certificate.events) }, signer);
}

export const asBytes = (certificate: unknown): Uint8Array => Buffer.from(canonicalText(certificate));
