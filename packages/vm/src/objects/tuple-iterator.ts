import type { PyDict } from './dict.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { native } from '../core/native.ts';
import { defineIterator, reduceByIndex, stateIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None } from './none.ts';
import type { PyTuple } from './tuple.ts';
import { emptyTuple } from './tuple.ts';

/** `iter(tuple)` */
export class TupleIterator implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  /** null at the end. */
  tuple: PyTuple | null;
  index: number;

  constructor(tuple: PyTuple) {
    this.cls = tupleIteratorType;
    this.tuple = tuple;
    this.index = 0;
  }
}

/** Next item, or undefined at the end; also what the evaluation loop calls. */
export function tuple_iterator_next(vm: VM, self: TupleIterator): PyValue | undefined {
  const { tuple } = self;
  if (tuple === null) return undefined;
  if (self.index < tuple.items.length) return tuple.items[self.index++];
  self.tuple = null;
  return undefined;
}

function tuple_iterator_length_hint(vm: VM, self: TupleIterator): PyValue {
  return self.tuple === null ? 0 : self.tuple.items.length - self.index;
}

function tuple_iterator_reduce(vm: VM, self: TupleIterator): PyValue {
  return self.tuple === null ? reduceByIndex(vm, emptyTuple) : reduceByIndex(vm, self.tuple, self.index);
}

function tuple_iterator_setstate(vm: VM, self: TupleIterator, state: PyValue): PyValue {
  const index = stateIndex(state, 0, self.tuple === null ? 0 : self.tuple.items.length);
  if (self.tuple !== null) self.index = index;
  return None;
}

export const tupleIteratorType: PyType = defineIterator('tuple_iterator', { tp_iternext: tuple_iterator_next }, [
  native('__length_hint__(self, /)', tuple_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', tuple_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', tuple_iterator_setstate, setstateDoc).unsigned(),
]);
