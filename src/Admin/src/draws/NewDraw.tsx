import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { keys } from '../api/queries';
import type { Campaign } from '../api/types';
import { DrawFields } from '../campaigns/form/DrawFields';
import { placeErrors } from '../campaigns/form/errors';
import { FormProvider, useCampaignForm } from '../campaigns/form/fields';
import { drawRequest } from '../campaigns/form/request';
import { drawErrors, type FieldErrors } from '../campaigns/form/validate';
import { emptyDraw, valuesOf, type DrawValues } from '../campaigns/form/values';
import { Failure } from '../shared/States';
import { useAction } from '../shared/useAction';

type NewDrawBody = Parameters<typeof api.POST<'/v1/campaigns/{id}/draws', never>>[1] extends { body: infer B } ? B : never;

/** Adds one draw; after publication it is marked as added later. `from` is what stands in the fields at first, a void draw's for example. */
export function NewDraw({ campaign, from, onClose }: { campaign: Campaign; from?: DrawValues; onClose: () => void }) {
  const later = !!campaign.publishedAt;
  const form = useCampaignForm({ mode: 'controlled', clearInputErrorOnChange: true, initialValues: { ...valuesOf(campaign), draw: from ?? { ...emptyDraw(), name: '' }, furtherDraws: [] } });
  const [key] = useState(keyKeeper);
  const draw = form.values.draw!;
  const add = useAction({
    run: (body: object) => bodyOf(api.POST('/v1/campaigns/{id}/draws', { params: { path: { id: campaign.id } }, body: body as NewDrawBody, headers: key(body) })),
    done: 'The draw is added.', refresh: [keys.campaign(campaign.id), keys.campaigns], onDone: onClose, quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong: FieldErrors = {};
    drawErrors(draw, 'draw', form.values, (path, sentence) => {
      if (sentence) wrong[path] ??= sentence;
    });
    form.setErrors(wrong);
    if (Object.keys(wrong).length > 0) return focusFirst();
    add.mutate(drawRequest(draw, campaign.timeZone), {
      onError: (error) => {
        const said = Object.entries(asProblem(error).errors).map(([path, sentences]) => [path.startsWith('draw') || path === '' ? path : `draw.${path}`, sentences] as const);
        form.setErrors(placeErrors(Object.fromEntries(said), form.values).fields);
        focusFirst();
      },
    });
  };
  const title = draw.succeeds ? 'A draw in place of a void one' : 'Add a draw';
  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650}>{title}</Text>}>
      <FormProvider form={form}>
        <form onSubmit={submit} noValidate>
          <Stack>
            {later && <Text size="sm">The campaign is published: the draw is marked as added later, on its certificate too, and must be drawn by public randomness or by an observer’s number.</Text>}
            {draw.succeeds && <Text size="sm">Its commitment names the void draw, whose certificate stays public.</Text>}
            {add.isError && <Failure error={add.error} />}
            <DrawFields at="draw" draw={draw} what="the draw" later={later} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>Cancel</Button>
              <Button type="submit" loading={add.isPending}>Add the draw</Button>
            </Group>
          </Stack>
        </form>
      </FormProvider>
    </Modal>
  );
}

/** The first field that is wrong; a sentence that belongs to no field stands above them. */
const focusFirst = () => requestAnimationFrame(() => document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"], [role="dialog"] [role="alert"]')?.focus());
