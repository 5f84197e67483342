import { PyObject } from '../core/value.ts';
import { bareType, objectType, typeType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/** Filled in objects/complex-methods.ts. */
export const complexType = bareType('complex', objectType, typeType);

/** Python's complex (and instances of its subclasses). */
export class PyComplex extends PyObject {
  readonly real: number;
  readonly imag: number;
  constructor(real: number, imag: number, cls: PyType = complexType) {
    super(cls);
    this.real = real;
    this.imag = imag;
  }
}
