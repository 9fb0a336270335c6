// Looks at the built site in a real browser: `npm run build`, then
//   NODE_PATH=<a folder with playwright-core and axe-core> node tests/browser/check.mjs [folder for screenshots]
// Neither package is a dependency of the sites. Ends with exit code 1 when something is not as it should be.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepted, campaign, claimFound, receiptFound, refused, startStatic, startStub } from './stub.mjs';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const here = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const shots = process.argv[2] ?? join(here, 'dist', 'screenshots');
mkdirSync(shots, { recursive: true });

const built = JSON.parse(readFileSync(join(here, 'content', 'campaign.json'), 'utf8'));
const stub = await startStub();
const site = await startStatic(join(here, 'out'), built.apiUrl, stub.url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

let passed = 0;
const failures = [];
async function check(name, run, { width = 1280, height = 900, state = 'live', path = '/', changes = {} } = {}) {
  stub.site = campaign(state, changes);
  Object.assign(stub, { siteStatus: 200, replies: [], received: [], siteHeaders: [], winners: undefined, previewRefused: false });
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB' });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (line) => { if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) problems.push(line.text()); });
  page.on('request', (request) => { if (![site.url, stub.url].includes(new URL(request.url()).origin) && !request.url().startsWith('blob:')) problems.push(`third party: ${request.url()}`); });
  try {
    await page.goto(site.url + path);
    await page.locator('main:not([data-state="loading"])').waitFor();
    await run(page);
    assert.deepEqual(problems, []);
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n     ${String(error.stack ?? error).replaceAll('\n', '\n     ')}`);
    await page.screenshot({ path: join(shots, `failed-${failures.length}.png`) }).catch(() => undefined);
  }
  await context.close();
}

const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
async function accessible(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`), []);
}
async function fill(page, values = {}) {
  const all = { firstName: 'Ann', lastName: 'Smith', email: 'ann@example.com', dateOfBirth: '1990-05-01', postcode: 'LS1 4AP', county: 'West Yorkshire', ...values };
  for (const [name, value] of Object.entries(all)) await page.locator(`[name="${name}"]`).fill(value);
  await page.locator('[name="answers.season"]').selectOption('Summer');
  await page.locator('[name="terms"]').check();
}
const enter = (page) => page.getByRole('button', { name: 'Enter now' }).click();
const state = (page) => page.locator('main').getAttribute('data-state');
const noSidewaysScroll = async (page) => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false);

