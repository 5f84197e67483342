import type { PyValue } from '../core/value.ts';
import { Py_EQ, type CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { TypeFlag, listType, tupleType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkNoKeywords, checkPositional } from '../core/arguments.ts';
import { allocateItems } from '../core/limits.ts';
import { indexError, typeError, valueError } from '../core/errors.ts';
import { joinHash } from '../protocol/hash-bits.ts';
import { hasIndex } from '../protocol/number.ts';
import { lengthHint } from '../protocol/length-hint.ts';
import { iterate, toArray } from '../protocol/iterate.ts';
import { subscriptIndex } from '../protocol/ssize.ts';
import { GenericAlias } from './generic_alias.ts';
import { repeatItems, takeSlice } from './list-methods.ts';
import { NotImplemented } from './none.ts';
import { reprItems } from './repr-guard.ts';
import { compareItems, countItem, indexOfItem } from './sequence.ts';
import { PySlice, searchRange, sliceRange } from './slice.ts';
import { tupleHashLow } from './tuple-hash.ts';
import { TupleIterator } from './tuple-iterator.ts';
import { PyTuple, newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

function tuple_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  // A subclass with an __init__ of its own may take keywords there.
  if (type === tupleType || type.tp_init === tupleType.tp_init) checkNoKeywords('tuple', kwnames);
  const positional = args.length - (kwnames?.length ?? 0);
  checkPositional('tuple', args.slice(0, positional), 0, 1);
  const items = positional === 0 ? [] : tupleItems(vm, args[0]);
  if (type !== tupleType) return new PyTuple(items, type);
  return positional > 0 && typeof args[0] === 'object' && args[0].cls === tupleType ? args[0] : newTuple(items);
}

function tupleItems(vm: VM, iterable: PyValue): readonly PyValue[] {
  if (typeof iterable === 'object') {
    if (iterable.cls === tupleType) return (iterable as PyTuple).items;
    if (iterable.cls !== listType && typeOf(iterable).tp_iter !== undefined) {
      const iterator = iterate(vm, iterable);
      lengthHint(vm, iterable, 10);
      return toArray(vm, iterator);
    }
  }
  return toArray(vm, iterable);
}

function tuple_hash(vm: VM, self: PyTuple): PyValue {
  const low = tupleHashLow(vm, self);
  return joinHash(low, vm.hashHigh);
}

function tuple_repr(vm: VM, self: PyTuple): PyValue {
  const { items } = self;
  if (items.length === 0) return '()';
  return reprItems(vm, self, () => items, '(', items.length === 1 ? ',)' : ')', '(...)');
}

function tuple_richcompare(vm: VM, self: PyTuple, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyTuple)) return NotImplemented;
  if (op === Py_EQ) {
    const known = equalAtSight(self.items, other.items);
    if (known !== undefined) return known;
  }
  return compareItems(vm, self, other, op);
}

/** Whether items that are all ints and strs are equal: no Python code can run, so nothing else need be minded. Undefined for others. */
function equalAtSight(left: readonly PyValue[], right: readonly PyValue[]): boolean | undefined {
  const count = left.length;
  if (right.length !== count) return undefined;
  for (let i = 0; i < count; i++) {
    const a = left[i];
    const b = right[i];
    if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return undefined;
    if (a !== b) return false;
  }
  return true;
}

function tuple_iter(vm: VM, self: PyTuple): PyValue {
  return new TupleIterator(self);
}

function tuple_length(vm: VM, self: PyTuple): number {
  return self.items.length;
}

function tuple_contains(vm: VM, self: PyTuple, item: PyValue): boolean {
  return indexOfItem(vm, self, item) >= 0;
}

function tuple_item(vm: VM, self: PyTuple, index: number): PyValue {
  if (index < 0 || index >= self.items.length) throw indexError('tuple index out of range');
  return self.items[index];
}

function tuple_concat(vm: VM, self: PyTuple, other: PyValue): PyValue {
  if (self.items.length === 0 && typeof other === 'object' && other.cls === tupleType) return other;
  if (!(other instanceof PyTuple)) throw typeError(`can only concatenate tuple (not "${typeOf(other).tpName}") to tuple`);
  if (other.items.length === 0 && self.cls === tupleType) return self;
  allocateItems(vm, self.items.length + other.items.length);
  return newTuple(self.items.concat(other.items));
}

function tuple_repeat(vm: VM, self: PyTuple, count: number): PyValue {
  if ((self.items.length === 0 || count === 1) && self.cls === tupleType) return self;
  return newTuple(repeatItems(vm, self.items, count));
}

function tuple_subscript(vm: VM, self: PyTuple, key: PyValue): PyValue {
  if (typeof key === 'number') return tuple_item(vm, self, key < 0 ? key + self.items.length : key);
  if (key instanceof PySlice) {
    const range = sliceRange(vm, key, self.items.length);
    if (range.step === 1 && range.count === self.items.length && self.cls === tupleType) return self;
    return newTuple(takeSlice(vm, self.items, range));
  }
  if (!hasIndex(key)) throw typeError(`tuple indices must be integers or slices, not ${typeOf(key).tpName}`);
  const index = subscriptIndex(vm, key);
  return tuple_item(vm, self, index < 0 ? index + self.items.length : index);
}

function tuple_index(vm: VM, self: PyTuple, value: PyValue, start: PyValue | undefined, stop: PyValue | undefined): PyValue {
  const [from, to] = searchRange(vm, start, stop, self.items.length);
  const index = indexOfItem(vm, self, value, from, to);
  if (index < 0) return vm.raise(valueError('tuple.index(x): x not in tuple'));
  return index;
}

function tuple_count(vm: VM, self: PyTuple, value: PyValue): PyValue {
  return countItem(vm, self, value);
}

function tuple_getnewargs(vm: VM, self: PyTuple): PyValue {
  return newTuple([newTuple(self.items)]);
}

function tuple_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

fillType(tupleType, {
  doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
  textSignature: '(iterable=(), /)',
  basetype: true,
  flags: TypeFlag.TUPLE_SUBCLASS | TypeFlag.SEQUENCE,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: tuple_new,
    tp_repr: tuple_repr,
    tp_hash: tuple_hash,
    tp_richcompare: tuple_richcompare,
    tp_iter: tuple_iter,
    sq_length: tuple_length,
    sq_concat: tuple_concat,
    sq_repeat: tuple_repeat,
    sq_item: tuple_item,
    sq_contains: tuple_contains,
    mp_subscript: tuple_subscript,
  },
  methods: [
    native('__getnewargs__(self, /)', tuple_getnewargs),
    native('index(self, value, start=0, stop=sys.maxsize, /)', tuple_index, 'Return first index of value.\n\nRaises ValueError if the value is not present.'),
    native('count(self, value, /)', tuple_count, 'Return number of occurrences of value.'),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', tuple_class_getitem, 'See PEP 585').unsigned()],
});
