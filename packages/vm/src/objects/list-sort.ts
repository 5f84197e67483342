import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { Py_LT } from '../core/slots.ts';
import { bytesType, floatType, listType, tupleType, typeOf } from '../core/type.ts';
import { recursionError } from '../core/errors.ts';
import { checkBreaker } from '../interpreter/breaker.ts';
import { pushPlainCall } from '../interpreter/push-call.ts';
import { callPlain, settled } from '../protocol/call.ts';
import { lessThan } from '../protocol/compare.ts';
import { isTrue } from '../protocol/truth.ts';
import { compareBytes } from './bytes-search.ts';
import { PyFunction } from './function.ts';
import { NotImplemented } from './none.ts';
import type { PyBytes } from './bytes.ts';
import type { PyFloat } from './float.ts';
import type { PyList } from './list.ts';
import type { PyTuple } from './tuple.ts';

/*
 * Timsort with CPython 3.12's choices (Objects/listobject.c, Objects/listsort.txt): run length, galloping and the order of merges
 * (powersort), since programs see every call of `__lt__`.
 */

type Less = (a: PyValue, b: PyValue) => boolean;

/** Winning this many times in a row makes a merge gallop. */
const MIN_GALLOP = 7;

/** Sorts the values in place, by `keys` (an array of the same length) if given. On an exception both are left in some order. */
export function sortItems(vm: VM, values: PyValue[], keys: PyValue[] | null): void {
  const sorted = keys ?? values;
  vm.charge(values.length * Math.ceil(Math.log2(values.length + 1)));
  // Where no comparison can be seen only the result counts.
  if (values.length <= fewItems && sortFew(values, sorted)) return;
  const numbers = numbersOf(sorted);
  if (numbers !== null) return sortBy(values, numbers.doubles, numbers.exact === null ? null : isGreaterIn(numbers.exact));
  if (sorted.every((key) => typeof key === 'string')) return sortBy(values, prefixesOf(sorted), isGreaterIn(keys === null ? sorted.slice() : sorted));
  const cls = typeOf(sorted[0]);
  const same = sorted.every((key) => typeof key === 'object' && key.cls === cls);
  if (same && cls === bytesType) return sortByBytes(values, sorted as PyBytes[]);
  const less = same ? lessWithin(vm, cls) : (x: PyValue, y: PyValue): boolean => lessThan(vm, x, y);
  if (++vm.nativeDepth > vm.nativeDepthLimit) {
    vm.nativeDepth--;
    throw recursionError('maximum recursion depth exceeded in comparison');
  }
  try {
    new Sorter(sorted, keys === null ? null : values, less).sort();
  } finally {
    vm.nativeDepth--;
  }
}

type Compare = NonNullable<PyType['tp_richcompare']>;

/** Fewer items than this are sorted faster where they stand. */
const fewItems = 20;

/** Sorts ints, or strs, by insertion; false if there is anything else. */
function sortFew(values: PyValue[], keys: PyValue[]): boolean {
  const kind = typeof keys[0];
  if (kind !== 'number' && kind !== 'string') return false;
  for (let i = 1; i < keys.length; i++) if (typeof keys[i] !== kind) return false;
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as number; // Or a str, which JavaScript compares likewise.
    const value = values[i];
    let place = i;
    for (; place > 0 && (keys[place - 1] as number) > key; place--) {
      keys[place] = keys[place - 1];
      values[place] = values[place - 1];
    }
    keys[place] = key;
    values[place] = value;
  }
  return true;
}

/** `<` of instances of a class. CPython 3.12: Objects/listobject.c, unsafe_object_compare. */
function lessWithin(vm: VM, cls: PyType): Less {
  const compare = cls.tp_richcompare;
  if (compare === undefined) return (x, y) => lessThan(vm, x, y);
  if (compare === tupleType.tp_richcompare) return (x, y) => itemsLess(vm, x as PyTuple, y as PyTuple);
  if (compare === listType.tp_richcompare) return (x, y) => itemsLess(vm, x as PyList, y as PyList);
  const method = cls.lookup('__lt__');
  if (method instanceof PyFunction) return lessByFunction(vm, cls, method);
  return (x, y) => lessBySlot(vm, compare, x, y);
}

