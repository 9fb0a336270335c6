/** From one change of the clocks to the next, or a part of that: local time is UTC plus the offset. Milliseconds. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

const grid = 6 * 3_600_000;
const reach = 40 * 3_600_000;
const dayMs = 86_400_000;

/** The clocks of an IANA time zone, as this machine's Intl knows them. A day is a number: days since 1970 of the local date. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #known = new Map<number, readonly Stretch[]>();
  #last: Stretch = { from: 0, until: 0, offset: 0 };

  /** Throws for a zone that is not known. */
  constructor(readonly name: string) {
    const part = 'numeric';
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', era: 'short', year: part, month: part, day: part, hour: part, minute: part, second: part,
    });
  }

  /** The local time of an instant, as if it were UTC. Both in microseconds. */
  local(us: number): number {
    return us + this.#stretch(Math.floor(us / 1000)).offset * 1000;
  }

  dayOf(us: number): number {
    return Math.floor(this.local(us) / (dayMs * 1000));
  }

  /** When the local clock hour of this instant began, by the offset in force at the instant: an hour that is lived twice is two. */
  hourOf(us: number): number {
    const local = this.local(us);
    return us - (local - Math.floor(local / 3_600_000_000) * 3_600_000_000);
  }

  /** The first instant (ms) at which clocks show this time of day (ms since midnight) or, where they skip it, have gone on beyond it. */
  when(day: number, time: number): number {
    const wanted = day * dayMs + time;
    for (let at = wanted - reach; at < wanted + reach; ) {
      const stretch = this.#stretch(at);
      const candidate = Math.max(stretch.from, wanted - stretch.offset);
      if (candidate < stretch.until && candidate >= wanted - reach) return candidate;
      at = stretch.until;
    }
    throw new Error(`clocks in ${this.name} never show that time`);
  }

  #stretch(ms: number): Stretch {
    if (ms >= this.#last.from && ms < this.#last.until) return this.#last;
    const from = Math.floor(ms / grid) * grid;
    let stretches = this.#known.get(from);
    if (stretches === undefined) this.#known.set(from, (stretches = this.#look(from)));
    return (this.#last = stretches.find((s) => ms < s.until) as Stretch);
  }

  /** Clocks change at most once within six hours. */
  #look(from: number): Stretch[] {
    const until = from + grid;
    const [before, after] = [this.#offset(from), this.#offset(until)];
    if (before === after) return [{ from, until, offset: before }];
    let [early, late] = [from, until];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (this.#offset(middle) === before) early = middle;
      else late = middle;
    }
    return [{ from, until: late, offset: before }, { from: late, until, offset: after }];
  }

  #offset(ms: number): number {
    const at: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) at[type] = value;
    const n = (type: Intl.DateTimeFormatPartTypes) => Number(at[type]);
    return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) - Math.floor(ms / 1000) * 1000;
  }
}
