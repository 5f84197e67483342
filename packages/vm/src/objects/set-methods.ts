import type { PyValue } from '../core/value.ts';
import type { CompareOp, TypeSlots } from '../core/slots.ts';
import type { NativeDef } from '../core/native.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT } from '../core/slots.ts';
import { frozensetType, setType } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments, checkPositional } from '../core/arguments.ts';
import { productHigh } from '../core/int64.ts';
import { keyError } from '../core/errors.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { callMethod } from '../protocol/call.ts';
import { joinHash } from '../protocol/hash-bits.ts';
import { repr } from '../protocol/repr.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { GenericAlias } from './generic_alias.ts';
import { PyList } from './list.ts';
import { None, NotImplemented } from './none.ts';
import { reprEnter, reprLeave } from './repr-guard.ts';
import { SetIterator } from './set-iterator.ts';
import {
  copySet, intersect, isDisjoint, isSubset, isSuperset, subtract, subtractInPlace, symmetricDifference, symmetricDifferenceInPlace, updateSet,
} from './set-operations.ts';
import { PySet } from './set.ts';
import { newTuple } from './tuple.ts';
import { genericGetAttr } from '../protocol/attribute.ts';

export { updateSet } from './set-operations.ts';

function set_new(vm: VM, type: PyType): PyValue {
  return new PySet(type);
}

function set_init(vm: VM, self: PySet, args: PyValue[], kwnames: readonly string[] | null): void {
  checkArguments(kwnames !== null && kwnames.length > 0 ? 'set' : self.cls.name, args, kwnames, 0, 1);
  self.table.clear();
  if (args.length > 0) updateSet(vm, self, args[0]);
}

function frozenset_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type === frozensetType || type.tp_init === frozensetType.tp_init) checkArguments('frozenset', args, kwnames, 0, 0x7fff_ffff);
  const positional = args.slice(0, args.length - (kwnames?.length ?? 0));
  checkPositional(type.name, positional, 0, 1);
  if (positional.length === 0) return new PySet(type);
  const source = positional[0];
  if (type === frozensetType && source instanceof PySet && source.cls === frozensetType) return source;
  const set = new PySet(type);
  updateSet(vm, set, source);
  return set;
}

function set_repr(vm: VM, self: PySet): PyValue {
  const { name } = self.cls;
  if (!reprEnter(vm, self)) return `${name}(...)`;
  try {
    if (self.table.used === 0) return `${name}()`;
    const items = jsText(repr(vm, new PyList(self.table.toArray()))).slice(1, -1);
    return strFromJS(self.cls === setType ? `{${items}}` : `${name}({${items}})`);
  } finally {
    reprLeave(vm, self);
  }
}

/** Independent of the order of the items (CPython: frozenset_hash), in 32-bit halves. */
function frozenset_hash(vm: VM, self: PySet): PyValue {
  if (self.hashValue !== undefined) return self.hashValue;
  const { table } = self;
  let low = 0;
  let high = 0;
  for (let slot = table.nextSlot(0); slot >= 0; slot = table.nextSlot(slot + 1)) {
    const itemLow = table.lowAt(slot);
    const itemHigh = table.highAt(slot);
    // (h ^ 89869747 ^ h << 16) * 3644798167
    const mixedLow = itemLow ^ 89_869_747 ^ (itemLow << 16);
    const mixedHigh = itemHigh ^ ((itemHigh << 16) | (itemLow >>> 16));
    low ^= Math.imul(mixedLow, 3_644_798_167);
    high ^= productHigh(mixedLow, mixedHigh, 3_644_798_167 | 0, 0);
  }
  const count = table.used + 1;
  low ^= Math.imul(count, 1_927_868_237);
  high ^= productHigh(count, 0, 1_927_868_237, 0);
  // h ^= h >> 11 ^ h >> 25
  const by11 = (low >>> 11) | (high << 21);
  const by25 = (low >>> 25) | (high << 7);
  low ^= by11 ^ by25;
  high ^= (high >>> 11) ^ (high >>> 25);
  // h = h * 69069 + 907133923
  high = productHigh(low, high, 69_069, 0);
  const sum = (Math.imul(low, 69_069) >>> 0) + 907_133_923;
  if (sum > 0xffff_ffff) high = (high + 1) | 0;
  low = sum | 0;
  const value = low === -1 && high === -1 ? 590_923_713 : joinHash(low, high);
  self.hashValue = value as number | bigint;
  return value;
}

function set_richcompare(vm: VM, self: PySet, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PySet)) return NotImplemented;
  const mine = self.table.used;
  const theirs = other.table.used;
  switch (op) {
    case Py_EQ:
      return sameSet(vm, self, other);
    case Py_LE:
      return isSubset(vm, self, other);
    case Py_GE:
      return isSuperset(vm, self, other);
    case Py_LT:
      return mine < theirs && isSubset(vm, self, other);
    case Py_GT:
      return mine > theirs && isSuperset(vm, self, other);
    default:
      return !sameSet(vm, self, other);
  }
}

