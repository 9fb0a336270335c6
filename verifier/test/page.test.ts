import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalText } from '../src/core/canonical';
import { entries, type ListLine, listText, make, Signer } from './maker';
import { receiptFor } from './receipts';

const path = (name: string) => new URL(`../${name}`, import.meta.url).pathname;
const html = readFileSync(path('dist/index.html'), 'utf8');
const fixture = (name: string) => path(`test/fixtures/${name}`);

describe('The page', () => {
  it('is one file that loads nothing and may send nothing', () => {
    const outside = html.replace(/<script>[\s\S]*<\/script>/, '');
    expect(outside).not.toMatch(/\s(?:src|href|action)=|@import|url\(/);
    expect(outside).toContain('default-src &#39;none&#39;'.replaceAll('&#39;', "'"));
  });

  it('lets run its own script and style alone', () => {
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [script, style] = [/<script>([\s\S]*)<\/script>/.exec(html)?.[1] as string, /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] as string];
    expect(html).toContain(`script-src ${hash(script)}; style-src ${hash(style)};`);
    expect(readFileSync(path('dist/index.csp'), 'utf8')).toContain(hash(script));
    expect(script).not.toMatch(/<\/script|<!--/);
  });
});

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p));

describe.skipIf(browserPath === undefined)('In a browser, from a file and offline, the page', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verifier-page-'));
    browser = await chromium.launch({
      timeout: 120_000, executablePath: browserPath as string, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    const context = await browser.newContext({ offline: true });
    page = await context.newPage();
    page.setDefaultTimeout(120_000);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const open = async () => void (await page.goto(pathToFileURL(path('dist/index.html')).href));
  const verified = async () => {
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.locator('#result').waitFor({ state: 'visible' });
    return { verdict: await page.locator('#verdict').innerText(), rows: await page.locator('#checks tbody tr').allInnerTexts() };
  };

  it('says what is missing, at the field', async () => {
    await open();
    expect(await page.locator('#insecure').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Verify' }).click();
    expect(await page.getByRole('alert').innerText()).toBe('Choose the certificate of the draw.');
    expect(await page.getByLabel('Certificate (needed)').evaluate((e) => document.activeElement === e)).toBe(true);
  });

  it('verifies a certificate, and moves to the verdict', async () => {
    await open();
    await page.getByLabel('Certificate (needed)').setInputFiles(fixture('certificate.json'));
    await page.getByLabel('List of entries (needed)').setInputFiles(fixture('entries.jsonl'));
    await page.getByText('What you trust').click();
    await page.getByLabel('public keys').setInputFiles(fixture('platform-key.json'));
    await page.getByLabel('authority’s certificate').setInputFiles(fixture('authority.pem'));
    const { verdict, rows } = await verified();
    expect(verdict).toBe('This certificate holds');
    expect(rows).toHaveLength(21);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('verdict');
    expect(await page.getByRole('status').innerText()).toContain('This certificate holds. 20 checks hold');
  });

  it('takes dropped files to their places, and finds the entry of a receipt', async () => {
    await open();
    const signer = new Signer();
    const lines = entries(3000, 5);
    const made = await make({ level: 'observed', signer, lines });
    const { receipt } = receiptFor(lines, 4, signer);
    const files = [['a', canonicalText(made.certificate)], ['b', made.list], ['c', JSON.stringify(receipt)], ['d', 'what is this?'], ['e', signer.publicKey.replace(/^/, '{"publicKey":"').concat('"}')]];
    const dropped = await page.evaluateHandle((named) => {
      const transfer = new DataTransfer();
      for (const [name, text] of named) transfer.items.add(new File([text as string], name as string));
      return transfer;
    }, files);
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: dropped });
    await page.getByRole('alert').filter({ hasText: 'Not recognised: d' }).waitFor();
    const { verdict, rows } = await verified();
    expect(verdict).toBe('This certificate holds');
    expect(rows.at(-1)).toContain('inclusion');
    expect(await page.locator('#own').innerText()).toContain('line 5: in the draw with');
  });

  it('shows which check fails, and texts of a certificate as text', async () => {
    await open();
    const made = await make({ level: 'committed' });
    const evil = { ...made.certificate, name: '<img src=x onerror=document.title=1>' };
    await page.getByLabel('Certificate (needed)').setInputFiles(file('evil.json', canonicalText(evil)));
    await page.getByLabel('List of entries (needed)').setInputFiles(file('other.jsonl', listText(entries(40, 5).map((l): ListLine => (l.tickets === 1 ? { ...l, tickets: 2 } : l)))));
    const { verdict, rows } = await verified();
    expect(verdict).toBe('This certificate does not hold');
    expect(rows.filter((r) => r.startsWith('Fails')).map((r) => r.split('\t')[1])).toEqual(['platform-signature', 'root', 'counts', 'order']);
    expect(await page.locator('#facts').innerText()).toContain('<img src=x');
    expect(await page.title()).toBe('Verify a prize draw');
  });

  it('says that level committed is not evidence', async () => {
    await open();
    const made = await make({ level: 'committed' });
    await page.getByLabel('Certificate (needed)').setInputFiles(file('c.json', canonicalText(made.certificate)));
    await page.getByLabel('List of entries (needed)').setInputFiles(file('c.jsonl', made.list));
    expect((await verified()).verdict).toContain('not evidence');
  });

  it('says that a draw was declared void', async () => {
    await open();
    const made = await make({ level: 'observed', events: [{ kind: 'voided', reasonCode: 'list-incomplete' }] });
    await page.getByLabel('Certificate (needed)').setInputFiles(file('v.json', canonicalText(made.certificate)));
    await page.getByLabel('List of entries (needed)').setInputFiles(file('v.jsonl', made.list));
    expect((await verified()).verdict).toContain('declared void');
  });

  it('stays usable while it reads a long list', async () => {
    await open();
    const made = await make({ level: 'committed' });
    await page.getByLabel('Certificate (needed)').setInputFiles(file('l.json', canonicalText(made.certificate)));
    await page.getByLabel('List of entries (needed)').setInputFiles(file('l.jsonl', made.list.repeat(1500)));
    await page.evaluate(() => {
      const seen = { longest: 0, last: performance.now(), values: new Set<number>() };
      (globalThis as unknown as { seen: typeof seen }).seen = seen;
      const tick = () => {
        seen.longest = Math.max(seen.longest, performance.now() - seen.last);
        seen.last = performance.now();
        seen.values.add((document.getElementById('bar') as HTMLProgressElement).value);
        setTimeout(tick);
      };
      tick();
    });
    // A busy machine halts the page now and then, for as long as it likes; what the page itself does at a stretch it does every time.
    let [values, longest] = [0, Infinity];
    for (let attempt = 0; attempt < 5 && (values <= 4 || longest >= 2_000); attempt++) {
      await page.evaluate(() => Object.assign((globalThis as unknown as { seen: object }).seen, { longest: 0, last: performance.now(), values: new Set() }));
      await verified();
      const [seen, pause] = await page.evaluate(() => {
        const { seen } = globalThis as unknown as { seen: { longest: number; values: Set<number> } };
        return [seen.values.size, seen.longest] as const;
      });
      [values, longest] = [Math.max(values, seen), Math.min(longest, pause)];
    }
    expect(values).toBeGreaterThan(4);
    expect(longest).toBeLessThan(2_000);
  });
});
