import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import { Py_EQ, Py_NE, type CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { TypeFlag, bytesType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { callNative } from '../core/bind-native.ts';
import { native } from '../core/native.ts';
import { allocateBytes } from '../core/limits.ts';
import { badArgument } from '../core/arguments.ts';
import { indexError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText } from '../core/text.ts';
import { genericGetAttr, lookupSpecial } from '../protocol/attribute.ts';
import { PyBuffer, bufferBytes, bytesIfAny, copyBytes, hasBuffer } from '../protocol/buffer.ts';
import { call } from '../protocol/call.ts';
import { encodeText } from '../protocol/codecs.ts';
import { compareOrdered } from '../protocol/compare.ts';
import { bytesHashLow, joinHash } from '../protocol/hash-bits.ts';
import { hasIndex, isInt } from '../protocol/number.ts';
import { sizeIndex, subscriptIndex } from '../protocol/ssize.ts';
import { bytesFromIterable, byteValue } from './bytes-arguments.ts';
import type { BytesLike } from './bytes-arguments.ts';
import { commonMethods, maketrans, stringArgument } from './bytes-common.ts';
import { formatBytes } from './bytes-format.ts';
import { compareBytes, concatBytes, findBytes } from './bytes-search.ts';
import { bytesRepr, hexToBytes } from './bytes-text.ts';
import { PyBytes, emptyBytes } from './bytes.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { defineIterator, reduceByIndex, stateIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None, NotImplemented } from './none.ts';
import { PySlice, sliceRange } from './slice.ts';
import type { SliceRange } from './slice.ts';
import { emptyTuple, newTuple } from './tuple.ts';

const newDef = native("bytes(type, source=b'', encoding='utf-8', errors='strict')", (vm: VM, type: PyType, source: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined) => {
  const made = bytesFrom(vm, source, stringArgument('bytes', 'encoding', encoding), stringArgument('bytes', 'errors', errors));
  if (type === bytesType) return made;
  return new PyBytes(made.bytes, type);
});

function bytes_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callNative(vm, newDef, type, args, kwnames, null);
}

function bytesFrom(vm: VM, source: PyValue | undefined, encoding: string | undefined, errors: string | undefined): PyBytes {
  if (source === undefined) {
    if (encoding !== undefined || errors !== undefined) throw typeError(encoding !== undefined ? 'encoding without a string argument' : 'errors without a string argument');
    return emptyBytes;
  }
  if (encoding !== undefined) {
    if (!isStr(source)) throw typeError('encoding without a string argument');
    return new PyBytes(encodeText(vm, source, encoding, errors));
  }
  if (errors !== undefined) throw typeError(isStr(source) ? 'string argument without an encoding' : 'errors without a string argument');
  const method = lookupSpecial(vm, source, '__bytes__');
  if (method !== undefined) {
    const result = call(vm, method);
    if (!(result instanceof PyBytes)) throw typeError(`__bytes__ returned non-bytes (type ${typeOf(result).tpName})`);
    return result;
  }
  if (isStr(source)) throw typeError('string argument without an encoding');
  const size = sizeArgument(vm, source);
  if (size !== null) {
    if (size < 0) throw valueError('negative count');
    return new PyBytes(allocateBytes(vm, size));
  }
  return bytesFromObject(vm, source);
}

/** `bytes(10)`: the size, or null for something that is no size. */
export function sizeArgument(vm: VM, source: PyValue): number | null {
  if (!hasIndex(source)) return null;
  try {
    return sizeIndex(vm, source);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(TypeError)) return null;
    throw error;
  }
}

/** bytes from a buffer or an iterable of ints (CPython: PyBytes_FromObject). */
function bytesFromObject(vm: VM, source: PyValue): PyBytes {
  if (source instanceof PyBytes && source.cls === bytesType) return source;
  if (hasBuffer(vm, source)) return new PyBytes(copyBytes(vm, source));
  if (typeOf(source).tp_iter === undefined && typeOf(source).sq_item === undefined) {
    throw typeError(`cannot convert '${typeOf(source).tpName}' object to bytes`);
  }
  return new PyBytes(bytesFromIterable(vm, source, 'bytes must be in range(0, 256)'));
}

function bytes_repr(vm: VM, self: PyBytes): PyValue {
  vm.charge(self.bytes.length >> 2);
  return bytesRepr(self.bytes);
}

