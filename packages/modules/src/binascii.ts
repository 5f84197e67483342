import {
  asIndex, asSsize, bufferBytes, codePoints, defineModule, defineType, exceptionTypes, hasBuffer, hexDigits, isStr, isTrue, length, native, newException, pairsOf, PyBytes, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyBaseException, PyType, PyValue, VM } from '@py/vm/native';

/* `binascii` (CPython 3.12: Modules/binascii.c). */

const errorType: PyType = defineType('Error', { module: 'binascii', bases: [exceptionTypes.ValueError], basetype: true, ownLayout: false });
const incompleteType: PyType = defineType('Incomplete', { module: 'binascii', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false });
const fail = (message: string): PyBaseException => newException(errorType, strFromJS(message));

const ch = (text: string): number => text.charCodeAt(0);
const TAB = 9, LF = 10, CR = 13, SPACE = 32, DOT = ch('.'), EQUALS = ch('='), UNDERSCORE = ch('_'), BACKTICK = ch('`');

/** Bytes of a bytes-like object or of an ASCII str. */
function asciiBytes(vm: VM, value: PyValue): Uint8Array {
  if (isStr(value)) {
    const points = codePoints(value);
    const bytes = new Uint8Array(points.length);
    for (let i = 0; i < points.length; i++) {
      if (points[i] > 127) throw valueError('string argument should contain only ASCII characters');
      bytes[i] = points[i];
    }
    return bytes;
  }
  if (!hasBuffer(vm, value)) throw typeError(`argument should be bytes, buffer or ASCII string, not '${typeOf(value).tpName}'`);
  return bufferBytes(vm, value);
}

const truth = (vm: VM, value: PyValue | undefined, fallback: boolean): boolean => (value === undefined ? fallback : isTrue(vm, value));

// --- base 64

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64Codes: Uint8Array = Uint8Array.from(base64Digits, ch);
/** Two digits for each 12 bits. */
const base64Pairs: Uint16Array = pairsOf(base64Codes);

/** Value of an ASCII character in base 64, or 255. */
const base64Values: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = base64Digits.indexOf(String.fromCharCode(code));
  return value < 0 ? 255 : value;
});

function a2b_base64(vm: VM, data: PyValue, strictMode: PyValue | undefined): PyValue {
  const text = asciiBytes(vm, data);
  const strict = truth(vm, strictMode, false);
  vm.charge(text.length >> 2);
  const out: Uint8Array = new Uint8Array(Math.floor((text.length + 3) / 4) * 3);
  if (strict && text[0] === EQUALS) throw fail('Leading padding not allowed');
  let size = 0;
  /** Digits of the group of four seen, the bits of it not written yet, and `=` seen in it. */
  let position = 0, left = 0, pads = 0;
  let paddingBegan = false;
  for (let i = 0; i < text.length; i++) {
    // Whole groups of digits, as long as there are.
    while (position === 0 && !paddingBegan && i + 4 <= text.length) {
      const a = base64Values[text[i]];
      const b = base64Values[text[i + 1]];
      const c = base64Values[text[i + 2]];
      const d = base64Values[text[i + 3]];
      if ((a | b | c | d) > 63) break;
      out[size] = (a << 2) | (b >> 4);
      out[size + 1] = (b << 4) | (c >> 2);
      out[size + 2] = (c << 6) | d;
      size += 3;
      i += 4;
      pads = 0;
    }
    if (i === text.length) break;
    if (text[i] === EQUALS) {
      paddingBegan = true;
      if (position >= 2 && position + ++pads >= 4) {
        if (strict && i + 1 < text.length) throw fail('Excess data after padding');
        return new PyBytes(out.slice(0, size));
      }
      continue;
    }
    const value = base64Values[text[i]];
    if (value === 255) {
      if (strict) throw fail('Only base64 data is allowed');
      continue;
    }
    if (strict && paddingBegan) throw fail('Discontinuous padding not allowed');
    pads = 0;
    if (position > 0) out[size++] = (left << (position * 2)) | (value >> (6 - position * 2));
    left = value & (0x3f >> (position * 2));
    position = (position + 1) % 4;
  }
  if (position === 1) throw fail(`Invalid base64-encoded string: number of data characters (${Math.floor(size / 3) * 4 + 1}) cannot be 1 more than a multiple of 4`);
  if (position !== 0) throw fail('Incorrect padding');
  return new PyBytes(out.slice(0, size));
}

