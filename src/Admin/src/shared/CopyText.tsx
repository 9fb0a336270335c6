import { Button, Code, Group, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';

/** A text with a button that copies it and says so. */
export function CopyText({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Select it, then copy');
    }
    setTimeout(() => setSaid(''), 2500);
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>
      <Button flex="none" size="compact-xs" variant="default" onClick={() => void copy()} aria-label={`Copy the ${what}`}>{said || 'Copy'}</Button>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Group>
  );
}
