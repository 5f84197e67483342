/* memoryview's storage. Methods and slots are in memoryview-methods.ts. */
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { memoryviewType } from '../core/type.ts';
import { bufferError, valueError } from '../core/errors.ts';
import { BufferFlag, releaseBuffer } from '../protocol/buffer.ts';
import type { PyBuffer } from '../protocol/buffer.ts';
import { PyByteArray } from './bytearray.ts';
import './memoryview-methods.ts';

export { memoryviewType } from '../core/type.ts';

/** As many dimensions as a memoryview can have (CPython: PyBUF_MAX_NDIM). */
export const MAX_DIMENSIONS = 64;

/**
 * A view of another object's memory. A view made of an object holds a buffer of it until it is released; a view made of a view
 * (a slice, a cast) shares the memory and holds nothing.
 */
export class PyMemoryView extends PyObject {
  /** Where and how; null once released. */
  private buffer: PyBuffer | null;
  /** The buffer to give back on release. */
  private held: PyBuffer | null;
  /** The object whose memory it is: `obj`. */
  readonly owner: PyValue;
  /** Buffers of this view that others hold. */
  exports: number;
  /** Given to `__release_buffer__`: no views can be made of it, which would outlive the buffer. */
  restricted: boolean;
  hashValue: number | bigint | undefined;

  constructor(buffer: PyBuffer, owner: PyValue, held: PyBuffer | null) {
    super(memoryviewType);
    if (buffer.shape.length > MAX_DIMENSIONS) throw valueError(`memoryview: number of dimensions must not exceed ${MAX_DIMENSIONS}`);
    this.buffer = buffer;
    this.owner = owner;
    this.held = held;
    if (held !== null && owner instanceof PyByteArray) owner.views++;
    this.exports = 0;
    this.restricted = false;
    this.hashValue = undefined;
  }

  /** A view that holds a buffer; `flags` is what was asked for. */
  static of(buffer: PyBuffer, flags: number = BufferFlag.FULL_RO): PyMemoryView {
    return new PyMemoryView(buffer.asAsked(flags), buffer.owner, buffer);
  }

  get released(): boolean {
    return this.buffer === null;
  }

  /** The buffer. Raises ValueError once released. */
  checkReleased(): PyBuffer {
    if (this.buffer === null) throw valueError('operation forbidden on released memoryview object');
    return this.buffer;
  }

  /** The buffer, to make another view of it. */
  checkRestricted(): PyBuffer {
    if (this.restricted && this.buffer !== null) throw valueError('cannot create new view on restricted memoryview');
    return this.checkReleased();
  }

  /** `release()` */
  release(vm: VM): void {
    if (this.buffer === null) return;
    if (this.exports > 0) throw bufferError(`memoryview has ${this.exports} exported buffer${this.exports === 1 ? '' : 's'}`);
    const { held } = this;
    this.buffer = null;
    this.held = null;
    if (held === null) return;
    if (this.owner instanceof PyByteArray && this.owner.views > 0) this.owner.views--;
    releaseBuffer(vm, held);
  }
}
