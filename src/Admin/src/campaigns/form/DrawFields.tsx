import { Checkbox, NativeSelect, Stack, Text, Textarea, Title, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { installationQuery } from '../../api/queries';
import { offeredLevels } from '../../draws/words';
import { PathError, RemoveButton, TextField, TimeField, useCampaignFormContext, WholeField } from './fields';
import { emptyDrawPrize, type DrawValues } from './values';

interface Props {
  /** Where the draw stands in the form: `draw`, or `furtherDraws.3`. */
  at: string;
  draw: DrawValues;
  /** Names the draw's parts apart from those of others: "draw 2", for example. */
  what: string;
  /** Added after publication: nobody committed to it before the first entry, so that the level must be one that proves. */
  later?: boolean;
}

/** Everything that makes a draw: the same fields in the campaign's form and where a draw is added. */
export function DrawFields({ at, draw, what, later = false }: Props) {
  const form = useCampaignFormContext();
  return (
    <Stack gap="sm">
      <div className="grid">
        <TextField className="s4" path={`${at}.name`} label="Draw’s name" required />
        <WholeField className="s2" path={`${at}.reserves`} label="Reserves" />
        <NativeSelect className="s4" label="Rule" data={[{ value: 'one-per-person', label: 'One win per person' }, { value: 'unlimited', label: 'Several wins per person' }]} {...form.getInputProps(`${at}.rule`)} />
        <WholeField className="s2" path={`${at}.claimDays`} label="Days to claim" placeholder="no claim" description={draw.claimDays === '' ? 'Winners claim nothing here' : 'Then a reserve moves up'} inputWrapperOrder={['label', 'input', 'description', 'error']} />
      </div>
      <Prizes at={at} draw={draw} what={what} />
      <Title order={3} size="h5">When</Title>
      <div className="grid">
        <TimeField className="s4" path={`${at}.from`} label="Entries from" description={draw.from ? undefined : 'Default: the opening'} />
        <TimeField className="s4" path={`${at}.until`} label="Entries until" description={draw.until ? undefined : 'Default: the closing'} />
        <TimeField className="s4" path={`${at}.at`} label="List frozen at" description={draw.at ? undefined : 'Default: 15 minutes after the last entry'} />
      </div>
      <Level at={at} draw={draw} later={later} />
      <Title order={3} size="h5">Left out of this draw</Title>
      <div className="grid">
        <Checkbox className="s4" label="Earlier winners of this campaign" {...form.getInputProps(`${at}.exclude.previousWinners`, { type: 'checkbox' })} />
        <Textarea className="s4" label="Staff, by email domain" placeholder={'acme.example\nagency.example'} autosize minRows={1} {...form.getInputProps(`${at}.exclude.staffDomains`)} />
        <Textarea className="s4" label="Regions, by beginning of postcode" placeholder="BT" description="Such as BT for Northern Ireland" inputWrapperOrder={['label', 'input', 'description', 'error']} autosize minRows={1}
          {...form.getInputProps(`${at}.exclude.postcodes`)} />
      </div>
      <Text size="sm" c="dimmed">Who is left out is judged when the list is frozen, and stands on the certificate with its reason and number. The terms must say so.</Text>
    </Stack>
  );
}

function Prizes({ at, draw, what }: { at: string; draw: DrawValues; what: string }) {
  const form = useCampaignFormContext();
  const winners = draw.prizes.reduce((sum, p) => sum + (Number(p.quantity) || 0), 0);
  return (
    <>
      <Title order={3} size="h5">Prizes <Text span size="sm" c="dimmed" fw={400}>{winners.toLocaleString('en-GB')} {winners === 1 ? 'winner' : 'winners'}</Text></Title>
      <PathError path={`${at}.prizes`} />
      {draw.prizes.map((prize, i) => (
        <fieldset className="line" key={prize.key}>
          <legend>Draw prize {i + 1}</legend>
          <div className="grid">
            <TextField className="s6" path={`${at}.prizes.${i}.name`} label="Name" required />
            <WholeField className="s2" path={`${at}.prizes.${i}.quantity`} label="Quantity" required />
            <NativeSelect className="s2" label="Fulfilment" data={[{ value: 'delivery', label: 'Delivery' }, { value: 'none', label: 'None' }]} {...form.getInputProps(`${at}.prizes.${i}.fulfilment`)} />
            <div className="s2" style={{ alignSelf: 'end', textAlign: 'right' }}><RemoveButton what={`draw prize ${i + 1} of ${what}`} onClick={() => form.removeListItem(`${at}.prizes`, i)} /></div>
          </div>
        </fieldset>
      ))}
      <div><Button size="xs" variant="default" onClick={() => form.insertListItem(`${at}.prizes`, emptyDrawPrize())}>Add a prize to the draw</Button></div>
    </>
  );
}

function Level({ at, draw, later }: { at: string; draw: DrawValues; later: boolean }) {
  const form = useCampaignFormContext();
  const served = useQuery(installationQuery).data?.draws;
  const { choices, preselected } = offeredLevels(served, later, draw.level);
  // What is shown is what is sent, as soon as it is known what there is to choose from.
  const field = `${at}.level`;
  const missing = served !== undefined && draw.level === '' ? preselected?.value : undefined;
  useEffect(() => {
    if (missing) form.setFieldValue(field, missing);
  }, [missing, field]);
  const unknown = served === undefined && draw.level === '';
  return (
    <NativeSelect label="Evidence" data={[...(unknown ? [{ value: '', label: 'The strongest that this platform can give' }] : []), ...choices.map(({ value, label }) => ({ value, label }))]}
      {...form.getInputProps(field)} description={unknown ? 'The level is fixed with the commitment and never lowered.' : preselected?.says} inputWrapperOrder={['label', 'input', 'description', 'error']} />
  );
}
