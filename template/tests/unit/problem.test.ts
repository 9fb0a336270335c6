import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, refusalOf } from '../../lib/problem';
import { texts } from '../../lib/texts';

const form = { minimumAge: 18, fields: [] };

describe('A refusal', () => {
  it('has a message of its own for every code of the contract', () => {
    const codes = ['campaign.not_open', 'campaign.has_closed', 'campaign.paused', 'entry.limit_reached', 'entry.terms_not_accepted',
      'entry.under_age', 'entry.not_accepted', 'entry.code_invalid', 'captcha.failed', 'idempotency.key_reused'];
    const messages = codes.map((code) => refusalOf({ code }, 422, form).message);
    assert.equal(new Set(messages).size, codes.length);
    assert.ok(!messages.includes(texts.refused.unknown));
  });
  it('names the age', () => {
    const refusal = refusalOf({ code: 'entry.under_age' }, 422, form);
    assert.match(refusal.message, /18 or over/);
    assert.equal(refusal.fields.dateOfBirth, refusal.message);
  });
  it('loads the campaign again when its state or terms have moved on', () => {
    for (const code of ['campaign.not_open', 'campaign.has_closed', 'campaign.paused', 'entry.terms_not_accepted']) assert.ok(refusalOf({ code }, 409, form).reload, code);
    assert.equal(refusalOf({ code: 'entry.limit_reached' }, 422, form).reload, false);
  });
  it('puts the messages of bad input at their inputs', () => {
    const refusal = refusalOf({ code: 'request.invalid', traceId: 't1', errors: { 'entrant.email': ['No such address.', 'x'], 'answers.favourite': 'Too long.', other: ['?'] } }, 400, form);
    assert.deepEqual(refusal.fields, { email: 'No such address.', 'answers.favourite': 'Too long.' });
    assert.equal(refusal.message, texts.refused.checkFields);
    assert.equal(refusal.traceId, 't1');
  });
  it('has a true message for what nobody foresaw', () => {
    assert.equal(refusalOf({ code: 'new.code' }, 422, form).message, texts.refused.unknown);
    assert.equal(refusalOf(null, 500, form).message, texts.refused.broken);
    assert.equal(refusalOf(null, 503, form).message, texts.refused.busy);
    assert.equal(refusalOf(null, 429, form).message, texts.refused.tooMany);
    assert.equal(refusalOf(null, null, form).message, texts.refused.noAnswer);
  });
});

describe('The input of an error path', () => {
  const cases: [string, string | null][] = [
    ['entrant.email', 'email'], ['/entrant/dateOfBirth', 'dateOfBirth'], ['$.entrant.postcode', 'postcode'], ['Entrant.FirstName', 'firstName'],
    ['email', 'email'], ['answers.Favourite', 'answers.Favourite'], ['termsVersion', 'terms'], ['TermsVersion', 'terms'], ['consents[0].granted', null], ['consents.marketing-email', 'consents.marketing-email'],
    ['', null], ['pool', null],
  ];
  for (const [path, input] of cases) it(`“${path}” is ${input ?? 'none'}`, () => assert.equal(inputOf(path), input));
});
