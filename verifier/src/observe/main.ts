import { toHex } from '../core/bytes';
import { messageOf as errorOf } from '../core/report';
import { checkedHash, fromRolls, fromTypedHex, newKey, type Observation, observe, rollsIn, rollsMin } from './observation';

interface Asked { draw: { id: string; name: string; campaign: string; state: string; level: string }; commitment: Record<string, unknown> | null; supplied: boolean }
interface Refusal { code?: string; detail?: string; title?: string }

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = byId<HTMLFormElement>('form');
const [dice, hex, statement, send] = [byId<HTMLTextAreaElement>('dice'), byId<HTMLTextAreaElement>('hex'), byId<HTMLTextAreaElement>('statement'), byId<HTMLButtonElement>('send')];
// Made once: whoever has to send again sends the same.
const key = newKey();
let hash = '';
let drawId = '';
let sent: Observation | null = null;

const endpoint = '/v1/observations';
const token = (): string => window.location.hash.slice(1);
const byDice = (): boolean => byId<HTMLInputElement>('way-dice').checked;
const chosen = (): Uint8Array => (byDice() ? fromRolls(dice.value) : fromTypedHex(hex.value));

function problem(text: string | null, field?: HTMLElement): void {
  byId('problem').textContent = text ?? '';
  byId('problem').hidden = text === null;
  for (const input of [dice, hex, statement]) input.removeAttribute('aria-invalid');
  field?.setAttribute('aria-invalid', 'true');
  field?.focus();
}

const status = (text: string): void => void (byId('status').textContent = text);

function facts(id: string, rows: readonly (readonly [string, string, boolean?])[]): void {
  byId(id).replaceChildren(...rows.flatMap(([name, value, mono]) => {
    const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    detail.textContent = value;
    if (mono) detail.className = 'mono';
    return [term, detail];
  }));
}

async function ask(method: 'GET' | 'POST', body?: Observation): Promise<Response> {
  const headers: Record<string, string> = { 'X-Observer-Token': token() };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return fetch(endpoint, { method, headers, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function refusal(response: Response): Promise<string> {
  const { detail, title } = (await response.json().catch(() => ({}))) as Refusal;
  if (response.status === 429) return 'Too many attempts came from your connection. Please wait a little and try again.';
  if ([401, 403, 404].includes(response.status)) return 'This link leads to no draw. Open it again from the message that you were sent, in full.';
  return response.status >= 500 ? 'The platform can’t be reached right now. Please try again in a moment.' : (detail ?? title ?? 'The platform refused this.');
}

async function load(): Promise<void> {
  problem(null);
  form.hidden = byId('draw').hidden = true;
  if (!/^drw_[0-9a-f]{32}\..{16,}$/.test(token())) return status(''), problem('There is no link to a draw in this address. Open it from the message that you were sent, in full.');
  let response: Response;
  try {
    response = await ask('GET');
  } catch {
    return status(''), problem('The platform can’t be reached. Check your connection, then open this page again.');
  }
  if (!response.ok) return status(''), problem(await refusal(response));
  show((await response.json()) as Asked);
}

function show({ draw, commitment, supplied }: Asked): void {
  drawId = draw.id;
  byId('draw-name').textContent = draw.name;
  byId('draw').hidden = false;
  status('');
  const rows: [string, string, boolean?][] = [['Campaign', draw.campaign], ['Draw', draw.id, true]];
  if (commitment === null || commitment === undefined) {
    facts('draw-facts', rows);
    return status('The list of entries is not fixed and published yet. Your randomness must come after that: please open this page again later.');
  }
  try {
    hash = checkedHash(commitment, draw.id);
  } catch (error) {
    facts('draw-facts', rows);
    return problem(`Do not take part: the published commitment is not what it says. It was checked in your browser: ${errorOf(error)}.`);
  }
  const body = commitment.commitment as { committedAt: string; counts: { eligible: number; excluded: number } };
  facts('draw-facts', [...rows, ['Committed', body.committedAt], ['Entries taking part', String(body.counts.eligible)], ['Entries left out', String(body.counts.excluded)],
    ['Fingerprint of the commitment, computed in your browser', hash, true]]);
  if (supplied) return status('The randomness of this draw has been given. Nothing more is asked of you.');
  form.hidden = false;
}

function preview(): void {
  byId('dice-field').hidden = !byDice();
  byId('hex-field').hidden = byDice();
  byId('dice-count').textContent = `${rollsIn(dice.value).length} rolls of ${rollsMin}`;
  try {
    byId('bytes').textContent = toHex(chosen());
  } catch {
    byId('bytes').textContent = 'none yet';
  }
}

async function submit(): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = chosen();
  } catch (error) {
    return problem(errorOf(error), byDice() ? dice : hex);
  }
  if (statement.value.trim() === '') return problem('Say who you are and how you made the bytes.', statement);
  problem(null);
  const observation = observe(key, hash, bytes, statement.value.trim());
  send.disabled = true;
  try {
    const response = await ask('POST', observation);
    if (response.ok) return finish(observation);
    problem(await refusal(response));
  } catch {
    // It may have arrived. Sending the same again is safe: the platform takes it once.
    problem('No answer came. Please send again: what you typed is unchanged, and counts once.');
  } finally {
    send.disabled = false;
  }
}

function finish(observation: Observation): void {
  sent = observation;
  form.hidden = true;
  byId('done').hidden = false;
  facts('done-facts', [['Randomness', observation.randomness, true], ['Signature', observation.signature, true], ['Your public key', observation.publicKey, true]]);
  byId('done-title').focus();
}

function save(): void {
  if (sent === null) return;
  const text = JSON.stringify({ type: 'pdv1-observer-key/1', drawId, commitmentHash: hash, ...sent, privateKey: toHex(key.secret) }, null, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'application/json' }));
  link.download = `observer-${drawId}.json`;
  link.click();
}

for (const input of [dice, hex, byId('way-dice'), byId('way-hex')]) input.addEventListener('input', preview);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!send.disabled) void submit();
});
byId('save').addEventListener('click', save);
window.addEventListener('hashchange', () => void load());
void load();
