import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Decision, ReviewFile } from '../api/types';
import type { Verdict } from '../auth/permissions';
import { ActionButton } from '../shared/ActionButton';
import { StateBadge } from '../shared/StateBadge';
import { changedLines, linesOf, markedLines, markedPlaces } from './diff';

interface Props {
  file: ReviewFile;
  can: Verdict;
  busy: boolean;
  decide: (choice: Decision['choice'], text?: string) => void;
}

const textMax = 256 * 1024;

/** One conflicted file: what both sides made of the base, and the three ways to decide it. */
export function ReviewFileCard({ file: f, can, busy, decide }: Props) {
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const start = f.proposed ?? f.site ?? f.template ?? '';
  const left = text === null ? 0 : markedPlaces(text);
  const hasTexts = !f.isBinary && !f.isCut;
  // Between markers a side is chosen for those lines alone: what merged around them stays.
  const lines = f.proposed !== null && markedPlaces(f.proposed) > 0 ? ' lines' : '';
  const keep = f.site === null && hasTexts ? 'Keep it deleted' : `Keep the site’s${lines}`;
  const take = f.template === null && hasTexts ? 'Delete it, as the template did' : `Take the template’s${lines}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <Group justify="space-between" mb="sm">
        <Title order={2} id={id} m={0} style={{ overflowWrap: 'anywhere' }}><code>{f.path}</code></Title>
        <StateBadge state={f.isDecided ? 'ready' : 'conflict_pull_request'} name={f.isDecided ? 'Decided' : 'To be decided'} />
      </Group>
      <Stack gap="sm">
        {f.note && <Text size="sm">{f.note}</Text>}
        {hasTexts ? (
          <div className="sides">
            <Side name="The site’s" text={f.site} base={f.base} path={f.path} none="The site has no such file." />
            <Side name="Before both changed it" text={f.base} base={null} path={f.path} none="The template had no such file." />
            <Side name="The template’s" text={f.template} base={f.base} path={f.path} none="The template has no such file any more." />
          </div>
        ) : <Text size="sm" c="dimmed">Not all of it can be shown: it is too long, or not a text. Choose a side, or decide it in the repository.</Text>}
        {hasTexts && f.proposed !== null && text === null && <Proposed path={f.path} text={f.proposed} />}
        {text !== null && (
          <Textarea label={`Text of ${f.path}`} description={left === 0 ? 'Saved as it stands here.' : `${left === 1 ? 'One place still shows' : `${left} places still show`} both sides between markers (<<<<<<< to >>>>>>>): decide each and take its markers out.`}
            autosize minRows={8} maxRows={30} maxLength={textMax} value={text} onChange={(e) => setText(e.currentTarget.value)} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }} data-autofocus />
        )}
        <Group gap="xs">
          <ActionButton size="xs" variant="default" can={can} disabled={busy} onClick={() => decide('site')} aria-label={`${keep} ${f.path}`}>{keep}</ActionButton>
          <ActionButton size="xs" variant="default" can={can} disabled={busy} onClick={() => decide('template')} aria-label={`${take} ${f.path}`}>{take}</ActionButton>
          {hasTexts && text === null && <ActionButton size="xs" variant="default" can={can} onClick={() => setText(start)} aria-label={`Edit the text of ${f.path}`}>Edit the text</ActionButton>}
          {text !== null && <ActionButton size="xs" can={left === 0 ? can : { allowed: false, reason: 'Both sides are still shown between markers: decide each place first.' }} disabled={busy} onClick={() => { decide('text', text); setText(null); }} aria-label={`Save this text of ${f.path}`}>Save this text</ActionButton>}
          {text !== null && <Button size="xs" variant="default" onClick={() => setText(null)}>Drop my text</Button>}
        </Group>
      </Stack>
    </section>
  );
}

/** One side of a file; lines that are not in the base are marked by a sign too. */
function Side({ name, text, base, path, none }: { name: string; text: string | null; base: string | null; path: string; none: string }) {
  const changed = useMemo(() => (text === null || base === null ? new Set<number>() : changedLines(base, text)), [text, base]);
  const pane = useFirstInView('.changed');
  return (
    <figure>
      <figcaption>{name}</figcaption>
      {text === null ? <Text size="sm" c="dimmed">{none}</Text> : (
        <pre className="diff" ref={pane} tabIndex={0} role="region" aria-label={`${name} ${path}`}>
          {linesOf(text).map((line, i) => <div key={i} className={changed.has(i) ? 'changed' : 'same'}><span aria-hidden>{changed.has(i) ? '•' : ' '}</span>{line}{'\n'}</div>)}
        </pre>
      )}
    </figure>
  );
}

/** A long file is shown from the first line that matters, with a few before it. */
function useFirstInView(selector: string) {
  const pane = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const line = pane.current?.querySelector<HTMLElement>(selector);
    if (line && pane.current) pane.current.scrollTop += line.getBoundingClientRect().top - pane.current.getBoundingClientRect().top - 72;
  }, [selector]);
  return pane;
}

function Proposed({ path, text }: { path: string; text: string }) {
  const lines = useMemo(() => markedLines(text), [text]);
  const places = markedPlaces(text);
  const pane = useFirstInView('.marker');
  return (
    <details className="file-diff" open={places > 0}>
      <summary>As it is on the branch now{places > 0 && `: ${places === 1 ? 'one place shows' : `${places} places show`} both sides`}</summary>
      <pre className="diff" ref={pane} tabIndex={0} role="region" aria-label={`${path} as it is on the branch`}>
        {lines.map((line, i) => <div key={i} className={line.part === null ? 'same' : line.part === 'marker' ? 'marker' : `of-${line.part}`}><span aria-hidden>{line.part === 'marker' ? '!' : ' '}</span>{line.text}{'\n'}</div>)}
      </pre>
    </details>
  );
}
