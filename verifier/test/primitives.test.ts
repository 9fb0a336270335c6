import { describe, expect, it } from 'vitest';
import { firstRoundFrom, quicknet, roundIsSigned, roundTime } from '../src/core/beacon';
import { fromBase64, fromHex, toHex, u64, utf8 } from '../src/core/bytes';
import { canonicalText, parseCanonical } from '../src/core/canonical';
import { seedOf } from '../src/core/checks/randomness';
import { Distinct } from '../src/core/distinct';
import { sha256Hex } from '../src/core/hash';
import { leafHash, MerkleRoot, nodeHash, pathHolds } from '../src/core/merkle';
import { choose, type Rule, Selection } from '../src/core/selection';
import { below, seededWords } from '../src/core/stream';
import { microseconds } from '../src/core/time';
import { vector } from './maker';

describe.each(['pdv1-draw-12', 'pdv1-draw-8-committed'])('The worked draw %s', (name) => {
  const v = vector(name);
  const entries = v.entries as [string, string, number][];

  it('has its root', () => {
    const tree = new MerkleRoot();
    for (const [entryRef, personRef, tickets] of entries) tree.append(utf8(`${entryRef}\x1f${personRef}\x1f${tickets}`));
    expect(toHex(tree.root())).toBe(v.root);
  });

  it('has its hashes and its seed', () => {
    expect(sha256Hex(utf8(v.rules))).toBe(v.rules_hash);
    expect(sha256Hex(fromHex(v.secret))).toBe(v.secret_hash);
    expect(seedOf(v.root, v.rules_hash, v.round, fromHex(v.beacon_randomness), v.secret)).toBe(v.seed);
  });

  it('has its order, to the trace', () => {
    let sum = 0;
    const sums = Float64Array.from(entries, (e) => (sum += e[2]));
    const selection = new Selection(sums, seededWords(fromHex(v.seed)));
    const steps = v.trace.map(() => selection.next());
    const refs = steps.map((s: { entry: number }) => entries[s.entry]?.[0]);
    expect(steps.map((s: { k: number; j: number }, i: number) => [s.k, s.j, refs[i]])).toEqual(v.trace);
    const { chosen, used } = choose(steps.map((s: { entry: number }) => entries[s.entry]?.[1]), v.rule as Rule, v.winners + v.reserves);
    expect(chosen.map((i) => refs[i])).toEqual(v.order);
    expect(used).toBe(v.trace.length);
  });
});

describe('Numbers below n', () => {
  const injected = (...words: bigint[]) => () => {
    const next = words.shift();
    if (next === undefined) throw new Error('no word is left');
    return next;
  };
  const top = 2n ** 64n;

  it('pass over words from the largest multiple of n on', () => {
    // 2^64 mod 3 is 1: only the very last word is passed over.
    expect(below(injected(top - 1n, 5n), 3)).toBe(2n);
    expect(below(injected(top - 2n), 3)).toBe(2n);
    // 2^64 mod (2^63 + 1) is 2^63 - 1: nearly half of all words are.
    const n = 2n ** 63n + 1n;
    expect(below(injected(n, top - 1n, n - 1n), n)).toBe(n - 1n);
  });

  it('reject nothing for powers of two, and take one word even for 1', () => {
    expect(below(injected(top - 1n), 8)).toBe(7n);
    expect(below(injected(top - 1n), 1)).toBe(0n);
    expect(() => below(injected(), 1)).toThrow('no word');
  });

  it('refuse n below 1', () => expect(() => below(injected(1n), 0)).toThrow(RangeError));

  it('come from blocks of four words, carried over', () => {
    const seed = new Uint8Array(32);
    const [all, again] = [seededWords(seed), seededWords(seed)];
    const first = Array.from({ length: 9 }, all);
    expect(new Set(first).size).toBe(9);
    expect(Array.from({ length: 9 }, again)).toEqual(first);
  });
});

describe('A selection', () => {
  it('is the shuffle of an array with a place for each ticket', () => {
    const weights = [3, 1, 4, 1, 5, 9, 2, 6];
    let sum = 0;
    const sums = weights.map((w) => (sum += w));
    const array = weights.flatMap((w, i) => Array.from({ length: w }, () => i));
    const [selection, words] = [new Selection(sums, seededWords(new Uint8Array(32).fill(7))), seededWords(new Uint8Array(32).fill(7))];
    for (let k = 0; k < array.length; k++) {
      const j = k + Number(below(words, array.length - k));
      [array[k], array[j]] = [array[j] as number, array[k] as number];
      expect(selection.next()).toEqual({ k, j, entry: array[k] });
    }
    expect(selection.next()).toBeUndefined();
  });

  it('of no entries ends at once', () => expect(new Selection([], seededWords(new Uint8Array(32))).next()).toBeUndefined());
});

describe('The beacon', () => {
  const v = vector('drand-quicknet');

  it.each(v.rounds as { round: number; signature: string; randomness: string; valid: boolean }[])('has round $round as recorded', (round) => {
    expect(roundIsSigned(v.public_key, round.round, round.signature)).toBe(round.valid);
    expect(sha256Hex(fromHex(round.signature))).toBe(round.randomness);
  });

  it('is known by what the record says of it', () => {
    expect(quicknet).toMatchObject({ chainHash: v.chain_hash, publicKey: v.public_key, genesisTime: v.genesis_time, periodSeconds: v.period_seconds });
  });

  it('has the first round at an instant or after it', () => {
    const at = roundTime(quicknet, 1000);
    expect(firstRoundFrom(quicknet, at)).toBe(1000);
    expect(firstRoundFrom(quicknet, at + 1)).toBe(1001);
    expect(firstRoundFrom(quicknet, at - 1)).toBe(1000);
    expect(firstRoundFrom(quicknet, 0)).toBe(1);
  });
});

