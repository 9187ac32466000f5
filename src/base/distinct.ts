/** The first of those that agree in their key, in their order; without a key, that agree in all. */
export function distinct<T>(
  items: readonly T[],
  keyOf: (item: T) => string = (item) => JSON.stringify(item),
): T[] {
  return [...new Map([...items].reverse().map((item) => [keyOf(item), item])).values()].reverse();
}
