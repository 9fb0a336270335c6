'use client';

import { useEffect, useState } from 'react';
import { apiAddress, LoadFailed, loadReceipt } from '../lib/api';
import { language } from '../lib/campaign';
import { formatInstant } from '../lib/dates';
import { receiptOf, receiptToken } from '../lib/receipt';
import type { ReceiptDraw, ReceiptFound } from '../lib/receipt';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';
import { DocumentPage } from './document-page';
import { saveJson } from './save-file';
import { useToken } from './use-token';

const { receipt: say } = texts;

/** What became of an entry, for whoever has its receipt. */
export function ReceiptPage() {
  return (
    <DocumentPage title={say.heading} notYet={say.notYet}>
      {(site) => <Receipt site={site} />}
    </DocumentPage>
  );
}

function Receipt({ site }: { site: Site }) {
  const token = useToken();
  if (token === undefined) return <Working />;
  return token === null ? <Choose /> : <Found key={token} token={token} site={site} />;
}

const Working = () => <p role="status"><span className="spinner" aria-hidden="true" /> {say.loading}</p>;

/** Without a link the file that was saved will do: it is read here and goes nowhere but into the address. */
function Choose() {
  const [wrong, setWrong] = useState(false);
  const read = async (file: File | undefined) => {
    const token = file && file.size < 100_000 ? await file.text().then((text) => receiptToken(JSON.parse(text)), () => null).catch(() => null) : null;
    setWrong(token === null);
    if (token !== null) window.location.hash = token;
  };
  return (
    <div className="card">
      <h2>{say.none}</h2>
      <p>{say.noneText}</p>
      <div className={wrong ? 'field field-wrong' : 'field'}>
        <label htmlFor="receipt-file">{say.choose}</label>
        {wrong && <p className="field-error" id="receipt-file-error" role="alert">{say.unreadable}</p>}
        <input id="receipt-file" type="file" accept="application/json,.json" aria-invalid={wrong || undefined} aria-describedby={wrong ? 'receipt-file-error' : undefined}
          onChange={(event) => void read(event.currentTarget.files?.[0])} />
      </div>
    </div>
  );
}

function Found({ token, site }: { token: string; site: Site }) {
  const [found, setFound] = useState<ReceiptFound | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [request, setRequest] = useState(0);
  useEffect(() => {
    let ended = false;
    loadReceipt(token).then(
      (answer) => { if (!ended) setFound(answer); },
      (error: unknown) => { if (!ended) setProblem((error instanceof LoadFailed ? say.refused[error.code ?? ''] : undefined) ?? say.failed); });
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
  if (found === null) return <Working />;
  return (
    <>
      <div className="card">
        <h2>{say.holds}</h2>
        <p>{say.number(found.number.toLocaleString(language))} · {say.entered(formatInstant(found.enteredAt, site.timeZone, language))}</p>
        <dl className="facts"><dt>{say.reference}</dt><dd><code>{found.entryRef}</code></dd></dl>
        <p><button type="button" className="button button-quiet" onClick={() => saveJson(`receipt-${site.slug}-${found.number}.json`, JSON.stringify({ receipt: receiptOf(token) }, null, 2))}>{say.download}</button></p>
      </div>
      {found.draws.length === 0 && <p>{say.noDraws}</p>}
      {found.draws.map((draw) => <Draw key={draw.id} draw={draw} />)}
      <section className="card">
        <h2>{say.check}</h2>
        <ol className="steps">{say.steps.map((step) => <li key={step}>{step}</li>)}</ol>
        <p><a className="button button-quiet" href={apiAddress('/verify')}>{say.verifier}</a></p>
        <p>{say.privacy}</p>
      </section>
    </>
  );
}

function Draw({ draw }: { draw: ReceiptDraw }) {
  const { heading, text } = say.states[draw.state]!;
  const links = ([['page', say.page], ['certificate', say.certificate], ['commitment', say.commitment], ['entries', say.entries]] as const)
    .flatMap(([name, label]) => (draw[name] === null ? [] : [{ label, path: draw[name] }]));
  return (
    <section className="card" aria-labelledby={`receipt-${draw.id}`} data-state={draw.state}>
      <p className="draw-date">{draw.name}</p>
      <h2 id={`receipt-${draw.id}`}>{heading}</h2>
      {draw.drawState === 'void' && <p><strong>{say.void}</strong></p>}
      {draw.drawState === 'withheld' && <p><strong>{say.withheld}</strong></p>}
      <p>{text}{draw.state === 'listed' && draw.tickets !== null && ` ${say.tickets(draw.tickets)}.`}</p>
      {draw.state === 'excluded' && draw.reason !== null && <p>{say.reasons[draw.reason] ?? say.reason(draw.reason)}</p>}
      {draw.state === 'drawn' && <Place draw={draw} />}
      {links.length > 0 && <ul className="proofs">{links.map(({ label, path }) => <li key={label}><a href={apiAddress(path)}>{label}</a></li>)}</ul>}
    </section>
  );
}

function Place({ draw }: { draw: ReceiptDraw }) {
  const position = draw.position ?? 0;
  const movedUp = draw.role === 'reserve' && draw.holds !== null;
  const lost = draw.role === 'winner' && draw.holds === null && draw.drawState !== 'void';
  return (
    <>
      <p><strong>{draw.role === 'winner' ? say.winner(position, draw.prize ?? '') : say.reserve(position)}</strong></p>
      {movedUp && <p>{say.movedUp(draw.holds!)}</p>}
      {lost && <p>{say.lost}</p>}
      {!draw.confirmed && <p>{say.provisional}</p>}
    </>
  );
}
