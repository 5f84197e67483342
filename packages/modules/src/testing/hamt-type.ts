import { defineType, equals, keyError, native, newTuple, None, NotImplemented, Py_EQ, Py_NE, PyObject } from '@py/vm/native';
import type { CompareOp, NativeDef, PyType, PyValue, VM } from '@py/vm/native';
import { Hamt } from '../hamt.ts';

/* `_testcapi.hamt()`: what contexts keep their variables in, as a Python object (CPython 3.12: Python/hamt.c, _PyHamt_Type). */

class PyHamt extends PyObject {
  readonly hamt: Hamt;
  constructor(hamt: Hamt) {
    super(hamtType);
    this.hamt = hamt;
  }
}

function sameEntries(vm: VM, a: Hamt, b: Hamt): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  return a.entries().every(([key, value]) => {
    const other = b.get(vm, key);
    return other !== undefined && equals(vm, value, other);
  });
}

function changed(self: PyHamt, hamt: Hamt): PyHamt {
  return hamt === self.hamt ? self : new PyHamt(hamt);
}

/** What `items()`, `keys()` and `values()` give: an iterator that knows how much it goes over. */
class HamtIterator extends PyObject {
  readonly all: readonly PyValue[];
  index = 0;
  constructor(all: readonly PyValue[]) {
    super(iteratorType);
    this.all = all;
  }
}

const iteratorType: PyType = defineType('hamt_iterator', {
  slots: {
    tp_iter: (_vm: VM, self: PyValue) => self,
    tp_iternext: (_vm: VM, self: HamtIterator) => (self.index < self.all.length ? self.all[self.index++] : undefined),
    mp_length: (_vm: VM, self: HamtIterator) => self.all.length,
  },
});

const keys = (self: PyHamt): PyValue => new HamtIterator(self.hamt.entries().map(([key]) => key));

const hamtType: PyType = defineType('hamt', {
  hasWeakref: true,
  slots: {
    tp_hash: null,
    tp_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp) {
      if (!(self instanceof PyHamt) || !(other instanceof PyHamt) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
      return sameEntries(vm, self.hamt, other.hamt) === (op === Py_EQ);
    },
    tp_iter: (_vm: VM, self: PyHamt) => keys(self),
    mp_length: (_vm: VM, self: PyHamt) => self.hamt.size,
    mp_subscript(vm: VM, self: PyHamt, key: PyValue) {
      const value = self.hamt.get(vm, key);
      if (value === undefined) throw keyError(key);
      return value;
    },
    sq_contains: (vm: VM, self: PyHamt, key: PyValue) => self.hamt.get(vm, key) !== undefined,
  },
  methods: [
    native('set(self, key, value, /)', (vm: VM, self: PyHamt, key: PyValue, value: PyValue) => changed(self, self.hamt.set(vm, key, value))).unsigned(),
    native('get(self, key, default=None, /)', (vm: VM, self: PyHamt, key: PyValue, fallback: PyValue | undefined) => self.hamt.get(vm, key) ?? fallback ?? None).unsigned(),
    native('delete(self, key, /)', (vm: VM, self: PyHamt, key: PyValue) => changed(self, self.hamt.delete(vm, key))).unsigned(),
    native('items(self, /)', (_vm: VM, self: PyHamt) => new HamtIterator(self.hamt.entries().map((entry) => newTuple([...entry])))).unsigned(),
    native('keys(self, /)', (_vm: VM, self: PyHamt) => keys(self)).unsigned(),
    native('values(self, /)', (_vm: VM, self: PyHamt) => new HamtIterator(self.hamt.entries().map(([, value]) => value))).unsigned(),
  ],
});

export const newHamt: NativeDef = native('hamt()', () => new PyHamt(new Hamt())).unsigned();
