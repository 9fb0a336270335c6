import { isZone, toInstant } from '../../shared/time';
import { isSlug, slugMax } from '../slug';
import { modeOf, type DrawValues, type FormValues, type PoolValues, type Whole } from './values';

/** One sentence by path of the form's values (`pools.0.prizes.1.stock`). */
export type FieldErrors = Record<string, string>;

/** What an input of the form must satisfy before it is worth sending; the API judges the same again, and more. */
export function validate(v: FormValues, intent: 'draft' | 'provision'): FieldErrors {
  const errors: FieldErrors = {};
  const say = (path: string, sentence: string | null | false | undefined) => {
    if (sentence) errors[path] ??= sentence;
  };
  identity(v, intent, say);
  dates(v, intent, say);
  texts(v, say);
  entryForm(v, say);
  v.pools.forEach((pool, i) => poolErrors(pool, `pools.${i}`, v.timeZone, say));
  say('pools', v.pools.length > 20 && 'At most 20 pools.');
  if (v.draw) drawErrors(v.draw, 'draw', v, say);
  v.furtherDraws.forEach((draw, i) => drawErrors(draw, `furtherDraws.${i}`, v, say));
  say('furtherDraws', v.furtherDraws.length > 60 && 'At most 60 further draws.');
  return errors;
}

export type Say = (path: string, sentence: string | null | false | undefined) => void;