function b2a_base64(vm: VM, data: PyValue, newline: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  const ends = truth(vm, newline, true);
  const groups = Math.ceil(bytes.length / 3);
  vm.allocate(groups * 4);
  const out = new Uint8Array(groups * 4 + (ends ? 1 : 0));
  const rest = bytes.length % 3;
  const whole = bytes.length - rest;
  let to = 0;
  const pairs = new Uint16Array(out.buffer, 0, groups * 2);
  for (let at = 0; at < whole; at += 3, to += 2) {
    const bits = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    pairs[to] = base64Pairs[bits >> 12];
    pairs[to + 1] = base64Pairs[bits & 0xfff];
  }
  to *= 2;
  if (rest > 0) {
    const bits = (bytes[whole] << 16) | (rest === 2 ? bytes[whole + 1] << 8 : 0);
    out[to] = base64Codes[bits >> 18];
    out[to + 1] = base64Codes[(bits >> 12) & 63];
    out[to + 2] = rest === 2 ? base64Codes[(bits >> 6) & 63] : EQUALS;
    out[to + 3] = EQUALS;
  }
  if (ends) out[out.length - 1] = LF;
  return new PyBytes(out);
}

// --- hexadecimal

function separator(vm: VM, sep: PyValue): number {
  if (length(vm, sep) !== 1) throw valueError('sep must be length 1.');
  if (isStr(sep)) {
    const point = codePoints(sep)[0];
    if (point > 255) throw valueError('sep must be ASCII.');
    return point;
  }
  if (!(sep instanceof PyBytes)) throw typeError('sep must be str or bytes.');
  return sep.bytes[0];
}

const hexCodes: Uint8Array = Uint8Array.from('0123456789abcdef', ch);

function hexlify(vm: VM, data: PyValue, sep: PyValue | undefined, bytesPerSep: PyValue | undefined): PyValue {
  const group = bytesPerSep === undefined ? 1 : asSsize(vm, bytesPerSep);
  const bytes = bufferBytes(vm, data);
  const mark = sep === undefined ? -1 : separator(vm, sep);
  const every = mark < 0 ? 0 : Math.abs(group);
  vm.allocate(bytes.length * 2);
  const marks = every > 0 && bytes.length > 0 ? Math.ceil(bytes.length / every) - 1 : 0;
  if (marks === 0) return new PyBytes(hexDigits(bytes));
  const out = new Uint8Array(bytes.length * 2 + marks);
  // Where the next mark stands. Positive: groups count from the right end, negative: from the left.
  let next = group < 0 ? every : bytes.length % every || every;
  let to = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (i === next) {
      out[to++] = mark;
      next += every;
    }
    const byte = bytes[i];
    out[to++] = hexCodes[byte >> 4];
    out[to++] = hexCodes[byte & 15];
  }
  return new PyBytes(out);
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Value of a hexadecimal digit, or 255. */
const hexValues: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => hexValue(code) & 255);

/** From so many bytes on it pays to look at two digits at once. */
const manyBytes = 256;

/** What two digits mean, by the number that they are as they stand one after the other in memory; above 255 where one of them is none. */
function hexPairs(): Uint16Array {
  const values = new Uint16Array(0x10000).fill(0x100);
  const pair = new Uint8Array(2);
  const number = new Uint16Array(pair.buffer);
  for (let high = 0; high < 128; high++) {
    if (hexValues[high] > 15) continue;
    for (let low = 0; low < 128; low++) {
      if (hexValues[low] > 15) continue;
      pair[0] = high;
      pair[1] = low;
      values[number[0]] = hexValues[high] * 16 + hexValues[low];
    }
  }
  return values;
}

function unhexlify(vm: VM, data: PyValue): PyValue {
  const text = asciiBytes(vm, data);
  if (text.length % 2 === 1) throw fail('Odd-length string');
  const out = new Uint8Array(text.length / 2);
  let seen = 0;
  let done = 0;
  if (out.length >= manyBytes && (text.byteOffset & 1) === 0) {
    const values = vm.state('binascii.hexPairs', hexPairs);
    const pairs = new Uint16Array(text.buffer, text.byteOffset, out.length);
    for (; done < out.length; done++) {
      const value = values[pairs[done]];
      seen |= value >> 4;
      out[done] = value;
    }
  }
  for (let i = done, at = 2 * done; i < out.length; i++, at += 2) {
    const high = hexValues[text[at]];
    const low = hexValues[text[at + 1]];
    seen |= high | low;
    out[i] = (high << 4) | low;
  }
  if (seen > 15) throw fail('Non-hexadecimal digit found');
  return new PyBytes(out);
}

