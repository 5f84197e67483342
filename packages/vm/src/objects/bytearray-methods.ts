import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { bytearrayType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { callNative } from '../core/bind-native.ts';
import { native } from '../core/native.ts';
import { bufferError, indexError, overflowError, typeError, valueError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { genericGetAttr } from '../protocol/attribute.ts';
import { callMethod } from '../protocol/call.ts';
import { PyBuffer, bufferBytes, copyBytes, hasBuffer } from '../protocol/buffer.ts';
import { call } from '../protocol/call.ts';
import { encodeText } from '../protocol/codecs.ts';
import { compareOrdered } from '../protocol/compare.ts';
import { forEach } from '../protocol/iterate.ts';
import { asIndexClamped, hasIndex } from '../protocol/number.ts';
import { ssizeArgument, subscriptIndex } from '../protocol/ssize.ts';
import { bytesFromIterable, byteValue } from './bytes-arguments.ts';
import { commonMethods, maketrans, stringArgument } from './bytes-common.ts';
import { formatBytes, latin1 } from './bytes-format.ts';
import { bytesContain, concatenated, fromHex, repeatBytes, sizeArgument, sliceBytes, warnsOfBytes } from './bytes-methods.ts';
import { compareBytes } from './bytes-search.ts';
import { bytesRepr } from './bytes-text.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { PyBaseException } from './exceptions.ts';
import { defineIterator, reduceByIndex, stateIndex } from './iterator.ts';
import { lengthHintDoc, reduceDoc, setstateDoc } from './iterator-docs.ts';
import { None, NotImplemented } from './none.ts';
import { PySlice, adjustSlice, sliceRange, unpackSlice } from './slice.ts';
import type { SliceRange } from './slice.ts';
import { emptyTuple, newTuple } from './tuple.ts';

function bytearray_new(vm: VM, type: PyType): PyValue {
  return new PyByteArray(new Uint8Array(0), type);
}

const initDef = native("bytearray(self, /, source=b'', encoding='utf-8', errors='strict')", (vm: VM, self: PyByteArray, source: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined) => {
  initialize(vm, self, source, stringArgument('bytearray', 'encoding', encoding), stringArgument('bytearray', 'errors', errors));
  return None;
});

function bytearray_init(vm: VM, self: PyByteArray, args: PyValue[], kwnames: readonly string[] | null): void {
  callNative(vm, initDef, self, args, kwnames, null);
}

function initialize(vm: VM, self: PyByteArray, source: PyValue | undefined, encoding: string | undefined, errors: string | undefined): void {
  if (self.length > 0) self.resize(vm, 0);
  if (source === undefined) {
    if (encoding !== undefined || errors !== undefined) throw typeError(encoding !== undefined ? 'encoding without a string argument' : 'errors without a string argument');
    return;
  }
  if (isStr(source)) {
    if (encoding === undefined) throw typeError('string argument without an encoding');
    return self.splice(vm, 0, 0, encodeText(vm, source, encoding, errors));
  }
  if (encoding !== undefined || errors !== undefined) throw typeError(encoding !== undefined ? 'encoding without a string argument' : 'errors without a string argument');
  const size = sizeArgument(vm, source);
  if (size !== null) {
    if (size < 0) throw valueError('negative count');
    self.resize(vm, size);
    self.bytes.fill(0);
    return;
  }
  if (!hasBuffer(vm, source) && typeOf(source).tp_iter === undefined && typeOf(source).sq_item === undefined) {
    throw typeError(`cannot convert '${typeOf(source).tpName}' object to bytearray`);
  }
  if (hasBuffer(vm, source)) return self.splice(vm, 0, 0, byteSource(vm, source));
  // Item by item: the iterator may look at the bytearray meanwhile.
  forEach(vm, source, (item) => appendByte(vm, self, byteValue(vm, item)));
}

function appendByte(vm: VM, self: PyByteArray, byte: number): void {
  const at = self.length;
  self.resize(vm, at + 1);
  self.bytes[at] = byte;
}

/** The bytes of a buffer or of an iterable of ints; a copy where they could change. */
function byteSource(vm: VM, source: PyValue): Uint8Array {
  if (source instanceof PyBytes) return source.bytes;
  return hasBuffer(vm, source) ? copyBytes(vm, source) : bytesFromIterable(vm, source, 'byte must be in range(0, 256)');
}

function bytearray_repr(vm: VM, self: PyByteArray): PyValue {
  vm.charge(self.length >> 2);
  // Unlike bytes, bytearray escapes single quotes even between double ones.
  const text = bytesRepr(self.bytes);
  return `${self.cls.name}(${text[1] === '"' ? text.replaceAll("'", "\\'") : text})`;
}

function bytearray_str(vm: VM, self: PyByteArray): PyValue {
  if (warnsOfBytes(vm)) vm.warn('BytesWarning', 'str() on a bytearray instance', 1);
  return bytearray_repr(vm, self);
}

function bytearray_richcompare(vm: VM, self: PyByteArray, other: PyValue, op: CompareOp): PyValue {
  if (isStr(other) && (op === Py_EQ || op === Py_NE) && warnsOfBytes(vm)) vm.warn('BytesWarning', 'Comparison between bytearray and string', 1);
  if (!hasBuffer(vm, other)) return NotImplemented;
  let theirs: Uint8Array;
  try {
    theirs = bufferBytes(vm, other);
  } catch (error) {
    if (error instanceof PyBaseException) return NotImplemented;
    throw error;
  }
  if ((op === Py_EQ || op === Py_NE) && theirs.length !== self.length) return op === Py_NE;
  return compareOrdered(compareBytes(self.bytes, theirs), 0, op);
}

function bytearray_iter(vm: VM, self: PyByteArray): PyValue {
  return new ByteArrayIterator(self);
}

function bytearray_length(vm: VM, self: PyByteArray): number {
  return self.length;
}

function bytearray_item(vm: VM, self: PyByteArray, index: number): PyValue {
  if (index < 0 || index >= self.length) throw indexError('bytearray index out of range');
  return self.bytes[index];
}

function bytearray_concat(vm: VM, self: PyByteArray, other: PyValue): PyValue {
  return new PyByteArray(concatenated(vm, self, other));
}

function bytearray_repeat(vm: VM, self: PyByteArray, count: number): PyValue {
  return new PyByteArray(repeatBytes(vm, self.bytes, count));
}

function bytearray_inplace_concat(vm: VM, self: PyByteArray, other: PyValue): PyValue {
  if (!hasBuffer(vm, other)) throw typeError(`can't concat ${typeOf(other).tpName} to ${typeOf(self).tpName}`);
  if (other === self && self.length > 0) throw bufferError('Existing exports of data: object cannot be re-sized'); // As CPython has it.
  self.splice(vm, self.length, 0, byteSource(vm, other));
  return self;
}

function bytearray_inplace_repeat(vm: VM, self: PyByteArray, count: number): PyValue {
  const repeated = repeatBytes(vm, self.bytes, count);
  self.splice(vm, 0, self.length, repeated);
  return self;
}

function badIndex(key: PyValue): PyBaseException {
  return typeError(`bytearray indices must be integers or slices, not ${typeOf(key).tpName}`);
}

function bytearray_subscript(vm: VM, self: PyByteArray, key: PyValue): PyValue {
  if (key instanceof PySlice) return new PyByteArray(sliceBytes(self.bytes, sliceRange(vm, key, self.length)));
  if (!hasIndex(key)) throw badIndex(key);
  const index = subscriptIndex(vm, key);
  return bytearray_item(vm, self, index < 0 ? index + self.length : index);
}

function bytearray_ass_subscript(vm: VM, self: PyByteArray, key: PyValue, value: PyValue | undefined): void {
  if (key instanceof PySlice) return assignSlice(vm, self, key, value);
  if (!hasIndex(key)) throw badIndex(key);
  const given = subscriptIndex(vm, key);
  let index = given < 0 ? given + self.length : given;
  if (index < 0 || index >= self.length) throw indexError('bytearray index out of range');
  if (value === undefined) return self.splice(vm, index, 1, new Uint8Array(0));
  const byte = byteValue(vm, value);
  // `__index__` of the value may have changed the size.
  index = given < 0 ? given + self.length : given;
  if (index < 0 || index >= self.length) throw indexError('bytearray index out of range');
  self.bytes[index] = byte;
}

function assignSlice(vm: VM, self: PyByteArray, key: PySlice, value: PyValue | undefined): void {
  const [start, stop, step] = unpackSlice(vm, key);
  let source: Uint8Array = new Uint8Array(0);
  if (value !== undefined) {
    if (hasIndex(value) && !hasBuffer(vm, value)) throw typeError('can assign only bytes, buffers, or iterables of ints in range(0, 256)');
    source = sliceSource(vm, value);
  }
  const range = adjustSlice(start, stop, step, self.length);
  if (step === 1) return self.splice(vm, range.start, range.count, source);
  if (source.length === 0) return deleteStepped(vm, self, range);
  if (source.length !== range.count) {
    throw valueError(`attempt to assign bytes of size ${source.length} to extended slice of size ${range.count}`);
  }
  const { bytes } = self;
  for (let i = 0, at = range.start; i < range.count; i++, at += step) bytes[at] = source[i];
}

function sliceSource(vm: VM, value: PyValue): Uint8Array {
  if (isStr(value)) throw typeError('can assign only bytes, buffers, or iterables of ints in range(0, 256)');
  if (!hasBuffer(vm, value) && typeOf(value).tp_iter === undefined && typeOf(value).sq_item === undefined) {
    throw typeError('can assign only bytes, buffers, or iterables of ints in range(0, 256)');
  }
  return byteSource(vm, value);
}

function deleteStepped(vm: VM, self: PyByteArray, range: SliceRange): void {
  if (range.count === 0) return;
  self.checkExports(vm);
  const dropped = new Set<number>();
  for (let i = 0, at = range.start; i < range.count; i++, at += range.step) dropped.add(at);
  const kept = self.bytes.filter((_, index) => !dropped.has(index));
  self.splice(vm, 0, self.length, kept);
}

function bytearray_remainder(vm: VM, left: PyValue, right: PyValue): PyValue {
  return left instanceof PyByteArray ? new PyByteArray(formatBytes(vm, left.bytes.slice(), right)) : NotImplemented;
}

function bytearray_getbuffer(vm: VM, self: PyByteArray): PyBuffer {
  self.exports++;
  return PyBuffer.ofBytes(self, self.bytes, false);
}

function bytearray_releasebuffer(vm: VM, self: PyByteArray): void {
  if (self.exports > 0) self.exports--;
}

function bytearray_append(vm: VM, self: PyByteArray, item: PyValue): PyValue {
  appendByte(vm, self, byteValue(vm, item));
  return None;
}

function bytearray_extend(vm: VM, self: PyByteArray, iterable: PyValue): PyValue {
  if (hasBuffer(vm, iterable)) self.splice(vm, self.length, 0, byteSource(vm, iterable));
  else if (typeOf(iterable).tp_iter === undefined && typeOf(iterable).sq_item === undefined) {
    throw typeError(`can't extend bytearray with ${typeOf(iterable).tpName}`);
  } else {
    self.splice(vm, self.length, 0, bytesFromIterable(vm, iterable, 'byte must be in range(0, 256)'));
  }
  return None;
}

function bytearray_insert(vm: VM, self: PyByteArray, indexValue: PyValue, item: PyValue): PyValue {
  const index = ssizeArgument(vm, indexValue);
  const byte = byteValue(vm, item);
  const at = index < 0 ? Math.max(0, index + self.length) : Math.min(index, self.length);
  self.splice(vm, at, 0, Uint8Array.of(byte));
  return None;
}

function bytearray_pop(vm: VM, self: PyByteArray, indexValue: PyValue | undefined): PyValue {
  let index = indexValue === undefined ? -1 : ssizeArgument(vm, indexValue);
  if (self.length === 0) return vm.raise(indexError('pop from empty bytearray'));
  if (index < 0) index += self.length;
  if (index < 0 || index >= self.length) return vm.raise(indexError('pop index out of range'));
  self.checkExports(vm);
  const byte = self.bytes[index];
  self.splice(vm, index, 1, new Uint8Array(0));
  return byte;
}

function bytearray_remove(vm: VM, self: PyByteArray, value: PyValue): PyValue {
  const index = self.bytes.indexOf(byteValue(vm, value));
  if (index < 0) return vm.raise(valueError('value not found in bytearray'));
  self.splice(vm, index, 1, new Uint8Array(0));
  return None;
}

function bytearray_reverse(vm: VM, self: PyByteArray): PyValue {
  self.bytes.reverse();
  return None;
}

function bytearray_clear(vm: VM, self: PyByteArray): PyValue {
  self.resize(vm, 0);
  return None;
}

function bytearray_copy(vm: VM, self: PyByteArray): PyValue {
  vm.allocate(self.length);
  return new PyByteArray(self.bytes.slice());
}

function bytearray_alloc(vm: VM, self: PyByteArray): PyValue {
  return self.capacity === 0 ? 0 : self.capacity + 1;
}

function bytearray_sizeof(vm: VM, self: PyByteArray): PyValue {
  return 56 + (self.capacity === 0 ? 0 : self.capacity + 1);
}

/** Old pickle protocols get Latin-1 text, newer ones bytes. */
function reduce(vm: VM, self: PyByteArray, protocol: number): PyValue {
  const state = callMethod(vm, self, '__getstate__');
  if (self.length === 0) return newTuple([self.cls, emptyTuple, state]);
  const args = protocol < 3 ? newTuple([latin1(self.bytes), 'latin-1']) : newTuple([new PyBytes(self.bytes.slice())]);
  return newTuple([self.cls, args, state]);
}

function bytearray_reduce(vm: VM, self: PyByteArray): PyValue {
  return reduce(vm, self, 2);
}

function bytearray_reduce_ex(vm: VM, self: PyByteArray, proto: PyValue | undefined): PyValue {
  const protocol = proto === undefined ? 0 : asIndexClamped(vm, proto);
  if (Math.abs(protocol) > 0x7fff_ffff) throw overflowError('Python int too large to convert to C int');
  return reduce(vm, self, protocol);
}

function bytearray_fromhex(vm: VM, cls: PyType, string: PyValue): PyValue {
  const bytes = fromHex(string);
  return cls === bytearrayType ? new PyByteArray(bytes) : call(vm, cls, [new PyBytes(bytes)]);
}

fillType(bytearrayType, {
  untracked: true,
  doc: 'bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer',
  basetype: true,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: bytearray_new,
    tp_init: bytearray_init,
    tp_repr: bytearray_repr,
    tp_str: bytearray_str,
    tp_hash: null,
    tp_richcompare: bytearray_richcompare,
    tp_iter: bytearray_iter,
    nb_remainder: bytearray_remainder,
    sq_length: bytearray_length,
    sq_concat: bytearray_concat,
    sq_repeat: bytearray_repeat,
    sq_item: bytearray_item,
    sq_contains: bytesContain,
    sq_inplace_concat: bytearray_inplace_concat,
    sq_inplace_repeat: bytearray_inplace_repeat,
    mp_subscript: bytearray_subscript,
    mp_ass_subscript: bytearray_ass_subscript,
    bf_getbuffer: bytearray_getbuffer,
    bf_releasebuffer: bytearray_releasebuffer,
  },
  methods: [
    native('append(self, item, /)', bytearray_append, 'Append a single item to the end of the bytearray.\n\n  item\n    The item to be appended.'),
    native('extend(self, iterable_of_ints, /)', bytearray_extend, 'Append all the items from the iterator or sequence to the end of the bytearray.\n\n  iterable_of_ints\n    The iterable of items to append.'),
    native('insert(self, index, item, /)', bytearray_insert, 'Insert a single item into the bytearray before the given index.\n\n  index\n    The index where the value is to be inserted.\n  item\n    The item to be inserted.'),
    native('pop(self, index=-1, /)', bytearray_pop, 'Remove and return a single item from B.\n\n  index\n    The index from where to remove the item.\n    -1 (the default value) means remove the last item.\n\nIf no index argument is given, will pop the last item.'),
    native('remove(self, value, /)', bytearray_remove, 'Remove the first occurrence of a value in the bytearray.\n\n  value\n    The value to remove.'),
    native('reverse(self, /)', bytearray_reverse, 'Reverse the order of the values in B in place.'),
    native('clear(self, /)', bytearray_clear, 'Remove all items from the bytearray.'),
    native('copy(self, /)', bytearray_copy, 'Return a copy of B.'),
    native('__alloc__(self, /)', bytearray_alloc, 'B.__alloc__() -> int\n\nReturn the number of bytes actually allocated.').unsigned(),
    native('__sizeof__(self, /)', bytearray_sizeof, 'Returns the size of the bytearray object in memory, in bytes.'),
    native('__reduce__(self, /)', bytearray_reduce, 'Return state information for pickling.'),
    native('__reduce_ex__(self, proto=0, /)', bytearray_reduce_ex, 'Return state information for pickling.'),
    ...commonMethods('bytearray'),
  ],
  classMethods: [native('fromhex(type, string, /)', bytearray_fromhex, "Create a bytearray object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.\nExample: bytearray.fromhex('B9 01EF') -> bytearray(b'\\\\xb9\\\\x01\\\\xef')")],
  staticMethods: [maketrans()],
});

/** `iter(bytearray)` */
export class ByteArrayIterator extends PyObject {
  /** null at the end. */
  source: PyByteArray | null;
  index: number;

  constructor(source: PyByteArray) {
    super(bytearrayIteratorType);
    this.source = source;
    this.index = 0;
  }
}

function bytearray_iterator_next(vm: VM, self: ByteArrayIterator): PyValue | undefined {
  const { source } = self;
  if (source === null) return undefined;
  if (self.index < source.length) return source.bytes[self.index++];
  self.source = null;
  return undefined;
}

function bytearray_iterator_length_hint(vm: VM, self: ByteArrayIterator): PyValue {
  return self.source === null ? 0 : Math.max(0, self.source.length - self.index);
}

function bytearray_iterator_reduce(vm: VM, self: ByteArrayIterator): PyValue {
  return self.source === null ? reduceByIndex(vm, emptyTuple) : reduceByIndex(vm, self.source, self.index);
}

function bytearray_iterator_setstate(vm: VM, self: ByteArrayIterator, state: PyValue): PyValue {
  const index = stateIndex(state, 0, self.source === null ? 0 : self.source.length);
  if (self.source !== null) self.index = index;
  return None;
}

export const bytearrayIteratorType: PyType = defineIterator('bytearray_iterator', { tp_iternext: bytearray_iterator_next }, [
  native('__length_hint__(self, /)', bytearray_iterator_length_hint, lengthHintDoc).unsigned(),
  native('__reduce__(self, /)', bytearray_iterator_reduce, reduceDoc).unsigned(),
  native('__setstate__(self, object, /)', bytearray_iterator_setstate, setstateDoc).unsigned(),
]);
