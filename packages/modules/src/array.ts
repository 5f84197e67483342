import {
  asDouble, asIndex, asIndexClamped, asSsize, bufferBytes, bufferError, callMethod, codePoints, compareBool, defineModule, defineType, eofError, equals, exceptionTypes, GenericAlias, getAttr, hasIndex, importModule, indexError, isStr, iterate, memoryError, native, newTuple, next, None, normalizeInt, NotImplemented, overflowError, Py_EQ, Py_NE, PyBaseException, PyBuffer, PyByteArray, PyBytes, PyFloat, PyList, PyObject, PySlice, PyTuple, PyType, richCompare, reprText, sliceRange, strFromCodePoint, strFromJS, strFromPoints, toArray, TypeFlag, typeError, typeOf, valueError, lookupAttr,
} from '@py/vm/native';
import type { CompareOp, NativeModule, PyValue, VM } from '@py/vm/native';

/* `array` (CPython 3.12: Modules/arraymodule.c), for a 64-bit little-endian machine. */

interface Kind {
  readonly code: string;
  readonly size: number;
  readonly format: string;
  /** Number in `_array_reconstructor`'s machine formats. */
  readonly machineFormat: number;
  get(view: DataView, at: number): PyValue;
  set(vm: VM, view: DataView, at: number, value: PyValue): void;
}

/** An int as C's `long`; the messages name C's types. */
function fitted(vm: VM, value: PyValue, low: number | bigint, high: number | bigint, short: string, wide: string): number {
  const number = asIndex(vm, value);
  if (typeof number === 'bigint' && (number > 0x7fff_ffff_ffff_ffffn || number < -0x8000_0000_0000_0000n)) throw overflowError('Python int too large to convert to C long');
  // What C's own conversion (to short, or to int) refuses comes first.
  const limit = wide === 'signed short integer' ? 2 ** 15 : 2 ** 31;
  if (wide !== '' && number >= limit) throw overflowError(`${wide} is greater than maximum`);
  if (wide !== '' && number < -limit) throw overflowError(`${wide} is less than minimum`);
  if (number < low) throw overflowError(`${short} is less than minimum`);
  if (number > high) throw overflowError(`${short} is greater than maximum`);
  return Number(number);
}

function unsigned(vm: VM, value: PyValue, bits: 32 | 64): bigint {
  const number = BigInt(asIndex(vm, value));
  if (number < 0n) throw overflowError("can't convert negative value to unsigned int");
  if (number >> 64n !== 0n) throw overflowError('Python int too large to convert to C unsigned long');
  if (number >> BigInt(bits) !== 0n) throw overflowError('unsigned int is greater than maximum');
  return number;
}

function character(point: number): PyValue {
  if (point > 0x10ffff) throw valueError('chr() arg not in range(0x110000)');
  return strFromCodePoint(point);
}

