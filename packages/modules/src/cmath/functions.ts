import { libm } from '@py/vm/native';
import { specialResults } from './special.ts';

/* Functions of complex numbers, as CPython computes them (CPython 3.12: Modules/cmathmodule.c), mostly by W. Kahan, "Branch cuts for complex elementary functions". */

/** Real and imaginary part. */
export type Complex = readonly [number, number];

/** Thrown for what Python calls a math domain error. */
export class DomainError extends Error {}

/** A finite argument gave a result that is too large. */
export class ResultTooLarge extends Error {}

const { PI, LN2, LN10, E } = Math;
const maxValue = Number.MAX_VALUE;
const minNormal = 2 ** -1022;
/** Beyond this a sum of squares may overflow. */
const large = maxValue / 4;
const logLarge = libm.log(large);
const sqrtMin = Math.sqrt(minNormal);

const copysign = (magnitude: number, sign: number): number => (isNegative(sign) ? -Math.abs(magnitude) : Math.abs(magnitude));
const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);
const finite = (z: Complex): boolean => Number.isFinite(z[0]) && Number.isFinite(z[1]);

/** Place in the tables: -inf, negative, -0.0, 0.0, positive, inf, nan. */
function kindOf(x: number): number {
  if (Number.isNaN(x)) return 6;
  if (!Number.isFinite(x)) return x < 0 ? 0 : 5;
  return x === 0 ? (isNegative(x) ? 2 : 3) : x < 0 ? 1 : 4;
}

const constants: Readonly<Record<string, number>> = { i: Infinity, 0: 0, 1: 1, p: PI, h: PI / 2, q: PI / 4, t: (3 * PI) / 4 };

/** The result for an argument that is not finite. */
function special(name: keyof typeof specialResults, [x, y]: Complex): Complex {
  const cell = specialResults[name].split('|')[kindOf(x)].split(' ')[kindOf(y)];
  if (cell === 'E') throw new DomainError();
  const parts = cell === 'n' ? ['n', 'n'] : [...cell.matchAll(/n|[+-]./g)].map(([part]) => part);
  const [real, imag] = parts.map((part) => (part === 'n' ? NaN : part[0] === '-' ? -constants[part[1]] : constants[part[1]]));
  return [real, imag];
}

/** An infinite radius at a finite angle other than 0: the quadrant decides. */
function atAngle(radius: number, angle: number): Complex {
  return [copysign(radius, libm.cos(angle)), copysign(radius, libm.sin(angle))];
}

function checked(z: Complex): Complex {
  if (!finite(z) && (Math.abs(z[0]) === Infinity || Math.abs(z[1]) === Infinity)) throw new ResultTooLarge();
  return z;
}

export function sqrt(z: Complex): Complex {
  if (!finite(z)) return special('sqrt', z);
  const [x, y] = z;
  if (x === 0 && y === 0) return [0, y];
  const [ax, ay] = [Math.abs(x), Math.abs(y)];
  // The root of (|x| + |z|) / 2, without losing bits of what is tiny and without overflow.
  const longer = ax < minNormal && ay < minNormal
    ? Math.sqrt((ax * 2 ** 54 + libm.hypot(ax * 2 ** 54, ay * 2 ** 54)) / 2) * 2 ** -27
    : 2 * Math.sqrt(ax / 8 + libm.hypot(ax / 8, ay / 8));
  const shorter = ay / (2 * longer);
  return x >= 0 ? [longer, copysign(shorter, y)] : [shorter, copysign(longer, y)];
}

export function acos(z: Complex): Complex {
  if (!finite(z)) return special('acos', z);
  const [x, y] = z;
  if (Math.abs(x) > large || Math.abs(y) > large) {
    const size = libm.log(libm.hypot(x / 2, y / 2)) + 2 * LN2;
    return [libm.atan2(Math.abs(y), x), isNegative(x) ? -copysign(size, y) : copysign(size, -y)];
  }
  const [a, b] = [sqrt([1 - x, -y]), sqrt([1 + x, y])];
  return [2 * libm.atan2(a[0], b[0]), libm.asinh(b[0] * a[1] - b[1] * a[0])];
}

export function acosh(z: Complex): Complex {
  if (!finite(z)) return special('acosh', z);
  const [x, y] = z;
  if (Math.abs(x) > large || Math.abs(y) > large) return [libm.log(libm.hypot(x / 2, y / 2)) + 2 * LN2, libm.atan2(y, x)];
  const [a, b] = [sqrt([x - 1, y]), sqrt([x + 1, y])];
  return [libm.asinh(a[0] * b[0] + a[1] * b[1]), 2 * libm.atan2(a[1], b[0])];
}

export function asinh(z: Complex): Complex {
  if (!finite(z)) return special('asinh', z);
  const [x, y] = z;
  if (Math.abs(x) > large || Math.abs(y) > large) {
    const size = libm.log(libm.hypot(x / 2, y / 2)) + 2 * LN2;
    return [isNegative(y) ? -copysign(size, -x) : copysign(size, x), libm.atan2(y, Math.abs(x))];
  }
  const [a, b] = [sqrt([1 + y, -x]), sqrt([1 - y, x])];
  return [libm.asinh(a[0] * b[1] - b[0] * a[1]), libm.atan2(y, a[0] * b[0] - a[1] * b[1])];
}

