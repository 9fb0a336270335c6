'use client';

import type { ReactNode } from 'react';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';

interface Props { site: Site | null; preview: boolean; previewEnded: boolean; children: ReactNode }

/** What every page has: the notice of a preview, the head with the brand, and the foot with the promoter and the links. */
export function PageFrame({ site, preview, previewEnded, children }: Props) {
  return (
    <div className="page">
      {preview && <p className="ribbon" role="note">{texts.preview}</p>}
      {previewEnded && <p className="ribbon" role="note">{texts.previewEnded}</p>}
      <header className="head">
        <div className="wide head-row">
          <a className="head-brand" href="/">
            {site?.brand.logoUrl
              ? <img src={site.brand.logoUrl} alt={site.promoter.name} referrerPolicy="no-referrer" />
              : site?.promoter.name || site?.name || texts.nav.home}
          </a>
          {site && (
            <nav className="head-nav" aria-label="Main">
              <a href="/winners/">{texts.nav.winners}</a>
              <a href="/terms/">{texts.nav.terms}</a>
            </nav>
          )}
        </div>
      </header>
      {children}
      <footer className="foot">
        <div className="wide foot-row">
          {site && site.promoter.name !== '' && (
            <div>
              <p className="foot-title">{texts.footer.promoter}</p>
              <p>{site.promoter.name}<br />{site.promoter.address}</p>
              <p className="foot-note">{texts.footer.note}</p>
            </div>
          )}
          <nav aria-label="More">
            <a href="/">{texts.nav.home}</a>
            <a href="/winners/">{texts.nav.winners}</a>
            <a href="/terms/">{texts.nav.terms}</a>
            <a href="/privacy/">{texts.nav.privacy}</a>
          </nav>
        </div>
      </footer>
    </div>
  );
}
