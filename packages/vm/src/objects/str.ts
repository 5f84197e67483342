import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { TypeFlag, strType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { namedArguments } from '../core/arguments.ts';
import { indexError, memoryError, typeError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { PyStr } from './str-storage.ts';
import { codePoints } from './str-points.ts';
import { concatenate, plainText, strFromPoints, strLength } from './str-support.ts';
import { longPart, twoWayFind, unitsOf } from './two-way-search.ts';
import { strRepr } from './str-repr.ts';
import { strMethods, strStaticMethods } from './str-methods.ts';
import { StrIterator } from './str-iterator.ts';
import { NotImplemented } from './none.ts';
import { PySlice, sliceRange } from './slice.ts';
import { joinHash, strHashLow } from '../protocol/hash-bits.ts';
import { compareOrdered } from '../protocol/compare.ts';
import { asSsize, hasIndex } from '../protocol/number.ts';
import { str } from '../protocol/repr.ts';
import { asciiText } from './codec-quick.ts';
import { decodeObject } from './str-decode.ts';
import { strModulo } from './str-percent.ts';

/* str (CPython 3.12: Objects/unicodeobject.c). */

const parameters = ['object', 'encoding', 'errors'];

function str_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [object, encoding, errors] = args.length === 1 && kwnames === null ? args : namedArguments('str', parameters, 0, args, kwnames);
  let value: PyValue;
  if (encoding !== undefined || errors !== undefined) value = decodeObject(vm, object, encoding, errors);
  else value = object === undefined ? '' : str(vm, object);
  if (type === strType) return value;
  return value instanceof PyStr ? new PyStr(type, value.text, value.points) : new PyStr(type, value as string, null);
}

/** The str itself, without subclass. */
export function exactStr(value: PyValue): PyValue {
  if (typeof value === 'string') return value;
  const boxed = value as PyStr;
  if (boxed.cls === strType) return boxed;
  return boxed.text ?? PyStr.fromCodePoints(boxed.points as Uint32Array);
}

function str_richcompare(_vm: VM, left: PyValue, right: PyValue, op: CompareOp): PyValue {
  if (!isStr(left) || !isStr(right)) return NotImplemented;
  const a = plainText(left);
  const b = plainText(right);
  if (a !== null && b !== null) return compareOrdered(a, b, op);
  if (op === Py_EQ || op === Py_NE) return (comparePoints(left, right) === 0) === (op === Py_EQ);
  return compareOrdered(comparePoints(left, right), 0, op);
}

function comparePoints(left: PyValue, right: PyValue): number {
  const a = codePoints(left);
  const b = codePoints(right);
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function str_hash(vm: VM, self: PyValue): PyValue {
  const low = typeof self === 'string' ? strHashLow(vm, new PyStr(strType, self, null)) : strHashLow(vm, self as PyStr);
  return joinHash(low, vm.hashHigh);
}

/** `s[i]` for an index in range. */
function characterAt(self: PyValue, index: number): PyValue {
  const text = plainText(self);
  if (text !== null) return text[index];
  return strFromPoints([codePoints(self)[index]]);
}

export function str_subscript(vm: VM, self: PyValue, key: PyValue): PyValue {
  const length = strLength(self);
  if (key instanceof PySlice) {
    const { start, step, count } = sliceRange(vm, key, length);
    return sliceStr(self, start, step, count);
  }
  if (!hasIndex(key)) throw typeError(`string indices must be integers, not '${typeOf(key).tpName}'`);
  const index = asSsize(vm, key, indexError);
  const at = index < 0 ? index + length : index;
  if (at < 0 || at >= length) throw indexError('string index out of range');
  return characterAt(self, at);
}

/** Part of a str; positions count characters. */
export function sliceStr(self: PyValue, start: number, step: number, count: number): PyValue {
  if (count <= 0) return '';
  const text = plainText(self);
  if (text !== null && step === 1) {
    if (start === 0 && count === text.length) return text;
    return text.slice(start, start + count);
  }
  const ascii = text === null ? null : pickAscii(text, start, step, count);
  if (ascii !== null) return ascii;
  const points = codePoints(self);
  const picked = new Uint32Array(count);
  for (let i = 0; i < count; i++) picked[i] = points[start + i * step];
  return strFromPoints(picked);
}

/** A shorter text than this is put together from characters: an array would cost more. */
const shortText = 13;

/** Every so-manieth character, null if one of them is not ASCII. */
function pickAscii(text: string, start: number, step: number, count: number): string | null {
  const bytes = count < shortText ? null : new Uint8Array(count);
  let short = '';
  for (let i = 0, at = start; i < count; i++, at += step) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return null;
    if (bytes === null) short += text[at];
    else bytes[i] = unit;
  }
  return bytes === null ? short : asciiText(bytes);
}

function str_concat(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!isStr(right)) throw typeError(`can only concatenate str (not "${typeOf(right).tpName}") to str`);
  const before = strLength(left);
  const added = strLength(right);
  if (before + added > 2 ** 29 - 25) throw memoryError();
  // JavaScript joins without copying: what is new is the shorter one.
  vm.allocate(Math.min(before, added));
  return concatenate(left, right);
}

