import { badArgument, defineType, equals, getItem, hash, hasIndex, indexError, isStr, iterate, jsText, native, normalizeInt, NotImplemented, PyList, PyObject, PySlice, PyTuple, richCompare, typeError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { Cursor, cursorType } from './cursor.ts';

/* `sqlite3.Row`: a tuple whose items have names (CPython 3.12: Modules/_sqlite/row.c). */

class Row extends PyObject {
  readonly data: PyTuple;
  /** `description` of the cursor: a tuple of tuples, or None. */
  readonly description: PyValue;

  constructor(cls: PyType, data: PyTuple, description: PyValue) {
    super(cls);
    this.data = data;
    this.description = description;
  }

  get names(): readonly PyValue[] {
    return this.description instanceof PyTuple ? this.description.items.map((column) => (column as PyTuple).items[0]) : [];
  }
}

function newRow(type: PyType, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type === rowType && kwnames !== null && kwnames.length > 0) throw typeError('Row() takes no keyword arguments');
  if (args.length !== 2) throw typeError(`Row expected 2 arguments, got ${args.length}`);
  const [cursor, data] = args;
  if (!(cursor instanceof Cursor)) throw badArgument('Row', 'argument 1', cursorType.tpName, cursor);
  if (!(data instanceof PyTuple)) throw badArgument('Row', 'argument 2', 'tuple', data);
  return new Row(type, data, cursor.description);
}

/** By place, by slice, or by name, in which capitals of ASCII do not count. */
function subscript(vm: VM, self: Row, key: PyValue): PyValue {
  if (hasIndex(key)) return getItem(vm, self.data, key);
  if (isStr(key)) {
    const wanted = folded(key);
    const index = self.names.findIndex((name) => folded(name) === wanted);
    if (index < 0) throw indexError('No item with that key');
    return getItem(vm, self.data, index);
  }
  if (key instanceof PySlice) return getItem(vm, self.data, key);
  throw indexError('Index must be int or string');
}

function folded(name: PyValue): string {
  return jsText(name).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export const rowType: PyType = defineType('Row', {
  module: 'sqlite3',
  basetype: true,
  slots: {
    tp_new: (_vm, type, args, kwnames) => newRow(type, args, kwnames),
    tp_iter: (vm, self) => iterate(vm, (self as Row).data),
    tp_hash: (vm: VM, self: Row) => hashXor(hash(vm, self.description), hash(vm, self.data)),
    tp_richcompare(vm, self, other, op) {
      if (!(other instanceof Row) || (op !== 2 && op !== 3)) return NotImplemented;
      const row = self as Row;
      if (equals(vm, row.description, other.description)) return richCompare(vm, row.data, other.data, op);
      return op === 3;
    },
    mp_length: (_vm, self) => (self as Row).data.items.length,
    mp_subscript: (vm, self, key) => subscript(vm, self as Row, key),
    sq_length: (_vm, self) => (self as Row).data.items.length,
    sq_item: (vm, self, index) => getItem(vm, (self as Row).data, index),
  },
  methods: [native('keys(self, /)', (_vm: VM, self: Row) => new PyList([...self.names]), 'Returns the keys of the row.')],
});

function hashXor(a: PyValue, b: PyValue): PyValue {
  return normalizeInt(BigInt.asIntN(64, BigInt(a as number | bigint) ^ BigInt(b as number | bigint)));
}