describe('A Merkle tree (RFC 6962)', () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((h) => fromHex(h));
  // The roots of the reference implementation's tests (Certificate Transparency).
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'];

  it('of no leaves is the hash of nothing', () => expect(toHex(new MerkleRoot().root())).toBe(sha256Hex(new Uint8Array())));

  it('has the known roots', () => {
    const tree = new MerkleRoot();
    for (const [i, leaf] of leaves.entries()) {
      tree.append(leaf);
      expect(toHex(tree.root())).toBe(roots[i]);
    }
  });

  it('has paths that lead to its root, and nowhere else', () => {
    const hashes = leaves.slice(0, 7).map(leafHash);
    const root = (of: Uint8Array[]): Uint8Array => {
      const tree = new MerkleRoot();
      of.forEach((h) => tree.appendHash(h));
      return tree.root();
    };
    const path = (of: Uint8Array[], index: number): Uint8Array[] => {
      if (of.length === 1) return [];
      let split = 1;
      while (split * 2 < of.length) split *= 2;
      return index < split ? [...path(of.slice(0, split), index), root(of.slice(split))] : [...path(of.slice(split), index - split), root(of.slice(0, split))];
    };
    for (let count = 1; count <= 7; count++) {
      const of = hashes.slice(0, count);
      for (let index = 0; index < count; index++) {
        const way = path(of, index);
        expect(pathHolds(of[index] as Uint8Array, index, count, way, root(of))).toBe(true);
        expect(pathHolds(of[index] as Uint8Array, (index + 1) % count, count, way, root(of))).toBe(count === 1);
        expect(pathHolds(of[index] as Uint8Array, index, count, [...way, new Uint8Array(32)], root(of))).toBe(false);
        if (way.length > 0) expect(pathHolds(of[index] as Uint8Array, index, count, way.slice(1), root(of))).toBe(false);
      }
    }
    expect(pathHolds(hashes[0] as Uint8Array, 1, 1, [], root(hashes.slice(0, 1)))).toBe(false);
    expect(nodeHash(hashes[0] as Uint8Array, hashes[1] as Uint8Array)).toEqual(root(hashes.slice(0, 2)));
  });
});

describe('Canonical JSON (RFC 8785)', () => {
  it('writes the example of the RFC', () => {
    const value = { numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: '€$\u000f\nA\'B"\\\\"/', literals: [null, true, false] };
    expect(canonicalText(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it('sorts names by UTF-16 code units', () => {
    const value = JSON.parse('{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}');
    expect(Object.keys(JSON.parse(canonicalText(value)))).toHaveLength(7);
    expect(canonicalText(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it.each([
    ['a name that stands twice', '{"a":1,"a":2}'], ['another order', '{"b":1,"a":2}'], ['white space', '{"a": 1}'], ['1.0', '{"a":1.0}'], ['1e2', '{"a":1e2}'],
    ['minus zero', '{"a":-0}'], ['a number beyond 2^53', '{"a":9007199254740993}'], ['a number beyond a double', '{"a":1e999}'], ['an escape too many', '{"a":"\\u0041"}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'], ['a byte order mark', '\ufeff{"a":1}'], ['two newlines', '{"a":1}\n\n'],
  ])('does not read %s', (_, text) => expect(() => parseCanonical(utf8(text))).toThrow());

  it('does not read invalid UTF-8', () => expect(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow());

  it('keeps a name such as __proto__ a name', () => {
    const value = parseCanonical(utf8('{"__proto__":{"level":"beacon"}}')) as Record<string, unknown>;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(value.level).toBeUndefined();
  });
});

describe('Spellings', () => {
  it('of bytes are strict', () => {
    expect(() => fromHex('AB')).toThrow();
    expect(() => fromHex('abc')).toThrow();
    expect(() => fromHex('ab', 2)).toThrow();
    expect(() => fromBase64('QUI')).toThrow();
    expect(() => fromBase64('QUJ=')).toThrow('one base64 spelling');
    expect(toHex(u64(2 ** 40 + 1))).toBe('0000010000000001');
  });

  it.each(['2026-02-30T00:00:00Z', '2026-12-05T10:00:03.250Z', '2026-12-05T10:00:03.Z', '2026-12-05T24:00:00Z', '2026-12-05T10:00:60Z', '2026-12-05T10:00:00+00:00', '2026-12-05 10:00:00Z'])(
    'of instants refuse %s', (text) => expect(() => microseconds(text)).toThrow());

  it('of instants keep microseconds', () => expect(microseconds('1970-01-01T00:00:01.000001Z')).toBe(1_000_001));
});

describe('Different texts', () => {
  it('are counted, however many there are', () => {
    const distinct = new Distinct(64, 0, new Uint8Array(16));
    for (let i = 0; i < 20_000; i++) distinct.add(utf8(sha256Hex(u64(i % 7_000))));
    expect(distinct.count).toBe(7_000);
  });
});
