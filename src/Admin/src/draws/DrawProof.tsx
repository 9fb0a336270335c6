import { Anchor, Group, Text } from '@mantine/core';
import { formatInstant } from '../shared/time';
import { actorText, eventText } from './words';
import type { Draw } from './types';

/** What lets an outsider check the draw, and what happened since its commitment. */
export function DrawProof({ draw, zone }: { draw: Draw; zone: string }) {
  const files = [
    [draw.certificatePageUrl, 'Certificate to read and print'], [draw.certificateUrl, 'Certificate (JSON)'], [draw.commitmentUrl, 'Commitment (JSON)'], [draw.entriesUrl, 'List of entries (JSON lines)'],
  ] as const;
  const there = files.filter(([url]) => url);
  const hashes = [['Rules', draw.rulesHash], ['Secret', draw.secretHash], ['List’s root', draw.root], ['Commitment', draw.commitmentHash]].filter(([, hash]) => hash);
  return (
    <>
      {there.length > 0 && (
        <Group gap="md" mt="sm" component="nav" aria-label={`Public proof of ${draw.name}`}>
          {there.map(([url, name]) => <Anchor key={name} size="sm" href={url!} target="_blank" rel="noreferrer" c="var(--link)">{name}</Anchor>)}
        </Group>
      )}
      {hashes.length > 0 && (
        <details style={{ marginTop: 8 }}><summary>Hashes</summary>
          <dl className="facts" style={{ marginTop: 8 }}>{hashes.map(([name, hash]) => <Hash key={name} name={name!} hash={hash!} />)}</dl>
        </details>
      )}
      <Events draw={draw} zone={zone} />
    </>
  );
}

const Hash = ({ name, hash }: { name: string; hash: string }) => <><dt>{name}</dt><dd><code>{hash}</code></dd></>;

function Events({ draw, zone }: { draw: Draw; zone: string }) {
  const events = draw.events ?? [];
  if (events.length === 0) return null;
  return (
    <details style={{ marginTop: 8 }} open={events.length <= 3}><summary>What happened since the commitment: {events.length}</summary>
      <ol className="steps" style={{ marginTop: 8 }} aria-label={`Events of ${draw.name}`}>
        {events.map((event, i) => (
          <li key={i} style={{ gridTemplateColumns: '24px minmax(0, 1fr)' }}>
            <span className="mark">{i + 1}</span>
            <span>{eventText(event)}</span>
            <span className="said">{formatInstant(event.at, zone)}, decided {actorText(event.actor)}{event.evidenceHash && <>; evidence <code>{event.evidenceHash.slice(0, 12)}…</code></>}</span>
          </li>
        ))}
      </ol>
      <Text size="xs" c="dimmed" mt={4}>Each line is part of the certificate’s chain: none can be taken away or changed.</Text>
    </details>
  );
}
