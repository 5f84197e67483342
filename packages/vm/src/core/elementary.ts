/*
 * exp, pow and the logarithms, correctly rounded: tables and short series give the result as `hi + lo`, right to about 68 bits, in
 * some 50 ns. Where that does not decide between two doubles (one in some thousand), a `quick…` function gives NaN and
 * double-double.ts is asked. Special values are C99's.
 */
import { decompose } from './decimal-text.ts';
import { divideDD, expDD, logDD, ROUND, roundScaled, SPLIT, timesNumber } from './double-double.ts';
import type { DD } from './double-double.ts';
import { expTable, logTable } from './elementary-tables.ts';
import { binaryParts, powerOfTwo } from './float-bits.ts';

/** `pow(x, y)` of C99. */
export function pow(x: number, y: number): number {
  if (x > 0 && x !== 1 && x !== Infinity) {
    if (y === 2) return x * x;
    if (y === 0.5) return Math.sqrt(x);
    const result = quickPow(x, y);
    return result === result ? result : powPositive(x, y);
  }
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  if (x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return Math.pow(x, y);
  if (!Number.isInteger(y)) return NaN;
  const result = pow(-x, y);
  return y % 2 === 0 ? result : -result;
}

function powPositive(x: number, y: number): number {
  if (y === 1 || !Number.isFinite(y)) return Math.pow(x, y);
  const estimate = y * Math.log2(x);
  if (estimate > 1025) return Infinity;
  if (estimate < -1080) return 0;
  if (Math.abs(estimate) < 1e-17) return 1;
  const exact = exactPower(x, y);
  if (exact !== null) return exact;
  const { value, scale } = expDD(timesNumber(logDD(x), y));
  return roundScaled(value, scale);
}

/** A power that is a double or half-way between two of them, which no series can decide: few bits, multiplied. */
function exactPower(x: number, y: number): number | null {
  let base = x;
  let power = y;
  while (!Number.isInteger(power)) {
    const root = Math.sqrt(base);
    if (root * root !== base || oddPart(root).odd >= 2 ** 27) return null;
    base = root;
    power *= 2;
  }
  const { odd, exponent } = oddPart(base);
  if (odd === 1) return roundScaled([1, 0], exponent * power);
  if (power < 0 || power * Math.log2(odd) > 64) return null;
  const exact = BigInt(odd) ** BigInt(power);
  const hi = Number(exact);
  return roundScaled([hi, Number(exact - BigInt(hi))], exponent * power);
}

/** x = odd * 2 ** exponent, for x > 0. */
function oddPart(x: number): { odd: number; exponent: number } {
  const parts = decompose(x);
  let odd = Number(parts.mantissa);
  let exponent = parts.exponent;
  while (odd % 2 === 0) {
    odd /= 2;
    exponent++;
  }
  return { odd, exponent };
}

/** e to the power x. */
export function exp(x: number): number {
  const result = quickExp(x);
  if (result === result || x !== x) return result;
  if (x > 709.79) return Infinity;
  if (x < -745.2) return 0;
  const { value, scale } = expDD([x, 0]);
  return roundScaled(value, scale);
}

/** Natural logarithm. NaN outside its domain. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  const result = quickLog(x);
  return result === result ? result : logDD(x)[0];
}

const ln2: DD = [0.6931471805599453, 2.3190468138462996e-17];

/** Logarithm to base 2, exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log2(x);
  const nearest = Math.round(Math.log2(x));
  if (2 ** nearest === x) return nearest;
  const result = quickLog2(x);
  return result === result ? result : divideDD(logDD(x), ln2)[0];
}

/** Logarithm to base 10: fdlibm's way over log. */
export function log10(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log10(x);
  const { mantissa, exponent } = binaryParts(x);
  const below = exponent < 0 ? 1 : 0;
  const power = exponent + below;
  const z = power * 3.69423907715893078616e-13 + 4.34294481903251816668e-1 * log(below === 1 ? mantissa / 2 : mantissa);
  return z + power * 3.01029995663611771306e-1;
}

/** ln 2 as a multiple of 2 ** -42 and what that lacks. */
const LN2 = 0.6931471805598903;
const LN2_REST = 5.497923018708371e-14;
/** ln 2 / 128 in parts of 34, 34 and 53 bits; 128 / ln 2. */
const STEP = 0.005415212347998022;
const STEP_REST = 1.2655086083012853e-13;
const STEP_LAST = 3.1258479278239995e-24;
const STEPS = 184.6649652337873;
/** 1 / ln 2 as the sum of two doubles, and the halves of the first. */
const INVERSE_LN2 = 1.4426950408889634;
const INVERSE_LN2_LOW = 2.0355273740931033e-17;
const INVERSE_HIGH = 1.4426950514316559;
const INVERSE_REST = -1.0542692496784412e-8;

const scratch = new DataView(new ArrayBuffer(8));
/** Where `logParts` leaves its result: `hi`, `lo` and the bound of their error. */
const logarithm = new Float64Array(3);

/** ln(x) of a positive, finite number into `logarithm`. */
function logParts(x: number): void {
  scratch.setFloat64(0, x, true);
  let high = scratch.getInt32(4, true);
  let k = 0;
  if (high < 0x00100000) {
    scratch.setFloat64(0, x * 18014398509481984, true);
    high = scratch.getInt32(4, true);
    k = -54;
  }
  scratch.setInt32(4, (high & 0x000fffff) | 0x3ff00000, true);
  const mantissa = scratch.getFloat64(0, true);
  const index = (high >> 13) & 127;
  k += (high >> 20) - 1023 + (index >= 53 ? 1 : 0);
  // r = mantissa * inverse - 1 exactly: its last bit is worth 2 ** -60, and |r| < 2 ** -7.
  const inverse = logTable[3 * index];
  const scaled = mantissa * SPLIT;
  const upper = scaled - (scaled - mantissa);
  const r = upper * inverse - 1 + (mantissa - upper) * inverse;
  // ln(1 + r) = r - r * r / 2 + rest
  const square = r * r;
  const scaledR = r * SPLIT;
  const rHigh = scaledR - (scaledR - r);
  const rLow = r - rHigh;
  const squareLow = rHigh * rHigh - square + 2 * rHigh * rLow + rLow * rLow;
  const rest = r * square * (1 / 3 - 0.25 * r + square * (0.2 - r * (1 / 6) + square * (1 / 7 - 0.125 * r + square * (1 / 9))));
  const whole = k * LN2 + logTable[3 * index + 1];
  // whole is 0 or more than r.
  const sum = whole + r;
  const sumLow = whole === 0 ? 0 : r - (sum - whole);
  const half = -0.5 * square;
  const near = sum + half;
  const lo = half - (near - sum) + (sumLow + (rest - 0.5 * squareLow + (k * LN2_REST + logTable[3 * index + 2])));
  const hi = near + lo;
  logarithm[0] = hi;
  logarithm[1] = lo - (hi - near);
  logarithm[2] = Math.abs(rest) * 4e-16 + Math.abs(hi) * 1e-30;
}

/** Natural logarithm of a positive, finite number, or NaN. */
function quickLog(x: number): number {
  logParts(x);
  const hi = logarithm[0];
  const lo = logarithm[1];
  const result = hi + (lo + logarithm[2]);
  return result === hi + (lo - logarithm[2]) ? result : NaN;
}

/** Logarithm to base 2 of a positive, finite number, or NaN. */
function quickLog2(x: number): number {
  logParts(x);
  const hi = logarithm[0];
  const product = hi * INVERSE_LN2;
  const scaled = hi * SPLIT;
  const high = scaled - (scaled - hi);
  const rest = hi - high;
  const low = high * INVERSE_HIGH - product + high * INVERSE_REST + rest * INVERSE_HIGH + rest * INVERSE_REST + (hi * INVERSE_LN2_LOW + logarithm[1] * INVERSE_LN2);
  const bound = 2 * logarithm[2];
  const result = product + (low + bound);
  return result === product + (low - bound) ? result : NaN;
}

/** exp(hi + lo), known with an absolute error of `error`, or NaN. */
function expOf(hi: number, lo: number, error: number): number {
  const n = hi * STEPS + ROUND - ROUND;
  // hi - n * ln 2 / 128 is exact up to the second part; |r| < 0.0028.
  const near = hi - n * STEP;
  const next = -n * STEP_REST;
  const r = near + next;
  const back = r - near;
  const rLow = near - (r - back) + (next - back) + (lo - n * STEP_LAST);
  // exp(r) - 1 = r + rest
  const square = r * r;
  const rest = rLow + rLow * (r + 0.5 * square) + square * (0.5 + r * (1 / 6) + square * (1 / 24 + r * (1 / 120) + square * (1 / 720)));
  const index = n & 127;
  const table = expTable[2 * index];
  const tableRest = expTable[2 * index + 1];
  const scaled = r * SPLIT;
  const rHigh = scaled - (scaled - r);
  const product = table * rHigh;
  const sum = table + product;
  const low = product - (sum - table) + (tableRest + (table * (r - rHigh) + tableRest * r + (table + tableRest) * rest));
  const bound = (error + 4e-21) * 2;
  const result = sum + (low + bound);
  const k = (n - index) / 128;
  if (result !== sum + (low - bound) || k < -1021 || k > 1022) return NaN;
  return result * powerOfTwo(k);
}

/** e to the power x, or NaN. */
function quickExp(x: number): number {
  return x < 709 && x > -707 ? expOf(x, 0, 0) : NaN;
}

/** x to the power y, both finite and x positive, or NaN. */
function quickPow(x: number, y: number): number {
  logParts(x);
  const hi = logarithm[0];
  const product = hi * y;
  const size = Math.abs(product);
  if (!(size < 707 && size > 1e-200) || Math.abs(y) > 1e200) return NaN;
  const scaledHi = hi * SPLIT;
  const hiHigh = scaledHi - (scaledHi - hi);
  const hiLow = hi - hiHigh;
  const scaledY = y * SPLIT;
  const yHigh = scaledY - (scaledY - y);
  const yLow = y - yHigh;
  const low = hiHigh * yHigh - product + hiHigh * yLow + hiLow * yHigh + hiLow * yLow + logarithm[1] * y;
  return expOf(product, low, logarithm[2] * Math.abs(y));
}
