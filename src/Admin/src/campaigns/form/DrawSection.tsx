import { Button } from '@mantine/core';
import { DrawFields } from './DrawFields';
import { RemoveButton, Section, useCampaignFormContext } from './fields';
import { emptyDraw } from './values';

export function DrawSection({ closed }: { closed?: string }) {
  const form = useCampaignFormContext();
  const draw = form.values.draw;
  return (
    <Section id="draw" closed={closed} intro="Winners drawn from the entries after closing; reserves step in, in order, when a winner can’t be reached.">
      {draw
        ? (
          <fieldset className="line">
            <legend>{draw.name || 'Draw'}</legend>
            <DrawFields at="draw" draw={draw} what="the draw" />
            <div style={{ textAlign: 'right' }}><RemoveButton what={draw.name || 'the prize draw'} onClick={() => form.setFieldValue('draw', null)} /></div>
          </fieldset>
        )
        : <Button size="xs" variant="default" onClick={() => form.setFieldValue('draw', emptyDraw())}>Add a prize draw</Button>}
    </Section>
  );
}
