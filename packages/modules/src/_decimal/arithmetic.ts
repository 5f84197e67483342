import {
  adjusted, digitsOf, DIVISION_BY_ZERO, DIVISION_IMPOSSIBLE, DIVISION_UNDEFINED, dropDigits, etiny, finalize, finite, infinity, INFINITE, invalid, INVALID_OPERATION, INEXACT, isSpecial, isZero, nan, nanResult, opposite, pow10, ROUND_FLOOR, ROUND_HALF_EVEN,
  ROUNDED, roundsUp, withExponent, withSign, QNAN, isNaN_,
} from './number.ts';
import type { Context, Dec, Rounding } from './number.ts';

/* Addition to division, square roots, quantize and whole numbers: exact results, rounded once. */

export function plus(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  // A zero that is not "round to floor" is positive.
  return isZero(a) && ctx.rounding !== ROUND_FLOOR ? finalize(withSign(a, 0), ctx) : finalize(a, ctx);
}

export function minus(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  return isZero(a) && ctx.rounding !== ROUND_FLOOR ? finalize(withSign(a, 0), ctx) : finalize(withSign(a, opposite(a.sign)), ctx);
}

export function abs(a: Dec, ctx: Context): Dec {
  return nanResult(ctx, a) ?? (a.sign === 1 ? minus(a, ctx) : plus(a, ctx));
}

export const add = (a: Dec, b: Dec, ctx: Context): Dec => addSigned(a, b, b.sign, ctx);
export const subtract = (a: Dec, b: Dec, ctx: Context): Dec => addSigned(a, b, opposite(b.sign), ctx);

/** a + b, b with the given sign. */
function addSigned(a: Dec, b: Dec, bSign: 0 | 1, ctx: Context): Dec {
  if (isSpecial(a) || isSpecial(b)) {
    const special = nanResult(ctx, a, b);
    if (special !== null) return special;
    if (a.kind !== INFINITE) return infinity(bSign);
    return b.kind === INFINITE && a.sign !== bSign ? invalid(ctx) : infinity(a.sign);
  }
  return finalize(exactSum(a, withSign(b, bSign), ctx), ctx);
}

/** The sum of finite numbers; of operands too far apart only what decides the rounding is kept. */
function exactSum(a: Dec, b: Dec, ctx: Context): Dec {
  const [big, small] = a.exponent >= b.exponent ? [a, b] : [b, a];
  let bigCoefficient = big.coefficient;
  let { exponent } = small;
  let smallCoefficient = small.coefficient;
  const shift = big.exponent - exponent;
  if (shift > 0) {
    // A zero only asks for more places, of which there is a limit.
    if (smallCoefficient === 0n && bigCoefficient !== 0n) exponent = Math.max(exponent, big.exponent - ctx.prec - 1);
    if (bigCoefficient !== 0n && shift > ctx.prec + 2 && smallCoefficient !== 0n) {
      // Digits of the small number that lie far below the result only matter as "something".
      const least = big.exponent + Math.min(-1, digitsOf(bigCoefficient) - ctx.prec - 2);
      if (adjusted(small) < least) {
        smallCoefficient = 1n;
        exponent = least;
      }
    }
    if (bigCoefficient !== 0n) bigCoefficient *= pow10(big.exponent - exponent);
  }
  const signed = (sign: 0 | 1, value: bigint): bigint => (sign === 1 ? -value : value);
  const sum = signed(big.sign, bigCoefficient) + signed(small.sign, smallCoefficient);
  if (sum === 0n) return finite(a.sign === b.sign ? a.sign : ctx.rounding === ROUND_FLOOR ? 1 : 0, 0n, exponent);
  return sum < 0n ? finite(1, -sum, exponent) : finite(0, sum, exponent);
}

export function multiply(a: Dec, b: Dec, ctx: Context): Dec {
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if (isSpecial(a) || isSpecial(b)) {
    const special = nanResult(ctx, a, b);
    if (special !== null) return special;
    return isZero(a) || isZero(b) ? invalid(ctx) : infinity(sign);
  }
  return finalize(finite(sign, a.coefficient * b.coefficient, a.exponent + b.exponent), ctx);
}

