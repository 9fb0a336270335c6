import { emptyCampaign, type FormValues } from './values';

/** What was typed and not yet saved, kept on this computer until it has been. */
export interface Draft {
  readonly values: FormValues;
  /** When it was last written, as an instant. */
  readonly at: string;
  /** Version of the campaign that it was typed over; null for a new one. */
  readonly etag: string | null;
}

/** Drafts are kept apart by person and campaign. */
export const draftKey = (userId: string, campaignId: string | null) => `prizedraw.draft.${userId}.${campaignId ?? 'new'}`;

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** False when the browser keeps nothing (storage full or forbidden), so that the form can say so. */
export function keepDraft(key: string, draft: Draft, shelf: Shelf = localStorage): boolean {
  try {
    shelf.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string, shelf: Shelf = localStorage) {
  try {
    shelf.removeItem(key);
  } catch {
    // Nothing kept, nothing to drop.
  }
}

/** The kept draft, or null when there is none that this version of the form can read. */
export function findDraft(key: string, shelf: Shelf = localStorage): Draft | null {
  try {
    const draft = JSON.parse(shelf.getItem(key) ?? 'null') as Draft | null;
    return draft?.values && hasShape(draft.values, emptyCampaign()) ? draft : null;
  } catch {
    return null;
  }
}

/** Every field of the form is there, and a list where a list belongs. */
function hasShape(value: unknown, model: unknown): boolean {
  if (model === null) return value === null || typeof value === 'object';
  if (Array.isArray(model)) return Array.isArray(value);
  if (typeof model !== 'object') return value !== undefined && typeof value !== 'object';
  return typeof value === 'object' && value !== null
    && Object.entries(model).every(([field, part]) => hasShape((value as Record<string, unknown>)[field], part));
}
