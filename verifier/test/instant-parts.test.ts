import { describe, expect, it } from 'vitest';
import { quicknet } from '../src/core/beacon';
import { concat, fromHex, toHex, u64, utf8 } from '../src/core/bytes';
import { canonicalBytes, canonicalText } from '../src/core/canonical';
import { sha256, sha256Hex } from '../src/core/hash';
import { hmacSha256 } from '../src/core/hash';
import { leafHash } from '../src/core/merkle';
import { readAuthorities } from '../src/core/timestamp';
import { Derived, instantKey, keyed } from '../src/instant/derive';
import { checkInstant } from '../src/instant/index';
import { follow } from '../src/instant/moments';
import { Odds } from '../src/instant/prizes';
import { Zone } from '../src/instant/zone';
import { authority } from './authority';
import { Signer, vector } from './maker';

const us = (text: string): number => Date.parse(text) * 1000;
const hour = 3_600_000;

describe('The clocks of a zone', () => {
  const london = new Zone('Europe/London');
  const day = london.dayOf(us('2026-10-25T12:00:00Z'));

  it('show a day of 25 hours, and an hour that is lived twice as two', () => {
    expect(london.when(day + 1, 0) - london.when(day, 0)).toBe(25 * hour);
    const [first, second] = [us('2026-10-25T00:30:00Z'), us('2026-10-25T01:30:00Z')].map((at) => london.hourOf(at));
    expect([first, second]).toEqual([us('2026-10-25T00:00:00Z'), us('2026-10-25T01:00:00Z')]);
  });

  it('stand for the earlier instant where they show a time twice, and for the end of the gap where they skip it', () => {
    expect(london.when(day, 1.5 * hour) * 1000).toBe(us('2026-10-25T00:30:00Z'));
    const spring = london.dayOf(us('2027-03-28T12:00:00Z'));
    expect(london.when(spring, 1.5 * hour) * 1000).toBe(us('2027-03-28T01:00:00Z'));
    expect(london.when(spring + 1, 0) - london.when(spring, 0)).toBe(23 * hour);
  });

  it('know days that begin late, and quarter hours', () => {
    const beirut = new Zone('Asia/Beirut');
    const late = beirut.dayOf(us('2026-03-29T12:00:00Z'));
    expect(beirut.when(late, 0) * 1000).toBe(us('2026-03-28T22:00:00Z'));
    expect(new Zone('Asia/Kathmandu').hourOf(us('2026-05-01T10:20:00Z'))).toBe(us('2026-05-01T10:15:00Z'));
    expect(() => new Zone('Nowhere/Here')).toThrow();
  });
});

describe('What follows from a key', () => {
  const key = instantKey(fromHex('01'.repeat(32)), 0, new Uint8Array());
  const derived = new Derived(key, 'pool_1');

  it('is HMAC-SHA256 of what the protocol says', () => {
    expect(toHex(key)).toBe(toHex(hmacSha256(fromHex('01'.repeat(32)), concat(utf8('pdv1/instant-key\0'), u64(0)))));
    expect(derived.play(7).toString(16).padStart(64, '0')).toBe(toHex(hmacSha256(key, concat(utf8('pdv1/instant\0pool_1'), u64(7)))));
    expect(toHex(keyed(new Uint8Array(100))(utf8('x')))).toBe(toHex(hmacSha256(new Uint8Array(100), utf8('x'))));
  });

  it('puts one winner into each block', () => {
    for (let block = 0; block < 50; block++) {
      const winner = derived.winnerOf('prz_1', 7, block);
      expect(Math.floor((winner - 1) / 7)).toBe(block);
    }
  });

  it('keeps moments to their hours and to their quota, on the day of 25 hours too', () => {
    const london = new Zone('Europe/London');
    const order = { prize: 'prz_1', count: 12, from: us('2026-10-24T00:00:00Z'), until: us('2026-10-27T00:00:00Z'), hours: '00:30-02:30', perDay: 4 };
    const days = [...follow([order], derived, london)].map(({ ms }) => {
      const time = (london.local(ms * 1000) / 1000) % (24 * hour);
      expect(time).toBeGreaterThanOrEqual(0.5 * hour);
      expect(time).toBeLessThan(2.5 * hour);
      return london.dayOf(ms * 1000);
    });
    const first = Math.min(...days);
    expect([0, 1, 2].map((d) => days.filter((x) => x === first + d).length)).toEqual([4, 4, 4]);
    expect(() => [...follow([{ ...order, count: 13 }], derived, london)]).toThrow('do not hold');
  });
});

