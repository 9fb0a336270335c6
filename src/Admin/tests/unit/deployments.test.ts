import { describe, expect, it } from 'vitest';
import { deploymentPause } from '../../src/api/queries';
import { moving } from '../../src/campaigns/can';
import { callLine, remaining } from '../../src/deployments/words';

describe('a deployment as it goes', () => {
  it('is read again until it can change no more: what is in quarantine is tried again by itself', () => {
    expect(deploymentPause(undefined, false)).toBe(1000);
    for (const state of ['running', 'paused', 'rolling_back']) expect([deploymentPause({ state }, false), deploymentPause({ state }, true)]).toEqual([1000, 5000]);
    expect(deploymentPause({ state: 'quarantined' }, true)).toBe(10_000);
    for (const state of ['succeeded', 'rolled_back', 'cancelled']) expect(deploymentPause({ state }, false)).toBe(false);
  });

  it('that puts a campaign away stands in the way of everything else', () => {
    expect(moving({ kind: 'decommission', state: 'running' })).toBe('The campaign is being removed.');
    expect(moving({ kind: 'archive', state: 'paused' })).toMatch(/being archived/);
    expect(moving({ kind: 'unarchive', state: 'rolling_back' })).toMatch(/brought back/);
    expect([moving(undefined), moving({ kind: 'content', state: 'running' }), moving({ kind: 'archive', state: 'succeeded' }), moving({ kind: 'archive', state: 'quarantined' })]).toEqual([null, null, null, null]);
  });

  it('says how long it will still take, in round numbers', () => {
    expect([0, 3, 42, 60, 61, 240].map(remaining)).toEqual(
      ['longer than usual', 'about 5 seconds left', 'about 45 seconds left', 'about 1 minute left', 'about 2 minutes left', 'about 4 minutes left']);
  });

  it('says each call in a line', () => {
    const call = { operation: 'github.generate', attempt: 1, status: 201, requestId: 'AB12', durationMs: 1312, request: '{}', answer: null };
    expect(callLine(call)).toBe('github.generate: 201 in 1,312 ms, request AB12');
    expect(callLine({ ...call, attempt: 2, status: null, requestId: null })).toBe('github.generate, attempt 2: no answer in 1,312 ms');
  });
});
