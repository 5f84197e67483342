import {
  asIndex, asSsize, codePoints, contiguousStrides, fillType, GenericAlias, getAttr, getItem, importModule, indexError, isInt, jsText, length, lookupAttr, native, newTuple, None, PyBuffer, PyBytes, PyDict, PyList, PySlice, PyTuple, type PyType,
  reprText, setAttr, sliceRange, strFromJS, strFromPoints, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { dataAt, isCData, keepReference, keptObjects, newData, requireLayout, stateOf, type CData, type Layout } from './data.ts';
import { fieldNames } from './fields.ts';
import { arrayType, dataType, pointerType, simpleType, structureType, unionType } from './bases.ts';
import { placeAt } from './simple-kinds.ts';
import { isDirectSimple, readValue, writeValue } from './values.ts';

/* The base classes of C data types (CPython 3.12: Modules/_ctypes/_ctypes.c). */

const asData = (self: PyValue): CData => self as CData;

/** What CPython's types say of themselves. */
const unwritten = `${'X'.repeat(3)} to be provided`;

fillType(dataType, {
  module: '_ctypes', basetype: true, hasWeakref: true, doc: unwritten, flags: 1 << 7,
  slots: {
    tp_hash: () => {
      throw typeError('unhashable type');
    },
    bf_getbuffer(vm, self) {
      const data = asData(self);
      const layout = requireLayout(vm, data.cls);
      let item = layout;
      while (item.kind === 'array') item = requireLayout(vm, item.proto as PyType);
      return new PyBuffer(data, data.bytes, 0, false, layout.format, item.size, layout.shape, contiguousStrides(layout.shape, item.size));
    },
  },
  methods: [
    native('__ctypes_from_outparam__(self, /)', (vm: VM, self: CData) => (isDirectSimple(requireLayout(vm, self.cls), self.cls) ? valueOf(vm, self) : self)).unsigned(),
    native('__reduce__(self, /)', (vm: VM, self: CData) => {
      if (requireLayout(vm, self.cls).hasPointer) throw valueError('ctypes objects containing pointers cannot be pickled');
      const dict = self.dict ?? new PyDict();
      return newTuple([getAttr(vm, importModule(vm, '_ctypes'), '_unpickle'), newTuple([self.cls, newTuple([dict, new PyBytes(self.bytes.slice())])])]);
    }).unsigned(),
    native('__setstate__(self, state, /)', (vm: VM, self: CData, state: PyValue) => {
      const [dict, bytes] = toArray(vm, state);
      const given = (bytes as PyBytes).bytes;
      self.block.bytes.set(given.subarray(0, self.size), self.offset);
      for (const [key, value] of toArray(vm, getItems(vm, dict)).map((pair) => toArray(vm, pair))) setAttr(vm, self, jsText(key), value);
      return None;
    }).unsigned(),
  ],
  fields: {
    _b_base_: { get: (_vm, self) => asData(self).base ?? None, doc: 'the base object' },
    _b_needsfree_: { get: (_vm, self) => (asData(self).base === null ? 1 : 0), doc: 'whether the object owns the memory or not' },
    _objects: { get: (_vm, self) => asData(self).objects ?? None, doc: 'internal objects tree (NEVER CHANGE THIS OBJECT!)' },
  },
});

function getItems(vm: VM, dict: PyValue): PyValue {
  const items = new PyList([]);
  for (const key of toArray(vm, dict)) items.items.push(newTuple([key, getItem(vm, dict, key)]));
  return items;
}

/** A simple object's value. */
export function valueOf(vm: VM, self: CData): PyValue {
  const layout = requireLayout(vm, self.cls);
  return layout.simple === null ? self : layout.simple.get(vm, self, layout.little);
}

function makeData(vm: VM, type: PyType): PyValue {
  return newData(vm, type);
}

fillType(simpleType, {
  module: '_ctypes', basetype: true, doc: unwritten,
  slots: {
    tp_new: makeData,
    tp_init(vm, self, args) {
      if (args.length > 1) throw typeError(`__init__ expected at most 1 argument, got ${args.length}`);
      if (args.length === 1) setSimple(vm, asData(self), args[0]);
    },
    tp_repr(vm, self) {
      const data = asData(self);
      if (!isDirectSimple(requireLayout(vm, data.cls), data.cls)) return strFromJS(`<${data.cls.tpName} object at 0x${vm.idOf(self).toString(16)}>`);
      return strFromJS(`${data.cls.tpName}(${reprText(vm, valueOf(vm, data))})`);
    },
    nb_bool: (_vm, self) => asData(self).bytes.some((byte) => byte !== 0),
  },
  getset: {
    value: {
      get: (vm, self) => valueOf(vm, asData(self)),
      set(vm, self, value) {
        if (value === undefined) throw typeError("can't delete attribute");
        setSimple(vm, asData(self), value);
      },
      doc: 'current value',
    },
  },
});

function setSimple(vm: VM, self: CData, value: PyValue): void {
  const { simple, little } = requireLayout(vm, self.cls);
  keepReference(self, 0, simple === null ? None : simple.set(vm, self, value, little));
}

/** Positional arguments fill fields in their order, keywords by name (CPython: Struct_init). */
function initFields(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const count = args.length - (kwnames?.length ?? 0);
  const names = count > 0 ? fieldNames(vm, asData(self).cls) : [];
  for (let i = 0; i < Math.min(count, names.length); i++) {
    if (kwnames?.includes(names[i])) throw typeError(`duplicate values for field ${reprText(vm, strFromJS(names[i]))}`);
    setAttr(vm, self, names[i], args[i]);
  }
  if (count > names.length) throw typeError('too many initializers');
  for (const [i, name] of (kwnames ?? []).entries()) setAttr(vm, self, name, args[count + i]);
}

fillType(structureType, {
  module: '_ctypes', basetype: true, doc: 'Structure base class', slots: { tp_new: makeData, tp_init: initFields },
});
fillType(unionType, {
  module: '_ctypes', basetype: true, doc: 'Union base class', slots: { tp_new: makeData, tp_init: initFields },
});

// ---- arrays ----

function itemLayout(vm: VM, array: CData): { readonly type: PyType; readonly layout: Layout } {
  const type = requireLayout(vm, array.cls).proto as PyType;
  return { type, layout: requireLayout(vm, type) };
}

function arrayItem(vm: VM, self: PyValue, index: number): PyValue {
  const array = asData(self);
  if (index < 0 || index >= array.length) throw indexError('invalid index');
  const { type, layout } = itemLayout(vm, array);
  return readValue(vm, type, { block: array.block, offset: array.offset + index * layout.size }, array, index);
}

function setArrayItem(vm: VM, array: CData, index: number, value: PyValue): void {
  if (index < 0 || index >= array.length) throw indexError('invalid index');
  const { type, layout } = itemLayout(vm, array);
  writeValue(vm, type, { block: array.block, offset: array.offset + index * layout.size }, value, array, index);
}

/** Items as their slice is in Python: bytes of chars, a str of wide chars, else a list. */
function joined(vm: VM, type: PyType, items: readonly PyValue[]): PyValue {
  const code = isDirectSimple(requireLayout(vm, type), type) ? requireLayout(vm, type).simple?.code : undefined;
  if (code === 'c') return new PyBytes(Uint8Array.from(items, (item) => (item as PyBytes).bytes[0]));
  if (code === 'u') return strFromPoints(items.flatMap((item) => Array.from(codePoints(item as string))));
  return new PyList([...items]);
}

fillType(arrayType, {
  module: '_ctypes', basetype: true,
  doc: 'Abstract base class for arrays.\n\nThe recommended way to create concrete array types is by multiplying any\nctypes data type with a non-negative integer. Alternatively, you can subclass\nthis type and define _length_ and _type_ class variables. Array elements can\nbe read and written using standard subscript and slice accesses for slice\nreads, the resulting object is not itself an Array.',
  slots: {
    tp_new: makeData,
    tp_init(vm, self, args) {
      for (const [i, value] of args.entries()) setArrayItem(vm, asData(self), i, value);
    },
    sq_length: (_vm, self) => asData(self).length,
    sq_item: arrayItem,
    mp_length: (_vm, self) => asData(self).length,
    mp_subscript(vm, self, key) {
      const array = asData(self);
      if (key instanceof PySlice) {
        const { start, step, count } = sliceRange(vm, key, array.length);
        return joined(vm, itemLayout(vm, array).type, Array.from({ length: count }, (_, i) => arrayItem(vm, self, start + i * step)));
      }
      return arrayItem(vm, self, indexOf(vm, key, array.length));
    },
    mp_ass_subscript(vm, self, key, value) {
      const array = asData(self);
      if (value === undefined) throw typeError('Array does not support item deletion');
      if (!(key instanceof PySlice)) return setArrayItem(vm, array, indexOf(vm, key, array.length), value);
      const { start, step, count } = sliceRange(vm, key, array.length);
      if (length(vm, value) !== count) throw valueError('Can only assign sequence of same size');
      for (let i = 0; i < count; i++) setArrayItem(vm, array, start + i * step, getItem(vm, value, i));
    },
  },
  classMethods: [native('__class_getitem__(type, item, /)', (_vm: VM, type: PyType, item: PyValue) => new GenericAlias(type, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585')],
});

function indexOf(vm: VM, key: PyValue, count: number): number {
  const index = typeof key === 'number' ? key : indexArgument(vm, key);
  return index < 0 ? index + count : index;
}

function indexArgument(vm: VM, key: PyValue): number {
  if (!isInt(key) && lookupAttr(vm, typeOf(key), '__index__') === undefined) throw typeError('indices must be integers');
  return asSsize(vm, key, indexError);
}

// ---- pointers ----

function target(vm: VM, pointer: CData): PyType {
  const { proto } = requireLayout(vm, pointer.cls);
  if (proto === null) throw typeError('no type');
  return proto;
}

function pointedAt(vm: VM, pointer: CData, index: number): PyValue {
  const address = stateOf(vm).memory.load(pointer);
  if (address === 0) throw valueError('NULL pointer access');
  const type = target(vm, pointer);
  return readValue(vm, type, placeAt(vm, address + index * requireLayout(vm, type).size), pointer, index);
}

function setPointedAt(vm: VM, pointer: CData, index: number, value: PyValue): void {
  const address = stateOf(vm).memory.load(pointer);
  if (address === 0) throw valueError('NULL pointer access');
  const type = target(vm, pointer);
  writeValue(vm, type, placeAt(vm, address + index * requireLayout(vm, type).size), value, pointer, index);
}

/** Makes a pointer lead to an object. */
export function pointTo(vm: VM, pointer: CData, value: PyValue): void {
  const type = target(vm, pointer);
  if (!isCData(value)) throw typeError(`expected ${type.tpName} instead of ${typeOf(value).tpName}`);
  stateOf(vm).memory.store(pointer, value);
  keepReference(pointer, 1, value);
  keepReference(pointer, 0, keptObjects(value));
}

fillType(pointerType, {
  module: '_ctypes', basetype: true, doc: unwritten,
  slots: {
    tp_new(vm, type) {
      if (requireLayout(vm, type).proto === null) throw typeError('Cannot create instance: has no _type_');
      return newData(vm, type);
    },
    tp_init(vm, self, args) {
      if (args.length > 0) pointTo(vm, asData(self), args[0]);
    },
    nb_bool: (vm, self) => stateOf(vm).memory.load(asData(self)) !== 0,
    mp_subscript(vm, self, key) {
      const pointer = asData(self);
      if (!(key instanceof PySlice)) {
        if (!isInt(key) && lookupAttr(vm, typeOf(key), '__index__') === undefined) throw typeError('Pointer indices must be integer');
        return pointedAt(vm, pointer, asSsize(vm, key, indexError));
      }
      const step = key.step === None ? 1 : Number(asIndex(vm, key.step));
      if (step === 0) throw valueError('slice step cannot be zero');
      if (key.start === None && step < 0) throw valueError('slice start is required for step < 0');
      if (key.stop === None) throw valueError('slice stop is required');
      const start = key.start === None ? 0 : Number(asIndex(vm, key.start));
      const stop = Number(asIndex(vm, key.stop));
      const count = Math.max(0, step > 0 ? Math.ceil((stop - start) / step) : Math.ceil((start - stop) / -step));
      return joined(vm, target(vm, pointer), Array.from({ length: count }, (_, i) => pointedAt(vm, pointer, start + i * step)));
    },
    mp_ass_subscript(vm, self, key, value) {
      if (value === undefined) throw typeError('Pointer does not support item deletion');
      setPointedAt(vm, asData(self), asSsize(vm, key, indexError), value);
    },
  },
  getset: {
    contents: {
      get(vm, self) {
        const pointer = asData(self);
        const address = stateOf(vm).memory.load(pointer);
        if (address === 0) throw valueError('NULL pointer access');
        return dataAt(vm, target(vm, pointer), placeAt(vm, address), pointer, 0);
      },
      set(vm, self, value) {
        if (value === undefined) throw typeError('Pointer does not support item deletion');
        pointTo(vm, asData(self), value);
      },
      doc: 'the object this pointer points to (read-write)',
    },
  },
});
