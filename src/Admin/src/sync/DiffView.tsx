import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { useMemo, useState } from 'react';
import { parseDiff, type FileDiff } from './diff';
import { changeNames } from './words';

const signs = { add: '+', del: '−', same: ' ', hunk: ' ', note: ' ' } as const;
const openAtFirst = 3;

/** A unified diff, file by file. What was added and removed is said by a sign and not by colour alone. */
export function DiffView({ diff, isCut = false, none = 'Nothing changes.' }: { diff: string; isCut?: boolean; none?: string }) {
  const files = useMemo(() => parseDiff(diff), [diff]);
  if (files.length === 0) return <Text size="sm" c="dimmed">{none}</Text>;
  return (
    <Stack gap="xs">
      {files.map((file, i) => <OneFile key={file.path} file={file} isOpen={i < openAtFirst && file.lines.length <= 200} />)}
      {isCut && <Text size="sm" c="dimmed">The diff is longer than is kept: the rest of it is not shown here.</Text>}
    </Stack>
  );
}

function OneFile({ file, isOpen }: { file: FileDiff; isOpen: boolean }) {
  const [open, setOpen] = useState(isOpen);
  return (
    <details className="file-diff" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        <code>{file.oldPath ? `${file.oldPath} → ${file.path}` : file.path}</code>{' '}
        <Text span size="xs" c="dimmed">{changeNames[file.change]}{file.lines.length > 0 && `, ${file.added} added, ${file.removed} removed`}</Text>
      </summary>
      {open && (file.isBinary
        ? <Text size="sm" c="dimmed" p="xs">Not a text: its content is not shown.</Text>
        : file.lines.length === 0 ? <Text size="sm" c="dimmed" p="xs">Its content stays as it is.</Text>
          : <Lines file={file} />)}
    </details>
  );
}

const Lines = ({ file }: { file: FileDiff }) => (
  <pre className="diff" tabIndex={0} role="region" aria-label={`Changes of ${file.path}`}>
    {file.lines.map((line, i) => (
      <div key={i} className={line.kind}><span aria-hidden>{signs[line.kind]}</span>{line.kind === 'add' && <VisuallyHidden>added: </VisuallyHidden>}{line.kind === 'del' && <VisuallyHidden>removed: </VisuallyHidden>}{line.text}{'\n'}</div>
    ))}
  </pre>
);
