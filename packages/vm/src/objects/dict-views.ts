import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp, TypeSlots } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT } from '../core/slots.ts';
import { TypeFlag, frozensetType, setType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import type { NativeDef } from '../core/native.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { contains } from '../protocol/contains.ts';
import { callMethod } from '../protocol/call.ts';
import { equals } from '../protocol/compare.ts';
import { forEach, toArray } from '../protocol/iterate.ts';
import { repr } from '../protocol/repr.ts';
import { length } from '../protocol/subscript.ts';
import {
  DictIterator, dictItemIteratorType, dictKeyIteratorType, dictReverseItemIteratorType, dictReverseKeyIteratorType, dictReverseValueIteratorType,
  dictValueIteratorType, itemAt,
} from './dict-iterators.ts';
import type { PyDict } from './dict.ts';
import { PyList } from './list.ts';
import { PyMappingProxy } from './mappingproxy.ts';
import { NotImplemented } from './none.ts';
import { reprEnter, reprLeave } from './repr-guard.ts';
import { set_difference_update, set_symmetric_difference_update, updateSet } from './set-methods.ts';
import { PySet } from './set.ts';
import { PyTuple, newTuple } from './tuple.ts';

/** `dict.keys()`, `dict.values()` or `dict.items()`: the type says which. */
export class DictView extends PyObject {
  readonly mapping: PyDict;

  constructor(dict: PyDict, type: PyType) {
    super(type);
    this.mapping = dict;
  }
}

/** A view that behaves as a set. */
function isSetView(value: PyValue): value is DictView {
  return value instanceof DictView && !value.cls.isSubtypeOf(dictValuesType);
}

function isPlainSet(value: PyValue): value is PySet {
  return value instanceof PySet && (value.cls === setType || value.cls === frozensetType);
}

function view_length(vm: VM, self: DictView): number {
  return self.mapping.size;
}

function view_repr(vm: VM, self: DictView): PyValue {
  if (!reprEnter(vm, self)) return '...';
  try {
    return strFromJS(`${self.cls.name}(${jsText(repr(vm, new PyList(toArray(vm, self))))})`);
  } finally {
    reprLeave(vm, self);
  }
}

function allContained(vm: VM, items: PyValue, container: PyValue): boolean {
  let all = true;
  forEach(vm, items, (item) => {
    all = contains(vm, container, item);
    return all;
  });
  return all;
}

function view_richcompare(vm: VM, self: DictView, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PySet) && !isSetView(other)) return NotImplemented;
  const mine = self.mapping.size;
  const theirs = length(vm, other);
  switch (op) {
    case Py_LT:
      return mine < theirs && allContained(vm, self, other);
    case Py_LE:
      return mine <= theirs && allContained(vm, self, other);
    case Py_EQ:
      return mine === theirs && allContained(vm, self, other);
    case Py_GT:
      return mine > theirs && allContained(vm, other, self);
    case Py_GE:
      return mine >= theirs && allContained(vm, other, self);
    default:
      return !(mine === theirs && allContained(vm, self, other));
  }
}

function toSet(vm: VM, value: PyValue): PySet {
  const set = new PySet();
  updateSet(vm, set, value instanceof DictView && value.cls === dictKeysType ? value.mapping : value);
  return set;
}

/** Which operand is walked, and so the order of the result, is CPython's choice (_PyDictView_Intersect). */
function view_and(vm: VM, left: PyValue, right: PyValue): PyValue {
  let view = left;
  let other = right;
  if (!isSetView(view)) [view, other] = [other, view];
  if (other instanceof PySet && other.cls === setType && length(vm, view) <= other.table.used) return callMethod(vm, other, 'intersection', [view]);
  if (isSetView(other) && other.mapping.size > (view as DictView).mapping.size) [view, other] = [other, view];
  const result = new PySet();
  forEach(vm, other, (item) => {
    if (viewContains(vm, view as DictView, item)) result.table.add(vm, item);
  });
  return result;
}

function viewContains(vm: VM, view: DictView, item: PyValue): boolean {
  return view.cls.isSubtypeOf(dictKeysType) ? keys_contains(vm, view, item) : items_contains(vm, view, item);
}

function view_sub(vm: VM, left: PyValue, right: PyValue): PyValue {
  const result = toSet(vm, left);
  set_difference_update(vm, result, [right]);
  return result;
}

