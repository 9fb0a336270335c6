import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalText } from '../src/core/canonical';
import type { Certificate, CommitmentBody } from '../src/core/certificate';
import { type Authority, authority } from './authority';
import { expectHolds, failed, judge, reason } from './judging';
import { asBytes, committedFor, entries, id, type ListLine, listText, make, type Made, recommit, resign, sha256, Signer } from './maker';

let witness: Authority;
beforeAll(async () => {
  witness = await authority();
});

const signer = new Signer();
const beacon = (plan: Partial<Parameters<typeof make>[0]> = {}) => make({ level: 'beacon', authority: witness, signer, ...plan });
const minutesBefore = (instant: string, minutes: number) => new Date(Date.parse(instant) - minutes * 60_000).toISOString().replace('.000', '');
const altered = (made: Made, change: (c: Certificate) => Partial<Certificate>): Certificate => resign({ ...made.certificate, ...change(made.certificate) }, signer);
const bodied = (made: Made, body: Partial<CommitmentBody>): Certificate => recommit(
  { ...made.certificate, commitment: { ...made.certificate.commitment, body: { ...made.certificate.commitment.body, ...body } } }, signer);

describe('A commitment backdated by a minute', () => {
  it('does not fit its token', async () => {
    const made = await beacon();
    const certificate = bodied(made, { committedAt: minutesBefore(committedFor(123), 1) });
    expect(failed(await judge(certificate, made.list))).toEqual(['commitment-time', 'timestamp']);
  });

  it('is caught by a token that was got for it at its real time', async () => {
    // The round follows from the pretended time; what stands against that is the authority's clock.
    const made = await beacon({ tokenAt: minutesBefore(committedFor(123), -1) });
    expect(failed(await judge(made.certificate, made.list))).toEqual(['timestamp']);
    expect(reason(await judge(made.certificate, made.list), 'timestamp')).toContain('backdated');
  });

  it.each([[0.1, 'before the commitment'], [-10, 'out already']])('is as little proven by a token of %d minutes earlier', async (minutes, why) => {
    const made = await beacon({ tokenAt: minutesBefore(committedFor(123), minutes) });
    expect(reason(await judge(made.certificate, made.list), 'timestamp')).toContain(why);
  });
});

describe('A swapped list', () => {
  it('has another root', async () => {
    const made = await beacon();
    const other = listText(entries(40, 5, 'other'));
    expect(failed(await judge(made.certificate, other))).toEqual(['root', 'excluded-root', 'order']);
  });

  it('with one ticket more for one entry is caught', async () => {
    const lines = entries(40, 5);
    const made = await beacon({ lines });
    const more = lines.map((l, i): ListLine => (i === 0 ? { ...l, tickets: (l.tickets ?? 0) + 1 } : l));
    expect(failed(await judge(made.certificate, listText(more)))).toContain('root');
    expect(reason(await judge(made.certificate, listText(more)), 'counts')).toContain('tickets: the list has');
  });

  it('is caught even with a certificate to fit it, by the token over the old commitment', async () => {
    const [made, swapped] = [await beacon(), await beacon({ lines: entries(40, 5, 'other'), secret: sha256('the secret') })];
    const certificate = recommit(swapped.certificate, signer, made.certificate.commitment.timestampToken);
    expect(failed(await judge(certificate, swapped.list))).toEqual(['timestamp']);
  });
});

describe('A level', () => {
  it('lowered on the certificate is caught', async () => {
    const made = await beacon();
    for (const level of ['beacon-unwitnessed', 'observed', 'committed'] as const) {
      expect(failed(await judge(altered(made, () => ({ level })), made.list))).toEqual(['level']);
    }
  });

  it('lowered to hide the lack of a token is caught', async () => {
    const made = await beacon();
    const bare = altered(made, (c) => ({ commitment: { ...c.commitment, timestampToken: null } }));
    expect(failed(await judge(bare, made.list))).toEqual(['timestamp']);
  });

  it('lowered in a new commitment is caught by whoever kept the published one', async () => {
    const made = await beacon();
    const published = asBytes({
      schema: 'pdv1-commitment/1', commitment: made.certificate.commitment.body, hash: made.certificate.commitment.hash, keyId: signer.keyId,
      signature: made.certificate.commitment.signature, timestampToken: null, rules: made.certificate.rules, predecessor: null });
    const lowered = await make({ level: 'committed', signer });
    const checks = await judge(lowered.certificate, lowered.list, { also: [{ name: 'published.json', bytes: published }] });
    expect(failed(checks)).toEqual(['predecessor']);
    expect(reason(checks, 'predecessor')).toContain('another commitment for the draw');
    await expectHolds(made, { also: [{ name: 'published.json', bytes: published }] });
  });

  it('of a draw added later must be beacon or observed', async () => {
    const made = await make({ level: 'beacon-unwitnessed', signer, body: { addedLater: true } });
    expect(failed(await judge(made.certificate, made.list))).toEqual(['level']);
    await expectHolds(await beacon({ body: { addedLater: true } }));
  });
});

