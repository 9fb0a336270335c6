'use client';

import { useEffect, useRef } from 'react';
import type { FieldErrors } from '../lib/form';
import { texts } from '../lib/texts';
import { idOf } from './fields';

export interface Summary { title: string; message: string | null; errors: FieldErrors; reference: string | null }

/** Says in one place what has to change, takes the focus, and leads to each field. */
export function ErrorSummary({ summary }: { summary: Summary }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => { box.current?.focus(); }, [summary]);
  const links = Object.entries(summary.errors);
  return (
    <div className="summary" role="alert" tabIndex={-1} ref={box} aria-labelledby="summary-heading">
      <h3 id="summary-heading">{summary.title}</h3>
      {summary.message !== null && <p>{summary.message}</p>}
      {links.length > 0 && (
        <ul>{links.map(([name, message]) => <li key={name}><a href={`#${idOf(name)}`} onClick={(event) => { event.preventDefault(); document.getElementById(idOf(name))?.focus(); }}>{message}</a></li>)}</ul>
      )}
      {summary.reference !== null && <p className="summary-reference">{texts.form.reference(summary.reference)}</p>}
    </div>
  );
}
