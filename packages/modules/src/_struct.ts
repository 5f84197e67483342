import {
  asDouble, asIndex, asSsize, bufferBytes, defineModule, defineType, encodeStr, exceptionTypes, getWritableBuffer, isInt, isStr, isTrue, native, nativeRaw, newException, newTuple, None, normalizeInt, overflowError, PyBaseException, PyByteArray, PyBytes, PyFloat, PyObject, releaseBuffer, strFromJS, systemError, typeError, TypeFlag, typeOf, indexError,
} from '@py/vm/native';
import type { NativeModule, PyTuple, PyType, PyValue, VM } from '@py/vm/native';

/* `_struct` (CPython 3.12: Modules/_struct.c), for a 64-bit little-endian machine. */

/** How a conversion's bytes are read and written. */
const BYTES = 0, PASCAL = 1, CHAR = 2, BOOL = 3, SIGNED = 4, UNSIGNED = 5, SIGNED_8 = 6, UNSIGNED_8 = 7, POINTER = 8, HALF = 9, FLOAT = 10, DOUBLE = 11;

/** One conversion of a format: how often, where and what. */
interface Item {
  readonly code: string;
  readonly kind: number;
  readonly size: number;
  readonly offset: number;
  /** Repetitions; for `s` and `p` always 1, their count being `size`. */
  readonly count: number;
  /** Smallest and largest number of an integer conversion of up to four bytes. */
  readonly low: number;
  readonly high: number;
}

function newItem(code: string, kind: number, size: number, offset: number, count: number): Item {
  const bits = 8 * Math.min(size, 4);
  return { code, kind, size, offset, count, low: kind === SIGNED ? -(2 ** (bits - 1)) : 0, high: kind === SIGNED ? 2 ** (bits - 1) - 1 : 2 ** bits - 1 };
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

interface Layout {
  readonly items: readonly Item[];
  /** Bytes in all. */
  readonly size: number;
  /** Values in all. */
  readonly length: number;
  readonly littleEndian: boolean;
  /** In the machine's own sizes: an out of range `f` becomes an infinity. */
  readonly native: boolean;
  /** Eight bytes through which floats and long integers go: no view need be made for each of them. */
  readonly scratch: Uint8Array;
  readonly scratchView: DataView;
}

function kindOf(code: string, size: number): number {
  switch (code) {
    case 's': return BYTES;
    case 'p': return PASCAL;
    case 'c': return CHAR;
    case '?': return BOOL;
    case 'e': return HALF;
    case 'f': return FLOAT;
    case 'd': return DOUBLE;
    case 'P': return POINTER;
    default: return code >= 'a' ? (size === 8 ? SIGNED_8 : SIGNED) : size === 8 ? UNSIGNED_8 : UNSIGNED;
  }
}

const standardSizes: Readonly<Record<string, number>> = { x: 1, c: 1, b: 1, B: 1, '?': 1, h: 2, H: 2, e: 2, i: 4, I: 4, l: 4, L: 4, f: 4, q: 8, Q: 8, d: 8, s: 1, p: 1 };
const nativeSizes: Readonly<Record<string, number>> = { ...standardSizes, l: 8, L: 8, n: 8, N: 8, P: 8 };

export const structError: PyType = defineType('error', { module: 'struct', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false });
const fail = (message: string): PyBaseException => newException(structError, strFromJS(message));

/** Largest size that CPython's Py_ssize_t holds. */
const maxSize = 0x7fff_ffff_ffff_ffffn;

/** Reads a format. Raises `struct.error`. */
function parseFormat(format: string): Layout {
  const prefix = '@=<>!'.includes(format[0] ?? ' ') ? format[0] : '';
  const isNative = prefix === '' || prefix === '@';
  const sizes = isNative ? nativeSizes : standardSizes;
  const items: Item[] = [];
  let size = 0;
  let length = 0;
  for (let i = prefix.length; i < format.length; i++) {
    if (isSpace(format[i])) continue;
    const digits = /^[0-9]*/.exec(format.slice(i, i + 32))?.[0] ?? '';
    if (BigInt(digits || '0') > maxSize) throw fail('total struct size too long');
    i += digits.length;
    if (i >= format.length) throw fail('repeat count given without format specifier');
    const code = format[i];
    const count = digits === '' ? 1 : Number(digits);
    if (!Object.hasOwn(sizes, code)) throw fail('bad char in struct format');
    const itemSize = sizes[code];
    if (isNative && itemSize > 1) size = Math.ceil(size / itemSize) * itemSize;
    if (BigInt(size) + BigInt(digits || '1') * BigInt(itemSize) > maxSize) throw fail('total struct size too long');
    if (code === 's' || code === 'p') {
      items.push(newItem(code, kindOf(code, itemSize), count, size, 1));
      length++;
    } else if (code !== 'x' && count > 0) {
      items.push(newItem(code, kindOf(code, itemSize), itemSize, size, count));
      length += count;
    }
    size += count * itemSize;
  }
  return newLayout(items, size, length, prefix !== '>' && prefix !== '!', isNative);
}

function newLayout(items: readonly Item[], size: number, length: number, littleEndian: boolean, isNative: boolean): Layout {
  const scratch = new Uint8Array(8);
  return { items, size, length, littleEndian, native: isNative, scratch, scratchView: new DataView(scratch.buffer) };
}

function isSpace(ch: string): boolean {
  return ch === ' ' || (ch >= '\t' && ch <= '\r');
}

/** The number of an integer conversion; CPython's message for what is none. */
function integer(vm: VM, value: PyValue): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeOf(value).nb_index === undefined) throw fail('required argument is not an integer');
  return asIndex(vm, value);
}

