/*
 * The buffer protocol (PEP 3118): objects that show their memory to others. A type takes part with the slot `bf_getbuffer`, which
 * gives a {@link PyBuffer}; a Python class with `__buffer__` (PEP 688).
 */
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { objectType, typeOf } from '../core/type.ts';
import type { PyType } from '../core/type.ts';
import { bufferError, typeError } from '../core/errors.ts';
import { PyByteArray } from '../objects/bytearray.ts';
import { PyBytes } from '../objects/bytes.ts';
import { PyMethodDescriptor } from '../objects/descriptor.ts';
import { PyMemoryView } from '../objects/memoryview.ts';
import { lookupSpecial } from './attribute.ts';
import { call } from './call.ts';

/** What a consumer asks for: CPython's PyBUF_ flags. */
export const BufferFlag = {
  SIMPLE: 0,
  WRITABLE: 0x1,
  FORMAT: 0x4,
  ND: 0x8,
  STRIDES: 0x18,
  C_CONTIGUOUS: 0x38,
  F_CONTIGUOUS: 0x58,
  ANY_CONTIGUOUS: 0x98,
  INDIRECT: 0x118,
  FULL: 0x11d,
  FULL_RO: 0x11c,
} as const;

/** A view of an object's memory. Never seen by Python code. */
export class PyBuffer extends PyObject {
  /** The object whose memory it is. */
  readonly owner: PyValue;
  /** The memory; items are at `offset` and the `strides` from there. */
  readonly memory: Uint8Array;
  readonly offset: number;
  readonly readonly: boolean;
  /** As the struct module writes it. */
  readonly format: string;
  readonly itemsize: number;
  /** Items in each dimension; empty for a single item. */
  readonly shape: readonly number[];
  /** Distance in bytes between neighbours in each dimension. */
  readonly strides: readonly number[];

  constructor(owner: PyValue, memory: Uint8Array, offset: number, readonly: boolean, format: string, itemsize: number, shape: readonly number[], strides: readonly number[]) {
    super(objectType);
    this.owner = owner;
    this.memory = memory;
    this.offset = offset;
    this.readonly = readonly;
    this.format = format;
    this.itemsize = itemsize;
    this.shape = shape;
    this.strides = strides;
  }

  /** A buffer over plain bytes. */
  static ofBytes(owner: PyValue, bytes: Uint8Array, readonly: boolean): PyBuffer {
    return new PyBuffer(owner, bytes, 0, readonly, 'B', 1, [bytes.length], [1]);
  }

  get nbytes(): number {
    return this.shape.reduce((product, count) => product * count, this.itemsize);
  }
}

/** Can the object show its memory? */
export function hasBuffer(vm: VM, value: PyValue): boolean {
  const type = typeOf(value);
  return type.bf_getbuffer !== undefined || hasPythonBuffer(type);
}

/** Has a `__buffer__` written in Python. */
function hasPythonBuffer(type: PyType): boolean {
  if (!type.isHeapType) return false;
  const method = type.lookup('__buffer__');
  return method !== undefined && !(method instanceof PyMethodDescriptor);
}

/** What a Python class's `__buffer__` has given: `__release_buffer__` gets it back. */
class PythonExport extends PyObject implements ExportsBuffers {
  private readonly exporter: PyValue;
  private readonly view: PyMemoryView;

  constructor(exporter: PyValue, view: PyMemoryView) {
    super(objectType);
    this.exporter = exporter;
    this.view = view;
  }

  releaseBuffer(vm: VM): void {
    this.view.exports--;
    const method = lookupSpecial(vm, this.exporter, '__release_buffer__');
    if (method === undefined) this.view.release(vm);
    else call(vm, method, [this.view]);
  }
}

