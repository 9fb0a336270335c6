import { equal, fromHex, toHex, utf8 } from '../core/bytes';
import { canonicalBytes, canonicalText } from '../core/canonical';
import { type Chain as Beacon, roundTime } from '../core/beacon';
import { sha256, sha256Hex } from '../core/hash';
import { isSignedBy } from '../core/keys';
import { MerkleRoot, leafHash } from '../core/merkle';
import { Chain } from './chain';
import { closeOut } from './closing';
import { Derived, instantKey } from './derive';
import type { Findings } from './findings';
import {
  type Commitment, type Entry, type JournalRecord, type Opening, readBatch, readChange, readCommitment, readCoupons, readMoment, readOpening, readOpeningLine, readPool, readRecord,
  readReveal, readRules, type Reveal,
} from './formats';
import type { FileFacts } from './file';
import { Judge, type Line } from './judge';
import { checkOpening, checkRound, checkShape, checkWitness, usesBeacon } from './rounds';
import { Moments } from './sealed';
import { Zone } from './zone';

/** One pool of the file: what was committed and revealed, then its batches and entries one by one. */
export class Pool {
  readonly #chain: Chain;
  readonly #moments = new Moments();
  readonly #quoted: string;
  #commitment: Commitment | undefined;
  #commitmentHash = '';
  #token: string | null | undefined;
  #body: Record<string, unknown> = {};
  #revealed: Reveal | undefined;
  #beacon: Beacon | undefined;
  #opening: Opening | undefined;
  #key: Uint8Array | undefined;
  #judge: Judge | undefined;
  #batch: JournalRecord | undefined;
  #batchRoot = new MerkleRoot();
  #batches = 0;
  #head = '0'.repeat(64);
  #number = 0;
  #enteredAt = Number.NEGATIVE_INFINITY;
  #erased = 0;
  #unknown = 0;
  #late = 0;

  constructor(readonly id: string, readonly facts: FileFacts, readonly findings: Findings) {
    this.#chain = new Chain(id, findings);
    this.#quoted = canonicalText(id);
  }

