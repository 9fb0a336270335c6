import { describe, expect, it } from 'vitest';
import { changedLines, markedLines, markedPlaces, parseDiff } from '../../src/sync/diff';
import { newRelease, picksOf, releaseErrors, releaseRequest } from '../../src/sync/release';
import { behindOf, countsOf, decidedOn, isReleaseMoving, needsAttention, newerThan, outcomeOf, releaseCan, reviewCan, siteCan, soakLeft, waveProgress, whatOf } from '../../src/sync/words';

const manager = { role: 'campaign_manager' };
const reader = { role: 'read_only' };

describe('a diff', () => {
  const text = [
    'diff --git a/app/page.tsx b/app/page.tsx', 'index 1..2 100644', '--- a/app/page.tsx', '+++ b/app/page.tsx', '@@ -1,3 +1,3 @@', ' one', '--- a looks like a header', '+two', ' three', '\\ No newline at end of file',
    'diff --git a/old name.ts b/new name.ts', 'similarity index 100%', 'rename from old name.ts', 'rename to new name.ts',
    'diff --git a/gone.css b/gone.css', 'deleted file mode 100644', '--- a/gone.css', '+++ /dev/null', '@@ -1 +0,0 @@', '-a {}',
    'diff --git a/logo.png b/logo.png', 'new file mode 100644', 'Binary files /dev/null and b/logo.png differ', '',
  ].join('\n');

  it('is taken apart file by file', () => {
    const files = parseDiff(text);
    expect(files.map((f) => [f.path, f.change, f.added, f.removed, f.isBinary])).toEqual([
      ['app/page.tsx', 'modified', 1, 1, false], ['new name.ts', 'renamed', 0, 0, false], ['gone.css', 'deleted', 0, 1, false], ['logo.png', 'added', 0, 0, true],
    ]);
    expect(files[0]!.lines.map((l) => l.kind)).toEqual(['hunk', 'same', 'del', 'add', 'same', 'note']);
    expect(files[0]!.lines[2]!.text).toBe('-- a looks like a header');
    expect(files[1]!.oldPath).toBe('old name.ts');
    expect(parseDiff('')).toEqual([]);
  });

  it('that was cut in the middle of a hunk shows what is there', () => {
    expect(parseDiff(text.split('\n').slice(0, 7).join('\n'))[0]!.lines).toHaveLength(3);
  });
});

describe('two sides of a file', () => {
  it('show which lines are not in the base', () => {
    expect([...changedLines('a\nb\nc\n', 'a\nB\nc\nd\n')]).toEqual([1, 3]);
    expect(changedLines('same\n', 'same\n').size).toBe(0);
    expect(changedLines('a\r\nb\r\n', 'a\nb\n').size).toBe(0);
    expect([...changedLines('', 'new')]).toEqual([0]);
  });

  it('are told apart by the markers, and an underlined heading is none', () => {
    const text = 'top\n=======\n<<<<<<< site\nours\n||||||| base\nbase\n=======\ntheirs\n>>>>>>> template\nend\n';
    expect(markedLines(text).map((l) => l.part)).toEqual([null, null, 'marker', 'site', 'marker', 'base', 'marker', 'template', 'marker', null]);
    expect(markedPlaces(text)).toBe(1);
    expect(markedPlaces('Title\n=======\n')).toBe(0);
  });

  it('are as long as the first of a place, and headings within stay text', () => {
    const text = '<<<<<<<< site\nTitle\n=======\n|||||||| base\n=======\n========\n=======\ntheirs\n>>>>>>>> template\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\n';
    expect(markedLines(text).map((l) => l.part)).toEqual([
      'marker', 'site', 'site', 'marker', 'base', 'marker', 'template', 'template', 'marker', 'marker', 'site', 'marker', 'template', 'marker',
    ]);
    expect(markedLines('<<<<<<< site\nTitle\n=======\n||||||| base\n=======\n>>>>>>> template\n').map((l) => l.part)).toEqual(['marker', 'site', 'site', 'marker', 'marker', 'marker']);
  });
});

