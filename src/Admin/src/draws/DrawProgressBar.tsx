import { Group, Text } from '@mantine/core';
import type { Campaign } from '../api/types';
import { progressOf } from './progress';
import type { Draw } from './types';

/** How far a draw is; only a change of stage is said aloud, not every number. */
export function DrawProgressBar({ draw, campaign }: { draw: Draw; campaign: Campaign }) {
  const progress = progressOf(draw, campaign.timeZone);
  const moving = progress !== null && progress.percent !== null;
  return (
    <div style={{ marginBottom: progress ? 12 : 0 }}>
      {moving && (
        <div className="bar" role="progressbar" aria-label={`Progress of ${draw.name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={progress.percent ?? 0} aria-valuetext={`${progress.step}. ${progress.now}`}>
          <div style={{ width: `${progress.percent}%` }} />
        </div>
      )}
      <Group gap={6} mt={moving ? 6 : 0}>
        {moving && <Text size="sm" c="dimmed">{progress.step}</Text>}
        <Text size="sm" role="status">{progress?.now}</Text>
        {progress?.detail && <Text size="sm" c="dimmed">{progress.detail}</Text>}
      </Group>
    </div>
  );
}
