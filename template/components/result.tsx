'use client';

import { useEffect, useRef, useState } from 'react';
import { language } from '../lib/campaign';
import { formatInstant } from '../lib/dates';
import { receiptToken } from '../lib/receipt';
import { webAddress } from '../lib/site';
import { texts } from '../lib/texts';
import type { EntryAnswer, OutcomeKind, Site } from '../lib/types';
import { Confetti } from './notices';
import { saveJson } from './save-file';

interface Props { answer: EntryAnswer; site: Site; another: (() => void) | null }

const { result: say } = texts;

/** What came of an entry: told at once and in the entry's own answer (CAP Code 8.25). */
export function Result({ answer, site, another }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { heading.current?.focus(); heading.current?.closest('section')?.scrollIntoView?.({ block: 'start' }); }, []);
  const { outcome, draw } = answer;
  const kind: OutcomeKind = outcome?.kind === 'prize' || outcome?.kind === 'gift' ? outcome.kind : 'none';
  const prize = outcome?.prize?.name ?? null;
  const claimUrl = webAddress(outcome?.claimUrl);
  const date = (instant: string | null | undefined) => formatInstant(instant ?? null, site.timeZone, language);
  const drawsAt = date(draw?.drawsAt);
  const entered = draw?.entered === true;
  const instant = site.prizes.some((listed) => listed.kind === 'prize');
  return (
    <section className={`card result result-${kind}`} data-testid="result" data-outcome={kind} aria-labelledby="result-heading">
      {kind !== 'none' && <Confetti />}
      <p className="tag">{say[kind].tag}</p>
      <h2 id="result-heading" tabIndex={-1} ref={heading}>{headingOf(kind, prize, entered && !instant)}</h2>
      <p className="result-text">{say[kind].text}</p>
      <CouponLine coupon={outcome?.coupon ?? null} expiresAt={site.prizes.find((listed) => listed.id !== null && listed.id === outcome?.prize?.id)?.couponExpiresAt ?? null} date={date} />
      {claimUrl !== null && <p className="result-claim"><a className="button" href={claimUrl}>{say.claim}</a><span>{say.claimHint}</span></p>}
      {entered && <p className="result-draw">{drawsAt === '' ? say.drawNoDate : kind === 'none' ? say.drawOnly(drawsAt) : say.draw(drawsAt)}</p>}
      <p className="result-meta">
        <span>{say.number(answer.number.toLocaleString(language))}</span>
        <span>{say.received(date(answer.enteredAt))}</span>
      </p>
      <Receipt answer={answer} slug={site.slug} />
      {another !== null && <p><button type="button" className="button button-quiet" onClick={another}>{say.another}</button></p>}
    </section>
  );
}

function headingOf(kind: OutcomeKind, prize: string | null, drawOnly: boolean): string {
  if (kind === 'none') return drawOnly ? say.noneDraw.heading : say.none.heading;
  return prize === null ? say[kind].plain : say[kind].heading(prize);
}

function CouponLine({ coupon, expiresAt, date }: { coupon: EntryAnswer['outcome']['coupon']; expiresAt: string | null; date: (instant: string | null) => string }) {
  if (coupon === null) return null;
  const code = typeof coupon === 'string' ? coupon : coupon.code;
  const expires = date(typeof coupon === 'string' ? expiresAt : coupon.expiresAt);
  return (
    <div className="coupon">
      <p className="coupon-label">{say.coupon}</p>
      <p className="coupon-code">{code}</p>
      {expires !== '' && <p className="coupon-label">{say.couponExpires(expires)}</p>}
      <CopyButton text={code} label={say.copyCode} />
    </div>
  );
}

function Receipt({ answer, slug }: { answer: EntryAnswer; slug: string }) {
  if (answer.receipt === null || answer.receipt === undefined) return null;
  const text = JSON.stringify({ entryId: answer.entryId, enteredAt: answer.enteredAt, receipt: answer.receipt }, null, 2);
  const download = () => saveJson(`receipt-${slug}-${answer.number}.json`, text);
  const token = receiptToken(answer.receipt);
  return (
    <div className="receipt">
      <h3>{say.receiptHeading}</h3>
      <p>{say.receiptText}</p>
      <p className="receipt-buttons">
        <button type="button" className="button button-quiet" onClick={download}>{say.download}</button>
        <CopyButton text={text} label={say.copy} />
      </p>
      {token !== null && <p><a href={`/receipt/#${token}`}>{say.receiptLink}</a> {say.receiptLinkText}</p>}
      <details>
        <summary>{say.receiptShow}</summary>
        <pre tabIndex={0}>{text}</pre>
      </details>
    </div>
  );
}

function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('done');
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <button type="button" className="button button-quiet" onClick={() => void copy()}>{label}</button>
      <span role="status" className="copy-state">{state === 'done' ? say.copied : state === 'failed' ? say.copyFailed : ''}</span>
    </>
  );
}
