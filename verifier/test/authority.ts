// A time-stamp authority of the tests, which stamps at any time it is told: `openssl ts` knows only now.
import { createHash, webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier, Attribute, AttributeTypeAndValue, BasicConstraints, Certificate, ContentInfo, CryptoEngine, EncapsulatedContentInfo, Extension, ExtKeyUsage,
  IssuerAndSerialNumber, MessageImprint, SignedAndUnsignedAttributes, SignedData, SignerInfo, setEngine, TSTInfo,
} from 'pkijs';

setEngine('tests', new CryptoEngine({ name: 'tests', crypto: webcrypto as Crypto }));

const sha256Id = '2.16.840.1.101.3.4.2.1';
const named = (name: string) => new AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value: name }) });
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export interface Authority {
  /** PEM of the root that its users trust. */
  readonly pem: string;
  /** A token over the text, dated by this instant, in base64. */
  stamp(text: string, at: string): Promise<string>;
}

async function certificate(name: string, issuer: string, serial: number, key: CryptoKey, signer: CryptoKey, extension: Extension): Promise<Certificate> {
  const made = new Certificate();
  made.version = 2;
  made.serialNumber = new asn1js.Integer({ value: serial });
  made.subject.typesAndValues.push(named(name));
  made.issuer.typesAndValues.push(named(issuer));
  made.notBefore.value = new Date('2020-01-01T00:00:00Z');
  made.notAfter.value = new Date('2049-01-01T00:00:00Z');
  made.extensions = [extension];
  await made.subjectPublicKeyInfo.importKey(key);
  await made.sign(signer, 'SHA-256');
  return made;
}

/** An authority with a root and a signing certificate; with another purpose where told, to see that it is refused. */
export async function authority(name = 'Test Time', purpose = '1.3.6.1.5.5.7.3.8'): Promise<Authority> {
  const [root, own] = await Promise.all([1, 2].map(() => webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']))) as [CryptoKeyPair, CryptoKeyPair];
  const constraints = new BasicConstraints({ cA: true });
  const top = await certificate(`${name} Root`, `${name} Root`, 1, root.publicKey, root.privateKey,
    new Extension({ extnID: '2.5.29.19', critical: true, extnValue: constraints.toSchema().toBER(), parsedValue: constraints }));
  const usage = new ExtKeyUsage({ keyPurposes: [purpose] });
  const leaf = await certificate(`${name} Authority`, `${name} Root`, 2, own.publicKey, root.privateKey,
    new Extension({ extnID: '2.5.29.37', critical: true, extnValue: usage.toSchema().toBER(), parsedValue: usage }));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(top.toSchema().toBER()).toString('base64')}\n-----END CERTIFICATE-----\n`;
  return { pem, stamp: (text, at) => stamp(leaf, own.privateKey, text, new Date(at)) };
}

async function stamp(leaf: Certificate, key: CryptoKey, text: string, at: Date): Promise<string> {
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer });
  const info = new TSTInfo({
    version: 1, policy: '1.2.3.4.1', messageImprint: new MessageImprint({ hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256Id, algorithmParams: new asn1js.Null() }), hashedMessage: octets(sha(Buffer.from(text))) }),
    serialNumber: new asn1js.Integer({ value: 7 }), genTime: at });
  const content = Buffer.from(info.toSchema().toBER());
  const hash = sha(Buffer.from(leaf.toSchema().toBER()));
  const signingCertificate = new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [octets(hash)] })] })] });
  const attribute = (type: string, value: asn1js.AsnType) => new Attribute({ type, values: [value] });
  const signed = new SignedData({
    version: 3, encapContentInfo: new EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.9.16.1.4', eContent: octets(content) }),
    signerInfos: [new SignerInfo({ version: 1, sid: new IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }) })], certificates: [leaf] });
  (signed.signerInfos[0] as SignerInfo).signedAttrs = new SignedAndUnsignedAttributes({
    type: 0, attributes: [
      attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: '1.2.840.113549.1.9.16.1.4' })),
      attribute('1.2.840.113549.1.9.4', octets(sha(content))), attribute('1.2.840.113549.1.9.16.2.47', signingCertificate)] });
  await signed.sign(key, 0, 'SHA-256');
  return Buffer.from(new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) }).toSchema().toBER()).toString('base64');
}
