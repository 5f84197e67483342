import { None, PyDict, PyObject, PyType, typeError, typeOf } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { AddressSpace, Block, type Place } from './memory.ts';
import type { SimpleKind } from './simple-kinds.ts';
import type { Field } from './fields.ts';

/** What C knows of a type (CPython 3.12: Modules/_ctypes/stgdict.c, StgDictObject). Sizes are in bytes. */
export interface Layout {
  readonly kind: 'simple' | 'structure' | 'union' | 'array' | 'pointer' | 'function';
  readonly size: number;
  readonly align: number;
  /** As PEP 3118 writes it. */
  readonly format: string;
  /** Dimensions, for arrays. */
  readonly shape: readonly number[];
  /** Items of an array, fields of a structure with those of its bases, 1 for a pointer. */
  readonly length: number;
  /** Item of an array, target of a pointer; null for a pointer that has none yet. */
  readonly proto: PyType | null;
  readonly simple: SimpleKind | null;
  /** Byte order of a simple type. */
  readonly little: boolean;
  /** Fields that this class itself adds. */
  readonly fields: readonly Field[];
  /** Holds pointers, or is one. */
  readonly hasPointer: boolean;
}

/** What the module keeps for a VM. */
export class CTypesState {
  readonly memory = new AddressSpace();
  readonly layouts = new WeakMap<PyType, Layout>();
  /** Classes whose layout can no longer change: instances, fields or other types are built on it. */
  readonly final = new WeakSet<PyType>();
  readonly arrays = new WeakMap<PyType, Map<number, PyType>>();
  readonly pointerTypes = new PyDict();
  /** `get_errno()`'s */
  errno = 0;
}

export function stateOf(vm: VM): CTypesState {
  return vm.state('_ctypes', () => new CTypesState());
}

/** The layout of a C data type, or undefined: no such type, or an abstract one. */
export function layoutOf(vm: VM, type: PyValue): Layout | undefined {
  return type instanceof PyType ? stateOf(vm).layouts.get(type) : undefined;
}

export function requireLayout(vm: VM, type: PyType): Layout {
  const layout = layoutOf(vm, type);
  if (layout === undefined) throw typeError('abstract class');
  stateOf(vm).final.add(type);
  return layout;
}

/** An instance of a C data type: some bytes of a block (CPython: CDataObject). */
export class CData extends PyObject implements Place {
  block: Block;
  readonly offset: number;
  /** Its size in bytes; `resize` may have made it larger than its type. */
  size: number;
  readonly length: number;
  /** The object that this one is a part of, and which part. */
  readonly base: CData | null;
  readonly index: number;
  /** `_objects` */
  objects: PyValue | null = null;
  constructor(type: PyType, layout: Layout, block: Block, offset = 0, base: CData | null = null, index = 0) {
    super(type);
    this.block = block;
    this.offset = offset;
    this.size = layout.size;
    this.length = layout.length;
    this.base = base;
    this.index = index;
    if (type.hasDict) this.dict = null;
  }
  /** Its own part of the block. */
  get bytes(): Uint8Array {
    return this.block.bytes.subarray(this.offset, this.offset + this.size);
  }
}

/** Remembers what a part of an object leads to, in the object that has it all (CPython: KeepRef). */
export function keepReference(target: CData, index: number, kept: PyValue): void {
  if (kept === None) return;
  const root = rootOf(target);
  const { objects } = root;
  if (!(objects instanceof PyDict)) {
    root.objects = kept;
    return;
  }
  let key = index.toString(16);
  for (let part = target; part.base !== null; part = part.base) key += `:${part.index.toString(16)}`;
  objects.setStr(key, kept);
}

/** What must live as long as a copy of this object's memory (CPython: GetKeepedObjects). */
export function keptObjects(data: CData): PyValue {
  return rootOf(data).objects as PyValue;
}

function rootOf(data: CData): CData {
  let root = data;
  while (root.base !== null) root = root.base;
  root.objects ??= root.length > 0 ? new PyDict() : None;
  return root;
}

/** A new object at a place of another, or at memory of nobody's. */
export function dataAt(vm: VM, type: PyType, place: Place, base: CData | null = null, index = 0): CData {
  return new CData(type, requireLayout(vm, type), place.block, place.offset, base, index);
}

export function newData(vm: VM, type: PyType): CData {
  const layout = requireLayout(vm, type);
  return new CData(type, layout, new Block(new Uint8Array(layout.size)));
}

export function isCData(value: PyValue): value is CData {
  return value instanceof CData;
}

export function incompatible(value: PyValue, type: PyType): PyObject {
  return typeError(`incompatible types, ${typeOf(value).tpName} instance instead of ${type.tpName} instance`);
}
