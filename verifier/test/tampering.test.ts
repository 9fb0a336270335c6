import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../src/core/canonical';
import type { Certificate } from '../src/core/certificate';
import { platformSignature } from '../src/core/checks/signatures';
import { check } from '../src/core/report';
import { type Authority, authority } from './authority';
import { type Flip, flips, reshaped } from './flipping';
import { expectHolds, failed, type Given, judge } from './judging';
import { asBytes, id, type Made, make, resign, sha256, Signer } from './maker';

// Most of what is judged here hundreds of times is the same again, and each signature takes milliseconds: what a signature comes to is
// remembered by all that it depends on.
const remembered = vi.hoisted(() => (holds: (...of: never[]) => boolean) => {
  const known = new Map<string, boolean>();
  return (...of: unknown[]): boolean => {
    const key = JSON.stringify(of.map((o) => (o instanceof Uint8Array ? [...o].join() : o)));
    const result = known.get(key) ?? holds(...(of as never[]));
    known.set(key, result);
    return result;
  };
});
vi.mock('../src/core/beacon', async (original) => {
  const real = await original<typeof import('../src/core/beacon')>();
  return { ...real, roundIsSigned: remembered(real.roundIsSigned) };
});
vi.mock('../src/core/keys', async (original) => {
  const real = await original<typeof import('../src/core/keys')>();
  return { ...real, isSignedBy: remembered(real.isSignedBy) };
});

/** Fields that nothing but the platform's signature binds: they describe the draw, and no other part follows from them. */
const boundBySignatureAlone = [
  /^name$/, /^campaign\./, /^promoter\./, /^terms\./, /^build$/,
  // Between the closing and the commitment, any instant would do.
  /^frozenAt$/,
  // The observer signs their bytes for this commitment, but not what is said about them.
  /^observer\.(name|statement|at)$/,
];

/** Which check catches a change of a field even when the platform itself signs the changed certificate. The first pattern counts. */
const caughtBy: readonly (readonly [RegExp, string])[] = [
  [/^(schema|algorithm|leaf\..*|beacon\.scheme)$/, 'schema'],
  [/^drawId$/, 'commitment-hash'],
  [/^(rules\..*|winners|reserves)$/, 'rules'],
  [/^closedAt$/, 'events'],
  [/^counts\./, 'counts'],
  [/^root$/, 'root'],
  [/^excludedRoot$/, 'excluded-root'],
  [/^commitment\.(body\..*|hash)$/, 'commitment-hash'],
  [/^commitment\.(keyId|signature)$/, 'commitment-signature'],
  [/^commitment\.timestampToken$/, 'timestamp'],
  [/^level$/, 'level'],
  [/^beacon\.signature$/, 'beacon-signature'],
  [/^beacon\.randomness$/, 'randomness'],
  [/^beacon\./, 'beacon-round'],
  [/^beacon$/, 'level'],
  [/^observer(\.|$)/, 'observer'],
  [/^secret$/, 'secret'],
  [/^seed$/, 'seed'],
  [/^(trace|order)(\.|$)/, 'order'],
  [/^(events(\.|$)|eventsHead$)/, 'events'],
  [/^predecessor(\.|$)/, 'predecessor'],
  [/^signer\./, 'platform-signature'],
];

/** A changed bit may make a time impossible, or a zone no zone; otherwise those fields pass. */
const mayAsWell = ['schema', 'commitment-time', 'events', 'observer'];

const alone = (path: string) => boundBySignatureAlone.some((pattern) => pattern.test(path));

const expected = (path: string): string => {
  const found = caughtBy.find(([pattern]) => pattern.test(path));
  if (found === undefined) throw new Error(`No check is named for ${path}: say which one binds it.`);
  return found[1];
};

const shapes = ['beacon', 'observed', 'committed'] as const;
const made = new Map<string, { made: Made; given: Given }>();
let witness: Authority;

