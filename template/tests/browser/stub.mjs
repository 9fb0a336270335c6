// A small stand-in for the API and a plain static server for out/, for looking at the site in a real browser.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const hour = 3_600_000;

export function campaign(state, changes = {}) {
  const now = Date.now();
  const at = (offset) => new Date(now + offset).toISOString();
  const opensAt = state === 'scheduled' ? at(50 * hour) : at(-90 * hour);
  const closesAt = ['closed', 'drawn', 'completed'].includes(state) ? at(-2 * hour) : at(26 * 24 * hour + 13.7 * hour);
  return {
    slug: 'summer-paris', name: 'Summer in Paris', state, now: at(0), opensAt, closesAt, timeZone: 'Europe/London', languages: ['en-GB'],
    promoter: { name: 'Acme Ltd', address: '1 High Street, Leeds LS1 1AA' },
    brand: { headline: 'Win a weekend in Paris', primaryColour: '#0b5fff', logoUrl: null },
    terms: {
      version: 1, hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      text: '1. The promoter is Acme Ltd.\n\n2. The promotion is open to residents of the United Kingdom.\nEmployees of the promoter may not enter.\n\n3. <script>alert("not executed")</script>',
      freeRoute: 'Send a postcard with your name, email address and date of birth to Acme Ltd, 1 High Street, Leeds LS1 1AA, to arrive before closing.',
    },
    form: { minimumAge: 18, fields: [
      { name: 'favourite', label: 'Your favourite city', type: 'text', required: false, options: null },
      { name: 'season', label: 'When would you travel?', type: 'select', required: true, options: ['Spring', 'Summer', 'Autumn', 'Winter'] },
    ] },
    limits: { entriesPerEntrant: 5, entriesPerEntrantPerDay: 1, entryIntervalSeconds: null, winsPerEntrant: 1 },
    consents: [{ purpose: 'marketing-email', version: 1, text: 'Acme Ltd may send me offers and news by email.' }],
    prizes: [{ name: 'Enamel mug', kind: 'prize', stock: 100 }, { name: 'Picnic blanket', kind: 'prize', stock: 25 }, { name: 'Sticker set', kind: 'gift', stock: null }],
    draw: { name: 'Final draw', prizes: ['Weekend in Paris for two'], drawsAt: at(27 * 24 * hour), level: 'committed' },
    captcha: null, ...changes,
  };
}

const winners = { draws: [{ id: 'drw_1', name: 'Final draw', level: 'committed', publishedAt: new Date().toISOString(), certificatePageUrl: '/v1/sites/summer-paris/draws/drw_1/certificate.html', winners: [
  { position: 1, name: 'A. Smith', county: 'West Yorkshire', prize: 'Weekend in Paris for two' },
  { position: 2, name: 'B. Okonkwo-Fairweather', county: 'Greater London', prize: 'Picnic blanket' },
  { position: 3, name: 'C. Jones', county: null, prize: 'Picnic blanket' },
] }] };

export const accepted = (kind, prize, more = {}) => ({ status: 201, body: {
  entryId: 'ent_01', number: 1042, enteredAt: new Date().toISOString(),
  outcome: { kind, prize: prize && { id: 'prz_1', name: prize }, coupon: null, claimUrl: kind === 'prize' ? 'https://claims.example/c#token' : null, ...more },
  draw: { entered: true, drawsAt: new Date(Date.now() + 27 * 24 * hour).toISOString() },
  receipt: { entryRef: 'e1', personRef: 'p1', pool: 'pool_1', number: 1042, outcomeHash: 'ab', termsHash: 'cd', path: ['ef'], batchHead: '01', signature: 'sig' },
} });
const proofs = (id) => ({ commitmentUrl: `/v1/sites/summer-paris/draws/${id}/commitment`, certificateUrl: `/v1/sites/summer-paris/draws/${id}/certificate`,
  certificatePageUrl: `/v1/sites/summer-paris/draws/${id}/certificate.html`, entriesUrl: `/v1/sites/summer-paris/draws/${id}/entries.jsonl` });
