import { describe, expect, it } from 'vitest';
import { formatDuration, formatInstant, toInstant, toLocal } from '../../src/shared/time';

describe('a local time as an instant', () => {
  it.each([
    ['2026-12-01T09:00', 'Europe/London', '2026-12-01T09:00:00Z'],
    ['2026-07-01T09:00', 'Europe/London', '2026-07-01T08:00:00Z'],
    ['2026-12-31T23:59:59', 'Europe/London', '2026-12-31T23:59:59Z'],
    ['2026-07-01T09:00', 'America/New_York', '2026-07-01T13:00:00Z'],
    ['2026-07-01T09:00', 'Asia/Kathmandu', '2026-07-01T03:15:00Z'],
    ['2026-01-01T00:30', 'Pacific/Kiritimati', '2025-12-31T10:30:00Z'],
    ['2028-02-29T12:00', 'UTC', '2028-02-29T12:00:00Z'],
    ['2026-03-29T00:59', 'Europe/London', '2026-03-29T00:59:00Z'],
    ['2026-03-29T02:00', 'Europe/London', '2026-03-29T01:00:00Z'],
  ])('%s in %s is %s', (local, zone, iso) => expect(toInstant(local, zone)).toEqual({ kind: 'instant', iso }));

  it('that the clocks go forward over does not exist', () => {
    expect(toInstant('2026-03-29T01:30', 'Europe/London')).toEqual({ kind: 'never' });
    expect(toInstant('2026-03-08T02:30', 'America/New_York')).toEqual({ kind: 'never' });
  });

  it('that the clocks go back over comes twice, and the first is meant', () => {
    expect(toInstant('2026-10-25T01:30', 'Europe/London')).toEqual({ kind: 'twice', iso: '2026-10-25T00:30:00Z' });
    expect(toInstant('2026-11-01T01:30', 'America/New_York')).toEqual({ kind: 'twice', iso: '2026-11-01T05:30:00Z' });
    // Half an hour of change only.
    expect(toInstant('2026-04-05T01:45', 'Australia/Lord_Howe')).toEqual({ kind: 'twice', iso: '2026-04-04T14:45:00Z' });
  });

  it.each(['', 'tomorrow', '2026-02-30T10:00', '2026-13-01T10:00', '2026-01-01T24:00', '2026-01-01'])('%j is unreadable', (local) =>
    expect(toInstant(local, 'Europe/London')).toEqual({ kind: 'unreadable' }));

  it('in an unknown zone is unreadable', () => expect(toInstant('2026-01-01T10:00', 'Mars/Olympus')).toEqual({ kind: 'unreadable' }));
});

describe('an instant as a local time', () => {
  it('there and back is the same, around the changes of the clocks too', () => {
    for (const zone of ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 1_800_000 * 7) {
        const time = toInstant(toLocal(new Date(at).toISOString(), zone), zone);
        expect(time.kind).not.toBe('never');
        if (time.kind === 'instant') expect(Date.parse(time.iso)).toBe(at);
      }
    }
  });
  it('keeps seconds only where there are some', () => {
    expect(toLocal('2026-12-31T23:59:59Z', 'Europe/London')).toBe('2026-12-31T23:59:59');
    expect(toLocal('2026-07-01T08:00:00Z', 'Europe/London')).toBe('2026-07-01T09:00');
  });
  it('of nothing is empty', () => {
    expect(toLocal(null, 'Europe/London')).toBe('');
    expect(toLocal('soon', 'Europe/London')).toBe('');
  });
});

describe('a printed time', () => {
  it('names its zone', () => {
    expect(formatInstant('2026-12-01T09:00:00Z', 'Europe/London')).toMatch(/^1 Dec 2026, 09:00 GMT$/);
    expect(formatInstant('2026-07-01T08:00:00Z', 'Europe/London')).toMatch(/09:00 BST$/);
    expect(formatInstant(null, 'Europe/London')).toBe('—');
  });
  it('durations are short', () => {
    expect(formatDuration('2026-01-01T00:00:00Z', '2026-01-01T00:00:01.25Z', 0)).toBe('1.3 s');
    expect(formatDuration('2026-01-01T00:00:00Z', null, Date.UTC(2026, 0, 1, 0, 3, 5))).toBe('3 min 05 s');
    expect(formatDuration(null, null, 0)).toBe('');
  });
});
