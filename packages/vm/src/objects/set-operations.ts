/*
 * The operations of sets, each walking the operand that CPython 3.12 walks (Objects/setobject.c), since that decides the order of
 * the result and which `__eq__` is called.
 */
import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { dictType, frozensetType, setType } from '../core/type.ts';
import { hashLow } from '../protocol/hash-bits.ts';
import { forEach } from '../protocol/iterate.ts';
import { PyDict } from './dict.ts';
import { PySet } from './set.ts';

/** set or frozenset, whichever the class derives from: what operations on subclasses give. */
export function baseSetType(type: PyType): PyType {
  return type === setType || type === frozensetType ? type : type.isSubtypeOf(frozensetType) ? frozensetType : setType;
}

function isExactDict(value: PyValue): value is PyDict {
  return value instanceof PyDict && value.cls === dictType;
}

/** Calls `visit` with each item of a table and its hash. */
function eachEntry(set: PySet, visit: (key: PyValue, low: number, high: number) => boolean | void): void {
  const { table } = set;
  for (let slot = table.nextSlot(0); slot >= 0; slot = table.nextSlot(slot + 1)) {
    if (visit(table.keyAt(slot), table.lowAt(slot), table.highAt(slot)) === false) return;
  }
}

/** Adds the items of any iterable. */
export function updateSet(vm: VM, self: PySet, other: PyValue): void {
  const { table } = self;
  if (other instanceof PySet) {
    vm.charge(other.table.used * 2);
    return table.merge(vm, other.table);
  }
  if (isExactDict(other)) {
    table.reserve(other.size);
    for (let entry = other.nextEntry(0); entry >= 0; entry = other.nextEntry(entry + 1)) {
      const low = other.hashLowAt(vm, entry);
      table.addHashed(vm, other.keyAt(entry), low, vm.hashHigh);
    }
    return;
  }
  forEach(vm, other, (item) => {
    table.add(vm, item);
    vm.ticks -= 2;
  });
}

/** A new set of the base class with the items of `other`. */
export function setFrom(vm: VM, type: PyType, other: PyValue): PySet {
  const set = new PySet(baseSetType(type));
  updateSet(vm, set, other);
  return set;
}

export function copySet(vm: VM, self: PySet): PySet {
  return setFrom(vm, self.cls, self);
}

export function intersect(vm: VM, self: PySet, other: PyValue): PySet {
  if (self === other) return copySet(vm, self);
  const result = new PySet(baseSetType(self.cls));
  if (other instanceof PySet) {
    let [large, small] = [self, other];
    if (small.table.used > large.table.used) [large, small] = [small, large];
    vm.charge(small.table.used * 2);
    eachEntry(small, (key, low, high) => {
      if (large.table.hasHashed(vm, key, low, high)) result.table.addHashed(vm, key, low, high);
    });
    return result;
  }
  forEach(vm, other, (key) => {
    const low = hashLow(vm, key);
    const high = vm.hashHigh;
    if (self.table.hasHashed(vm, key, low, high)) result.table.addHashed(vm, key, low, high);
  });
  return result;
}

export function isDisjoint(vm: VM, self: PySet, other: PyValue): boolean {
  if (self === other) return self.table.used === 0;
  let disjoint = true;
  if (other instanceof PySet && (other.cls === setType || other.cls === frozensetType)) {
    let [large, small] = [self, other];
    if (small.table.used > large.table.used) [large, small] = [small, large];
    eachEntry(small, (key, low, high) => (disjoint = !large.table.hasHashed(vm, key, low, high)));
    return disjoint;
  }
  forEach(vm, other, (key) => (disjoint = !self.table.has(vm, key)));
  return disjoint;
}

export function subtractInPlace(vm: VM, self: PySet, other: PyValue): void {
  const { table } = self;
  if (self === other) return table.clear();
  if (other instanceof PySet) {
    // Of a much larger set only the common items matter.
    const removed = other.table.used >> 3 > table.used ? intersect(vm, self, other) : other;
    vm.charge(removed.table.used * 2);
    eachEntry(removed, (key, low, high) => void table.discardHashed(vm, key, low, high));
  } else forEach(vm, other, (key) => void table.discard(vm, key));
  table.shedRemoved();
}

export function subtract(vm: VM, self: PySet, other: PyValue): PySet {
  const otherSize = other instanceof PySet ? other.table.used : isExactDict(other) ? other.size : -1;
  if (otherSize < 0 || self.table.used >> 2 > otherSize) {
    const result = copySet(vm, self);
    subtractInPlace(vm, result, other);
    return result;
  }
  const result = new PySet(baseSetType(self.cls));
  vm.charge(self.table.used * 2);
  eachEntry(self, (key, low, high) => {
    const shared = other instanceof PySet ? other.table.hasHashed(vm, key, low, high) : (other as PyDict).hasHashed(vm, key, low, high);
    if (!shared) result.table.addHashed(vm, key, low, high);
  });
  return result;
}

export function symmetricDifferenceInPlace(vm: VM, self: PySet, other: PyValue): void {
  const { table } = self;
  if (self === other) return table.clear();
  const toggle = (key: PyValue, low: number, high: number): void => {
    if (!table.discardHashed(vm, key, low, high)) table.addHashed(vm, key, low, high);
  };
  if (isExactDict(other)) {
    for (let entry = other.nextEntry(0); entry >= 0; entry = other.nextEntry(entry + 1)) {
      const low = other.hashLowAt(vm, entry);
      toggle(other.keyAt(entry), low, vm.hashHigh);
    }
    return;
  }
  eachEntry(other instanceof PySet ? other : setFrom(vm, self.cls, other), toggle);
}

export function symmetricDifference(vm: VM, self: PySet, other: PyValue): PySet {
  const result = setFrom(vm, self.cls, other);
  symmetricDifferenceInPlace(vm, result, self);
  return result;
}

export function isSubset(vm: VM, self: PySet, other: PyValue): boolean {
  if (!(other instanceof PySet)) return intersect(vm, self, other).table.used === self.table.used;
  if (self.table.used > other.table.used) return false;
  let all = true;
  eachEntry(self, (key, low, high) => (all = other.table.hasHashed(vm, key, low, high)));
  return all;
}

export function isSuperset(vm: VM, self: PySet, other: PyValue): boolean {
  if (other instanceof PySet) return isSubset(vm, other, self);
  let all = true;
  forEach(vm, other, (key) => (all = self.table.has(vm, key)));
  return all;
}
