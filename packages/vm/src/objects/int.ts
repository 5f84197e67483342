import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import type { CompareOp } from '../core/slots.ts';
import { TypeFlag, boolType, floatType, intType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { badArgument, namedArguments } from '../core/arguments.ts';
import { overflowError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { divideHalfEven } from '../core/decimal-text.ts';
import { PyFloat } from './float.ts';
import { formatFloat, formatInt, parseFormatSpec } from './format-spec.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';
import { PyInt, normalizeInt } from './int-storage.ts';
import {
  addInts, bitLength, bitwise, floorDivideInts, hashInt, intToFloat, moduloInts, multiplyInts, powerInts, powerModulo, shiftLeft, shiftRight,
  subtractInts, trueDivideInts,
} from './int-arithmetic.ts';
import type { Int } from './int-arithmetic.ts';
import { intText, parseFewDigits, parseInt_ } from './int-text.ts';
import { asciiDigits } from './str-digits.ts';
import { call } from '../protocol/call.ts';
import { genericGetAttr, lookupSpecial } from '../protocol/attribute.ts';
import { compareOrdered } from '../protocol/compare.ts';
import { asIndex, intValue, isInt, warnIntSubclass } from '../protocol/number.ts';
import { reprText } from '../protocol/repr.ts';
import { isTrue } from '../protocol/truth.ts';
import { bufferBytes, bytesIfAny } from '../protocol/buffer.ts';
import { toArray } from '../protocol/iterate.ts';

/* int and bool (CPython 3.12: Objects/longobject.c, boolobject.c). */

type Operation = (vm: VM, a: Int, b: Int) => PyValue;

/** A binary slot for two ints; NotImplemented for anything else. */
function binary(operation: Operation): (vm: VM, left: PyValue, right: PyValue) => PyValue {
  return (vm, left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return operation(vm, left, right);
    if (!isInt(left) || !isInt(right)) return NotImplemented;
    return operation(vm, intValue(left), intValue(right));
  };
}

/** As {@link binary}; two bools give a bool. */
function bitOperation(op: '&' | '|' | '^'): (vm: VM, left: PyValue, right: PyValue) => PyValue {
  return (_vm, left, right) => {
    if (typeof left === 'boolean' && typeof right === 'boolean') return bitwise(op, Number(left), Number(right)) === 1;
    if (!isInt(left) || !isInt(right)) return NotImplemented;
    return bitwise(op, intValue(left), intValue(right));
  };
}

function unary(operation: (value: Int) => PyValue): (vm: VM, self: PyValue) => PyValue {
  return (_vm, self) => operation(intValue(self as number));
}

function negate(value: Int): Int {
  return typeof value === 'number' ? 0 - value : normalizeInt(-value);
}

function int_power(vm: VM, left: PyValue, right: PyValue, modulus: PyValue): PyValue {
  if (!isInt(left) || !isInt(right)) return NotImplemented;
  const base = intValue(left);
  const exponent = intValue(right);
  if (modulus !== None) {
    if (!isInt(modulus)) return NotImplemented;
    return powerModulo(vm, base, exponent, intValue(modulus));
  }
  if (exponent < 0) {
    const power = floatType.nb_power as NonNullable<PyType['nb_power']>;
    return power(vm, new PyFloat(intToFloat(base)), new PyFloat(intToFloat(exponent)), None);
  }
  return powerInts(vm, base, exponent);
}

function int_richcompare(_vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  if (!isInt(left) || !isInt(right)) return NotImplemented;
  const a = intValue(left);
  const b = intValue(right);
  // Numbers and bigints order correctly against each other; equal values have one form.
  return compareOrdered(a as number, b as number, op);
}

/** `int(x, base)` */
function int_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  let [x, base]: (PyValue | undefined)[] = args;
  if (args.length > 1 || kwnames !== null) [x, base] = namedArguments('int', ['', 'base'], 0, args, kwnames, 1);
  if (x === undefined) {
    if (base !== undefined) throw typeError('int() missing string argument');
    x = 0;
  }
  const value = base === undefined ? toInt(vm, x) : fromText(vm, x, base);
  return type === intType ? value : new PyInt(type, value);
}

/** `int(x)` without a base. */
export function toInt(vm: VM, x: PyValue): Int {
  if (typeof x === 'number' || typeof x === 'bigint') return x;
  const few = typeof x === 'string' ? parseFewDigits(x) : undefined;
  if (few !== undefined) return few;
  const type = typeOf(x);
  if (type.nb_int !== undefined) {
    const result = type.nb_int(vm, x);
    if (!isInt(result)) throw typeError(`__int__ returned non-int (type ${typeOf(result).tpName})`);
    if (typeof result === 'object' || typeof result === 'boolean') warnIntSubclass(vm, '__int__', result);
    return intValue(result);
  }
  if (type.nb_index !== undefined) return asIndex(vm, x);
  const trunc = lookupSpecial(vm, x, '__trunc__');
  if (trunc !== undefined) {
    vm.warn('DeprecationWarning', 'The delegation of int() to __trunc__ is deprecated.', 1);
    const result = call(vm, trunc, []);
    if (isInt(result)) return intValue(result);
    if (typeOf(result).nb_index === undefined) throw typeError(`__trunc__ returned non-Integral (type ${typeOf(result).tpName})`);
    return asIndex(vm, result);
  }
  if (isStr(x)) return parseOrThrow(vm, jsText(x), 10, x);
  const bytes = bytesIfAny(vm, x);
  if (bytes !== undefined) return parseOrThrow(vm, latin1(bytes), 10, x instanceof PyByteArray || x instanceof PyBytes ? x : new PyBytes(bytes.slice()));
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${type.tpName}'`);
}

function fromText(vm: VM, x: PyValue, baseValue: PyValue): Int {
  const base = asIndex(vm, baseValue);
  if ((base !== 0 && base < 2) || base > 36) throw valueError('int() base must be >= 2 and <= 36, or 0');
  if (isStr(x)) return parseOrThrow(vm, jsText(x), Number(base), x);
  if (x instanceof PyBytes || x instanceof PyByteArray) return parseOrThrow(vm, latin1(x.bytes), Number(base), x);
  throw typeError("int() can't convert non-string with explicit base");
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function parseOrThrow(vm: VM, text: string, base: number, original: PyValue): Int {
  const value = parseInt_(vm, isStr(original) ? asciiDigits(text) : text, base);
  if (value !== undefined) return value;
  let shown = reprText(vm, original instanceof PyByteArray ? new PyBytes(original.bytes.slice()) : original);
  if (shown.length > 200) shown = shown.slice(0, 200);
  throw valueError(`invalid literal for int() with base ${base}: ${shown}`);
}

function int_repr(vm: VM, self: PyValue): PyValue {
  return intText(vm, intValue(self as number));
}

function int_format(vm: VM, self: PyValue, spec: PyValue): PyValue {
  if (!isStr(spec)) throw badArgument('__format__', 'argument', 'str', spec);
  const text = jsText(spec);
  const value = intValue(self as number);
  if (text === '') {
    // The default is str(self), which a subclass may have changed.
    return typeof self === 'number' || typeof self === 'bigint' ? intText(vm, value) : (typeOf(self).tp_str ?? int_repr)(vm, self);
  }
  const typeName = typeOf(self).name;
  const parsed = parseFormatSpec(text, typeName, 'd');
  vm.allocate(Math.max(0, parsed.width));
  if (parsed.type !== '' && 'eEfFgG%'.includes(parsed.type)) return strFromJS(formatFloat(intToFloat(value), parsed, typeName));
  if (typeof value === 'bigint' && (parsed.type === '' || parsed.type === 'd' || parsed.type === 'n')) intText(vm, value);
  return strFromJS(formatInt(value, parsed, typeName));
}

/** `round(int, ndigits)`: to a multiple of a power of ten, ties to even. */
function int_round(vm: VM, self: PyValue, ndigits: PyValue | undefined): PyValue {
  const value = intValue(self as number);
  if (ndigits === undefined) return value;
  const digits = asIndex(vm, ndigits);
  if (digits >= 0) return value;
  if (-digits > 10000 && bitLength(value) < 33000) return 0;
  const unit = 10n ** BigInt(-digits);
  const big = BigInt(value);
  const rounded = divideHalfEven(big < 0n ? -big : big, unit) * unit;
  return normalizeInt(big < 0n ? -rounded : rounded);
}

function bitCount(value: Int): number {
  let count = 0;
  for (const digit of (value < 0 ? -value : value).toString(16)) {
    let bits = Number.parseInt(digit, 16);
    for (; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}

function byteOrder(func: string, value: PyValue | undefined): 'little' | 'big' {
  if (value === undefined) return 'big';
  if (!isStr(value)) throw badArgument(func, "argument 'byteorder'", 'str', value);
  const text = jsText(value);
  if (text !== 'little' && text !== 'big') throw valueError("byteorder must be either 'little' or 'big'");
  return text;
}

function int_to_bytes(vm: VM, self: PyValue, length: PyValue | undefined, byteorder: PyValue | undefined, signed: PyValue | undefined): PyValue {
  const size = length === undefined ? 1 : Number(asIndex(vm, length));
  const order = byteOrder('to_bytes', byteorder);
  const withSign = signed !== undefined && isTrue(vm, signed);
  if (size < 0) throw valueError('length argument must be non-negative');
  const value = BigInt(intValue(self as number));
  if (value < 0n && !withSign) throw overflowError("can't convert negative int to unsigned");
  const bits = BigInt(size) * 8n;
  const fits = withSign ? (size === 0 ? value === 0n : value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n)) : value < 1n << bits;
  if (!fits) throw overflowError('int too big to convert');
  vm.allocate(size);
  const hex = size === 0 ? '' : BigInt.asUintN(Number(bits), value).toString(16).padStart(size * 2, '0');
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const byte = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
    bytes[order === 'big' ? i : size - 1 - i] = byte;
  }
  return new PyBytes(bytes);
}

function int_from_bytes(vm: VM, cls: PyType, bytes: PyValue, byteorder: PyValue | undefined, signed: PyValue | undefined): PyValue {
  const order = byteOrder('from_bytes', byteorder);
  const withSign = signed !== undefined && isTrue(vm, signed);
  const data = bytesOf(vm, bytes);
  let hex = '';
  for (let i = 0; i < data.length; i++) hex += data[order === 'big' ? i : data.length - 1 - i].toString(16).padStart(2, '0');
  let value = hex === '' ? 0n : BigInt(`0x${hex}`);
  if (withSign) value = BigInt.asIntN(data.length * 8, value);
  const result = normalizeInt(value);
  return cls === intType ? result : call(vm, cls, [result]);
}

function bytesOf(vm: VM, value: PyValue): Uint8Array {
  if (value instanceof PyBytes || value instanceof PyByteArray) return value.bytes;
  const method = lookupSpecial(vm, value, '__bytes__');
  if (method !== undefined) {
    const result = call(vm, method, []);
    if (!(result instanceof PyBytes)) throw typeError(`__bytes__ returned non-bytes (type ${typeOf(result).tpName})`);
    return result.bytes;
  }
  if (typeOf(value).bf_getbuffer !== undefined) return bufferBytes(vm, value);
  if (isStr(value)) throw typeError("cannot convert 'str' object to bytes");
  if (typeOf(value).tp_iter === undefined) throw typeError(`cannot convert '${typeOf(value).tpName}' object to bytes`);
  return Uint8Array.from(
    toArray(vm, value).map((item) => {
      const byte = asIndex(vm, item);
      if (byte < 0 || byte > 255) throw valueError('bytes must be in range(0, 256)');
      return Number(byte);
    }),
  );
}

const self = (_vm: VM, value: PyValue): PyValue => intValue(value as number);

fillType(intType, {
  untracked: true,
  basetype: true,
  flags: TypeFlag.LONG_SUBCLASS,
  doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4",
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: int_new,
    tp_repr: int_repr,
    tp_hash: (_vm: VM, value: PyValue): PyValue => hashInt(intValue(value as number)),
    tp_richcompare: int_richcompare,
    nb_add: binary((_vm, a, b) => addInts(a, b)),
    nb_subtract: binary((_vm, a, b) => subtractInts(a, b)),
    nb_multiply: binary(multiplyInts),
    nb_remainder: binary((_vm, a, b) => moduloInts(a, b)),
    nb_divmod: binary((_vm, a, b) => newTuple([floorDivideInts(a, b), moduloInts(a, b)])),
    nb_power: int_power,
    nb_negative: unary(negate),
    nb_positive: unary((value) => value),
    nb_absolute: unary((value) => (value < 0 ? negate(value) : value)),
    nb_bool: (_vm: VM, value: PyValue) => intValue(value as number) !== 0,
    nb_invert: unary((value) => subtractInts(-1, value)),
    nb_lshift: binary(shiftLeft),
    nb_rshift: binary((_vm, a, b) => shiftRight(a, b)),
    nb_and: bitOperation('&'),
    nb_xor: bitOperation('^'),
    nb_or: bitOperation('|'),
    nb_int: self,
    nb_float: (_vm: VM, value: PyValue) => new PyFloat(intToFloat(intValue(value as number))),
    nb_floor_divide: binary((_vm, a, b) => floorDivideInts(a, b)),
    nb_true_divide: binary((_vm, a, b) => new PyFloat(trueDivideInts(a, b))),
    nb_index: self,
  },
  methods: [
    native('conjugate(self, /)', self, 'Returns self, the complex conjugate of any int.').unsigned(),
    native('bit_length(self, /)', (_vm: VM, value: PyValue) => bitLength(intValue(value as number)), "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6"),
    native('bit_count(self, /)', (_vm: VM, value: PyValue) => bitCount(intValue(value as number)), "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3"),
    native("to_bytes(self, /, length=1, byteorder='big', *, signed=False)", int_to_bytes, "Return an array of bytes representing an integer.\n\n  length\n    Length of bytes object to use.  An OverflowError is raised if the\n    integer is not representable with the given number of bytes.  Default\n    is length 1.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n  signed\n    Determines whether two's complement is used to represent the integer.\n    If signed is False and a negative integer is given, an OverflowError\n    is raised."),
    native('as_integer_ratio(self, /)', (_vm: VM, value: PyValue) => newTuple([intValue(value as number), 1]), 'Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)'),
    native('is_integer(self, /)', () => true, 'Returns True. Exists for duck type compatibility with float.is_integer.'),
    native('__trunc__(self, /)', self, 'Truncating an Integral returns itself.').unsigned(),
    native('__floor__(self, /)', self, 'Flooring an Integral returns itself.').unsigned(),
    native('__ceil__(self, /)', self, 'Ceiling of an Integral returns itself.').unsigned(),
    native('__round__(self, ndigits=<unrepresentable>, /)', int_round, 'Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.'),
    native('__getnewargs__(self, /)', (_vm: VM, value: PyValue) => newTuple([intValue(value as number)])),
    native('__format__(self, format_spec, /)', int_format, 'Convert to a string according to format_spec.'),
    native('__sizeof__(self, /)', (_vm: VM, value: PyValue) => 24 + 4 * Math.max(1, Math.ceil(bitLength(intValue(value as number)) / 30)), 'Returns size in memory, in bytes.'),
  ],
  classMethods: [
    native("from_bytes(type, /, bytes, byteorder='big', *, signed=False)", int_from_bytes, "Return the integer represented by the given array of bytes.\n\n  bytes\n    Holds the array of bytes to convert.  The argument must either\n    support the buffer protocol or be an iterable object producing bytes.\n    Bytes and bytearray are examples of built-in objects that support the\n    buffer protocol.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n  signed\n    Indicates whether two's complement is used to represent the integer."),
  ],
  getset: {
    real: { get: self, doc: 'the real part of a complex number' },
    imag: { get: () => 0, doc: 'the imaginary part of a complex number' },
    numerator: { get: self, doc: 'the numerator of a rational number in lowest terms' },
    denominator: { get: () => 1, doc: 'the denominator of a rational number in lowest terms' },
  },
});

fillType(boolType, {
  untracked: true,
  ownLayout: false,
  doc: 'bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.',
  slots: {
    tp_new(vm, _type, args, kwnames) {
      if (kwnames !== null) throw typeError('bool() takes no keyword arguments');
      if (args.length > 1) throw typeError(`bool expected at most 1 argument, got ${args.length}`);
      return args.length === 1 && isTrue(vm, args[0]);
    },
    tp_repr: (_vm: VM, value: PyValue) => (value === true ? 'True' : 'False'),
    nb_invert(vm: VM, value: PyValue) {
      vm.warn('DeprecationWarning', "Bitwise inversion '~' on bool is deprecated. This returns the bitwise inversion of the underlying int object and is usually not what you expect from the negation of a bool object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.", 1);
      return value === true ? -2 : -1;
    },
    nb_and: bitOperation('&'),
    nb_xor: bitOperation('^'),
    nb_or: bitOperation('|'),
  },
});

