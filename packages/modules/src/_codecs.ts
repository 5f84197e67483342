import {
  asIndex, asIndexClamped, bufferBytes, call, codePoints, decodeAscii, decodeLatin1, decodeUtf16, decodeUtf32, decodeUtf8, defineModule, encodeAscii, encodeLatin1, encodeUtf16, encodeUtf32, encodeUtf8,
  errorHandlers, exceptionTypes, getAttr, importModule, isInt, intValue, isStr, isTrue, jsText, lookupAttr, lookupError, native, newTuple, None, PyBaseException, PyBytes, PyDict, PyTuple,
  repairDecode, repairEncode, strFromJS, strFromPoints, strLength, typeError, typeOf, valueError, getItem, PyBuiltinFunction,
} from '@py/vm/native';
import type { ByteOrder, NativeModule, PyValue, VM } from '@py/vm/native';

/* `_codecs` (CPython 3.12: Modules/_codecsmodule.c, Python/codecs.c). */

interface Registry {
  readonly search: PyValue[];
  readonly cache: Map<string, PyValue>;
  loaded: boolean;
}

const registry = (vm: VM): Registry => vm.state('_codecs', () => ({ search: [], cache: new Map(), loaded: false }));

/** `codecs.lookup(encoding)`: the four functions of a codec. The `encodings` package registers itself the first time. */
function lookup(vm: VM, encoding: string): PyTuple {
  const known = registry(vm);
  const name = encoding.toLowerCase().replaceAll(' ', '-');
  const cached = known.cache.get(name);
  if (cached !== undefined) return cached as PyTuple;
  if (!known.loaded) {
    known.loaded = true;
    importModule(vm, 'encodings');
  }
  if (known.search.length === 0) throw lookupError('no codec search functions registered: can\'t find encoding');
  for (const search of known.search) {
    const result = call(vm, search, [strFromJS(name)]);
    if (result === None) continue;
    if (!(result instanceof PyTuple) || result.items.length !== 4) throw typeError('codec search functions must return 4-tuples');
    known.cache.set(name, result);
    return result;
  }
  throw lookupError(`unknown encoding: ${encoding}`);
}

/** The codec, which must be one between str and bytes if `textOnly`. */
function textCodec(vm: VM, encoding: string, alternative: string, textOnly: boolean): PyTuple {
  const codec = lookup(vm, encoding);
  if (textOnly && typeOf(codec).name !== 'tuple') {
    const flag = lookupAttr(vm, codec, '_is_text_encoding');
    if (flag !== undefined && !isTrue(vm, flag)) throw lookupError(`'${encoding}' is not a text encoding; use ${alternative} to handle arbitrary codecs`);
  }
  return codec;
}

function run(vm: VM, codec: PyTuple, index: 0 | 1, value: PyValue, errors: string | null, encoding: string): PyValue {
  let result: PyValue;
  try {
    result = call(vm, codec.items[index], errors === null ? [value] : [value, strFromJS(errors)]);
  } catch (error) {
    if (error instanceof PyBaseException) noteCodec(vm, error, index === 0 ? 'encoding' : 'decoding', encoding);
    throw error;
  }
  if (!(result instanceof PyTuple) || result.items.length !== 2) throw typeError(`${index === 0 ? 'encoder' : 'decoder'} must return a tuple (object, integer)`);
  return result.items[0];
}

/** Says which codec an error comes from, as a note. */
function noteCodec(vm: VM, error: PyBaseException, operation: string, encoding: string): void {
  if (error.cls.isSubtypeOf(exceptionTypes.UnicodeError)) return;
  call(vm, getAttr(vm, error, 'add_note'), [strFromJS(`${operation} with '${encoding}' codec failed`)]);
}

const errorsOf = (errors: PyValue | undefined): string => (errors === undefined || errors === None ? 'strict' : jsText(errors));
const result = (value: PyValue, length: number): PyValue => newTuple([value, length]);
const needStr = (name: string, value: PyValue): PyValue => {
  if (!isStr(value)) throw typeError(`${name}() argument 1 must be str, not ${typeOf(value).tpName}`);
  return value;
};