/** By the slot of the class that all items had, which is asked first, even if the class of `y` has become one derived from it. */
function lessBySlot(vm: VM, compare: Compare, x: PyValue, y: PyValue): boolean {
  if (typeOf(x).tp_richcompare !== compare) return lessThan(vm, x, y);
  return truth(vm, x, y, compare(vm, x, y, Py_LT));
}

/** By a `__lt__` written in Python: looked up once, until it changes the class. */
function lessByFunction(vm: VM, cls: PyType, method: PyFunction): Less {
  const { version } = cls;
  const compare = cls.tp_richcompare as Compare;
  return (x, y) => {
    // All were objects of the class when the sort began.
    if (cls.version !== version || (x as PyObject).cls !== cls) return lessBySlot(vm, compare, x, y);
    if (method.code.exactArgs !== 2) return truth(vm, x, y, callPlain(vm, method, x, y));
    // The sort counts as the native that calls it.
    if (--vm.ticks < 0) checkBreaker(vm);
    return truth(vm, x, y, settled(vm, pushPlainCall(vm, method, x, y)));
  };
}

/** What `x < y` is when the slot of `x` answers `result`. That it does not know makes it asked again. */
function truth(vm: VM, x: PyValue, y: PyValue, result: PyValue): boolean {
  if (typeof result === 'boolean') return result;
  return result === NotImplemented ? lessThan(vm, x, y) : isTrue(vm, result);
}

/** A number as JavaScript compares it, exactly. */
type Exact = number | bigint;

/**
 * Numbers as doubles; null if there is anything else, NaN included: it has no place in an order. Where an int is no double, `exact` are
 * the numbers themselves: they decide where doubles are equal.
 */
function numbersOf(keys: readonly PyValue[]): { readonly doubles: Float64Array; readonly exact: readonly Exact[] | null } | null {
  if (exactOf(keys[0]) === null) return null;
  const doubles = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof key === 'number') doubles[i] = key;
    else {
      const exact = exactOf(key);
      if (typeof exact === 'bigint') return largeNumbersOf(keys);
      if (exact === null) return null;
      doubles[i] = exact;
    }
  }
  return { doubles, exact: null };
}

function largeNumbersOf(keys: readonly PyValue[]): ReturnType<typeof numbersOf> {
  const exact: Exact[] = [];
  for (const key of keys) {
    const number = exactOf(key);
    if (number === null) return null;
    exact.push(number);
  }
  return { doubles: Float64Array.from(exact, Number), exact };
}

/** The value of an int, a bool or a float that is a number; null of anything else. */
function exactOf(key: PyValue): Exact | null {
  if (typeof key === 'number' || typeof key === 'bigint') return key;
  if (typeof key === 'boolean') return key ? 1 : 0;
  if (typeof key !== 'object' || key.cls !== floatType) return null;
  const { value } = key as PyFloat;
  return Number.isNaN(value) ? null : value;
}

/** What decides between two items, by their numbers, whose keys are equal: is the first one greater? */
type IsGreater = (i: number, j: number) => boolean;

const isGreaterIn = (keys: readonly (string | Exact)[]): IsGreater => (i, j) => keys[i] > keys[j];

function sortByBytes(values: PyValue[], objects: readonly PyBytes[]): void {
  const keys = objects.map(({ bytes }) => bytes);
  const prefixes = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const bytes = keys[i];
    let prefix = 0;
    for (let at = 0; at < prefixLength; at++) prefix = prefix * 256 + (at < bytes.length ? bytes[at] : 0);
    prefixes[i] = prefix;
  }
  sortBy(values, prefixes, (i, j) => compareBytes(keys[i], keys[j]) > 0);
}

/** So many bytes, or characters that are no more, make a number that a double can be. */
const prefixLength = 6;

/** The first characters of each str as one number: six of them, or three if any is above U+00FF. */
function prefixesOf(texts: readonly string[]): Float64Array {
  const prefixes = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    let prefix = 0;
    for (let at = 0; at < prefixLength; at++) {
      const unit = at < text.length ? text.charCodeAt(at) : 0;
      if (unit > 0xff) return widePrefixesOf(texts);
      prefix = prefix * 256 + unit;
    }
    prefixes[i] = prefix;
  }
  return prefixes;
}

