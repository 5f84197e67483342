/*
 * Functions of C's libm. exp, log, pow, the circular functions and their inverses are correctly rounded, which is what glibc gives
 * too but for a few in a thousand; the others follow fdlibm, as glibc and V8 do. Special values are C99's.
 */
import { addDD, addNumber, cosDD, divideDD, expDD, logDD, rootOfSum, roundScaled, sinCosDD, sinDD, subtractDD, timesNumber } from './double-double.ts';

/** `pow(x, y)` of C99. */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  if (y === 1 || x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return Math.pow(x, y);
  if (y === 2) return x * x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  if (y === -1) return 1 / x;
  if (x > 0) return powPositive(x, y);
  if (!Number.isInteger(y)) return NaN;
  const result = powPositive(-x, y);
  return y % 2 === 0 ? result : -result;
}

function powPositive(x: number, y: number): number {
  const estimate = y * Math.log2(x);
  if (estimate > 1025) return Infinity;
  if (estimate < -1080) return 0;
  const exact = exactPower(x, y);
  if (exact !== null) return exact;
  const log = logDD(x);
  // A product that is too small for its parts is as good as nothing.
  if (Math.abs(y) < 1e-280) return 1 + y * log[0];
  const product = Math.abs(y) > 1e280 ? ([log[0] * y, 0] as const) : timesNumber(log, y);
  const { value, scale } = expDD(product);
  return roundScaled(value, scale);
}

/** Powers that no rounding is needed for, or only one: small whole ones of numbers with few bits. */
function exactPower(x: number, y: number): number | null {
  if (!Number.isInteger(y) || y < 0 || y > 64) return null;
  let result = 1;
  for (let i = 0; i < y; i++) {
    result *= x;
    if (result > 9007199254740992 || !Number.isInteger(result)) return null;
  }
  return result;
}

/** e to the power x. */
export function exp(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x > 709.79) return Infinity;
  if (x < -745.2) return 0;
  if (Math.abs(x) < 1e-17) return 1 + x;
  const { value, scale } = expDD([x, 0]);
  return roundScaled(value, scale);
}

/** Natural logarithm. NaN outside its domain. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  return x === 1 ? 0 : logDD(x)[0];
}

/** exp(x) - 1, exact near 0. */
export const expm1 = (x: number): number => Math.expm1(x);
/** log(1 + x), exact near 0. NaN outside its domain. */
export const log1p = (x: number): number => Math.log1p(x);
/** Cube root. */
export const cbrt = (x: number): number => Math.cbrt(x);

/** `sqrt(x * x + y * y)` without overflow on the way. */
export function hypot(x: number, y: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  const larger = Math.max(a, b);
  if (!(larger > 0)) return a + b;
  const scale = larger > 1e150 ? 2 ** -600 : larger < 1e-140 ? 2 ** 600 : 1;
  const root = rootOfSum(a * scale, b * scale);
  return root / scale;
}

/** fdlibm's way over log. */
export function log10(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log10(x);
  let exponent = Math.floor(Math.log2(x));
  let mantissa = exponent < -1000 ? x * 2 ** 600 * 2 ** (-exponent - 600) : x * 2 ** -exponent;
  if (mantissa >= 2) {
    mantissa /= 2;
    exponent++;
  } else if (mantissa < 1) {
    mantissa *= 2;
    exponent--;
  }
  const below = exponent < 0 ? 1 : 0;
  const z = (exponent + below) * 3.69423907715893078616e-13 + 4.34294481903251816668e-1 * log(below === 1 ? mantissa / 2 : mantissa);
  return z + (exponent + below) * 3.01029995663611771306e-1;
}

/** Exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log2(x);
  const nearest = Math.round(Math.log2(x));
  if (2 ** nearest === x) return nearest;
  return divideDD(logDD(x), [0.6931471805599453, 2.3190468138462996e-17])[0];
}

// ---- circular functions ----

/** Sine of an angle in radians. */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (x === 0) return x;
  return Math.abs(x) < 1e-8 ? x - (x * x * x) / 6 : sinDD(x)[0];
}

/** Cosine of an angle in radians. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  return cosDD(x)[0];
}

/** Tangent of an angle in radians. */
export function tan(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (Math.abs(x) < 1e-8) return x + (x * x * x) / 3;
  const { sin: s, cos: c } = sinCosDD(x);
  return divideDD(s, c)[0];
}