type Encode = (vm: VM, value: PyValue, errors: string) => Uint8Array;

function encoder(name: string, encode: Encode): ReturnType<typeof native> {
  return native(`${name}(str, errors=None, /)`, (vm: VM, value: PyValue, errors: PyValue | undefined) => {
    needStr(name, value);
    return result(new PyBytes(encode(vm, value, errorsOf(errors))), strLength(value));
  });
}

/** A decoder that may leave an unfinished character for later. */
function partialDecoder(name: string, decode: (vm: VM, bytes: Uint8Array, errors: string, final: boolean) => { value: PyValue; consumed: number }): ReturnType<typeof native> {
  return native(`${name}(data, errors=None, final=False, /)`, (vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined) => {
    const decoded = decode(vm, bufferBytes(vm, data), errorsOf(errors), final !== undefined && isTrue(vm, final));
    return result(decoded.value, decoded.consumed);
  });
}

const orderOf = (vm: VM, byteorder: PyValue | undefined): ByteOrder => {
  const value = byteorder === undefined ? 0 : Number(asIndex(vm, byteorder));
  return value < 0 ? -1 : value > 0 ? 1 : 0;
};

function exDecoder(name: string, decode: typeof decodeUtf16): ReturnType<typeof native> {
  return native(`${name}(data, errors=None, byteorder=0, final=False, /)`, (vm: VM, data: PyValue, errors: PyValue | undefined, byteorder: PyValue | undefined, final: PyValue | undefined) => {
    const decoded = decode(vm, bufferBytes(vm, data), errorsOf(errors), orderOf(vm, byteorder), final !== undefined && isTrue(vm, final));
    return newTuple([decoded.value, decoded.consumed, decoded.order]);
  });
}

// Escapes.

const octal = (bytes: Uint8Array, i: number): boolean => bytes[i] >= 48 && bytes[i] <= 55;
const hexDigits = (bytes: Uint8Array, start: number, count: number): number => {
  let n = 0;
  while (n < count && /[0-9a-fA-F]/.test(String.fromCharCode(bytes[start + n] ?? 0))) n++;
  return n;
};
const hexValue = (bytes: Uint8Array, start: number, count: number): number => Number.parseInt(String.fromCharCode(...bytes.subarray(start, start + count)), 16);
const simpleEscapes: Readonly<Record<string, number>> = { '\\': 0x5c, "'": 0x27, '"': 0x22, a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function unicode_escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined): PyValue {
  const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
  const isFinal = final === undefined || isTrue(vm, final);
  const points: number[] = [];
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
        if (value > 0o377) vm.warn('DeprecationWarning', `invalid octal escape sequence '\\${value.toString(8)}'`, 1);
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
        vm.warn('DeprecationWarning', `invalid escape sequence '\\${ch}'`, 1);
        points.push(0x5c, bytes[i - 1]);
      }
    }
    if (reason !== null) {
      const repair = repairDecode(vm, errorsOf(errors), 'unicodeescape', bytes, start, i, reason);
      points.push(...repair.points);
      i = repair.next;
    }
  }
  return result(strFromPoints(points), i);
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

function unicode_escape_encode(_vm: VM, value: PyValue): PyValue {
  needStr('unicode_escape_encode', value);
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
  return result(new PyBytes(asciiBytes(text)), points.length);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

function raw_unicode_escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined): PyValue {
  const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
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
    const repair = repairDecode(vm, errorsOf(errors), 'rawunicodeescape', bytes, start, i, reason);
    points.push(...repair.points);
    i = repair.next;
  }
  return result(strFromPoints(points), i);
}

function raw_unicode_escape_encode(_vm: VM, value: PyValue): PyValue {
  needStr('raw_unicode_escape_encode', value);
  let text = '';
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point < 256) text += String.fromCharCode(point);
    else text += point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return result(new PyBytes(asciiBytes(text)), points.length);
}

