import { sha256Hex } from '../core/hash';
import { canonicalBytes } from '../core/canonical';
import type { Derived } from './derive';
import type { Findings } from './findings';
import type { Coupons, Entry, Rules, Terms } from './formats';
import { People, type Person } from './people';
import { type Clock, type Moment, Odds, Prize } from './prizes';
import { Zone } from './zone';

export type Line = Rules | Coupons;

/** What an entry should have got, and the moment that it should have claimed. */
interface Due {
  readonly prize: Prize | undefined;
  readonly moment: Moment | undefined;
}

const nothing: Due = { prize: undefined, moment: undefined };

/** The hash of an answer without code and without link. */
const outcomeHash = (kind: string, prize: { id: string; name: string } | null): string => sha256Hex(canonicalBytes({ claimUrl: null, coupon: null, kind, prize }));

/**
 * Decides every entry of a pool anew, in order of their numbers, by the rules in force at each number and by what the entries before it
 * got. After a difference it goes on from what the file says, so that one wrong outcome is one difference.
 */
export class Judge {
  readonly prizes = new Map<string, Prize>();
  readonly none = outcomeHash('none', null);
  entries = 0;
  wins = 0;
  bound = 0;
  claims = 0;
  rules: Rules | undefined;
  readonly #lines: readonly Line[];
  readonly #derived: Derived;
  readonly #findings: Findings;
  readonly #people: People;
  readonly #claims = new Map<number, Moment>();
  readonly #codes = new Map<string, number>();
  readonly #plain = new Map<string, string>();
  readonly #turns = new Map<string, { block: number; winner: number }>();
  #nextLine = 0;
  #zone: Zone;
  #order: { readonly prize: Prize; readonly terms: Terms }[] = [];
  #odds = new Odds([]);

