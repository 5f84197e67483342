import { PySyntaxError } from '@py/ast';
import type { PySyntaxErrorClass } from '@py/ast';
import { NAME_PADDING } from './limits.ts';
import * as messages from './messages.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error } from './utf8.ts';

/**
 * Decodes `bytes` with the codec that Python knows by `encoding`. Gives the text, or what `str()` of Python's exception says:
 * `unknown encoding: …`, `'ascii' codec can't decode …`. What it throws is thrown.
 */
export type SourceDecoder = (bytes: Uint8Array, encoding: string) => string | DecodingFailure;

/** Why source could not be decoded. */
export interface DecodingFailure {
  /** What Python says. */
  readonly error: string;
  /** Whole lines that a decoder, which reads line by line, could decode before; for files only. */
  readonly before?: string;
}

/** A program as the scanner wants it. */
export interface SourceText {
  /** UTF-8 without BOM, every line end a `\n`, with one more `\n` and `NAME_PADDING` bytes after it. */
  readonly bytes: Uint8Array;
  /** What is wrong where the bytes end, if they are only the part before something that cannot be read; or with all of it. */
  readonly error: PySyntaxError | null;
}

/** Reads a program given as text. Its line ends are as they were, and it may have NULs: {@link cleaned} is for the few that need it. */
export function readText(text: string, filename: string): SourceText {
  const bytes = encodeUtf8(text);
  if (bytes.length !== text.length) {
    const lone = /[\ud800-\udfff]+/u.exec(text);
    if (lone) return unreadable(messages.surrogates(lone[0], [...text.slice(0, lone.index)].length), filename, 0, 'UnicodeEncodeError');
  }
  return { bytes: paddedCopy(bytes), error: null };
}

/**
 * Reads a program given as bytes, as {@link readText} does. With `endsLine` a last line without line end counts as a line in which
 * a cookie can stand. CPython 3.12: Parser/tokenizer.c, decode_str.
 */
export function readBytes(input: Uint8Array, filename: string, endsLine: boolean, decode: SourceDecoder): SourceText {
  const bom = bomSize(input);
  const source = { bytes: paddedCopy(input, bom), error: null };
  const { encoding: declared } = findCookie(endsLine ? source.bytes : source.bytes.subarray(0, -1));
  if (declared === '' || declared === 'utf-8') return source;
  const clean = cleaned(source.bytes, filename);
  if (clean.error) return clean;
  if (bom > 0) return unreadable(messages.encodingProblem(`${declared} with BOM`), filename, -1);
  // CPython ends the last line before it decodes.
  const { bytes } = clean;
  const ended = endsLine && bytes.length > 1 && bytes[bytes.length - 2] !== 10;
  const text = decode(ended ? bytes : bytes.subarray(0, -1), declared);
  if (typeof text !== 'string') return unreadable(text.error, filename, -1);
  return { bytes: paddedCopy(encodeUtf8(ended ? text.replace(/\n$/, '') : text)), error: null };
}

/** The same with `\n` for `\r\n` and `\r`, or the error if there is a NUL. */
export function cleaned(bytes: Uint8Array, filename: string): SourceText {
  return bytes.includes(0) ? unreadable(messages.nullBytes, filename) : { bytes: withLineEnds(bytes), error: null };
}

/** UTF-8, ASCII and Latin-1; `decodeSource` knows more. */
export function decodeBasic(bytes: Uint8Array, encoding: string): string | DecodingFailure {
  const name = encoding.toLowerCase();
  if (name === 'utf8') {
    const damage = findUtf8Error(bytes);
    return damage ? { error: messages.undecodable(damage) } : decodeUtf8(bytes);
  }
  const ascii = /^(us[-_])?ascii$/.test(name);
  if (!ascii && name !== 'iso-8859-1') return { error: messages.unknownEncoding(encoding) };
  const start = bytes.findIndex((byte) => byte > 127);
  if (start < 0 || !ascii) return latin1(bytes);
  return { error: messages.undecodable({ encoding: 'ascii', bytes, start, end: start + 1, reason: 'ordinal not in range(128)' }) };
}

/**
 * The encoding that a comment in line 1 or 2 declares, `''` for none, UTF-8 and Latin-1 by one name each; and the end of that line.
 * CPython 3.12: Parser/tokenizer.c, check_coding_spec and get_coding_spec.
 */
export function findCookie(bytes: Uint8Array): { readonly encoding: string; readonly end: number } {
  const second = bytes.indexOf(10, bytes.indexOf(10) + 1);
  // What is after the last line end is no line.
  const text = latin1(bytes.subarray(0, second < 0 ? bytes.length : second + 1));
  const lines = text.match(/.*(\r\n?|\n|$)/g) ?? [];
  let end = 0;
  for (const line of lines.slice(0, 2)) {
    if (!/[\r\n]/.test(line)) break;
    end += line.length;
    const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*([-.\w]+)/.exec(line);
    if (cookie) return { encoding: normalName(cookie[1]), end };
    if (!/^[ \t\f]*[#\r\n]/.test(line)) break;
  }
  return { encoding: '', end: 0 };
}

/** One name for every spelling of UTF-8, and one for Latin-1. CPython 3.12: Parser/tokenizer.c, get_normal_name. */
export function normalName(name: string): string {
  const start = name.slice(0, 12).toLowerCase().replace(/_/g, '-');
  if (/^utf-8(-|$)/.test(start)) return 'utf-8';
  return /^(iso-8859-1|(iso-)?latin-1)(-|$)/.test(start) ? 'iso-8859-1' : name;
}

/** Nothing to scan, and the error. */
export function unreadable(message: string, filename: string, offset = 0, pyClass: PySyntaxErrorClass = 'SyntaxError'): SourceText {
  const error = new PySyntaxError({ pyClass, message, filename, lineno: 0, offset, end_lineno: null, end_offset: null });
  return { bytes: paddedCopy(new Uint8Array(0)), error };
}

/** Size of the BOM that `input` begins with. */
export function bomSize(input: Uint8Array): 0 | 3 {
  return input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf ? 3 : 0;
}

/** A copy of `input` from `start` on, with one more `\n` and `NAME_PADDING` bytes after it. */
export function paddedCopy(input: Uint8Array, start = 0): Uint8Array {
  const size = input.length - start + 1;
  const bytes = new Uint8Array(new ArrayBuffer(size + NAME_PADDING), 0, size);
  bytes.set(input.subarray(start));
  bytes[size - 1] = 10;
  return bytes;
}

/** `bytes`, which are such a copy, changed to have only `\n` for line ends. */
export function withLineEnds(bytes: Uint8Array): Uint8Array {
  const size = bytes.length;
  let to = bytes.indexOf(13);
  if (to < 0) return bytes;
  for (let from = to; from < size; from++) {
    const c = bytes[from];
    bytes[to++] = c === 13 ? 10 : c;
    // The last `\n` is not the source's.
    if (c === 13 && bytes[from + 1] === 10 && from + 2 < size) from++;
  }
  return bytes.subarray(0, to);
}

/** Each byte as the character of that number. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
