import {
  asIndex, BufferFlag, getBuffer, intValue, isContiguous, isInt, isStr, jsText, lookupAttr, memoryError, native, newTuple, None, overflowError, PyBytes, PyDict, PyGetSetDescriptor, PyType, setAttr, setClassAttribute, strFromJS, typeError, typeOf, typeType, valueError, attributeError, audit, call, bufferBytes, memoryviewType, fillType,
} from '@py/vm/native';
import type { GetSetDef, PyValue, VM } from '@py/vm/native';
import { arrayMeta, arrayType, functionMeta, pointerMeta, simpleMeta, simpleType, structureMeta, unionMeta } from './bases.ts';
import { CData, dataAt, isCData, keepReference, layoutOf, requireLayout, stateOf, type Layout } from './data.ts';
import { defineFields } from './fields.ts';
import { Block, type Place } from './memory.ts';
import { Parameter } from './parameters.ts';
import { placeAt, simpleKinds, type SimpleKind } from './simple-kinds.ts';
import { charArrayAttributes, wideArrayAttributes } from './text-arrays.ts';

/* The classes of C data types: what a class body says becomes a layout when the class is made (CPython 3.12: Modules/_ctypes/_ctypes.c). */

function newClass(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyType {
  return (typeType.tp_new as NonNullable<PyType['tp_new']>)(vm, metatype, args, kwnames) as PyType;
}

// ---- methods of all classes ----

function fromAddress(vm: VM, type: PyType, address: PyValue): PyValue {
  if (!isInt(address)) throw typeError('integer expected');
  audit(vm, 'ctypes.cdata', address);
  return dataAt(vm, type, placeAt(vm, Number(intValue(address))));
}

function offsetOf(vm: VM, offset: PyValue | undefined): number {
  const value = offset === undefined ? 0 : Number(asIndex(vm, offset));
  if (value < 0) throw valueError('offset cannot be negative');
  return value;
}

function checkSize(given: number, offset: number, size: number): void {
  if (offset > given) throw valueError(`Buffer size too small (${given} instead of at least ${size + offset} bytes)`);
  if (size > given - offset) throw valueError(`Buffer size too small (${given} instead of at least ${size + offset} bytes)`);
}

function fromBuffer(vm: VM, type: PyType, source: PyValue, offsetValue: PyValue | undefined): PyValue {
  const layout = requireLayout(vm, type);
  const view = memoryviewOf(vm, source);
  const buffer = getBuffer(vm, view, BufferFlag.FULL_RO);
  if (buffer.readonly) throw typeError('underlying buffer is not writable');
  if (!isContiguous(buffer)) throw typeError('underlying buffer is not C contiguous');
  const offset = offsetOf(vm, offsetValue);
  checkSize(buffer.nbytes, offset, layout.size);
  // An object of ours lends its block, so that pointers into it find it.
  const data = isCData(source) ? new CData(type, layout, source.block, source.offset + offset) : new CData(type, layout, new Block(buffer.memory.subarray(buffer.offset, buffer.offset + buffer.nbytes)), offset);
  keepReference(data, -1 >>> 0, view);
  return data;
}

function memoryviewOf(vm: VM, source: PyValue): PyValue {
  return (memoryviewType.tp_new as NonNullable<PyType['tp_new']>)(vm, memoryviewType, [source], null);
}

function fromBufferCopy(vm: VM, type: PyType, source: PyValue, offsetValue: PyValue | undefined): PyValue {
  const layout = requireLayout(vm, type);
  const given = bufferBytes(vm, source);
  const offset = offsetOf(vm, offsetValue);
  checkSize(given.length, offset, layout.size);
  return new CData(type, layout, new Block(given.slice(offset, offset + layout.size)));
}

function inLibrary(_vm: VM, _type: PyType, _library: PyValue, name: PyValue): PyValue {
  throw valueError(`py: undefined symbol: ${isStr(name) ? jsText(name) : ''}`);
}

/** `type.from_param(value)` of what is no simple type, pointer or function: an instance, or what says how it is passed. */
function fromParameter(vm: VM, type: PyType, value: PyValue): PyValue {
  if (isCData(value) && value.cls.isSubtypeOf(type)) return value;
  if (value instanceof Parameter) {
    const { kept } = value;
    const { proto } = requireLayout(vm, type);
    if (proto !== null && kept !== null && isCData(kept) && kept.cls.isSubtypeOf(proto)) return value;
    throw typeError(`expected ${type.tpName} instance instead of pointer to ${kept === null ? 'NULL' : typeOf(kept).tpName}`);
  }
  const own = lookupAttr(vm, value, '_as_parameter_');
  if (own !== undefined) return fromParameter(vm, type, own);
  throw typeError(`expected ${type.tpName} instance instead of ${typeOf(value).tpName}`);
}

const shared = (fromParam: (vm: VM, type: PyType, value: PyValue) => PyValue) => [
  native('from_address(self, address, /)', fromAddress, 'C.from_address(integer) -> C instance\naccess a C instance at the specified address').unsigned(),
  native('from_buffer(self, source, offset=0, /)', fromBuffer, 'C.from_buffer(object, offset=0, /) -> C instance\ncreate a C instance from a writeable buffer').unsigned(),
  native('from_buffer_copy(self, source, offset=0, /)', fromBufferCopy, 'C.from_buffer_copy(object, offset=0, /) -> C instance\ncreate a C instance from a readable buffer').unsigned(),
  native('in_dll(self, library, name, /)', inLibrary, 'C.in_dll(dll, name) -> C instance\naccess a C instance in a dll').unsigned(),
  native('from_param(self, value, /)', fromParam, 'Convert a Python object into a function call parameter.').unsigned(),
];

/** `type * n`: the class of arrays of so many (CPython: PyCArrayType_from_ctype). */
function arrayOf(vm: VM, item: PyValue, count: PyValue): PyValue {
  const type = item as PyType;
  const n = asIndex(vm, count);
  if (n < 0) throw valueError(`Array length must be >= 0, not ${n}`);
  if (typeof n === 'bigint') throw overflowError("cannot fit 'int' into an index-sized integer");
  const { arrays } = stateOf(vm);
  let made = arrays.get(type);
  if (made === undefined) arrays.set(type, (made = new Map()));
  let array = made.get(n);
  if (array === undefined) {
    const namespace = new PyDict();
    namespace.setStr('_length_', n);
    namespace.setStr('_type_', type);
    array = call(vm, arrayMeta, [strFromJS(`${type.tpName}_Array_${n}`), newTuple([arrayType]), namespace]) as PyType;
    made.set(n, array);
  }
  return array;
}

// ---- structures and unions ----

function makeAggregate(isUnion: boolean): NonNullable<PyType['tp_new']> {
  return (vm, metatype, args, kwnames) => {
    const type = newClass(vm, metatype, args, kwnames);
    const state = stateOf(vm);
    if (type.ns.has('_abstract_')) return type;
    const above = type.base === null ? undefined : state.layouts.get(type.base);
    state.layouts.set(type, { kind: isUnion ? 'union' : 'structure', size: above?.size ?? 0, align: above?.align ?? 1, format: above?.format ?? 'B', shape: [], length: above?.length ?? 0, proto: null, simple: null, little: true, fields: [], hasPointer: above?.hasPointer ?? false });
    const fields = type.ns.get('_fields_');
    if (fields !== undefined) setAttr(vm, type, '_fields_', fields);
    else if (above !== undefined && type.base !== null) state.final.add(type.base);
    return type;
  };
}

function setAggregateAttribute(isUnion: boolean): NonNullable<PyType['tp_setattro']> {
  return (vm, self, name, value) => {
    (typeType.tp_setattro as NonNullable<PyType['tp_setattro']>)(vm, self, name, value);
    if (name !== '_fields_') return;
    if (value === undefined) throw typeError('_fields_ cannot be deleted');
    defineFields(vm, self as PyType, value, isUnion);
  };
}

fillType(structureMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for the CData Objects',
  slots: { tp_new: makeAggregate(false), tp_setattro: setAggregateAttribute(false), sq_repeat: arrayOf }, methods: shared(fromParameter),
});
fillType(unionMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for the CData Objects',
  slots: { tp_new: makeAggregate(true), tp_setattro: setAggregateAttribute(true), sq_repeat: arrayOf }, methods: shared(fromParameter),
});

