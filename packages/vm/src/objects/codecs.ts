import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyBytes } from './bytes.ts';
import { codePoints } from './str-points.ts';
import { plainText } from './str-support.ts';
import { ByteBuffer, PointBuffer } from './codec-buffers.ts';
import { quickAscii, quickEncode, quickEncodeUtf8, quickLatin1, quickUtf8 } from './codec-quick.ts';
import { repairDecode, repairEncode } from './codec-errors.ts';
import { encodeError } from './unicode-errors.ts';

/* The codecs that Python has built in: UTF-8, UTF-16, UTF-32, Latin-1, ASCII (CPython 3.12: Objects/unicodeobject.c). */

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

/** What distinguishes an encoder: its errors, and how it writes a character (false: it cannot). */
interface Encoder {
  readonly encoding: string;
  readonly reason: string;
  /** Bytes a unit: those of an error handler must be whole units. Of units of one byte, what cannot be written in a row is one error. */
  readonly width: 1 | 2 | 4;
  /** The last character that an error handler may put instead. */
  readonly lastReplacement: number;
  readonly write: (point: number, out: ByteBuffer) => boolean;
}

/** Writes a str; what cannot be written goes to the error handler. */
function encodeWith(vm: VM, value: PyValue, errors: string, out: ByteBuffer, encoder: Encoder): Uint8Array {
  const { encoding, reason, width, write } = encoder;
  const points = codePoints(value);
  vm.allocate(points.length);
  for (let i = 0; i < points.length; ) {
    if (write(points[i], out)) {
      i++;
      continue;
    }
    let end = i + 1;
    const trial = new ByteBuffer(16);
    while (width === 1 && end < points.length && !write(points[end], trial)) end++;
    const repair = repairEncode(vm, errors, encoding, value, i, end, reason);
    const fits = repair.bytes !== null ? repair.bytes.length % width === 0 : repair.points?.every((point) => point <= encoder.lastReplacement);
    if (!fits) throw encodeError(encoding, value, i, end, reason);
    if (repair.bytes !== null) out.append(repair.bytes);
    for (const point of repair.points ?? []) write(point, out);
    i = repair.next;
  }
  return out.done();
}

