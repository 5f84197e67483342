/* memoryview's storage. Methods and slots are in memoryview-methods.ts. */
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { memoryviewType } from '../core/type.ts';
import { bufferError, valueError } from '../core/errors.ts';
import { releaseBuffer } from '../protocol/buffer.ts';
import type { PyBuffer } from '../protocol/buffer.ts';
import { PyByteArray } from './bytearray.ts';
import './memoryview-methods.ts';

export { memoryviewType } from '../core/type.ts';

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
  hashValue: number | bigint | undefined;

  constructor(buffer: PyBuffer, owner: PyValue, held: PyBuffer | null) {
    super(memoryviewType);
    this.buffer = buffer;
    this.owner = owner;
    this.held = held;
    if (held !== null && owner instanceof PyByteArray) owner.views++;
    this.exports = 0;
    this.hashValue = undefined;
  }

  get released(): boolean {
    return this.buffer === null;
  }

  /** The buffer. Raises ValueError once released. */
  checkReleased(): PyBuffer {
    if (this.buffer === null) throw valueError('operation forbidden on released memoryview object');
    return this.buffer;
  }

  /** A buffer of this view was given back. */
  releaseBuffer(): void {
    this.exports--;
  }

  /** `release()` */
  release(vm: VM): void {
    if (this.buffer === null) return;
    if (this.exports > 0) throw bufferError(`memoryview has ${this.exports} exported buffer${this.exports === 1 ? '' : 's'}`);
    this.buffer = null;
    if (this.held !== null) {
      if (this.owner instanceof PyByteArray && this.owner.views > 0) this.owner.views--;
      releaseBuffer(vm, this.held);
    }
    this.held = null;
  }
}
