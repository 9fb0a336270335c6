/** Custom domains of a campaign's site; the hosting has them once state.hasDomains is set. */
export function domainRoutes({ state, refuse }) {
  state.domains = [];
  const later = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  const found = (match) => state.domains.find((d) => d.name === match[2]);
  const move = (domain, next) => Object.assign(domain, { problem: null, records: [], isPlaced: true, checkedAt: later(0), nextCheckAt: later(1), ...next });
  const proof = { type: 'TXT', name: '_vercel.example.com', value: 'vc-domain-verify=win.example.com,0123456789abcdef0123', why: 'Proves to Vercel that the domain is yours. It can be removed afterwards.' };
  const alias = { type: 'CNAME', name: 'win.example.com', value: 'd1d4fc829fe7bc7c.vercel-dns-017.com', why: 'Leads visitors to the site. Remove other A, AAAA and CNAME records of this name.' };
  const stages = {
    added: { state: 'pending_verification', records: [proof], problem: 'Vercel does not find the record yet; it may take some hours until it is seen everywhere.' },
    pending_verification: { state: 'verified_misconfigured', records: [alias] },
    verified_misconfigured: { state: 'active', nextCheckAt: later(1440) },
    active: { state: 'active', nextCheckAt: later(1440) },
  };
  return [
    ['GET', /^\/v1\/campaigns\/(\w+)\/domains$/, () => ({ status: 200, body: { isSupported: !!state.hasDomains, items: state.domains } })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/domains$/, ({ body }) => {
      if (body.name.startsWith('https:')) return refuse(422, 'domain.invalid', 'The domain can’t be added.', { name: ['Give the name alone, without https://.'] });
      const domain = { name: body.name, state: 'added', isPlaced: false, problem: null, records: [], addedAt: later(0), checkedAt: null, nextCheckAt: later(0) };
      state.domains.push(domain);
      return { status: 201, body: domain };
    }],
    ['POST', /^\/v1\/campaigns\/(\w+)\/domains\/([\w.-]+)\/check$/, ({ match }) => ({ status: 200, body: move(found(match), stages[found(match).state]) })],
    ['DELETE', /^\/v1\/campaigns\/(\w+)\/domains\/([\w.-]+)$/, ({ match }) => {
      const domain = found(match);
      state.domains = state.domains.filter((d) => d !== domain);
      return { status: 202, body: { ...domain, state: 'removing' } };
    }],
  ];
}
