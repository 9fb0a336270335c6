import { describe, expect, it } from 'vitest';
import { campaignCan } from '../../src/campaigns/can';
import { oddsText } from '../../src/campaigns/modes';
import { rejectsCsv } from '../../src/codes/rejects';
import { blank, entryErrors, entryRequest } from '../../src/entries/values';
import { earlier } from '../../src/prizes/changes';
import { changeOf, stockErrors, type StockValues } from '../../src/prizes/stock';
import { sample } from './sample';

const stock: StockValues = { stock: 100, dailyCap: 10, hourlyCap: '', perEntrantMax: 1, lowStockAt: '10%' };

describe('a change of stock', () => {
  it('sends what differs alone, and null for what was emptied', () => {
    expect(changeOf(stock, { ...stock })).toEqual({});
    expect(changeOf(stock, { ...stock, stock: 150, dailyCap: '', hourlyCap: 3, lowStockAt: ' ' })).toEqual({ stock: 150, dailyCap: null, hourlyCap: 3, lowStockAt: null });
  });

  it('can be taken back by what was there before', () => {
    expect(earlier({ stock: 100, dailyCap: null, name: 'Mug' }, { stock: 150, dailyCap: 3 })).toEqual({ stock: 100, dailyCap: null });
  });

  it.each<[keyof StockValues, Partial<StockValues>, string, number]>([
    ['stock', { stock: 11 }, 'prize', 12],
    ['stock', { stock: '' }, 'prize', 0],
    ['stock', { stock: 1.5 }, 'prize', 0],
    ['dailyCap', { dailyCap: 0 }, 'prize', 0],
    ['hourlyCap', { hourlyCap: 'x' }, 'prize', 0],
    ['lowStockAt', { lowStockAt: '0' }, 'prize', 0],
    ['lowStockAt', { stock: '' }, 'gift', 0],
  ])('is wrong at %s', (field, over, kind, allocated) => expect(Object.keys(stockErrors({ ...stock, ...over }, kind, allocated))).toContain(field));

  it('is right at the very limits', () => {
    expect(stockErrors({ ...stock, stock: 12 }, 'prize', 12)).toEqual({});
    expect(stockErrors({ stock: '', dailyCap: 1, hourlyCap: 1, perEntrantMax: 1, lowStockAt: '' }, 'gift', 9)).toEqual({});
  });

  it('may be made while the campaign is open, by who manages it', () => {
    const manager = { role: 'campaign_manager' };
    for (const state of ['draft', 'ready', 'scheduled', 'live', 'paused']) expect(campaignCan.changeStock({ state }, manager).allowed).toBe(true);
    expect(campaignCan.changeStock({ state: 'closed' }, manager).allowed).toBe(false);
    expect(campaignCan.changeStock({ state: 'live' }, { role: 'read_only' }).allowed).toBe(false);
    expect(campaignCan.keyIn({ state: 'live' }, manager).allowed).toBe(true);
    expect(campaignCan.keyIn({ state: 'scheduled' }, manager).allowed).toBe(false);
    expect(campaignCan.makeCodes({ state: 'draft' }, manager).allowed).toBe(false);
  });
});

it('says how likely a prize is in words', () => {
  expect(oddsText({ mode: 'probability', odds: { win: 1, outOf: 5000 } })).toBe('1 in 5,000');
  expect(oddsText({ mode: 'guaranteed', everyNth: 10 })).toBe('one in every 10 entries');
  expect(oddsText({ mode: 'guaranteed', everyNth: null })).toBe('every entry');
  expect(oddsText({ mode: 'moments' })).toBe('');
});

describe('an entry that is keyed in', () => {
  const campaign = sample({ state: 'live' });
  const now = Date.parse('2026-12-10T12:00:00Z');
  const whole = { ...blank(campaign), receivedAt: '2026-12-05T10:00', email: 'ann@example.com', firstName: 'Ann', lastName: 'Smith', dateOfBirth: '1990-05-01' };

  it('lacks nothing when it is whole', () => expect(entryErrors(whole, campaign, now)).toEqual({}));

  it.each([['email', { email: 'ann' }], ['firstName', { firstName: ' ' }], ['dateOfBirth', { dateOfBirth: '' }],
    ['receivedAt', { receivedAt: '2026-12-01T08:59' }], ['receivedAt', { receivedAt: '2026-12-10T12:01' }], ['receivedAt', { receivedAt: '' }]])(
    'lacks %s', (field, over) => expect(Object.keys(entryErrors({ ...whole, ...over }, campaign, now))).toEqual([field]));

  it('says every consent, given or not, at the version that stands', () => {
    const body = entryRequest({ ...whole, answers: { favourite: 'Paris' }, phone: ' ' }, campaign);
    expect(body).toMatchObject({ channel: 'post', receivedAt: '2026-12-05T10:00:00Z', pool: 'pool_1', answers: { favourite: 'Paris' }, consents: [{ purpose: 'marketing-email', version: 1, granted: false }] });
    expect(body.entrant).toMatchObject({ email: 'ann@example.com', phone: null, dateOfBirth: '1990-05-01' });
  });
});

it('reports refused lines without what stood in them', () =>
  expect(rejectsCsv([{ line: 3, reason: 'duplicate' }])).toBe('line,reason,meaning\r\n3,duplicate,"it stood there before, or looks like another code"\r\n'));
