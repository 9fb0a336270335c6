import { p256 } from '@noble/curves/nist.js';
import { concat, fromHex, toHex, utf8 } from '../core/bytes';
import { canonicalBytes } from '../core/canonical';
import { sha256, sha256Hex } from '../core/hash';
import { spkiOf } from '../core/keys';

/** Rolls of a six-sided die that give more than 256 bits: 100 · log2 6 = 258.5. */
export const rollsMin = 100;

/** What an observer gives, as the platform takes it. */
export interface Observation { randomness: string; publicKey: string; signature: string; statement: string }

/** An observer's key, made in their browser for one draw. */
export interface ObserverKey { readonly secret: Uint8Array; readonly publicKey: string }

/** The 32 bytes that somebody typed as hex, spaces aside. Throws what is wrong, in words for them. */
export function fromTypedHex(typed: string): Uint8Array {
  const digits = typed.replace(/[\s:]/g, '').toLowerCase();
  if (digits === '') throw new Error('Type 64 hexadecimal digits: 0 to 9 and a to f.');
  if (!/^[0-9a-f]*$/.test(digits)) throw new Error('Only the digits 0 to 9 and the letters a to f may stand here.');
  if (digits.length !== 64) throw new Error(`It must be 64 digits; these are ${digits.length}.`);
  const bytes = fromHex(digits, 32);
  if (new Set(bytes).size < 8) throw new Error('These bytes repeat themselves too much to be random.');
  return bytes;
}

/** SHA-256 of the rolls, written as digits 1 to 6 without anything between them. Throws what is wrong, in words for them. */
export function fromRolls(typed: string): Uint8Array {
  const rolls = rollsIn(typed);
  if (!/^[1-6]*$/.test(rolls)) throw new Error('A roll of a six-sided die is a digit from 1 to 6.');
  if (rolls.length < rollsMin) throw new Error(`It must be at least ${rollsMin} rolls; these are ${rolls.length}.`);
  if (new Set(rolls).size < 6) throw new Error('In so many rolls every side of a fair die comes up.');
  return sha256(utf8(rolls));
}

export const rollsIn = (typed: string): string => typed.replace(/[\s,;.-]/g, '');

/** The hash that the published commitment really has; throws unless it is the one that it states. */
export function checkedHash(document: unknown, drawId: string): string {
  const { commitment, hash } = (document ?? {}) as { commitment?: Record<string, unknown>; hash?: unknown };
  if (typeof commitment !== 'object' || commitment === null) throw new Error('there is no commitment in it');
  const computed = sha256Hex(canonicalBytes(commitment));
  if (computed !== hash) throw new Error(`it has the hash ${computed}, and says ${String(hash)}`);
  if (commitment.drawId !== drawId) throw new Error('it is of another draw');
  if (commitment.level !== 'observed') throw new Error(`its level is ${String(commitment.level)}: no observer is asked`);
  return computed;
}

export function newKey(): ObserverKey {
  const { secretKey, publicKey } = p256.keygen();
  return { secret: secretKey, publicKey: spkiOf(p256.Point.fromBytes(publicKey).toBytes(false)) };
}

/** What the observer signs: "pdv1/observer" ‖ 0x00 ‖ H(commitment) ‖ randomness. */
export const messageOf = (commitmentHash: string, randomness: Uint8Array): Uint8Array =>
  concat(utf8('pdv1/observer'), Uint8Array.of(0), fromHex(commitmentHash, 32), randomness);

export function observe(key: ObserverKey, commitmentHash: string, randomness: Uint8Array, statement: string): Observation {
  return {
    randomness: toHex(randomness), publicKey: key.publicKey, statement,
    signature: toHex(p256.sign(messageOf(commitmentHash, randomness), key.secret, { lowS: false })),
  };
}
