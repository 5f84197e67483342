import {
  call, compareOrdered, isInt, intValue, native, overflowError, valueError, nativeRaw, newTuple, None, NotImplemented, objectType, PyComplex, PyFloat, Py_EQ, Py_NE, strFromJS, typeError, identityHash,
} from '@py/vm/native';
import type { CompareOp, NativeDef, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import * as arithmetic from './arithmetic.ts';
import { comparisonOperands, decimalTuple, exactDecimal, fromInt, hashNumber, operand, operandArgument, toDouble, toInteger } from './convert.ts';
import { docs } from './docs.ts';
import { formatDecimal } from './format.ts';
import * as methods from './methods.ts';
import { adjusted, compareNumbers, finite, INVALID_OPERATION, isNaN_, isZero, pow10, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, SNAN } from './number.ts';
import type { Context, Dec, Rounding } from './number.ts';
import { numberClass, sameQuantum } from './operations.ts';
import { power, powerModulo } from './transcendental.ts';
import { fromDouble, toText } from './text.ts';
import { addStatus, contextArgument, currentContext, decimalType, PyDecimal, settle, wrap } from './types.ts';
import { roundingArgument } from './rounding.ts';

/* decimal.Decimal */

const docOf = (name: string): string | null => (docs as Readonly<Record<string, string>>)[`Decimal.${name}`] ?? null;

function decimal_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [value, contextValue] = keywordArguments(null, ['value', 'context'], args, kwnames, 0);
  const context = contextArgument(vm, contextValue, None);
  const made = value === undefined ? fromInt(0) : exactDecimal(vm, value, context);
  return type === decimalType ? wrap(made) : new PyDecimal(type, made);
}

/** Makes a Decimal of a class: a subclass is called with it. */
export function makeDecimal(vm: VM, type: PyType, value: Dec): PyValue {
  const exact = wrap(value);
  return type === decimalType ? exact : call(vm, type, [exact]);
}

// ---- operators ----

function operator(calculate: (a: Dec, b: Dec, ctx: Context) => Dec) {
  return (vm: VM, left: PyValue, right: PyValue): PyValue => {
    const a = operand(left);
    const b = a === null ? null : operand(right);
    if (a === null || b === null) return NotImplemented;
    return wrap(settle(currentContext(vm), (ctx) => calculate(a, b, ctx)));
  };
}

const unaryOperator = (calculate: (a: Dec, ctx: Context) => Dec) => (vm: VM, self: PyValue): PyValue => wrap(settle(currentContext(vm), (ctx) => calculate(self as PyDecimal, ctx)));

function decimal_divmod(vm: VM, left: PyValue, right: PyValue): PyValue {
  const a = operand(left);
  const b = a === null ? null : operand(right);
  if (a === null || b === null) return NotImplemented;
  return newTuple(settle(currentContext(vm), (ctx) => arithmetic.divmod(a, b, ctx)).map(wrap));
}

function decimal_power(vm: VM, base: PyValue, exponent: PyValue, modulus: PyValue): PyValue {
  const a = operand(base);
  const b = a === null ? null : operand(exponent);
  const m = modulus === None ? undefined : operand(modulus);
  if (a === null || b === null || m === null) return NotImplemented;
  return wrap(settle(currentContext(vm), (ctx) => (m === undefined ? power(a, b, ctx) : powerModulo(a, b, m, ctx))));
}

function decimal_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  const equality = op === Py_EQ || op === Py_NE;
  const operands = comparisonOperands(vm, self as PyDecimal, other, equality);
  if (operands === null) return NotImplemented;
  const [a, b] = operands;
  if (isNaN_(a) || isNaN_(b)) {
    // Signaling ones and orderings always signal.
    if (!equality || a.kind === SNAN || b.kind === SNAN) addStatus(currentContext(vm), INVALID_OPERATION);
    return op === Py_NE;
  }
  return compareOrdered(compareNumbers(a, b), 0, op);
}

function decimal_hash(vm: VM, self: PyDecimal): PyValue {
  if (self.kind === SNAN) throw typeError('Cannot hash a signaling NaN value');
  if (isNaN_(self)) return identityHash(vm, self);
  return (self.hashCode ??= hashNumber(self));
}

const text = (vm: VM, self: PyDecimal, engineering: boolean): string => toText(self, engineering, currentContext(vm).capitals === 1 ? 'E' : 'e');

// ---- methods ----

/** `name(self, /, context=None)` */
function unaryMethod(name: string, calculate: methods.Unary): NativeDef {
  return native(`${name}(self, /, context=None)`, (vm: VM, self: PyDecimal, context: PyValue | undefined) => wrap(settle(contextArgument(vm, context, None), (ctx) => calculate(self, ctx))), docOf(name));
}

/** `name(self, /, other, context=None)` */
function binaryMethod(name: string, calculate: methods.Binary): NativeDef {
  return native(`${name}(self, /, other, context=None)`, (vm: VM, self: PyDecimal, other: PyValue, context: PyValue | undefined) => {
    const ctx = contextArgument(vm, context, None);
    const b = operandArgument(other);
    return wrap(settle(ctx, (c) => calculate(self, b, c)));
  }, docOf(name));
}