function packInteger(vm: VM, layout: Layout, bytes: Uint8Array, at: number, item: Item, value: PyValue): void {
  const number = integer(vm, value);
  const { kind, size } = item;
  if (size === 8) {
    if (typeof number === 'number' && (number >= 0 || kind !== UNSIGNED_8)) {
      const { littleEndian } = layout;
      putBytes(bytes, littleEndian ? at : at + 4, 4, number, littleEndian);
      putBytes(bytes, littleEndian ? at + 4 : at, 4, Math.floor(number / 0x1_0000_0000), littleEndian);
      return;
    }
    const signed = kind === SIGNED_8;
    const low = signed || kind === POINTER ? -(1n << 63n) : 0n;
    const high = signed ? (1n << 63n) - 1n : (1n << 64n) - 1n;
    if (number < low || number > high) throw kind === POINTER ? fail('int too large to convert') : outOfRange(item.code, low, high);
    layout.scratchView.setBigUint64(0, BigInt.asUintN(64, BigInt(number)), layout.littleEndian);
    bytes.set(layout.scratch, at);
    return;
  }
  if (typeof number === 'bigint' || number < item.low || number > item.high) throw outOfRange(item.code, item.low, item.high);
  putBytes(bytes, at, size, number, layout.littleEndian);
}

/** Writes the lower `size` (up to four) bytes of a number. */
function putBytes(bytes: Uint8Array, at: number, size: number, number: number, littleEndian: boolean): void {
  let rest = number | 0;
  if (littleEndian) {
    for (let i = 0; i < size; i++, rest >>= 8) bytes[at + i] = rest;
  } else {
    for (let i = size - 1; i >= 0; i--, rest >>= 8) bytes[at + i] = rest;
  }
}

function outOfRange(code: string, low: number | bigint, high: number | bigint): PyBaseException {
  return fail(`'${code}' format requires ${low} <= number <= ${high}`);
}

