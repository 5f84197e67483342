import { PyObject } from '../core/value.ts';
import { floatType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/** Python's float (and instances of its subclasses). */
export class PyFloat extends PyObject {
  readonly value: number;
  constructor(value: number, cls: PyType = floatType) {
    super(cls);
    this.value = value;
  }
}
