import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quicknet } from '../src/core/beacon';
import { concat, toHex, utf8 } from '../src/core/bytes';
import { canonicalBytes, canonicalText } from '../src/core/canonical';
import { publicKey } from '../src/core/keys';
import { sha256, sha256Hex } from '../src/core/hash';
import { checkInstant, type Given, verifyInstant } from '../src/instant/index';
import { Signer } from './maker';

type Lines = string[];
type Any = any;

const read = (name: string): Lines => readFileSync(fileURLToPath(new URL(`fixtures/instant/${name}.jsonl`, import.meta.url)), 'utf8').trimEnd().split('\n');
const given: Given = { keys: null, chains: [quicknet] };
const check = (lines: Lines, more: Partial<Given> = {}) => checkInstant(lines, { ...given, ...more });
const failed = async (lines: Lines, more: Partial<Given> = {}) => (await check(lines, more)).filter((c) => c.status === 'fail').map((c) => c.name);

/** The line, with what is done to it. */
const edit = (line: string, change: (value: Any) => void): string => {
  const value = JSON.parse(line);
  change(value);
  return canonicalText(value);
};

/** The file with one line of a type changed: the first one, or the first that fits. */
function changed(lines: Lines, type: string, change: (value: Any) => void, fits: (value: Any) => boolean = () => true): Lines {
  const at = lines.findIndex((l) => l.includes(`"type":"${type}"`) && JSON.parse(l).type === type && fits(JSON.parse(l)));
  expect(at).toBeGreaterThan(-1);
  return lines.with(at, edit(lines[at] as string, change));
}

const autumn = read('autumn');
const spring = read('spring');

describe('A campaign that the platform published', () => {
  it('over the change to winter time in London holds in every check', async () => {
    const checks = await check(autumn);
    expect(checks.filter((c) => c.status === 'fail')).toEqual([]);
    expect(checks.filter((c) => c.status === 'ok').map((c) => c.name)).toEqual([
      'format', 'commitment', 'commitment-time', 'secret', 'key', 'rules-chain', 'rules', 'changes', 'moments-root', 'moments', 'batches', 'numbers', 'receipts', 'eligibility',
      'outcomes', 'outcome-hashes', 'moments-claimed', 'totals', 'close-out']);
    expect(checks.find((c) => c.name === 'outcomes')?.reason).toBe('150 recomputed: 143 won, 7 did not');
  });

  it('over the change to summer time in New York, committed while paused, fails only for a unit without a winning moment', async () => {
    const checks = await check(spring);
    expect(checks.filter((c) => c.status === 'fail').map((c) => `${c.name}: ${c.reason}`)).toEqual([
      'close-out: prz_mug: 1 of 30 were never made available, having no winning moment before the closing']);
    expect(checks.find((c) => c.name === 'moments' && c.status === 'ok')?.reason).toContain('25 generated moments follow');
    expect(checks.some((c) => c.name === 'changes' && c.reason === 'from number 1 on: paused true became false')).toBe(true);
  });

  it('tells every change of the rules with its number', async () => {
    const told = (await check(autumn)).filter((c) => c.name === 'changes' && c.status === 'note').map((c) => c.reason);
    expect(told).toHaveLength(8);
    expect(told).toContain('from number 78 on: prz_trip stock 3 became 5');
  });

  it('has keys that nobody vouches for until they are given', async () => {
    const key = publicKey(JSON.parse(autumn[0] as string).keys[0].publicKey);
    expect((await check(autumn)).find((c) => c.name === 'signer')?.status).toBe('note');
    expect((await check(autumn, { keys: [key] })).find((c) => c.name === 'signer')?.status).toBe('ok');
    expect(await failed(autumn, { keys: [publicKey(new Signer().publicKey)] })).toEqual(['signer', 'commitment', 'batches']);
  });

  it('is compared with the commitment that was saved before the opening', async () => {
    const { commitment } = JSON.parse(autumn[1] as string);
    const other = { ...commitment, secretHash: '00'.repeat(32) };
    expect((await check(autumn, { saved: [canonicalBytes({ commitment, keyId: 'k1', signature: '' })] })).find((c) => c.name === 'published')?.status).toBe('ok');
    expect(await failed(autumn, { saved: [canonicalBytes(other)] })).toEqual(['published']);
    expect(await failed(autumn, { saved: [canonicalBytes({ ...commitment, pool: 'pool_2' })] })).toEqual(['published']);
    expect(await failed(autumn, { saved: [utf8('?')] })).toEqual(['format']);
  });

  it('is reported to the command line with the name of each check', async () => {
    async function* each() {
      yield* autumn;
    }
    const found = await verifyInstant(each(), given);
    expect(found.find((f) => f.reason.startsWith('outcomes: '))).toEqual({ status: 'ok', reason: 'outcomes: 150 recomputed: 143 won, 7 did not' });
  });
});

const won = (prize: string) => (v: Any) => v.outcome.prize === prize;

