import {
  asIndex, BufferFlag, call, contiguousStrides, fortranStrides, getAttr, importModule, isContiguous, isFortranContiguous, isStr, jsText, None, overflowError, PyBuffer, PyBytes, PyFloat, PyList, PyTuple, strFromJS,
  typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/* What an ndarray of `_testbuffer` is made of: memory, and where the items are in it (CPython 3.12: Modules/_testbuffer.c, init_ndbuf). */

/** Flags of arrays, as `_testbuffer` calls them. */
export const Flag = { VAREXPORT: 0x1, WRITABLE: 0x2, FORTRAN: 0x4, SCALAR: 0x8, PIL: 0x10, REDIRECT: 0x20, GETBUF_FAIL: 0x40, GETBUF_UNDEFINED: 0x80, C: 0x100 } as const;

const MAX_DIMENSIONS = 128;

/** One structure: an ndarray has several, the newest in use. */
export class Structure {
  buffer: PyBuffer;
  flags: number;
  /** What its maker asked of another object (BufferFlag); null for an array with memory of its own. */
  readonly asked: number | null;
  /** First item in the memory of an array of its own, or -1. */
  readonly offset: number;
  /** Views of it that others hold. */
  exports = 0;

  constructor(buffer: PyBuffer, flags: number, asked: number | null, offset: number) {
    this.buffer = buffer;
    this.flags = flags;
    this.asked = asked;
    this.offset = offset;
    this.updateFlags();
  }

  /** The flags that follow from where the items are. */
  updateFlags(): void {
    const { shape, suboffsets } = this.buffer;
    this.flags &= ~(Flag.SCALAR | Flag.PIL | Flag.C | Flag.FORTRAN);
    if (shape.length === 0) this.flags |= Flag.SCALAR;
    if (suboffsets.some((suboffset) => suboffset >= 0)) this.flags |= Flag.PIL;
    if (isContiguous(this.buffer)) this.flags |= Flag.C;
    if (isFortranContiguous(this.buffer)) this.flags |= Flag.FORTRAN;
  }

  /** Does the structure know this much: its format, its shape, its strides? */
  has(flag: number): boolean {
    return this.asked === null || (this.asked & flag) === flag;
  }
}

/** Items of one format, by `struct.Struct`. */
export interface ItemFormat {
  readonly size: number;
  /** Values that make one item. */
  readonly members: number;
  pack(values: readonly PyValue[]): Uint8Array;
  /** The one value of an item, or a tuple of several. */
  unpack(bytes: Uint8Array): PyValue;
}

export function itemFormat(vm: VM, format: PyValue): ItemFormat {
  const struct = call(vm, getAttr(vm, importModule(vm, 'struct'), 'Struct'), [format]);
  const size = Number(asIndex(vm, getAttr(vm, struct, 'size')));
  const values = (bytes: Uint8Array): readonly PyValue[] => (call(vm, getAttr(vm, struct, 'unpack'), [new PyBytes(bytes)]) as PyTuple).items;
  return {
    size,
    members: values(new Uint8Array(size)).length,
    pack: (given) => (call(vm, getAttr(vm, struct, 'pack'), [...given]) as PyBytes).bytes,
    unpack(bytes) {
      const found = values(bytes);
      return found.length === 1 ? found[0] : new PyTuple([...found]);
    },
  };
}

/** Bytes of an item: of a plain value, or of as many values as the format has members. */
export function packItem(format: ItemFormat, item: PyValue): Uint8Array {
  const isPlain = typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean' || item instanceof PyFloat || item instanceof PyBytes;
  if (isPlain && format.members === 1) return format.pack([item]);
  if ((item instanceof PyList || item instanceof PyTuple) && item.items.length === format.members) return format.pack(item.items);
  throw valueError('mismatch between initializer element and format string');
}

/** What the constructor and `push` are given. */
export interface StructureArguments {
  readonly items: PyValue;
  readonly shape: PyValue;
  readonly strides: PyValue | undefined;
  readonly offset: number;
  readonly format: PyValue | undefined;
  readonly flags: number;
}

/** A structure with memory of its own, filled with items. */
export function makeStructure(vm: VM, given: StructureArguments): Structure {
  const { offset, flags } = given;
  const shape = sizesOf(vm, given.shape, 'shape');
  const strides = given.strides === undefined ? null : stridesOf(vm, given.strides, shape, flags);
  if (shape.length === 0 && (flags & Flag.PIL) !== 0) throw typeError('ndim = 0 cannot be used in conjunction with ND_PIL');
  const format = itemFormat(vm, given.format ?? 'B');
  if (format.size === 0) throw valueError('itemsize must not be zero');
  const memory = shape.length === 0 ? packItem(format, given.items) : packItems(format, given.items);
  const layout = strides ?? ((flags & Flag.FORTRAN) !== 0 ? fortranStrides(shape, format.size) : contiguousStrides(shape, format.size));
  checkBounds(memory.length, format.size, shape, layout, offset);
  const readonly = (flags & Flag.WRITABLE) === 0;
  const buffer = new PyBuffer(None, memory, offset, readonly, formatText(given.format), format.size, shape, layout);
  return new Structure((flags & Flag.PIL) === 0 ? buffer : throughPointers(buffer), flags, null, (flags & Flag.PIL) === 0 ? offset : 0);
}

function formatText(format: PyValue | undefined): string {
  if (format === undefined) return 'B';
  if (!isStr(format)) throw typeError(`must be str, not ${typeOf(format).tpName}`);
  return jsText(format);
}

/** A list or tuple of sizes or distances. */
function sizesOf(vm: VM, value: PyValue, what: 'shape' | 'strides'): readonly number[] {
  const { items } = listOrTuple(value, what);
  if (items.length > MAX_DIMENSIONS) throw valueError(`ndim must not exceed ${MAX_DIMENSIONS}`);
  return items.map((item) => {
    if (typeof item !== 'number' && typeof item !== 'bigint') throw valueError(`elements of ${what} must be integers`);
    const size = ssize(vm, item);
    if (what === 'shape' && size < 0) throw valueError('elements of shape must be integers >= 0');
    return size;
  });
}

export function ssize(vm: VM, value: PyValue): number {
  const size = asIndex(vm, value);
  if (typeof size === 'bigint') throw overflowError('Python int too large to convert to C ssize_t');
  return size;
}

export function listOrTuple(value: PyValue, what: string): PyList | PyTuple {
  if (!(value instanceof PyList) && !(value instanceof PyTuple)) throw typeError(`${what} must be a list or a tuple`);
  return value;
}

function stridesOf(vm: VM, value: PyValue, shape: readonly number[], flags: number): readonly number[] | null {
  const strides = sizesOf(vm, value, 'strides');
  if (strides.length === 0) return null;
  if ((flags & Flag.FORTRAN) !== 0) throw typeError('ND_FORTRAN cannot be used together with strides');
  if (strides.length !== shape.length) throw valueError('len(shape) != len(strides)');
  return strides;
}

function packItems(format: ItemFormat, value: PyValue): Uint8Array {
  const { items } = listOrTuple(value, 'items');
  if (items.length === 0) throw valueError('initializer list or tuple must not be empty');
  const memory = new Uint8Array(items.length * format.size);
  for (const [index, item] of items.entries()) memory.set(packItem(format, item), index * format.size);
  return memory;
}

/** Every item must be inside the memory. */
function checkBounds(length: number, itemsize: number, shape: readonly number[], strides: readonly number[], offset: number): void {
  if (offset % itemsize !== 0) throw valueError('offset must be a multiple of itemsize');
  if (offset < 0 || offset + itemsize > length) throw valueError('offset out of bounds');
  if (strides.some((stride) => stride % itemsize !== 0)) throw valueError('strides must be a multiple of itemsize');
  if (shape.includes(0)) return;
  const reach = (sign: number): number => shape.reduce((sum, count, i) => (Math.sign(strides[i]) === sign ? sum + strides[i] * (count - 1) : sum), offset);
  if (reach(-1) < 0 || reach(1) + itemsize > length) throw valueError('invalid combination of buffer, shape and strides');
}

const POINTER = 8;

/** The same items, those of each index of the first dimension found through a pointer; the pointers stand before the items. */
function throughPointers(buffer: PyBuffer): PyBuffer {
  const { shape, strides, memory, offset } = buffer;
  const before = shape[0] * POINTER;
  const joined = new Uint8Array(before + memory.length);
  joined.set(memory, before);
  let suboffset = 0;
  for (let i = 1; i < shape.length && shape[i] !== 0; i++) if (strides[i] <= 0) suboffset += -strides[i] * (shape[i] - 1);
  const backwards = strides[0] < 0;
  const view = new DataView(joined.buffer);
  for (let i = 0; i < shape[0]; i++) {
    const place = backwards ? shape[0] - 1 - i : i;
    view.setBigInt64(place * POINTER, BigInt(before + offset + i * strides[0] - suboffset), true);
  }
  const first = backwards ? Math.max(0, shape[0] - 1) * POINTER : 0;
  const suboffsets = [suboffset, ...shape.slice(1).map(() => -1)];
  return new PyBuffer(buffer.owner, joined, first, buffer.readonly, buffer.format, buffer.itemsize, shape, [backwards ? -POINTER : POINTER, ...strides.slice(1)], suboffsets);
}

/** A structure over another object's memory; the object is asked for what `asked` says. */
export function borrowedStructure(buffer: PyBuffer, flags: number, asked: number): Structure {
  return new Structure(buffer.asAsked(asked), flags, asked, -1);
}

/** The whole structure, which arrays ask of each other. */
export const everything = BufferFlag.FULL_RO;

/** Format as Python shows it: empty where it is not known. */
export function shownFormat(structure: Structure): PyValue {
  return structure.has(BufferFlag.FORMAT) ? strFromJS(structure.buffer.format) : '';
}