describe('a new release', () => {
  const values = newRelease('v1.1.0');

  it('has the usual waves, and only what was decided is sent', () => {
    expect(releaseErrors(values)).toEqual({});
    expect(releaseRequest(values, true)).toEqual({
      version: 'v1.1.0', waves: [{ percent: 10, soakMinutes: 60 }, { percent: 50, soakMinutes: 60 }, { percent: 100, soakMinutes: 0 }],
      holdHoursBeforeClosing: 48, unhealthyMax: 0, rollsBack: true, rehearses: true, dryRun: true,
    });
    const chosen = { ...values, what: 'picks' as const, picks: 'a1b2c3d,\n e4f5a6b', tenantIds: ['ten_1'], waves: [{ ...values.waves[0]!, by: 'campaigns' as const, campaignIds: ['cmp_1'] }, values.waves[2]!] };
    expect(releaseErrors(chosen)).toEqual({});
    expect(releaseRequest(chosen, false)).toMatchObject({ picks: ['a1b2c3d', 'e4f5a6b'], tenantIds: ['ten_1'], waves: [{ campaignIds: ['cmp_1'], soakMinutes: 60 }, { percent: 100 }], dryRun: false });
    expect(releaseRequest(chosen, false)).not.toHaveProperty('version');
  });

  it('says beside each field what is wrong', () => {
    const [first, second, last] = values.waves as [(typeof values.waves)[0], (typeof values.waves)[0], (typeof values.waves)[0]];
    expect(Object.keys(releaseErrors({ ...values, version: '' }))).toEqual(['version']);
    expect(Object.keys(releaseErrors({ ...values, what: 'picks', picks: ' ' }))).toEqual(['picks']);
    expect(releaseErrors({ ...values, waves: [first, { ...second, percent: '10' }, last] })['waves[1].percent']).toBe('More than 10: it counts the sites of the waves before.');
    expect(Object.keys(releaseErrors({ ...values, waves: [first] }))).toEqual(['waves[0].percent']);
    expect(Object.keys(releaseErrors({ ...values, waves: [{ ...last, by: 'campaigns', campaignIds: ['cmp_1'] }] }))).toEqual(['waves[0].percent']);
    expect(Object.keys(releaseErrors({ ...values, waves: [{ ...first, by: 'campaigns' }, last] }))).toEqual(['waves[0].campaignIds']);
    expect(Object.keys(releaseErrors({ ...values, waves: [{ ...last, soakMinutes: '1.5' }], holdHoursBeforeClosing: '', unhealthyMax: '51' }))).toEqual(['waves[0].soakMinutes', 'holdHoursBeforeClosing', 'unhealthyMax']);
    expect(picksOf(' a b,c\n')).toEqual(['a', 'b', 'c']);
  });
});

describe('a release', () => {
  it('can be started after its dry run, paused while it goes, and put back once it pushed', () => {
    const may = (state: string, waves: object[] = []) =>
      (Object.entries(releaseCan) as [string, (r: object) => { allowed: boolean }][]).filter(([, can]) => can({ state, waves }).allowed).map(([name]) => name);
    expect(['planning', 'planned', 'running', 'paused', 'rolling_back', 'rolled_back', 'succeeded'].map((state) => may(state)))
      .toEqual([['rollBack'], ['start', 'rollBack'], ['pause', 'rollBack'], ['resume', 'rollBack'], [], [], []]);
    expect(may('succeeded', [{ state: 'succeeded', counts: { pushed: 1 } }])).toEqual(['rollBack']);
    expect(may('succeeded', [{ state: 'succeeded', counts: { up_to_date: 3, failed: 1 } }])).toEqual([]);
    // A wave put itself back: the one before may be put back by hand.
    expect(may('rolled_back', [{ state: 'succeeded', counts: { pushed: 1 } }, { state: 'rolled_back', counts: { rolled_back: 2 } }])).toEqual(['rollBack']);
    expect(may('rolled_back', [{ state: 'rolled_back', counts: { rolled_back: 1, failed: 1 } }])).toEqual(['rollBack']);
    expect(may('rolling_back', [{ state: 'succeeded', counts: {} }, { state: 'rolling_back', counts: {} }])).toEqual(['rollBack']);
    expect(may('rolling_back', [{ state: 'rolling_back', counts: {} }])).toEqual([]);
    expect(isReleaseMoving({ state: 'paused' })).toBe(false);
  });

  it('tells how far a wave is', () => {
    expect(waveProgress({ number: 1, sites: 4, counts: { pushed: 2, running: 1, pending: 1 } })).toEqual({ done: 2, percent: 50, text: '2 of 4 sites' });
    expect(waveProgress({ number: 1, sites: 0, counts: {} }).percent).toBe(100);
    expect(countsOf({ conflict_pull_request: 1, pushed: 3, held: 0 }, false)).toBe('3 updated, 1 needs a decision');
    expect(countsOf({ pushed: 3 }, true)).toBe('3 would be updated');
    const at = (seconds: number) => soakLeft(new Date(seconds * 1000).toISOString(), 0);
    expect([at(5), at(65), at(7260), at(0), soakLeft(null, 0)]).toEqual(['watched for 5 s more', 'watched for 1 min 05 s more', 'watched for 2 h 01 min more', 'about to be judged', '']);
  });
});