// ---- arrays ----

function makeArrayClass(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const type = newClass(vm, metatype, args, kwnames);
  const count = lookupAttr(vm, type, '_length_');
  if (count === undefined) throw attributeError("class must define a '_length_' attribute");
  if (!isInt(count)) throw typeError("The '_length_' attribute must be an integer");
  const n = intValue(count);
  if (n < 0) throw valueError("The '_length_' attribute must not be negative");
  const item = lookupAttr(vm, type, '_type_');
  if (item === undefined) throw attributeError("class must define a '_type_' attribute");
  const layout = layoutOf(vm, item);
  if (layout === undefined || !(item instanceof PyType)) throw typeError('_type_ must have storage info');
  if (BigInt(n) * BigInt(layout.size) > 0x7fff_ffff_ffff_ffffn) throw overflowError('array too large');
  if (Number(n) * layout.size > 0x7fff_ffff) throw memoryError();
  const state = stateOf(vm);
  state.final.add(item);
  state.layouts.set(type, {
    kind: 'array', size: Number(n) * layout.size, align: layout.align, format: layout.format, shape: [Number(n), ...layout.shape], length: Number(n), proto: item, simple: null, little: true, fields: [], hasPointer: layout.hasPointer,
  });
  const attributes: Readonly<Record<string, GetSetDef>> = layout.simple?.code === 'c' ? charArrayAttributes : layout.simple?.code === 'u' ? wideArrayAttributes : {};
  for (const [name, attribute] of Object.entries(attributes)) setClassAttribute(vm, type, name, new PyGetSetDescriptor(type, name, attribute));
  return type;
}

