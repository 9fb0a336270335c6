import { Alert, Checkbox, Group, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem, type Problem } from '../api/problems';
import { campaignQuery } from '../api/queries';
import type { Campaign, EntryResult, KeyedEntry } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { CampaignLinks } from '../campaigns/CampaignLinks';
import { ActionButton } from '../shared/ActionButton';
import { CopyText } from '../shared/CopyText';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant, toLocal } from '../shared/time';
import { blank, entryErrors, entryRequest, type EntryValues } from './values';

/** Keys in what came by post, by telephone or at an event: same limits, same chances, no code. */
export function KeyInPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/key-in' });
  const campaign = useQuery(campaignQuery(campaignId));
  if (!campaign.data) {
    return <Page title="Key in an entry">{campaign.isError ? <Failure error={campaign.error} retry={() => void campaign.refetch()} /> : <Loading what="the campaign" />}</Page>;
  }
  return <Loaded campaign={campaign.data.campaign} />;
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const can = campaignCan.keyIn(campaign, usePerson());
  const [values, setValues] = useState<EntryValues>(() => blank(campaign));
  const [said, setSaid] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  const [done, setDone] = useState<EntryResult | null>(null);
  const [idempotency] = useState(keyKeeper);
  const first = useRef<HTMLInputElement>(null);
  const set = (change: Partial<EntryValues>) => setValues({ ...values, ...change });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const errors = entryErrors(values, campaign);
    setSaid(errors);
    setDone(null);
    if (Object.keys(errors).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(true);
    setFailed(null);
    try {
      const body = entryRequest(values, campaign) as KeyedEntry;
      setDone((await bodyOf(api.POST('/v1/campaigns/{id}/entries', { params: { path: { id: campaign.id } }, body, headers: idempotency(body) }))) as unknown as EntryResult);
      // The next letter of a pile: how and when it came, and the pool, are often the same.
      setValues({ ...blank(campaign), channel: values.channel, receivedAt: values.receivedAt, pool: values.pool });
      first.current?.focus();
    } catch (error) {
      const problem = asProblem(error);
      setFailed(problem);
      setSaid(Object.fromEntries(Object.entries(problem.errors).map(([field, sentences]) => [field.replace(/^entrant\./, ''), sentences.join(' ')])));
    } finally {
      setBusy(false);
    }
  };
  const text = (field: 'email' | 'firstName' | 'lastName' | 'phone' | 'postcode' | 'county', label: string, required = false) => (
    <TextInput className="s6" label={label} required={required} value={values[field]} error={said[field]} onChange={(e) => set({ [field]: e.currentTarget.value })} autoComplete="off"
      ref={field === 'email' ? first : undefined} />
  );
  return (
    <Page title="Key in an entry" beside={<span role="status"><StateBadge state={campaign.state} /></span>} below={<CampaignLinks campaign={campaign} here="key-in" />}>
      <Stack>
        <Text size="sm" c="dimmed" maw={640}>For entries that came by post, by telephone or at an event. No code is needed; limits and chances are those of every other entry. Who keyed it in is kept in the audit log.{campaign.state === 'closed' && ' What was received before the closing is taken until the list of its draw is frozen.'}</Text>
        <div role="status">{done && <Result done={done} campaign={campaign} />}</div>
        {failed && <Failure error={failed} />}
        <form className="panel" onSubmit={(e) => void submit(e)} noValidate aria-label="Entry">
          <Stack>
            <div className="grid">
              <NativeSelect className="s4" label="How it came" value={values.channel} onChange={(e) => set({ channel: e.currentTarget.value })}
                data={[{ value: 'post', label: 'By post' }, { value: 'phone', label: 'By telephone' }, { value: 'event', label: 'At an event' }]} />
              <TextInput className="s4" type="datetime-local" label="Received" required value={values.receivedAt} error={said.receivedAt} max={toLocal(new Date().toISOString(), campaign.timeZone).slice(0, 16)}
                onChange={(e) => set({ receivedAt: e.currentTarget.value })} description={`Time in ${campaign.timeZone}`} inputWrapperOrder={['label', 'input', 'description', 'error']} />
              {campaign.pools.length > 1 && <NativeSelect className="s4" label="Pool" value={values.pool} onChange={(e) => set({ pool: e.currentTarget.value })} data={campaign.pools.map((p) => ({ value: p.id!, label: p.name }))} error={said.pool} />}
            </div>
            <Title order={2} size="h3">Who entered</Title>
            <div className="grid">
              {text('email', 'Email', true)}
              {text('phone', 'Telephone')}
              {text('firstName', 'First name', true)}
              {text('lastName', 'Last name', true)}
              {text('postcode', 'Postcode')}
              {text('county', 'County')}
              {(campaign.form.minimumAge ?? 0) > 0 && <TextInput className="s6" type="date" label="Date of birth" required value={values.dateOfBirth} error={said.dateOfBirth} onChange={(e) => set({ dateOfBirth: e.currentTarget.value })} />}
            </div>
            {campaign.form.fields.length > 0 && <Title order={2} size="h3">Answers</Title>}
            <div className="grid">{campaign.form.fields.map((field) => <Answer key={field.name} field={field} value={values.answers[field.name] ?? ''} error={said[`answers.${field.name}`]} set={(v) => set({ answers: { ...values.answers, [field.name]: v } })} />)}</div>
            {campaign.consents.map((consent) => (
              <Checkbox key={consent.purpose} label={consent.text} checked={values.consents.includes(consent.purpose)}
                onChange={(e) => set({ consents: e.currentTarget.checked ? [...values.consents, consent.purpose] : values.consents.filter((p) => p !== consent.purpose) })} />
            ))}
            <Group><ActionButton type="submit" can={can} loading={busy}>Enter it</ActionButton></Group>
          </Stack>
        </form>
      </Stack>
    </Page>
  );
}

function Answer({ field, value, error, set }: { field: Campaign['form']['fields'][number]; value: string; error?: string; set: (value: string) => void }) {
  const common = { className: 's6', label: field.label, required: field.required, error };
  if (field.type === 'select') return <NativeSelect {...common} data={['', ...(field.options ?? [])]} value={value} onChange={(e) => set(e.currentTarget.value)} />;
  if (field.type === 'textarea') return <Textarea {...common} value={value} autosize minRows={2} onChange={(e) => set(e.currentTarget.value)} />;
  if (field.type === 'checkbox') return <Checkbox {...common} checked={value === 'true'} onChange={(e) => set(e.currentTarget.checked ? 'true' : '')} />;
  return <TextInput {...common} type={field.type === 'date' || field.type === 'number' ? field.type : 'text'} value={value} onChange={(e) => set(e.currentTarget.value)} />;
}

function Result({ done, campaign }: { done: EntryResult; campaign: Campaign }) {
  const { outcome } = done;
  return (
    <Alert color="green" variant="outline" title={`Entered as number ${done.number.toLocaleString('en-GB')}`}>
      <Text size="sm">
        {outcome.kind === 'none' ? 'It won nothing at once.' : outcome.kind === 'gift' ? `It gets the gift ${outcome.prize?.name}.` : `It won: ${outcome.prize?.name}. Tell the entrant.`}
        {done.draw.entered && ' It takes part in the prize draw.'} Counted at {formatInstant(done.enteredAt, campaign.timeZone)}.
      </Text>
      {outcome.coupon && <><Text size="sm" mt={8}>Send the entrant this code:</Text><CopyText text={outcome.coupon} what="code" /></>}
    </Alert>
  );
}
