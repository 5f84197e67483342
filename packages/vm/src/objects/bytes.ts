/*
 * bytes' storage. `new PyBytes(bytes)` adopts the array, which must not change afterwards. Methods and slots are in bytes-methods.ts.
 */
import { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { bytesType } from '../core/type.ts';
import './bytes-methods.ts';

/** bytes, or an instance of a subclass. */
export class PyBytes extends PyObject {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, cls: PyType = bytesType) {
    super(cls);
    this.bytes = bytes;
  }
}

export const emptyBytes: PyBytes = new PyBytes(new Uint8Array(0));
