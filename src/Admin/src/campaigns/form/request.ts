import type { Campaign, CreateCampaign, UpdateCampaign } from '../../api/types';
import { toInstant, toLocal } from '../../shared/time';
import { modeOf, valuesOf, type DrawValues, type FormValues, type MomentValues, type PoolValues, type PrizeValues, type Whole } from './values';

/*
 * From what stands on the screen to what the API takes. Lists keep their order and length, so that a path in a refusal
 * (pools[0].prizes[1].stock) names the same line here.
 */

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
const whole = (value: Whole) => (value === '' ? null : Number(value));
const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** The stored instant is kept while its local time was not touched: an instant knows more than its local time does. */
const instant = (local: string, zone: string, stored?: string | null): string | null => {
  if (local === '') return null;
  if (stored && toLocal(stored, zone) === local) return stored;
  const time = toInstant(local, zone);
  return time.kind === 'instant' || time.kind === 'twice' ? time.iso : null;
};

const idOf = (line: { id?: string }) => (line.id ? { id: line.id } : {});

const prizeRequest = (p: PrizeValues) => ({
  ...idOf(p), name: p.name.trim(), kind: p.kind, ...(p.mode ? { mode: p.mode } : {}), stock: whole(p.stock), dailyCap: whole(p.dailyCap),
  hourlyCap: whole(p.hourlyCap), perEntrantMax: whole(p.perEntrantMax),
  // What belongs to another mode stays on the screen, for whoever changes their mind, but is not sent.
  ...(modeOf(p) === 'probability' ? { odds: { win: Number(p.odds.win), outOf: Number(p.odds.outOf) } } : {}),
  ...(modeOf(p) === 'guaranteed' ? { everyNth: whole(p.everyNth) } : {}),
  lowStockAt: orNull(p.lowStockAt), fulfilment: p.fulfilment,
  ...(p.fulfilment === 'coupon' ? { couponBatchId: orNull(p.couponBatchId) } : {}), ...(p.paused ? { paused: true } : {}),
});

export const momentRequest = (m: MomentValues, zone: string) =>
  m.kind === 'at'
    ? { at: instant(m.at, zone), prize: m.prize }
    : {
        generate: {
          prize: m.prize, count: Number(m.count),
          ...(m.from ? { from: instant(m.from, zone) } : {}), ...(m.to ? { to: instant(m.to, zone) } : {}),
          ...(m.hours.trim() ? { hours: m.hours.trim() } : {}), ...(m.perDay === '' ? {} : { perDay: Number(m.perDay) }),
        },
      };

const poolRequest = (pool: PoolValues, zone: string) => ({
  ...idOf(pool), name: pool.name.trim(), modes: pool.modes, entryCode: pool.entryCode, ...(pool.entryCode === 'required' ? { freeRoute: pool.freeRoute } : {}),
  ...(pool.paused ? { paused: true } : {}), tickets: Number(pool.tickets === '' ? 1 : pool.tickets), prizes: pool.prizes.map(prizeRequest),
  // A pool that exists gets further moments by a request of their own: the ones it has are sealed, not here to be sent again.
  ...(pool.id ? {} : { moments: pool.moments.map((m) => momentRequest(m, zone)) }),
});

const listed = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

const excludeRequest = ({ staffDomains, previousWinners, postcodes }: DrawValues['exclude']) => {
  const said = { staffDomains: listed(staffDomains).map((domain) => domain.replace(/^@/, '').toLowerCase()), previousWinners, postcodes: listed(postcodes).map((code) => code.toUpperCase()) };
  return said.staffDomains.length + said.postcodes.length > 0 || previousWinners ? { exclude: said } : {};
};

export const drawRequest = (draw: DrawValues, zone: string, stored?: Campaign['draw']) => ({
  ...idOf(draw), name: draw.name.trim(),
  prizes: draw.prizes.map((p) => ({ name: p.name.trim(), quantity: Number(p.quantity), fulfilment: p.fulfilment })),
  reserves: Number(draw.reserves === '' ? 0 : draw.reserves), rule: draw.rule, ...(draw.level ? { level: draw.level } : {}),
  ...(draw.claimDays === '' ? {} : { claimDays: Number(draw.claimDays) }), ...excludeRequest(draw.exclude), ...(draw.succeeds ? { succeeds: draw.succeeds } : {}),
  ...(draw.from ? { from: instant(draw.from, zone, stored?.from) } : {}),
  ...(draw.until ? { until: instant(draw.until, zone, stored?.until) } : {}),
  ...(draw.at ? { at: instant(draw.at, zone, stored?.at) } : {}),
});

