'use client';

import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { sendEntry } from '../lib/api';
import { campaign, language } from '../lib/campaign';
import type { ServerClock } from '../lib/clock';
import { limitLines } from '../lib/conditions';
import { dayIn, formatInstant } from '../lib/dates';
import { entryBody, validate } from '../lib/form';
import type { FieldErrors, Values } from '../lib/form';
import { SubmissionKeys } from '../lib/idempotency';
import { refusalOf } from '../lib/problem';
import { attemptsMax } from '../lib/retry';
import { submit } from '../lib/submission';
import type { Progress } from '../lib/submission';
import { texts } from '../lib/texts';
import type { EntryAnswer, Site } from '../lib/types';
import { ErrorSummary } from './error-summary';
import type { Summary } from './error-summary';
import { CampaignField, TextField, TickField } from './fields';
import { useSecondsUntil } from './use-seconds-until';

interface Props {
  site: Site;
  clock: ServerClock;
  preview: boolean;
  onBusy: (busy: boolean) => void;
  onAnswer: (answer: EntryAnswer) => void;
  onReload: () => void;
}

const { form: say } = texts;

export function EntryForm({ site, clock, preview, onBusy, onAnswer, onReload }: Props) {
  const [errors, setErrors] = useState<FieldErrors>({});
  const [summary, setSummary] = useState<Summary | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [retryAt, setRetryAt] = useState<number | null>(null);
  const [unanswered, setUnanswered] = useState(false);
  const [pending, setPending] = useState(false);
  const [keys] = useState(() => new SubmissionKeys(campaign.slug, sessionStore()));
  const sending = useRef(false);
  const secondsToWait = useSecondsUntil(retryAt);

  useEffect(() => setPending(keys.hasPending()), [keys]);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (sending.current || preview || secondsToWait > 0) return;
    const values = valuesOf(event.currentTarget);
    const wrong = validate(values, site, clock.now());
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return setSummary({ title: say.errorSummary, message: null, errors: wrong, reference: null });
    setSummary(null);
    setPending(false);
    sending.current = true;
    onBusy(true);
    try {
      await send(values);
    } finally {
      sending.current = false;
      setProgress(null);
      onBusy(false);
    }
  };

  const send = async (values: Values) => {
    const body = entryBody(values, site, language);
    const result = await submit(body, keys, { send: sendEntry, wait, now: () => clock.now(), random: Math.random }, setProgress);
    if (result.kind === 'accepted') return onAnswer(result.answer);
    const refusal = refusalOf(result.problem, result.status, site.form);
    const lost = result.kind === 'unanswered' && refusal.code !== 'campaign.paused';
    setUnanswered(result.kind === 'unanswered');
    setRetryAt(result.kind === 'unanswered' && result.notBefore !== null ? performance.now() + result.notBefore : null);
    setErrors(refusal.fields);
    setSummary({
      title: lost ? say.unansweredSummary : say.refusedSummary,
      message: lost ? `${refusal.message} ${say.safeToRepeat}` : refusal.message,
      errors: refusal.fields,
      reference: refusal.traceId,
    });
    if (refusal.reload) onReload();
  };

  const busy = progress !== null;
  return (
    <section className="card entry" aria-labelledby="entry-heading">
      <h2 id="entry-heading">{say.heading}</h2>
      <Glance site={site} />
      <p className="entry-lead">{say.summary}</p>
      {pending && summary === null && <p className="info" role="status">{say.pending}</p>}
      {summary !== null && <ErrorSummary summary={summary} />}
      <form noValidate onSubmit={(event) => void onSubmit(event)} aria-busy={busy}>
        {site.pools[0]?.codeRequired && <PackCode site={site} error={errors.code} />}
        <AboutYou site={site} errors={errors} today={dayIn(site.timeZone, clock.now())} />
        {site.form.fields.length > 0 && (
          <fieldset>
            <legend>{site.form.fields.length === 1 ? say.questions : say.questionsMany}</legend>
            {site.form.fields.map((field) => <CampaignField key={field.name} field={field} error={errors[`answers.${field.name}`]} />)}
          </fieldset>
        )}
        <Honeypot />
        {site.consents.length > 0 && (
          <fieldset>
            <legend>{say.consents}</legend>
            <p className="field-hint">{say.consentsHint}</p>
            {site.consents.map(({ purpose, text }) => <TickField key={purpose} name={`consents.${purpose}`} error={errors[`consents.${purpose}`]}>{text}</TickField>)}
          </fieldset>
        )}
        <fieldset>
          <legend>{say.agreement}</legend>
          <TickField name="terms" error={errors.terms} required>{say.terms}</TickField>
          <p className="entry-links">
            <a href="/terms/" target="_blank" rel="noopener">{say.termsLink} <span className="new-tab">({say.newTab})</span></a>
            <a href="/privacy/" target="_blank" rel="noopener">{say.privacyLink} <span className="new-tab">({say.newTab})</span></a>
          </p>
        </fieldset>
        <div>
          <button className="button button-enter" type="submit" aria-disabled={busy || preview || secondsToWait > 0} aria-describedby={preview ? 'preview-only' : undefined}>
            {busy ? say.sending : secondsToWait > 0 ? say.tryAgainIn(secondsToWait) : unanswered ? say.tryAgain : say.submit}
          </button>
          {preview && <p className="field-hint" id="preview-only">{say.previewOnly}</p>}
          <ProgressLine progress={progress} />
        </div>
      </form>
    </section>
  );
}

