import type { Complex, ConstantValue, FrozenSet, operator, unaryop } from '@py/ast';
import { isTrue, isTuple } from '../constants.ts';
import { complexBinary, complexPower } from './complex.ts';
import { floatBinary } from './float.ts';
import { divideInts, intBinary, intToFloat } from './int.ts';
import { codePoints, concat, isStr, repeat, strOf } from './text.ts';

// Every function here gives undefined where Python would raise, or where CPython does not fold because the result may be large.

/** A number: bool and int as bigint. */
type NumberValue = bigint | number | Complex;

/** `-x`, `+x`, `~x`, `not x`. */
export function unary(op: unaryop, value: ConstantValue): ConstantValue | undefined {
  if (op === 'Not') return !isTrue(value);
  const number = toNumber(value);
  if (number === undefined) return undefined;
  if (op === 'UAdd') return number;
  if (op === 'Invert') return typeof number === 'bigint' ? ~number : undefined;
  return typeof number === 'object' ? { kind: 'complex', real: -number.real, imag: -number.imag } : -number;
}

/** `x + y` and the like (CPython 3.12: Python/ast_opt.c, fold_binop and the `safe_` functions). */
export function binary(op: operator, left: ConstantValue, right: ConstantValue): ConstantValue | undefined {
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (op === 'BitAnd') return left && right;
    if (op === 'BitOr') return left || right;
    if (op === 'BitXor') return left !== right;
  }
  const a = toNumber(left);
  const b = toNumber(right);
  if (a !== undefined && b !== undefined) return numberBinary(op, a, b);
  if (op === 'Add') return add(left, right);
  if (op === 'Mult') return typeof a === 'bigint' ? multiply(right, a) : typeof b === 'bigint' ? multiply(left, b) : undefined;
  if (isFrozenSet(left) && isFrozenSet(right)) return setBinary(op, left.items, right.items);
  return undefined;
}

function toNumber(value: ConstantValue): NumberValue | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return isComplex(value) ? value : undefined;
}

/** The wider type of the two decides: int, float, complex. */
function numberBinary(op: operator, left: NumberValue, right: NumberValue): NumberValue | undefined {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (op === 'Div') return divideInts(left, right);
    if (op !== 'Pow' || right >= 0n) return intBinary(op, left, right);
  }
  if (typeof left === 'object' || typeof right === 'object') {
    const a = toComplex(left);
    const b = toComplex(right);
    return a && b && complexBinary(op, a, b);
  }
  const a = intToFloat(left);
  const b = intToFloat(right);
  if (a === undefined || b === undefined) return undefined;
  // a negative number to a fractional power is complex
  if (op === 'Pow' && a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
    return complexPower({ kind: 'complex', real: a, imag: 0 }, { kind: 'complex', real: b, imag: 0 });
  }
  return floatBinary(op, a, b);
}

function toComplex(value: NumberValue): Complex | undefined {
  if (typeof value === 'object') return value;
  const real = intToFloat(value);
  return real === undefined ? undefined : { kind: 'complex', real, imag: 0 };
}

function add(left: ConstantValue, right: ConstantValue): ConstantValue | undefined {
  if (isStr(left) && isStr(right)) return concat(left, right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    const result = new Uint8Array(left.length + right.length);
    result.set(left);
    result.set(right, left.length);
    return result;
  }
  return isTuple(left) && isTuple(right) ? [...left, ...right] : undefined;
}

const MAX_COLLECTION_SIZE = 256;
const MAX_STR_SIZE = 4096;
const MAX_TOTAL_ITEMS = 1024;
/** What a C `Py_ssize_t` holds. */
const MAX_SIZE = 2n ** 63n - 1n;

/** `sequence * count`, if the result is small. */
function multiply(sequence: ConstantValue, count: bigint): ConstantValue | undefined {
  if (isStr(sequence)) {
    const times = repetitions(codePoints(sequence).length, count, MAX_STR_SIZE);
    return times === undefined ? undefined : repeat(sequence, times);
  }
  if (sequence instanceof Uint8Array) {
    const times = repetitions(sequence.length, count, MAX_STR_SIZE);
    if (times === undefined) return undefined;
    const result = new Uint8Array(sequence.length * times);
    for (let i = 0; i < times; i++) result.set(sequence, i * sequence.length);
    return result;
  }
  if (!isTuple(sequence)) return undefined;
  const times = repetitions(sequence.length, count, MAX_COLLECTION_SIZE);
  if (times === undefined) return undefined;
  if (times > 0 && itemsLeft(sequence, Math.floor(MAX_TOTAL_ITEMS / times)) < 0) return undefined;
  return Array.from({ length: times }, () => sequence).flat() as ConstantValue[];
}

