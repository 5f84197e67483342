import { PySyntaxError } from '@py/ast';
import type { TokenizerErrorCode, Undecodable } from '@py/ast';
import * as messages from './messages.ts';
import type { FString, Scan } from './state.ts';
import { characterCount, decodeUtf8, encodeUtf8 } from './utf8.ts';

// Each records an error and gives -1.

/** An error at the last character before `pos`, or at the byte columns given. CPython 3.12: Parser/tokenizer.c, _syntaxerror_range. */
export function fail(s: Scan, pos: number, message: string, offset = characterCount(decodeUtf8(s.source, s.lineStart, pos)), end_offset = offset): -1 {
  return record(s, 'E_ERROR', message, s.lineno, offset, end_offset, decodeUtf8(s.source, s.lineStart, s.lineEnd(s.lineStart)));
}

/**
 * An error of the current line for which CPython's tokenizer only has a code, and its parser a text. `offset` counts bytes from
 * `bufferStart`. CPython 3.12: Parser/pegen_errors.c, _Pypegen_tokenizer_error.
 */
export function failLine(s: Scan, code: TokenizerErrorCode, message: string, offset: number, end_offset: number, undecodable: Undecodable | null = null): -1 {
  const text = decodeUtf8(s.source, s.bufferStart, Math.min(s.lineEnd(s.lineStart) + 1, s.end));
  return record(s, code, message, s.lineno, charactersBefore(text, offset), end_offset, text, undecodable);
}

/** The name that ends at `pos` is not UTF-8. CPython 3.12: Parser/pegen_errors.c, _Pypegen_raise_decode_problem. */
export function failDecoding(s: Scan, pos: number, undecodable: Undecodable): -1 {
  return failLine(s, 'E_DECODE', `(unicode error) ${messages.undecodable(undecodable)}`, pos - s.lineStart, -1, undecodable);
}

/** A `\r` or NUL in a source that should have none: the caller has to clean it. */
export function failUnclean(s: Scan): -1 {
  return record(s, 'E_ERROR', messages.nullBytes, 0, 0, 0, '');
}

/** The source ended inside a statement or, before that, cannot be read any further. */
export function failEnd(s: Scan): -1 {
  if (s.endError !== null) {
    s.error = s.endError;
    s.errorCode = 'E_DECODE';
    return -1;
  }
  const top = s.level - 1;
  if (top < 0) return failLine(s, 'E_EOF', messages.unexpectedEnd, s.end - s.lineStart, -1);
  const message = messages.neverClosed(s.brackets[top]);
  const lineno = s.bracketLines[top];
  const offset = s.bracketColumns[top] + 1;
  if (lineno === s.lineno) return failLine(s, 'E_EOF', message, offset, 0);
  const text = s.line(lineno);
  return record(s, 'E_EOF', message, lineno, charactersBefore(text, offset), 0, text);
}

/**
 * The string from `start`, or the text of the f-string `f`, which begins in the line `firstLine`, has no end. `atEnd`: the source has ended,
 * and more of it would help.
 */
export function failUnterminated(
  s: Scan, f: FString | null, start: number, firstLine: number, firstLineStart: number, quote: number, quoteSize: number, atEnd: boolean,
): -1 {
  if (atEnd && s.partial) return s.starve(start, firstLine, firstLineStart);
  if (atEnd && s.endError !== null) return failEnd(s);
  const { fstring, lineno } = s;
  s.lineno = f?.line ?? firstLine;
  s.lineStart = f?.lineStart ?? firstLineStart;
  // f'{a 'b': the quote that seems to open a string was meant to close the f-string.
  if (f === null && fstring?.quote === quote && fstring.quoteSize === quoteSize) return fail(s, start + 1, messages.expectingBrace);
  const triple = quoteSize === 3;
  fail(s, (f?.start ?? start) + 1, messages.unterminated(triple, f ? 'f-' : '', lineno));
  if (atEnd && (triple || f === null)) s.errorCode = triple ? 'E_EOFS' : 'E_EOLS';
  return -1;
}

function record(
  s: Scan, code: TokenizerErrorCode, message: string, lineno: number, offset: number, end_offset: number, text: string, undecodable: Undecodable | null = null,
): -1 {
  const pyClass = code === 'E_DEDENT' || code === 'E_TOODEEP' ? 'IndentationError' : code === 'E_TABSPACE' ? 'TabError' : 'SyntaxError';
  s.error = new PySyntaxError({ pyClass, message, filename: s.filename, lineno, offset, end_offset, text, undecodable });
  s.errorCode = code;
  return -1;
}

/** How many characters of `text` the first `offset` bytes of its UTF-8 are or touch. */
function charactersBefore(text: string, offset: number): number {
  return characterCount(decodeUtf8(encodeUtf8(text).subarray(0, offset)));
}
