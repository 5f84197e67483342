import { stringByte } from './characters.ts';
import { failUnclean, failUnterminated } from './errors.ts';
import { STRING } from './kinds.ts';
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

/** Does the byte at `pos` stand there three times? */
export function isTripled(source: Uint8Array, pos: number): boolean {
  const byte = source[pos];
  return source[pos + 1] === byte && source[pos + 2] === byte;
}

/** Reads the string whose prefix starts at `start` and whose quote is at `quotePos`, and emits STRING. */
export function scanString(s: Scan, start: number, quotePos: number): number {
  const { source, end } = s;
  const { lineno, lineStart } = s;
  const quote = source[quotePos];
  const triple = isTripled(source, quotePos);
  let pos = triple ? quotePos + 3 : quotePos + 1;
  for (;;) {
    let c = source[pos++];
    if (stringByte[c] === 0) continue;
    if (c === quote) {
      if (!triple) break;
      if (!isTripled(source, pos - 1)) continue;
      pos += 2;
      break;
    }
    const joined = c === 92;
    if (joined) {
      // CPython skips a `\r` after the backslash; only line by line is any left in the source.
      if (source[pos] === 13 && s.lineByLine) pos++;
      c = source[pos++];
    }
    if (c === 10) {
      if (pos >= end || (!triple && !joined)) {
        return failUnterminated(s, null, start, lineno, lineStart, quote, triple ? 3 : 1, pos >= end && (triple || joined || pos > end));
      }
      s.continueAt(pos);
    } else if ((c === 13 || c === 0) && !s.lineByLine) {
      return failUnclean(s);
    }
  }
  return s.emit(STRING, start, pos, lineno);
}
