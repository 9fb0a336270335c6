import { toHex } from '../core/bytes';
import { below } from '../core/stream';
import type { Derived } from './derive';
import type { Order } from './formats';
import type { Zone } from './zone';

/** A moment that an order brings forth. */
export interface Generated {
  readonly prize: string;
  readonly ms: number;
  readonly salt: string;
}

/** A half-open span of milliseconds, and the local day that it lies on where that matters. */
interface Span {
  readonly from: number;
  readonly until: number;
  readonly day: number;
}

const whenever = -1;

/** All moments that follow from the orders, in order. The k-th further order of a prize has the label "prize/k" in seed and salts. */
export function* follow(orders: readonly Order[], derived: Derived, zone: Zone): Iterable<Generated> {
  const seen = new Map<string, number>();
  for (const order of orders) {
    const earlier = seen.get(order.prize) ?? 0;
    seen.set(order.prize, earlier + 1);
    const label = earlier === 0 ? order.prize : `${order.prize}/${earlier}`;
    const words = derived.momentWords(label);
    const take = new Taker(spans(order, zone), order.perDay);
    for (let i = 0; i < order.count; i++) {
      yield { prize: order.prize, ms: take.next((size) => Number(below(words, size))), salt: toHex(derived.salt(label, i)) };
    }
  }
}

/** The allowed windows in order of time, cut at local midnights where there is a quota for each day. */
function spans(order: Order, zone: Zone): Span[] {
  const windows = order.hours === null ? [span(order.from, order.until, whenever)] : [...daily(order, zone)];
  const filled = windows.filter((s) => s.from < s.until);
  return order.perDay === null ? filled : filled.flatMap((s) => [...cut(s, zone)]);
}

const span = (fromUs: number, untilUs: number, day: number): Span => ({ from: Math.floor(fromUs / 1000), until: Math.floor(untilUs / 1000), day });

function* daily({ from, until, hours }: Order, zone: Zone): Iterable<Span> {
  const [, opens, closes] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(hours ?? '') ?? [];
  if (opens === undefined || closes === undefined) throw new Error(`'${hours}' are no hours`);
  const [start, end] = [timeOf(opens), timeOf(closes)];
  if (end !== 0 && end <= start) throw new Error(`the hours ${hours} end before they begin`);
  for (let day = zone.dayOf(from); zone.when(day, 0) * 1000 < until; day++) {
    const last = end === 0 ? zone.when(day + 1, 0) : zone.when(day, end);
    yield span(Math.max(zone.when(day, start) * 1000, from), Math.min(last * 1000, until), day);
  }
}

const timeOf = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000;

function* cut({ from, until }: Span, zone: Zone): Iterable<Span> {
  let at = from;
  for (let day = zone.dayOf(from * 1000); at < until; day++) {
    const end = Math.min(zone.when(day + 1, 0), until);
    if (end > at) yield { from: at, until: end, day };
    at = Math.max(at, end);
  }
}

/** Lays spans end to end and takes instants from them; a day that has its quota is closed. */
class Taker {
  readonly #quota: number | null;
  readonly #taken = new Map<number, number>();
  #spans: readonly Span[];
  #starts: number[] = [];
  #total = 0;

  constructor(spans: readonly Span[], quota: number | null) {
    this.#quota = quota;
    this.#spans = spans;
    this.#lay();
  }

  next(choose: (size: number) => number): number {
    if (this.#total === 0) throw new Error('the windows of its orders do not hold so many moments');
    const offset = choose(this.#total);
    const index = this.#find(offset);
    const { from, day } = this.#spans[index] as Span;
    const at = from + offset - (this.#starts[index] as number);
    if (this.#quota !== null) this.#count(day, this.#quota);
    return at;
  }

  #count(day: number, quota: number): void {
    const taken = (this.#taken.get(day) ?? 0) + 1;
    this.#taken.set(day, taken);
    if (taken < quota) return;
    this.#spans = this.#spans.filter((s) => s.day !== day);
    this.#lay();
  }

  #lay(): void {
    this.#total = 0;
    this.#starts = this.#spans.map(({ from, until }) => (this.#total += until - from) - (until - from));
  }

  /** The last span that starts at or before the offset. */
  #find(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}
