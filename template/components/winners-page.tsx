'use client';

import { useEffect, useState } from 'react';
import { apiAddress, loadWinners } from '../lib/api';
import { language } from '../lib/campaign';
import { formatInstant } from '../lib/dates';
import { texts } from '../lib/texts';
import type { PublishedDraw, Site } from '../lib/types';
import { DocumentPage } from './document-page';

const { winners: say } = texts;

export function WinnersPage() {
  return (
    <DocumentPage title={say.heading} notYet={say.none}>
      {(site, previewToken) => <Winners site={site} previewToken={previewToken} />}
    </DocumentPage>
  );
}

function Winners({ site, previewToken }: { site: Site; previewToken: string | null }) {
  const [draws, setDraws] = useState<PublishedDraw[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [request, setRequest] = useState(0);
  useEffect(() => {
    let ended = false;
    loadWinners(previewToken).then((read) => { if (!ended) setDraws(read); }, () => { if (!ended) setFailed(true); });
    return () => { ended = true; };
  }, [previewToken, request]);
  if (failed) {
    return (
      <div role="alert">
        <p>{texts.loadFailed.heading}. {texts.loadFailed.text}</p>
        <button type="button" className="button" onClick={() => { setFailed(false); setRequest((count) => count + 1); }}>{texts.loadFailed.retry}</button>
      </div>
    );
  }
  if (draws === null) return <p role="status"><span className="spinner" aria-hidden="true" /> {texts.loading}</p>;
  if (draws.length === 0) return <div className="card notice"><h2>{say.none}</h2><p>{say.noneText}</p></div>;
  return (
    <>
      <p className="plain-lead">{say.lead}</p>
      {draws.map((draw) => <DrawTable key={draw.id} draw={draw} site={site} />)}
    </>
  );
}

function DrawTable({ draw, site }: { draw: PublishedDraw; site: Site }) {
  const level = draw.level === null ? undefined : say.levels[draw.level];
  return (
    <section className="card draw" aria-labelledby={`draw-${draw.id}`}>
      <h2 id={`draw-${draw.id}`}>{draw.name}</h2>
      {draw.publishedAt !== null && <p className="draw-date">{say.published(formatInstant(draw.publishedAt, site.timeZone, language))}</p>}
      {draw.winners.length === 0 ? <p>{say.emptyDraw}</p> : (
        <table>
          <thead><tr><th scope="col">{say.columns.position}</th><th scope="col">{say.columns.name}</th><th scope="col">{say.columns.county}</th><th scope="col">{say.columns.prize}</th></tr></thead>
          <tbody>
            {draw.winners.map((winner) => (
              <tr key={winner.position}>
                <td>{winner.position}</td><th scope="row">{winner.name}</th><td data-label={say.columns.county}>{winner.county ?? ''}</td><td data-label={say.columns.prize}>{winner.prize ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {level !== undefined && <p className="draw-level">{level}</p>}
      {draw.certificatePage !== null && <p className="draw-proof"><a href={apiAddress(draw.certificatePage)}>{say.certificate(draw.name)}</a></p>}
    </section>
  );
}
