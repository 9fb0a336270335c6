import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionsOf, limitLines } from '../../lib/conditions';
import { entryBody, regionOf, validate } from '../../lib/form';
import { readSite, readWinners, webAddress } from '../../lib/site';
import { answer, sampleSite } from './sample';

const now = Date.parse(answer.now);
const filled = {
  firstName: ' Ann ', lastName: 'Smith', email: 'ann@example.com', dateOfBirth: '1990-05-01', postcode: 'LS1 4AP', county: '', phone: '',
  'answers.favourite': 'Paris', terms: 'on', website: '',
};

describe('Reading the campaign', () => {
  it('keeps what the API said', () => {
    const { draw, ...rest } = answer;
    assert.deepEqual(readSite(answer), { kind: 'site', site: { ...rest, draws: [draw], pools: [{ id: 'pool_1', codeRequired: false, freeOnline: false }] } });
  });
  it('is the holding page before publication', () => assert.equal(readSite({ slug: 's', state: 'holding', now: answer.now }).kind, 'holding'));
  it('survives nulls, absent and unknown fields', () => {
    const nulls = Object.fromEntries(Object.keys(answer).map((name) => [name, null]));
    for (const odd of [{ ...nulls, terms: { text: 'T' }, newField: {} }, { closesAt: answer.closesAt, prizes: [null, 3, {}], form: { fields: [{ name: 'a', type: 'hologram' }] } }]) {
      const read = readSite(odd);
      assert.equal(read.kind, 'site');
      if (read.kind === 'site') conditionsOf(read.site, 'en-GB');
    }
    for (const rubbish of [null, 'text', [], 7]) assert.equal(readSite(rubbish).kind, 'holding');
  });
  it('never links what would be executed', () => {
    assert.equal(webAddress('javascript:alert(1)'), null);
    assert.equal(webAddress('data:text/html,x'), null);
    assert.equal(webAddress('https://example.com/claim#t'), 'https://example.com/claim#t');
  });
  it('reads all draws, and the one draw of earlier answers', () => {
    const draws = (changes: Record<string, unknown>) => sampleSite(changes).draws.map((draw) => [draw.name, draw.prizes.join()]);
    assert.deepEqual(draws({}), [['Final', 'Weekend in Paris']]);
    assert.deepEqual(draws({ draws: [{ name: 'Week 1', prizes: ['Tea'], drawsAt: null, level: 'beacon' }, null, { name: 'Final', prizes: [{ name: 'Trip', quantity: 2 }] }] }), [['Week 1', 'Tea'], ['Final', '2 × Trip']]);
    assert.deepEqual(draws({ draw: null }), []);
    assert.deepEqual(draws({ draws: [] }), []);
  });

  it('reads winners in the order of their positions', () => {
    const [draw] = readWinners({ draws: [{ id: 'drw_1', name: 'Final', winners: [{ position: 2, name: 'B' }, { position: 1, name: 'A', county: null, prize: 'P' }, null] }] });
    assert.deepEqual(draw!.winners.map((winner) => winner.name), ['A', 'B']);
    assert.equal(draw!.certificatePage, null);
    assert.deepEqual(readWinners(null), []);
  });

  it('links certificates of the platform and nothing else', () => {
    const page = (certificatePageUrl: unknown) => readWinners({ draws: [{ id: 'drw_1', certificatePageUrl }] })[0]!.certificatePage;
    assert.equal(page('/v1/sites/summer/draws/drw_1/certificate.html'), '/v1/sites/summer/draws/drw_1/certificate.html');
    for (const other of ['https://elsewhere.example/', '//elsewhere.example', 'javascript:alert(1)', '/v1/../x', 7]) assert.equal(page(other), null);
  });
});

