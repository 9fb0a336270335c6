/* The stub's draws: the walk itself moves them from stage to stage, so that each can be looked at. */

const winner = (id, position, role, prize, name, county) => ({
  position, role, prize, entryId: id('ent'), state: 'provisional', name, email: `${name.split(' ')[0].toLowerCase()}@example.com`, county, inheritedFrom: null, claim: null,
});

export const drawOf = (state, c, fields, over = {}) => ({
  id: fields.id, campaignId: c.id, name: fields.name, state: 'planned', level: fields.level ?? 'beacon', rule: fields.rule ?? 'one-per-person', reserves: fields.reserves ?? 0,
  from: fields.from ?? null, until: fields.until ?? null, at: fields.at ?? null, drawnAt: null, publishedAt: null, addedLater: false, claimDays: fields.claimDays ?? null, succeeds: fields.succeeds ?? null,
  succeededBy: null, voidReason: null, round: null, roundAt: null, progress: null, commitmentHash: null, commitmentUrl: null, certificateUrl: null, certificatePageUrl: null, entriesUrl: null,
  observers: [], events: [], prizes: fields.prizes.flatMap((p) => Array(p.quantity ?? 1).fill(p.name ?? p)), rulesHash: null, secretHash: null, root: null, eligible: null, excluded: null, winners: [], ...over,
});

export const drawsOf = (state, c) => {
  if (!state.draws.has(c.id)) state.draws.set(c.id, []);
  const draws = state.draws.get(c.id);
  for (const fields of [c.draw, ...(c.furtherDraws ?? [])].filter(Boolean)) if (!draws.some((d) => d.id === fields.id)) draws.push(drawOf(state, c, fields));
  return draws;
};

/** Moves a draw under way to its next stage. */
export function stepDraw(draw, id) {
  const stage = (name, over = {}) => ({ stage: name, done: null, total: null, waitingFor: null, resumesAt: null, ...over });
  const proof = `/v1/sites/summer-in-paris/draws/${draw.id}`;
  switch (draw.progress?.stage) {
    case 'building-list':
      return Object.assign(draw, { state: 'committed', eligible: 1038, excluded: 4, root: 'ab'.repeat(32), rulesHash: 'cd'.repeat(32), secretHash: 'ef'.repeat(32), commitmentHash: '12'.repeat(32),
        round: 1234, roundAt: '2027-01-01T15:04:00Z', commitmentUrl: `${proof}/commitment`, entriesUrl: `${proof}/entries.jsonl`,
        progress: stage('waiting-for-round', { waitingFor: 'Round 1234 appears at 2027-01-01T15:04:00Z.', resumesAt: '2027-01-01T15:04:00Z' }) });
    case 'waiting-for-round':
      return Object.assign(draw, { state: 'drawn', drawnAt: '2027-01-01T15:04:05Z', progress: null, certificateUrl: `${proof}/certificate`, certificatePageUrl: `${proof}/certificate.html`,
        winners: [winner(id, 1, 'winner', draw.prizes[0], 'Ann Smith', 'West Yorkshire'), winner(id, 2, 'reserve', null, 'Bob Jones', 'Kent'), winner(id, 3, 'reserve', null, 'Cara Evans', 'Powys')] });
    default:
      return Object.assign(draw, { state: 'frozen', progress: stage('building-list', { done: 2500, total: 10_000 }) });
  }
}