fillType(arrayMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for the Array Objects',
  slots: {
    tp_new: makeArrayClass,
    sq_repeat: arrayOf,
  },
  methods: shared(fromParameter),
});

// ---- simple types ----

const letters = 'cbBhHiIlLdfuzZqQPXOv?g';

function kindOf(vm: VM, type: PyType): SimpleKind {
  const proto = lookupAttr(vm, type, '_type_');
  if (proto === undefined) throw attributeError("class must define a '_type_' attribute");
  if (!isStr(proto)) throw typeError("class must define a '_type_' string attribute");
  const letter = jsText(proto);
  if ([...letter].length !== 1) throw valueError("class must define a '_type_' attribute which must be a string of length 1");
  if (!letters.includes(letter) || !(letter in simpleKinds)) throw attributeError(`class must define a '_type_' attribute which must be\na single character string containing one of '${letters}'.`);
  return simpleKinds[letter];
}

function simpleLayout(kind: SimpleKind, little: boolean): Layout {
  const format = kind.code === 'l' ? 'q' : kind.code === 'L' ? 'Q' : kind.format;
  return { kind: 'simple', size: kind.size, align: kind.size, format: `${little ? '<' : '>'}${format}`, shape: [], length: 0, proto: null, simple: kind, little, fields: [], hasPointer: kind.isPointer };
}

function makeSimpleClass(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const type = newClass(vm, metatype, args, kwnames);
  const kind = kindOf(vm, type);
  const { layouts } = stateOf(vm);
  layouts.set(type, simpleLayout(kind, true));
  if (type.base !== simpleType || !kind.swaps || metatype !== simpleMeta) return type;
  const swapped = newClass(vm, metatype, [strFromJS(`${type.name}_be`), newTuple([simpleType]), copyOf(args[2] as PyDict)], null);
  layouts.set(swapped, simpleLayout(kind, false));
  setAttr(vm, type, '__ctype_le__', type);
  setAttr(vm, type, '__ctype_be__', swapped);
  setAttr(vm, swapped, '__ctype_le__', type);
  setAttr(vm, swapped, '__ctype_be__', swapped);
  return type;
}

function copyOf(namespace: PyDict): PyDict {
  const copy = new PyDict();
  for (let entry = namespace.nextEntry(0); entry >= 0; entry = namespace.nextEntry(entry + 1)) copy.setStr(jsText(namespace.keyAt(entry)), namespace.valueAt(entry));
  return copy;
}

/** `simple_type.from_param(value)`: an instance as it is, else the value in C's form. */
function simpleParameter(vm: VM, type: PyType, value: PyValue): PyValue {
  if (isCData(value) && value.cls.isSubtypeOf(type)) return value;
  const { simple, little } = requireLayout(vm, type);
  const kind = simple as SimpleKind;
  if (kind.code === 'z' || kind.code === 'Z' || kind.code === 'P') {
    const found = addressParameter(vm, kind.code, value);
    if (found !== undefined) return found;
  } else {
    const block = new Block(new Uint8Array(16));
    try {
      const kept = kind.set(vm, { block, offset: 0 }, value, little);
      return new Parameter(kind.code, block, kept === None ? null : kept);
    } catch (error) {
      if (lookupAttr(vm, value, '_as_parameter_') === undefined) throw error;
    }
  }
  const own = lookupAttr(vm, value, '_as_parameter_');
  if (own !== undefined) return simpleParameter(vm, type, own);
  throw typeError(kind.code === 'z' || kind.code === 'Z' || kind.code === 'P' ? "'" + typeOf(value).tpName + "' object cannot be interpreted as ctypes.c_" + { z: 'char_p', Z: 'wchar_p', P: 'void_p' }[kind.code] : 'wrong type');
}

