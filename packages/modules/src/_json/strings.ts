import { callValue, finish, getAttr, importModule, PyBaseException, strFromJS, strFromPoints } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/* JSON strings, read and written (CPython 3.12: Modules/_json.c). */

/** A document. Positions count characters. */
export interface Source {
  readonly value: PyValue;
  /** One unit for each character; where `points` is set, a character above U+FFFF shows as U+FFFF here. */
  readonly text: string;
  readonly points: ArrayLike<number> | null;
}

/** The `json.JSONDecodeError` about a place in a document. */
export function decodeError(vm: VM, message: string, source: Source, at: number): PyBaseException {
  const type = getAttr(vm, importModule(vm, 'json.decoder'), 'JSONDecodeError');
  const error = finish(vm, callValue(vm, type, [strFromJS(message), source.value, at], null));
  if (error instanceof PyBaseException) return error;
  throw new Error('JSONDecodeError is no exception');
}

const QUOTE = 0x22, BACKSLASH = 0x5c, LETTER_U = 0x75;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The same by the numbers of the letters. */
const escapedUnits: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => (Object.hasOwn(escapes, String.fromCharCode(code)) ? escapes[String.fromCharCode(code)].charCodeAt(0) : undefined));

/** A string that was read, and the position behind its closing quote. */
export interface Scanned {
  value: PyValue;
  end: number;
}

/** Reads a string whose first character is at `start`, behind the quote, into `result`. */
export function scanString(vm: VM, source: Source, start: number, strict: boolean, result: Scanned): void {
  const { text } = source;
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      result.value = source.points === null ? text.slice(start, at) : strFromPoints(Array.prototype.slice.call(source.points, start, at));
      result.end = at + 1;
      return;
    }
    if (code === BACKSLASH || code < 0x20) break;
  }
  scanEscaped(vm, source, start, strict, result);
}

/** The same for a string with escapes or errors. */
function scanEscaped(vm: VM, source: Source, start: number, strict: boolean, result: Scanned): void {
  const { text } = source;
  let value = '';
  let plain = start;
  for (let at = start; source.points === null && at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      result.value = value + text.slice(plain, at);
      result.end = at + 1;
      return;
    }
    if (code === BACKSLASH) {
      const letter = text.charCodeAt(at + 1);
      const unit = letter === LETTER_U ? plainUnit(text, at + 2) : (escapedUnits[letter] ?? -1);
      if (unit < 0) break;
      value += text.slice(plain, at) + String.fromCharCode(unit);
      at += letter === LETTER_U ? 6 : 2;
      plain = at;
    } else if (code < 0x20 && strict) break;
    else at++;
  }
  scanPoints(vm, source, start, strict, result);
}

/** What four hexadecimal digits and a character behind them say; -1 if they are none, or say a surrogate. */
function plainUnit(text: string, at: number): number {
  if (at + 4 >= text.length) return -1;
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const code = text.charCodeAt(i);
    const digit = code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
    if (digit < 0 || digit > 15 || (digit < 10 && code > 0x39)) return -1;
    unit = unit * 16 + digit;
  }
  return unit >= 0xd800 && unit <= 0xdfff ? -1 : unit;
}

/** The same for any string: with surrogates, characters above U+FFFF and errors. */
function scanPoints(vm: VM, source: Source, start: number, strict: boolean, result: Scanned): void {
  const { text, points } = source;
  const out: number[] = [];
  for (let at = start; ; ) {
    if (at >= text.length) throw decodeError(vm, 'Unterminated string starting at', source, start - 1);
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      result.value = strFromPoints(out);
      result.end = at + 1;
      return;
    }
    if (code < 0x20 && strict) throw decodeError(vm, 'Invalid control character at', source, at);
    if (code !== BACKSLASH) {
      out.push(points === null ? code : points[at]);
      at++;
      continue;
    }
    if (at + 1 >= text.length) throw decodeError(vm, 'Unterminated string starting at', source, start - 1);
    const letter = text[at + 1];
    if (letter !== 'u') {
      if (!Object.hasOwn(escapes, letter)) throw decodeError(vm, 'Invalid \\escape', source, at);
      out.push(escapes[letter].charCodeAt(0));
      at += 2;
      continue;
    }
    let unit = hexUnit(vm, source, at + 2);
    at += 6;
    if (isHighSurrogate(unit) && at + 6 < text.length && text[at] === '\\' && text[at + 1] === 'u') {
      const low = hexUnit(vm, source, at + 2);
      if (low >= 0xdc00 && low <= 0xdfff) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    out.push(unit);
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** The four hexadecimal digits at a position; a character must follow them. */
function hexUnit(vm: VM, source: Source, at: number): number {
  const digits = source.text.slice(at, at + 4);
  if (at + 4 >= source.text.length || !/^[0-9a-fA-F]{4}$/.test(digits)) throw decodeError(vm, 'Invalid \\uXXXX escape', source, at - 1);
  return Number.parseInt(digits, 16);
}

// --- writing

 
const plainAscii = /^[ !#-[\]-~]*$/, mustEscape = /[\0-\x1f"\\]/;
const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** Two digits of each byte. */
const hexBytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hexEscape = (unit: number): string => `\\u${hexBytes[unit >> 8]}${hexBytes[unit & 0xff]}`;
const escaped = (character: string): string => (Object.hasOwn(short, character) ? short[character] : hexEscape(character.charCodeAt(0)));
/** How the characters of ASCII are written, '' for those that stand for themselves. */
export const asciiEscapes: readonly string[] = Array.from({ length: 128 }, (_, code) => (plainAscii.test(String.fromCharCode(code)) ? '' : escaped(String.fromCharCode(code))));

/** With quotes, in ASCII; characters above U+FFFF become two escapes. `text` is ordinary JavaScript text. */
export function quoteAscii(text: string): string {
  if (plainAscii.test(text)) return `"${text}"`;
  let out = '"';
  let plain = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const escape = unit < 128 ? asciiEscapes[unit] : hexEscape(unit);
    if (escape === '') continue;
    out += text.slice(plain, at) + escape;
    plain = at + 1;
  }
  return `${out}${text.slice(plain)}"`;
}

/** With quotes; only what JSON cannot hold is escaped. */
export function quote(text: string): string {
   
  return mustEscape.test(text) ? `"${text.replace(/[\0-\x1f"\\]/g, escaped)}"` : `"${text}"`;
}