describe('Another round', () => {
  it('than the committed one is caught', async () => {
    const [made, other] = [await beacon(), await beacon({ round: 657413 })];
    const checks = await judge(altered(made, () => ({ beacon: other.certificate.beacon })), made.list);
    expect(failed(checks)).toEqual(['beacon-round', 'seed']);
  });

  it('chosen in the commitment is caught', async () => {
    const made = await beacon({ body: { committedAt: minutesBefore(committedFor(123), 5) } });
    expect(failed(await judge(made.certificate, made.list))).toEqual(['commitment-time']);
  });

  it('whose signature is another round\'s is caught', async () => {
    const made = await beacon();
    const { signature } = (await beacon({ round: 657413 })).certificate.beacon as NonNullable<Certificate['beacon']>;
    const checks = await judge(altered(made, (c) => ({ beacon: { ...(c.beacon as NonNullable<Certificate['beacon']>), signature } })), made.list);
    expect(failed(checks)).toEqual(['beacon-signature', 'randomness']);
  });

  it('of a chain of the platform\'s own is caught', async () => {
    const chainHash = sha256('our own');
    const made = await make({ level: 'beacon-unwitnessed', signer, body: { chainHash } });
    const checks = await judge(altered(made, (c) => ({ beacon: { ...(c.beacon as NonNullable<Certificate['beacon']>), chainHash } })), made.list);
    expect(failed(checks)).toEqual(['beacon-round']);
    expect(reason(checks, 'beacon-round')).toContain('not known here');
  });

  it('of a chain that the user vouches for is accepted', async () => {
    const chainHash = sha256('our own');
    const made = await make({ level: 'beacon-unwitnessed', signer, body: { chainHash } });
    const certificate = altered(made, (c) => ({ beacon: { ...(c.beacon as NonNullable<Certificate['beacon']>), chainHash } }));
    const { publicKey, genesisTime, periodSeconds } = made.certificate.beacon as NonNullable<Certificate['beacon']>;
    for (const info of [{ chainHash, publicKey, genesisTime, periodSeconds }, { hash: chainHash, public_key: publicKey, genesis_time: genesisTime, period: periodSeconds }]) {
      expect(failed(await judge(certificate, made.list, { chain: Buffer.from(JSON.stringify(info)) }))).toEqual([]);
    }
  });
});
describe('An abandoned round', () => {
  const published = (made: Made) => asBytes({
    schema: 'pdv1-commitment/1', commitment: made.certificate.commitment.body, hash: made.certificate.commitment.hash, keyId: signer.keyId,
    signature: made.certificate.commitment.signature, timestampToken: made.certificate.commitment.timestampToken, rules: made.certificate.rules, predecessor: null });

  it('for another one, by committing the same draw again, is caught by whoever kept the first commitment', async () => {
    const [first, again] = [await beacon(), await beacon({ round: 657413 })];
    expect(again.certificate.drawId).toBe(first.certificate.drawId);
    const checks = await judge(again.certificate, again.list, { also: [{ name: 'kept.json', bytes: published(first) }] });
    expect(failed(checks)).toEqual(['predecessor']);
    expect(reason(checks, 'predecessor')).toContain('another commitment for the draw');
  });

  it('is caught by its secret where the draw was given another id', async () => {
    const [first, again] = [await beacon(), await beacon({ round: 657413, body: { drawId: id('drw', 'again') } })];
    const checks = await judge(again.certificate, again.list, { also: [{ name: 'kept.json', bytes: published(first) }] });
    expect(failed(checks)).toEqual(['predecessor']);
    expect(reason(checks, 'predecessor')).toContain('second draw under the secret');
  });

  it('is caught by the token, which was given for the first commitment', async () => {
    const [first, again] = [await beacon(), await beacon({ round: 657413 })];
    const certificate = recommit(again.certificate, signer, first.certificate.commitment.timestampToken);
    expect(failed(await judge(certificate, again.list))).toEqual(['timestamp']);
  });

  it('for the result of no beacon at all is caught as a lowered level', async () => {
    const [first, none] = [await beacon(), await make({ level: 'committed', signer })];
    const checks = await judge(none.certificate, none.list, { also: [{ name: 'kept.json', bytes: published(first) }] });
    expect(failed(checks)).toEqual(['predecessor']);
  });
});

