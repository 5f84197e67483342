/*
 * Functions of C's libm. Where the last bit of V8's answer may differ from glibc's, it is V8's for now: docs/differences.md has the
 * shares. Special values are C99's.
 */

/** `pow(x, y)` of C99. */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return Math.pow(x, y);
}

/** e to the power x. */
export const exp = (x: number): number => Math.exp(x);
/** exp(x) - 1, exact near 0. */
export const expm1 = (x: number): number => Math.expm1(x);
/** Natural logarithm. NaN outside its domain. */
export const log = (x: number): number => Math.log(x);
/** Logarithm to base 10. NaN outside its domain. */
export const log10 = (x: number): number => Math.log10(x);
/** log(1 + x), exact near 0. NaN outside its domain. */
export const log1p = (x: number): number => Math.log1p(x);
/** Sine of an angle in radians. */
export const sin = (x: number): number => Math.sin(x);
/** Cosine of an angle in radians. */
export const cos = (x: number): number => Math.cos(x);
/** Tangent of an angle in radians. */
export const tan = (x: number): number => Math.tan(x);
/** Angle in radians, from -π/2 to π/2. NaN outside its domain. */
export const asin = (x: number): number => Math.asin(x);
/** Angle in radians, from 0 to π. NaN outside its domain. */
export const acos = (x: number): number => Math.acos(x);
/** Angle in radians, from -π/2 to π/2. */
export const atan = (x: number): number => Math.atan(x);
/** Angle in radians of the point (x, y), from -π to π. */
export const atan2 = (y: number, x: number): number => Math.atan2(y, x);
/** Hyperbolic sine. */
export const sinh = (x: number): number => Math.sinh(x);
/** Hyperbolic cosine. */
export const cosh = (x: number): number => Math.cosh(x);
/** Hyperbolic tangent. */
export const tanh = (x: number): number => Math.tanh(x);
/** Inverse hyperbolic sine. */
export const asinh = (x: number): number => Math.asinh(x);
/** Inverse hyperbolic cosine. NaN outside its domain. */
export const acosh = (x: number): number => Math.acosh(x);
/** Inverse hyperbolic tangent. NaN outside its domain. */
export const atanh = (x: number): number => Math.atanh(x);
/** Cube root. */
export const cbrt = (x: number): number => Math.cbrt(x);

/** Exact for powers of two. */
export function log2(x: number): number {
  const result = Math.log2(x);
  const nearest = Math.round(result);
  return nearest !== result && 2 ** nearest === x ? nearest : result;
}

// Lanczos' approximation (g = 607/128, 15 terms).
const lanczosG = 4.7421875;
const lanczos = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978, 0.33994649984811888699e-4,
  0.46523628927048575665e-4, -0.98374475304879564677e-4, 0.15808870322491248884e-3, -0.21026444172410488319e-3, 0.2174396181152126432e-3,
  -0.16431810653676389022e-3, 0.84418223983852743293e-4, -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

function lanczosSum(x: number): number {
  let sum = lanczos[0];
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i] / (x + i);
  return sum;
}

/** Gamma function; NaN at negative integers, infinite at zero. */
export function gamma(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x === -Infinity) return NaN;
  if (Number.isInteger(x)) {
    if (x === 0) return 1 / x;
    if (x < 0) return NaN;
    if (x <= 23) {
      let result = 1;
      for (let i = 2; i < x; i++) result *= i;
      return result;
    }
  }
  if (x > 171.7) return Infinity;
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const t = x - 1 + lanczosG + 0.5;
  const half = Math.pow(t, (x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-t) * half * lanczosSum(x - 1);
}

/** Logarithm of |gamma(x)|. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Infinity;
  if (Number.isInteger(x) && x <= 2) return x <= 0 ? Infinity : 0;
  const magnitude = Math.abs(x);
  if (magnitude < 1e-20) return -Math.log(magnitude);
  if (x < 0.5) return Math.log(Math.PI) - Math.log(Math.abs(Math.sin(Math.PI * (magnitude % 2)))) - Math.log(magnitude) - (lgamma(magnitude) - 0);
  const t = x - 1 + lanczosG + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(lanczosSum(x - 1));
}

/** Error function: a series near zero, a continued fraction away from it. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  const result = magnitude < 1.5 ? erfSeries(magnitude) : 1 - erfcFraction(magnitude);
  return x < 0 || Object.is(x, -0) ? -result : result;
}

/** 1 - erf(x), accurate where that is tiny. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 1.5) return 1 - (x < 0 ? -erfSeries(magnitude) : erfSeries(magnitude));
  const tail = erfcFraction(magnitude);
  return x > 0 ? tail : 2 - tail;
}

function erfSeries(x: number): number {
  const square = x * x;
  let sum = 0;
  let k = 25.5;
  for (let i = 0; i < 25; i++) {
    sum = 2 + (square * sum) / k;
    k -= 1;
  }
  return (sum * x * Math.exp(-square)) / Math.sqrt(Math.PI);
}

function erfcFraction(x: number): number {
  if (x >= 30) return 0;
  const square = x * x;
  let a = 0;
  let da = 0.5;
  let p = 1;
  let p1 = 0;
  let q = da + square;
  let q1 = 1;
  for (let i = 0; i < 50; i++) {
    a += da;
    da += 2;
    const b = da + square;
    [p, p1] = [b * p - a * p1, p];
    [q, q1] = [b * q - a * q1, q];
  }
  return ((p / q) * x * Math.exp(-square)) / Math.sqrt(Math.PI);
}