it('Odds own consecutive ranges of the least common multiple', () => {
  const odds = new Odds([{ id: 'a', win: 1, outOf: 4 }, { id: 'b', win: 1, outOf: 6 }]);
  const at = (twelfth: bigint) => odds.hit((twelfth << 256n) / 12n + 1n);
  expect([0n, 2n, 3n, 4n, 5n, 11n].map(at)).toEqual(['a', 'a', 'b', 'b', undefined, undefined]);
  expect(odds.hit((3n << 256n) / 12n - 1n)).toBe('a');
  expect(() => new Odds([{ id: 'a', win: 3, outOf: 4 }, { id: 'b', win: 1, outOf: 3 }])).toThrow('more than one');
});

/** A tiny campaign made by hand: pools of two entries each, in which everybody gets a sticker. */
interface Opened { readonly at?: string; readonly round?: number; readonly momentsRoot?: string; readonly commitment?: string }
interface Beacon { readonly signature?: string | undefined; readonly chain?: string; readonly at?: string; readonly opening?: Opened | null; readonly replaces?: string | null }

function tiny(pools: string[], level: string, round: number, randomness: string, beacon?: Beacon): string[] {
  const signer = new Signer();
  const sign = (hash: Uint8Array) => signer.sign(hash);
  const secret = 'cd'.repeat(32);
  const lines: unknown[] = [{
    campaign: 'cmp_1', closedAt: '2023-12-02T00:00:00Z', keys: [{ keyId: 'k1', notBefore: '2023-01-01T00:00:00Z', publicKey: signer.publicKey, retiredAt: null }], pools,
    protocol: 'pdv1', terms: [], timeZone: 'Europe/London', type: 'header' }];
  const sticker = { coupon: null, dailyCap: null, everyNth: null, hourlyCap: null, id: 'prz_1', kind: 'gift', mode: 'consolation', name: 'Sticker', odds: null, paused: false, perEntrantMax: null, stock: null };
  const outcomeHash = sha256Hex(canonicalBytes({ claimUrl: null, coupon: null, kind: 'gift', prize: { id: 'prz_1', name: 'Sticker' } }));
  for (const pool of pools) {
    const rules = {
      at: '2023-08-01T00:00:00Z', closesAt: '2023-12-01T00:00:00Z', from: 1, modes: ['consolation'], opensAt: '2023-11-01T00:00:00Z', paused: false, pool, prizes: [sticker], timeZone: 'Europe/London', type: 'rules',
      limits: { emailIdentity: 'exact', entriesPerEntrant: 1, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: null } };
    const rulesHash = sha256(canonicalBytes(rules));
    const head = toHex(sha256(concat(new Uint8Array(32), rulesHash)));
    const empty = sha256Hex(new Uint8Array());
    const chain = beacon?.chain ?? quicknet.chainHash;
    const commitment = {
      at: beacon?.at ?? '2023-08-23T15:05:33Z', campaign: 'cmp_1', level, moments: { chosen: 0, count: 0, generated: [] }, pool, protocol: 'pdv1', round,
      rulesHash: toHex(rulesHash), secretHash: sha256Hex(fromHex(secret)), type: 'instant-commitment',
      ...(beacon ? { chain, chosenRoot: empty, replaces: beacon.replaces ?? null } : { momentsRoot: empty }) };
    const entries = [1, 2].map((number) => ({
      enteredAt: `2023-11-0${number}T00:00:00Z`, entryRef: sha256Hex(utf8(`entry ${number}`)), leaf: null, number, outcome: { kind: 'gift', prize: 'prz_1' }, outcomeHash, personRef: sha256Hex(utf8(`person ${number}`)),
      phoneRef: null, pool, terms: 0, type: 'entry' }));
    const [one, two] = entries.map(({ entryRef, number, personRef }) =>
      leafHash(canonicalBytes({ entryRef, number, outcomeHash, personRef, pool, termsHash: sha256Hex(new Uint8Array()) }))) as [Uint8Array, Uint8Array];
    const record = {
      at: '2023-11-02T00:00:01Z', batch: 1, campaign: 'cmp_1', count: 2, first: 1, last: 2, pool, previous: '0'.repeat(64), root: sha256Hex(concat(Uint8Array.of(1), one, two)), rules: head };
    const [committed, batch] = [sha256(canonicalBytes(commitment)), sha256(canonicalBytes(record))];
    const opening = beacon && {
      at: '2023-08-23T15:15:40Z', campaign: 'cmp_1', commitment: toHex(committed), momentsRoot: empty, pool, protocol: 'pdv1', randomness, round,
      signature: beacon.signature ?? '00'.repeat(48), type: 'instant-opening', ...beacon.opening };
    lines.push(
      { commitment, keyId: 'k1', name: 'Pool', pool, signature: sign(committed), type: 'pool', ...(beacon ? { timestampToken: null } : {}) },
      { pool, randomness, round, secret, type: 'reveal', ...(beacon ? { chain: quicknet.chainHash } : {}), ...(beacon?.signature === undefined ? {} : { signature: beacon.signature }) },
      ...(opening && beacon.opening !== null ? [{ keyId: 'k1', opening, pool, signature: sign(sha256(canonicalBytes(opening))), type: 'opening' }] : []),
      { head, line: rules, ordinal: 1, pool, type: 'change' }, { head: toHex(batch), keyId: 'k1', pool, record, signature: sign(batch), type: 'batch' }, ...entries);
  }
  lines.push({ entries: 2 * pools.length, lines: lines.length, type: 'end' });
  return lines.map(canonicalText);
}

