export interface Reject { line: number; reason: string }

const reasons: Record<string, string> = {
  malformed: 'this is no code: letters, digits and separators alone',
  prefix: 'it does not begin with the batch’s prefix',
  length: 'it is too short or too long',
  duplicate: 'it stood there before, or looks like another code',
};

export const rejectText = (reason: string) => reasons[reason] ?? reason;

/** The report of what was refused. The reasons are ours, so that nothing of the file stands in it. */
export const rejectsCsv = (rejects: readonly Reject[]) =>
  ['line,reason,meaning', ...rejects.map((r) => `${r.line},${r.reason},"${rejectText(r.reason)}"`), ''].join('\r\n');

/** Hands a file to the browser to keep. */
export function saveFile(content: Blob, name: string) {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
