import { Distinct } from './distinct';
import { sha256 } from './hash';
import { MerkleRoot } from './merkle';
import { eachLine, type Line, readLine, type Source, tickets } from './lines';

/** An entry of the list that somebody asked for. */
export interface Found {
  readonly line: number;
  readonly personRef: string;
  readonly tickets: number | null;
  readonly excluded: string | null;
}

/** What a list comes to. */
export interface ListSummary {
  readonly eligible: number;
  readonly excluded: number;
  readonly tickets: number;
  readonly persons: number;
  readonly excludedByReason: ReadonlyMap<string, number>;
  readonly root: Uint8Array;
  readonly excludedRoot: Uint8Array;
  /** Tickets of the entries up to and including each eligible one, in leaf order. */
  readonly sums: Float64Array;
  readonly found: ReadonlyMap<string, Found>;
  /** The first problems of form and order; empty for a well-formed list. */
  readonly problems: readonly string[];
}

const ascii = new TextDecoder('latin1');
const problemsMax = 5;

export interface ReadOptions {
  /** The number of lines to make room for at first; a wrong guess costs memory or time, nothing else. */
  readonly expected: number;
  /** Entry refs to look up. */
  readonly wanted: ReadonlySet<string>;
  readonly progress?: (bytes: number) => Promise<void> | void;
}

/** Reads the whole list once: form, order, roots, counts and sums. Keeps a number for each entry and twelve bytes for each person. */
export async function readList(source: Source, options: ReadOptions): Promise<ListSummary> {
  const reading = new Reading(options);
  await eachLine(source, (line) => reading.take(line), options.progress);
  return reading.summary();
}

class Reading {
  readonly #wanted: ReadonlySet<string>;
  readonly #persons: Distinct;
  readonly #roots = [new MerkleRoot(), new MerkleRoot()] as const;
  readonly #last = [new Uint8Array(64), new Uint8Array(64)] as const;
  readonly #reasons = new Map<string, number>();
  readonly #found = new Map<string, Found>();
  readonly #problems: string[] = [];
  #sums: Float64Array;
  #tickets = 0;
  #lines = 0;
  #leaf = new Uint8Array(0);

  constructor(options: ReadOptions) {
    this.#wanted = options.wanted;
    this.#persons = new Distinct(64, options.expected, globalThis.crypto.getRandomValues(new Uint8Array(16)));
    this.#sums = new Float64Array(Math.max(1024, options.expected));
  }

  take(bytes: Uint8Array): void {
    this.#lines++;
    const line = readLine(bytes);
    if (line === undefined) return this.#problem('is not a line of a list');
    this.#requireOrder(line);
    const root = this.#roots[line.excluded ? 1 : 0];
    if (line.excluded) {
      const reason = ascii.decode(line.value);
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    } else {
      this.#addTickets(root.count, tickets(line.value));
      this.#persons.add(line.personRef);
    }
    root.appendHash(this.#leafHash(line));
    if (this.#wanted.size > 0) this.#lookAt(line);
  }

  summary(): ListSummary {
    const [eligible, excluded] = this.#roots;
    const beyond = this.#problems.length - problemsMax;
    return {
      eligible: eligible.count,
      excluded: excluded.count,
      tickets: this.#tickets,
      persons: this.#persons.count,
      excludedByReason: this.#reasons,
      root: eligible.root(),
      excludedRoot: excluded.root(),
      sums: this.#sums.subarray(0, eligible.count),
      found: this.#found,
      problems: beyond > 0 ? [...this.#problems.slice(0, problemsMax), `and ${beyond} more`] : this.#problems,
    };
  }

  #requireOrder(line: Line): void {
    const section = line.excluded ? 1 : 0;
    if (!line.excluded && this.#roots[1].count > 0) this.#problem('is of an eligible entry, after excluded ones');
    const last = this.#last[section];
    const difference = compare(last, line.entryRef);
    if (difference === 0) this.#problem('repeats the entry before it');
    if (difference > 0) this.#problem('is out of order');
    last.set(line.entryRef);
  }

  #addTickets(index: number, count: number): void {
    if (this.#tickets + count > Number.MAX_SAFE_INTEGER) return this.#problem('brings the tickets beyond 2^53');
    this.#tickets += count;
    if (index === this.#sums.length) {
      const larger = new Float64Array(index * 2);
      larger.set(this.#sums);
      this.#sums = larger;
    }
    this.#sums[index] = this.#tickets;
  }

  /** entry_ref ‖ 0x1f ‖ person_ref ‖ 0x1f ‖ tickets or reason. */
  #leafHash(line: Line): Uint8Array {
    const length = 131 + line.value.length;
    if (this.#leaf.length !== length) {
      this.#leaf = new Uint8Array(length);
      this.#leaf[65] = this.#leaf[130] = 0x1f;
    }
    // The first byte stays 0, the prefix of a leaf (RFC 6962).
    this.#leaf.set(line.entryRef, 1);
    this.#leaf.set(line.personRef, 66);
    this.#leaf.set(line.value, 131);
    return sha256(this.#leaf);
  }

  #lookAt(line: Line): void {
    const entryRef = ascii.decode(line.entryRef);
    if (!this.#wanted.has(entryRef) || this.#found.has(entryRef)) return;
    this.#found.set(entryRef, {
      line: this.#lines,
      personRef: ascii.decode(line.personRef),
      tickets: line.excluded ? null : tickets(line.value),
      excluded: line.excluded ? ascii.decode(line.value) : null,
    });
  }

  #problem(what: string): void {
    // Kept short for lists that are wrong throughout; the count goes on.
    this.#problems.push(this.#problems.length < problemsMax ? `line ${this.#lines} ${what}` : '');
  }
}

/** Entry and person of these indices, and the first entry that stands in both parts of the list. */
export interface Picked {
  readonly entries: ReadonlyMap<number, { readonly entryRef: string; readonly personRef: string }>;
  readonly twice: string | null;
}

/** Reads the list once more for the entries that the draw took, which are only known once all tickets are. */
export async function pick(source: Source, indices: ReadonlySet<number>, summary: ListSummary, progress?: ReadOptions['progress']): Promise<Picked> {
  const entries = new Map<number, { entryRef: string; personRef: string }>();
  const excluded = summary.excluded > 0 ? await excludedRefs(source, summary.excluded) : new Uint8Array(0);
  let [index, at] = [0, 0];
  let twice: string | null = null;
  const take = (bytes: Uint8Array) => {
    const line = readLine(bytes);
    if (line === undefined || line.excluded) return;
    if (indices.has(index)) entries.set(index, { entryRef: ascii.decode(line.entryRef), personRef: ascii.decode(line.personRef) });
    index++;
    while (at < excluded.length && compare(excluded.subarray(at, at + 64), line.entryRef) < 0) at += 64;
    if (twice === null && at < excluded.length && compare(excluded.subarray(at, at + 64), line.entryRef) === 0) twice = ascii.decode(line.entryRef);
  };
  await eachLine(source, take, progress);
  return { entries, twice };
}

async function excludedRefs(source: Source, count: number): Promise<Uint8Array> {
  const refs = new Uint8Array(count * 64);
  let at = 0;
  await eachLine(source, (bytes) => {
    const line = readLine(bytes);
    if (!line?.excluded) return;
    refs.set(line.entryRef, at);
    at += 64;
  });
  return refs;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < 64; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}
