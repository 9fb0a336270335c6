import type { Source } from '../core/lines';

/** The fields that take files. */
export const fields = ['certificate', 'entries', 'plan', 'receipt', 'key', 'authority', 'also', 'record', 'chain', 'instant'] as const;
export type Field = (typeof fields)[number];

export const input = (field: Field | 'entry'): HTMLInputElement => document.getElementById(field) as HTMLInputElement;

/** Read in pieces small enough that the page stays responsive between them. */
const pieceMax = 128 * 1024;

export const fileSource = (file: File): Source => ({
  size: file.size,
  async *read() {
    const reader = (file.stream() as ReadableStream<Uint8Array>).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      for (let at = 0; at < next.value.length; at += pieceMax) yield next.value.subarray(at, at + pieceMax);
    }
  },
});

export async function bytesOf(file: File | undefined): Promise<Uint8Array | undefined> {
  return file === undefined ? undefined : new Uint8Array(await file.arrayBuffer());
}

/** Puts dropped files where they belong, told by how they begin; answers the names of those that were not recognised. */
export async function sort(files: readonly File[]): Promise<string[]> {
  const places = new Map<Field, File[]>();
  const unknown: string[] = [];
  for (const file of files) {
    const field = fieldOf(await file.slice(0, 64 * 1024).text());
    if (field === undefined) unknown.push(file.name);
    else places.set(field, [...(places.get(field) ?? []), file]);
  }
  // Of several certificates the first is the one to verify, the others are compared with it.
  const [first, ...others] = places.get('certificate') ?? [];
  if (first !== undefined) places.set('certificate', [first]).set('also', [...others, ...(places.get('also') ?? [])]);
  for (const [field, found] of places) if (found.length > 0) put(field, found);
  return unknown;
}

function put(field: Field, files: readonly File[]): void {
  const transfer = new DataTransfer();
  for (const file of input(field).multiple ? files : files.slice(0, 1)) transfer.items.add(file);
  input(field).files = transfer.files;
  input(field).dispatchEvent(new Event('change'));
}

function fieldOf(start: string): Field | undefined {
  if (start.includes('BEGIN PUBLIC KEY')) return 'key';
  if (start.includes('BEGIN CERTIFICATE')) return 'authority';
  if (/^\{"addedLater":/.test(start) && start.includes('"format":"pdv1/plan"')) return 'plan';
  if (start.includes('"pdv1-commitment/1"')) return 'also';
  if (/^\{"algorithm":"pdv1"/.test(start)) return 'certificate';
  if (/^\{"entryRef":"[0-9a-f]+","personRef"/.test(start) && !start.includes('"batchHead"')) return 'entries';
  if (/^\{"campaign":[^\n]*"type":"header"/.test(start)) return 'instant';
  if (start.includes('"batchHead"')) return 'receipt';
  if (start.includes('"previous"') && start.includes('"root"')) return 'record';
  if (/"chain_?hash"|"schemeID"/i.test(start) && /"genesis_?time"/i.test(start)) return 'chain';
  return start.includes('"publicKey"') ? 'key' : undefined;
}
