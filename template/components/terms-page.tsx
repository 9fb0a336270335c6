'use client';

import { termsAddress } from '../lib/api';
import { texts } from '../lib/texts';
import { Conditions } from './conditions';
import { DocumentPage, Paragraphs } from './document-page';

const { terms: say } = texts;

export function TermsPage() {
  return (
    <DocumentPage title={say.heading} notYet={say.notYet}>
      {({ terms, ...site }) => (
        <>
          <p className="plain-lead">{say.version(terms.version)} · {site.name} <button type="button" className="button button-quiet print-hide" onClick={() => window.print()}>{say.print}</button></p>
          <div className="card"><Paragraphs text={terms.text} /></div>
          {terms.freeRoute !== null && <section className="card"><h2>{say.freeRoute}</h2><Paragraphs text={terms.freeRoute} /></section>}
          <Conditions site={{ ...site, terms }} link={false} />
          <dl className="facts">
            <dt>{say.permanent}</dt><dd><a href={termsAddress(terms.version)}>{termsAddress(terms.version)}</a></dd>
            {terms.hash !== null && <><dt>{say.hash}</dt><dd><code>{terms.hash}</code></dd></>}
          </dl>
        </>
      )}
    </DocumentPage>
  );
}