describe('It is caught, and by the right check,', () => {
  it('if a winner is made a loser', async () => {
    const lines = changed(autumn, 'entry', (v) => (v.outcome = { kind: 'none', prize: null }), won('prz_mug'));
    expect(await failed(lines)).toEqual(expect.arrayContaining(['outcomes', 'outcome-hashes']));
  });

  it('if a loser is made a winner', async () => {
    const lines = changed(autumn, 'entry', (v) => (v.outcome = { kind: 'prize', prize: 'prz_trip' }), (v) => v.outcome.kind === 'none');
    const checks = (await check(lines)).filter((c) => c.status === 'fail');
    expect(checks[0]?.reason).toMatch(/^number \d+ got prz_trip \(prize\) and should have got nothing \(none\)/);
    expect(checks.map((c) => c.name)).toEqual(['outcomes', 'outcome-hashes']);
  });

  it('if a winner was told of nothing, though all that is signed says so too', async () => {
    const none = sha256Hex(canonicalBytes({ claimUrl: null, coupon: null, kind: 'none', prize: null }));
    const lines = changed(autumn, 'entry', (v) => (v.outcomeHash = none), won('prz_voucher'));
    expect(await failed(lines)).toEqual(['receipts', 'outcome-hashes']);
  });

  it('if a number is changed', async () =>
    expect(await failed(changed(autumn, 'entry', (v) => (v.number = 1000), (v) => v.number === 77))).toEqual(expect.arrayContaining(['numbers', 'receipts'])));

  it('if a person is put in another\'s place', async () =>
    expect(await failed(changed(autumn, 'entry', (v) => (v.personRef = 'ab'.repeat(32))))).toEqual(['receipts']));

  it('if an entry is brought forward to before the one before it', async () =>
    expect(await failed(changed(autumn, 'entry', (v) => (v.enteredAt = '2026-10-24T20:00:00Z'), (v) => v.number === 40))).toContain('numbers'));

  it('if a moment is moved', async () => {
    const later = (v: Any) => (v.at = new Date(Date.parse(v.at) + 1).toISOString());
    expect(await failed(changed(autumn, 'moment', later, (v) => !v.chosen && !/00Z|0Z$/.test(v.at)))).toEqual(['moments-root', 'moments']);
  });

  it('if a moment is said to be chosen, or left out', async () => {
    expect(await failed(changed(autumn, 'moment', (v) => (v.chosen = true), (v) => !v.chosen))).toEqual(['moments']);
    const left = autumn.filter((l) => l !== autumn.findLast((m) => m.includes('"type":"moment"')));
    expect(await failed(left)).toEqual(expect.arrayContaining(['format', 'moments-root', 'moments']));
  });

  it('if a moment is claimed by another number', async () =>
    expect(await failed(changed(autumn, 'moment', (v) => v.awarded++, (v) => v.awarded !== null))).toContain('moments-claimed'));

  it('if the secret is another', async () => {
    const names = await failed(changed(autumn, 'reveal', (v) => (v.secret = 'ab'.repeat(32))));
    expect(names).toEqual(expect.arrayContaining(['secret', 'moments', 'outcomes']));
    expect(names).not.toContain('rules-chain');
  });

  it('if a line is left out', async () => {
    const at = autumn.findIndex((l) => l.includes('"number":100,'));
    expect(await failed(autumn.toSpliced(at, 1))).toEqual(expect.arrayContaining(['format', 'numbers', 'receipts']));
    expect(await failed(autumn.slice(0, -1))).toContain('format');
    expect(await failed(autumn.toSpliced(autumn.findIndex((l) => l.includes('"ordinal":3,')), 1))).toEqual(expect.arrayContaining(['format', 'rules-chain']));
  });

  it('if two lines are swapped', async () => {
    const at = autumn.findIndex((l, i) => l.includes('"type":"entry"') && autumn[i + 1]?.includes('"type":"entry"'));
    const [a, b] = [autumn[at] as string, autumn[at + 1] as string];
    expect(await failed(autumn.with(at, b).with(at + 1, a))).toEqual(expect.arrayContaining(['numbers', 'receipts']));
  });

  it('if a batch is altered', async () => {
    const second = (v: Any) => v.record.batch === 2;
    for (const change of [(v: Any) => (v.signature = '11'.repeat(64)), (v: Any) => (v.head = '11'.repeat(32)), (v: Any) => (v.record.rules = '11'.repeat(32)), (v: Any) => (v.record.previous = '11'.repeat(32))]) {
      expect(await failed(changed(autumn, 'batch', change, second))).toContain('batches');
    }
  });

  it('if a commitment is not the signed one, or there is none', async () => {
    expect(await failed(changed(autumn, 'pool', (v) => (v.commitment.at = '2026-10-01T00:00:00Z')))).toEqual(['commitment']);
    expect(await failed(changed(autumn, 'pool', (v) => (v.commitment = null)))).toEqual(['commitment']);
  });
});

