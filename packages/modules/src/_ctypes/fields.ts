import { asIndex, attributeError, codePoints, defineType, isInt, isStr, isTrue, jsText, None, normalizeInt, PyBytes, PyObject, PyTuple, PyType, strFromJS, strFromPoints, toArray, typeError, typeOf, valueError, reprText, lookupAttr, setClassAttribute } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { Place } from './memory.ts';
import { isCData, layoutOf, requireLayout, stateOf, type CData, type Layout } from './data.ts';
import { intArgument, readInteger, wideBytes, writeInteger } from './simple-kinds.ts';
import { readValue, simpleOf, writeValue } from './values.ts';

/* Fields of structures and unions, and where they lie (CPython 3.12: Modules/_ctypes/cfield.c and stgdict.c). */

/** A field: a descriptor on its class. */
export class Field extends PyObject {
  readonly name: string;
  readonly type: PyType;
  readonly offset: number;
  /** Bytes; of a bit field, the number of its bits in the upper half and the place of the first in the lower. */
  readonly size: number;
  readonly index: number;
  readonly bitfield: boolean;
  constructor(name: string, type: PyType, offset: number, size: number, index: number, bitfield: boolean) {
    super(fieldType);
    this.name = name;
    this.type = type;
    this.offset = offset;
    this.size = size;
    this.index = index;
    this.bitfield = bitfield;
  }
  /** The same field as one of a structure that holds its structure without a name. */
  within(outer: Field): Field {
    return new Field(this.name, this.type, outer.offset + this.offset, this.size, outer.index + this.index, this.bitfield);
  }
}

const asField = (self: PyValue): Field => self as Field;

export const fieldType: PyType = defineType('CField', {
  module: '_ctypes', doc: 'Structure/Union member', flags: 1 << 7,
  slots: {
    tp_repr(_vm, self) {
      const { type, offset, size, bitfield } = asField(self);
      return strFromJS(bitfield ? `<Field type=${type.tpName}, ofs=${offset}:${size & 0xffff}, bits=${size >> 16}>` : `<Field type=${type.tpName}, ofs=${offset}, size=${size}>`);
    },
    tp_descr_get(vm, self, owner) {
      if (owner === undefined || owner === None) return self;
      return getField(vm, asField(self), asData(owner));
    },
    tp_descr_set(vm, self, owner, value) {
      if (value === undefined) throw typeError("can't delete attribute");
      setField(vm, asField(self), asData(owner), value);
    },
  },
  getset: {
    offset: { get: (_vm, self) => asField(self).offset, doc: 'offset in bytes of this field' },
    size: { get: (_vm, self) => asField(self).size, doc: 'size in bytes of this field' },
  },
});

function asData(owner: PyValue): CData {
  if (!isCData(owner)) throw typeError('not a ctype instance');
  return owner;
}

function getField(vm: VM, field: Field, data: CData): PyValue {
  const place = { block: data.block, offset: data.offset + field.offset };
  const text = textCode(vm, field.type);
  if (text !== undefined) return readText(place, field.size, text);
  if (!field.bitfield) return readValue(vm, field.type, place, data, field.index);
  const { kind, little } = simpleOf(vm, field.type);
  const bits = readInteger(place, kind.size, false, little) >> BigInt(field.size & 0xffff);
  const width = field.size >> 16;
  if (kind.code === '?') return (bits & 1n) !== 0n;
  return normalizeInt(kind.bits === 'signed' ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits));
}

function setField(vm: VM, field: Field, data: CData, value: PyValue): void {
  const place = { block: data.block, offset: data.offset + field.offset };
  const text = textCode(vm, field.type);
  if (text !== undefined) return writeText(place, field.size, text, value);
  if (!field.bitfield) {
    writeValue(vm, field.type, place, value, data, field.index);
    return;
  }
  const { kind, little } = simpleOf(vm, field.type);
  const number = kind.code === '?' ? BigInt(isTrue(vm, value)) : intArgument(vm, value);
  const low = BigInt(field.size & 0xffff);
  const mask = ((1n << BigInt(field.size >> 16)) - 1n) << low;
  writeInteger(place, kind.size, (readInteger(place, kind.size, false, little) & ~mask) | ((number << low) & mask), little);
}

/** Fields that are arrays of characters are bytes or a str; their letter, or undefined. */
function textCode(vm: VM, type: PyType): 'c' | 'u' | undefined {
  const layout = requireLayout(vm, type);
  const item = layout.kind === 'array' ? requireLayout(vm, layout.proto as PyType).simple?.code : undefined;
  return item === 'c' || item === 'u' ? item : undefined;
}

