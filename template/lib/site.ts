import { fieldTypes, siteStates } from './types';
import type { Consent, DrawPlan, EntryForm, FieldType, FormField, HoldingSite, Pool, Prize, PublishedDraw, Site, SiteState } from './types';

type Loose = Record<string, unknown>;

const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const list = (value: unknown): Loose[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const count = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export type ReadSite = { kind: 'site'; site: Site } | { kind: 'holding'; site: HoldingSite };

/**
 * Reads the answer of GET /v1/sites/{slug}. Whatever is missing or null gets an empty value, so that a page shows what there
 * is instead of failing; what has no terms and no dates is not published, and is the holding page.
 */
export function readSite(answer: unknown): ReadSite {
  const raw = object(answer);
  const slug = text(raw.slug) ?? '';
  const now = text(raw.now) ?? '';
  const state: SiteState = siteStates.find((known) => known === raw.state) ?? 'holding';
  const terms = object(raw.terms);
  if (text(terms.text) === null && text(raw.closesAt) === null) return { kind: 'holding', site: { slug, state: 'holding', now } };
  const promoter = object(raw.promoter);
  const brand = object(raw.brand);
  const limits = object(raw.limits);
  return {
    kind: 'site',
    site: {
      slug, state, now,
      name: text(raw.name) ?? text(brand.headline) ?? slug,
      opensAt: text(raw.opensAt),
      closesAt: text(raw.closesAt),
      timeZone: text(raw.timeZone) ?? 'Europe/London',
      languages: Array.isArray(raw.languages) ? raw.languages.filter((tag): tag is string => typeof tag === 'string') : [],
      promoter: { name: text(promoter.name) ?? '', address: text(promoter.address) ?? '' },
      brand: { headline: text(brand.headline), primaryColour: text(brand.primaryColour), logoUrl: webAddress(brand.logoUrl) },
      terms: { version: count(terms.version) ?? 1, text: text(terms.text) ?? '', freeRoute: text(terms.freeRoute), hash: text(terms.hash) },
      form: readForm(object(raw.form)),
      limits: {
        entriesPerEntrant: count(limits.entriesPerEntrant),
        entriesPerEntrantPerDay: count(limits.entriesPerEntrantPerDay),
        entryIntervalSeconds: count(limits.entryIntervalSeconds),
        winsPerEntrant: count(limits.winsPerEntrant),
      },
      consents: list(raw.consents).map(readConsent).filter((consent) => consent !== null),
      prizes: list(raw.prizes).map(readPrize).filter((prize) => prize !== null),
      pools: list(raw.pools).map(readPool),
      draws: (Array.isArray(raw.draws) ? list(raw.draws) : [object(raw.draw)]).map(readDraw).filter((draw) => draw !== null),
      captcha: null,
    },
  };
}

/** Reads the answer of GET /v1/sites/{slug}/winners; winners in the order that they were drawn in. */
export function readWinners(answer: unknown): PublishedDraw[] {
  return list(object(answer).draws).map((draw) => ({
    id: text(draw.id) ?? '',
    name: text(draw.name) ?? '',
    level: text(draw.level),
    publishedAt: text(draw.publishedAt),
    certificatePage: apiPath(draw.certificatePageUrl),
    winners: list(draw.winners)
      .map((winner) => ({ position: count(winner.position) ?? 0, name: text(winner.name) ?? '', county: text(winner.county), prize: text(winner.prize) }))
      .filter((winner) => winner.name !== '')
      .sort((one, other) => one.position - other.position),
  }));
}

/** A path of the platform's API: what leads anywhere else is not taken. */
export function apiPath(value: unknown): string | null {
  const path = text(value);
  return path !== null && /^\/v1\/[\w./-]+$/.test(path) && !path.includes('..') ? path : null;
}

/** An address that may be linked or loaded: http and https only, never javascript: or data:. */
export function webAddress(value: unknown): string | null {
  const address = text(value);
  if (address === null) return null;
  try {
    return ['https:', 'http:'].includes(new URL(address, 'https://site.invalid').protocol) ? address : null;
  } catch {
    return null;
  }
}

function readForm(form: Loose): EntryForm {
  return { minimumAge: count(form.minimumAge), fields: list(form.fields).map(readField).filter((field) => field !== null) };
}

function readField(field: Loose): FormField | null {
  const name = text(field.name);
  if (name === null) return null;
  const type: FieldType = fieldTypes.find((known) => known === field.type) ?? 'text';
  const options = Array.isArray(field.options) ? field.options.filter((option): option is string => typeof option === 'string') : null;
  return { name, label: text(field.label) ?? name, type, required: field.required === true, options };
}

function readConsent(consent: Loose): Consent | null {
  const purpose = text(consent.purpose);
  return purpose === null ? null : { purpose, version: count(consent.version) ?? 1, text: text(consent.text) ?? purpose };
}

function readPrize(prize: Loose): Prize | null {
  const name = text(prize.name);
  return name === null ? null : {
    id: text(prize.id), name, kind: prize.kind === 'gift' ? 'gift' : 'prize', stock: count(prize.stock), couponExpiresAt: text(prize.couponExpiresAt),
  };
}

const readPool = (pool: Loose): Pool => ({ id: text(pool.id), codeRequired: pool.entryCode === 'required', freeOnline: pool.freeRoute === 'online' });

/** An answer of earlier versions has one `draw`, later ones all of them. */
function readDraw(draw: Loose): DrawPlan | null {
  return text(draw.name) === null && !Array.isArray(draw.prizes) ? null : {
    name: text(draw.name) ?? '',
    prizes: Array.isArray(draw.prizes) ? draw.prizes.map(drawPrize).filter((name) => name !== null) : [],
    drawsAt: text(draw.drawsAt),
    level: text(draw.level),
  };
}

function drawPrize(prize: unknown): string | null {
  if (typeof prize === 'string') return text(prize);
  const { name, quantity } = object(prize);
  const known = text(name);
  const many = count(quantity);
  return known !== null && many !== null && many > 1 ? `${many} × ${known}` : known;
}