  commit(line: Record<string, unknown>): void {
    const { commitment: body, keyId, signature, timestampToken } = readPool(line);
    if (body === null) return this.findings.fail('commitment', 'nothing was committed before the first entry');
    const told = (this.#commitment = readCommitment(body));
    [this.#token, this.#body] = [timestampToken, body];
    checkShape(told, this.findings);
    this.findings.require('commitment', told.campaign === this.facts.campaign && told.pool === this.id, 'it is of another campaign or pool');
    const generated = told.moments.generated.reduce((sum, order) => sum + order.count, 0);
    this.findings.require('commitment', told.moments.chosen + generated === told.moments.count, 'chosen and generated moments do not add up');
    const hash = sha256(canonicalBytes(body));
    this.#commitmentHash = toHex(hash);
    this.findings.require('commitment', this.#isSigned(keyId, hash, signature), 'its signature is not the platform\'s');
    this.findings.holds('commitment', `${toHex(hash)}, signed`);
    this.facts.compareSaved(this.id, toHex(hash), this.findings);
  }

  reveal(line: Record<string, unknown>): void {
    if (this.#key) throw new Error('the secret is revealed twice');
    const revealed = (this.#revealed = readReveal(line));
    const { secret, round, randomness } = revealed;
    const told = this.#commitment;
    if (told) this.findings.require('secret', sha256Hex(fromHex(secret)) === told.secretHash, 'its hash is not the one that was committed');
    if (told) this.findings.holds('secret', 'it is the one whose hash was committed');
    if (told) this.#checkKey(told, revealed);
    this.#key = instantKey(fromHex(secret), round, fromHex(randomness));
  }

  opened(line: Record<string, unknown>): void {
    if (!this.#revealed || this.#opening || this.#judge) throw new Error('an opening stands after the secret, once');
    const { opening: body, keyId, signature } = readOpeningLine(line);
    const opening = (this.#opening = readOpening(body));
    const told = this.#commitment;
    if (!told || !usesBeacon(told.level)) return this.findings.fail('opening', 'there is one, and no beacon was committed to');
    checkOpening(told, this.#commitmentHash, opening, this.#isSigned(keyId, sha256(canonicalBytes(body)), signature), this.#revealed, this.#beacon, this.findings);
  }

  /** What takes its time: the witness's token. */
  async settle(): Promise<void> {
    if (this.#commitment) await checkWitness(this.#commitment, this.#token, this.#beacon, this.facts.authorities, this.#body, this.findings);
  }

  change(line: Record<string, unknown>): void {
    if (this.#judge) throw new Error('rules stand before the batches');
    const { line: body, ordinal, head } = readChange(line);
    const read: Line = body.type === 'coupons' ? readCoupons(body) : readRules(body);
    this.#chain.add(read, body, ordinal, head);
  }

  moment(line: Record<string, unknown>): void {
    if (this.#judge) throw new Error('moments stand before the batches');
    this.#moments.add(readMoment(line), this.findings);
  }

  batch(line: Record<string, unknown>): void {
    this.#begin();
    this.#closeBatch();
    const { record: body, head, keyId, signature } = readBatch(line);
    const record = readRecord(body);
    const hash = sha256(canonicalBytes(body));
    const require = (condition: boolean, what: string) => this.findings.require('batches', condition, `batch ${record.batch} ${what}`);
    require(record.campaign === this.facts.campaign && record.pool === this.id, 'is of another campaign or pool');
    if (this.#batches === 0 && this.#opening) this.findings.require('opening', this.#opening.at <= record.at, 'it was made after the first entries');
    require(record.last === record.first + record.count - 1, 'does not count its entries rightly');
    require(record.batch === this.#batches + 1 && record.previous === this.#head, 'does not follow the one before');
    require(toHex(hash) === head, 'has another head than the hash of its record');
    require(this.#isSigned(keyId, hash, signature), 'is not signed by the platform');
    const [from, until] = [this.#chain.headAt(record.first), this.#chain.headAt(record.last)];
    require(record.rules === undefined ? until === undefined : record.rules === from && record.rules === until, 'names other rules than those published for its numbers');
    this.findings.require('numbers', record.first === this.#number + 1, `batch ${record.batch} begins with number ${record.first} after ${this.#number}`);
    [this.#batch, this.#batches, this.#head, this.#batchRoot, this.#number] = [record, record.batch, toHex(hash), new MerkleRoot(), record.first - 1];
  }

  entry(entry: Entry): void {
    if (this.#batch === undefined || this.#judge === undefined) throw new Error('an entry stands before the first batch');
    const require = (condition: boolean, what: string) => this.findings.require('numbers', condition, `number ${entry.number} ${what}`);
    require(entry.number === this.#number + 1, `follows number ${this.#number}`);
    require(entry.number <= this.#batch.last, 'is beyond its batch');
    require(entry.enteredAt >= this.#enteredAt, 'was entered before the one before it');
    if (this.#enteredAt === Number.NEGATIVE_INFINITY) this.#checkOpening(entry.enteredAt);
    if (entry.enteredAt > this.facts.closedAt) this.#late++;
    [this.#number, this.#enteredAt] = [entry.number, entry.enteredAt];
    this.#batchRoot.appendHash(this.#leafOf(entry));
    this.#judge.take(entry);
  }

  /** After the pool's last line. */
  finish(): void {
    const judge = this.#begin();
    this.#closeBatch();
    judge.finish();
    const f = this.findings;
    f.holds('batches', `${this.#batches} signed records, each holding the head before it and naming the rules in force`);
    f.holds('numbers', `1 to ${this.#number} without a gap, in order of time`);
    f.holds('receipts', 'the entries are the leaves of the signed batches');
    f.holds('eligibility', 'every entry was made while the pool was open, within the limits of its person');
    f.holds('outcomes', `${judge.entries} recomputed: ${judge.wins} won, ${judge.entries - judge.wins} did not`);
    f.holds('outcome-hashes', `${judge.bound} entrants were told what the lines say; ${judge.entries - judge.bound} answers hold a code or a link, which are not public`);
    f.holds('moments-claimed', `${judge.claims} of ${this.#moments.all.length} were claimed, each by the first entry that it was due to`);
    if (this.#erased > 0) f.note('erased', `${this.#erased} entries are of erased people: their outcomes are recomputed, but no receipt can be compared with them`);
    if (this.#unknown > 0) f.note('erased', `${this.#unknown} entries have no pseudonym any more: limits of their people can't be recomputed`);
    if (this.#late > 0) f.note('eligibility', `${this.#late} entries are dated after the closing that the file names`);
    closeOut(judge, this.facts.closedAt, f);
  }

  /** Everything before the entries has been read. */
  #begin(): Judge {
    if (this.#judge) return this.#judge;
    if (!this.#key) throw new Error('its secret is not revealed');
    this.#chain.end(this.#commitment?.rulesHash);
    const derived = new Derived(this.#key, this.id);
    const [told, rules] = [this.#commitment, this.#chain.committed ?? this.#chain.first];
    if (told && usesBeacon(told.level)) {
      this.findings.require('opening', this.#opening !== undefined, 'nothing was published of what the round brought forth');
      this.findings.require('level', !this.#beacon || roundTime(this.#beacon, told.round) < rules.opensAt, 'the round came after the opening');
    }
    // What came before the committed line was never in force, and its clocks decided nothing.
    if (told) this.#moments.compare(told, this.#opening, derived, new Zone(rules.timeZone), this.findings);
    this.#judge = new Judge(this.#chain.lines, this.#moments.all, derived, this.findings);
    return this.#judge;
  }

  #closeBatch(): void {
    const batch = this.#batch;
    if (!batch) return;
    this.findings.require('numbers', this.#number === batch.last, `batch ${batch.batch} ends with number ${batch.last}, its entries with ${this.#number}`);
    this.findings.require('receipts', equal(this.#batchRoot.root(), fromHex(batch.root)), `the entries of batch ${batch.batch} are not those of its receipts`);
    [this.#number, this.#batch] = [batch.last, undefined];
  }

  #checkKey(told: Commitment, revealed: Reveal): void {
    const f = this.findings;
    const { round, randomness, signature, chain } = revealed;
    const beacon = usesBeacon(told.level);
    f.require('key', round === told.round, `the round is ${round}, and ${told.round} was committed`);
    f.require('key', beacon ? round > 0 : round === 0, `level ${told.level} does not go with round ${round}`);
    f.require('key', randomness.length === (told.level === 'committed' ? 0 : 64), `level ${told.level} does not go with ${randomness.length / 2} bytes of randomness`);
    f.require('key', beacon || (signature === undefined && chain === undefined), `level ${told.level} does not go with a beacon's signature`);
    f.holds('key', 'it follows from the secret, the round and its randomness');
    if (beacon) this.#beacon = checkRound(told, revealed, this.facts.chains, f);
    else if (told.level === 'committed') f.note('level', 'committed: not evidence; it proves that nothing changed after the commitment, and nothing of how the secret came about');
    else f.fail('level', 'observed: the observer\'s statement is not in the file, so that their randomness can\'t be checked');
  }

  #checkOpening(firstEntry: number): void {
    if (!this.#commitment) return;
    this.findings.require('commitment-time', this.#commitment.at <= firstEntry, 'it was made after the first entry');
    this.findings.holds('commitment-time', 'it was made before the first entry, by the platform\'s clock');
  }

  #isSigned(keyId: string | null, hash: Uint8Array, signature: string | null): boolean {
    const key = keyId === null ? undefined : this.facts.keys.get(keyId);
    return key !== undefined && signature !== null && isSignedBy(key, hash, signature);
  }

  #leafOf({ entryRef, personRef, leaf, number, outcomeHash, terms }: Entry): Uint8Array {
    if (personRef === null) this.#unknown++;
    if (leaf !== null) {
      this.#erased++;
      this.findings.require('receipts', entryRef === null || personRef === null, `number ${number} has a leaf of its own though it is not erased`);
      return fromHex(leaf);
    }
    if (entryRef === null || personRef === null) throw new Error(`number ${number} has neither references nor a leaf`);
    const termsHash = this.facts.terms.get(terms);
    if (termsHash === undefined) this.facts.withoutTerms++;
    // Canonical as it stands: all but the pool's id is hex.
    return leafHash(utf8(
      `{"entryRef":"${entryRef}","number":${number},"outcomeHash":"${outcomeHash}","personRef":"${personRef}","pool":${this.#quoted},"termsHash":"${termsHash ?? this.facts.noTerms}"}`));
  }
}