function identity(v: FormValues, intent: string, say: Say) {
  say('tenantId', !v.tenantId && 'Choose the client that this campaign is for.');
  say('name', !v.name.trim() && 'Give the campaign a name.');
  say('name', v.name.length > 200 && 'At most 200 characters.');
  say('slug', intent === 'provision' && !v.slug && 'A slug is needed to provision: it becomes part of the site’s address.');
  say('slug', v.slug && !isSlug(v.slug) && `3 to ${slugMax} of a–z, 0–9 and hyphen, starting with a letter.`);
  say('languages', v.languages.split(/[\s,]+/).filter(Boolean).some((tag) => !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/i.test(tag)) && 'Use language tags such as en-GB, cy.');
  say('languages', !v.languages.trim() && 'At least one language, such as en-GB.');
  const origins = v.allowedOrigins.split('\n').map((o) => o.trim()).filter(Boolean);
  say('allowedOrigins', origins.length > 20 && 'At most 20 origins.');
  say('allowedOrigins', origins.some((o) => !/^https?:\/\/[^/\s?#@]+$/.test(o)) && 'Each line is an origin such as https://www.example.com, without a path.');
  say('forecastEntries', wholeError(v.forecastEntries, 0, 1_000_000_000));
}

function dates(v: FormValues, intent: string, say: Say) {
  say('timeZone', !isZone(v.timeZone) && 'Choose a time zone.');
  say('opensAt', timeError(v.opensAt, v.timeZone));
  say('closesAt', timeError(v.closesAt, v.timeZone));
  if (intent === 'provision') {
    say('opensAt', !v.opensAt && 'An opening date is needed to provision.');
    say('closesAt', !v.closesAt && 'A closing date is needed to provision.');
  }
  const opens = instantOf(v.opensAt, v.timeZone);
  const closes = instantOf(v.closesAt, v.timeZone);
  say('closesAt', opens !== null && closes !== null && closes <= opens && 'Closing must come after opening.');
}

function texts(v: FormValues, say: Say) {
  say('promoter.name', v.promoter.address.trim() && !v.promoter.name.trim() && 'The promoter’s name goes with the address.');
  say('promoter.address', v.promoter.name.trim() && !v.promoter.address.trim() && 'The promoter’s address goes with the name.');
  say('terms.text', v.terms.freeRoute.trim() && !v.terms.text.trim() && 'The terms go with the free route.');
  say('brand.primaryColour', !/^#[0-9a-f]{6}$/i.test(v.brand.primaryColour) && 'A colour such as #0b5fff.');
  say('brand.logoUrl', v.brand.logoUrl.trim() && !/^https:\/\/\S+$/.test(v.brand.logoUrl.trim()) && 'An address that starts with https://.');
  say('consents', v.consents.length > 10 && 'At most 10 consents.');
  v.consents.forEach((c, i) => {
    say(`consents.${i}.purpose`, !/^[a-z][a-z0-9-]*$/.test(c.purpose.trim()) && 'A short name such as marketing-email.');
    say(`consents.${i}.purpose`, isRepeated(v.consents.map((x) => x.purpose.trim()), i) && 'Another consent has this purpose.');
    say(`consents.${i}.text`, !c.text.trim() && 'The sentence that people agree to.');
  });
}

function entryForm(v: FormValues, say: Say) {
  say('form.minimumAge', wholeError(v.form.minimumAge, 0, 99));
  say('form.fields', v.form.fields.length > 30 && 'At most 30 questions.');
  v.form.fields.forEach((f, i) => {
    say(`form.fields.${i}.label`, !f.label.trim() && 'What the question says.');
    say(`form.fields.${i}.name`, !/^[A-Za-z][A-Za-z0-9_-]*$/.test(f.name.trim()) && 'Letters, digits, hyphen and underscore, starting with a letter.');
    say(`form.fields.${i}.name`, isRepeated(v.form.fields.map((x) => x.name.trim()), i) && 'Another question has this name.');
    say(`form.fields.${i}.options`, f.type === 'select' && !f.options.trim() && 'One choice per line.');
  });
  for (const limit of ['entriesPerEntrant', 'entriesPerEntrantPerDay', 'entryIntervalSeconds', 'winsPerEntrant'] as const) {
    say(`limits.${limit}`, wholeError(v.limits[limit], 1, limit === 'entryIntervalSeconds' ? 31_536_000 : 1_000_000));
  }
}

function poolErrors(pool: PoolValues, at: string, zone: string, say: Say) {
  say(`${at}.name`, !pool.name.trim() && 'Give the pool a name.');
  say(`${at}.tickets`, wholeError(pool.tickets, 1, 1000));
  say(`${at}.prizes`, pool.prizes.length > 200 && 'At most 200 prizes.');
  const names = pool.prizes.map((p) => p.name.trim());
  pool.prizes.forEach((p, i) => {
    const path = `${at}.prizes.${i}`;
    say(`${path}.name`, !p.name.trim() && 'Name what can be won.');
    say(`${path}.name`, isRepeated(names, i) && 'Another prize of this pool has this name.');
    say(`${path}.stock`, p.kind === 'prize' && p.stock === '' && 'A prize needs a number of units; only gifts are without limit.');
    say(`${path}.stock`, wholeError(p.stock, 0, 100_000_000));
    say(`${path}.dailyCap`, wholeError(p.dailyCap, 1, 100_000_000));
    say(`${path}.hourlyCap`, wholeError(p.hourlyCap, 1, 100_000_000));
    say(`${path}.perEntrantMax`, wholeError(p.perEntrantMax, 1, 1_000_000));
    say(`${path}.lowStockAt`, lowStockError(p.lowStockAt));
    say(`${path}.lowStockAt`, p.lowStockAt.trim() && p.kind === 'gift' && p.stock === '' && 'What has no stock never runs low.');
    const mode = modeOf(p);
    say(`${path}.mode`, mode === 'consolation' && p.kind === 'prize' && 'What everybody gets is a gift (CAP Code 8.19).');
    if (mode === 'probability') {
      say(`${path}.odds.win`, wholeError(p.odds.win, 1, 1_000_000_000) ?? (p.odds.win === '' && 'How many win?'));
      say(`${path}.odds.outOf`, wholeError(p.odds.outOf, 1, 1_000_000_000) ?? (p.odds.outOf === '' && 'Out of how many entries?'));
      say(`${path}.odds.win`, Number(p.odds.win) > Number(p.odds.outOf) && Number(p.odds.outOf) > 0 && 'No more can win than enter.');
    }
    if (mode === 'guaranteed') say(`${path}.everyNth`, wholeError(p.everyNth, 1, 1_000_000_000));
  });
  pool.moments.forEach((m, i) => {
    const path = `${at}.moments.${i}`;
    say(`${path}.prize`, !names.includes(m.prize) && 'Choose a prize of this pool.');
    say(`${path}.prize`, pool.prizes.some((p) => p.name.trim() === m.prize && modeOf(p) !== 'moments') && 'This prize is not won at winning moments.');
    if (m.kind === 'at') say(`${path}.at`, timeError(m.at, zone) ?? (!m.at && 'When is it?'));
    else {
      say(`${path}.count`, wholeError(m.count, 1, 1_000_000) ?? (m.count === '' && 'How many?'));
      say(`${path}.from`, timeError(m.from, zone));
      say(`${path}.to`, timeError(m.to, zone));
      say(`${path}.hours`, hoursError(m.hours));
      say(`${path}.perDay`, wholeError(m.perDay, 1, 1_000_000));
    }
  });
}

/** What is wrong with one draw, by paths below the place where it stands. */
export function drawErrors(draw: DrawValues, at: string, v: Pick<FormValues, 'timeZone' | 'closesAt'>, say: Say) {
  say(`${at}.name`, !draw.name.trim() && 'Give the draw a name.');
  say(`${at}.prizes`, draw.prizes.length === 0 && 'A draw needs a prize.');
  draw.prizes.forEach((p, i) => {
    say(`${at}.prizes.${i}.name`, !p.name.trim() && 'Name what can be won.');
    say(`${at}.prizes.${i}.quantity`, wholeError(p.quantity, 1, 10_000) ?? (p.quantity === '' && 'How many?'));
  });
  const winners = draw.prizes.reduce((sum, p) => sum + Number(p.quantity || 0), 0);
  say(`${at}.prizes`, winners > 10_000 && 'At most 10,000 winners in all.');
  say(`${at}.reserves`, wholeError(draw.reserves, 0, 10_000));
  say(`${at}.claimDays`, wholeError(draw.claimDays, 1, 90));
  for (const time of ['from', 'until', 'at'] as const) say(`${at}.${time}`, timeError(draw[time], v.timeZone));
  const [from, until, frozen] = [draw.from, draw.until, draw.at].map((local) => instantOf(local, v.timeZone));
  const end = until ?? instantOf(v.closesAt, v.timeZone);
  say(`${at}.until`, from != null && until != null && until <= from && 'The period ends after it begins.');
  say(`${at}.at`, end != null && frozen != null && frozen < end && 'The draw comes after the last entry that it covers.');
}

function lowStockError(text: string): string | null {
  const match = /^(\d{1,9})(%?)$/.exec(text.trim());
  if (text.trim() === '') return null;
  return match && Number(match[1]) >= 1 && Number(match[1]) <= (match[2] ? 100 : 100_000_000) ? null : 'Units such as 50, or percent such as 10%.';
}

function hoursError(text: string): string | null {
  if (text.trim() === '') return null;
  const match = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.exec(text.trim());
  const [from, to] = text.trim().split('-');
  return match && (to === '00:00' || to! > from!) ? null : 'Hours such as 09:00-17:30, the end after the beginning; 00:00 as the end is midnight.';
}

function wholeError(value: Whole, min: number, max: number): string | null {
  if (value === '') return null;
  const number = Number(value);
  const range = `A whole number from ${min.toLocaleString('en-GB')} to ${max.toLocaleString('en-GB')}.`;
  return Number.isInteger(number) && number >= min && number <= max ? null : range;
}

function timeError(local: string, zone: string): string | null {
  if (local === '' || !isZone(zone)) return null;
  const time = toInstant(local, zone);
  if (time.kind === 'never') return 'This time does not exist: the clocks go forward over it.';
  return time.kind === 'unreadable' ? 'A date and a time, please.' : null;
}

function instantOf(local: string, zone: string): number | null {
  const time = local ? toInstant(local, zone) : null;
  return time && 'iso' in time ? Date.parse(time.iso) : null;
}

const isRepeated = (names: string[], index: number) => names[index] !== '' && names.indexOf(names[index]!) < index;
