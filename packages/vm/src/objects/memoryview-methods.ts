import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { TypeFlag, memoryviewType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { callNative } from '../core/bind-native.ts';
import { native } from '../core/native.ts';
import { bufferError, indexError, notImplementedError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { BufferFlag, contiguousBytes, eachItem, getBuffer, hasBuffer, isContiguous, isFortranContiguous, releaseBuffer, writeItems } from '../protocol/buffer.ts';
import type { PyBuffer } from '../protocol/buffer.ts';
import { genericGetAttr, getAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { equals } from '../protocol/compare.ts';
import { hash } from '../protocol/hash.ts';
import { hasIndex } from '../protocol/number.ts';
import { intArgument, subscriptIndex } from '../protocol/ssize.ts';
import { importNamed } from '../interpreter/import.ts';
import { hexOf } from './bytes-common.ts';
import { PyBytes } from './bytes.ts';
import { ImportError, MemoryError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { defineIterator } from './iterator.ts';
import { PyList } from './list.ts';
import { castBuffer } from './memory-cast.ts';
import { nativeFormat, packItem, unpackItem } from './memory-format.ts';
import { PyMemoryView } from './memoryview.ts';
import { Ellipsis, None, NotImplemented } from './none.ts';
import { PySlice, sliceRange } from './slice.ts';
import { PyTuple, newTuple } from './tuple.ts';

/** A view of any object that shows its memory. */
export function memoryviewOf(vm: VM, object: PyValue, flags: number = BufferFlag.FULL_RO): PyMemoryView {
  if (object instanceof PyMemoryView) return new PyMemoryView(object.checkRestricted(), object.owner, null);
  if (!hasBuffer(vm, object)) throw typeError(`memoryview: a bytes-like object is required, not '${typeOf(object).tpName}'`);
  return PyMemoryView.of(getBuffer(vm, object, flags), flags);
}

const newDef = native('memoryview(type, object)', (vm: VM, type: PyType, object: PyValue) => memoryviewOf(vm, object));

function memoryview_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callNative(vm, newDef, type, args, kwnames, null);
}

function memoryview_repr(vm: VM, self: PyMemoryView): PyValue {
  return `<${self.released ? 'released memory' : 'memory'} at 0x${vm.idOf(self).toString(16)}>`;
}

function memoryview_hash(vm: VM, self: PyMemoryView): PyValue {
  if (self.hashValue !== undefined) return self.hashValue;
  const buffer = self.checkReleased();
  if (!buffer.readonly) throw valueError('cannot hash writable memoryview object');
  if (!['B', 'b', 'c'].includes(nativeFormat(buffer.format) ?? '')) throw valueError("memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  if (self.owner !== None) hash(vm, self.owner); // The object must be hashable too.
  const value = hash(vm, new PyBytes(contiguousBytes(buffer)));
  self.hashValue = value;
  return value;
}

function tolist(buffer: PyBuffer, dimension = 0, offset: number = buffer.offset): PyValue {
  if (dimension === buffer.shape.length) return unpackItem(buffer.memory, offset, buffer.format);
  const items: PyValue[] = [];
  for (let i = 0; i < buffer.shape[dimension]; i++) items.push(tolist(buffer, dimension + 1, buffer.step(dimension, offset, i)));
  return new PyList(items);
}

/** Buffers are equal when their shapes are and their items, as values. */
function memoryview_richcompare(vm: VM, self: PyMemoryView, other: PyValue, op: CompareOp): PyValue {
  if (op !== Py_EQ && op !== Py_NE) return NotImplemented;
  if (self === other) return op === Py_EQ;
  if (self.released || (other instanceof PyMemoryView && other.released)) return op === Py_NE;
  if (!hasBuffer(vm, other)) return NotImplemented;
  let theirs: PyBuffer;
  try {
    theirs = other instanceof PyMemoryView ? other.checkReleased() : getBuffer(vm, other, BufferFlag.FULL_RO);
  } catch (error) {
    if (error instanceof PyBaseException) return NotImplemented;
    throw error;
  }
  try {
    return sameItems(vm, self.checkReleased(), theirs) === (op === Py_EQ);
  } finally {
    if (!(other instanceof PyMemoryView)) releaseBuffer(vm, theirs);
  }
}

/** Have they as many items in each dimension? After a dimension without items nothing matters. */
function sameShape(a: PyBuffer, b: PyBuffer): boolean {
  if (a.shape.length !== b.shape.length) return false;
  const empty = a.shape.indexOf(0);
  return a.shape.every((count, i) => count === b.shape[i] || (empty >= 0 && i > empty));
}

function sameItems(vm: VM, a: PyBuffer, b: PyBuffer): boolean {
  if (!sameShape(a, b)) return false;
  const [readA, readB] = [itemReader(vm, a), itemReader(vm, b)];
  if (readA === null || readB === null) return false;
  const offsets: number[] = [];
  eachItem(b, (offset) => offsets.push(offset));
  vm.charge(offsets.length);
  let index = 0;
  let same = true;
  eachItem(a, (offset) => {
    const other = offsets[index++];
    same = same && equals(vm, readA(offset), readB(other));
  });
  return same;
}

/** Reads the item at an offset: one of a native format itself, any other with `struct.Struct`; null if that does not know the format either. */
function itemReader(vm: VM, buffer: PyBuffer): ((offset: number) => PyValue) | null {
  const { memory, format, itemsize } = buffer;
  if (nativeFormat(format) !== null) return (offset) => unpackItem(memory, offset, format);
  let unpack: PyValue;
  try {
    const struct = call(vm, getAttr(vm, importNamed(vm, 'struct'), 'Struct'), [strFromJS(format)]);
    unpack = getAttr(vm, struct, 'unpack');
  } catch (error) {
    if (error instanceof PyBaseException && !error.cls.isSubtypeOf(ImportError) && !error.cls.isSubtypeOf(MemoryError)) return null;
    throw error;
  }
  return (offset) => {
    const item = call(vm, unpack, [new PyBytes(memory.slice(offset, offset + itemsize))]);
    return item instanceof PyTuple && item.items.length === 1 ? item.items[0] : item;
  };
}

function memoryview_length(vm: VM, self: PyMemoryView): number {
  const { shape } = self.checkReleased();
  if (shape.length === 0) throw typeError('0-dim memory has no length');
  return shape[0];
}

/** Offset of the item at an index of one dimension. */
function itemOffset(buffer: PyBuffer, offset: number, dimension: number, given: number): number {
  const count = buffer.shape[dimension];
  const index = given < 0 ? given + count : given;
  if (index < 0 || index >= count) throw indexError(`index out of bounds on dimension ${dimension + 1}`);
  return buffer.step(dimension, offset, index);
}

function memoryview_item(vm: VM, self: PyMemoryView, index: number): PyValue {
  const buffer = self.checkReleased();
  if (nativeFormat(buffer.format) === null) throw notImplementedError(`memoryview: format ${buffer.format} not supported`);
  if (buffer.shape.length === 0) throw typeError('invalid indexing of 0-dim memory');
  if (buffer.shape.length > 1) throw notImplementedError('multi-dimensional sub-views are not implemented');
  return unpackItem(buffer.memory, itemOffset(buffer, buffer.offset, 0, index), buffer.format);
}

/** Offset of the item that a tuple of indices picks, or null for a tuple that holds something else. */
function tupleOffset(vm: VM, self: PyMemoryView, buffer: PyBuffer, key: PyTuple): number | null {
  const { items } = key;
  if (!items.every((item) => hasIndex(item))) return null;
  if (items.length > buffer.shape.length) throw typeError(`cannot index ${buffer.shape.length}-dimension view with ${items.length}-element tuple`);
  if (items.length < buffer.shape.length) throw notImplementedError('sub-views are not implemented');
  let { offset } = buffer;
  for (const [dimension, item] of items.entries()) {
    const index = subscriptIndex(vm, item);
    self.checkReleased(); // `__index__` may have released it.
    offset = itemOffset(buffer, offset, dimension, index);
  }
  return offset;
}

function isSliceTuple(key: PyValue): boolean {
  return key instanceof PyTuple && key.items.every((item) => item instanceof PySlice);
}

function memoryview_subscript(vm: VM, self: PyMemoryView, key: PyValue): PyValue {
  const buffer = self.checkReleased();
  if (buffer.shape.length === 0) {
    if (key instanceof PyTuple && key.items.length === 0) return unpackItem(buffer.memory, buffer.offset, buffer.format);
    if (key === Ellipsis) return self;
    throw typeError('invalid indexing of 0-dim memory');
  }
  if (key instanceof PySlice) return sliceView(vm, self, buffer, key);
  if (hasIndex(key)) return memoryview_item(vm, self, subscriptIndex(vm, key));
  if (key instanceof PyTuple) {
    const offset = tupleOffset(vm, self, buffer, key);
    if (offset !== null) return unpackItem(buffer.memory, offset, buffer.format);
    if (isSliceTuple(key)) throw notImplementedError('multi-dimensional slicing is not implemented');
  }
  throw typeError('memoryview: invalid slice key');
}

function sliceView(vm: VM, self: PyMemoryView, buffer: PyBuffer, key: PySlice): PyMemoryView {
  self.checkRestricted();
  const range = sliceRange(vm, key, buffer.shape[0]);
  const offset = buffer.offset + (range.count > 0 ? range.start * buffer.strides[0] : 0);
  const part = buffer.laidOut({ offset, shape: [range.count, ...buffer.shape.slice(1)], strides: [buffer.strides[0] * range.step, ...buffer.strides.slice(1)] });
  return new PyMemoryView(part, self.owner, null);
}

function memoryview_ass_subscript(vm: VM, self: PyMemoryView, key: PyValue, value: PyValue | undefined): void {
  const buffer = self.checkReleased();
  if (nativeFormat(buffer.format) === null) throw notImplementedError(`memoryview: format ${buffer.format} not supported`);
  if (buffer.readonly) throw typeError('cannot modify read-only memory');
  if (value === undefined) throw typeError('cannot delete memory');
  if (buffer.shape.length === 0) {
    if (key === Ellipsis || (key instanceof PyTuple && key.items.length === 0)) return packItem(vm, buffer.memory, buffer.offset, buffer.format, value, () => void self.checkReleased());
    throw typeError('invalid indexing of 0-dim memory');
  }
  if (hasIndex(key)) {
    if (buffer.shape.length > 1) throw notImplementedError('sub-views are not implemented');
    const index = subscriptIndex(vm, key);
    self.checkReleased();
    return packItem(vm, buffer.memory, itemOffset(buffer, buffer.offset, 0, index), buffer.format, value, () => void self.checkReleased());
  }
  if (key instanceof PySlice && buffer.shape.length === 1) return assignSlice(vm, self, buffer, key, value);
  if (key instanceof PyTuple) {
    const offset = tupleOffset(vm, self, buffer, key);
    if (offset !== null) return packItem(vm, buffer.memory, offset, buffer.format, value, () => void self.checkReleased());
  }
  if (key instanceof PySlice || isSliceTuple(key)) throw notImplementedError('memoryview slice assignments are currently restricted to ndim = 1');
  throw typeError('memoryview: invalid slice key');
}

function assignSlice(vm: VM, self: PyMemoryView, buffer: PyBuffer, key: PySlice, value: PyValue): void {
  const source = getBuffer(vm, value, BufferFlag.FULL_RO);
  try {
    const target = sliceView(vm, self, buffer, key).checkReleased();
    self.checkReleased();
    const formatOf = (format: string): string => (format[0] === '@' ? format.slice(1) : format);
    const fits = source.shape.length === 1 && source.shape[0] === target.shape[0] && formatOf(source.format) === formatOf(target.format);
    if (!fits) throw valueError('memoryview assignment: lvalue and rvalue have different structures');
    writeItems(target, contiguousBytes(source));
  } finally {
    releaseBuffer(vm, source);
  }
}

/** What a consumer asks for must be there (CPython: memory_getbuf). */
function memoryview_getbuffer(vm: VM, self: PyMemoryView, flags: number): PyBuffer {
  const buffer = self.checkRestricted();
  const asks = (flag: number): boolean => (flags & flag) === flag;
  if (asks(BufferFlag.WRITABLE) && buffer.readonly) throw bufferError('memoryview: underlying buffer is not writable');
  if (asks(BufferFlag.C_CONTIGUOUS) && !isContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not C-contiguous');
  if (asks(BufferFlag.F_CONTIGUOUS) && !isFortranContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not Fortran contiguous');
  if (asks(BufferFlag.ANY_CONTIGUOUS) && !isContiguous(buffer) && !isFortranContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not contiguous');
  if (!asks(BufferFlag.INDIRECT) && buffer.suboffsets.length > 0) throw bufferError('memoryview: underlying buffer requires suboffsets');
  if (!asks(BufferFlag.STRIDES) && !isContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not C-contiguous');
  if (!asks(BufferFlag.ND) && asks(BufferFlag.FORMAT)) throw bufferError('memoryview: cannot cast to unsigned bytes if the format flag is present');
  self.exports++;
  return buffer.ownedBy(self);
}

function memoryview_releasebuffer(vm: VM, self: PyMemoryView): void {
  self.exports--;
}

function memoryview_iter(vm: VM, self: PyMemoryView): PyValue {
  const buffer = self.checkReleased();
  if (nativeFormat(buffer.format) === null) throw notImplementedError(`memoryview: format ${buffer.format} not supported`);
  if (buffer.shape.length === 0) throw typeError('invalid indexing of 0-dim memory');
  if (buffer.shape.length > 1) throw notImplementedError('multi-dimensional sub-views are not implemented');
  return new MemoryIterator(self, buffer.shape[0]);
}

function memoryview_release(vm: VM, self: PyMemoryView): PyValue {
  self.release(vm);
  return None;
}

function memoryview_enter(vm: VM, self: PyMemoryView): PyValue {
  self.checkReleased();
  return self;
}

function memoryview_exit(vm: VM, self: PyMemoryView): PyValue {
  return memoryview_release(vm, self);
}

/** `tobytes('F')` gives the items in Fortran order, `'A'` in the order of the memory if that is Fortran's. */
function memoryview_tobytes(vm: VM, self: PyMemoryView, order: PyValue | undefined): PyValue {
  const buffer = self.checkReleased();
  let wanted = 'C';
  if (order !== undefined && order !== None) {
    if (!isStr(order)) throw typeError(`tobytes() argument 'order' must be str or None, not ${typeOf(order).tpName}`);
    wanted = jsText(order);
    if (!['C', 'F', 'A'].includes(wanted)) throw valueError("order must be 'C', 'F' or 'A'");
  }
  vm.allocate(buffer.nbytes);
  vm.charge(buffer.nbytes >> 4);
  const fortran = wanted === 'F' || (wanted === 'A' && isFortranContiguous(buffer) && !isContiguous(buffer));
  return new PyBytes(contiguousBytes(buffer, fortran));
}

function memoryview_tolist(vm: VM, self: PyMemoryView): PyValue {
  const buffer = self.checkReleased();
  if (nativeFormat(buffer.format) === null) throw notImplementedError(`memoryview: format ${buffer.format} not supported`);
  vm.charge(buffer.nbytes);
  return tolist(buffer);
}

function memoryview_hex(vm: VM, self: PyMemoryView, sep: PyValue | undefined, bytesPerSep: PyValue | undefined): PyValue {
  return hexOf(vm, contiguousBytes(self.checkReleased()), sep, bytesPerSep);
}

function memoryview_cast(vm: VM, self: PyMemoryView, format: PyValue, shape: PyValue | undefined): PyValue {
  return new PyMemoryView(castBuffer(vm, self.checkRestricted(), format, shape), self.owner, null);
}

function memoryview_toreadonly(vm: VM, self: PyMemoryView): PyValue {
  return new PyMemoryView(self.checkRestricted().laidOut({ readonly: true }), self.owner, null);
}

function memoryview_from_flags(vm: VM, type: PyType, object: PyValue, flags: PyValue): PyValue {
  return memoryviewOf(vm, object, intArgument(vm, flags));
}

/** An attribute read from the buffer of a view that is not released. */
const attribute = (get: (buffer: PyBuffer, self: PyMemoryView) => PyValue, doc: string) => ({
  get: (vm: VM, self: PyMemoryView): PyValue => get(self.checkReleased(), self),
  doc,
});

fillType(memoryviewType, {
  doc: 'Create a new memoryview object which references the given object.',
  textSignature: '(object)',
  flags: TypeFlag.SEQUENCE,
  hasWeakref: true,
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: memoryview_new,
    tp_repr: memoryview_repr,
    tp_hash: memoryview_hash,
    tp_richcompare: memoryview_richcompare,
    tp_iter: memoryview_iter,
    sq_item: memoryview_item,
    mp_length: memoryview_length,
    mp_subscript: memoryview_subscript,
    mp_ass_subscript: memoryview_ass_subscript,
    bf_getbuffer: memoryview_getbuffer,
    bf_releasebuffer: memoryview_releasebuffer,
  },
  methods: [
    native('release(self, /)', memoryview_release, 'Release the underlying buffer exposed by the memoryview object.'),
    native("tobytes(self, /, order='C')", memoryview_tobytes, "Return the data in the buffer as a byte string.\n\nOrder can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the\noriginal array is converted to C or Fortran order. For contiguous views,\n'A' returns an exact copy of the physical memory. In particular, in-memory\nFortran order is preserved. For non-contiguous views, the data is converted\nto C first. order=None is the same as order='C'."),
    native('hex(self, /, sep=<unrepresentable>, bytes_per_sep=1)', memoryview_hex, "Return the data in the buffer as a str of hexadecimal numbers.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nExample:\n>>> value = memoryview(b'\\xb9\\x01\\xef')\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'"),
    native('tolist(self, /)', memoryview_tolist, 'Return the data in the buffer as a list of elements.'),
    native('cast(self, /, format, shape=<unrepresentable>)', memoryview_cast, 'Cast a memoryview to a new format or shape.'),
    native('toreadonly(self, /)', memoryview_toreadonly, 'Return a readonly version of the memoryview.'),
    native('__enter__(self, /)', memoryview_enter).unsigned(),
    native('__exit__(self, /, *args)', memoryview_exit).unsigned(),
  ],
  classMethods: [native('_from_flags(type, /, object, flags)', memoryview_from_flags, 'Create a new memoryview object which references the given object.')],
  getset: {
    obj: attribute((_, self) => self.owner, 'The underlying object of the memoryview.'),
    nbytes: attribute((buffer) => buffer.nbytes, 'The amount of space in bytes that the array would use in\n a contiguous representation.'),
    readonly: attribute((buffer) => buffer.readonly, 'A bool indicating whether the memory is read only.'),
    itemsize: attribute((buffer) => buffer.itemsize, 'The size in bytes of each element of the memoryview.'),
    format: attribute((buffer) => buffer.format, 'A string containing the format (in struct module style)\n for each element in the view.'),
    ndim: attribute((buffer) => buffer.shape.length, 'An integer indicating how many dimensions of a multi-dimensional\n array the memory represents.'),
    shape: attribute((buffer) => newTuple(buffer.shape), 'A tuple of ndim integers giving the shape of the memory\n as an N-dimensional array.'),
    strides: attribute((buffer) => newTuple(buffer.strides), 'A tuple of ndim integers giving the size in bytes to access\n each element for each dimension of the array.'),
    suboffsets: attribute((buffer) => newTuple(buffer.suboffsets), 'A tuple of integers used internally for PIL-style arrays.'),
    c_contiguous: attribute(isContiguous, 'A bool indicating whether the memory is C contiguous.'),
    f_contiguous: attribute(isFortranContiguous, 'A bool indicating whether the memory is Fortran contiguous.'),
    contiguous: attribute((buffer) => isContiguous(buffer) || isFortranContiguous(buffer), 'A bool indicating whether the memory is contiguous.'),
  },
});

/** `iter(memoryview)` */
class MemoryIterator extends PyObject {
  /** null at the end. */
  view: PyMemoryView | null;
  index: number;
  readonly length: number;

  constructor(view: PyMemoryView, length: number) {
    super(memoryIteratorType);
    this.view = view;
    this.index = 0;
    this.length = length;
  }
}

function memory_iterator_next(vm: VM, self: MemoryIterator): PyValue | undefined {
  const { view } = self;
  if (view === null) return undefined;
  if (self.index < self.length) return memoryview_item(vm, view, self.index++);
  self.view = null;
  return undefined;
}

const memoryIteratorType: PyType = defineIterator('memory_iterator', { tp_iternext: memory_iterator_next }, []);
