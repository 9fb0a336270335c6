import { concat, fromHex, toHex, u64, utf8 } from '../core/bytes';
import { MerkleRoot } from '../core/merkle';
import type { Derived } from './derive';
import type { Findings } from './findings';
import type { Commitment, Opening, readMoment } from './formats';
import { follow } from './moments';
import type { Moment } from './prizes';
import type { Zone } from './zone';

type MomentLine = ReturnType<typeof readMoment>;

/** The winning moments of a pool as they stand in the file. */
export class Moments {
  readonly all: Moment[] = [];
  /** How often each moment stands there that the promoter did not choose. */
  readonly #generated = new Map<string, number>();
  readonly #root = new MerkleRoot();
  readonly #chosenRoot = new MerkleRoot();
  #chosen = 0;
  #last: { readonly ms: number; readonly rest: string } = { ms: -1, rest: '' };

  add({ at, awarded, chosen, prize, salt }: MomentLine, findings: Findings): void {
    if (at % 1000 !== 0 || at < 0) throw new Error('a moment is a whole millisecond since 1970');
    const ms = at / 1000;
    // A space is before every character of an id, so that ids compare as they do alone.
    const rest = `${prize} ${salt}`;
    const inOrder = this.#last.ms < ms || (this.#last.ms === ms && this.#last.rest <= rest);
    findings.require('moments-root', inOrder, `the moment of ${prize} at ${new Date(ms).toISOString()} is out of order`);
    this.#last = { ms, rest };
    const leaf = concat(fromHex(salt), u64(ms), utf8(prize));
    this.#root.append(leaf);
    if (chosen) this.#chosenRoot.append(leaf);
    this.all.push({ prize, ms, awarded, claimed: false });
    if (chosen) this.#chosen++;
    else this.#generated.set(key(prize, ms, salt), (this.#generated.get(key(prize, ms, salt)) ?? 0) + 1);
  }

  /** Compares them with what was committed, and the generated ones with what follows from the key. */
  compare({ moments, momentsRoot, chosenRoot }: Commitment, opening: Opening | undefined, derived: Derived, zone: Zone, findings: Findings): void {
    const root = toHex(this.#root.root());
    if (chosenRoot !== undefined) {
      findings.require('moments-root', toHex(this.#chosenRoot.root()) === chosenRoot, 'the moments that the promoter chose are not those that were committed');
      findings.require('moments-root', root === opening?.momentsRoot, 'the moments are not those of the opening');
    } else {
      findings.require('moments-root', root === momentsRoot, 'the moments are not those that were committed');
    }
    findings.require('moments', this.all.length === moments.count, `there are ${this.all.length}, and ${moments.count} were committed`);
    findings.require('moments', this.#chosen === moments.chosen, `${this.#chosen} are chosen by the promoter, and ${moments.chosen} were committed`);
    let made = 0;
    for (const { prize, ms, salt } of follow(moments.generated, derived, zone)) {
      made++;
      const left = this.#generated.get(key(prize, ms, salt)) ?? 0;
      if (left === 0) findings.fail('moments', `the moment of ${prize} at ${new Date(ms).toISOString()} follows from the secret and is missing`);
      else this.#generated.set(key(prize, ms, salt), left - 1);
    }
    for (const [which, left] of this.#generated) if (left > 0) findings.fail('moments', `the moment of ${which} does not follow from the secret`);
    findings.holds('moments-root', `${this.all.length} moments, in order, have the committed root`);
    findings.holds('moments', `${made} generated moments follow from the secret${this.#chosen > 0 ? `; ${this.#chosen} were chosen by the promoter` : ''}`);
    this.#generated.clear();
  }
}

const key = (prize: string, ms: number, salt: string): string => `${prize} at ${new Date(ms).toISOString()} with salt ${salt}`;
