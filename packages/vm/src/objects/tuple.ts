/*
 * tuple's storage. `newTuple(items)` adopts the array, which must not change afterwards; `emptyTuple` is the only `()`.
 * Methods and slots are in tuple-methods.ts.
 */
import type { PyDict } from './dict.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { newItems } from '../core/items.ts';
import { tupleType } from '../core/type.ts';
import './tuple-methods.ts';

/** A tuple, or an instance of a subclass (namedtuple). */
export class PyTuple implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  readonly items: readonly PyValue[];
  /** The two halves of the 64-bit hash, remembered when nobody can notice (see tuple-hash.ts). */
  hashLow: number | undefined;
  hashHigh: number;

  constructor(items: readonly PyValue[], cls: PyType = tupleType) {
    this.cls = cls;
    this.items = items;
    this.hashLow = undefined;
    this.hashHigh = 0;
  }
}

/** The one `()`. */
export const emptyTuple: PyTuple = new PyTuple(newItems());

/** An exact tuple; the empty one is always the same. */
export function newTuple(items: readonly PyValue[]): PyTuple {
  return items.length === 0 ? emptyTuple : new PyTuple(items);
}
