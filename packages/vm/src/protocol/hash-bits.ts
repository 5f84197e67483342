/*
 * Hashes as two 32-bit halves: what dicts, sets and tuples compute with, since a 64-bit number is a slow bigint in
 * JavaScript. A function here gives the low half (signed) and leaves the high half (signed) in `vm.hashHigh`.
 */
import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { HashBits, HashSecret } from '../core/siphash.ts';
import { hashBytes, hashText, makeHashSecret } from '../core/siphash.ts';
import { tupleType } from '../core/type.ts';
import { type PyStr } from '../objects/str-storage.ts';
import type { PyTuple } from '../objects/tuple.ts';
import { tupleHashLow } from '../objects/tuple-hash.ts';
import { hash } from './hash.ts';

/** How many texts' hashes are remembered; then all are forgotten. */
const maxRemembered = 100_000;

/** What a VM needs to hash texts: its secret, and the hashes of texts seen lately. */
export interface TextHasher {
  readonly secret: HashSecret;
  readonly known: Map<string, HashBits>;
}

/** `hash(value)`: low half; the high half is in `vm.hashHigh`. Raises what `hash` raises. */
export function hashLow(vm: VM, value: PyValue): number {
  switch (typeof value) {
    case 'number':
      return splitNumber(vm, value === -1 ? -2 : value);
    case 'string':
      return textHashLow(vm, value);
    case 'boolean':
      vm.hashHigh = 0;
      return value ? 1 : 0;
    case 'object':
      if (value.cls === tupleType) return tupleHashLow(vm, value as PyTuple);
  }
  return splitHash(vm, hash(vm, value));
}

/** Halves of a Python hash (an int of 64 bits with sign). */
export function splitHash(vm: VM, pyHash: PyValue): number {
  if (typeof pyHash === 'number') return splitNumber(vm, pyHash);
  const big = pyHash as bigint; // hash() gives an int.
  vm.hashHigh = Number(BigInt.asIntN(32, big >> 32n));
  return Number(BigInt.asIntN(32, big));
}

function splitNumber(vm: VM, value: number): number {
  vm.hashHigh = Math.floor(value / 0x1_0000_0000) | 0;
  return value | 0;
}

/** The Python int of a hash in halves. */
export function joinHash(low: number, high: number): PyValue {
  // Exact in a double while the high half has at most 21 bits and a sign.
  if (high >= -0x20_0000 && high < 0x20_0000) return high * 0x1_0000_0000 + (low >>> 0);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Hash of an ordinary str. */
export function textHashLow(vm: VM, text: string): number {
  const { known, secret } = (vm.textHasher ??= newTextHasher(vm));
  let bits = known.get(text);
  if (bits === undefined) {
    bits = hashText(text, secret);
    if (known.size >= maxRemembered) known.clear();
    if (text.length <= 1000) known.set(text, bits);
  }
  vm.hashHigh = bits.high;
  return bits.low;
}

/** Hash of a boxed str, by its characters. */
export function strHashLow(vm: VM, value: PyStr): number {
  if (value.text !== null) return textHashLow(vm, value.text);
  const points = value.points as Uint32Array;
  return bytesHashLow(vm, new Uint8Array(points.buffer, points.byteOffset, points.byteLength));
}

/** Hash of bytes. */
export function bytesHashLow(vm: VM, bytes: Uint8Array): number {
  const { low, high } = hashBytes(bytes, (vm.textHasher ??= newTextHasher(vm)).secret);
  vm.hashHigh = high;
  return low;
}

function newTextHasher(vm: VM): TextHasher {
  const random = vm.host.random ?? ((bytes: Uint8Array) => bytes.fill(0x5a));
  return { secret: makeHashSecret(vm.options.hashSeed ?? null, random), known: new Map() };
}

/** `hash(value)` of what hashes by identity: CPython's address, rotated. */
export function identityHashLow(vm: VM, value: PyObject): number {
  return splitNumber(vm, vm.idOf(value) / 16);
}
