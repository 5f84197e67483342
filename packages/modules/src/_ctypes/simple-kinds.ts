import { asDouble, asIndex, codePoints, intValue, isInt, isStr, isTrue, None, normalizeInt, PyByteArray, PyBytes, PyFloat, strFromCodePoint, strFromPoints, typeError, typeOf, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { stateOf } from './data.ts';
import { longDouble, setLongDouble } from './long-double.ts';
import { Block, type Place } from './memory.ts';

/* The types that C itself has, by the letter that `_type_` gives (CPython 3.12: Modules/_ctypes/cfield.c, formattable). 64-bit, little-endian, as on Linux. */

/** How values of one of C's own types are stored. */
export interface SimpleKind {
  readonly code: string;
  readonly size: number;
  /** As PEP 3118 writes it, without byte order. */
  readonly format: string;
  /** An int may be a bit field of this type; its sign. */
  readonly bits: 'signed' | 'unsigned' | null;
  /** Has a counterpart in the other byte order. */
  readonly swaps: boolean;
  readonly isPointer: boolean;
  get(vm: VM, place: Place, little: boolean): PyValue;
  /** Stores a value; gives the object that must live as long as what was stored, or None. */
  set(vm: VM, place: Place, value: PyValue, little: boolean): PyValue;
}

/** Too large an int loses its upper bits, as in C. */
export function intArgument(vm: VM, value: PyValue): bigint {
  return BigInt(asIndex(vm, value));
}

/** Reads an integer of 1, 2, 4 or 8 bytes. */
export function readInteger({ block, offset }: Place, size: number, signed: boolean, little: boolean): bigint {
  const { view } = block;
  const bits = size === 8 ? view.getBigUint64(offset, little) : BigInt(size === 4 ? view.getUint32(offset, little) : size === 2 ? view.getUint16(offset, little) : view.getUint8(offset));
  return signed ? BigInt.asIntN(8 * size, bits) : bits;
}

/** Stores the lowest bytes of an integer. */
export function writeInteger({ block, offset }: Place, size: number, value: bigint, little: boolean): void {
  const { view } = block;
  const bits = BigInt.asUintN(8 * size, value);
  if (size === 8) view.setBigUint64(offset, bits, little);
  else if (size === 4) view.setUint32(offset, Number(bits), little);
  else if (size === 2) view.setUint16(offset, Number(bits), little);
  else view.setUint8(offset, Number(bits));
}

function integer(code: string, size: number, format: string, signed: boolean): SimpleKind {
  return {
    code, size, format, bits: signed ? 'signed' : 'unsigned', swaps: true, isPointer: false,
    get: (_vm, place, little) => normalizeInt(readInteger(place, size, signed, little)),
    set: (vm, place, value, little) => (writeInteger(place, size, intArgument(vm, value), little), None),
  };
}

function real(code: string, size: 4 | 8): SimpleKind {
  return {
    code, size, format: code, bits: null, swaps: true, isPointer: false,
    get: (_vm, { block, offset }, little) => new PyFloat(size === 4 ? block.view.getFloat32(offset, little) : block.view.getFloat64(offset, little)),
    set(vm, { block, offset }, value, little) {
      const number = asDouble(vm, value);
      if (size === 4) block.view.setFloat32(offset, number, little);
      else block.view.setFloat64(offset, number, little);
      return None;
    },
  };
}

const longDoubleKind: SimpleKind = {
  code: 'g', size: 16, format: 'g', bits: null, swaps: false, isPointer: false,
  get: (_vm, { block, offset }) => new PyFloat(longDouble(block.view, offset)),
  set(vm, { block, offset }, value) {
    setLongDouble(block.view, offset, asDouble(vm, value));
    return None;
  },
};

const character: SimpleKind = {
  code: 'c', size: 1, format: 'c', bits: null, swaps: false, isPointer: false,
  get: (_vm, { block, offset }) => new PyBytes(block.bytes.slice(offset, offset + 1)),
  set(_vm, { block, offset }, value) {
    const bytes = value instanceof PyBytes || value instanceof PyByteArray ? value.bytes : undefined;
    if (bytes?.length === 1) block.bytes[offset] = bytes[0];
    else if (bytes === undefined && isInt(value) && intValue(value) >= 0 && intValue(value) < 256) block.bytes[offset] = Number(intValue(value));
    else throw typeError('one character bytes, bytearray or integer expected');
    return None;
  },
};

const wideCharacter: SimpleKind = {
  code: 'u', size: 4, format: 'u', bits: null, swaps: false, isPointer: false,
  get: (_vm, { block, offset }) => wideText(block.view.getUint32(offset, true)),
  set(_vm, { block, offset }, value) {
    if (!isStr(value)) throw typeError(`unicode string expected instead of ${typeOf(value).tpName} instance`);
    const points = codePoints(value);
    if (points.length !== 1) throw typeError('one character unicode string expected');
    block.view.setUint32(offset, points[0], true);
    return None;
  },
};

function wideText(point: number): PyValue {
  if (point > 0x10ffff) throw valueError(`character U+${point.toString(16)} is not in range [U+0000; U+10ffff]`);
  return strFromCodePoint(point);
}

function truth(): SimpleKind {
  return {
    code: '?', size: 1, format: '?', bits: 'unsigned', swaps: false, isPointer: false,
    get: (_vm, { block, offset }) => block.bytes[offset] !== 0,
    set(vm, { block, offset }, value) {
      block.bytes[offset] = isTrue(vm, value) ? 1 : 0;
      return None;
    },
  };
}

/** A pointer given as an int: it keeps nothing. */
function storeAddress(vm: VM, place: Place, value: number | bigint): void {
  const address = BigInt.asUintN(64, BigInt(value));
  const { memory } = stateOf(vm);
  const target = memory.find(Number(address));
  memory.store(place, null);
  place.block.view.setBigUint64(place.offset, address, true);
  if (target !== undefined) (place.block.links ??= new Map()).set(place.offset, target.block);
}

function storeText(vm: VM, place: Place, bytes: Uint8Array): void {
  stateOf(vm).memory.store(place, { block: new Block(bytes), offset: 0 });
}

const bytesPointer: SimpleKind = {
  code: 'z', size: 8, format: 'z', bits: null, swaps: false, isPointer: true,
  get(vm, place) {
    const address = stateOf(vm).memory.load(place);
    return address === 0 ? None : new PyBytes(bytesAt(vm, address, -1));
  },
  set(vm, place, value) {
    if (value === None) stateOf(vm).memory.store(place, null);
    else if (value instanceof PyBytes) {
      const bytes = new Uint8Array(value.bytes.length + 1);
      bytes.set(value.bytes);
      storeText(vm, place, bytes);
      return value;
    } else if (isInt(value)) storeAddress(vm, place, intValue(value));
    else throw typeError(`bytes or integer address expected instead of ${typeOf(value).tpName} instance`);
    return None;
  },
};

const textPointer: SimpleKind = {
  code: 'Z', size: 8, format: 'Z', bits: null, swaps: false, isPointer: true,
  get(vm, place) {
    const address = stateOf(vm).memory.load(place);
    return address === 0 ? None : wideTextAt(vm, address, -1);
  },
  set(vm, place, value) {
    if (value === None) stateOf(vm).memory.store(place, null);
    else if (isStr(value)) {
      storeText(vm, place, wideBytes(codePoints(value)));
      return value;
    } else if (isInt(value)) storeAddress(vm, place, intValue(value));
    else throw typeError(`unicode string or integer address expected instead of ${typeOf(value).tpName} instance`);
    return None;
  },
};

/** `wchar_t`s with the NUL behind them. */
export function wideBytes(points: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * points.length + 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < points.length; i++) view.setUint32(4 * i, points[i], true);
  return bytes;
}

