import { Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { shortcutsAreOn, turnShortcuts, type Shortcut } from './shortcuts';

export default function ShortcutHelp({ shortcuts, onClose }: { shortcuts: readonly Shortcut[]; onClose: () => void }) {
  const [on, setOn] = useState(shortcutsAreOn());
  const turn = (next: boolean) => {
    turnShortcuts(next);
    setOn(next);
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>Keyboard shortcuts</Text>}>
      <Stack>
        <Table aria-label="Keyboard shortcuts">
          <Table.Tbody>
            {shortcuts.map((s) => (
              <Table.Tr key={s.keys}>
                <Table.Th scope="row" w={90}>{s.keys.split(' ').map((key) => <Kbd key={key} mr={4}>{key}</Kbd>)}</Table.Th>
                <Table.Td>{s.what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch label="Shortcuts are on" description="They never act while you type in a field." checked={on} onChange={(e) => turn(e.currentTarget.checked)} />
      </Stack>
    </Modal>
  );
}
