/** One line of a change: what it was, what it is, or both. */
export interface DiffLine {
  readonly kind: 'add' | 'del' | 'same' | 'hunk' | 'note';
  readonly text: string;
}

/** What a unified diff says of one file. */
export interface FileDiff {
  readonly path: string;
  readonly oldPath: string | null;
  readonly change: 'added' | 'deleted' | 'renamed' | 'modified';
  readonly isBinary: boolean;
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

type Draft = { -readonly [K in keyof FileDiff]: FileDiff[K] extends readonly DiffLine[] ? DiffLine[] : FileDiff[K] };

/** Takes git's unified diff apart. Lines within a hunk are counted, so that none that looks like a header is taken for one. */
export function parseDiff(text: string): FileDiff[] {
  const files: Draft[] = [];
  let file: Draft | undefined;
  let [left, right] = [0, 0];
  for (const line of text.split('\n')) {
    if (file && (left > 0 || right > 0)) {
      [left, right] = takeLine(file, line, left, right);
      continue;
    }
    if (line.startsWith('diff --git ')) files.push((file = { path: nameOf(line), oldPath: null, change: 'modified', isBinary: false, lines: [], added: 0, removed: 0 }));
    else if (file) {
      const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
      if (hunk) {
        [left, right] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
        file.lines.push({ kind: 'hunk', text: line });
      } else takeHeader(file, line);
    }
  }
  return files;
}

function takeLine(file: Draft, line: string, left: number, right: number): [number, number] {
  if (line.startsWith('+')) {
    file.added++;
    file.lines.push({ kind: 'add', text: line.slice(1) });
    return [left, right - 1];
  }
  if (line.startsWith('-')) {
    file.removed++;
    file.lines.push({ kind: 'del', text: line.slice(1) });
    return [left - 1, right];
  }
  if (line.startsWith('\\')) {
    file.lines.push({ kind: 'note', text: 'No line end at the end of the file' });
    return [left, right];
  }
  file.lines.push({ kind: 'same', text: line.slice(1) });
  return [left - 1, right - 1];
}

function takeHeader(file: Draft, line: string) {
  if (line.startsWith('new file mode')) file.change = 'added';
  else if (line.startsWith('deleted file mode')) file.change = 'deleted';
  else if (line.startsWith('rename from ')) [file.oldPath, file.change] = [unquoted(line.slice(12)), 'renamed'];
  else if (line.startsWith('rename to ')) file.path = unquoted(line.slice(10));
  else if (line.startsWith('+++ ') && line !== '+++ /dev/null') file.path = within(line.slice(4));
  else if (line.startsWith('--- ') && line !== '--- /dev/null' && file.change === 'deleted') file.path = within(line.slice(4));
  else if (line.startsWith('Binary files ') || line === 'GIT binary patch') file.isBinary = true;
  else if (line.startsWith('old mode') || line.startsWith('new mode')) file.lines.push({ kind: 'note', text: line });
  else if (line.startsWith('\\')) file.lines.push({ kind: 'note', text: 'No line end at the end of the file' });
}

const unquoted = (name: string) => (name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name);
const within = (name: string) => unquoted(name.replace(/\t$/, '')).replace(/^[ab]\//, '');

/** Both names are the same but for renames, which say theirs later. */
function nameOf(header: string): string {
  const names = header.slice('diff --git '.length);
  return within(names.slice((names.length + 1) / 2));
}

const cellsMax = 4_000_000;

/** Which lines of the second text are not in the first, by their numbers from 0; the changed middle whole where comparing would take long. */
export function changedLines(before: string, after: string): Set<number> {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const all = new Set(y.map((_, i) => start + i));
  if (x.length === 0 || y.length === 0 || x.length * y.length > cellsMax) return all;
  // The longest common part (LCS); what of the second text is not in it has changed.
  const width = y.length + 1;
  const table = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      table[i * width + j] = x[i] === y[j] ? table[(i + 1) * width + j + 1]! + 1 : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < x.length && j < y.length;) {
    if (x[i] === y[j]) {
      all.delete(start + j);
      i++;
      j++;
    } else if (table[(i + 1) * width + j]! >= table[i * width + j + 1]!) i++;
    else j++;
  }
  return all;
}

export const linesOf = (text: string) => text.replace(/\r?\n$/, '').split(/\r?\n/);

export type MarkedLine = { readonly text: string; readonly part: 'marker' | 'site' | 'base' | 'template' | null };

const order = ['<', '|', '=', '>'];
const meaning = ['site', 'base', 'template', null] as const;

/** The lines of a file with what git's markers say of each: the marker itself, a side's version, or neither. */
export function markedLines(text: string): MarkedLine[] {
  let part: MarkedLine['part'] = null;
  let [size, isOurs] = [0, false];
  return linesOf(text).map((line) => {
    const [, marks, label] = /^(<{7,}|\|{7,}|={7,}|>{7,})(?: (.*))?$/.exec(line.replace(/^\uFEFF/, '')) ?? [];
    const at = marks === undefined ? -1 : order.indexOf(marks[0]!);
    // Only an opening marker begins a place, and says how long the others there are: what is shorter or longer is text, such as the line that
    // people put under headings. The site's part of ours ends where the base's begins, never before.
    if (part === null ? at !== 0 || label === undefined : !endsPart(part, at, marks?.length === size, label, isOurs)) return { text: line, part };
    if (part === null) [size, isOurs] = [marks!.length, label === 'site'];
    part = meaning[at]!;
    return { text: line, part: 'marker' as const };
  });
}

function endsPart(part: 'site' | 'base' | 'template' | 'marker', at: number, isSize: boolean, label: string | undefined, isOurs: boolean) {
  if (!isSize) return false;
  if (at === 2) return label === undefined && (part === 'base' || (part === 'site' && !isOurs));
  const wanted = part === 'site' ? 1 : part === 'template' ? 3 : -1;
  return at === wanted && label !== undefined && (!isOurs || label === (at === 1 ? 'base' : 'template'));
}

/** How many places of a text still show both sides. */
export const markedPlaces = (text: string) => markedLines(text).filter((line) => line.part === 'marker' && line.text.startsWith('<')).length;
