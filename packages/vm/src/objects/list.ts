/*
 * list's storage. `new PyList(items)` adopts the array, which must have no holes. Methods and slots are in list-methods.ts.
 */
import type { PyDict } from './dict.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { listType } from '../core/type.ts';
import './list-methods.ts';

/** A list. Python code may change `items` in place or (sort, slice assignment) replace it at any call of Python code. */
export class PyList implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  items: PyValue[];

  constructor(items: PyValue[], cls: PyType = listType) {
    this.cls = cls;
    this.items = items;
  }
}
