import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { native } from '../core/native.ts';
import { runtimeError } from '../core/errors.ts';
import { builtin, defineIterator } from './iterator.ts';
import { lengthHintDoc, reduceDoc } from './iterator-docs.ts';
import { PyList } from './list.ts';
import type { PySet } from './set.ts';
import { newTuple } from './tuple.ts';

/** `iter(set)` */
export class SetIterator extends PyObject {
  /** null at the end. */
  set: PySet | null;
  /** Size of the set when the iterator was made; -1 after it was found to have changed. */
  used: number;
  slot: number;
  expected: number;

  constructor(set: PySet) {
    super(setIteratorType);
    this.set = set;
    this.used = set.table.used;
    this.slot = 0;
    this.expected = set.table.used;
  }
}

function set_iterator_next(vm: VM, self: SetIterator): PyValue | undefined {
  const { set } = self;
  if (set === null) return undefined;
  if (self.used !== set.table.used) {
    self.used = -1;
    throw runtimeError('Set changed size during iteration');
  }
  const slot = set.table.nextSlot(self.slot);
  if (slot < 0) {
    self.set = null;
    return undefined;
  }
  self.slot = slot + 1;
  self.expected--;
  return set.table.keyAt(slot);
}

function set_iterator_length_hint(vm: VM, self: SetIterator): PyValue {
  return self.set !== null && self.used === self.set.table.used ? self.expected : 0;
}

/** Pickled as an iterator over a list of what is left. */
function set_iterator_reduce(vm: VM, self: SetIterator): PyValue {
  const items: PyValue[] = [];
  if (self.set !== null) {
    const rest = new SetIterator(self.set);
    rest.used = self.used;
    rest.slot = self.slot;
    for (let item = set_iterator_next(vm, rest); item !== undefined; item = set_iterator_next(vm, rest)) items.push(item);
  }
  return newTuple([builtin(vm, 'iter'), newTuple([new PyList(items)])]);
}

export const setIteratorType: PyType = defineIterator('set_iterator', { tp_iternext: set_iterator_next }, [
  native('__length_hint__(self, /)', set_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', set_iterator_reduce, reduceDoc).unsigned(),
]);
