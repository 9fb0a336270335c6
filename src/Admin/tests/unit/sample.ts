import type { Campaign } from '../../src/api/types';

/** A campaign as the API answers it, with every part filled. */
export const sample = (over: Partial<Campaign> = {}): Campaign => ({
  id: 'cmp_1', tenantId: 'ten_1', state: 'ready', name: 'Summer in Paris', slug: 'summer-paris',
  opensAt: '2026-12-01T09:00:00Z', closesAt: '2026-12-31T23:59:59Z', timeZone: 'Europe/London', languages: ['en-GB'], allowedOrigins: [], forecastEntries: 50000,
  promoter: { name: 'Acme Ltd', address: '1 High Street' }, terms: { text: 'The terms', freeRoute: 'By post', version: 1 },
  brand: { headline: 'Win', primaryColour: '#0b5fff', logoUrl: null },
  form: { minimumAge: 18, fields: [{ name: 'favourite', label: 'Your favourite city', type: 'text', required: false, options: null }] },
  limits: { entriesPerEntrant: 1, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: 1, emailIdentity: 'gmail' },
  consents: [{ purpose: 'marketing-email', text: 'Send me news', version: 1 }],
  pools: [{ id: 'pool_1', name: 'Instant', modes: ['moments', 'consolation'], paused: false, entryCode: 'none', freeRoute: 'post', tickets: 1, moments: [], prizes: [
    { id: 'prz_1', name: 'Mug', kind: 'prize', mode: 'moments', stock: 100, dailyCap: 10, hourlyCap: null, perEntrantMax: 1, odds: null, everyNth: null, lowStockAt: '10%', fulfilment: 'delivery', couponBatchId: null, paused: false },
    { id: 'prz_2', name: 'Sticker', kind: 'gift', mode: 'consolation', stock: null, dailyCap: null, hourlyCap: null, perEntrantMax: null, odds: null, everyNth: null, lowStockAt: null, fulfilment: 'none', couponBatchId: null, paused: false }] }],
  draw: { id: 'drw_1', name: 'Final', prizes: [{ name: 'Weekend in Paris', quantity: 1, fulfilment: 'delivery' }], reserves: 2, rule: 'one-per-person', from: null, until: null, at: null, level: 'committed', claimDays: null, exclude: null, succeeds: null },
  furtherDraws: [], providers: { database: 'supabase', repository: 'github', site: 'vercel' },
  siteUrl: 'http://127.0.0.1:9000', siteKey: 'sk_1', publishedAt: null, createdAt: '2026-11-01T09:00:00Z', deploymentId: 'dep_1', templateVersion: 'v1',
  ...over,
}) as Campaign;
