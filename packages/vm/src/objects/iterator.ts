import { PyObject } from '../core/value.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import type { PyValue } from '../core/value.ts';
import type { TypeSlots } from '../core/slots.ts';
import { Py_EQ } from '../core/slots.ts';
import type { NativeDef } from '../core/native.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { TypeFlag, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { attributeError, overflowError, typeError } from '../core/errors.ts';
import { intValue, isInt } from '../protocol/number.ts';
import { compareBool } from '../protocol/compare.ts';
import { call, callPlain } from '../protocol/call.ts';
import { length } from '../protocol/subscript.ts';
import { IndexError, StopIteration } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { None, NotImplemented } from './none.ts';
import { emptyTuple, newTuple } from './tuple.ts';


/** `iter(iterator)` */
export function selfIter(vm: VM, self: PyValue): PyValue {
  void vm;
  return self;
}

/** A built-in iterator type that Python code cannot instantiate. */
export function defineIterator(name: string, slots: TypeSlots, methods: readonly NativeDef[]): PyType {
  return defineType(name, { flags: TypeFlag.DISALLOW_INSTANTIATION, slots: { tp_iter: selfIter, ...slots }, methods });
}

/** A built-in function as the program sees it now (it may have replaced it in `builtins`). */
export function builtin(vm: VM, name: string): PyValue {
  const found = vm.builtins.get(vm, name);
  if (found === undefined) throw attributeError(name);
  return found;
}

/** `(iter, (what,), index)`: how iterators by index are pickled; without an index when they are at their end. */
export function reduceByIndex(vm: VM, what: PyValue, index?: number): PyValue {
  const iter = builtin(vm, 'iter');
  return index === undefined ? newTuple([iter, newTuple([what])]) : newTuple([iter, newTuple([what]), index]);
}

/** The state given to `__setstate__`, cut to lowest…highest. */
export function stateIndex(value: PyValue, lowest: number, highest: number): number {
  if (!isInt(value)) throw typeError('an integer is required');
  const index = intValue(value);
  if (index < -0x8000_0000_0000_0000n || index > 0x7fff_ffff_ffff_ffffn) throw overflowError('Python int too large to convert to C ssize_t');
  return Math.min(Math.max(Number(index), lowest), highest);
}

/** Calls a function for an iterator's next item; undefined when it raises StopIteration, which ends the iterator. */
export function callForItem(vm: VM, callable: PyValue, args: PyValue[]): PyValue | undefined {
  try {
    return call(vm, callable, args);
  } catch (error) {
    return stopped(error);
  }
}

/** The same with one argument. */
export function callPlainForItem(vm: VM, callable: PyValue, item: PyValue): PyValue | undefined {
  try {
    return callPlain(vm, callable, item);
  } catch (error) {
    return stopped(error);
  }
}

function stopped(error: unknown): undefined {
  if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(StopIteration)) throw error;
  return undefined;
}

/** Iterates over anything with `__getitem__` by 0, 1, 2… until IndexError or StopIteration. */
export class SequenceIterator extends PyObject {
  /** null at the end. */
  seq: PyValue | null;
  index: number;

  constructor(seq: PyValue) {
    super(iteratorType);
    this.seq = seq;
    this.index = 0;
  }
}

/** `iter(seq)` of an object without `__iter__`. It has `sq_item`. */
export function sequenceIterator(seq: PyValue): PyValue {
  return new SequenceIterator(seq);
}

function iterator_next(vm: VM, self: SequenceIterator): PyValue | undefined {
  const { seq } = self;
  if (seq === null) return undefined;
  if (self.index >= Number.MAX_SAFE_INTEGER) throw overflowError('iter index too large');
  try {
    const item = (typeOf(seq).sq_item as NonNullable<PyType['sq_item']>)(vm, seq, self.index);
    self.index++;
    return item;
  } catch (error) {
    if (!(error instanceof PyBaseException) || !(error.cls.isSubtypeOf(IndexError) || error.cls.isSubtypeOf(StopIteration))) throw error;
    self.seq = null;
    return undefined;
  }
}

function iterator_length_hint(vm: VM, self: SequenceIterator): PyValue {
  if (self.seq === null) return 0;
  const type = typeOf(self.seq);
  if (type.sq_length === undefined && type.mp_length === undefined) return NotImplemented;
  return Math.max(0, length(vm, self.seq) - self.index);
}

function iterator_reduce(vm: VM, self: SequenceIterator): PyValue {
  return self.seq === null ? reduceByIndex(vm, emptyTuple) : reduceByIndex(vm, self.seq, self.index);
}

function iterator_setstate(vm: VM, self: SequenceIterator, state: PyValue): PyValue {
  const index = stateIndex(state, 0, Number.MAX_SAFE_INTEGER);
  if (self.seq !== null) self.index = index;
  return None;
}

export const iteratorType: PyType = defineIterator('iterator', { tp_iternext: iterator_next }, [
  native('__length_hint__(self, /)', iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', iterator_setstate, setstateDoc).unsigned(),
]);

/** `iter(callable, sentinel)` */
export class CallableIterator extends PyObject {
  /** null at the end, both. */
  callable: PyValue | null;
  sentinel: PyValue | null;

  constructor(callable: PyValue, sentinel: PyValue) {
    super(callableIteratorType);
    this.callable = callable;
    this.sentinel = sentinel;
  }
}

function callable_iterator_next(vm: VM, self: CallableIterator): PyValue | undefined {
  if (self.callable === null) return undefined;
  const result = callForItem(vm, self.callable, []);
  if (result === undefined) {
    self.callable = self.sentinel = null;
    return undefined;
  }
  // The call may have used up this very iterator.
  if (self.sentinel === null) return undefined;
  if (!compareBool(vm, self.sentinel, result, Py_EQ)) return result;
  self.callable = self.sentinel = null;
  return undefined;
}

function callable_iterator_reduce(vm: VM, self: CallableIterator): PyValue {
  if (self.callable === null) return reduceByIndex(vm, emptyTuple);
  return newTuple([builtin(vm, 'iter'), newTuple([self.callable, self.sentinel as PyValue])]);
}

export const callableIteratorType: PyType = defineIterator('callable_iterator', { tp_iternext: callable_iterator_next }, [
  native('__reduce__(self, /)', callable_iterator_reduce, reduceDoc).unsigned(),
]);