/** A first answer, and what it lacks by one step of Newton's. */
export function asin(x: number): number {
  if (!(Math.abs(x) < 1)) return Math.asin(x);
  if (Math.abs(x) < 1e-8) return x + (x * x * x) / 6;
  const y = Math.asin(x);
  const { sin: s, cos: c } = sinCosDD(y);
  const delta = divideDD(subtractDD([x, 0], s), c);
  return addNumber(addDD([y, 0], delta), (s[0] * delta[0] * delta[0]) / (2 * c[0]))[0];
}

/** Angle in radians, from 0 to π. NaN outside its domain. */
export function acos(x: number): number {
  if (!(Math.abs(x) < 1)) return Math.acos(x);
  const y = Math.acos(x);
  const { sin: s, cos: c } = sinCosDD(y);
  const delta = divideDD(subtractDD(c, [x, 0]), s);
  return addNumber(addDD([y, 0], delta), (-c[0] * delta[0] * delta[0]) / (2 * s[0]))[0];
}

/** Angle in radians, from -π/2 to π/2. */
export function atan(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) > 1e18 || x === 0) return Math.atan(x);
  if (Math.abs(x) < 1e-8) return x - (x * x * x) / 3;
  return angle(x, 1, Math.atan(x));
}

/** Angle in radians of the point (x, y), from -π to π. */
export function atan2(y: number, x: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return Math.atan2(y, x);
  const larger = Math.max(Math.abs(x), Math.abs(y));
  const scale = larger > 1e100 ? 2 ** -600 : larger < 1e-100 ? 2 ** 600 : 1;
  const [a, b] = [y * scale, x * scale];
  const ratio = a / b;
  // A quotient that is the answer, or all but a right angle.
  if (x > 0 && Math.abs(ratio) < 1e-8) return Math.abs(y / x) < 1e-290 ? y / x : quotient(a, b);
  if (Math.abs(ratio) > 1e18 || (x < 0 && Math.abs(ratio) < 1e-18)) return Math.atan2(y, x);
  return angle(a, b, Math.atan2(a, b));
}

/** atan of a small quotient. */
function quotient(a: number, b: number): number {
  const exact = divideDD([a, 0], [b, 0]);
  return exact[0] + (exact[1] - (exact[0] * exact[0] * exact[0]) / 3);
}

/** The angle of (x, y) from one that is nearly right. */
function angle(y: number, x: number, near: number): number {
  const { sin: s, cos: c } = sinCosDD(near);
  const across = subtractDD(timesNumber(c, y), timesNumber(s, x));
  const along = addDD(timesNumber(c, x), timesNumber(s, y));
  return addDD([near, 0], divideDD(across, along))[0];
}

// ---- hyperbolic functions: fdlibm's formulas ----

/** Hyperbolic sine. */
export function sinh(x: number): number {
  if (!Number.isFinite(x)) return x;
  const magnitude = Math.abs(x);
  const half = x < 0 ? -0.5 : 0.5;
  if (magnitude < 22) {
    if (magnitude < 2 ** -28) return x;
    const t = Math.expm1(magnitude);
    return magnitude < 1 ? half * (2 * t - (t * t) / (t + 1)) : half * (t + t / (t + 1));
  }
  return largeHyperbolic(magnitude) * 2 * half;
}

/** Hyperbolic cosine. */
export function cosh(x: number): number {
  if (!Number.isFinite(x)) return Math.abs(x);
  const magnitude = Math.abs(x);
  if (magnitude < 22) {
    if (magnitude < 0.34657359027997264) {
      const t = Math.expm1(magnitude);
      const w = 1 + t;
      return magnitude < 2 ** -55 ? w : 1 + (t * t) / (w + w);
    }
    const t = exp(magnitude);
    return 0.5 * t + 0.5 / t;
  }
  return largeHyperbolic(magnitude);
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
  else if (magnitude >= 1) z = 1 - 2 / (Math.expm1(2 * magnitude) + 2);
  else {
    const t = Math.expm1(-2 * magnitude);
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
  if (magnitude > 2 ** 28) w = log(magnitude) + 6.93147180559945286227e-1;
  else if (magnitude > 2) w = log(2 * magnitude + 1 / (Math.sqrt(x * x + 1) + magnitude));
  else w = Math.log1p(magnitude + (x * x) / (1 + Math.sqrt(1 + x * x)));
  return x < 0 ? -w : w;
}

/** Inverse hyperbolic cosine. NaN outside its domain. */
export function acosh(x: number): number {
  if (!(x >= 1)) return NaN;
  if (x === Infinity) return x;
  if (x > 2 ** 28) return log(x) + 6.93147180559945286227e-1;
  if (x === 1) return 0;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const t = x - 1;
  return Math.log1p(t + Math.sqrt(2 * t + t * t));
}

/** Inverse hyperbolic tangent. NaN outside its domain. */
export function atanh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 1)) return magnitude === 1 ? x * Infinity : NaN;
  if (magnitude < 2 ** -28) return x;
  let t: number;
  if (magnitude < 0.5) {
    t = magnitude + magnitude;
    t = 0.5 * Math.log1p(t + (t * magnitude) / (1 - magnitude));
  } else t = 0.5 * Math.log1p((magnitude + magnitude) / (1 - magnitude));
  return x < 0 ? -t : t;
}

