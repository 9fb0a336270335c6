import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { titleOf, titles, type Notice } from '../../src/notices/notices';

/** What the platform gives notice of is listed in one place, which this UI does not read. */
const kinds = [...readFileSync(new URL('../../../Domain/Notices/NoticeKinds.cs', import.meta.url), 'utf8').matchAll(/const string \w+ = "([^"]+)"/g)].map((m) => m[1]!);

describe('alerts', () => {
  it('have words for every kind of notice there is, and for no other', () => {
    expect(kinds.length).toBeGreaterThan(10);
    expect(Object.keys(titles).toSorted()).toEqual(kinds.toSorted());
    for (const kind of kinds) expect(titleOf({ kind } as Notice)).not.toContain('.');
  });
});
