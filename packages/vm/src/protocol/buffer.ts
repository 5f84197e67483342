/*
 * The buffer protocol (PEP 3118): objects that show their memory to others. A type takes part with the slot `bf_getbuffer`, which
 * gives a {@link PyBuffer}, and `bf_releasebuffer` if it wants it back; a Python class with `__buffer__` (objects/buffer-slots.ts).
 */
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { objectType, typeOf } from '../core/type.ts';
import { bufferError, typeError } from '../core/errors.ts';
import { PyByteArray } from '../objects/bytearray.ts';
import { PyBytes } from '../objects/bytes.ts';
import { PyBaseException } from '../objects/exceptions.ts';

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

/** Where the items of a buffer are and what they are. */
export interface BufferLayout {
  /** First item, in bytes from the beginning of `memory`. */
  readonly offset: number;
  readonly readonly: boolean;
  /** As the struct module writes it. */
  readonly format: string;
  readonly itemsize: number;
  /** Items in each dimension; empty for a single item. */
  readonly shape: readonly number[];
  /** Distance in bytes between neighbours in each dimension. */
  readonly strides: readonly number[];
  /**
   * Empty, or one number a dimension: where it is not negative, an index leads to eight bytes which hold a place in `memory` (from its beginning, little-endian)
   * and the items of the next dimension are this many bytes behind that place.
   */
  readonly suboffsets: readonly number[];
}

const noSuboffsets: readonly number[] = [];

/** A view of an object's memory. Never seen by Python code. */
export class PyBuffer extends PyObject implements BufferLayout {
  /** The object that takes the buffer back, and that memoryviews show as `obj`; None for memory that nobody has to keep. */
  readonly owner: PyValue;
  readonly memory: Uint8Array;
  readonly offset: number;
  readonly readonly: boolean;
  readonly format: string;
  readonly itemsize: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly suboffsets: readonly number[];

  constructor(owner: PyValue, memory: Uint8Array, offset: number, readonly: boolean, format: string, itemsize: number, shape: readonly number[], strides: readonly number[], suboffsets: readonly number[] = noSuboffsets) {
    super(objectType);
    this.owner = owner;
    this.memory = memory;
    this.offset = offset;
    this.readonly = readonly;
    this.format = format;
    this.itemsize = itemsize;
    this.shape = shape;
    this.strides = strides;
    this.suboffsets = suboffsets;
  }

  /** A buffer over plain bytes. */
  static ofBytes(owner: PyValue, bytes: Uint8Array, readonly: boolean): PyBuffer {
    return new PyBuffer(owner, bytes, 0, readonly, 'B', 1, [bytes.length], [1]);
  }

  get nbytes(): number {
    return this.shape.reduce((product, count) => product * count, this.itemsize);
  }

  /** The same memory for another owner. */
  ownedBy(owner: PyValue): PyBuffer {
    return new PyBuffer(owner, this.memory, this.offset, this.readonly, this.format, this.itemsize, this.shape, this.strides, this.suboffsets);
  }

  /** The same memory, its items found otherwise. */
  laidOut(change: Partial<BufferLayout>): PyBuffer {
    const { offset, readonly, format, itemsize, shape, strides, suboffsets }: BufferLayout = { ...this, ...change };
    return new PyBuffer(this.owner, this.memory, offset, readonly, format, itemsize, shape, strides, suboffsets);
  }

  /** What a consumer sees who asked for this only: bytes without a format, one dimension without a shape, neighbours without strides. */
  asAsked(flags: number): PyBuffer {
    const asks = (flag: number): boolean => (flags & flag) === flag;
    const format = asks(BufferFlag.FORMAT) ? this.format : 'B';
    if (asks(BufferFlag.STRIDES)) return format === this.format ? this : this.laidOut({ format });
    const shape = asks(BufferFlag.ND) ? this.shape : [this.nbytes / this.itemsize];
    return this.laidOut({ format, shape, strides: contiguousStrides(shape, this.itemsize) });
  }

  /** Where the item at an index of one dimension is, or the items of the next dimension are. */
  step(dimension: number, offset: number, index: number): number {
    const place = offset + index * this.strides[dimension];
    const suboffset = this.suboffsets.length === 0 ? -1 : this.suboffsets[dimension];
    if (suboffset < 0) return place;
    const { memory } = this;
    return Number(new DataView(memory.buffer, memory.byteOffset, memory.byteLength).getBigInt64(place, true)) + suboffset;
  }
}

/** Strides of items that follow one another, the last index moving fastest. */
export function contiguousStrides(shape: readonly number[], itemsize: number): readonly number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, stride = itemsize; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** The same, the first index moving fastest. */
export function fortranStrides(shape: readonly number[], itemsize: number): readonly number[] {
  return [...contiguousStrides([...shape].reverse(), itemsize)].reverse();
}

/** Can the object show its memory? */
export function hasBuffer(_vm: VM, value: PyValue): boolean {
  return typeOf(value).bf_getbuffer !== undefined;
}