/** What C takes as `char *`, `wchar_t *` or `void *`, or undefined. */
function addressParameter(vm: VM, code: 'z' | 'Z' | 'P', value: PyValue): PyValue | undefined {
  if (value === None) return None;
  const takesBytes = code !== 'Z' && value instanceof PyBytes;
  const takesText = code !== 'z' && isStr(value);
  if (takesBytes || takesText || (code === 'P' && isInt(value))) {
    const block = new Block(new Uint8Array(16));
    const letter = takesBytes ? 'z' : takesText ? 'Z' : 'P';
    const kept = simpleKinds[letter].set(vm, { block, offset: 0 }, value, true);
    return new Parameter(letter, block, kept === None ? null : kept);
  }
  if (isCData(value)) {
    const layout = requireLayout(vm, value.cls);
    if (layout.kind === 'array' || layout.kind === 'pointer') {
      const item = layout.proto === null ? null : layoutOf(vm, layout.proto)?.simple?.code;
      if (code === 'P' || (code === 'z' && item === 'c') || (code === 'Z' && item === 'u')) return value;
    } else if (code === 'P' && (layout.kind === 'function' || layout.simple?.code === 'z' || layout.simple?.code === 'Z')) return value;
  }
  if (value instanceof Parameter && (value.code === 'P' || value.code === code || code === 'P')) {
    const item = value.kept !== null && isCData(value.kept) ? layoutOf(vm, value.kept.cls)?.simple?.code : undefined;
    if (code === 'P' || (code === 'z' && item === 'c') || (code === 'Z' && item === 'u') || value.code === code) return value;
  }
  return undefined;
}

fillType(simpleMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for the PyCSimpleType Objects', slots: { tp_new: makeSimpleClass, sq_repeat: arrayOf }, methods: shared(simpleParameter),
});

// ---- pointers ----

function pointerLayout(proto: PyType | null, target: Layout | undefined): Layout {
  const shape = target !== undefined && target.shape.length > 0 ? `(${target.shape.join(',')})` : '';
  return { kind: 'pointer', size: 8, align: 8, format: `&${shape}${target?.format ?? 'B'}`, shape: [], length: 1, proto, simple: null, little: true, fields: [], hasPointer: true };
}

function setTarget(vm: VM, type: PyType, proto: PyValue): void {
  const target = layoutOf(vm, proto);
  if (!(proto instanceof PyType)) throw typeError('_type_ must be a type');
  if (target === undefined) throw typeError('_type_ must have storage info');
  stateOf(vm).layouts.set(type, pointerLayout(proto, target));
}

function makePointerClass(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const type = newClass(vm, metatype, args, kwnames);
  stateOf(vm).layouts.set(type, pointerLayout(null, undefined));
  const proto = lookupAttr(vm, type, '_type_');
  if (proto !== undefined) setTarget(vm, type, proto);
  return type;
}

/** `pointer_type.from_param(value)`: None, an instance, an object or array of what it points to. */
function pointerParameter(vm: VM, type: PyType, value: PyValue): PyValue {
  if (value === None) return None;
  const { proto } = requireLayout(vm, type);
  if (isCData(value)) {
    if (proto !== null && value.cls.isSubtypeOf(proto)) return reference(vm, value);
    const given = requireLayout(vm, value.cls);
    if ((given.kind === 'pointer' || given.kind === 'array') && given.proto !== null && proto !== null && given.proto.isSubtypeOf(proto)) return value;
  }
  return fromParameter(vm, type, value);
}

/** `byref(data, offset)` */
export function reference(vm: VM, data: CData, offset = 0): Parameter {
  const block = new Block(new Uint8Array(16));
  const place: Place = { block: data.block, offset: data.offset + offset };
  stateOf(vm).memory.store({ block, offset: 0 }, place);
  return new Parameter('P', block, data);
}

fillType(pointerMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for the Pointer Objects', slots: { tp_new: makePointerClass, sq_repeat: arrayOf },
  methods: [
    ...shared(pointerParameter),
    native('set_type(self, type, /)', (vm: VM, type: PyType, proto: PyValue) => (setTarget(vm, type, proto), setAttr(vm, type, '_type_', proto), None)).unsigned(),
  ],
});

// ---- functions ----

function makeFunctionClass(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const type = newClass(vm, metatype, args, kwnames);
  if (!isInt(lookupAttr(vm, type, '_flags_') ?? None)) throw typeError("class must define _flags_ which must be an integer");
  stateOf(vm).layouts.set(type, { kind: 'function', size: 8, align: 8, format: 'X{}', shape: [], length: 0, proto: null, simple: null, little: true, fields: [], hasPointer: true });
  return type;
}

fillType(functionMeta, {
  module: '_ctypes', basetype: true, doc: 'metatype for C function pointers', slots: { tp_new: makeFunctionClass, sq_repeat: arrayOf }, methods: shared(fromParameter),
});
