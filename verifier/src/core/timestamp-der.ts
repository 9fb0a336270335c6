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
