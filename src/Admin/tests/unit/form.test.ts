import { describe, expect, it } from 'vitest';
import { draftKey, findDraft, keepDraft } from '../../src/campaigns/form/draft';
import { dotted, inOrder, placeErrors } from '../../src/campaigns/form/errors';
import { addedMoments, createRequest, updateRequest } from '../../src/campaigns/form/request';
import { validate } from '../../src/campaigns/form/validate';
import { emptyCampaign, emptyDraw, emptyDrawPrize, emptyMoment, emptyPool, valuesOf, type FormValues } from '../../src/campaigns/form/values';
import { sample } from './sample';

const complete = (): FormValues => {
  const values = valuesOf(sample());
  return { ...values, pools: values.pools.map((p) => ({ ...p, id: undefined, prizes: p.prizes.map((z) => ({ ...z, id: undefined, mode: null })) })), draw: values.draw && { ...values.draw, id: undefined } };
};

describe('a form as a request', () => {
  it('carries every field of the contract', () => {
    const values = complete();
    values.pools[0]!.moments = [
      { ...emptyMoment('at', 'Mug'), at: '2026-12-05T10:00' },
      { ...emptyMoment('generate', 'Mug'), count: 99, from: '2026-12-06T00:00', hours: '09:00-17:30', perDay: 4 },
    ];
    Object.assign(values.draw!, { claimDays: 14, exclude: { staffDomains: '@Acme.example', previousWinners: true, postcodes: 'bt, gy' } });
    values.furtherDraws = [{ ...emptyDraw(), name: 'Week 1', until: '2026-12-08T09:00', prizes: [{ ...emptyDrawPrize(), name: 'Mug' }] }];
    expect(createRequest(values, true)).toEqual({
      tenantId: 'ten_1', name: 'Summer in Paris', slug: 'summer-paris', opensAt: '2026-12-01T09:00:00Z', closesAt: '2026-12-31T23:59:59Z', timeZone: 'Europe/London',
      languages: ['en-GB'], allowedOrigins: [], forecastEntries: 50000, providers: { database: 'supabase', repository: 'github', site: 'vercel' }, promoter: { name: 'Acme Ltd', address: '1 High Street' }, terms: { text: 'The terms', freeRoute: 'By post' },
      brand: { headline: 'Win', primaryColour: '#0b5fff', logoUrl: null }, form: { minimumAge: 18, fields: [{ name: 'favourite', label: 'Your favourite city', type: 'text', required: false }] },
      limits: { entriesPerEntrant: 1, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: 1, emailIdentity: 'gmail' }, consents: [{ purpose: 'marketing-email', text: 'Send me news' }],
      pools: [{ name: 'Instant', modes: ['moments', 'consolation'], entryCode: 'none', tickets: 1,
        prizes: [{ name: 'Mug', kind: 'prize', stock: 100, dailyCap: 10, hourlyCap: null, perEntrantMax: 1, lowStockAt: '10%', fulfilment: 'delivery' },
          { name: 'Sticker', kind: 'gift', stock: null, dailyCap: null, hourlyCap: null, perEntrantMax: null, lowStockAt: null, fulfilment: 'none' }],
        moments: [{ at: '2026-12-05T10:00:00Z', prize: 'Mug' }, { generate: { prize: 'Mug', count: 99, from: '2026-12-06T00:00:00Z', hours: '09:00-17:30', perDay: 4 } }] }],
      draw: { name: 'Final', prizes: [{ name: 'Weekend in Paris', quantity: 1, fulfilment: 'delivery' }], reserves: 2, rule: 'one-per-person', level: 'committed', claimDays: 14, exclude: { staffDomains: ['acme.example'], previousWinners: true, postcodes: ['BT', 'GY'] } },
      furtherDraws: [{ name: 'Week 1', prizes: [{ name: 'Mug', quantity: 1, fulfilment: 'delivery' }], reserves: 2, rule: 'one-per-person', until: '2026-12-08T09:00:00Z' }],
      provision: true,
    });
  });

  it('leaves who provides what to the installation until somebody chooses, and never sends half a choice', () => {
    expect(createRequest({ ...emptyCampaign('ten_1'), name: 'A' }, false)).not.toHaveProperty('providers');
    const site = (chosen: string) => createRequest({ ...emptyCampaign('ten_1'), name: 'A', providers: { database: 'supabase', site: chosen } }, false);
    expect(site('')).not.toHaveProperty('providers');
    expect(site('vercel')).toHaveProperty('providers', { database: 'supabase', repository: 'github', site: 'vercel' });
    expect(site('local')).toHaveProperty('providers', { database: 'supabase', repository: 'local', site: 'local' });
    const stored = sample();
    expect(updateRequest({ ...valuesOf(stored), name: 'B' }, stored)).toEqual({ name: 'B' });
    expect(updateRequest({ ...valuesOf(stored), providers: { database: 'local', site: 'vercel' } }, stored)).toEqual({ providers: { database: 'local', repository: 'github', site: 'vercel' } });
  });

  it('sends what belongs to a prize’s mode alone', () => {
    const values = complete();
    const all = { ...values.pools[0]!.prizes[0]!, odds: { win: 1, outOf: 500 }, everyNth: 10, couponBatchId: 'cpn_1' };
    const prizes = (over: object) => createRequest({ ...values, pools: [{ ...values.pools[0]!, prizes: [{ ...all, ...over }] }] }, true).pools![0]!.prizes![0]!;
    expect(prizes({ mode: 'probability' })).toMatchObject({ mode: 'probability', odds: { win: 1, outOf: 500 } });
    expect(prizes({ mode: 'probability' })).not.toHaveProperty('everyNth');
    expect(prizes({ mode: 'guaranteed' })).toMatchObject({ mode: 'guaranteed', everyNth: 10 });
    expect(prizes({ mode: 'guaranteed' })).not.toHaveProperty('odds');
    expect(prizes({ mode: 'moments' })).not.toHaveProperty('couponBatchId');
    expect(prizes({ mode: 'moments', fulfilment: 'coupon' })).toHaveProperty('couponBatchId', 'cpn_1');
  });

  it('asks for a code and says the free route', () => {
    const values = complete();
    values.pools[0] = { ...values.pools[0]!, entryCode: 'required', freeRoute: 'online', paused: true };
    expect(createRequest(values, true).pools![0]).toMatchObject({ entryCode: 'required', freeRoute: 'online', paused: true });
  });

  it('of an almost empty draft has null where nothing was said', () => {
    const body = createRequest({ ...emptyCampaign('ten_1'), name: ' A ' }, false);
    expect(body).toMatchObject({ tenantId: 'ten_1', name: 'A', slug: null, opensAt: null, promoter: null, terms: null, draw: null, pools: [], furtherDraws: [], provision: false });
  });

  it('of dates follows the campaign’s zone', () => {
    const body = createRequest({ ...emptyCampaign('ten_1'), name: 'A', opensAt: '2026-07-01T09:00', timeZone: 'America/New_York' }, false);
    expect(body.opensAt).toBe('2026-07-01T13:00:00Z');
  });
});

