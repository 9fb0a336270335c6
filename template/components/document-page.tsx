'use client';

import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';
import { LoadFailedNotice, Loading } from './notices';
import { PageFrame } from './page-frame';
import { useSite } from './use-site';

interface Props { title: string; notYet: string; children: (site: Site, previewToken: string | null) => ReactNode }

/** A page of text about the campaign: loads it, and says so plainly when it is not published yet. */
export function DocumentPage({ title, notYet, children }: Props) {
  const { loaded, failed, previewToken, previewEnded, reload } = useSite();
  const site = loaded?.kind === 'site' ? loaded.site : null;
  const published = site !== null && (site.state !== 'holding' || previewToken !== null);
  useEffect(() => { document.title = site ? `${title} · ${site.brand.headline ?? site.name}` : title; }, [site, title]);
  return (
    <PageFrame site={site} preview={previewToken !== null} previewEnded={previewEnded}>
      {loaded === null
        ? (failed ? <LoadFailedNotice retry={reload} /> : <Loading />)
        : (
          <main id="content" data-state={loaded.site.state} className="plain">
            <h1>{title}</h1>
            {published ? children(site, previewToken) : <p>{notYet}</p>}
            <p className="plain-back"><a href="/">{texts.nav.backHome}</a></p>
          </main>
        )}
    </PageFrame>
  );
}

/** Text that people typed, as data: blank lines part paragraphs, single line breaks stay. */
export function Paragraphs({ text }: { text: string }) {
  return <>{text.split(/\r?\n\s*\r?\n/).filter((part) => part.trim() !== '').map((part, index) => <p key={index} className="typed">{part.trim()}</p>)}</>;
}
