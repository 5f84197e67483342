import { bitLength, ratio } from './int.ts';

// Elementary functions of doubles, rounded correctly: JavaScript's own may differ in the last bit from C's, and from engine to
// engine. They are for the few constants of a program and not fast. Numbers inside are fixed-point bigints: `value * 2**bits`.

/** `x ** y` for x > 0; 0 or Infinity if out of range. */
export function power(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return x ** y;
  const estimate = y * Math.log2(x);
  if (estimate > 1100) return Infinity;
  if (estimate < -1200) return 0;
  return rounded((bits) => {
    // |y| is below 2**64 here, as |log(x)| is above 2**-54
    const exponent = (logFixed(x, bits + 80) * toFixed(y, bits + 80)) >> BigInt(bits + 80 + 80);
    return expFixed(exponent, bits);
  });
}

/** `e ** x` */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 800) return Infinity;
  if (x < -800) return 0;
  return x === 0 ? 1 : rounded((bits) => expFixed(toFixed(x, bits), bits));
}

/** Natural logarithm of x > 0. */
export function log(x: number): number {
  if (!Number.isFinite(x)) return x;
  return x === 1 ? 0 : rounded((bits) => [logFixed(x, bits), -bits]);
}

export function sin(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  return x === 0 ? x : rounded((bits) => [sinFixed(x, bits, 0n), -bits]);
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  return x === 0 ? 1 : rounded((bits) => [sinFixed(x, bits, 1n), -bits]);
}

/** Angle of the point (x, y) from the x axis, as C's `atan2`. */
export function atan2(y: number, x: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Math.atan2(y, x);
  const isLeft = x < 0 || Object.is(x, -0);
  if (y === 0) {
    const size = isLeft ? rounded((bits) => [piFixed(bits), -bits]) : 0;
    return y < 0 || Object.is(y, -0) ? -size : size;
  }
  return rounded((bits) => {
    const width = toFixed(Math.abs(x), 1080 + bits);
    const height = toFixed(Math.abs(y), 1080 + bits);
    const isSteep = height > width;
    const tangent = isSteep ? (width << BigInt(bits)) / height : (height << BigInt(bits)) / width;
    let angle = atanFixed(tangent, bits);
    if (isSteep) angle = piFixed(bits) / 2n - angle;
    if (isLeft) angle = piFixed(bits) - angle;
    return [y < 0 ? -angle : angle, -bits];
  });
}

/** `sqrt(x*x + y*y)` */
export function hypot(x: number, y: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Math.hypot(x, y);
  if (x === 0 || y === 0) return Math.abs(x) + Math.abs(y);
  return rounded((bits) => {
    const a = toFixed(x, 1080 + bits);
    const b = toFixed(y, 1080 + bits);
    return [squareRoot(a * a + b * b), -1080 - bits];
  });
}

/** A number `value * 2**exponent`. */
type Scaled = readonly [value: bigint, exponent: number];

/**
 * Rounds what `compute` gives at some precision (`bits`, of which the last 24 may be wrong) to the nearest double, and asks again
 * with more precision while the error could matter. Where it still could at the end, the result lies exactly between two doubles.
 */
function rounded(compute: (bits: number) => Scaled): number {
  for (let bits = 160; ; bits *= 2) {
    const [value, exponent] = compute(bits);
    const error = 1n << 24n;
    const low = toDouble(value - error, exponent);
    if (low === toDouble(value + error, exponent) && value !== 0n) return low;
    if (bits >= 1280) return toDouble(((value >> 40n) + 1n) >> 1n, exponent + 41);
  }
}

function toDouble(value: bigint, exponent: number): number {
  if (value === 0n) return 0;
  const size = value < 0n ? -value : value;
  const result = exponent >= 0 ? ratio(size << BigInt(exponent), 1n) : ratio(size, 1n << BigInt(-exponent));
  return value < 0n ? -result : result;
}

/** Exact, unless x has bits below `2**-bits`. */
function toFixed(x: number, bits: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const high = view.getUint32(0);
  const field = high >>> 20;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(view.getUint32(4));
  const shift = Math.max(field, 1) - 1075 + bits;
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n);
  const size = shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
  return x < 0 ? -size : size;
}

