'use client';

import { language } from '../lib/campaign';
import { conditionsOf } from '../lib/conditions';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';

/** The significant conditions, where they are read before entering (CAP Code 8.17). */
export function Conditions({ site, link = true }: { site: Site; link?: boolean }) {
  return (
    <section className="card conditions" id="conditions" aria-labelledby="conditions-heading">
      <h2 id="conditions-heading">{texts.conditions.heading}</h2>
      <dl>
        {conditionsOf(site, language).map(({ name, lines }) => (
          <div key={name}>
            <dt>{name}</dt>
            {lines.map((line, index) => <dd key={index}>{line}</dd>)}
          </div>
        ))}
      </dl>
      {link && <p><a href="/terms/">{texts.conditions.fullTerms}</a></p>}
    </section>
  );
}