/** A buffer of an object. It must be given back with {@link releaseBuffer}. */
export function getBuffer(vm: VM, value: PyValue, flags: number): PyBuffer {
  const type = typeOf(value);
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
  typeOf(owner).bf_releasebuffer?.(vm, owner, buffer);
}

/**
 * The bytes of any bytes-like object, to be read at once: it may be the object's own memory. Raises TypeError for other objects
 * and BufferError for memory that is not contiguous.
 */
export function bufferBytes(vm: VM, value: PyValue): Uint8Array {
  if ((value instanceof PyBytes || value instanceof PyByteArray) && !value.cls.isHeapType) return value.bytes;
  const buffer = getBuffer(vm, value, BufferFlag.SIMPLE);
  try {
    if (!isContiguous(buffer)) throw bufferError('memoryview: underlying buffer is not C-contiguous');
    return buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes);
  } finally {
    releaseBuffer(vm, buffer);
  }
}

/** The bytes likewise, or undefined for an object that has none or cannot show them in one piece. */
export function bytesIfAny(vm: VM, value: PyValue): Uint8Array | undefined {
  if (!hasBuffer(vm, value)) return undefined;
  try {
    return bufferBytes(vm, value);
  } catch (error) {
    if (error instanceof PyBaseException) return undefined;
    throw error;
  }
}

/** A buffer to write into; `what` names the argument in the TypeError for other objects: `readinto() argument`. */
export function getWritableBuffer(vm: VM, value: PyValue, what: string): PyBuffer {
  try {
    return getBuffer(vm, value, BufferFlag.WRITABLE);
  } catch (error) {
    if (error instanceof PyBaseException) throw typeError(`${what} must be read-write bytes-like object, not ${typeOf(value).tpName}`);
    throw error;
  }
}

/** Are the items one after the other, the last index moving fastest? */
export function isContiguous(buffer: PyBuffer): boolean {
  return areNeighbours(buffer, buffer.shape, buffer.strides);
}

/** The same with the first index moving fastest. */
export function isFortranContiguous(buffer: PyBuffer): boolean {
  return buffer.shape.length === 1 ? isContiguous(buffer) : areNeighbours(buffer, [...buffer.shape].reverse(), [...buffer.strides].reverse());
}

function areNeighbours(buffer: PyBuffer, shape: readonly number[], strides: readonly number[]): boolean {
  if (buffer.suboffsets.length > 0) return false;
  if (shape.includes(0)) return true;
  let expected = buffer.itemsize;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] > 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** Calls `visit` with the offset of every item, the last index moving fastest. */
export function eachItem(buffer: PyBuffer, visit: (offset: number) => void, dimension = 0, offset: number = buffer.offset): void {
  if (dimension === buffer.shape.length) return visit(offset);
  for (let i = 0; i < buffer.shape[dimension]; i++) eachItem(buffer, visit, dimension + 1, buffer.step(dimension, offset, i));
}

/** A copy of the items' bytes, the last index moving fastest, or the first one if `fortran`. */
export function contiguousBytes(buffer: PyBuffer, fortran = false): Uint8Array {
  if (fortran ? isFortranContiguous(buffer) : isContiguous(buffer)) return buffer.memory.slice(buffer.offset, buffer.offset + buffer.nbytes);
  const bytes = new Uint8Array(buffer.nbytes);
  const strides = fortran ? fortranStrides(buffer.shape, buffer.itemsize) : contiguousStrides(buffer.shape, buffer.itemsize);
  copyItems(buffer, bytes, strides, 0, buffer.offset, 0);
  return bytes;
}

function copyItems(from: PyBuffer, to: Uint8Array, strides: readonly number[], dimension: number, offset: number, at: number): void {
  if (dimension === from.shape.length) {
    for (let i = 0; i < from.itemsize; i++) to[at + i] = from.memory[offset + i];
    return;
  }
  for (let i = 0; i < from.shape[dimension]; i++) copyItems(from, to, strides, dimension + 1, from.step(dimension, offset, i), at + i * strides[dimension]);
}

/** Writes items, given in C order one after the other, where a buffer has its items. */
export function writeItems(target: PyBuffer, bytes: Uint8Array): void {
  let at = 0;
  eachItem(target, (offset) => {
    for (let i = 0; i < target.itemsize; i++) target.memory[offset + i] = bytes[at++];
  });
}

/** A copy of the bytes of any bytes-like object, contiguous or not. */
export function copyBytes(vm: VM, value: PyValue): Uint8Array {
  if ((value instanceof PyBytes || value instanceof PyByteArray) && !value.cls.isHeapType) return value.bytes.slice();
  const buffer = getBuffer(vm, value, BufferFlag.FULL_RO);
  try {
    vm.allocate(buffer.nbytes);
    return contiguousBytes(buffer);
  } finally {
    releaseBuffer(vm, buffer);
  }
}
