import type { Context, Dec } from './number.ts';
import { isNaN_, isZero, opposite, QNAN, SNAN, INFINITE, FINITE, withSign } from './number.ts';
import * as arithmetic from './arithmetic.ts';
import * as operations from './operations.ts';
import * as transcendental from './transcendental.ts';

/* Which operation of the specification is behind which method, for Decimal and for Context. */

export type Unary = (a: Dec, ctx: Context) => Dec;
export type Binary = (a: Dec, b: Dec, ctx: Context) => Dec;
type Test = (a: Dec, ctx: Context) => boolean;

/** `Decimal.exp(context=None)`, `Context.exp(x)` */
export const unary: Readonly<Record<string, Unary>> = {
  exp: transcendental.exp, ln: transcendental.ln, log10: transcendental.log10, next_minus: operations.nextMinus, next_plus: operations.nextPlus, normalize: arithmetic.normalize, sqrt: arithmetic.sqrt,
};

/** Those of contexts alone. */
export const contextUnary: Readonly<Record<string, Unary>> = {
  abs: arithmetic.abs, minus: arithmetic.minus, plus: arithmetic.plus,
  to_integral: (a, ctx) => arithmetic.toIntegral(a, ctx.rounding, false, ctx),
  to_integral_exact: (a, ctx) => arithmetic.toIntegral(a, ctx.rounding, true, ctx),
  to_integral_value: (a, ctx) => arithmetic.toIntegral(a, ctx.rounding, false, ctx),
};

/** `Decimal.compare(other, context=None)`, `Context.compare(x, y)` */
export const binary: Readonly<Record<string, Binary>> = {
  compare: operations.compare, compare_signal: operations.compareSignal, max: operations.max, max_mag: operations.maxMag, min: operations.min, min_mag: operations.minMag, next_toward: operations.nextToward,
  remainder_near: arithmetic.remainderNear, logical_and: operations.logicalAnd, logical_or: operations.logicalOr, logical_xor: operations.logicalXor, rotate: operations.rotate, scaleb: operations.scaleb, shift: operations.shift,
  compare_total: (a, b) => operations.compareTotal(a, b), compare_total_mag: (a, b) => operations.compareTotalMag(a, b), copy_sign: (a, b) => withSign(a, b.sign),
};

export const contextBinary: Readonly<Record<string, Binary>> = {
  add: arithmetic.add, divide: arithmetic.divide, divide_int: arithmetic.divideInteger, multiply: arithmetic.multiply, quantize: arithmetic.quantize, remainder: arithmetic.remainder, subtract: arithmetic.subtract,
};

/** Operations that need no context of their own but take one. */
export const logical: Readonly<Record<string, Unary>> = { logb: operations.logb, logical_invert: operations.logicalInvert };

/** `Decimal.is_finite()`, `Context.is_finite(x)` */
export const tests: Readonly<Record<string, Test>> = {
  is_canonical: () => true, is_finite: (a) => a.kind === FINITE, is_infinite: (a) => a.kind === INFINITE, is_nan: isNaN_, is_qnan: (a) => a.kind === QNAN, is_snan: (a) => a.kind === SNAN, is_signed: (a) => a.sign === 1, is_zero: isZero,
};

/** The same with a context to compare with. */
export const rangeTests: Readonly<Record<string, Test>> = { is_normal: operations.isNormal, is_subnormal: operations.isSubnormal };

export const copyAbs = (a: Dec): Dec => withSign(a, 0);
export const copyNegate = (a: Dec): Dec => withSign(a, opposite(a.sign));
