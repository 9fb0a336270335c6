import { describe, expect, it } from 'vitest';
import { failed, judge } from './judging';
import { id, make } from './maker';

describe('Committed rules that the draw does not follow', () => {
  it.each([
    ['of another level', { level: 'beacon' as const }, 'rules'],
    ['without the tickets of a pool', { tickets: { [id('pool', 'web')]: 1 } }, 'rules'],
    ['that give more tickets than the list', { tickets: { [id('pool', 'web')]: 9, [id('pool', 'shop')]: 9 } }, 'counts'],
    ['that count domains without their hash', { exclude: { postcodes: [], previousWinners: false, staffDomains: { count: 1, hash: null } } }, 'rules'],
  ])('%s fail', async (_, rules, by) => {
    const made = await make({ level: 'committed', rules });
    expect(failed(await judge(made.certificate, made.list))).toEqual([by]);
  });
});