const kinds: readonly Kind[] = [
  { code: 'b', size: 1, format: 'b', machineFormat: 1, get: (view, at) => view.getInt8(at), set: (vm, view, at, value) => view.setInt8(at, fitted(vm, value, -128, 127, 'signed char', 'signed short integer')) },
  {
    code: 'B', size: 1, format: 'B', machineFormat: 0, get: (view, at) => view.getUint8(at),
    set(vm, view, at, value) {
      view.setUint8(at, fitted(vm, value, 0, 255, 'unsigned byte integer', ''));
    },
  },
  {
    code: 'u', size: 4, format: 'w', machineFormat: 20, get: (view, at) => character(view.getUint32(at, true)),
    set(_vm, view, at, value) {
      const points = isStr(value) ? codePoints(value) : [];
      if (points.length !== 1) throw typeError('array item must be unicode character');
      view.setUint32(at, points[0], true);
    },
  },
  { code: 'h', size: 2, format: 'h', machineFormat: 4, get: (view, at) => view.getInt16(at, true), set: (vm, view, at, value) => view.setInt16(at, fitted(vm, value, -32768, 32767, 'signed short integer', 'signed short integer'), true) },
  { code: 'H', size: 2, format: 'H', machineFormat: 2, get: (view, at) => view.getUint16(at, true), set: (vm, view, at, value) => view.setUint16(at, fitted(vm, value, 0, 65535, 'unsigned short', 'signed integer'), true) },
  { code: 'i', size: 4, format: 'i', machineFormat: 8, get: (view, at) => view.getInt32(at, true), set: (vm, view, at, value) => view.setInt32(at, fitted(vm, value, -(2 ** 31), 2 ** 31 - 1, 'signed integer', 'signed integer'), true) },
  { code: 'I', size: 4, format: 'I', machineFormat: 6, get: (view, at) => view.getUint32(at, true), set: (vm, view, at, value) => view.setUint32(at, Number(unsigned(vm, value, 32)), true) },
  {
    code: 'l', size: 8, format: 'l', machineFormat: 12, get: (view, at) => normalizeInt(view.getBigInt64(at, true)),
    set(vm, view, at, value) {
      const number = BigInt(asIndex(vm, value));
      if (number !== BigInt.asIntN(64, number)) throw overflowError('Python int too large to convert to C long');
      view.setBigInt64(at, number, true);
    },
  },
  { code: 'L', size: 8, format: 'L', machineFormat: 10, get: (view, at) => normalizeInt(view.getBigUint64(at, true)), set: (vm, view, at, value) => view.setBigUint64(at, unsigned(vm, value, 64), true) },
  {
    code: 'q', size: 8, format: 'q', machineFormat: 12, get: (view, at) => normalizeInt(view.getBigInt64(at, true)),
    set(vm, view, at, value) {
      const number = BigInt(asIndex(vm, value));
      if (number !== BigInt.asIntN(64, number)) throw overflowError('int too big to convert');
      view.setBigInt64(at, number, true);
    },
  },
  {
    code: 'Q', size: 8, format: 'Q', machineFormat: 10, get: (view, at) => normalizeInt(view.getBigUint64(at, true)),
    set(vm, view, at, value) {
      const number = BigInt(asIndex(vm, value));
      if (number < 0n) throw overflowError("can't convert negative int to unsigned");
      if (number >> 64n !== 0n) throw overflowError('int too big to convert');
      view.setBigUint64(at, number, true);
    },
  },
  { code: 'f', size: 4, format: 'f', machineFormat: 14, get: (view, at) => new PyFloat(view.getFloat32(at, true)), set: (vm, view, at, value) => view.setFloat32(at, asDouble(vm, value), true) },
  { code: 'd', size: 8, format: 'd', machineFormat: 16, get: (view, at) => new PyFloat(view.getFloat64(at, true)), set: (vm, view, at, value) => view.setFloat64(at, asDouble(vm, value), true) },
];

