import type { PyDict } from './dict.ts';
import type { PyType } from '../core/type.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import { bareType, objectType, typeType } from '../core/type.ts';

/** Filled in objects/method-methods.ts. */
export const methodType = bareType('method', objectType, typeType);

/** A bound method: a callable and its first argument. */
export class PyMethod implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly func: PyValue;
  readonly self: PyValue;

  constructor(func: PyValue, self: PyValue) {
    this.cls = methodType;
    this.func = func;
    this.self = self;
  }
}