function readText({ block, offset }: Place, size: number, code: 'c' | 'u'): PyValue {
  const { view } = block;
  const points: number[] = [];
  for (let at = 0; at < size; at += code === 'c' ? 1 : 4) {
    const point = code === 'c' ? view.getUint8(offset + at) : view.getUint32(offset + at, true);
    if (point === 0) break;
    points.push(point);
  }
  return code === 'c' ? new PyBytes(Uint8Array.from(points)) : strFromPoints(points);
}

function writeText({ block, offset }: Place, size: number, code: 'c' | 'u', value: PyValue): void {
  let bytes: Uint8Array;
  if (code === 'c') {
    if (!(value instanceof PyBytes)) throw typeError(`expected bytes, ${typeOf(value).tpName} found`);
    bytes = new Uint8Array([...value.bytes, 0]);
    if (value.bytes.length > size) throw valueError(`bytes too long (${value.bytes.length}, maximum length ${size})`);
  } else {
    if (!isStr(value)) throw typeError(`unicode string expected instead of ${typeOf(value).tpName} instance`);
    const points = codePoints(value);
    if (4 * points.length > size) throw valueError(`string too long (${points.length}, maximum length ${size / 4})`);
    bytes = wideBytes(points);
  }
  block.bytes.set(bytes.subarray(0, size), offset);
}

/** What laying fields out one after another is at. Bits count within the current bit field's storage. */
interface Progress {
  size: number;
  offset: number;
  align: number;
  /** Bits of the storage that bit fields are being put into; 0 after a plain field. */
  storage: number;
  bits: number;
}

/** Lays the fields of a class out that are given as `_fields_`, and puts their descriptors on it (CPython: PyCStructUnionType_update_stgdict). */
export function defineFields(vm: VM, type: PyType, value: PyValue, isUnion: boolean): void {
  const state = stateOf(vm);
  const given = fieldsGiven(vm, value);
  const swapped = lookupAttr(vm, type, '_swappedbytes_') !== undefined;
  const pack = packOf(vm, type);
  const above = type.base === null ? undefined : state.layouts.get(type.base);
  const progress: Progress = { size: above?.size ?? 0, offset: above?.size ?? 0, align: above?.align ?? 1, storage: 0, bits: 0 };
  if (isUnion) progress.offset = 0;
  if (state.final.has(type)) throw attributeError('_fields_ is final');
  if (above !== undefined && type.base !== null) state.final.add(type.base);
  const first = above?.length ?? 0;
  const fields: Field[] = [];
  let hasPointer = above?.hasPointer ?? false;
  let format = isUnion || pack > 0 ? 'B' : 'T{';
  for (const [position, pair] of given.entries()) {
    const { name, fieldClass, layout, width } = fieldGiven(vm, pair, position);
    hasPointer ||= layout.hasPointer;
    state.final.add(fieldClass);
    const before = progress.offset;
    const field = place(progress, { name, type: fieldClass, layout, width, index: first + position, isUnion, swapped, pack });
    if (!isUnion && pack === 0) {
      if (field.offset > before) format += padding(field.offset - before);
      format += `${layout.shape.length > 0 ? `(${layout.shape.join(',')})` : ''}${layout.format}:${name}:`;
    }
    fields.push(field);
    setClassAttribute(vm, type, name, field);
  }
  // A class that was filled in later must not be a part of itself.
  if (state.final.has(type)) throw attributeError('Structure or union cannot contain itself');
  const size = Math.ceil(progress.size / progress.align) * progress.align;
  if (!isUnion && pack === 0) format += `${size > progress.size ? padding(size - progress.size) : ''}}`;
  state.layouts.set(type, { kind: isUnion ? 'union' : 'structure', size, align: progress.align, format, shape: [], length: first + given.length, proto: null, simple: null, little: true, fields, hasPointer });
  state.final.add(type);
  takeAnonymous(vm, type, fields);
}

const padding = (count: number): string => (count === 1 ? 'x' : `${count}x`);

function fieldsGiven(vm: VM, value: PyValue): PyValue[] {
  try {
    return toArray(vm, value);
  } catch {
    throw typeError('_fields_ must be a sequence of pairs');
  }
}

function packOf(vm: VM, type: PyType): number {
  const given = lookupAttr(vm, type, '_pack_');
  if (given === undefined) return 0;
  const pack = isInt(given) ? asIndex(vm, given) : -1;
  if (pack < 0 || typeof pack === 'bigint' || pack > 0x7fff_ffff) throw valueError('_pack_ must be a non-negative integer');
  return pack;
}

