import type { PyDict } from './dict.ts';
import type { PyType } from '../core/type.ts';
import type { PyObject, PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { typeError, valueError } from '../core/errors.ts';
import { richCompare } from '../protocol/compare.ts';
import { NotImplemented } from './none.ts';

/** A variable that inner functions share. */
export class PyCell implements PyObject {
  cls: PyType;
  declare dict?: PyDict | null;
  declare idNumber?: number;
  declare weakrefs?: WeakRef<PyObject>[];
  /** undefined while the variable has no value. */
  value: PyValue | undefined;

  constructor(value: PyValue | undefined) {
    this.cls = cellType;
    this.value = value;
  }
}

function cell_repr(vm: VM, self: PyCell): PyValue {
  const address = hexId(vm, self);
  if (self.value === undefined) return `<cell at ${address}: empty>`;
  const content = self.value;
  return `<cell at ${address}: ${typeOf(content).name} object at ${typeof content === 'object' ? hexId(vm, content) : '0x7f0000000000'}>`;
}

function hexId(vm: VM, object: PyObject): string {
  return `0x${vm.idOf(object).toString(16)}`;
}

/** Empty cells come before filled ones; filled ones compare by content. */
function cell_richcompare(vm: VM, self: PyCell, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyCell)) return NotImplemented;
  if (self.value !== undefined && other.value !== undefined) return richCompare(vm, self.value, other.value, op);
  return richCompare(vm, self.value === undefined ? 0 : 1, other.value === undefined ? 0 : 1, op);
}

/** Python's type `cell`. */
export const cellType = defineType('cell', {
  doc: 'Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.',
  slots: {
    tp_new(vm: VM, type, args, kwnames): PyValue {
      void vm;
      void type;
      if (kwnames !== null && kwnames.length > 0) throw typeError('cell() takes no keyword arguments');
      if (args.length > 1) throw typeError(`cell expected at most 1 argument, got ${args.length}`);
      return new PyCell(args[0]);
    },
    tp_repr: cell_repr,
    tp_richcompare: cell_richcompare,
    tp_hash: null,
  },
  getset: {
    cell_contents: {
      get(vm: VM, self: PyCell): PyValue {
        void vm;
        if (self.value === undefined) throw valueError('Cell is empty');
        return self.value;
      },
      set(vm: VM, self: PyCell, value): void {
        void vm;
        self.value = value;
      },
    },
  },
});