function widePrefixesOf(texts: readonly string[]): Float64Array {
  const prefixes = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    prefixes[i] = ((text.charCodeAt(0) || 0) * 65536 + (text.charCodeAt(1) || 0)) * 65536 + (text.charCodeAt(2) || 0);
  }
  return prefixes;
}

/** Puts `values` in the order of `keys`, and where those are equal as `isGreater` says, if given. Stable. */
function sortBy(values: PyValue[], keys: Float64Array, isGreater: IsGreater | null): void {
  const isAfter: IsGreater = (i, j) => keys[i] > keys[j] || (keys[i] === keys[j] && isGreater !== null && isGreater(i, j));
  const total = keys.length;
  let ascending = 1;
  while (ascending < total && !isAfter(ascending - 1, ascending)) ascending++;
  if (ascending >= total) return;
  if (isDescending(total, isAfter)) return turnRound(values, isAfter);
  let order: Uint32Array = new Uint32Array(total);
  for (let i = 0; i < total; i++) order[i] = i;
  const runs = fewRuns(total, isAfter);
  if (runs !== null) order = mergeRuns(order, runs, isAfter);
  else if (total < worthDigits) order = mergeSort(order, 0, total, isAfter);
  else {
    order = sortByDigits(order, keys);
    if (isGreater !== null) sortTies(order, keys, isAfter);
  }
  const old = values.slice();
  for (let i = 0; i < total; i++) values[i] = old[order[i]];
}

function isDescending(total: number, isAfter: IsGreater): boolean {
  let at = 1;
  while (at < total && !isAfter(at, at - 1)) at++;
  return at === total;
}

/** Reverses descending values; equal ones stay as they are among themselves. */
function turnRound(values: PyValue[], isAfter: IsGreater): void {
  const total = values.length;
  for (let high = total, low = total - 1; high > 0; high = low--) {
    while (low > 0 && !isAfter(low - 1, low)) low--;
    if (high - low > 1) reverseRange(values, low, high);
  }
  reverseRange(values, 0, total);
}

/** A list with fewer runs than one in so many items is merged from them. */
const worthMerging = 256;

/** Where the sorted runs begin, and the end, if they are few; else null. */
function fewRuns(total: number, isAfter: IsGreater): number[] | null {
  const most = total / worthMerging;
  const runs = [0];
  for (let i = 1; i < total; i++) {
    if (!isAfter(i - 1, i)) continue;
    if (runs.length >= most) return null;
    runs.push(i);
  }
  runs.push(total);
  return runs;
}

/** Merges neighbours until there is one run. */
function mergeRuns(order: Uint32Array, bounds: readonly number[], isAfter: IsGreater): Uint32Array {
  let from = order;
  let into: Uint32Array = new Uint32Array(order.length);
  for (let runs = bounds; runs.length > 2; [from, into] = [into, from]) {
    const merged = [0];
    for (let run = 0; run + 1 < runs.length; run += 2) {
      const high = runs[Math.min(run + 2, runs.length - 1)];
      mergeTwo(from, into, runs[run], runs[run + 1], high, isAfter);
      merged.push(high);
    }
    runs = merged;
  }
  return from;
}

/** Merges [low, middle) and [middle, high) of `from` to the same place of `into`. */
function mergeTwo(from: Uint32Array, into: Uint32Array, low: number, middle: number, high: number, isAfter: IsGreater): void {
  if (middle === high || !isAfter(from[middle - 1], from[middle])) {
    into.set(from.subarray(low, high), low);
    return;
  }
  let left = low;
  let right = middle;
  for (let to = low; to < high; to++) into[to] = left === middle || (right < high && isAfter(from[left], from[right])) ? from[right++] : from[left++];
}

/** From so many keys on their digits are sorted, not they. */
const worthDigits = 200;

