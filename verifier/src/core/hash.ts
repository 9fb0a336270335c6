import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as pure } from '@noble/hashes/sha2.js';
import { toHex } from './bytes';

type Hash = (bytes: Uint8Array) => Uint8Array;

let hash: Hash = pure;

/** A host that has SHA-256 built in may lend it: ten million leaves are hashed several times as fast. */
export function useSha256(builtIn: Hash): void {
  hash = builtIn;
}

export const sha256 = (bytes: Uint8Array): Uint8Array => hash(bytes);

export const sha256Hex = (bytes: Uint8Array): string => toHex(hash(bytes));

export const hmacSha256 = (key: Uint8Array, message: Uint8Array): Uint8Array => hmac(pure, key, message);
