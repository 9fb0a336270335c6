import { concat, fromHex, fromUtf8, toHex, utf8 } from './bytes';
import { canonicalBytes, canonicalText } from './canonical';
import { sha256Hex } from './hash';
import { isSignedBy, type PublicKey } from './keys';
import { eachLine, type Source } from './lines';
import { leafHash, pathHolds } from './merkle';

/** What an entrant was answered, as the API spells it. */
export interface Receipt {
  readonly entryRef: string;
  readonly personRef: string;
  readonly pool: string;
  readonly number: number;
  readonly outcomeHash: string;
  readonly termsHash: string;
  readonly path: readonly string[];
  readonly batchHead: string;
  readonly signature: string;
}

/** Reads a receipt, by itself or inside the answer to an entry. Throws what is wrong with it. */
export function readReceipt(bytes: Uint8Array): Receipt {
  const value = JSON.parse(fromUtf8(bytes)) as Record<string, unknown> | null;
  const receipt = (typeof value?.receipt === 'object' && value.receipt !== null ? value.receipt : value) as Record<string, unknown> | null;
  if (receipt === null || typeof receipt !== 'object') throw new Error('it is not a receipt');
  for (const name of ['entryRef', 'personRef', 'outcomeHash', 'termsHash', 'batchHead'] as const) hex(receipt, name, 32);
  hex(receipt, 'signature', 64);
  if (typeof receipt.pool !== 'string' || !/^[a-z0-9_]{1,64}$/.test(receipt.pool)) throw new Error('its pool is wrong');
  if (!Number.isSafeInteger(receipt.number) || (receipt.number as number) < 1) throw new Error('its number is wrong');
  if (!Array.isArray(receipt.path) || receipt.path.length > 64) throw new Error('its path is wrong');
  for (const node of receipt.path) fromHex(node as string, 32);
  return receipt as unknown as Receipt;
}

/** Whether one of the keys signed the receipt's batch. */
export function isSigned(receipt: Receipt, keys: readonly PublicKey[]): boolean {
  const head = fromHex(receipt.batchHead, 32);
  return keys.some((key) => isSignedBy(key, head, receipt.signature));
}

/** The receipt's leaf: its canonical JSON without what proves it. */
export function receiptLeaf({ entryRef, personRef, pool, number, outcomeHash, termsHash }: Receipt): Uint8Array {
  return canonicalBytes({ entryRef, number, outcomeHash, personRef, pool, termsHash });
}

/** Larger than any single record: what is longer is read line by line. */
const recordMax = 1 << 20;

/**
 * Finds the journal record that the receipt's head is the hash of: a file of one record, or instant.jsonl, whose batch lines hold
 * theirs. undefined if it is not there.
 */
export async function findRecord(source: Source, batchHead: string): Promise<Record<string, unknown> | undefined> {
  let found: Record<string, unknown> | undefined;
  const consider = (text: string): void => {
    const value = JSON.parse(text) as { record?: unknown } | null;
    const record = value?.record ?? value;
    if (typeof record !== 'object' || record === null || sha256Hex(canonicalBytes(record)) !== batchHead) return;
    found = record as Record<string, unknown>;
  };
  if ((source.size ?? Number.POSITIVE_INFINITY) <= recordMax) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.read()) chunks.push(chunk.slice());
    try {
      consider(fromUtf8(concat(...chunks)));
    } catch {
      // Not one document; then it has lines.
    }
  }
  // Canonical JSON, so a batch's line begins with its head and a record with its time.
  const starts = [utf8(`{"head":"${batchHead}"`), utf8('{"at":')];
  const begins = (line: Uint8Array) => starts.some((start) => start.every((byte, i) => line[i] === byte));
  if (found === undefined) await eachLine(source, (line) => void (found === undefined && begins(line) && consider(fromUtf8(line))));
  return found;
}

/** Throws unless the receipt's path leads from its leaf to the root in this record, which its batch head is the hash of. */
export function requirePath(receipt: Receipt, record: Record<string, unknown>): void {
  const { pool, first, count, root } = record;
  if (pool !== receipt.pool) throw new Error('the batch is of another pool');
  if (typeof root !== 'string' || !Number.isSafeInteger(first) || !Number.isSafeInteger(count)) throw new Error(`this is no record of a batch: ${canonicalText(record)}`);
  const index = receipt.number - (first as number);
  const path = receipt.path.map((node) => fromHex(node, 32));
  if (!pathHolds(leafHash(receiptLeaf(receipt)), index, count as number, path, fromHex(root, 32))) {
    throw new Error(`the path does not lead from this entry to the batch's root ${toHex(fromHex(root))}`);
  }
}

function hex(receipt: Record<string, unknown>, name: string, length: number): void {
  try {
    fromHex(receipt[name] as string, length);
  } catch {
    throw new Error(`its ${name} is wrong`);
  }
}
