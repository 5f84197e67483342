import {
  BufferFlag, bufferError, callNative, contiguousBytes, contiguousStrides, defineModule, defineType, encodeStr, fortranStrides, getBuffer, hasBuffer, isContiguous, isFortranContiguous, isStr, isTrue, memoryviewOf, native, newTuple,
  None, overflowError, PyBuffer, PyBytes, PyMemoryView, PyObject, PySlice, releaseBuffer, sliceRange, typeError, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { NDArray, ndarrayType } from './ndarray.ts';
import { Flag, itemFormat, listOrTuple, ssize } from './ndarray-structure.ts';

/* `_testbuffer` (CPython 3.12: Modules/_testbuffer.c): what CPython's tests of memoryview and of the buffer protocol use. */

/** An exporter of twelve bytes; in legacy mode it does not say whose they are. */
class StaticArray extends PyObject {
  readonly legacy: boolean;
  constructor(legacy: boolean) {
    super(staticArrayType);
    this.legacy = legacy;
  }
}

const staticNew = native('staticarray(type, legacy_mode=False)', (vm: VM, _type: PyType, legacy?: PyValue) => new StaticArray(legacy !== undefined && isTrue(vm, legacy)));

const staticArrayType: PyType = defineType('staticarray', {
  slots: {
    tp_new: (vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null) => callNative(vm, staticNew, type, args, kwnames, null),
    bf_getbuffer: (_vm: VM, self: StaticArray) => PyBuffer.ofBytes(self.legacy ? None : self, Uint8Array.from({ length: 12 }, (_, index) => index), true),
  },
});

type Order = 'C' | 'F' | 'A';

function orderOf(vm: VM, value: PyValue): Order {
  if (!isStr(value)) throw typeError('order must be a string');
  const order = String.fromCharCode((encodeStr(vm, value, 'ascii', 'strict') as PyBytes).bytes[0] ?? 0);
  if (order !== 'C' && order !== 'F' && order !== 'A') throw valueError('invalid order, must be C, F or A');
  return order;
}

function isOrdered(buffer: PyBuffer, order: Order): boolean {
  return (order !== 'F' && isContiguous(buffer)) || (order !== 'C' && isFortranContiguous(buffer));
}

/** The bytes of the items in an order; `'A'` leaves them as they are if they have any. */
function bytesInOrder(buffer: PyBuffer, order: Order): Uint8Array {
  return contiguousBytes(buffer, order === 'F' || (order === 'A' && !isContiguous(buffer) && isFortranContiguous(buffer)));
}

function slice_indices(vm: VM, key: PyValue, length: PyValue): PyValue {
  if (!(key instanceof PySlice)) throw typeError('first argument must be a slice object');
  const { start, stop, step, count } = sliceRange(vm, key, ssize(vm, length));
  return newTuple([start, stop, step, count]);
}

/** The item at a list of indices. */
function get_pointer(vm: VM, object: PyValue, indices: PyValue): PyValue {
  const buffer = getBuffer(vm, object, BufferFlag.FULL_RO);
  try {
    const { items } = listOrTuple(indices, 'seq');
    const { shape, memory, itemsize } = buffer;
    if (items.length !== shape.length) throw valueError('get_pointer(): len(indices) != ndim');
    let { offset } = buffer;
    for (const [dimension, item] of items.entries()) {
      if (typeof item !== 'number' && typeof item !== 'bigint') throw typeError('an integer is required');
      const index = ssize(vm, item);
      if (index < 0 || index >= shape[dimension]) throw valueError(`get_pointer(): invalid index ${index} at position ${dimension}`);
      offset = buffer.step(dimension, offset, index);
    }
    return itemFormat(vm, buffer.format).unpack(memory.slice(offset, offset + itemsize));
  } finally {
    releaseBuffer(vm, buffer);
  }
}

const READ = 0x100;
const WRITE = 0x200;

/** CPython 3.12: Objects/memoryobject.c, PyMemoryView_GetContiguous. */
function get_contiguous(vm: VM, object: PyValue, type: PyValue, orderGiven: PyValue): PyValue {
  if (typeof type !== 'number' && typeof type !== 'bigint') throw typeError('buffertype must be PyBUF_READ or PyBUF_WRITE');
  if (typeof type === 'bigint') throw overflowError('Python int too large to convert to C long');
  const order = orderOf(vm, orderGiven);
  if (type !== READ && type !== WRITE) throw valueError('invalid buffer type');
  const view = memoryviewOf(vm, object);
  const buffer = view.checkReleased();
  if (type === WRITE && buffer.readonly) throw bufferError('underlying buffer is not writable');
  if (isOrdered(buffer, order)) return view;
  if (type === WRITE) throw bufferError('writable contiguous buffer requested for a non-contiguous object.');
  const bytes = new PyBytes(bytesInOrder(buffer, order));
  const strides = order === 'F' ? fortranStrides(buffer.shape, buffer.itemsize) : contiguousStrides(buffer.shape, buffer.itemsize);
  return PyMemoryView.of(new PyBuffer(bytes, bytes.bytes, 0, true, buffer.format, buffer.itemsize, buffer.shape, strides));
}

function py_buffer_to_contiguous(vm: VM, object: PyValue, orderGiven: PyValue, flags: PyValue): PyValue {
  const asked = ssize(vm, flags);
  const buffer = getBuffer(vm, object, asked);
  try {
    return new PyBytes(bytesInOrder(buffer.asAsked(asked), orderOf(vm, orderGiven)));
  } finally {
    releaseBuffer(vm, buffer);
  }
}

/** Calls `use` with the structure of an ndarray itself, or with a buffer of any other object. */
function withBuffer<T>(vm: VM, object: PyValue, complaint: string, use: (buffer: PyBuffer) => T): T {
  if (object instanceof NDArray) return use(object.head.buffer);
  if (!hasBuffer(vm, object)) throw typeError(complaint);
  const buffer = getBuffer(vm, object, BufferFlag.FULL_RO);
  try {
    return use(buffer);
  } finally {
    releaseBuffer(vm, buffer);
  }
}

function is_contiguous(vm: VM, object: PyValue, order: PyValue): PyValue {
  return withBuffer(vm, object, 'is_contiguous: object does not implement the buffer protocol', (buffer) => isOrdered(buffer, orderOf(vm, order)));
}

/** Have both the same items in the same order of memory? */
function cmp_contig(vm: VM, a: PyValue, b: PyValue): PyValue {
  const complaint = (which: string): string => `cmp_contig: ${which} argument does not implement the buffer protocol`;
  return withBuffer(vm, a, complaint('first'), (left) => withBuffer(vm, b, complaint('second'), (right) => sameMemory(left, right)));
}

function sameMemory(a: PyBuffer, b: PyBuffer): boolean {
  const orders: readonly Order[] = ['C', 'F'];
  const shared = orders.filter((order) => isOrdered(a, order) && isOrdered(b, order));
  if (shared.length === 0 || a.itemsize !== b.itemsize || a.shape.length !== b.shape.length || a.shape.some((count, i) => count !== b.shape[i])) return false;
  const [left, right] = [contiguousBytes(a, shared[0] === 'F'), contiguousBytes(b, shared[0] === 'F')];
  return left.every((byte, index) => byte === right[index]);
}

/** Python's module `_testbuffer`. CPython 3.12: Modules/_testbuffer.c. */
export const _testbuffer: NativeModule = defineModule('_testbuffer', {
  slice_indices: native('slice_indices(key, length, /)', slice_indices).unsigned(),
  get_pointer: native('get_pointer(object, indices, /)', get_pointer).unsigned(),
  get_sizeof_void_p: native('get_sizeof_void_p()', () => 8).unsigned(),
  get_contiguous: native('get_contiguous(object, buffertype, order, /)', get_contiguous).unsigned(),
  py_buffer_to_contiguous: native('py_buffer_to_contiguous(object, order, flags, /)', py_buffer_to_contiguous).unsigned(),
  is_contiguous: native('is_contiguous(object, order, /)', is_contiguous).unsigned(),
  cmp_contig: native('cmp_contig(a, b, /)', cmp_contig).unsigned(),
  ndarray: ndarrayType,
  staticarray: staticArrayType,
  ND_MAX_NDIM: 128,
  ND_VAREXPORT: Flag.VAREXPORT,
  ND_WRITABLE: Flag.WRITABLE,
  ND_FORTRAN: Flag.FORTRAN,
  ND_SCALAR: Flag.SCALAR,
  ND_PIL: Flag.PIL,
  ND_GETBUF_FAIL: Flag.GETBUF_FAIL,
  ND_GETBUF_UNDEFINED: Flag.GETBUF_UNDEFINED,
  ND_REDIRECT: Flag.REDIRECT,
  PyBUF_SIMPLE: BufferFlag.SIMPLE,
  PyBUF_WRITABLE: BufferFlag.WRITABLE,
  PyBUF_FORMAT: BufferFlag.FORMAT,
  PyBUF_ND: BufferFlag.ND,
  PyBUF_STRIDES: BufferFlag.STRIDES,
  PyBUF_INDIRECT: BufferFlag.INDIRECT,
  PyBUF_C_CONTIGUOUS: BufferFlag.C_CONTIGUOUS,
  PyBUF_F_CONTIGUOUS: BufferFlag.F_CONTIGUOUS,
  PyBUF_ANY_CONTIGUOUS: BufferFlag.ANY_CONTIGUOUS,
  PyBUF_FULL: BufferFlag.FULL,
  PyBUF_FULL_RO: BufferFlag.FULL_RO,
  PyBUF_RECORDS: BufferFlag.STRIDES | BufferFlag.WRITABLE | BufferFlag.FORMAT,
  PyBUF_RECORDS_RO: BufferFlag.STRIDES | BufferFlag.FORMAT,
  PyBUF_STRIDED: BufferFlag.STRIDES | BufferFlag.WRITABLE,
  PyBUF_STRIDED_RO: BufferFlag.STRIDES,
  PyBUF_CONTIG: BufferFlag.ND | BufferFlag.WRITABLE,
  PyBUF_CONTIG_RO: BufferFlag.ND,
  PyBUF_READ: READ,
  PyBUF_WRITE: WRITE,
});
