/*
 * Storage of set and frozenset: `new PySet()` makes an empty set, `new PySet(frozensetType)` an empty frozenset; the items are in
 * `table`. Methods and slots are in set-methods.ts.
 */
import { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { SetTable } from './set-table.ts';
import { frozensetSpec, setSpec } from './set-methods.ts';

export const setType: PyType = defineType('set', setSpec);
export const frozensetType: PyType = defineType('frozenset', frozensetSpec);

/** A set or frozenset, or an instance of a subclass. */
export class PySet extends PyObject {
  readonly table: SetTable;
  /** Hash of a frozenset, once known. */
  hashValue: number | bigint | undefined;

  constructor(cls: PyType = setType) {
    super(cls);
    this.table = new SetTable();
    this.hashValue = undefined;
  }
}
