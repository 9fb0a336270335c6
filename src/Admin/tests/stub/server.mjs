import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { cloudRoutes } from './cloud.mjs';
import { domainRoutes } from './domains.mjs';
import { drawRoutes, drawsOf, stepDraw } from './draws.mjs';
import { entryRoutes } from './entries.mjs';
import { templateRoutes } from './template.mjs';

/*
 * A small stand-in for the platform, for the browser check: the operations that the admin UI uses, in memory, with the
 * same policy headers as the platform. It knows nothing of the rules but what the check needs.
 */

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
export const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:";

const id = (kind) => `${kind}_${randomUUID().replaceAll('-', '')}`;
const stepNames = ['create-database', 'migrate-database', 'create-repository', 'commit-content', 'build-site', 'serve-site', 'check-site'];

export function createStub() {
  const state = { tenants: [], campaigns: [], deployments: new Map(), draws: new Map(), batches: { coupon: [], code: [] }, users: [], audit: [], notices: [], tokens: new Map(), refreshes: new Map(), failNext: null, gate: null };
  const people = {
    'admin@example.com': { id: 'usr_admin', email: 'admin@example.com', role: 'super_admin', tenantIds: [], campaignIds: [], disabled: false, createdAt: '2026-11-01T09:00:00Z' },
    'reader@example.com': { id: 'usr_reader', email: 'reader@example.com', role: 'read_only', tenantIds: [], campaignIds: [], disabled: false, createdAt: '2026-11-01T09:00:00Z' },
  };
  state.users.push(...Object.values(people));

  const refuse = (status, code, detail, errors) => ({ status, body: { type: 'about:blank', title: code.replace('.', ' '), status, code, detail, traceId: 'trace-1', ...(errors ? { errors } : {}) } });
  const page = (items) => ({ status: 200, body: { items, nextCursor: null } });
  const tell = (action, subject, after) => state.audit.unshift({ id: id('evt'), at: new Date().toISOString(), tenantId: after?.tenantId ?? null, campaignId: null, actor: 'usr_admin', action, subject, before: null, after });
  const sign = (user) => {
    const tokens = { accessToken: id('tok'), refreshToken: id('ref'), expiresAt: new Date(Date.now() + 600_000).toISOString(), user };
    state.tokens.set(tokens.accessToken, user);
    state.refreshes.set(tokens.refreshToken, user);
    return { status: 200, body: tokens };
  };

  const defaults = { slug: null, opensAt: null, closesAt: null, timeZone: 'Europe/London', languages: ['en-GB'], allowedOrigins: [], forecastEntries: null, promoter: null, terms: null,
    brand: { headline: null, primaryColour: '#0b5fff', logoUrl: null }, form: { minimumAge: 18, fields: [] },
    limits: { entriesPerEntrant: 1, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: 1 }, consents: [], pools: [], draw: null, furtherDraws: [], providers: { database: 'local', repository: 'local', site: 'local' } };

  const provision = (c) => {
    const d = { id: id('dep'), campaignId: c.id, kind: 'provision', state: 'running', startedAt: new Date().toISOString(), endedAt: null, log: [], estimate: { remainingSeconds: 42, stepSeconds: 6 },
      steps: stepNames.map((name) => ({ name, state: 'pending', attempts: 0, startedAt: null, endedAt: null, message: null })) };
    state.deployments.set(d.id, d);
    Object.assign(c, { state: 'provisioning', deploymentId: d.id });
  };
  /** Each reading of a deployment moves it on by one step. */
  const advance = (d) => {
    if (d.state !== 'running') return;
    const now = new Date().toISOString();
    const running = d.steps.find((s) => s.state === 'running');
    if (running) {
      Object.assign(running, { state: 'succeeded', endedAt: now, message: running.name === 'build-site' ? 'Built 9 pages.' : null });
      d.log.push({ at: now, step: running.name, level: 'info', message: 'done', attempt: 1, call: running.name === 'create-repository'
        ? { operation: 'github.generate', attempt: 2, status: 201, requestId: 'AB12:34', durationMs: 1312, request: 'POST /repos/acme/template/generate', answer: '{"id":4711}' } : null });
    }
    const next = d.steps.find((s) => s.state === 'pending');
    if (next) {
      Object.assign(next, { state: 'running', attempts: next.name === 'create-repository' ? 2 : 1, startedAt: now });
      d.log.push({ at: now, step: next.name, level: next.name === 'create-repository' ? 'warning' : 'info', message: next.name === 'build-site' ? '> next build\n  Creating an optimised production build …' : 'begun' });
    } else {
      Object.assign(d, { state: 'succeeded', endedAt: now, estimate: null });
      const c = state.campaigns.find((x) => x.id === d.campaignId);
      Object.assign(c, { state: 'ready', siteUrl: 'http://127.0.0.1:9001/', siteKey: 'sk_9f8e7d6c5b4a39281706f5e4d3c2b1a0', templateVersion: 'v1.0.0' });
    }
  };
  const ids = (c) => {
    c.pools = c.pools.map((p) => ({ ...p, id: p.id ?? id('pool'), moments: [], prizes: p.prizes.map((z) => ({ mode: null, paused: false, ...z, id: z.id ?? id('prz') })) }));
    const named = (draw) => ({ from: null, until: null, at: null, ...draw, id: draw.id ?? id('drw') });
    if (c.draw) c.draw = named(c.draw);
    c.furtherDraws = (c.furtherDraws ?? []).map(named);
  };

  const standing = (z) => ({ dailyCap: null, hourlyCap: null, perEntrantMax: null, odds: null, everyNth: null, lowStockAt: null, couponBatchId: null, ...z, mode: z.mode ?? (z.kind === 'gift' ? 'consolation' : 'moments'),
    allocated: z.kind === 'gift' ? 1030 : 12, remaining: z.stock === null ? null : z.stock - 12, expectedAwards: 20, chance: 0.002 });

  const routes = [
    ['POST', /^\/v1\/auth\/login$/, ({ body }) => (people[body.email] && body.password === 'correct horse' ? sign(people[body.email]) : refuse(401, 'auth.failed', 'Wrong.'))],
    ['POST', /^\/v1\/auth\/refresh$/, ({ body }) => {
      const user = state.refreshes.get(body.refreshToken);
      state.refreshes.delete(body.refreshToken);
      return user ? sign(user) : refuse(401, 'auth.failed', 'Sign in again.');
    }],
    ['POST', /^\/v1\/auth\/logout$/, () => ({ status: 204 })],
    ['GET', /^\/v1\/tenants$/, () => page(state.tenants)],
    ['POST', /^\/v1\/tenants$/, ({ body }) => {
      if (state.tenants.some((t) => t.slug === body.slug)) return refuse(409, 'tenant.slug_taken', 'Another client has this slug.');
      const tenant = { id: id('ten'), ...body, createdAt: new Date().toISOString() };
      state.tenants.push(tenant);
      tell('tenant.created', tenant.id, { tenantId: tenant.id, name: body.name });
      return { status: 201, body: tenant };
    }],
    ['GET', /^\/v1\/campaigns$/, ({ url }) => page(state.campaigns.filter((c) => !url.searchParams.get('tenantId') || c.tenantId === url.searchParams.get('tenantId')).toReversed())],
    ['POST', /^\/v1\/campaigns$/, ({ body }) => {
      const { provision: start = true, ...settings } = body;
      if (state.failNext) return [refuse(422, 'campaign.invalid', 'Some settings are not right. Correct the fields named.', state.failNext), (state.failNext = null)][0];
      if (settings.slug && state.campaigns.some((c) => c.slug === settings.slug)) return refuse(409, 'campaign.slug_taken', 'Another campaign has this slug. Choose another one.');
      const c = { id: id('cmp'), version: 1, state: 'draft', siteUrl: null, siteKey: null, publishedAt: null, createdAt: new Date().toISOString(), deploymentId: null, templateVersion: null, ...defaults, ...settings };
      ids(c);
      state.campaigns.push(c);
      tell('campaign.created', c.id, { tenantId: c.tenantId, name: c.name });
      if (start) provision(c);
      return { status: start ? 202 : 201, body: c };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)$/, ({ c }) => ({ status: 200, body: c, etag: c.version })],
    ['PATCH', /^\/v1\/campaigns\/(\w+)$/, ({ c, body, headers }) => {
      if (headers['if-match'] && headers['if-match'] !== `"${c.version}"`) return refuse(412, 'campaign.version_conflict', 'The campaign has changed meanwhile.');
      Object.assign(c, body, { version: c.version + 1 });
      ids(c);
      tell('campaign.updated', c.id, { tenantId: c.tenantId, ...body });
      return { status: 200, body: c, etag: c.version };
    }],
    ['DELETE', /^\/v1\/campaigns\/(\w+)$/, ({ c }) => ({ status: 204, done: state.campaigns.splice(state.campaigns.indexOf(c), 1) })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/(provision|publish|pause|resume|close)$/, ({ c, match, body }) => {
      if (match[2] === 'publish' && state.gate) return [refuse(422, 'campaign.not_publishable', 'The campaign cannot be published yet. Each field named says what is missing.', state.gate), (state.gate = null)][0];
      if (match[2] === 'close' && !body.evidence) return refuse(422, 'request.invalid', 'Evidence is missing.', { evidence: ['is required.'] });
      if (match[2] === 'provision') provision(c);
      else c.state = { publish: 'live', pause: 'paused', resume: 'live', close: 'closed' }[match[2]];
      if (match[2] === 'publish') c.publishedAt = new Date().toISOString();
      c.version++;
      tell(`campaign.${match[2]}`, c.id, { tenantId: c.tenantId, state: c.state });
      return { status: match[2] === 'close' ? 202 : 200, body: c };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/stats$/, ({ c }) => ({ status: 200, body: { entries: 1042, entrants: 998, outcomes: { prize: 12, gift: 1030, none: 0 }, refusals: { 'entry.limit_reached': 31, 'entry.not_accepted': 4 },
      prizes: c.pools.flatMap((p) => p.prizes.map((z) => ({ id: z.id, poolId: p.id, name: z.name, kind: z.kind, stock: z.stock, allocated: z.kind === 'gift' ? 1030 : 12, remaining: z.stock === null ? null : z.stock - 12 }))) } })],
    ['GET', /^\/v1\/campaigns\/(\w+)\/notices$/, ({ c }) => page(state.notices.filter((n) => n.campaignId === c.id))],
    ...drawRoutes({ state, id, page, refuse }),
    ['GET', /^\/v1\/campaigns\/(\w+)\/pools$/, ({ c }) => page(c.pools.map((p) => ({ ...p, paused: p.paused ?? false, entryCode: 'none', freeRoute: 'post', warnings: ['Mug: only about 20 of 100 units are likely to be awarded.'], prizes: p.prizes.map(standing) })))],
    ['PATCH', /^\/v1\/prizes\/(\w+)$/, ({ match, body }) => {
      const prize = state.campaigns.flatMap((x) => x.pools).flatMap((p) => p.prizes).find((z) => z.id === match[1]);
      return { status: 200, body: { ...standing(Object.assign(prize, body)), effectiveFrom: 1043 } };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/(coupon|code)-batches$/, ({ match }) => page(state.batches[match[2]])],
    ['POST', /^\/v1\/campaigns\/(\w+)\/(coupon|code)-batches$/, ({ match, body }) => {
      const batch = { id: id('cpn'), source: body.count ? 'generated' : 'imported', pattern: body.count ? `${body.prefix}-####-#####-#####` : null, state: body.count ? 'ready' : 'importing',
        generated: body.count ?? 0, assigned: 0, redeemed: 0, expired: 0, createdAt: new Date().toISOString(), expiresAt: null, ...body, count: body.count ?? 0 };
      state.batches[match[2]].unshift(batch);
      return { status: 202, body: batch };
    }],
    ['POST', /^\/v1\/campaigns\/(\w+)\/coupon-batches\/(\w+)\/import$/, () => ({ status: 200, body: { id: 'imp_1', lines: 3, accepted: 2, rejected: 1, rejects: [{ line: 3, reason: 'duplicate' }] } })],
    ...entryRoutes({ state, page }),
    ['POST', /^\/v1\/campaigns\/(\w+)\/entries$/, ({ body }) => ({ status: 201, body: { entryId: id('ent'), number: 1043, enteredAt: body.receivedAt,
      outcome: { kind: 'gift', prize: { id: 'prz_1', name: 'Sticker' }, coupon: null, claimUrl: null }, draw: { entered: true, drawsAt: null }, receipt: null } })],
    ['GET', /^\/v1\/pools\/(\w+)\/moments$/, () => ({ status: 200, body: { nextCursor: null, total: 100, claimed: 12, waiting: 1, items: [{ id: 'mom_1', prize: 'Mug', at: '2026-12-05T10:00:00Z', claimed: true }, { id: 'mom_2', prize: 'Mug', at: '2026-12-05T11:20:00Z', claimed: false }] } })],
    ['POST', /^\/v1\/pools\/(\w+)\/moments$/, ({ body }) => ({ status: 201, body: { added: body.moments.length } })],
    ['GET', /^\/v1\/campaigns\/(\w+)\/deployments$/, ({ c }) => page([...state.deployments.values()].filter((d) => d.campaignId === c.id).reverse().map((d) => ({ ...d, log: [] })))],
    ['GET', /^\/v1\/deployments\/(\w+)$/, ({ match }) => {
      const d = state.deployments.get(match[1]);
      advance(d);
      return { status: 200, body: d };
    }],
    ['POST', /^\/v1\/deployments\/(\w+)\/cancel$/, ({ match }) => {
      const d = state.deployments.get(match[1]);
      const c = state.campaigns.find((x) => x.id === d.campaignId);
      d.steps.filter((s) => s.state === 'succeeded').forEach((s) => (s.state = 'undone'));
      d.steps.filter((s) => s.state === 'running').forEach((s) => Object.assign(s, { state: 'failed', message: 'Cancelled by a person.' }));
      Object.assign(d, { state: 'rolled_back', endedAt: new Date().toISOString() });
      c.state = 'rolled_back';
      return { status: 202 };
    }],
    ...cloudRoutes({ state, id, page, refuse }),
    ...domainRoutes({ state, refuse }),
    ...templateRoutes({ state, id, page, refuse }),
    ['GET', /^\/v1\/installation$/, () => ({ status: 200, body: { providers: { database: 'local', repository: 'local', site: 'local' }, incarnation: { id: 'a'.repeat(32), beganAt: '2026-11-01T09:00:00Z', confirmedAt: state.confirmedAt ?? null }, draws: { levels: ['beacon', 'beacon-unwitnessed', 'observed'], strongest: 'beacon', relays: true, authority: true } } })],
    ['GET', /^\/v1\/users$/, () => page(state.users)],
    ['POST', /^\/v1\/users$/, ({ body }) => {
      const { password, ...rest } = body;
      const user = { id: id('usr'), tenantIds: [], campaignIds: [], ...rest, disabled: false, createdAt: new Date().toISOString() };
      state.users.push(user);
      return { status: 201, body: { ...user, initialPassword: password ? null : 'abcde-fghij-kmnpq-rstuv-wxyz2' } };
    }],
    ['PATCH', /^\/v1\/users\/(\w+)$/, ({ match, body }) => ({ status: 200, body: Object.assign(state.users.find((u) => u.id === match[1]), body) })],
    ['GET', /^\/v1\/audit$/, ({ url }) => page(state.audit.filter((e) => !url.searchParams.get('subject') || e.subject === url.searchParams.get('subject')))],
  ];

  const answer = (request, body) => {
    const url = new URL(request.url, 'http://stub');
    const open = url.pathname.startsWith('/v1/auth/');
    if (!open && !state.tokens.has(request.headers.authorization?.slice(7))) return refuse(401, 'auth.required', 'Sign in.');
    for (const [method, pattern, handle] of routes) {
      const match = method === request.method && pattern.exec(url.pathname);
      if (!match) continue;
      const c = url.pathname.startsWith('/v1/campaigns/') ? state.campaigns.find((x) => x.id === match[1]) : null;
      if (c === undefined) return refuse(404, 'campaign.not_found', 'There is no such campaign.');
      return handle({ match, c, body, url, headers: request.headers });
    }
    return refuse(404, 'route.unknown', `The stub has no ${request.method} ${url.pathname}.`);
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://stub').pathname;
    if (!path.startsWith('/v1/')) return file(path, response);
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      const { status, body, etag } = answer(request, text && request.headers['content-type']?.startsWith('text/csv') ? text : text ? JSON.parse(text) : undefined);
      response.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', ...(etag ? { ETag: `"${etag}"` } : {}) });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  state.tellLive = serveLive(server, state);
  state.stepDraw = (c) => stepDraw(drawsOf(state, c)[0], id);
  return { server, state };
}

/** SignalR's JSON protocol, as much of it as the page speaks. Answers a function that tells everybody. */
function serveLive(server, state) {
  const end = '\u001e';
  const sockets = new WebSocket.Server({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url, 'http://stub');
    if (url.pathname !== '/v1/live' || !state.tokens.has(url.searchParams.get('access_token'))) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (page) => page.on('message', (data) => {
      for (const record of String(data).split(end).filter(Boolean)) {
        const { type, invocationId } = JSON.parse(record);
        if (type === undefined) page.send('{}' + end);
        if (type === 1 && invocationId) page.send(JSON.stringify({ type: 3, invocationId, result: null }) + end);
      }
    }));
  });
  const tell = (target, body) => sockets.clients.forEach((page) => page.send(JSON.stringify({ type: 1, target, arguments: [body] }) + end));
  // A deployment under way tells of itself each second.
  setInterval(() => [...state.deployments.values()].filter((d) => d.state === 'running').forEach((d) => tell('deployment', { campaignId: d.campaignId, deployment: { ...d, log: [] } })), 1000).unref();
  return tell;
}

function file(path, response) {
  if (!path.startsWith('/admin/')) return response.writeHead(302, { Location: '/admin/' }).end();
  const asked = join(dist, normalize(path.slice('/admin'.length)));
  const found = existsSync(asked) && statSync(asked).isFile();
  if (!found && extname(path)) return response.writeHead(404).end();
  const served = found ? asked : join(dist, 'index.html');
  response.writeHead(200, { 'Content-Type': types[extname(served)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
  createReadStream(served).pipe(response);
}
