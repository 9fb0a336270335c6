import { fromUtf8, utf8 } from './bytes';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** RFC 8785: names in the order of their UTF-16 code units, numbers and texts as ECMAScript writes them. */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new Error('a text holds half a surrogate pair');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Error('a number is beyond the range of a double');
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
      return `{${Object.keys(value).sort(byCodeUnits).map((name) => member(value as Record<string, unknown>, name)).join(',')}}`;
    default:
      throw new Error(`JSON has no ${typeof value}`);
  }
}

export const canonicalBytes = (value: unknown): Uint8Array => utf8(canonicalText(value));

/**
 * Reads a document that must be in its canonical form already. That one comparison refuses names that stand twice (readers
 * differ in which one they take), numbers that a double can't hold or that are spelt otherwise, and invalid Unicode.
 * A newline at the end is let through, since editors add it.
 */
export function parseCanonical(bytes: Uint8Array): Json {
  const text = fromUtf8(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
  const value = JSON.parse(text) as Json;
  const canonical = canonicalText(value);
  if (canonical !== text) throw new Error(`it is not canonical JSON (RFC 8785): ${difference(text, canonical)}`);
  return value;
}

function member(object: Record<string, unknown>, name: string): string {
  return `${canonicalText(name)}:${canonicalText(object[name])}`;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function difference(text: string, canonical: string): string {
  let at = 0;
  while (at < text.length && text[at] === canonical[at]) at++;
  const show = (s: string) => JSON.stringify(s.slice(at, at + 24));
  return `at character ${at + 1} stands ${show(text)} where ${show(canonical)} should`;
}
