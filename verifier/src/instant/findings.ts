/** Every check of instant.jsonl, by its stable name, in the order of the report. */
export const instantCheckNames = [
  'format', 'signer', 'commitment', 'published', 'commitment-time', 'timestamp', 'level', 'opening', 'secret', 'key', 'rules-chain', 'rules', 'changes', 'moments-root', 'moments',
  'batches', 'numbers', 'receipts', 'eligibility', 'outcomes', 'outcome-hashes', 'moments-claimed', 'erased', 'totals', 'close-out',
] as const;

export type InstantCheckName = (typeof instantCheckNames)[number];

/** ok: it holds. fail: it does not, or can't be checked though it should. note: worth knowing, and nothing to hold or to break. */
export interface InstantCheck {
  readonly name: InstantCheckName;
  readonly status: 'ok' | 'fail' | 'note';
  readonly reason: string;
}

const told = 5;

/** What was found of one pool, or of the file. Of a check that fails often the first few are told, and how many more there are. */
export class Findings {
  readonly #prefix: string;
  readonly #holds = new Map<InstantCheckName, string>();
  readonly #fails = new Map<InstantCheckName, { readonly first: string[]; count: number }>();
  readonly #notes: [InstantCheckName, string][] = [];

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** The check was made; unless something fails it holds, for this reason. */
  holds(name: InstantCheckName, reason: string): void {
    this.#holds.set(name, reason);
  }

  fail(name: InstantCheckName, what: string): void {
    const found = this.#fails.get(name) ?? { first: [], count: 0 };
    if (found.count++ < told) found.first.push(what);
    this.#fails.set(name, found);
  }

  /** Fails unless the condition holds. */
  require(name: InstantCheckName, condition: boolean, what: string): void {
    if (!condition) this.fail(name, what);
  }

  note(name: InstantCheckName, what: string): void {
    this.#notes.push([name, what]);
  }

  hasFailed(name: InstantCheckName): boolean {
    return this.#fails.has(name);
  }

  checks(): InstantCheck[] {
    return instantCheckNames.flatMap((name) => [...this.#checksOf(name)]);
  }

  *#checksOf(name: InstantCheckName): Iterable<InstantCheck> {
    const [failed, held] = [this.#fails.get(name), this.#holds.get(name)];
    if (failed !== undefined) {
      const more = failed.count - failed.first.length;
      yield { name, status: 'fail', reason: this.#prefix + [...failed.first, ...(more > 0 ? [`and ${more} more`] : [])].join('; ') };
    } else if (held !== undefined) {
      yield { name, status: 'ok', reason: this.#prefix + held };
    }
    for (const [of, what] of this.#notes) if (of === name) yield { name, status: 'note', reason: this.#prefix + what };
  }
}
