import { bool, hex, instant, list, nullable, object, one, raw, text, whole } from './shapes';

/** What the lines of instant.jsonl and the documents in them are made of. Instants are read as microseconds since 1970. */

const count = whole(0);
const positive = whole(1);
const hash = hex(32);
const levels = one('beacon', 'beacon-unwitnessed', 'observed', 'committed');

export const readHeader = object({
  campaign: text, closedAt: instant, timeZone: text, type: one('header'), protocol: one('pdv1'), pools: list(text),
  keys: list(object({ keyId: text, notBefore: instant, publicKey: text, retiredAt: nullable(instant) })),
  terms: list(object({ version: count, hash })),
});

export const readPool = object({
  commitment: nullable(raw), keyId: nullable(text), name: text, pool: text, signature: nullable(hex(64)), type: one('pool'),
}, { timestampToken: nullable(text) });

export const readOrder = object({
  prize: text, count: positive, from: instant, until: instant, hours: nullable(text), perDay: nullable(positive),
});
export type Order = ReturnType<typeof readOrder>;

export const readCommitment = object({
  at: instant, campaign: text, level: levels, pool: text, protocol: one('pdv1'), round: count, rulesHash: hash, secretHash: hash,
  type: one('instant-commitment'), moments: object({ chosen: count, count, generated: list(readOrder) }),
}, { momentsRoot: hash, chain: hash, chosenRoot: hash, replaces: nullable(hash) });
export type Commitment = ReturnType<typeof readCommitment>;

export const readReveal = object({ pool: text, randomness: hex(), round: count, secret: hash, type: one('reveal') }, { signature: hex(48), chain: hash });
export type Reveal = ReturnType<typeof readReveal>;

export const readOpeningLine = object({ keyId: text, opening: raw, pool: text, signature: hex(64), type: one('opening') });

export const readOpening = object({
  at: instant, campaign: text, commitment: hash, momentsRoot: hash, pool: text, protocol: one('pdv1'), randomness: hash, round: positive, signature: hex(48),
  type: one('instant-opening'),
});
export type Opening = ReturnType<typeof readOpening>;

export const readChange = object({ head: hash, line: raw, ordinal: positive, pool: text, type: one('change') });

const readPrize = object({
  id: text, name: text, kind: one('prize', 'gift'), mode: one('guaranteed', 'moments', 'probability', 'consolation'), stock: nullable(count),
  dailyCap: nullable(count), hourlyCap: nullable(count), perEntrantMax: nullable(count), everyNth: nullable(positive), paused: bool,
  odds: nullable(object({ win: positive, outOf: positive })), coupon: nullable(object({ batch: text, expiresAt: nullable(instant) })),
});
export type Terms = ReturnType<typeof readPrize>;

export const readRules = object({
  type: one('rules'), at: instant, from: positive, pool: text, opensAt: instant, closesAt: instant, paused: bool, timeZone: text, modes: list(text),
  prizes: list(readPrize),
  limits: object({
    emailIdentity: text, entriesPerEntrant: nullable(count), entriesPerEntrantPerDay: nullable(count), entryIntervalSeconds: nullable(count),
    winsPerEntrant: nullable(count),
  }),
});
export type Rules = ReturnType<typeof readRules>;

export const readCoupons = object({ type: one('coupons'), at: instant, from: positive, pool: text, prize: text, added: positive });
export type Coupons = ReturnType<typeof readCoupons>;

export const readMoment = object({
  at: instant, awarded: nullable(positive), chosen: bool, pool: text, prize: text, salt: hash, type: one('moment'),
});

export const readBatch = object({ head: hash, keyId: text, pool: text, record: raw, signature: hex(64), type: one('batch') });

export const readRecord = object(
  { at: instant, batch: positive, campaign: text, count: positive, first: positive, last: positive, pool: text, previous: hash, root: hash },
  { rules: hash });
export type JournalRecord = ReturnType<typeof readRecord>;

export const readEntry = object({
  enteredAt: instant, entryRef: nullable(hash), leaf: nullable(hash), number: positive, outcomeHash: hash, personRef: nullable(hash), phoneRef: nullable(hash),
  pool: text, terms: count, type: one('entry'), outcome: object({ kind: one('prize', 'gift', 'none'), prize: nullable(text) }),
});
export type Entry = ReturnType<typeof readEntry>;

export const readEnd = object({ entries: count, lines: count, type: one('end') });
