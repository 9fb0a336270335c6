import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { modes } from '../modes';
import { PathError, RemoveButton, Section, TextField, useCampaignFormContext, WholeField } from './fields';
import { MomentLine } from './MomentLine';
import { PrizeLine } from './PrizeLine';
import { emptyMoment, emptyPool, emptyPrize, modeOf, type MomentValues, type PoolValues } from './values';

export function PoolsSection({ closed, campaignId }: { closed?: string; campaignId?: string }) {
  const form = useCampaignFormContext();
  const add = () => form.insertListItem('pools', emptyPool(form.values.pools.length === 0 ? 'Instant' : `Pool ${form.values.pools.length + 1}`));
  return (
    <Section id="pools" closed={closed} intro="A pool takes entries and hands out its prizes at once. A campaign with a draw alone needs none.">
      <Stack gap="sm">
        {form.values.pools.map((pool, i) => <Pool key={pool.key} pool={pool} index={i} campaignId={campaignId} />)}
        <div><Button size="xs" variant="default" onClick={add}>Add a pool</Button></div>
      </Stack>
    </Section>
  );
}

function Pool({ pool, index, campaignId }: { pool: PoolValues; index: number; campaignId?: string }) {
  const form = useCampaignFormContext();
  const at = `pools.${index}`;
  const addGift = () => {
    form.insertListItem(`${at}.prizes`, emptyPrize('gift'));
    // A gift is given by consolation; without that mode nobody would get it.
    if (!pool.modes.includes('consolation')) form.setFieldValue(`${at}.modes`, [...pool.modes, 'consolation']);
  };
  const names = pool.prizes.filter((p) => modeOf(p) === 'moments').map((p) => p.name.trim()).filter(Boolean);
  return (
    <fieldset className="line">
      <legend>Pool {index + 1}{pool.name && `: ${pool.name}`}</legend>
      <Stack gap="sm">
        <PathError path={at} />
        <div className="grid">
          <TextField className="s4" path={`${at}.name`} label="Pool’s name" required />
          <Checkbox.Group className="s8" label="How it gives, in this order" description="An entry gets at most one thing: the first that it wins." {...form.getInputProps(`${at}.modes`)}>
            <div className="grid" style={{ marginTop: 6 }}>
              {modes.map((mode) => <Checkbox key={mode.value} className="s6" value={mode.value} label={mode.label} description={mode.says} />)}
            </div>
          </Checkbox.Group>
          <EntryCodes pool={pool} at={at} />
        </div>
        <Title order={3} size="h4">Prizes and gifts</Title>
        <PathError path={`${at}.prizes`} />
        {pool.prizes.map((prize, i) => <PrizeLine key={prize.key} pool={at} at={`${at}.prizes.${i}`} prize={prize} what={`prize ${i + 1} of pool ${index + 1}`} number={i + 1} campaignId={campaignId}
          onRemove={() => form.removeListItem(`${at}.prizes`, i)} />)}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => form.insertListItem(`${at}.prizes`, emptyPrize('prize'))}>Add a prize</Button>
          <Button size="xs" variant="default" onClick={addGift}>Add a gift</Button>
        </Group>
        <Title order={3} size="h4">Winning moments</Title>
        <Text size="sm" c="dimmed" mt={-8}>{pool.id ? 'The moments that this pool has are sealed. What you add here comes on top; a file of moments can be added on the campaign’s Prizes page.' : 'Listed one by one, or made at random. Once saved they are sealed: nobody can read those still to come.'}</Text>
        <PathError path={`${at}.moments`} />
        {pool.moments.map((moment, i) => <MomentLine key={moment.key} at={`${at}.moments.${i}`} moment={moment} names={names} number={i + 1} what={`moment ${i + 1} of pool ${index + 1}`}
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

/** On-pack promotions: an entry uses up a code. Whoever has none must be able to enter with the same chances. */
function EntryCodes({ pool, at }: { pool: PoolValues; at: string }) {
  const form = useCampaignFormContext();
  return (
    <>
      <NativeSelect className="s4" label="Entry code" data={[{ value: 'none', label: 'No code needed' }, { value: 'required', label: 'Needs a code from a pack' }]}
        {...form.getInputProps(`${at}.entryCode`)} />
      <WholeField className="s4" path={`${at}.tickets`} label="Tickets in prize draws" description="Of each entry of this pool" inputWrapperOrder={['label', 'input', 'description', 'error']} />
      {pool.entryCode === 'required' && (
        <NativeSelect className="s8" label="Entering without a purchase" data={[{ value: 'post', label: 'By post: you key the entries in' }, { value: 'online', label: 'By post, and online without a code' }]}
          description="With the same chances. Say how under “Free route” in the terms: the campaign can’t be published without."
          inputWrapperOrder={['label', 'input', 'description', 'error']} {...form.getInputProps(`${at}.freeRoute`)} />
      )}
    </>
  );
}

/** As many moments as the first prize that is won by them has units, less those listed already. */
function generated(pool: PoolValues): MomentValues {
  const prize = pool.prizes.find((p) => modeOf(p) === 'moments' && p.name.trim());
  const listed = pool.moments.filter((m) => m.prize === prize?.name.trim()).reduce((sum, m) => sum + (m.kind === 'at' ? 1 : Number(m.count) || 0), 0);
  return { ...emptyMoment('generate', prize?.name.trim()), count: Math.max(1, Number(prize?.stock || 1) - listed) };
}
