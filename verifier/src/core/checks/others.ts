import { canonicalBytes, parseCanonical } from '../canonical';
import type { Certificate, CommitmentBody } from '../certificate';
import { isSignedBy, type PublicKey, publicKey } from '../keys';
import { messageOf, plural, type Problems, short } from '../report';
import { hashOf, keyOf } from './signatures';
import { certificateProblems } from '../schema';

/** Another draw's signed commitment: from its certificate, or as it was published before its round. */
interface Other {
  readonly name: string;
  readonly body: CommitmentBody;
  readonly hash: string;
  /** undefined if only the commitment is known. */
  readonly ended: boolean | undefined;
}

/** A void draw names its successor's commitment; and no secret serves two draws, no draw has two commitments. */
export function predecessor(
  certificate: Certificate, also: readonly { readonly name: string; readonly bytes: Uint8Array }[], trusted: readonly PublicKey[] | null, problems: Problems): string {
  const { predecessor: before, commitment: { body } } = certificate;
  problems.unless((before?.drawId ?? null) === body.succeeds, `the commitment succeeds ${body.succeeds ?? 'no draw'}, the certificate names ${before?.drawId ?? 'none'}`);
  if (before !== null) {
    problems.unless(before.drawId !== certificate.drawId, 'a draw can\'t succeed itself');
    problems.unless(before.secretHash !== body.secretHash, 'it used the secret of the draw that it succeeds');
  }
  const others = also.map((file) => {
    try {
      return read(file.name, file.bytes, certificate, trusted);
    } catch (error) {
      problems.unless(false, `${file.name}: ${messageOf(error)}`);
      return undefined;
    }
  }).filter((other) => other !== undefined);
  together([{ name: 'this certificate', body, hash: hashOf(certificate.commitment), ended: undefined }, ...others], problems);
  const named = others.find((other) => other.body.drawId === before?.drawId);
  if (named !== undefined && before !== null) {
    problems.unless(named.hash === before.commitmentHash, `the draw that it succeeds has the commitment ${short(named.hash)}, not ${short(before.commitmentHash)}`);
    problems.unless(named.body.secretHash === before.secretHash, 'the draw that it succeeds has another secret than is said');
    problems.unless(named.ended !== false, 'the draw that it succeeds was not declared void');
  }
  const compared = others.length === 0 ? '' : `; ${plural(others.length, 'other commitment')} compared`;
  return before === null ? `it succeeds no draw${compared}` : `it succeeds ${before.drawId}, a draw with another secret${compared}`;
}

function together(all: readonly Other[], problems: Problems): void {
  const [bySecret, byDraw] = [new Map<string, Other>(), new Map<string, Other>()];
  for (const other of all) {
    const { secretHash, drawId } = other.body;
    const [secret, draw] = [bySecret.get(secretHash), byDraw.get(drawId)];
    problems.unless(secret === undefined || secret.body.drawId === drawId, `${other.name} is a second draw under the secret of ${secret?.name}`);
    problems.unless(draw === undefined || draw.hash === other.hash, `${other.name} has another commitment for the draw of ${draw?.name}`);
    bySecret.set(secretHash, secret ?? other);
    byDraw.set(drawId, draw ?? other);
  }
}

function read(name: string, bytes: Uint8Array, certificate: Certificate, trusted: readonly PublicKey[] | null): Other {
  const value = parseCanonical(bytes) as unknown as Certificate & { commitment: CommitmentBody & Certificate['commitment']; hash: string; keyId: string };
  const published = (value as { schema?: unknown })?.schema === 'pdv1-commitment/1';
  if (!published) {
    const wrong = certificateProblems(value);
    if (wrong.length > 0) throw new Error('it is neither a certificate nor a published commitment');
  }
  const signed = published ? { ...value, body: value.commitment as CommitmentBody } : value.commitment;
  if (typeof signed.body !== 'object' || signed.body === null) throw new Error('it holds no commitment');
  if (hashOf(signed) !== signed.hash) throw new Error('its commitment does not have its hash');
  // Never by a key that only this file names: anybody could make one up to put a draw in doubt.
  const key = keyOf(signed.keyId, publicKey(certificate.signer.publicKey), trusted);
  if (key === undefined || !isSignedBy(key, canonicalBytes(signed.body), signed.signature)) {
    throw new Error(`its commitment is not signed by ${trusted === null ? 'the signer of this certificate; give the platform\'s keys if it has several' : 'a key that you gave'}`);
  }
  const ended = published ? undefined : value.events.some((e) => e.kind === 'voided' || e.kind === 'withheld');
  return { name, body: signed.body, hash: signed.hash, ended };
}
