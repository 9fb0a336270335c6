import { Button, Group, Modal, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { NewPrize, Pool, Prize, PrizeChange } from '../api/types';
import { modeName, modes } from '../campaigns/modes';
import type { Changes } from './changes';
import { changeOf, stockErrors, type StockValues } from './stock';

const valuesOf = (prize: Prize | null): StockValues => ({
  stock: prize?.stock ?? '', dailyCap: prize?.dailyCap ?? '', hourlyCap: prize?.hourlyCap ?? '', perEntrantMax: prize?.perEntrantMax ?? '',
  lowStockAt: prize?.lowStockAt === null || prize?.lowStockAt === undefined ? '' : String(prize.lowStockAt),
});

export function EditPrize({ prize, changes, onClose }: { prize: Prize; changes: Changes; onClose: () => void }) {
  const [values, setValues] = useState(() => valuesOf(prize));
  const errors = stockErrors(values, prize.kind, prize.allocated);
  const change = changeOf(valuesOf(prize), values);
  const submit = () => {
    if (Object.keys(change).length > 0) changes.prize(prize, change as PrizeChange, `${prize.name} is changed`);
    onClose();
  };
  return (
    <Dialog title={`Stock and caps of ${prize.name}`} onClose={onClose} onSubmit={submit} ready={Object.keys(errors).length === 0} button="Change it">
      <Text size="sm" c="dimmed">{prize.allocated.toLocaleString('en-GB')} are given: the stock can’t fall below. What was won stays won. The answer says from which entry on the change counts.</Text>
      <StockFields values={values} errors={errors} kind={prize.kind} set={setValues} />
    </Dialog>
  );
}

export function AddPrize({ pool, live, changes, onClose }: { pool: Pool; live: boolean; changes: Changes; onClose: () => void }) {
  // Winning moments are committed to before the opening, so that none can be added afterwards; neither can a new mode.
  const choices = modes.filter((mode) => (live ? mode.value !== 'moments' && pool.modes.includes(mode.value) : true));
  const [name, setName] = useState('');
  const [kind, setKind] = useState('gift');
  const [mode, setMode] = useState<string>(choices.at(-1)?.value ?? '');
  const [odds, setOdds] = useState<{ win: number | string; outOf: number | string }>({ win: 1, outOf: '' });
  const [everyNth, setEveryNth] = useState<number | string>('');
  const [values, setValues] = useState(() => valuesOf(null));
  const errors = stockErrors(values, kind, 0);
  const lacks = [
    !name.trim() && 'a name', mode === 'probability' && !(Number(odds.win) >= 1 && Number(odds.outOf) >= Number(odds.win)) && 'odds',
    mode === 'consolation' && kind === 'prize' && 'to be a gift: what everybody gets is not a prize',
  ].filter(Boolean);
  const submit = async () => {
    const change = changeOf(valuesOf(null), values);
    const prize = {
      name: name.trim(), kind, mode, ...change, ...(mode === 'probability' ? { odds: { win: Number(odds.win), outOf: Number(odds.outOf) } } : {}),
      ...(mode === 'guaranteed' && everyNth !== '' ? { everyNth: Number(everyNth) } : {}),
    } as NewPrize;
    try {
      await changes.add(pool, prize);
      onClose();
    } catch {
      // The page tells what was refused; the dialog stays with what was typed.
    }
  };
  if (choices.length === 0) {
    return (
      <Dialog title={`Add a prize to ${pool.name}`} onClose={onClose} onSubmit={onClose} ready button="Close">
        <Text size="sm">This pool gives by {pool.modes.map(modeName).join(' and ').toLowerCase() || 'nothing'} alone, which is fixed once the campaign is published: winning moments were committed to before the opening.</Text>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Add a prize to ${pool.name}`} onClose={onClose} onSubmit={() => void submit()} ready={lacks.length === 0 && Object.keys(errors).length === 0} busy={changes.busy} button="Add it">
      <TextInput label="Name" required value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
      <NativeSelect label="Kind" data={[{ value: 'gift', label: 'Gift' }, { value: 'prize', label: 'Prize' }]} value={kind} onChange={(e) => setKind(e.currentTarget.value)} />
      <NativeSelect label="How it is won" data={choices.map(({ value, label }) => ({ value, label }))} value={mode} onChange={(e) => setMode(e.currentTarget.value)}
        description={modes.find((m) => m.value === mode)?.says} />
      {mode === 'probability' && (
        <Group grow>
          <NumberInput label="Chance: wins" required allowDecimal={false} allowNegative={false} hideControls value={odds.win} onChange={(win) => setOdds({ ...odds, win })} />
          <NumberInput label="out of entries" required allowDecimal={false} allowNegative={false} hideControls thousandSeparator="," value={odds.outOf} onChange={(outOf) => setOdds({ ...odds, outOf })} />
        </Group>
      )}
      {mode === 'guaranteed' && <NumberInput label="One in every … entries" placeholder="every entry" allowDecimal={false} allowNegative={false} hideControls value={everyNth} onChange={setEveryNth} />}
      <StockFields values={values} errors={errors} kind={kind} set={setValues} />
      {name.trim() && lacks.length > 0 && <Text size="sm" c="dimmed">It needs {lacks.join(' and ')}.</Text>}
    </Dialog>
  );
}

/** How many tickets each entry of a pool has in prize draws. */
export function PoolTickets({ pool, changes, onClose }: { pool: Pool; changes: Changes; onClose: () => void }) {
  const [tickets, setTickets] = useState<number | string>(pool.tickets);
  const right = tickets !== '' && Number.isInteger(Number(tickets)) && Number(tickets) >= 1 && Number(tickets) <= 1000;
  const submit = () => {
    if (Number(tickets) !== pool.tickets) changes.pool(pool, { tickets: Number(tickets) }, `Each entry of ${pool.name} has ${tickets} ${Number(tickets) === 1 ? 'ticket' : 'tickets'} in draws`);
    onClose();
  };
  return (
    <Dialog title={`Tickets of ${pool.name}`} onClose={onClose} onSubmit={submit} ready={right} button="Change it">
      <NumberInput label="Tickets of each entry in prize draws" description="More tickets, more chances: the terms must say so" data-autofocus allowDecimal={false} allowNegative={false} hideControls value={tickets} onChange={setTickets}
        error={!right && 'A whole number from 1 to 1,000.'} />
    </Dialog>
  );
}

function StockFields({ values, errors, kind, set }: { values: StockValues; errors: Partial<Record<keyof StockValues, string>>; kind: string; set: (values: StockValues) => void }) {
  const number = (field: keyof StockValues, label: string, placeholder: string) => (
    <NumberInput label={label} placeholder={placeholder} allowDecimal={false} allowNegative={false} hideControls thousandSeparator="," value={values[field]} error={errors[field]}
      onChange={(value) => set({ ...values, [field]: value })} />
  );
  return (
    <Stack gap="sm">
      {number('stock', 'Stock', kind === 'gift' ? 'no limit' : 'units')}
      <Group grow align="flex-start">{number('dailyCap', 'Per day', 'no cap')}{number('hourlyCap', 'Per hour', 'no cap')}{number('perEntrantMax', 'Per person', 'no limit')}</Group>
      <TextInput label="Alert when left" placeholder="50 or 10%" value={values.lowStockAt} error={errors.lowStockAt} onChange={(e) => set({ ...values, lowStockAt: e.currentTarget.value })} />
    </Stack>
  );
}

function Dialog({ title, button, ready, busy, onSubmit, onClose, children }: { title: string; button: string; ready: boolean; busy?: boolean; onSubmit: () => void; onClose: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{title}</Text>}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" disabled={!ready} loading={busy}>{button}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
