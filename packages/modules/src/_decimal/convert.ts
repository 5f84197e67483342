import {
  call, codePoints, getAttr, importModule, isInstance, isInt, intValue, isStr, newTuple, PyComplex, PyFloat, PyList, PyTuple, strUnicode, typeError, typeOf, valueError, normalizeInt, asIndex, overflowError,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { CONVERSION_SYNTAX, digitsOf, dropDigits, finite, FLOAT_OPERATION, INFINITE, INVALID_OPERATION, nan, pow10, QNAN, roundsUp, SNAN } from './number.ts';
import type { Dec, Rounding } from './number.ts';
import { fromDouble, parse, parseInContext, toText } from './text.ts';
import { addStatus, currentContext, PyDecimal, settle } from './types.ts';
import type { PyContext } from './types.ts';

/* Values to Decimals and back. */

export function fromInt(value: number | bigint): Dec {
  const big = BigInt(value);
  return big < 0n ? finite(1, -big, 0) : finite(0, big, 0);
}

/** The text of a number in ASCII: without space around it, underscores, and digits of other scripts. */
function numericText(text: PyValue, strip: boolean): string {
  const points = codePoints(text);
  let start = 0;
  let end = points.length;
  if (strip) {
    while (start < end && strUnicode.isSpace(points[start])) start++;
    while (end > start && strUnicode.isSpace(points[end - 1])) end--;
  }
  let result = '';
  for (let i = start; i < end; i++) {
    const point = points[i];
    if (strip && point === 0x5f) continue;
    if (point > 0 && point < 0x80) result += String.fromCharCode(point);
    else if (strUnicode.isSpace(point)) result += ' ';
    else {
      const digit = strUnicode.decimalValue(point);
      if (digit < 0 || point === 0) return ''; // No number.
      result += String(digit);
    }
  }
  return result;
}

function textExact(text: string, context: PyContext): Dec {
  const value = parse(text);
  if (value === null) {
    addStatus(context, CONVERSION_SYNTAX);
    return nan;
  }
  if (Math.abs(value.exponent) > 2e18 || !Number.isFinite(value.exponent)) {
    addStatus(context, INVALID_OPERATION);
    return nan;
  }
  return value;
}

/** `(sign, digits, exponent)` as text. */
function sequenceText(value: PyList | PyTuple): string {
  if (value.items.length !== 3) throw valueError('argument must be a sequence of length 3');
  const [sign, digits, exponent] = value.items;
  if (!isInt(sign) || (intValue(sign) !== 0 && intValue(sign) !== 1)) throw valueError('sign must be an integer with the value 0 or 1');
  const minus = intValue(sign) === 1 ? '-' : '';
  let special: string | null = null;
  let place = 0n;
  if (isStr(exponent)) {
    if (exponent === 'F') special = 'Inf';
    else if (exponent === 'n') special = 'NaN';
    else if (exponent === 'N') special = 'sNaN';
    else throw valueError("string argument in the third position must be 'F', 'n' or 'N'");
  } else if (isInt(exponent)) {
    place = BigInt(intValue(exponent));
    if (BigInt.asIntN(64, place) !== place) throw overflowError('Python int too large to convert to C ssize_t');
  } else throw valueError('exponent must be an integer');
  const items = digits instanceof PyTuple || digits instanceof PyList ? digits.items : null;
  if (items === null) throw valueError('coefficient must be a tuple of digits');
  let text = '';
  for (const digit of items) {
    if (!isInt(digit) || intValue(digit) < 0 || intValue(digit) > 9) throw valueError('coefficient must be a tuple of digits');
    text += String(intValue(digit));
  }
  if (special === 'Inf') return `${minus}Inf`;
  if (special !== null) return `${minus}${special}${text.replace(/^0+/, '')}`;

  return `${minus}${text === '' ? '0' : text}E${place}`;
}

/** `Decimal(value)`: exact. */
export function exactDecimal(vm: VM, value: PyValue, context: PyContext): Dec {
  if (value instanceof PyDecimal) return value;
  if (isStr(value)) return textExact(numericText(value, true), context);
  if (isInt(value)) return fromInt(intValue(value));
  if (value instanceof PyTuple || value instanceof PyList) return textExact(sequenceText(value), context);
  if (value instanceof PyFloat) {
    addStatus(context, FLOAT_OPERATION);
    return fromDouble(value.value);
  }
  throw typeError(`conversion from ${typeOf(value).tpName} to Decimal is not supported`);
}

/** `context.create_decimal(value)`: rounded. */
export function roundedDecimal(vm: VM, value: PyValue, context: PyContext, finalize: (x: Dec, context: PyContext) => Dec): Dec {
  if (value instanceof PyDecimal) {
    if (value.kind >= QNAN && value.coefficient !== 0n && digitsOf(value.coefficient) > context.prec - context.clamp) {
      addStatus(context, CONVERSION_SYNTAX);
      return nan;
    }
    return settle(context, (ctx) => finalize(value, ctx));
  }
  if (isStr(value)) return settle(context, (ctx) => parseInContext(numericText(value, false), ctx));
  if (value instanceof PyTuple || value instanceof PyList) return settle(context, (ctx) => parseInContext(sequenceText(value), ctx));
  const exact = exactDecimal(vm, value, context);
  return settle(context, (ctx) => finalize(exact, ctx));
}

/** An operand of an operator, or null where another type must know what to do. */
export function operand(value: PyValue): Dec | null {
  if (value instanceof PyDecimal) return value;
  return isInt(value) ? fromInt(intValue(value)) : null;
}

/** An operand of a method. */
export function operandArgument(value: PyValue): Dec {
  const found = operand(value);
  if (found === null) throw typeError(`conversion from ${typeOf(value).tpName} to Decimal is not supported`);
  return found;
}

/** Both sides of a comparison, or null. For a Rational both are multiplied by its denominator. */
export function comparisonOperands(vm: VM, self: PyDecimal, other: PyValue, equality: boolean): readonly [Dec, Dec] | null {
  const plain = operand(other);
  if (plain !== null) return [self, plain];
  if (other instanceof PyFloat || (other instanceof PyComplex && equality)) {
    if (other instanceof PyComplex && other.imag !== 0) return null;
    const context = currentContext(vm);
    if (equality) context.status |= FLOAT_OPERATION;
    else addStatus(context, FLOAT_OPERATION);
    return [self, fromDouble(other instanceof PyFloat ? other.value : other.real)];
  }
  if (!isInstance(vm, other, getAttr(vm, importModule(vm, 'numbers'), 'Rational'))) return null;
  const numerator = fromInt(asIndex(vm, getAttr(vm, other, 'numerator')));
  const denominator = asIndex(vm, getAttr(vm, other, 'denominator'));
  if (self.kind !== 0) return [self, numerator];
  return [finite(self.sign, self.coefficient * BigInt(denominator), self.exponent), numerator];
}

// ---- and back ----

/** `int(x)`, rounded as given. */
export function toInteger(x: Dec, rounding: Rounding): number | bigint {
  if (x.kind >= QNAN) throw valueError('cannot convert NaN to integer');
  if (x.kind === INFINITE) throw overflowError('cannot convert Infinity to integer');
  let value: bigint;
  if (x.exponent >= 0) value = x.coefficient * pow10(x.exponent);
  else {
    const { quotient, rest } = dropDigits(x.coefficient, -x.exponent);
    value = roundsUp(rounding, x.sign, quotient, rest) ? quotient + 1n : quotient;
  }
  return normalizeInt(x.sign === 1 ? -value : value);
}

/** `float(x)` */
export function toDouble(x: Dec): number {
  if (x.kind === SNAN) throw valueError('cannot convert signaling NaN to float');
  if (x.kind === QNAN) return NaN;
  return Number(toText(x, false, 'E'));
}

/** `decimal.DecimalTuple` */
export function decimalTuple(vm: VM, x: Dec): PyValue {
  const digits = x.kind === INFINITE ? '0' : x.coefficient === 0n && x.kind !== 0 ? '' : x.coefficient.toString();
  const exponent = x.kind === INFINITE ? 'F' : x.kind === QNAN ? 'n' : x.kind === SNAN ? 'N' : x.exponent;
  return call(vm, tupleClass(vm), [x.sign, newTuple([...digits].map(Number)), exponent]);
}

/** Made with `collections.namedtuple`, as CPython does. */
export function tupleClass(vm: VM): PyValue {
  return vm.state('_decimal.DecimalTuple', () => call(vm, getAttr(vm, importModule(vm, 'collections'), 'namedtuple'), ['DecimalTuple', 'sign digits exponent', 'decimal'], ['module']));
}

const modulus = (1n << 61n) - 1n;

function powerModulo(base: bigint, exponent: number): bigint {
  let result = 1n;
  let factor = base;
  for (let n = BigInt(exponent); n > 0n; n >>= 1n) {
    if ((n & 1n) === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

/** `hash(x)` of a number that is not NaN: that of an equal int or fraction. */
export function hashNumber(x: Dec): number | bigint {
  if (x.kind === INFINITE) return x.sign === 1 ? -314159 : 314159;
  // 10 and its inverse to the power of the exponent, modulo 2 ** 61 - 1.
  const scale = x.exponent >= 0 ? powerModulo(10n, x.exponent) : powerModulo(2075258708292324556n, -x.exponent);
  let value = (x.coefficient * scale) % modulus;
  if (x.sign === 1) value = -value;
  return normalizeInt(value === -1n ? -2n : value);
}