describe('a change as a request', () => {
  it('of nothing is empty', () => expect(updateRequest(valuesOf(sample()), sample())).toEqual({}));

  it('sends what was touched alone', () => {
    const values = valuesOf(sample());
    values.brand.headline = 'Win more';
    expect(updateRequest(values, sample())).toEqual({ brand: { headline: 'Win more', primaryColour: '#0b5fff', logoUrl: null } });
  });

  it('takes away what was emptied', () => {
    expect(updateRequest({ ...valuesOf(sample()), draw: null, promoter: { name: '', address: '' } }, sample())).toEqual({ draw: null, promoter: null });
  });

  it('keeps ids, and leaves sealed moments alone', () => {
    const values = valuesOf(sample());
    values.pools[0]!.prizes[0]!.stock = 120;
    const pools = updateRequest(values, sample()).pools!;
    expect(pools[0]).toMatchObject({ id: 'pool_1', prizes: [{ id: 'prz_1', stock: 120 }, { id: 'prz_2' }] });
    expect(pools[0]).not.toHaveProperty('moments');
  });

  it('knows a further draw by its id, and its instants', () => {
    const stored = sample({ furtherDraws: [{ ...sample().draw!, id: 'drw_2', until: '2026-12-08T09:00:00.250Z', claimDays: 7, exclude: { staffDomains: ['a.example'], previousWinners: false, postcodes: [] } }] });
    expect(updateRequest(valuesOf(stored), stored)).toEqual({});
    const values = valuesOf(stored);
    values.furtherDraws.unshift({ ...emptyDraw(), name: 'Week 0' });
    expect(updateRequest(values, stored).furtherDraws).toMatchObject([{ name: 'Week 0' }, { id: 'drw_2', until: '2026-12-08T09:00:00.250Z', claimDays: 7, exclude: { staffDomains: ['a.example'] } }]);
  });

  it('keeps an instant whose local time was not touched', () => {
    // The second 01:30 of that night, which typing can't express.
    const stored = sample({ opensAt: '2026-10-25T01:30:00.250Z' });
    expect(updateRequest({ ...valuesOf(stored), name: 'B' }, stored)).toEqual({ name: 'B' });
  });

  it('sends moments of an existing pool apart, once', () => {
    const values = valuesOf(sample());
    const [first, second] = [{ ...emptyMoment('at', 'Mug'), at: '2026-12-05T10:00' }, { ...emptyMoment('generate', 'Mug'), count: 5 }];
    values.pools[0]!.moments = [first, second];
    values.pools.push(emptyPool('New'));
    expect(addedMoments(values)).toMatchObject([{ poolId: 'pool_1', index: 0, moments: [{ at: '2026-12-05T10:00:00Z', prize: 'Mug' }, { generate: { prize: 'Mug', count: 5 } }] }]);
    expect(addedMoments(values, new Set([first.key]))).toMatchObject([{ lines: [{ key: second.key, index: 1 }], moments: [{ generate: { count: 5 } }] }]);
    expect(addedMoments(values, new Set([first.key, second.key]))).toEqual([]);
  });
});

