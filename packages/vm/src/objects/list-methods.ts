import { newItems } from '../core/items.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { TypeFlag, listType, tupleType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkNoKeywords, checkPositional } from '../core/arguments.ts';
import { allocateItems } from '../core/limits.ts';
import { indexError, typeError, valueError } from '../core/errors.ts';
import { callPlain } from '../protocol/call.ts';
import { hasIndex } from '../protocol/number.ts';
import { iterate, toArray } from '../protocol/iterate.ts';
import { lengthHint } from '../protocol/length-hint.ts';
import { reprText } from '../protocol/repr.ts';
import { ssizeArgument, subscriptIndex } from '../protocol/ssize.ts';
import { isTrue } from '../protocol/truth.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { PyGenerator, generatorType } from './generator.ts';
import { drainGenerator } from './generator-methods.ts';
import { GenericAlias } from './generic_alias.ts';
import { ListIterator, ListReverseIterator } from './list-iterators.ts';
import { sortItems } from './list-sort.ts';
import { PyList } from './list.ts';
import { None, NotImplemented } from './none.ts';
import { reprItems } from './repr-guard.ts';
import { compareItems, countItem, indexOfItem } from './sequence.ts';
import { PySlice, adjustSlice, searchRange, unpackSlice } from './slice.ts';
import type { SliceRange } from './slice.ts';
import type { PyTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

function list_new(vm: VM, type: PyType): PyValue {
  return new PyList(newItems(), type);
}

function list_init(vm: VM, self: PyList, args: PyValue[], kwnames: readonly string[] | null): void {
  // A subclass with a __new__ of its own may take keywords there.
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  if (self.cls === listType || self.cls.tp_new === listType.tp_new) checkNoKeywords('list', kwnames);
  checkPositional('list', positional, 0, 1);
  self.items = newItems();
  if (positional.length > 0) extend(vm, self, positional[0]);
}

function list_repr(vm: VM, self: PyList): PyValue {
  return self.items.length === 0 ? '[]' : reprItems(vm, self, () => self.items, '[', ']', '[...]');
}

function list_richcompare(vm: VM, self: PyList, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyList)) return NotImplemented;
  if (self.items.length !== other.items.length && (op === Py_EQ || op === Py_NE)) return op === Py_NE;
  return compareItems(vm, self, other, op);
}

function list_iter(vm: VM, self: PyList): PyValue {
  return new ListIterator(self);
}

function list_length(vm: VM, self: PyList): number {
  return self.items.length;
}

function list_contains(vm: VM, self: PyList, item: PyValue): boolean {
  return indexOfItem(vm, self, item) >= 0;
}

function list_item(vm: VM, self: PyList, index: number): PyValue {
  if (index < 0 || index >= self.items.length) throw indexError('list index out of range');
  return self.items[index];
}

function list_concat(vm: VM, self: PyList, other: PyValue): PyValue {
  if (!(other instanceof PyList)) throw typeError(`can only concatenate list (not "${typeOf(other).tpName}") to list`);
  allocateItems(vm, self.items.length + other.items.length);
  return new PyList(self.items.concat(other.items));
}

function list_repeat(vm: VM, self: PyList, count: number): PyValue {
  return new PyList(repeatItems(vm, self.items, count));
}

/** The items, `count` times over. */
export function repeatItems(vm: VM, items: readonly PyValue[], count: number): PyValue[] {
  const total = items.length * count;
  if (total <= 0) return newItems();
  allocateItems(vm, total);
  let result = items.slice();
  while (2 * result.length <= total) result = result.concat(result);
  return result.length === total ? result : result.concat(result.slice(0, total - result.length));
}

function list_inplace_concat(vm: VM, self: PyList, other: PyValue): PyValue {
  extend(vm, self, other);
  return self;
}

function list_inplace_repeat(vm: VM, self: PyList, count: number): PyValue {
  const repeated = repeatItems(vm, self.items, count);
  self.items.length = 0;
  self.items = repeated;
  return self;
}

