import { p256 } from '@noble/curves/nist.js';
import { concat, equal, fromBase64, fromHex, fromUtf8, toBase64 } from './bytes';
import { sha256Hex } from './hash';

/** A P-256 public key as the platform publishes it. */
export interface PublicKey {
  /** The first 8 bytes of SHA-256 over the SubjectPublicKeyInfo, in hex. */
  readonly id: string;
  /** SubjectPublicKeyInfo (DER), base64. */
  readonly spki: string;
  /** The uncompressed point. */
  readonly point: Uint8Array;
}

// SubjectPublicKeyInfo of an uncompressed P-256 point is these 26 bytes and the 65 of the point; DER has no other spelling of it.
const spkiPrefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');

/** Reads a key; throws unless it is a point of P-256 in its one DER encoding. */
export function publicKey(base64: string): PublicKey {
  const der = fromBase64(base64);
  if (der.length !== 91 || !equal(der.subarray(0, 26), spkiPrefix)) throw new Error('it is not a P-256 public key');
  const point = der.subarray(26);
  p256.Point.fromBytes(point).assertValidity();
  return { id: sha256Hex(der).slice(0, 16), spki: base64, point };
}

/** The SubjectPublicKeyInfo of an uncompressed point, base64. */
export const spkiOf = (point: Uint8Array): string => toBase64(concat(spkiPrefix, point));

/** Whether it is the key's ECDSA signature (SHA-256, IEEE P1363, 64 bytes in hex) over the message. */
export function isSignedBy(key: PublicKey, message: Uint8Array, signature: string): boolean {
  // lowS off: ECDSA as NIST defines it, which .NET and browsers write.
  return p256.verify(fromHex(signature, 64), message, key.point, { lowS: false });
}

/**
 * The keys in a file: PEM, the base64 of one, or the platform's own list ({"items":[{"keyId","publicKey",…}]}, also without the
 * wrapping, or one such object).
 */
export function readKeys(bytes: Uint8Array): PublicKey[] {
  const text = fromUtf8(bytes).trim();
  const pem = [...text.matchAll(/-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/g)].map((m) => m[1] as string);
  const found = pem.length > 0 ? pem : /^[[{]/.test(text) ? listed(JSON.parse(text)) : [text];
  const keys = found.map((key) => publicKey(toBase64(fromBase64(key.replace(/\s/g, '')))));
  if (keys.length === 0) throw new Error('there is no public key in it');
  return keys;
}

function listed(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(listed);
  if (typeof value !== 'object' || value === null) throw new Error('it is not a list of public keys');
  const { items, publicKey: key } = value as { items?: unknown; publicKey?: unknown };
  if (typeof key === 'string') return [key];
  return Array.isArray(items) ? items.flatMap(listed) : [];
}
