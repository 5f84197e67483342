import type { PyDict } from './dict.ts';
import type { PyObject } from '../core/value.ts';
import { floatType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/** Python's float (and instances of its subclasses). */
export class PyFloat implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly value: number;
  constructor(value: number, cls: PyType = floatType) {
    this.cls = cls;
    this.value = value;
  }
}
