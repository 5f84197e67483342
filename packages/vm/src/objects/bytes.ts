/*
 * bytes' storage. `new PyBytes(bytes)` adopts the array, which must not change afterwards. Methods and slots are in bytes-methods.ts.
 */
import type { PyDict } from './dict.ts';
import type { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { bytesType } from '../core/type.ts';
import './bytes-methods.ts';

/** bytes, or an instance of a subclass. */
export class PyBytes implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, cls: PyType = bytesType) {
    this.cls = cls;
    this.bytes = bytes;
  }
}

export const emptyBytes: PyBytes = new PyBytes(new Uint8Array(0));