function escape_decode(vm: VM, data: PyValue, errors: PyValue | undefined): PyValue {
  const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data);
  const out: number[] = [];
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
      out.push(value & 255);
    } else if (ch === 'x') {
      if (hexDigits(bytes, i, 2) === 2) {
        out.push(hexValue(bytes, i, 2));
        i += 2;
        continue;
      }
      const mode = errorsOf(errors);
      if (mode === 'strict') throw valueError(`invalid \\x escape at position ${i - 2}`);
      if (mode === 'replace') out.push(63);
      else if (mode !== 'ignore') throw valueError(`decoding error; unknown error handling code: ${mode}`);
      if (hexDigits(bytes, i, 1) === 1) i++;
    } else {
      vm.warn('DeprecationWarning', `invalid escape sequence '\\${ch}'`, 1);
      out.push(0x5c, bytes[i - 1]);
    }
  }
  return result(new PyBytes(Uint8Array.from(out)), bytes.length);
}

function escape_encode(_vm: VM, data: PyValue): PyValue {
  if (!(data instanceof PyBytes)) throw typeError(`escape_encode() argument 1 must be bytes, not ${typeOf(data).tpName}`);
  let text = '';
  for (const byte of data.bytes) {
    if (byte === 0x27 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 9) text += '\\t';
    else if (byte === 10) text += '\\n';
    else if (byte === 13) text += '\\r';
    else text += byte < 32 || byte >= 127 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
  }
  return result(new PyBytes(asciiBytes(text)), data.bytes.length);
}

// Character maps.

function charmap_decode(vm: VM, data: PyValue, errors: PyValue | undefined, mapping: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  if (mapping === undefined || mapping === None) return result(decodeLatin1(bytes), bytes.length);
  const points: number[] = [];
  const table = isStr(mapping) ? codePoints(mapping) : null;
  for (let i = 0; i < bytes.length; ) {
    const mapped = table === null ? mappedTo(vm, mapping, bytes[i]) : bytes[i] < table.length ? [table[bytes[i]]] : null;
    if (mapped !== null && !(mapped.length === 1 && mapped[0] === 0xfffe)) {
      points.push(...mapped);
      i++;
      continue;
    }
    const repair = repairDecode(vm, errorsOf(errors), 'charmap', bytes, i, i + 1, 'character maps to <undefined>');
    points.push(...repair.points);
    i = repair.next;
  }
  return result(strFromPoints(points), bytes.length);
}

/** `mapping[key]` as characters; null where it has none. */
function mappedTo(vm: VM, mapping: PyValue, key: number): number[] | null {
  let value: PyValue;
  try {
    value = getItem(vm, mapping, key);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.LookupError)) return null;
    throw error;
  }
  if (value === None) return null;
  if (isInt(value)) {
    const code = Number(intValue(value));
    if (code < 0 || code > 0x10ffff) throw typeError('character mapping must be in range(0x110000)');
    return [code];
  }
  if (isStr(value)) return Array.from(codePoints(value));
  throw typeError('character mapping must return integer, None or str');
}

function charmap_encode(vm: VM, str: PyValue, errors: PyValue | undefined, mapping: PyValue | undefined): PyValue {
  needStr('charmap_encode', str);
  if (mapping === undefined || mapping === None) return result(new PyBytes(encodeLatin1(vm, str, errorsOf(errors))), strLength(str));
  const points = codePoints(str);
  const out: number[] = [];
  const bytesFor = (point: number): number[] | null => {
    let value: PyValue;
    try {
      value = getItem(vm, mapping, point);
    } catch (error) {
      if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.LookupError)) return null;
      throw error;
    }
    if (value === None) return null;
    if (isInt(value)) {
      const byte = Number(intValue(value));
      if (byte < 0 || byte > 255) throw typeError('character mapping must be in range(256)');
      return [byte];
    }
    if (value instanceof PyBytes) return [...value.bytes];
    throw typeError(`character mapping must return integer, bytes or None, not ${typeOf(value).tpName}`);
  };
  for (let i = 0; i < points.length; ) {
    const bytes = bytesFor(points[i]);
    if (bytes !== null) {
      out.push(...bytes);
      i++;
      continue;
    }
    let end = i + 1;
    while (end < points.length && bytesFor(points[end]) === null) end++;
    const repair = repairEncode(vm, errorsOf(errors), 'charmap', str, i, end, 'character maps to <undefined>');
    if (repair.bytes !== null) out.push(...repair.bytes);
    for (const point of repair.points ?? []) {
      const replacement = bytesFor(point);
      if (replacement === null) repairEncode(vm, 'strict', 'charmap', str, i, end, 'character maps to <undefined>');
      else out.push(...replacement);
    }
    i = repair.next;
  }
  return result(new PyBytes(Uint8Array.from(out)), points.length);
}

