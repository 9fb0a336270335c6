import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimBody, readClaim, validateClaim } from '../../lib/claim';

const claim = readClaim({ state: 'told', prize: 'Weekend', deadline: '2027-01-20T12:00:00Z' });
const values = { name: ' Ann Smith ', address: '1 High Street', phone: '01', publication: 'objected' };

describe('A claim', () => {
  it('needs everything that the delivery needs, and an answer about publication', () => {
    assert.deepEqual(Object.keys(validateClaim({}, claim)), ['name', 'address', 'phone', 'publication']);
    assert.deepEqual(validateClaim(values, claim), {});
    assert.deepEqual(Object.keys(validateClaim({ ...values, publication: 'maybe' }, claim)), ['publication']);
  });

  it('needs a guardian for a minor', () => {
    const minors = readClaim({ prize: 'Weekend', guardianNeeded: true });
    assert.deepEqual(Object.keys(validateClaim(values, minors)), ['guardian']);
    assert.deepEqual(validateClaim({ ...values, guardian: 'Bob' }, minors), {});
  });

  it('is sent as the platform takes it', () => {
    assert.deepEqual(claimBody(values), { name: 'Ann Smith', address: '1 High Street', phone: '01', guardian: null, publication: 'objected' });
    assert.equal(claimBody({ ...values, publication: 'agreed', guardian: 'Bob' }).guardian, 'Bob');
  });
});
