import { canonicalBytes } from '../canonical';
import type { Certificate, SignedCommitment } from '../certificate';
import { isSignedBy, type PublicKey, publicKey } from '../keys';
import { Note, type Problems } from '../report';
import { sha256Hex } from '../hash';

/** The certificate's own signature, by the key that it names and, where one was given, by a key that the user trusts. */
export function platformSignature(certificate: Certificate, trusted: readonly PublicKey[] | null, problems: Problems): string | Note {
  const { signature, ...signed } = certificate;
  const { keyId } = certificate.signer;
  const key = publicKey(certificate.signer.publicKey);
  problems.unless(key.id === keyId, `the signer's key has the id ${key.id}, not ${keyId}`);
  problems.unless(isSignedBy(key, canonicalBytes(signed), signature), 'the signature is not over this certificate, or not by this key');
  if (trusted === null) return new Note(`signed with key ${keyId}, of an unknown signer: give the platform's public key to know that it is theirs`);
  problems.unless(trusted.some((t) => t.spki === key.spki), `signed with key ${keyId}, which is not among the keys that you gave`);
  return `signed with key ${keyId}, which you gave`;
}

export function commitmentHash(certificate: Certificate, problems: Problems): string {
  const { body, hash } = certificate.commitment;
  problems.unless(hashOf(certificate.commitment) === hash, 'the commitment does not have this hash');
  problems.unless(body.drawId === certificate.drawId, `it commits draw ${body.drawId}, the certificate is of ${certificate.drawId}`);
  return `the commitment has the hash ${hash}`;
}

/** The commitment's signature. Its key may be older than the certificate's; then it must be among those given. */
export function commitmentSignature(certificate: Certificate, trusted: readonly PublicKey[] | null, problems: Problems): string {
  const { commitment, signer } = certificate;
  const key = keyOf(commitment.keyId, publicKey(signer.publicKey), trusted);
  if (key === undefined) throw new Error(`signed with key ${commitment.keyId}, which is not the certificate's; give the platform's keys to check it`);
  problems.unless(isSignedBy(key, canonicalBytes(commitment.body), commitment.signature), 'the signature is not over this commitment, or not by this key');
  return `signed with key ${commitment.keyId}`;
}

export const hashOf = (commitment: Pick<SignedCommitment, 'body'>): string => sha256Hex(canonicalBytes(commitment.body));

/** The key of this id: one that was given if any were, else the certificate's own. */
export function keyOf(id: string, own: PublicKey, trusted: readonly PublicKey[] | null): PublicKey | undefined {
  return (trusted ?? [own]).find((key) => key.id === id);
}
