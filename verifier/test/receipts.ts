// Receipts as the platform answers them: a batch of entries, its tree, its journal record, one signature.
import { canonicalText } from '../src/core/canonical';
import { id, type ListLine, root, sha256, type Signer } from './maker';

export interface Issued {
  readonly receipt: Record<string, unknown>;
  readonly record: Record<string, unknown>;
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** A receipt for the line at this index, in a batch of all lines whose first entry has this number. */
export function receiptFor(lines: readonly ListLine[], index: number, signer: Signer, first = 1, pool = id('pool', 'web')): Issued {
  const leaves = lines.map((l, i) => ({
    entryRef: l.entryRef, number: first + i, outcomeHash: sha256('none'), personRef: l.personRef, pool, termsHash: sha256('terms') }));
  const texts = leaves.map((l) => canonicalText(l));
  const record = {
    at: '2023-08-22T10:00:00.25Z', batch: 3, campaign: id('cmp', 'c'), count: lines.length, first, last: first + lines.length - 1, pool, previous: sha256('before'),
    root: root(texts), rules: sha256('rules') };
  const batchHead = sha256(canonicalText(record));
  const receipt = { ...leaves[index], path: path(texts, index), batchHead, signature: signer.sign(bytes(batchHead)) };
  return { receipt, record };
}

function path(texts: readonly string[], index: number): string[] {
  if (texts.length === 1) return [];
  let split = 1;
  while (split * 2 < texts.length) split *= 2;
  const [left, right] = [texts.slice(0, split), texts.slice(split)];
  return index < split ? [...path(left, index), root(right)] : [...path(right, index - split), root(left)];
}
