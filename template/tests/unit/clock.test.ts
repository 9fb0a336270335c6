import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextRefresh, remaining, serverClock } from '../../lib/clock';
import { ageOn, formatInstant } from '../../lib/dates';

describe('The server clock', () => {
  it('goes on from the server’s time by the monotonic timer, whatever the visitor’s clock says', () => {
    let timer = 1_000;
    const clock = serverClock('2026-12-05T10:00:00Z', 800, 1_000, () => timer)!;
    assert.equal(clock.now(), Date.parse('2026-12-05T10:00:00Z') + 100);
    timer += 90_000;
    assert.equal(clock.now(), Date.parse('2026-12-05T10:01:30Z') + 100);
    assert.equal(clock.uncertainty, 100);
  });
  it('is absent when the server’s time can’t be read', () => assert.equal(serverClock('', 0, 0, () => 0), null));
});

describe('The countdown', () => {
  const end = Date.parse('2026-12-31T23:59:59Z');
  it('splits what is left into whole units', () => {
    assert.deepEqual(remaining(end, end - ((2 * 24 + 3) * 3600 + 4 * 60 + 5) * 1000), { total: 183_845, days: 2, hours: 3, minutes: 4, seconds: 5 });
  });
  it('shows the last second until it has gone', () => assert.equal(remaining(end, end - 1).total, 1));
  it('never goes below zero', () => assert.equal(remaining(end, end + 5_000).total, 0));
});

describe('The next look at the campaign', () => {
  const opens = '2026-12-01T09:00:00Z';
  const closes = '2026-12-31T23:59:59Z';
  const at = (instant: string) => Date.parse(instant);
  it('comes at the opening, spread over the visitors', () => {
    assert.equal(nextRefresh('scheduled', opens, closes, at(opens) - 5_000, 0, 0), 5_000);
    assert.equal(nextRefresh('scheduled', opens, closes, at(opens) - 5_000, 1, 0), 7_500);
  });
  it('comes after the ten seconds in which entries received in time are still taken', () => {
    assert.equal(nextRefresh('live', opens, closes, at(closes), 0, 0), 10_500);
  });
  it('is repeated ever more slowly, and not for ever, when the state has not changed yet', () => {
    const late = at(opens) + 60_000;
    assert.equal(nextRefresh('scheduled', opens, closes, late, 0, 0), 2_000);
    assert.equal(nextRefresh('scheduled', opens, closes, late, 0, 3), 8_000);
    assert.equal(nextRefresh('scheduled', opens, closes, late, 0, 12), null);
  });
  it('never comes once nothing is due', () => assert.equal(nextRefresh('closed', opens, closes, at(closes), 0, 0), null));
});

describe('Dates', () => {
  it('print their time zone', () => {
    assert.equal(formatInstant('2026-12-31T23:59:59Z', 'Europe/London', 'en-GB'), '31 December 2026, 23:59 GMT (London time)');
    assert.match(formatInstant('2026-07-01T11:00:00Z', 'Europe/London', 'en-GB'), /12:00 BST/);
  });
  it('fall back to UTC in an unknown zone', () => assert.match(formatInstant('2026-07-01T11:00:00Z', 'Mars/Olympus', 'en-GB'), /11:00 UTC/));
  it('are empty when there is none', () => assert.equal(formatInstant(null, 'Europe/London', 'en-GB'), ''));
  it('count an age from the birthday on', () => {
    assert.equal(ageOn('2008-12-05', '2026-12-04'), 17);
    assert.equal(ageOn('2008-12-05', '2026-12-05'), 18);
    assert.equal(ageOn('2008-02-30', '2026-12-05'), null);
  });
});
