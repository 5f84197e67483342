import { memoryError, overflowError, valueError, zeroDivisionError } from '../core/errors.ts';
import type { VM } from '../core/vm.ts';
import { decompose } from '../core/decimal-text.ts';
import { highWord, powerOfTwo } from '../core/float-bits.ts';
import { normalizeInt } from './int-storage.ts';

/* Arithmetic of Python ints: numbers while the result is safe, else bigints. */

/** A Python int: a number where it is exact, else a bigint. */
export type Int = number | bigint;

const MAX = Number.MAX_SAFE_INTEGER;

const big = (n: Int): bigint => (typeof n === 'bigint' ? n : BigInt(n));

/** `a + b`. */
export function addInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX && sum >= -MAX) return sum;
  }
  return normalizeInt(big(a) + big(b));
}

/** `a - b`. */
export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= MAX && difference >= -MAX) return difference;
  }
  return normalizeInt(big(a) - big(b));
}

/** `a * b`, charged to the budget by its size. */
export function multiplyInts(vm: VM, a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= MAX && product >= -MAX) return product + 0; // No negative zero.
    return BigInt(a) * BigInt(b);
  }
  const x = big(a);
  const y = big(b);
  chargeProduct(vm, x, y, typeof a === 'bigint' && typeof b === 'bigint' ? huge : huger);
  return normalizeInt(x * y);
}

/** Long products take time; short ones, all below `limit`, are not worth measuring. */
function chargeProduct(vm: VM, x: bigint, y: bigint, limit: bigint): void {
  if (x < limit && x > -limit && y < limit && y > -limit) return;
  const bits = bitLength(x) + bitLength(y);
  vm.charge(Math.ceil((bits / 64) ** 1.6 / 50));
  vm.allocate(bits >> 3);
}

const huge = 1n << 4096n;
/** The same for products with a number, which take time in proportion to the other factor. */
const huger = 1n << 65536n;

/** `a // b` */
export function floorDivideInts(a: Int, b: Int): Int {
  if (b === 0) throw zeroDivisionError('integer division or modulo by zero');
  // Exact: the quotient of safe integers is never so near below an integer that it would be rounded up to it.
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b) + 0;
  const x = big(a);
  const y = big(b);
  const quotient = x / y;
  if (x < 0n === y < 0n) return normalizeInt(quotient);
  return normalizeInt(quotient * y === x ? quotient : quotient - 1n);
}

/** `a % b`, with the sign of b. */
export function moduloInts(a: Int, b: Int): Int {
  if (b === 0) throw zeroDivisionError('integer modulo by zero');
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
  }
  const x = big(a);
  const y = big(b);
  const rest = x % y;
  return normalizeInt(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
}

/** `a / b`, correctly rounded. */
export function trueDivideInts(a: Int, b: Int): number {
  if (b === 0) throw zeroDivisionError('division by zero');
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  const result = divideBigints(BigInt(a), BigInt(b));
  if (!Number.isFinite(result)) throw overflowError('integer division result too large for a float');
  return result;
}

/** The double nearest to the exact quotient, ties to even; infinite if too large. */
export function divideBigints(a: bigint, b: bigint): number {
  const negative = a < 0n !== b < 0n;
  const x = a < 0n ? -a : a;
  const y = b < 0n ? -b : b;
  if (x === 0n) return negative ? -0 : 0;
  // Scale so that the quotient has 55 or 56 bits (fewer for subnormals); the rest goes into a sticky bit.
  let shift = bitLength(y) - bitLength(x) + 55;
  if (shift > 1074 + 2) shift = 1074 + 2;
  const numerator = shift >= 0 ? x << BigInt(shift) : x;
  const denominator = shift >= 0 ? y : y << BigInt(-shift);
  let quotient = numerator / denominator;
  if (quotient * denominator !== numerator) quotient |= 1n;
  const value = scale(roundTo53(quotient, shift), -shift);
  return negative ? -value : value;
}

