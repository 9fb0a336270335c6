'use client';

import { useCallback, useRef, useState } from 'react';
import { language } from '../lib/campaign';
import type { ServerClock } from '../lib/clock';
import { formatInstant } from '../lib/dates';
import { texts } from '../lib/texts';
import type { EntryAnswer, Site, SiteState } from '../lib/types';
import { Conditions } from './conditions';
import { Countdown } from './countdown';
import { EntryForm } from './entry-form';
import { Confetti, Holding, LoadFailedNotice, Loading, Tickets } from './notices';
import { PageFrame } from './page-frame';
import { Prizes } from './prizes';
import { Result } from './result';
import { useSite } from './use-site';

export function Home() {
  const { loaded, failed, previewToken, previewEnded, reload } = useSite();
  const site = loaded?.kind === 'site' ? loaded.site : null;
  const preview = previewToken !== null;
  return (
    <PageFrame site={site} preview={preview} previewEnded={previewEnded}>
      {loaded === null
        ? (failed ? <LoadFailedNotice retry={reload} /> : <Loading />)
        : site === null || (site.state === 'holding' && !preview)
          ? <Holding />
          : <Campaign site={site} clock={loaded.clock} preview={preview} reload={reload} />}
    </PageFrame>
  );
}

interface CampaignProps { site: Site; clock: ServerClock; preview: boolean; reload: () => void }

function Campaign({ site, clock, preview, reload }: CampaignProps) {
  const [answer, setAnswer] = useState<EntryAnswer | null>(null);
  const [busy, setBusy] = useState(false);
  const [entryCount, setEntryCount] = useState(0);
  const shown = useRef<SiteState>(site.state);
  const kept = useRef(false);
  // An entry that is being sent, and its result, stay on the page when the campaign closes or pauses meanwhile.
  if (!busy && answer === null) shown.current = site.state;
  const another = useCallback(() => { setAnswer(null); setEntryCount((count) => count + 1); reload(); }, [reload]);
  // A preview shows the page as it will be; the form can be looked at but not sent.
  const open = shown.current === 'live' || (preview && ['holding', 'scheduled'].includes(shown.current));
  // What was typed outlives a pause: the form is only hidden, and comes back when entries open again.
  kept.current = open || (kept.current && shown.current === 'paused');
  const over = ['closed', 'drawn', 'completed'].includes(shown.current);
  // Beside the long form there is room for the prizes; a short notice or result has them below.
  const beside = open && answer === null;
  const mayEnterAgain = site.state === 'live' && site.limits.entriesPerEntrant !== 1;

  return (
    <main id="content" data-state={shown.current}>
      <Hero site={site} state={shown.current} clock={clock} />
      <div className="wide columns">
        <div className="column-main">
          {answer !== null && <Result answer={answer} site={site} another={mayEnterAgain ? another : null} />}
          {answer === null && !open && <StateNotice site={site} state={shown.current} />}
          {answer === null && kept.current && (
            <div hidden={!open}>
              <EntryForm key={entryCount} site={site} clock={clock} preview={preview} onBusy={setBusy} onAnswer={setAnswer} onReload={reload} />
            </div>
          )}
          {!beside && <Prizes site={site} over={over} />}
        </div>
        <aside className={beside ? 'column-side column-side-prizes' : 'column-side'} aria-label={texts.conditions.aside}>
          {beside && <Prizes site={site} over={over} />}
          <Conditions site={site} />
        </aside>
      </div>
    </main>
  );
}

function Hero({ site, state, clock }: { site: Site; state: SiteState; clock: ServerClock }) {
  const opens = formatInstant(site.opensAt, site.timeZone, language);
  const closes = formatInstant(site.closesAt, site.timeZone, language);
  const say = texts.states;
  const tag = state === 'holding' ? say.scheduled.tag : say[state].tag;
  const waiting = state === 'scheduled' || state === 'holding';
  return (
    <section className="hero">
      <Confetti />
      <Tickets />
      <div className="wide hero-row">
        <p className={`tag tag-${state}`}>{tag}</p>
        <h1>{site.brand.headline ?? site.name}</h1>
        {site.brand.headline !== null && site.brand.headline !== site.name && <p className="hero-name">{site.name}</p>}
        {waiting && opens !== '' && <p className="hero-date">{say.scheduled.text(opens)}</p>}
        {waiting && site.opensAt !== null && <Countdown until={site.opensAt} clock={clock} kind="opens" />}
        {state === 'live' && closes !== '' && <p className="hero-date">{say.live.closes(closes)}</p>}
        {state === 'live' && site.closesAt !== null && <Countdown until={site.closesAt} clock={clock} kind="closes" />}
      </div>
    </section>
  );
}

function StateNotice({ site, state }: { site: Site; state: SiteState }) {
  const say = texts.states;
  const date = (instant: string | null) => formatInstant(instant, site.timeZone, language);
  const drawDates = site.draws.map((draw) => date(draw.drawsAt)).filter((at) => at !== '');
  const notices: Record<SiteState, { heading: string; lines: string[]; link: string | null }> = {
    holding: { heading: say.holding.heading, lines: [say.holding.text], link: null },
    scheduled: { heading: say.scheduled.tag, lines: [say.scheduled.text(date(site.opensAt))], link: null },
    live: { heading: say.live.tag, lines: [], link: null },
    paused: { heading: say.paused.heading, lines: [say.paused.text, say.live.closes(date(site.closesAt))], link: null },
    closed: {
      heading: say.closed.heading,
      lines: [say.closed.text(date(site.closesAt)), ...(site.draws.length === 0 ? [] : drawDates.length === 0 ? [say.closed.drawSoon] : [say.closed.draw([...new Set(drawDates)].join(' and '))])],
      link: null,
    },
    drawn: { heading: say.drawn.heading, lines: [say.drawn.text], link: say.drawn.link },
    completed: { heading: say.completed.heading, lines: [say.completed.text], link: say.completed.link },
  };
  const { heading, lines, link } = notices[state];
  return (
    <section className="card notice" aria-labelledby="state-heading" role="status">
      <h2 id="state-heading">{heading}</h2>
      {lines.map((line) => <p key={line}>{line}</p>)}
      {link !== null && <p><a className="button" href="/winners/">{link}</a></p>}
    </section>
  );
}
