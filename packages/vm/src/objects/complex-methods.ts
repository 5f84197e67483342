import type { PyValue } from '../core/value.ts';
import type { BinarySlot, CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { callNative } from '../core/bind-native.ts';
import * as libm from '../core/libm.ts';
import { negativeNaN } from '../core/float-bits.ts';
import { native } from '../core/native.ts';
import { badArgument } from '../core/arguments.ts';
import { overflowError, typeError, valueError, zeroDivisionError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { genericGetAttr, lookupSpecial } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { joinHash, splitHash } from '../protocol/hash-bits.ts';
import { intValue, isInt } from '../protocol/number.ts';
import { PyComplex, complexType } from './complex.ts';
import { asDouble, hashFloat } from './float-methods.ts';
import { formatMagnitude } from './float-text.ts';
import { PyFloat } from './float.ts';
import { formatFloat, pad, parseFormatSpec, unknownCode } from './format-spec.ts';
import { compareIntFloat, intToFloat } from './int-arithmetic.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';

/* complex (CPython 3.12: Objects/complexobject.c). */

/** A complex number as two doubles, before it is an object. */
type Pair = readonly [real: number, imag: number];

const make = ([real, imag]: Pair): PyComplex => new PyComplex(real, imag);

const newDef = native('complex(type, real=0, imag=0)', (vm: VM, type: PyType, real: PyValue | undefined, imag: PyValue | undefined) => complexFrom(vm, type, real, imag));

function complex_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callNative(vm, newDef, type, args, kwnames, null);
}

function complexFrom(vm: VM, type: PyType, real: PyValue | undefined, imag: PyValue | undefined): PyValue {
  if (real !== undefined && imag === undefined && typeof real === 'object' && real.cls === complexType && type === complexType) return real;
  if (real !== undefined && isStr(real)) {
    if (imag !== undefined) throw typeError("complex() can't take second arg if first is a string");
    const [x, y] = parseComplex(jsText(real));
    return new PyComplex(x, y, type);
  }
  if (imag !== undefined && isStr(imag)) throw typeError("complex() second arg can't be a string");
  const first = real === undefined ? 0 : (fromComplexMethod(vm, real) ?? real);
  if (!isNumber(first)) throw typeError(`complex() first argument must be a string or a number, not '${typeOf(first).tpName}'`);
  if (imag !== undefined && !isNumber(imag)) throw typeError(`complex() second argument must be a number, not '${typeOf(imag).tpName}'`);
  let x = first instanceof PyComplex ? first.real : asDouble(vm, first);
  let y = first instanceof PyComplex ? first.imag : 0;
  if (imag instanceof PyComplex) {
    x -= imag.imag;
    y = first instanceof PyComplex ? y + imag.real : imag.real;
  } else if (imag !== undefined) y = first instanceof PyComplex ? y + asDouble(vm, imag) : asDouble(vm, imag);
  return new PyComplex(x, y, type);
}

function isNumber(value: PyValue): boolean {
  const type = typeOf(value);
  return value instanceof PyComplex || type.nb_float !== undefined || type.nb_index !== undefined;
}

/** What `value.__complex__()` gives, or undefined when there is no such method. */
function fromComplexMethod(vm: VM, value: PyValue): PyValue | undefined {
  if (value instanceof PyComplex && value.cls === complexType) return value;
  const method = lookupSpecial(vm, value, '__complex__');
  if (method === undefined) return undefined;
  const result = call(vm, method);
  if (!(result instanceof PyComplex)) throw typeError(`__complex__ returned non-complex (type ${typeOf(result).tpName})`);
  if (result.cls !== complexType) vm.warn('DeprecationWarning', `__complex__ returned non-complex (type ${result.cls.tpName}).  The ability to return an instance of a strict subclass of complex is deprecated, and may not be supported in a future version of Python.`, 1);
  return result;
}

const float = String.raw`(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?|inf(?:inity)?|nan`;
const realOnly = new RegExp(`^([+-]?(?:${float}))$`, 'i');
const imagOnly = new RegExp(`^([+-]?(?:${float})?)j$`, 'i');
const both = new RegExp(`^([+-]?(?:${float}))([+-](?:${float})?)j$`, 'i');

/** `complex('1+2j')` */
function parseComplex(source: string): Pair {
  let text = source.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '');
  const parenthesized = /^\((.*)\)$/s.exec(text);
  if (parenthesized !== null) text = parenthesized[1].trim();
  const part = (digits: string): number => {
    if (digits === '' || digits === '+') return 1;
    if (digits === '-') return -1;
    const special = /^([+-]?)(inf|nan)/i.exec(digits);
    if (special === null) return Number(digits.replaceAll('_', ''));
    if (special[2].toLowerCase() === 'nan') return special[1] === '-' ? negativeNaN() : NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  };
  const pair = both.exec(text);
  if (pair !== null) return [part(pair[1]), part(pair[2])];
  const imag = imagOnly.exec(text);
  if (imag !== null) return [0, part(imag[1])];
  const real = realOnly.exec(text);
  if (real !== null) return [part(real[1]), 0];
  throw valueError('complex() arg is a malformed string');
}

