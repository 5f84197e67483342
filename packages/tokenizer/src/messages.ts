/** The words CPython has for a number in an error text. */
export type NumberKind = 'decimal' | 'hexadecimal' | 'octal' | 'binary' | 'imaginary';

const char = String.fromCharCode;
const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');
const hex4 = (codePoint: number): string => codePoint.toString(16).toUpperCase().padStart(4, '0');

/** Every text the tokenizer can say, worded as CPython words it. */
export const messages = {
  nullBytes: 'source code string cannot contain null bytes',
  nullBytesInFile: 'source code cannot contain null bytes',
  unknownEncoding: (name: string): string => `unknown encoding: ${name}`,
  notTextEncoding: (name: string): string => `'${name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs`,
  encodingProblem: (name: string): string => `encoding problem: ${name}`,
  notUtf8: (byte: number, filename: string, line: number): string =>
    `Non-UTF-8 code starting with '\\x${hex2(byte)}' in file ${filename} on line ${line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details`,
  /** The text of a UnicodeEncodeError for lone surrogates from the character `start` on. */
  surrogates: (found: string, start: number): string =>
    found.length > 1
      ? `'utf-8' codec can't encode characters in position ${start}-${start + found.length - 1}: surrogates not allowed`
      : `'utf-8' codec can't encode character '\\u${found.charCodeAt(0).toString(16)}' in position ${start}: surrogates not allowed`,

  missingDeclaration: 'invalid or missing encoding declaration',

  unexpectedEndOfLines: 'unexpected EOF in multi-line statement',
  unexpectedEnd: 'unexpected EOF while parsing',
  neverClosed: (bracket: number): string => `'${char(bracket)}' was never closed`,
  afterBackslash: 'unexpected character after line continuation character',

  inconsistentTabs: 'inconsistent use of tabs and spaces in indentation',
  inconsistentDedent: 'unindent does not match any outer indentation level',
  tooDeep: 'too many levels of indentation',

  invalidCharacter: (character: string, codePoint: number): string => `invalid character '${character}' (U+${hex4(codePoint)})`,
  nonPrintable: (codePoint: number): string => `invalid non-printable character U+${hex4(codePoint)}`,

  /** The text of a UnicodeDecodeError. Positions count from `base`. */
  undecodable(encoding: string, bytes: Uint8Array, damage: { readonly start: number; readonly end: number; readonly reason: string }, base = 0): string {
    const { start, end, reason } = damage;
    if (end - start > 1) return `'${encoding}' codec can't decode bytes in position ${start - base}-${end - 1 - base}: ${reason}`;
    return `'${encoding}' codec can't decode byte 0x${hex2(bytes[start])} in position ${start - base}: ${reason}`;
  },

  invalidNumber: (kind: NumberKind): string => `invalid ${kind} literal`,
  invalidDigit: (digit: number, kind: NumberKind): string => `invalid digit '${char(digit)}' in ${kind} literal`,
  leadingZeros: 'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers',

  tooManyBrackets: 'too many nested parentheses',
  unmatched: (bracket: number): string => `unmatched '${char(bracket)}'`,
  /** `line` is that of the opening bracket, or 0 if it is the same. */
  mismatched: (closing: number, opening: number, line: number): string =>
    `closing parenthesis '${char(closing)}' does not match opening parenthesis '${char(opening)}'${line > 0 ? ` on line ${line}` : ''}`,

  /** `prefix` is `''` or `'f-'`. */
  unterminated: (triple: boolean, prefix: string, line: number): string =>
    `unterminated ${triple ? 'triple-quoted ' : ''}${prefix}string literal (detected at line ${line})`,

  tooManyFStrings: 'too many nested f-strings',
  nestedTooDeeply: 'f-string: expressions nested too deeply',
  expectingBrace: "f-string: expecting '}'",
  singleBrace: "f-string: single '}' is not allowed",
  fstringUnmatched: (bracket: number): string => `f-string: unmatched '${char(bracket)}'`,
  invalidEscape: (character: number): string => `invalid escape sequence '\\${char(character)}'`,
};
