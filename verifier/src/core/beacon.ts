import { bls12_381 } from '@noble/curves/bls12-381.js';
import { fromHex, fromUtf8, u64 } from './bytes';
import { sha256 } from './hash';

/** A chain of public randomness. */
export interface Chain {
  readonly name: string;
  readonly chainHash: string;
  readonly publicKey: string;
  /** Unix seconds of round 1. */
  readonly genesisTime: number;
  readonly periodSeconds: number;
}

/** The League of Entropy's chain "quicknet". What it is is known here: a certificate does not get to say it. */
export const quicknet: Chain = {
  name: 'drand quicknet',
  chainHash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb' +
    '5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  genesisTime: 1692803367,
  periodSeconds: 3,
};

const suite = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

/**
 * Another chain that its user vouches for: as relays describe it at /{chain}/info ({"hash" or "chain_hash", "public_key",
 * "genesis_time", "period"}), or in the words of a certificate.
 */
export function readChain(bytes: Uint8Array): Chain {
  const info = JSON.parse(fromUtf8(bytes)) as Record<string, unknown>;
  const [chainHash, publicKey] = [info.chainHash ?? info.chain_hash ?? info.hash, info.publicKey ?? info.public_key];
  const [genesisTime, periodSeconds] = [info.genesisTime ?? info.genesis_time, info.periodSeconds ?? info.period];
  if (typeof chainHash !== 'string' || typeof publicKey !== 'string' || !isWhole(genesisTime, 0) || !isWhole(periodSeconds, 1)) {
    throw new Error('it does not describe a chain');
  }
  fromHex(chainHash, 32);
  fromHex(publicKey, 96);
  if (chainHash === quicknet.chainHash) return quicknet;
  return { name: `chain ${chainHash.slice(0, 8)}…, which you named`, chainHash, publicKey, genesisTime, periodSeconds };
}

const isWhole = (n: unknown, min: number): n is number => Number.isSafeInteger(n) && (n as number) >= min;

/** When a round is published, in microseconds since 1970. */
export const roundTime = (chain: Chain, round: number): number => (chain.genesisTime + chain.periodSeconds * (round - 1)) * 1e6;

/** The first round that is published at this instant or later. */
export function firstRoundFrom(chain: Chain, us: number): number {
  return Math.max(1, Math.ceil((us - chain.genesisTime * 1e6) / (chain.periodSeconds * 1e6)) + 1);
}

/** Whether it is the chain's signature over the round (unchained, on G1, RFC 9380). */
export function roundIsSigned(publicKey: string, round: number, signature: string): boolean {
  const bls = bls12_381.shortSignatures;
  const message = bls.hash(sha256(u64(round)), suite);
  return bls.verify(fromHex(signature, 48), message, fromHex(publicKey, 96));
}
