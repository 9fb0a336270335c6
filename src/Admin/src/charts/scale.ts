/** A round number at or above the largest value: 1, 2 or 5 times a power of ten. */
export function niceTop(largest: number): number {
  if (largest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= largest)!;
}

/** Which labels of so many bars are printed: the first, the last, and at most so many between, evenly. */
export function labelled(count: number, most: number): Set<number> {
  const every = Math.max(1, Math.ceil(count / most));
  return new Set(Array.from({ length: count }, (_, i) => i).filter((i) => i % every === 0));
}