const testMethod = (name: string, test: (a: Dec, ctx: Context) => boolean): NativeDef => native(`${name}(self, /)`, (vm: VM, self: PyDecimal) => test(self, currentContext(vm)), docOf(name));
const rangeTestMethod = (name: string, test: (a: Dec, ctx: Context) => boolean): NativeDef =>
  native(`${name}(self, /, context=None)`, (vm: VM, self: PyDecimal, context: PyValue | undefined) => test(self, contextArgument(vm, context, None)), docOf(name));

function toIntegral(exact: boolean) {
  return (vm: VM, self: PyDecimal, rounding: PyValue | undefined, contextValue: PyValue | undefined): PyValue => {
    const context = contextArgument(vm, contextValue, None);
    const mode = rounding === undefined || rounding === None ? context.rounding : roundingArgument(rounding);
    return wrap(settle(context, (ctx) => arithmetic.toIntegral(self, mode, exact, ctx)));
  };
}

function decimal_quantize(vm: VM, self: PyDecimal, exponent: PyValue, rounding: PyValue | undefined, contextValue: PyValue | undefined): PyValue {
  const context = contextArgument(vm, contextValue, None);
  const mode = rounding === undefined || rounding === None ? context.rounding : roundingArgument(rounding);
  const b = operandArgument(exponent);
  return wrap(settle(context, (ctx) => withRounding(ctx, mode, () => arithmetic.quantize(self, b, ctx))));
}

function withRounding<T>(ctx: Context, rounding: Rounding, calculate: () => T): T {
  const before = ctx.rounding;
  ctx.rounding = rounding;
  try {
    return calculate();
  } finally {
    ctx.rounding = before;
  }
}

function decimal_round(vm: VM, self: PyDecimal, digits: PyValue | undefined): PyValue {
  if (digits === undefined) return toInteger(self, ROUND_HALF_EVEN);
  if (!isInt(digits)) throw typeError('optional arg must be an integer');
  if (BigInt.asIntN(64, BigInt(intValue(digits))) !== BigInt(intValue(digits))) throw overflowError('Python int too large to convert to C ssize_t');
  const exponent = finite(0, 1n, -Number(intValue(digits)) + 0);
  return wrap(settle(currentContext(vm), (ctx) => arithmetic.quantize(self, exponent, ctx)));
}

function decimal_integerRatio(self: PyDecimal): PyValue {
  if (isNaN_(self)) throw valueError('cannot convert NaN to integer ratio');
  if (self.kind !== 0) throw overflowError('cannot convert Infinity to integer ratio');
  let numerator = self.sign === 1 ? -self.coefficient : self.coefficient;
  let denominator = 1n;
  if (self.exponent >= 0) numerator *= pow10(self.exponent);
  else denominator = pow10(-self.exponent);
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  return newTuple([toInteger(finite(numerator < 0n ? 1 : 0, (numerator < 0n ? -numerator : numerator) / a, 0), ROUND_DOWN), toInteger(finite(0, denominator / a, 0), ROUND_DOWN)]);
}

function decimal_fromFloat(vm: VM, cls: PyType, value: PyValue): PyValue {
  if (isInt(value)) return makeDecimal(vm, cls, fromInt(intValue(value)));
  if (value instanceof PyFloat) return makeDecimal(vm, cls, fromDouble(value.value));
  throw typeError('argument must be int or float');
}

function toDecimalText(vm: VM, self: PyDecimal, context: PyValue | undefined): PyValue {
  const { capitals } = contextArgument(vm, context, None);
  return toText(self, true, capitals === 1 ? 'E' : 'e');
}

