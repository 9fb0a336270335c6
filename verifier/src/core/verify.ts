import { type Chain, quicknet, readChain } from './beacon';
import { parseCanonical } from './canonical';
import type { Certificate } from './certificate';
import { counts, excludedRoot, listFormat, root } from './checks/entries';
import { events } from './checks/events';
import { entryInclusion, receiptInclusion } from './checks/inclusion';
import { order, steps } from './checks/order';
import { predecessor } from './checks/others';
import { plan } from './checks/plan';
import { beaconRound, beaconSignature, observed, randomness, secret, seed } from './checks/randomness';
import { commitmentHash, commitmentSignature, platformSignature } from './checks/signatures';
import { level, rules } from './checks/terms';
import { commitmentTime, timestamp } from './checks/times';
import { readKeys } from './keys';
import type { Source } from './lines';
import { type ListSummary, pick, type Picked, readList } from './list';
import { readReceipt } from './receipt';
import { type Check, check, type CheckName, messageOf, Note, type Problems } from './report';
import { certificateProblems } from './schema';
import type { Step } from './selection';
import { readAuthorities } from './timestamp';

/** What is to be verified, and what its user brings to judge it by. */
export interface Inputs {
  readonly certificate: Uint8Array;
  readonly entries: Source;
  /** The platform's public keys. */
  readonly key?: Uint8Array | undefined;
  /** Certificates (PEM) of time-stamp authorities. */
  readonly authority?: Uint8Array | undefined;
  /** A beacon other than drand quicknet. */
  readonly chain?: Uint8Array | undefined;
  /** The draw's plan, as it was published before the first entry. */
  readonly plan?: Uint8Array | undefined;
  readonly receipt?: Uint8Array | undefined;
  /** The journal record of the receipt's batch, or a file with it among others. */
  readonly record?: Source | undefined;
  readonly entry?: string | undefined;
  /** Other certificates, or published commitments, of the same promoter. */
  readonly also?: readonly { readonly name: string; readonly bytes: Uint8Array }[] | undefined;
  /** Told how much of the list was read (it is read twice), from 0 to 1. */
  readonly progress?: (fraction: number) => Promise<void> | void;
  /** Told of each check as soon as it is done. */
  readonly done?: (check: Check) => void;
}

/** A file to judge by that is not what it was given as. */
export class Unreadable extends Error {}

/** A line of a list has at least this many bytes: a bound on how many a file can hold. */
const lineMin = 170;

/** Runs every check and reports on each. Throws {@link Unreadable} for a file to judge by, such as a key, that is none. */
export async function verify(inputs: Inputs): Promise<{ readonly checks: Check[]; readonly certificate: Certificate | null }> {
  const given = await read(inputs);
  let certificate: Certificate | null = null;
  const schema = await check('schema', (problems) => {
    certificate = parseCanonical(inputs.certificate) as unknown as Certificate;
    problems.all.push(...certificateProblems(certificate));
    return 'canonical JSON in the form of pdv1-certificate/1';
  });
  const checks: Check[] = [];
  const add = (done: Check): void => {
    checks.push(done);
    inputs.done?.(done);
  };
  add(schema);
  if (certificate === null) return { checks, certificate };
  const one: Certificate = certificate;
  const run = async (name: CheckName, what: (problems: Problems) => string | Note | Promise<string | Note>) => add(await check(name, what));
  const { keys, authorities, chains } = given;
  const chain = chains.find((c) => c.chainHash === one.commitment?.body?.chainHash) ?? quicknet;

  await run('platform-signature', (p) => platformSignature(one, keys, p));
  await run('commitment-hash', (p) => commitmentHash(one, p));
  await run('commitment-signature', (p) => commitmentSignature(one, keys, p));
  await run('commitment-time', (p) => commitmentTime(one, chain, p));
  await run('timestamp', (p) => timestamp(one, chain, authorities, p));
  await run('beacon-round', (p) => beaconRound(one, chains, p));
  await run('beacon-signature', (p) => beaconSignature(one, chains, p));
  await run('randomness', (p) => randomness(one, p));
  await run('observer', (p) => observed(one, p));
  await run('secret', (p) => secret(one, p));
  await run('rules', (p) => rules(one, p));
  const draw = await runDraw(inputs, one, given.wanted);
  await run('list-format', (p) => listFormat(draw.list(), draw.picked(), p));
  await run('root', (p) => root(one, draw.list(), p));
  await run('excluded-root', (p) => excludedRoot(one, draw.list(), p));
  await run('counts', (p) => counts(one, draw.list(), p));
  await run('seed', (p) => seed(one, p));
  await run('order', (p) => order(one, draw.list(), draw.steps(), draw.picked(), p));
  await run('events', (p) => events(one, p));
  await run('level', (p) => level(one, p));
  await run('predecessor', (p) => predecessor(one, inputs.also ?? [], keys, p));
  if (inputs.plan !== undefined) {
    const file = inputs.plan;
    await run('plan', (p) => plan(file, one, draw.list(), keys, p));
  }
  if (inputs.receipt !== undefined) {
    const { receipt } = inputs;
    await run('inclusion', (p) => receiptInclusion(one, draw.list(), readReceipt(receipt), inputs.record ?? null, keys, p));
  }
  if (inputs.entry !== undefined) await run('inclusion', () => entryInclusion(one, draw.list(), inputs.entry as string));
  return { checks, certificate };
}

export const holds = (checks: readonly Check[]): boolean => checks.length > 0 && checks.every((c) => c.status !== 'fail');

async function read(inputs: Inputs) {
  const named = <T>(what: string, bytes: Uint8Array | undefined, parse: (bytes: Uint8Array) => T): T | null => {
    try {
      return bytes === undefined ? null : parse(bytes);
    } catch (error) {
      throw new Unreadable(`The ${what} can't be read: ${messageOf(error)}.`);
    }
  };
  const other = named('description of a chain', inputs.chain, readChain);
  const chains: Chain[] = other === null ? [quicknet] : [quicknet, other];
  const wanted = new Set<string>(inputs.entry === undefined ? [] : [inputs.entry]);
  if (inputs.receipt !== undefined) {
    // A receipt that can't be read is the failure of its own check.
    try {
      wanted.add(readReceipt(inputs.receipt).entryRef);
    } catch {}
  }
  return { keys: named('key file', inputs.key, readKeys), authorities: named('authority file', inputs.authority, readAuthorities), chains, wanted };
}

/** What several checks share: reading the list, the steps of the draw, and the entries that they took. Each may fail by itself. */
async function runDraw(inputs: Inputs, certificate: Certificate, wanted: ReadonlySet<string>) {
  const { entries: source, progress } = inputs;
  const size = source.size ?? 0;
  const stated = certificate.counts?.eligible;
  const expected = Number.isSafeInteger(stated) ? Math.max(0, Math.min(stated, size / lineMin)) : 0;
  const report = (pass: number) => (bytes: number) => progress?.(size === 0 ? 0 : (pass + bytes / size) / 2);
  const list = await settled<ListSummary>(() => readList(source, { expected: Math.ceil(expected), wanted, progress: report(0) }));
  const taken = await settled<Step[]>(() => steps(certificate, list()));
  const picked = await settled<Picked>(async () => {
    let indices = new Set<number>();
    try {
      indices = new Set(taken().map((step) => step.entry));
    } catch {}
    return pick(source, indices, list(), report(1));
  });
  return { list, steps: taken, picked };
}

async function settled<T>(run: () => T | Promise<T>): Promise<() => T> {
  try {
    const value = await run();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