/** Sorts each stretch of equal keys by what else there is. */
function sortTies(order: Uint32Array, keys: Float64Array, isAfter: IsGreater): void {
  for (let low = 0; low < order.length; ) {
    let high = low + 1;
    while (high < order.length && keys[order[high]] === keys[order[low]]) high++;
    if (high - low > 1) order.set(mergeSort(order, low, high, isAfter).subarray(low, high), low);
    low = high;
  }
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const digitBits = 11, digitCount = 1 << digitBits;

/** A radix sort, from the lowest digit of 11 bits to the highest. */
function sortByDigits(order: Uint32Array, keys: Float64Array): Uint32Array {
  let least = keys[0];
  let greatest = least;
  let whole = true;
  for (let i = 0; i < keys.length && whole; i++) {
    const key = keys[i];
    if (key < least) least = key;
    else if (key > greatest) greatest = key;
    whole = Number.isInteger(key);
  }
  // Most ints are near each other: then their distances from the least one have few digits.
  const range = greatest - least;
  if (!whole || range >= 2 ** 32) return sortByBits(order, keys);
  const distances = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) distances[i] = keys[i] - least;
  return sortByPasses(order, distances, distances, Math.ceil(Math.log2(range + 1) / digitBits));
}

/** By the bits of doubles. */
function sortByBits(order: Uint32Array, keys: Float64Array): Uint32Array {
  const total = keys.length;
  const doubles = new Float64Array(total);
  for (let i = 0; i < total; i++) doubles[i] = keys[i] + 0; // -0.0 + 0 is 0.0
  const words = new Uint32Array(doubles.buffer);
  const highs = new Uint32Array(total);
  const lows = new Uint32Array(total);
  for (let i = 0; i < total; i++) {
    const high = words[littleEndian ? 2 * i + 1 : 2 * i];
    const low = words[littleEndian ? 2 * i : 2 * i + 1];
    // So that they count as unsigned numbers in the order of the doubles.
    highs[i] = high >>> 31 === 0 ? high ^ 0x80000000 : ~high;
    lows[i] = high >>> 31 === 0 ? low : ~low;
  }
  return sortByPasses(order, highs, lows, 6);
}