// --- uuencoding

function a2b_uu(vm: VM, data: PyValue): PyValue {
  const text = asciiBytes(vm, data);
  const out = new Uint8Array(((text[0] ?? 0) - SPACE) & 63);
  let at = 1;
  let left = 0, bits = 0;
  for (let size = 0; size < out.length; at++) {
    const code = text[at];
    let value = 0;
    // Blanks at the end of a line may be lost: they count as zeros.
    if (code !== undefined && code !== LF && code !== CR) {
      if (code < SPACE || code > SPACE + 64) throw fail('Illegal char');
      value = (code - SPACE) & 63;
    }
    left = ((left << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[size++] = left >> bits;
    }
  }
  for (; at < text.length; at++) if (![SPACE, SPACE + 64, LF, CR].includes(text[at])) throw fail('Trailing garbage');
  return new PyBytes(out);
}

function b2a_uu(vm: VM, data: PyValue, backtick: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  if (bytes.length > 45) throw fail('At most 45 bytes at once');
  const zero = truth(vm, backtick, false) ? BACKTICK : SPACE;
  const digit = (value: number): number => (value === 0 ? zero : SPACE + value);
  const out = [digit(bytes.length)];
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) out.push(digit((bits >> shift) & 63));
  }
  out.push(LF);
  return new PyBytes(Uint8Array.from(out));
}

// --- quoted printable

/** Longest line, with its `=`. */
const maxLine = 76;

function a2b_qp(vm: VM, data: PyValue, headerValue: PyValue | undefined): PyValue {
  const text = asciiBytes(vm, data);
  const header = truth(vm, headerValue, false);
  const out: number[] = [];
  for (let i = 0; i < text.length; ) {
    const code = text[i++];
    if (code !== EQUALS) {
      out.push(header && code === UNDERSCORE ? SPACE : code);
      continue;
    }
    if (i >= text.length) break;
    if (text[i] === LF || text[i] === CR) {
      while (i < text.length && text[i] !== LF) i++;
      i++;
    } else if (text[i] === EQUALS) {
      out.push(EQUALS);
      i++;
    } else if (i + 1 < text.length && hexValue(text[i]) >= 0 && hexValue(text[i + 1]) >= 0) {
      out.push(hexValue(text[i]) * 16 + hexValue(text[i + 1]));
      i += 2;
    } else out.push(EQUALS);
  }
  return new PyBytes(Uint8Array.from(out));
}

function b2a_qp(vm: VM, data: PyValue, quotetabs: PyValue | undefined, istext: PyValue | undefined, headerValue: PyValue | undefined): PyValue {
  const quoteBlanks = truth(vm, quotetabs, false);
  const isText = truth(vm, istext, true);
  const header = truth(vm, headerValue, false);
  const bytes = bufferBytes(vm, data);
  // Line ends are written as the first one is.
  const firstEnd = bytes.indexOf(LF);
  const lineEnd = firstEnd > 0 && bytes[firstEnd - 1] === CR ? [CR, LF] : [LF];
  const out: number[] = [];
  let column = 0;
  const softBreak = (): void => {
    out.push(EQUALS, ...lineEnd);
    column = 0;
  };
  const pushQuoted = (code: number): void => {
    const hex = code.toString(16).toUpperCase().padStart(2, '0');
    out.push(EQUALS, hex.charCodeAt(0), hex.charCodeAt(1));
  };
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i];
    const next = bytes[i + 1];
    const blank = code === TAB || code === SPACE;
    const breaks = code === LF || code === CR;
    const loneDot = code === DOT && column === 0 && (next === undefined || next === LF || next === CR || next === 0);
    const quoted = code > 126 || code === EQUALS || (header && code === UNDERSCORE) || loneDot || (!isText && breaks)
      || (blank && (next === undefined || quoteBlanks)) || (code < 33 && !blank && !breaks);
    if (quoted) {
      if (column + 3 >= maxLine) softBreak();
      pushQuoted(code);
      column += 3;
    } else if (isText && (code === LF || (code === CR && next === LF))) {
      // A blank at the end of a line would be lost.
      const last = out[out.length - 1];
      if (last === SPACE || last === TAB) {
        out.pop();
        pushQuoted(last);
      }
      out.push(...lineEnd);
      column = 0;
      if (code === CR) i++;
    } else {
      if (next !== undefined && next !== LF && column + 1 >= maxLine) softBreak();
      column++;
      out.push(header && code === SPACE ? UNDERSCORE : code);
    }
  }
  return new PyBytes(Uint8Array.from(out));
}

