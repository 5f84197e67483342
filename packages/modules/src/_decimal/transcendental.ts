import {
  adjusted, compareNumbers, digitsOf, dropDigits, finalize, finite, infinity, INFINITE, INEXACT, invalid, isSpecial, isZero, nanResult, one, pow10, ROUND_HALF_EVEN, ROUNDED, SUBNORMAL, UNDERFLOW, withSign, etiny,
} from './number.ts';
import { exactQuotient, hugePrecision } from './arithmetic.ts';
import type { Context, Dec } from './number.ts';

/*
 * exp, ln, log10 and powers: computed in binary fixed point with digits to spare, again with more where the digits do not
 * decide the rounding, so that results are correctly rounded.
 */

/** Bits for so many decimal digits. */
const bitsFor = (digits: number): number => Math.ceil(digits * 3.3219281) + 16;

/** atanh(1/n) in fixed point. */
function atanhInverse(n: bigint, bits: bigint): bigint {
  let term = (1n << bits) / n;
  const square = n * n;
  let sum = term;
  for (let k = 3n; term !== 0n; k += 2n) {
    term /= square;
    sum += term / k;
  }
  return sum;
}

function ln2(bits: bigint): bigint {
  const guard = bits + 16n;
  return (18n * atanhInverse(26n, guard) - 2n * atanhInverse(4801n, guard) + 8n * atanhInverse(8749n, guard)) >> 16n;
}

function ln10(bits: bigint): bigint {
  const guard = bits + 16n;
  return (46n * atanhInverse(31n, guard) + 34n * atanhInverse(49n, guard) + 20n * atanhInverse(161n, guard)) >> 16n;
}

/** exp of a fixed-point number, as `mantissa * 2 ** shift` in fixed point. */
function expFixed(x: bigint, bits: bigint): { mantissa: bigint; shift: number } {
  const log2 = ln2(bits);
  let k = x / log2;
  let rest = x - k * log2;
  if (rest < 0n) {
    rest += log2;
    k -= 1n;
  }
  // exp(rest) = exp(rest / 2 ** halvings) ** (2 ** halvings)
  const halvings = BigInt(Math.ceil(Math.sqrt(Number(bits)) * 0.7));
  const guard = bits + halvings + 8n;
  const r = (rest << (guard - bits)) >> halvings;
  let sum = 1n << guard;
  let term = sum;
  for (let n = 1n; term !== 0n; n++) {
    term = ((term * r) >> guard) / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) >> guard;
  return { mantissa: sum >> (guard - bits), shift: Number(k) };
}

/** ln of a fixed-point number between 1/2 and 2. */
function lnFixed(x: bigint, bits: bigint): bigint {
  const unit = 1n << bits;
  let guess = fromDouble(Math.log(toDouble(x, bits)), bits);
  // Each step has three times as many right bits as the one before (Halley).
  for (let right = 45; right < Number(bits) + 8; right *= 3) {
    const { mantissa, shift } = expFixed(guess, bits);
    const e = shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
    guess += (2n * (x - e) * unit) / (x + e);
  }
  return guess;
}

function toDouble(x: bigint, bits: bigint): number {
  return bits > 60n ? Number(x >> (bits - 60n)) / 2 ** 60 : Number(x) / 2 ** Number(bits);
}

function fromDouble(x: number, bits: bigint): bigint {
  const scaled = BigInt(Math.round(x * 2 ** 52));
  return bits >= 52n ? scaled << (bits - 52n) : scaled >> (52n - bits);
}

/** A positive decimal as `mantissa * 2 ** shift`, the mantissa in fixed point between 1/2 and 2. */
function toFixed(x: Dec, bits: bigint): { mantissa: bigint; shift: number } {
  let numerator = x.coefficient;
  let denominator = 1n;
  if (x.exponent >= 0) numerator *= pow10(x.exponent);
  else denominator = pow10(-x.exponent);
  const shift = bitLength(numerator) - bitLength(denominator);
  const up = Number(bits) - shift;
  const mantissa = up >= 0 ? (numerator << BigInt(up)) / denominator : numerator / (denominator << BigInt(-up));
  return { mantissa, shift };
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0], 16)));
}

