import { isCodeObject } from '@py/code';
import { isTuple } from './values.ts';
import type { MarshalValue } from './values.ts';

// CPython orders a set by the marshal bytes of its items, and those bytes tell whether more than one container holds the item.
// So its order depends on reference counts, which follow from the whole object that is written.

/** How many containers hold each object. */
export type ReferenceCounts = ReadonlyMap<unknown, number>;

/** Stands for every empty tuple: there is only one. */
export const emptyTuple = Symbol('()');
const emptyBytes = Symbol("b''");
const minusZero = Symbol('-0.0');

/** What tells an object from others: the value of a number or str, the identity of the rest, as in a compiled module. */
function objectKey(value: MarshalValue): unknown {
  if (typeof value === 'number') return Object.is(value, -0) ? minusZero : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.length === 0 ? emptyBytes : value.length === 1 ? oneByte[value[0]] : value;
  return isTuple(value) && value.length === 0 ? emptyTuple : value;
}

/** One key for each bytes object of length 1: CPython has only one such object each. */
const oneByte: readonly symbol[] = Array.from({ length: 256 }, (_, byte) => Symbol(`b${byte}`));

/** Has the object more than one reference in CPython? Small ints, and empty or one-byte bytes and tuples, live forever. */
export function isShared(counts: ReferenceCounts, value: MarshalValue): boolean {
  if (typeof value === 'bigint' && value >= -5n && value <= 256n) return true;
  const key = objectKey(value);
  return typeof key === 'symbol' ? key !== minusZero || (counts.get(key) ?? 0) > 1 : (counts.get(key) ?? 0) > 1;
}

/** Counts the references inside an object. Interned strings do not count: they always have more. */
export function countReferences(root: MarshalValue, isInterned: (text: string) => boolean): ReferenceCounts {
  const counts = new Map<unknown, number>();
  const visit = (value: MarshalValue): void => {
    if (value === null || typeof value === 'boolean' || (typeof value === 'string' && isInterned(value))) return;
    const key = objectKey(value);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count > 0 || typeof value !== 'object' || value instanceof Uint8Array) return;
    if (isTuple(value)) value.forEach(visit);
    else if (isCodeObject(value)) [value.co_consts, value.co_code, value.co_filename].forEach(visit);
    else if (value.kind === 'list' || value.kind === 'set' || value.kind === 'frozenset') value.items.forEach(visit);
    else if (value.kind === 'dict') value.entries.flat().forEach(visit);
  };
  visit(root);
  return counts;
}
