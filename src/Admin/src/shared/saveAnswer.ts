import { authorisedFetch } from '../api/client';
import { problemFrom } from '../api/problems';
import { saveFile } from '../codes/rejects';

/** Asks the API for a file and hands it to the browser to keep; a refusal is thrown as a problem. */
export async function saveAnswer(path: string, name: string): Promise<void> {
  const response = await authorisedFetch(new Request(new URL(path, location.origin)));
  if (!response.ok) throw problemFrom(response, await response.json().catch(() => null));
  saveFile(await response.blob(), name);
}