/** ln of a positive decimal in fixed point. The exponent is taken out first, so that the mantissa stays short. */
function lnDecimal(x: Dec, bits: bigint): bigint {
  const digits = digitsOf(x.coefficient);
  const tens = x.exponent + digits;
  const { mantissa, shift } = toFixed(finite(0, x.coefficient, -digits), bits);
  return lnFixed(mantissa, bits) + BigInt(shift) * ln2(bits) + BigInt(tens) * ln10(bits);
}

/** Decimal digits of a fixed-point number that may be off in its last bits: the coefficient has `digits` digits and a sticky end. */
function toDecimal(value: bigint, bits: bigint, binaryShift: number, digits: number): { coefficient: bigint; exponent: number } {
  // How large it is, to know how many digits to take.
  const magnitude = Math.floor((bitLength(value) - Number(bits) + binaryShift) * Math.LOG10E * Math.LN2);
  const exponent = magnitude - digits - 3;
  const scaled = exponent <= 0 ? value * pow10(-exponent) : value / pow10(exponent);
  const down = bits - BigInt(binaryShift);
  const coefficient = down >= 0n ? scaled >> down : scaled << -down;
  return { coefficient, exponent };
}

/**
 * Rounds what `compute` gives to the precision. `compute` gets a number of digits and gives a decimal whose error is a few
 * units of its last digit; asked again for more until the rounding is certain.
 */
function roundCorrectly(ctx: Context, compute: (digits: number) => { coefficient: bigint; exponent: number }, sign: 0 | 1 = 0): Dec {
  for (let extra = 6; ; extra *= 2) {
    const { coefficient, exponent } = compute(ctx.prec + extra);
    const spare = digitsOf(coefficient) - ctx.prec;
    if (decidesRounding(coefficient, spare) || extra > 200 + ctx.prec) {
      // Never exact: the last digit says so to the rounding, below a subnormal result too.
      const sticky = coefficient % 5n === 0n ? coefficient + 1n : coefficient;
      return finalizeHalfEven(finite(sign, sticky, exponent), ctx);
    }
  }
}

/** Is the part to be dropped clearly neither whole nor a half? */
function decidesRounding(coefficient: bigint, spare: number): boolean {
  const unit = pow10(spare);
  const dropped = coefficient % unit;
  const margin = 1000n;
  const half = unit / 2n;
  const near = (value: bigint): boolean => dropped > value - margin && dropped < value + margin;
  return !near(0n) && !near(half) && !near(unit);
}

function finalizeHalfEven(x: Dec, ctx: Context): Dec {
  const { rounding } = ctx;
  ctx.rounding = ROUND_HALF_EVEN;
  const result = finalize(x, ctx);
  ctx.rounding = rounding;
  return result;
}

/** A power of ten as the context writes an inexact result: with all its digits. */
function paddedOne(ctx: Context, exponent = 0): Dec {
  ctx.status |= ROUNDED;
  return finite(0, pow10(ctx.prec - 1), exponent - (ctx.prec - 1));
}

export function exp(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  if (a.kind === INFINITE) return a.sign === 1 ? finite(0, 0n, 0) : a;
  if (isZero(a)) return one;
  const top = adjusted(a);
  // So close to 1 that only the last digit says on which side.
  if (top < -(ctx.prec + 2)) {
    const near = a.sign === 0 ? pow10(ctx.prec + 3) + 1n : pow10(ctx.prec + 3) - 1n;
    return finalizeHalfEven(finite(0, near, -(ctx.prec + 3)), ctx);
  }
  // Certainly beyond the exponents (10 ** 20 > 2.31 * 10 ** 18).
  if (top > 19) return finalizeHalfEven(a.sign === 1 ? finite(0, 1n, etiny(ctx) - 5) : finite(0, 1n, ctx.emax + 5), ctx);
  return roundCorrectly(ctx, (digits) => expDigits(a, digits));
}

