import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import { bareType, objectType, typeType } from '../core/type.ts';

/** Filled in objects/method-methods.ts. */
export const methodType = bareType('method', objectType, typeType);

/** A bound method: a callable and its first argument. */
export class PyMethod extends PyObject {
  readonly func: PyValue;
  readonly self: PyValue;

  constructor(func: PyValue, self: PyValue) {
    super(methodType);
    this.func = func;
    this.self = self;
  }
}