describe('A line of the rules that was changed', () => {
  const stock = (v: Any) => (v.line.prizes[2].stock += 10);

  it('breaks the chain', async () =>
    expect(await failed(changed(autumn, 'change', stock))).toEqual(expect.arrayContaining(['rules-chain', 'rules'])));

  it('is not the committed one, nor the one that batches name, even if the chain is made anew', async () => {
    const names = await failed(chained(changed(autumn, 'change', stock)));
    expect(names).toEqual(expect.arrayContaining(['rules', 'batches']));
    expect(names).not.toContain('rules-chain');
  });

  const stricter: [string, (rules: Any) => void][] = [
    ['a daily cap', (r) => (r.prizes[1].dailyCap = 1)], ['an hourly cap', (r) => (r.prizes[4].hourlyCap = 1)], ['a stock', (r) => (r.prizes[3].stock = 2)],
    ['units per person', (r) => (r.prizes[4].perEntrantMax = 1)], ['every n-th', (r) => (r.prizes[0].everyNth = 8)], ['a pause', (r) => (r.prizes[1].paused = true)],
    ['codes that expire', (r) => (r.prizes[3].coupon.expiresAt = '2026-10-24T22:00:00Z')], ['wins per person', (r) => (r.limits.winsPerEntrant = 1)],
    ['odds', (r) => (r.prizes[3].odds = { outOf: 1000, win: 1 })], ['fewer caps', (r) => (r.prizes[4].perEntrantMax = null)],
  ];
  it.each(stricter)('in %s shows in the outcomes alone, were all else forged alike', async (_, change) => {
    expect(await failed(chained(everywhere(autumn, change)))).toContain('outcomes');
  });

  const refusing: [string, (rules: Any) => void][] = [
    ['paused', (r) => (r.paused = true)], ['not yet open', (r) => (r.opensAt = '2026-10-24T22:00:00Z')], ['closed', (r) => (r.closesAt = '2026-10-24T22:00:00Z')],
    ['one entry each', (r) => (r.limits.entriesPerEntrant = 1)], ['one a day', (r) => (r.limits.entriesPerEntrantPerDay = 1)], ['a day apart', (r) => (r.limits.entryIntervalSeconds = 86400)],
  ];
  it.each(refusing)('to %s shows in entries that should have been refused', async (_, change) => {
    expect(await failed(chained(everywhere(autumn, change)))).toContain('eligibility');
  });

  it('may not change what the commitment fixes, signed or not', async () => {
    const last = autumn.findLastIndex((l) => l.includes('"type":"change"'));
    const lines = chained(autumn.with(last, edit(autumn[last] as string, (v) => (v.line.prizes[2].odds = { outOf: 41, win: 1 }))));
    expect(await failed(lines)).toContain('changes');
  });
});

describe('After an erasure', () => {
  it('the leaf stands for the entry, and that is told', async () => {
    const at = autumn.findIndex((l) => l.includes('"number":10,') && l.includes('"type":"entry"'));
    const { entryRef, number, outcomeHash, personRef, pool } = JSON.parse(autumn[at] as string);
    const leaf = sha256(concat(Uint8Array.of(0), canonicalBytes({ entryRef, number, outcomeHash, personRef, pool, termsHash: '00'.repeat(32) })));
    const checks = await check(autumn.with(at, edit(autumn[at] as string, (v) => Object.assign(v, { entryRef: null, leaf: toHex(leaf) }))));
    expect(checks.filter((c) => c.status === 'fail')).toEqual([]);
    expect(checks.find((c) => c.name === 'erased')?.reason).toMatch(/^1 entries are of erased people/);
  });
});

describe('A file that can\'t be read to its end', () => {
  it.each(['not json', '{}', '{"type":"other"}', '[1]', '', '{"pool":"pool_1","type":"entry"}', '{"type":"end","entries":1,"lines":1}', 'null'])('for %j says which line', async (line) => {
    const at = Math.floor(autumn.length / 2);
    const format = (await check(autumn.toSpliced(at, 0, line))).find((c) => c.name === 'format');
    expect(format).toMatchObject({ status: 'fail', reason: expect.stringContaining(`line ${at + 1}: `) });
  });

  it('fails if it is empty, or has a member that nobody knows', async () => {
    expect(await failed([])).toEqual(['format']);
    expect(await failed(changed(autumn, 'entry', (v) => (v.note = 1)))).toContain('format');
  });
});

/** The chain's heads made anew, as a forger would. */
function chained(lines: Lines): Lines {
  let head: Uint8Array = new Uint8Array(32);
  return lines.map((line) => {
    if (!line.includes('"type":"change"')) return line;
    head = sha256(concat(head, sha256(utf8(canonicalText(JSON.parse(line).line)))));
    return edit(line, (v) => (v.head = toHex(head)));
  });
}

const everywhere = (lines: Lines, change: (rules: Any) => void): Lines => lines.map((l) => (l.includes('"type":"rules"') ? edit(l, (v) => change(v.line)) : l));