function packFloat(vm: VM, layout: Layout, bytes: Uint8Array, at: number, item: Item, value: PyValue): void {
  const number = value instanceof PyFloat ? value.value : double(vm, value);
  const { scratch, scratchView: view, littleEndian } = layout;
  if (item.kind === DOUBLE) view.setFloat64(0, number, littleEndian);
  else if (item.kind === FLOAT) {
    if (!layout.native && Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw tooLarge(value, 'f');
    view.setFloat32(0, number, littleEndian);
  } else {
    const bits = halfBits(number);
    if (bits < 0) throw tooLarge(value, 'e');
    view.setUint16(0, bits, littleEndian);
  }
  for (let i = 0; i < item.size; i++) bytes[at + i] = scratch[i];
}

function double(vm: VM, value: PyValue): number {
  try {
    return asDouble(vm, value);
  } catch (error) {
    if (error instanceof PyBaseException) throw fail('required argument is not a float');
    throw error;
  }
}

const tooLarge = (value: PyValue, code: string): PyBaseException => (isInt(value) ? fail('int too large to convert') : overflowError(`float too large to pack with ${code} format`));

/** IEEE 754 binary16, rounded to even; -1 if too large. */
function halfBits(number: number): number {
  if (Number.isNaN(number)) return new DataView(Float64Array.of(number).buffer).getUint8(7) >= 128 ? 0xfe00 : 0x7e00;
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (size === Infinity) return sign | 0x7c00;
  let exponent = Math.max(-14, Math.floor(Math.log2(size)));
  if (size !== 0 && 2 ** exponent > size && exponent > -14) exponent--;
  const scaled = size / 2 ** (exponent - 10);
  let mantissa = Math.floor(scaled);
  const rest = scaled - mantissa;
  if (rest > 0.5 || (rest === 0.5 && mantissa % 2 === 1)) mantissa++;
  // A mantissa that reaches 2048 carries into the exponent by itself.
  const bits = (exponent + 14) * 1024 + mantissa;
  return size !== 0 && bits >= 0x7c00 ? -1 : sign | bits;
}

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const size = exponent === 31 ? (mantissa === 0 ? Infinity : NaN) : exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
  return (bits & 0x8000) === 0 ? size : -size;
}

/** Packs `values[first:]` (as many as the layout has) into `bytes` at `start`, which is all zeros. */
function packInto(vm: VM, layout: Layout, bytes: Uint8Array, start: number, values: readonly PyValue[], first: number): void {
  let next = first;
  const { items, littleEndian } = layout;
  for (let k = 0; k < items.length; k++) {
    const item = items[k];
    const { kind, count, size } = item;
    let at = start + item.offset;
    const many = count < manyValues ? null : manyAt(layout, bytes, at, item);
    if (many !== null) packMany(vm, layout, bytes, at, item, many, values, (next += count) - count);
    else if (kind === SIGNED || kind === UNSIGNED) {
      for (let i = 0; i < count; i++, at += size) {
        const value = values[next++];
        if (typeof value === 'number' && value >= item.low && value <= item.high) putBytes(bytes, at, size, value, littleEndian);
        else packInteger(vm, layout, bytes, at, item, value);
      }
    } else for (let i = 0; i < count; i++, at += size) packOne(vm, layout, bytes, at, item, values[next++]);
  }
}

/** So many values of one kind are written and read as one array of the host. */
const manyValues = 16;

type Numbers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** The memory of a repeated conversion as an array of its numbers, null if the host has no such array there. */
function manyAt(layout: Layout, bytes: Uint8Array, at: number, item: Item): Numbers | null {
  const { kind, size, count } = item;
  const start = bytes.byteOffset + at;
  const buffer = bytes.buffer as ArrayBuffer; // Nothing here is shared between threads.
  if (layout.littleEndian !== hostIsLittleEndian || start % size !== 0) return null;
  if (kind === DOUBLE) return new Float64Array(buffer, start, count);
  if (kind === FLOAT) return new Float32Array(buffer, start, count);
  if (kind !== SIGNED && kind !== UNSIGNED) return null;
  if (size === 1) return new (kind === SIGNED ? Int8Array : Uint8Array)(buffer, start, count);
  if (size === 2) return new (kind === SIGNED ? Int16Array : Uint16Array)(buffer, start, count);
  return new (kind === SIGNED ? Int32Array : Uint32Array)(buffer, start, count);
}

