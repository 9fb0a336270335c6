'use client';

import { texts } from '../lib/texts';

export function Loading() {
  return (
    <main id="content" data-state="loading" className="plain plain-centre" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      <p role="status">{texts.loading}</p>
    </main>
  );
}

export function LoadFailedNotice({ retry }: { retry: () => void }) {
  return (
    <main id="content" data-state="unavailable" className="plain plain-centre">
      <div role="alert">
        <h1>{texts.loadFailed.heading}</h1>
        <p>{texts.loadFailed.text}</p>
      </div>
      <p><button type="button" className="button" onClick={retry}>{texts.loadFailed.retry}</button></p>
    </main>
  );
}

export function Holding() {
  return (
    <main id="content" data-state="holding" className="holding">
      <Confetti />
      <h1>{texts.states.holding.heading}</h1>
      <p>{texts.states.holding.text}</p>
    </main>
  );
}

/** Shapes that make the page a party; nothing that a reader would miss. */
export function Confetti() {
  return (
    <svg className="confetti" viewBox="0 0 800 420" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
      <g className="confetti-a">
        <rect x="64" y="52" width="22" height="9" rx="2" transform="rotate(24 64 52)" /><circle cx="188" cy="34" r="6" />
        <rect x="520" y="30" width="9" height="24" rx="2" transform="rotate(38 520 30)" /><path d="M700 92l12 20h-24z" />
        <circle cx="748" cy="250" r="8" /><rect x="32" y="300" width="10" height="26" rx="2" transform="rotate(-28 32 300)" />
        <rect x="430" y="366" width="24" height="9" rx="2" transform="rotate(14 430 366)" />
      </g>
      <g className="confetti-b">
        <path d="M300 62q14-18 28 0t28 0" /><path d="M618 332q12-16 24 0t24 0" />
        <circle cx="660" cy="46" r="9" /><circle cx="240" cy="380" r="7" />
      </g>
      <g className="confetti-c">
        <rect x="396" y="28" width="12" height="12" rx="3" transform="rotate(20 396 28)" /><rect x="764" y="150" width="20" height="8" rx="2" transform="rotate(-40 764 150)" />
        <circle cx="40" cy="140" r="5" /><path d="M152 330l10 17h-20z" /><rect x="560" y="396" width="20" height="8" rx="2" transform="rotate(-20 560 396)" />
      </g>
    </svg>
  );
}

/** Two tickets in the head of the page, where there is room for them. */
export function Tickets() {
  return (
    <svg className="tickets" viewBox="0 0 420 300" aria-hidden="true" focusable="false">
      <g transform="rotate(9 210 150)">
        <path className="tickets-back" d="M66 66h296a16 16 0 0 1 16 16v38a26 26 0 0 0 0 52v38a16 16 0 0 1-16 16H66a16 16 0 0 1-16-16v-38a26 26 0 0 0 0-52V82a16 16 0 0 1 16-16z" />
      </g>
      <g transform="rotate(-9 210 150)">
        <path className="tickets-front" d="M66 66h296a16 16 0 0 1 16 16v38a26 26 0 0 0 0 52v38a16 16 0 0 1-16 16H66a16 16 0 0 1-16-16v-38a26 26 0 0 0 0-52V82a16 16 0 0 1 16-16z" />
        <path className="tickets-line" d="M284 82v128" />
        <path className="tickets-star" d="m168 92 16.500 35.500 38.500 4.600-28.500 26.500 7.600 38.300-34.100-19-34.100 19 7.600-38.300-28.500-26.500 38.500-4.600z" />
        <path className="tickets-bars" d="M310 98v96M322 98v96M330 98v96M342 98v96" />
      </g>
    </svg>
  );
}
