import { concat, fromHex, toHex } from '../core/bytes';
import { canonicalBytes, canonicalText } from '../core/canonical';
import { sha256 } from '../core/hash';
import type { Findings } from './findings';
import type { Rules, Terms } from './formats';
import type { Line } from './judge';

/** The lines of a pool's rules, each in force from a number on: head = H(head before ‖ H(line)), 32 zero bytes at first. */
export class Chain {
  readonly lines: Line[] = [];
  /** What is in force for the first entry by the commitment; the first line where nothing was committed. */
  committed: Rules | undefined;
  readonly #heads: string[] = [];
  readonly #hashes: string[] = [];
  #head: Uint8Array = new Uint8Array(32);
  #inForce = 0;

  constructor(readonly pool: string, readonly findings: Findings) {}

  get first(): Rules {
    return this.lines[0] as Rules;
  }

  add(line: Line, body: unknown, ordinal: number, head: string): void {
    const before = this.lines.at(-1);
    if (before === undefined && line.type !== 'rules') throw new Error('the first line of rules is not of rules');
    const require = (condition: boolean, what: string) => this.findings.require('rules-chain', condition, `line ${this.lines.length + 1} ${what}`);
    require(line.pool === this.pool, 'is of another pool');
    require(ordinal === this.lines.length + 1, `has the number ${ordinal}`);
    require(line.from >= (before?.from ?? 1), 'is in force from an earlier number than the one before it');
    const hash = sha256(canonicalBytes(body));
    this.#head = sha256(concat(this.#head, hash));
    require(toHex(this.#head) === head, 'has another head than the chain');
    // After a break each line is judged by the head that it names itself, so that one break is told once.
    this.#head = fromHex(head);
    this.lines.push(line);
    this.#heads.push(head);
    this.#hashes.push(toHex(hash));
  }

  /** All lines were read: which of them was committed, and what changed after it. */
  end(committed: string | undefined): void {
    if (this.lines.length === 0) throw new Error('the pool has no rules');
    this.findings.holds('rules-chain', `${this.lines.length} lines, without a gap`);
    this.findings.require('rules', this.first.from === 1, `those before number ${this.first.from} were not written down`);
    this.committed = this.first;
    if (committed === undefined) return;
    const index = this.#hashes.lastIndexOf(committed);
    if (index < 0 || this.lines[index]?.from !== 1) return this.findings.fail('rules', 'no line from number 1 on is the one that was committed');
    this.committed = this.lines[index] as Rules;
    this.findings.holds('rules', `line ${index + 1} is the one that was committed`);
    this.#tellChanges(index);
  }

  /** The head in force at this number; numbers only go up. undefined before the first line. */
  headAt(number: number): string | undefined {
    while ((this.lines[this.#inForce]?.from ?? Number.POSITIVE_INFINITY) <= number) this.#inForce++;
    return this.#heads[this.#inForce - 1];
  }

  #tellChanges(committed: number): void {
    let before = this.lines[committed] as Rules;
    for (const line of this.lines.slice(committed + 1)) {
      if (line.type === 'coupons') {
        this.findings.note('changes', `from number ${line.from} on: ${line.added} codes more for ${line.prize}`);
        continue;
      }
      for (const { what, allowed } of differences(before, line)) {
        if (allowed) this.findings.note('changes', `from number ${line.from} on: ${what}`);
        else this.findings.fail('changes', `from number ${line.from} on: ${what}, which is fixed by the commitment`);
      }
      before = line;
    }
    this.findings.holds('changes', 'nothing changed that the commitment fixes: modes, odds, every n-th, the order of the table');
  }
}

interface Difference {
  readonly what: string;
  readonly allowed: boolean;
}

// What decides who wins which of the hidden choices is fixed; stock, caps and pauses may change, and are told.
const fixed = ['name', 'kind', 'mode', 'odds', 'everyNth'] as const;
const changing = ['stock', 'dailyCap', 'hourlyCap', 'perEntrantMax', 'paused', 'coupon'] as const;

function* differences(before: Rules, after: Rules): Iterable<Difference> {
  for (const name of ['opensAt', 'closesAt'] as const) {
    if (before[name] !== after[name]) yield { what: `${name} ${new Date(before[name] / 1000).toISOString()} became ${new Date(after[name] / 1000).toISOString()}`, allowed: true };
  }
  for (const name of ['paused', 'limits', 'timeZone', 'modes'] as const) yield* difference('', name, before[name], after[name], name !== 'modes');
  const ids = after.prizes.map((p) => p.id);
  if (!before.prizes.every((p, i) => ids[i] === p.id)) yield { what: 'prizes were taken away or put in another order', allowed: false };
  for (const prize of after.prizes) {
    const known = before.prizes.find((p) => p.id === prize.id);
    if (known) yield* ofPrize(known, prize);
    else yield { what: `${prize.id} was added (${prize.mode}, stock ${prize.stock ?? 'without limit'})`, allowed: prize.mode !== 'moments' };
  }
}

function* ofPrize(before: Terms, after: Terms): Iterable<Difference> {
  for (const name of fixed) yield* difference(`${after.id} `, name, before[name], after[name], false);
  for (const name of changing) yield* difference(`${after.id} `, name, before[name], after[name], true);
}

function* difference(of: string, name: string, before: unknown, after: unknown, allowed: boolean): Iterable<Difference> {
  const [was, is] = [canonicalText(before), canonicalText(after)];
  if (was !== is) yield { what: `${of}${name} ${was} became ${is}`, allowed };
}
