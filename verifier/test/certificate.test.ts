import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, authority } from './authority';
import { expectHolds, reason } from './judging';
import { entries, id, make, sha256, Signer } from './maker';

let witness: Authority;
beforeAll(async () => {
  witness = await authority();
});

describe('A certificate holds', () => {
  it('at level beacon, with the keys of platform and authority', async () => {
    const made = await make({ level: 'beacon', authority: witness });
    const checks = await expectHolds(made, { key: Buffer.from(made.signer.publicKey), authority: Buffer.from(witness.pem) });
    expect(checks.filter((c) => c.status !== 'ok').map((c) => c.name)).toEqual(['observer']);
    expect(checks).toHaveLength(21);
  });

  it('at level beacon for a later round, and says that signer and authority are unknown', async () => {
    const checks = await expectHolds(await make({ level: 'beacon', authority: witness, round: 657413 }));
    expect(reason(checks, 'platform-signature')).toContain('unknown signer');
    expect(reason(checks, 'timestamp')).toContain('unknown authority');
  });

  it('at level beacon-unwitnessed, and says whose claim the time is', async () => {
    const checks = await expectHolds(await make({ level: 'beacon-unwitnessed' }));
    expect(reason(checks, 'level')).toContain('the platform\'s claim');
  });

  it('at level observed', async () => {
    expect(reason(await expectHolds(await make({ level: 'observed' })), 'observer')).toContain('J. Doe');
  });

  it('at level committed, and says that it is no evidence', async () => {
    expect(reason(await expectHolds(await make({ level: 'committed' })), 'level')).toContain('not evidence');
  });

  it('with replacements beyond the reserves', async () => {
    const events = [1, 2, 1, 3].map((position) => ({ position }));
    const made = await make({ level: 'beacon', authority: witness, events });
    expect(made.certificate.order).toHaveLength(7);
    expect(reason(await expectHolds(made), 'events')).toContain('winner 3 was replaced by position 7');
  });

  it('when the tickets run out before winners and reserves', async () => {
    const made = await make({ level: 'committed', lines: entries(3), events: [{ position: 1 }, { position: 2 }] });
    expect(made.certificate.order.length).toBeLessThan(5);
    await expectHolds(made);
  });

  it('without any entry', async () => {
    const made = await make({ level: 'beacon-unwitnessed', lines: [] });
    expect(made.certificate.order).toEqual([]);
    await expectHolds(made);
  });

  it('under rule unlimited, drawing one person twice', async () => {
    const made = await make({ level: 'committed', lines: entries(4), rules: { rule: 'unlimited', reserves: 5 } });
    expect(new Set(made.certificate.order.map((p) => p.entryRef)).size).toBeLessThan(made.certificate.order.length);
    await expectHolds(made);
  });

  it('when it closed at another time and says so, and when its pools stay open', async () => {
    const changed = await make({ level: 'committed', closedAt: '2023-08-23T14:00:00Z', events: [{ kind: 'closing-changed', at: '2023-08-23T14:00:00Z', reasonCode: 'closed-early' }] });
    await expectHolds(changed);
    await expectHolds(await make({ level: 'committed', closedAt: null }));
  });

  it('of a void draw, and of the draw that succeeds it', async () => {
    const signer = new Signer();
    const dead = await make({ level: 'beacon-unwitnessed', signer, events: [{ kind: 'voided', reasonCode: 'list-incomplete' }] });
    expect(reason(await expectHolds(dead), 'events')).toContain('void');
    const next = await make({
      level: 'beacon-unwitnessed', signer, secret: sha256('another secret'), body: { drawId: id('drw', 'second try') },
      predecessor: { drawId: dead.certificate.drawId, commitmentHash: dead.certificate.commitment.hash, secretHash: dead.certificate.commitment.body.secretHash } });
    const checks = await expectHolds(next, { also: [{ name: 'dead.json', bytes: Buffer.from(JSON.stringify({})) }].slice(1) });
    expect(reason(checks, 'predecessor')).toContain(dead.certificate.drawId);
  });
});
