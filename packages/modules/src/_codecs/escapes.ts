import { bufferBytes, call, codePoints, encodeUtf8, exceptionTypes, getAttr, importModule, isStr, isTrue, PyBaseException, PyBytes, repairDecode, strFromJS, strFromPoints, typeError, typeOf, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { answer, errorsArgument, strArgument } from './arguments.ts';

/* Text and bytes written as in string literals (CPython 3.12: Objects/unicodeobject.c, Objects/bytesobject.c). */

const octal = (bytes: Uint8Array, i: number): boolean => bytes[i] >= 48 && bytes[i] <= 55;
const hexDigits = (bytes: Uint8Array, start: number, count: number): number => {
  let n = 0;
  while (n < count && /[0-9a-fA-F]/.test(String.fromCharCode(bytes[start + n] ?? 0))) n++;
  return n;
};
const hexValue = (bytes: Uint8Array, start: number, count: number): number => Number.parseInt(String.fromCharCode(...bytes.subarray(start, start + count)), 16);
const simpleEscapes: Readonly<Record<string, number>> = { '\\': 0x5c, "'": 0x27, '"': 0x22, a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** `_codecs.unicode_escape_decode` */
export function unicode_escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined): PyValue {
  let bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
  const handler = errorsArgument('unicode_escape_decode', errors);
  const isFinal = final === undefined || isTrue(vm, final);
  const points: number[] = [];
  const invalid = new InvalidEscape();
  let i = 0;
  while (i < bytes.length) {
    if (bytes[i] !== 0x5c) {
      points.push(bytes[i++]);
      continue;
    }
    const start = i;
    let reason: string | null = null;
    if (i + 1 >= bytes.length) {
      if (!isFinal) break;
      reason = '\\ at end of string';
      i++;
    } else {
      const ch = String.fromCharCode(bytes[i + 1]);
      i += 2;
      if (ch === '\n') continue;
      const simple = simpleEscapes[ch];
      if (simple !== undefined) points.push(simple);
      else if (octal(bytes, i - 1)) {
        let value = bytes[i - 1] - 48;
        for (let n = 0; n < 2 && octal(bytes, i); n++) value = value * 8 + bytes[i++] - 48;
        if (value > 0o377) invalid.note(`octal escape sequence '\\${value.toString(8)}'`);
        points.push(value);
      } else if (ch === 'x' || ch === 'u' || ch === 'U') {
        const count = ch === 'x' ? 2 : ch === 'u' ? 4 : 8;
        const found = hexDigits(bytes, i, count);
        if (found < count) {
          if (!isFinal && i + found >= bytes.length) {
            i = start;
            break;
          }
          i += found;
          reason = `truncated \\${ch}${ch === 'x' ? 'XX' : ch === 'u' ? 'XXXX' : 'XXXXXXXX'} escape`;
        } else {
          const value = hexValue(bytes, i, count);
          i += count;
          if (value > 0x10ffff) reason = 'illegal Unicode character';
          else points.push(value);
        }
      } else if (ch === 'N') {
        const close = bytes[i] === 0x7b ? bytes.indexOf(0x7d, i) : -1;
        if (bytes[i] === 0x7b && close < 0 && !isFinal) {
          i = start;
          break;
        }
        if (close < 0 || close === i + 1) {
          reason = 'malformed \\N character escape';
          if (close > 0) i = close + 1;
        } else {
          const name = String.fromCharCode(...bytes.subarray(i + 1, close));
          i = close + 1;
          const point = characterNamed(vm, name);
          if (point === null) reason = 'unknown Unicode character name';
          else points.push(...point);
        }
      } else {
        invalid.note(`escape sequence '\\${ch}'`);
        points.push(0x5c, bytes[i - 1]);
      }
    }
    if (reason !== null) {
      const repair = repairDecode(vm, handler, 'unicodeescape', bytes, start, i, reason);
      points.push(...repair.points);
      i = repair.next;
      bytes = repair.bytes;
    }
  }
  invalid.warn(vm);
  return answer(strFromPoints(points), i);
}

/** The first escape that Python does not know: there is one warning for all. */
class InvalidEscape {
  private message: string | null = null;

  note(what: string): void {
    this.message ??= `invalid ${what}`;
  }

  warn(vm: VM): void {
    if (this.message !== null) vm.warn('DeprecationWarning', this.message, 1);
  }
}

function characterNamed(vm: VM, name: string): number[] | null {
  try {
    const found = call(vm, getAttr(vm, importModule(vm, 'unicodedata'), 'lookup'), [strFromJS(name)]);
    return Array.from(codePoints(found));
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.KeyError)) return null;
    throw error;
  }
}