/** One pass for each of so many digits: three of the lower halves, then those of the upper ones. */
function sortByPasses(order: Uint32Array, highs: Uint32Array, lows: Uint32Array, digits: number): Uint32Array {
  const total = order.length;
  let from = order;
  let to: Uint32Array = new Uint32Array(total);
  const starts = new Uint32Array(digitCount);
  for (let digit = 0; digit < digits; digit++) {
    const half = digit < 3 ? lows : highs;
    const shift = (digit % 3) * digitBits;
    starts.fill(0);
    for (let i = 0; i < total; i++) starts[(half[i] >>> shift) & (digitCount - 1)]++;
    if (starts[(half[0] >>> shift) & (digitCount - 1)] === total) continue;
    for (let i = 0, start = 0; i < digitCount; i++) {
      const count = starts[i];
      starts[i] = start;
      start += count;
    }
    for (let i = 0; i < total; i++) {
      const index = from[i];
      to[starts[(half[index] >>> shift) & (digitCount - 1)]++] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Sorts [start, end) of `order`; gives the array in which the result stands, at the same place. */
function mergeSort(order: Uint32Array, start: number, end: number, isAfter: IsGreater): Uint32Array {
  const chunk = 12;
  for (let low = start; low < end; low += chunk) {
    for (let at = low + 1, high = Math.min(low + chunk, end); at < high; at++) {
      const index = order[at];
      let to = at;
      for (; to > low && isAfter(order[to - 1], index); to--) order[to] = order[to - 1];
      order[to] = index;
    }
  }
  let from = order;
  let into: Uint32Array = end - start > chunk ? new Uint32Array(order.length) : order;
  for (let width = chunk; width < end - start; width *= 2) {
    for (let low = start; low < end; low += 2 * width) {
      const middle = Math.min(low + width, end);
      mergeTwo(from, into, low, middle, Math.min(low + 2 * width, end), isAfter);
    }
    [from, into] = [into, from];
  }
  return from;
}

/** `<` of two tuples or lists: by the first items that differ, without calls while they are ints, strs or floats. */
function itemsLess(vm: VM, left: PyTuple | PyList, right: PyTuple | PyList): boolean {
  const a = left.items;
  const b = right.items;
  const count = Math.min(a.length, b.length);
  for (let i = 0; i < count; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    if (typeof x === 'number' && typeof y === 'number') return x < y;
    if (typeof x === 'string' && typeof y === 'string') return x < y;
    if (typeof x !== 'object' || typeof y !== 'object' || x.cls !== floatType || y.cls !== floatType) return lessThan(vm, left, right);
    if ((x as PyFloat).value !== (y as PyFloat).value) return (x as PyFloat).value < (y as PyFloat).value;
  }
  return a.length < b.length;
}

/** A sorted stretch waiting to be merged. */
interface Run {
  readonly base: number;
  length: number;
  /** Powersort's priority of the border between this run and the next one. */
  power: number;
}

/** One sort: `keys` are compared, `values` (if any) moved along with them. */
class Sorter {
  private readonly keys: PyValue[];
  private readonly values: PyValue[] | null;
  private readonly less: Less;
  private readonly runs: Run[];
  private minGallop: number;

  constructor(keys: PyValue[], values: PyValue[] | null, less: Less) {
    this.keys = keys;
    this.values = values;
    this.less = less;
    this.runs = [];
    this.minGallop = MIN_GALLOP;
  }

  sort(): void {
    const total = this.keys.length;
    if (total < 2) return;
    const minRun = minRunLength(total);
    for (let low = 0; low < total; ) {
      let length = this.naturalRun(low, total);
      if (length < minRun) {
        const forced = Math.min(total - low, minRun);
        this.insertionSort(low, low + forced, low + length);
        length = forced;
      }
      this.pushRun(low, length, total);
      low += length;
    }
    while (this.runs.length > 1) {
      let at = this.runs.length - 2;
      if (at > 0 && this.runs[at - 1].length < this.runs[at + 1].length) at--;
      this.mergeAt(at);
    }
  }

  /** Length of the run that begins at `low`; a strictly descending one is turned round. */
  private naturalRun(low: number, high: number): number {
    const { keys, less } = this;
    let end = low + 1;
    if (end === high) return 1;
    if (less(keys[end], keys[low])) {
      end++;
      while (end < high && less(keys[end], keys[end - 1])) end++;
      reverseRange(keys, low, end);
      if (this.values !== null) reverseRange(this.values, low, end);
    } else {
      end++;
      while (end < high && !less(keys[end], keys[end - 1])) end++;
    }
    return end - low;
  }

  /** Binary insertion sort of [low, high), of which [low, start) is sorted. */
  private insertionSort(low: number, high: number, start: number): void {
    const { keys, values, less } = this;
    for (let at = start; at < high; at++) {
      const pivot = keys[at];
      let left = low;
      let right = at;
      while (left < right) {
        const middle = (left + right) >>> 1;
        if (less(pivot, keys[middle])) right = middle;
        else left = middle + 1;
      }
      for (let i = at; i > left; i--) keys[i] = keys[i - 1];
      keys[left] = pivot;
      if (values !== null) {
        const value = values[at];
        for (let i = at; i > left; i--) values[i] = values[i - 1];
        values[left] = value;
      }
    }
  }

  private pushRun(base: number, length: number, total: number): void {
    const { runs } = this;
    if (runs.length > 0) {
      const last = runs[runs.length - 1];
      const power = borderPower(last.base, last.length, length, total);
      while (runs.length > 1 && runs[runs.length - 2].power > power) this.mergeAt(runs.length - 2);
      runs[runs.length - 1].power = power;
    }
    runs.push({ base, length, power: 0 });
  }

  /** Merges run `at` with the next one. */
  private mergeAt(at: number): void {
    const { runs, keys } = this;
    const a = runs[at];
    const b = runs[at + 1];
    const bBase = b.base;
    const aLength = a.length;
    const bLength = b.length;
    a.length += bLength;
    // The border that is left is the one behind b.
    runs.splice(at + 1, 1);
    const skip = this.gallopRight(keys[bBase], keys, a.base, aLength, 0);
    const aRest = aLength - skip;
    if (aRest === 0) return;
    const aBase = a.base + skip;
    const bRest = this.gallopLeft(keys[aBase + aRest - 1], keys, bBase, bLength, bLength - 1);
    if (bRest <= 0) return;
    if (aRest <= bRest) this.mergeLow(aBase, aRest, bBase, bRest);
    else this.mergeHigh(aBase, aRest, bBase, bRest);
  }

  /** How many of the `length` items at `base` are less than `key`; looks first near `hint`. */
  private gallopLeft(key: PyValue, array: readonly PyValue[], base: number, length: number, hint: number): number {
    const { less } = this;
    let before = 0;
    let offset = 1;
    if (less(array[base + hint], key)) {
      const limit = length - hint;
      while (offset < limit && less(array[base + hint + offset], key)) {
        before = offset;
        offset = offset * 2 + 1;
      }
      offset = Math.min(offset, limit) + hint;
      before += hint;
    } else {
      const limit = hint + 1;
      while (offset < limit && !less(array[base + hint - offset], key)) {
        before = offset;
        offset = offset * 2 + 1;
      }
      const nearest = hint - before;
      before = hint - Math.min(offset, limit);
      offset = nearest;
    }
    before++;
    while (before < offset) {
      const middle = before + ((offset - before) >> 1);
      if (less(array[base + middle], key)) before = middle + 1;
      else offset = middle;
    }
    return offset;
  }

  /** How many of the `length` items at `base` are not greater than `key`; looks first near `hint`. */
  private gallopRight(key: PyValue, array: readonly PyValue[], base: number, length: number, hint: number): number {
    const { less } = this;
    let before = 0;
    let offset = 1;
    if (less(key, array[base + hint])) {
      const limit = hint + 1;
      while (offset < limit && less(key, array[base + hint - offset])) {
        before = offset;
        offset = offset * 2 + 1;
      }
      const nearest = hint - before;
      before = hint - Math.min(offset, limit);
      offset = nearest;
    } else {
      const limit = length - hint;
      while (offset < limit && !less(key, array[base + hint + offset])) {
        before = offset;
        offset = offset * 2 + 1;
      }
      offset = Math.min(offset, limit) + hint;
      before += hint;
    }
    before++;
    while (before < offset) {
      const middle = before + ((offset - before) >> 1);
      if (less(key, array[base + middle])) offset = middle;
      else before = middle + 1;
    }
    return offset;
  }

  /** Merges two neighbouring runs, the first not longer than the second, from the left. */
  private mergeLow(aBase: number, aCount: number, bBase: number, bCount: number): void {
    const { keys, values, less } = this;
    const a = keys.slice(aBase, aBase + aCount);
    const aValues = values === null ? null : values.slice(aBase, aBase + aCount);
    let to = aBase;
    let ai = 0;
    let bi = bBase;
    let na = aCount;
    let nb = bCount;
    const takeA = (count: number): void => {
      for (let i = 0; i < count; i++) {
        keys[to] = a[ai];
        if (values !== null) values[to] = (aValues as PyValue[])[ai];
        to++;
        ai++;
      }
      na -= count;
    };
    const takeB = (count: number): void => {
      moveDown(keys, to, bi, count);
      if (values !== null) moveDown(values, to, bi, count);
      to += count;
      bi += count;
      nb -= count;
    };
    try {
      takeB(1);
      if (nb === 0 || na === 1) return;
      let minGallop = this.minGallop;
      for (;;) {
        let aWins = 0;
        let bWins = 0;
        do {
          if (less(keys[bi], a[ai])) {
            takeB(1);
            bWins++;
            aWins = 0;
            if (nb === 0) return;
          } else {
            takeA(1);
            aWins++;
            bWins = 0;
            if (na === 1) return;
          }
        } while (aWins < minGallop && bWins < minGallop);
        minGallop++;
        do {
          if (minGallop > 1) minGallop--;
          this.minGallop = minGallop;
          aWins = this.gallopRight(keys[bi], a, ai, na, 0);
          takeA(aWins);
          if (aWins > 0 && na <= 1) return;
          takeB(1);
          if (nb === 0) return;
          bWins = this.gallopLeft(a[ai], keys, bi, nb, 0);
          takeB(bWins);
          if (nb === 0) return;
          takeA(1);
          if (na === 1) return;
        } while (aWins >= MIN_GALLOP || bWins >= MIN_GALLOP);
        minGallop++;
        this.minGallop = minGallop;
      }
    } finally {
      // One left of a comes after all of b; otherwise (b used up, or a comparison raised) the rest of a fills the gap.
      if (na === 1 && nb > 0) takeB(nb);
      takeA(na);
    }
  }

  /** Merges two neighbouring runs, the second shorter than the first, from the right. */
  private mergeHigh(aBase: number, aCount: number, bBase: number, bCount: number): void {
    const { keys, values, less } = this;
    const b = keys.slice(bBase, bBase + bCount);
    const bValues = values === null ? null : values.slice(bBase, bBase + bCount);
    // Next place to fill, and last items not yet taken.
    let to = bBase + bCount - 1;
    let ai = aBase + aCount - 1;
    let na = aCount;
    let nb = bCount;
    const takeA = (count: number): void => {
      to -= count;
      ai -= count;
      moveUp(keys, to + 1, ai + 1, count);
      if (values !== null) moveUp(values, to + 1, ai + 1, count);
      na -= count;
    };
    const takeB = (count: number): void => {
      for (let i = 0; i < count; i++) {
        nb--;
        keys[to] = b[nb];
        if (values !== null) values[to] = (bValues as PyValue[])[nb];
        to--;
      }
    };
    try {
      takeA(1);
      if (na === 0 || nb === 1) return;
      let minGallop = this.minGallop;
      for (;;) {
        let aWins = 0;
        let bWins = 0;
        do {
          if (less(b[nb - 1], keys[ai])) {
            takeA(1);
            aWins++;
            bWins = 0;
            if (na === 0) return;
          } else {
            takeB(1);
            bWins++;
            aWins = 0;
            if (nb === 1) return;
          }
        } while (aWins < minGallop && bWins < minGallop);
        minGallop++;
        do {
          if (minGallop > 1) minGallop--;
          this.minGallop = minGallop;
          aWins = na - this.gallopRight(b[nb - 1], keys, aBase, na, na - 1);
          takeA(aWins);
          if (na === 0) return;
          takeB(1);
          if (nb === 1) return;
          bWins = nb - this.gallopLeft(keys[ai], b, 0, nb, nb - 1);
          takeB(bWins);
          if (bWins > 0 && nb <= 1) return;
          takeA(1);
          if (na === 0) return;
        } while (aWins >= MIN_GALLOP || bWins >= MIN_GALLOP);
        minGallop++;
        this.minGallop = minGallop;
      }
    } finally {
      if (nb === 1 && na > 0) takeA(na);
      takeB(nb);
    }
  }
}

/** Runs are made at least this long: 32 to 64, so that the number of runs is close to a power of 2. */
function minRunLength(total: number): number {
  let n = total;
  let odd = 0;
  while (n >= 64) {
    odd |= n & 1;
    n >>= 1;
  }
  return n + odd;
}

/**
 * Powersort's power of the border between a run of `n1` items at `s1` and one of `n2` after it, in a list of `n`: the depth
 * at which the middles of the two fall into different halves.
 */
function borderPower(s1: number, n1: number, n2: number, n: number): number {
  let a = 2 * s1 + n1;
  let b = a + n1 + n2;
  for (let power = 1; ; power++) {
    if (a >= n) {
      a -= n;
      b -= n;
    } else if (b >= n) return power;
    a *= 2;
    b *= 2;
  }
}

/** Moves `count` items from `from` to the lower place `to`. (Faster than copyWithin, which is slow for arrays.) */
function moveDown(array: PyValue[], to: number, from: number, count: number): void {
  for (let i = 0; i < count; i++) array[to + i] = array[from + i];
}

/** Moves `count` items from `from` to the higher place `to`. */
function moveUp(array: PyValue[], to: number, from: number, count: number): void {
  for (let i = count - 1; i >= 0; i--) array[to + i] = array[from + i];
}

function reverseRange(array: PyValue[], start: number, end: number): void {
  for (let low = start, high = end - 1; low < high; low++, high--) {
    const item = array[low];
    array[low] = array[high];
    array[high] = item;
  }
}
