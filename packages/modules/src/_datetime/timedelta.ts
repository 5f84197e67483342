import {
  callMethod, compareOrdered, divideBigints, floatToInt, hash, intValue, isInt, native, newTuple, normalizeInt, NotImplemented, overflowError, PyFloat, PyTuple, strFromJS, trueDivideInts, typeError, typeOf, valueError, zeroDivisionError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { docs } from './docs.ts';
import { padded, two } from './calendar.ts';
import { deltaType, PyDelta } from './storage.ts';

/* datetime.timedelta */

const dayMicroseconds = 86_400_000_000n;
const maxDays = 999999999;

/** A timedelta from parts of any (safe) size; raises OverflowError for too many days. */
export function newDelta(days: number, seconds: number, microseconds: number, cls: PyType = deltaType): PyDelta {
  const extraSeconds = Math.floor(microseconds / 1_000_000);
  const allSeconds = seconds + extraSeconds;
  const extraDays = Math.floor(allSeconds / 86400);
  return checkedDelta(days + extraDays, allSeconds - extraDays * 86400, microseconds - extraSeconds * 1_000_000, cls);
}

function checkedDelta(days: number, seconds: number, microseconds: number, cls: PyType): PyDelta {
  if (days > maxDays || days < -maxDays) throw overflowError(`days=${days}; must have magnitude <= ${maxDays}`);
  return new PyDelta(cls, days + 0, seconds + 0, microseconds + 0);
}

/** Length in microseconds. */
export function totalMicroseconds(delta: PyDelta): bigint {
  return (BigInt(delta.days) * 86400n + BigInt(delta.seconds)) * 1_000_000n + BigInt(delta.microseconds);
}

function fromMicroseconds(total: bigint, cls: PyType = deltaType): PyDelta {
  const days = floorDivide(total, dayMicroseconds);
  const rest = Number(total - days * dayMicroseconds);
  if (days > 0x7fff_ffffn || days < -0x8000_0000n) throw overflowError('Python int too large to convert to C int');
  return checkedDelta(Number(days), Math.floor(rest / 1_000_000), rest % 1_000_000, cls);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b !== a && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** a / b to the nearest integer, ties to even. */
function divideNearest(a: bigint, b: bigint): bigint {
  if (b === 0n) throw zeroDivisionError('integer division or modulo by zero');
  const quotient = floorDivide(a, b);
  const twice = (a - quotient * b) * 2n;
  const above = b > 0n ? twice > b : twice < b;
  return above || (twice === b && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

export const addDeltas = (a: PyDelta, b: PyDelta): PyDelta => newDelta(a.days + b.days, a.seconds + b.seconds, a.microseconds + b.microseconds);
export const subtractDeltas = (a: PyDelta, b: PyDelta): PyDelta => newDelta(a.days - b.days, a.seconds - b.seconds, a.microseconds - b.microseconds);
export const negateDelta = (a: PyDelta): PyDelta => newDelta(-a.days, -a.seconds, -a.microseconds);
export const deltaIsZero = (a: PyDelta): boolean => a.days === 0 && a.seconds === 0 && a.microseconds === 0;

/** Below, at or above zero as a is shorter, equal or longer. */
export function compareDeltas(a: PyDelta, b: PyDelta): number {
  return a.days - b.days || a.seconds - b.seconds || a.microseconds - b.microseconds;
}

/** `hash(timedelta)` */
export function hashDelta(vm: VM, delta: PyDelta): PyValue {
  return hash(vm, newTuple([delta.days, delta.seconds, delta.microseconds]));
}

// ---- construction ----

/** Parts in the order of the parameters, with their length in microseconds. */
const parts: readonly (readonly [string, bigint])[] = [
  ['days', dayMicroseconds], ['seconds', 1_000_000n], ['microseconds', 1n], ['milliseconds', 1000n], ['minutes', 60_000_000n], ['hours', 3_600_000_000n], ['weeks', 7n * dayMicroseconds],
];
const partNames = parts.map(([name]) => name);
/** The order in which CPython adds them up, which matters to the rounding of floats. */
const summing = [2, 3, 1, 4, 5, 0, 6];

function delta_new(_vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const given = keywordArguments('__new__()', partNames, args, kwnames, 0);
  let total = 0n;
  let leftover = 0;
  for (const index of summing) {
    const value = given[index];
    if (value === undefined) continue;
    const [name, factor] = parts[index];
    if (isInt(value)) total += BigInt(intValue(value)) * factor;
    else if (value instanceof PyFloat) {
      if (Number.isNaN(value.value)) throw valueError('cannot convert float NaN to integer');
      if (!Number.isFinite(value.value)) throw overflowError('cannot convert float infinity to integer');
      const whole = Math.trunc(value.value);
      total += BigInt(floatToInt(whole)) * factor;
      const fraction = value.value - whole;
      if (fraction === 0) continue;
      const scaled = Number(factor) * fraction;
      const scaledWhole = Math.trunc(scaled);
      total += BigInt(scaledWhole);
      leftover += scaled - scaledWhole;
    } else throw typeError(`unsupported type for timedelta ${name} component: ${typeOf(value).tpName}`);
  }
  return fromMicroseconds(total + roundLeftover(leftover, total), type);
}

/** What is left of a microsecond, rounded so that the sum is rounded half to even. */
function roundLeftover(leftover: number, total: bigint): bigint {
  if (leftover === 0) return 0n;
  const halfAway = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
  const whole = halfAway(leftover);
  if (Math.abs(whole - leftover) !== 0.5) return BigInt(whole);
  const odd = (total & 1n) === 1n ? 1 : 0;
  return BigInt(2 * halfAway((leftover + odd) * 0.5) - odd);
}

// ---- arithmetic ----

function delta_add(_vm: VM, left: PyValue, right: PyValue): PyValue {
  return left instanceof PyDelta && right instanceof PyDelta ? addDeltas(left, right) : NotImplemented;
}

function delta_subtract(_vm: VM, left: PyValue, right: PyValue): PyValue {
  return left instanceof PyDelta && right instanceof PyDelta ? subtractDeltas(left, right) : NotImplemented;
}

function delta_multiply(vm: VM, left: PyValue, right: PyValue): PyValue {
  const delta = left instanceof PyDelta ? left : (right as PyDelta);
  const factor = left instanceof PyDelta ? right : left;
  if (isInt(factor)) return fromMicroseconds(totalMicroseconds(delta) * BigInt(intValue(factor)));
  if (!(factor instanceof PyFloat)) return NotImplemented;
  const [numerator, denominator] = integerRatio(vm, factor);
  return fromMicroseconds(divideNearest(totalMicroseconds(delta) * numerator, denominator));
}

/** `float.as_integer_ratio()` */
function integerRatio(vm: VM, float: PyFloat): readonly [bigint, bigint] {
  if (float.cls.isHeapType) return ratioOf(callMethod(vm, float, 'as_integer_ratio'));
  const { value } = float;
  if (Number.isNaN(value)) throw valueError('cannot convert NaN to integer ratio');
  if (!Number.isFinite(value)) throw overflowError('cannot convert Infinity to integer ratio');
  let scaled = value;
  let denominator = 1n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}

/** What the `as_integer_ratio` of a subclass of float gives. */
function ratioOf(ratio: PyValue): readonly [bigint, bigint] {
  if (!(ratio instanceof PyTuple)) throw typeError(`unexpected return type from as_integer_ratio(): expected tuple, got '${typeOf(ratio).tpName}'`);
  if (ratio.items.length !== 2) throw valueError('as_integer_ratio() must return a 2-tuple');
  const [numerator, denominator] = ratio.items;
  if (!isInt(numerator) || !isInt(denominator)) throw typeError('non-integer arguments in division');
  return [BigInt(intValue(numerator)), BigInt(intValue(denominator))];
}

function delta_divide(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDelta)) return NotImplemented;
  const total = totalMicroseconds(left);
  if (right instanceof PyDelta) {
    const divisor = totalMicroseconds(right);
    if (divisor === 0n) throw zeroDivisionError('division by zero');
    return new PyFloat(divideBigints(total, divisor));
  }
  if (right instanceof PyFloat) {
    const [numerator, denominator] = integerRatio(vm, right);
    return fromMicroseconds(divideNearest(total * denominator, numerator));
  }
  return isInt(right) ? fromMicroseconds(divideNearest(total, BigInt(intValue(right)))) : NotImplemented;
}

function delta_floorDivide(_vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDelta)) return NotImplemented;
  const byDelta = right instanceof PyDelta;
  if (!byDelta && !isInt(right)) return NotImplemented;
  const divisor = byDelta ? totalMicroseconds(right) : BigInt(intValue(right));
  if (divisor === 0n) throw zeroDivisionError('integer division or modulo by zero');
  const quotient = floorDivide(totalMicroseconds(left), divisor);
  return byDelta ? normalizeInt(quotient) : fromMicroseconds(quotient);
}