describe('validation', () => {
  it('finds nothing wrong with a complete campaign', () => expect(validate(complete(), 'provision')).toEqual({}));

  it('asks little of a draft and more of what is provisioned', () => {
    const values = { ...emptyCampaign('ten_1'), name: 'A' };
    expect(validate(values, 'draft')).toEqual({});
    expect(Object.keys(validate(values, 'provision')).sort()).toEqual(['closesAt', 'opensAt', 'slug']);
    expect(Object.keys(validate(emptyCampaign(), 'draft')).sort()).toEqual(['name', 'tenantId']);
  });

  it.each<[string, (v: FormValues) => void]>([
    ['closesAt', (v) => (v.closesAt = v.opensAt)],
    ['opensAt', (v) => (v.opensAt = '2026-03-29T01:30')],
    ['slug', (v) => (v.slug = 'No')],
    ['brand.primaryColour', (v) => (v.brand.primaryColour = 'blue')],
    ['brand.logoUrl', (v) => (v.brand.logoUrl = 'http://example.com/a.png')],
    ['form.minimumAge', (v) => (v.form.minimumAge = 100)],
    ['form.fields.0.options', (v) => (v.form.fields[0]!.type = 'select')],
    ['allowedOrigins', (v) => (v.allowedOrigins = 'https://example.com/page')],
    ['pools.0.tickets', (v) => (v.pools[0]!.tickets = 1001)],
    ['pools.0.prizes.0.stock', (v) => (v.pools[0]!.prizes[0]!.stock = '')],
    ['pools.0.prizes.1.name', (v) => (v.pools[0]!.prizes[1]!.name = 'Mug')],
    ['pools.0.moments.0.prize', (v) => (v.pools[0]!.moments = [{ ...emptyMoment('at', 'Gone'), at: '2026-12-05T10:00' }])],
    ['pools.0.moments.0.at', (v) => (v.pools[0]!.moments = [emptyMoment('at', 'Mug')])],
    ['pools.0.moments.0.count', (v) => (v.pools[0]!.moments = [{ ...emptyMoment('generate', 'Mug'), count: 0 }])],
    ['pools.0.prizes.0.mode', (v) => Object.assign(v.pools[0]!, { moments: [] }).prizes[0]!.mode = 'consolation'],
    ['pools.0.prizes.0.odds.outOf', (v) => (v.pools[0]!.prizes[0]!.mode = 'probability')],
    ['pools.0.prizes.0.odds.win', (v) => Object.assign(v.pools[0]!.prizes[0]!, { mode: 'probability', odds: { win: 3, outOf: 2 } })],
    ['pools.0.prizes.0.everyNth', (v) => Object.assign(v.pools[0]!.prizes[0]!, { mode: 'guaranteed', everyNth: 0 })],
    ['pools.0.prizes.0.hourlyCap', (v) => (v.pools[0]!.prizes[0]!.hourlyCap = 0)],
    ['pools.0.prizes.0.lowStockAt', (v) => (v.pools[0]!.prizes[0]!.lowStockAt = '101%')],
    ['pools.0.prizes.1.lowStockAt', (v) => (v.pools[0]!.prizes[1]!.lowStockAt = '5')],
    ['pools.0.moments.0.prize', (v) => (v.pools[0]!.moments = [{ ...emptyMoment('at', 'Sticker'), at: '2026-12-05T10:00' }])],
    ['pools.0.moments.0.hours', (v) => (v.pools[0]!.moments = [{ ...emptyMoment('generate', 'Mug'), hours: '17:00-09:00' }])],
    ['pools.0.moments.0.perDay', (v) => (v.pools[0]!.moments = [{ ...emptyMoment('generate', 'Mug'), perDay: 0 }])],
    ['draw.prizes.0.name', (v) => (v.draw = emptyDraw())],
    ['draw.prizes', (v) => (v.draw!.prizes = [])],
    ['draw.at', (v) => (v.draw!.at = '2026-12-02T10:00')],
    ['draw.until', (v) => Object.assign(v.draw!, { from: '2026-12-08T09:00', until: '2026-12-08T09:00' })],
    ['draw.claimDays', (v) => (v.draw!.claimDays = 91)],
    ['furtherDraws.0.prizes.0.name', (v) => (v.furtherDraws = [emptyDraw()])],
    ['furtherDraws', (v) => (v.furtherDraws = Array.from({ length: 61 }, () => ({ ...emptyDraw(), prizes: [{ ...emptyDrawPrize(), name: 'Mug' }] })))],
    ['consents.0.text', (v) => (v.consents[0]!.text = ' ')],
    ['promoter.address', (v) => (v.promoter.address = '')],
    ['limits.entriesPerEntrant', (v) => (v.limits.entriesPerEntrant = 1.5)],
  ])('puts the error at %s', (path, spoil) => {
    const values = complete();
    spoil(values);
    expect(Object.keys(validate(values, 'provision'))).toEqual([path]);
  });

  it('lets a gift be without limit', () => {
    const values = complete();
    values.pools[0]!.prizes[1]!.stock = '';
    expect(validate(values, 'provision')).toEqual({});
  });
});

