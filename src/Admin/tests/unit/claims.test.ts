import { describe, expect, it } from 'vitest';
import { ahead, behind, claimCan, claimStates, dueOf, moveRequest, stateLabel, valuesOf, type Claim } from '../../src/claims/claims';

const claim = (over: Partial<Claim> = {}): Claim => ({
  id: 'clm_1', drawId: 'drw_1', position: 1, entryId: 'ent_1', prize: 'Mug', state: 'claimed', toldAt: '2027-01-01T00:00:00Z', deadline: '2027-01-15T00:00:00Z', mail: 'sent', claimedAt: null,
  dispatchedAt: null, deliveredAt: null, fulfilBy: '2027-02-01T00:00:00Z', overdue: false, name: null, address: null, phone: null, guardian: null, email: null, publication: null,
  carrier: null, reference: null, note: null, ...over,
});

describe('a claim', () => {
  it.each([
    ['told', [], null], ['claimed', ['preparing', 'dispatched', 'delivered'], null], ['preparing', ['dispatched', 'delivered'], 'claimed'],
    ['dispatched', ['delivered'], 'preparing'], ['delivered', [], 'dispatched'], ['lapsed', [], null], ['replaced', [], null],
  ] as const)('that is %s goes forward to %j, back to %s', (state, forward, back) => {
    expect(ahead({ state })).toEqual(forward);
    expect(behind({ state })).toBe(back);
  });

  it('is moved by a manager once it is claimed, and says why not', () => {
    const manager = { role: 'campaign_manager' };
    for (const { value } of claimStates) {
      const verdict = claimCan.move({ state: value }, manager);
      if (!verdict.allowed) expect(verdict.reason).toMatch(/\.$/);
      expect(verdict.allowed).toBe(['claimed', 'preparing', 'dispatched', 'delivered'].includes(value));
      expect(claimCan.move({ state: value }, { role: 'read_only' }).allowed).toBe(false);
      expect(stateLabel(value)).not.toBe(value);
    }
  });

  it('is due by the winner’s deadline, then by the promoter’s, then no more', () => {
    expect(dueOf(claim({ state: 'told' }))?.at).toBe('2027-01-15T00:00:00Z');
    expect(dueOf(claim())?.at).toBe('2027-02-01T00:00:00Z');
    for (const state of ['dispatched', 'delivered', 'lapsed', 'replaced']) expect(dueOf(claim({ state }))).toBeNull();
  });

  it('is changed by what was touched alone', () => {
    const sent = claim({ state: 'dispatched', carrier: 'Royal Mail', note: 'rings twice' });
    expect(moveRequest(sent, valuesOf(sent))).toEqual({ state: 'delivered' });
    expect(moveRequest(sent, { ...valuesOf(sent, 'dispatched'), note: ' ', reference: 'AB1' })).toEqual({ state: 'dispatched', reference: 'AB1', note: null });
  });
});
