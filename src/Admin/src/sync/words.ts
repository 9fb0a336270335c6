import type { Release, Sync, TemplateSite, TemplateVersion, Wave } from '../api/types';
import { no, personCan, yes, type Person, type Verdict } from '../auth/permissions';

/* What template sync is called on the pages, and what may be done when. */

export const releaseNames: Record<string, string> = {
  planning: 'Being worked out', planned: 'Dry run', running: 'Under way', paused: 'Paused', rolling_back: 'Being rolled back', rolled_back: 'Rolled back', succeeded: 'Done',
};

export const waveNames: Record<string, string> = {
  pending: 'Waiting', running: 'Under way', soaking: 'Being watched', succeeded: 'Well', failed: 'Worse', rolling_back: 'Being rolled back', rolled_back: 'Rolled back',
};

/** A release's site, or the result of one sync. */
export const siteNames: Record<string, string> = {
  pending: 'Waiting', running: 'Under way', deploying: 'Being built', up_to_date: 'Up to date', pushed: 'Updated', pull_request: 'Pull request', conflict_pull_request: 'Needs a decision',
  refused: 'Refused', failed: 'Failed', held: 'Held out', skipped: 'Skipped', rolling_back: 'Being rolled back', rolled_back: 'Rolled back', succeeded: 'Done',
};

/** The states that the API lists a release's sites by, in the order of a site's way. */
export const releaseSiteStates = ['pending', 'running', 'pushed', 'up_to_date', 'pull_request', 'conflict_pull_request', 'refused', 'failed', 'held', 'skipped', 'rolling_back', 'rolled_back'];

const wouldBe: Record<string, string> = {
  up_to_date: 'Nothing to do', pushed: 'Would be updated', pull_request: 'Would get a pull request', conflict_pull_request: 'Would need a decision', refused: 'Would be refused',
  failed: 'Could not be tried', held: 'Would be held out', skipped: 'Would be skipped', pending: 'Not tried yet', running: 'Being tried',
};

export const siteName = (state: string, isDryRun: boolean) => (isDryRun ? wouldBe[state] : undefined) ?? siteNames[state] ?? state;

export const verdictNames: Record<string, string> = { taken: 'From the template', merged: 'Merged', kept: 'The site’s kept', conflict: 'Conflict' };

export const changeNames: Record<string, string> = { added: 'added', modified: 'changed', deleted: 'deleted', renamed: 'renamed', none: 'as it was' };

export const kindNames: Record<string, string> = { sync: 'Sync', rollback: 'Roll-back', preview: 'Trial' };

export const policyNames: Record<string, string> = { push: 'Pushed straight to the site', pull_request: 'By pull request' };

export const isReleaseMoving = (r: Pick<Release, 'state'>) => ['planning', 'running', 'rolling_back'].includes(r.state);
export const isDryRun = (r: Pick<Release, 'state'>) => r.state === 'planning' || r.state === 'planned';
export const isSyncMoving = (s: Pick<Sync, 'state'>) => ['pending', 'running', 'deploying'].includes(s.state);

/** What a sync has come to: its result once it has one, else how far it is. */
export const outcomeOf = (s: Pick<Sync, 'state' | 'result' | 'kind'> & Partial<Pick<Sync, 'health'>>) => {
  const state = s.state === 'succeeded' || s.state === 'failed' ? (s.state === 'failed' ? 'failed' : s.result ?? s.state) : s.state;
  if (s.kind === 'rollback' && state === 'pushed') return { state: 'rolled_back', name: siteNames.rolled_back! };
  if (state === 'pushed' && s.health === 'unhealthy') return { state: 'failed', name: 'Pushed, but not well' };
  return { state, name: siteName(state, s.kind === 'preview') };
};

/** "v1.2.0" or "2 chosen commits". */
export const whatOf = (r: { version?: string | null; toTag?: string | null; picks: readonly string[] }) =>
  r.version ?? r.toTag ?? (r.picks.length === 1 ? `commit ${r.picks[0]!.slice(0, 10)}` : `${r.picks.length} chosen commits`);

/** "v1.0.0 and 2 chosen commits": what a site has of the template. */
export const baseOf = (s: Pick<TemplateSite, 'baseTag' | 'picks'>) =>
  s.picks.length === 0 ? s.baseTag : `${s.baseTag} and ${s.picks.length === 1 ? 'one chosen commit' : `${s.picks.length} chosen commits`}`;

export const behindOf = (behind: number | null) =>
  behind === null ? 'Not known' : behind === 0 ? 'Up to date' : behind === 1 ? 'One version behind' : `${behind} versions behind`;

export const changesOf = (files: number | null) => (files === null ? 'Not looked at yet' : files === 0 ? 'None' : files === 1 ? '1 file' : `${files.toLocaleString('en-GB')} files`);

/** The versions of a site's source that are newer than its base, newest first; empty where its base is not among them. */
export function newerThan(versions: readonly Pick<TemplateVersion, 'source' | 'tag'>[], site: Pick<TemplateSite, 'source' | 'baseTag'>): string[] {
  const own = versions.filter((v) => v.source === site.source).map((v) => v.tag);
  const at = own.indexOf(site.baseTag);
  return at < 0 ? [] : own.slice(0, at);
}

export const needsAttention = (s: Pick<TemplateSite, 'behind' | 'review' | 'latest'>) => (s.behind ?? 1) > 0 || s.review !== null || s.latest?.state === 'failed' || s.latest?.health === 'unhealthy';

