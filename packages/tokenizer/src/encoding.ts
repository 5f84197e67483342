import { PySyntaxError } from '@py/ast';
import type { PySyntaxErrorClass } from '@py/ast';
import { messages } from './messages.ts';
import { NAME_PADDING } from './names.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error, isUtf8 } from './utf8.ts';

/**
 * Decodes `bytes` with the codec that Python knows by `encoding`. Gives the text, or what `str()` of Python's exception says:
 * `unknown encoding: …`, `'ascii' codec can't decode …`.
 */
export type SourceDecoder = (bytes: Uint8Array, encoding: string) => string | { readonly error: string };

/** The source as the scanner wants it. */
export interface SourceText {
  /** UTF-8 without BOM, every line end a `\n`, with one more `\n` and `NAME_PADDING` bytes after it. */
  readonly bytes: Uint8Array;
  /** What is wrong where the bytes end, if they are only the part before something that cannot be read; or with all of it. */
  readonly error: PySyntaxError | null;
}

export interface SourceOptions {
  readonly filename: string;
  readonly fromFile: boolean;
  /** A last line without line end is read as if it had one. */
  readonly endsLine: boolean;
  readonly decode: SourceDecoder;
}

/** Reads a program given as text. */
export function readText(text: string, filename: string): SourceText {
  const bytes = encodeUtf8(text);
  if (bytes.length !== text.length) {
    const lone = /[\ud800-\udfff]+/u.exec(text);
    if (lone) return unreadable(messages.surrogates(lone[0], [...text.slice(0, lone.index)].length), filename, 0, 'UnicodeEncodeError');
  }
  if (bytes.indexOf(0) >= 0) return unreadable(messages.nullBytes, filename);
  return { bytes: withLineEnds(bytes, 0), error: null };
}

/** Reads a program given as bytes: as `compile(bytes)` does, or as CPython reads a file. CPython 3.12: Parser/tokenizer.c, decode_str and tok_underflow_file. */
export function readBytes(input: Uint8Array, options: SourceOptions): SourceText {
  const { filename, fromFile } = options;
  if (!fromFile && input.indexOf(0) >= 0) return unreadable(messages.nullBytes, filename);
  const bom = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  let bytes = withLineEnds(input, bom ? 3 : 0);
  const declared = declaredEncoding(options.endsLine ? bytes : bytes.subarray(0, bytes.length - 1));
  if (declared !== '' && declared !== 'utf-8') {
    const offset = fromFile ? 0 : -1;
    if (bom) return unreadable(messages.encodingProblem(`${declared} with BOM`), filename, offset);
    const text = options.decode(bytes.subarray(0, bytes.length - 1), declared);
    if (typeof text !== 'string') return unreadable(fromFile ? messages.encodingProblem(declared) : text.error, filename, offset);
    bytes = withLineEnds(encodeUtf8(text), 0);
  }
  return fromFile ? readableLines(bytes, filename, declared === '' && !bom) : { bytes, error: null };
}

/** UTF-8, ASCII and Latin-1; other codecs are given as an option. */
export function decodeBasic(bytes: Uint8Array, encoding: string): string | { readonly error: string } {
  if (encoding === 'iso-8859-1') return latin1(bytes);
  const name = encoding.toLowerCase().replace(/_/g, '-');
  if (name === 'ascii' || name === 'us-ascii') {
    const start = bytes.findIndex((byte) => byte > 127);
    if (start < 0) return latin1(bytes);
    return { error: messages.undecodable('ascii', bytes, { start, end: start + 1, reason: 'ordinal not in range(128)' }) };
  }
  if (name !== 'utf8') return { error: messages.unknownEncoding(encoding) };
  const damage = isUtf8(bytes) ? null : findUtf8Error(bytes, 0, bytes.length);
  return damage ? { error: messages.undecodable('utf-8', bytes, damage) } : decodeUtf8(bytes, 0, bytes.length);
}

/**
 * The encoding that a comment in line 1 or 2 declares, `''` for none; UTF-8 and Latin-1 by one name each.
 * CPython 3.12: Parser/tokenizer.c, check_coding_spec, get_coding_spec, get_normal_name.
 */
function declaredEncoding(bytes: Uint8Array): string {
  let start = 0;
  for (let line = 0; line < 2; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0) return '';
    const text = latin1(bytes.subarray(start, end));
    const spec = /^[ \t\f]*#.*?coding[:=][ \t]*([-.\w]+)/s.exec(text);
    if (spec) return normalName(spec[1]);
    if (!/^[ \t\f]*(#|$)/.test(text)) return '';
    start = end + 1;
  }
  return '';
}

function normalName(name: string): string {
  const start = name.slice(0, 12).toLowerCase().replace(/_/g, '-');
  if (/^utf-8(-|$)/.test(start)) return 'utf-8';
  return /^(latin-1|iso-8859-1|iso-latin-1)(-|$)/.test(start) ? 'iso-8859-1' : name;
}

/** The lines before the first that holds a NUL or, if no encoding is declared, is not UTF-8. */
function readableLines(bytes: Uint8Array, filename: string, undeclared: boolean): SourceText {
  const size = bytes.length - 1;
  const damage = undeclared && !isUtf8(bytes) ? findUtf8Error(bytes, 0, size) : null;
  const zero = bytes.indexOf(0);
  const bad = zero < 0 || (damage !== null && lineStart(bytes, damage.start) <= lineStart(bytes, zero)) ? (damage?.start ?? -1) : zero;
  if (bad < 0) return { bytes, error: null };
  const end = lineStart(bytes, bad);
  let lineno = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === 10) lineno++;
  if (bad !== zero) return { ...unreadable(messages.notUtf8(bytes[bad], filename, lineno), filename), bytes: withLineEnds(bytes.subarray(0, end), 0) };
  const text = decodeUtf8(bytes, end, zero);
  const error = new PySyntaxError({ message: messages.nullBytesInFile, filename, lineno, offset: 0, end_offset: 0, text });
  return { bytes: withLineEnds(bytes.subarray(0, end), 0), error };
}

function lineStart(bytes: Uint8Array, pos: number): number {
  return bytes.lastIndexOf(10, pos) + 1;
}

function unreadable(message: string, filename: string, offset = 0, pyClass: PySyntaxErrorClass = 'SyntaxError'): SourceText {
  const error = new PySyntaxError({ pyClass, message, filename, lineno: 0, offset, end_lineno: null, end_offset: null, text: null });
  return { bytes: withLineEnds(new Uint8Array(0), 0), error };
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 4096) text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  return text;
}

/** A copy of `input` from `start` on, in the form of {@link SourceText.bytes}. */
function withLineEnds(input: Uint8Array, start: number): Uint8Array {
  const size = input.length - start + 1;
  const bytes = new Uint8Array(new ArrayBuffer(size + NAME_PADDING), 0, size);
  bytes.set(start > 0 ? input.subarray(start) : input);
  bytes[size - 1] = 10;
  let to = bytes.indexOf(13);
  if (to < 0) return bytes;
  for (let from = to; from < size; from++) {
    const c = bytes[from];
    bytes[to++] = c === 13 ? 10 : c;
    if (c === 13 && bytes[from + 1] === 10 && from + 2 < size) from++;
  }
  return bytes.subarray(0, to);
}

