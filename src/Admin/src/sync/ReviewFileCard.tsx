import { Alert, Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
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
  /** `done` is called once the branch has it. */
  decide: (choice: Decision['choice'], text?: string, done?: () => void) => void;
}

/** A text in the making, and the file on the branch that it was made from: whoever commits there meanwhile must not be written over unseen. */
interface Draft {
  text: string;
  of: string;
}

const textMax = 256 * 1024;

/** One conflicted file: what both sides made of the base, and the three ways to decide it. */
export function ReviewFileCard({ file: f, can, busy, decide }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<Draft | null>(null);
  const start = f.proposed ?? f.site ?? f.template ?? '';
  const left = draft === null ? 0 : markedPlaces(draft.text);
  const isStale = draft !== null && draft.of !== start;
  const save = left > 0 ? { allowed: false, reason: 'Both sides are still shown between markers: decide each place first.' }
    : isStale ? { allowed: false, reason: 'The file has changed on the branch since you began: look at it first.' }
    : can;
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
        {hasTexts && f.proposed !== null && (draft === null || isStale) && <Proposed path={f.path} text={f.proposed} isOpen={isStale} />}
        {isStale && (
          <Alert color="orange" variant="outline" role="alert" title="Somebody has changed this file on the branch">
            <Text size="sm" mb="xs">It is shown above as it is there now. Yours replaces all of it: take over into your text what should stay.</Text>
            <Button size="xs" variant="default" onClick={() => setDraft({ ...draft, of: start })}>I have looked at it</Button>
          </Alert>
        )}
        {draft !== null && (
          <Textarea label={`Text of ${f.path}`} description={left === 0 ? 'Saved as it stands here.' : `${left === 1 ? 'One place still shows' : `${left} places still show`} both sides between markers (<<<<<<< to >>>>>>>): decide each and take its markers out.`}
            autosize minRows={8} maxRows={30} maxLength={textMax} value={draft.text} onChange={(e) => setDraft({ ...draft, text: e.currentTarget.value })} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }} data-autofocus />
        )}
        <Group gap="xs">
          <ActionButton size="xs" variant="default" can={can} disabled={busy} onClick={() => decide('site')} aria-label={`${keep} ${f.path}`}>{keep}</ActionButton>
          <ActionButton size="xs" variant="default" can={can} disabled={busy} onClick={() => decide('template')} aria-label={`${take} ${f.path}`}>{take}</ActionButton>
          {hasTexts && draft === null && <ActionButton size="xs" variant="default" can={can} onClick={() => setDraft({ text: start, of: start })} aria-label={`Edit the text of ${f.path}`}>Edit the text</ActionButton>}
          {draft !== null && <ActionButton size="xs" can={save} disabled={busy} onClick={() => decide('text', draft.text, () => setDraft(null))} aria-label={`Save this text of ${f.path}`}>Save this text</ActionButton>}
          {draft !== null && <Button size="xs" variant="default" onClick={() => setDraft(null)}>Drop my text</Button>}
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

function Proposed({ path, text, isOpen }: { path: string; text: string; isOpen: boolean }) {
  const lines = useMemo(() => markedLines(text), [text]);
  const places = markedPlaces(text);
  const pane = useFirstInView('.marker');
  return (
    <details className="file-diff" open={isOpen || places > 0}>
      <summary>As it is on the branch now{places > 0 && `: ${places === 1 ? 'one place shows' : `${places} places show`} both sides`}</summary>
      <pre className="diff" ref={pane} tabIndex={0} role="region" aria-label={`${path} as it is on the branch`}>
        {lines.map((line, i) => <div key={i} className={line.part === null ? 'same' : line.part === 'marker' ? 'marker' : `of-${line.part}`}><span aria-hidden>{line.part === 'marker' ? '!' : ' '}</span>{line.text}{'\n'}</div>)}
      </pre>
    </details>
  );
}
