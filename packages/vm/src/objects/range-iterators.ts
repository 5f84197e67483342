import type { PyDict } from './dict.ts';
import { PyObject, type PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { native } from '../core/native.ts';
import { asIndex, asIndexClamped, normalizeInt } from '../protocol/number.ts';
import { builtin, defineIterator } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None } from './none.ts';
import { PyRange } from './range.ts';
import { newTuple } from './tuple.ts';

/** `iter(range)` while all its ints are safe JavaScript numbers. */
export class RangeIterator implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  next: number;
  readonly step: number;
  remaining: number;

  constructor(start: number, step: number, count: number) {
    this.cls = rangeIteratorType;
    this.next = start;
    this.step = step;
    this.remaining = count;
  }
}

/** `iter(range)` with ints of any size. */
class LongRangeIterator extends PyObject {
  next: bigint;
  readonly step: bigint;
  remaining: bigint;

  constructor(start: bigint, step: bigint, count: bigint) {
    super(longRangeIteratorType);
    this.next = start;
    this.step = step;
    this.remaining = count;
  }
}

export function newRangeIterator(start: number | bigint, step: number | bigint, count: number | bigint): PyValue {
  if (typeof start === 'number' && typeof step === 'number' && typeof count === 'number' && Number.isSafeInteger(start + step * count)) {
    return new RangeIterator(start, step, count);
  }
  return new LongRangeIterator(BigInt(start), BigInt(step), BigInt(count));
}

function range_iterator_next(vm: VM, self: RangeIterator): PyValue | undefined {
  if (self.remaining <= 0) return undefined;
  const value = self.next;
  self.next = value + self.step;
  self.remaining--;
  return value;
}

function range_iterator_length_hint(vm: VM, self: RangeIterator): PyValue {
  return self.remaining;
}

function range_iterator_reduce(vm: VM, self: RangeIterator): PyValue {
  return newTuple([builtin(vm, 'iter'), newTuple([new PyRange(self.next, self.next + self.remaining * self.step, self.step)]), None]);
}

function range_iterator_setstate(vm: VM, self: RangeIterator, state: PyValue): PyValue {
  const index = Math.min(Math.max(asIndexClamped(vm, state), 0), self.remaining);
  self.next += index * self.step;
  self.remaining -= index;
  return None;
}

export const rangeIteratorType: PyType = defineIterator('range_iterator', { tp_iternext: range_iterator_next }, [
  native('__length_hint__(self, /)', range_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', range_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', range_iterator_setstate, setstateDoc).unsigned(),
]);

function longrange_iterator_next(vm: VM, self: LongRangeIterator): PyValue | undefined {
  if (self.remaining <= 0n) return undefined;
  const value = self.next;
  self.next = value + self.step;
  self.remaining--;
  return normalizeInt(value);
}

function longrange_iterator_length_hint(vm: VM, self: LongRangeIterator): PyValue {
  return normalizeInt(self.remaining);
}

function longrange_iterator_reduce(vm: VM, self: LongRangeIterator): PyValue {
  const stop = normalizeInt(self.next + self.remaining * self.step);
  return newTuple([builtin(vm, 'iter'), newTuple([new PyRange(normalizeInt(self.next), stop, normalizeInt(self.step))]), None]);
}

function longrange_iterator_setstate(vm: VM, self: LongRangeIterator, state: PyValue): PyValue {
  let index = BigInt(asIndex(vm, state));
  if (index < 0n) index = 0n;
  if (index > self.remaining) index = self.remaining;
  self.next += index * self.step;
  self.remaining -= index;
  return None;
}

const longRangeIteratorType: PyType = defineIterator('longrange_iterator', { tp_iternext: longrange_iterator_next }, [
  native('__length_hint__(self, /)', longrange_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', longrange_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', longrange_iterator_setstate, setstateDoc).unsigned(),
]);