const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);

/** A part of the repr: shortest digits, no `.0`. */
function partText(value: number, alwaysSign: boolean): string {
  const sign = isNegative(value) ? '-' : alwaysSign ? '+' : '';
  return sign + formatMagnitude(value, 'r', 0, false, false);
}

function complex_repr(vm: VM, self: PyComplex): PyValue {
  // A positive zero is left out.
  if (Object.is(self.real, 0)) return `${partText(self.imag, false)}j`;
  return `(${partText(self.real, false)}${partText(self.imag, true)}j)`;
}

function complex_hash(vm: VM, self: PyComplex): PyValue {
  const realLow = splitHash(vm, hashFloat(vm, self.real, self));
  const real = (BigInt(vm.hashHigh) << 32n) | BigInt(realLow >>> 0);
  const imagLow = splitHash(vm, hashFloat(vm, self.imag, self));
  const imag = (BigInt(vm.hashHigh) << 32n) | BigInt(imagLow >>> 0);
  const combined = BigInt.asIntN(64, real + 1_000_003n * imag);
  const value = combined === -1n ? -2n : combined;
  return joinHash(Number(BigInt.asIntN(32, value)), Number(value >> 32n));
}

function complex_richcompare(vm: VM, self: PyComplex, other: PyValue, op: CompareOp): PyValue {
  if (op !== Py_EQ && op !== Py_NE) return NotImplemented;
  let same: boolean;
  if (other instanceof PyComplex) same = self.real === other.real && self.imag === other.imag;
  else if (other instanceof PyFloat) same = self.real === other.value && self.imag === 0;
  else if (isInt(other)) same = self.imag === 0 && Number.isFinite(self.real) && compareIntFloat(intValue(other), self.real) === 0;
  else return NotImplemented;
  return same === (op === Py_EQ);
}

/** An operand as two doubles, or undefined for what is no number. */
function operand(value: PyValue): Pair | undefined {
  if (value instanceof PyComplex) return [value.real, value.imag];
  if (value instanceof PyFloat) return [value.value, 0];
  return isInt(value) ? [intToFloat(intValue(value)), 0] : undefined;
}

const binary = (operation: (a: Pair, b: Pair) => Pair): BinarySlot => (vm, left, right) => {
  const a = operand(left);
  const b = a === undefined ? undefined : operand(right);
  return a === undefined || b === undefined ? NotImplemented : make(operation(a, b));
};

function multiply([a, b]: Pair, [c, d]: Pair): Pair {
  return [a * c - b * d, a * d + b * c];
}

/** Scaled by the larger part of the divisor, so that nothing overflows on the way (CPython: _Py_c_quot). */
function divide([a, b]: Pair, [c, d]: Pair): Pair {
  const absC = Math.abs(c);
  const absD = Math.abs(d);
  if (absC >= absD) {
    if (absC === 0) throw zeroDivisionError('complex division by zero');
    const ratio = d / c;
    const denominator = c + d * ratio;
    return [(a + b * ratio) / denominator, (b - a * ratio) / denominator];
  }
  if (absD >= absC) {
    const ratio = c / d;
    const denominator = c * ratio + d;
    return [(a * ratio + b) / denominator, (b * ratio - a) / denominator];
  }
  return [NaN, NaN]; // Some part of the divisor is NaN.
}

function complex_power(vm: VM, left: PyValue, right: PyValue, modulus: PyValue): PyValue {
  const base = operand(left);
  const exponent = base === undefined ? undefined : operand(right);
  if (base === undefined || exponent === undefined) return NotImplemented;
  if (modulus !== None) throw valueError('complex modulo');
  const [n, imag] = exponent;
  const result = imag === 0 && Number.isInteger(n) && Math.abs(n) <= 100 ? integerPower(base, n) : generalPower(base, exponent);
  if (result.some((part) => Math.abs(part) === Infinity)) throw overflowError('complex exponentiation');
  return make(result);
}

