import { readSite } from '../../lib/site';
import type { EntryBody, Site } from '../../lib/types';

/** The answer of GET /v1/sites/{slug} as the API gives it. */
export const answer = {
  slug: 'summer-paris', name: 'Summer in Paris', state: 'live', now: '2026-12-05T10:00:00Z',
  opensAt: '2026-12-01T09:00:00Z', closesAt: '2026-12-31T23:59:59Z', timeZone: 'Europe/London', languages: ['en-GB'],
  promoter: { name: 'Acme Ltd', address: '1 High Street, Leeds LS1 1AA' },
  brand: { headline: 'Win a weekend in Paris', primaryColour: '#0b5fff', logoUrl: null },
  terms: { version: 1, text: 'Terms.', freeRoute: 'Send a postcard.', hash: 'abc' },
  form: { minimumAge: 18, fields: [{ name: 'favourite', label: 'Your favourite city', type: 'text', required: false, options: null }] },
  limits: { entriesPerEntrant: 1, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: 1 },
  consents: [{ purpose: 'marketing-email', version: 1, text: 'Send me news.' }],
  prizes: [{ id: 'prz_1', name: 'Mug', kind: 'prize', stock: 100, couponExpiresAt: null }, { id: 'prz_2', name: 'Sticker', kind: 'gift', stock: null, couponExpiresAt: '2027-03-31T22:59:59Z' }],
  pools: [{ id: 'pool_1', name: 'Instant', entryCode: 'none', freeRoute: 'post', paused: false }],
  draw: { name: 'Final', prizes: ['Weekend in Paris'], drawsAt: '2027-01-01T00:14:59Z', level: 'committed' },
  captcha: null,
};

export function sampleSite(changes: Record<string, unknown> = {}): Site {
  const read = readSite({ ...answer, ...changes });
  if (read.kind !== 'site') throw new Error('The sample is a published campaign.');
  return read.site;
}

export const body = (email = 'ann@example.com'): EntryBody => ({
  pool: null,
  entrant: { email, firstName: 'Ann', lastName: 'Smith', phone: null, dateOfBirth: '1990-05-01', postcode: 'LS1 4AP', county: null, country: 'GB' },
  answers: { favourite: 'Paris' }, termsVersion: 1, proof: null,
  consents: [{ purpose: 'marketing-email', version: 1, granted: false }], captchaToken: null, website: '',
});

export class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(name: string): string | null { return this.items.get(name) ?? null; }
  setItem(name: string, value: string): void { this.items.set(name, value); }
  removeItem(name: string): void { this.items.delete(name); }
}