class PyArray extends PyObject {
  readonly kind: Kind;
  /** The items' bytes. */
  readonly store: PyByteArray = new PyByteArray(new Uint8Array(0));
  exports = 0;
  /** Items that CPython would have room for, which is what `__sizeof__` tells. */
  allocated = 0;
  private cachedView: DataView = new DataView(new ArrayBuffer(0));
  constructor(type: PyType, kind: Kind) {
    super(type);
    this.kind = kind;
  }
  get length(): number {
    return this.store.length / this.kind.size;
  }
  private get view(): DataView {
    const { bytes } = this.store;
    const view = this.cachedView;
    if (view.buffer === bytes.buffer && view.byteOffset === bytes.byteOffset && view.byteLength === bytes.byteLength) return view;
    return (this.cachedView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  get(index: number): PyValue {
    return this.kind.get(this.view, index * this.kind.size);
  }
  set(vm: VM, index: number, value: PyValue): void {
    this.kind.set(vm, this.view, index * this.kind.size, value);
  }
  /** Replaces `count` items at `start` by the items in `bytes`. */
  splice(vm: VM, start: number, count: number, bytes: Uint8Array): void {
    const { size } = this.kind;
    if (bytes.length !== count * size && this.exports > 0) throw bufferError('cannot resize an array that is exporting buffers');
    const before = this.length;
    this.store.splice(vm, start * size, count * size, bytes);
    this.reallocate(before, this.length);
  }
  /** CPython: array_resize. */
  private reallocate(before: number, after: number): void {
    if (this.allocated >= after && before < after + 16 && this.allocated > 0) return;
    this.allocated = after === 0 ? 0 : after + (after >> 4) + (before < 8 ? 3 : 7);
  }
  append(vm: VM, value: PyValue): void {
    this.insert(vm, this.length, value);
  }
  insert(vm: VM, index: number, value: PyValue): void {
    this.splice(vm, index, 0, this.itemBytes(vm, value));
  }
  itemBytes(vm: VM, value: PyValue): Uint8Array {
    const bytes = new Uint8Array(this.kind.size);
    this.kind.set(vm, new DataView(bytes.buffer), 0, value);
    return bytes;
  }
  items(): PyValue[] {
    return Array.from({ length: this.length }, (_, index) => this.get(index));
  }
}

function newArray(vm: VM, kind: Kind, bytes: Uint8Array, type: PyType = arrayType): PyArray {
  const self = new PyArray(type, kind);
  self.splice(vm, 0, 0, bytes);
  self.allocated = self.length;
  return self;
}

function array_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null && kwnames.length > 0 && type === arrayType) throw typeError('array.array() takes no keyword arguments');
  const given = args.length - (kwnames?.length ?? 0);
  if (given < 1) throw typeError('array() takes at least 1 argument (0 given)');
  if (given > 2) throw typeError(`array() takes at most 2 arguments (${given} given)`);
  const [code, initial] = args;
  if (!isStr(code) || codePoints(code).length !== 1) throw typeError(`array() argument 1 must be a unicode character, not ${typeOf(code).tpName}`);
  const kind = kinds.find((candidate) => candidate.code === code);
  if (given === 2 && code !== 'u') {
    if (isStr(initial)) throw typeError(`cannot use a str to initialize an array with typecode '${String(code)}'`);
    if (initial instanceof PyArray && initial.kind.code === 'u') throw typeError(`cannot use a unicode array to initialize an array with typecode '${String(code)}'`);
  }
  if (kind === undefined) throw valueError('bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)');
  const self = new PyArray(type, kind);
  if (given === 1) return self;
  if (initial instanceof PyBytes || initial instanceof PyByteArray) frombytes(vm, self, initial);
  else if (initial instanceof PyArray && initial.kind === kind) self.splice(vm, 0, 0, initial.store.bytes.slice());
  else extendFrom(vm, self, initial);
  // What has a length from the start is given just as much room.
  if (initial instanceof PyList || initial instanceof PyTuple || initial instanceof PyArray || isStr(initial)) self.allocated = self.length;
  return self;
}

function extendFrom(vm: VM, self: PyArray, iterable: PyValue): void {
  const source = iterate(vm, iterable);
  for (let item = next(vm, source); item !== undefined; item = next(vm, source)) self.append(vm, item);
}

function extend(vm: VM, self: PyArray, other: PyValue): void {
  if (!(other instanceof PyArray)) return extendFrom(vm, self, other);
  if (other.kind !== self.kind) throw typeError('can only extend with array of same kind');
  self.splice(vm, self.length, 0, other.store.bytes.slice());
}

function frombytes(vm: VM, self: PyArray, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  if (bytes.length % self.kind.size !== 0) throw valueError('bytes length not a multiple of item size');
  self.splice(vm, self.length, 0, bytes.slice());
  return None;
}

/** An index from the end if negative; -1 when out of range. */
function itemIndex(self: PyArray, index: number): number {
  const position = index < 0 ? index + self.length : index;
  return position >= 0 && position < self.length ? position : -1;
}

function subscript(vm: VM, self: PyArray, key: PyValue): PyValue {
  if (hasIndex(key)) {
    const index = itemIndex(self, asSsize(vm, key, indexError));
    if (index < 0) throw indexError('array index out of range');
    return self.get(index);
  }
  if (!(key instanceof PySlice)) throw typeError('array indices must be integers');
  const { start, step, count: length } = sliceRange(vm, key, self.length);
  return newArray(vm, self.kind, pick(self, start, step, length));
}

function pick(self: PyArray, start: number, step: number, length: number): Uint8Array {
  const { size } = self.kind;
  const { bytes } = self.store;
  if (step === 1) return bytes.slice(start * size, (start + length) * size);
  const out = new Uint8Array(length * size);
  for (let i = 0; i < length; i++) out.set(bytes.subarray((start + i * step) * size, (start + i * step + 1) * size), i * size);
  return out;
}

