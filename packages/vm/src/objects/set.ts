/*
 * Storage of set and frozenset: `new PySet()` makes an empty set, `new PySet(frozensetType)` an empty frozenset; the items are in
 * `table`. Methods and slots are in set-methods.ts.
 */
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyObject } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { setType } from '../core/type.ts';
import { SetTable } from './set-table.ts';
import './set-methods.ts';

export { frozensetType, setType } from '../core/type.ts';

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

  /** A set whose items are put in, and hashed, when somebody looks at them. */
  static late(vm: VM, cls: PyType, items: () => Iterable<PyValue>): PySet {
    const set = new PySet(cls);
    Object.defineProperty(set, 'table', {
      configurable: true,
      enumerable: true,
      get() {
        const table = new SetTable();
        for (const item of items()) table.add(vm, item);
        Object.defineProperty(set, 'table', { value: table });
        return table;
      },
    });
    return set;
  }
}
