import { Button, Group, Modal, NumberInput, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { drawsMax, drawsOf, weeks } from '../../draws/weekly';
import { formatInstant, toInstant } from '../../shared/time';
import { RemoveButton, useCampaignFormContext } from './fields';
import { emptyDraw, emptyDrawPrize, type Whole } from './values';

/** Makes one draw for each week; the list can be looked through, and lines taken out, before it goes into the form. */
export function WeeklyDraws({ onClose }: { onClose: () => void }) {
  const form = useCampaignFormContext();
  const zone = form.values.timeZone;
  const [series, setSeries] = useState({ name: 'Week', from: form.values.opensAt, until: form.values.closesAt });
  const [prize, setPrize] = useState('');
  const [quantity, setQuantity] = useState<Whole>(1);
  const [reserves, setReserves] = useState<Whole>(2);
  const [without, setWithout] = useState<string[]>([]);
  const periods = weeks(series).filter((period) => !without.includes(period.from));
  const room = drawsMax - form.values.furtherDraws.length;
  const lacks = [
    !prize.trim() && 'Name what can be won each week.', !(Number(quantity) >= 1) && 'Say how many win each week.', periods.length === 0 && 'There is no week between these times.',
    periods.length > room && `A campaign has at most ${drawsMax} further draws; ${room} more fit.`,
  ].filter((lack): lack is string => !!lack);
  const shown = (local: string) => {
    const time = toInstant(local, zone);
    return 'iso' in time ? formatInstant(time.iso, zone) : 'a time that does not exist';
  };
  const change = (over: Partial<typeof series>) => {
    setSeries({ ...series, ...over });
    setWithout([]);
  };
  const add = () => {
    const pattern = { ...emptyDraw(), reserves, prizes: [{ ...emptyDrawPrize(), name: prize.trim(), quantity }] };
    form.setFieldValue('furtherDraws', [...form.values.furtherDraws, ...drawsOf(periods, pattern)]);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={650}>One draw each week</Text>}>
      <Stack>
        <div className="grid">
          <TextInput className="s6" label="Prize of each week" required data-autofocus value={prize} onChange={(e) => setPrize(e.currentTarget.value)} autoComplete="off" />
          <NumberInput className="s3" label="Quantity" required allowDecimal={false} allowNegative={false} hideControls value={quantity} onChange={setQuantity} />
          <NumberInput className="s3" label="Reserves" allowDecimal={false} allowNegative={false} hideControls value={reserves} onChange={setReserves} />
          <TextInput className="s4" label="Draws are called" description="Followed by their number" inputWrapperOrder={['label', 'input', 'description', 'error']} value={series.name} onChange={(e) => change({ name: e.currentTarget.value })} />
          <TextInput className="s4" type="datetime-local" label="From" description={`Time in ${zone}`} inputWrapperOrder={['label', 'input', 'description', 'error']} value={series.from} onChange={(e) => change({ from: e.currentTarget.value })} />
          <TextInput className="s4" type="datetime-local" label="To" description={`Time in ${zone}`} inputWrapperOrder={['label', 'input', 'description', 'error']} value={series.until} onChange={(e) => change({ until: e.currentTarget.value })} />
        </div>
        {periods.length > 0 && (
          <div className="scroll" tabIndex={0} role="region" aria-label="Draws to be added" style={{ maxHeight: 260, overflowY: 'auto' }}>
            <Table verticalSpacing={4}>
              <Table.Thead><Table.Tr><Table.Th>Draw</Table.Th><Table.Th>Entries from</Table.Th><Table.Th>until</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {periods.map((period) => (
                  <Table.Tr key={period.from}>
                    <Table.Th scope="row">{period.name}</Table.Th><Table.Td>{shown(period.from)}</Table.Td><Table.Td>{shown(period.until)}</Table.Td>
                    <Table.Td ta="right"><RemoveButton what={period.name} onClick={() => setWithout([...without, period.from])} /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
        <Text size="sm" c="dimmed" role="status">{lacks.length > 0 ? lacks.join(' ') : 'Each list is frozen 15 minutes after its week. Everything else can be set draw by draw, and nothing is saved before the campaign is.'}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button disabled={lacks.length > 0} onClick={add}>Add {periods.length === 1 ? 'this draw' : `these ${periods.length} draws`}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