function assignSubscript(vm: VM, self: PyArray, key: PyValue, value: PyValue | undefined): void {
  if (hasIndex(key)) {
    const index = itemIndex(self, asSsize(vm, key, indexError));
    if (index < 0) throw indexError('array assignment index out of range');
    if (value === undefined) self.splice(vm, index, 1, new Uint8Array(0));
    else self.set(vm, index, value);
    return;
  }
  if (!(key instanceof PySlice)) throw typeError('array indices must be integers');
  const { start, step, count: length } = sliceRange(vm, key, self.length);
  if (value !== undefined && !(value instanceof PyArray)) throw typeError(`can only assign array (not "${typeOf(value).tpName}") to array slice`);
  if (value instanceof PyArray && value.kind !== self.kind) throw typeError('bad argument type for built-in operation');
  const bytes = value === undefined ? new Uint8Array(0) : value.store.bytes.slice();
  if (step === 1) return self.splice(vm, start, length, bytes);
  const { size } = self.kind;
  if (value !== undefined) {
    if (bytes.length !== length * size) throw valueError(`attempt to assign array of size ${bytes.length / size} to extended slice of size ${length}`);
    for (let i = 0; i < length; i++) self.store.bytes.set(bytes.subarray(i * size, (i + 1) * size), (start + i * step) * size);
    return;
  }
  if (length === 0) return;
  const gone = new Set(Array.from({ length }, (_, i) => start + i * step));
  const kept = Array.from({ length: self.length }, (_, i) => i).filter((i) => !gone.has(i));
  const rest = new Uint8Array(kept.length * size);
  for (const [to, from] of kept.entries()) rest.set(self.store.bytes.subarray(from * size, (from + 1) * size), to * size);
  self.splice(vm, 0, self.length, rest);
}

function repeated(vm: VM, self: PyArray, count: PyValue): Uint8Array {
  const times = Math.max(0, asSsize(vm, count));
  const { bytes } = self.store;
  if (bytes.length * times > Number.MAX_SAFE_INTEGER) throw memoryError();
  vm.allocate(bytes.length * times);
  const out = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) out.set(bytes, i * bytes.length);
  return out;
}

function compare(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  if (!(self instanceof PyArray) || !(other instanceof PyArray)) return NotImplemented;
  if (self.length !== other.length && (op === Py_EQ || op === Py_NE)) return op === Py_NE;
  for (let i = 0; i < self.length && i < other.length; i++) {
    const left = self.get(i);
    const right = other.get(i);
    if (compareBool(vm, left, right, Py_EQ) && equals(vm, left, right)) continue;
    if (op === Py_EQ) return false;
    if (op === Py_NE) return true;
    return richCompare(vm, left, right, op);
  }
  return richCompare(vm, self.length, other.length, op);
}

function text(self: PyArray): PyValue {
  if (self.kind.code !== 'u') throw valueError('tounicode() may only be called on unicode type arrays');
  const { bytes } = self.store;
  const points = new Uint32Array(bytes.slice().buffer);
  for (const point of points) if (point > 0x10ffff) throw valueError(`character U+${point.toString(16)} is not in range [U+0000; U+10ffff]`);
  return strFromPoints(points);
}

function array_repr(vm: VM, object: PyObject): PyValue {
  const self = object as PyArray;
  const name = typeOf(self).name;
  if (self.length === 0) return strFromJS(`${name}('${self.kind.code}')`);
  return strFromJS(`${name}('${self.kind.code}', ${reprText(vm, self.kind.code === 'u' ? text(self) : new PyList(self.items()))})`);
}

function find(vm: VM, self: PyArray, value: PyValue, start = 0, stop: number = Number.MAX_SAFE_INTEGER): number {
  for (let i = start; i < stop && i < self.length; i++) if (equals(vm, self.get(i), value)) return i;
  return -1;
}

function index(vm: VM, self: PyArray, value: PyValue, start: PyValue | undefined, stop: PyValue | undefined): PyValue {
  const clamp = (limit: PyValue | undefined, fallback: number): number => {
    if (limit === undefined) return fallback;
    const given = asIndexClamped(vm, limit);
    return given < 0 ? Math.max(0, given + self.length) : given;
  };
  const found = find(vm, self, value, clamp(start, 0), clamp(stop, Number.MAX_SAFE_INTEGER));
  if (found < 0) throw valueError('array.index(x): x not in array');
  return found;
}

