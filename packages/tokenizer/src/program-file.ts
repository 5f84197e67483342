import { PySyntaxError } from '@py/ast';
import { bomSize, decodeBasic, decodeDeclared, declaredEncoding, paddedCopy, unreadable, withLineEnds } from './encoding.ts';
import type { SourceDecoder, SourceText } from './encoding.ts';
import * as messages from './messages.ts';
import { decodeUtf8, encodeUtf8, findUtf8Error, isUtf8 } from './utf8.ts';

/**
 * Reads the bytes of a program file for `tokenize` as `python FILE` does. What cannot be decoded is worded differently from
 * `compile(bytes)`, and found also where it is in a comment. CPython 3.12: Parser/tokenizer.c, tok_underflow_file.
 */
export function readProgramFile(input: Uint8Array, filename: string, decode: SourceDecoder = decodeBasic): SourceText {
  const bom = bomSize(input) > 0;
  const bytes = withLineEnds(paddedCopy(input, bomSize(input)));
  const declared = declaredEncoding(bytes);
  if (declared === '' || declared === 'utf-8') return readableLines(bytes, filename, !bom && declared === '');
  const text = decodeDeclared(bytes, declared, bom, decode);
  if (typeof text === 'string') return readableLines(withLineEnds(paddedCopy(encodeUtf8(text))), filename, false);
  return unreadable(bom ? text.error : messages.encodingProblem(declared), filename);
}

/** The lines before the first that holds a NUL or, if no encoding is declared, is not UTF-8. */
function readableLines(bytes: Uint8Array, filename: string, undeclared: boolean): SourceText {
  const damage = undeclared && !isUtf8(bytes) ? findUtf8Error(bytes, 0, bytes.length) : null;
  const zero = bytes.indexOf(0);
  if (damage === null && zero < 0) return { bytes, error: null };
  // Of two in one line, CPython complains of what is not UTF-8.
  const zeroFirst = damage === null || (zero >= 0 && lineStart(bytes, zero) < lineStart(bytes, damage.start));
  const end = lineStart(bytes, zeroFirst ? zero : damage.start);
  const lineno = bytes.subarray(0, end).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 1);
  const before = paddedCopy(bytes.subarray(0, end));
  if (!zeroFirst) return { bytes: before, error: unreadable(messages.notUtf8(bytes[damage.start], filename, lineno), filename).error };
  const text = decodeUtf8(bytes, end, zero);
  return { bytes: before, error: new PySyntaxError({ message: messages.nullBytesInFile, filename, lineno, offset: 0, text }) };
}

function lineStart(bytes: Uint8Array, pos: number): number {
  return bytes.lastIndexOf(10, pos) + 1;
}