export function atanh(z: Complex): Complex {
  if (!finite(z)) return special('atanh', z);
  const [x, y] = z;
  if (isNegative(x)) return negated(atanh([-x, -y]));
  const ay = Math.abs(y);
  if (x > Math.sqrt(large) || ay > Math.sqrt(large)) {
    const h = libm.hypot(x / 2, y / 2);
    return [x / 4 / h / h, -copysign(PI / 2, -y)];
  }
  if (x === 1 && ay < sqrtMin) {
    if (ay === 0) throw new DomainError();
    return [-libm.log(Math.sqrt(ay) / Math.sqrt(libm.hypot(ay, 2))), copysign(libm.atan2(2, -ay) / 2, y)];
  }
  return [libm.log1p((4 * x) / ((1 - x) * (1 - x) + ay * ay)) / 4, -libm.atan2(-2 * y, (1 - x) * (1 + x) - ay * ay) / 2];
}

export function cosh(z: Complex): Complex {
  const [x, y] = z;
  if (!finite(z)) {
    if (!Number.isFinite(x) && !Number.isNaN(x) && Number.isFinite(y) && y !== 0) {
      const [real, imag] = atAngle(Infinity, y);
      return [real, x > 0 ? imag : -imag];
    }
    return special('cosh', z);
  }
  if (Math.abs(x) > logLarge) {
    const closer = x - copysign(1, x);
    return checked([libm.cos(y) * libm.cosh(closer) * E, libm.sin(y) * libm.sinh(closer) * E]);
  }
  return checked([libm.cos(y) * libm.cosh(x), libm.sin(y) * libm.sinh(x)]);
}

export function sinh(z: Complex): Complex {
  const [x, y] = z;
  if (!finite(z)) {
    if (!Number.isFinite(x) && !Number.isNaN(x) && Number.isFinite(y) && y !== 0) {
      const [real, imag] = atAngle(Infinity, y);
      return [x > 0 ? real : -real, imag];
    }
    return special('sinh', z);
  }
  if (Math.abs(x) > logLarge) {
    const closer = x - copysign(1, x);
    return checked([libm.cos(y) * libm.sinh(closer) * E, libm.sin(y) * libm.cosh(closer) * E]);
  }
  return checked([libm.cos(y) * libm.sinh(x), libm.sin(y) * libm.cosh(x)]);
}

export function tanh(z: Complex): Complex {
  const [x, y] = z;
  if (!finite(z)) {
    if (!Number.isFinite(x) && !Number.isNaN(x) && Number.isFinite(y) && y !== 0) return [copysign(1, x), copysign(0, 2 * libm.sin(y) * libm.cos(y))];
    return special('tanh', z);
  }
  if (Math.abs(x) > logLarge) return [copysign(1, x), 4 * libm.sin(y) * libm.cos(y) * libm.exp(-2 * Math.abs(x))];
  const [tx, ty, sech] = [libm.tanh(x), libm.tan(y), 1 / libm.cosh(x)];
  const below = 1 + tx * ty * (tx * ty);
  return [(tx * (1 + ty * ty)) / below, (ty / below) * sech * sech];
}

export function exp(z: Complex): Complex {
  const [x, y] = z;
  if (!finite(z)) {
    if (!Number.isFinite(x) && !Number.isNaN(x) && Number.isFinite(y) && y !== 0) return atAngle(x > 0 ? Infinity : 0, y);
    return special('exp', z);
  }
  if (x > logLarge) {
    const size = libm.exp(x - 1);
    return checked([size * libm.cos(y) * E, size * libm.sin(y) * E]);
  }
  const size = libm.exp(x);
  return checked([size * libm.cos(y), size * libm.sin(y)]);
}

export function log(z: Complex): Complex {
  if (!finite(z)) return special('log', z);
  const [x, y] = z;
  if (x === 0 && y === 0) throw new DomainError();
  return [logSize(Math.abs(x), Math.abs(y)), libm.atan2(y, x)];
}

/** Logarithm of the distance from 0 of a point in the first quadrant. */
function logSize(x: number, y: number): number {
  if (x > large || y > large) return libm.log(libm.hypot(x / 2, y / 2)) + LN2;
  if (x < minNormal && y < minNormal) return libm.log(libm.hypot(x * 2 ** 53, y * 2 ** 53)) - 53 * LN2;
  const size = libm.hypot(x, y);
  if (size < 0.71 || size > 1.73) return libm.log(size);
  // Near 1 the logarithm is small: from how far the square is from 1.
  const [most, least] = x > y ? [x, y] : [y, x];
  return libm.log1p((most - 1) * (most + 1) + least * least) / 2;
}

export function log10(z: Complex): Complex {
  const [real, imag] = log(z);
  return [real / LN10, imag / LN10];
}

/** sin, cos, tan, asin and atan are the hyperbolic functions a quarter turn away. */
export const asin = (z: Complex): Complex => turnedBack(asinh(turned(z)));
export const atan = (z: Complex): Complex => turnedBack(atanh(turned(z)));
export const sin = (z: Complex): Complex => turnedBack(sinh(turned(z)));
export const tan = (z: Complex): Complex => turnedBack(tanh(turned(z)));
export const cos = (z: Complex): Complex => cosh(turned(z));

/** i times z. */
function turned([x, y]: Complex): Complex {
  return [-y, x];
}

/** -i times z. */
function turnedBack([x, y]: Complex): Complex {
  return [y, -x];
}

function negated([x, y]: Complex): Complex {
  return [-x, -y];
}

/** The point at a distance and an angle. */
export function rect(r: number, phi: number): Complex {
  if (!Number.isFinite(r) || !Number.isFinite(phi)) {
    if (!Number.isFinite(r) && !Number.isNaN(r) && Number.isFinite(phi) && phi !== 0) {
      const [real, imag] = atAngle(Infinity, phi);
      return r > 0 ? [real, imag] : [-real, -imag];
    }
    return special('rect', [r, phi]);
  }
  // Exact for angle 0, where a product could change the sign of a zero.
  return phi === 0 ? [r, r * phi] : [r * libm.cos(phi), r * libm.sin(phi)];
}
