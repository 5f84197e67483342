import {
  adjusted, CLAMPED, compareMagnitudes, compareNumbers, DIVISION_BY_ZERO, etiny, etop, FINITE, finalize, finite, infinity, INFINITE, invalid, INVALID_OPERATION, isNaN_, isSpecial, isZero, nanResult, pow10, QNAN, ROUND_CEILING, ROUND_FLOOR,
  SNAN, UNDERFLOW, withSign, OVERFLOW, SUBNORMAL, ROUNDED, INEXACT,
} from './number.ts';
import type { Context, Dec } from './number.ts';
import { add } from './arithmetic.ts';

/* Comparisons, neighbours, digits as bits, and what else the specification has. */

// ---- comparison ----

const asDecimal = (order: number): Dec => (order < 0 ? finite(1, 1n, 0) : finite(0, order === 0 ? 0n : 1n, 0));

export function compare(a: Dec, b: Dec, ctx: Context): Dec {
  return nanResult(ctx, a, b) ?? asDecimal(compareNumbers(a, b));
}

/** Any NaN signals. */
export function compareSignal(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special === null) return asDecimal(compareNumbers(a, b));
  ctx.status |= INVALID_OPERATION;
  return special;
}

/** The total order of all representations. */
export function totalOrder(a: Dec, b: Dec): number {
  if (a.sign !== b.sign) return a.sign === 1 ? -1 : 1;
  const order = magnitudeOrder(a, b);
  return a.sign === 1 ? -order : order;
}

function magnitudeOrder(a: Dec, b: Dec): number {
  const rank = (x: Dec): number => (x.kind === SNAN ? 2 : x.kind === QNAN ? 3 : x.kind === INFINITE ? 1 : 0);
  if (isNaN_(a) || isNaN_(b)) {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    return a.coefficient < b.coefficient ? -1 : a.coefficient > b.coefficient ? 1 : 0;
  }
  if (a.kind === INFINITE || b.kind === INFINITE) return rank(a) - rank(b);
  return compareMagnitudes(a, b) || a.exponent - b.exponent;
}

export const compareTotal = (a: Dec, b: Dec): Dec => asDecimal(totalOrder(a, b));
export const compareTotalMag = (a: Dec, b: Dec): Dec => asDecimal(totalOrder(withSign(a, 0), withSign(b, 0)));

/** The larger (or with `sign` -1 the smaller); a number beats a quiet NaN. */
function extreme(a: Dec, b: Dec, ctx: Context, sign: 1 | -1, byMagnitude: boolean): Dec {
  if (isNaN_(a) || isNaN_(b)) {
    if (a.kind === QNAN && !isNaN_(b)) return finalize(b, ctx);
    if (b.kind === QNAN && !isNaN_(a)) return finalize(a, ctx);
    return nanResult(ctx, a, b) as Dec; // One of them is a NaN.
  }
  let order = byMagnitude ? compareNumbers(withSign(a, 0), withSign(b, 0)) : compareNumbers(a, b);
  if (order === 0 && byMagnitude) order = compareNumbers(a, b);
  if (order === 0) order = totalOrder(a, b);
  return finalize(order * sign >= 0 ? a : b, ctx);
}

export const max = (a: Dec, b: Dec, ctx: Context): Dec => extreme(a, b, ctx, 1, false);
export const maxMag = (a: Dec, b: Dec, ctx: Context): Dec => extreme(a, b, ctx, 1, true);
export const min = (a: Dec, b: Dec, ctx: Context): Dec => extreme(a, b, ctx, -1, false);
export const minMag = (a: Dec, b: Dec, ctx: Context): Dec => extreme(a, b, ctx, -1, true);

export function sameQuantum(a: Dec, b: Dec): boolean {
  if (isSpecial(a) || isSpecial(b)) return (isNaN_(a) && isNaN_(b)) || (a.kind === INFINITE && b.kind === INFINITE);
  return a.exponent === b.exponent;
}

// ---- neighbours ----

const largest = (sign: 0 | 1, ctx: Context): Dec => finite(sign, pow10(ctx.prec) - 1n, etop(ctx));

/** The next representable number towards an infinity. */
function neighbour(a: Dec, ctx: Context, up: boolean): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  const away = (a.sign === 0) === up;
  if (a.kind === INFINITE) return away ? a : largest(a.sign, ctx);
  const work: Context = { ...ctx, rounding: up ? ROUND_CEILING : ROUND_FLOOR, status: 0 };
  const rounded = finalize(a, work);
  if ((work.status & INEXACT) !== 0) return rounded;
  return add(rounded, finite(up ? 0 : 1, 1n, etiny(ctx) - 1), work);
}

export const nextPlus = (a: Dec, ctx: Context): Dec => neighbour(a, ctx, true);
export const nextMinus = (a: Dec, ctx: Context): Dec => neighbour(a, ctx, false);

