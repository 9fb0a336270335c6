import { below, type Words } from './stream';

/** How many tickets the entries up to and including each one have together. */
export interface TicketSums {
  readonly length: number;
  readonly [index: number]: number;
}

/** One step: at k the stream gave j, and a ticket of this entry (its index in leaf order) was taken. */
export interface Step {
  readonly k: number;
  readonly j: number;
  readonly entry: number;
}

/**
 * Fisher–Yates from the front over all tickets. No ticket is stored: sums tell whose a ticket is, and a map holds the places
 * ahead that an earlier swap has changed.
 */
export class Selection {
  readonly #sums: TicketSums;
  readonly #words: Words;
  readonly #moved = new Map<number, number>();
  #k = 0;

  constructor(sums: TicketSums, words: Words) {
    this.#sums = sums;
    this.#words = words;
  }

  get tickets(): number {
    return this.#sums[this.#sums.length - 1] ?? 0;
  }

  /** The next step; undefined once every ticket was taken. */
  next(): Step | undefined {
    const k = this.#k;
    if (k === this.tickets) return undefined;
    const j = k + Number(below(this.#words, this.tickets - k));
    const atK = this.#moved.get(k) ?? k;
    const ticket = j === k ? atK : (this.#moved.get(j) ?? j);
    if (j !== k) this.#moved.set(j, atK);
    this.#moved.delete(k);
    this.#k++;
    return { k, j, entry: this.#ownerOf(ticket) };
  }

  /** The first entry whose sum exceeds the ticket's number. */
  #ownerOf(ticket: number): number {
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#sums[middle] as number) > ticket) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

export type Rule = 'one-per-person' | 'unlimited';

/** Which of these steps are chosen, in order, and whether so many were wanted; persons[i] is whose the entry of step i is. */
export function choose(persons: readonly string[], rule: Rule, wanted: number): { readonly chosen: number[]; readonly used: number } {
  const seen = new Set<string>();
  const chosen: number[] = [];
  let used = 0;
  while (used < persons.length && chosen.length < wanted) {
    const person = persons[used] as string;
    if (rule !== 'one-per-person' || !seen.has(person)) chosen.push(used);
    seen.add(person);
    used++;
  }
  return { chosen, used };
}