/** a * b + c, rounded once. */
export function fma(a: Dec, b: Dec, c: Dec, ctx: Context): Dec {
  if (isNaN_(a) || isNaN_(b)) {
    const special = nanResult(ctx, a, b, ...(c.kind === QNAN ? [] : [c]));
    if (special !== null) return special;
  }
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if (isSpecial(a) || isSpecial(b)) {
    if (isZero(a) || isZero(b)) return invalid(ctx);
    return add(infinity(sign), c, ctx);
  }
  return add(finite(sign, a.coefficient * b.coefficient, a.exponent + b.exponent), c, ctx);
}

export function divide(a: Dec, b: Dec, ctx: Context): Dec {
  const sign = (a.sign ^ b.sign) as 0 | 1;
  if (isSpecial(a) || isSpecial(b)) {
    const special = nanResult(ctx, a, b);
    if (special !== null) return special;
    if (a.kind === INFINITE) return b.kind === INFINITE ? invalid(ctx) : infinity(sign);
    return finalize(finite(sign, 0n, etiny(ctx)), withClampedStatus(ctx));
  }
  if (b.coefficient === 0n) {
    if (a.coefficient === 0n) return invalid(ctx, DIVISION_UNDEFINED);
    ctx.status |= DIVISION_BY_ZERO;
    return infinity(sign);
  }
  const ideal = a.exponent - b.exponent;
  if (a.coefficient === 0n) return finalize(finite(sign, 0n, ideal), ctx);
  if (ctx.prec > hugePrecision) {
    const exact = exactQuotient(a.coefficient, b.coefficient);
    if (exact !== null) return finalize(finite(sign, exact.quotient, ideal - exact.places), ctx);
  }
  const shift = digitsOf(b.coefficient) - digitsOf(a.coefficient) + ctx.prec + 1;
  const numerator = shift > 0 ? a.coefficient * pow10(shift) : a.coefficient;
  const denominator = shift < 0 ? b.coefficient * pow10(-shift) : b.coefficient;
  let exponent = ideal - shift;
  let quotient = numerator / denominator;
  if (quotient * denominator !== numerator) {
    // A last digit that no rounding takes for an exact half or whole.
    if (quotient % 5n === 0n) quotient += 1n;
  } else {
    while (exponent < ideal && quotient % 10n === 0n) {
      quotient /= 10n;
      exponent++;
    }
  }
  return finalize(finite(sign, quotient, exponent), ctx);
}

/** Beyond this no result is filled with digits if it is exact. */
export const hugePrecision = 100_000;

/** a / b with the fewest places behind the point, or null when there is no end of them. */
export function exactQuotient(a: bigint, b: bigint): { quotient: bigint; places: number } | null {
  let x = a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  let rest = b / x;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  if (rest !== 1n) return null;
  const places = Math.max(twos, fives);
  return { quotient: (a * pow10(places)) / b, places };
}

/** Dividing by an infinity is exact but for the exponent. */
function withClampedStatus(ctx: Context): Context {
  ctx.status |= 1;
  return ctx;
}

/** Whole quotient and remainder of finite numbers, the divisor not zero; null when the quotient has too many digits. */
function wholeDivision(a: Dec, b: Dec, ctx: Context): { quotient: Dec; remainder: Dec } | null {
  const sign = (a.sign ^ b.sign) as 0 | 1;
  const idealRemainder = Math.min(a.exponent, b.exponent);
  const distance = isZero(a) ? -1 : adjusted(a) - adjusted(b);
  if (isZero(a) || distance <= -2) {
    return { quotient: finite(sign, 0n, a.exponent - b.exponent > 0 ? a.exponent - b.exponent : 0), remainder: isZero(a) ? finite(a.sign, 0n, idealRemainder) : rescaledSmaller(a, idealRemainder, ctx) };
  }
  if (distance > ctx.prec) return null;
  const exponent = idealRemainder;
  const x = withExponent(a, exponent);
  const y = withExponent(b, exponent);
  const quotient = x / y;
  if (digitsOf(quotient) > ctx.prec) return null;
  return { quotient: finite(sign, quotient, 0), remainder: finite(a.sign, x - quotient * y, exponent) };
}