export function nextToward(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  const order = compareNumbers(a, b);
  if (order === 0) return withSign(a, b.sign);
  const result = neighbour(a, ctx, order < 0);
  if (result.kind === INFINITE) ctx.status |= OVERFLOW | ROUNDED | INEXACT;
  else if (isZero(result) || adjusted(result) < ctx.emin) {
    ctx.status |= UNDERFLOW | SUBNORMAL | ROUNDED | INEXACT;
    if (isZero(result)) ctx.status |= CLAMPED;
  }
  return result;
}

// ---- exponents ----

export function logb(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  if (a.kind === INFINITE) return infinity(0);
  if (isZero(a)) {
    ctx.status |= DIVISION_BY_ZERO;
    return infinity(1);
  }
  const value = BigInt(adjusted(a));
  return finalize(value < 0n ? finite(1, -value, 0) : finite(0, value, 0), ctx);
}

/** A whole number of at most `limit` magnitude, else null. */
function smallWhole(x: Dec, limit: number): number | null {
  if (x.kind !== FINITE || x.exponent !== 0) return null;
  const value = Number(x.coefficient);
  return value > limit ? null : x.sign === 1 ? -value : value;
}

export function scaleb(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  const n = smallWhole(b, 2 * (ctx.emax + ctx.prec));
  if (n === null) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  return finalize(finite(a.sign, a.coefficient, a.exponent + n), ctx);
}

export function shift(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  const n = smallWhole(b, ctx.prec);
  if (n === null) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  const coefficient = n >= 0 ? (a.coefficient * pow10(n)) % pow10(ctx.prec) : (a.coefficient % pow10(ctx.prec)) / pow10(-n);
  return finite(a.sign, coefficient, a.exponent);
}

export function rotate(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  const n = smallWhole(b, ctx.prec);
  if (n === null) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  const left = n < 0 ? n + ctx.prec : n;
  const cut = pow10(ctx.prec - left);
  const coefficient = a.coefficient % pow10(ctx.prec);
  return finite(a.sign, (coefficient % cut) * pow10(left) + coefficient / cut, a.exponent);
}

// ---- digits as bits ----

/** The digits of an operand that has only 0 and 1, cut to the precision, or null. */
function bits(x: Dec, ctx: Context): string | null {
  if (x.kind !== FINITE || x.sign === 1 || x.exponent !== 0) return null;
  const text = x.coefficient.toString();
  if (/[^01]/.test(text)) return null;
  return text.padStart(ctx.prec, '0').slice(-ctx.prec);
}

function logical(a: Dec, b: Dec, ctx: Context, combine: (x: boolean, y: boolean) => boolean): Dec {
  const first = logicalDigits(a);
  const second = logicalDigits(b);
  if (first === null || second === null) return invalid(ctx);
  const length = Math.min(ctx.prec, Math.max(first.length, second.length));
  const x = first.padStart(length, '0').slice(-length);
  const y = second.padStart(length, '0').slice(-length);
  let text = '';
  for (let i = 0; i < length; i++) text += combine(x[i] === '1', y[i] === '1') ? '1' : '0';
  return finite(0, BigInt(text), 0);
}

function logicalDigits(x: Dec): string | null {
  if (x.kind !== FINITE || x.sign === 1 || x.exponent !== 0) return null;
  const text = x.coefficient.toString();
  return /[^01]/.test(text) ? null : text;
}

export const logicalAnd = (a: Dec, b: Dec, ctx: Context): Dec => logical(a, b, ctx, (x, y) => x && y);
export const logicalOr = (a: Dec, b: Dec, ctx: Context): Dec => logical(a, b, ctx, (x, y) => x || y);
export const logicalXor = (a: Dec, b: Dec, ctx: Context): Dec => logical(a, b, ctx, (x, y) => x !== y);

export function logicalInvert(a: Dec, ctx: Context): Dec {
  const text = bits(a, ctx);
  if (text === null) return invalid(ctx);
  return finite(0, BigInt(text.replace(/[01]/g, (bit) => (bit === '1' ? '0' : '1'))), 0);
}

// ---- classes ----

export const isNormal = (a: Dec, ctx: Context): boolean => a.kind === FINITE && a.coefficient !== 0n && adjusted(a) >= ctx.emin;
export const isSubnormal = (a: Dec, ctx: Context): boolean => a.kind === FINITE && a.coefficient !== 0n && adjusted(a) < ctx.emin;

export function numberClass(a: Dec, ctx: Context): string {
  if (a.kind === QNAN) return 'NaN';
  if (a.kind === SNAN) return 'sNaN';
  const what = a.kind === INFINITE ? 'Infinity' : isZero(a) ? 'Zero' : isNormal(a, ctx) ? 'Normal' : 'Subnormal';
  return (a.sign === 1 ? '-' : '+') + what;
}