function writeUtf8(point: number, out: ByteBuffer): boolean {
  if (point < 0x80) out.push(point);
  else if (point < 0x800) out.push2(0xc0 | (point >> 6), 0x80 | (point & 63));
  else if (isSurrogate(point)) return false;
  else if (point < 0x10000) out.push3(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  else out.push4(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  return true;
}

const utf8: Encoder = { encoding: 'utf-8', reason: 'surrogates not allowed', width: 1, lastReplacement: 0x7f, write: writeUtf8 };

/** One byte a character, of which `last` is the last. */
function bytewise(encoding: string, last: number): Encoder {
  const write = (point: number, out: ByteBuffer): boolean => {
    if (point > last) return false;
    out.push(point);
    return true;
  };
  return { encoding, reason: `ordinal not in range(${last + 1})`, width: 1, lastReplacement: last, write };
}

/** `value.encode('utf-8', errors)` */
export function encodeUtf8(vm: VM, value: PyValue, errors = 'strict'): Uint8Array {
  const text = plainText(value);
  if (text !== null) {
    const quick = quickEncodeUtf8(text);
    if (quick !== null) return quick;
  }
  return encodeWith(vm, value, errors, new ByteBuffer(codePoints(value).length * 2), utf8);
}

/** A str as Latin-1; `errors` names a handler. Raises UnicodeEncodeError. */
export function encodeLatin1(vm: VM, value: PyValue, errors = 'strict'): Uint8Array {
  const text = plainText(value);
  const quick = text === null ? null : quickEncode(text, 0xff);
  if (quick !== null) return quick;
  return encodeWith(vm, value, errors, new ByteBuffer(codePoints(value).length), bytewise('latin-1', 0xff));
}

/** A str as ASCII; `errors` names a handler. Raises UnicodeEncodeError. */
export function encodeAscii(vm: VM, value: PyValue, errors = 'strict'): Uint8Array {
  const text = plainText(value);
  const quick = text === null ? null : quickEncode(text, 0x7f);
  if (quick !== null) return quick;
  return encodeWith(vm, value, errors, new ByteBuffer(codePoints(value).length), bytewise('ascii', 0x7f));
}

/** Byte order: -1 little, 1 big, 0 native with a byte order mark. */
export type ByteOrder = -1 | 0 | 1;

/** A str as UTF-16; order 0 writes a BOM and little-endian. */
export function encodeUtf16(vm: VM, value: PyValue, errors: string, order: ByteOrder): Uint8Array {
  const name = order === 0 ? 'utf-16' : order < 0 ? 'utf-16-le' : 'utf-16-be';
  const out = new ByteBuffer(codePoints(value).length * 2 + 2);
  const unit = (code: number): void => (order > 0 ? out.push2(code >> 8, code & 255) : out.push2(code & 255, code >> 8));
  if (order === 0) unit(0xfeff);
  const write = (point: number): boolean => {
    if (isSurrogate(point)) return false;
    if (point < 0x10000) unit(point);
    else {
      unit(0xd800 + ((point - 0x10000) >> 10));
      unit(0xdc00 + (point & 0x3ff));
    }
    return true;
  };
  return encodeWith(vm, value, errors, out, { ...utf8, encoding: name, width: 2, write });
}

/** A str as UTF-32; order 0 writes a BOM and little-endian. */
export function encodeUtf32(vm: VM, value: PyValue, errors: string, order: ByteOrder): Uint8Array {
  const name = order === 0 ? 'utf-32' : order < 0 ? 'utf-32-le' : 'utf-32-be';
  const out = new ByteBuffer(codePoints(value).length * 4 + 4);
  const unit = (code: number): void =>
    order > 0 ? out.push4(0, code >> 16, (code >> 8) & 255, code & 255) : out.push4(code & 255, (code >> 8) & 255, code >> 16, 0);
  if (order === 0) unit(0xfeff);
  const write = (point: number): boolean => {
    if (isSurrogate(point)) return false;
    unit(point);
    return true;
  };
  return encodeWith(vm, value, errors, out, { ...utf8, encoding: name, width: 4, write });
}

/** Decoded characters and how many bytes were used (fewer than given only when not `final`). */
export interface Decoded {
  readonly value: PyValue;
  readonly consumed: number;
}

/** `bytes.decode('utf-8', errors)`. Unless `final`, an unfinished character at the end is left over. */
export function decodeUtf8(vm: VM, input: Uint8Array, errors = 'strict', final = true): Decoded {
  const whole = final ? input : input.subarray(0, input.length - unfinished(input));
  const quick = quickUtf8(whole);
  if (quick !== null) return { value: quick, consumed: whole.length };
  vm.allocate(input.length);
  const out = new PointBuffer(input.length);
  let bytes = input;
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte < 0x80) {
      out.push(byte);
      i++;
      continue;
    }
    const { point, length, reason } = utf8At(bytes, i);
    if (reason === null) {
      out.push(point);
      i += length;
      continue;
    }
    if (!final && (reason === 'unexpected end of data' || isCutSurrogate(bytes, i))) break;
    const repair = repairDecode(vm, errors, 'utf-8', bytes, i, i + length, reason);
    for (const replacement of repair.points) out.push(replacement);
    i = repair.next;
    bytes = repair.bytes;
  }
  return { value: out.done(), consumed: i };
}

/** The first two bytes of a surrogate, the last there are: the error handler `surrogatepass` would want all three. */
function isCutSurrogate(bytes: Uint8Array, i: number): boolean {
  return bytes.length === i + 2 && bytes[i] === 0xed && bytes[i + 1] >= 0xa0 && bytes[i + 1] <= 0xbf;
}

