import * as crypto from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { useSha256 } from '../core/hash';
import { instantChecks, recountsInstant } from '../core/instant';
import { type Check, messageOf } from '../core/report';
import type { Source } from '../core/lines';
import { holds, Unreadable, verify } from '../core/verify';

const usage = `Usage: verify CERTIFICATE ENTRIES [options]
Checks the certificate of a prize draw and its list of entries (entries.jsonl), without network.
Prints a line for each check, and leaves with 0 if all hold, 1 if one fails, 2 if it was not asked properly.

  --key FILE         the platform's public keys (PEM, base64, or JSON as the platform publishes them)
  --authority FILE   certificates (PEM) of the time-stamp authorities that you trust
  --plan FILE        the draw's plan, published before the first entry: was the draw held by it?
  --receipt FILE     an entrant's receipt: is their entry in the list, and what became of it?
  --record FILE      the journal record of the receipt's batch, or instant.jsonl: follows the receipt's path
  --entry REF        the same for an entry by its reference alone
  --also FILE        another certificate, or published commitment, of the same promoter (may be repeated)
  --chain FILE       a beacon other than drand quicknet, which you vouch for
  --instant FILE     instant.jsonl: recomputes every instant win (may be repeated)
  --rules FILE       a pool's commitment that you saved before the opening, to compare instant.jsonl with (may be repeated)
  --help

With --instant alone, CERTIFICATE and ENTRIES may be left out.
`;

class Misuse extends Error {}

function parse(args: string[]) {
  const file = { type: 'string' } as const;
  const files = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({
      args, allowPositionals: true, strict: true,
      options: {
        key: file, authority: file, plan: file, receipt: file, record: file, entry: file, chain: file, also: files, instant: files, rules: files,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Misuse(messageOf(error));
  }
}

function read(path: string): Uint8Array;
function read(path: string | undefined): Uint8Array | undefined;
function read(path: string | undefined): Uint8Array | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Misuse(`${path}: ${messageOf(error)}`);
  }
}

function fileSource(path: string): Source {
  let size: number;
  try {
    size = statSync(path).size;
  } catch (error) {
    throw new Misuse(`${path}: ${messageOf(error)}`);
  }
  return { size, read: () => createReadStream(path, { highWaterMark: 1 << 20 }) };
}

function print({ name, status, reason }: Pick<Check, 'name' | 'status' | 'reason'>): void {
  // Texts of a certificate are its maker's: what a terminal would obey is shown as something else.
  const plain = reason.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  process.stdout.write(`${(status === 'fail' ? 'FAIL' : status).padEnd(4)}  ${name}: ${plain}\n`);
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const instant = values.instant ?? [];
  if (instant.length > 0 && !recountsInstant) throw new Misuse('this verifier was built without the recount of instant wins');
  const [certificate, entries, ...more] = positionals;
  if (more.length > 0) throw new Misuse('more than a certificate and a list of entries');
  if ((certificate === undefined) !== (entries === undefined) || (certificate === undefined && instant.length === 0)) {
    throw new Misuse('a certificate and a list of entries are needed');
  }
  const checks: Check[] = [];
  const [key, chain] = [read(values.key), read(values.chain)];
  if (certificate !== undefined && entries !== undefined) {
    const verified = await verify({
      certificate: read(certificate), entries: fileSource(entries), key, chain, authority: read(values.authority),
      plan: read(values.plan), receipt: read(values.receipt), record: values.record === undefined ? undefined : fileSource(values.record), entry: values.entry, done: print,
      also: (values.also ?? []).map((path) => ({ name: path, bytes: read(path) })),
    });
    checks.push(...verified.checks);
  }
  const saved = (values.rules ?? []).map((path) => read(path));
  for (const path of instant) {
    const recounted = await instantChecks(path, fileSource(path), key, chain, saved, read(values.authority));
    recounted.forEach(print);
    checks.push(...recounted);
  }
  return holds(checks) ? 0 : 1;
}

// In one call where this Node.js has it, which is half as long for short messages.
const atOnce = crypto.hash as typeof crypto.hash | undefined;
useSha256(atOnce === undefined ? (bytes) => crypto.createHash('sha256').update(bytes).digest() : (bytes) => atOnce('sha256', bytes, 'buffer'));
try {
  if (!('isWellFormed' in String.prototype)) throw new Misuse('Node.js 20 or later is needed');
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`verify: ${messageOf(error)}\n`);
  const misused = error instanceof Misuse || error instanceof Unreadable;
  if (misused) process.stderr.write('Try: verify --help\n');
  process.exitCode = misused ? 2 : 1;
}