function packMany(vm: VM, layout: Layout, bytes: Uint8Array, start: number, item: Item, numbers: Numbers, values: readonly PyValue[], first: number): void {
  const { count, size, kind, low, high } = item;
  if (kind === SIGNED || kind === UNSIGNED) {
    for (let i = 0; i < count; i++) {
      const value = values[first + i];
      if (typeof value === 'number' && value >= low && value <= high) numbers[i] = value;
      else packInteger(vm, layout, bytes, start + i * size, item, value);
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    const value = values[first + i];
    if (kind === DOUBLE && value instanceof PyFloat) numbers[i] = value.value;
    else packFloat(vm, layout, bytes, start + i * size, item, value);
  }
}

function packOne(vm: VM, layout: Layout, bytes: Uint8Array, at: number, item: Item, value: PyValue): void {
  switch (item.kind) {
    case HALF:
    case FLOAT:
    case DOUBLE:
      return packFloat(vm, layout, bytes, at, item, value);
    case BOOL:
      bytes[at] = isTrue(vm, value) ? 1 : 0;
      return;
    case CHAR:
      if (!(value instanceof PyBytes) || value.bytes.length !== 1) throw fail('char format requires a bytes object of length 1');
      bytes[at] = value.bytes[0];
      return;
    case BYTES:
    case PASCAL: {
      if (!(value instanceof PyBytes || value instanceof PyByteArray)) throw fail(`argument for '${item.code}' must be a bytes object`);
      if (item.kind === BYTES) putText(bytes, at, item.size, value.bytes);
      else if (item.size > 0) {
        const kept = value.bytes.subarray(0, item.size - 1);
        bytes.set(kept, at + 1);
        bytes[at] = Math.min(kept.length, 255);
      }
      return;
    }
    default:
      return packInteger(vm, layout, bytes, at, item, value);
  }
}

/** As much of `text` as `size` bytes hold. */
function putText(bytes: Uint8Array, at: number, size: number, text: Uint8Array): void {
  const count = Math.min(size, text.length);
  // A view and a call of set() take longer than a few bytes.
  if (count < 32) for (let i = 0; i < count; i++) bytes[at + i] = text[i];
  else bytes.set(text.subarray(0, count), at);
}

/** Unpacks what stands at `start` of `bytes`. */
function unpackAt(layout: Layout, bytes: Uint8Array, start: number): PyTuple {
  const values: PyValue[] = [];
  const { items } = layout;
  for (let k = 0; k < items.length; k++) {
    const item = items[k];
    const { count, size, kind } = item;
    let at = start + item.offset;
    const many = count < manyValues ? null : manyAt(layout, bytes, at, item);
    if (many !== null) {
      if (kind === SIGNED || kind === UNSIGNED) for (let i = 0; i < count; i++) values.push(many[i]);
      else for (let i = 0; i < count; i++) values.push(new PyFloat(many[i]));
    } else if (kind === SIGNED || kind === UNSIGNED) {
      const shift = 32 - size * 8;
      for (let i = 0; i < count; i++, at += size) {
        const bits = bits32(layout, bytes, at, size);
        values.push(kind === SIGNED ? (bits << shift) >> shift : bits >>> 0);
      }
    } else for (let i = 0; i < count; i++, at += size) values.push(unpackOne(layout, bytes, at, item));
  }
  return newTuple(values);
}

function unpackOne(layout: Layout, bytes: Uint8Array, at: number, item: Item): PyValue {
  switch (item.kind) {
    case BOOL:
      return bytes[at] !== 0;
    case HALF:
      return new PyFloat(halfValue(bits32(layout, bytes, at, 2)));
    case CHAR:
      return new PyBytes(bytes.slice(at, at + 1));
    case BYTES:
      return new PyBytes(bytes.slice(at, at + item.size));
    case PASCAL: {
      if (item.size === 0) throw systemError('Negative size passed to PyBytes_FromStringAndSize');
      return new PyBytes(bytes.slice(at + 1, at + 1 + Math.min(bytes[at], item.size - 1)));
    }
  }
  const { scratch, scratchView: view, littleEndian } = layout;
  for (let i = 0; i < item.size; i++) scratch[i] = bytes[at + i];
  switch (item.kind) {
    case FLOAT:
      return new PyFloat(view.getFloat32(0, littleEndian));
    case DOUBLE:
      return new PyFloat(view.getFloat64(0, littleEndian));
    case SIGNED_8:
      return normalizeInt(view.getBigInt64(0, littleEndian));
    default:
      return normalizeInt(view.getBigUint64(0, littleEndian));
  }
}

/** Up to four bytes as an integer whose sign means nothing. */
function bits32(layout: Layout, bytes: Uint8Array, at: number, size: number): number {
  let bits = 0;
  if (layout.littleEndian) for (let i = size - 1; i >= 0; i--) bits = (bits << 8) | bytes[at + i];
  else for (let i = 0; i < size; i++) bits = (bits << 8) | bytes[at + i];
  return bits;
}

const emptyLayout: Layout = newLayout([], -1, -1, true, true);

class PyStruct extends PyObject {
  layout: Layout = emptyLayout;
  format = '';
}

/** Reads the format of a Struct or of a module function. */
function formatText(vm: VM, format: PyValue): string {
  let text: string;
  if (isStr(format)) text = String.fromCharCode(...(encodeStr(vm, format, 'ascii', 'strict') as PyBytes).bytes) /* ASCII is built in: always bytes. */;
  else if (format instanceof PyBytes) text = String.fromCharCode(...format.bytes);
  else throw typeError(`Struct() argument 1 must be a str or bytes object, not ${typeOf(format).tpName}`);
  if (text.includes('\0')) throw fail('embedded null character');
  return text;
}

function initialize(vm: VM, self: PyStruct, format: PyValue): PyStruct {
  const text = formatText(vm, format);
  self.layout = parseFormat(text);
  self.format = text;
  return self;
}

/** How many Structs the functions of the module remember. */
const cacheSize = 100;

function cached(vm: VM, format: PyValue): PyStruct {
  if (format instanceof PyStruct) return format;
  const cache = vm.state('_struct', () => new Map<string, PyStruct>());
  // What is in the cache once was a format: no need to look at the text again.
  let found = typeof format === 'string' ? cache.get(format) : undefined;
  if (found !== undefined) return found;
  const text = formatText(vm, format);
  found = cache.get(text);
  if (found === undefined) {
    found = initialize(vm, new PyStruct(structType), format);
    if (cache.size >= cacheSize) cache.clear();
    cache.set(text, found);
  }
  return found;
}

function checkCount(name: string, layout: Layout, given: number): void {
  if (given !== layout.length) throw fail(`${name} expected ${layout.length} items for packing (got ${given})`);
}

function pack(vm: VM, self: PyStruct, values: readonly PyValue[], first = 0): PyValue {
  checkCount('pack', self.layout, values.length - first);
  vm.allocate(self.layout.size);
  const bytes = new Uint8Array(self.layout.size);
  packInto(vm, self.layout, bytes, 0, values, first);
  return new PyBytes(bytes);
}

/** The arguments, from `first` on, are a buffer, an offset and the values. */
function pack_into(vm: VM, self: PyStruct, args: readonly PyValue[], first = 0): PyValue {
  const { layout } = self;
  if (args.length - first < 1) throw fail('pack_into expected buffer argument');
  if (args.length - first < 2) throw fail('pack_into expected offset argument');
  checkCount('pack_into', layout, args.length - first - 2);
  const target = args[first];
  if (target instanceof PyByteArray && !target.cls.isHeapType) {
    target.exports++;
    try {
      packAt(vm, layout, target.bytes, 0, target.length, args, first + 1);
    } finally {
      target.exports--;
    }
    return None;
  }
  const buffer = getWritableBuffer(vm, target, 'argument');
  try {
    packAt(vm, layout, buffer.memory, buffer.offset, buffer.nbytes, args, first + 1);
  } finally {
    releaseBuffer(vm, buffer);
  }
  return None;
}

/** Packs into `nbytes` bytes of `memory` from `begin` on; the arguments, from `first` on, are an offset and the values. */
function packAt(vm: VM, layout: Layout, memory: Uint8Array, begin: number, nbytes: number, args: readonly PyValue[], first: number): void {
  const { size } = layout;
  let offset = asSsize(vm, args[first], indexError);
  if (offset < 0) {
    if (offset + size > 0) throw fail(`no space to pack ${size} bytes at offset ${offset}`);
    if (offset + nbytes < 0) throw fail(`offset ${offset} out of range for ${nbytes}-byte buffer`);
    offset += nbytes;
  }
  if (nbytes - offset < size) {
    const at = exact(args[first], offset);
    throw fail(`pack_into requires a buffer of at least ${BigInt(size) + at} bytes for packing ${size} bytes at offset ${at} (actual buffer size is ${nbytes})`);
  }
  const start = begin + offset;
  // A call of fill() takes longer than a few bytes.
  if (size < 32) for (let i = 0; i < size; i++) memory[start + i] = 0;
  else memory.fill(0, start, start + size);
  packInto(vm, layout, memory, start, args, first + 1);
}

/** The offset as it was given: `number` may stand for a larger one. */
const exact = (given: PyValue | undefined, number: number): bigint => (typeof given === 'bigint' ? given : BigInt(number));

function unpack(vm: VM, self: PyStruct, buffer: PyValue): PyValue {
  const bytes = bufferBytes(vm, buffer);
  if (bytes.length !== self.layout.size) throw fail(`unpack requires a buffer of ${self.layout.size} bytes`);
  return unpackAt(self.layout, bytes, 0);
}

function unpack_from(vm: VM, self: PyStruct, buffer: PyValue, offsetValue: PyValue | undefined): PyValue {
  const { size } = self.layout;
  let offset = offsetValue === undefined ? 0 : asSsize(vm, offsetValue);
  const bytes = bufferBytes(vm, buffer);
  if (offset < 0) {
    if (offset + size > 0) throw fail(`not enough data to unpack ${size} bytes at offset ${offset}`);
    if (offset + bytes.length < 0) throw fail(`offset ${offset} out of range for ${bytes.length}-byte buffer`);
    offset += bytes.length;
  }
  if (bytes.length - offset < size) {
    const at = exact(offsetValue, offset);
    throw fail(`unpack_from requires a buffer of at least ${BigInt(size) + at} bytes for unpacking ${size} bytes at offset ${at} (actual buffer size is ${bytes.length})`);
  }
  return unpackAt(self.layout, bytes, offset);
}

class UnpackIterator extends PyObject {
  layout: Layout = emptyLayout;
  /** null when at its end. */
  source: PyValue | null = null;
  offset = 0;
}

function iter_unpack(vm: VM, self: PyStruct, buffer: PyValue): PyValue {
  const { size } = self.layout;
  if (size === 0) throw fail('cannot iteratively unpack with a struct of length 0');
  const bytes = bufferBytes(vm, buffer);
  if (bytes.length % size !== 0) throw fail(`iterative unpacking requires a buffer of a multiple of ${size} bytes`);
  const iterator = new UnpackIterator(iteratorType);
  iterator.layout = self.layout;
  iterator.source = buffer;
  return iterator;
}

const iteratorType: PyType = defineType('unpack_iterator', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  module: '_struct',
  slots: {
    tp_iter: (_vm: VM, self: PyValue) => self,
    tp_iternext: ((vm: VM, self: UnpackIterator) => {
      if (self.source === null) return undefined;
      const bytes = bufferBytes(vm, self.source);
      if (self.offset >= bytes.length) {
        self.source = null;
        return undefined;
      }
      const values = unpackAt(self.layout, bytes, self.offset);
      self.offset += self.layout.size;
      return values;
    }) as (vm: VM, self: PyValue) => PyValue | undefined, // The descriptor has checked self.
  },
  methods: [native('__length_hint__(self, /)', (vm: VM, self: UnpackIterator) => (self.source === null ? 0 : (bufferBytes(vm, self.source).length - self.offset) / self.layout.size))],
});

