/** A secret of a campaign that can be replaced, as the API names it. */
export type Replaceable = 'site_key' | 'database_password' | 'owner_password';

/** What can be replaced of a campaign, and what that does. The owner of a database has a password of its own at a cloud provider alone. */
export function replaceable(c: { providers: { database?: string | null } }): { what: Replaceable; name: string; does: string }[] {
  const isRemote = !!c.providers.database && c.providers.database !== 'local';
  return [
    { what: 'site_key', name: 'Site key', does: 'The site is built again with a new key; the old one is taken for 24 hours more, for pages that are open.' },
    { what: 'database_password', name: 'Database password', does: 'The campaign’s own login to its database gets a new password.' },
    ...(isRemote ? [{ what: 'owner_password' as const, name: 'Database owner’s password', does: 'The login that owns the tables at the provider gets a new password.' }] : []),
  ];
}
