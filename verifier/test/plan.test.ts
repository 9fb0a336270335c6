import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../src/core/canonical';
import type { DrawPlan } from '../src/core/checks/plan';
import { expectHolds, failed, judge, reason } from './judging';
import { asBytes, id, make, type Made, sha256, Signer } from './maker';

const signer = new Signer();
const made = await make({ level: 'committed', signer });
const hash = createHmac('sha256', Buffer.from(made.certificate.secret, 'hex')).update('pdv1/staff-domains\0["acme.example","agency.example"]').digest('hex');

function planFor({ certificate }: Made, change: Partial<DrawPlan> = {}, by = signer): DrawPlan {
  const { body } = certificate.commitment;
  const signed = {
    addedLater: false, campaignId: certificate.campaign.id, claimDays: 14, drawId: certificate.drawId,
    exclude: { postcodes: ['BT'], previousWinners: true, staffDomains: { count: 2, hash } }, format: 'pdv1/plan' as const, level: body.level, name: certificate.name,
    publishedAt: certificate.rules.from as string, rules: certificate.rules, rulesHash: body.rulesHash, secretHash: body.secretHash,
    tickets: { [id('pool', 'web')]: 1, [id('pool', 'shop')]: 1 }, ...change };
  return { ...signed, keyId: by.keyId, signature: by.sign(canonicalText(signed)) };
}

const judged = (plan: unknown) => judge(made.certificate, made.list, { plan: asBytes(plan) });

describe('A draw\'s plan', () => {
  it('holds if the draw was held by it', async () => {
    expect(reason(await expectHolds(made, { plan: asBytes(planFor(made)) }), 'plan')).toContain('before the draw\'s first entry');
    expect((await expectHolds(made)).some((c) => c.name === 'plan')).toBe(false);
  });

  // What a platform could do that holds the key and signs another plan afterwards.
  it.each<[string, Partial<DrawPlan>, string]>([
    ['of another draw', { drawId: id('drw', 'other') }, 'it is of draw'],
    ['of another campaign', { campaignId: id('cmp', 'other') }, 'it is of draw'],
    ['with another hash of its rules', { rulesHash: sha256('x') }, 'its rules do not have its hash'],
    ['of other rules', (() => {
      const rules = { ...made.certificate.rules, reserves: 9 };
      return { rules, rulesHash: sha256(canonicalText(rules)) };
    })(), 'other rules than were planned'],
    ['of another secret', { secretHash: sha256('x') }, 'another secret'],
    ['of another level', { level: 'beacon' }, 'level beacon was planned'],
    ['that marks it as added later', { addedLater: true }, 'added later'],
    ['published with the commitment', { publishedAt: made.certificate.commitment.body.committedAt }, 'not before the commitment'],
    ['without the tickets of a pool', { tickets: { [id('pool', 'web')]: 1 } }, 'says nothing of the tickets'],
    ['with more tickets than the list has', { tickets: { [id('pool', 'web')]: 9, [id('pool', 'shop')]: 9 } }, '9 tickets at least'],
    ['with no tickets', { tickets: { [id('pool', 'web')]: 0, [id('pool', 'shop')]: 0 } }, 'no whole number'],
    ['that counts domains without their hash', { exclude: { postcodes: [], previousWinners: false, staffDomains: { count: 1, hash: null } } }, 'without their hash'],
  ])('%s fails', async (_, change, why) => {
    const checks = await judged(planFor(made, change));
    expect(failed(checks)).toEqual(['plan']);
    expect(reason(checks, 'plan')).toContain(why);
  });

  it('fails with any one field changed after it was signed', async () => {
    const plan = planFor(made);
    const other = (value: unknown): unknown =>
      typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : typeof value === 'string' ? (value.startsWith('0') ? '1' : '0') + value.slice(1)
        : Object.fromEntries(Object.entries(value as object).map(([k, v], i) => [k, i === 0 && !Array.isArray(v) ? other(v) : v]).slice(Array.isArray(Object.values(value as object)[0]) ? 1 : 0));
    for (const name of Object.keys(plan) as (keyof DrawPlan)[]) {
      const checks = await judged({ ...plan, [name]: other(plan[name]) });
      expect(failed(checks), name).toEqual(['plan']);
      const why = reason(checks, 'plan');
      expect(why, name).toContain({ format: 'not a plan', keyId: 'signed with key' }[name as string] ?? 'signature is not over this plan');
    }
  });

  it('fails if another signed it, if it lacks a field, and if it has one too many', async () => {
    expect(reason(await judged(planFor(made, {}, new Signer())), 'plan')).toContain('which is not the certificate\'s');
    const { claimDays: _, ...lacking } = planFor(made);
    expect(reason(await judged(lacking), 'plan')).toContain('lacks claimDays');
    expect(reason(await judged({ ...planFor(made), extra: 1 }), 'plan')).toContain('extra too many');
    expect(reason(await judged(made.certificate), 'plan')).toContain('not a plan');
  });
});
