import { describe, expect, it } from 'vitest';
import { emptyDraw, emptyDrawPrize } from '../../src/campaigns/form/values';
import { progressOf, refreshEvery } from '../../src/draws/progress';
import { replaceErrors, replacementReasons, replaceRequest } from '../../src/draws/reasons';
import { successorOf } from '../../src/draws/successor';
import type { Draw, DrawEvent, DrawWinner } from '../../src/draws/types';
import { drawsOf, weeks } from '../../src/draws/weekly';
import { counted, eventText, holders, holdingText, levelOf, nextReserve, offeredLevels } from '../../src/draws/words';

const winner = (over: Partial<DrawWinner>): DrawWinner => ({
  position: 1, role: 'winner', prize: 'Mug', entryId: 'ent_1', state: 'provisional', name: null, email: null, county: null, ...over,
}) as DrawWinner;
const event = (over: Partial<DrawEvent>): DrawEvent => ({
  kind: 'winner-replaced', position: 1, reasonCode: 'claim-lapsed', clause: null, evidenceHash: null, actor: 'platform', at: '2027-01-02T00:00:00Z', ...over,
});
const zone = 'Europe/London';
const at = (stage: string, over: object = {}) =>
  progressOf({ progress: { stage, done: null, total: null, waitingFor: null, resumesAt: null }, round: null, roundAt: null, at: null, observers: [], ...over }, zone);

describe('how far a draw is', () => {
  it('says which round it waits for, and when that is', () => {
    const progress = at('waiting-for-round', { round: 1234, roundAt: '2027-01-01T15:04:00Z' });
    expect(progress?.now).toBe('Waits for round 1234, due 1 Jan 2027, 15:04 GMT (Europe/London).');
    expect(progress?.waits).toBe(true);
  });

  it('counts what is done of the list, and never goes back from stage to stage', () => {
    const list = at('building-list', { progress: { stage: 'building-list', done: 2500, total: 10_000, waitingFor: null, resumesAt: null } });
    expect(list?.detail).toBe('2,500 of 10,000 entries.');
    const percents = ['building-list', 'committing', 'waiting-for-round', 'drawing', 'certifying'].map((stage) => at(stage)!.percent!);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(new Set(percents).size).toBe(5);
    expect(list!.percent!).toBeLessThan(at('committing')!.percent!);
    expect(at('waiting-for-observer')!.percent).toBe(at('waiting-for-round')!.percent);
  });

  it('has no bar before it has begun, but says when that is', () => {
    const planned = at('waiting-for-freeze', { at: '2027-01-01T00:14:59Z' });
    expect(planned?.percent).toBeNull();
    expect(planned?.now).toContain('1 Jan 2027, 00:14:59 GMT');
  });

  it('says what holds it up, but not twice what it waits for', () => {
    const round = (resumesAt: string | null, waitingFor: string) =>
      at('waiting-for-round', { round: 9, roundAt: '2027-01-01T15:04:00Z', progress: { stage: 'waiting-for-round', done: null, total: null, waitingFor, resumesAt } })?.detail;
    expect(round('2027-01-01T15:04:00Z', 'Round 9 appears at 15:04.')).toBe('');
    expect(round(null, 'One relay only has answered.')).toBe('One relay only has answered.');
  });

  it('names the observers who have not yet answered', () => {
    const observers = [{ id: 'o1', name: 'Ann Smith', state: 'pending', createdAt: '', suppliedAt: null }, { id: 'o2', name: 'Bob', state: 'supplied', createdAt: '', suppliedAt: '2027-01-01T00:00:00Z' }];
    expect(at('waiting-for-observer', { observers })?.now).toBe('Waits for the random number of Ann Smith.');
    expect(at('waiting-for-observer')?.now).toContain('ask one');
  });

  it('is nothing once it is done, and a stage of a later version is still shown', () => {
    expect(at('done')).toBeNull();
    expect(progressOf({ progress: null, round: null, roundAt: null, at: null, observers: [] }, zone)).toBeNull();
    expect(at('polishing')?.now).toBe('It is under way.');
  });

  it('is read again soon while it moves, seldom while it is planned, and no more once it has ended', () => {
    const draw = (state: string, stage?: string) => ({ state, progress: stage ? { stage, done: null, total: null, waitingFor: null, resumesAt: null } : null });
    expect(refreshEvery([draw('completed'), draw('frozen', 'building-list')])).toBe(1000);
    expect(refreshEvery([draw('committed', 'waiting-for-round')])).toBe(3000);
    expect(refreshEvery([draw('planned')])).toBe(15_000);
    expect(refreshEvery([draw('void'), draw('drawn')])).toBe(false);
    expect(refreshEvery(undefined)).toBe(false);
  });
});