// --- checksums

/**
 * The CRC-32 of every byte (polynomial 0x04c11db7, lowest bit first); behind it the same with 1 to 7 zero bytes after it, so that eight
 * bytes can be taken at once.
 */
const crc32Tables: Int32Array = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb8_8320;
  crc32Tables[byte] = crc;
}
for (let at = 256; at < crc32Tables.length; at++) {
  const before = crc32Tables[at - 256];
  crc32Tables[at] = (before >>> 8) ^ crc32Tables[before & 255];
}

/** Goes on with a CRC-32 over more bytes. */
export function crc32(bytes: Uint8Array, start: number): number {
  const t = crc32Tables;
  let crc = ~start;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc = t[0x700 + ((crc ^ bytes[at]) & 255)] ^ t[0x600 + (((crc >>> 8) ^ bytes[at + 1]) & 255)]
      ^ t[0x500 + (((crc >>> 16) ^ bytes[at + 2]) & 255)] ^ t[0x400 + ((crc >>> 24) ^ bytes[at + 3])]
      ^ t[0x300 + bytes[at + 4]] ^ t[0x200 + bytes[at + 5]] ^ t[0x100 + bytes[at + 6]] ^ t[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]) & 255];
  return ~crc >>> 0;
}

/** The same by the host, if it can and it is worth its call. */
export const checksum = (vm: VM, bytes: Uint8Array, start: number): number => (bytes.length < 64 ? null : vm.host.zlib?.crc32(bytes, start)) ?? crc32(bytes, start);

const low = (vm: VM, value: PyValue, bits: number): number => Number(BigInt.asUintN(bits, BigInt(asIndex(vm, value))));

/** CRC-CCITT (polynomial 0x1021). */
function crc_hqx(vm: VM, data: PyValue, start: PyValue): PyValue {
  let crc = low(vm, start, 16);
  for (const byte of bufferBytes(vm, data)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}

const hexDoc = 'Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as ';

/** Python's module `binascii`. CPython 3.12: Modules/binascii.c. */
export const binascii: NativeModule = defineModule(
  'binascii',
  {
    Error: errorType,
    Incomplete: incompleteType,
    a2b_base64: native('a2b_base64(data, /, *, strict_mode=False)', a2b_base64, 'Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not part of the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==).'),
    a2b_hex: native('a2b_hex(hexstr, /)', unhexlify, 'Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as "unhexlify()".'),
    a2b_qp: native('a2b_qp(data, header=False)', a2b_qp, 'Decode a string of qp-encoded data.'),
    a2b_uu: native('a2b_uu(data, /)', a2b_uu, 'Decode a line of uuencoded data.'),
    b2a_base64: native('b2a_base64(data, /, *, newline=True)', b2a_base64, 'Base64-code line of data.'),
    b2a_hex: native('b2a_hex(data, sep=<unrepresentable>, bytes_per_sep=1)', hexlify, `${hexDoc}"hexlify()".`),
    b2a_qp: native('b2a_qp(data, quotetabs=False, istext=True, header=False)', b2a_qp, 'Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded.'),
    b2a_uu: native('b2a_uu(data, /, *, backtick=False)', b2a_uu, 'Uuencode line of data.'),
    crc32: native('crc32(data, crc=0, /)', (vm: VM, data: PyValue, crc: PyValue | undefined) => checksum(vm, bufferBytes(vm, data), crc === undefined ? 0 : low(vm, crc, 32)), 'Compute CRC-32 incrementally.'),
    crc_hqx: native('crc_hqx(data, crc, /)', crc_hqx, 'Compute CRC-CCITT incrementally.'),
    hexlify: native('hexlify(data, sep=<unrepresentable>, bytes_per_sep=1)', hexlify, `${hexDoc}"b2a_hex()".`),
    unhexlify: native('unhexlify(hexstr, /)', unhexlify, 'Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).'),
  },
  { doc: 'Conversion between binary data and ASCII' },
);
