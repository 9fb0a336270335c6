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
        progress: stage('waiting-for-round', { waitingFor: 'round 1234', resumesAt: '2027-01-01T15:04:00Z' }) });
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
  ];
};