function expDigits(a: Dec, digits: number): { coefficient: bigint; exponent: number } {
  const bits = BigInt(bitsFor(digits + Math.max(0, adjusted(a)) + 4));
  return expOfFixed(signedFixed(a, bits), bits, digits);
}

function signedFixed(a: Dec, bits: bigint): bigint {
  const value = a.exponent >= 0 ? (a.coefficient * pow10(a.exponent)) << bits : (a.coefficient << bits) / pow10(-a.exponent);
  return a.sign === 1 ? -value : value;
}

/** exp of a fixed-point number as decimal digits. The power of ten is taken out, so that huge results are short numbers. */
function expOfFixed(x: bigint, bits: bigint, digits: number): { coefficient: bigint; exponent: number } {
  const log10 = ln10(bits);
  let tens = x / log10;
  let rest = x - tens * log10;
  if (rest < 0n) {
    rest += log10;
    tens -= 1n;
  }
  const { mantissa, shift } = expFixed(rest, bits);
  const { coefficient, exponent } = toDecimal(mantissa, bits, shift, digits);
  return { coefficient, exponent: exponent + Number(tens) };
}

export function ln(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  if (isZero(a)) return infinity(1);
  if (a.sign === 1) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  if (compareNumbers(a, one) === 0) return finite(0, 0n, 0);
  return signedLog(a, ctx, (bits) => lnDecimal(a, bits));
}

export function log10(a: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, a);
  if (special !== null) return special;
  if (isZero(a)) return infinity(1);
  if (a.sign === 1) return invalid(ctx);
  if (a.kind === INFINITE) return a;
  if (isPowerOf10(a.coefficient)) {
    const value = BigInt(adjusted(a));
    return finalizeHalfEven(value < 0n ? finite(1, -value, 0) : finite(0, value, 0), ctx);
  }
  return signedLog(a, ctx, (bits) => (lnDecimal(a, bits) << bits) / ln10(bits));
}

function isPowerOf10(coefficient: bigint): boolean {
  return coefficient === pow10(digitsOf(coefficient) - 1);
}

/** A logarithm that is not zero; near 1 it is small, which takes more bits. */
function signedLog(a: Dec, ctx: Context, log: (bits: bigint) => bigint): Dec {
  const sign = compareNumbers(a, one) < 0 ? 1 : 0;
  // Digits that a number near 1 has in common with it.
  const common = Math.max(0, digitsOf(a.coefficient)) + 4;
  const near = adjusted(a) === 0 || adjusted(a) === -1 ? common : 0;
  return roundCorrectly(ctx, (digits) => {
    const bits = BigInt(bitsFor(digits + near + 20));
    const value = log(bits);
    return toDecimal(value < 0n ? -value : value, bits, 0, digits);
  }, sign);
}

// ---- powers ----

const isInteger = (x: Dec): boolean => x.exponent >= 0 || isZero(x) || dropDigits(x.coefficient, -x.exponent).rest === 0;

function isOdd(x: Dec): boolean {
  if (x.exponent > 0 || isZero(x)) return false;
  return ((x.coefficient / pow10(-x.exponent)) & 1n) === 1n;
}

export function power(base: Dec, exponent: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, base, exponent);
  if (special !== null) return special;
  const whole = exponent.kind === INFINITE || isInteger(exponent);
  const sign = exponent.kind !== INFINITE && base.sign === 1 && whole && isOdd(exponent) ? 1 : 0;
  if (isZero(base)) {
    if (isZero(exponent)) return invalid(ctx);
    if (exponent.sign === 1) return infinity(sign);
    return finite(sign, 0n, 0);
  }
  if (base.sign === 1 && (!whole || exponent.kind === INFINITE)) return invalid(ctx);
  if (base.kind === INFINITE) {
    if (isZero(exponent)) return one;
    return exponent.sign === 1 ? finite(sign, 0n, 0) : infinity(sign);
  }
  if (exponent.kind === INFINITE) return infinitePower(base, exponent, ctx);
  if (isZero(exponent)) return one;
  const magnitude = withSign(base, 0);
  if (compareNumbers(magnitude, one) === 0) return powerOfOne(base, exponent, whole, sign, ctx);
  if (whole) return wholePower(base, exponent, sign, ctx);
  return realPower(base, exponent, ctx);
}

