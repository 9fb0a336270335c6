import { campaign } from './campaign';
import { serverClock } from './clock';
import type { ServerClock } from './clock';
import { readSite, readWinners } from './site';
import type { ReadSite } from './site';
import type { EntryBody, PublishedDraw } from './types';

const base = `${campaign.apiUrl.replace(/\/+$/, '')}/v1/sites/${encodeURIComponent(campaign.slug)}`;
const loadTimeout = 15_000;

/** A campaign that could not be loaded; `status` is null when no answer came. */
export class LoadFailed extends Error {
  constructor(readonly status: number | null) {
    super(`The campaign could not be loaded (${status ?? 'no answer'}).`);
  }
}

export type LoadedSite = ReadSite & { clock: ServerClock };

/** Loads the campaign and the server's clock. */
export async function loadSite(previewToken: string | null): Promise<LoadedSite> {
  const sentAt = performance.now();
  const answer = await getJson(base, previewToken);
  const read = readSite(answer);
  const monotonic = () => performance.now();
  const clock = serverClock(read.site.now, sentAt, performance.now(), monotonic);
  // An API that doesn't tell its time leaves only the visitor's clock.
  return { ...read, clock: clock ?? { now: () => Date.now(), uncertainty: 0 } };
}

export async function loadWinners(previewToken: string | null): Promise<PublishedDraw[]> {
  return readWinners(await getJson(`${base}/winners`, previewToken));
}

export function sendEntry(body: EntryBody, key: string, signal: AbortSignal): Promise<Response> {
  return fetch(`${base}/entries`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Site-Key': campaign.siteKey, 'Idempotency-Key': key },
    body: JSON.stringify(body),
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal,
  });
}

/** The whole address of a path that the API answered. */
export const apiAddress = (path: string): string => new URL(path, campaign.apiUrl).href;

/** The permanent public address of one version of the terms (CAP Code 8.28). */
export const termsAddress = (version: number): string => `${base}/terms/${version}`;

async function getJson(address: string, previewToken: string | null): Promise<unknown> {
  const headers: Record<string, string> = { 'X-Site-Key': campaign.siteKey };
  if (previewToken !== null) headers['X-Preview-Token'] = previewToken;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), loadTimeout);
  try {
    const response = await fetch(address, { headers, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', signal: abort.signal });
    if (!response.ok) throw new LoadFailed(response.status);
    return await response.json();
  } catch (error) {
    throw error instanceof LoadFailed ? error : new LoadFailed(null);
  } finally {
    clearTimeout(timer);
  }
}