export const receiptFound = { status: 200, body: { entryRef: 'ba4853bbc918428f33b598eb581962bcef4ab0574ab3c605e7a7b916ceeeb8af', personRef: 'p', pool: 'pool_1', number: 1042, enteredAt: '2026-12-05T10:00:03Z', record: {}, draws: [
  { id: 'drw_1', name: 'Week 1', level: 'beacon', drawState: 'completed', state: 'not-drawn', confirmed: true, ...proofs('drw_1') },
  { id: 'drw_2', name: 'Week 2', level: 'beacon', drawState: 'completed', state: 'excluded', reason: 'duplicate', confirmed: true, ...proofs('drw_2') },
  { id: 'drw_3', name: 'Final', level: 'beacon', drawState: 'drawn', state: 'drawn', position: 4, role: 'reserve', prize: null, holds: 'Weekend in Paris', confirmed: false, ...proofs('drw_3') },
  { id: 'drw_4', name: 'Extra', level: 'beacon', drawState: 'planned', state: 'waiting', confirmed: false },
] } };
export const claimFound = (state = 'told', more = {}) => ({ status: 200, body: { id: 'clm_1', state, prize: 'Weekend in Paris for two', deadline: '2027-01-20T12:00:00Z', publication: null, ...more } });
export const refused = (status, code, headers = {}, more = {}) => ({ status, headers, type: 'application/problem+json', body: { type: 'about:blank', title: code, status, code, traceId: '4bf92f3577b34da6', ...more } });

/** @returns the control object: what the next answers are, and what was received */
export async function startStub() {
  const control = { site: campaign('live'), siteStatus: 200, replies: [], received: [], siteHeaders: [] };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString(), control));
  });
  control.url = await listen(server);
  control.close = () => server.close();
  return control;
}

function answer(request, response, body, control) {
  const cors = { 'Access-Control-Allow-Origin': request.headers.origin ?? '*', 'Access-Control-Allow-Headers': '*, Content-Type, X-Site-Key, X-Preview-Token, X-Receipt-Token, X-Claim-Token, Idempotency-Key', 'Access-Control-Expose-Headers': 'ETag, Location, Retry-After' };
  const send = (status, value, headers = {}, type = 'application/json') => response.writeHead(status, { 'Content-Type': type, ...cors, ...headers }).end(JSON.stringify(value));
  if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
  if (request.url.endsWith('/winners')) return send(200, control.winners ?? winners);
  if (request.url.endsWith('/receipts') || request.url.endsWith('/claims')) {
    const kind = request.url.endsWith('/claims') ? 'claim' : 'receipt';
    control.received.push({ kind, token: request.headers[`x-${kind}-token`], body: body === '' ? null : JSON.parse(body) });
    const reply = control.replies.length > 1 ? control.replies.shift() : control.replies[0];
    return send(reply.status, reply.body, reply.headers, reply.type);
  }
  if (request.url.endsWith('/entries')) {
    control.received.push({ key: request.headers['idempotency-key'], body: JSON.parse(body), siteKey: request.headers['x-site-key'] });
    const reply = control.replies.length > 1 ? control.replies.shift() : control.replies[0];
    if (reply === 'drop') return request.socket.destroy();
    return send(reply.status, reply.body, reply.headers, reply.type);
  }
  control.siteHeaders.push(request.headers);
  if (control.previewRefused && request.headers['x-preview-token']) return send(401, { code: 'preview.invalid' });
  return send(control.siteStatus, control.site);
}

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.txt': 'text/plain' };

/** The policy of a strict host: only the inline scripts that are in the file, named by their hashes. */
function strictPolicy(page, api) {
  const hashes = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  return `default-src 'self'; script-src 'self' ${hashes.join(' ')}; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self' ${api}; base-uri 'self'; object-src 'none'`;
}

/** Serves a folder as a plain static server with a strict policy does; the API's address in the built files is replaced by the stub's. */
export async function startStatic(folder, from, to) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    let file = join(folder, path);
    const known = await stat(file).catch(() => null);
    if (known?.isDirectory()) {
      if (!path.endsWith('/')) return response.writeHead(301, { Location: `${path}/` }).end();
      file = join(file, 'index.html');
    }
    const found = await readFile(file).catch(() => null);
    const content = found ?? (await readFile(join(folder, '404.html')));
    const type = types[found ? extname(file) : '.html'] ?? 'application/octet-stream';
    const text = content.toString().replaceAll(from, to);
    response.writeHead(found ? 200 : 404, { 'Content-Type': type, 'Content-Security-Policy': strictPolicy(text, to) }).end(text);
  });
  return { url: await listen(server), close: () => server.close() };
}

const listen = (server) => new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)); });
