import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listText, entries, make, sha256, Signer } from './maker';
import { receiptFor } from './receipts';
import { canonicalText } from '../src/core/canonical';

const project = fileURLToPath(new URL('..', import.meta.url));
const fixtures = join(project, 'test/fixtures');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verifier-'));
  mkdirSync(join(folder, 'dist'));
  copyFileSync(join(project, 'verify'), join(folder, 'verify'));
  for (const file of readdirSync(join(project, 'dist'))) copyFileSync(join(project, 'dist', file), join(folder, 'dist', file));
  for (const file of ['certificate.json', 'entries.jsonl', 'platform-key.json', 'authority.pem']) copyFileSync(join(fixtures, file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('./verify', args, { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } });
  return { status, stdout, stderr, lines: stdout.trimEnd().split('\n') };
};

describe('In a folder that holds nothing else of the project, the command', () => {
  it('verifies a certificate and its list, a line for each check', () => {
    const { status, lines, stderr } = run('certificate.json', 'entries.jsonl', '--key', 'platform-key.json', '--authority', 'authority.pem');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(lines.every((l) => /^(ok {2}|note) {2}[a-z-]+: \S/.test(l))).toBe(true);
    expect(lines.map((l) => l.slice(6, l.indexOf(':')))).toEqual([
      'schema', 'platform-signature', 'commitment-hash', 'commitment-signature', 'commitment-time', 'timestamp', 'beacon-round', 'beacon-signature', 'randomness', 'observer',
      'secret', 'rules', 'list-format', 'root', 'excluded-root', 'counts', 'seed', 'order', 'events', 'level', 'predecessor']);
  });

  it('leaves with 1 and says why for another list', () => {
    writeFileSync(join(folder, 'other.jsonl'), listText(entries(40, 5, 'other')));
    const { status, lines } = run('certificate.json', 'other.jsonl');
    expect(status).toBe(1);
    expect(lines.filter((l) => l.startsWith('FAIL')).map((l) => l.slice(6).split(':')[0])).toEqual(['root', 'excluded-root', 'order']);
  });

  it('leaves with 1 for a list that can\'t be read to its end, and for one long line', () => {
    writeFileSync(join(folder, 'long.jsonl'), 'x'.repeat(5_000_000));
    expect(run('certificate.json', 'long.jsonl').status).toBe(1);
    expect(run('certificate.json', '.').status).toBe(1);
  });

  it('looks up an entry by its receipt and by its reference', async () => {
    const signer = new Signer();
    const lines = entries(40, 5);
    const made = await make({ level: 'beacon-unwitnessed', signer, lines });
    const { receipt, record } = receiptFor(lines, 7, signer);
    writeFileSync(join(folder, 'c.json'), canonicalText(made.certificate));
    writeFileSync(join(folder, 'e.jsonl'), made.list);
    writeFileSync(join(folder, 'r.json'), JSON.stringify(receipt));
    writeFileSync(join(folder, 'b.json'), canonicalText(record));
    writeFileSync(join(folder, 'k.pem'), `-----BEGIN PUBLIC KEY-----\n${signer.publicKey.replace(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`);
    const { status, lines: told } = run('c.json', 'e.jsonl', '--receipt', 'r.json', '--record', 'b.json', '--key', 'k.pem');
    expect(status).toBe(0);
    expect(told.at(-1)).toMatch(/^ok {4}inclusion: line 8: in the draw with \d/);
    expect(run('c.json', 'e.jsonl', '--entry', sha256('nobody')).status).toBe(1);
    expect(run('c.json', 'e.jsonl', '--entry', receipt.entryRef as string).status).toBe(0);
  });

  it('shows no control characters of a certificate to the terminal', async () => {
    const made = await make({ level: 'observed' });
    const text = canonicalText({ ...made.certificate, observer: { ...made.certificate.observer, name: 'Eve\u001b[2J\u202eevE\u009b31m' } });
    writeFileSync(join(folder, 'eve.json'), text);
    writeFileSync(join(folder, 'e.jsonl'), made.list);
    expect(run('eve.json', 'e.jsonl').stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it.each([[[]], [['certificate.json']], [['certificate.json', 'missing.jsonl']], [['missing.json', 'entries.jsonl']], [['a', 'b', 'c']], [['certificate.json', 'entries.jsonl', '--bogus']],
    [['certificate.json', 'entries.jsonl', '--key', 'entries.jsonl']], [['certificate.json', 'entries.jsonl', '--authority', 'entries.jsonl']], [['certificate.json', 'entries.jsonl', '--chain', 'authority.pem']]])(
    'leaves with 2 when asked %j', (args) => {
      const { status, stderr, stdout } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain('verify: ');
      expect(stdout).toBe('');
    });

  it('tells its use', () => expect(run('--help')).toMatchObject({ status: 0, stderr: '' }));

  it('and says what to do where it was not built', () => {
    const bare = mkdtempSync(join(tmpdir(), 'verifier-bare-'));
    copyFileSync(join(project, 'verify'), join(bare, 'verify'));
    expect(() => execFileSync('./verify', [], { cwd: bare, stdio: 'pipe' })).toThrow('npm run build');
    rmSync(bare, { recursive: true });
  });
});

describe('What is built', () => {
  it('needs no file beside it', () => {
    const program = readFileSync(join(project, 'dist/verify.mjs'), 'utf8');
    const imports = [...program.matchAll(/^import [^;]*? from ["']([^"']+)["']/gm)].map((m) => m[1] as string);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });
});
