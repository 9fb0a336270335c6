'use client';

import { texts } from '../lib/texts';
import { DocumentPage } from './document-page';

const { privacy: say } = texts;

export function PrivacyPage() {
  return (
    <DocumentPage title={say.heading} notYet={say.notYet}>
      {({ promoter, consents }) => (
        <div className="card">
          {say.sections(promoter.name).map(({ heading, paragraphs }) => (
            <section key={heading}><h2>{heading}</h2>{paragraphs.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}</section>
          ))}
          {consents.length > 0 && <section><h2>{say.consents}</h2><ul>{consents.map(({ purpose, text }) => <li key={purpose}>{text}</li>)}</ul></section>}
          <section><h2>{say.contact}</h2><p className="typed">{promoter.name}{'\n'}{promoter.address}</p></section>
        </div>
      )}
    </DocumentPage>
  );
}