for (const [name, options] of Object.entries({ live: {}, 'live-mobile': { width: 360, height: 740 }, scheduled: { state: 'scheduled' }, paused: { state: 'paused' }, closed: { state: 'closed' }, drawn: { state: 'drawn' }, completed: { state: 'completed' },
  'brand-yellow': { changes: { brand: { headline: 'A headline in a bright colour', primaryColour: '#ffe100', logoUrl: null } } },
  'brand-red-long': { width: 360, height: 740, changes: { brand: { headline: 'Donaudampfschifffahrtsgesellschaft gives away thirty winter holidays', primaryColour: '#c8102e', logoUrl: null } } } })) {
  await check(`The page of a campaign: ${name}`, async (page) => {
    assert.equal(await state(page), options.state ?? 'live');
    await shot(page, name);
    await noSidewaysScroll(page);
    await accessible(page);
  }, options);
}
for (const path of ['winners', 'terms', 'privacy']) {
  for (const [suffix, size] of [['', {}], ['-mobile', { width: 360, height: 740 }]]) {
    await check(`The ${path} page${suffix}`, async (page) => {
      await page.locator('.card').first().waitFor();
      await shot(page, path + suffix);
      await noSidewaysScroll(page);
      await accessible(page);
    }, { path: `/${path}`, state: 'drawn', ...size });
  }
}
const token = 'eyJyZWNlaXB0IjoxfQ';
for (const [suffix, size] of [['', {}], ['-mobile', { width: 360, height: 740 }]]) {
  await check(`The receipt page${suffix}`, async (page) => {
    stub.replies = [receiptFound];
    await page.evaluate((hash) => { window.location.hash = hash; }, token);
    await page.getByRole('heading', { name: 'This receipt is genuine' }).waitFor();
    assert.deepEqual(await page.locator('section[data-state]').evaluateAll((found) => found.map((draw) => draw.dataset.state)), ['not-drawn', 'excluded', 'drawn', 'waiting']);
    assert.match(await page.locator('section[data-state=drawn]').innerText(), /Position 4, a reserve[\s\S]*You have moved up. The prize is: Weekend in Paris[\s\S]*Provisional/);
    assert.equal(await page.getByRole('link', { name: 'The proof, in words' }).count(), 3);
    assert.equal(stub.received[0].token, token);
    await shot(page, `receipt${suffix}`);
    await noSidewaysScroll(page);
    await accessible(page);
  }, { path: '/receipt', state: 'drawn', ...size });
  await check(`The claim page${suffix}`, async (page) => {
    stub.replies = [claimFound('told', { guardianNeeded: true }), refused(422, 'claim.invalid', {}, { errors: { phone: ['is too short.'] } }), claimFound('claimed', { publication: 'objected' }), claimFound('claimed', { publication: 'agreed' })];
    await page.evaluate((hash) => { window.location.hash = hash; }, token);
    await page.getByRole('heading', { name: 'Weekend in Paris for two' }).waitFor();
    await page.getByRole('button', { name: 'Claim my prize' }).click();
    await page.getByRole('alert').getByText('Enter the name of your parent or guardian').waitFor();
    await shot(page, `claim-errors${suffix}`);
    await accessible(page);
    for (const [name, value] of Object.entries({ name: 'Ann Smith', address: '1 High Street\nLeeds', phone: '1', guardian: 'Bob Smith' })) await page.locator(`[name="${name}"]`).fill(value);
    await page.getByLabel('No, please don’t').check();
    await page.getByRole('button', { name: 'Claim my prize' }).click();
    await page.getByRole('alert').getByText('is too short.').waitFor();
    assert.equal(await page.locator('[name="name"]').inputValue(), 'Ann Smith');
    await page.getByRole('button', { name: 'Claim my prize' }).click();
    await page.getByRole('heading', { name: 'Thank you: your claim is in' }).waitFor();
    assert.deepEqual(stub.received.at(-1).body, { name: 'Ann Smith', address: '1 High Street\nLeeds', phone: '1', guardian: 'Bob Smith', publication: 'objected' });
    await shot(page, `claim-done${suffix}`);
    await page.getByRole('button', { name: 'You may publish my surname and county' }).click();
    await page.getByText('may be published.').waitFor();
    assert.deepEqual(stub.received.at(-1).body, { publication: 'agreed' });
    await noSidewaysScroll(page);
    await accessible(page);
  }, { path: '/claim', state: 'drawn', ...size });
}
await check('Receipts and claims that are not good say so', async (page) => {
  await page.getByRole('heading', { name: 'There is no receipt in this address' }).waitFor();
  await accessible(page);
  await shot(page, 'receipt-none');
  stub.replies = [refused(422, 'receipt.invalid'), refused(404, 'claim.not_found')];
  await page.evaluate((hash) => { window.location.hash = hash; }, token);
  await page.getByRole('alert').getByText('could not be confirmed').waitFor();
  await page.goto(`${site.url}/claim/#${token}`);
  await page.getByRole('alert').getByText('leads to no claim').waitFor();
  await shot(page, 'claim-refused');
}, { path: '/receipt', state: 'drawn' });
await check('A receipt file that was saved leads to its page', async (page) => {
  stub.replies = [receiptFound];
  const file = { entryId: 'ent_1', receipt: accepted('none', null).body.receipt };
  await page.getByLabel('Choose your receipt file').setInputFiles({ name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await page.getByRole('heading', { name: 'This receipt is genuine' }).waitFor();
  assert.equal(JSON.parse(Buffer.from(stub.received[0].token, 'base64url')).signature, 'sig');
}, { path: '/receipt', state: 'drawn' });
await check('The holding page asks not to be indexed', async (page) => {
  assert.equal(await page.locator('main h1').textContent(), 'Something good is on its way');
  assert.match(await page.locator('meta[name="robots"]').getAttribute('content'), /noindex/);
  await shot(page, 'holding');
  await accessible(page);
}, { changes: Object.fromEntries([...Object.keys(campaign('live')).map((key) => [key, undefined]), ['slug', 'summer-paris'], ['state', 'holding'], ['now', new Date().toISOString()]]) });
await check('A published page may be indexed', async (page) => assert.equal(await page.locator('meta[name="robots"]').count(), 0));
await check('An unknown address has its own page', async (page) => {
  const response = await page.goto(`${site.url}/nothing-here`);
  assert.equal(response.status(), 404);
  await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
  await shot(page, 'not-found');
});

await check('The countdown follows the server, not the visitor’s clock', async (page) => {
  await page.clock.setFixedTime('2031-01-01T00:00:00Z');
  await page.reload();
  const timer = page.getByRole('timer');
  await timer.waitFor();
  assert.match(await timer.innerText(), /02\s*days\s*0[12]\s*hours/);
}, { state: 'scheduled' });
await check('The page opens by itself when the countdown ends', async (page) => {
  assert.equal(await state(page), 'scheduled');
  stub.site = campaign('live');
  await page.locator('main[data-state="live"]').waitFor({ timeout: 60_000 });
}, { state: 'scheduled', changes: { opensAt: new Date(Date.now() + 10_000).toISOString() } });

const packs = (freeRoute) => ({ pools: [{ id: 'pool_1', name: 'Packs', entryCode: 'required', freeRoute }] });
await check('An entry with the code from a pack', async (page) => {
  stub.replies = [refused(422, 'entry.code_invalid'), accepted('gift', '10% off', { coupon: 'TEN-4QSX-9RZ' })];
  await fill(page);
  await enter(page);
  await page.getByText('Enter the code from your pack, or tick that you have none').first().waitFor();
  await accessible(page);
  await shot(page, 'code-missing');
  await page.getByLabel('Code from the pack').fill('pk-1');
  await enter(page);
  await page.getByText('This code is not valid, or it has been used.').first().waitFor();
  assert.equal(await page.getByLabel('Code from the pack').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Code from the pack').fill('pk-2');
  await enter(page);
  await page.getByTestId('result').waitFor();
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState === 'finished'));
  assert.match(await page.getByTestId('result').innerText(), /TEN-4QSX-9RZ[\s\S]*Valid until 31 March 2027/);
  await page.getByRole('button', { name: 'Copy the code' }).waitFor();
  await shot(page, 'result-coupon');
  await accessible(page);
  assert.deepEqual(stub.received.map(({ body }) => body.proof), [{ code: 'pk-1' }, { code: 'pk-2' }]);
}, { changes: { ...packs('online'), prizes: [{ id: 'prz_1', name: '10% off', kind: 'gift', stock: 50, coupon: true, couponExpiresAt: '2027-03-31T22:59:59Z' }] } });
await check('An entry without a code, by the free route online', async (page) => {
  stub.replies = [accepted('none', null)];
  await fill(page);
  await page.getByLabel('I have no code').check();
  assert.equal(await page.getByLabel('Code from the pack').isDisabled(), true);
  await shot(page, 'code-free');
  await accessible(page);
  await enter(page);
  await page.getByTestId('result').waitFor();
  assert.deepEqual(stub.received[0].body.proof, { free: true });
}, { changes: packs('online'), width: 360, height: 740 });
await check('The free route by post stands where the code is asked for', async (page) => {
  await page.getByText('You can enter free by post: Send a postcard').waitFor();
  assert.equal(await page.getByLabel('I have no code').count(), 0);
  await accessible(page);
}, { changes: packs('post') });

for (const [kind, prize] of [['prize', 'Enamel mug'], ['gift', 'Sticker set'], ['none', null]]) {
  await check(`An entry with the outcome ${kind}`, async (page) => {
    stub.replies = [accepted(kind, prize)];
    await fill(page);
    await enter(page);
    const result = page.getByTestId('result');
    await result.waitFor();
    assert.equal(await result.getAttribute('data-outcome'), kind);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'result-heading');
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState === 'finished'));
    await shot(page, `result-${kind}`);
    await accessible(page);
    const [{ body, key, siteKey }] = stub.received;
    assert.deepEqual(body, {
      pool: null, entrant: { email: 'ann@example.com', firstName: 'Ann', lastName: 'Smith', phone: null, dateOfBirth: '1990-05-01', postcode: 'LS1 4AP', county: 'West Yorkshire', country: 'GB' },
      answers: { season: 'Summer' }, termsVersion: 1, proof: null, consents: [{ purpose: 'marketing-email', version: 1, granted: false }], captchaToken: null, website: '',
    });
    assert.match(key, /^[0-9a-f]{32}$/);
    assert.equal(siteKey, built.siteKey);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download (JSON)' }).click()]);
    assert.equal(JSON.parse(readFileSync(await download.path(), 'utf8')).receipt.signature, 'sig');
    assert.match(await page.getByRole('link', { name: 'Your receipt’s own page' }).getAttribute('href'), /^\/receipt\/#[\w-]+$/);
  });
}
await check('The result on a phone, with a coupon', async (page) => {
  stub.replies = [accepted('gift', 'Sticker set', { coupon: { code: 'PARIS-7K2M-9QX4', expiresAt: '2027-03-31T22:59:59Z' } })];
  await fill(page);
  await enter(page);
  await page.getByTestId('result').waitFor();
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState === 'finished'));
  await shot(page, 'result-mobile');
  await noSidewaysScroll(page);
}, { width: 360, height: 740 });
await check('An incomplete form gets a summary with the focus, and links to its fields', async (page) => {
  await enter(page);
  const summary = page.getByRole('alert').filter({ hasText: 'Please check your entry' });
  await summary.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.className), 'summary');
  await shot(page, 'errors');
  await accessible(page);
  await summary.getByRole('link', { name: 'Enter your email address' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'email');
  assert.match(await page.locator('[name="email"]').getAttribute('aria-describedby'), /field-email-error/);
  assert.equal(stub.received.length, 0);
});
await check('The form can be filled in and sent by keyboard, past the honeypot', async (page) => {
  stub.replies = [accepted('none', null)];
  await page.locator('[name="firstName"]').focus();
  const names = [];
  for (let step = 0; step < 25; step++) {
    names.push(await page.evaluate(() => document.activeElement.name || document.activeElement.textContent));
    await page.keyboard.press('Tab');
  }
  assert.ok(!names.includes('website'), names.join());
  for (const name of ['email', 'dateOfBirth', 'postcode', 'phone', 'county', 'answers.favourite', 'answers.season', 'consents.marketing-email', 'terms', 'Enter now']) assert.ok(names.includes(name), `${name} in ${names.join()}`);
  await fill(page);
  await page.locator('[name="lastName"]').press('Enter');
  await page.getByTestId('result').waitFor();
});
await check('Every refusal has its message, and what was typed stays', async (page) => {
  for (const [code, status, text] of [['entry.limit_reached', 422, 'already entered'], ['entry.under_age', 422, '18 or over'], ['entry.not_accepted', 422, 'without autofill'], ['entry.code_invalid', 422, 'code is not valid'], ['captcha.failed', 422, 'are a person']]) {
    stub.replies = [refused(status, code)];
    await fill(page);
    await enter(page);
    await page.getByRole('alert').filter({ hasText: text }).waitFor();
    assert.equal(await page.locator('[name="email"]').inputValue(), 'ann@example.com');
  }
  await shot(page, 'refused');
  assert.equal(new Set(stub.received.map(({ key }) => key)).size, 5);
});
await check('A campaign that has closed meanwhile shows so', async (page) => {
  stub.replies = [refused(409, 'campaign.has_closed')];
  await fill(page);
  stub.site = campaign('closed');
  await enter(page);
  await page.locator('main[data-state="closed"]').waitFor();
});
await check('What was typed outlives a pause', async (page) => {
  await page.clock.install();
  await page.reload();
  await page.locator('main[data-state="live"]').waitFor();
  stub.replies = [refused(503, 'campaign.paused')];
  await fill(page);
  stub.site = campaign('paused');
  await enter(page);
  await page.locator('main[data-state="paused"]').waitFor();
  assert.equal(stub.received.length, 1);
  stub.site = campaign('live');
  await page.clock.fastForward(31_000);
  await page.locator('main[data-state="live"]').waitFor();
  assert.equal(await page.locator('[name="email"]').inputValue(), 'ann@example.com');
});
await check('A refresh that fails is made up for by itself', async (page) => {
  await page.clock.install();
  await page.reload();
  await page.locator('main[data-state="scheduled"]').waitFor();
  stub.site = campaign('live');
  stub.siteStatus = 404;
  const before = stub.siteHeaders.length;
  await page.clock.fastForward(51 * 3_600_000);
  for (let tries = 0; stub.siteHeaders.length === before && tries < 200; tries++) await page.evaluate(() => fetch('/icon.svg').then(() => undefined));
  stub.siteStatus = 200;
  await page.clock.fastForward(31_000);
  await page.locator('main[data-state="live"]').waitFor();
}, { state: 'scheduled' });
await check('429, 503 and lost connections are sent again with the same key', async (page) => {
  stub.replies = [refused(503, 'storage.unavailable', { 'Retry-After': '1' }), 'drop', refused(429, 'rate.limited', { 'Retry-After': '1' }), accepted('gift', 'Sticker set')];
  await fill(page);
  await enter(page);
  await page.getByText('We keep your entry and try again').waitFor();
  await shot(page, 'retrying');
  await page.getByTestId('result').waitFor({ timeout: 60_000 });
  assert.equal(stub.received.length, 4);
  assert.equal(new Set(stub.received.map(({ key }) => key)).size, 1);
});
await check('A key lives through a reload for the same form, and a changed form gets a new one', async (page) => {
  stub.replies = [refused(503, 'storage.unavailable', { 'Retry-After': '600' })];
  await fill(page);
  await enter(page);
  await page.getByRole('button', { name: /^Try again in/ }).waitFor();
  await shot(page, 'unanswered');
  await page.reload();
  await page.getByText('it will count only once').waitFor();
  await fill(page);
  await enter(page);
  await page.getByRole('button', { name: /^Try again in/ }).waitFor();
  await page.reload();
  await fill(page, { email: 'bob@example.com' });
  stub.replies = [accepted('none', null)];
  await enter(page);
  await page.getByTestId('result').waitFor();
  const keys = stub.received.map(({ key }) => key);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
});
await check('A preview shows the page but sends nothing', async (page) => {
  await page.goto(`${site.url}/#preview=secret-token`);
  await page.reload();
  await page.getByText('Preview:').waitFor();
  assert.equal(stub.siteHeaders.at(-1)['x-preview-token'], 'secret-token');
  assert.ok(!page.url().includes('secret-token'));
  assert.match(await page.locator('meta[name="robots"]').getAttribute('content'), /noindex/);
  await fill(page);
  await page.getByRole('button', { name: 'Enter now' }).click({ force: true });
  assert.equal(stub.received.length, 0);
});
await check('A preview that has ended falls back to the public page', async (page) => {
  stub.previewRefused = true;
  await page.goto(`${site.url}/terms/#preview=old`);
  await page.getByText('not valid any more').waitFor();
});
await check('An API that is away gets a message and a way to go on', async (page) => {
  stub.siteStatus = 503;
  await page.reload();
  await page.locator('main[data-state="unavailable"]').waitFor({ timeout: 60_000 });
  await shot(page, 'unavailable');
  stub.siteStatus = 200;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('main[data-state="live"]').waitFor();
});
await check('Typed text is shown, never executed', async (page) => {
  assert.match(await page.locator('main').innerText(), /<script>alert/);
}, { path: '/terms/' });
await check('No prizes, no draw, no consents: still a page', async (page) => {
  await shot(page, 'sparse');
  await accessible(page);
}, { changes: { prizes: [], draw: null, consents: [], form: { minimumAge: null, fields: [] }, brand: null, promoter: null, limits: null } });

await browser.close();
stub.close();
site.close();
console.log(`${passed} passed, ${failures.length} failed; screenshots in ${shots}`);
process.exit(failures.length === 0 ? 0 : 1);
