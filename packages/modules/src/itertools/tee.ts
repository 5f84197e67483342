import { asSsize, defineType, iterate, native, newTuple, next, None, PyList, PyObject, runtimeError, typeError, typeOf, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { pickling, stateItems } from './pickling.ts';

/** So many items are in one cell: what all iterators have passed is dropped cell by cell. */
const cellSize = 57;

/** Items that several tee iterators share, in order of arrival; then come the next cell's. */
class TeeData extends PyObject {
  readonly source: PyValue;
  readonly items: PyValue[];
  following: TeeData | null;
  running: boolean;
  constructor(source: PyValue, items: PyValue[] = [], following: TeeData | null = null) {
    super(teeDataType);
    this.source = source;
    this.items = items;
    this.following = following;
    this.running = false;
  }
  /** The item at an index, fetched if nobody has asked for it; undefined at the end. */
  item(vm: VM, index: number): PyValue | undefined {
    if (index < this.items.length) return this.items[index];
    if (this.running) throw runtimeError('cannot re-enter the tee iterator');
    this.running = true;
    try {
      const item = next(vm, this.source);
      if (item !== undefined) this.items.push(item);
      return item;
    } finally {
      this.running = false;
    }
  }
  next(): TeeData {
    return (this.following ??= new TeeData(this.source));
  }
}

const teeDataType: PyType = defineType('_tee_dataobject', {
  module: 'itertools',
  doc: 'teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.',
  slots: {
    tp_new(vm, _type, args) {
      if (args.length !== 3) throw typeError(`teedataobject expected 3 arguments, got ${args.length}`);
      const [source, values, following] = args;
      if (!(values instanceof PyList)) throw typeError(`teedataobject() argument 2 must be list, not ${typeOf(values).tpName}`);
      if (values.items.length > cellSize) throw valueError('Invalid arguments');
      if (values.items.length === cellSize ? following !== None && !(following instanceof TeeData) : following !== None) throw valueError('Invalid arguments');
      return new TeeData(source, [...values.items], following instanceof TeeData ? following : null);
    },
  },
  methods: pickling((_vm, self: TeeData) => newTuple([self.cls, newTuple([self.source, new PyList([...self.items]), self.following ?? None])])),
});

class Tee extends PyObject {
  data: TeeData;
  index: number;
  constructor(data: TeeData, index: number) {
    super(teeType);
    this.data = data;
    this.index = index;
  }
}

const teeType: PyType = defineType('_tee', {
  module: 'itertools',
  doc: 'Iterator wrapped to make it copyable.',
  textSignature: '(iterable, /)',
  hasWeakref: true,
  slots: {
    tp_new(vm, _type, args) {
      if (args.length !== 1) throw typeError(`_tee expected 1 argument, got ${args.length}`);
      return teeOf(vm, args[0]);
    },
    tp_iter: (_vm, self) => self,
    tp_iternext(vm: VM, value: PyValue) {
      const self = value as Tee; // The slot's own type.
      if (self.index === cellSize) {
        self.data = self.data.next();
        self.index = 0;
      }
      const item = self.data.item(vm, self.index);
      if (item !== undefined) self.index++;
      return item;
    },
  },
  methods: [
    native('__copy__(self, /)', (_vm: VM, self: Tee) => new Tee(self.data, self.index), 'Returns an independent iterator.').unsigned(),
    ...pickling(
      (_vm, self: Tee) => newTuple([self.cls, newTuple([newTuple([])]), newTuple([self.data, self.index])]),
      (vm, self, state) => {
        const [data, index] = stateItems(state, 2);
        if (!(data instanceof TeeData)) throw typeError(`argument 1 must be itertools._tee_dataobject, not ${typeOf(data).tpName}`);
        const at = asSsize(vm, index);
        if (at < 0 || at > cellSize) throw valueError('Index out of range');
        self.data = data;
        self.index = at;
      },
    ),
  ],
});

function teeOf(vm: VM, iterable: PyValue): Tee {
  const iterator = iterate(vm, iterable);
  return iterator instanceof Tee ? new Tee(iterator.data, iterator.index) : new Tee(new TeeData(iterator), 0);
}

function tee(vm: VM, iterable: PyValue, n: PyValue | undefined): PyValue {
  const count = n === undefined ? 2 : asSsize(vm, n);
  if (count < 0) throw valueError('n must be >= 0');
  if (count === 0) return newTuple([]);
  const first = teeOf(vm, iterable);
  return newTuple([first, ...Array.from({ length: count - 1 }, () => new Tee(first.data, first.index))]);
}

/** `tee` and its types, for the module. */
export const teeMembers = {
  _tee: teeType,
  _tee_dataobject: teeDataType,
  tee: native('tee(iterable, n=2, /)', tee, 'Returns a tuple of n independent iterators.'),
};