/** Quotient and remainder; the divisor is not zero. */
function divideDeltas(left: PyDelta, right: PyDelta): [bigint, PyDelta] {
  const a = totalMicroseconds(left);
  const b = totalMicroseconds(right);
  const quotient = floorDivide(a, b);
  return [quotient, fromMicroseconds(a - quotient * b)];
}

function delta_remainder(_vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDelta) || !(right instanceof PyDelta)) return NotImplemented;
  if (deltaIsZero(right)) throw zeroDivisionError('integer modulo by zero');
  return divideDeltas(left, right)[1];
}

function delta_divmod(_vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDelta) || !(right instanceof PyDelta)) return NotImplemented;
  if (deltaIsZero(right)) throw zeroDivisionError('integer division or modulo by zero');
  const [quotient, rest] = divideDeltas(left, right);
  return newTuple([normalizeInt(quotient), rest]);
}

function delta_richcompare(_vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyDelta)) return NotImplemented;
  return compareOrdered(compareDeltas(self as PyDelta, other), 0, op);
}

// ---- texts ----

function delta_repr(_vm: VM, self: PyValue): PyValue {
  const { days, seconds, microseconds, cls } = self as PyDelta;
  const shown = [['days', days], ['seconds', seconds], ['microseconds', microseconds]].filter(([, value]) => value !== 0);
  return strFromJS(`${cls.tpName}(${shown.length === 0 ? '0' : shown.map(([name, value]) => `${name}=${value}`).join(', ')})`);
}

