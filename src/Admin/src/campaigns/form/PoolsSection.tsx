import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { PathError, RemoveButton, Section, TextField, TimeField, useCampaignFormContext, WholeField } from './fields';
import { emptyMoment, emptyPool, emptyPrize, type MomentValues, type PoolValues } from './values';

export function PoolsSection({ closed }: { closed?: string }) {
  const form = useCampaignFormContext();
  const add = () => form.insertListItem('pools', emptyPool(form.values.pools.length === 0 ? 'Instant' : `Pool ${form.values.pools.length + 1}`));
  return (
    <Section id="pools" closed={closed} intro="A pool takes entries and hands out its prizes at once. A campaign with a draw alone needs none.">
      <Stack gap="sm">
        {form.values.pools.map((pool, i) => <Pool key={pool.key} pool={pool} index={i} />)}
        <div><Button size="xs" variant="default" onClick={add}>Add a pool</Button></div>
      </Stack>
    </Section>
  );
}

function Pool({ pool, index }: { pool: PoolValues; index: number }) {
  const form = useCampaignFormContext();
  const at = `pools.${index}`;
  const addGift = () => {
    form.insertListItem(`${at}.prizes`, emptyPrize('gift'));
    // A gift is given by consolation; without that mode nobody would get it.
    if (!pool.modes.includes('consolation')) form.setFieldValue(`${at}.modes`, [...pool.modes, 'consolation']);
  };
  const names = pool.prizes.map((p) => p.name.trim()).filter(Boolean);
  return (
    <fieldset className="line">
      <legend>Pool {index + 1}{pool.name && `: ${pool.name}`}</legend>
      <Stack gap="sm">
        <PathError path={at} />
        <div className="grid">
          <TextField className="s4" path={`${at}.name`} label="Pool’s name" required />
          <Checkbox.Group className="s8" label="How it gives" {...form.getInputProps(`${at}.modes`)}>
            <Group mt={6}>
              <Checkbox value="moments" label="Winning moments" description="The next entry after a secret moment wins" />
              <Checkbox value="consolation" label="Consolation" description="Who wins nothing gets a gift" />
            </Group>
          </Checkbox.Group>
        </div>
        <Title order={3} size="h4">Prizes and gifts</Title>
        <PathError path={`${at}.prizes`} />
        {pool.prizes.map((prize, i) => <Prize key={prize.key} at={`${at}.prizes.${i}`} kind={prize.kind} what={`prize ${i + 1} of pool ${index + 1}`} number={i + 1}
          onRemove={() => form.removeListItem(`${at}.prizes`, i)} />)}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => form.insertListItem(`${at}.prizes`, emptyPrize('prize'))}>Add a prize</Button>
          <Button size="xs" variant="default" onClick={addGift}>Add a gift</Button>
        </Group>
        <Title order={3} size="h4">Winning moments</Title>
        <Text size="sm" c="dimmed" mt={-8}>{pool.id ? 'The moments that this pool has are sealed. What you add here comes on top.' : 'Listed one by one, or made at random. Once saved they are sealed: nobody can read those still to come.'}</Text>
        <PathError path={`${at}.moments`} />
        {pool.moments.map((moment, i) => <Moment key={moment.key} at={`${at}.moments.${i}`} moment={moment} names={names} number={i + 1} what={`moment ${i + 1} of pool ${index + 1}`}
          onRemove={() => form.removeListItem(`${at}.moments`, i)} />)}
        <Group justify="space-between">
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => form.insertListItem(`${at}.moments`, emptyMoment('at', names[0]))}>Add one moment</Button>
            <Button size="xs" variant="default" onClick={() => form.insertListItem(`${at}.moments`, generated(pool))}>Add random moments</Button>
          </Group>
          <RemoveButton what={`pool ${index + 1}`} onClick={() => form.removeListItem('pools', index)} />
        </Group>
      </Stack>
    </fieldset>
  );
}

/** As many moments as the first prize has units, less those listed already. */
function generated(pool: PoolValues): MomentValues {
  const prize = pool.prizes.find((p) => p.kind === 'prize' && p.name.trim());
  const listed = pool.moments.filter((m) => m.prize === prize?.name.trim()).reduce((sum, m) => sum + (m.kind === 'at' ? 1 : Number(m.count) || 0), 0);
  return { ...emptyMoment('generate', prize?.name.trim()), count: Math.max(1, Number(prize?.stock || 1) - listed) };
}

function Prize({ at, kind, what, number, onRemove }: { at: string; kind: string; what: string; number: number; onRemove: () => void }) {
  const form = useCampaignFormContext();
  return (
    <fieldset className="line">
      <legend>{kind === 'gift' ? 'Gift' : 'Prize'} {number}</legend>
      <div className="grid">
        <TextField className="s4" path={`${at}.name`} label="Name" required />
        <NativeSelect className="s2" label="Kind" data={[{ value: 'prize', label: 'Prize' }, { value: 'gift', label: 'Gift' }]} {...form.getInputProps(`${at}.kind`)}
          onChange={(e) => {
            form.setFieldValue(`${at}.kind`, e.currentTarget.value);
            // The mode follows the kind: gifts are consolation, prizes have moments.
            form.setFieldValue(`${at}.mode`, null);
          }} />
        <WholeField className="s2" path={`${at}.stock`} label="Stock" required={kind === 'prize'} placeholder={kind === 'gift' ? 'no limit' : undefined} />
        <WholeField className="s2" path={`${at}.dailyCap`} label="Per day" placeholder="no cap" />
        <WholeField className="s2" path={`${at}.perEntrantMax`} label="Per person" placeholder="no limit" />
        <div className="line-head" style={{ margin: 0 }}>
          <NativeSelect label="Fulfilment" data={[{ value: 'delivery', label: 'Delivery' }, { value: 'none', label: 'None' }]} {...form.getInputProps(`${at}.fulfilment`)} />
          <RemoveButton what={what} onClick={onRemove} />
        </div>
      </div>
    </fieldset>
  );
}

function Moment({ at, moment, names, number, what, onRemove }: { at: string; moment: MomentValues; names: string[]; number: number; what: string; onRemove: () => void }) {
  const form = useCampaignFormContext();
  const choices = [{ value: '', label: 'Choose…' }, ...[...new Set(names)].map((name) => ({ value: name, label: name }))];
  const known = moment.prize === '' || names.includes(moment.prize) ? choices : [...choices, { value: moment.prize, label: `${moment.prize} (gone)` }];
  return (
    <fieldset className="line">
      <legend>{moment.kind === 'at' ? `Moment ${number}` : `Moments ${number}: at random`}</legend>
      <div className="grid">
        <NativeSelect className="s3" label="Prize" required data={known} {...form.getInputProps(`${at}.prize`)} />
        {moment.kind === 'at'
          ? <TimeField className="s4" path={`${at}.at`} label="At" required />
          : (
            <>
              <WholeField className="s2" path={`${at}.count`} label="How many" required />
              <TimeField className="s3" path={`${at}.from`} label="From" description="Default: opening" />
              <TimeField className="s3" path={`${at}.to`} label="To" description="Default: closing" />
            </>
          )}
        <div className="line-head" style={{ margin: 0, justifyContent: 'flex-end' }}><RemoveButton what={what} onClick={onRemove} /></div>
      </div>
    </fieldset>
  );
}
