import type { Json } from '../src/core/canonical';

export type Path = readonly (string | number)[];

/** A leaf of a document, and the same document with one bit of that leaf changed. */
export interface Flip {
  readonly path: string;
  readonly how: string;
  readonly value: Json;
}

const hexDigits = '0123456789abcdef';
const sextets = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Every leaf with a bit changed at its beginning, in its middle and near its end, and every name with a bit changed. */
export function flips(document: Json): Flip[] {
  const found: Flip[] = [];
  walk(document, [], (path, leaf) => {
    for (const [how, value] of changed(leaf)) found.push({ path: path.join('.'), how, value: replaced(document, path, value) });
  });
  return found;
}

/** Every object with a name too many, one too few, and every array with its last element gone. */
export function reshaped(document: Json): Flip[] {
  const found: Flip[] = [];
  const visit = (value: Json, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    const at = path.join('.');
    if (Array.isArray(value)) {
      if (value.length > 0) found.push({ path: at, how: 'one element less', value: replaced(document, path, value.slice(0, -1)) });
      if (value.length > 0) found.push({ path: at, how: 'one element twice', value: replaced(document, path, [...value, value.at(-1) as Json]) });
      value.forEach((item, i) => visit(item, [...path, i]));
      return;
    }
    found.push({ path: at, how: 'a name more', value: replaced(document, path, { ...value, extra: 1 }) });
    for (const name of Object.keys(value)) {
      const { [name]: _, ...rest } = value;
      found.push({ path: `${at}.${name}`, how: 'missing', value: replaced(document, path, rest) });
      visit(value[name] as Json, [...path, name]);
    }
  };
  visit(document, []);
  return found;
}

function walk(value: Json, path: Path, take: (path: Path, leaf: null | boolean | number | string) => void): void {
  if (typeof value !== 'object' || value === null) return take(path, value);
  for (const [name, child] of Object.entries(value)) walk(child, [...path, Array.isArray(value) ? Number(name) : name], take);
}

function* changed(leaf: null | boolean | number | string): Iterable<[string, Json]> {
  if (leaf === null) yield ['null to text', 'x'];
  else if (typeof leaf === 'boolean') yield ['the other', !leaf];
  else if (typeof leaf === 'number') {
    yield ['lowest bit', leaf % 2 === 0 ? leaf + 1 : leaf - 1];
    yield ['a high bit', leaf + 2 ** 40];
  } else {
    for (const at of new Set([0, Math.floor(leaf.length / 2), Math.max(0, leaf.length - 3)])) {
      yield [`character ${at}`, leaf.slice(0, at) + bit(leaf, at) + leaf.slice(at + 1)];
    }
  }
}

/** The character with its lowest bit changed, among those that the text is made of. */
function bit(text: string, at: number): string {
  const alphabet = /^[0-9a-f]{16,}$/.test(text) ? hexDigits : /^[A-Za-z0-9+/]{80,}={0,2}$/.test(text) ? sextets : undefined;
  const char = text[at] ?? '';
  const index = alphabet?.indexOf(char) ?? -1;
  return alphabet !== undefined && index >= 0 ? (alphabet[index ^ 1] as string) : String.fromCharCode((char.charCodeAt(0) || 64) ^ 1);
}

function replaced(document: Json, path: Path, value: Json): Json {
  if (path.length === 0) return value;
  const [name, ...rest] = path as [string | number, ...(string | number)[]];
  if (Array.isArray(document)) return document.map((item, i) => (i === name ? replaced(item, rest, value) : item));
  const object = document as Record<string, Json>;
  return { ...object, [name]: replaced(object[name] as Json, rest, value) };
}