function infinitePower(base: Dec, exponent: Dec, ctx: Context): Dec {
  const order = compareNumbers(base, one);
  if (order === 0) {
    ctx.status |= INEXACT | ROUNDED;
    return paddedOne(ctx);
  }
  return order < 0 === (exponent.sign === 1) ? infinity(0) : finite(0, 0n, 0);
}

/** 1.000 ** x: as many zeros as the exact power has, or all that fit. */
function powerOfOne(base: Dec, exponent: Dec, whole: boolean, sign: 0 | 1, ctx: Context): Dec {
  if (!whole) {
    ctx.status |= INEXACT;
    return paddedOne(ctx);
  }
  const multiplier = exponent.sign === 1 ? 0 : Number(exponent.coefficient) * 10 ** exponent.exponent;
  const zeros = base.exponent * multiplier;
  if (zeros < 1 - ctx.prec) return withSign(paddedOne(ctx), sign);
  return finite(sign, pow10(-zeros), zeros + 0);
}

/** Powers whose exact value is shorter than this are computed exactly. */
const exactDigits = 3000;

function wholePower(base: Dec, exponent: Dec, sign: 0 | 1, ctx: Context): Dec {
  const n = exponent.exponent >= 0 && exponent.exponent <= 20 ? exponent.coefficient * pow10(exponent.exponent) : exponent.exponent < 0 ? exponent.coefficient / pow10(-exponent.exponent) : null;
  const length = digitsOf(base.coefficient);
  if (n === null || n > 1_000_000n || length * Number(n) > Math.max(exactDigits, ctx.prec * 4)) return beyondRange(base, exponent, sign, ctx) ?? hugePower(base, exponent, sign, ctx);
  const coefficient = base.coefficient ** n;
  const scale = base.exponent * Number(n);
  if (exponent.sign === 0) return finalize(finite(sign, coefficient, scale), ctx);
  if (ctx.prec > hugePrecision) {
    const exact = exactQuotient(1n, coefficient);
    if (exact !== null) return finalize(finite(sign, exact.quotient, -scale - exact.places), ctx);
  }
  // The reciprocal, with a digit that says that it is not exact.
  const extra = ctx.prec + digitsOf(coefficient) + 3;
  const numerator = pow10(extra);
  let quotient = numerator / coefficient;
  let place = -scale - extra;
  if (quotient * coefficient !== numerator) {
    if (quotient % 5n === 0n) quotient += 1n;
  } else {
    const ideal = -scale;
    while (place < ideal && quotient % 10n === 0n) {
      quotient /= 10n;
      place++;
    }
  }
  return finalize(finite(sign, quotient, place), ctx);
}

/** A power that overflows or underflows for certain, or null. */
function beyondRange(base: Dec, exponent: Dec, sign: 0 | 1, ctx: Context): Dec | null {
  // log10 of the result, roughly.
  const log = (adjusted(base) + Math.log10(leading(base))) * leading(exponent) * 10 ** adjusted(exponent) * (exponent.sign === 1 ? -1 : 1);
  if (log > ctx.emax + 10) return finalize(finite(sign, 1n, ctx.emax + 5), ctx);
  if (log < etiny(ctx) - 10) return finalize(finite(sign, 1n, etiny(ctx) - 5), ctx);
  return null;
}

/** The first digits as a number between 1 and 10. */
function leading(x: Dec): number {
  const text = x.coefficient.toString();
  return Number(`${text[0]}.${text.slice(1, 18)}`);
}

function hugePower(base: Dec, exponent: Dec, sign: 0 | 1, ctx: Context): Dec {
  if (isPowerOf10(base.coefficient)) {
    const tens = adjusted(base) * Number(exponent.coefficient) * 10 ** exponent.exponent * (exponent.sign === 1 ? -1 : 1);
    // A reciprocal has no zeros behind.
    if (exponent.sign === 1 || base.coefficient === 1n) return finalize(finite(sign, 1n, tens), ctx);
    return finalize(finite(sign, pow10(ctx.prec), tens - ctx.prec), ctx);
  }
  return logPower(withSign(base, 0), exponent, sign, ctx);
}

