import type { Certificate as Authority } from 'pkijs';
import type { Chain } from '../core/beacon';
import { fromUtf8 } from '../core/bytes';
import { canonicalBytes, canonicalText } from '../core/canonical';
import { sha256Hex } from '../core/hash';
import { type PublicKey, publicKey } from '../core/keys';
import { messageOf } from '../core/report';
import { Findings, type InstantCheck } from './findings';
import { readEnd, readEntry, readHeader } from './formats';
import { Pool } from './pool';
import { raw, text } from './shapes';

/** What the user knows apart from the file. */
export interface Given {
  /** The platform's keys; null takes those that the file names, and says so. */
  readonly keys: readonly PublicKey[] | null;
  readonly chains: readonly Chain[];
  /** Time-stamp authorities that the user trusts; without them a token's signer is unknown. */
  readonly authorities?: readonly Authority[] | null;
  /** Commitments as they were published before the opening, saved then: {commitment, keyId, signature}, or its commitment alone. */
  readonly saved?: readonly Uint8Array[];
}

/** What holds for every pool of the file. */
export class FileFacts {
  readonly campaign: string;
  readonly closedAt: number;
  readonly pools: readonly string[];
  readonly keys = new Map<string, PublicKey>();
  readonly terms: ReadonlyMap<number, string>;
  readonly chains: readonly Chain[];
  readonly authorities: readonly Authority[] | null;
  /** Stands in a receipt where no terms were accepted. */
  readonly noTerms = sha256Hex(new Uint8Array());
  withoutTerms = 0;
  readonly #saved = new Map<string, string>();

  constructor(header: Record<string, unknown>, given: Given, findings: Findings) {
    const { campaign, closedAt, pools, terms, keys } = readHeader(header);
    [this.campaign, this.closedAt, this.pools, this.chains] = [campaign, closedAt, pools, given.chains];
    this.authorities = given.authorities ?? null;
    this.terms = new Map(terms.map(({ version, hash }) => [version, hash]));
    for (const { keyId, publicKey: spki } of keys) {
      const key = publicKey(spki);
      const trusted = given.keys === null || given.keys.some((k) => k.spki === key.spki);
      if (trusted) this.keys.set(keyId, key);
      else findings.note('signer', `the file names a key ${keyId} that is not among those you gave`);
    }
    if (given.keys === null) findings.note('signer', 'unknown: the signatures are compared with the keys that the file names itself (give --key)');
    else findings.require('signer', this.keys.size > 0, 'none of the keys that the file names is among those you gave');
    if (given.keys !== null) findings.holds('signer', 'signatures are compared with the keys you gave');
    for (const bytes of given.saved ?? []) {
      const [pool, hash] = savedCommitment(bytes);
      this.#saved.set(pool, hash);
      findings.require('published', pools.includes(pool), `you saved a commitment of ${pool}, which is not in the file`);
    }
  }

  /** Whether the pool's commitment is the one that the user saved before the opening. */
  compareSaved(pool: string, hash: string, findings: Findings): void {
    const saved = this.#saved.get(pool);
    if (saved === undefined) return findings.note('published', 'that this is what was published before the opening shows only by a copy from then (give --rules)');
    findings.require('published', saved === hash, 'it is not the commitment that you saved');
    findings.holds('published', 'it is the commitment that you saved');
  }
}

/** An entry's line as it should be spelt; most lines are entries, and this is several times as fast as sorting their members. */
function entryText(v: Record<string, unknown>): string | undefined {
  if (v.type !== 'entry') return undefined;
  const q = JSON.stringify;
  const outcome = v.outcome as Record<string, unknown> | null | undefined;
  return `{"enteredAt":${q(v.enteredAt)},"entryRef":${q(v.entryRef)},"leaf":${q(v.leaf)},"number":${q(v.number)},"outcome":{"kind":${q(outcome?.kind)},"prize":${q(outcome?.prize)}},` +
    `"outcomeHash":${q(v.outcomeHash)},"personRef":${q(v.personRef)},"phoneRef":${q(v.phoneRef)},"pool":${q(v.pool)},"terms":${q(v.terms)},"type":"entry"}`;
}