describe('errors of the API beside their fields', () => {
  it.each([['pools[0].prizes[1].stock', 'pools.0.prizes.1.stock'], ['$.pools[0]', 'pools.0'], ['/form/fields/0/name', 'form.fields.0.name'], ['OpensAt', 'opensAt'], ['slug', 'slug']])(
    '%s is %s', (path, expected) => expect(dotted(path)).toBe(expected));

  it('stand at the field, else at the nearest thing that holds it', () => {
    const values = complete();
    values.pools[0]!.moments = [{ ...emptyMoment('generate', 'Mug') }];
    const { fields, elsewhere } = placeErrors({
      'pools[0].prizes[1].stock': ['Too many.'],
      'pools[0].moments[0].generate.count': ['Too few.'],
      'pools[0].prizes[9].name': ['Not there.'],
      'draw.exclude.postcodes[0]': ['No postcode.'],
      'languages[0]': ['Unknown.'],
      'form.fields[0].options[2]': ['Empty.'],
      'terms.version': ['Fixed.'],
      '': ['All wrong.'],
      unheardOf: ['What?'],
    }, values);
    expect(fields).toEqual({
      'pools.0.prizes.1.stock': 'Too many.', 'pools.0.moments.0.count': 'Too few.', 'pools.0.prizes': 'Not there.', 'draw.exclude.postcodes': 'No postcode.', languages: 'Unknown.', 'form.fields.0.options': 'Empty.', terms: 'Fixed.',
    });
    expect(elsewhere).toEqual(['All wrong.', 'unheardOf: What?']);
  });

  it('come in the order of the page', () => {
    expect(inOrder({ 'draw.name': 'c', 'pools.10.name': 'b2', 'pools.9.name': 'b1', name: 'a' }).map(([path]) => path)).toEqual(['name', 'pools.9.name', 'pools.10.name', 'draw.name']);
  });
});

describe('a draft', () => {
  const shelf = () => {
    const kept = new Map<string, string>();
    return { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v), removeItem: (k: string) => void kept.delete(k) };
  };
  it('is found again as it was kept', () => {
    const on = shelf();
    const key = draftKey('usr_1', null);
    expect(keepDraft(key, { values: complete(), at: '2026-01-01T00:00:00Z', etag: null }, on)).toBe(true);
    expect(findDraft(key, on)?.values.pools[0]?.prizes[0]?.name).toBe('Mug');
    expect(findDraft(draftKey('usr_2', null), on)).toBeNull();
  });
  it('that this form can’t read is left alone', () => {
    const on = shelf();
    on.setItem('a', '{"values":{"name":"old"}}');
    on.setItem('b', 'not json');
    expect(findDraft('a', on)).toBeNull();
    expect(findDraft('b', on)).toBeNull();
  });
  it('that can’t be kept says so', () => {
    const full = { ...shelf(), setItem: () => { throw new Error('full'); } };
    expect(keepDraft('a', { values: complete(), at: '', etag: null }, full)).toBe(false);
  });
});