function bytes_hash(vm: VM, self: PyBytes): PyValue {
  const low = bytesHashLow(vm, self.bytes);
  return joinHash(low, vm.hashHigh);
}

/** str(bytes): its repr, of which -b warns. */
function bytes_str(vm: VM, self: PyBytes): PyValue {
  if (warnsOfBytes(vm)) vm.warn('BytesWarning', 'str() on a bytes instance', 1);
  return bytes_repr(vm, self);
}

/** -b, -bb */
export function warnsOfBytes(vm: VM): boolean {
  return Number(vm.options.sys?.flags?.bytes_warning ?? 0) > 0;
}

function bytes_richcompare(vm: VM, self: PyBytes, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyBytes)) {
    if ((op === Py_EQ || op === Py_NE) && warnsOfBytes(vm)) {
      if (isStr(other)) vm.warn('BytesWarning', 'Comparison between bytes and string', 1);
      if (isInt(other)) vm.warn('BytesWarning', 'Comparison between bytes and int', 1);
    }
    return NotImplemented;
  }
  return compareOrdered(self === other ? 0 : compareBytes(self.bytes, other.bytes), 0, op);
}

function bytes_iter(vm: VM, self: PyBytes): PyValue {
  return new BytesIterator(self);
}

function bytes_length(vm: VM, self: PyBytes): number {
  return self.bytes.length;
}

/** `item in self` for bytes and bytearray: an int or a stretch of bytes. */
export function bytesContain(vm: VM, self: BytesLike, item: PyValue): boolean {
  if (hasIndex(item) && !hasBuffer(vm, item)) return self.bytes.includes(byteValue(vm, item));
  return findBytes(self.bytes, bufferBytes(vm, item)) >= 0;
}

function bytes_item(vm: VM, self: PyBytes, index: number): PyValue {
  if (index < 0 || index >= self.bytes.length) throw indexError('index out of range');
  return self.bytes[index];
}

/** The bytes of `left + right`. */
export function concatenated(vm: VM, left: PyValue, right: PyValue): Uint8Array {
  const a = bytesIfAny(vm, left);
  const b = bytesIfAny(vm, right);
  if (a === undefined || b === undefined) throw typeError(`can't concat ${typeOf(right).tpName} to ${typeOf(left).tpName}`);
  vm.allocate(a.length + b.length);
  return concatBytes([a, b]);
}

function bytes_concat(vm: VM, self: PyBytes, other: PyValue): PyValue {
  if (self.bytes.length === 0 && typeof other === 'object' && other.cls === bytesType) return other;
  if (self.cls === bytesType && other instanceof PyBytes && other.bytes.length === 0) return self;
  return new PyBytes(concatenated(vm, self, other));
}

function bytes_repeat(vm: VM, self: PyBytes, count: number): PyValue {
  return count === 1 && self.cls === bytesType ? self : new PyBytes(repeatBytes(vm, self.bytes, count));
}

/** The bytes, `count` times over. */
export function repeatBytes(vm: VM, bytes: Uint8Array, count: number): Uint8Array {
  if (count <= 0 || bytes.length === 0) return new Uint8Array(0);
  const result = allocateBytes(vm, bytes.length * count);
  if (bytes.length === 1) return result.fill(bytes[0]);
  result.set(bytes);
  for (let done = bytes.length; done < result.length; done *= 2) result.copyWithin(done, 0, Math.min(done, result.length - done));
  return result;
}

function bytes_subscript(vm: VM, self: PyBytes, key: PyValue): PyValue {
  const { bytes } = self;
  if (key instanceof PySlice) {
    const range = sliceRange(vm, key, bytes.length);
    if (range.step === 1 && range.count === bytes.length && self.cls === bytesType) return self;
    return new PyBytes(sliceBytes(bytes, range));
  }
  if (!hasIndex(key)) throw typeError(`byte indices must be integers or slices, not ${typeOf(key).tpName}`);
  const index = subscriptIndex(vm, key);
  return bytes_item(vm, self, index < 0 ? index + bytes.length : index);
}

/** A copy of the bytes that a slice picks. */
export function sliceBytes(bytes: Uint8Array, range: SliceRange): Uint8Array {
  const { start, step, count } = range;
  if (step === 1) return bytes.slice(start, start + count);
  const result = new Uint8Array(count);
  for (let i = 0, at = start; i < count; i++, at += step) result[i] = bytes[at];
  return result;
}

