import { concat, u64, utf8 } from '../core/bytes';
import { sha256 } from '../core/hash';
import { below, seededWords, type Words } from '../core/stream';

const zero = Uint8Array.of(0);

/** HMAC-SHA256 under one key for many messages: both padded keys are made once, and a host's own SHA-256 is used. */
export function keyed(key: Uint8Array): (message: Uint8Array) => Uint8Array {
  const padded = new Uint8Array(64);
  padded.set(key.length > 64 ? sha256(key) : key);
  const [inner, outer] = [concat(padded.map((b) => b ^ 0x36)), padded.map((b) => b ^ 0x5c)];
  // Hashing is over before a buffer is used again.
  let first = inner;
  const second = concat(outer, new Uint8Array(32));
  return (message) => {
    if (first.length !== 64 + message.length) first = concat(inner, message);
    else first.set(message, 64);
    second.set(sha256(first), 64);
    return sha256(second);
  };
}

/** The key of a pool's instant wins: HMAC(secret, "pdv1/instant-key" ‖ \0 ‖ u64(round) ‖ randomness). */
export const instantKey = (secret: Uint8Array, round: number, randomness: Uint8Array): Uint8Array =>
  keyed(secret)(concat(utf8('pdv1/instant-key'), zero, u64(round), randomness));

/** Everything that follows from the key of one pool. */
export class Derived {
  readonly #mac: (message: Uint8Array) => Uint8Array;
  readonly #pool: Uint8Array;
  readonly #play: Uint8Array;
  readonly #playNumber: DataView;

  constructor(key: Uint8Array, pool: string) {
    this.#mac = keyed(key);
    this.#pool = utf8(pool);
    this.#play = concat(utf8('pdv1/instant'), zero, this.#pool, u64(0));
    this.#playNumber = new DataView(this.#play.buffer, this.#play.length - 8);
  }

  /** The 256-bit number that decides which odds entry n hits. */
  play(number: number): bigint {
    this.#playNumber.setBigUint64(0, BigInt(number));
    const bytes = this.#mac(this.#play);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 32);
    return (view.getBigUint64(0) << 192n) | (view.getBigUint64(8) << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24);
  }

  /** Which number of block b gets a prize that goes to every n-th. */
  winnerOf(prize: string, n: number, block: number): number {
    const seed = this.#mac(concat(utf8('pdv1/nth'), zero, utf8(prize), u64(block)));
    return block * n + 1 + Number(below(seededWords(seed), n));
  }

  /** The stream that the moments of an order are taken from. */
  momentWords(label: string): Words {
    return seededWords(this.#mac(concat(utf8('pdv1/moments'), zero, this.#pool, utf8(label))));
  }

  salt(label: string, index: number): Uint8Array {
    return this.#mac(concat(utf8('pdv1/salt'), zero, this.#pool, utf8(label), u64(index)));
  }
}
