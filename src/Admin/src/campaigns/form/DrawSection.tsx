import { Alert, Button, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { PathError, RemoveButton, Section, TextField, TimeField, useCampaignFormContext, WholeField } from './fields';
import { emptyDraw, emptyDrawPrize } from './values';

export function DrawSection({ closed }: { closed?: string }) {
  const form = useCampaignFormContext();
  const draw = form.values.draw;
  if (!draw) {
    return (
      <Section id="draw" closed={closed} intro="Winners drawn from all entries after closing.">
        <Button size="xs" variant="default" onClick={() => form.setFieldValue('draw', emptyDraw())}>Add a prize draw</Button>
      </Section>
    );
  }
  const winners = draw.prizes.reduce((sum, p) => sum + (Number(p.quantity) || 0), 0);
  return (
    <Section id="draw" closed={closed} intro="Winners drawn from all entries after closing; reserves step in, in order, when a winner can’t be reached.">
      <Stack gap="sm">
        <div className="grid">
          <TextField className="s3" path="draw.name" label="Draw’s name" required />
          <WholeField className="s2" path="draw.reserves" label="Reserves" />
          <NativeSelect className="s3" label="Rule" data={[{ value: 'one-per-person', label: 'One win per person' }, { value: 'unlimited', label: 'Several wins per person' }]} {...form.getInputProps('draw.rule')} />
          <TimeField className="s4" path="draw.at" label="Drawn at" description={draw.at ? undefined : 'Default: 15 minutes after closing'} />
        </div>
        {draw.level === 'committed' && (
          <Alert color="orange" variant="outline" p="xs">
            <Text size="sm"><strong>Level “committed”: not evidence.</strong> This version draws at this level alone: right for demonstrations and rehearsals.</Text>
          </Alert>
        )}
        <Title order={3} size="h4">Prizes of the draw <Text span size="sm" c="dimmed" fw={400}>{winners.toLocaleString('en-GB')} {winners === 1 ? 'winner' : 'winners'}</Text></Title>
        <PathError path="draw.prizes" />
        {draw.prizes.map((prize, i) => (
          <fieldset className="line" key={prize.key}>
            <legend>Draw prize {i + 1}</legend>
            <div className="grid">
              <TextField className="s6" path={`draw.prizes.${i}.name`} label="Name" required />
              <WholeField className="s2" path={`draw.prizes.${i}.quantity`} label="Quantity" required />
              <NativeSelect className="s2" label="Fulfilment" data={[{ value: 'delivery', label: 'Delivery' }, { value: 'none', label: 'None' }]} {...form.getInputProps(`draw.prizes.${i}.fulfilment`)} />
              <div className="s2" style={{ alignSelf: 'end', textAlign: 'right' }}><RemoveButton what={`draw prize ${i + 1}`} onClick={() => form.removeListItem('draw.prizes', i)} /></div>
            </div>
          </fieldset>
        ))}
        <div className="line-head">
          <Button size="xs" variant="default" onClick={() => form.insertListItem('draw.prizes', emptyDrawPrize())}>Add a prize to the draw</Button>
          <RemoveButton what="the prize draw" onClick={() => form.setFieldValue('draw', null)} />
        </div>
      </Stack>
    </Section>
  );
}