/** Routes of draws, as the stub's others: method, pattern, answer. */
export const drawRoutes = ({ state, id, page, refuse }) => {
  const find = (drawId) => [...state.draws.values()].flat().find((d) => d.id === drawId);
  return [
    ['GET', /^\/v1\/campaigns\/(\w+)\/draws$/, ({ c }) => page(drawsOf(state, c))],
    ['POST', /^\/v1\/draws\/(\w+)\/run$/, ({ match }) => ({ status: 202, body: stepDraw(find(match[1]), id) })],
    ['POST', /^\/v1\/draws\/(\w+)\/publish$/, ({ match }) => {
      const draw = find(match[1]);
      if (draw.state !== 'drawn') return refuse(409, 'draw.wrong_state', 'Run it first.');
      draw.winners.forEach((w) => w.state === 'provisional' && (w.state = 'published'));
      const c = state.campaigns.find((x) => x.id === draw.campaignId);
      c.state = 'completed';
      return { status: 200, body: Object.assign(draw, { state: 'completed', publishedAt: new Date().toISOString() }) };
    }],
    ['POST', /^\/v1\/campaigns\/(\w+)\/draws$/, ({ c, body }) => {
      if (!body.name) return refuse(422, 'campaign.invalid', 'Some settings are not right.', { name: ['is required.'] });
      const draw = drawOf(state, c, { ...body, id: id('drw') }, { addedLater: !!c.publishedAt });
      drawsOf(state, c).push(draw);
      if (body.succeeds) find(body.succeeds).succeededBy = draw.id;
      return { status: 201, body: draw };
    }],
    ['POST', /^\/v1\/draws\/(\w+)\/winners\/(\d+)\/replace$/, ({ match, body }) => {
      const draw = find(match[1]);
      const lost = draw.winners.find((w) => w.position === Number(match[2]));
      const next = draw.winners.find((w) => w.role === 'reserve' && w.prize === null && w.state !== 'replaced');
      if (body.reason === 'under-age' && !body.evidence) return refuse(422, 'draw.replacement_invalid', 'Evidence is missing.', { evidence: ['is required.'] });
      if (next) Object.assign(next, { prize: lost.prize, inheritedFrom: lost.position });
      Object.assign(lost, { state: 'replaced', prize: null });
      draw.events.push({ kind: 'winner-replaced', position: 1, reasonCode: body.reason, clause: body.clause ?? null, evidenceHash: body.evidence ? '7b'.repeat(32) : null, actor: 'usr_admin', at: '2027-01-02T10:00:00Z' });
      return { status: 200, body: draw };
    }],
    ['POST', /^\/v1\/draws\/(\w+)\/void$/, ({ match, body }) => {
      const draw = find(match[1]);
      draw.events.push({ kind: 'voided', position: null, reasonCode: 'declared-void', clause: null, evidenceHash: null, actor: 'usr_admin', at: '2027-01-03T10:00:00Z' });
      return { status: 200, body: Object.assign(draw, { state: 'void', voidReason: body.reason }) };
    }],
    ['POST', /^\/v1\/draws\/(\w+)\/observers$/, ({ match, body }) => {
      const observer = { id: id('obs'), name: body.name, state: 'pending', createdAt: '2027-01-01T09:00:00Z', suppliedAt: null };
      find(match[1]).observers.push(observer);
      return { status: 201, body: { ...observer, url: `https://example.com/observe#${match[1]}.${'0a'.repeat(16)}` } };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/claims$/, ({ c, url }) => page((state.claims ??= claimsOf(drawsOf(state, c)[0])).filter((claim) => !url.searchParams.get('state') || claim.state === url.searchParams.get('state')))],
    ['PATCH', /^\/v1\/claims\/(\w+)$/, ({ match, body }) => ({ status: 200, body: Object.assign(state.claims.find((claim) => claim.id === match[1]), body) })],
  ];
};

const claimsOf = (draw) => [
  { id: 'clm_1', drawId: draw.id, position: 1, entryId: 'ent_1', prize: 'Weekend in Paris', state: 'claimed', toldAt: '2027-01-01T16:00:00Z', deadline: '2027-01-15T16:00:00Z', claimedAt: '2027-01-02T08:00:00Z',
    mail: 'sent', dispatchedAt: null, deliveredAt: null, fulfilBy: '2027-01-31T16:00:00Z', overdue: true, name: 'Ann Smith', address: '1 High Street\nLeeds LS1 1AA', phone: '0113 496 0000', guardian: null,
    email: 'ann@example.com', publication: 'objected', carrier: null, reference: null, note: null },
  { id: 'clm_2', drawId: draw.id, position: 2, entryId: 'ent_2', prize: 'Mug', state: 'told', toldAt: '2027-01-01T16:00:00Z', deadline: '2027-01-15T16:00:00Z', claimedAt: null,
    mail: 'sent', dispatchedAt: null, deliveredAt: null, fulfilBy: null, overdue: false, name: null, address: null, phone: null, guardian: null, email: 'bob@example.com', publication: null, carrier: null, reference: null, note: null },
];
