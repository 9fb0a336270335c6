import * as asn1js from 'asn1js';
import { type Attribute, Certificate } from 'pkijs';

const v1 = '1.2.840.113549.1.9.16.2.12';
const v2 = '1.2.840.113549.1.9.16.2.47';
const hashes: Record<string, string> = { '2.16.840.1.101.3.4.2.1': 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512' };

export function readCertificate(der: Uint8Array<ArrayBuffer>): Certificate {
  return Certificate.fromBER(der.buffer);
}

export function within(certificate: Certificate, at: Date): boolean {
  return certificate.notBefore.value <= at && at <= certificate.notAfter.value;
}

/**
 * The hash by which a token's signed attributes name the signer's certificate: SigningCertificateV2 (RFC 5035) or the older
 * SigningCertificate (RFC 2634), whose hash is SHA-1. That is no weakness here: it only tells certificates of one key apart.
 */
export function signingCertificate(attributes: readonly Attribute[]): { readonly hash: string; readonly digest: Uint8Array } {
  const found = attributes.find((a) => a.type === v2) ?? attributes.find((a) => a.type === v1);
  // SigningCertificate ::= SEQUENCE { certs SEQUENCE OF ESSCertID, … }; ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash, … }
  const first = children(children(children(found?.values[0])[0])[0]);
  const named = first[0] instanceof asn1js.Sequence ? first.shift() : undefined;
  const digest = first[0];
  if (found === undefined || !(digest instanceof asn1js.OctetString)) throw new Error('it does not name the certificate that it was signed with');
  const fallback = found.type === v2 ? 'SHA-256' : 'SHA-1';
  const algorithm = named === undefined ? fallback : hashes[(children(named)[0] as asn1js.ObjectIdentifier).valueBlock.toString()];
  if (algorithm === undefined) throw new Error('it names its certificate by a hash that is not accepted');
  return { hash: algorithm, digest: new Uint8Array(digest.getValue()) };
}

function children(value: unknown): unknown[] {
  return value instanceof asn1js.Sequence ? [...value.valueBlock.value] : [];
}

/**
 * Requires lengths as DER has them (definite, in the fewest bytes, what is inside filling it exactly), which the library does not
 * insist on: otherwise a token would have many spellings.
 */
export function requireFraming(bytes: Uint8Array, start = 0, end = bytes.length): void {
  let at = start;
  while (at < end) {
    const tag = bytes[at] as number;
    if ((tag & 0x1f) === 0x1f) throw new Error('it holds a tag that has no place in a token');
    const [from, length] = lengthAt(bytes, at + 1);
    if (from + length > end) throw new Error('something in it is longer than what holds it');
    if ((tag & 0x20) !== 0) requireFraming(bytes, from, from + length);
    at = from + length;
  }
}

function lengthAt(bytes: Uint8Array, at: number): [from: number, length: number] {
  const first = bytes[at] ?? 0x80;
  if (first < 0x80) return [at + 1, first];
  const count = first & 0x7f;
  if (count < 1 || count > 3) throw new Error('a length in it is not as DER has it');
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + (bytes[at + i] ?? 0);
  if (length < 0x80 || (count > 1 && length < 256 ** (count - 1))) throw new Error('a length in it is not as DER has it');
  return [at + 1 + count, length];
}