function savedCommitment(bytes: Uint8Array): [pool: string, hash: string] {
  try {
    const value = raw(JSON.parse(fromUtf8(bytes)));
    const commitment = raw(value.commitment ?? value);
    return [text(commitment.pool), sha256Hex(canonicalBytes(commitment))];
  } catch (error) {
    throw new Error(`what you saved can't be read as a commitment: ${messageOf(error)}`);
  }
}

const lineMax = 4 * 1024 * 1024;

/** Reads the lines of one file in their order, and keeps nothing of them but what later ones are judged by. */
export class InstantFile {
  readonly #findings = new Findings();
  readonly #given: Given;
  readonly #done: Pool[] = [];
  #facts: FileFacts | undefined;
  #pool: Pool | undefined;
  #pools = 0;
  #lines = 0;
  #entries = 0;
  #ended = false;

  constructor(given: Given) {
    this.#given = given;
  }

  /** Throws where what follows can't be judged. */
  take(line: string): void {
    try {
      if (line.length > lineMax) throw new Error('it is longer than any line can be');
      const value = raw(JSON.parse(line));
      if (entryText(value) !== line && canonicalText(value) !== line) throw new Error('it is not canonical JSON (RFC 8785)');
      this.#read(value);
      this.#lines++;
    } catch (error) {
      throw new Error(`line ${this.#lines + 1}: ${messageOf(error)}`);
    }
  }

  /** Every check, once all lines have been read or one could not be. */
  async finish(broken?: string): Promise<InstantCheck[]> {
    const f = this.#findings;
    if (broken !== undefined) f.fail('format', `${broken}; what follows was not judged`);
    else f.require('format', this.#ended, 'the file ends before its end line');
    f.holds('format', `${this.#lines} lines, complete`);
    if ((this.#facts?.withoutTerms ?? 0) > 0) f.note('receipts', `${this.#facts?.withoutTerms} entries accepted no terms that the file names`);
    const pools = this.#pool ? [...this.#done, this.#pool] : this.#done;
    for (const pool of pools) await pool.settle();
    return [...f.checks(), ...pools.flatMap((pool) => pool.findings.checks())];
  }

  #read(line: Record<string, unknown>): void {
    const { type } = line;
    if (this.#ended) throw new Error('it stands after the end line');
    if (this.#facts === undefined) {
      this.#facts = new FileFacts(line, this.#given, this.#findings);
      return;
    }
    if (type === 'pool') return this.#next(line, this.#facts);
    if (type === 'end') return this.#end(line, this.#facts);
    const pool = this.#pool;
    if (pool === undefined || line.pool !== pool.id) throw new Error('it belongs to another pool');
    switch (type) {
      case 'entry':
        this.#entries++;
        return pool.entry(readEntry(line));
      case 'batch': return pool.batch(line);
      case 'moment': return pool.moment(line);
      case 'change': return pool.change(line);
      case 'reveal': return pool.reveal(line);
      case 'opening': return pool.opened(line);
      default: throw new Error('it has no type that could stand here');
    }
  }

  #next(line: Record<string, unknown>, facts: FileFacts): void {
    this.#close();
    const id = facts.pools[this.#pools++];
    if (id === undefined || line.pool !== id) throw new Error('the header names other pools, or in another order');
    this.#pool = new Pool(id, facts, new Findings(facts.pools.length > 1 ? `${id}: ` : ''));
    this.#pool.commit(line);
  }

  #close(): void {
    this.#pool?.finish();
    if (this.#pool) this.#done.push(this.#pool);
    this.#pool = undefined;
  }

  #end(line: Record<string, unknown>, facts: FileFacts): void {
    this.#close();
    const { lines, entries } = readEnd(line);
    const require = (condition: boolean, what: string) => this.#findings.require('format', condition, what);
    require(this.#pools === facts.pools.length, 'pools that the header names are missing');
    require(lines === this.#lines, `the end line counts ${lines} lines, and there are ${this.#lines}`);
    require(entries === this.#entries, `the end line counts ${entries} entries, and there are ${this.#entries}`);
    this.#ended = true;
  }
}
