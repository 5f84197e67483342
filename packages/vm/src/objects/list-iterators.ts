import type { PyDict } from './dict.ts';
import { PyObject, type PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { native } from '../core/native.ts';
import { builtin, defineIterator, reduceByIndex, stateIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { newTuple } from './tuple.ts';

/** `iter(list)`. Sees items that are added while it runs. */
export class ListIterator implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  /** null at the end. */
  list: PyList | null;
  index: number;

  constructor(list: PyList) {
    this.cls = listIteratorType;
    this.list = list;
    this.index = 0;
  }
}

/** Next item, or undefined at the end; also what the evaluation loop calls. */
export function list_iterator_next(vm: VM, self: ListIterator): PyValue | undefined {
  void vm;
  const { list } = self;
  if (list === null) return undefined;
  if (self.index < list.items.length) return list.items[self.index++];
  self.list = null;
  return undefined;
}

function list_iterator_length_hint(vm: VM, self: ListIterator): PyValue {
  void vm;
  return self.list === null ? 0 : Math.max(0, self.list.items.length - self.index);
}

function list_iterator_reduce(vm: VM, self: ListIterator): PyValue {
  return self.list === null ? reduceByIndex(vm, new PyList([])) : reduceByIndex(vm, self.list, self.index);
}

function list_iterator_setstate(vm: VM, self: ListIterator, state: PyValue): PyValue {
  const index = stateIndex(state, 0, self.list === null ? 0 : self.list.items.length);
  if (self.list !== null) self.index = index;
  return None;
}

export const listIteratorType: PyType = defineIterator('list_iterator', { tp_iternext: list_iterator_next }, [
  native('__length_hint__(self, /)', list_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', list_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', list_iterator_setstate, setstateDoc).unsigned(),
]);

/** `reversed(list)` */
export class ListReverseIterator extends PyObject {
  /** null at the end. */
  list: PyList | null;
  /** Index of the next item. */
  index: number;

  constructor(list: PyList) {
    super(listReverseIteratorType);
    this.list = list;
    this.index = list.items.length - 1;
  }
}

function list_reverseiterator_next(vm: VM, self: ListReverseIterator): PyValue | undefined {
  void vm;
  const { list, index } = self;
  if (list !== null && index >= 0 && index < list.items.length) {
    self.index = index - 1;
    return list.items[index];
  }
  self.index = -1;
  self.list = null;
  return undefined;
}

function list_reverseiterator_length_hint(vm: VM, self: ListReverseIterator): PyValue {
  void vm;
  const count = self.index + 1;
  return self.list === null || self.list.items.length < count ? 0 : count;
}

function list_reverseiterator_reduce(vm: VM, self: ListReverseIterator): PyValue {
  if (self.list === null) return reduceByIndex(vm, new PyList([]));
  return newTuple([builtin(vm, 'reversed'), newTuple([self.list]), self.index]);
}

function list_reverseiterator_setstate(vm: VM, self: ListReverseIterator, state: PyValue): PyValue {
  const index = stateIndex(state, -1, self.list === null ? -1 : self.list.items.length - 1);
  if (self.list !== null) self.index = index;
  return None;
}

export const listReverseIteratorType: PyType = defineIterator('list_reverseiterator', { tp_iternext: list_reverseiterator_next }, [
  native('__length_hint__(self, /)', list_reverseiterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', list_reverseiterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', list_reverseiterator_setstate, setstateDoc).unsigned(),
]);
