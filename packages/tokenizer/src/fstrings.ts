import { fail, failUnclean, failUnterminated } from './errors.ts';
import { FSTRING_END, FSTRING_MIDDLE, FSTRING_START } from './kinds.ts';
import { MAX_FSTRINGS, MAX_NESTED_FIELDS } from './limits.ts';
import * as messages from './messages.ts';
import type { FString, Scan } from './state.ts';
import { isTripled } from './strings.ts';

/** Enters the f-string whose prefix starts at `start` and whose quote is at `quotePos`, and emits FSTRING_START. */
export function startFString(s: Scan, start: number, quotePos: number): number {
  const { source, lineStart, lineno, bufferStart } = s;
  const quote = source[quotePos];
  const quoteSize = isTripled(source, quotePos) ? 3 : 1;
  const pos = quotePos + quoteSize;
  if (s.fstrings.length + 1 >= MAX_FSTRINGS) return fail(s, pos, messages.tooManyFStrings);
  s.fstring = {
    start, lineStart, line: lineno, bufferStart, quote, quoteSize, raw: quotePos - start === 2, depth: 0, fieldDepth: -1, inText: true, inFormatSpec: false,
  };
  s.fstrings.push(s.fstring);
  return s.emit(FSTRING_START, start, pos);
}

/**
 * Reads literal text of an f-string up to its end, a replacement field or a doubled brace, and emits FSTRING_MIDDLE
 * or FSTRING_END. CPython 3.12: Parser/tokenizer.c, tok_get_fstring_mode.
 */
export function scanFStringText(s: Scan, f: FString, start: number): number {
  const { source, end, lineno, lineStart } = s;
  const { quote, quoteSize, inFormatSpec } = f;
  const endsAt = (pos: number): boolean => source[pos] === quote && (quoteSize === 1 || isTripled(source, pos));
  if (source[start] === 123 && source[start + 1] !== 123) return startField(s, f, start);
  if (endsAt(start)) {
    s.fstrings.pop();
    s.fstring = s.fstrings.at(-1) ?? null;
    return s.emit(FSTRING_END, start, start + quoteSize);
  }
  /** A `\N{` was seen: its `}` ends the token. */
  let namedEscape = false;
  /** Where the token ends, and whether with a doubled brace, of which only the first belongs to the text. */
  let pos = start;
  let doubled = 0;
  for (;;) {
    const c = source[pos];
    if (c === quote && endsAt(pos)) break;
    pos++;
    if (c === 92) {
      if (source[pos] === 13 && s.lineByLine) pos++;
      const next = source[pos];
      if (next === 123 || next === 125) {
        if (!f.raw) s.warn(messages.invalidEscape(next), pos);
        continue;
      }
      pos++;
      if (next === 0x4e && !f.raw && source[pos] === 123) {
        namedEscape = true;
        pos++;
      }
      if (next === 13 || next === 0) pos--;
      if (next !== 10) continue;
      if (pos >= end) return failUnterminated(s, f, start, lineno, lineStart, quote, quoteSize, true);
      s.continueAt(pos);
    } else if (c === 10) {
      if (inFormatSpec && quoteSize === 1 && pos <= end) {
        // The format specifier ends with the line.
        f.inText = false;
        pos--;
        break;
      }
      if (quoteSize === 1 || pos >= end) return failUnterminated(s, f, start, lineno, lineStart, quote, quoteSize, quoteSize === 3);
      s.continueAt(pos);
    } else if ((c === 13 || c === 0) && !s.lineByLine) {
      return failUnclean(s);
    } else if (c === 123) {
      if (source[pos] === 123 && !inFormatSpec) {
        pos++;
        doubled = 1;
        break;
      }
      pos--;
      if (startField(s, f, pos) < 0) return -1;
      break;
    } else if (c === 125) {
      if (namedEscape) break;
      if (source[pos] === 125 && !inFormatSpec && f.depth === 0) {
        pos++;
        doubled = 1;
      } else {
        pos--;
        f.inText = false;
      }
      break;
    }
  }
  return s.emit(FSTRING_MIDDLE, start, pos, lineno, doubled);
}

/** True if the colon just read, in a replacement field of `f`, ends the expression: the format specifier is text again. */
export function startsFormatSpec(f: FString): boolean {
  if (f.fieldDepth < 0 || f.depth - 1 !== f.fieldDepth) return false;
  f.inText = true;
  f.inFormatSpec = true;
  return true;
}

function startField(s: Scan, f: FString, pos: number): number {
  f.fieldDepth++;
  f.inText = false;
  return f.fieldDepth < MAX_NESTED_FIELDS ? pos : fail(s, pos, messages.nestedTooDeeply);
}