/** `_codecs.unicode_escape_encode` */
export function unicode_escape_encode(vm: VM, value: PyValue, errors: PyValue | undefined): PyValue {
  strArgument('unicode_escape_encode', value);
  errorsArgument('unicode_escape_encode', errors);
  let text = '';
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point === 0x5c) text += '\\\\';
    else if (point === 9) text += '\\t';
    else if (point === 10) text += '\\n';
    else if (point === 13) text += '\\r';
    else if (point >= 32 && point < 127) text += String.fromCharCode(point);
    else if (point < 256) text += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (point < 0x10000) text += `\\u${point.toString(16).padStart(4, '0')}`;
    else text += `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return answer(new PyBytes(asciiBytes(text)), points.length);
}

/** The bytes of text that is ASCII or Latin-1. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

/** `_codecs.raw_unicode_escape_decode` */
export function raw_unicode_escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined): PyValue {
  let bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
  const handler = errorsArgument('raw_unicode_escape_decode', errors);
  const isFinal = final === undefined || isTrue(vm, final);
  const points: number[] = [];
  let i = 0;
  while (i < bytes.length) {
    const kind = bytes[i] === 0x5c ? bytes[i + 1] : undefined;
    if (bytes[i] !== 0x5c || (kind !== 0x75 && kind !== 0x55)) {
      if (bytes[i] === 0x5c && i + 1 >= bytes.length && !isFinal) break;
      points.push(bytes[i++]);
      if (kind !== undefined && bytes[i - 1] === 0x5c) points.push(bytes[i++]);
      continue;
    }
    const count = kind === 0x75 ? 4 : 8;
    const start = i;
    const found = hexDigits(bytes, i + 2, count);
    let reason: string;
    if (found < count) {
      if (!isFinal && i + 2 + found >= bytes.length) break;
      i += 2 + found;
      reason = kind === 0x75 ? 'truncated \\uXXXX escape' : 'truncated \\UXXXXXXXX escape';
    } else {
      const value = hexValue(bytes, i + 2, count);
      i += 2 + count;
      if (value <= 0x10ffff) {
        points.push(value);
        continue;
      }
      reason = '\\Uxxxxxxxx out of range';
    }
    const repair = repairDecode(vm, handler, 'rawunicodeescape', bytes, start, i, reason);
    points.push(...repair.points);
    i = repair.next;
    bytes = repair.bytes;
  }
  return answer(strFromPoints(points), i);
}

/** `_codecs.raw_unicode_escape_encode` */
export function raw_unicode_escape_encode(vm: VM, value: PyValue, errors: PyValue | undefined): PyValue {
  strArgument('raw_unicode_escape_encode', value);
  errorsArgument('raw_unicode_escape_encode', errors);
  let text = '';
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point < 256) text += String.fromCharCode(point);
    else text += point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return answer(new PyBytes(asciiBytes(text)), points.length);
}

/** `_codecs.escape_decode` */
export function escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined): PyValue {
  const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
  const mode = errorsArgument('escape_decode', errors);
  const out: number[] = [];
  const invalid = new InvalidEscape();
  let i = 0;
  while (i < bytes.length) {
    if (bytes[i] !== 0x5c) {
      out.push(bytes[i++]);
      continue;
    }
    if (++i >= bytes.length) throw valueError('Trailing \\ in string');
    const ch = String.fromCharCode(bytes[i++]);
    const simple = simpleEscapes[ch];
    if (ch === '\n') continue;
    if (simple !== undefined) out.push(simple);
    else if (octal(bytes, i - 1)) {
      let value = bytes[i - 1] - 48;
      for (let n = 0; n < 2 && octal(bytes, i); n++) value = value * 8 + bytes[i++] - 48;
      if (value > 0o377) invalid.note(`octal escape sequence '\\${value.toString(8)}'`);
      out.push(value & 255);
    } else if (ch === 'x') {
      if (hexDigits(bytes, i, 2) === 2) {
        out.push(hexValue(bytes, i, 2));
        i += 2;
        continue;
      }
      if (mode === 'strict') throw valueError(`invalid \\x escape at position ${i - 2}`);
      if (mode === 'replace') out.push(63);
      else if (mode !== 'ignore') throw valueError(`decoding error; unknown error handling code: ${mode}`);
      if (hexDigits(bytes, i, 1) === 1) i++;
    } else {
      invalid.note(`escape sequence '\\${ch}'`);
      out.push(0x5c, bytes[i - 1]);
    }
  }
  invalid.warn(vm);
  return answer(new PyBytes(Uint8Array.from(out)), bytes.length);
}

/** `_codecs.escape_encode` */
export function escape_encode(_vm: VM, data: PyValue): PyValue {
  if (!(data instanceof PyBytes)) throw typeError(`escape_encode() argument 1 must be bytes, not ${typeOf(data).tpName}`);
  let text = '';
  for (const byte of data.bytes) {
    if (byte === 0x27 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 9) text += '\\t';
    else if (byte === 10) text += '\\n';
    else if (byte === 13) text += '\\r';
    else text += byte < 32 || byte >= 127 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
  }
  return answer(new PyBytes(asciiBytes(text)), data.bytes.length);
}
