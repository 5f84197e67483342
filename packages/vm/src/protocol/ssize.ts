import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { indexError, overflowError } from '../core/errors.ts';
import { asIndex } from './number.ts';

/*
 * Sizes and positions. CPython's are 64-bit; ours stop at 2 ** 53, which no object reaches: larger ones that CPython would
 * accept are cut to that.
 */

function fitsSsize(value: bigint): boolean {
  return value >= -0x8000_0000_0000_0000n && value < 0x8000_0000_0000_0000n;
}

function cut(value: bigint): number {
  return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

/** An int argument of a built-in function (CPython: Argument Clinic's Py_ssize_t). */
export function ssizeArgument(vm: VM, value: PyValue): number {
  const index = asIndex(vm, value);
  if (typeof index === 'number') return index;
  if (!fitsSsize(index)) throw overflowError('Python int too large to convert to C ssize_t');
  return cut(index);
}

/** An int argument of C's type `int` (CPython: _PyLong_AsInt). */
export function intArgument(vm: VM, value: PyValue): number {
  const index = asIndex(vm, value);
  if (index > 0x7fff_ffff || index < -0x8000_0000) throw overflowError('Python int too large to convert to C int');
  return Number(index);
}

/** A size as constructors take it (CPython: PyNumber_AsSsize_t with OverflowError). */
export function sizeIndex(vm: VM, value: PyValue): number {
  const index = asIndex(vm, value);
  if (typeof index === 'number') return index;
  if (!fitsSsize(index)) throw overflowError(`cannot fit '${typeOf(value).tpName}' into an index-sized integer`);
  return cut(index);
}

/** The index in `obj[index]` (CPython: PyNumber_AsSsize_t with IndexError). */
export function subscriptIndex(vm: VM, value: PyValue): number {
  const index = asIndex(vm, value);
  if (typeof index === 'number') return index;
  if (!fitsSsize(index)) throw indexError(`cannot fit '${typeOf(value).name}' into an index-sized integer`);
  return cut(index);
}
