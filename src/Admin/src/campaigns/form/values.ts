import type { Campaign } from '../../api/types';
import { toLocal } from '../../shared/time';

/** A whole number as the input holds it: '' when empty, a text while it is not a number. */
export type Whole = number | string;

export interface FieldValues { key: string; name: string; label: string; type: string; required: boolean; options: string }
export interface ConsentValues { key: string; purpose: string; text: string }
export interface PrizeValues {
  key: string; id?: string; name: string; kind: string; stock: Whole; dailyCap: Whole; hourlyCap: Whole; perEntrantMax: Whole;
  /** Chance: `win` out of `outOf`; used by probability alone. */
  odds: { win: Whole; outOf: Whole };
  /** One entry in each block of so many; empty is every entry. Used by guaranteed alone. */
  everyNth: Whole;
  /** Units, or percent as `10%`. */
  lowStockAt: string;
  fulfilment: string; couponBatchId: string;
  /** Null is what follows from the kind: consolation for a gift, winning moments for a prize. */
  mode: string | null; paused: boolean;
}
/** `hours` confines random moments to hours of each day, as `09:00-17:30`; `perDay` is the most on one day. */
export interface MomentValues { key: string; kind: 'at' | 'generate'; at: string; prize: string; count: Whole; from: string; to: string; hours: string; perDay: Whole }
export interface PoolValues {
  key: string; id?: string; name: string; modes: string[]; paused: boolean; entryCode: string; freeRoute: string;
  /** Of each entry in prize draws. */
  tickets: Whole; prizes: PrizeValues[]; moments: MomentValues[];
}
export interface DrawPrizeValues { key: string; name: string; quantity: Whole; fulfilment: string }
export interface DrawValues {
  key: string; id?: string; name: string; prizes: DrawPrizeValues[]; reserves: Whole; rule: string; at: string; from: string; until: string;
  /** Empty is the strongest that the platform can give. */
  level: string;
  /** Empty is no claim. */
  claimDays: Whole;
  /** Who is left out: domains and beginnings of postcodes as lines or separated by commas. */
  exclude: { staffDomains: string; previousWinners: boolean; postcodes: string };
  /** The void draw that this one takes the place of. */
  succeeds?: string;
}

/** The campaign form as it stands on the screen. Times are local to the campaign's time zone. */
export interface FormValues {
  tenantId: string; name: string; slug: string; opensAt: string; closesAt: string; timeZone: string;
  languages: string; allowedOrigins: string; forecastEntries: Whole;
  /** Who makes the campaign's parts; empty is as the installation has it. A site at Vercel is built from a repository at GitHub. */
  providers: { database: string; site: string };
  promoter: { name: string; address: string };
  terms: { text: string; freeRoute: string };
  brand: { headline: string; primaryColour: string; logoUrl: string };
  form: { minimumAge: Whole; fields: FieldValues[] };
  limits: { entriesPerEntrant: Whole; entriesPerEntrantPerDay: Whole; entryIntervalSeconds: Whole; winsPerEntrant: Whole; emailIdentity: string };
  consents: ConsentValues[];
  pools: PoolValues[];
  draw: DrawValues | null;
  /** Beside it: weekly ones, for example. */
  furtherDraws: DrawValues[];
}

/** A key for a line of a list; lines are moved and removed, so that an index won't do. */
export const newLine = () => Math.random().toString(36).slice(2, 10);

export const emptyField = (): FieldValues => ({ key: newLine(), name: '', label: '', type: 'text', required: false, options: '' });
export const emptyConsent = (): ConsentValues => ({ key: newLine(), purpose: '', text: '' });
export const emptyPrize = (kind: 'prize' | 'gift' = 'prize'): PrizeValues => ({
  key: newLine(), name: '', kind, stock: kind === 'prize' ? 1 : '', dailyCap: '', hourlyCap: '', perEntrantMax: kind === 'prize' ? 1 : '',
  odds: { win: 1, outOf: '' }, everyNth: '', lowStockAt: '', fulfilment: kind === 'prize' ? 'delivery' : 'none', couponBatchId: '', mode: null, paused: false,
});
/** How a prize is won, said or following from its kind. */
export const modeOf = (p: { mode: string | null; kind: string }) => p.mode ?? (p.kind === 'gift' ? 'consolation' : 'moments');
export const emptyMoment = (kind: 'at' | 'generate', prize = ''): MomentValues => ({ key: newLine(), kind, at: '', prize, count: 1, from: '', to: '', hours: '', perDay: '' });
export const emptyPool = (name: string): PoolValues => ({
  key: newLine(), name, modes: ['moments'], paused: false, entryCode: 'none', freeRoute: 'post', tickets: 1, prizes: [emptyPrize()], moments: [],
});
export const emptyDrawPrize = (): DrawPrizeValues => ({ key: newLine(), name: '', quantity: 1, fulfilment: 'delivery' });
export const emptyDraw = (): DrawValues => ({
  key: newLine(), name: 'Final', prizes: [emptyDrawPrize()], reserves: 2, rule: 'one-per-person', at: '', from: '', until: '', level: '', claimDays: '',
  exclude: { staffDomains: '', previousWinners: false, postcodes: '' },
});

