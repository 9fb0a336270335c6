import { describe, expect, it } from 'vitest';
import { callLine, remaining } from '../../src/deployments/words';

describe('a deployment as it goes', () => {
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
