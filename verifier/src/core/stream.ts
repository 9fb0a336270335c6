import { concat, u64, utf8 } from './bytes';
import { hmacSha256 } from './hash';

/** An endless source of 64-bit words. */
export type Words = () => bigint;

const two64 = 1n << 64n;

/** Block i = HMAC-SHA256(key = seed, "pdv1/stream" ‖ u64(i)); four big-endian words a block, unused ones carried over. */
export function seededWords(seed: Uint8Array): Words {
  if (seed.length !== 32) throw new Error('a seed has 32 bytes');
  const label = utf8('pdv1/stream');
  let block: DataView = new DataView(new ArrayBuffer(0));
  let [blocks, used] = [0, 0];
  return () => {
    if (used === block.byteLength) {
      const bytes = hmacSha256(seed, concat(label, u64(blocks++)));
      [block, used] = [new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0];
    }
    const word = block.getBigUint64(used);
    used += 8;
    return word;
  };
}

/** A number from 0 to n − 1, each equally likely: words from the largest multiple of n on are passed over. n is at least 1. */
export function below(words: Words, n: number | bigint): bigint {
  const size = BigInt(n);
  if (size < 1n || size > two64) throw new RangeError(`there is no number below ${n}`);
  const bound = two64 - (two64 % size);
  let word = words();
  while (word >= bound) word = words();
  return word % size;
}
