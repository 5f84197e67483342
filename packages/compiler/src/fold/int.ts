import type { operator } from '@py/ast';

/** Results of more bits are left to run time. */
const MAX_INT_SIZE = 128;

/** Integer operators with an integer result; exponents are not negative. Undefined where Python raises or the result is large. */
export function intBinary(op: operator, left: bigint, right: bigint): bigint | undefined {
  switch (op) {
    case 'Add':
      return left + right;
    case 'Sub':
      return left - right;
    case 'Mult':
      return left !== 0n && right !== 0n && bitLength(left) + bitLength(right) > MAX_INT_SIZE ? undefined : left * right;
    case 'FloorDiv':
      return right === 0n ? undefined : floorDivide(left, right);
    case 'Mod':
      return right === 0n ? undefined : left - floorDivide(left, right) * right;
    case 'Pow':
      return power(left, right);
    case 'LShift':
      return shiftLeft(left, right);
    case 'RShift':
      return right < 0n ? undefined : right > BigInt(bitLength(left)) ? (left < 0n ? -1n : 0n) : left >> right;
    case 'BitOr':
      return left | right;
    case 'BitXor':
      return left ^ right;
    case 'BitAnd':
      return left & right;
    default:
      return undefined;
  }
}

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function power(base: bigint, exponent: bigint): bigint | undefined {
  if (base === 0n) return exponent === 0n ? 1n : 0n;
  if (exponent > BigInt(MAX_INT_SIZE)) return undefined;
  if (exponent > 0n && bitLength(base) > Math.floor(MAX_INT_SIZE / Number(exponent))) return undefined;
  return base ** exponent;
}

function shiftLeft(value: bigint, count: bigint): bigint | undefined {
  if (count < 0n) return undefined;
  if (value === 0n || count === 0n) return value;
  if (count > BigInt(MAX_INT_SIZE) || bitLength(value) > MAX_INT_SIZE - Number(count)) return undefined;
  return value << count;
}

/** Bits of the absolute value. */
export function bitLength(value: bigint): number {
  const hex = (value < 0n ? -value : value).toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0], 16)));
}

/** `float(value)`, half to even; undefined if it is too large. */
export function intToFloat(value: bigint | number): number | undefined {
  if (typeof value === 'number') return value;
  const result = Number(value);
  return Number.isFinite(result) ? result : undefined;
}

/** `left / right`, rounded once, half to even (CPython 3.12: Objects/longobject.c, long_true_divide). */
export function divideInts(left: bigint, right: bigint): number | undefined {
  if (right === 0n) return undefined;
  if (left === 0n) return right < 0n ? -0 : 0;
  const magnitude = ratio(left < 0n ? -left : left, right < 0n ? -right : right);
  if (magnitude === Infinity) return undefined;
  return left < 0n === right < 0n ? magnitude : -magnitude;
}

/** The double nearest to a positive fraction, half to even; Infinity if that is too large. */
export function ratio(numerator: bigint, denominator: bigint): number {
  // Some bits more than a double has, of which the last one also stands for what is cut off.
  const shift = bitLength(denominator) - bitLength(numerator) + 57;
  if (shift > 1074) {
    const steps = divideRounded(numerator << 1074n, denominator);
    if (bitLength(steps) <= 53) return scale(Number(steps), -1074);
  }
  const top = shift > 0 ? numerator << BigInt(shift) : numerator;
  const bottom = shift > 0 ? denominator : denominator << BigInt(-shift);
  const quotient = top / bottom;
  return scale(Number(quotient * bottom === top ? quotient : quotient | 1n), -shift);
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  return twice > denominator || (twice === denominator && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

/** `value * 2 ** exponent`, exact where the result can be. */
function scale(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  for (; left > 1000; left -= 1000) result *= powerOfTwo(1000);
  for (; left < -1000; left += 1000) result *= powerOfTwo(-1000);
  return result * powerOfTwo(left);
}

/** (`2 ** exponent` is not exact in every JavaScript engine.) */
function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, (exponent + 1023) << 20);
  return view.getFloat64(0);
}