function str_repeat(vm: VM, self: PyValue, count: PyValue): PyValue {
  const times = count as number;
  if (times <= 0) return '';
  if (times === 1) return exactStr(self);
  const length = strLength(self) * times;
  if (length > 2 ** 29 - 25) throw memoryError();
  vm.allocate(length);
  vm.charge(length >> 6);
  const text = plainText(self);
  if (text !== null && !(/^[\udc00-\udfff]/.test(text) && /[\ud800-\udbff]$/.test(text))) return text.repeat(times);
  const points = codePoints(self);
  const all = new Uint32Array(length);
  for (let i = 0; i < length; i++) all[i] = points[i % points.length];
  return strFromPoints(all);
}

function str_contains(_vm: VM, self: PyValue, item: PyValue): boolean {
  if (!isStr(item)) throw typeError(`'in <string>' requires string as left operand, not ${typeOf(item).tpName}`);
  return findIn(self, item, 0, strLength(self)) >= 0;
}

/** First index of `part` in `whole[start:stop]`, or -1. */
export function findIn(whole: PyValue, part: PyValue, start: number, stop: number): number {
  const text = plainText(whole);
  const wanted = plainText(part);
  if (text !== null && wanted !== null) return findText(text, wanted, start, stop);
  const points = codePoints(whole);
  const target = codePoints(part);
  if (target.length >= longPart) return twoWayFind(points, target, start, stop);
  for (let i = start; i + target.length <= stop; i++) {
    let j = 0;
    while (j < target.length && points[i + j] === target[j]) j++;
    if (j === target.length) return i;
  }
  return -1;
}

/** Never looks behind `stop`, so that going through a text in steps is not quadratic. */
function findText(text: string, wanted: string, start: number, stop: number): number {
  const room = stop - start - wanted.length;
  if (room < 0) return -1;
  if (room === 0) return text.startsWith(wanted, start) ? start : -1;
  if (wanted.length >= longPart) return findLongText(text, wanted, start, stop);
  if (stop >= text.length) return text.indexOf(wanted, start);
  const at = text.slice(start, stop).indexOf(wanted);
  return at < 0 ? -1 : at + start;
}

/** In windows that grow, so that finding one of many places does not cost as much as going to the end. */
function findLongText(text: string, wanted: string, start: number, stop: number): number {
  const part = unitsOf(wanted, 0, wanted.length);
  for (let from = start, size = 4 * wanted.length; from + wanted.length <= stop; from += size - wanted.length + 1, size *= 2) {
    const window = unitsOf(text, from, Math.min(from + size, stop));
    const at = twoWayFind(window, part, 0, window.length);
    if (at >= 0) return from + at;
    if (from + size >= stop) return -1;
  }
  return -1;
}

/** Last index of `part` in `whole[start:stop]`, or -1. */
export function rfindIn(whole: PyValue, part: PyValue, start: number, stop: number): number {
  const text = plainText(whole);
  const wanted = plainText(part);
  if (text !== null && wanted !== null) {
    if (stop - wanted.length < start) return -1;
    if (start === 0) return text.lastIndexOf(wanted, stop - wanted.length);
    const index = text.slice(start, stop).lastIndexOf(wanted);
    return index < 0 ? -1 : index + start;
  }
  const points = codePoints(whole);
  const target = codePoints(part);
  for (let i = stop - target.length; i >= start; i--) {
    let j = 0;
    while (j < target.length && points[i + j] === target[j]) j++;
    if (j === target.length) return i;
  }
  return -1;
}

fillType(strType, {
  untracked: true,
  basetype: true,
  flags: TypeFlag.UNICODE_SUBCLASS,
  doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to sys.getdefaultencoding().\nerrors defaults to 'strict'.",
  slots: {
    tp_new: str_new,
    tp_repr: (_vm: VM, self: PyValue) => strRepr(self),
    tp_str: (_vm: VM, self: PyValue) => exactStr(self),
    tp_hash: str_hash,
    tp_richcompare: str_richcompare,
    tp_iter: (_vm: VM, self: PyValue) => new StrIterator(self),
    nb_remainder: strModulo,
    sq_length: (_vm: VM, self: PyValue) => strLength(self),
    sq_concat: str_concat,
    sq_repeat: str_repeat,
    sq_item: (vm: VM, self: PyValue, index: number) => str_subscript(vm, self, index),
    sq_contains: str_contains,
    mp_length: (_vm: VM, self: PyValue) => strLength(self),
    mp_subscript: str_subscript,
  },
  methods: strMethods,
  staticMethods: strStaticMethods,
});