const anyPointer: SimpleKind = {
  code: 'P', size: 8, format: 'P', bits: null, swaps: false, isPointer: true,
  get(_vm, { block, offset }) {
    const address = block.view.getBigUint64(offset, true);
    return address === 0n ? None : normalizeInt(address);
  },
  set(vm, place, value) {
    if (value === None) stateOf(vm).memory.store(place, null);
    else if (isInt(value)) storeAddress(vm, place, intValue(value));
    else throw typeError('cannot be converted to pointer');
    return None;
  },
};

const reference: SimpleKind = {
  code: 'O', size: 8, format: 'O', bits: null, swaps: false, isPointer: true,
  get(_vm, { block, offset }) {
    const value = block.values?.get(offset);
    if (value === undefined) throw valueError('PyObject is NULL');
    return value;
  },
  set(vm, { block, offset }, value) {
    (block.values ??= new Map()).set(offset, value);
    block.view.setBigUint64(offset, BigInt(identity(vm, value)), true);
    return value;
  },
};

/** What `id` gives; values that JavaScript holds itself have no identity of their own. */
function identity(vm: VM, value: PyValue): number {
  return typeof value === 'object' ? vm.idOf(value) : 0x7f01_0000_0010;
}

/** C's own types by letter. */
export const simpleKinds: Readonly<Record<string, SimpleKind>> = {
  b: integer('b', 1, 'b', true), B: integer('B', 1, 'B', false), h: integer('h', 2, 'h', true), H: integer('H', 2, 'H', false), i: integer('i', 4, 'i', true), I: integer('I', 4, 'I', false),
  l: integer('l', 8, 'l', true), L: integer('L', 8, 'L', false), q: integer('q', 8, 'q', true), Q: integer('Q', 8, 'Q', false), f: real('f', 4), d: real('d', 8), g: longDoubleKind,
  c: character, u: wideCharacter, '?': truth(), v: { ...truth(), code: 'v', size: 2, format: 'v', get: (_vm, { block, offset }) => block.view.getInt16(offset, true) !== 0, set: (vm, { block, offset }, value) => (block.view.setInt16(offset, isTrue(vm, value) ? -1 : 0, true), None) },
  z: bytesPointer, Z: textPointer, P: anyPointer, O: reference,
};

/** Bytes at an address: as many, or up to a NUL (-1). */
export function bytesAt(vm: VM, address: number, count: number): Uint8Array {
  const { block, offset } = placeAt(vm, address);
  const end = count < 0 ? block.bytes.indexOf(0, offset) : offset + count;
  return block.bytes.slice(offset, end < 0 ? block.bytes.length : end);
}

/** `wchar_t`s at an address: as many, or up to a NUL (-1). */
export function wideTextAt(vm: VM, address: number, count: number): PyValue {
  const { block, offset } = placeAt(vm, address);
  const { view } = block;
  const points: number[] = [];
  for (let at = offset; at + 4 <= block.bytes.length && points.length !== count; at += 4) {
    const point = view.getUint32(at, true);
    if (count < 0 && point === 0) break;
    points.push(point);
  }
  return strFromPoints(points);
}

/** What is at an address. Where C would read memory that is nobody's, this says so. */
export function placeAt(vm: VM, address: number): Place {
  const place = stateOf(vm).memory.find(address);
  if (place === undefined) throw valueError(address === 0 ? 'NULL pointer access' : `no memory at address 0x${address.toString(16)}`);
  return place;
}