/** How often to repeat; undefined if that is too often. Nothing can be repeated (almost) for ever. */
function repetitions(size: number, count: bigint, maximum: number): number | undefined {
  if (size === 0) return count > MAX_SIZE || count < -MAX_SIZE - 1n ? undefined : 0;
  return count < 0n || count > BigInt(Math.floor(maximum / size)) ? undefined : Number(count);
}

/** What remains of a limit after the items of a tuple or frozenset, nested ones included; below 0 if it was exceeded. */
function itemsLeft(value: ConstantValue, limit: number): number {
  const items = isTuple(value) ? value : isFrozenSet(value) ? value.items : [];
  let left = limit - items.length;
  for (let i = 0; left >= 0 && i < items.length; i++) left = itemsLeft(items[i], left);
  return left;
}

/** `value[index]` */
export function subscript(value: ConstantValue, index: ConstantValue): ConstantValue | undefined {
  const position = toNumber(index);
  if (typeof position !== 'bigint') return undefined;
  if (isStr(value)) {
    const character = itemAt(codePoints(value), position);
    return character === undefined ? undefined : strOf([character]);
  }
  if (value instanceof Uint8Array) {
    const byte = itemAt(value, position);
    return byte === undefined ? undefined : BigInt(byte);
  }
  return isTuple(value) ? itemAt(value, position) : undefined;
}

function itemAt<T>(items: ArrayLike<T>, position: bigint): T | undefined {
  const length = BigInt(items.length);
  const index = position < 0n ? position + length : position;
  return index >= 0n && index < length ? items[Number(index)] : undefined;
}

/** `frozenset(items)`: the first of equal items stays. */
export function frozenset(items: readonly ConstantValue[]): FrozenSet {
  const seen = new Map<unknown, ConstantValue>();
  for (const item of items) {
    const key = equalityKey(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return { kind: 'frozenset', items: [...seen.values()] };
}

function setBinary(op: operator, left: readonly ConstantValue[], right: readonly ConstantValue[]): ConstantValue | undefined {
  const inLeft = new Set(left.map(equalityKey));
  const inRight = new Set(right.map(equalityKey));
  switch (op) {
    case 'BitOr':
      return frozenset([...left, ...right]);
    case 'BitAnd':
      return frozenset(left.filter((item) => inRight.has(equalityKey(item))));
    case 'Sub':
      return frozenset(left.filter((item) => !inRight.has(equalityKey(item))));
    case 'BitXor':
      return frozenset([
        ...left.filter((item) => !inRight.has(equalityKey(item))),
        ...right.filter((item) => !inLeft.has(equalityKey(item))),
      ]);
    default:
      return undefined;
  }
}

/** Equal constants (`1`, `1.0`, `True`) have the same key; a NaN has one of its own. */
export function equalityKey(value: ConstantValue): unknown {
  const number = toNumber(value);
  if (number !== undefined) return numberKey(number);
  if (isStr(value)) return `str ${typeof value === 'string' ? value : value.codePoints.join()}`;
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  if (isTuple(value)) return compositeKey('tuple', value.map(equalityKey));
  if (isFrozenSet(value)) return compositeKey('frozenset', value.items.map(equalityKey).sort());
  return value === null ? 'None' : '...';
}

function numberKey(value: NumberValue): unknown {
  if (typeof value === 'object') {
    if (value.imag === 0) return numberKey(value.real);
    const parts = [numberKey(value.real), numberKey(value.imag)];
    return compositeKey('complex', parts);
  }
  if (typeof value === 'number' && Number.isNaN(value)) return Symbol('nan');
  return typeof value === 'number' && Number.isInteger(value) ? `number ${BigInt(value)}` : `number ${value}`;
}

function compositeKey(name: string, keys: readonly unknown[]): unknown {
  return keys.some((key) => typeof key === 'symbol') ? Symbol(name) : `${name} ${JSON.stringify(keys)}`;
}

function isFrozenSet(value: ConstantValue): value is Extract<ConstantValue, { readonly kind: 'frozenset' }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'frozenset';
}

function isComplex(value: ConstantValue): value is Complex {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'complex';
}
