/* How the methods of bytes and bytearray read their arguments. */
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError, valueError } from '../core/errors.ts';
import { bufferBytes, hasBuffer } from '../protocol/buffer.ts';
import { asIndex, hasIndex } from '../protocol/number.ts';
import { iterate, next } from '../protocol/iterate.ts';
import { lengthHint } from '../protocol/length-hint.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';

/** What both types are. */
export type BytesLike = PyBytes | PyByteArray;

/** An object of the type's base class with these bytes: bytes for bytes, bytearray for bytearray. */
export function like(self: BytesLike, bytes: Uint8Array): PyValue {
  return self instanceof PyByteArray ? new PyByteArray(bytes) : new PyBytes(bytes);
}

/** An int in 0…255; `what` words the ValueError. */
export function byteValue(vm: VM, value: PyValue, what = 'byte must be in range(0, 256)'): number {
  if (typeof value === 'number' && value >= 0 && value <= 255) return value;
  const int = asIndex(vm, value);
  if (int < 0 || int > 255) throw valueError(what);
  return Number(int);
}

/** What to look for: bytes, or an int that stands for one byte. */
export function needle(vm: VM, value: PyValue): Uint8Array {
  if (hasBuffer(vm, value)) return bufferBytes(vm, value);
  if (!hasIndex(value)) throw typeError(`argument should be integer or bytes-like object, not '${typeOf(value).tpName}'`);
  return Uint8Array.of(byteValue(vm, value));
}

/** The bytes that an iterable of ints gives. `what` words the ValueError for an int out of range. */
export function bytesFromIterable(vm: VM, iterable: PyValue, what: string): Uint8Array {
  const bytes: number[] = [];
  const iterator = iterate(vm, iterable);
  lengthHint(vm, iterable, 64);
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) {
    bytes.push(byteValue(vm, item, what));
    if ((bytes.length & 0x3ff) === 0) {
      vm.charge(0x400);
      vm.allocate(0x400);
    }
  }
  return Uint8Array.from(bytes);
}