/** The format of a call of one of the module's functions. */
function formatArgument(vm: VM, args: readonly PyValue[], kwnames: readonly string[] | null, name: string): PyStruct {
  if (kwnames !== null && kwnames.length > 0) throw typeError(`_struct.${name}() takes no keyword arguments`);
  if (args.length === 0) throw typeError('missing format argument');
  return cached(vm, args[0]);
}

const packDoc = 'S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.  See help(struct) for more on format\nstrings.';
const packIntoDoc = 'S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf starting at\noffset.  Note that the offset is a required argument.  See\nhelp(struct) for more on format strings.';

const structType: PyType = defineType('Struct', {
  module: '_struct',
  basetype: true,
  hasWeakref: true,
  doc: 'Struct(fmt) --> compiled struct object',
  slots: {
    tp_new: (_vm, type) => new PyStruct(type),
    tp_init(vm, self, args, kwnames) {
      if (args.length > 1) throw typeError(`Struct() takes at most 1 ${kwnames === null ? '' : kwnames.length === args.length ? 'keyword ' : ''}argument (${args.length} given)`);
      if (args.length === 0) throw typeError("Struct() missing required argument 'format' (pos 1)");
      if (kwnames !== null && kwnames[0] !== 'format') throw typeError("Struct() missing required argument 'format' (pos 1)");
      initialize(vm, self as PyStruct, args[0]); // tp_new made it.
    },
  },
  methods: [
    nativeRaw('pack(self, /, *values)', (vm, self, args, kwnames) => {
      if (kwnames !== null && kwnames.length > 0) throw typeError('Struct.pack() takes no keyword arguments');
      return pack(vm, self as PyStruct, args); // The descriptor has checked self.
    }, packDoc).unsigned(),
    native('pack_into(self, /, *values)', (vm: VM, self: PyStruct, args: readonly PyValue[]) => pack_into(vm, self, args), packIntoDoc).unsigned(),
    native('unpack(self, buffer, /)', unpack, "Return a tuple containing unpacked values.\n\nUnpack according to the format string Struct.format. The buffer's size\nin bytes must be Struct.size.\n\nSee help(struct) for more on format strings."),
    native('unpack_from(self, /, buffer, offset=0)', unpack_from, "Return a tuple containing unpacked values.\n\nValues are unpacked according to the format string Struct.format.\n\nThe buffer's size in bytes, starting at position offset, must be\nat least Struct.size.\n\nSee help(struct) for more on format strings."),
    native('iter_unpack(self, buffer, /)', iter_unpack, 'Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size.'),
    native('__sizeof__(self, /)', (_vm: VM, self: PyStruct) => 56 + 32 * (self.layout.items.length + 1), 'S.__sizeof__() -> size of S in memory, in bytes'),
  ],
  getset: {
    format: {
      get: (_vm, self) => (self as PyStruct).format,
      doc: 'struct format string',
    },
    size: { get: (_vm, self) => (self as PyStruct).layout.size, doc: 'struct size in bytes' },
  },
});

