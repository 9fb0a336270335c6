import { concat, equal } from './bytes';
import { sha256 } from './hash';

const leafPrefix = Uint8Array.of(0);

/** H(0x00 ‖ data), RFC 6962 section 2.1. */
export const leafHash = (data: Uint8Array): Uint8Array => sha256(concat(leafPrefix, data));

// One buffer for all: there may be ten million nodes, and hashing is over before it is used again.
const nodeMessage = new Uint8Array(65);
nodeMessage[0] = 1;

/** H(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeMessage.set(left, 1);
  nodeMessage.set(right, 33);
  return sha256(nodeMessage);
}

/** The root over leaves that arrive one by one; keeps one hash for each level. */
export class MerkleRoot {
  #count = 0;
  // complete[i] is the root of a full subtree of 2^i leaves, where the count has that bit.
  readonly #complete: (Uint8Array | undefined)[] = [];

  get count(): number {
    return this.#count;
  }

  append(leaf: Uint8Array): void {
    this.appendHash(leafHash(leaf));
  }

  appendHash(hash: Uint8Array): void {
    let level = 0;
    let node = hash;
    for (let left = this.#complete[0]; left !== undefined; left = this.#complete[level]) {
      node = nodeHash(left, node);
      this.#complete[level++] = undefined;
    }
    this.#complete[level] = node;
    this.#count++;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const subtree of this.#complete) {
      if (subtree !== undefined) root = root === undefined ? subtree : nodeHash(subtree, root);
    }
    return root ?? sha256(new Uint8Array());
  }
}

/** Whether the path leads from this leaf hash, at this index of a tree of so many leaves, to the root (RFC 9162 section 2.1.3.2). */
export function pathHolds(hash: Uint8Array, index: number, count: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count) return false;
  let [node, last, at] = [index, count - 1, hash];
  const up = () => ([node, last] = [Math.floor(node / 2), Math.floor(last / 2)]);
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      at = nodeHash(sibling, at);
      // A node without a partner went up unchanged.
      while (node % 2 === 0 && node !== 0) up();
    } else {
      at = nodeHash(at, sibling);
    }
    up();
  }
  return last === 0 && equal(at, root);
}
