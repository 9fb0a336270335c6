import type { Rules, Terms } from './formats';

const words = 4;

/** Gives each pseudonym (64 hex digits) a number, from 0 on. Told apart by 128 bits, and kept in 16 bytes. */
class Numbering {
  #slots = new Int32Array(1024).fill(-1);
  #refs = new Uint32Array(512 * words);
  count = 0;

  /** −1 for one that was not seen. */
  find(ref: string): number {
    return this.#slots[this.#place(ref)] as number;
  }

  add(ref: string): number {
    let place = this.#place(ref);
    const known = this.#slots[place] as number;
    if (known >= 0) return known;
    if (this.count * 2 >= this.#slots.length) {
      this.#grow();
      place = this.#place(ref);
    }
    for (let i = 0; i < words; i++) this.#refs[this.count * words + i] = part(ref, i);
    this.#slots[place] = this.count;
    return this.count++;
  }

  #place(ref: string): number {
    const mask = this.#slots.length - 1;
    let place = part(ref, 0) & mask;
    for (let known = this.#slots[place] as number; known >= 0 && !this.#is(known, ref); known = this.#slots[place] as number) place = (place + 1) & mask;
    return place;
  }

  #is(known: number, ref: string): boolean {
    for (let i = 0; i < words; i++) if (this.#refs[known * words + i] !== part(ref, i)) return false;
    return true;
  }

  #grow(): void {
    const refs = new Uint32Array(this.#refs.length * 2);
    refs.set(this.#refs);
    this.#refs = refs;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let known = 0; known < this.count; known++) {
      let place = (refs[known * words] as number) & mask;
      while ((this.#slots[place] as number) >= 0) place = (place + 1) & mask;
      this.#slots[place] = known;
    }
  }
}

const part = (ref: string, i: number): number => Number.parseInt(ref.slice(8 * i, 8 * i + 8), 16);

/** A number for each person, 0 at first. */
class Column {
  #values: Float64Array = new Float64Array(512);

  get(person: number): number {
    return this.#values[person] ?? 0;
  }

  set(person: number, value: number): void {
    if (person >= this.#values.length) {
      const larger = new Float64Array(Math.max(person + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[person] = value;
  }

  increase(person: number): void {
    this.set(person, this.get(person) + 1);
  }
}

/** When an entry was made (microseconds), and its local day. */
export interface When {
  readonly at: number;
  readonly day: number;
}

/** What people did, by one kind of pseudonym: of e-mail addresses, or of phone numbers. Nothing is kept that no limit asks for. */
class Ledger {
  readonly #people = new Numbering();
  readonly #entries?: Column;
  readonly #onDay?: Column;
  readonly #day?: Column;
  readonly #last?: Column;
  readonly #wins?: Column;
  readonly #units = new Map<string, Column>();
  readonly #keeps: boolean;

  constructor(everInForce: readonly Rules[]) {
    const limits = everInForce.map((r) => r.limits);
    if (limits.some((l) => l.entriesPerEntrant !== null)) this.#entries = new Column();
    if (limits.some((l) => l.entriesPerEntrantPerDay !== null)) [this.#onDay, this.#day] = [new Column(), new Column()];
    if (limits.some((l) => l.entryIntervalSeconds !== null)) this.#last = new Column();
    if (limits.some((l) => l.winsPerEntrant !== null)) this.#wins = new Column();
    for (const { id } of everInForce.flatMap((r) => r.prizes).filter((p) => p.perEntrantMax !== null)) this.#units.set(id, new Column());
    this.#keeps = [this.#entries, this.#onDay, this.#last, this.#wins].some((c) => c !== undefined) || this.#units.size > 0;
  }

  refusal(ref: string, { limits }: Rules, when: When): string | undefined {
    const person = this.#people.find(ref);
    if (person < 0) return undefined;
    if (limits.entriesPerEntrant !== null && (this.#entries?.get(person) ?? 0) >= limits.entriesPerEntrant) return 'the person had entered as often as is allowed';
    if (limits.entriesPerEntrantPerDay !== null && this.#today(person, when.day) >= limits.entriesPerEntrantPerDay) {
      return 'the person had entered as often as is allowed in a day';
    }
    const since = when.at - (this.#last?.get(person) ?? Number.NEGATIVE_INFINITY);
    return limits.entryIntervalSeconds !== null && since < limits.entryIntervalSeconds * 1e6 ? 'it came too soon after the person\'s entry before it' : undefined;
  }

  mayHave(ref: string, prize: Terms, { limits }: Rules): boolean {
    const person = this.#people.find(ref);
    const [units, wins] = person < 0 ? [0, 0] : [this.#units.get(prize.id)?.get(person) ?? 0, this.#wins?.get(person) ?? 0];
    if (prize.perEntrantMax !== null && units >= prize.perEntrantMax) return false;
    return prize.kind === 'gift' || limits.winsPerEntrant === null || wins < limits.winsPerEntrant;
  }

  enter(ref: string, when: When, kind: string, prize: string | null): void {
    if (!this.#keeps) return;
    const person = this.#people.add(ref);
    this.#entries?.increase(person);
    this.#onDay?.set(person, this.#today(person, when.day) + 1);
    this.#day?.set(person, when.day + 1);
    this.#last?.set(person, when.at);
    if (kind === 'prize') this.#wins?.increase(person);
    if (prize !== null) this.#units.get(prize)?.increase(person);
  }

  /** Days are kept plus one, so that 0 is none. */
  #today(person: number, day: number): number {
    return this.#day?.get(person) === day + 1 ? (this.#onDay?.get(person) ?? 0) : 0;
  }
}

/** An entry's person, by the pseudonyms that the entry has. */
export interface Person {
  readonly personRef: string | null;
  readonly phoneRef: string | null;
}

/** The limits of a person hold by e-mail address and by phone number, each for itself (decision 0016). */
export class People {
  readonly #mails: Ledger;
  readonly #phones: Ledger;

  constructor(everInForce: readonly Rules[]) {
    [this.#mails, this.#phones] = [new Ledger(everInForce), new Ledger(everInForce)];
  }

  /** Why the person may not enter; undefined when they may. */
  refusal({ personRef, phoneRef }: Person, rules: Rules, when: When): string | undefined {
    if (rules.limits.entriesPerEntrant === 0 || rules.limits.entriesPerEntrantPerDay === 0) return 'no entries are allowed';
    return (personRef === null ? undefined : this.#mails.refusal(personRef, rules, when)) ?? (phoneRef === null ? undefined : this.#phones.refusal(phoneRef, rules, when));
  }

  mayHave({ personRef, phoneRef }: Person, prize: Terms, rules: Rules): boolean {
    if (personRef !== null && !this.#mails.mayHave(personRef, prize, rules)) return false;
    return phoneRef === null || this.#phones.mayHave(phoneRef, prize, rules);
  }

  enter({ personRef, phoneRef }: Person, when: When, kind: string, prize: string | null): void {
    if (personRef !== null) this.#mails.enter(personRef, when, kind, prize);
    if (phoneRef !== null) this.#phones.enter(phoneRef, when, kind, prize);
  }
}