/** Rounds a quotient of at most 56 bits (lowest bit sticky) to what a double of that scale can hold. */
function roundTo53(quotient: bigint, shift: number): number {
  const length = bitLength(quotient);
  const drop = Math.max(length - 53, shift - 1074, 0);
  if (drop === 0) return Number(quotient);
  const unit = 1n << BigInt(drop);
  const half = unit >> 1n;
  const rest = quotient & (unit - 1n);
  let kept = quotient >> BigInt(drop);
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  return Number(kept) * 2 ** drop;
}

/** value × 2^exponent without double rounding: value has at most 53 bits and the result was rounded for its scale. */
function scale(value: number, exponent: number): number {
  let result = value;
  let rest = exponent;
  while (rest > 1000) {
    result *= 2 ** 1000;
    rest -= 1000;
  }
  while (rest < -1000) {
    result *= 2 ** -1000;
    rest += 1000;
  }
  return result * 2 ** rest;
}

/** Nearest double of an int; OverflowError if too large. */
export function intToFloat(value: Int): number {
  if (typeof value === 'number') return value;
  const result = Number(value);
  if (!Number.isFinite(result)) throw overflowError('int too large to convert to float');
  return result;
}

/** `base ** exponent` for exponent ≥ 0. */
export function powerInts(vm: VM, base: Int, exponent: Int): Int {
  if (typeof base === 'number' && typeof exponent === 'number') {
    if (exponent === 0) return 1;
    if (base === 0 || base === 1) return base;
    if (base === -1) return exponent % 2 === 0 ? 1 : -1;
    const quick = base ** exponent;
    // Only results that are certainly exact: all partial products are below 2^53.
    if (Math.abs(quick) <= MAX && Number.isInteger(quick)) return exactSmallPower(base, exponent);
  }
  const bits = bitLength(BigInt(base)) * Number(exponent);
  if (bits > 2 ** 33) throw memoryError();
  vm.charge(Math.ceil((bits / 64) ** 1.6 / 50));
  vm.allocate(bits / 8);
  return normalizeInt(BigInt(base) ** BigInt(exponent));
}

function exactSmallPower(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result *= base;
  return result;
}

/** `pow(base, exponent, modulus)` */
export function powerModulo(vm: VM, base: Int, exponent: Int, modulus: Int): Int {
  let m = BigInt(modulus);
  if (m === 0n) throw valueError('pow() 3rd argument cannot be 0');
  const negative = m < 0n;
  if (negative) m = -m;
  if (m === 1n) return 0;
  let b = BigInt(base);
  let e = BigInt(exponent);
  if (e < 0n) {
    b = inverse(b, m);
    e = -e;
  }
  b = ((b % m) + m) % m;
  let result = 1n;
  const size = Math.ceil(bitLength(m) / 64);
  vm.charge(bitLength(e) * Math.ceil(1 + size ** 1.6 / 20));
  while (e > 0n) {
    if (e & 1n) result = (result * b) % m;
    b = (b * b) % m;
    e >>= 1n;
  }
  if (negative && result !== 0n) result -= m;
  return normalizeInt(result);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) throw valueError('base is not invertible for the given modulus');
  return ((x % modulus) + modulus) % modulus;
}

/** `value << count`. Raises ValueError for a negative count, MemoryError or OverflowError for one too large. */
export function shiftLeft(vm: VM, value: Int, count: Int): Int {
  if (count < 0) throw valueError('negative shift count');
  if (value === 0) return 0;
  if (typeof count === 'bigint') throw overflowError('too many digits in integer');
  if (typeof value === 'number' && count < 53) {
    const result = value * powerOfTwo(count);
    if (result <= MAX && result >= -MAX) return result;
  }
  if (count > 2 ** 33) throw memoryError();
  vm.allocate(count / 8);
  return normalizeInt(big(value) << BigInt(count));
}

/** `value >> count`. Raises ValueError for a negative count. */
export function shiftRight(value: Int, count: Int): Int {
  if (count < 0) throw valueError('negative shift count');
  if (typeof count === 'bigint') return value < 0 ? -1 : 0;
  if (typeof value === 'number') return count > 1000 ? (value < 0 ? -1 : 0) : Math.floor(value / powerOfTwo(count));
  return normalizeInt(value >> BigInt(count));
}

