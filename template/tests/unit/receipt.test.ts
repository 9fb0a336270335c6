import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readReceipt, receiptIn, receiptOf, receiptToken, tokenOf } from '../../lib/receipt';
import { apiPath } from '../../lib/site';

const receipt = {
  entryRef: 'e1', personRef: 'p1', pool: 'pool_1', number: 7, outcomeHash: '02', termsHash: '03', path: ['04', '05'], batchHead: '06', signature: '07',
};

describe('A receipt', () => {
  it('becomes a token of its canonical JSON, whatever the order of its fields', () => {
    const token = receiptToken(receipt)!;
    assert.equal(Buffer.from(token, 'base64url').toString(),
      '{"batchHead":"06","entryRef":"e1","number":7,"outcomeHash":"02","path":["04","05"],"personRef":"p1","pool":"pool_1","signature":"07","termsHash":"03"}');
    assert.equal(receiptToken({ entryId: 'ent_1', receipt: { ...receipt, extra: 1 } }), token);
    assert.deepEqual(receiptOf(token), receiptIn(receipt));
    assert.equal(tokenOf(`#${token}`), token);
  });

  it('is nothing else', () => {
    for (const other of [null, "text", [], {}, { receipt: null }]) assert.equal(receiptToken(other), null);
    assert.equal(receiptOf('not base64!'), null);
    assert.equal(tokenOf('#'), null);
    assert.equal(tokenOf('#<script>alert(1)'), null);
  });

  it('is told of with links to the platform alone', () => {
    const { draws } = readReceipt({ draws: [
      { id: 'drw_1', name: 'Final', state: 'drawn', position: 2, role: 'winner', prize: 'Tea', holds: 'Tea', confirmed: true, certificatePageUrl: '/v1/sites/a/draws/drw_1/certificate.html', entriesUrl: 'https://elsewhere.example/' },
      { id: 'drw_2', state: 'something new' },
    ] }, apiPath);
    assert.deepEqual([draws[0]!.state, draws[0]!.position, draws[0]!.page, draws[0]!.entries], ['drawn', 2, '/v1/sites/a/draws/drw_1/certificate.html', null]);
    assert.equal(draws[1]!.state, 'waiting');
    assert.deepEqual(readReceipt(null, apiPath).draws, []);
  });
});
