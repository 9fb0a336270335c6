import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';

interface Question {
  title: string;
  body: ReactNode;
  confirm: string;
  cancel?: string;
  /** Red, for what can't be undone. */
  danger?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const Context = createContext<Ask>(() => Promise.resolve(false));

/** Asks before what can't be undone. Resolves to false when dismissed. */
export const useConfirm = () => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [open, setOpen] = useState(false);
  const settle = useRef<(answer: boolean) => void>(() => undefined);
  const ask = useCallback<Ask>((next) => {
    settle.current(false);
    setQuestion(next);
    setOpen(true);
    return new Promise((resolve) => (settle.current = resolve));
  }, []);
  const answer = (value: boolean) => {
    setOpen(false);
    settle.current(value);
  };
  return (
    <Context.Provider value={ask}>
      {children}
      <Modal opened={open} onClose={() => answer(false)} title={<Text fw={650}>{question?.title}</Text>}>
        <Stack>
          <Text component="div" size="sm">{question?.body}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => answer(false)} data-autofocus>{question?.cancel ?? 'Cancel'}</Button>
            <Button color={question?.danger ? 'red.9' : undefined} onClick={() => answer(true)}>{question?.confirm}</Button>
          </Group>
        </Stack>
      </Modal>
    </Context.Provider>
  );
}