/** `&`, `|`, `^`: by 32 bits where both operands are numbers or a mask cuts off the rest, else by the bigint operator. */
export function bitwise(op: '&' | '|' | '^', a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    if ((a | 0) === a && (b | 0) === b) return op === '&' ? a & b : op === '|' ? a | b : a ^ b;
    const high = bits(op, Math.floor(a / TWO_32), Math.floor(b / TWO_32));
    const result = high * TWO_32 + (bits(op, a, b) >>> 0);
    return result >= -MAX ? result : BigInt(result);
  }
  if (op === '&') {
    if (typeof b === 'number' && b >= 0) return mask(a as bigint, b);
    if (typeof a === 'number' && a >= 0) return mask(b as bigint, a);
  }
  const x = big(a);
  const y = big(b);
  return normalizeInt(op === '&' ? x & y : op === '|' ? x | y : x ^ y);
}

const TWO_32 = 4294967296;
const words = new BigInt64Array(1);
const halves = new DataView(words.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const bits = (op: '&' | '|' | '^', a: number, b: number): number => (op === '&' ? a & b : op === '|' ? a | b : a ^ b);

/** `value & bits`, bits not negative: the lower 64 bits are enough. */
function mask(value: bigint, bits: number): number {
  words[0] = value;
  const low = halves.getInt32(littleEndian ? 0 : 4, littleEndian);
  if (bits <= 0x7fffffff) return low & bits;
  const high = halves.getInt32(littleEndian ? 4 : 0, littleEndian);
  return (high & Math.floor(bits / TWO_32)) * TWO_32 + ((low & bits) >>> 0);
}

/** Number of bits of the magnitude. */
export function bitLength(value: Int): number {
  if (typeof value === 'number') {
    const magnitude = Math.abs(value);
    if (magnitude < 0x8000_0000) return 32 - Math.clz32(magnitude);
    return 64 - Math.clz32(Math.floor(magnitude / 0x1_0000_0000)) - 32 + 32;
  }
  // Half of what may be left is cut off as often as something stays.
  let rest = value < 0n ? -value : value;
  if (rest === 0n) return 0;
  let length = 0;
  let step = 512;
  while (rest >> BigInt(step) !== 0n) step *= 2;
  for (; step >= 512; step /= 2) {
    const upper = rest >> BigInt(step);
    if (upper === 0n) continue;
    rest = upper;
    length += step;
  }
  const double = Number(rest); // May have been rounded up, to a power of two.
  const exponent = (highWord(double) >> 20) - 1022;
  return length + (double === powerOfTwo(exponent - 1) && BigInt(double) > rest ? exponent - 1 : exponent);
}

/** Exact int of an integral double. */
export function floatToInt(value: number): Int {
  const truncated = Math.trunc(value);
  if (Number.isSafeInteger(truncated)) return truncated + 0;
  return normalizeInt(BigInt(truncated));
}

/** Compares an int with a finite double exactly: negative, zero or positive. */
export function compareIntFloat(a: Int, b: number): number {
  if (typeof a === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (b === Infinity) return -1;
  if (b === -Infinity) return 1;
  const whole = BigInt(Math.trunc(b));
  if (a !== whole) return a < whole ? -1 : 1;
  const fraction = b - Math.trunc(b);
  return fraction > 0 ? -1 : fraction < 0 ? 1 : 0;
}

/** `hash(int)`: the value modulo 2^61 - 1, with its sign; -1 becomes -2. */
export function hashInt(value: Int): Int {
  const modulus = 2305843009213693951n;
  if (typeof value === 'number' && value < MAX && value > -MAX) return value === -1 ? -2 : value;
  const big = BigInt(value);
  const magnitude = (big < 0n ? -big : big) % modulus;
  const result = big < 0n ? -magnitude : magnitude;
  return result === -1n ? -2 : normalizeInt(result);
}

/** Mantissa and exponent of a double, for other modules. */
export { decompose };