describe('A second draw under one secret', () => {
  it('is caught where the predecessor is named', async () => {
    const first = await beacon({ body: { drawId: id('drw', 'one') }, events: [{ kind: 'voided', reasonCode: 'x' }] });
    const { drawId, commitment: { hash, body } } = first.certificate;
    const again = await beacon({ body: { drawId: id('drw', 'two') }, predecessor: { drawId, commitmentHash: hash, secretHash: body.secretHash } });
    expect(failed(await judge(again.certificate, again.list))).toEqual(['predecessor']);
  });

  it('is caught where both are given', async () => {
    const [one, two] = [await beacon({ body: { drawId: id('drw', 'one') } }), await beacon({ body: { drawId: id('drw', 'two') } })];
    const checks = await judge(one.certificate, one.list, { also: [{ name: 'two.json', bytes: asBytes(two.certificate) }] });
    expect(failed(checks)).toEqual(['predecessor']);
    expect(reason(checks, 'predecessor')).toContain('second draw under the secret');
  });

  it('is not seen where secrets differ, and what is not signed proves nothing', async () => {
    const [one, two] = [await beacon(), await beacon({ body: { drawId: id('drw', 'two') }, secret: sha256('x') })];
    await expectHolds(one, { also: [{ name: 'two.json', bytes: asBytes(two.certificate) }] });
    const stranger = await beacon({ signer: new Signer(), body: { drawId: id('drw', 'two') } });
    expect(reason(await judge(one.certificate, one.list, { also: [{ name: 'x.json', bytes: asBytes(stranger.certificate) }] }), 'predecessor')).toContain('not signed by the signer');
    const forged = { ...two.certificate, commitment: { ...two.certificate.commitment, signature: one.certificate.commitment.signature } };
    expect(failed(await judge(one.certificate, one.list, { also: [{ name: 'two.json', bytes: asBytes(forged) }] }))).toEqual(['predecessor']);
  });

  it('cannot be hidden by a predecessor that was not void, or by another one than is named', async () => {
    const first = await beacon({ body: { drawId: id('drw', 'one') } });
    const { drawId, commitment: { hash, body } } = first.certificate;
    const named = { drawId, commitmentHash: hash, secretHash: body.secretHash };
    const also = [{ name: 'one.json', bytes: asBytes(first.certificate) }];
    const next = (predecessor: typeof named) => beacon({ body: { drawId: id('drw', 'two') }, secret: sha256('x'), predecessor });
    const [honest, lying] = [await next(named), await next({ ...named, secretHash: sha256('y') })];
    expect(reason(await judge(honest.certificate, honest.list, { also }), 'predecessor')).toContain('not declared void');
    expect(reason(await judge(lying.certificate, lying.list, { also }), 'predecessor')).toContain('another secret than is said');
  });
});

