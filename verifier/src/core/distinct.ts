import { sha256 } from './hash';

const words = 3;

/**
 * Counts different texts of one length without keeping them: 96 bits of a salted hash of each. The salt is made here and known
 * to nobody, so that no list can be made to collide; by chance ten million texts do with a probability of 10^-15.
 */
export class Distinct {
  readonly #message: Uint8Array;
  readonly #saltLength: number;
  #capacity = 1024;
  #slots: Uint32Array;
  #count = 0;

  constructor(textLength: number, expected: number, salt: Uint8Array) {
    this.#saltLength = salt.length;
    this.#message = new Uint8Array(salt.length + textLength);
    this.#message.set(salt);
    while (this.#capacity * 0.7 < expected) this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * words);
  }

  get count(): number {
    return this.#count;
  }

  add(text: Uint8Array): void {
    if (this.#count > this.#capacity * 0.75) this.#grow();
    this.#message.set(text, this.#saltLength);
    const hash = sha256(this.#message);
    // The lowest bit is set, so that no text looks like an empty slot.
    if (this.#put((word(hash, 0) | 1) >>> 0, word(hash, 4), word(hash, 8))) this.#count++;
  }

  #put(a: number, b: number, c: number): boolean {
    const slots = this.#slots;
    for (let slot = b & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      const at = slot * words;
      if (slots[at] === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        return true;
      }
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return false;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * words);
    for (let at = 0; at < old.length; at += words) {
      if (old[at] !== 0) this.#put(old[at] as number, old[at + 1] as number, old[at + 2] as number);
    }
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}
