import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { badArgument } from '../core/arguments.ts';
import { typeError, valueError } from '../core/errors.ts';
import { isStr, jsText } from '../core/text.ts';
import { contiguousStrides, isContiguous } from '../protocol/buffer.ts';
import type { PyBuffer } from '../protocol/buffer.ts';
import { intValue, isInt } from '../protocol/number.ts';
import { ssizeArgument } from '../protocol/ssize.ts';
import { PyList } from './list.ts';
import { formatSize, nativeFormat } from './memory-format.ts';
import { MAX_DIMENSIONS } from './memoryview.ts';
import { PyTuple } from './tuple.ts';

/** `memoryview.cast(format, shape)`: the same bytes as other items (CPython: memory_cast). */
export function castBuffer(vm: VM, buffer: PyBuffer, format: PyValue, shape: PyValue | undefined): PyBuffer {
  if (!isStr(format)) throw badArgument('cast', "argument 'format'", 'str', format);
  if (!isContiguous(buffer)) throw typeError('memoryview: casts are restricted to C-contiguous views');
  const dimensions = buffer.shape.length;
  if ((shape !== undefined || dimensions !== 1) && (buffer.shape.includes(0) || buffer.strides.includes(0))) {
    throw typeError('memoryview: cannot cast view with zeros in shape or strides');
  }
  const sizes = shape === undefined ? null : shapeOf(vm, shape);
  if (sizes !== null && dimensions !== 1 && sizes.length !== 1) throw typeError('memoryview: cast must be 1D -> ND or ND -> 1D');
  const flat = castItems(buffer, jsText(format));
  if (sizes === null) return flat;
  const { itemsize } = flat;
  const total = sizes.reduce((product, count) => product * count, BigInt(itemsize));
  if (total > 0x7fff_ffff_ffff_ffffn) throw valueError('memoryview.cast(): product(shape) > SSIZE_MAX');
  if (total !== BigInt(flat.nbytes)) throw typeError('memoryview: product(shape) * itemsize != buffer size');
  const counts = sizes.map(Number);
  return flat.laidOut({ shape: counts, strides: contiguousStrides(counts, itemsize) });
}

/** The bytes as items of another format, in one dimension. One of the two formats must be that of bytes. */
function castItems(buffer: PyBuffer, format: string): PyBuffer {
  const from = nativeFormat(buffer.format);
  const to = nativeFormat(format);
  if (to === null) throw valueError("memoryview: destination format must be a native single character format prefixed with an optional '@'");
  const isByte = (code: string | null): boolean => code === 'B' || code === 'b' || code === 'c';
  if (!isByte(from) && !isByte(to)) throw typeError('memoryview: cannot cast between two non-byte formats');
  const itemsize = formatSize(to);
  if (buffer.nbytes % itemsize !== 0) throw typeError('memoryview: length is not a multiple of itemsize');
  return buffer.laidOut({ format, itemsize, shape: [buffer.nbytes / itemsize], strides: [itemsize] });
}

function shapeOf(vm: VM, shape: PyValue): readonly bigint[] {
  if (!(shape instanceof PyList) && !(shape instanceof PyTuple)) throw typeError('shape must be a list or a tuple');
  if (shape.items.length > MAX_DIMENSIONS) throw valueError(`memoryview: number of dimensions must not exceed ${MAX_DIMENSIONS}`);
  return shape.items.map((item) => {
    if (!isInt(item)) throw typeError('memoryview.cast(): elements of shape must be integers');
    const count = ssizeArgument(vm, item);
    if (count <= 0) throw valueError('memoryview.cast(): elements of shape must be integers > 0');
    return BigInt(intValue(item));
  });
}
