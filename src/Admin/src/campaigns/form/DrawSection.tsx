import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { counted } from '../../draws/words';
import { formatInstant, toInstant } from '../../shared/time';
import { DrawFields } from './DrawFields';
import { PathError, RemoveButton, Section, useCampaignFormContext } from './fields';
import { emptyDraw, type DrawValues } from './values';
import { WeeklyDraws } from './WeeklyDraws';

/** The campaign's draws: one, or several such as weekly ones with a final. */
export function DrawSection({ closed }: { closed?: string }) {
  const form = useCampaignFormContext();
  const [weekly, dialog] = useDisclosure(false);
  const { draw, furtherDraws } = form.values;
  const some = !!draw || furtherDraws.length > 0;
  const add = () => (draw ? form.insertListItem('furtherDraws', { ...emptyDraw(), name: `Draw ${furtherDraws.length + 2}` }) : form.setFieldValue('draw', emptyDraw()));
  return (
    <Section id="draw" closed={closed} intro="Winners drawn from the entries after closing, or of a period such as a week; reserves step in, in order, when a winner can’t be reached.">
      <Stack gap="sm">
        {draw && (
          <fieldset className="line">
            <legend>{draw.name || 'Draw'}</legend>
            <DrawFields at="draw" draw={draw} what="the draw" />
            <div style={{ textAlign: 'right' }}><RemoveButton what={draw.name || 'the prize draw'} onClick={() => form.setFieldValue('draw', null)} /></div>
          </fieldset>
        )}
        <PathError path="furtherDraws" />
        {furtherDraws.map((further, i) => <Further key={further.key} draw={further} index={i} />)}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={add}>{some ? 'Add another draw' : 'Add a prize draw'}</Button>
          <Button size="xs" variant="default" onClick={dialog.open}>Add weekly draws</Button>
        </Group>
      </Stack>
      {weekly && <WeeklyDraws onClose={dialog.close} />}
    </Section>
  );
}

/** One of several: a line that opens, so that a year of weekly draws stays readable. */
function Further({ draw, index }: { draw: DrawValues; index: number }) {
  const form = useCampaignFormContext();
  const at = `furtherDraws.${index}`;
  const [open, setOpen] = useState(!draw.prizes.some((p) => p.name));
  const wrong = Object.keys(form.errors).some((path) => path.startsWith(`${at}.`));
  const zone = form.values.timeZone;
  const shown = (local: string) => {
    const time = toInstant(local, zone);
    return 'iso' in time ? formatInstant(time.iso, zone) : '…';
  };
  return (
    <details className="line" open={open || wrong} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        <strong>{draw.name || `Draw ${index + 2}`}</strong>{' '}
        <Text span size="sm" c="dimmed">
          {counted(draw.prizes.flatMap((p) => (p.name.trim() ? Array<string>(Math.min(Number(p.quantity) || 1, 10_000)).fill(p.name.trim()) : [])))}
          {(draw.from || draw.until) && `, ${draw.from ? shown(draw.from) : 'opening'} to ${draw.until ? shown(draw.until) : 'closing'}`}
        </Text>
      </summary>
      <div style={{ marginTop: 12 }}>
        <DrawFields at={at} draw={draw} what={draw.name || `draw ${index + 2}`} />
        <div style={{ textAlign: 'right' }}><RemoveButton what={draw.name || `draw ${index + 2}`} onClick={() => form.removeListItem('furtherDraws', index)} /></div>
      </div>
    </details>
  );
}