describe('a draw in words', () => {
  it('counts equal prizes', () => expect(counted(['Mug', 'Trip', 'Mug'])).toBe('2 × Mug, Trip'));

  it('says what each level is worth', () => {
    expect(levelOf('committed').label).toBe('Not evidence');
    expect(levelOf('unheard-of').label).toBe('unheard-of');
  });

  it('offers the levels that the installation serves, the strongest chosen', () => {
    const values = (offered: ReturnType<typeof offeredLevels>) => [offered.choices.map((l) => l.value).join(' '), offered.preselected?.value];
    const relays = { levels: ['beacon-unwitnessed', 'observed'], strongest: 'beacon-unwitnessed' };
    const nothing = { levels: ['observed', 'committed'], strongest: 'committed' };
    expect(values(offeredLevels(relays, false, ''))).toEqual(['beacon-unwitnessed observed', 'beacon-unwitnessed']);
    expect(values(offeredLevels(nothing, false, ''))).toEqual(['observed committed', 'committed']);
    expect(values(offeredLevels(relays, false, 'observed'))).toEqual(['beacon-unwitnessed observed', 'observed']);
    // A draw that is added later, and one whose level is served no more.
    expect(values(offeredLevels(relays, true, ''))).toEqual(['observed', 'observed']);
    expect(values(offeredLevels(nothing, false, 'beacon'))).toEqual(['beacon observed committed', 'beacon']);
    expect(values(offeredLevels(undefined, false, ''))).toEqual(['beacon beacon-unwitnessed observed committed', 'beacon']);
    expect(offeredLevels(undefined, false, '').choices.every((l) => l.says.length > 0)).toBe(true);
  });

  it('tells events with reason and clause', () => {
    expect(eventText(event({ clause: '7.2' }))).toBe('Whoever held the prize of place 1 was replaced by the next reserve: they did not claim in time, clause 7.2.');
    expect(eventText(event({ kind: 'voided', position: null, reasonCode: 'declared-void' }))).toBe('The draw was declared void: nobody wins by it.');
    expect(eventText(event({ kind: 'something-new', reasonCode: 'x' }))).toBe('something-new, place 1: x.');
  });

  it('knows who holds a prize and who is next', () => {
    const winners = [winner({ state: 'replaced' }), winner({ position: 2, role: 'reserve', inheritedFrom: 1 }), winner({ position: 3, role: 'reserve', prize: null })];
    expect(holders({ winners }).map((w) => w.position)).toEqual([2]);
    expect(nextReserve({ winners })?.position).toBe(3);
    expect(winners.map(holdingText)).toEqual(['Replaced', 'Mug', 'Reserve']);
    expect(nextReserve({ winners: winners.slice(0, 2) })).toBeUndefined();
  });
});

describe('weekly draws', () => {
  it('cover every moment from the first to the last, once', () => {
    const periods = weeks({ name: 'Week', from: '2026-12-01T09:00', until: '2026-12-31T23:59:59' });
    expect(periods.map((p) => p.name)).toEqual(['Week 1', 'Week 2', 'Week 3', 'Week 4', 'Week 5']);
    expect(periods[0]!.from).toBe('2026-12-01T09:00');
    expect(periods.at(-1)!.until).toBe('2026-12-31T23:59:59');
    periods.slice(1).forEach((period, i) => expect(period.from).toBe(periods[i]!.until));
  });

  it('keep their hour over a change of the clocks', () => {
    expect(weeks({ name: 'W', from: '2027-03-25T09:00', until: '2027-04-08T09:00' }).map((p) => p.until)).toEqual(['2027-04-01T09:00', '2027-04-08T09:00']);
  });

  it('are none while a time is missing or the end comes first, and never more than fit', () => {
    expect(weeks({ name: 'W', from: '', until: '2027-04-08T09:00' })).toEqual([]);
    expect(weeks({ name: 'W', from: '2027-04-08T09:00', until: '2027-04-01T09:00' })).toEqual([]);
    expect(weeks({ name: 'W', from: '2020-01-01T00:00', until: '2030-01-01T00:00' })).toHaveLength(60);
  });

  it('have lines of their own, so that changing one leaves the others', () => {
    const pattern = { ...emptyDraw(), id: 'drw_1', at: '2027-01-01T00:00', prizes: [{ ...emptyDrawPrize(), name: 'Mug' }] };
    const [one, two] = drawsOf(weeks({ name: 'Week', from: '2026-12-01T00:00', until: '2026-12-15T00:00' }), pattern);
    expect(one).toMatchObject({ id: undefined, at: '', name: 'Week 1', until: '2026-12-08T00:00' });
    expect(one!.prizes[0]!.key).not.toBe(two!.prizes[0]!.key);
    expect(one!.key).not.toBe(two!.key);
    expect(one!.exclude).not.toBe(two!.exclude);
  });
});

describe('replacing a winner', () => {
  it('by a criterion needs clause and evidence, by a fact neither', () => {
    expect(Object.keys(replaceErrors({ reason: '', clause: '', evidence: '' }))).toEqual(['reason']);
    for (const reason of replacementReasons) {
      const lacking = Object.keys(replaceErrors({ reason: reason.value, clause: ' ', evidence: '' }));
      expect(lacking).toEqual(reason.criterion ? ['clause', 'evidence'] : []);
    }
    expect(replaceErrors({ reason: 'under-age', clause: '3.1', evidence: 'Passport' })).toEqual({});
  });

  it('sends what was said alone', () => {
    expect(replaceRequest({ reason: 'declined', clause: ' ', evidence: '' })).toEqual({ reason: 'declined' });
    expect(replaceRequest({ reason: 'under-age', clause: ' 3.1 ', evidence: 'Passport' })).toEqual({ reason: 'under-age', clause: '3.1', evidence: 'Passport' });
  });
});

describe('a successor', () => {
  it('has the prizes, period and rule of the void draw, and names it', () => {
    const draw = { id: 'drw_1', name: 'Final', prizes: ['Trip', 'Mug', 'Mug'], reserves: 3, rule: 'unlimited', from: null, until: '2026-12-08T09:00:00Z', level: 'committed', claimDays: 7 } as Draw;
    expect(successorOf(draw, zone)).toMatchObject({
      name: 'Final (again)', succeeds: 'drw_1', reserves: 3, rule: 'unlimited', from: '', until: '2026-12-08T09:00', level: '', claimDays: 7,
      prizes: [{ name: 'Trip', quantity: 1 }, { name: 'Mug', quantity: 2 }],
    });
  });
});
