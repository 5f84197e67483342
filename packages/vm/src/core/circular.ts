/*
 * The circular functions and their inverses, correctly rounded as in elementary.ts: first a result `hi + lo` right to about 66 bits,
 * and double-double.ts where that does not decide. Special values are C99's.
 */
import { addDD, addNumber, angleDD, asinDD, cosDD, divideDD, rootDD, ROUND, roundScaled, scaleDD, sinCosDD, sinDD, SPLIT, subtractDD } from './double-double.ts';
import type { DD } from './double-double.ts';
import { circleTable } from './elementary-tables.ts';
import { binaryParts } from './float-bits.ts';

/** Sine of an angle in radians. */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (x === 0) return x;
  const result = quickSin(x);
  if (result === result) return result;
  return Math.abs(x) < 1e-8 ? x - (x * x * x) / 6 : sinDD(x)[0];
}

/** Cosine of an angle in radians. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const result = quickCos(x);
  return result === result ? result : cosDD(x)[0];
}

/** Tangent of an angle in radians. */
export function tan(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (Math.abs(x) < 1e-8) return x + (x * x * x) / 3;
  const result = quickTan(x);
  if (result === result) return result;
  const { sin: s, cos: c } = sinCosDD(x);
  return divideDD(s, c)[0];
}

/** Angle in radians, from -π/2 to π/2. NaN outside its domain. */
export function asin(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 1) || x === 0) return Math.asin(x);
  if (magnitude < 1e-8) return x + (x * x * x) / 6;
  const result = quickAsin(x);
  if (result === result) return result;
  const exact = magnitude <= 0.5 ? asinDD([magnitude, 0]) : subtractDD(rightAngle, twiceHalfAngle(magnitude));
  return x < 0 ? -exact[0] : exact[0];
}

/** Angle in radians, from 0 to π. NaN outside its domain. */
export function acos(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 1) || x === 0) return Math.acos(x);
  const result = quickAcos(x);
  if (result === result) return result;
  if (x > 0.5) return twiceHalfAngle(x)[0];
  const rest = magnitude <= 0.5 ? asinDD([magnitude, 0]) : subtractDD(rightAngle, twiceHalfAngle(magnitude));
  return (x < 0 ? addDD(rightAngle, rest) : subtractDD(rightAngle, rest))[0];
}

const rightAngle: DD = [1.5707963267948966, 6.123233995736766e-17];

/** acos(x) = 2 asin(sqrt((1 - x) / 2)), x > 0.5. */
const twiceHalfAngle = (x: number): DD => scaleDD(asinDD(rootDD((1 - x) / 2)), 2);

/** Angle in radians, from -π/2 to π/2. */
export function atan(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) > 1e18 || x === 0) return Math.atan(x);
  if (Math.abs(x) < 1e-8) return x - (x * x * x) / 3;
  const result = quickAtan2(x, 1);
  return result === result ? result : angleDD(x, 1, Math.atan(x))[0];
}

/** Angle in radians of the point (x, y), from -π to π. */
export function atan2(y: number, x: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return Math.atan2(y, x);
  const result = quickAtan2(y, x);
  if (result === result) return result;
  const a = binaryParts(Math.abs(y));
  const b = binaryParts(Math.abs(x));
  const exponent = a.exponent - b.exponent;
  // All but a right or straight angle, or all but the quotient.
  if (exponent > 64 || (x < 0 && exponent < -64)) return Math.atan2(y, x);
  if (exponent < -28) {
    const quotient = divideDD([a.mantissa, 0], [b.mantissa, 0]);
    const small = quotient[0] * 2 ** Math.max(exponent, -60);
    const angle = x > 0 ? roundScaled(addNumber(quotient, (-quotient[0] * small * small) / 3), exponent) : subtractDD(scaleDD(rightAngle, 2), scaleDD(quotient, 2 ** exponent))[0];
    return y < 0 ? -angle : angle;
  }
  const scale = b.exponent - (exponent > 0 ? 0 : exponent);
  const opposite = a.mantissa * 2 ** (a.exponent - scale);
  const adjacent = Math.sign(x) * b.mantissa * 2 ** (b.exponent - scale);
  const angle = angleDD(opposite, adjacent, Math.atan2(opposite, adjacent))[0];
  return y < 0 ? -angle : angle;
}

const TWO_OVER_PI = 0.6366197723675814;
/** pi / 2 in parts of 30, 30, 30 and 53 bits. */
const QUARTER_1 = 1.5707963276654482;
const QUARTER_2 = -8.705515692000731e-10;
const QUARTER_3 = -3.503434396954818e-19;
const QUARTER_4 = -1.1351118607522202e-28;
/** pi / 2 as the sum of two doubles. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** What a result may be wrong by, relative to it. */
const ERROR = 2e-20;