/** The conditions that decide whether to go on reading, with a way to all of them. */
function Glance({ site }: { site: Site }) {
  const facts = [
    site.form.minimumAge ? say.glanceAge(site.form.minimumAge) : '',
    site.closesAt ? texts.conditions.closes(formatInstant(site.closesAt, site.timeZone, language)) : '',
    ...limitLines(site.limits, site.timeZone).slice(0, 1),
  ].filter((fact) => fact !== '');
  return (
    <ul className="glance">
      {facts.map((fact) => <li key={fact}>{fact}</li>)}
      <li><a href="#conditions">{say.conditionsLink}</a></li>
    </ul>
  );
}

/** The code from a pack, and the way in without one: of the same weight, and told where the code is asked for (Gambling Act 2005). */
function PackCode({ site, error }: { site: Site; error: string | undefined }) {
  const [free, setFree] = useState(false);
  const online = site.pools[0]?.freeOnline === true;
  return (
    <fieldset>
      <legend>{say.pack}</legend>
      <TextField name="code" label={say.code} required={!free} disabled={free} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={64} hint={say.codeHint} error={free ? undefined : error} />
      {online && <TickField name="free" hint={say.freeHint} onChange={setFree}>{say.free}</TickField>}
      {!online && site.terms.freeRoute !== null && <p className="field-hint">{say.freeByPost} {site.terms.freeRoute}</p>}
    </fieldset>
  );
}

function AboutYou({ site, errors, today }: { site: Site; errors: FieldErrors; today: string }) {
  const { minimumAge } = site.form;
  return (
    <fieldset>
      <legend>{say.you}</legend>
      <div className="pair">
        <TextField name="firstName" label={say.firstName} required autoComplete="given-name" maxLength={100} error={errors.firstName} />
        <TextField name="lastName" label={say.lastName} required autoComplete="family-name" maxLength={100} error={errors.lastName} />
      </div>
      <TextField name="email" label={say.email} required type="email" autoComplete="email" maxLength={254} spellCheck={false} autoCapitalize="none" hint={say.emailHint} error={errors.email} />
      <TextField name="dateOfBirth" label={say.dateOfBirth} required={Boolean(minimumAge)} type="date" autoComplete="bday" min="1900-01-01" max={today} hint={say.dateOfBirthHint(minimumAge)} error={errors.dateOfBirth} />
      <div className="pair">
        <TextField name="postcode" label={say.postcode} required autoComplete="postal-code" maxLength={20} autoCapitalize="characters" error={errors.postcode} />
        <TextField name="phone" label={say.phone} type="tel" autoComplete="tel" maxLength={40} error={errors.phone} />
      </div>
      <TextField name="county" label={say.county} autoComplete="address-level1" maxLength={100} hint={say.countyHint} error={errors.county} />
    </fieldset>
  );
}

/** Filled in by robots only: out of sight, out of the tab order and hidden from assistive technology. */
function Honeypot() {
  return (
    <div className="honeypot" aria-hidden="true">
      <label htmlFor="field-website">{say.honeypot}</label>
      <input id="field-website" name="website" type="text" tabIndex={-1} autoComplete="off" data-1p-ignore="" data-lpignore="true" />
    </div>
  );
}

function ProgressLine({ progress }: { progress: Progress | null }) {
  const text = progress === null ? '' : progress.waiting
    ? say.waiting(Math.ceil(progress.milliseconds / 1000))
    : progress.attempt > 1 ? say.sendingAgain(progress.attempt, attemptsMax) : say.sending;
  return (
    <div className="progress" role="status">
      {progress !== null && <span className="spinner" aria-hidden="true" />}
      {text}
    </div>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') values[name] = value;
  return values;
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

function sessionStore(): Storage | null {
  try { return typeof window === 'undefined' ? null : window.sessionStorage; } catch { return null; }
}