function sameSet(vm: VM, self: PySet, other: PySet): boolean {
  if (self.table.used !== other.table.used) return false;
  if (self.hashValue !== undefined && other.hashValue !== undefined && self.hashValue !== other.hashValue) return false;
  return isSubset(vm, self, other);
}

function set_iter(vm: VM, self: PySet): PyValue {
  return new SetIterator(self);
}

function set_length(vm: VM, self: PySet): number {
  return self.table.used;
}

/** A set cannot be an item, but it is looked for as the frozenset of its items. */
function withFrozenKey<T>(vm: VM, key: PyValue, attempt: (key: PyValue) => T): T {
  try {
    return attempt(key);
  } catch (error) {
    if (!(key instanceof PySet) || !(error instanceof PyBaseException) || !error.cls.isSubtypeOf(TypeError)) throw error;
    const frozen = new PySet(frozensetType);
    updateSet(vm, frozen, key);
    return attempt(frozen);
  }
}

function set_contains(vm: VM, self: PySet, key: PyValue): boolean {
  if (!(key instanceof PySet)) return self.table.has(vm, key);
  return withFrozenKey(vm, key, (item) => self.table.has(vm, item));
}

function set_contains_method(vm: VM, self: PySet, key: PyValue): PyValue {
  return set_contains(vm, self, key);
}

type SetOperation = (vm: VM, left: PySet, right: PyValue) => PyValue;

/** An operator: both operands must be sets. */
const operator = (operation: SetOperation) => (vm: VM, left: PyValue, right: PyValue): PyValue =>
  left instanceof PySet && right instanceof PySet ? operation(vm, left, right) : NotImplemented;

/** An in-place operator: changes and gives `left`. */
const inPlace = (operation: (vm: VM, left: PySet, right: PyValue) => void): ((vm: VM, left: PyValue, right: PyValue) => PyValue) =>
  operator((vm, left, right) => {
    operation(vm, left, right);
    return left;
  });

function union(vm: VM, left: PySet, right: PyValue): PyValue {
  const result = copySet(vm, left);
  if (left !== right) updateSet(vm, result, right);
  return result;
}

function set_add(vm: VM, self: PySet, key: PyValue): PyValue {
  self.table.add(vm, key);
  return None;
}

function set_clear(vm: VM, self: PySet): PyValue {
  self.table.clear();
  return None;
}

function set_copy(vm: VM, self: PySet): PyValue {
  return self.cls === frozensetType ? self : copySet(vm, self);
}

function set_discard(vm: VM, self: PySet, key: PyValue): PyValue {
  withFrozenKey(vm, key, (item) => self.table.discard(vm, item));
  return None;
}

function set_remove(vm: VM, self: PySet, key: PyValue): PyValue {
  if (!withFrozenKey(vm, key, (item) => self.table.discard(vm, item))) return vm.raise(keyError(key));
  return None;
}

function set_pop(vm: VM, self: PySet): PyValue {
  return self.table.pop() ?? vm.raise(keyError('pop from an empty set'));
}

function set_difference(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  if (others.length === 0) return copySet(vm, self);
  const result = subtract(vm, self, others[0]);
  for (const other of others.slice(1)) subtractInPlace(vm, result, other);
  return result;
}

export function set_difference_update(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  for (const other of others) subtractInPlace(vm, self, other);
  return None;
}

function set_intersection(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  return intersectAll(vm, self, others);
}

function intersectAll(vm: VM, self: PySet, others: readonly PyValue[]): PySet {
  if (others.length === 0) return copySet(vm, self);
  return others.reduce((result: PySet, other) => intersect(vm, result, other), self);
}

function set_intersection_update(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  const result = intersectAll(vm, self, others);
  self.table.swap(result.table);
  return None;
}

function set_isdisjoint(vm: VM, self: PySet, other: PyValue): PyValue {
  return isDisjoint(vm, self, other);
}

function set_issubset(vm: VM, self: PySet, other: PyValue): PyValue {
  return isSubset(vm, self, other);
}

function set_issuperset(vm: VM, self: PySet, other: PyValue): PyValue {
  return isSuperset(vm, self, other);
}

function set_symmetric_difference(vm: VM, self: PySet, other: PyValue): PyValue {
  return symmetricDifference(vm, self, other);
}

export function set_symmetric_difference_update(vm: VM, self: PySet, other: PyValue): PyValue {
  symmetricDifferenceInPlace(vm, self, other);
  return None;
}

function set_union(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  const result = copySet(vm, self);
  for (const other of others) {
    if (other !== self) updateSet(vm, result, other);
  }
  return result;
}