function realPower(base: Dec, exponent: Dec, ctx: Context): Dec {
  // So small an exponent that the result is 1 but for a last digit.
  const size = adjusted(exponent) + String(Math.abs(adjusted(base)) + 1).length + 1;
  if (size < -(ctx.prec + 3)) {
    const above = compareNumbers(base, one) > 0 === (exponent.sign === 0);
    const unit = pow10(ctx.prec + 3);
    return finalize(finite(0, above ? unit + 1n : unit - 1n, -(ctx.prec + 3)), ctx);
  }
  return beyondRange(base, exponent, 0, ctx) ?? logPower(base, exponent, 0, ctx);
}

/** exp(exponent * ln(base)) */
function logPower(base: Dec, exponent: Dec, sign: 0 | 1, ctx: Context): Dec {
  const near = adjusted(base) === 0 || adjusted(base) === -1 ? digitsOf(base.coefficient) : 0;
  const compute = (digits: number): { coefficient: bigint; exponent: number } => {
    const bits = BigInt(bitsFor(digits + near + Math.max(0, adjusted(exponent)) + 24));
    const log = lnDecimal(base, bits);
    let product = log * exponent.coefficient;
    product = exponent.exponent >= 0 ? product * pow10(exponent.exponent) : product / pow10(-exponent.exponent);
    return expOfFixed(exponent.sign === 1 ? -product : product, bits, digits);
  };
  return exactOrRounded(ctx, compute, sign);
}

/** Like {@link roundCorrectly}, for results that may be exact (9 ** 0.5): those have all the digits of the precision. */
function exactOrRounded(ctx: Context, compute: (digits: number) => { coefficient: bigint; exponent: number }, sign: 0 | 1): Dec {
  let last: { coefficient: bigint; exponent: number } | null = null;
  for (let extra = 6; extra <= 2 * ctx.prec + 60; extra *= 2) {
    last = compute(ctx.prec + extra);
    const spare = digitsOf(last.coefficient) - ctx.prec;
    if (decidesRounding(last.coefficient, spare)) return finalize(finite(sign, last.coefficient % 5n === 0n ? last.coefficient + 1n : last.coefficient, last.exponent), ctx);
  }
  const { coefficient, exponent } = last as NonNullable<typeof last>; // The loop runs at least once.
  const spare = digitsOf(coefficient) - ctx.prec;
  const unit = pow10(spare);
  const nearest = (coefficient + 1000n) / unit;
  const result = finalize(finite(sign, nearest, exponent + spare), ctx);
  ctx.status |= (ctx.status & SUBNORMAL) === 0 ? INEXACT | ROUNDED : INEXACT | ROUNDED | UNDERFLOW;
  return result;
}

/** `pow(base, exponent, modulus)` of whole numbers. */
export function powerModulo(base: Dec, exponent: Dec, modulus: Dec, ctx: Context): Dec {
  const special = nanResult(ctx, base, exponent, modulus);
  if (special !== null) return special;
  if (isSpecial(base) || isSpecial(exponent) || isSpecial(modulus)) return invalid(ctx);
  if (!isInteger(base) || !isInteger(exponent) || !isInteger(modulus)) return invalid(ctx);
  if (isZero(modulus) || exponent.sign === 1) return invalid(ctx);
  if (isZero(base) && isZero(exponent)) return invalid(ctx);
  if (adjusted(modulus) >= ctx.prec) return invalid(ctx);
  const whole = (x: Dec): bigint => (x.exponent >= 0 ? x.coefficient * pow10(x.exponent) : x.coefficient / pow10(-x.exponent));
  const sign = base.sign === 1 && isOdd(exponent) ? 1 : 0;
  const m = whole(modulus);
  let result = 1n % m;
  let factor = whole(base) % m;
  for (let n = whole(exponent); n > 0n; n >>= 1n) {
    if ((n & 1n) === 1n) result = (result * factor) % m;
    factor = (factor * factor) % m;
  }
  return finite(sign, result, 0);
}
