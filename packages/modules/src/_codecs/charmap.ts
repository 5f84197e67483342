import {
  bufferBytes, codePoints, decodeLatin1, defineType, encodeLatin1, exceptionTypes, getItem, intValue, isInt, isStr, native, None, PyBaseException, PyBytes, PyDict, PyObject, repairDecode, repairEncode, strFromPoints, strLength, typeError, TypeFlag, typeOf,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { answer, errorsArgument, strArgument } from './arguments.ts';

/* Codecs by a table (CPython 3.12: Objects/unicodeobject.c). */

/** `_codecs.charmap_decode` */
export function charmap_decode(vm: VM, data: PyValue, errors: PyValue | undefined, mapping: PyValue | undefined): PyValue {
  let bytes = bufferBytes(vm, data);
  const size = bytes.length;
  const handler = errorsArgument('charmap_decode', errors);
  if (mapping === undefined || mapping === None) return answer(decodeLatin1(bytes), size);
  const points: number[] = [];
  const table = isStr(mapping) ? codePoints(mapping) : null;
  for (let i = 0; i < bytes.length; ) {
    const mapped = table === null ? mappedTo(vm, mapping, bytes[i]) : bytes[i] < table.length ? [table[bytes[i]]] : null;
    if (mapped !== null && !(mapped.length === 1 && mapped[0] === 0xfffe)) {
      points.push(...mapped);
      i++;
      continue;
    }
    const repair = repairDecode(vm, handler, 'charmap', bytes, i, i + 1, 'character maps to <undefined>');
    points.push(...repair.points);
    i = repair.next;
    bytes = repair.bytes;
  }
  return answer(strFromPoints(points), size);
}

/** `mapping[key]`; null where that is None or there is none. */
function lookUp(vm: VM, mapping: PyValue, key: number): PyValue | null {
  try {
    const value = getItem(vm, mapping, key);
    return value === None ? null : value;
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.LookupError)) return null;
    throw error;
  }
}

/** `mapping[key]` as characters; null where it has none. */
function mappedTo(vm: VM, mapping: PyValue, key: number): number[] | null {
  const value = lookUp(vm, mapping, key);
  if (value === null) return null;
  if (isInt(value)) {
    const code = Number(intValue(value));
    if (code < 0 || code > 0x10ffff) throw typeError('character mapping must be in range(0x110000)');
    return [code];
  }
  if (isStr(value)) return Array.from(codePoints(value));
  throw typeError('character mapping must return integer, None or str');
}

/** `_codecs.charmap_encode` */
export function charmap_encode(vm: VM, str: PyValue, errors: PyValue | undefined, mapping: PyValue | undefined): PyValue {
  strArgument('charmap_encode', str);
  const handler = errorsArgument('charmap_encode', errors);
  if (mapping === undefined || mapping === None) return answer(new PyBytes(encodeLatin1(vm, str, handler)), strLength(str));
  const points = codePoints(str);
  const out: number[] = [];
  const bytesFor = (point: number): readonly number[] | null => bytesOf(vm, mapping, point);
  for (let i = 0; i < points.length; ) {
    const bytes = bytesFor(points[i]);
    if (bytes !== null) {
      out.push(...bytes);
      i++;
      continue;
    }
    let end = i + 1;
    while (end < points.length && bytesFor(points[end]) === null) end++;
    const repair = repairEncode(vm, handler, 'charmap', str, i, end, 'character maps to <undefined>');
    if (repair.bytes !== null) out.push(...repair.bytes);
    for (const point of repair.points ?? []) {
      const replacement = bytesFor(point);
      if (replacement === null) repairEncode(vm, 'strict', 'charmap', str, i, end, 'character maps to <undefined>');
      else out.push(...replacement);
    }
    i = repair.next;
  }
  return answer(new PyBytes(Uint8Array.from(out)), points.length);
}

/** The bytes that `mapping` has for a character; null where it has none. */
function bytesOf(vm: VM, mapping: PyValue, point: number): readonly number[] | null {
  if (mapping instanceof EncodingMap) {
    const byte = mapping.codes.get(point);
    return byte === undefined ? null : [byte];
  }
  const value = lookUp(vm, mapping, point);
  if (value === null) return null;
  if (isInt(value)) {
    const byte = Number(intValue(value));
    if (byte < 0 || byte > 255) throw typeError('character mapping must be in range(256)');
    return [byte];
  }
  if (value instanceof PyBytes) return [...value.bytes];
  throw typeError(`character mapping must return integer, bytes or None, not ${typeOf(value).tpName}`);
}

/** A decoding table turned round, in the form that `charmap_encode` reads fastest. */
class EncodingMap extends PyObject {
  readonly codes: ReadonlyMap<number, number>;
  constructor(codes: ReadonlyMap<number, number>) {
    super(encodingMapType);
    this.codes = codes;
  }
}

/** How many blocks of 2048 and of 128 characters have one with a code other than 0: CPython keeps an index of the first and the codes of the second. */
function blocksOf(codes: ReadonlyMap<number, number>): readonly [number, number] {
  const points = [...codes.keys()].filter((point) => point > 0);
  return [new Set(points.map((point) => point >> 11)).size, new Set(points.map((point) => point >> 7)).size];
}

/** Size of the object without its blocks, in bytes. */
const headerSize = 63;

const encodingMapType: PyType = defineType('EncodingMap', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('size(self, /)', (_vm: VM, self: EncodingMap) => {
      const [wide, narrow] = blocksOf(self.codes);
      return headerSize + 16 * wide + 128 * narrow;
    }, 'Return the size (in bytes) of this object.').unsigned(),
  ],
});

/** `_codecs.charmap_build`: what `charmap_encode` takes for a decoding table. CPython 3.12: Objects/unicodeobject.c, PyUnicode_BuildEncodingMap. */
export function charmap_build(vm: VM, table: PyValue): PyValue {
  const points = Array.from(codePoints(strArgument('charmap_build', table))).slice(0, 256);
  const codes = new Map<number, number>();
  for (const [code, point] of points.entries()) if (point !== 0xfffe) codes.set(point, code);
  const isCompact = points[0] === 0 && points.every((point, code) => point <= 0xffff && (point > 0 || code === 0));
  const [wide, narrow] = blocksOf(codes);
  if (isCompact && wide < 0xff && narrow < 0xff) return new EncodingMap(codes);
  const dict = new PyDict();
  for (const [point, code] of codes) dict.set(vm, point, code);
  return dict;
}