function bytes_remainder(vm: VM, left: PyValue, right: PyValue): PyValue {
  return left instanceof PyBytes ? new PyBytes(formatBytes(vm, left.bytes, right)) : NotImplemented;
}

function bytes_getbuffer(vm: VM, self: PyBytes): PyBuffer {
  return PyBuffer.ofBytes(self, self.bytes, true);
}

function bytes_getnewargs(vm: VM, self: PyBytes): PyValue {
  return newTuple([new PyBytes(self.bytes)]);
}

function bytes_bytes(vm: VM, self: PyBytes): PyValue {
  return self.cls === bytesType ? self : new PyBytes(self.bytes);
}

function bytes_sizeof(vm: VM, self: PyBytes): PyValue {
  return 33 + self.bytes.length;
}

/** The bytes of hexadecimal text, for `fromhex`. */
export function fromHex(string: PyValue): Uint8Array {
  if (!isStr(string)) throw badArgument('fromhex', 'argument', 'str', string);
  const bytes = hexToBytes(jsText(string));
  if (typeof bytes === 'number') throw valueError(`non-hexadecimal number found in fromhex() arg at position ${bytes}`);
  return bytes;
}

function bytes_fromhex(vm: VM, cls: PyType, string: PyValue): PyValue {
  const made = new PyBytes(fromHex(string));
  return cls === bytesType ? made : call(vm, cls, [made]);
}

fillType(bytesType, {
  untracked: true,
  doc: 'bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer',
  basetype: true,
  flags: TypeFlag.BYTES_SUBCLASS,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: bytes_new,
    tp_repr: bytes_repr,
    tp_str: bytes_str,
    tp_hash: bytes_hash,
    tp_richcompare: bytes_richcompare,
    tp_iter: bytes_iter,
    nb_remainder: bytes_remainder,
    sq_length: bytes_length,
    sq_concat: bytes_concat,
    sq_repeat: bytes_repeat,
    sq_item: bytes_item,
    sq_contains: bytesContain,
    mp_subscript: bytes_subscript,
    bf_getbuffer: bytes_getbuffer,
  },
  methods: [
    native('__getnewargs__(self, /)', bytes_getnewargs).unsigned(),
    native('__bytes__(self, /)', bytes_bytes, 'Convert this value to exact type bytes.'),
    native('__sizeof__(self, /)', bytes_sizeof, 'Size of object in memory, in bytes.'),
    ...commonMethods('bytes'),
  ],
  classMethods: [native('fromhex(type, string, /)', bytes_fromhex, "Create a bytes object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.\nExample: bytes.fromhex('B9 01EF') -> b'\\\\xb9\\\\x01\\\\xef'.")],
  staticMethods: [maketrans()],
});

/** `iter(bytes)` */
export class BytesIterator extends PyObject {
  /** null at the end. */
  source: PyBytes | null;
  index: number;

  constructor(source: PyBytes) {
    super(bytesIteratorType);
    this.source = source;
    this.index = 0;
  }
}

function bytes_iterator_next(vm: VM, self: BytesIterator): PyValue | undefined {
  const { source } = self;
  if (source === null) return undefined;
  if (self.index < source.bytes.length) return source.bytes[self.index++];
  self.source = null;
  return undefined;
}

function bytes_iterator_length_hint(vm: VM, self: BytesIterator): PyValue {
  return self.source === null ? 0 : self.source.bytes.length - self.index;
}

function bytes_iterator_reduce(vm: VM, self: BytesIterator): PyValue {
  return self.source === null ? reduceByIndex(vm, emptyTuple) : reduceByIndex(vm, self.source, self.index);
}

function bytes_iterator_setstate(vm: VM, self: BytesIterator, state: PyValue): PyValue {
  const index = stateIndex(state, 0, self.source === null ? 0 : self.source.bytes.length);
  if (self.source !== null) self.index = index;
  return None;
}

export const bytesIteratorType: PyType = defineIterator('bytes_iterator', { tp_iternext: bytes_iterator_next }, [
  native('__length_hint__(self, /)', bytes_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', bytes_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', bytes_iterator_setstate, setstateDoc).unsigned(),
]);
