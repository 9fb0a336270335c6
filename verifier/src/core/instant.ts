import { verifyInstant } from 'virtual:instant';
import { quicknet, readChain } from './beacon';
import { readKeys } from './keys';
import { type Source, textLines } from './lines';
import { type Check, messageOf } from './report';
import { readAuthorities } from './timestamp';

/** Whether this verifier was built with the recount of instant wins. */
export const recountsInstant = verifyInstant !== undefined;

/** Recomputes the instant wins of one instant.jsonl. Saved: pools' commitments as they were published before the opening. */
export async function instantChecks(name: string, source: Source, key: Uint8Array | undefined, chain: Uint8Array | undefined, saved: readonly Uint8Array[] = [], authority?: Uint8Array): Promise<Check[]> {
  if (verifyInstant === undefined) return [{ name: 'instant', status: 'fail', reason: 'this verifier was built without the recount of instant wins' }];
  try {
    const authorities = authority === undefined ? null : readAuthorities(authority);
    const given = { name, keys: key === undefined ? null : readKeys(key), chains: [quicknet, ...(chain === undefined ? [] : [readChain(chain)])], saved, authorities };
    return (await verifyInstant(textLines(source), given)).map((found) => ({ ...found, name: 'instant' }));
  } catch (error) {
    return [{ name: 'instant', status: 'fail', reason: messageOf(error) }];
  }
}