/** The dividend as remainder: its exponent comes down to the divisor's if the digits allow. */
function rescaledSmaller(a: Dec, exponent: number, ctx: Context): Dec {
  if (a.exponent === exponent) return a;
  const shift = a.exponent - exponent;
  // Far apart: as many zeros as would be rounded away again.
  if (shift > ctx.prec + digitsOf(a.coefficient) + 5) return a;
  return finite(a.sign, a.coefficient * pow10(shift), exponent);
}

export function divideInteger(a: Dec, b: Dec, ctx: Context): Dec {
  const sign = (a.sign ^ b.sign) as 0 | 1;
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  if (a.kind === INFINITE) return b.kind === INFINITE ? invalid(ctx) : infinity(sign);
  if (b.kind === INFINITE) return finite(sign, 0n, 0);
  if (b.coefficient === 0n) {
    if (a.coefficient === 0n) return invalid(ctx, DIVISION_UNDEFINED);
    ctx.status |= DIVISION_BY_ZERO;
    return infinity(sign);
  }
  const division = wholeDivision(a, b, ctx);
  return division === null ? invalid(ctx, DIVISION_IMPOSSIBLE) : finalize(finite(sign, division.quotient.coefficient, 0), ctx);
}

export function remainder(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  if (a.kind === INFINITE) return invalid(ctx);
  if (b.kind === INFINITE) return finalize(a, ctx);
  if (b.coefficient === 0n) return invalid(ctx, a.coefficient === 0n ? DIVISION_UNDEFINED : INVALID_OPERATION);
  const division = wholeDivision(a, b, ctx);
  return division === null ? invalid(ctx, DIVISION_IMPOSSIBLE) : finalize(division.remainder, ctx);
}

export function divmod(a: Dec, b: Dec, ctx: Context): [Dec, Dec] {
  const sign = (a.sign ^ b.sign) as 0 | 1;
  const special = nanResult(ctx, a, b);
  if (special !== null) return [special, special];
  if (a.kind === INFINITE) return [b.kind === INFINITE ? nan : infinity(sign), invalid(ctx)];
  if (b.kind === INFINITE) return [finite(sign, 0n, 0), finalize(a, ctx)];
  if (b.coefficient === 0n) {
    if (a.coefficient === 0n) return [invalid(ctx, DIVISION_UNDEFINED), nan];
    ctx.status |= DIVISION_BY_ZERO;
    return [infinity(sign), invalid(ctx)];
  }
  const division = wholeDivision(a, b, ctx);
  if (division === null) return [invalid(ctx, DIVISION_IMPOSSIBLE), nan];
  return [finalize(finite(sign, division.quotient.coefficient, 0), ctx), finalize(division.remainder, ctx)];
}

/** The remainder from the nearest whole quotient. */
export function remainderNear(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  if (a.kind === INFINITE) return invalid(ctx);
  if (b.kind === INFINITE) return finalize(a, ctx);
  if (b.coefficient === 0n) return invalid(ctx, a.coefficient === 0n ? DIVISION_UNDEFINED : INVALID_OPERATION);
  const exponent = Math.min(a.exponent, b.exponent);
  if (a.coefficient === 0n) return finalize(finite(a.sign, 0n, exponent), ctx);
  const distance = adjusted(a) - adjusted(b);
  if (distance > ctx.prec + 1) return invalid(ctx, DIVISION_IMPOSSIBLE);
  if (distance <= -2) return finalize(rescaledSmaller(a, exponent, ctx), ctx);
  const x = withExponent(a, exponent);
  const y = withExponent(b, exponent);
  let quotient = x / y;
  let rest = x - quotient * y;
  const twice = rest * 2n;
  if (twice > y || (twice === y && (quotient & 1n) === 1n)) {
    rest -= y;
    quotient += 1n;
  }
  if (digitsOf(quotient) > ctx.prec) return invalid(ctx, DIVISION_IMPOSSIBLE);
  const sign = rest < 0n ? opposite(a.sign) : a.sign;
  return finalize(finite(sign, rest < 0n ? -rest : rest, exponent), ctx);
}

