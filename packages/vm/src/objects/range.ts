import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { TypeFlag, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments } from '../core/arguments.ts';
import { indexError, overflowError, typeError, valueError } from '../core/errors.ts';
import { equals } from '../protocol/compare.ts';
import { hash } from '../protocol/hash.ts';
import { forEach } from '../protocol/iterate.ts';
import { asIndex, hasIndex, normalizeInt } from '../protocol/number.ts';
import { reprText } from '../protocol/repr.ts';
import { None, NotImplemented } from './none.ts';
import { newRangeIterator } from './range-iterators.ts';
import { PySlice, slice_indices } from './slice.ts';
import { newTuple } from './tuple.ts';
import type { PyTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

export { RangeIterator, rangeIteratorType } from './range-iterators.ts';

/** A plain int. */
type Int = number | bigint;

/** `range(start, stop, step)` */
export class PyRange extends PyObject {
  readonly start: Int;
  readonly stop: Int;
  readonly step: Int;
  /** How many ints it has, of any size. */
  readonly count: Int;

  constructor(start: Int, stop: Int, step: Int) {
    super(rangeType);
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.count = countOf(start, stop, step);
  }
}

function countOf(start: Int, stop: Int, step: Int): Int {
  if (typeof start === 'number' && typeof stop === 'number' && typeof step === 'number') {
    const distance = step > 0 ? stop - start : start - stop;
    if (distance <= 0) return 0;
    if (distance <= Number.MAX_SAFE_INTEGER) return step === 1 || step === -1 ? distance : Math.floor((distance - 1) / Math.abs(step)) + 1;
  }
  const size = BigInt(step);
  const distance = size > 0n ? BigInt(stop) - BigInt(start) : BigInt(start) - BigInt(stop);
  return distance <= 0n ? 0 : normalizeInt((distance - 1n) / (size > 0n ? size : -size) + 1n);
}

/** The item at an index in 0…count. */
function itemAt(range: PyRange, index: Int): Int {
  const { start, step } = range;
  if (typeof start === 'number' && typeof step === 'number' && typeof index === 'number') {
    const item = start + index * step;
    // The product may be rounded only if it is beyond the safe range, and then so is the sum or one of its parts.
    if (Number.isSafeInteger(index * step) && Number.isSafeInteger(item)) return item;
  }
  return normalizeInt(BigInt(start) + BigInt(index) * BigInt(step));
}

function range_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  checkArguments('range', args, kwnames, 1, 3);
  if (args.length === 1) return new PyRange(0, asIndex(vm, args[0]), 1);
  const start = asIndex(vm, args[0]);
  const stop = asIndex(vm, args[1]);
  const step = args.length > 2 ? asIndex(vm, args[2]) : 1;
  if (step === 0) throw valueError('range() arg 3 must not be zero');
  return new PyRange(start, stop, step);
}

function range_repr(vm: VM, self: PyRange): PyValue {
  return self.step === 1 ? `range(${self.start}, ${self.stop})` : `range(${self.start}, ${self.stop}, ${self.step})`;
}

function range_hash(vm: VM, self: PyRange): PyValue {
  return hash(vm, newTuple([self.count, self.count === 0 ? None : self.start, self.count === 0 || self.count === 1 ? None : self.step]));
}

function range_richcompare(vm: VM, self: PyRange, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyRange) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
  const { count } = self;
  const same = count === other.count && (count === 0 || (self.start === other.start && (count === 1 || self.step === other.step)));
  return same === (op === Py_EQ);
}

function range_iter(vm: VM, self: PyRange): PyValue {
  return newRangeIterator(self.start, self.step, self.count);
}

function range_reversed(vm: VM, self: PyRange): PyValue {
  if (self.count === 0) return newRangeIterator(self.start, negate(self.step), 0);
  return newRangeIterator(itemAt(self, normalizeInt(BigInt(self.count) - 1n)), negate(self.step), self.count);
}

function negate(value: Int): Int {
  return typeof value === 'number' ? 0 - value : normalizeInt(-value);
}

function range_bool(vm: VM, self: PyRange): boolean {
  return self.count !== 0;
}

