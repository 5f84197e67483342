import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { PyBaseException } from './exceptions.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { floatType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { badArgument } from '../core/arguments.ts';
import { overflowError, typeError, valueError, zeroDivisionError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { pow } from '../core/libm.ts';
import { negativeNaN } from '../core/float-bits.ts';
import { decompose, toFixedExact } from '../core/decimal-text.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { PyComplex, complexType } from './complex.ts';
import { PyFloat } from './float.ts';
import { floatRepr } from './float-text.ts';
import { formatFloat, parseFormatSpec } from './format-spec.ts';
import { compareIntFloat, floatToInt, intToFloat } from './int-arithmetic.ts';
import { normalizeInt } from './int-storage.ts';
import { None, NotImplemented } from './none.ts';
import { asciiDigits } from './str-digits.ts';
import { newTuple } from './tuple.ts';
import { bytesIfAny } from '../protocol/buffer.ts';
import { call } from '../protocol/call.ts';
import { compareOrdered } from '../protocol/compare.ts';
import { identityHash } from '../protocol/hash.ts';
import { asIndex, intValue, isInt } from '../protocol/number.ts';
import { reprText } from '../protocol/repr.ts';

/* float (CPython 3.12: Objects/floatobject.c). */

/** The double of a float or int operand; undefined for others. */
function operand(value: PyValue): number | undefined {
  if (value instanceof PyFloat) return value.value;
  return isInt(value) ? intToFloat(intValue(value)) : undefined;
}

function binary(operation: (a: number, b: number) => number): (vm: VM, left: PyValue, right: PyValue) => PyValue {
  return (_vm, left, right) => {
    const a = operand(left);
    if (a === undefined) return NotImplemented;
    const b = operand(right);
    if (b === undefined) return NotImplemented;
    return new PyFloat(operation(a, b));
  };
}

export function divideFloats(a: number, b: number): number {
  if (b === 0) throw zeroDivisionError('float division by zero');
  return a / b;
}

/** `a % b`: sign of b, exact. */
export function moduloFloats(a: number, b: number, message = 'float modulo'): number {
  if (b === 0) throw zeroDivisionError(message);
  const rest = a % b;
  if (rest === 0) return b < 0 || Object.is(b, -0) ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** `a // b` (CPython: float_floor_div goes through divmod). */
export function floorDivideFloats(a: number, b: number, message = 'float floor division by zero'): number {
  if (b === 0) throw zeroDivisionError(message);
  const rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && rest < 0 !== b < 0) quotient -= 1;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floored = Math.floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

function float_divmod(_vm: VM, left: PyValue, right: PyValue): PyValue {
  const a = operand(left);
  const b = operand(right);
  if (a === undefined || b === undefined) return NotImplemented;
  return newTuple([new PyFloat(floorDivideFloats(a, b, 'float divmod()')), new PyFloat(moduloFloats(a, b))]);
}

function float_power(vm: VM, left: PyValue, right: PyValue, modulus: PyValue): PyValue {
  if (modulus !== None) throw typeError('pow() 3rd argument not allowed unless all arguments are integers');
  const a = operand(left);
  const b = operand(right);
  if (a === undefined || b === undefined) return NotImplemented;
  return powerFloats(vm, a, b);
}

/** `a ** b`: a complex number for a fractional power of a negative one. */
export function powerFloats(vm: VM, a: number, b: number): PyValue {
  if (a > 0) {
    const result = pow(a, b);
    if (result === Infinity && a !== Infinity && b !== Infinity && b !== -Infinity) throw tooLarge();
    return new PyFloat(result);
  }
  if (a === 0 && b < 0 && b !== -Infinity) throw zeroDivisionError('0.0 cannot be raised to a negative power');
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
    // A negative number to a fractional power is complex.
    return (complexType.nb_power as NonNullable<PyType['nb_power']>)(vm, new PyComplex(a, 0), new PyComplex(b, 0), None);
  }
  if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return new PyFloat(1);
  const result = pow(a, b);
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw tooLarge();
  return new PyFloat(result);
}

function tooLarge(): PyBaseException {
  const error = overflowError();
  error.args = [34, 'Numerical result out of range'];
  return error;
}

function float_richcompare(_vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  const a = (left as PyFloat).value;
  if (right instanceof PyFloat) return compareOrdered(a, right.value, op);
  if (!isInt(right)) return NotImplemented;
  if (Number.isNaN(a)) return op === Py_NE;
  const order = -compareIntFloat(intValue(right), a);
  return op === Py_EQ ? order === 0 : compareOrdered(order, 0, op);
}

/** `hash(float)`: equal to the hash of an equal int or fraction: the value modulo 2^61 - 1. */
export function hashFloat(vm: VM, value: number, owner: PyValue): number | bigint {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? identityHash(vm, owner) : value > 0 ? 314159 : -314159;
  if (Number.isSafeInteger(value)) return value === -1 ? -2 : value + 0;
  const modulus = (1n << 61n) - 1n;
  const { mantissa, exponent } = decompose(Math.abs(value));
  const shift = ((exponent % 61) + 61) % 61;
  let result = (mantissa << BigInt(shift)) % modulus;
  if (value < 0) result = -result;
  if (result === -1n) result = -2n;
  return normalizeInt(result);
}

function float_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null && type.tp_init === floatType.tp_init) throw typeError('float() takes no keyword arguments');
  const positional = args.length - (kwnames?.length ?? 0);
  if (positional > 1) throw typeError(`float expected at most 1 argument, got ${positional}`);
  const value = positional === 0 ? 0 : toFloat(vm, args[0]);
  return new PyFloat(value, type);
}

