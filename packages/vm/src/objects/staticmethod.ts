import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import { staticmethodType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/** `staticmethod(f)`; its type is filled in objects/classmethod.ts beside classmethod's. */
export class PyStaticMethod extends PyObject {
  callable: PyValue;
  constructor(callable: PyValue, cls: PyType = staticmethodType) {
    super(cls);
    this.callable = callable;
  }
}
