import { messageOf } from '../core/report';
import { type Given, InstantFile } from './file';
import type { InstantCheck } from './findings';

export { type InstantCheck, type InstantCheckName, instantCheckNames } from './findings';
export type { Given } from './file';

/**
 * Recomputes every instant win of a closed campaign from the lines of its instant.jsonl, by the draw protocol and without the platform's
 * code. Memory grows with the winning moments and, where the rules limit people, with the people, not with the entries.
 */
export async function checkInstant(lines: AsyncIterable<string> | Iterable<string>, given: Given): Promise<InstantCheck[]> {
  const file = new InstantFile(given);
  try {
    for await (const line of lines) file.take(line);
  } catch (error) {
    return file.finish(messageOf(error));
  }
  return file.finish();
}

/** The same, with the check's name at the beginning of the reason. */
export async function verifyInstant(lines: AsyncIterable<string>, given: Given): Promise<Pick<InstantCheck, 'status' | 'reason'>[]> {
  return (await checkInstant(lines, given)).map(({ name, status, reason }) => ({ status, reason: `${name}: ${reason}` }));
}
