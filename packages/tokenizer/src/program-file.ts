import { PySyntaxError } from '@py/ast';
import { bomSize, decodeBasic, findCookie, latin1, paddedCopy, unreadable, withLineEnds } from './encoding.ts';
import type { SourceDecoder, SourceText } from './encoding.ts';
import * as messages from './messages.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error, isUtf8 } from './utf8.ts';

/**
 * Reads the bytes of a program file for `tokenize` as `python FILE` does. What cannot be decoded is worded differently from
 * `compile(bytes)`, and found also where it is in a comment. CPython 3.12: Parser/tokenizer.c, tok_underflow_file.
 */
export function readProgramFile(input: Uint8Array, filename: string, decode: SourceDecoder = decodeBasic): SourceText {
  const bom = bomSize(input) > 0;
  const source = input.subarray(bomSize(input));
  const { encoding, end } = findCookie(source);
  if (encoding === '' || encoding === 'utf-8') return readableLines(withLineEnds(paddedCopy(source)), filename, !bom && encoding === '');
  if (bom) return unreadable(messages.encodingProblem(`${encoding} with BOM`), filename);
  // The lines up to the cookie have been read when it is found; decoding begins with the last byte of its line.
  const decoded = decode(source.subarray(end - 1), encoding);
  const lines = typeof decoded === 'string' ? decoded : (decoded.before ?? '');
  if (typeof decoded !== 'string' && lines === '') return unreadable(messages.encodingProblem(encoding), filename);
  const text = latin1(source.subarray(0, end)) + lines.slice(/^[^\r\n]*(\r\n?|\n|$)/.exec(lines)?.[0].length);
  const bytes = withLineEnds(paddedCopy(encodeUtf8(text)));
  return typeof decoded === 'string' ? readableLines(bytes, filename, false) : { bytes: bytes.subarray(0, -1), error: lineError(bytes, decoded.error, filename) };
}

/** A line that cannot be decoded: CPython shows the one before it. */
function lineError(bytes: Uint8Array, error: string, filename: string): PySyntaxError {
  const end = bytes.length - 1;
  const text = decodeUtf8(bytes, lineStart(bytes, end - 2), end);
  return new PySyntaxError({ message: messages.unicodeError(error), filename, lineno: countLines(bytes, end) - 1, offset: 0, text });
}

/** The lines before the first that holds a NUL or, if no encoding is declared, is not UTF-8. */
function readableLines(bytes: Uint8Array, filename: string, undeclared: boolean): SourceText {
  const damage = undeclared && !isUtf8(bytes) ? findUtf8Error(bytes) : null;
  const zero = bytes.indexOf(0);
  if (damage === null && zero < 0) return { bytes, error: null };
  // Of two in one line, CPython complains of what is not UTF-8.
  const zeroFirst = damage === null || (zero >= 0 && lineStart(bytes, zero) < lineStart(bytes, damage.start));
  const end = lineStart(bytes, zeroFirst ? zero : damage.start);
  const lineno = countLines(bytes, end);
  const before = paddedCopy(bytes.subarray(0, end));
  if (!zeroFirst) return { bytes: before, error: unreadable(messages.notUtf8(bytes[damage.start], filename, lineno), filename).error };
  const text = decodeUtf8(bytes, end, zero);
  return { bytes: before, error: new PySyntaxError({ message: messages.nullBytesInFile, filename, lineno, offset: 0, text }) };
}

/** The number of the line that begins at `end`. */
function countLines(bytes: Uint8Array, end: number): number {
  return bytes.subarray(0, end).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 1);
}

function lineStart(bytes: Uint8Array, pos: number): number {
  return bytes.lastIndexOf(10, pos) + 1;
}