/** `float(x)` */
export function toFloat(vm: VM, x: PyValue): number {
  if (x instanceof PyFloat && x.cls === floatType) return x.value;
  const type = typeOf(x);
  if (type.nb_float !== undefined) return floatResult(vm, x, type); // A subclass of str may have one.
  if (isStr(x)) return parseFloatText(vm, asciiDigits(jsText(x)), x);
  if (type.nb_index !== undefined) return intToFloat(asIndex(vm, x));
  const bytes = bytesIfAny(vm, x);
  if (bytes !== undefined) return parseFloatText(vm, String.fromCharCode(...bytes), x);
  throw typeError(`float() argument must be a string or a real number, not '${type.tpName}'`);
}

function floatResult(vm: VM, x: PyValue, type: PyType): number {
  const result = (type.nb_float as NonNullable<PyType['nb_float']>)(vm, x);
  if (!(result instanceof PyFloat)) throw typeError(`${type.tpName}.__float__ returned non-float (type ${typeOf(result).tpName})`);
  if (result.cls !== floatType) {
    vm.warn('DeprecationWarning', `${type.tpName}.__float__ returned non-float (type ${result.cls.tpName}).  The ability to return an instance of a strict subclass of float is deprecated, and may not be supported in a future version of Python.`, 1);
  }
  return result.value;
}

/** A number as C's PyFloat_AsDouble takes one: floats, ints, and what has `__float__` or `__index__`. */
export function asDouble(vm: VM, value: PyValue): number {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'number') return value;
  if (isInt(value)) return intToFloat(intValue(value));
  const type = typeOf(value);
  if (type.nb_float !== undefined) return floatResult(vm, value, type);
  if (type.nb_index !== undefined) return intToFloat(asIndex(vm, value));
  throw typeError(`must be real number, not ${type.tpName}`);
}

const floatPattern = /^[+-]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

function parseFloatText(vm: VM, source: string, original: PyValue): number {
  const text = isStr(original) ? source.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '') : source.replace(/^[\t-\r ]+|[\t-\r ]+$/g, '');
  if (floatPattern.test(text)) return Number(text.replaceAll('_', ''));
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2].toLowerCase() === 'nan') return special[1] === '-' ? negativeNaN() : NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  const shown = original instanceof PyByteArray ? new PyBytes(original.bytes.slice()) : original;
  throw valueError(`could not convert string to float: ${reprText(vm, shown)}`);
}

const valueOf = (self: PyValue): number => (self as PyFloat).value;
const float_repr = (_vm: VM, self: PyValue): PyValue => floatRepr(valueOf(self));

function wholeNumber(value: number): number | bigint {
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw overflowError('cannot convert float infinity to integer');
  return floatToInt(value);
}

function float_round(vm: VM, self: PyFloat, ndigits: PyValue | undefined): PyValue {
  const x = self.value;
  if (ndigits === undefined || ndigits === None) return wholeNumber(roundHalfEven(x));
  const digits = asIndex(vm, ndigits);
  if (!Number.isFinite(x)) return new PyFloat(x);
  if (digits > 323) return new PyFloat(x);
  if (digits < -308) return new PyFloat(x < 0 || Object.is(x, -0) ? -0 : 0);
  return new PyFloat(roundToDigits(x, Number(digits)));
}