describe('The conditions in short', () => {
  const printed = conditionsOf(sampleSite(), 'en-GB').map(({ name, lines }) => `${name}: ${lines.join(' | ')}`).join('\n');
  for (const part of ['Send a postcard.', 'Opens 1 December 2026, 09:00 GMT', 'Closes 31 December 2026, 23:59 GMT', 'aged 18 or over', '1 entry per person',
    'within each prize pool', '100 × Mug', 'Weekend in Paris', 'Acme Ltd', '1 High Street']) {
    it(`say “${part}”`, () => assert.ok(printed.includes(part), printed));
  }
  it('never call a gift a prize', () => assert.match(printed, /^Gifts: Sticker$/m));
  it('name every limit', () => {
    const lines = limitLines({ entriesPerEntrant: 5, entriesPerEntrantPerDay: 1, entryIntervalSeconds: 3600, winsPerEntrant: 2 }, 'Europe/London').join('\n');
    for (const part of ['5 entries per person', '1 entry per person per day', 'At least 1 hour between', '2 prizes per person']) assert.ok(lines.includes(part), lines);
  });
  it('say when there is no limit', () => assert.deepEqual(limitLines({ entriesPerEntrant: null, entriesPerEntrantPerDay: null, entryIntervalSeconds: null, winsPerEntrant: null }, 'UTC'), ['No limit on entries per person.']));
});

describe('The form', () => {
  it('accepts what is complete', () => assert.deepEqual(validate(filled, sampleSite(), now), {}));
  it('names everything that is missing, in the order of the form', () => {
    const site = sampleSite({ form: { minimumAge: 18, fields: [{ name: 'q', label: 'Q', type: 'select', required: true, options: ['a'] }] } });
    assert.deepEqual(Object.keys(validate({}, site, now)), ['firstName', 'lastName', 'email', 'dateOfBirth', 'postcode', 'answers.q', 'terms']);
  });
  it('judges the age on the server’s day', () => {
    const young = { ...filled, dateOfBirth: '2008-12-06' };
    assert.match(validate(young, sampleSite(), now).dateOfBirth!, /18 or over/);
    assert.deepEqual(validate(young, sampleSite(), now + 86_400_000), {});
  });
  it('makes the body that the API documents', () => {
    assert.deepEqual(entryBody({ ...filled, 'consents.marketing-email': 'on' }, sampleSite(), 'en-GB'), {
      pool: null,
      entrant: { email: 'ann@example.com', firstName: 'Ann', lastName: 'Smith', phone: null, dateOfBirth: '1990-05-01', postcode: 'LS1 4AP', county: null, country: 'GB' },
      answers: { favourite: 'Paris' }, termsVersion: 1, proof: null,
      consents: [{ purpose: 'marketing-email', version: 1, granted: true }], captchaToken: null, website: '',
    });
  });
  it('asks for the code of a pack, and lets in who has none where that is possible here', () => {
    const byPost = sampleSite({ pools: [{ id: 'pool_1', entryCode: 'required', freeRoute: 'post' }] });
    const online = sampleSite({ pools: [{ id: 'pool_1', entryCode: 'required', freeRoute: 'online' }] });
    assert.deepEqual(Object.keys(validate(filled, byPost, now)), ['code']);
    assert.deepEqual(Object.keys(validate({ ...filled, free: 'on' }, byPost, now)), ['code']);
    assert.deepEqual(validate({ ...filled, code: 'pk-1' }, byPost, now), {});
    assert.deepEqual(validate({ ...filled, free: 'on' }, online, now), {});
    assert.match(validate(filled, online, now).code!, /tick that you have none/);
    assert.deepEqual(entryBody({ ...filled, code: ' pk-1 ' }, byPost, 'en-GB').proof, { code: 'pk-1' });
    assert.deepEqual(entryBody({ ...filled, free: 'on' }, online, 'en-GB').proof, { free: true });
    assert.equal(entryBody({ ...filled, code: 'pk-1' }, sampleSite(), 'en-GB').proof, null);
  });
  it('grants no consent that was not ticked', () => assert.equal(entryBody(filled, sampleSite(), 'en-GB').consents[0]!.granted, false));
  it('takes the country from the language', () => {
    assert.equal(regionOf('en-IE'), 'IE');
    assert.equal(regionOf('cy'), 'GB');
  });
});
