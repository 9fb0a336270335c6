import { Badge } from '@mantine/core';
import { stateName } from '../campaigns/can';

const colours: Record<string, string> = {
  live: 'green', ready: 'teal', scheduled: 'cyan', paused: 'yellow', provisioning: 'indigo', running: 'indigo', draft: 'gray',
  failed: 'red', quarantined: 'red', rolled_back: 'orange', rolling_back: 'orange', cancelled: 'gray', succeeded: 'green',
  closed: 'grape', drawn: 'violet', completed: 'dark', planned: 'gray', frozen: 'cyan', committed: 'cyan', void: 'gray', withheld: 'red',
  told: 'cyan', claimed: 'teal', lapsed: 'orange', replaced: 'gray', preparing: 'indigo', dispatched: 'violet', delivered: 'green',
  planning: 'indigo', soaking: 'cyan', deploying: 'indigo', pushed: 'green', up_to_date: 'teal', pull_request: 'cyan', conflict_pull_request: 'orange', refused: 'red', held: 'yellow', skipped: 'gray', unhealthy: 'red',
};

const capitalised = (state: string) => state.charAt(0).toUpperCase() + state.slice(1).replaceAll('_', ' ');

/** A state as a word; the colour only repeats it. */
export const StateBadge = ({ state, name }: { state: string; name?: string }) => (
  <Badge className={`state state-${colours[state] ?? 'gray'}`} variant="default" radius="sm" tt="none" fw={600}>
    {name ?? (stateName(state) === state ? capitalised(state) : stateName(state))}
  </Badge>
);