/** The largest integer whose square is at most `value`. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  const bits = value.toString(16).length * 4;
  let x = 1n << BigInt((bits >> 1) + 1);
  for (;;) {
    const next = (x + value / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

export function sqrt(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  const ideal = Math.floor(a.exponent / 2);
  if (isZero(a)) return finalize(finite(a.sign, 0n, ideal), ctx);
  if (a.sign === 1) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  const prec = ctx.prec + 1;
  const odd = a.exponent - 2 * ideal === 1;
  let coefficient = odd ? a.coefficient * 10n : a.coefficient;
  if (prec > hugePrecision) {
    const exactRoot = integerRoot(coefficient);
    if (exactRoot * exactRoot === coefficient) return finalize(finite(0, exactRoot, ideal), ctx);
  }
  const length = Math.ceil(digitsOf(coefficient) / 2);
  // One digit more than the result has.
  const shift = prec - length;
  let exact = true;
  if (shift >= 0) coefficient *= pow10(2 * shift);
  else {
    const { quotient, rest } = dropDigits(coefficient, -2 * shift);
    exact = rest === 0;
    coefficient = quotient;
  }
  let root = integerRoot(coefficient);
  exact &&= root * root === coefficient;
  let exponent = ideal - shift;
  if (exact) {
    if (shift >= 0) {
      root /= pow10(shift);
      exponent += shift;
    } else {
      root *= pow10(-shift);
      exponent += shift;
    }
  } else if (root % 5n === 0n) root += 1n;
  // Square roots are always rounded half to even.
  const { rounding } = ctx;
  ctx.rounding = ROUND_HALF_EVEN;
  const result = finalize(finite(0, root, exponent), ctx);
  ctx.rounding = rounding;
  return result;
}

// ---- whole numbers and quantize ----

/** The number with a given exponent; the coefficient may get longer than the precision. */
export function rescale(a: Dec, exponent: number, rounding: Rounding): { result: Dec; rest: number } {
  if (a.exponent >= exponent || a.coefficient === 0n) {
    return { result: finite(a.sign, a.coefficient === 0n ? 0n : withExponent(a, exponent), exponent), rest: 0 };
  }
  const { quotient, rest } = dropDigits(a.coefficient, exponent - a.exponent);
  return { result: finite(a.sign, roundsUp(rounding, a.sign, quotient, rest) ? quotient + 1n : quotient, exponent), rest };
}

export function quantize(a: Dec, b: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a, b);
  if (special !== null) return special;
  if (a.kind === INFINITE || b.kind === INFINITE) return a.kind === b.kind ? a : invalid(ctx);
  if (b.exponent > ctx.emax || b.exponent < etiny(ctx)) return invalid(ctx);
  if (isZero(a)) return finalize(finite(a.sign, 0n, b.exponent), ctx);
  const shift = a.exponent - b.exponent;
  if (shift > 0 && digitsOf(a.coefficient) + shift > ctx.prec) return invalid(ctx);
  const { result, rest } = rescale(a, b.exponent, ctx.rounding);
  if (result.coefficient !== 0n && (adjusted(result) > ctx.emax || digitsOf(result.coefficient) > ctx.prec)) return invalid(ctx);
  if (shift < 0) {
    ctx.status |= ROUNDED;
    if (rest !== 0) ctx.status |= INEXACT;
  }
  return finalize(result, ctx);
}

/** To a whole number; `exact` says whether rounding raises conditions. */
export function toIntegral(a: Dec, rounding: Rounding, exact: boolean, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  if (a.kind === INFINITE || a.exponent >= 0) return a;
  if (isZero(a)) return finite(a.sign, 0n, 0);
  const { result, rest } = rescale(a, 0, rounding);
  if (exact) {
    ctx.status |= ROUNDED;
    if (rest !== 0) ctx.status |= INEXACT;
  }
  return result;
}

/** Without trailing zeros (`reduce` of the specification). */
export function normalize(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  const x = finalize(a, ctx);
  if (isSpecial(x)) return x;
  if (isZero(x)) return finite(x.sign, 0n, 0);
  const highest = ctx.clamp === 1 ? ctx.emax - (ctx.prec - 1) : ctx.emax;
  let { coefficient, exponent } = x;
  while (exponent < highest && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  return finite(x.sign, coefficient, exponent);
}
