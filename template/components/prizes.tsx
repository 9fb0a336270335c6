'use client';

import { language } from '../lib/campaign';
import { formatInstant } from '../lib/dates';
import { texts } from '../lib/texts';
import type { Site } from '../lib/types';

interface Ticket { kind: string; name: string; note: string; style: string }

function ticketsOf(site: Site): Ticket[] {
  const { prizes: say } = texts;
  const drawn: Ticket[] = site.draws.flatMap((draw) => {
    const date = formatInstant(draw.drawsAt, site.timeZone, language);
    // Which draw it is matters only where there are several.
    const kind = site.draws.length > 1 && draw.name !== '' ? say.drawNamed(draw.name) : say.draw;
    return draw.prizes.map((name) => ({ kind, name, note: date === '' ? say.drawnLater : say.drawn(date), style: 'draw' }));
  });
  const pooled: Ticket[] = site.prizes.map((prize) => ({
    kind: prize.kind === 'gift' ? say.gift : say.instant,
    name: prize.name,
    note: prize.stock === null ? say.unlimited : prize.kind === 'gift' ? say.giftCount(prize.stock) : say.toBeWon(prize.stock),
    style: prize.kind,
  }));
  return [...drawn, ...pooled.filter(({ style }) => style === 'prize'), ...pooled.filter(({ style }) => style === 'gift')];
}

/** What can be won, one ticket each: the draw first, gifts last and never called prizes (CAP Code 8.19). */
export function Prizes({ site, over }: { site: Site; over: boolean }) {
  const tickets = ticketsOf(site);
  if (tickets.length === 0) return null;
  return (
    <section className="prizes" aria-labelledby="prizes-heading">
      <h2 id="prizes-heading">{over ? texts.prizes.headingOver : texts.prizes.heading}</h2>
      <ul>
        {tickets.map(({ kind, name, note, style }, index) => (
          <li key={`${style}-${index}`} className={`ticket ticket-${style}`}>
            <div className="ticket-stub" aria-hidden="true"><Symbol style={style} /></div>
            <div className="ticket-body">
              <p className="ticket-kind">{kind}</p>
              <p className="ticket-name">{name}</p>
              <p className="ticket-note">{note}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Symbol({ style }: { style: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round">
      {style === 'gift'
        ? <path d="M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7S8 7 7.5 4.8 10.500 2.500 12 7zm0 0s4 0 4.500-2.200S13.500 2.500 12 7z" />
        : style === 'draw'
          ? <path d="M7 4h10v5a5 5 0 0 1-10 0zM7 5.500H4c0 3 1 5 3.500 5M17 5.500h3c0 3-1 5-3.500 5M12 14v3M8.500 20h7M9.500 20c0-2 1-3 2.500-3s2.500 1 2.500 3" />
          : <path d="M13 3 5 13.500h6L10 21l9-11h-6.500z" />}
    </svg>
  );
}
