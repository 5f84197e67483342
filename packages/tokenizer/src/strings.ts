import { STRING } from './kinds.ts';
import { messages } from './messages.ts';
import type { Scan } from './state.ts';

/** Whether `source[start..end)`, which a quote follows, is a prefix: 1 of a string, 2 of an f-string, 0 not at all. */
export function prefixKind(source: Uint8Array, start: number, end: number): 0 | 1 | 2 {
  const first = source[start] | 32;
  if (end - start === 1) return first === 0x66 ? 2 : first === 0x62 || first === 0x72 || first === 0x75 ? 1 : 0;
  // Two letters: r and one of b or f, in any order.
  const second = source[start + 1] | 32;
  const other = first === 0x72 ? second : second === 0x72 ? first : 0;
  return other === 0x66 ? 2 : other === 0x62 ? 1 : 0;
}

/** Reads the string whose prefix starts at `start` and whose quote is at `quotePos`, and emits STRING. */
export function scanString(s: Scan, start: number, quotePos: number): boolean {
  const { source } = s;
  const quote = source[quotePos];
  if (source[quotePos + 1] === quote && source[quotePos + 2] === quote) return scanTripleQuoted(s, start, quotePos + 3, quote);
  const firstLine = s.line;
  const firstLineStart = s.lineStart;
  let pos = quotePos + 1;
  for (;;) {
    const c = source[pos++];
    if (c === quote) break;
    if (c === 92) {
      // CPython skips a `\r` after the backslash; only the `tokenize` module leaves any in the source.
      if (source[pos] === 13) pos++;
      if (source[pos++] !== 10) continue;
      if (pos >= s.end) return failUnterminated(s, start, firstLine, firstLineStart, quote, 1, true);
      s.continueAt(pos);
    } else if (c === 10) {
      return failUnterminated(s, start, firstLine, firstLineStart, quote, 1, pos > s.end);
    }
  }
  s.pos = pos;
  s.emit(STRING, start);
  s.lines[s.length - 1] = firstLine;
  return true;
}

function scanTripleQuoted(s: Scan, start: number, first: number, quote: number): boolean {
  const { source, end } = s;
  const firstLine = s.line;
  const firstLineStart = s.lineStart;
  let pos = first;
  for (;;) {
    let c = source[pos++];
    if (c === 92) {
      if (source[pos] === 13) pos++;
      c = source[pos++];
      if (c !== 10) continue;
    }
    if (c === 10) {
      if (pos >= end) return failUnterminated(s, start, firstLine, firstLineStart, quote, 3, true);
      s.continueAt(pos);
    } else if (c === quote && source[pos] === quote && source[pos + 1] === quote) {
      break;
    }
  }
  s.pos = pos + 2;
  s.emit(STRING, start);
  s.lines[s.length - 1] = firstLine;
  return true;
}

function failUnterminated(
  s: Scan, start: number, firstLine: number, firstLineStart: number, quote: number, quoteSize: 1 | 3, atEnd: boolean,
): false {
  if (atEnd && s.partial) return s.starve(start, firstLine, firstLineStart);
  if (atEnd && s.endError !== null) return s.failEnd();
  const lastLine = s.line;
  s.pos = start + 1;
  s.line = firstLine;
  s.lineStart = firstLineStart;
  const { fstring } = s;
  // f'{a 'b': the quote that seems to open a string was meant to close the f-string.
  if (fstring !== null && fstring.quote === quote && fstring.quoteSize === quoteSize) return s.fail(messages.expectingBrace);
  s.fail(quoteSize === 3 ? messages.unterminatedTriple('', lastLine) : messages.unterminated('', lastLine));
  if (atEnd) s.errorCode = quoteSize === 3 ? 'E_EOFS' : 'E_EOLS';
  return false;
}