/** Pairs `hi`, `lo` that the functions here leave for each other. */
const angle = new Float64Array(2);
const sine = new Float64Array(2);
const cosine = new Float64Array(2);

/** The double nearest to hi + lo, or NaN if that is not known. */
function rounded(hi: number, lo: number): number {
  const bound = Math.abs(hi) * ERROR;
  const result = hi + (lo + bound);
  return result === hi + (lo - bound) ? result : NaN;
}

/** Brings x into -pi / 4 … pi / 4 (`angle`) by quarters of the circle: how many, modulo 4, or -1 if x is too large or too near to a multiple. */
function reduce(x: number): number {
  if (Math.abs(x) <= 0.785398) {
    angle[0] = x;
    angle[1] = 0;
    return 0;
  }
  if (!(Math.abs(x) < 1e7)) return -1;
  const k = x * TWO_OVER_PI + ROUND - ROUND;
  const first = x - k * QUARTER_1;
  const p2 = k * QUARTER_2;
  const second = first - p2;
  const back2 = second - first;
  const low2 = first - (second - back2) - (p2 + back2);
  const p3 = k * QUARTER_3;
  const third = second - p3;
  const back3 = third - second;
  const low3 = second - (third - back3) - (p3 + back3);
  const low = low2 + (low3 - k * QUARTER_4);
  const hi = third + low;
  if (Math.abs(hi) < 1e-9) return -1;
  angle[0] = hi;
  angle[1] = third - hi + low;
  return k & 3;
}

/** Sine and cosine of hi + lo, |hi| at most pi / 4, into `sine` and `cosine`. */
function sineAndCosine(hi: number, lo: number): void {
  const magnitude = Math.abs(hi);
  const index = (magnitude * 128 + 0.5) | 0;
  const d = magnitude - index / 128;
  const dLow = hi < 0 ? -lo : lo;
  const square = d * d;
  // sin d = d + sinRest, cos d = 1 + cosRest
  const sinRest = dLow + d * square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square * (1 / 362880)))) - 0.5 * square * dLow;
  const cosRest = square * (-0.5 + square * (1 / 24 + square * (-1 / 720 + square * (1 / 40320)))) - d * dLow;
  const scaled = d * SPLIT;
  const dHigh = scaled - (scaled - d);
  const dRest = d - dHigh;
  const s = circleTable[4 * index];
  const sLow = circleTable[4 * index + 1];
  const c = circleTable[4 * index + 2];
  const cLow = circleTable[4 * index + 3];
  const sign = hi < 0 ? -1 : 1;
  if (index === 0) {
    sine[0] = hi;
    sine[1] = sign * sinRest;
  } else {
    const product = c * dHigh;
    const sum = s + product;
    sine[0] = sign * sum;
    sine[1] = sign * (product - (sum - s) + (sLow + (c * dRest + cLow * d + (c + cLow) * sinRest + (s + sLow) * cosRest)));
  }
  const product = -s * dHigh;
  const sum = c + product;
  cosine[0] = sum;
  cosine[1] = product - (sum - c) + (cLow + ((c + cLow) * cosRest - s * dRest - sLow * d - (s + sLow) * sinRest));
}

/** Sine of a finite number, or NaN. */
function quickSin(x: number): number {
  const quarter = reduce(x);
  if (quarter < 0) return NaN;
  sineAndCosine(angle[0], angle[1]);
  const result = (quarter & 1) === 0 ? rounded(sine[0], sine[1]) : rounded(cosine[0], cosine[1]);
  return quarter < 2 ? result : -result;
}

/** Cosine of a finite number, or NaN. */
function quickCos(x: number): number {
  const quarter = reduce(x);
  if (quarter < 0) return NaN;
  sineAndCosine(angle[0], angle[1]);
  const result = (quarter & 1) === 0 ? rounded(cosine[0], cosine[1]) : rounded(sine[0], sine[1]);
  return quarter === 0 || quarter === 3 ? result : -result;
}

/** (a + aLow) / (b + bLow) into `angle`. */
function divide(a: number, aLow: number, b: number, bLow: number): void {
  const quotient = a / b;
  const product = quotient * b;
  const scaledQ = quotient * SPLIT;
  const qHigh = scaledQ - (scaledQ - quotient);
  const qRest = quotient - qHigh;
  const scaledB = b * SPLIT;
  const bHigh = scaledB - (scaledB - b);
  const bRest = b - bHigh;
  const productLow = qHigh * bHigh - product + qHigh * bRest + qRest * bHigh + qRest * bRest;
  angle[0] = quotient;
  angle[1] = (a - product - productLow + aLow - quotient * bLow) / b;
}

