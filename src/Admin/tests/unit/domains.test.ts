import { describe, expect, it } from 'vitest';
import { lookedAt, refreshEvery, standing } from '../../src/domains/domains';

describe('a custom domain', () => {
  it('says how it stands, and waits for its site before it is placed', () => {
    expect(standing({ state: 'added', isPlaced: false }).title).toBe('Waiting for the site');
    expect(standing({ state: 'added', isPlaced: true }).title).toBe('Added');
    expect(standing({ state: 'verified_misconfigured', isPlaced: true }).text).toContain('Publish this record');
    expect(new Set(['added', 'pending_verification', 'verified_misconfigured', 'active', 'taken', 'failed', 'removing'].map((state) => standing({ state, isPlaced: true }).title)).size).toBe(7);
  });

  it('is read again while it moves', () => {
    const at = '2026-12-01T09:00:00Z';
    expect(refreshEvery([])).toBe(false);
    expect(refreshEvery([{ state: 'active', nextCheckAt: at }])).toBe(false);
    expect(refreshEvery([{ state: 'active', nextCheckAt: at }, { state: 'pending_verification', nextCheckAt: at }])).toBe(15_000);
    expect(refreshEvery([{ state: 'pending_verification', nextCheckAt: null }])).toBe(false);
    expect(refreshEvery([{ state: 'removing', nextCheckAt: at }])).toBe(3_000);
  });

  it('says when it was looked at and when it will be again', () => {
    const say = (over: object) => lookedAt({ state: 'active', isPlaced: true, checkedAt: 'A', nextCheckAt: 'B', ...over }, (x) => x);
    expect(say({})).toBe('Looked at A; again B by itself.');
    expect(say({ nextCheckAt: null })).toBe('Looked at A; not looked at any more until you check it.');
    expect(say({ isPlaced: false, checkedAt: null })).toBe('Not looked at yet.');
  });
});