/** Bytes at the end that may begin a character whose rest is to come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return utf8At(bytes, bytes.length - back).reason === 'unexpected end of data' ? back : 0;
  }
  return 0;
}

/** One character, or what is wrong: `length` is then the number of bytes that are one error. */
function utf8At(bytes: Uint8Array, i: number): { point: number; length: number; reason: string | null } {
  const first = bytes[i];
  const bad = (length: number, reason: string): { point: number; length: number; reason: string } => ({ point: -1, length, reason });
  if (first < 0xc2 || first > 0xf4) return bad(1, 'invalid start byte');
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let low = 0x80;
  let high = 0xbf;
  if (first === 0xe0) low = 0xa0;
  else if (first === 0xed) high = 0x9f;
  else if (first === 0xf0) low = 0x90;
  else if (first === 0xf4) high = 0x8f;
  let point = first & (0xff >> (size + 1));
  for (let j = 1; j < size; j++) {
    if (i + j >= bytes.length) return bad(bytes.length - i, 'unexpected end of data');
    const byte = bytes[i + j];
    if (byte < low || byte > high) return bad(j, 'invalid continuation byte');
    point = (point << 6) | (byte & 63);
    low = 0x80;
    high = 0xbf;
  }
  return { point, length: size, reason: null };
}

/** Latin-1 as a str: every byte is a character. */
export function decodeLatin1(bytes: Uint8Array): PyValue {
  return quickLatin1(bytes);
}

/** ASCII as a str; `errors` names a handler. Raises UnicodeDecodeError. */
export function decodeAscii(vm: VM, input: Uint8Array, errors = 'strict'): PyValue {
  const quick = quickAscii(input);
  if (quick !== null) return quick;
  const out = new PointBuffer(input.length);
  let bytes = input;
  for (let i = 0; i < bytes.length; ) {
    if (bytes[i] < 128) {
      out.push(bytes[i++]);
      continue;
    }
    const repair = repairDecode(vm, errors, 'ascii', bytes, i, i + 1, 'ordinal not in range(128)');
    for (const point of repair.points) out.push(point);
    i = repair.next;
    bytes = repair.bytes;
  }
  return out.done();
}

/** UTF-16; `order` 0 follows a byte order mark, little-endian without one. Gives the order found. */
export function decodeUtf16(vm: VM, input: Uint8Array, errors: string, order: ByteOrder, final = true): Decoded & { readonly order: ByteOrder } {
  let bytes = input;
  let found = order;
  let i = 0;
  if (order === 0 && bytes.length >= 2) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) found = -1;
    else if (bytes[0] === 0xfe && bytes[1] === 0xff) found = 1;
    if (found !== 0) i = 2;
  }
  const big = found > 0;
  const name = big ? 'utf-16-be' : 'utf-16-le';
  const out = new PointBuffer(bytes.length >> 1);
  const unit = (at: number): number => (big ? (bytes[at] << 8) | bytes[at + 1] : bytes[at] | (bytes[at + 1] << 8));
  while (i < bytes.length) {
    let length = 0;
    let reason = '';
    if (i + 1 >= bytes.length) [length, reason] = [1, 'truncated data'];
    else {
      const first = unit(i);
      if (!isSurrogate(first)) {
        out.push(first);
        i += 2;
        continue;
      }
      if (first >= 0xdc00) [length, reason] = [2, 'illegal encoding'];
      else if (i + 3 >= bytes.length) [length, reason] = [bytes.length - i, 'unexpected end of data'];
      else {
        const second = unit(i + 2);
        if (second >= 0xdc00 && second <= 0xdfff) {
          out.push(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
          i += 4;
          continue;
        }
        [length, reason] = [2, 'illegal UTF-16 surrogate'];
      }
    }
    if (!final && reason !== 'illegal encoding' && reason !== 'illegal UTF-16 surrogate') break;
    const repair = repairDecode(vm, errors, name, bytes, i, i + length, reason);
    for (const point of repair.points) out.push(point);
    i = repair.next;
    bytes = repair.bytes;
  }
  return { value: out.done(), consumed: i, order: found };
}

