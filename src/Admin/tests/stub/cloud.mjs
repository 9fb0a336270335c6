/** Accounts at cloud providers: of the platform under '', of a client under its id. */
export function cloudRoutes({ state, refuse }) {
  state.accounts = new Map();
  const of = (owner) => state.accounts.get(owner) ?? state.accounts.set(owner, new Map()).get(owner);
  const list = (owner) => {
    const platforms = [...of('').values()].map((a) => ({ ...a, isPlatforms: true }));
    const own = owner ? [...of(owner).values()].map((a) => ({ ...a, isPlatforms: false })) : [];
    return { status: 200, body: { items: [...own, ...platforms.filter((a) => !own.some((o) => o.provider === a.provider))] } };
  };
  const set = (owner, provider, { token, ...settings }) => {
    if (!token && !of(owner).has(provider)) return refuse(422, 'provider.invalid', 'The account can’t be like this.', { token: ['Give the token.'] });
    if (token === 'refused') return refuse(422, 'provider.invalid', 'The account can’t be like this.', { token: ['The token has a space in it.'] });
    const account = { provider, updatedAt: new Date().toISOString(), settings: { organization: null, region: null, instanceSize: null, owner: null, template: null, team: null, ...settings } };
    of(owner).set(provider, account);
    return { status: 200, body: { ...account, isPlatforms: owner === '' } };
  };
  return [
    ['GET', /^\/v1\/providers$/, () => list('')],
    ['PUT', /^\/v1\/providers\/(\w+)$/, ({ match, body }) => set('', match[1], body)],
    ['DELETE', /^\/v1\/providers\/(\w+)$/, ({ match }) => ({ status: 204, done: of('').delete(match[1]) })],
    ['GET', /^\/v1\/tenants\/(\w+)\/providers$/, ({ match }) => list(match[1])],
    ['PUT', /^\/v1\/tenants\/(\w+)\/providers\/(\w+)$/, ({ match, body }) => set(match[1], match[2], body)],
    ['DELETE', /^\/v1\/tenants\/(\w+)\/providers\/(\w+)$/, ({ match }) => ({ status: 204, done: of(match[1]).delete(match[2]) })],
  ];
}
