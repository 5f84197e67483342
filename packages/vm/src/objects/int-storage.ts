import { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';

/** An instance of a subclass of int. Plain ints are JavaScript numbers and bigints. */
export class PyInt extends PyObject {
  readonly value: number | bigint;
  constructor(cls: PyType, value: number | bigint) {
    super(cls);
    this.value = value;
  }
}

/** The canonical int: a `number` if it is safe, else the bigint itself. */
export function normalizeInt(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}
