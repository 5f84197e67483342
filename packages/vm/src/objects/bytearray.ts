/*
 * bytearray's storage. `new PyByteArray(bytes)` adopts the array. Methods and slots are in bytearray-methods.ts.
 */
import { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import type { VM } from '../core/vm.ts';
import { bytearrayType } from '../core/type.ts';
import { bufferError } from '../core/errors.ts';
import { isViewInUse } from './bytearray-exports.ts';
import { allocateBytes } from '../core/limits.ts';
import './bytearray-methods.ts';

/** bytearray, or an instance of a subclass. */
export class PyByteArray extends PyObject {
  /** The contents and, behind them, room to grow. */
  private store: Uint8Array;
  /** The view of the contents that was asked for last, null when it is no longer good. */
  private view: Uint8Array | null;
  /** Number of bytes. */
  length: number;
  /** Buffers (memoryviews) that look at `store`; while there are any, the size cannot change. */
  exports: number;
  /** Those of them that memoryviews hold. */
  views: number;

  constructor(bytes: Uint8Array, cls: PyType = bytearrayType) {
    super(cls);
    this.store = bytes;
    this.view = bytes;
    this.length = bytes.length;
    this.exports = 0;
    this.views = 0;
  }

  /** The contents: a view, good until the size changes. */
  get bytes(): Uint8Array {
    return (this.view ??= this.store.subarray(0, this.length));
  }

  /** Bytes allocated. */
  get capacity(): number {
    return this.store.length;
  }

  /** Makes it `length` bytes long; new bytes at the end are unspecified. Raises BufferError while a buffer is exported. */
  resize(vm: VM, length: number): void {
    if (length === this.length) return;
    this.checkExports(vm);
    if (length > this.store.length || length < this.store.length / 2) {
      const room = length < this.store.length ? length : length + (length >> 3) + (length < 9 ? 3 : 6);
      const grown = allocateBytes(vm, room);
      grown.set(this.store.subarray(0, Math.min(length, this.length)));
      this.store = grown;
    }
    this.length = length;
    this.view = null;
  }

  /** Replaces `count` bytes at `start` by others, which are not a view of this very array. */
  splice(vm: VM, start: number, count: number, inserted: Uint8Array): void {
    const old = this.length;
    const grown = inserted.length - count;
    if (grown > 0) this.resize(vm, old + grown);
    else if (grown < 0) this.checkExports(vm);
    if (grown !== 0) this.store.copyWithin(start + inserted.length, start + count, old);
    this.store.set(inserted, start);
    if (grown < 0) this.resize(vm, old + grown);
  }

  /** Raises BufferError while a buffer is exported. Views that nothing uses any more keep the memory as it is. */
  checkExports(vm: VM): void {
    if (this.exports === 0) return;
    if (this.exports > this.views || isViewInUse(vm, this)) throw bufferError('Existing exports of data: object cannot be re-sized');
    this.store = this.store.slice();
    this.view = null;
    this.exports = this.views = 0;
  }
}
