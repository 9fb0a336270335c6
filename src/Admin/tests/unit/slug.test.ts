import { describe, expect, it } from 'vitest';
import { isSlug, slugMax, suggestSlug } from '../../src/campaigns/slug';

describe('a suggested slug', () => {
  it.each([
    ['Summer in Paris', 'summer-in-paris'],
    ['  Été à Paris!  ', 'ete-a-paris'],
    ['Marks & Spencer’s “Big” Win', 'marks-and-spencers-big-win'],
    ['2026 Christmas', 'christmas'],
    ['Straße Ærø Łódź', 'strasse-aero-lodz'],
    ['日本', ''],
    ['', ''],
    ['---', ''],
  ])('of %j is %j', (name, slug) => expect(suggestSlug(name)).toBe(slug));

  it('is cut at a word and stays valid', () => {
    const slug = suggestSlug('The very long name of a campaign that goes on and on');
    expect(slug).toBe('the-very-long-name-of-a-campaign-that');
    expect(slug.length).toBeLessThanOrEqual(slugMax);
    expect(isSlug(suggestSlug('x'.repeat(100)))).toBe(true);
  });
});

describe('a slug', () => {
  it.each(['abc', 'summer-paris', 'a23'])('may be %j', (slug) => expect(isSlug(slug)).toBe(true));
  it.each(['ab', '1abc', 'Abc', 'a_b', 'a b', '', 'a'.repeat(41)])('may not be %j', (slug) => expect(isSlug(slug)).toBe(false));
});
