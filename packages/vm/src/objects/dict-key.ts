import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { objectType, TypeFlag } from '../core/type.ts';
import { hashLow } from '../protocol/hash-bits.ts';

/**
 * The hash that dicts keep: Python's hash folded to 30 bits, so that keys that Python finds equal share it and V8 keeps it
 * as a small integer. Raises what `hash(key)` raises.
 */
export function keyHash(vm: VM, key: PyValue): number {
  if (typeof key === 'number' && key >= 0 && key <= 0x3fff_ffff) return key;
  const low = hashLow(vm, key);
  return (low ^ Math.imul(vm.hashHigh, 0x85eb_ca6b)) & 0x3fff_ffff;
}

/**
 * Whether the key might equal an ordinary str: an instance of a Python-defined class with an `__eq__` of its own, or of a
 * subclass of str. (Strings are found by their text without hashing; only such keys make a dict hash its strings.)
 */
export function mayEqualStr(key: PyValue): boolean {
  return typeof key === 'object' && (key.cls.flags & TypeFlag.HEAPTYPE) !== 0 && key.cls.tp_richcompare !== objectType.tp_richcompare;
}