/** Repository and site go together: Vercel builds from GitHub, and this machine from a repository of its own. */
const providersRequest = ({ database, site }: FormValues['providers']) =>
  database && site ? { providers: { database, repository: site === 'vercel' ? 'github' : 'local', site } } : {};

function settings(v: FormValues, stored?: Campaign) {
  const promoter = v.promoter.name.trim() !== '' || v.promoter.address.trim() !== '';
  const terms = v.terms.text.trim() !== '' || v.terms.freeRoute.trim() !== '';
  return {
    name: v.name.trim(), slug: orNull(v.slug),
    opensAt: instant(v.opensAt, v.timeZone, stored?.opensAt), closesAt: instant(v.closesAt, v.timeZone, stored?.closesAt), timeZone: v.timeZone,
    languages: v.languages.split(/[\s,]+/).filter(Boolean), allowedOrigins: lines(v.allowedOrigins), forecastEntries: whole(v.forecastEntries), ...providersRequest(v.providers),
    promoter: promoter ? { name: v.promoter.name.trim(), address: v.promoter.address.trim() } : null,
    terms: terms ? { text: v.terms.text, freeRoute: orNull(v.terms.freeRoute) } : null,
    brand: { headline: orNull(v.brand.headline), primaryColour: v.brand.primaryColour.toLowerCase(), logoUrl: orNull(v.brand.logoUrl) },
    form: {
      minimumAge: Number(v.form.minimumAge === '' ? 0 : v.form.minimumAge),
      fields: v.form.fields.map((f) => ({
        name: f.name.trim(), label: f.label.trim(), type: f.type, required: f.required, ...(f.type === 'select' ? { options: lines(f.options) } : {}),
      })),
    },
    limits: {
      entriesPerEntrant: whole(v.limits.entriesPerEntrant), entriesPerEntrantPerDay: whole(v.limits.entriesPerEntrantPerDay),
      entryIntervalSeconds: whole(v.limits.entryIntervalSeconds), winsPerEntrant: whole(v.limits.winsPerEntrant),
      emailIdentity: v.limits.emailIdentity,
    },
    consents: v.consents.map((c) => ({ purpose: c.purpose.trim(), text: c.text.trim() })),
    pools: v.pools.map((pool) => poolRequest(pool, v.timeZone)),
    draw: v.draw && drawRequest(v.draw, v.timeZone, stored?.draw),
    furtherDraws: v.furtherDraws.map((draw) => drawRequest(draw, v.timeZone, stored?.furtherDraws.find((known) => known.id && known.id === draw.id))),
  };
}

export function createRequest(v: FormValues, provision: boolean): CreateCampaign {
  return { tenantId: v.tenantId, ...settings(v), provision } as CreateCampaign;
}

/** Only what was changed is sent: what somebody did not touch is not theirs to set, and prizes are fixed after publishing. */
export function updateRequest(v: FormValues, stored: Campaign): UpdateCampaign {
  const before = settings(valuesOf(stored), stored) as Record<string, unknown>;
  const changed = Object.entries(settings(v, stored)).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]));
  return Object.fromEntries(changed) as UpdateCampaign;
}

export interface AddedMoments {
  poolId: string;
  /** The pool's place in the form, and that of each moment in the pool. */
  index: number;
  lines: { key: string; index: number }[];
  moments: ReturnType<typeof momentRequest>[];
}

/** Winning moments added to pools that exist already, by pool, without those sent before. */
export const addedMoments = (v: FormValues, sent: ReadonlySet<string> = new Set()): AddedMoments[] =>
  v.pools.flatMap((pool, index) => {
    const lines = pool.moments.map((m, i) => ({ m, key: m.key, index: i })).filter((line) => !sent.has(line.key));
    if (!pool.id || lines.length === 0) return [];
    return [{ poolId: pool.id, index, lines, moments: lines.map((line) => momentRequest(line.m, v.timeZone)) }];
  });
