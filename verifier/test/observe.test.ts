import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSignedBy, publicKey } from '../src/core/keys';
import { checkedHash, fromRolls, fromTypedHex, messageOf, newKey, observe } from '../src/observe/observation';
import { entries, make } from './maker';

const path = (name: string) => new URL(`../${name}`, import.meta.url).pathname;
const rolls = '123456'.repeat(17);
const hexes = createHash('sha256').update('something').digest('hex');

describe('An observer\'s randomness', () => {
  it('comes from 64 hexadecimal digits', () => {
    expect(fromTypedHex(` ${hexes.slice(0, 32).toUpperCase()}\n${hexes.slice(32)} `)).toEqual(new Uint8Array(Buffer.from(hexes, 'hex')));
    for (const [typed, why] of [['', '64'], [hexes.slice(2), 'these are 62'], [`${hexes}00`, 'these are 66'], [`x${hexes.slice(1)}`, 'a to f'], ['0'.repeat(64), 'repeat']] as const) {
      expect(() => fromTypedHex(typed)).toThrow(why);
    }
  });

  it('comes from a hundred rolls of a die, hashed', () => {
    const expected = createHash('sha256').update(rolls).digest();
    expect(Buffer.from(fromRolls(rolls))).toEqual(expected);
    expect(Buffer.from(fromRolls(rolls.split('').join(', ')))).toEqual(expected);
    for (const [typed, why] of [['', 'these are 0'], [rolls.slice(0, 99), 'these are 99'], [`${rolls}7`, '1 to 6'], ['12345'.repeat(30), 'every side']] as const) {
      expect(() => fromRolls(typed)).toThrow(why);
    }
  });

  it('is signed with the commitment, by a key that the verifier and others read', () => {
    const [key, bytes] = [newKey(), fromRolls(rolls)];
    const given = observe(key, hexes, bytes, 'I rolled.');
    expect(isSignedBy(publicKey(given.publicKey), messageOf(hexes, bytes), given.signature)).toBe(true);
    const other = createPublicKey({ key: Buffer.from(given.publicKey, 'base64'), format: 'der', type: 'spki' });
    expect(verify('sha256', messageOf(hexes, bytes), { key: other, dsaEncoding: 'ieee-p1363' }, Buffer.from(given.signature, 'hex'))).toBe(true);
    expect(isSignedBy(publicKey(given.publicKey), messageOf(hexes, fromTypedHex(hexes)), given.signature)).toBe(false);
    expect(newKey().publicKey).not.toBe(key.publicKey);
  });

  it('is given to the commitment that is published, and to no other', async () => {
    const { document, drawId } = await published();
    expect(checkedHash(document, drawId)).toBe(document.hash);
    expect(() => checkedHash({ ...document, commitment: { ...document.commitment, root: '0'.repeat(64) } }, drawId)).toThrow('it has the hash');
    expect(() => checkedHash(document, 'drw_other')).toThrow('another draw');
    expect(() => checkedHash(null, drawId)).toThrow('no commitment');
  });
});

async function published() {
  const { commitment, drawId } = (await make({ level: 'observed', lines: entries(12) })).certificate;
  return { drawId, document: { schema: 'pdv1-commitment/1', commitment: commitment.body as unknown as Record<string, unknown>, hash: commitment.hash } };
}

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p));