describe('An altered result', () => {
  it('in the trace is caught', async () => {
    const made = await beacon();
    const { trace } = made.certificate;
    const swapped = altered(made, () => ({ trace: [trace[1], trace[0], ...trace.slice(2)] as Certificate['trace'] }));
    expect(failed(await judge(swapped, made.list))).toEqual(['order']);
    const longer = altered(made, () => ({ trace: [...trace, trace[0]] as Certificate['trace'] }));
    expect(failed(await judge(longer, made.list))).toEqual(['order']);
    expect(failed(await judge(altered(made, () => ({ trace: trace.slice(0, -1), order: made.certificate.order.slice(0, -1) })), made.list))).toEqual(['order']);
  });

  it('in the order is caught, two winners exchanged or a friend put in', async () => {
    const made = await beacon();
    const { order } = made.certificate;
    const exchanged = order.map((p, i) => ({ ...p, entryRef: (order[i === 0 ? 1 : i === 1 ? 0 : i] as typeof p).entryRef }));
    expect(failed(await judge(altered(made, () => ({ order: exchanged })), made.list))).toEqual(['order']);
    const friend = order.map((p, i) => (i === 0 ? { ...p, entryRef: sha256('friend') } : p));
    expect(failed(await judge(altered(made, () => ({ order: friend })), made.list))).toEqual(['order']);
  });

  it('by another seed is caught', async () => {
    const made = await beacon();
    expect(failed(await judge(altered(made, () => ({ seed: sha256('better') })), made.list))).toEqual(['seed', 'order']);
  });

  it('by a replacement that never happened, or one too few, is caught', async () => {
    const made = await beacon({ events: [{ position: 1 }] });
    expect(failed(await judge(altered(made, () => ({ events: [] })), made.list))).toEqual(['events']);
    const beyond = await beacon({ events: [{ position: 4 }] });
    expect(reason(await judge(beyond.certificate, beyond.list), 'events')).toContain('not there');
    const early = await beacon({ events: [{ position: 1, at: '2023-01-01T00:00:00Z' }] });
    expect(reason(await judge(early.certificate, early.list), 'events')).toContain('before the commitment');
  });

  it('by closing at another time without saying so is caught', async () => {
    const made = await beacon({ closedAt: '2023-08-23T14:00:01Z' });
    expect(failed(await judge(made.certificate, made.list))).toEqual(['events']);
  });
});

describe('Another signer', () => {
  it('than the one whose key was given is caught', async () => {
    const made = await beacon();
    expect(failed(await judge(made.certificate, made.list, { key: Buffer.from(new Signer().publicKey) }))).toEqual(['platform-signature', 'commitment-signature']);
  });

  it('for the commitment, by an older key, holds where both keys are given', async () => {
    const old = new Signer();
    const made = await beacon();
    const { body } = made.certificate.commitment;
    const certificate = altered(made, (c) => ({ commitment: { ...c.commitment, keyId: old.keyId, signature: old.sign(canonicalText(body)) } }));
    expect(failed(await judge(certificate, made.list))).toEqual(['commitment-signature']);
    const items = [old, signer].map((s) => ({ keyId: s.keyId, publicKey: s.publicKey, notBefore: '2026-01-01T00:00:00Z', retiredAt: null }));
    expect(failed(await judge(certificate, made.list, { key: Buffer.from(JSON.stringify({ items, next: null })) }))).toEqual([]);
  });
});

describe('A certificate that is not in its one form', () => {
  const texts: readonly [string, (text: string) => string][] = [
    ['with white space', (t) => t.replace('{', '{ ')],
    ['with a name twice', (t) => t.replace('{', '{"algorithm":"pdv1",')],
    ['with 3.0 for 3', (t) => t.replace('"winners":3', '"winners":3.0')],
    ['with a huge number', (t) => t.replace('"winners":3', '"winners":1e400')],
    ['with a number beyond 2^53', (t) => t.replace('"winners":3', '"winners":9007199254740993')],
    ['with __proto__', (t) => t.replace('"winners":3', '"winners":3,"__proto__":{"winners":3}').replace(/^\{/, '{')],
    ['with constructor', (t) => t.replace('"counts":{', '"constructor":{"prototype":1},"counts":{')],
    ['that is no JSON', () => 'PK\u0003\u0004'],
    ['that is empty', () => ''],
    ['that is null', () => 'null'],
    ['that is an array', () => '[]'],
    ['nested without end', () => '['.repeat(100_000)],
  ];

  it.each(texts)('%s is refused', async (_, change) => {
    const made = await make({ level: 'committed', signer });
    const text = change(canonicalText(made.certificate));
    expect(text).not.toBe(canonicalText(made.certificate));
    expect(failed(await judge(Buffer.from(text), made.list))).toContain('schema');
    expect(({} as Record<string, unknown>).winners).toBeUndefined();
  });

  it('as __proto__ in canonical place is refused by the schema', async () => {
    const made = await make({ level: 'committed', signer });
    const text = canonicalText(made.certificate).replace('{"algorithm"', '{"__proto__":{"level":"beacon"},"algorithm"');
    expect(reason(await judge(Buffer.from(text), made.list), 'schema')).toContain('__proto__');
  });

  it('with a newline at its end is the same certificate', async () => {
    const made = await make({ level: 'committed', signer });
    expect(failed(await judge(Buffer.from(`${canonicalText(made.certificate)}\n`), made.list))).toEqual([]);
  });
});