/** A buffer of an object. It must be given back with {@link releaseBuffer}. */
export function getBuffer(vm: VM, value: PyValue, flags: number): PyBuffer {
  const type = typeOf(value);
  if (hasPythonBuffer(type)) {
    const view = call(vm, lookupSpecial(vm, value, '__buffer__') as PyValue, [flags]);
    if (!(view instanceof PyMemoryView)) throw typeError('__buffer__ returned non-memoryview object');
    const { memory, offset, readonly, format, itemsize, shape, strides } = view.checkReleased();
    view.exports++;
    return new PyBuffer(new PythonExport(value, view), memory, offset, readonly, format, itemsize, shape, strides);
  }
  if (type.bf_getbuffer === undefined) throw typeError(`a bytes-like object is required, not '${type.tpName}'`);
  const buffer = type.bf_getbuffer(vm, value, flags) as PyBuffer; // That is what the slot gives.
  if ((flags & BufferFlag.WRITABLE) !== 0 && buffer.readonly) {
    releaseBuffer(vm, buffer);
    throw bufferError('Object is not writable.');
  }
  return buffer;
}

/** Gives a buffer back: its owner may change size again when nobody holds one. */
export function releaseBuffer(vm: VM, buffer: PyBuffer): void {
  const { owner } = buffer;
  if (typeof owner !== 'object') return;
  const release = (owner as Partial<ExportsBuffers>).releaseBuffer;
  if (release !== undefined) release.call(owner, vm);
}

/** An object that counts the buffers it has given out. */
export interface ExportsBuffers {
  /** A view of the buffer is gone. */
  releaseBuffer(vm: VM): void;
}

/**
 * The bytes of any bytes-like object, to be read at once: it may be the object's own memory. Raises TypeError for other objects
 * and BufferError for memory that is not contiguous.
 */
export function bufferBytes(vm: VM, value: PyValue): Uint8Array {
  if (value instanceof PyBytes || value instanceof PyByteArray) return value.bytes;
  const buffer = getBuffer(vm, value, BufferFlag.SIMPLE);
  try {
    if (!isContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not C-contiguous');
    return buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes);
  } finally {
    releaseBuffer(vm, buffer);
  }
}

/** Are the items one after the other, the last index moving fastest? */
export function isContiguous(buffer: PyBuffer): boolean {
  const { shape, strides } = buffer;
  if (shape.includes(0)) return true;
  let expected = buffer.itemsize;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] > 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** The same with the first index moving fastest. */
export function isFortranContiguous(buffer: PyBuffer): boolean {
  const { shape, strides } = buffer;
  if (shape.includes(0)) return true;
  let expected = buffer.itemsize;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] > 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** Calls `visit` with the offset of every item, the last index moving fastest. */
export function eachItem(buffer: PyBuffer, visit: (offset: number) => void, dimension = 0, offset: number = buffer.offset): void {
  if (dimension === buffer.shape.length) return visit(offset);
  for (let i = 0; i < buffer.shape[dimension]; i++) eachItem(buffer, visit, dimension + 1, offset + i * buffer.strides[dimension]);
}

/** A copy of the items' bytes in C order. */
export function contiguousBytes(buffer: PyBuffer): Uint8Array {
  if (isContiguous(buffer)) return buffer.memory.slice(buffer.offset, buffer.offset + buffer.nbytes);
  const bytes = new Uint8Array(buffer.nbytes);
  let at = 0;
  eachItem(buffer, (offset) => {
    for (let i = 0; i < buffer.itemsize; i++) bytes[at++] = buffer.memory[offset + i];
  });
  return bytes;
}

/** A copy of the bytes of any bytes-like object, contiguous or not. */
export function copyBytes(vm: VM, value: PyValue): Uint8Array {
  if (value instanceof PyBytes || value instanceof PyByteArray) return value.bytes.slice();
  const buffer = getBuffer(vm, value, BufferFlag.FULL_RO);
  try {
    vm.allocate(buffer.nbytes);
    return contiguousBytes(buffer);
  } finally {
    releaseBuffer(vm, buffer);
  }
}
