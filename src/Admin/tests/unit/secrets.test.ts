import { describe, expect, it } from 'vitest';
import { stopping } from '../../src/deployments/words';
import { replaceable } from '../../src/operations/secrets';

describe('replacing a campaign’s keys', () => {
  it.each([
    ['local', ['site_key', 'database_password']],
    [null, ['site_key', 'database_password']],
    ['supabase', ['site_key', 'database_password', 'owner_password']],
  ])('with its database at %s offers %j', (database, expected) =>
    expect(replaceable({ providers: { database } }).map((r) => r.what)).toEqual(expected));

  it('says what stopping it does: nothing that was there goes', () => {
    expect(stopping('rotate_site_key')).toContain('the old one is put back');
    expect(stopping('provision')).toContain('everything that it made is removed');
    expect(stopping('content')).toContain('what stood before stays');
  });
});
