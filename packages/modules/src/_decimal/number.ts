/*
 * Decimal numbers and the contexts of calculations (the General Decimal Arithmetic Specification), without Python. A coefficient
 * is a BigInt, an exponent a JavaScript number: beyond 2 ** 53 exponents are not exact.
 */

export const FINITE = 0, INFINITE = 1, QNAN = 2, SNAN = 3;
export type Kind = 0 | 1 | 2 | 3;

/** `(-1) ** sign * coefficient * 10 ** exponent`, an infinity, or a NaN whose payload is the coefficient. */
export interface Dec {
  readonly kind: Kind;
  readonly sign: 0 | 1;
  readonly coefficient: bigint;
  readonly exponent: number;
}

// ---- conditions, as bits ----

export const CLAMPED = 1, CONVERSION_SYNTAX = 2, DIVISION_BY_ZERO = 4, DIVISION_IMPOSSIBLE = 8, DIVISION_UNDEFINED = 0x10, INEXACT = 0x40, INVALID_CONTEXT = 0x80;
export const INVALID_OPERATION = 0x100, OVERFLOW = 0x800, ROUNDED = 0x1000, SUBNORMAL = 0x2000, UNDERFLOW = 0x4000, FLOAT_OPERATION = 0x8000;
/** All that the signal InvalidOperation stands for. */
export const ANY_INVALID: number = CONVERSION_SYNTAX | DIVISION_IMPOSSIBLE | DIVISION_UNDEFINED | INVALID_CONTEXT | INVALID_OPERATION;

// ---- rounding ----

export const ROUND_UP = 0, ROUND_DOWN = 1, ROUND_CEILING = 2, ROUND_FLOOR = 3, ROUND_HALF_UP = 4, ROUND_HALF_DOWN = 5, ROUND_HALF_EVEN = 6, ROUND_05UP = 7;
export type Rounding = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** How a calculation is done, and what happened in it. */
export interface Context {
  prec: number;
  emax: number;
  emin: number;
  rounding: Rounding;
  clamp: 0 | 1;
  /** Conditions so far. */
  status: number;
}

export const etiny = (ctx: Context): number => ctx.emin - (ctx.prec - 1);
export const etop = (ctx: Context): number => ctx.emax - (ctx.prec - 1);

/** A context for work within a calculation: half-even, the widest exponents, conditions of its own. */
export function workContext(prec: number): Context {
  return { prec, emax: 1e18, emin: -1e18, rounding: ROUND_HALF_EVEN, clamp: 0, status: 0 };
}

// ---- making numbers ----

export const finite = (sign: 0 | 1, coefficient: bigint, exponent: number): Dec => ({ kind: FINITE, sign, coefficient, exponent });
export const infinity = (sign: 0 | 1): Dec => ({ kind: INFINITE, sign, coefficient: 0n, exponent: 0 });
export const nan: Dec = { kind: QNAN, sign: 0, coefficient: 0n, exponent: 0 };
export const zero: Dec = finite(0, 0n, 0);
export const one: Dec = finite(0, 1n, 0);

export const isNaN_ = (x: Dec): boolean => x.kind >= QNAN;
export const isSpecial = (x: Dec): boolean => x.kind !== FINITE;
export const isZero = (x: Dec): boolean => x.kind === FINITE && x.coefficient === 0n;
export const withSign = (x: Dec, sign: 0 | 1): Dec => (x.sign === sign ? x : { kind: x.kind, sign, coefficient: x.coefficient, exponent: x.exponent });
export const opposite = (sign: 0 | 1): 0 | 1 => (sign === 0 ? 1 : 0);

export function invalid(ctx: Context, condition: number = INVALID_OPERATION): Dec {
  ctx.status |= condition;
  return nan;
}

// ---- powers of ten and digits ----

const tableSize = 128;
const powers: readonly bigint[] = Array.from({ length: tableSize }, (_, i) => 10n ** BigInt(i));

/** 10 ** n, n at least 0. */
export function pow10(n: number): bigint {
  return n < tableSize ? powers[n] : 10n ** BigInt(n);
}

