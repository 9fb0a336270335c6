import { describe, expect, it } from 'vitest';
import { exclusionErrors, exclusionReasons, exclusionRequest, exclusionText, isCriterion, outcomeText } from '../../src/entries/entries';

const said = (reason: string, over: object = {}) => ({ reason, clause: '', evidence: '', tellEntrant: true, ...over });

describe('leaving an entry out of draws', () => {
  it('needs clause and evidence for a criterion of the terms, and neither for a fact', () => {
    expect(Object.keys(exclusionErrors(said('')))).toEqual(['reason']);
    for (const { value, criterion } of exclusionReasons) expect(Object.keys(exclusionErrors(said(value)))).toEqual(criterion ? ['clause', 'evidence'] : []);
    expect(exclusionErrors(said('under-age', { clause: '2', evidence: 'Passport' }))).toEqual({});
    expect(isCriterion('of-a-later-version')).toBe(true);
  });

  it('is sent with what was said alone', () => {
    expect(exclusionRequest(said('duplicate', { clause: ' ' }), 'cmp_1')).toEqual({ reason: 'duplicate', tellEntrant: true, campaignId: 'cmp_1' });
  });

  it('codes are such as a list may hold', () => {
    for (const { value } of exclusionReasons) expect(value).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
    expect(exclusionText('previous-winner')).toBe('previous winner');
  });
});

it('an outcome is told in words', () => {
  expect([outcomeText({ outcome: 'none', prize: null }), outcomeText({ outcome: 'gift', prize: 'Sticker' })]).toEqual(['No win', 'Gift: Sticker']);
});