describe.skipIf(browserPath === undefined)('The observer\'s page', () => {
  let browser: Browser;
  let server: Server;
  let address: string;
  let committed: Awaited<ReturnType<typeof published>>['document'];
  let drawId: string;
  const given: { token: string | undefined; body: Record<string, string> }[] = [];
  const state = { supplied: false, committed: true, changed: false, refuse: 0 };

  beforeAll(async () => {
    ({ document: committed, drawId } = await published());
    browser = await chromium.launch({
      timeout: 120_000, executablePath: browserPath as string, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    server = createServer((request, response) => {
      if (request.url === '/observe') return void response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': readFileSync(path('dist/observe.csp'), 'utf8').trim() }).end(readFileSync(path('dist/observe.html')));
      const json = (status: number, value: unknown) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      const commitment = state.changed ? { ...committed, hash: '0'.repeat(64) } : committed;
      if (request.method === 'GET') return void json(200, { draw: { id: drawId, name: 'Final draw', campaign: 'Summer', state: 'committed', level: 'observed' }, commitment: state.committed ? commitment : null, supplied: state.supplied });
      let text = '';
      request.on('data', (chunk: Buffer) => { text += chunk.toString(); }).on('end', () => {
        given.push({ token: request.headers['x-observer-token'] as string, body: JSON.parse(text) as Record<string, string> });
        if (state.refuse === 0) response.writeHead(204).end();
        else json(state.refuse, { code: 'x', detail: 'It has been given before.' });
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/observe#${drawId}.abcdefghijklmnopqrstuvwxyz`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(change: Partial<typeof state> = {}, width = 1000) {
    Object.assign(state, { supplied: false, committed: true, changed: false, refuse: 0 }, change);
    given.length = 0;
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.setDefaultTimeout(120_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => { if (!request.url().startsWith(address.slice(0, address.indexOf('/observe')))) errors.push(request.url()); });
    await page.goto(address);
    await page.getByRole('heading', { name: 'Final draw' }).waitFor();
    return { page, errors };
  }

  it('takes rolls and a statement, signs them, sends them once and hands out the key', async () => {
    const { page, errors } = await open({}, 360);
    expect(await page.locator('#draw-facts').innerText()).toContain(committed.hash);
    await page.getByRole('button', { name: 'Sign and send' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('these are 0');
    await page.getByLabel('Rolls of a six-sided die').fill(rolls);
    expect(await page.locator('#bytes').innerText()).toBe(createHash('sha256').update(rolls).digest('hex'));
    await page.getByRole('button', { name: 'Sign and send' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('who you are');
    await page.getByLabel('Your statement').fill('I am a notary and rolled a die.');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByRole('heading', { name: 'has been taken' }).waitFor();
    expect(given).toHaveLength(1);
    const { token, body } = given[0] as (typeof given)[0];
    expect(token).toBe(`${drawId}.abcdefghijklmnopqrstuvwxyz`);
    expect(Object.keys(body).sort()).toEqual(['publicKey', 'randomness', 'signature', 'statement']);
    expect(isSignedBy(publicKey(body.publicKey as string), messageOf(committed.hash, fromRolls(rolls)), body.signature as string)).toBe(true);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save my key' }).click()]);
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toMatchObject({ drawId, commitmentHash: committed.hash, signature: body.signature });
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
    expect(errors).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/observe-done.png`, fullPage: true });
    await page.close();
  });

  it('takes bytes as hex, and sends the same again after a refusal', async () => {
    const { page } = await open({ refuse: 409 });
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/observe-form.png`, fullPage: true });
    await page.getByLabel('I have 32 random bytes').check();
    await page.getByLabel('32 bytes in hexadecimal').fill(hexes);
    await page.getByLabel('Your statement').fill('Mine.');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('It has been given before.').waitFor();
    state.refuse = 0;
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByRole('heading', { name: 'has been taken' }).waitFor();
    expect(given[1]?.body.publicKey).toBe(given[0]?.body.publicKey);
    expect(given[1]?.body.randomness).toBe(hexes);
    await page.close();
  });

  it('asks for nothing before the commitment, after it was done, or where the commitment is another', async () => {
    for (const [change, text] of [[{ committed: false }, 'not fixed and published yet'], [{ supplied: true }, 'has been given'], [{ changed: true }, 'Do not take part']] as const) {
      const { page } = await open(change);
      await page.getByText(text).waitFor();
      expect(await page.getByRole('button', { name: 'Sign and send' }).isVisible()).toBe(false);
      await page.close();
    }
  });
});