function pop(vm: VM, self: PyArray, at: PyValue | undefined): PyValue {
  const given = at === undefined ? -1 : asSsize(vm, at);
  if (self.length === 0) throw indexError('pop from empty array');
  const position = itemIndex(self, given);
  if (position < 0) throw indexError('pop index out of range');
  const item = self.get(position);
  self.splice(vm, position, 1, new Uint8Array(0));
  return item;
}

function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}

function fromlist(vm: VM, self: PyArray, list: PyValue): PyValue {
  if (!(list instanceof PyList)) throw typeError('arg must be list');
  const made = newArray(vm, self.kind, new Uint8Array(0));
  extendFrom(vm, made, list);
  extend(vm, self, made);
  return None;
}

function fromunicode(vm: VM, self: PyArray, value: PyValue): PyValue {
  if (!isStr(value)) throw typeError(`fromunicode() argument must be str, not ${typeOf(value).tpName}`);
  if (self.kind.code !== 'u') throw valueError('fromunicode() may only be called on unicode type arrays');
  extendFrom(vm, self, value);
  return None;
}

function fromfile(vm: VM, self: PyArray, file: PyValue, count: PyValue): PyValue {
  const items = asSsize(vm, count);
  if (items < 0) throw valueError('negative count');
  const wanted = items * self.kind.size;
  const data = callMethod(vm, file, 'read', [wanted]);
  if (!(data instanceof PyBytes)) throw typeError("read() didn't return bytes");
  frombytes(vm, self, data);
  if (data.bytes.length !== wanted) throw eofError('read() returned not enough bytes');
  return None;
}

/** Bytes that `tofile` writes at a time. */
const blockSize = 64 * 1024;

function tofile(vm: VM, self: PyArray, file: PyValue): PyValue {
  for (let at = 0; at < self.store.length; at += blockSize) callMethod(vm, file, 'write', [new PyBytes(self.store.bytes.slice(at, at + blockSize))]);
  return None;
}

function reduceEx(vm: VM, self: PyArray, protocol: PyValue): PyValue {
  const dict = lookupAttr(vm, self, '__dict__') ?? None;
  if (Number(asIndex(vm, protocol)) < 3) return newTuple([self.cls, newTuple([self.kind.code, self.kind.code === 'u' ? text(self) : new PyList(self.items())]), dict]);
  const module = vm.modules.getStr('array') as PyValue; // It is loaded, as there is an array.
  return newTuple([getAttr(vm, module, '_array_reconstructor'), newTuple([self.cls, self.kind.code, self.kind.machineFormat, new PyBytes(self.store.bytes.slice())]), dict]);
}

/** Codes that read a machine format, for little-endian formats; the big-endian ones follow each. */
const formatCodes: readonly string[] = ['B', 'b', 'H', 'H', 'h', 'h', 'I', 'I', 'i', 'i', 'Q', 'Q', 'q', 'q', 'f', 'f', 'd', 'd'];

function reconstruct(vm: VM, type: PyValue, code: PyValue, format: PyValue, data: PyValue): PyValue {
  if (!(type instanceof PyType)) throw typeError(`first argument must be a type object, not ${typeOf(type).tpName}`);
  if (!type.isSubtypeOf(arrayType)) throw typeError(`${type.tpName} is not a subtype of array.array`);
  const wanted = kinds.find((kind) => kind.code === code);
  if (wanted === undefined) throw valueError('second argument must be a valid type code');
  const number = Number(asIndex(vm, format));
  if (number < 0 || number > 21) throw valueError('third argument must be a valid machine format code.');
  if (!(data instanceof PyBytes)) throw typeError(`fourth argument should be bytes, not ${typeOf(data).tpName}`);
  if (number >= 18) {
    const encoding = ['utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be'][number - 18];
    const decoded = callMethod(vm, data, 'decode', [encoding]);
    return array_new(vm, type, [code, wanted.code === 'u' ? decoded : newTuple(toArray(vm, decoded))], null);
  }
  const kind = kinds.find((candidate) => candidate.code === formatCodes[number]) as Kind; // Every one of them is in the table.
  if (data.bytes.length % kind.size !== 0) throw valueError('bytes length not a multiple of item size');
  const swapped = number >= 2 && number % 2 === 1 && kind.size > 1;
  const bytes = swapped ? swapBytes(data.bytes.slice(), kind.size) : data.bytes.slice();
  if (number === wanted.machineFormat) return newArray(vm, wanted, bytes, type);
  // Ints of another size or order come back in the type that fits them.
  if (number < 14) return newArray(vm, kind, bytes, type);
  return array_new(vm, type, [code, new PyList(newArray(vm, kind, bytes).items())], null);
}

