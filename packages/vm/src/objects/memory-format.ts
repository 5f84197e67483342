/* Items of a buffer by their format: the native single-character formats of the struct module. */
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { notImplementedError, typeError, valueError } from '../core/errors.ts';
import { asIndex, normalizeInt } from '../protocol/number.ts';
import { isTrue } from '../protocol/truth.ts';
import { PyBytes } from './bytes.ts';
import { OverflowError, TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { asDouble } from './float-methods.ts';
import { PyFloat } from './float.ts';

/** Sizes of the native formats, as on 64-bit Linux. */
const sizes: Readonly<Record<string, number>> = { c: 1, b: 1, B: 1, '?': 1, h: 2, H: 2, e: 2, i: 4, I: 4, f: 4, l: 8, L: 8, q: 8, Q: 8, n: 8, N: 8, P: 8, d: 8 };

/** The character of a native format (`B` or `@B`), or null for any other. */
export function nativeFormat(format: string): string | null {
  const code = format[0] === '@' ? format.slice(1) : format;
  return code.length === 1 && sizes[code] !== undefined ? code : null;
}

export function formatSize(code: string): number {
  return sizes[code];
}

function unsupported(format: string): PyBaseException {
  return notImplementedError(`memoryview: format ${format} not supported`);
}

/** The item at an offset. Raises NotImplementedError for other than native formats. */
export function unpackItem(memory: Uint8Array, offset: number, format: string): PyValue {
  const code = nativeFormat(format);
  if (code === null) throw unsupported(format);
  if (code === 'B') return memory[offset];
  const view = new DataView(memory.buffer, memory.byteOffset + offset, sizes[code]);
  switch (code) {
    case 'b':
      return view.getInt8(0);
    case 'c':
      return new PyBytes(memory.slice(offset, offset + 1));
    case '?':
      return memory[offset] !== 0;
    case 'h':
      return view.getInt16(0, true);
    case 'H':
      return view.getUint16(0, true);
    case 'i':
      return view.getInt32(0, true);
    case 'I':
      return view.getUint32(0, true);
    case 'e':
      return new PyFloat(halfToNumber(view.getUint16(0, true)));
    case 'f':
      return new PyFloat(view.getFloat32(0, true));
    case 'd':
      return new PyFloat(view.getFloat64(0, true));
    case 'l':
    case 'q':
    case 'n':
      return normalizeInt(view.getBigInt64(0, true));
    default:
      return normalizeInt(view.getBigUint64(0, true));
  }
}

/** Ranges of the int formats, as [lowest, number of values]. */
const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  b: [-0x80n, 0x100n], B: [0n, 0x100n], h: [-0x8000n, 0x1_0000n], H: [0n, 0x1_0000n], i: [-0x8000_0000n, 0x1_0000_0000n], I: [0n, 0x1_0000_0000n],
  l: [-(1n << 63n), 1n << 64n], q: [-(1n << 63n), 1n << 64n], n: [-(1n << 63n), 1n << 64n],
  L: [0n, 1n << 64n], Q: [0n, 1n << 64n], N: [0n, 1n << 64n], P: [0n, 1n << 64n],
};

/** Writes a Python value as an item. `check` runs after the value was converted, which may have run Python code. */
export function packItem(vm: VM, memory: Uint8Array, offset: number, format: string, value: PyValue, check: () => void): void {
  const code = nativeFormat(format);
  if (code === null) throw unsupported(format);
  const view = new DataView(memory.buffer, memory.byteOffset + offset, sizes[code]);
  switch (code) {
    case 'c':
      if (!(value instanceof PyBytes)) throw typeError(`memoryview: invalid type for format '${format}'`);
      if (value.bytes.length !== 1) throw valueError(`memoryview: invalid value for format '${format}'`);
      view.setUint8(0, value.bytes[0]);
      return;
    case '?':
      packBool(view, isTrue(vm, value), check);
      return;
    case 'e':
    case 'f':
    case 'd':
      return packFloat(view, code, format, withFormatErrors(format, () => asDouble(vm, value)), check);
  }
  const int = BigInt(withFormatErrors(format, () => asIndex(vm, value)));
  check();
  const [lowest, count] = ranges[code];
  if (int < lowest || int >= lowest + count) throw valueError(`memoryview: invalid value for format '${format}'`);
  if (sizes[code] === 8) view.setBigUint64(0, BigInt.asUintN(64, int), true);
  else if (sizes[code] === 4) view.setUint32(0, Number(BigInt.asUintN(32, int)), true);
  else if (sizes[code] === 2) view.setUint16(0, Number(BigInt.asUintN(16, int)), true);
  else view.setUint8(0, Number(BigInt.asUintN(8, int)));
}

/** TypeError and OverflowError become those of memoryview. */
function withFormatErrors<T>(format: string, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (error instanceof PyBaseException) {
      if (error.cls.isSubtypeOf(TypeError)) throw typeError(`memoryview: invalid type for format '${format}'`);
      if (error.cls.isSubtypeOf(OverflowError)) throw valueError(`memoryview: invalid value for format '${format}'`);
    }
    throw error;
  }
}

function packBool(view: DataView, value: boolean, check: () => void): void {
  check();
  view.setUint8(0, value ? 1 : 0);
}

function packFloat(view: DataView, code: string, format: string, value: number, check: () => void): void {
  check();
  if (code === 'd') return view.setFloat64(0, value, true);
  if (code === 'f') return view.setFloat32(0, value, true);
  const half = numberToHalf(value);
  if (half === null) throw valueError(`memoryview: invalid value for format '${format}'`);
  view.setUint16(0, half, true);
}

/** The double that a half-precision float stands for. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half-precision float (ties to even), or null when the value is too large. */
export function numberToHalf(value: number): number | null {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude === Infinity) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const scaled = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // A carry out of the fraction moves into the exponent by itself; subnormals have no leading 1 to take away.
  const bits = magnitude < 2 ** -14 ? rounded : ((exponent + 15) << 10) + (rounded - 1024);
  return bits >= 0x7c00 ? null : sign | bits;
}
