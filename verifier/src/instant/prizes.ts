import type { Terms } from './formats';

/** A winning moment as it is published. */
export interface Moment {
  readonly prize: string;
  readonly ms: number;
  readonly awarded: number | null;
  claimed: boolean;
}

/** The instant of an entry, with the local day and the local hour (by the instant at which it began). */
export interface Clock {
  readonly at: number;
  readonly day: number;
  readonly hour: number;
}

/** A prize: its terms in force, and what went to entries so far. */
export class Prize {
  terms: Terms | undefined;
  awarded = 0;
  readonly #moments: Moment[] = [];
  #next = 0;
  #day = Number.NaN;
  #hour = Number.NaN;
  #onDay = 0;
  #inHour = 0;

  constructor(readonly id: string) {}

  get momentCount(): number {
    return this.#moments.length;
  }

  /** Of its moments, those before an instant (microseconds). */
  momentsBefore(us: number): number {
    return this.#moments.filter((m) => m.ms * 1000 < us).length;
  }

  /** Moments come in order of time. */
  addMoment(moment: Moment): void {
    this.#moments.push(moment);
  }

  /** The oldest moment that nobody has claimed. */
  oldest(): Moment | undefined {
    while (this.#moments[this.#next]?.claimed) this.#next++;
    return this.#moments[this.#next];
  }

  /** Whether a unit may go to anybody now. A cap counts by the local day or hour of the entry. */
  isAvailable(terms: Terms, clock: Clock, codes: ReadonlyMap<string, number>): boolean {
    if (terms.paused) return false;
    if (terms.stock !== null && this.awarded >= terms.stock) return false;
    if (terms.dailyCap !== null && (this.#day === clock.day ? this.#onDay : 0) >= terms.dailyCap) return false;
    if (terms.hourlyCap !== null && (this.#hour === clock.hour ? this.#inHour : 0) >= terms.hourlyCap) return false;
    if (terms.coupon === null) return true;
    if (terms.coupon.expiresAt !== null && clock.at >= terms.coupon.expiresAt) return false;
    return (codes.get(terms.coupon.batch) ?? 0) > 0;
  }

  award(clock: Clock): void {
    this.awarded++;
    if (this.#day !== clock.day) [this.#day, this.#onDay] = [clock.day, 0];
    if (this.#hour !== clock.hour) [this.#hour, this.#inHour] = [clock.hour, 0];
    this.#onDay++;
    this.#inHour++;
  }
}

/** The odds of some prizes as one table of L tickets, of which each prize owns a range, in table order. */
export class Odds {
  readonly #tickets: bigint = 1n;
  readonly #ends: bigint[] = [];

  /** Throws where the chances are more than one together. */
  constructor(readonly prizes: readonly { readonly id: string; readonly win: number; readonly outOf: number }[]) {
    for (const { id, win, outOf } of prizes) {
      if (win > outOf) throw new Error(`the odds of ${id} are more than one`);
      this.#tickets = (this.#tickets / gcd(this.#tickets, BigInt(outOf))) * BigInt(outOf);
    }
    let end = 0n;
    for (const { win, outOf } of prizes) this.#ends.push((end += (this.#tickets / BigInt(outOf)) * BigInt(win)));
    if (end > this.#tickets) throw new Error('the chances are more than one together');
  }

  /** The prize whose range ⌊v·L / 2^256⌋ falls into. */
  hit(v: bigint): string | undefined {
    const ticket = (v * this.#tickets) >> 256n;
    const index = this.#ends.findIndex((end) => ticket < end);
    return this.prizes[index]?.id;
  }
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
