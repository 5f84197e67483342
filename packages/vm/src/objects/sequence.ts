/*
 * What list and tuple have in common: searching and comparing arrays of values that Python code may change meanwhile (`items` is
 * asked for the array again after every comparison).
 */
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { compareOrdered, equals, richCompare } from '../protocol/compare.ts';

/** Something whose items are in an array; the array may be exchanged. */
export interface HasItems {
  readonly items: readonly PyValue[];
}

/** Index of the first item in [start, stop) that equals `value`, or -1. */
export function indexOfItem(vm: VM, sequence: HasItems, value: PyValue, start = 0, stop = Infinity): number {
  const kind = typeof value;
  const simple = kind === 'number' || kind === 'string';
  for (let i = start; i < stop && i < sequence.items.length; i++) {
    const item = sequence.items[i];
    if (item === value) return i;
    if (simple && typeof item === kind) continue;
    if (equals(vm, item, value)) return i;
    vm.ticks--;
  }
  return -1;
}

/** How many items equal `value`. */
export function countItem(vm: VM, sequence: HasItems, value: PyValue): number {
  let count = 0;
  for (let i = 0; i < sequence.items.length; i++) {
    const item = sequence.items[i];
    if (item === value || equals(vm, item, value)) count++;
    vm.ticks--;
  }
  return count;
}

/** Compares like CPython's list_richcompare: by the first items that differ, else by length. */
export function compareItems(vm: VM, left: HasItems, right: HasItems, op: CompareOp): PyValue {
  let i = 0;
  while (i < left.items.length && i < right.items.length) {
    const a = left.items[i];
    const b = right.items[i];
    if (a !== b && !(typeof a === 'number' && typeof b === 'number') && equals(vm, a, b)) {
      i++;
      continue;
    }
    if (a !== b) break;
    i++;
  }
  if (i >= left.items.length || i >= right.items.length) return compareOrdered(left.items.length, right.items.length, op);
  if (op === Py_EQ) return false;
  if (op === Py_NE) return true;
  return richCompare(vm, left.items[i], right.items[i], op);
}
