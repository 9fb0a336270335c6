import { Group, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  title: string;
  /** Beside the title: a state, for example. */
  beside?: ReactNode;
  below?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** One page: sets the document's title, and moves the focus to the heading so that a change of page is announced. */
export function Page({ title, beside, below, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Prize Draw Platform`;
  }, [title]);
  useEffect(() => {
    // A field that asks for the focus itself keeps it.
    if (!document.activeElement || document.activeElement === document.body || !document.querySelector('main')?.contains(document.activeElement)) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <>
      <div className="page-head">
        <div>
          <Group gap="sm">
            <Title order={1} tabIndex={-1} ref={heading}>{title}</Title>
            {beside}
          </Group>
          {below && <Text component="div" size="sm" c="dimmed" mt={4}>{below}</Text>}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </div>
      {children}
    </>
  );
}
