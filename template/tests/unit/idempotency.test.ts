import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SubmissionKeys } from '../../lib/idempotency';
import { MemoryStorage, body } from './sample';

const forbidden = {
  getItem(): never { throw new Error('forbidden'); },
  setItem(): never { throw new Error('forbidden'); },
  removeItem(): never { throw new Error('forbidden'); },
};

describe('The key of a submission', () => {
  it('stays while the same form is sent again', async () => {
    const keys = new SubmissionKeys('s', new MemoryStorage());
    assert.equal(await keys.keyFor(body()), await keys.keyFor(body()));
  });
  it('stays over a reload of the page', async () => {
    const storage = new MemoryStorage();
    const before = await new SubmissionKeys('s', storage).keyFor(body());
    const after = new SubmissionKeys('s', storage);
    assert.ok(after.hasPending());
    assert.equal(await after.keyFor(body()), before);
  });
  it('is a new one for a changed form', async () => {
    const keys = new SubmissionKeys('s', new MemoryStorage());
    assert.notEqual(await keys.keyFor(body('ann@example.com')), await keys.keyFor(body('bob@example.com')));
  });
  it('does not depend on the captcha’s token, the honeypot or the order of answers', async () => {
    const keys = new SubmissionKeys('s', new MemoryStorage());
    const first = await keys.keyFor({ ...body(), answers: { a: '1', b: '2' } });
    assert.equal(await keys.keyFor({ ...body(), answers: { b: '2', a: '1' }, captchaToken: 'once', website: 'x' }), first);
  });
  it('is a new one after an answer', async () => {
    const keys = new SubmissionKeys('s', new MemoryStorage());
    const first = await keys.keyFor(body());
    keys.clear();
    assert.equal(keys.hasPending(), false);
    assert.notEqual(await keys.keyFor(body()), first);
  });
  it('is not shared between campaigns', async () => {
    const storage = new MemoryStorage();
    assert.notEqual(await new SubmissionKeys('one', storage).keyFor(body()), await new SubmissionKeys('two', storage).keyFor(body()));
  });
  it('still stays within the page where storage is forbidden', async () => {
    const keys = new SubmissionKeys('s', forbidden);
    assert.equal(await keys.keyFor(body()), await keys.keyFor(body()));
    keys.clear();
    assert.equal(keys.hasPending(), false);
  });
  it('survives rubbish in storage', async () => {
    const storage = new MemoryStorage();
    storage.setItem('entry:s', '{not json');
    assert.match(await new SubmissionKeys('s', storage).keyFor(body()), /^[0-9a-f]{32}$/);
  });
  it('stores no personal data', async () => {
    const storage = new MemoryStorage();
    await new SubmissionKeys('s', storage).keyFor(body());
    const stored = [...storage.items.values()].join();
    for (const secret of ['ann', 'Smith', 'LS1', '1990']) assert.ok(!stored.includes(secret), secret);
  });
});