function view_or(vm: VM, left: PyValue, right: PyValue): PyValue {
  const result = toSet(vm, left);
  updateSet(vm, result, right);
  return result;
}

function isItemsView(value: PyValue): value is DictView {
  return value instanceof DictView && value.cls.isSubtypeOf(dictItemsType);
}

function view_xor(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (isItemsView(left) && isItemsView(right)) {
    return items_xor(vm, left.mapping, right.mapping);
  }
  const result = toSet(vm, left);
  set_symmetric_difference_update(vm, result, right);
  return result;
}

/** Without comparing values whose keys are in one dict only (CPython: dictitems_xor). */
function items_xor(vm: VM, left: PyDict, right: PyDict): PyValue {
  const [small, large] = left.size > right.size ? [right, left] : [left, right];
  const rest = small.copy();
  const result = new PySet();
  for (let entry = large.nextEntry(0); entry >= 0; entry = large.nextEntry(entry + 1)) {
    const key = large.keyAt(entry);
    const value = large.valueAt(entry);
    const other = rest.get(vm, key);
    if (other !== undefined && equals(vm, other, value)) rest.delete(vm, key);
    else result.table.add(vm, newTuple([key, value]));
  }
  for (let entry = rest.nextEntry(0); entry >= 0; entry = rest.nextEntry(entry + 1)) result.table.add(vm, itemAt(rest, entry));
  return result;
}

function view_isdisjoint(vm: VM, self: DictView, other: PyValue): PyValue {
  if (self === other) return self.mapping.size === 0;
  let walked = other;
  let container: PyValue = self;
  // Only of sets is it known that asking them is cheap.
  if ((isPlainSet(other) || isSetView(other)) && length(vm, other) > self.mapping.size) [walked, container] = [self, other];
  let disjoint = true;
  forEach(vm, walked, (item) => {
    disjoint = !contains(vm, container, item);
    return disjoint;
  });
  return disjoint;
}

function keys_iter(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictKeyIteratorType);
}

function keys_contains(vm: VM, self: DictView, key: PyValue): boolean {
  return self.mapping.has(vm, key);
}

function keys_reversed(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictReverseKeyIteratorType);
}

function values_iter(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictValueIteratorType);
}

function values_reversed(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictReverseValueIteratorType);
}

function items_iter(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictItemIteratorType);
}

function items_contains(vm: VM, self: DictView, item: PyValue): boolean {
  if (!(item instanceof PyTuple) || item.items.length !== 2) return false;
  const value = self.mapping.get(vm, item.items[0]);
  return value !== undefined && equals(vm, value, item.items[1]);
}

function items_reversed(vm: VM, self: DictView): PyValue {
  return new DictIterator(self.mapping, dictReverseItemIteratorType);
}

const setSlots: TypeSlots = { tp_richcompare: view_richcompare, tp_hash: null, nb_and: view_and, nb_subtract: view_sub, nb_or: view_or, nb_xor: view_xor };
const isdisjoint: NativeDef = native('isdisjoint(self, other, /)', view_isdisjoint, 'Return True if the view and the given iterable have a null intersection.').unsigned();

function defineView(name: string, what: string, slots: TypeSlots, reversed: (vm: VM, self: DictView) => PyValue, methods: readonly NativeDef[]): PyType {
  return defineType(name, {
    flags: TypeFlag.DISALLOW_INSTANTIATION,
    slots: { tp_repr: view_repr, sq_length: view_length, ...slots },
    methods: [...methods, native('__reversed__(self, /)', reversed, `Return a reverse iterator over the dict ${what}.`).unsigned()],
    getset: { mapping: { get: (vm, self: DictView) => new PyMappingProxy(self.mapping), doc: 'dictionary that this view refers to' } },
  });
}

/** Type of `dict.keys()`. */
export const dictKeysType: PyType = defineView('dict_keys', 'keys', { ...setSlots, tp_iter: keys_iter, sq_contains: keys_contains }, keys_reversed, [isdisjoint]);
/** Type of `dict.values()`. */
export const dictValuesType: PyType = defineView('dict_values', 'values', { tp_iter: values_iter }, values_reversed, []);
/** Type of `dict.items()`. */
export const dictItemsType: PyType = defineView('dict_items', 'items', { ...setSlots, tp_iter: items_iter, sq_contains: items_contains }, items_reversed, [isdisjoint]);