function list_subscript(vm: VM, self: PyList, key: PyValue): PyValue {
  if (typeof key === 'number') return list_item(vm, self, key < 0 ? key + self.items.length : key);
  if (key instanceof PySlice) {
    const [start, stop, step] = unpackSlice(vm, key);
    return new PyList(takeSlice(vm, self.items, adjustSlice(start, stop, step, self.items.length)));
  }
  if (!hasIndex(key)) throw badIndex(key);
  const index = subscriptIndex(vm, key);
  return list_item(vm, self, index < 0 ? index + self.items.length : index);
}

function badIndex(key: PyValue): PyBaseException {
  return typeError(`list indices must be integers or slices, not ${typeOf(key).tpName}`);
}

/** The items that a slice picks. */
export function takeSlice(vm: VM, items: readonly PyValue[], range: SliceRange): PyValue[] {
  const { start, step, count } = range;
  allocateItems(vm, count);
  if (step === 1) return items.slice(start, start + count);
  const result = newItems();
  for (let i = 0, at = start; i < count; i++, at += step) result.push(items[at]);
  return result;
}

function list_ass_subscript(vm: VM, self: PyList, key: PyValue, value: PyValue | undefined): void {
  if (key instanceof PySlice) return assignSlice(vm, self, key, value);
  if (!hasIndex(key)) throw badIndex(key);
  let index = subscriptIndex(vm, key);
  if (index < 0) index += self.items.length;
  if (index < 0 || index >= self.items.length) throw indexError('list assignment index out of range');
  if (value === undefined) removeAt(self.items, index);
  else self.items[index] = value;
}

/** Removes one item and gives it. */
function removeAt(items: PyValue[], index: number): PyValue {
  return index === items.length - 1 ? (items.pop() as PyValue) : items.splice(index, 1)[0];
}

function assignSlice(vm: VM, self: PyList, key: PySlice, value: PyValue | undefined): void {
  const [start, stop, step] = unpackSlice(vm, key);
  if (step === 1) {
    const inserted = value === undefined ? [] : sliceSource(vm, self, value, 'can only assign an iterable');
    const range = adjustSlice(start, stop, step, self.items.length);
    return replaceItems(vm, self, range.start, range.count, inserted);
  }
  if (value === undefined) return deleteStepped(vm, self, adjustSlice(start, stop, step, self.items.length));
  const source = sliceSource(vm, self, value, 'must assign iterable to extended slice');
  const range = adjustSlice(start, stop, step, self.items.length);
  if (source.length !== range.count) {
    throw valueError(`attempt to assign sequence of size ${source.length} to extended slice of size ${range.count}`);
  }
  for (let i = 0, at = range.start; i < range.count; i++, at += step) self.items[at] = source[i];
}

/** The items to assign, in an array that does not change. */
function sliceSource(vm: VM, self: PyList, value: PyValue, message: string): readonly PyValue[] {
  if (value === self) return self.items.slice();
  if (typeof value === 'object' && (value.cls === listType || value.cls === tupleType)) return (value as PyList | PyTuple).items;
  let iterator: PyValue;
  try {
    iterator = iterate(vm, value);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(TypeError)) throw typeError(message);
    throw error;
  }
  return toArray(vm, iterator);
}

function replaceItems(vm: VM, self: PyList, start: number, count: number, inserted: readonly PyValue[]): void {
  const { items } = self;
  allocateItems(vm, inserted.length);
  vm.charge((items.length - start) >> 3);
  if (inserted.length === 0) {
    if (start + count === items.length) items.length = start;
    else items.splice(start, count);
  } else if (start === items.length) for (const item of inserted) items.push(item);
  else if (inserted.length === count) for (let i = 0; i < count; i++) items[start + i] = inserted[i];
  else self.items = items.slice(0, start).concat(inserted, items.slice(start + count));
}

