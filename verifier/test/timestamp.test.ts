import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../src/core/canonical';
import type { Certificate } from '../src/core/certificate';
import { checkToken, readAuthorities } from '../src/core/timestamp';
import { authority } from './authority';
import { failed, judge, reason } from './judging';
import { make, recommit } from './maker';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const certificate = JSON.parse(fixture('certificate.json').toString()) as Certificate;
const message = canonicalBytes(certificate.commitment.body);
const token = certificate.commitment.timestampToken as string;
const rootDer = Buffer.from(fixture('authority.pem').toString().replace(/-----[^-]+-----|\s/g, ''), 'base64');
const trusted = readAuthorities(fixture('authority.pem'));

describe('A time-stamp token of OpenSSL', () => {
  it('is accepted over its message, from its authority', async () => {
    expect(await checkToken(token, message, trusted)).toEqual({ at: Date.parse('2023-08-23T15:05:35Z') * 1000, signer: 'Fixture Time-Stamping', known: true });
    expect((await checkToken(token, message, null)).known).toBeNull();
  });

  it('is told apart from an authority that was not named', async () => {
    const other = await authority('Another');
    expect((await checkToken(token, message, readAuthorities(Buffer.from(other.pem)))).known).toBe(false);
  });

  it('is refused over another message', async () => {
    await expect(checkToken(token, Buffer.concat([message, Buffer.of(10)]), trusted)).rejects.toThrow('something else');
  });

  it('is refused, or leads to no known authority, for a bit changed anywhere in what is signed or names the signer', async () => {
    const der = Buffer.from(token, 'base64');
    const accepted: number[] = [];
    for (let at = 0; at < der.length; at += 5) {
      const changed = Buffer.from(der);
      changed[at] = (changed[at] as number) ^ 1;
      const witness = await checkToken(changed.toString('base64'), message, trusted).catch(() => null);
      if (witness?.known === true) accepted.push(at);
    }
    // What is left is the copy of the authority's own certificate: nobody reads it, the one that the user trusts is taken instead.
    const copy = der.indexOf(Buffer.from(rootDer));
    expect(copy).toBeGreaterThan(0);
    expect(accepted.filter((at) => at < copy || at >= copy + rootDer.length)).toEqual([]);
  });

  it.each(['', 'AAAA', 'MAA=', 'not base64'])('is refused as %j', async (text) => await expect(checkToken(text, message, trusted)).rejects.toThrow());
});

describe('An authority', () => {
  it('whose certificate is for something else is refused', async () => {
    const server = await authority('Web server', '1.3.6.1.5.5.7.3.1');
    await expect(checkToken(await server.stamp('text', '2023-08-23T15:05:35Z'), Buffer.from('text'), null)).rejects.toThrow('not for time-stamping alone');
  });

  it('whose certificate was not valid yet is refused', async () => {
    const one = await authority();
    await expect(checkToken(await one.stamp('text', '2019-08-23T15:05:35Z'), Buffer.from('text'), null)).rejects.toThrow('not valid at');
  });

  it('that the user did not name makes the check of a certificate fail', async () => {
    const [one, other] = [await authority(), await authority('Other')];
    const made = await make({ level: 'beacon', authority: one });
    const checks = await judge(made.certificate, made.list, { authority: Buffer.from(other.pem) });
    expect(failed(checks)).toEqual(['timestamp']);
    expect(reason(checks, 'timestamp')).toContain('does not lead to an authority that you named');
  });
});

const openssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).startsWith('OpenSSL 3');
  } catch {
    return false;
  }
})();

describe('The local openssl', () => {
  it.skipIf(!openssl)('stamps a commitment of this moment, and the certificate holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'verifier-ts-'));
    try {
      const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
      writeFileSync(join(folder, 'ts.cnf'), ['[req]', 'distinguished_name=dn', '[dn]', '[root]', 'basicConstraints=critical,CA:TRUE', '[tsa]', 'keyUsage=critical,digitalSignature',
        'extendedKeyUsage=critical,timeStamping', '[authority]', 'serial=serial', 'default_policy=1.2.3.4.1', 'digests=sha256', 'signer_digest=sha256', 'ess_cert_id_alg=sha256', ''].join('\n'));
      writeFileSync(join(folder, 'serial'), '01\n');
      const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-config', 'ts.cnf'];
      run('req', '-x509', ...ec, '-keyout', 'root.key', '-out', 'root.pem', '-subj', '/CN=Local Root', '-days', '2', '-extensions', 'root');
      run('req', ...ec, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Local Time');
      run('x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '2', '-days', '2', '-out', 'tsa.pem', '-extfile', 'ts.cnf', '-extensions', 'tsa');
      const committedAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      const made = await make({ level: 'observed', body: { committedAt } });
      writeFileSync(join(folder, 'body.json'), canonicalBytes(made.certificate.commitment.body));
      run('ts', '-query', '-data', 'body.json', '-sha256', '-cert', '-out', 'q.tsq');
      run('ts', '-reply', '-config', 'ts.cnf', '-section', 'authority', '-queryfile', 'q.tsq', '-signer', 'tsa.pem', '-inkey', 'tsa.key', '-token_out', '-out', 't.der');
      const stamped = recommit(made.certificate, made.signer, readFileSync(join(folder, 't.der')).toString('base64'));
      const checks = await judge(stamped, made.list, { authority: readFileSync(join(folder, 'root.pem')) });
      expect(failed(checks)).toEqual([]);
      expect(reason(checks, 'timestamp')).toContain('from Local Time');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