/** UTF-32 as a str; order 0 takes it from the BOM, else little-endian. Raises UnicodeDecodeError. */
export function decodeUtf32(vm: VM, input: Uint8Array, errors: string, order: ByteOrder, final = true): Decoded & { readonly order: ByteOrder } {
  let bytes = input;
  let found = order;
  let i = 0;
  if (order === 0 && bytes.length >= 4) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe && bytes[2] === 0 && bytes[3] === 0) found = -1;
    else if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0xfe && bytes[3] === 0xff) found = 1;
    if (found !== 0) i = 4;
  }
  const big = found > 0;
  const name = big ? 'utf-32-be' : 'utf-32-le';
  const out = new PointBuffer(bytes.length >> 2);
  while (i < bytes.length) {
    let reason = 'truncated data';
    let length = bytes.length - i;
    if (length >= 4) {
      const b = bytes.subarray(i, i + 4);
      const point = big ? ((b[0] << 24) | (b[1] << 16) | (b[2] << 8) | b[3]) >>> 0 : ((b[3] << 24) | (b[2] << 16) | (b[1] << 8) | b[0]) >>> 0;
      if (point <= 0x10ffff && !isSurrogate(point)) {
        out.push(point);
        i += 4;
        continue;
      }
      reason = isSurrogate(point) ? 'code point in surrogate code point range(0xd800, 0xe000)' : 'code point not in range(0x110000)';
      length = 4;
    } else if (!final) break;
    const repair = repairDecode(vm, errors, name, bytes, i, i + length, reason);
    for (const point of repair.points) out.push(point);
    i = repair.next;
    bytes = repair.bytes;
  }
  return { value: out.done(), consumed: i, order: found };
}

/** Which built-in codec an encoding name means, or null. */
export function builtinCodec(encoding: string): 'utf-8' | 'latin-1' | 'ascii' | 'utf-16' | 'utf-32' | null {
  switch (encoding.toLowerCase().replaceAll('_', '-')) {
    case 'utf-8':
    case 'utf8':
      return 'utf-8';
    case 'latin-1':
    case 'latin1':
    case 'iso-8859-1':
    case 'iso8859-1':
      return 'latin-1';
    case 'ascii':
    case 'us-ascii':
      return 'ascii';
    case 'utf-16':
    case 'utf16':
      return 'utf-16';
    case 'utf-32':
    case 'utf32':
      return 'utf-32';
    default:
      return null;
  }
}

/** `value.encode(encoding, errors)` by a built-in codec; undefined if it is none of them. */
export function encodeBuiltin(vm: VM, value: PyValue, encoding: string, errors: string): PyBytes | undefined {
  switch (builtinCodec(encoding)) {
    case 'utf-8':
      return new PyBytes(encodeUtf8(vm, value, errors));
    case 'latin-1':
      return new PyBytes(encodeLatin1(vm, value, errors));
    case 'ascii':
      return new PyBytes(encodeAscii(vm, value, errors));
    case 'utf-16':
      return new PyBytes(encodeUtf16(vm, value, errors, 0));
    case 'utf-32':
      return new PyBytes(encodeUtf32(vm, value, errors, 0));
    default:
      return undefined;
  }
}

/** `bytes.decode(encoding, errors)` by a built-in codec; undefined if it is none of them. */
export function decodeBuiltin(vm: VM, bytes: Uint8Array, encoding: string, errors: string): PyValue | undefined {
  switch (builtinCodec(encoding)) {
    case 'utf-8':
      return decodeUtf8(vm, bytes, errors).value;
    case 'latin-1':
      return decodeLatin1(bytes);
    case 'ascii':
      return decodeAscii(vm, bytes, errors);
    case 'utf-16':
      return decodeUtf16(vm, bytes, errors, 0).value;
    case 'utf-32':
      return decodeUtf32(vm, bytes, errors, 0).value;
    default:
      return undefined;
  }
}
