import {
  BufferFlag, bufferError, callNative, contiguousBytes, defineType, Ellipsis, getBuffer, hasBuffer, hasIndex, hash, indexError, isContiguous, isFortranContiguous, native, newTuple, None, PyBuffer, PyBytes, PyList,
  PyMemoryView, PyObject, PySlice, PyTuple, releaseBuffer, sliceRange, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { Flag, borrowedStructure, everything, itemFormat, makeStructure, packItem, shownFormat, ssize, type Structure } from './ndarray-structure.ts';

/* `_testbuffer.ndarray`: an array of any number of dimensions that shows its memory in all ways PEP 3118 knows (CPython 3.12: Modules/_testbuffer.c). */

export class NDArray extends PyObject {
  /** Oldest first; the last is in use. */
  readonly structures: Structure[];
  /** `push` is allowed while others hold views. */
  readonly variable: boolean;
  /** What the structure was borrowed from. */
  readonly held: PyBuffer | null;

  constructor(structure: Structure, held: PyBuffer | null, variable: boolean) {
    super(ndarrayType);
    this.structures = [structure];
    this.held = held;
    this.variable = variable;
  }

  get head(): Structure {
    return this.structures[this.structures.length - 1];
  }
}

/** A buffer that an ndarray has given out, of one of its structures. */
class Export extends PyBuffer {
  readonly structure: Structure;

  constructor(self: NDArray, structure: Structure) {
    const { memory, offset, readonly, format, itemsize, shape, strides, suboffsets } = structure.buffer;
    super(self, memory, offset, readonly, format, itemsize, shape, strides, suboffsets);
    this.structure = structure;
  }
}

const newDef = native('ndarray(type, obj, shape=None, strides=None, offset=0, format=None, flags=0, getbuf=None)', (vm: VM, _type: PyType, obj: PyValue, shape?: PyValue, strides?: PyValue, offset?: PyValue, format?: PyValue, flags?: PyValue, getbuf?: PyValue) => {
  const at = offset === undefined ? 0 : ssize(vm, offset);
  const options = flags === undefined ? 0 : ssize(vm, flags);
  const asked = getbuf === undefined ? null : ssize(vm, getbuf);
  if (shape === undefined && hasBuffer(vm, obj)) {
    if (strides !== undefined || at !== 0 || format !== undefined || (options & ~Flag.REDIRECT) !== 0) throw typeError("construction from exporter object only takes 'obj', 'getbuf' and 'flags' arguments");
    return borrow(vm, obj, options, asked ?? everything);
  }
  if (asked !== null) throw typeError('getbuf argument only valid for construction from exporter object');
  if (shape === undefined) throw typeError('shape is a required argument when constructing from list, tuple or scalar');
  return new NDArray(makeStructure(vm, { items: obj, shape, strides, offset: at, format, flags: options & ~Flag.VAREXPORT }), null, (options & Flag.VAREXPORT) !== 0);
});

function borrow(vm: VM, obj: PyValue, flags: number, asked: number): NDArray {
  const held = getBuffer(vm, obj, asked);
  return new NDArray(borrowedStructure(held, flags, asked), held, false);
}

function checkStructure(self: NDArray): void {
  const { asked, exports } = self.head;
  if (asked !== null) throw bufferError('structure of re-exporting object is immutable');
  if (!self.variable && exports > 0) throw bufferError(`cannot change structure: ${exports} exported buffer${exports === 1 ? '' : 's'}`);
}

function ndarray_push(vm: VM, self: NDArray, items: PyValue, shape: PyValue, strides?: PyValue, offset?: PyValue, format?: PyValue, flags?: PyValue): PyValue {
  const at = offset === undefined ? 0 : ssize(vm, offset);
  const options = flags === undefined ? 0 : ssize(vm, flags);
  if ((options & Flag.VAREXPORT) !== 0) throw valueError('ND_VAREXPORT flag can only be used during object creation');
  checkStructure(self);
  self.structures.push(makeStructure(vm, { items, shape, strides, offset: at, format, flags: options }));
  return None;
}

function ndarray_pop(_vm: VM, self: NDArray): PyValue {
  checkStructure(self);
  if (self.structures.length === 1) throw bufferError('list only has a single base');
  self.structures.pop();
  return None;
}

/** What a consumer asks for must be there (CPython: ndarray_getbuf). */
function ndarray_getbuffer(vm: VM, self: NDArray, flags: number): PyBuffer {
  const { head } = self;
  const { buffer } = head;
  const asks = (flag: number): boolean => (flags & flag) === flag;
  if ((head.flags & Flag.REDIRECT) !== 0 && buffer.owner !== None) return getBuffer(vm, buffer.owner, flags);
  if ((head.flags & Flag.GETBUF_FAIL) !== 0) throw bufferError('ND_GETBUF_FAIL: forced test exception');
  if (asks(BufferFlag.WRITABLE) && buffer.readonly) throw bufferError('ndarray is not writable');
  if (!asks(BufferFlag.ND) && asks(BufferFlag.FORMAT)) throw bufferError('ndarray: cannot cast to unsigned bytes if the format flag is present');
  if ([BufferFlag.FORMAT, BufferFlag.ND, BufferFlag.STRIDES].some((flag) => asks(flag) && !head.has(flag))) throw bufferError('re-exporter does not provide format, shape or strides');
  if (asks(BufferFlag.C_CONTIGUOUS) && !isContiguous(buffer)) throw bufferError('ndarray is not C-contiguous');
  if (asks(BufferFlag.F_CONTIGUOUS) && !isFortranContiguous(buffer)) throw bufferError('ndarray is not Fortran contiguous');
  if (asks(BufferFlag.ANY_CONTIGUOUS) && !isContiguous(buffer) && !isFortranContiguous(buffer)) throw bufferError('ndarray is not contiguous');
  if (!asks(BufferFlag.INDIRECT) && buffer.suboffsets.length > 0) throw bufferError('ndarray cannot be represented without suboffsets');
  if (!asks(BufferFlag.STRIDES) && !isContiguous(buffer)) throw bufferError('ndarray is not C-contiguous');
  head.exports++;
  return new Export(self, head);
}

function ndarray_releasebuffer(_vm: VM, self: NDArray, buffer: PyBuffer): void {
  const { structure } = buffer as Export; // What ndarray_getbuffer gave.
  structure.exports--;
  const { structures } = self;
  if (structure.exports === 0 && structure !== self.head) structures.splice(structures.indexOf(structure), 1);
}

function unpackAt(vm: VM, buffer: PyBuffer, offset: number): PyValue {
  return itemFormat(vm, buffer.format).unpack(buffer.memory.slice(offset, offset + buffer.itemsize));
}

function itemOffset(buffer: PyBuffer, index: number): number {
  const position = index < 0 ? index + buffer.shape[0] : index;
  if (position < 0 || position >= buffer.shape[0]) throw indexError('index out of bounds');
  return buffer.step(0, buffer.offset, position);
}

/** An array over part of another's memory. */
function part(vm: VM, self: NDArray, change: (buffer: PyBuffer) => PyBuffer): NDArray {
  const result = borrow(vm, self, 0, everything);
  result.head.buffer = change(result.head.buffer);
  result.head.updateFlags();
  return result;
}

function ndarray_item(vm: VM, self: NDArray, index: number): PyValue {
  const { buffer } = self.head;
  const { shape, strides, suboffsets } = buffer;
  if (shape.length === 0) throw typeError('invalid indexing of scalar');
  if (shape.length === 1) return unpackAt(vm, buffer, itemOffset(buffer, index));
  return part(vm, self, (whole) => whole.laidOut({ offset: itemOffset(whole, index), shape: shape.slice(1), strides: strides.slice(1), suboffsets: suboffsets.slice(1) }));
}

/** A slice in one dimension. Behind a pointer it moves what is added to the pointer. */
function sliced(vm: VM, buffer: PyBuffer, slice: PySlice, dimension: number): PyBuffer {
  const { start, count, step } = sliceRange(vm, slice, buffer.shape[dimension]);
  const moved = count > 0 ? buffer.strides[dimension] * start : 0;
  const replaced = (list: readonly number[], value: number, index = dimension): number[] => list.map((old, i) => (i === index ? value : old));
  const layout = { shape: replaced(buffer.shape, count), strides: replaced(buffer.strides, buffer.strides[dimension] * step) };
  const { suboffsets } = buffer;
  for (let pointer = dimension - 1; pointer >= 0; pointer--) {
    if (suboffsets.length > 0 && suboffsets[pointer] >= 0) return buffer.laidOut({ ...layout, suboffsets: replaced(suboffsets, suboffsets[pointer] + moved, pointer) });
  }
  return buffer.laidOut({ ...layout, offset: buffer.offset + moved });
}

function ndarray_subscript(vm: VM, self: NDArray, key: PyValue): PyValue {
  const { buffer } = self.head;
  if (buffer.shape.length === 0) {
    if (key instanceof PyTuple && key.items.length === 0) return unpackAt(vm, buffer, buffer.offset);
    if (key === Ellipsis) return self;
    throw typeError('invalid indexing of scalar');
  }
  if (hasIndex(key)) return ndarray_item(vm, self, ssize(vm, key));
  const slices = key instanceof PyTuple ? key.items : [key];
  const other = slices.find((item) => !(item instanceof PySlice));
  if (other !== undefined || slices.length > buffer.shape.length) throw typeError(`cannot index memory using "${typeOf(other ?? key).tpName}"`);
  return part(vm, self, (whole) => slices.reduce<PyBuffer>((result, slice, dimension) => sliced(vm, result, slice as PySlice, dimension), whole));
}

function ndarray_ass_subscript(vm: VM, self: NDArray, key: PyValue, value: PyValue | undefined): void {
  const { buffer } = self.head;
  if (buffer.readonly) throw typeError('ndarray is not writable');
  if (value === undefined) throw typeError('ndarray data cannot be deleted');
  const write = (offset: number): void => buffer.memory.set(packItem(itemFormat(vm, buffer.format), value), offset);
  if (buffer.shape.length === 0) {
    if (key === Ellipsis || (key instanceof PyTuple && key.items.length === 0)) return write(buffer.offset);
    throw typeError('invalid indexing of scalar');
  }
  if (hasIndex(key) && buffer.shape.length === 1) return write(itemOffset(buffer, ssize(vm, key)));
  const source = getBuffer(vm, value, everything);
  try {
    const target = (ndarray_subscript(vm, self, key) as NDArray).head.buffer;
    const sameShape = source.shape.length === target.shape.length && target.shape.every((count, i) => count === source.shape[i]);
    if (!sameShape || source.format !== target.format || source.itemsize !== target.itemsize) throw valueError('ndarray assignment: lvalue and rvalue have different structures');
    assignRows(target, source, 0, target.offset, source.offset);
  } finally {
    releaseBuffer(vm, source);
  }
}

/** Row by row, as CPython does where both are the same memory: of one row all items are read before they are written. */
function assignRows(target: PyBuffer, source: PyBuffer, dimension: number, to: number, from: number): void {
  const { shape, itemsize } = target;
  const steps = Array.from({ length: shape[dimension] }, (_, index) => [target.step(dimension, to, index), source.step(dimension, from, index)] as const);
  if (dimension < shape.length - 1) {
    for (const [place, other] of steps) assignRows(target, source, dimension + 1, place, other);
    return;
  }
  const row = steps.map(([, other]) => source.memory.slice(other, other + itemsize));
  for (const [index, [place]] of steps.entries()) target.memory.set(row[index], place);
}

function ndarray_tolist(vm: VM, self: NDArray): PyValue {
  const { head } = self;
  if (!head.has(BufferFlag.FORMAT)) throw valueError('ndarray: tolist() does not support format=NULL, use tobytes()');
  const { buffer } = head;
  const format = itemFormat(vm, buffer.format);
  const lists = (dimension: number, offset: number): PyValue => {
    if (dimension === buffer.shape.length) return format.unpack(buffer.memory.slice(offset, offset + buffer.itemsize));
    return new PyList(Array.from({ length: buffer.shape[dimension] }, (_, index) => lists(dimension + 1, buffer.step(dimension, offset, index))));
  };
  return lists(0, buffer.offset);
}

function ndarray_hash(vm: VM, self: NDArray): PyValue {
  const { buffer } = self.head;
  if (!buffer.readonly) throw valueError('cannot hash writable ndarray object');
  return hash(vm, new PyBytes(contiguousBytes(buffer)));
}

/** Numbers that say of each dimension that there is no pointer. */
function ndarray_add_suboffsets(_vm: VM, self: NDArray): PyValue {
  const { head } = self;
  if (head.buffer.suboffsets.length > 0) throw typeError('cannot add suboffsets to PIL-style array');
  if (head.buffer.shape.length === 0 || !head.has(BufferFlag.STRIDES)) throw typeError('cannot add suboffsets to array without strides');
  head.buffer = head.buffer.laidOut({ suboffsets: head.buffer.shape.map(() => -1) });
  head.updateFlags();
  return None;
}

function ndarray_memoryview_from_buffer(_vm: VM, self: NDArray): PyValue {
  const { buffer, asked } = self.head;
  const { owner } = buffer;
  if (asked !== null && owner instanceof NDArray && owner.head.asked !== null) throw typeError('memoryview_from_buffer(): ndarray must be original exporter or consumer from ndarray/original exporter');
  if (buffer.format.length > 128) throw typeError('memoryview_from_buffer: format is limited to 128 characters');
  return PyMemoryView.of(buffer.ownedBy(None));
}

const attribute = (get: (structure: Structure) => PyValue) => ({ get: (_vm: VM, self: PyObject): PyValue => get((self as NDArray).head) });
/** Numbers of a structure, empty where they are not known. */
const numbers = (flag: number, get: (buffer: PyBuffer) => readonly number[]) => attribute((structure) => newTuple(structure.has(flag) ? get(structure.buffer) : []));

export const ndarrayType: PyType = defineType('ndarray', {
  slots: {
    tp_new: (vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null) => callNative(vm, newDef, type, args, kwnames, null),
    tp_hash: ndarray_hash,
    sq_item: ndarray_item,
    mp_subscript: ndarray_subscript,
    mp_ass_subscript: ndarray_ass_subscript,
    bf_getbuffer: ndarray_getbuffer,
    bf_releasebuffer: ndarray_releasebuffer,
  },
  methods: [
    native('tolist(self, /)', ndarray_tolist).unsigned(),
    native('tobytes(self, /)', (_vm: VM, self: NDArray) => new PyBytes(contiguousBytes(self.head.buffer))).unsigned(),
    native('push(self, /, items, shape, strides=None, offset=0, format=None, flags=0)', ndarray_push).unsigned(),
    native('pop(self, /)', ndarray_pop).unsigned(),
    native('add_suboffsets(self, /)', ndarray_add_suboffsets).unsigned(),
    native('memoryview_from_buffer(self, /)', ndarray_memoryview_from_buffer).unsigned(),
  ],
  getset: {
    flags: attribute((structure) => structure.flags),
    offset: attribute((structure) => structure.offset),
    obj: attribute((structure) => structure.buffer.owner),
    nbytes: attribute((structure) => structure.buffer.nbytes),
    readonly: attribute((structure) => structure.buffer.readonly),
    itemsize: attribute((structure) => structure.buffer.itemsize),
    format: attribute(shownFormat),
    ndim: attribute((structure) => structure.buffer.shape.length),
    shape: numbers(BufferFlag.ND, (buffer) => buffer.shape),
    strides: numbers(BufferFlag.STRIDES, (buffer) => buffer.strides),
    suboffsets: numbers(BufferFlag.INDIRECT, (buffer) => buffer.suboffsets),
    c_contiguous: attribute((structure) => isContiguous(structure.buffer)),
    f_contiguous: attribute((structure) => isFortranContiguous(structure.buffer)),
    contiguous: attribute((structure) => isContiguous(structure.buffer) || isFortranContiguous(structure.buffer)),
  },
});