function set_update(vm: VM, self: PySet, others: readonly PyValue[]): PyValue {
  for (const other of others) updateSet(vm, self, other);
  return None;
}

function set_reduce(vm: VM, self: PySet): PyValue {
  return newTuple([self.cls, newTuple([new PyList(self.table.toArray())]), callMethod(vm, self, '__getstate__')]);
}

function set_sizeof(vm: VM, self: PySet): PyValue {
  return self.table.byteSize;
}

function set_class_getitem(vm: VM, cls: PyType, item: PyValue): PyValue {
  return new GenericAlias(cls, item);
}

const commonSlots: TypeSlots = {
  tp_repr: set_repr,
  tp_richcompare: set_richcompare,
  tp_iter: set_iter,
  nb_subtract: operator(subtract),
  nb_and: operator(intersect),
  nb_xor: operator(symmetricDifference),
  nb_or: operator(union),
  sq_length: set_length,
  sq_contains: set_contains,
};

const commonMethods: readonly NativeDef[] = [
  native('__contains__(self, object, /)', set_contains_method, 'x.__contains__(y) <==> y in x.').unsigned(),
  native('copy(self, /)', set_copy, 'Return a shallow copy of a set.').unsigned(),
  native('difference(self, /, *others)', set_difference, 'Return the difference of two or more sets as a new set.\n\n(i.e. all elements that are in this set but not the others.)').unsigned(),
  native('intersection(self, /, *others)', set_intersection, 'Return the intersection of two sets as a new set.\n\n(i.e. all elements that are in both sets.)').unsigned(),
  native('isdisjoint(self, other, /)', set_isdisjoint, 'Return True if two sets have a null intersection.').unsigned(),
  native('issubset(self, other, /)', set_issubset, 'Test whether every element in the set is in other.'),
  native('issuperset(self, other, /)', set_issuperset, 'Test whether every element in other is in the set.'),
  native('__reduce__(self, /)', set_reduce, 'Return state information for pickling.').unsigned(),
  native('__sizeof__(self, /)', set_sizeof, 'S.__sizeof__() -> size of S in memory, in bytes').unsigned(),
  native(
    'symmetric_difference(self, other, /)',
    set_symmetric_difference,
    'Return the symmetric difference of two sets as a new set.\n\n(i.e. all elements that are in exactly one of the sets.)',
  ).unsigned(),
  native('union(self, /, *others)', set_union, 'Return the union of sets as a new set.\n\n(i.e. all elements that are in either set.)').unsigned(),
];

const classGetItem: NativeDef = native('__class_getitem__(cls, item, /)', set_class_getitem, 'See PEP 585').unsigned();

fillType(setType, {
  doc: 'set() -> new empty set object\nset(iterable) -> new set object\n\nBuild an unordered collection of unique elements.',
  basetype: true,
  hasWeakref: true,
  slots: {
    tp_getattro: genericGetAttr,
    ...commonSlots,
    tp_new: set_new,
    tp_init: set_init,
    tp_hash: null,
    nb_inplace_subtract: inPlace(subtractInPlace),
    nb_inplace_and: inPlace((vm, left, right) => void set_intersection_update(vm, left, [right])),
    nb_inplace_xor: inPlace(symmetricDifferenceInPlace),
    nb_inplace_or: inPlace(updateSet),
  },
  methods: [
    ...commonMethods,
    native('add(self, object, /)', set_add, 'Add an element to a set.\n\nThis has no effect if the element is already present.').unsigned(),
    native('clear(self, /)', set_clear, 'Remove all elements from this set.').unsigned(),
    native(
      'discard(self, object, /)',
      set_discard,
      'Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.',
    ).unsigned(),
    native('difference_update(self, /, *others)', set_difference_update, 'Remove all elements of another set from this set.').unsigned(),
    native('intersection_update(self, /, *others)', set_intersection_update, 'Update a set with the intersection of itself and another.').unsigned(),
    native('pop(self, /)', set_pop, 'Remove and return an arbitrary set element.\nRaises KeyError if the set is empty.').unsigned(),
    native('remove(self, object, /)', set_remove, 'Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.').unsigned(),
    native('symmetric_difference_update(self, other, /)', set_symmetric_difference_update, 'Update a set with the symmetric difference of itself and another.').unsigned(),
    native('update(self, /, *others)', set_update, 'Update a set with the union of itself and others.').unsigned(),
  ],
  classMethods: [classGetItem],
});

fillType(frozensetType, {
  doc: 'frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nBuild an immutable unordered collection of unique elements.',
  basetype: true,
  hasWeakref: true,
  slots: { ...commonSlots, tp_new: frozenset_new, tp_hash: frozenset_hash },
  methods: commonMethods,
  classMethods: [classGetItem],
});
