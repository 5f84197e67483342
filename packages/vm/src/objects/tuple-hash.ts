import type { VM } from '../core/vm.ts';
import type { PyValue } from '../core/value.ts';
import { productHigh } from '../core/int64.ts';
import { floatType, noneType, strType, tupleType } from '../core/type.ts';
import { hashLow } from '../protocol/hash-bits.ts';
import type { PyTuple } from './tuple.ts';

/*
 * CPython's tuple hash (Objects/tupleobject.c, `tuplehash`: xxHash over the items' hashes), in 32-bit halves.
 * PRIME_n below are the halves of xxHash's 64-bit primes.
 */
const PRIME_1_LOW = 0x85eb_ca87 | 0, PRIME_1_HIGH = 0x9e37_79b1 | 0;
const PRIME_2_LOW = 0x27d4_eb4f, PRIME_2_HIGH = 0xc2b2_ae3d | 0;
const PRIME_5_LOW = 0x1656_67c5, PRIME_5_HIGH = 0x27d4_eb2f;

/** Hash of a tuple: low half; the high half is in `vm.hashHigh`. */
export function tupleHashLow(vm: VM, tuple: PyTuple): number {
  if (tuple.hashLow !== undefined) {
    vm.hashHigh = tuple.hashHigh;
    return tuple.hashLow;
  }
  const { items } = tuple;
  const low = hashItems(vm, items, items.length ^ PRIME_5_LOW ^ 3_527_539);
  if (tuple.cls === tupleType && areSteady(items)) {
    // areSteady computes nothing, so vm.hashHigh still is this hash's.
    tuple.hashHigh = vm.hashHigh;
    tuple.hashLow = low;
  }
  return low;
}

/** Hash of a slice, which is like a tuple's but for the length. */
export function sliceHashLow(vm: VM, items: readonly PyValue[]): number {
  return hashItems(vm, items, null);
}

/** xxHash over the hashes of the items; `lengthLow` null leaves the last step out. */
function hashItems(vm: VM, items: readonly PyValue[], lengthLow: number | null): number {
  let low = PRIME_5_LOW;
  let high = PRIME_5_HIGH;
  for (let i = 0; i < items.length; i++) {
    const laneLow = hashLow(vm, items[i]);
    const laneHigh = vm.hashHigh;
    // acc += lane * PRIME_2
    let sum = (low >>> 0) + (Math.imul(laneLow, PRIME_2_LOW) >>> 0);
    high = (high + productHigh(laneLow, laneHigh, PRIME_2_LOW, PRIME_2_HIGH) + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    low = sum | 0;
    // acc = rotl(acc, 31)
    sum = (low << 31) | (high >>> 1);
    high = (high << 31) | (low >>> 1);
    low = sum;
    // acc *= PRIME_1
    high = productHigh(low, high, PRIME_1_LOW, PRIME_1_HIGH);
    low = Math.imul(low, PRIME_1_LOW);
  }
  if (lengthLow !== null) {
    // acc += len ^ (PRIME_5 ^ 3527539)
    const sum = (low >>> 0) + (lengthLow >>> 0);
    high = (high + PRIME_5_HIGH + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    low = sum | 0;
  }
  if (low === -1 && high === -1) {
    low = 1_546_275_796;
    high = 0;
  }
  vm.hashHigh = high;
  return low;
}

/** Whether nobody can notice that the items' hashes are not computed again. */
function areSteady(items: readonly PyValue[]): boolean {
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'object') continue;
    const { cls } = item;
    if (cls !== strType && cls !== floatType && cls !== noneType && (cls !== tupleType || (item as PyTuple).hashLow === undefined)) return false;
  }
  return true;
}
