import * as asn1js from 'asn1js';
import {
  type Certificate, CertificateChainValidationEngine, ContentInfo, CryptoEngine, ExtKeyUsage, IssuerAndSerialNumber, SignedData, type SignerInfo, TSTInfo,
} from 'pkijs';
import { concat, equal, fromBase64, fromUtf8 } from './bytes';
import { readCertificate, requireFraming, signingCertificate, within } from './timestamp-der';

const oid = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  extKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

const digests: Record<string, string> = { [oid.sha256]: 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512' };

/** RSA (PKCS #1) and ECDSA, named with or without the digest, which then has to be the one that the token uses. */
const signatures: Record<string, string | null> = {
  '1.2.840.113549.1.1.1': null, '1.2.840.113549.1.1.11': 'SHA-256', '1.2.840.113549.1.1.12': 'SHA-384', '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.3.2': 'SHA-256', '1.2.840.10045.4.3.3': 'SHA-384', '1.2.840.10045.4.3.4': 'SHA-512',
};

/** What a time-stamp token (RFC 3161) says, once everything in it that can be checked by itself has been. */
export interface Witness {
  /** Microseconds since 1970. */
  readonly at: number;
  /** The name in the certificate of who signed. */
  readonly signer: string;
  /** Whether that certificate leads to an authority that the verifier's user named; null if none was named. */
  readonly known: boolean | null;
}

/** The certificates of a PEM file: authorities that its user trusts. */
export function readAuthorities(bytes: Uint8Array): Certificate[] {
  const blocks = [...fromUtf8(bytes).matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new Error('there is no certificate (PEM) in it');
  return blocks.map((block) => readCertificate(fromBase64((block[1] as string).replace(/\s/g, ''))));
}

/** Checks a token over this message; throws an Error that says what is wrong. */
export async function checkToken(base64: string, message: Uint8Array, authorities: readonly Certificate[] | null): Promise<Witness> {
  const crypto = engine();
  const signed = open(fromBase64(base64));
  const [signer] = signed.signerInfos;
  if (signed.signerInfos.length !== 1 || signer === undefined) throw new Error('it is not signed by exactly one authority');
  if ([...signed.digestAlgorithms, signer.digestAlgorithm, signer.signatureAlgorithm].some((a) => !(a.algorithmParams === undefined || a.algorithmParams instanceof asn1js.Null))) {
    throw new Error('it gives parameters to an algorithm that has none');
  }
  if (signed.digestAlgorithms.some((a) => a.algorithmId !== signer.digestAlgorithm.algorithmId)) throw new Error('it announces another digest than it uses');
  const content = contentOf(signed);
  const info = new TSTInfo({ schema: parse(content) });
  const certificate = certificateOf(signed, signer);
  await requireBinding(crypto, signer, content, certificate);
  await requireSignature(crypto, signer, certificate);
  await requireImprint(crypto, info, message);
  requirePurpose(certificate);
  const at = info.genTime;
  if (!within(certificate, at)) throw new Error(`its certificate was not valid at ${at.toISOString()}`);
  return {
    at: at.getTime() * 1000,
    signer: nameOf(certificate),
    known: authorities === null ? null : await leadsTo(crypto, authorities, signed, certificate, at),
  };
}

function engine(): CryptoEngine {
  if (globalThis.crypto?.subtle === undefined) {
    throw new Error('this page was opened over plain HTTP, where browsers offer no cryptography for it; open it from a file or over HTTPS');
  }
  return new CryptoEngine({ name: 'built-in', crypto: globalThis.crypto });
}

function parse(bytes: Uint8Array): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(bytes);
  if (offset !== bytes.length || result.error) throw new Error('it is not well-formed ASN.1');
  return result;
}

function open(token: Uint8Array): SignedData {
  requireFraming(token);
  const info = new ContentInfo({ schema: parse(token) });
  if (info.contentType !== oid.signedData) throw new Error('it is not signed data');
  const signed = new SignedData({ schema: info.content });
  if (signed.version !== 3 || signed.encapContentInfo.eContentType !== oid.tstInfo) throw new Error('it is not a time-stamp token');
  return signed;
}

function contentOf(signed: SignedData): Uint8Array {
  const bytes = signed.encapContentInfo.eContent?.getValue();
  if (bytes === undefined) throw new Error('it holds no time');
  return new Uint8Array(bytes);
}

function certificatesOf(signed: SignedData): Certificate[] {
  return (signed.certificates ?? []).filter((c): c is Certificate => 'subjectPublicKeyInfo' in c);
}

function certificateOf(signed: SignedData, signer: SignerInfo): Certificate {
  const id: unknown = signer.sid;
  if (!(id instanceof IssuerAndSerialNumber)) throw new Error('it does not name its signer by issuer and serial number');
  const found = certificatesOf(signed).find((c) => c.issuer.isEqual(id.issuer) && c.serialNumber.isEqual(id.serialNumber));
  if (found === undefined) throw new Error('it does not hold the certificate of its signer');
  return found;
}

/** The signed attributes must name the content's type and digest, and the signer's certificate by its hash (RFC 5035). */
async function requireBinding(crypto: CryptoEngine, signer: SignerInfo, content: Uint8Array, certificate: Certificate): Promise<void> {
  const attributes = signer.signedAttrs?.attributes ?? [];
  const one = (type: string): unknown => {
    const found = attributes.filter((a) => a.type === type);
    if (found.length !== 1 || found[0]?.values.length !== 1) throw new Error('a signed attribute is missing or stands twice');
    return found[0].values[0];
  };
  if ((one(oid.contentType) as asn1js.ObjectIdentifier).valueBlock.toString() !== oid.tstInfo) throw new Error('it is signed as something else');
  const digest = new Uint8Array((one(oid.messageDigest) as asn1js.OctetString).getValue());
  const hash = new Uint8Array(await crypto.digest(digestOf(signer), new Uint8Array(content)));
  if (!equal(hash, digest)) throw new Error('its content is not what was signed');
  const named = signingCertificate(attributes);
  const der = new Uint8Array(certificate.toSchema().toBER());
  if (!equal(new Uint8Array(await crypto.digest(named.hash, der)), named.digest)) throw new Error('it was signed with another certificate than it names');
}

async function requireSignature(crypto: CryptoEngine, signer: SignerInfo, certificate: Certificate): Promise<void> {
  const algorithm = signatures[signer.signatureAlgorithm.algorithmId];
  if (algorithm === undefined || (algorithm !== null && algorithm !== digestOf(signer))) throw new Error('its signature is of a kind that is not accepted');
  const encoded = new Uint8Array(signer.signedAttrs?.encodedValue ?? new ArrayBuffer(0));
  // What is signed is the attributes as a SET (0x31), not as the implicitly tagged field that the token holds (RFC 5652 section 5.4).
  const message = concat(Uint8Array.of(0x31), encoded.subarray(1));
  const holds = await crypto.verifyWithPublicKey(
    message, signer.signature, certificate.subjectPublicKeyInfo, signer.signatureAlgorithm, digestOf(signer)).catch(() => false);
  if (!holds) throw new Error('its signature is wrong');
}

function digestOf(signer: SignerInfo): string {
  const name = digests[signer.digestAlgorithm.algorithmId];
  if (name === undefined) throw new Error(`it uses the digest ${signer.digestAlgorithm.algorithmId}, which is not accepted`);
  return name;
}

async function requireImprint(crypto: CryptoEngine, info: TSTInfo, message: Uint8Array): Promise<void> {
  if (info.version !== 1 || info.messageImprint.hashAlgorithm.algorithmId !== oid.sha256) throw new Error('its imprint is not SHA-256');
  const hash = new Uint8Array(await crypto.digest('SHA-256', new Uint8Array(message)));
  if (!equal(hash, new Uint8Array(info.messageImprint.hashedMessage.getValue()))) throw new Error('it is over something else than this commitment');
}

/** RFC 3161 section 2.3: the extended key usage is critical, and time-stamping alone. */
function requirePurpose(certificate: Certificate): void {
  const usage = certificate.extensions?.filter((e) => e.extnID === oid.extKeyUsage) ?? [];
  const purposes = usage.length === 1 && usage[0]?.critical === true && usage[0].parsedValue instanceof ExtKeyUsage ? usage[0].parsedValue.keyPurposes : [];
  if (purposes.length !== 1 || purposes[0] !== oid.timeStamping) throw new Error('its certificate is not for time-stamping alone');
}

async function leadsTo(
  crypto: CryptoEngine, authorities: readonly Certificate[], signed: SignedData, certificate: Certificate, at: Date): Promise<boolean> {
  // The last certificate is the one whose chain is built; the others may stand between it and an authority.
  const others = certificatesOf(signed).filter((c) => c !== certificate);
  const chain = new CertificateChainValidationEngine({ trustedCerts: [...authorities], certs: [...others, certificate], checkDate: at });
  return (await chain.verify({}, crypto)).result;
}

function nameOf(certificate: Certificate): string {
  const values = certificate.subject.typesAndValues;
  const named = values.find((v) => v.type === '2.5.4.3') ?? values.at(-1);
  return named === undefined ? 'somebody without a name' : String(named.value.valueBlock.value);
}