class ArrayIterator extends PyObject {
  array: PyArray | null;
  index = 0;
  constructor(array: PyArray) {
    super(iteratorType);
    this.array = array;
  }
}

const iteratorType: PyType = defineType('arrayiterator', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  module: 'array',
  slots: {
    tp_iter: (_vm: VM, self: PyValue) => self,
    tp_iternext(_vm: VM, object: PyValue) {
      const self = object as ArrayIterator;
      if (self.array !== null && self.index < self.array.length) return self.array.get(self.index++);
      self.array = null;
      return undefined;
    },
  },
  methods: [
    native('__reduce__(self, /)', (vm: VM, self: ArrayIterator) => {
      const iter = vm.builtins.getStr('iter') as PyValue;
      return self.array === null ? newTuple([iter, newTuple([newTuple([])])]) : newTuple([iter, newTuple([self.array]), self.index]);
    }, 'Return state information for pickling.'),
    native('__setstate__(self, state, /)', (vm: VM, self: ArrayIterator, state: PyValue) => {
      self.index = Math.min(Math.max(0, asSsize(vm, state)), self.array?.length ?? 0);
      return None;
    }, 'Set state information for unpickling.'),
  ],
});

const asArray = (value: PyValue): PyArray => value as PyArray; // A slot's self, which the type has checked.

