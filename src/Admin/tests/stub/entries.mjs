/* The stub's entries: a few of a campaign's first pool, the newest first. */

const people = [['Ann', 'Smith', 'West Yorkshire'], ['Bob', 'Jones', 'Kent'], ['Cara', 'Evans', 'Powys']];

export const entriesOf = (c) => people.map(([firstName, lastName, county], i) => ({
  id: `ent_${i + 1}`, poolId: c.pools[0]?.id ?? 'pool_1', number: 1042 - i, enteredAt: `2026-12-05T10:0${5 - i}:00Z`, outcome: ['gift', 'prize', 'none'][i], prize: ['Sticker', 'Mug', null][i],
  email: `${firstName.toLowerCase()}@example.com`, firstName, lastName, county,
}));