describe('a site', () => {
  const latest = (over: object) => ({ latest: { state: 'succeeded', health: 'healthy', ...over } }) as never;

  it('knows what is newer than its base', () => {
    const versions = [{ source: 'local', tag: 'v3' }, { source: 'github:a/b', tag: 'v9' }, { source: 'local', tag: 'v2' }, { source: 'local', tag: 'v1' }];
    expect(newerThan(versions, { source: 'local', baseTag: 'v1' })).toEqual(['v3', 'v2']);
    expect(newerThan(versions, { source: 'local', baseTag: 'v0' })).toEqual([]);
    expect([behindOf(null), behindOf(0), behindOf(1), behindOf(3)]).toEqual(['Not known', 'Up to date', 'One version behind', '3 versions behind']);
    expect(whatOf({ version: null, picks: ['0123456789abcdef'] })).toBe('commit 0123456789');
  });

  it('says what was decided on a version, and refuses only the next one', () => {
    const site = { skipped: ['v2'], refused: ['v3'], declined: ['v2', 'v4'] };
    expect(['v2', 'v3', 'v4', 'v5'].map((tag) => decidedOn(tag, site)?.canAllow)).toEqual([true, false, true, undefined]);
    expect(decidedOn('v2', site)?.text).toBe('its review was closed: not proposed again');
    expect(siteCan.refuse('v2', ['v3', 'v2'], manager).allowed).toBe(true);
    expect(siteCan.refuse('v3', ['v3', 'v2'], manager)).toEqual({ allowed: false, reason: 'Take or refuse v2 first: refusing a version leaves out what came before it too.' });
    expect(siteCan.refuse('v2', ['v2'], reader).allowed).toBe(false);
  });

  it('is synced by managers unless it is pinned or being synced', () => {
    expect(siteCan.sync({ latest: null, isPinned: false } as never, manager).allowed).toBe(true);
    expect(siteCan.sync({ latest: null, isPinned: false } as never, reader)).toEqual({ allowed: false, reason: 'Your role is read only.' });
    expect(siteCan.sync({ latest: null, isPinned: true } as never, manager)).toEqual({ allowed: false, reason: 'It is pinned to its version: unpin it first.' });
    expect(siteCan.sync({ ...(latest({ state: 'deploying' }) as object), isPinned: false } as never, manager).allowed).toBe(false);
    const at = (baseTag: string, review: object | null = null) => ({ ...(latest({}) as object), baseTag, review }) as never;
    const back = (site: Parameters<typeof siteCan.rollBack>[0], sync: Partial<Parameters<typeof siteCan.rollBack>[1]>) =>
      siteCan.rollBack(site, { kind: 'sync', result: 'pushed', toTag: 'v1.1.0', ...sync }, manager).allowed;
    expect(back(at('v1.1.0'), {})).toBe(true);
    expect(back(at('v1.0.0'), { toTag: null })).toBe(true);
    expect(back(at('v1.0.0'), {})).toBe(false);
    expect(back(at('v1.1.0', { number: 1, url: null, version: 'v1.2.0', hasConflicts: true, openedAt: '2030-01-01T00:00:00Z' }), {})).toBe(false);
    expect(back(at('v1.1.0'), { result: 'pull_request' })).toBe(false);
    expect(back(at('v1.1.0'), { kind: 'preview' })).toBe(false);
  });

  it('asks for attention when it is behind, in review or not well', () => {
    expect(needsAttention({ behind: 0, review: null, ...(latest({}) as object) } as never)).toBe(false);
    expect(needsAttention({ behind: 2, review: null, latest: null } as never)).toBe(true);
    expect(needsAttention({ behind: 0, review: null, ...(latest({ health: 'unhealthy' }) as object) } as never)).toBe(true);
  });

  it('tells what a sync came to, and what a trial would', () => {
    expect(outcomeOf({ kind: 'sync', state: 'succeeded', result: 'pushed' }).name).toBe('Updated');
    expect(outcomeOf({ kind: 'preview', state: 'succeeded', result: 'pushed' }).name).toBe('Would be updated');
    expect(outcomeOf({ kind: 'sync', state: 'succeeded', result: 'pushed', health: 'unhealthy' }).name).toBe('Pushed, but not well');
    expect(outcomeOf({ kind: 'sync', state: 'failed', result: null }).name).toBe('Failed');
    expect(outcomeOf({ kind: 'rollback', state: 'succeeded', result: 'pushed' }).name).toBe('Rolled back');
    expect(outcomeOf({ kind: 'sync', state: 'deploying', result: 'pushed' }).name).toBe('Being built');
  });
});

describe('a review', () => {
  it('is merged only once all in it is decided, and says how much is left', () => {
    const file = (isDecided: boolean) => ({ verdict: 'conflict', isDecided });
    expect(reviewCan.merge({ isDecided: true, files: [] }, manager).allowed).toBe(true);
    expect(reviewCan.merge({ isDecided: false, files: [file(false), file(true), { verdict: 'merged', isDecided: false }] }, manager)).toEqual({ allowed: false, reason: 'One file must be decided first.' });
    expect(reviewCan.merge({ isDecided: false, files: [] }, manager)).toEqual({ allowed: false, reason: 'Something in it must be decided first.' });
    expect(reviewCan.merge({ isDecided: true, files: [] }, reader).allowed).toBe(false);
  });
});
