import type { FormValues } from './values';
import type { FieldErrors } from './validate';

/** Which part of the form a path belongs to, in the order of the page. */
export const sections = [
  { id: 'basics', title: 'Campaign', paths: ['tenantId', 'name', 'slug', 'languages', 'forecastEntries', 'allowedOrigins'] },
  { id: 'providers', title: 'Hosting', paths: ['providers'] },
  { id: 'dates', title: 'Dates', paths: ['opensAt', 'closesAt', 'timeZone'] },
  { id: 'promoter', title: 'Promoter', paths: ['promoter'] },
  { id: 'terms', title: 'Terms', paths: ['terms'] },
  { id: 'brand', title: 'Brand', paths: ['brand'] },
  { id: 'form', title: 'Entry form', paths: ['form'] },
  { id: 'limits', title: 'Limits', paths: ['limits'] },
  { id: 'consents', title: 'Consents', paths: ['consents'] },
  { id: 'pools', title: 'Instant win', paths: ['pools'] },
  { id: 'draw', title: 'Prize draws', paths: ['draw', 'furtherDraws'] },
] as const;

export type SectionId = (typeof sections)[number]['id'];

export const sectionOf = (path: string) => sections.find((s) => (s.paths as readonly string[]).includes(path.split('.')[0] ?? ''));

/** `pools[0].prizes[1].stock`, `$.pools[0]` or `/pools/0` → `pools.0.prizes.1.stock`, `pools.0`. */
export const dotted = (path: string) =>
  path
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\//g, '.')
    .replace(/^\./, '')
    .split('.')
    .map((part) => part.charAt(0).toLowerCase() + part.slice(1))
    .join('.');

/** Puts the API's errors beside the fields they are about; what belongs to no field of this form comes back in `elsewhere`. */
export function placeErrors(errors: Record<string, string[]>, values: FormValues): { fields: FieldErrors; elsewhere: string[] } {
  const fields: FieldErrors = {};
  const elsewhere: string[] = [];
  for (const [path, sentences] of Object.entries(errors)) {
    const place = placeOf(dotted(path), values);
    const sentence = sentences.join(' ');
    if (place) fields[place] = fields[place] ? `${fields[place]} ${sentence}` : sentence;
    else elsewhere.push(path ? `${path}: ${sentence}` : sentence);
  }
  return { fields, elsewhere };
}

/** The nearest field or list of the form: the path itself, else what contains it. */
function placeOf(path: string, values: FormValues): string | null {
  // A generated moment is one line here, a nested object on the wire; lists of plain texts are one input here.
  const parts = path.replace(/^(pools\.\d+\.prizes\.\d+\.odds)$/, '$1.win').replace(/^(pools\.\d+\.moments\.\d+)\.generate\./, '$1.').replace(/^(pools\.\d+\.moments\.\d+)\.generate$/, '$1.prize').split('.');
  for (let length = parts.length; length > 0; length--) {
    const at = parts.slice(0, length);
    const found = at.reduce<unknown>(stepInto, values);
    if (found === undefined || !sectionOf(at[0]!)) continue;
    return at.join('.');
  }
  return null;
}

const stepInto = (value: unknown, part: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;

/** Paths in the order of the page, so that the first is where the eye and the focus go. */
export const inOrder = (errors: FieldErrors): [string, string][] => {
  const place = (path: string) => sections.findIndex((s) => s === sectionOf(path));
  return Object.entries(errors).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b, 'en', { numeric: true }));
};