/** Python's module `_struct`. CPython 3.12: Modules/_struct.c. */
export const _struct: NativeModule = defineModule(
  '_struct',
  {
    Struct: structType,
    error: structError,
    _clearcache: native('_clearcache()', (vm: VM) => {
      vm.state('_struct', () => new Map<string, PyStruct>()).clear();
      return None;
    }, 'Clear the internal cache.'),
    calcsize: native('calcsize(format, /)', (vm: VM, format: PyValue) => cached(vm, format).layout.size, 'Return size in bytes of the struct described by the format string.'),
    iter_unpack: native('iter_unpack(format, buffer, /)', (vm: VM, format: PyValue, buffer: PyValue) => iter_unpack(vm, cached(vm, format), buffer), 'Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the format struct size.'),
    pack: nativeRaw('pack(format, /, *values)', (vm, _self, args, kwnames) => pack(vm, formatArgument(vm, args, kwnames, 'pack'), args, 1), 'pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings.').unsigned(),
    pack_into: nativeRaw('pack_into(format, buffer, offset, /, *values)', (vm, _self, args, kwnames) => pack_into(vm, formatArgument(vm, args, kwnames, 'pack_into'), args, 1), 'pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  See help(struct) for more\non format strings.').unsigned(),
    unpack: native('unpack(format, buffer, /)', (vm: VM, format: PyValue, buffer: PyValue) => unpack(vm, cached(vm, format), buffer), "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings."),
    unpack_from: native('unpack_from(format, /, buffer, offset=0)', (vm: VM, format: PyValue, buffer: PyValue, offset: PyValue | undefined) => unpack_from(vm, cached(vm, format), buffer, offset), "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\n\nSee help(struct) for more on format strings."),
  },
  {
    doc: 'Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.',
  },
);
