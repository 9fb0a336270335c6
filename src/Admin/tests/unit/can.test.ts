import { describe, expect, it } from 'vitest';
import { campaignCan, deploymentCan, drawCan, noSite, putAway } from '../../src/campaigns/can';
import type { Campaign } from '../../src/api/types';
import { notShown } from '../../src/draws/DrawsPanel';
import { sample } from './sample';

const boss = { role: 'super_admin' };
const manager = { role: 'campaign_manager' };
const reader = { role: 'read_only' };
const states = ['draft', 'provisioning', 'ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed', 'failed', 'rolled_back'];
const allowedIn = (verb: keyof typeof campaignCan, person = boss) => states.filter((state) => campaignCan[verb](sample({ state }), person).allowed);

describe('what may be done with a campaign', () => {
  it.each([
    ['edit', ['draft', 'ready', 'scheduled', 'live', 'paused', 'rolled_back']],
    ['editPrizes', ['draft', 'ready', 'rolled_back']],
    ['remove', ['draft', 'rolled_back']],
    ['provision', ['draft', 'failed', 'rolled_back']],
    ['publish', ['ready']],
    ['pause', ['scheduled', 'live']],
    ['resume', ['paused']],
    ['close', ['scheduled', 'live', 'paused']],
    ['check', ['draft', 'rolled_back']],
    ['deployContent', ['ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed']],
    ['replaceKeys', ['ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed']],
    ['archive', ['completed']],
    ['decommission', ['ready', 'completed', 'failed', 'rolled_back']],
  ] as const)('%s is allowed in %j alone', (verb, expected) => expect(allowedIn(verb)).toEqual(expected));

  it('nothing is allowed to a reader, who is told why', () => {
    for (const verb of Object.keys(campaignCan) as (keyof typeof campaignCan)[]) {
      expect(allowedIn(verb, reader)).toEqual([]);
      expect(campaignCan[verb](sample(), reader)).toEqual({ allowed: false, reason: 'Your role is read only.' });
    }
  });

  it('closing early needs a super admin, and says so', () => {
    expect(campaignCan.close(sample({ state: 'live' }), manager)).toEqual({ allowed: false, reason: 'Closing before the promised date needs a super admin.' });
    expect(campaignCan.close(sample({ state: 'live' }), boss)).toEqual({ allowed: true });
  });

  it('removing for good needs a super admin too', () => {
    expect(campaignCan.decommission(sample({ state: 'completed' }), manager)).toEqual({ allowed: false, reason: 'Removing a campaign for good needs a super admin.' });
    expect(deploymentCan.retry({ state: 'quarantined', kind: 'decommission' }, manager).allowed).toBe(false);
    expect(deploymentCan.retry({ state: 'quarantined', kind: 'provision' }, manager).allowed).toBe(true);
    expect(deploymentCan.retry({ state: 'running', kind: 'provision' }, manager).allowed).toBe(false);
    expect(deploymentCan.retry({ state: 'rolled_back', kind: 'decommission' }, boss).allowed).toBe(false);
    expect(deploymentCan.cancel({ state: 'running', kind: 'decommission' }, boss).allowed).toBe(false);
  });

  it('what is put away is said as it is', () => {
    const [archived, removed] = [sample({ state: 'archived' }), sample({ state: 'decommissioned' })];
    expect([sample({ state: 'draft' }), archived, removed].map(noSite)).toEqual(['Not deployed yet', 'Down while the campaign is archived', 'Removed']);
    expect(campaignCan.publish(removed, manager)).toEqual({ allowed: false, reason: 'It has been removed.' });
    expect(putAway(archived)).toMatch(/archived.*Bring it back/);
    expect(putAway(removed)).toMatch(/removed.*stays public/);
    expect(putAway(sample({ state: 'completed' }))).toBeNull();
    const draw = { name: 'Main' } as NonNullable<Campaign['draw']>;
    expect(notShown({ state: 'draft', draw })).toMatch(/Main” is planned/);
    for (const c of [archived, removed]) expect(notShown({ state: c.state, draw })).toBe(putAway(c));
  });

  it('provisioning says what is missing', () => {
    expect(campaignCan.provision(sample({ state: 'draft', slug: null, closesAt: null }), manager)).toEqual({ allowed: false, reason: 'It needs a slug and a closing date first.' });
  });

  it('every refusal has a reason', () => {
    for (const state of [...states, 'archived', 'decommissioned']) {
      for (const verb of Object.keys(campaignCan) as (keyof typeof campaignCan)[]) {
        const verdict = campaignCan[verb](sample({ state }), manager);
        if (!verdict.allowed) expect(verdict.reason).toMatch(/\.$/);
      }
    }
  });
});

describe('deployments and draws', () => {
  it('a deployment is cancelled only while it runs', () => {
    expect(deploymentCan.cancel({ state: 'running' }, manager).allowed).toBe(true);
    for (const state of ['succeeded', 'rolled_back', 'rolling_back', 'quarantined']) expect(deploymentCan.cancel({ state }, manager).allowed).toBe(false);
  });
  it('a draw is run after closing and published after it was run', () => {
    expect(drawCan.run({ state: 'planned' }, sample({ state: 'live' }), manager)).toEqual({ allowed: false, reason: 'The campaign must close first.' });
    expect(drawCan.run({ state: 'planned' }, sample({ state: 'closed' }), manager).allowed).toBe(true);
    expect(drawCan.run({ state: 'drawn' }, sample({ state: 'drawn' }), manager).allowed).toBe(false);
    expect(drawCan.run({ state: 'committed' }, sample({ state: 'closed' }), manager)).toEqual({ allowed: false, reason: 'It is under way, and goes on by itself.' });
    const weekly = { state: 'planned', until: '2026-12-08T00:00:00Z' };
    expect(drawCan.run(weekly, sample({ state: 'live' }), manager, Date.parse('2026-12-07T23:59:59Z'))).toEqual({ allowed: false, reason: 'Its period must end first.' });
    expect(drawCan.run(weekly, sample({ state: 'live' }), manager, Date.parse('2026-12-08T00:00:00Z')).allowed).toBe(true);
    expect(drawCan.publish({ state: 'planned' }, manager).allowed).toBe(false);
    expect(drawCan.publish({ state: 'drawn' }, manager).allowed).toBe(true);
    expect(drawCan.publish({ state: 'completed' }, manager)).toEqual({ allowed: false, reason: 'The winners have been published.' });
  });
});
