import type { EntryBody } from './types';

/** The part of sessionStorage that is used; absent or refusing storage costs only the memory across reloads. */
export interface KeyStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

interface Pending { key: string; fingerprint: string }

/**
 * Remembers the Idempotency-Key of a submission that has not been answered, so that sending the same form again, after an
 * error or a reload, can never make two entries. Only the key and a fingerprint salted by it are kept, no personal data.
 */
export class SubmissionKeys {
  private readonly name: string;
  private memory: string | null = null;

  constructor(slug: string, private readonly storage: KeyStorage | null) {
    this.name = `entry:${slug}`;
  }

  /** The key for this body: the pending one while the body is the same, else a new one, which becomes the pending one. */
  async keyFor(body: EntryBody): Promise<string> {
    const pending = this.read();
    if (pending && pending.fingerprint === (await fingerprint(pending.key, body))) return pending.key;
    const key = newKey();
    this.write({ key, fingerprint: await fingerprint(key, body) });
    return key;
  }

  hasPending(): boolean {
    return this.read() !== null;
  }

  /** Call when the server has answered for good: accepted or refused. */
  clear(): void {
    this.memory = null;
    try { this.storage?.removeItem(this.name); } catch { /* A browser that forbids storage has nothing to remove. */ }
  }

  private read(): Pending | null {
    let stored = this.memory;
    try { stored = this.storage?.getItem(this.name) ?? stored; } catch { /* Forbidden storage: what is in memory counts. */ }
    if (stored === null) return null;
    try {
      const { key, fingerprint: print } = JSON.parse(stored) as Partial<Pending>;
      return typeof key === 'string' && key !== '' && typeof print === 'string' ? { key, fingerprint: print } : null;
    } catch {
      return null;
    }
  }

  private write(pending: Pending): void {
    this.memory = JSON.stringify(pending);
    try { this.storage?.setItem(this.name, this.memory); } catch { /* Full or forbidden storage: retries in this page still share the key. */ }
  }
}

/** What makes two submissions the same: all but the captcha's single-use token and the honeypot, as the server judges it. */
export function meaningOf(body: EntryBody): string {
  const { captchaToken: _token, website: _honeypot, ...meaning } = body;
  return canonical(meaning);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Record<string, unknown>;
  return `{${Object.keys(record).sort().map((name) => `${JSON.stringify(name)}:${canonical(record[name])}`).join(',')}}`;
}

async function fingerprint(key: string, body: EntryBody): Promise<string> {
  const message = `${key}\n${meaningOf(body)}`;
  // crypto.subtle exists on https and loopback only; a site looked at over plain http still needs its keys to work.
  if (globalThis.crypto?.subtle === undefined) return `w${weakHash(message, 1)}${weakHash(message, 2)}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(message));
  return hex(new Uint8Array(digest));
}

/** 32 bits of FNV-1a: enough to notice a changed form, where nothing better is to be had. */
function weakHash(message: string, seed: number): string {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < message.length; index++) hash = Math.imul(hash ^ message.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function newKey(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