/** What a site does with a newer version: null where nothing was decided. */
export function decidedOn(tag: string, site: Pick<TemplateSite, 'skipped' | 'refused' | 'declined'>): { text: string; canAllow: boolean } | null {
  if (site.refused.includes(tag)) return { text: 'refused for good', canAllow: false };
  if (site.declined.includes(tag)) return { text: 'its review was closed: not proposed again', canAllow: true };
  return site.skipped.includes(tag) ? { text: 'skipped: the next version carries its changes', canAllow: true } : null;
}

const open = ['pending', 'running', 'rolling_back'];

/** How many of a wave's sites have come to an end, and what a screen reader hears of it. */
export function waveProgress(wave: Pick<Wave, 'sites' | 'counts' | 'number'>): { done: number; percent: number; text: string } {
  const waiting = open.reduce((sum, state) => sum + (wave.counts[state] ?? 0), 0);
  const done = Math.max(0, wave.sites - waiting);
  return { done, percent: wave.sites === 0 ? 100 : Math.round((done / wave.sites) * 100), text: `${done} of ${wave.sites} ${wave.sites === 1 ? 'site' : 'sites'}` };
}

/** "3 Updated, 1 Needs a decision": the states that have sites, the most first. */
export const countsOf = (counts: Readonly<Record<string, number>>, dry: boolean) =>
  Object.entries(counts).filter(([, n]) => n > 0).sort(([, a], [, b]) => b - a).map(([state, n]) => `${n} ${siteName(state, dry).toLowerCase()}`).join(', ');

/** How long a wave is still watched. */
export function soakLeft(until: string | null, now: number): string {
  if (!until) return '';
  const seconds = Math.ceil((Date.parse(until) - now) / 1000);
  if (seconds <= 0) return 'about to be judged';
  if (seconds < 60) return `watched for ${seconds} s more`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `watched for ${minutes} min ${String(seconds % 60).padStart(2, '0')} s more` : `watched for ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min more`;
}

const manager = (person: Person, decide: () => Verdict): Verdict => {
  const role = personCan.manageCampaigns(person);
  return role.allowed ? decide() : role;
};

/** Whether sites of a wave have what the release brought, or may have it. */
const holds = (w: Pick<Wave, 'state' | 'counts'>) => ['pushed', 'pull_request', 'conflict_pull_request', ...(w.state === 'rolled_back' ? ['failed'] : [])].some((state) => (w.counts[state] ?? 0) > 0);

/** What may be done with a release; the API decides the same again. */
export const releaseCan = {
  start: (r: Pick<Release, 'state'>): Verdict => (r.state === 'planned' ? yes : r.state === 'planning' ? no('What it would do is still being worked out.') : no('It has been started.')),
  pause: (r: Pick<Release, 'state'>): Verdict => (r.state === 'running' ? yes : no('Only a release that is under way can be paused.')),
  resume: (r: Pick<Release, 'state'>): Verdict => (r.state === 'paused' ? yes : no('It is not paused.')),
  /** Of a dry run this only drops it; one that put a wave back by itself may have pushed to earlier ones. */
  rollBack: (r: Pick<Release, 'state' | 'waves'>): Verdict => {
    if (isDryRun(r) || r.state === 'running' || r.state === 'paused') return yes;
    if (r.state === 'rolling_back') return r.waves.some((w) => ['succeeded', 'soaking', 'running', 'failed'].includes(w.state)) ? yes : no('It is being rolled back.');
    return r.waves.some(holds) ? yes : no(r.state === 'rolled_back' ? 'It has been rolled back.' : 'It has pushed nothing.');
  },
};

/** What may be done with a site's template, by whom. */
export const siteCan = {
  change: (person: Person): Verdict => manager(person, () => yes),
  /** Only the very next version: with a later one those between would be refused unseen. */
  refuse: (tag: string, newer: readonly string[], person: Person): Verdict =>
    manager(person, () => (newer.at(-1) === tag ? yes : no(`Take or refuse ${newer.at(-1)} first: refusing a version leaves out what came before it too.`))),
  sync: (site: Pick<TemplateSite, 'latest' | 'isPinned'>, person: Person): Verdict =>
    manager(person, () => {
      if (site.isPinned) return no('It is pinned to its version: unpin it first.');
      return site.latest && isSyncMoving(site.latest) ? no('A sync is under way.') : yes;
    }),
  rollBack: (site: Pick<TemplateSite, 'latest' | 'baseTag' | 'review'>, sync: Pick<Sync, 'kind' | 'result' | 'toTag'>, person: Person): Verdict =>
    manager(person, () => {
      if (sync.kind !== 'sync' || sync.result !== 'pushed') return no('It has pushed nothing that could be rolled back.');
      if (site.latest && isSyncMoving(site.latest)) return no('A sync is under way.');
      if (site.review) return no('Merge or close the open review first.');
      // Single commits leave the site at its version.
      return sync.toTag && sync.toTag !== site.baseTag ? no(`The site is at ${site.baseTag}: this has been rolled back, or another version has come since.`) : yes;
    }),
};

/** What may be done with an open review. */
export const reviewCan = {
  decide: (person: Person): Verdict => manager(person, () => yes),
  merge: (review: { isDecided: boolean; files: readonly { verdict: string; isDecided: boolean }[] }, person: Person): Verdict =>
    manager(person, () => {
      if (review.isDecided) return yes;
      const left = review.files.filter((f) => f.verdict === 'conflict' && !f.isDecided).length;
      return no(left === 0 ? 'Something in it must be decided first.' : left === 1 ? 'One file must be decided first.' : `${left} files must be decided first.`);
    }),
};
