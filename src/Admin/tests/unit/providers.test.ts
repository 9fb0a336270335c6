import { describe, expect, it } from 'vitest';
import { noFindings } from '../../src/reconciliation/findings';
import { accountRequest, missing, providers, valuesOfAccount } from '../../src/providers/providers';

const github = providers.find((p) => p.id === 'github')!;
const stored = { provider: 'github', isPlatforms: true, updatedAt: '2026-11-20T09:00:00Z', settings: { organization: null, region: null, instanceSize: null, owner: 'acme', template: 'acme/template', team: null, app: null, installation: null } };

describe('an account at a provider', () => {
  it('begins as it is stored, without its token', () => {
    expect(valuesOfAccount(stored)).toMatchObject({ token: '', owner: 'acme', template: 'acme/template', team: '' });
    expect(valuesOfAccount(undefined)).toMatchObject({ token: '', owner: '' });
  });

  it('is sent with the provider’s own fields alone, and without a token that was not typed', () => {
    expect(accountRequest(github, { ...valuesOfAccount(stored), team: 'team_1', owner: ' new ' })).toEqual({ owner: 'new', template: 'acme/template' });
    expect(accountRequest(github, { ...valuesOfAccount(stored), token: ' ghp_1 ' })).toEqual({ owner: 'acme', template: 'acme/template', token: 'ghp_1' });
  });

  it('says what is missing', () => {
    expect(missing(github, valuesOfAccount(undefined), false)).toEqual({ token: 'Give the token.', owner: 'Give the owner.', template: 'Give the template.' });
    expect(missing(github, valuesOfAccount(stored), true)).toEqual({});
    expect(missing(github, { ...valuesOfAccount(stored), app: '123' }, false)).toEqual({ token: 'Give the private key.', installation: 'Give the installation.' });
    expect(missing(github, { ...valuesOfAccount(stored), installation: '4711' }, true)).toEqual({ app: 'Give the app, or leave the installation out.' });
  });
});

describe('reconciliation', () => {
  it('says that all is well only where every account was compared', () => {
    const [read, failed, unread, partial] = [{ ranAt: 'x', outcome: 'done' }, { ranAt: 'x', outcome: 'failed' }, { ranAt: null, outcome: null }, { ranAt: 'x', outcome: 'partial' }];
    for (const none of [[], [unread], [failed, unread]]) expect(noFindings(none)).toMatch(/No account has been compared yet/);
    for (const some of [[read, unread], [read, failed], [partial]]) expect(noFindings(some)).toMatch(/not every account/);
    expect(noFindings([read])).toBe('All is as campaigns know it.');
  });
});