export const emptyCampaign = (tenantId = ''): FormValues => ({
  tenantId, name: '', slug: '', opensAt: '', closesAt: '', timeZone: 'Europe/London', languages: 'en-GB', allowedOrigins: '', forecastEntries: '', providers: { database: '', site: '' },
  promoter: { name: '', address: '' },
  terms: { text: '', freeRoute: '' },
  brand: { headline: '', primaryColour: '#0b5fff', logoUrl: '' },
  form: { minimumAge: 18, fields: [] },
  limits: { entriesPerEntrant: 1, entriesPerEntrantPerDay: '', entryIntervalSeconds: '', winsPerEntrant: 1, emailIdentity: 'gmail' },
  consents: [], pools: [], draw: null, furtherDraws: [],
});

/** An existing campaign as form values. Winning moments are sealed and never come back. */
export function valuesOf(c: Campaign): FormValues {
  const local = (at: string | null) => toLocal(at, c.timeZone);
  return {
    tenantId: c.tenantId, name: c.name, slug: c.slug ?? '', opensAt: local(c.opensAt), closesAt: local(c.closesAt),
    timeZone: c.timeZone, languages: c.languages.join(', '), allowedOrigins: c.allowedOrigins.join('\n'), forecastEntries: c.forecastEntries ?? '',
    providers: { database: c.providers.database, site: c.providers.site },
    promoter: { name: c.promoter?.name ?? '', address: c.promoter?.address ?? '' },
    terms: { text: c.terms?.text ?? '', freeRoute: c.terms?.freeRoute ?? '' },
    brand: { headline: c.brand.headline ?? '', primaryColour: c.brand.primaryColour ?? '#0b5fff', logoUrl: c.brand.logoUrl ?? '' },
    form: {
      minimumAge: c.form.minimumAge ?? 18,
      fields: (c.form.fields ?? []).map((f) => ({
        key: newLine(), name: f.name, label: f.label, type: f.type ?? 'text', required: f.required ?? false, options: (f.options ?? []).join('\n'),
      })),
    },
    limits: {
      entriesPerEntrant: c.limits.entriesPerEntrant ?? '', entriesPerEntrantPerDay: c.limits.entriesPerEntrantPerDay ?? '',
      entryIntervalSeconds: c.limits.entryIntervalSeconds ?? '', winsPerEntrant: c.limits.winsPerEntrant ?? '',
      emailIdentity: c.limits.emailIdentity ?? 'gmail',
    },
    consents: c.consents.map((consent) => ({ key: newLine(), purpose: consent.purpose, text: consent.text })),
    pools: c.pools.map((pool) => ({
      key: newLine(), id: pool.id ?? undefined, name: pool.name, modes: [...(pool.modes ?? [])], moments: [],
      paused: pool.paused ?? false, entryCode: pool.entryCode ?? 'none', freeRoute: pool.freeRoute ?? 'post', tickets: pool.tickets ?? 1,
      prizes: (pool.prizes ?? []).map((p) => ({
        key: newLine(), id: p.id ?? undefined, name: p.name, kind: p.kind ?? 'prize', stock: p.stock ?? '', dailyCap: p.dailyCap ?? '',
        hourlyCap: p.hourlyCap ?? '', perEntrantMax: p.perEntrantMax ?? '', odds: { win: p.odds?.win ?? 1, outOf: p.odds?.outOf ?? '' }, everyNth: p.everyNth ?? '',
        lowStockAt: p.lowStockAt === null || p.lowStockAt === undefined ? '' : String(p.lowStockAt),
        fulfilment: p.fulfilment ?? 'none', couponBatchId: p.couponBatchId ?? '', mode: p.mode ?? null, paused: p.paused ?? false,
      })),
    })),
    draw: c.draw && drawValuesOf(c.draw, c.timeZone),
    furtherDraws: c.furtherDraws.map((draw) => drawValuesOf(draw, c.timeZone)),
  };
}

const drawValuesOf = (draw: NonNullable<Campaign['draw']>, zone: string): DrawValues => ({
  key: newLine(), id: draw.id ?? undefined, name: draw.name, reserves: draw.reserves ?? 0, rule: draw.rule ?? 'one-per-person',
  at: toLocal(draw.at, zone), from: toLocal(draw.from, zone), until: toLocal(draw.until, zone), level: draw.level ?? '', claimDays: draw.claimDays ?? '',
  exclude: {
    staffDomains: (draw.exclude?.staffDomains ?? []).join('\n'), previousWinners: draw.exclude?.previousWinners ?? false, postcodes: (draw.exclude?.postcodes ?? []).join('\n'),
  },
  ...(draw.succeeds ? { succeeds: draw.succeeds } : {}),
  prizes: draw.prizes.map((p) => typeof p === 'string'
    ? { ...emptyDrawPrize(), name: p }
    : { key: newLine(), name: p.name, quantity: p.quantity ?? 1, fulfilment: p.fulfilment ?? 'delivery' }),
});
