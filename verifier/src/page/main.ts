import { messageOf } from '../core/report';
import { instantChecks, recountsInstant } from '../core/instant';
import type { Source } from '../core/lines';
import { verify } from '../core/verify';
import { bytesOf, fields, fileSource, input, sort } from './files';
import { hide, show } from './view';

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = byId<HTMLFormElement>('form');
const drop = byId('drop');
const status = byId('status');
const bar = byId<HTMLProgressElement>('bar');

function problem(text: string | null, field?: HTMLInputElement): void {
  byId('problem').textContent = text ?? '';
  byId('problem').hidden = text === null;
  for (const name of [...fields, 'entry'] as const) input(name).removeAttribute('aria-invalid');
  field?.setAttribute('aria-invalid', 'true');
  field?.focus();
}

let paused = 0;
let told = 0;

/** Shows how far it is, and lets the browser paint and answer a few times a second. */
async function progress(fraction: number): Promise<void> {
  const now = performance.now();
  if (now - paused < 40) return;
  paused = now;
  const percent = Math.floor(fraction * 100);
  bar.value = percent;
  // Spoken only now and then: a screen reader would read every step.
  if (percent >= told + 25) status.textContent = `Reading the list of entries: ${(told = percent - (percent % 25))}%`;
  await new Promise((resolve) => setTimeout(resolve));
}

async function run(): Promise<void> {
  const [certificate, entries, instant] = (['certificate', 'entries', 'instant'] as const).map((field) => input(field).files?.[0]);
  const alone = instant !== undefined && certificate === undefined && entries === undefined;
  if (alone) {
    problem(null);
    hide();
    return show(await instantChecks(instant.name, fileSource(instant), await bytesOf(input('key').files?.[0]), await bytesOf(input('chain').files?.[0]), [], await bytesOf(input('authority').files?.[0])), null, undefined);
  }
  if (certificate === undefined) return problem('Choose the certificate of the draw.', input('certificate'));
  if (entries === undefined) return problem('Choose the list of entries.', input('entries'));
  const entry = input('entry').value.trim().toLowerCase();
  if (entry !== '' && !/^[0-9a-f]{64}$/.test(entry)) return problem('An entry reference has 64 digits and letters from a to f.', input('entry'));
  problem(null);
  hide();
  const file = (field: (typeof fields)[number]) => bytesOf(input(field).files?.[0]);
  const also = await Promise.all([...(input('also').files ?? [])].map(async (f) => ({ name: f.name, bytes: (await bytesOf(f)) as Uint8Array })));
  [paused, told] = [performance.now(), 0];
  const receipt = await file('receipt');
  const verified = await verify({
    certificate: (await bytesOf(certificate)) as Uint8Array, entries: fileSource(entries), key: await file('key'), authority: await file('authority'),
    chain: await file('chain'), plan: await file('plan'), receipt, record: recordOf(), entry: entry === '' ? undefined : entry, also, progress });
  const recounted = instant === undefined ? [] : await instantChecks(instant.name, fileSource(instant), await file('key'), await file('chain'), [], await file('authority'));
  show([...verified.checks, ...recounted], verified.certificate, entry === '' ? referenceIn(receipt) : entry);
}

function recordOf(): Source | undefined {
  const file = input('record').files?.[0];
  return file === undefined ? undefined : fileSource(file);
}

function referenceIn(receipt: Uint8Array | undefined): string | undefined {
  return receipt === undefined ? undefined : /"entryRef"\s*:\s*"([0-9a-f]{64})"/.exec(new TextDecoder().decode(receipt))?.[1];
}

byId('insecure').hidden = globalThis.crypto.subtle !== undefined;
byId('instant-field').hidden = !recountsInstant;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = byId<HTMLButtonElement>('verify');
  if (button.disabled) return;
  button.disabled = true;
  byId('progress').hidden = false;
  status.textContent = 'Checking …';
  bar.value = 0;
  try {
    await run();
  } catch (error) {
    problem(messageOf(error));
  } finally {
    status.textContent = byId('result').hidden ? '' : `${byId('verdict').textContent}. ${byId('summary').textContent}`;
    byId('progress').hidden = true;
    button.disabled = false;
  }
});

form.addEventListener('reset', () => {
  problem(null);
  hide();
  status.textContent = '';
  setTimeout(() => input('certificate').focus());
});

// Anywhere on the page: a file that misses the field would otherwise replace the page.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', () => drop.classList.remove('over'));
document.addEventListener('drop', async (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  const unknown = await sort([...(event.dataTransfer?.files ?? [])]);
  problem(unknown.length === 0 ? null : `Not recognised: ${unknown.join(', ')}. Choose the file in its field.`);
  if (['plan', 'key', 'authority', 'also', 'record', 'chain', 'instant'].some((f) => (input(f as 'key').files?.length ?? 0) > 0)) byId<HTMLDetailsElement>('more').open = true;
});