export function roundHalfEven(x: number): number {
  if (!Number.isFinite(x)) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Rounds the exact value to `digits` decimals (ties to even) and gives the nearest double. */
function roundToDigits(x: number, digits: number): number {
  const magnitude = Math.abs(x);
  let rounded: number;
  if (digits >= 0) rounded = Number(toFixedExact(magnitude, digits));
  else {
    const unit = 10n ** BigInt(-digits);
    const whole = BigInt(Math.trunc(magnitude));
    const rest = whole % unit;
    const fraction = magnitude > Math.trunc(magnitude);
    let quotient = whole / unit;
    if (rest * 2n > unit || (rest * 2n === unit && (fraction || (quotient & 1n) === 1n))) quotient += 1n;
    rounded = Number(quotient * unit);
  }
  if (!Number.isFinite(rounded)) throw overflowError('rounded value too large to represent');
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

function float_as_integer_ratio(_vm: VM, self: PyFloat): PyValue {
  const x = self.value;
  if (Number.isNaN(x)) throw valueError('cannot convert NaN to integer ratio');
  if (!Number.isFinite(x)) throw overflowError('cannot convert Infinity to integer ratio');
  let { mantissa, exponent } = decompose(Math.abs(x));
  while (mantissa !== 0n && (mantissa & 1n) === 0n) {
    mantissa >>= 1n;
    exponent++;
  }
  if (mantissa === 0n) exponent = 0;
  const numerator = exponent > 0 ? mantissa << BigInt(exponent) : mantissa;
  const denominator = exponent < 0 ? 1n << BigInt(-exponent) : 1n;
  return newTuple([normalizeInt(x < 0 ? -numerator : numerator), normalizeInt(denominator)]);
}

function float_hex(_vm: VM, self: PyFloat): PyValue {
  const x = self.value;
  if (!Number.isFinite(x)) return floatRepr(x);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  if (x === 0) return `${sign}0x0.0p+0`;
  const { mantissa, exponent } = decompose(Math.abs(x));
  const subnormal = mantissa < 1n << 52n;
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const power = exponent + 52;
  return `${sign}0x${subnormal ? '0' : '1'}.${digits}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

const hexPattern = /^\s*([+-]?)(?:(inf|infinity|nan)|(?:0x)?([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?)\s*$/i;

function float_fromhex(vm: VM, cls: PyType, text: PyValue): PyValue {
  if (!isStr(text)) throw typeError('bad argument type for built-in operation');
  const value = new PyFloat(fromHex(jsText(text)));
  return cls === floatType ? value : call(vm, cls, [value]);
}

function fromHex(text: string): number {
  const match = hexPattern.exec(text);
  if (match === null || (match[2] === undefined && (match[3] ?? '') + (match[4] ?? '') === '')) throw valueError('invalid hexadecimal floating-point string');
  const sign = match[1] === '-' ? -1 : 1;
  if (match[2] !== undefined) return match[2].toLowerCase() === 'nan' ? (sign < 0 ? negativeNaN() : NaN) : sign * Infinity;
  const fraction = match[4] ?? '';
  const digits = ((match[3] ?? '') + fraction).replace(/^0+/, '');
  if (digits === '') return sign * 0;
  const written = match[5] === undefined ? 0n : BigInt(match[5]);
  const top = written - 4n * BigInt(fraction.length) + 4n * BigInt(digits.length);
  if (top > 1100n) throw overflowError('hexadecimal value too large to represent as a float');
  if (top < -1200n) return sign * 0;
  // Keep what can matter: 80 bits and a sticky one for the rest.
  let kept = BigInt(`0x${digits.slice(0, 40)}`);
  if (/[1-9a-f]/i.test(digits.slice(40))) kept |= 1n;
  const exponent = Number(top) - 4 * Math.min(digits.length, 40);
  const result = scaled(kept, exponent);
  if (!Number.isFinite(result)) throw overflowError('hexadecimal value too large to represent as a float');
  return sign * result;
}

/** mantissa × 2^exponent, rounded once, ties to even. */
function scaled(mantissa: bigint, exponent: number): number {
  const length = mantissa.toString(2).length;
  const lowest = Math.max(exponent + length - 53, -1074);
  const drop = lowest - exponent;
  if (drop <= 0) return Number(mantissa) * 2 ** Math.max(exponent, -1000) * (exponent < -1000 ? 2 ** (exponent + 1000) : 1);
  const unit = 1n << BigInt(drop);
  const rest = mantissa & (unit - 1n);
  let kept = mantissa >> BigInt(drop);
  if (rest * 2n > unit || (rest * 2n === unit && (kept & 1n) === 1n)) kept += 1n;
  return lowest < -1000 ? Number(kept) * 2 ** -1000 * 2 ** (lowest + 1000) : Number(kept) * 2 ** Math.min(lowest, 971) * (lowest > 971 ? 2 ** (lowest - 971) : 1);
}

function float_format(_vm: VM, self: PyFloat, spec: PyValue): PyValue {
  if (!isStr(spec)) throw badArgument('__format__', 'argument', 'str', spec);
  const text = jsText(spec);
  if (text === '') return self.cls === floatType ? floatRepr(self.value) : (self.cls.tp_str ?? float_repr)(_vm, self);
  const parsed = parseFormatSpec(text, self.cls.name, 'g');
  _vm.allocate(Math.max(0, parsed.width) + Math.max(0, parsed.precision));
  return strFromJS(formatFloat(self.value, parsed, self.cls.name));
}

const exact = (self: PyFloat): PyValue => (self.cls === floatType ? self : new PyFloat(self.value));

fillType(floatType, {
  untracked: true,
  basetype: true,
  doc: 'Convert a string or number to a floating-point number, if possible.',
  textSignature: '(x=0, /)',
  slots: {
    tp_new: float_new,
    tp_repr: float_repr,
    tp_hash: (vm: VM, self: PyFloat): PyValue => hashFloat(vm, self.value, self),
    tp_richcompare: float_richcompare,
    nb_add: binary((a, b) => a + b),
    nb_subtract: binary((a, b) => a - b),
    nb_multiply: binary((a, b) => a * b),
    nb_remainder: binary((a, b) => moduloFloats(a, b)),
    nb_divmod: float_divmod,
    nb_power: float_power,
    nb_negative: (_vm: VM, self: PyValue) => new PyFloat(-valueOf(self)),
    nb_positive: (_vm: VM, self: PyValue) => exact(self as PyFloat),
    nb_absolute: (_vm: VM, self: PyValue) => new PyFloat(Math.abs(valueOf(self))),
    nb_bool: (_vm: VM, self: PyValue) => valueOf(self) !== 0,
    nb_int: (_vm: VM, self: PyValue) => wholeNumber(valueOf(self)),
    nb_float: (_vm: VM, self: PyValue) => exact(self as PyFloat),
    nb_floor_divide: binary((a, b) => floorDivideFloats(a, b)),
    nb_true_divide: binary(divideFloats),
  },
  methods: [
    native('conjugate(self, /)', (_vm: VM, self: PyFloat) => exact(self), 'Return self, the complex conjugate of any float.'),
    native('__trunc__(self, /)', (_vm: VM, self: PyFloat) => wholeNumber(self.value), 'Return the Integral closest to x between 0 and x.'),
    native('__floor__(self, /)', (_vm: VM, self: PyFloat) => wholeNumber(Math.floor(self.value)), 'Return the floor as an Integral.'),
    native('__ceil__(self, /)', (_vm: VM, self: PyFloat) => wholeNumber(Math.ceil(self.value)), 'Return the ceiling as an Integral.'),
    native('__round__(self, ndigits=None, /)', float_round, 'Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).'),
    native('as_integer_ratio(self, /)', float_as_integer_ratio, 'Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)'),
    native('hex(self, /)', float_hex, "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'"),
    native('is_integer(self, /)', (_vm: VM, self: PyFloat) => Number.isInteger(self.value), 'Return True if the float is an integer.'),
    native('__getnewargs__(self, /)', (_vm: VM, self: PyFloat) => newTuple([new PyFloat(self.value)])),
    native('__format__(self, format_spec, /)', float_format, 'Formats the float according to format_spec.'),
  ],
  classMethods: [
    native('fromhex(type, string, /)', float_fromhex, "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324"),
    native('__getformat__(type, typestr, /)', (_vm: VM, _cls: PyType, kind: PyValue) => {
      if (!isStr(kind)) throw badArgument('__getformat__', 'argument', 'str', kind);
      if (kind !== 'double' && kind !== 'float') throw valueError("__getformat__() argument 1 must be 'double' or 'float'");
      return 'IEEE, little-endian';
    }, "You probably don't want to use this function.\n\n  typestr\n    Must be 'double' or 'float'.\n\nIt exists mainly to be used in Python's test suite.\n\nThis function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\nlittle-endian' best describes the format of floating-point numbers used by the\nC type named by typestr."),
  ],
  getset: {
    real: { get: (_vm: VM, self: PyFloat) => exact(self), doc: 'the real part of a complex number' },
    imag: { get: () => new PyFloat(0), doc: 'the imaginary part of a complex number' },
  },
});
