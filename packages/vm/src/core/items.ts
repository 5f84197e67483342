import type { PyValue } from './value.ts';

/*
 * V8 keeps arrays of small integers, of doubles and of anything apart, each with a layout of its own, and the loop's optimised code
 * is thrown away when it meets a layout that it has not met before. So the arrays that the loop reads (the items of lists and
 * tuples, constants, the values of dicts) all begin as arrays of anything; `slice` and `concat` keep that.
 */

/** What {@link newItems} copies: an array that once held an object. Stays empty. */
const anything: PyValue[] = [{} as PyValue];
anything.pop();

/** An empty array for values. */
export function newItems(): PyValue[] {
  return anything.slice();
}

/** `items.map(convert)` */
export function mapItems<T>(items: readonly T[], convert: (item: T) => PyValue): PyValue[] {
  const result = newItems();
  for (const item of items) result.push(convert(item));
  return result;
}
