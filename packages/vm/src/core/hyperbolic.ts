/*
 * The hyperbolic functions with expm1 and log1p: fdlibm's formulas, their polynomials summed in pairs of terms as glibc does,
 * so that the last digit is glibc's too. Special values are C99's.
 */
import { exp, log } from './elementary.ts';
import { highWord, inPairs, powerOfTwo } from './float-bits.ts';

const LN2_HIGH = 6.93147180369123816490e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.44269504088896338700;
const LN2 = 6.93147180559945286227e-1;

const expm1Terms = [1, -3.33333333333331316428e-2, 1.58730158725481460165e-3, -7.93650757867487942473e-5, 4.00821782732936239552e-6, -2.01099218183624371326e-7];
const log1pTerms = [
  0, 6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1, 1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
];

/** exp(x) - 1, exact near 0. */
export function expm1(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -38.816242) return -1;
  const word = highWord(Math.abs(x));
  if (word < 0x3c900000) return x;
  // x = k * ln 2 + r + c
  let k = 0;
  let r = x;
  let c = 0;
  if (word > 0x3fd62e42) {
    k = word < 0x3ff0a2b2 ? Math.sign(x) : Math.trunc(INVERSE_LN2 * x + (x > 0 ? 0.5 : -0.5));
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    r = high - low;
    c = high - r - low;
  }
  const half = 0.5 * r;
  const square = r * half;
  const series = inPairs(square, expm1Terms);
  const t = 3 - series * half;
  let e = square * ((series - t) / (6 - r * t));
  if (k === 0) return r - (r * e - square);
  e = r * (e - c) - c - square;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) {
    const scaled = 1 - (e - r);
    return (k === 1024 ? scaled * 2 * powerOfTwo(1023) : scaled * powerOfTwo(k)) - 1;
  }
  if (k < 20) return (1 - powerOfTwo(-k) - (e - r)) * powerOfTwo(k);
  return (r - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

/** log(1 + x), exact near 0. NaN outside its domain. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -54) return x;
  if (magnitude < 2 ** -29) return x - x * x * 0.5;
  // 1 + x = 2 ** k * (1 + f), and what is lost of it: c.
  let k = 0;
  let f = x;
  let c = 0;
  let small = false;
  const word = highWord(x);
  if (word >= 0x3fda827a || (word <= 0 && word > (0xbfd2bec3 | 0))) {
    const sum = x < 2 ** 53 ? 1 + x : x;
    const bits = highWord(sum);
    k = (bits >> 20) - 1023;
    if (x < 2 ** 53) c = (k > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum;
    const fraction = bits & 0xfffff;
    let mantissa = k > 1022 ? sum * 0.5 * powerOfTwo(1 - k) : sum * powerOfTwo(-k);
    if (fraction >= 0x6a09e) {
      k += 1;
      mantissa *= 0.5;
    }
    small = fraction === 0 || (0x100000 - fraction) >> 2 === 0;
    f = mantissa - 1;
  }
  const half = 0.5 * f * f;
  if (small) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + (c + k * LN2_LOW);
    const rest = half * (1 - 0.66666666666666666 * f);
    return k === 0 ? f - rest : k * LN2_HIGH - (rest - (k * LN2_LOW + c) - f);
  }
  const s = f / (2 + f);
  const series = inPairs(s * s, log1pTerms);
  if (k === 0) return f - (half - s * (half + series));
  return k * LN2_HIGH - (half - (s * (half + series) + (k * LN2_LOW + c)) - f);
}

/** Hyperbolic sine. */
export function sinh(x: number): number {
  if (!Number.isFinite(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -28) return x;
  const half = x < 0 ? -0.5 : 0.5;
  if (magnitude < 22) {
    const t = expm1(magnitude);
    return magnitude < 1 ? half * (2 * t - (t * t) / (t + 1)) : half * (t + t / (t + 1));
  }
  const size = largeHyperbolic(magnitude);
  return x < 0 ? -size : size;
}

/** Hyperbolic cosine. */
export function cosh(x: number): number {
  if (!Number.isFinite(x)) return Math.abs(x);
  const magnitude = Math.abs(x);
  if (magnitude >= 22) return largeHyperbolic(magnitude);
  if (highWord(magnitude) < 0x3fd62e43) {
    const t = expm1(magnitude);
    const w = 1 + t;
    return magnitude < 2 ** -55 ? w : 1 + (t * t) / (w + w);
  }
  const t = exp(magnitude);
  return 0.5 * t + 0.5 / t;
}

/** exp(x) / 2, up to where it overflows. */
function largeHyperbolic(x: number): number {
  if (x < 709.782712893384) return 0.5 * exp(x);
  if (x > 710.4758600739439) return Infinity;
  const w = exp(0.5 * x);
  return 0.5 * w * w;
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -55) return x * (1 + x);
  let z: number;
  if (magnitude >= 22) z = 1;
  else if (magnitude >= 1) z = 1 - 2 / (expm1(2 * magnitude) + 2);
  else {
    const t = expm1(-2 * magnitude);
    z = -t / (t + 2);
  }
  return x < 0 ? -z : z;
}

/** Inverse hyperbolic sine. */
export function asinh(x: number): number {
  if (!Number.isFinite(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -28) return x;
  let w: number;
  if (magnitude > 2 ** 28) w = log(magnitude) + LN2;
  else if (magnitude > 2) w = log(2 * magnitude + 1 / (Math.sqrt(x * x + 1) + magnitude));
  else w = log1p(magnitude + (x * x) / (1 + Math.sqrt(1 + x * x)));
  return x < 0 ? -w : w;
}

/** Inverse hyperbolic cosine. NaN outside its domain. */
export function acosh(x: number): number {
  if (!(x >= 1)) return NaN;
  if (x === Infinity) return x;
  if (x > 2 ** 28) return log(x) + LN2;
  if (x === 1) return 0;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const t = x - 1;
  return log1p(t + Math.sqrt(2 * t + t * t));
}

/** Inverse hyperbolic tangent. NaN outside its domain. */
export function atanh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 1)) return magnitude === 1 ? x * Infinity : NaN;
  if (magnitude < 2 ** -28) return x;
  let t: number;
  if (magnitude < 0.5) {
    t = magnitude + magnitude;
    t = 0.5 * log1p(t + (t * magnitude) / (1 - magnitude));
  } else t = 0.5 * log1p((magnitude + magnitude) / (1 - magnitude));
  return x < 0 ? -t : t;
}
