import { Alert, Button, NumberInput, Text, TextInput, Title, type NumberInputProps, type TextInputProps } from '@mantine/core';
import { createFormContext } from '@mantine/form';
import type { ReactNode } from 'react';
import { formatInstant, toInstant } from '../../shared/time';
import type { SectionId } from './errors';
import { sections } from './errors';
import type { FormValues } from './values';

export const [FormProvider, useCampaignFormContext, useCampaignForm] = createFormContext<FormValues>();

/** One part of the form; its errors that belong to no single field stand under its heading. */
export function Section({ id, intro, closed, children }: { id: SectionId; intro?: ReactNode; closed?: string; children: ReactNode }) {
  const title = sections.find((s) => s.id === id)!.title;
  return (
    <section className="panel" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <Title order={2} id={`${id}-title`}>{title}</Title>
      {intro && <Text size="sm" c="dimmed" mb="sm" mt={-6}>{intro}</Text>}
      {closed && <Alert color="blue" variant="outline" p="xs" mb="sm">{closed}</Alert>}
      <PathError path={id} />
      <fieldset disabled={!!closed} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>{children}</fieldset>
    </section>
  );
}

/** The error of a list or a group. */
export function PathError({ path }: { path: string }) {
  const form = useCampaignFormContext();
  const error = form.errors[path];
  return error ? <Text size="sm" c="var(--mantine-color-error)" mb={8} data-path={path} tabIndex={-1}>{error}</Text> : null;
}

export function TextField({ path, ...rest }: TextInputProps & { path: string }) {
  const form = useCampaignFormContext();
  return <TextInput {...form.getInputProps(path)} {...rest} />;
}

/** A whole number; empty where that means "no limit". */
export function WholeField({ path, ...rest }: NumberInputProps & { path: string }) {
  const form = useCampaignFormContext();
  return <NumberInput allowDecimal={false} allowNegative={false} thousandSeparator="," hideControls {...rest} {...form.getInputProps(path)} />;
}

/** A date and time of the campaign's zone, with the zone printed beside what was typed. */
export function TimeField({ path, description, ...rest }: TextInputProps & { path: string }) {
  const form = useCampaignFormContext();
  const props = form.getInputProps(path);
  const zone = form.values.timeZone;
  const local = String(props.value ?? '');
  const time = local ? toInstant(local, zone) : null;
  const said = time && 'iso' in time
    ? `${formatInstant(time.iso, zone)}${time.kind === 'twice' ? ': the clocks go back, this time comes twice; the first is meant' : ''}`
    : `Time in ${zone}`;
  return <TextInput type="datetime-local" step={local.length > 16 ? 1 : 60} inputWrapperOrder={['label', 'input', 'description', 'error']}
    description={description ?? said} {...rest} {...props} />;
}

export const RemoveButton = ({ what, onClick }: { what: string; onClick: () => void }) => (
  <Button size="compact-sm" variant="subtle" color="gray" c="inherit" onClick={onClick} aria-label={`Remove ${what}`}>Remove</Button>
);

/** Moves the focus to what a path names: its field, the group that shows its error, or its section. */
export function focusPath(path: string, section: string | undefined) {
  const target = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`) ?? (section ? document.getElementById(section) : null);
  target?.scrollIntoView({ block: 'center' });
  target?.focus({ preventScroll: true });
}
