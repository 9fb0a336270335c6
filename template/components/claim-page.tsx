'use client';

import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { claimRefusal, loadClaim, sendClaim } from '../lib/api';
import { campaign, language } from '../lib/campaign';
import { claimBody, validateClaim } from '../lib/claim';
import type { Claim } from '../lib/claim';
import { formatInstant } from '../lib/dates';
import type { FieldErrors } from '../lib/form';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';
import { DocumentPage } from './document-page';
import { ErrorSummary } from './error-summary';
import type { Summary } from './error-summary';
import { idOf, TextArea, TextField } from './fields';
import { useToken } from './use-token';

const { claim: say } = texts;

/** Where a winner claims their prize, and sees afterwards how far it is. */
export function ClaimPage() {
  return (
    <DocumentPage title={say.heading} notYet={say.notYet}>
      {(site) => <WithToken site={site} />}
    </DocumentPage>
  );
}

function WithToken({ site }: { site: Site }) {
  const token = useToken();
  if (token === undefined) return <Working />;
  return token === null ? <div className="card"><h2>{say.none}</h2><p>{say.noneText}</p></div> : <Found key={token} token={token} site={site} />;
}

const Working = () => <p role="status"><span className="spinner" aria-hidden="true" /> {say.loading}</p>;

function Found({ token, site }: { token: string; site: Site }) {
  const [claim, setClaim] = useState<Claim | null>(null);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [request, setRequest] = useState(0);
  useEffect(() => {
    let ended = false;
    loadClaim(token).then(
      (answer) => { if (!ended) setClaim(answer); },
      (error: unknown) => { if (!ended) setProblem(claimRefusal(error).message); });
    return () => { ended = true; };
  }, [token, request]);
  if (problem !== null) {
    return (
      <div className="card" role="alert">
        <p>{problem}</p>
        <p><button type="button" className="button" onClick={() => { setProblem(null); setRequest((count) => count + 1); }}>{say.retry}</button></p>
      </div>
    );
  }
  if (claim === null) return <Working />;
  return (
    <>
      <Prize claim={claim} site={site} />
      {claim.state === 'told'
        ? <ClaimForm token={token} claim={claim} onClaimed={(now) => { setClaim(now); setDone(true); }} />
        : <Standing token={token} claim={claim} done={done} onChanged={setClaim} />}
    </>
  );
}

function Prize({ claim, site }: { claim: Claim; site: Site }) {
  const deadline = formatInstant(claim.deadline, site.timeZone, language);
  return (
    <section className="card claim-prize" aria-labelledby="claim-prize">
      <p className="draw-date">{say.prize}</p>
      <h2 id="claim-prize">{claim.prize}</h2>
      <dl className="facts">
        {claim.draw !== null && <><dt>{say.draw}</dt><dd>{claim.draw}</dd></>}
        {claim.state === 'told' && deadline !== '' && <><dt>{say.deadline}</dt><dd>{deadline}</dd></>}
      </dl>
    </section>
  );
}

interface StandingProps { token: string; claim: Claim; done: boolean; onChanged: (claim: Claim) => void }

function Standing({ token, claim, done, onChanged }: StandingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { if (done) heading.current?.focus(); }, [done]);
  const { heading: title, text } = say.states[claim.state] ?? say.states.claimed!;
  return (
    <section className="card" aria-labelledby="claim-state" data-state={claim.state}>
      <h2 id="claim-state" tabIndex={-1} ref={heading}>{done ? say.done : title}</h2>
      <p>{text}</p>
      {claim.carrier !== null && <p>{say.carrier(claim.carrier, claim.reference ?? '')}</p>}
      {claim.publication !== null && <Published token={token} publication={claim.publication} onChanged={onChanged} />}
    </section>
  );
}

/** Thinking otherwise about being named is as easy as it was to agree. */
function Published({ token, publication, onChanged }: { token: string; publication: 'agreed' | 'objected'; onChanged: (claim: Claim) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const change = async () => {
    try {
      onChanged(await sendClaim(token, { publication: publication === 'agreed' ? 'objected' : 'agreed' }));
      setProblem(null);
    } catch (error) {
      setProblem(claimRefusal(error).message);
    }
  };
  return (
    <>
      <p role="status">{publication === 'agreed' ? say.publicationAgreed : say.publicationObjected}</p>
      {problem !== null && <p role="alert">{problem}</p>}
      <p><button type="button" className="button button-quiet" onClick={() => void change()}>{publication === 'agreed' ? say.object : say.agree}</button></p>
    </>
  );
}

interface FormProps { token: string; claim: Claim; onClaimed: (claim: Claim) => void }

function ClaimForm({ token, claim, onClaimed }: FormProps) {
  const [errors, setErrors] = useState<FieldErrors>({});
  const [summary, setSummary] = useState<Summary | null>(null);
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
    const wrong = validateClaim(values, claim);
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return setSummary({ title: say.errorSummary, message: null, errors: wrong, reference: null });
    setSummary(null);
    setBusy(true);
    try {
      onClaimed(await sendClaim(token, claimBody(values)));
    } catch (error) {
      const { message, fields, reference } = claimRefusal(error);
      setErrors(fields);
      setSummary({ title: say.refusedSummary, message, errors: fields, reference });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card entry" aria-labelledby="claim-heading">
      <h2 id="claim-heading">{say.details}</h2>
      {summary !== null && <ErrorSummary summary={summary} />}
      <form noValidate onSubmit={(event) => void onSubmit(event)} aria-busy={busy} data-campaign={campaign.slug}>
        <TextField name="name" label={say.name} required autoComplete="name" maxLength={200} error={errors.name} />
        <TextArea name="address" label={say.address} required autoComplete="street-address" maxLength={1000} error={errors.address} />
        <TextField name="phone" label={say.phone} required type="tel" autoComplete="tel" maxLength={40} hint={say.phoneHint} error={errors.phone} />
        {claim.minor && <TextField name="guardian" label={say.guardian} required autoComplete="off" maxLength={200} hint={say.guardianHint} error={errors.guardian} />}
        <Publication error={errors.publication} />
        <button className="button button-enter" type="submit" aria-disabled={busy}>{busy ? say.sending : say.send}</button>
      </form>
    </section>
  );
}

/** Neither is chosen beforehand: an objection must be as easy as an agreement (CAP Code 8.28.5). */
function Publication({ error }: { error: string | undefined }) {
  const id = idOf('publication');
  return (
    <fieldset aria-describedby={error ? `${id}-error` : `${id}-hint`}>
      <legend>{say.publication}</legend>
      <p className="field-hint" id={`${id}-hint`}>{say.publicationHint}</p>
      {error && <p className="field-error" id={`${id}-error`}>{error}</p>}
      {(['agreed', 'objected'] as const).map((choice, index) => (
        <div className="tick-row field tick" key={choice}>
          <input type="radio" name="publication" value={choice} id={index === 0 ? id : `${id}-${choice}`} aria-invalid={error ? true : undefined} />
          <label htmlFor={index === 0 ? id : `${id}-${choice}`}>{say[choice]}</label>
        </div>
      ))}
    </fieldset>
  );
}