  constructor(lines: readonly Line[], moments: readonly Moment[], derived: Derived, findings: Findings) {
    [this.#lines, this.#derived, this.#findings] = [lines, derived, findings];
    const rules = lines.filter((l): l is Rules => l.type === 'rules');
    this.#people = new People(rules);
    this.#zone = new Zone((rules[0] as Rules).timeZone);
    for (const moment of moments) {
      this.#prize(moment.prize).addMoment(moment);
      if (moment.awarded === null) continue;
      if (this.#claims.has(moment.awarded)) findings.fail('moments-claimed', `two moments are claimed by number ${moment.awarded}`);
      this.#claims.set(moment.awarded, moment);
    }
  }

  take(entry: Entry): void {
    while ((this.#lines[this.#nextLine]?.from ?? Number.POSITIVE_INFINITY) <= entry.number) this.#apply(this.#lines[this.#nextLine++] as Line);
    this.entries++;
    const at = entry.enteredAt;
    const clock: Clock = { at, day: this.#zone.dayOf(at), hour: this.#zone.hourOf(at) };
    const claimed = this.#claims.get(entry.number);
    this.#claims.delete(entry.number);
    if (this.rules !== undefined) {
      this.#admit(entry, this.rules, clock);
      this.#compare(entry, this.#due(entry.number, this.rules, clock, entry), claimed);
      this.#compareHash(entry);
    }
    this.#award(entry, claimed, clock);
  }

  /** After the last entry: lines that judged nobody still count for the totals. */
  finish(): void {
    while (this.#nextLine < this.#lines.length) this.#apply(this.#lines[this.#nextLine++] as Line);
    for (const number of this.#claims.keys()) this.#findings.fail('moments-claimed', `a moment is claimed by number ${number}, which there is no entry of`);
  }

  #apply(line: Line): void {
    if (line.type === 'coupons') {
      const batch = this.prizes.get(line.prize)?.terms?.coupon?.batch;
      if (batch === undefined) this.#findings.fail('rules', `codes were added for ${line.prize} from number ${line.from} on, and it has none`);
      else this.#codes.set(batch, (this.#codes.get(batch) ?? 0) + line.added);
      return;
    }
    this.rules = line;
    if (this.#zone.name !== line.timeZone) this.#zone = new Zone(line.timeZone);
    this.#order = line.prizes.map((terms) => ({ terms, prize: this.#prize(terms.id) }));
    for (const { prize, terms } of this.#order) {
      prize.terms = terms;
      this.#findings.require('totals', terms.stock === null || terms.stock >= prize.awarded, `${prize.id}: the stock was set to ${terms.stock} from number ${line.from} on, when ${prize.awarded} were awarded`);
      this.#plain.set(terms.id, outcomeHash(terms.kind, { id: terms.id, name: terms.name }));
    }
    const odds = line.prizes.filter((t) => t.mode === 'probability').map(({ id, odds: chance }) => ({ id, win: chance?.win ?? 0, outOf: chance?.outOf ?? 1 }));
    try {
      this.#odds = new Odds(odds);
    } catch (error) {
      this.#findings.fail('rules', `from number ${line.from} on ${(error as Error).message}`);
    }
  }

  #admit(entry: Entry, rules: Rules, clock: Clock): void {
    const refuse = (why: string) => this.#findings.fail('eligibility', `number ${entry.number}: ${why}`);
    if (rules.paused) refuse('the pool was paused');
    if (clock.at < rules.opensAt || clock.at >= rules.closesAt) refuse('the pool was not open');
    const refusal = this.#people.refusal(entry, rules, clock);
    if (refusal !== undefined) refuse(refusal);
  }

  /** Guaranteed, else the oldest due moment, else what the play hits, else consolation. */
  #due(number: number, rules: Rules, clock: Clock, person: Person): Due {
    const may = (id: Prize, terms: Terms) => id.isAvailable(terms, clock, this.#codes) && this.#people.mayHave(person, terms, rules);
    const first = (mode: string, turn: (terms: Terms) => boolean) => this.#order.find(({ prize, terms }) => terms.mode === mode && turn(terms) && may(prize, terms));
    const guaranteed = first('guaranteed', (terms) => this.#isTurn(terms, number));
    if (guaranteed) return { ...nothing, prize: guaranteed.prize };
    let oldest: Due = nothing;
    for (const { prize, terms } of this.#order) {
      if (terms.mode !== 'moments') continue;
      const moment = prize.oldest();
      if (moment === undefined || moment.ms * 1000 > clock.at || (oldest.moment && oldest.moment.ms <= moment.ms) || !may(prize, terms)) continue;
      oldest = { prize, moment };
    }
    if (oldest.prize) return oldest;
    const hit = this.#odds.prizes.length === 0 ? undefined : this.#odds.hit(this.#derived.play(number));
    const won = hit === undefined ? undefined : this.#order.find(({ prize, terms }) => terms.id === hit && may(prize, terms));
    return { ...nothing, prize: (won ?? first('consolation', () => true))?.prize };
  }

  #isTurn({ id, everyNth }: Terms, number: number): boolean {
    if (everyNth === null) return true;
    const block = Math.floor((number - 1) / everyNth);
    let turn = this.#turns.get(id);
    if (turn?.block !== block) this.#turns.set(id, (turn = { block, winner: this.#derived.winnerOf(id, everyNth, block) }));
    return turn.winner === number;
  }

  #compare({ number, outcome }: Entry, due: Due, claimed: Moment | undefined): void {
    const kind = due.prize?.terms?.kind ?? 'none';
    const id = due.prize?.id ?? null;
    if (outcome.prize !== id || outcome.kind !== kind) {
      this.#findings.fail('outcomes', `number ${number} got ${outcome.prize ?? 'nothing'} (${outcome.kind}) and should have got ${id ?? 'nothing'} (${kind})`);
    } else if (claimed?.ms !== due.moment?.ms || claimed?.prize !== due.moment?.prize) {
      this.#findings.fail('moments-claimed', `number ${number} claimed ${told(claimed)} and should have claimed ${told(due.moment)}`);
    }
  }

  /** The entrant was told what the line says, as far as that can be seen from a hash: codes and links are not published. */
  #compareHash({ number, outcome, outcomeHash: hash }: Entry): void {
    const terms = outcome.prize === null ? undefined : this.prizes.get(outcome.prize)?.terms;
    const plain = outcome.prize === null ? this.none : this.#plain.get(outcome.prize);
    if (hash === plain && !terms?.coupon) {
      this.bound++;
      return;
    }
    const other = hash === this.none ? 'nothing' : [...this.#plain].find(([, h]) => h === hash)?.[0];
    if (other !== undefined || outcome.prize === null) {
      this.#findings.fail('outcome-hashes', `number ${number} got ${outcome.prize ?? 'nothing'}, but the entrant was told of ${other ?? 'something else'}`);
    }
  }

  #award({ outcome, number, ...person }: Entry, claimed: Moment | undefined, clock: Clock): void {
    if (claimed !== undefined) {
      claimed.claimed = true;
      this.claims++;
    }
    if (outcome.prize !== null) {
      const prize = this.#prize(outcome.prize);
      if (this.rules !== undefined && prize.terms === undefined) this.#findings.fail('outcomes', `number ${number} got ${outcome.prize}, which the rules do not know`);
      prize.award(clock);
      const batch = prize.terms?.coupon?.batch;
      if (batch !== undefined) this.#codes.set(batch, (this.#codes.get(batch) ?? 0) - 1);
      this.wins++;
    }
    this.#people.enter(person, clock, outcome.kind, outcome.prize);
  }

  #prize(id: string): Prize {
    let prize = this.prizes.get(id);
    if (prize === undefined) this.prizes.set(id, (prize = new Prize(id)));
    return prize;
  }
}

const told = (moment: Moment | undefined): string => (moment === undefined ? 'no moment' : `the moment of ${moment.prize} at ${new Date(moment.ms).toISOString()}`);
