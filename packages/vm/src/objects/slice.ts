import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments } from '../core/arguments.ts';
import { typeError, valueError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { asIndex, asIndexClamped, hasIndex, normalizeInt } from '../protocol/number.ts';
import { reprText } from '../protocol/repr.ts';
import { richCompare } from '../protocol/compare.ts';
import { joinHash } from '../protocol/hash-bits.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';
import { sliceHashLow } from './tuple-hash.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

/** `slice(start, stop, step)`; None where left out. */
export class PySlice extends PyObject {
  readonly start: PyValue;
  readonly stop: PyValue;
  readonly step: PyValue;

  constructor(start: PyValue, stop: PyValue, step: PyValue) {
    super(sliceType);
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** A slice laid over a sequence: `count` items, the first at `start`, `step` apart. `stop` is clipped too. */
export interface SliceRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly count: number;
}

/** What the slice means for a sequence of this length (CPython: PySlice_Unpack, PySlice_AdjustIndices). */
export function sliceRange(vm: VM, slice: PySlice, length: number): SliceRange {
  const [start, stop, step] = unpackSlice(vm, slice);
  return adjustSlice(start, stop, step, length);
}

/** The three numbers, before the length is known: calls `__index__`, which may change the sequence. */
export function unpackSlice(vm: VM, slice: PySlice): readonly [start: number, stop: number, step: number] {
  const step = slice.step === None ? 1 : sliceIndex(vm, slice.step);
  if (step === 0) throw valueError('slice step cannot be zero');
  const start = slice.start === None ? (step < 0 ? Number.MAX_SAFE_INTEGER : 0) : sliceIndex(vm, slice.start);
  const stop = slice.stop === None ? (step < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER) : sliceIndex(vm, slice.stop);
  return [start, stop, step];
}

/** Start, stop and step of a slice fitted to a length, and how many items it has. CPython 3.12: Objects/sliceobject.c, PySlice_AdjustIndices. */
export function adjustSlice(start: number, stop: number, step: number, length: number): SliceRange {
  const first = clip(start, step, length);
  const last = clip(stop, step, length);
  let count = 0;
  if (step < 0) {
    if (last < first) count = Math.floor((first - last - 1) / -step) + 1;
  } else if (first < last) count = Math.floor((last - first - 1) / step) + 1;
  return { start: first, stop: last, step, count };
}

function clip(index: number, step: number, length: number): number {
  if (index < 0) {
    const fromEnd = index + length;
    return fromEnd < 0 ? (step < 0 ? -1 : 0) : fromEnd;
  }
  return index >= length ? (step < 0 ? length - 1 : length) : index;
}

/** An index as slices accept it: an int of any size, or something with `__index__`. */
export function sliceIndex(vm: VM, value: PyValue): number {
  if (typeof value === 'number') return value;
  if (!hasIndex(value)) throw typeError('slice indices must be integers or None or have an __index__ method');
  return asIndexClamped(vm, value);
}

/** The optional `start`, `stop` arguments of `index`-like methods, clipped to 0…length. */
export function searchRange(vm: VM, start: PyValue | undefined, stop: PyValue | undefined, length: number): readonly [number, number] {
  const clipped = (index: number): number => (index < 0 ? Math.max(0, index + length) : index);
  return [start === undefined ? 0 : clipped(searchIndex(vm, start)), stop === undefined ? length : Math.min(length, clipped(searchIndex(vm, stop)))];
}

/** The same of `find`-like methods, where None counts as not given. */
export function findRange(vm: VM, start: PyValue | undefined, stop: PyValue | undefined, length: number): readonly [number, number] {
  const clipped = (index: number): number => (index < 0 ? Math.max(0, index + length) : index);
  const from = start === undefined || start === None ? 0 : clipped(sliceIndex(vm, start));
  const to = stop === undefined || stop === None ? length : Math.min(length, clipped(sliceIndex(vm, stop)));
  return [from, to];
}

function searchIndex(vm: VM, value: PyValue): number {
  if (!hasIndex(value)) throw typeError('slice indices must be integers or have an __index__ method');
  return asIndexClamped(vm, value);
}

function slice_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  checkArguments('slice', args, kwnames, 1, 3);
  return args.length === 1 ? new PySlice(None, args[0], None) : new PySlice(args[0], args[1], args[2] ?? None);
}

function slice_repr(vm: VM, self: PySlice): PyValue {
  return strFromJS(`slice(${reprText(vm, self.start)}, ${reprText(vm, self.stop)}, ${reprText(vm, self.step)})`);
}

function slice_richcompare(vm: VM, self: PySlice, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PySlice)) return NotImplemented;
  if (self === other) return op === 1 || op === 2 || op === 5;
  return richCompare(vm, newTuple([self.start, self.stop, self.step]), newTuple([other.start, other.stop, other.step]), op);
}

function slice_hash(vm: VM, self: PySlice): PyValue {
  const low = sliceHashLow(vm, [self.start, self.stop, self.step]);
  return joinHash(low, vm.hashHigh);
}

/** `indices` works with ints of any size (CPython: _PySlice_GetLongIndices). */
export function slice_indices(vm: VM, self: PySlice, lengthValue: PyValue): PyValue {
  const length = BigInt(asIndex(vm, lengthValue));
  if (length < 0n) throw valueError('length should not be negative');
  const step = self.step === None ? 1n : bigIndex(vm, self.step);
  if (step === 0n) throw valueError('slice step cannot be zero');
  const lower = step < 0n ? -1n : 0n;
  const upper = step < 0n ? length - 1n : length;
  const bound = (value: PyValue, absent: bigint): bigint => {
    if (value === None) return absent;
    let index = bigIndex(vm, value);
    if (index < 0n) {
      index += length;
      return index < lower ? lower : index;
    }
    return index > upper ? upper : index;
  };
  const start = bound(self.start, step < 0n ? upper : lower);
  const stop = bound(self.stop, step < 0n ? lower : upper);
  return newTuple([normalizeInt(start), normalizeInt(stop), normalizeInt(step)]);
}

function bigIndex(vm: VM, value: PyValue): bigint {
  if (!hasIndex(value)) throw typeError('slice indices must be integers or None or have an __index__ method');
  return BigInt(asIndex(vm, value));
}

function slice_reduce(vm: VM, self: PySlice): PyValue {
  void vm;
  return newTuple([sliceType, newTuple([self.start, self.stop, self.step])]);
}

export const sliceType: PyType = defineType('slice', {
  doc: 'slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).',
  slots: { tp_getattro: genericGetAttr, tp_new: slice_new, tp_repr: slice_repr, tp_richcompare: slice_richcompare, tp_hash: slice_hash },
  methods: [
    native('indices(self, object, /)', slice_indices, 'S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.').unsigned(),
    native('__reduce__(self, /)', slice_reduce, 'Return state information for pickling.').unsigned(),
  ],
  fields: {
    start: { get: (vm, self: PySlice) => self.start },
    stop: { get: (vm, self: PySlice) => self.stop },
    step: { get: (vm, self: PySlice) => self.step },
  },
});
