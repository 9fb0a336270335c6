/** Accounts at cloud providers: of the platform under '', of a client under its id. */
export function cloudRoutes({ state, id, page, refuse }) {
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
    const account = { provider, updatedAt: new Date().toISOString(), settings: { organization: null, region: null, instanceSize: null, owner: null, template: null, team: null, app: null, installation: null, ...settings } };
    of(owner).set(provider, account);
    return { status: 200, body: { ...account, isPlatforms: owner === '' } };
  };
  const checks = { state: 'failed', checks: [
    { provider: 'github', name: 'token', state: 'passed', message: 'GitHub takes the token.' },
    { provider: 'github', name: 'template', state: 'failed', message: 'acme/site-template is not marked as a template. Mark it in its settings at GitHub.' },
    { provider: 'github', name: 'quota', state: 'unknown', message: 'GitHub does not tell how many repositories are left.' },
  ] };
  const now = () => new Date().toISOString();
  const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString();
  state.reconciled = [
    { tenantId: null, provider: 'github', isDeleting: false, nextAt: day(-1), ranAt: now(), outcome: 'done', message: null, held: 14, ours: 9, due: 1, refusedAt: null },
    { tenantId: null, provider: 'supabase', isDeleting: true, nextAt: day(-1), ranAt: now(), outcome: 'failed', message: 'Supabase refuses the token.', held: 0, ours: 0, due: 6, refusedAt: now() },
  ];
  const finding = (kind, over) => ({ id: id('fnd'), tenantId: null, provider: 'github', part: 'repository', kind, state: 'reported', name: `acme/${kind}`, resourceId: '4711', campaignId: null,
    detail: 'No campaign knows it.', error: null, runs: 2, firstSeenAt: day(9), lastSeenAt: now(), stateAt: day(9), ...over });
  state.findings = [finding('orphan', { state: 'due' }), finding('missing', { detail: 'The campaign’s repository is gone.' }), finding('stranger', { detail: 'It carries the mark of another installation.' })];
  const found = (match) => state.findings.find((f) => f.id === match[1]);
  return [
    ['POST', /^\/v1\/providers\/(\w+)\/check$/, () => ({ status: 200, body: checks })],
    ['POST', /^\/v1\/tenants\/(\w+)\/providers\/(\w+)\/check$/, () => ({ status: 200, body: checks })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/check$/, () => ({ status: 200, body: checks })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/previews$/, ({ c }) => ({ status: 200, body: { url: `${c.siteUrl}#preview=abc`, expiresAt: day(-3) } })],
    ['DELETE', /^\/v1\/campaigns\/(\w+)\/previews$/, () => ({ status: 204 })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/(content|archive|unarchive)$/, ({ c }) => ({ status: 202, body: c })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/rotate$/, ({ c, body }) => {
      if (state.graced) return [refuse(409, 'rotation.too_soon', 'The site key was replaced a short while ago, and the one before is still taken.'), (state.graced = false)][0];
      state.rotated = body.what;
      return { status: 202, body: c };
    }],
    ['POST', /^\/v1\/campaigns\/(\w+)\/decommission$/, ({ c, body }) => {
      if (state.open) return [refuse(422, 'campaign.not_settled', 'The campaign’s data is still needed.', state.open), (state.open = null)][0];
      return { status: 202, body: Object.assign(c, { state: body.confirmName === c.name ? 'decommissioned' : c.state }) };
    }],
    ['POST', /^\/v1\/installation\/confirm$/, () => ({ status: 200, body: { id: 'a'.repeat(32), beganAt: day(1), confirmedAt: (state.confirmedAt = now()) } })],
    ['GET', /^\/v1\/reconciliation\/accounts$/, () => ({ status: 200, body: { items: state.reconciled } })],
    ['PUT', /^\/v1\/reconciliation\/accounts$/, ({ body }) => ({ status: 200, body: Object.assign(state.reconciled.find((a) => a.provider === body.provider), { isDeleting: body.isDeleting }) })],
    ['POST', /^\/v1\/reconciliation\/runs$/, () => ({ status: 202, body: { tenantId: null } })],
    ['GET', /^\/v1\/reconciliation$/, ({ url }) => page(state.findings.filter((f) => !url.searchParams.get('state') || f.state === url.searchParams.get('state')))],
    ['POST', /^\/v1\/reconciliation\/findings\/(\w+)\/delete$/, ({ match }) => ({ status: 202, body: Object.assign(found(match), { state: 'deleting' }) })],
    ['POST', /^\/v1\/reconciliation\/findings\/(\w+)\/dismiss$/, ({ match }) => ({ status: 200, body: Object.assign(found(match), { state: 'dismissed' }) })],
    ['GET', /^\/v1\/providers$/, () => list('')],
    ['PUT', /^\/v1\/providers\/(\w+)$/, ({ match, body }) => set('', match[1], body)],
    ['DELETE', /^\/v1\/providers\/(\w+)$/, ({ match }) => ({ status: 204, done: of('').delete(match[1]) })],
    ['GET', /^\/v1\/tenants\/(\w+)\/providers$/, ({ match }) => list(match[1])],
    ['PUT', /^\/v1\/tenants\/(\w+)\/providers\/(\w+)$/, ({ match, body }) => set(match[1], match[2], body)],
    ['DELETE', /^\/v1\/tenants\/(\w+)\/providers\/(\w+)$/, ({ match }) => ({ status: 204, done: of(match[1]).delete(match[2]) })],
  ];
}