/** Tangent of a finite number, or NaN. */
function quickTan(x: number): number {
  const quarter = reduce(x);
  if (quarter < 0) return NaN;
  sineAndCosine(angle[0], angle[1]);
  normalize(sine);
  normalize(cosine);
  if ((quarter & 1) === 0) divide(sine[0], sine[1], cosine[0], cosine[1]);
  else divide(-cosine[0], -cosine[1], sine[0], sine[1]);
  return rounded(angle[0], angle[1]);
}

function normalize(pair: Float64Array): void {
  const sum = pair[0] + pair[1];
  pair[1] -= sum - pair[0];
  pair[0] = sum;
}

/** asin of x + low, x from 0 to 0.75, into `angle`: a first answer, and what it lacks by one step of Newton's. */
function arcSine(x: number, low: number): void {
  const first = Math.asin(x);
  sineAndCosine(first, 0);
  const c = cosine[0] + cosine[1];
  const delta = (x - sine[0] - sine[1] + low) / c;
  angle[0] = first;
  angle[1] = delta + (0.5 * sine[0] * delta * delta) / c;
}

/** pi / 2 less twice the arc sine of the root of (1 - x) / 2, for x from 0.5 to 1: leaves twice that arc sine in `angle`. */
function arcOfRoot(x: number): void {
  const z = (1 - x) * 0.5;
  const root = Math.sqrt(z);
  const scaled = root * SPLIT;
  const high = scaled - (scaled - root);
  const rest = root - high;
  const lack = z - high * high - 2 * high * rest - rest * rest;
  arcSine(root, lack / (2 * root));
  angle[0] *= 2;
  angle[1] *= 2;
}

/** Arc sine of |x| < 1, or NaN. */
function quickAsin(x: number): number {
  const magnitude = Math.abs(x);
  let result: number;
  if (magnitude <= 0.5) {
    arcSine(magnitude, 0);
    result = rounded(angle[0], angle[1]);
  } else {
    arcOfRoot(magnitude);
    result = lessThanRight(-1);
  }
  return x < 0 ? -result : result;
}

/** pi / 2 + sign * `angle`, rounded. */
function lessThanRight(sign: number): number {
  const other = sign * angle[0];
  const sum = HALF_PI + other;
  return rounded(sum, other - (sum - HALF_PI) + (HALF_PI_LOW + sign * angle[1]));
}

/** Arc cosine of |x| < 1, or NaN. */
function quickAcos(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= 0.5) {
    arcSine(magnitude, 0);
    return lessThanRight(x < 0 ? 1 : -1);
  }
  arcOfRoot(magnitude);
  if (x > 0) return rounded(angle[0], angle[1]);
  const sum = 2 * HALF_PI - angle[0];
  return rounded(sum, 2 * HALF_PI - sum - angle[0] + (2 * HALF_PI_LOW - angle[1]));
}

/** Angle of the point (x, y), neither 0, of like and moderate size, or NaN. */
function quickAtan2(y: number, x: number): number {
  const ay = Math.abs(y);
  const ax = Math.abs(x);
  const steep = ay > ax;
  const opposite = steep ? ax : ay;
  const adjacent = steep ? ay : ax;
  if (!(opposite > 1e-140 && adjacent < 1e140)) return NaN;
  divide(opposite, 0, adjacent, 0);
  const ratio = angle[0];
  const ratioLow = angle[1];
  const first = Math.atan(ratio);
  sineAndCosine(first, 0);
  normalize(sine);
  normalize(cosine);
  // tan(angle - first) = (ratio * cos - sin) / (cos + ratio * sin)
  const c = cosine[0];
  const product = ratio * c;
  const scaledR = ratio * SPLIT;
  const rHigh = scaledR - (scaledR - ratio);
  const rRest = ratio - rHigh;
  const scaledC = c * SPLIT;
  const cHigh = scaledC - (scaledC - c);
  const cRest = c - cHigh;
  const productLow = rHigh * cHigh - product + rHigh * cRest + rRest * cHigh + rRest * cRest;
  const delta = (product - sine[0] + (productLow + ratio * cosine[1] + ratioLow * c - sine[1])) / (c + ratio * sine[0]);
  angle[0] = first;
  angle[1] = delta;
  let result: number;
  if (steep) result = lessThanRight(x < 0 ? 1 : -1);
  else if (x < 0) {
    const sum = 2 * HALF_PI - first;
    result = rounded(sum, 2 * HALF_PI - sum - first + (2 * HALF_PI_LOW - delta));
  } else result = rounded(first, delta);
  return y < 0 ? -result : result;
}