/** How many decimal digits a number has that is not negative; 1 for zero. */
export function digitsOf(value: bigint): number {
  if (value < 1_000_000_000_000_000n) return String(Number(value)).length;
  if (value < powers[tableSize - 1]) {
    let low = 15;
    let high = tableSize - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value < powers[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  }
  const hex = value.toString(16);
  const bits = (hex.length - 1) * 4 + Math.log2(parseInt(hex.slice(0, 12).padEnd(12, '0'), 16)) - 44;
  // An estimate that is one too small at most.
  const estimate = Math.floor(bits * Math.LOG10E * Math.LN2 - 1e-9) + 1;
  return value >= pow10(estimate) ? estimate + 1 : estimate;
}

/** Exponent of the first digit. */
export const adjusted = (x: Dec): number => x.exponent + digitsOf(x.coefficient) - 1;

// ---- rounding ----

/** Drops the last `count` digits. `rest`: 0 exact, 1 below half, 5 half, 6 above half. */
export function dropDigits(value: bigint, count: number): { quotient: bigint; rest: number } {
  if (count <= 0) return { quotient: value, rest: 0 };
  // More digits than there are: nothing but a remainder below half stays.
  if (count > 400 && count > digitsOf(value) + 1) return { quotient: 0n, rest: value === 0n ? 0 : 1 };
  const divisor = pow10(count);
  const quotient = value / divisor;
  const remainder = value - quotient * divisor;
  if (remainder === 0n) return { quotient, rest: 0 };
  const twice = remainder * 2n;
  return { quotient, rest: twice < divisor ? 1 : twice === divisor ? 5 : 6 };
}

/** Does a quotient with this rest go up by one? */
export function roundsUp(rounding: Rounding, sign: 0 | 1, quotient: bigint, rest: number): boolean {
  if (rest === 0) return false;
  switch (rounding) {
    case ROUND_HALF_EVEN:
      return rest > 5 || (rest === 5 && (quotient & 1n) === 1n);
    case ROUND_HALF_UP:
      return rest >= 5;
    case ROUND_HALF_DOWN:
      return rest > 5;
    case ROUND_UP:
      return true;
    case ROUND_DOWN:
      return false;
    case ROUND_CEILING:
      return sign === 0;
    case ROUND_FLOOR:
      return sign === 1;
    default:
      return quotient % 5n === 0n;
  }
}

/** The number as the context can hold it, with the conditions that this raises (libmpdec: mpd_qfinalize). */
export function finalize(x: Dec, ctx: Context): Dec {
  if (x.kind !== FINITE) return x.kind === INFINITE ? x : fixNaN(x, ctx);
  const digits = digitsOf(x.coefficient);
  const top = x.exponent + digits - 1;
  if (digits <= ctx.prec && top <= ctx.emax && top >= ctx.emin && (ctx.clamp === 0 || x.exponent <= etop(ctx))) return x;
  return fitExponent(x, digits, top, ctx);
}

function fitExponent(x: Dec, digits: number, top: number, ctx: Context): Dec {
  if (top > ctx.emax) {
    if (x.coefficient !== 0n) return overflow(x.sign, ctx);
    ctx.status |= CLAMPED;
    return finite(x.sign, 0n, ctx.clamp === 1 ? etop(ctx) : ctx.emax);
  }
  if (ctx.clamp === 1 && x.exponent > etop(ctx)) {
    const shift = x.exponent - etop(ctx);
    ctx.status |= CLAMPED;
    if (x.coefficient !== 0n && top < ctx.emin) ctx.status |= SUBNORMAL;
    return finite(x.sign, x.coefficient === 0n ? 0n : x.coefficient * pow10(shift), etop(ctx));
  }
  if (top < ctx.emin) return fitSubnormal(x, ctx);
  if (digits <= ctx.prec) return x;
  const shift = digits - ctx.prec;
  const { quotient, rest } = dropDigits(x.coefficient, shift);
  ctx.status |= rest === 0 ? ROUNDED : ROUNDED | INEXACT;
  if (!roundsUp(ctx.rounding, x.sign, quotient, rest)) return finite(x.sign, quotient, x.exponent + shift);
  const up = quotient + 1n;
  if (up < pow10(ctx.prec)) return finite(x.sign, up, x.exponent + shift);
  if (x.exponent + shift + ctx.prec > ctx.emax) return overflow(x.sign, ctx);
  return finite(x.sign, up / 10n, x.exponent + shift + 1);
}

function fitSubnormal(x: Dec, ctx: Context): Dec {
  const tiny = etiny(ctx);
  if (x.coefficient === 0n) {
    if (x.exponent >= tiny) return x;
    ctx.status |= CLAMPED;
    return finite(x.sign, 0n, tiny);
  }
  ctx.status |= SUBNORMAL;
  if (x.exponent >= tiny) return x;
  const { quotient, rest } = dropDigits(x.coefficient, tiny - x.exponent);
  ctx.status |= ROUNDED;
  const rounded = roundsUp(ctx.rounding, x.sign, quotient, rest) ? quotient + 1n : quotient;
  if (rest !== 0) {
    ctx.status |= INEXACT | UNDERFLOW;
    if (rounded === 0n) ctx.status |= CLAMPED;
  }
  return finite(x.sign, rounded, tiny);
}

function overflow(sign: 0 | 1, ctx: Context): Dec {
  ctx.status |= OVERFLOW | INEXACT | ROUNDED;
  const { rounding } = ctx;
  const largest = rounding === ROUND_DOWN || rounding === ROUND_05UP || (rounding === ROUND_CEILING && sign === 1) || (rounding === ROUND_FLOOR && sign === 0);
  return largest ? finite(sign, pow10(ctx.prec) - 1n, etop(ctx)) : infinity(sign);
}

/** A payload keeps the digits that fit. */
function fixNaN(x: Dec, ctx: Context): Dec {
  const room = ctx.prec - ctx.clamp;
  if (x.coefficient === 0n || digitsOf(x.coefficient) <= room) return x;
  return { kind: x.kind, sign: x.sign, coefficient: room === 0 ? 0n : x.coefficient % pow10(room), exponent: 0 };
}

/** The NaN that an operation with a NaN gives, or null: signaling ones first, then the left. */
export function nanResult(ctx: Context, ...operands: readonly Dec[]): Dec | null {
  const signaling = operands.find((x) => x.kind === SNAN);
  const found = signaling ?? operands.find((x) => x.kind === QNAN);
  if (found === undefined) return null;
  if (signaling !== undefined) ctx.status |= INVALID_OPERATION;
  return fixNaN(signaling === undefined ? found : { kind: QNAN, sign: found.sign, coefficient: found.coefficient, exponent: 0 }, ctx);
}

/** Makes room in the exponent: the same number with a smaller exponent. */
export function withExponent(x: Dec, exponent: number): bigint {
  return x.exponent === exponent ? x.coefficient : x.coefficient * pow10(x.exponent - exponent);
}

/** Order of two numbers that are not NaN. */
export function compareNumbers(a: Dec, b: Dec): number {
  if (a.kind === INFINITE || b.kind === INFINITE) {
    const value = (x: Dec): number => (x.kind !== INFINITE ? 0 : x.sign === 1 ? -1 : 1);
    return value(a) - value(b);
  }
  const aZero = a.coefficient === 0n;
  const bZero = b.coefficient === 0n;
  if (aZero || bZero) return (aZero ? 0 : a.sign === 1 ? -1 : 1) - (bZero ? 0 : b.sign === 1 ? -1 : 1);
  if (a.sign !== b.sign) return a.sign === 1 ? -1 : 1;
  return a.sign === 1 ? -compareMagnitudes(a, b) : compareMagnitudes(a, b);
}

/** Order of the magnitudes of two finite numbers. */
export function compareMagnitudes(a: Dec, b: Dec): number {
  if (a.coefficient === 0n || b.coefficient === 0n) return a.coefficient === b.coefficient ? 0 : a.coefficient === 0n ? -1 : 1;
  if (a.exponent !== b.exponent) {
    const difference = adjusted(a) - adjusted(b);
    if (difference !== 0) return difference;
  }
  const exponent = Math.min(a.exponent, b.exponent);
  const x = withExponent(a, exponent);
  const y = withExponent(b, exponent);
  return x < y ? -1 : x === y ? 0 : 1;
}