/** x is `fraction * 2**exponent`, the fraction from 3/4 to 3/2; its logarithm a series in `(fraction - 1) / (fraction + 1)`. */
function logFixed(x: number, bits: number): bigint {
  const one = 1n << BigInt(bits);
  const mantissa = toFixed(x, 1074);
  let exponent = bitLength(mantissa) - 1;
  let fraction = shifted(mantissa, bits - exponent);
  if (fraction > (one * 3n) / 2n) {
    exponent++;
    fraction = shifted(mantissa, bits - exponent);
  }
  const z = ((fraction - one) << BigInt(bits)) / (fraction + one);
  return 2n * atanhFixed(z, bits) + BigInt(exponent - 1074) * ln2Fixed(bits);
}

function shifted(value: bigint, by: number): bigint {
  return by >= 0 ? value << BigInt(by) : value >> BigInt(-by);
}

function ln2Fixed(bits: number): bigint {
  return 2n * atanhFixed((1n << BigInt(bits)) / 3n, bits);
}

function atanhFixed(z: bigint, bits: number): bigint {
  const square = (z * z) >> BigInt(bits);
  let sum = 0n;
  let term = z;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = (term * square) >> BigInt(bits);
  }
  return sum;
}

/** `e ** x` as `2 ** n * e ** r` with |r| at most `ln(2) / 2`. */
function expFixed(x: bigint, bits: number): Scaled {
  const ln2 = ln2Fixed(bits);
  const n = (2n * x + ln2) / (2n * ln2) - (2n * x + ln2 < 0n ? 1n : 0n);
  const r = x - n * ln2;
  let sum = 0n;
  let term = 1n << BigInt(bits);
  for (let i = 1n; term !== 0n && term !== -1n; i++) {
    sum += term;
    term = ((term * r) >> BigInt(bits)) / i;
  }
  return [sum, Number(n) - bits];
}

/** Sine of `x + quarters * pi / 2`. */
function sinFixed(x: number, bits: number, quarters: bigint): bigint {
  const wide = bits + 1100;
  const half = piFixed(wide) / 2n;
  const angle = toFixed(x, wide);
  const turns = (2n * angle + half) / (2n * half) - (2n * angle + half < 0n ? 1n : 0n);
  const rest = (angle - turns * half) >> 1100n;
  const quadrant = (((turns + quarters) % 4n) + 4n) % 4n;
  const size = sinOrCosSeries(rest, bits, quadrant % 2n === 1n);
  return quadrant >= 2n ? -size : size;
}

function sinOrCosSeries(x: bigint, bits: number, isCos: boolean): bigint {
  const square = (x * x) >> BigInt(bits);
  let sum = 0n;
  let term = isCos ? 1n << BigInt(bits) : x;
  for (let n = isCos ? 1n : 2n; term !== 0n && term !== -1n; n += 2n) {
    sum += term;
    term = -((term * square) >> BigInt(bits)) / (n * (n + 1n));
  }
  return sum;
}

/** Machin: pi/4 = 4 atan(1/5) - atan(1/239). */
function piFixed(bits: number): bigint {
  const wide = bits + 16;
  const one = 1n << BigInt(wide);
  return (4n * (4n * atanSeries(one / 5n, wide) - atanSeries(one / 239n, wide))) >> 16n;
}

/** For x from 0 to 1; the angle is halved until the series converges fast. */
function atanFixed(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  let t = x;
  for (let i = 0; i < 4; i++) t = (t << BigInt(bits)) / (one + squareRoot((one * one) + t * t));
  return atanSeries(t, bits) << 4n;
}

function atanSeries(x: bigint, bits: number): bigint {
  const square = (x * x) >> BigInt(bits);
  let sum = 0n;
  let term = x;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = -((term * square) >> BigInt(bits));
  }
  return sum;
}

/** The whole part of a square root (Newton). */
function squareRoot(value: bigint): bigint {
  if (value === 0n) return 0n;
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  while (true) {
    const better = (root + value / root) >> 1n;
    if (better >= root) return root;
    root = better;
  }
}