function delta_str(_vm: VM, self: PyValue): PyValue {
  const { days, seconds, microseconds } = self as PyDelta;
  const day = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
  const fraction = microseconds === 0 ? '' : `.${padded(microseconds, 6)}`;
  return `${day}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

/** `timedelta.total_seconds()` */
export function totalSeconds(delta: PyDelta): number {
  return trueDivideInts(normalizeInt(totalMicroseconds(delta)), 1_000_000);
}

const members: Record<string, PyValue> = {};

export const deltaSpec: TypeSpec = {
  module: 'datetime',
  basetype: true,
  doc: docs.timedelta,
  slots: {
    tp_new: delta_new,
    tp_repr: delta_repr,
    tp_str: delta_str,
    tp_hash: hashDelta,
    tp_richcompare: delta_richcompare,
    nb_add: delta_add,
    nb_subtract: delta_subtract,
    nb_multiply: delta_multiply,
    nb_remainder: delta_remainder,
    nb_divmod: delta_divmod,
    nb_negative: (_vm: VM, self: PyValue) => negateDelta(self as PyDelta),
    nb_positive: (_vm: VM, self: PyValue) => newDelta((self as PyDelta).days, (self as PyDelta).seconds, (self as PyDelta).microseconds),
    nb_absolute: (_vm: VM, self: PyValue) => {
      const delta = self as PyDelta;
      return delta.days < 0 ? negateDelta(delta) : newDelta(delta.days, delta.seconds, delta.microseconds);
    },
    nb_bool: (_vm: VM, self: PyValue) => !deltaIsZero(self as PyDelta),
    nb_floor_divide: delta_floorDivide,
    nb_true_divide: delta_divide,
  },
  methods: [
    native('total_seconds(self, /)', (_vm: VM, self: PyDelta) => new PyFloat(totalSeconds(self)), docs['timedelta.total_seconds']).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyDelta) => newTuple([self.cls, newTuple([self.days, self.seconds, self.microseconds])]), docs['timedelta.__reduce__']).unsigned(),
  ],
  fields: {
    days: { get: (_vm, self) => (self as PyDelta).days, doc: docs['timedelta.days'] },
    seconds: { get: (_vm, self) => (self as PyDelta).seconds, doc: docs['timedelta.seconds'] },
    microseconds: { get: (_vm, self) => (self as PyDelta).microseconds, doc: docs['timedelta.microseconds'] },
  },
  members,
};

export const resolutionDay = newDelta(1, 0, 0);
export const resolutionMicrosecond = newDelta(0, 0, 1);
Object.assign(members, { resolution: resolutionMicrosecond, min: newDelta(-maxDays, 0, 0), max: newDelta(maxDays, 86399, 999999) });