describe('A tiny campaign made by hand', () => {
  const failed = async (lines: string[]) => (await checkInstant(lines, { keys: null, chains: [quicknet] })).filter((c) => c.status === 'fail').map((c) => c.name);
  const rounds = vector('drand-quicknet');
  const list: { round: number; signature: string; randomness: string }[] = Array.isArray(rounds) ? rounds : rounds.rounds;
  const r = list.find((x) => x.round === 123) as { round: number; signature: string; randomness: string };

  it('of two pools holds, each pool by its name', async () => {
    const lines = tiny(['pool_1', 'pool_2'], 'committed', 0, '');
    expect(await failed(lines)).toEqual([]);
    const checks = await checkInstant(lines, { keys: null, chains: [] });
    expect(checks.filter((c) => c.name === 'outcomes').map((c) => c.reason)).toEqual(['pool_1: 2 recomputed: 2 won, 0 did not', 'pool_2: 2 recomputed: 2 won, 0 did not']);
  });

  const { signature } = r;
  const level = 'beacon-unwitnessed';
  const byRound = (more: Beacon = {}, round = 123, randomness = r.randomness) => failed(tiny(['pool_1'], level, round, randomness, { signature, ...more }));

  it('at a beacon\'s level holds with the beacon\'s signature alone', async () => {
    expect(await byRound()).toEqual([]);
    expect(await byRound({ signature: undefined })).toEqual(['level', 'opening']);
    expect(await byRound({}, 124)).toEqual(['level']);
    expect(await byRound({}, 123, 'ab'.repeat(32))).toEqual(['level']);
    expect(await byRound({ chain: 'ab'.repeat(32) })).toEqual(['level']);
    expect(await failed(tiny(['pool_1'], 'observed', 0, 'ab'.repeat(32)))).toEqual(['level']);
    expect(await failed(tiny(['pool_1'], 'committed', 0, 'ab'.repeat(32)))).toEqual(['key']);
  });

  it('at a beacon\'s level names the round that nobody chose', async () => {
    expect(await byRound({ at: '2023-08-23T15:05:30.000001Z' })).toEqual([]);
    expect(await byRound({ at: '2023-08-23T15:05:30Z' })).toEqual(['level']);
    expect(await byRound({ at: '2023-08-23T15:05:33.000001Z' })).toEqual(['level']);
    expect(await byRound({ at: '2023-08-23T15:15:33Z' })).toEqual(['level']);
  });

  it('at a beacon\'s level has an opening between the round and the first entries', async () => {
    expect(await byRound({ opening: null })).toEqual(['opening', 'moments-root']);
    expect(await byRound({ opening: { at: '2023-08-23T15:15:33Z' } })).toEqual([]);
    expect(await byRound({ opening: { at: '2023-08-23T15:15:32Z' } })).toEqual(['opening']);
    expect(await byRound({ opening: { at: '2023-11-02T00:00:02Z' } })).toEqual(['opening']);
    expect(await byRound({ opening: { round: 122 } })).toEqual(['opening']);
    expect(await byRound({ opening: { commitment: 'ab'.repeat(32) } })).toEqual(['opening']);
    expect(await byRound({ opening: { momentsRoot: 'ab'.repeat(32) } })).toEqual(['moments-root']);
    const unsigned = tiny(['pool_1'], level, 123, r.randomness, { signature }).map((l) => (l.includes('"type":"opening"') ? l.replace(/"signature":"[0-9a-f]{128}"/, `"signature":"${'1'.repeat(128)}"`) : l));
    expect(await failed(unsigned)).toEqual(['opening']);
  });

  it('tells of a commitment that replaced another', async () => {
    const checks = await checkInstant(tiny(['pool_1'], level, 123, r.randomness, { signature, replaces: 'ab'.repeat(32) }), { keys: null, chains: [quicknet] });
    expect(checks.some((c) => c.name === 'commitment' && c.status === 'note' && c.reason.includes('replaced'))).toBe(true);
  });

  it('has the members of its level and no others', async () => {
    expect(await failed(tiny(['pool_1'], level, 123, r.randomness))).toContain('commitment');
    expect(await failed(tiny(['pool_1'], 'committed', 0, '', {}))).toContain('commitment');
  });

  it('at level beacon needs a witness of its time', async () => {
    const witness = await authority();
    const commitmentOf = (lines: string[]) => canonicalText(JSON.parse(lines[1] as string).commitment);
    const stamped = async (at: string) => {
      const bare = tiny(['pool_1'], 'beacon', 123, r.randomness, { signature });
      const token = await witness.stamp(commitmentOf(bare), at);
      return bare.with(1, canonicalText({ ...JSON.parse(bare[1] as string), timestampToken: token }));
    };
    const check = async (lines: string[], pem: string | null) => (await checkInstant(lines, { keys: null, chains: [quicknet], authorities: pem === null ? null : readAuthorities(utf8(pem)) })).filter((c) => c.status === 'fail').map((c) => c.name);
    expect(await failed(tiny(['pool_1'], 'beacon', 123, r.randomness, { signature }))).toEqual(['timestamp']);
    expect(await check(await stamped('2023-08-23T15:05:34Z'), witness.pem)).toEqual([]);
    expect(await check(await stamped('2023-08-23T15:05:34Z'), null)).toEqual([]);
    expect(await check(await stamped('2023-08-23T15:05:34Z'), (await authority()).pem)).toEqual(['timestamp']);
    expect(await check(await stamped('2023-08-23T15:07:34Z'), witness.pem)).toEqual(['timestamp']);
    expect(await check(await stamped('2023-08-23T15:05:20Z'), witness.pem)).toEqual(['timestamp']);
  });
});