/** A decoding table turned round: what `charmap_encode` reads. */
function charmap_build(vm: VM, map: PyValue): PyValue {
  const dict = new PyDict();
  const points = codePoints(map);
  for (let i = 0; i < points.length; i++) if (points[i] !== 0xfffe) dict.set(vm, points[i], i);
  return dict;
}

// UTF-7.

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const direct = /[A-Za-z0-9'(),\-./:?\s]/;

function utf7Encode(_vm: VM, value: PyValue): Uint8Array {
  let text = '';
  let bits = 0;
  let count = 0;
  let shifted = false;
  const flush = (): void => {
    if (count > 0) text += base64[(bits << (6 - count)) & 63];
    bits = count = 0;
  };
  const points = codePoints(value);
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    const ch = point < 128 ? String.fromCharCode(point) : '';
    const plain = ch !== '' && direct.test(ch) && ch !== '\x0b' && ch !== '\x0c';
    if (plain || (ch === '+' && !shifted)) {
      if (shifted) {
        flush();
        if (base64.includes(ch) || ch === '-') text += '-';
        shifted = false;
      }
      text += ch === '+' ? '+-' : ch;
      continue;
    }
    if (!shifted) {
      text += '+';
      shifted = true;
    }
    for (const unit of point < 0x10000 ? [point] : [0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff)]) {
      bits = (bits << 16) | unit;
      count += 16;
      while (count >= 6) {
        count -= 6;
        text += base64[(bits >>> count) & 63];
      }
      bits &= (1 << count) - 1;
    }
  }
  if (shifted) {
    flush();
    text += '-';
  }
  return asciiBytes(text);
}