function integerPower(base: Pair, n: number): Pair {
  if (n < 0) {
    const power = integerPower(base, -n);
    if (power[0] === 0 && power[1] === 0) throw zeroDivisionError('0.0 to a negative or complex power');
    return divide([1, 0], power);
  }
  let result: Pair = [1, 0];
  let square = base;
  for (let mask = 1; mask <= n; mask *= 2) {
    if (n & mask) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

function generalPower(base: Pair, [c, d]: Pair): Pair {
  if (c === 0 && d === 0) return [1, 0];
  if (base[0] === 0 && base[1] === 0) {
    if (d !== 0 || c < 0) throw zeroDivisionError('0.0 to a negative or complex power');
    return [0, 0];
  }
  const size = libm.hypot(base[0], base[1]);
  const angle = libm.atan2(base[1], base[0]);
  let length = libm.pow(size, c);
  let phase = angle * c;
  if (d !== 0) {
    length /= libm.exp(angle * d);
    phase += d * libm.log(size);
  }
  if (Math.abs(phase) === Infinity) throw zeroDivisionError('0.0 to a negative or complex power'); // C's cos() says EDOM.
  return [length * libm.cos(phase), length * libm.sin(phase)];
}

function complex_absolute(vm: VM, self: PyValue): PyValue {
  const { real, imag } = self as PyComplex; // The slot of complex is called with one.
  const size = libm.hypot(real, imag);
  if (!Number.isFinite(size) && Number.isFinite(real) && Number.isFinite(imag)) throw overflowError('absolute value too large');
  return new PyFloat(size);
}

function complex_format(vm: VM, self: PyComplex, specValue: PyValue): PyValue {
  if (!isStr(specValue)) throw badArgument('__format__', 'argument', 'str', specValue);
  const text = jsText(specValue);
  if (text === '') return typeOf(self) === complexType ? complex_repr(vm, self) : strFromJS(jsText(call(vm, lookupSpecial(vm, self, '__str__') as PyValue)));
  const spec = parseFormatSpec(text, 'complex', '');
  if (spec.type !== '' && !'eEfFgGn'.includes(spec.type)) throw unknownCode(spec.type, typeOf(self).name);
  if (spec.fill === '0') throw valueError('Zero padding is not allowed in complex format specifier');
  if (spec.align === '=') throw valueError("'=' alignment flag is not allowed in complex format specifier");
  const bare = { ...spec, width: -1, align: '' as const };
  // Without a type the parts look as in the repr, parentheses included.
  const show = (value: number, sign: typeof spec.sign): string => {
    if (spec.type === '' && spec.precision < 0) return (sign === '+' || isNegative(value) ? '' : sign.trim() === '' ? sign : '') + partText(value, sign === '+');
    return formatFloat(value, { ...bare, sign, type: spec.type === '' ? 'g' : spec.type }, 'complex');
  };
  const plain = spec.type === '';
  const skipReal = plain && Object.is(self.real, 0);
  const body = skipReal ? `${show(self.imag, spec.sign)}j` : `${show(self.real, spec.sign)}${show(self.imag, '+')}j`;
  return strFromJS(pad(plain && !skipReal ? `(${body})` : body, '', spec, '>'));
}

function complex_conjugate(vm: VM, self: PyComplex): PyValue {
  return new PyComplex(self.real, -self.imag);
}

function complex_complex(vm: VM, self: PyComplex): PyValue {
  return typeOf(self) === complexType ? self : new PyComplex(self.real, self.imag);
}

function complex_getnewargs(vm: VM, self: PyComplex): PyValue {
  return newTuple([new PyFloat(self.real), new PyFloat(self.imag)]);
}

fillType(complexType, {
  untracked: true,
  doc: 'Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the \'real\' or \'imag\' arguments are given, create a complex number\nwith the specified real and imaginary components.',
  textSignature: '(real=0, imag=0)',
  basetype: true,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: complex_new,
    tp_repr: complex_repr,
    tp_hash: complex_hash,
    tp_richcompare: complex_richcompare,
    nb_add: binary(([a, b], [c, d]) => [a + c, b + d]),
    nb_subtract: binary(([a, b], [c, d]) => [a - c, b - d]),
    nb_multiply: binary(multiply),
    nb_power: complex_power,
    nb_true_divide: binary(divide),
    nb_negative: (vm, self) => new PyComplex(-(self as PyComplex).real, -(self as PyComplex).imag),
    nb_positive: (vm, self) => complex_complex(vm, self as PyComplex),
    nb_absolute: complex_absolute,
    nb_bool: (vm, self) => (self as PyComplex).real !== 0 || (self as PyComplex).imag !== 0,
  },
  methods: [
    native('conjugate(self, /)', complex_conjugate, 'Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.'),
    native('__complex__(self, /)', complex_complex, 'Convert this value to exact type complex.'),
    native('__getnewargs__(self, /)', complex_getnewargs),
    native('__format__(self, format_spec, /)', complex_format, 'Convert to a string according to format_spec.'),
  ],
  fields: {
    real: { get: (vm, self: PyComplex) => new PyFloat(self.real), doc: 'the real part of a complex number' },
    imag: { get: (vm, self: PyComplex) => new PyFloat(self.imag), doc: 'the imaginary part of a complex number' },
  },
});