function deleteStepped(vm: VM, self: PyList, range: SliceRange): void {
  const { items } = self;
  const { count } = range;
  if (count === 0) return;
  vm.charge(items.length >> 3);
  const step = Math.abs(range.step);
  const first = range.step > 0 ? range.start : range.start + (count - 1) * range.step;
  let to = first;
  for (let from = first, next = first, removed = 0; from < items.length; from++) {
    if (from === next && removed < count) {
      next += step;
      removed++;
    } else items[to++] = items[from];
  }
  items.length = to;
}

/** Appends all items of an iterable: those it has when it is a list or tuple, else as they come. */
function extend(vm: VM, self: PyList, iterable: PyValue): void {
  if (typeof iterable === 'object' && (iterable.cls === listType || iterable.cls === tupleType || iterable === self)) {
    const source = (iterable as PyList | PyTuple).items;
    const count = source.length;
    allocateItems(vm, count);
    if (self.items.length === 0) self.items = source.slice();
    else for (let i = 0; i < count; i++) self.items.push(source[i]);
    return;
  }
  const iterator = iterate(vm, iterable);
  lengthHint(vm, iterable, 8);
  if (iterator instanceof PyGenerator && iterator.cls === generatorType) return drainGenerator(vm, iterator, self);
  const next = typeOf(iterator).tp_iternext as NonNullable<PyType['tp_iternext']>;
  for (let item = next(vm, iterator), count = 0; item !== undefined; item = next(vm, iterator)) {
    self.items.push(item);
    if ((++count & 0x3ff) === 0) {
      vm.charge(0x400);
      allocateItems(vm, 0x400);
    }
  }
}

function list_append(vm: VM, self: PyList, item: PyValue): PyValue {
  self.items.push(item);
  vm.allocated += 8;
  return None;
}

function list_insert(vm: VM, self: PyList, indexValue: PyValue, item: PyValue): PyValue {
  const index = ssizeArgument(vm, indexValue);
  const { items } = self;
  const at = index < 0 ? Math.max(0, index + items.length) : Math.min(index, items.length);
  vm.charge((items.length - at) >> 4);
  if (at === items.length) items.push(item);
  else if (at === 0) items.unshift(item);
  else items.splice(at, 0, item);
  return None;
}

function list_extend(vm: VM, self: PyList, iterable: PyValue): PyValue {
  extend(vm, self, iterable);
  return None;
}

function list_pop(vm: VM, self: PyList, indexValue: PyValue | undefined): PyValue {
  const { items } = self;
  let index = indexValue === undefined ? -1 : ssizeArgument(vm, indexValue);
  if (items.length === 0) return vm.raise(indexError('pop from empty list'));
  if (index < 0) index += items.length;
  if (index < 0 || index >= items.length) return vm.raise(indexError('pop index out of range'));
  vm.charge((items.length - index) >> 4);
  return removeAt(items, index);
}

function list_clear(vm: VM, self: PyList): PyValue {
  self.items = newItems();
  return None;
}

function list_copy(vm: VM, self: PyList): PyValue {
  allocateItems(vm, self.items.length);
  return new PyList(self.items.slice());
}

function list_remove(vm: VM, self: PyList, value: PyValue): PyValue {
  const index = indexOfItem(vm, self, value);
  if (index < 0) return vm.raise(valueError('list.remove(x): x not in list'));
  removeAt(self.items, index);
  return None;
}

function list_index(vm: VM, self: PyList, value: PyValue, start: PyValue | undefined, stop: PyValue | undefined): PyValue {
  const [from, to] = searchRange(vm, start, stop, self.items.length);
  const index = indexOfItem(vm, self, value, from, stop === undefined ? Infinity : to);
  if (index < 0) return vm.raise(valueError(`${reprText(vm, value)} is not in list`));
  return index;
}

function list_count(vm: VM, self: PyList, value: PyValue): PyValue {
  return countItem(vm, self, value);
}