function utf7Decode(vm: VM, bytes: Uint8Array, errors: string, final: boolean): { value: PyValue; consumed: number } {
  const points: number[] = [];
  let i = 0;
  let shiftStart = -1;
  let bits = 0;
  let count = 0;
  let high = 0;
  let atShift = 0;
  const fail = (start: number, end: number, reason: string): void => {
    const repair = repairDecode(vm, errors, 'utf-7', bytes, start, end, reason);
    points.push(...repair.points);
    i = repair.next;
  };
  while (i < bytes.length) {
    const byte = bytes[i];
    const ch = String.fromCharCode(byte);
    if (shiftStart >= 0) {
      const digit = base64.indexOf(ch);
      if (digit >= 0 && byte < 128) {
        bits = (bits << 6) | digit;
        count += 6;
        i++;
        if (count >= 16) {
          count -= 16;
          const unit = (bits >>> count) & 0xffff;
          bits &= (1 << count) - 1;
          if (high !== 0) {
            if (unit >= 0xdc00 && unit <= 0xdfff) {
              points.push(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
              high = 0;
              continue;
            }
            points.push(high);
            high = 0;
          }
          if (unit >= 0xd800 && unit <= 0xdbff) high = unit;
          else points.push(unit);
        }
        continue;
      }
      const begin = shiftStart;
      shiftStart = -1;
      if (count >= 6) {
        i++;
        fail(begin, i, 'partial character in base64 sequence');
        continue;
      }
      if (count > 0 && bits !== 0) {
        i++;
        fail(begin, i, 'non-zero padding bits in base64 sequence');
        continue;
      }
      if (high !== 0) {
        points.push(high);
        high = 0;
      }
      if (ch === '-') i++;
      continue;
    }
    if (ch === '+') {
      atShift = points.length;
      if (bytes[i + 1] === 0x2d) {
        points.push(0x2b);
        i += 2;
      } else if (i + 1 < bytes.length && base64.indexOf(String.fromCharCode(bytes[i + 1])) < 0) {
        fail(i, i + 2, 'ill-formed sequence');
      } else {
        shiftStart = i;
        bits = count = high = 0;
        i++;
      }
    } else if (byte < 128) {
      points.push(byte);
      i++;
    } else fail(i, i + 1, 'unexpected special character');
  }
  if (shiftStart >= 0) {
    if (!final) {
      points.length = atShift;
      return { value: strFromPoints(points), consumed: shiftStart };
    }
    if (high !== 0 || count >= 6 || (count > 0 && bits !== 0)) fail(shiftStart, bytes.length, 'unterminated shift sequence');
  }
  return { value: strFromPoints(points), consumed: bytes.length };
}

/** Python's module `_codecs`. CPython 3.12: Modules/_codecsmodule.c. */
export const _codecs: NativeModule = defineModule(
  '_codecs',
  {
    register: native('register(search_function, /)', (vm: VM, search: PyValue) => {
      if (typeOf(search).tp_call === undefined) throw typeError('argument must be callable');
      registry(vm).search.push(search);
      return None;
    }, 'Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name in\nall lower case letters, and either return None, or a tuple of functions\n(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).'),
    unregister: native('unregister(search_function, /)', (vm: VM, search: PyValue) => {
      const known = registry(vm);
      const index = known.search.indexOf(search);
      if (index >= 0) {
        known.search.splice(index, 1);
        known.cache.clear();
      }
      return None;
    }, 'Unregister a codec search function and clear the registry\'s cache.\n\nIf the search function is not registered, do nothing.'),
    lookup: native('lookup(encoding, /)', (vm: VM, encoding: PyValue) => lookup(vm, jsText(needStr('lookup', encoding))), 'Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.'),
    encode: native("encode(obj, encoding='utf-8', errors='strict')", (vm: VM, obj: PyValue, encoding: PyValue | undefined, errors: PyValue | undefined) => {
      const name = encoding === undefined ? 'utf-8' : jsText(encoding);
      return run(vm, lookup(vm, name), 0, obj, errors === undefined ? null : jsText(errors), name);
    }, "Encodes obj using the codec registered for encoding.\n\nThe default encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors."),
    decode: native("decode(obj, encoding='utf-8', errors='strict')", (vm: VM, obj: PyValue, encoding: PyValue | undefined, errors: PyValue | undefined) => {
      const name = encoding === undefined ? 'utf-8' : jsText(encoding);
      return run(vm, lookup(vm, name), 1, obj, errors === undefined ? null : jsText(errors), name);
    }, "Decodes obj using the codec registered for encoding.\n\nDefault encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors."),
    register_error: native('register_error(errors, handler, /)', (vm: VM, errors: PyValue, handler: PyValue) => {
      if (typeOf(handler).tp_call === undefined) throw typeError('handler must be callable');
      errorHandlers(vm).set(jsText(needStr('register_error', errors)), handler);
      return None;
    }, 'Register the specified error handler under the name errors.\n\nhandler must be a callable object, that\nwill be called with an exception instance containing\ninformation about the location of the encoding/decoding\nerror and must return a (replacement, new position) tuple.'),
    lookup_error: native('lookup_error(name, /)', (vm: VM, name: PyValue) => {
      const handler = errorHandlers(vm).get(jsText(needStr('lookup_error', name)));
      if (handler === undefined) throw lookupError(`unknown error handler name '${jsText(name)}'`);
      return handler;
    }, 'lookup_error(errors) -> handler\n\nReturn the error handler for the specified error handling name or raise a\nLookupError, if no handler exists under this name.'),
    utf_8_encode: encoder('utf_8_encode', encodeUtf8),
    utf_8_decode: partialDecoder('utf_8_decode', (vm, bytes, errors, final) => decodeUtf8(vm, bytes, errors, final)),
    utf_7_encode: encoder('utf_7_encode', utf7Encode),
    utf_7_decode: partialDecoder('utf_7_decode', utf7Decode),
    utf_16_encode: native('utf_16_encode(str, errors=None, byteorder=0, /)', (vm: VM, value: PyValue, errors: PyValue | undefined, byteorder: PyValue | undefined) => result(new PyBytes(encodeUtf16(vm, needStr('utf_16_encode', value), errorsOf(errors), orderOf(vm, byteorder))), strLength(value))),
    utf_16_le_encode: encoder('utf_16_le_encode', (vm, value, errors) => encodeUtf16(vm, value, errors, -1)),
    utf_16_be_encode: encoder('utf_16_be_encode', (vm, value, errors) => encodeUtf16(vm, value, errors, 1)),
    utf_16_decode: partialDecoder('utf_16_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, 0, final)),
    utf_16_le_decode: partialDecoder('utf_16_le_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, -1, final)),
    utf_16_be_decode: partialDecoder('utf_16_be_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, 1, final)),
    utf_16_ex_decode: exDecoder('utf_16_ex_decode', decodeUtf16),
    utf_32_encode: native('utf_32_encode(str, errors=None, byteorder=0, /)', (vm: VM, value: PyValue, errors: PyValue | undefined, byteorder: PyValue | undefined) => result(new PyBytes(encodeUtf32(vm, needStr('utf_32_encode', value), errorsOf(errors), orderOf(vm, byteorder))), strLength(value))),
    utf_32_le_encode: encoder('utf_32_le_encode', (vm, value, errors) => encodeUtf32(vm, value, errors, -1)),
    utf_32_be_encode: encoder('utf_32_be_encode', (vm, value, errors) => encodeUtf32(vm, value, errors, 1)),
    utf_32_decode: partialDecoder('utf_32_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, 0, final)),
    utf_32_le_decode: partialDecoder('utf_32_le_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, -1, final)),
    utf_32_be_decode: partialDecoder('utf_32_be_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, 1, final)),
    utf_32_ex_decode: exDecoder('utf_32_ex_decode', decodeUtf32),
    latin_1_encode: encoder('latin_1_encode', encodeLatin1),
    latin_1_decode: native('latin_1_decode(data, errors=None, /)', (vm: VM, data: PyValue) => {
      const bytes = bufferBytes(vm, data);
      return result(decodeLatin1(bytes), bytes.length);
    }),
    ascii_encode: encoder('ascii_encode', encodeAscii),
    ascii_decode: native('ascii_decode(data, errors=None, /)', (vm: VM, data: PyValue, errors: PyValue | undefined) => {
      const bytes = bufferBytes(vm, data);
      return result(decodeAscii(vm, bytes, errorsOf(errors)), bytes.length);
    }),
    unicode_escape_encode: native('unicode_escape_encode(str, errors=None, /)', unicode_escape_encode),
    unicode_escape_decode: native('unicode_escape_decode(data, errors=None, final=True, /)', unicode_escape_decode),
    raw_unicode_escape_encode: native('raw_unicode_escape_encode(str, errors=None, /)', raw_unicode_escape_encode),
    raw_unicode_escape_decode: native('raw_unicode_escape_decode(data, errors=None, final=True, /)', raw_unicode_escape_decode),
    escape_encode: native('escape_encode(data, errors=None, /)', escape_encode),
    escape_decode: native('escape_decode(data, errors=None, /)', escape_decode),
    readbuffer_encode: native('readbuffer_encode(data, errors=None, /)', (vm: VM, data: PyValue) => {
      const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data).slice();
      return result(new PyBytes(bytes), bytes.length);
    }),
    charmap_encode: native('charmap_encode(str, errors=None, mapping=None, /)', charmap_encode),
    charmap_decode: native('charmap_decode(data, errors=None, mapping=None, /)', charmap_decode),
    charmap_build: native('charmap_build(map, /)', charmap_build),
  },
  {
    exec(vm) {
      for (const name of ['strict', 'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogatepass', 'surrogateescape']) {
        errorHandlers(vm).set(name, builtinHandler(name));
      }
      vm.codecs = {
        encode: (owner, value, encoding, errors, textOnly) => run(owner, textCodec(owner, encoding, 'codecs.encode()', textOnly), 0, value, errors, encoding),
        decode: (owner, value, encoding, errors, textOnly) => run(owner, textCodec(owner, encoding, 'codecs.decode()', textOnly), 1, value, errors, encoding),
      };
    },
  },
);

/** A handler as an object: `codecs.lookup_error('replace')`. */
function builtinHandler(name: string): PyValue {
  const def = native(`${name}_errors(exception, /)`, (owner: VM, exception: PyValue) => handle(owner, name, exception));
  return new PyBuiltinFunction(def, null);
}

function handle(vm: VM, name: string, exception: PyValue): PyValue {
  if (name === 'strict') throw exception instanceof PyBaseException ? exception : typeError('codec must pass exception instance');
  if (!(exception instanceof PyBaseException) || !exception.cls.isSubtypeOf(exceptionTypes.UnicodeError)) throw unknownError(exception);
  const { object, encoding, reason } = exception.fields ?? {};
  const size = object === undefined ? 0 : isStr(object) ? codePoints(object).length : bufferBytes(vm, object).length;
  // Positions outside are cut.
  const start = Math.min(Math.max(0, asIndexClamped(vm, exception.fields?.start ?? 0)), Math.max(0, size - 1));
  const end = Math.min(Math.max(1, asIndexClamped(vm, exception.fields?.end ?? 0)), size);
  try {
    if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeEncodeError)) {
      if (name === 'namereplace') return nameReplace(vm, object as PyValue, start, end);
      const repair = repairEncode(vm, name, jsText(encoding as PyValue), object as PyValue, start, end, jsText(reason as PyValue));
      return newTuple([repair.bytes !== null ? new PyBytes(repair.bytes) : strFromPoints(repair.points ?? []), repair.next]);
    }
    if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeDecodeError) && name !== 'xmlcharrefreplace' && name !== 'namereplace') {
      const repair = repairDecode(vm, name, jsText(encoding as PyValue), bufferBytes(vm, object as PyValue), start, end, jsText(reason as PyValue));
      return newTuple([strFromPoints(repair.points), repair.next]);
    }
  } catch (error) {
    // The handler cannot help: the exception is the one it was given.
    throw error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.UnicodeError) ? exception : error;
  }
  if (exception.cls.isSubtypeOf(exceptionTypes.UnicodeTranslateError)) {
    if (name === 'ignore') return newTuple(['', end]);
    if (name === 'replace') return newTuple([strFromPoints(new Array<number>(end - start).fill(0xfffd)), end]);
    if (name === 'backslashreplace') {
      const repair = repairEncode(vm, name, '', object as PyValue, start, end, '');
      return newTuple([strFromPoints(repair.points ?? []), end]);
    }
  }
  throw unknownError(exception);
}

const unknownError = (exception: PyValue): PyValue => typeError(`don't know how to handle ${typeOf(exception).name} in error callback`);

function nameReplace(vm: VM, object: PyValue, start: number, end: number): PyValue {
  const points = codePoints(object);
  const module = importModule(vm, 'unicodedata');
  let text = '';
  for (let i = start; i < end; i++) {
    const name = call(vm, getAttr(vm, module, 'name'), [strFromPoints([points[i]]), None]);
    if (name !== None) text += `\\N{${jsText(name)}}`;
    else text += points[i] < 256 ? `\\x${points[i].toString(16).padStart(2, '0')}` : points[i] < 0x10000 ? `\\u${points[i].toString(16).padStart(4, '0')}` : `\\U${points[i].toString(16).padStart(8, '0')}`;
  }
  return newTuple([strFromJS(text), end]);
}

