import type { Undecodable } from '@py/ast';

// Every text the tokenizer can say, worded as CPython words it. Exports of their own, so that a bundle has only those that it can say.

/** The words CPython has for a number in an error text. */
export type NumberKind = 'decimal' | 'hexadecimal' | 'octal' | 'binary' | 'imaginary';

const char = String.fromCharCode;
const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');
const hex4 = (codePoint: number): string => codePoint.toString(16).toUpperCase().padStart(4, '0');

export const nullBytes = 'source code string cannot contain null bytes';
export const nullBytesInFile = 'source code cannot contain null bytes';
export const unknownEncoding = (name: string): string => `unknown encoding: ${name}`;
export const notTextEncoding = (name: string): string => `'${name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs`;
export const encodingProblem = (name: string): string => `encoding problem: ${name}`;
export const unicodeError = (error: string): string => `(unicode error) ${error}`;
export const notUtf8 = (byte: number, filename: string, line: number): string =>
  `Non-UTF-8 code starting with '\\x${hex2(byte)}' in file ${filename} on line ${line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details`;
/** The text of a UnicodeEncodeError for lone surrogates from the character `start` on. */
export const surrogates = (found: string, start: number): string =>
  codecProblem('utf-8', 'encode character', ` '\\u${found.charCodeAt(0).toString(16)}'`, start, found.length, 'surrogates not allowed');

export const missingDeclaration = 'invalid or missing encoding declaration';

export const unexpectedEndOfLines = 'unexpected EOF in multi-line statement';
export const unexpectedEnd = 'unexpected EOF while parsing';
export const neverClosed = (bracket: number): string => `'${char(bracket)}' was never closed`;
export const afterBackslash = 'unexpected character after line continuation character';

export const inconsistentTabs = 'inconsistent use of tabs and spaces in indentation';
export const inconsistentDedent = 'unindent does not match any outer indentation level';
export const tooDeep = 'too many levels of indentation';

export const invalidCharacter = (character: string, codePoint: number): string => `invalid character '${character}' (U+${hex4(codePoint)})`;
export const nonPrintable = (codePoint: number): string => `invalid non-printable character U+${hex4(codePoint)}`;

/** The text of a UnicodeDecodeError. */
export function undecodable({ encoding, bytes, start, end, reason }: Undecodable): string {
  return codecProblem(encoding, 'decode byte', ` 0x${hex2(bytes[start])}`, start, end - start, reason);
}

/** `single` names the unit if there is only one. */
function codecProblem(encoding: string, task: string, single: string, start: number, count: number, reason: string): string {
  const place = count > 1 ? `s in position ${start}-${start + count - 1}` : `${single} in position ${start}`;
  return `'${encoding}' codec can't ${task}${place}: ${reason}`;
}

export const invalidNumber = (kind: NumberKind): string => `invalid ${kind} literal`;
export const invalidDigit = (digit: number, kind: NumberKind): string => `invalid digit '${char(digit)}' in ${kind} literal`;
export const leadingZeros = 'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers';

export const tooManyBrackets = 'too many nested parentheses';
export const unmatched = (bracket: number): string => `unmatched '${char(bracket)}'`;
/** `line` is that of the opening bracket, or 0 if it is the same. */
export const mismatched = (closing: number, opening: number, line: number): string =>
  `closing parenthesis '${char(closing)}' does not match opening parenthesis '${char(opening)}'${line > 0 ? ` on line ${line}` : ''}`;

/** `prefix` is `''` or `'f-'`. */
export const unterminated = (triple: boolean, prefix: string, line: number): string =>
  `unterminated ${triple ? 'triple-quoted ' : ''}${prefix}string literal (detected at line ${line})`;

export const tooManyFStrings = 'too many nested f-strings';
export const nestedTooDeeply = 'f-string: expressions nested too deeply';
export const expectingBrace = "f-string: expecting '}'";
export const singleBrace = "f-string: single '}' is not allowed";
export const fstringUnmatched = (bracket: number): string => `f-string: unmatched '${char(bracket)}'`;
export const invalidEscape = (character: number): string => `invalid escape sequence '\\${char(character)}'`;