function list_reverse(vm: VM, self: PyList): PyValue {
  vm.charge(self.items.length >> 3);
  self.items.reverse();
  return None;
}

/** The items of a list while it is sorted: none, but it notices when something is added. (All else exchanges `items`.) */
class EmptyWhileSorting extends Array<PyValue> {
  touched = false;

  override push(...items: PyValue[]): number {
    this.touched = true;
    return super.push(...items);
  }
}

/** While it sorts, the list looks empty; whoever changes it then is told (CPython: list_sort_impl). */
function list_sort(vm: VM, self: PyList, key: PyValue | undefined, reverse: PyValue | undefined): PyValue {
  const descending = reverse !== undefined && isTrue(vm, reverse);
  const values = self.items;
  const placeholder = new EmptyWhileSorting();
  self.items = placeholder;
  let changed = false;
  try {
    let keys: PyValue[] | null = null;
    if (key !== undefined && key !== None) {
      keys = newItems();
      for (const value of values) keys.push(callPlain(vm, key, value));
    }
    // Reversing before and after keeps equal items in their order.
    if (descending) {
      values.reverse();
      keys?.reverse();
    }
    try {
      if (values.length > 1) sortItems(vm, values, keys);
    } finally {
      if (descending) values.reverse();
    }
  } finally {
    changed = self.items !== placeholder || placeholder.touched;
    self.items = values;
  }
  if (changed) throw valueError('list modified during sort');
  return None;
}

function list_reversed(vm: VM, self: PyList): PyValue {
  return new ListReverseIterator(self);
}

function list_sizeof(vm: VM, self: PyList): PyValue {
  return 40 + 8 * self.items.length;
}

function list_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

fillType(listType, {
  doc: 'Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.',
  textSignature: '(iterable=(), /)',
  basetype: true,
  flags: TypeFlag.LIST_SUBCLASS | TypeFlag.SEQUENCE,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: list_new,
    tp_init: list_init,
    tp_repr: list_repr,
    tp_hash: null,
    tp_richcompare: list_richcompare,
    tp_iter: list_iter,
    sq_length: list_length,
    sq_concat: list_concat,
    sq_repeat: list_repeat,
    sq_item: list_item,
    sq_contains: list_contains,
    sq_inplace_concat: list_inplace_concat,
    sq_inplace_repeat: list_inplace_repeat,
    mp_subscript: list_subscript,
    mp_ass_subscript: list_ass_subscript,
  },
  methods: [
    native('__getitem__(self, index, /)', list_subscript, 'Return self[index].'),
    native('__reversed__(self, /)', list_reversed, 'Return a reverse iterator over the list.'),
    native('__sizeof__(self, /)', list_sizeof, 'Return the size of the list in memory, in bytes.'),
    native('clear(self, /)', list_clear, 'Remove all items from list.'),
    native('copy(self, /)', list_copy, 'Return a shallow copy of the list.'),
    native('append(self, object, /)', list_append, 'Append object to the end of the list.'),
    native('insert(self, index, object, /)', list_insert, 'Insert object before index.'),
    native('extend(self, iterable, /)', list_extend, 'Extend list by appending elements from the iterable.'),
    native('pop(self, index=-1, /)', list_pop, 'Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.'),
    native('remove(self, value, /)', list_remove, 'Remove first occurrence of value.\n\nRaises ValueError if the value is not present.'),
    native('index(self, value, start=0, stop=sys.maxsize, /)', list_index, 'Return first index of value.\n\nRaises ValueError if the value is not present.'),
    native('count(self, value, /)', list_count, 'Return number of occurrences of value.'),
    native('reverse(self, /)', list_reverse, 'Reverse *IN PLACE*.'),
    native(
      'sort(self, /, *, key=None, reverse=False)',
      list_sort,
      'Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.',
    ),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', list_class_getitem, 'See PEP 585').unsigned()],
});
