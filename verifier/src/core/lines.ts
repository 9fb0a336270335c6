import { utf8 } from './bytes';

/** A file that can be read more than once. */
export interface Source {
  /** In bytes, for progress and as a bound; undefined if unknown. */
  readonly size?: number;
  read(): AsyncIterable<Uint8Array>;
}

/** A source over bytes in memory. */
export const bytesSource = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  async *read() {
    yield bytes;
  },
});

/** Longer lines than any that belongs in a list: they are cut, so that a file without newlines does not fill the memory. */
const lineMax = 4096;

/** Calls back with each line without its newline; the bytes are only valid until the call returns. */
export async function eachLine(source: Source, take: (line: Uint8Array) => void, progress?: (bytes: number) => Promise<void> | void): Promise<void> {
  let rest = new Uint8Array(0);
  let read = 0;
  for await (const chunk of source.read()) {
    const bytes = rest.length === 0 ? chunk : joined(rest, chunk);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      take(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.slice(start, start + lineMax);
    read += chunk.length;
    await progress?.(read);
  }
  if (rest.length > 0) take(rest);
}

/** The lines of a text file without their newlines, however long; invalid UTF-8 is a TypeError. */
export async function* textLines(source: Source): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of source.read()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** A line of the list, as ranges of ASCII bytes. */
export interface Line {
  readonly excluded: boolean;
  /** 64 bytes of hex. */
  readonly entryRef: Uint8Array;
  /** 64 bytes of hex. */
  readonly personRef: Uint8Array;
  /** The decimal number of tickets, or the reason code. */
  readonly value: Uint8Array;
}

const refLength = 64;
const entryAt = utf8('{"entryRef":"');
const personAt = utf8('","personRef":"');
const ticketsAt = utf8('","tickets":');
const excludedAt = utf8('","excluded":"');

const isHex = new Uint8Array(256);
for (const c of utf8('0123456789abcdef')) isHex[c] = 1;
const isCode = new Uint8Array(256);
for (const c of utf8('abcdefghijklmnopqrstuvwxyz0123456789._-')) isCode[c] = 1;

/**
 * Reads one of the two shapes that a line has; undefined for anything else. Written for bytes rather than JSON.parse, because
 * there may be ten million and exactly one spelling is right.
 */
export function readLine(bytes: Uint8Array): Line | undefined {
  let at = 0;
  const past = (expected: Uint8Array): boolean => {
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
    at += expected.length;
    return true;
  };
  const run = (allowed: Uint8Array, length: number): Uint8Array => {
    const from = at;
    while (at - from < length && at < bytes.length && allowed[bytes[at] as number] === 1) at++;
    return bytes.subarray(from, at);
  };
  if (!past(entryAt)) return undefined;
  const entryRef = run(isHex, refLength);
  if (entryRef.length !== refLength || !past(personAt)) return undefined;
  const personRef = run(isHex, refLength);
  if (personRef.length !== refLength) return undefined;
  const excluded = !past(ticketsAt);
  if (excluded && !past(excludedAt)) return undefined;
  const value = run(isCode, 64);
  if (!(excluded ? isReason(value) : isTickets(value))) return undefined;
  if (bytes[at] === 0x22 && excluded) at++;
  else if (excluded) return undefined;
  return bytes[at] === 0x7d && at + 1 === bytes.length ? { excluded, entryRef, personRef, value } : undefined;
}

function isTickets(value: Uint8Array): boolean {
  if (value.length === 0 || value.length > 16 || value[0] === 0x30) return false;
  return value.every((c) => c >= 0x30 && c <= 0x39) && tickets(value) <= Number.MAX_SAFE_INTEGER;
}

const isReason = (value: Uint8Array): boolean => value.length > 0 && value[0] !== 0x2e && value[0] !== 0x2d && value[0] !== 0x5f;

/** The number that these digits spell. */
export function tickets(digits: Uint8Array): number {
  let number = 0;
  for (const c of digits) number = number * 10 + (c - 0x30);
  return number;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
