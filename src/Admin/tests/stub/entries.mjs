/* The stub's entries: a few of a campaign's first pool, the newest first. */

const people = [['Ann', 'Smith', 'West Yorkshire'], ['Bob', 'Jones', 'Kent'], ['Cara', 'Evans', 'Powys']];

const made = (c) => people.map(([firstName, lastName, county], i) => ({
  id: `ent_${i + 1}`, poolId: c.pools[0]?.id ?? 'pool_1', number: 1042 - i, enteredAt: `2026-12-05T10:0${5 - i}:00Z`, outcome: ['gift', 'prize', 'none'][i], prize: ['Sticker', 'Mug', null][i],
  email: `${firstName.toLowerCase()}@example.com`, firstName, lastName, county, excluded: null, bonusTickets: 0,
}));

export const entryRoutes = ({ state, page }) => {
  const all = (c) => (state.entries ??= made(c));
  const find = (entryId) => state.entries.find((e) => e.id === entryId);
  return [
    ['GET', /^\/v1\/campaigns\/(\w+)\/entries$/, ({ c }) => page(all(c))],
    ['POST', /^\/v1\/entries\/(\w+)\/exclude$/, ({ match, body }) => ({ status: 200, body: Object.assign(find(match[1]), { excluded: body.reason }) })],
    ['POST', /^\/v1\/entries\/(\w+)\/restore$/, ({ match }) => ({ status: 200, body: Object.assign(find(match[1]), { excluded: null }) })],
    ['POST', /^\/v1\/entries\/(\w+)\/tickets$/, ({ match, body }) => ({ status: 200, body: Object.assign(find(match[1]), { bonusTickets: body.tickets }) })],
  ];
};
