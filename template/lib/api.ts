import { campaign } from './campaign';
import { readClaim } from './claim';
import type { Claim, ClaimBody } from './claim';
import { serverClock } from './clock';
import type { ServerClock } from './clock';
import { readReceipt } from './receipt';
import type { ReceiptFound } from './receipt';
import { apiPath, readSite, readWinners } from './site';
import type { ReadSite } from './site';
import { texts } from './texts';
import type { EntryBody, Problem, PublishedDraw } from './types';

const base = `${campaign.apiUrl.replace(/\/+$/, '')}/v1/sites/${encodeURIComponent(campaign.slug)}`;
const loadTimeout = 15_000;

/** A campaign that could not be loaded; `status` is null when no answer came. */
export class LoadFailed extends Error {
  constructor(readonly status: number | null, readonly problem: Problem | null = null) {
    super(`The campaign could not be loaded (${status ?? 'no answer'}).`);
  }

  /** The API's stable code, where it gave one. */
  get code(): string | null { return this.problem?.code ?? null; }
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

/** What became of the entry whose receipt this token is. */
export async function loadReceipt(token: string): Promise<ReceiptFound> {
  return readReceipt(await getJson(`${base}/receipts`, null, { 'X-Receipt-Token': token }), apiPath);
}

export async function loadClaim(token: string): Promise<Claim> {
  return readClaim(await getJson(`${base}/claims`, null, { 'X-Claim-Token': token }));
}

/** Claims the prize; sent again with the same details it is answered alike. */
export async function sendClaim(token: string, body: ClaimBody | Pick<ClaimBody, 'publication'>): Promise<Claim> {
  return readClaim(await getJson(`${base}/claims`, null, { 'X-Claim-Token': token, 'Content-Type': 'application/json' }, JSON.stringify(body)));
}

/** A refused or failed claim in words, with the fields that it is about. */
export function claimRefusal(error: unknown): { message: string; fields: Record<string, string>; reference: string | null } {
  const { refused, failed, unknown } = texts.claim;
  if (!(error instanceof LoadFailed) || error.status === null || error.status >= 500) return { message: failed, fields: {}, reference: null };
  const fields: Record<string, string> = {};
  for (const [name, messages] of Object.entries(error.problem?.errors ?? {})) {
    const message = Array.isArray(messages) ? messages[0] : messages;
    if (typeof message === 'string') fields[name] = message;
  }
  return { message: refused[error.code ?? ''] ?? unknown, fields, reference: error.problem?.traceId ?? null };
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

/** GET, or POST where there is a body. */
async function getJson(address: string, previewToken: string | null, more: Record<string, string> = {}, body?: string): Promise<unknown> {
  const headers: Record<string, string> = { 'X-Site-Key': campaign.siteKey, ...more };
  if (previewToken !== null) headers['X-Preview-Token'] = previewToken;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), loadTimeout);
  try {
    const response = await fetch(address, { ...(body === undefined ? {} : { method: 'POST', body }), headers, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', signal: abort.signal });
    if (!response.ok) throw new LoadFailed(response.status, (await response.json().catch(() => null)) as Problem | null);
    return await response.json();
  } catch (error) {
    throw error instanceof LoadFailed ? error : new LoadFailed(null);
  } finally {
    clearTimeout(timer);
  }
}
