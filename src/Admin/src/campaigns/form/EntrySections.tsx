import { Button, Checkbox, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { PathError, RemoveButton, Section, TextField, useCampaignFormContext, WholeField } from './fields';
import { emptyConsent, emptyField } from './values';

const fieldTypes = [
  { value: 'text', label: 'Short text' }, { value: 'textarea', label: 'Long text' }, { value: 'email', label: 'Email' }, { value: 'tel', label: 'Telephone' },
  { value: 'select', label: 'One of a list' }, { value: 'checkbox', label: 'Tick box' }, { value: 'date', label: 'Date' }, { value: 'number', label: 'Number' },
];

/** "Your favourite city" → "yourFavouriteCity". */
const nameFor = (label: string) =>
  label.normalize('NFKD').replace(/[^A-Za-z0-9 ]/g, '').trim().split(/\s+/).slice(0, 4)
    .map((word, i) => (i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())).join('').replace(/^[^A-Za-z]+/, '');

export function EntryFormSection() {
  const form = useCampaignFormContext();
  return (
    <Section id="form" intro="Name, email and what the law needs are always asked. Add the campaign’s own questions here.">
      <Stack gap="sm">
        <div className="grid">
          <WholeField className="s4" path="form.minimumAge" label="Minimum age" description="In whole years; 0 asks for no date of birth" />
        </div>
        <PathError path="form.fields" />
        {form.values.form.fields.map((field, i) => {
          const at = `form.fields.${i}`;
          const label = form.getInputProps(`${at}.label`);
          return (
            <fieldset className="line" key={field.key}>
              <legend>Question {i + 1}</legend>
              <div className="grid">
                <TextField className="s6" path={`${at}.label`} label="Question" required
                  onChange={(e) => {
                    if (field.name === '' || field.name === nameFor(field.label)) form.setFieldValue(`${at}.name`, nameFor(e.currentTarget.value));
                    label.onChange(e);
                  }} />
                <TextField className="s3" path={`${at}.name`} label="Name in exports" required />
                <NativeSelect className="s3" label="Answer" data={fieldTypes} {...form.getInputProps(`${at}.type`)} />
                {field.type === 'select' && <Textarea label="Choices" description="One per line" autosize minRows={2} {...form.getInputProps(`${at}.options`)} />}
                <div className="line-head" style={{ margin: 0 }}>
                  <Checkbox label="Must be answered" {...form.getInputProps(`${at}.required`, { type: 'checkbox' })} />
                  <RemoveButton what={`question ${i + 1}`} onClick={() => form.removeListItem('form.fields', i)} />
                </div>
              </div>
            </fieldset>
          );
        })}
        <div><Button size="xs" variant="default" onClick={() => form.insertListItem('form.fields', emptyField())}>Add a question</Button></div>
      </Stack>
    </Section>
  );
}

export const LimitsSection = () => (
  <Section id="limits" intro="They apply within each pool, and the short terms say so. Empty is no limit.">
    <div className="grid">
      <WholeField className="s3" path="limits.entriesPerEntrant" label="Entries per person" />
      <WholeField className="s3" path="limits.entriesPerEntrantPerDay" label="Entries per day" />
      <WholeField className="s3" path="limits.entryIntervalSeconds" label="Seconds between" />
      <WholeField className="s3" path="limits.winsPerEntrant" label="Wins per person" description="Gifts don’t count" inputWrapperOrder={['label', 'input', 'description', 'error']} />
      <IdentityField />
    </div>
  </Section>
);

function IdentityField() {
  const form = useCampaignFormContext();
  return (
    <NativeSelect className="s6" label="Which email addresses are one person" {...form.getInputProps('limits.emailIdentity')} inputWrapperOrder={['label', 'input', 'description', 'error']}
      description="A telephone number, where one is given, counts as well." data={[
        { value: 'gmail', label: 'Dots and +tags are ignored at Gmail (recommended)' },
        { value: 'plus-tags', label: 'As at Gmail, and +tags are ignored everywhere' },
        { value: 'exact', label: 'Only upper and lower case are ignored' },
      ]} />
  );
}

export function ConsentsSection() {
  const form = useCampaignFormContext();
  return (
    <Section id="consents" intro="Asked separately, un-ticked, and never a condition of entry.">
      <Stack gap="sm">
        {form.values.consents.length === 0 && <Text size="sm" c="dimmed">No consent is asked for.</Text>}
        {form.values.consents.map((consent, i) => (
          <fieldset className="line" key={consent.key}>
            <legend>Consent {i + 1}</legend>
            <div className="grid">
              <TextField className="s3" path={`consents.${i}.purpose`} label="Purpose" required placeholder="marketing-email" />
              <Textarea className="s8" label="What people agree to" required autosize minRows={1} {...form.getInputProps(`consents.${i}.text`)} />
              <div className="line-head" style={{ margin: 0, justifyContent: 'flex-end' }}><RemoveButton what={`consent ${i + 1}`} onClick={() => form.removeListItem('consents', i)} /></div>
            </div>
          </fieldset>
        ))}
        <div><Button size="xs" variant="default" onClick={() => form.insertListItem('consents', emptyConsent())}>Add a consent</Button></div>
      </Stack>
    </Section>
  );
}
