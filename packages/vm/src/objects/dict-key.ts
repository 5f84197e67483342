import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { objectType, TypeFlag } from '../core/type.ts';
import { hashLow } from '../protocol/hash-bits.ts';

/** Folded hashes from here on have lost bits; smaller ones are the hash itself. */
const FOLDED = 0x2000_0000;

/**
 * The hash that dicts keep: Python's hash folded to 30 bits, so that keys that Python finds equal share it and V8 keeps it
 * as a small integer. Raises what `hash(key)` raises.
 */
export function keyHash(vm: VM, key: PyValue): number {
  if (typeof key === 'number' && key >= 0 && key < FOLDED) return key;
  const low = hashLow(vm, key);
  return foldHash(low, vm.hashHigh);
}

/** Folds a hash given in halves. */
export function foldHash(low: number, high: number): number {
  if (high === 0 && low >= 0 && low < FOLDED) return low;
  return ((low ^ Math.imul(high, 0x85eb_ca6b)) & (FOLDED - 1)) | FOLDED;
}

/** Is this folded hash the whole hash? */
export function isWholeHash(folded: number): boolean {
  return folded >= 0 && folded < FOLDED;
}

/**
 * Whether the key might equal an ordinary str: an instance of a Python-defined class with an `__eq__` of its own, or of a
 * subclass of str. (Strings are found by their text without hashing; only such keys make a dict hash its strings.)
 */
export function mayEqualStr(key: PyValue): boolean {
  return typeof key === 'object' && (key.cls.flags & TypeFlag.HEAPTYPE) !== 0 && key.cls.tp_richcompare !== objectType.tp_richcompare;
}
