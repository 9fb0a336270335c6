import { existsSync, mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { createStub } from '../stub/server.mjs';
import { walk } from './walk.mjs';

/* Walks through the built UI in a real browser against the stub; every page is checked by axe in light and dark. */

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const shots = new URL('../../test-results/', import.meta.url).pathname;

if (!existsSync(new URL('../../dist/index.html', import.meta.url))) fail('dist/ is missing: npm run build first.');
if (!existsSync(executablePath)) {
  const line = `NO BROWSER: ${executablePath} is not there; the browser check of the admin UI was ${process.env.PLATFORM_REQUIRE_BROWSER === '1' ? 'required' : 'SKIPPED'}.`;
  if (process.env.PLATFORM_REQUIRE_BROWSER === '1') fail(line);
  console.log(`\n*** ${line} ***\n`);
  process.exit(0);
}

const { server, state } = createStub();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB' });
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const faults = [];
page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
page.on('console', (message) => {
  if (message.type() === 'error' && !/the server responded with a status of (401|404|409|412|422)/.test(message.text())) faults.push(`console: ${message.text()}`);
});
page.on('request', (request) => {
  if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) faults.push(`third party: ${request.url()}`);
});

mkdirSync(shots, { recursive: true });
let checks = 0;
/** A picture and a check by axe, in both colour schemes. */
const look = async (name) => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((scheme) => document.documentElement.getAttribute('data-mantine-color-scheme') === scheme, colorScheme);
    // The new scheme is painted, and no transition is under way any more.
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
    await page.waitForFunction(() => document.getAnimations().length === 0);
    await page.screenshot({ path: `${shots}${name}-${colorScheme}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    for (const v of violations) faults.push(`axe ${name} ${colorScheme}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`);
    checks++;
  }
  await page.emulateMedia({ colorScheme: 'light' });
};

try {
  await walk({ page, origin, state, look });
} catch (error) {
  await page.screenshot({ path: `${shots}failure.png`, fullPage: true }).catch(() => undefined);
  faults.push(`walk: ${error.stack}`);
}
await browser.close();
server.close();
server.closeAllConnections();
for (const fault of new Set(faults)) console.log(`FAILED ${fault}`);
console.log(`browser check: ${checks} views looked at, ${new Set(faults).size} faults; pictures in test-results/`);
process.exit(faults.length ? 1 : 0);

function fail(line) {
  console.error(line);
  process.exit(1);
}
