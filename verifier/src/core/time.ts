/** Instants in evidence: RFC 3339 in UTC, a fraction of at most six digits and only if there is one, without trailing zeros. */
const spelling = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{0,5}[1-9]))?Z$/;

/** Microseconds since 1970. Exact: they are far below 2^53. */
export function microseconds(instant: string): number {
  const fraction = spelling.exec(instant);
  const ms = fraction ? Date.parse(`${instant.slice(0, 19)}Z`) : Number.NaN;
  if (!fraction || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== instant.slice(0, 19)) {
    throw new Error(`'${instant}' is not an instant as evidence spells it`);
  }
  return ms * 1000 + Number((fraction[1] ?? '').padEnd(6, '0'));
}

/** For people: an instant of so many microseconds since 1970, to the second. */
export function describe(us: number): string {
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, 19)}Z`;
}
