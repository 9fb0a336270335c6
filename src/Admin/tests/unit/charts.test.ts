import { describe, expect, it } from 'vitest';
import { labelled, niceTop } from '../../src/charts/scale';
import { dayLabel, hourLabel } from '../../src/statistics/labels';

describe('A chart', () => {
  it.each([[0, 1], [1, 1], [2, 2], [3, 5], [5, 5], [6, 10], [11, 20], [999, 1000], [1001, 2000]])('reaches for %i up to %i', (largest, top) => {
    expect(niceTop(largest)).toBe(top);
  });

  it('prints the first label and no more than fit', () => {
    expect([...labelled(3, 8)]).toEqual([0, 1, 2]);
    expect([...labelled(48, 8)]).toEqual([0, 6, 12, 18, 24, 30, 36, 42]);
    expect(labelled(0, 8).size).toBe(0);
  });
});

describe('Labels', () => {
  it('tell a day as the API does, wherever the browser is', () => expect(dayLabel('2026-12-05')).toBe('5 Dec'));

  it('tell the two hours apart that clocks show twice', () => {
    const [first, second] = ['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z'].map((hour) => hourLabel(hour, 'Europe/London'));
    expect(first).toContain('01:00');
    expect(second).toContain('01:00');
    expect(first).not.toBe(second);
  });
});