function fieldGiven(vm: VM, pair: PyValue, position: number): { name: string; fieldClass: PyType; layout: Layout; width: number | null } {
  const items = pair instanceof PyTuple ? pair.items : [];
  if (items.length < 2 || items.length > 3) throw typeError('_fields_ must be a sequence of (name, C type) pairs');
  const [name, fieldClass, bits] = items;
  if (!isStr(name)) throw typeError('_fields_ must be a sequence of (name, C type) pairs');
  const layout = layoutOf(vm, fieldClass);
  if (layout === undefined || !(fieldClass instanceof PyType)) throw typeError(`second item in _fields_ tuple (index ${position}) must be a C type`);
  if (bits === undefined) return { name: jsText(name), fieldClass, layout, width: null };
  const width = isInt(bits) ? asIndex(vm, bits) : NaN;
  if (layout.simple === null || layout.simple.bits === null) throw typeError(`bit fields not allowed for type ${fieldClass.tpName}`);
  if (!(width > 0 && width <= 8 * layout.size)) throw valueError('number of bits invalid for bit field');
  return { name: jsText(name), fieldClass, layout, width: Number(width) };
}

/** Finds the place of the next field, as GCC does (CPython: PyCField_FromDesc). */
function place(progress: Progress, { name, type, layout, width, index, isUnion, swapped, pack }: { name: string; type: PyType; layout: Layout; width: number | null; index: number; isUnion: boolean; swapped: boolean; pack: number }): Field {
  const align = pack > 0 ? Math.min(pack, layout.align) : layout.align;
  if (isUnion) {
    progress.size = Math.max(progress.size, layout.size);
    progress.align = Math.max(progress.align, align);
    return new Field(name, type, 0, width === null ? layout.size : (width << 16) + (swapped ? 8 * layout.size - width : 0), index, width !== null);
  }
  const bitSize = 8 * layout.size;
  if (width === null || !fitsStorage(progress, layout.size, width)) {
    const skipped = (align - (progress.offset % align)) % align;
    const offset = progress.offset + skipped;
    progress.size += skipped + layout.size;
    progress.offset = offset + layout.size;
    progress.align = Math.max(progress.align, align);
    progress.storage = width === null ? 0 : bitSize;
    progress.bits = width ?? 0;
    return new Field(name, type, offset, width === null ? layout.size : bitPlace(width, 0, bitSize, swapped), index, width !== null);
  }
  if (bitSize > progress.storage) {
    const grown = layout.size - progress.storage / 8;
    progress.offset += grown;
    progress.size += grown;
    progress.storage = bitSize;
  }
  const size = bitPlace(width, progress.bits, progress.storage, swapped);
  progress.bits += width;
  return new Field(name, type, progress.offset - layout.size, size, index, true);
}

/** Whether a bit field goes on in the storage of the one before it, which may have to grow. */
function fitsStorage({ storage, bits }: Progress, size: number, width: number): boolean {
  return storage > 0 && bits + width <= Math.max(storage, 8 * size);
}

function bitPlace(width: number, first: number, storage: number, swapped: boolean): number {
  return (width << 16) + (swapped ? storage - first - width : first);
}

/** `_anonymous_`: fields of structures without a name are found on the outer class as well (CPython: MakeAnonFields). */
function takeAnonymous(vm: VM, type: PyType, fields: readonly Field[]): void {
  const names = type.ns.get('_anonymous_');
  if (names === undefined) return;
  for (const name of toArray(vm, names)) {
    const found = isStr(name) ? type.lookup(jsText(name)) : undefined;
    if (!(found instanceof Field) || !fields.includes(found)) {
      if (found === undefined) throw attributeError(isStr(name) ? jsText(name) : reprText(vm, name));
      throw attributeError(`'${isStr(name) ? jsText(name) : reprText(vm, name)}' is specified in _anonymous_ but not in _fields_`);
    }
    for (const owner of [...found.type.mro].reverse()) {
      for (const [inner, item] of owner.ns) if (item instanceof Field && !type.ns.has(inner)) setClassAttribute(vm, type, inner, item.within(found));
    }
  }
}

/** Fields of a class in the order in which positional arguments fill them: those of its bases first. */
export function fieldNames(vm: VM, type: PyType): string[] {
  const names: string[] = [];
  for (const owner of [...type.mro].reverse()) names.push(...ownFieldNames(vm, owner));
  return names;
}

function ownFieldNames(vm: VM, type: PyType): string[] {
  const layout = stateOf(vm).layouts.get(type);
  return layout !== undefined && type.ns.has('_fields_') ? layout.fields.map((field) => field.name) : [];
}

