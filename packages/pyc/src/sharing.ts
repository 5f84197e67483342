import { isCodeObject } from '@py/code';
import { isTuple } from './values.ts';
import type { MarshalSet, MarshalValue } from './values.ts';

/** Stands for every empty tuple: there is only one. */
export const emptyTuple = Symbol('()');
const emptyBytes = Symbol("b''");
const minusZero = Symbol('-0.0');

/** One key for each bytes object of length 1: CPython has only one such object each. */
const oneByte: readonly symbol[] = Array.from({ length: 256 }, (_, byte) => Symbol(`b${byte}`));

/**
 * Which objects more than one container holds. CPython orders a set by the marshal bytes of its items, and those bytes tell just
 * that: so the order depends on reference counts, which follow from the whole value that is written.
 */
export class Sharing {
  private readonly root: MarshalValue;
  private readonly isInterned: (text: string) => boolean;
  /** Made when it is asked for first: most sets hold only what is always shared. */
  private counts: Map<unknown, number> | null;
  /** Sets whose order is known: without them, sets inside sets would be ordered again and again. */
  readonly orders: Map<MarshalSet, readonly MarshalValue[]>;

  constructor(root: MarshalValue, isInterned: (text: string) => boolean) {
    this.root = root;
    this.isInterned = isInterned;
    this.counts = null;
    this.orders = new Map();
  }

  /** Has the object more than one reference in CPython? Small ints, and empty or one-byte bytes and tuples, live forever. */
  isShared(value: MarshalValue): boolean {
    if (typeof value === 'bigint' && value >= -5n && value <= 256n) return true;
    const key = objectKey(value);
    if (typeof key === 'symbol' && key !== minusZero) return true;
    if (this.counts === null) {
      this.counts = new Map();
      this.count(this.root, this.counts);
    }
    return (this.counts.get(key) ?? 0) > 1;
  }

  /** Interned strings do not count: they always have more references. */
  private count(value: MarshalValue, counts: Map<unknown, number>): void {
    if (value === null || typeof value === 'boolean' || (typeof value === 'string' && this.isInterned(value))) return;
    const key = objectKey(value);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count > 0 || typeof value !== 'object') return;
    for (const item of contents(value)) this.count(item, counts);
  }
}

function contents(value: MarshalValue & object): readonly MarshalValue[] {
  if (value instanceof Uint8Array) return [];
  if (isTuple(value)) return value;
  // The bytes of `co_code` are made anew each time: nobody shares them.
  if (isCodeObject(value)) return [value.co_consts, value.co_filename];
  if (value.kind === 'dict') return value.entries.flat();
  return value.kind === 'list' || value.kind === 'set' || value.kind === 'frozenset' ? value.items : [];
}

/** What tells an object from others: the value of a number or str, the identity of the rest, as in a compiled module. */
function objectKey(value: MarshalValue): unknown {
  if (typeof value === 'number') return Object.is(value, -0) ? minusZero : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.length === 0 ? emptyBytes : value.length === 1 ? oneByte[value[0]] : value;
  return isTuple(value) && value.length === 0 ? emptyTuple : value;
}