function range_length(vm: VM, self: PyRange): number {
  if (typeof self.count === 'number') return self.count;
  if (self.count > 0x7fff_ffff_ffff_ffffn) throw overflowError('Python int too large to convert to C ssize_t');
  return self.count as unknown as number; // Only len() sees so large a count, and passes it on as it is.
}

/** Position of an int in the range, or null. */
function positionOf(self: PyRange, value: Int): Int | null {
  const { start, step, count } = self;
  if (typeof value === 'number' && typeof start === 'number' && typeof step === 'number' && Number.isSafeInteger(value - start)) {
    const position = (value - start) / step;
    return (value - start) % step === 0 && position >= 0 && position < count ? position + 0 : null;
  }
  const distance = BigInt(value) - BigInt(start);
  if (distance % BigInt(step) !== 0n) return null;
  const position = distance / BigInt(step);
  return position >= 0n && position < BigInt(count) ? normalizeInt(position) : null;
}

/** A plain int or bool; anything else has to be compared item by item. */
function exactInt(value: PyValue): Int | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}

function range_contains(vm: VM, self: PyRange, value: PyValue): boolean {
  const int = exactInt(value);
  if (int !== null) return positionOf(self, int) !== null;
  let found = false;
  forEach(vm, self, (item) => {
    found = equals(vm, item, value);
    return !found;
  });
  return found;
}

function range_count(vm: VM, self: PyRange, value: PyValue): PyValue {
  const int = exactInt(value);
  if (int !== null) return positionOf(self, int) === null ? 0 : 1;
  let count = 0;
  forEach(vm, self, (item) => {
    if (equals(vm, item, value)) count++;
  });
  return count;
}

function range_index(vm: VM, self: PyRange, value: PyValue): PyValue {
  const int = exactInt(value);
  if (int !== null) {
    const position = positionOf(self, int);
    if (position === null) return vm.raise(valueError(`${reprText(vm, value)} is not in range`));
    return position;
  }
  let index = 0;
  let found = false;
  forEach(vm, self, (item) => {
    found = equals(vm, item, value);
    if (!found) index++;
    return !found;
  });
  if (!found) return vm.raise(valueError('sequence.index(x): x not in sequence'));
  return index;
}

function range_item(vm: VM, self: PyRange, index: Int): PyValue {
  const inside = index < 0 ? normalizeInt(BigInt(index) + BigInt(self.count)) : index;
  if (inside < 0 || inside >= self.count) throw indexError('range object index out of range');
  return itemAt(self, inside);
}

function range_subscript(vm: VM, self: PyRange, key: PyValue): PyValue {
  if (key instanceof PySlice) {
    const [start, stop, step] = (slice_indices(vm, key, self.count) as PyTuple).items as Int[];
    return new PyRange(itemAt(self, start), itemAt(self, stop), normalizeInt(BigInt(self.step) * BigInt(step)));
  }
  if (!hasIndex(key)) throw typeError(`range indices must be integers or slices, not ${typeOf(key).tpName}`);
  return range_item(vm, self, asIndex(vm, key));
}

function range_reduce(vm: VM, self: PyRange): PyValue {
  return newTuple([rangeType, newTuple([self.start, self.stop, self.step])]);
}

export const rangeType: PyType = defineType('range', {
  untracked: true,
  doc: 'range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).',
  flags: TypeFlag.SEQUENCE,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: range_new,
    tp_repr: range_repr,
    tp_hash: range_hash,
    tp_richcompare: range_richcompare,
    tp_iter: range_iter,
    nb_bool: range_bool,
    sq_length: range_length,
    sq_item: range_item,
    sq_contains: range_contains,
    mp_subscript: range_subscript,
  },
  methods: [
    native('__reversed__(self, /)', range_reversed, 'Return a reverse iterator.').unsigned(),
    native('__reduce__(self, /)', range_reduce).unsigned(),
    native('count(self, object, /)', range_count, 'rangeobject.count(value) -> integer -- return number of occurrences of value').unsigned(),
    native('index(self, object, /)', range_index, 'rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.').unsigned(),
  ],
  fields: {
    start: { get: (vm, self: PyRange) => self.start },
    stop: { get: (vm, self: PyRange) => self.stop },
    step: { get: (vm, self: PyRange) => self.step },
  },
});
