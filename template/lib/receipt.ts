/** Receipts: the token that leads to the receipt page, and what the platform answers about it. */

type Loose = Record<string, unknown>;

export const receiptStates = ['waiting', 'listed', 'excluded', 'drawn', 'not-drawn', 'not-covered', 'missing'] as const;
export type ReceiptState = (typeof receiptStates)[number];

export interface ReceiptDraw {
  id: string; name: string; drawState: string; state: ReceiptState; reason: string | null; tickets: number | null; position: number | null;
  role: string | null; prize: string | null; holds: string | null; confirmed: boolean;
  page: string | null; commitment: string | null; certificate: string | null; entries: string | null;
}
export interface ReceiptFound { entryRef: string; number: number; enteredAt: string | null; draws: ReceiptDraw[] }

const fields = ['batchHead', 'entryRef', 'number', 'outcomeHash', 'path', 'personRef', 'pool', 'signature', 'termsHash'] as const;

/** The receipt by itself or inside the answer to an entry, with its own fields alone; null for anything else. */
export function receiptIn(value: unknown): Loose | null {
  const outer = object(value);
  const receipt = 'receipt' in outer ? object(outer.receipt) : outer;
  if (!fields.every((name) => name in receipt)) return null;
  return Object.fromEntries(fields.map((name) => [name, receipt[name]]));
}

/** base64url of the receipt's canonical JSON: its field names are in order, and its values need no escaping. */
export function receiptToken(value: unknown): string | null {
  const receipt = receiptIn(value);
  if (receipt === null) return null;
  const bytes = new TextEncoder().encode(JSON.stringify(receipt));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The receipt that a token holds; null where it holds none. */
export function receiptOf(token: string): Loose | null {
  try {
    return receiptIn(JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(token.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)))));
  } catch {
    return null;
  }
}

/** The token behind # in an address. */
export const tokenOf = (hash: string): string | null => (/^#[\w.~%-]{8,8000}$/.test(hash) ? hash.slice(1) : null);

export function readReceipt(answer: unknown, path: (value: unknown) => string | null): ReceiptFound {
  const raw = object(answer);
  return {
    entryRef: text(raw.entryRef) ?? '', number: count(raw.number) ?? 0, enteredAt: text(raw.enteredAt),
    draws: (Array.isArray(raw.draws) ? raw.draws : []).map(object).map((draw) => ({
      id: text(draw.id) ?? '', name: text(draw.name) ?? '', drawState: text(draw.drawState) ?? '',
      state: receiptStates.find((known) => known === draw.state) ?? 'waiting',
      reason: text(draw.reason), tickets: count(draw.tickets), position: count(draw.position), role: text(draw.role), prize: text(draw.prize),
      holds: text(draw.holds), confirmed: draw.confirmed === true,
      page: path(draw.certificatePageUrl), commitment: path(draw.commitmentUrl), certificate: path(draw.certificateUrl), entries: path(draw.entriesUrl),
    })),
  };
}

const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const count = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