async function prepare(level: (typeof shapes)[number]): Promise<{ made: Made; given: Given }> {
  const signer = new Signer();
  const before = await make({ level: 'committed', signer, secret: sha256('first'), body: { drawId: id('drw', 'first') }, events: [{ kind: 'voided', reasonCode: 'incomplete' }] });
  const { drawId, commitment } = before.certificate;
  const plan = level === 'committed' ? {} : { predecessor: { drawId, commitmentHash: commitment.hash, secretHash: commitment.body.secretHash } };
  const events = level === 'observed' ? [] : [{ position: 2, clause: 'Terms 7.2', evidenceHash: sha256('evidence') }, { position: 1, actor: id('usr', 'anne') }];
  const certificate = await make({ level, signer, events, ...plan, ...(level === 'beacon' ? { authority: witness } : {}) });
  return {
    made: certificate,
    given: { key: Buffer.from(signer.publicKey), authority: Buffer.from(witness.pem), also: [{ name: 'first.json', bytes: asBytes(before.certificate) }] } };
}

beforeAll(async () => {
  witness = await authority();
  for (const level of shapes) made.set(level, await prepare(level));
});

describe.each(shapes)('A certificate at level %s', (level) => {
  const prepared = () => made.get(level) as { made: Made; given: Given };
  const judged = async (flip: Flip, signer?: Signer): Promise<string[]> => {
    const { made: { list }, given } = prepared();
    const certificate = flip.value as unknown as Certificate;
    return failed(await judge(signer === undefined ? certificate : resign(certificate, signer), list, given));
  };
  const signedAnew = (flip: Flip) => judged(flip, prepared().made.signer);

  it('holds before anything is changed', async () => void (await expectHolds(prepared().made, prepared().given)));

  it('fails for one bit changed in any field', async () => {
    const wrong: string[] = [];
    const all = flips(prepared().made.certificate as unknown as Json);
    expect(all.length).toBeGreaterThan(150);
    for (const flip of all) {
      // This check runs for any certificate that can be read at all, so its failure is the verification's.
      const signature = await check('platform-signature', (p) => platformSignature(flip.value as unknown as Certificate, null, p));
      if (signature.status !== 'fail') wrong.push(`${flip.path}, ${flip.how}`);
    }
    const [first] = all;
    expect(await judged(first as Flip)).toContain('platform-signature');
    expect(wrong).toEqual([]);
  });

  it('fails by the right check even when its platform signs the changed one, in every field that anything else binds', async () => {
    const wrong: string[] = [];
    for (const flip of flips(prepared().made.certificate as unknown as Json).filter((f) => f.path !== 'signature')) {
      const checks = await signedAnew(flip);
      const told = `${flip.path}, ${flip.how}: ${checks.join(' ') || 'nothing failed'}`;
      if (alone(flip.path) ? checks.some((c) => !mayAsWell.includes(c)) : !checks.some((c) => c === expected(flip.path) || (flip.how === 'null to text' && c === 'schema'))) wrong.push(told);
    }
    expect(wrong).toEqual([]);
  });

  it('fails for a name too many or missing anywhere, and for a list cut or prolonged', async () => {
    const wrong: string[] = [];
    for (const flip of reshaped(prepared().made.certificate as unknown as Json).filter((f) => f.path !== '.signature')) {
      const checks = await signedAnew(flip);
      if (checks.length === 0 && flip.path !== 'terms') wrong.push(`${flip.path}, ${flip.how}`);
    }
    expect(wrong).toEqual([]);
  });
});

it('Every field that only the signature binds is there', async () => {
  const paths = shapes.flatMap((level) => flips((made.get(level) as { made: Made }).made.certificate as unknown as Json).map((f) => f.path));
  for (const pattern of [...boundBySignatureAlone, ...caughtBy.map(([p]) => p)]) expect(paths.some((p) => pattern.test(p)), String(pattern)).toBe(true);
});