export const decimalSpec: TypeSpec = {
  module: 'decimal',
  basetype: true,
  doc: docs.Decimal,
  textSignature: "(value='0', context=None)",
  slots: {
    tp_new: decimal_new,
    tp_repr: (vm: VM, self: PyValue) => strFromJS(`Decimal('${text(vm, self as PyDecimal, false)}')`),
    tp_str: (vm: VM, self: PyValue) => text(vm, self as PyDecimal, false),
    tp_hash: decimal_hash,
    tp_getattro: objectType.tp_getattro,
    tp_richcompare: decimal_richcompare,
    nb_add: operator(arithmetic.add),
    nb_subtract: operator(arithmetic.subtract),
    nb_multiply: operator(arithmetic.multiply),
    nb_remainder: operator(arithmetic.remainder),
    nb_divmod: decimal_divmod,
    nb_power: decimal_power,
    nb_negative: unaryOperator(arithmetic.minus),
    nb_positive: unaryOperator(arithmetic.plus),
    nb_absolute: unaryOperator(arithmetic.abs),
    nb_bool: (_vm: VM, self: PyValue) => !isZero(self as PyDecimal),
    nb_int: (_vm: VM, self: PyValue) => toInteger(self as PyDecimal, ROUND_DOWN),
    nb_float: (_vm: VM, self: PyValue) => new PyFloat(toDouble(self as PyDecimal)),
    nb_floor_divide: operator(arithmetic.divideInteger),
    nb_true_divide: operator(arithmetic.divide),
  },
  methods: [
    ...Object.entries(methods.unary).map(([name, calculate]) => unaryMethod(name, calculate)),
    ...Object.entries(methods.logical).map(([name, calculate]) => unaryMethod(name, calculate)),
    native('to_integral(self, /, rounding=None, context=None)', toIntegral(false), docs['Decimal.to_integral']),
    native('to_integral_exact(self, /, rounding=None, context=None)', toIntegral(true), docs['Decimal.to_integral_exact']),
    native('to_integral_value(self, /, rounding=None, context=None)', toIntegral(false), docs['Decimal.to_integral_value']),
    ...Object.entries(methods.binary).map(([name, calculate]) => binaryMethod(name, calculate)),
    native('same_quantum(self, /, other, context=None)', (vm: VM, self: PyDecimal, other: PyValue, context: PyValue | undefined) => {
      contextArgument(vm, context, None);
      return sameQuantum(self, operandArgument(other));
    }, docs['Decimal.same_quantum']),
    native('quantize(self, /, exp, rounding=None, context=None)', decimal_quantize, docs['Decimal.quantize']),
    native('fma(self, /, other, third, context=None)', (vm: VM, self: PyDecimal, other: PyValue, third: PyValue, context: PyValue | undefined) => {
      const used = contextArgument(vm, context, None);
      const [b, c] = [operandArgument(other), operandArgument(third)];
      return wrap(settle(used, (ctx) => arithmetic.fma(self, b, c, ctx)));
    }, docs['Decimal.fma']),
    ...Object.entries(methods.tests).map(([name, test]) => testMethod(name, test)),
    ...Object.entries(methods.rangeTests).map(([name, test]) => rangeTestMethod(name, test)),
    native('adjusted(self, /)', (_vm: VM, self: PyDecimal) => (self.kind !== 0 ? 0 : adjusted(self)), docs['Decimal.adjusted']),
    native('canonical(self, /)', (_vm: VM, self: PyDecimal) => self, docs['Decimal.canonical']),
    native('conjugate(self, /)', (_vm: VM, self: PyDecimal) => self, docs['Decimal.conjugate']),
    native('radix(self, /)', () => wrap(fromInt(10)), docs['Decimal.radix']),
    native('copy_abs(self, /)', (_vm: VM, self: PyDecimal) => wrap(methods.copyAbs(self)), docs['Decimal.copy_abs']),
    native('copy_negate(self, /)', (_vm: VM, self: PyDecimal) => wrap(methods.copyNegate(self)), docs['Decimal.copy_negate']),
    native('number_class(self, /, context=None)', (vm: VM, self: PyDecimal, context: PyValue | undefined) => numberClass(self, contextArgument(vm, context, None)), docs['Decimal.number_class']),
    native('to_eng_string(self, /, context=None)', toDecimalText, docs['Decimal.to_eng_string']),
    native('as_tuple(self, /)', (vm: VM, self: PyDecimal) => decimalTuple(vm, self), docs['Decimal.as_tuple']),
    native('as_integer_ratio(self, /)', (_vm: VM, self: PyDecimal) => decimal_integerRatio(self), docs['Decimal.as_integer_ratio']),
    native('__copy__(self, /)', (_vm: VM, self: PyDecimal) => self).unsigned(),
    native('__deepcopy__(self, memo, /)', (_vm: VM, self: PyDecimal) => self).unsigned(),
    nativeRaw('__format__(self, format_spec, override=None, /)', (vm, self, args, kwnames) => formatDecimal(vm, self as PyDecimal, args, kwnames)).unsigned(),
    native('__reduce__(self, /)', (vm: VM, self: PyDecimal) => newTuple([self.cls, newTuple([text(vm, self, false)])])).unsigned(),
    native('__round__(self, ndigits=None, /)', decimal_round).unsigned(),
    native('__ceil__(self, /)', (_vm: VM, self: PyDecimal) => toInteger(self, ROUND_CEILING)).unsigned(),
    native('__floor__(self, /)', (_vm: VM, self: PyDecimal) => toInteger(self, ROUND_FLOOR)).unsigned(),
    native('__trunc__(self, /)', (_vm: VM, self: PyDecimal) => toInteger(self, ROUND_DOWN)).unsigned(),
    native('__complex__(self, /)', (_vm: VM, self: PyDecimal) => new PyComplex(toDouble(self), 0)).unsigned(),
    native('__sizeof__(self, /)', () => 104).unsigned(),
  ],
  classMethods: [native('from_float(cls, f, /)', decimal_fromFloat, docs['Decimal.from_float'])],
  getset: { real: { get: (_vm, self) => self }, imag: { get: () => wrap(fromInt(0)) } },
};