const arrayType: PyType = defineType('array', {
  module: 'array',
  basetype: true,
  flags: TypeFlag.SEQUENCE,
  hasWeakref: true,
  doc: 'array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.',
  slots: {
    tp_new: array_new,
    tp_repr: array_repr,
    tp_hash: null,
    tp_richcompare: compare,
    tp_iter: (_vm, self) => new ArrayIterator(asArray(self)),
    sq_length: (_vm, self) => asArray(self).length,
    mp_length: (_vm, self) => asArray(self).length,
    sq_item(_vm, self, position) {
      if (position < 0 || position >= asArray(self).length) throw indexError('array index out of range');
      return asArray(self).get(position);
    },
    sq_concat(vm, self, other) {
      if (!(other instanceof PyArray)) throw typeError(`can only append array (not "${typeOf(other).tpName}") to array`);
      if (other.kind !== asArray(self).kind) throw typeError('bad argument type for built-in operation');
      const result = newArray(vm, asArray(self).kind, asArray(self).store.bytes.slice());
      extend(vm, result, other);
      return result;
    },
    sq_repeat: (vm, self, count) => newArray(vm, asArray(self).kind, repeated(vm, asArray(self), count)),
    sq_contains: (vm, self, item) => find(vm, asArray(self), item) >= 0,
    sq_inplace_concat(vm, self, other) {
      if (!(other instanceof PyArray)) throw typeError(`can only extend array with array (not "${typeOf(other).tpName}")`);
      extend(vm, asArray(self), other);
      return self;
    },
    sq_inplace_repeat(vm, self, count) {
      asArray(self).splice(vm, 0, asArray(self).length, repeated(vm, asArray(self), count));
      return self;
    },
    mp_subscript: (vm, self, key) => subscript(vm, asArray(self), key),
    mp_ass_subscript: (vm, self, key, value) => assignSubscript(vm, asArray(self), key, value),
    bf_getbuffer(_vm, self) {
      const array = asArray(self);
      array.exports++;
      const { size, format } = array.kind;
      return new PyBuffer(array, array.store.bytes, 0, false, format, size, [array.length], [size]);
    },
    bf_releasebuffer(_vm, self) {
      asArray(self).exports--;
    },
  },
  methods: [
    native('append(self, v, /)', (vm: VM, self: PyArray, value: PyValue) => (self.append(vm, value), None), 'Append new value v to the end of the array.'),
    native('buffer_info(self, /)', (vm: VM, self: PyArray) => newTuple([vm.idOf(self.store), self.length]), 'Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array\'s contents.\n\nThe length should be multiplied by the itemsize attribute to calculate\nthe buffer length in bytes.'),
    native('byteswap(self, /)', (_vm: VM, self: PyArray) => (swapBytes(self.store.bytes, self.kind.size), None), 'Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\nraised.'),
    native('count(self, v, /)', (vm: VM, self: PyArray, value: PyValue) => self.items().filter((item) => equals(vm, item, value)).length, 'Return number of occurrences of v in the array.'),
    native('extend(self, bb, /)', (vm: VM, self: PyArray, other: PyValue) => (extend(vm, self, other), None), 'Append items to the end of the array.'),
    native('frombytes(self, buffer, /)', frombytes, 'Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.'),
    native('fromfile(self, f, n, /)', fromfile, 'Read n objects from the file object f and append them to the end of the array.'),
    native('fromlist(self, list, /)', fromlist, 'Append items to array from list.'),
    native('fromunicode(self, ustr, /)', fromunicode, 'Extends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is raised.\nUse array.frombytes(ustr.encode(...)) to append Unicode data to an array of\nsome other type.'),
    native('index(self, v, start=0, stop=sys.maxsize, /)', index, 'Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.'),
    native('insert(self, i, v, /)', (vm: VM, self: PyArray, at: PyValue, value: PyValue) => {
      const given = asSsize(vm, at);
      self.insert(vm, given < 0 ? Math.max(0, given + self.length) : Math.min(given, self.length), value);
      return None;
    }, 'Insert a new item v into the array before position i.'),
    native('pop(self, i=-1, /)', pop, 'Return the i-th element and delete it from the array.\n\ni defaults to -1.'),
    native('remove(self, v, /)', (vm: VM, self: PyArray, value: PyValue) => {
      const found = find(vm, self, value);
      if (found < 0) throw valueError('array.remove(x): x not in array');
      self.splice(vm, found, 1, new Uint8Array(0));
      return None;
    }, 'Remove the first occurrence of v in the array.'),
    native('reverse(self, /)', (vm: VM, self: PyArray) => (self.splice(vm, 0, self.length, pick(self, self.length - 1, -1, self.length)), None), 'Reverse the order of the items in the array.'),
    native('tobytes(self, /)', (_vm: VM, self: PyArray) => new PyBytes(self.store.bytes.slice()), 'Convert the array to an array of machine values and return the bytes representation.'),
    native('tofile(self, f, /)', tofile, 'Write all items (as machine values) to the file object f.'),
    native('tolist(self, /)', (_vm: VM, self: PyArray) => new PyList(self.items()), 'Convert array to an ordinary list with the same items.'),
    native('tounicode(self, /)', (_vm: VM, self: PyArray) => text(self), 'Extends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.  The array must be a unicode type array;\notherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a\nunicode string from an array of some other type.'),
    native('__copy__(self, /)', (vm: VM, self: PyArray) => newArray(vm, self.kind, self.store.bytes.slice()), 'Return a copy of the array.'),
    native('__deepcopy__(self, unused, /)', (vm: VM, self: PyArray) => newArray(vm, self.kind, self.store.bytes.slice()), 'Return a copy of the array.'),
    native('__reduce_ex__(self, value, /)', reduceEx, 'Return state information for pickling.'),
    native('__sizeof__(self, /)', (_vm: VM, self: PyArray) => 64 + self.allocated * self.kind.size, 'Size of the array in memory, in bytes.'),
  ],
  classMethods: [native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585')],
  getset: {
    typecode: { get: (_vm, self) => (self as PyArray).kind.code, doc: 'the typecode character used to create the array' },
    itemsize: { get: (_vm, self) => (self as PyArray).kind.size, doc: 'the size, in bytes, of one array item' },
  },
});

/** Where there is a library, an array is one of its mutable sequences. */
function registerSequence(vm: VM): void {
  try {
    callMethod(vm, getAttr(vm, importModule(vm, 'collections.abc'), 'MutableSequence'), 'register', [arrayType]);
  } catch (error) {
    if (!(error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.ModuleNotFoundError))) throw error;
  }
}

/** Python's module `array`. CPython 3.12: Modules/arraymodule.c. */
export const array: NativeModule = defineModule(
  'array',
  {
    array: arrayType,
    ArrayType: arrayType,
    typecodes: kinds.map((kind) => kind.code).join(''),
    _array_reconstructor: native('_array_reconstructor(arraytype, typecode, mformat_code, items, /)', reconstruct, 'Internal. Used for pickling support.'),
  },
  { exec: registerSequence, doc: 'This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n' },
);
