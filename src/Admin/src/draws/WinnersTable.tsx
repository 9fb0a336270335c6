import { Table, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatInstant } from '../shared/time';
import { StateBadge } from '../shared/StateBadge';
import type { Draw, DrawWinner } from './types';
import { holdingText } from './words';

interface Props {
  draw: Draw;
  zone: string;
  personal: boolean;
  /** What can be done with a place; nothing for a place that nothing can be done with. */
  action?: (winner: DrawWinner) => ReactNode;
}

/** Who holds what: winners and reserves in the order drawn. */
export function WinnersTable({ draw, zone, personal, action }: Props) {
  const { winners } = draw;
  if (winners.length === 0) return <Text size="sm" mt="sm">There was no eligible entry, so nobody won.</Text>;
  const caption = draw.state === 'completed' ? 'Winners (published)' : draw.state === 'drawn' ? 'Provisional winners: not public yet' : 'The order as it was drawn: nobody wins by it';
  const claims = winners.some((w) => w.claim);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${caption}, ${draw.name}`}>
      <Table mt="sm" miw={560} captionSide="top" verticalSpacing={5}>
        <Table.Caption ta="left" fw={600} mt={0}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={48}>#</Table.Th><Table.Th>Holds</Table.Th><Table.Th>{personal ? 'Person' : 'Entry'}</Table.Th>
            {claims && <Table.Th>Claim</Table.Th>}{action && <Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {winners.map((w) => (
            <Table.Tr key={w.position}>
              <Table.Th scope="row">{w.position}</Table.Th>
              <Table.Td>
                {w.prize === null || w.state === 'replaced' ? <Text span size="sm" c="dimmed">{holdingText(w)}</Text> : holdingText(w)}
                {w.inheritedFrom && <Text size="xs" c="dimmed">inherited from place {w.inheritedFrom}</Text>}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {personal && w.name ? <>{w.name}{w.county && `, ${w.county}`}{w.email && <Text size="xs" c="dimmed">{w.email}</Text>}</> : <code>{w.entryId}</code>}
              </Table.Td>
              {claims && <Table.Td>{w.claim && <><StateBadge state={w.claim.state} />{w.claim.state === 'told' && <Text size="xs" c="dimmed">until {formatInstant(w.claim.deadline, zone)}</Text>}</>}</Table.Td>}
              {action && <Table.Td ta="right">{action(w)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