// ---- gamma: Lanczos' approximation as CPython evaluates it (Modules/mathmodule.c, m_tgamma and m_lgamma) ----

const lanczosG = 6.024680040776729583740234375;
const lanczosGMinusHalf = 5.524680040776729583740234375;
const logPi = 1.144729885849400174143427351353058711647;
const numerators = [
  23531376880.410759688572, 42919803642.649098768958, 35711959237.355668049440, 17921034426.037209699920, 6039542586.3520280050643, 1439720407.3117216736632, 248874557.86205415651147, 31426415.585400194380614, 2876370.6289353724412254, 186056.26539522349504029,
  8071.6720023658162106380, 210.82427775157934587251, 2.5066282746310002701649,
];
const denominators = [0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925, 66, 1];

function lanczosSum(x: number): number {
  let above = 0;
  let below = 0;
  // From the end whose terms are small.
  if (x < 5) {
    for (let i = numerators.length - 1; i >= 0; i--) {
      above = above * x + numerators[i];
      below = below * x + denominators[i];
    }
  } else {
    for (let i = 0; i < numerators.length; i++) {
      above = above / x + numerators[i];
      below = below / x + denominators[i];
    }
  }
  return above / below;
}

/** sin(pi * x) */
function sinPi(x: number): number {
  const y = Math.abs(x) % 2;
  const sign = x < 0 ? -1 : 1;
  switch (Math.round(2 * y)) {
    case 0:
      return sign * sin(Math.PI * y);
    case 1:
      return sign * cos(Math.PI * (y - 0.5));
    case 2:
      return sign * sin(Math.PI * (1 - y));
    case 3:
      return sign * -cos(Math.PI * (y - 1.5));
    default:
      return sign * sin(Math.PI * (y - 2));
  }
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
  const magnitude = Math.abs(x);
  if (magnitude < 1e-20) return 1 / x;
  if (magnitude > 200) return x < 0 ? 0 / sinPi(x) : Infinity;
  const y = magnitude + lanczosGMinusHalf;
  // What the addition has lost.
  const lost = magnitude > lanczosGMinusHalf ? y - magnitude - lanczosGMinusHalf : y - lanczosGMinusHalf - magnitude;
  const correction = (lost * lanczosG) / y;
  if (x < 0) {
    let result = (((-Math.PI / sinPi(magnitude) / magnitude) * exp(y)) / lanczosSum(magnitude));
    result -= correction * result;
    if (magnitude < 140) return result / pow(y, magnitude - 0.5);
    const half = pow(y, magnitude / 2 - 0.25);
    return result / half / half;
  }
  let result = lanczosSum(magnitude) / exp(y);
  result += correction * result;
  if (magnitude < 140) return result * pow(y, magnitude - 0.5);
  const half = pow(y, magnitude / 2 - 0.25);
  return result * half * half;
}

/** Logarithm of |gamma(x)|. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Infinity;
  if (Number.isInteger(x) && x <= 2) return x <= 0 ? Infinity : 0;
  const magnitude = Math.abs(x);
  if (magnitude < 1e-20) return -log(magnitude);
  let result = log(lanczosSum(magnitude)) - lanczosG;
  result += (magnitude - 0.5) * (log(magnitude + lanczosG - 0.5) - 1);
  if (x < 0) result = logPi - log(Math.abs(sinPi(magnitude))) - log(magnitude) - result;
  return result;
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
  return (sum * x * exp(-square)) / Math.sqrt(Math.PI);
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
  return ((p / q) * x * exp(-square)) / Math.sqrt(Math.PI);
}
