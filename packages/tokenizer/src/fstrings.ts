import { FSTRING_END, FSTRING_MIDDLE, FSTRING_START } from './kinds.ts';
import { messages } from './messages.ts';
import { MAX_FSTRINGS, MAX_NESTED_FIELDS } from './state.ts';
import type { FString, Scan } from './state.ts';

/** Enters the f-string whose prefix starts at `start` and whose quote is at `quotePos`, and emits FSTRING_START. */
export function startFString(s: Scan, start: number, quotePos: number): boolean {
  const { source } = s;
  const quote = source[quotePos];
  const quoteSize = source[quotePos + 1] === quote && source[quotePos + 2] === quote ? 3 : 1;
  s.pos = quotePos + quoteSize;
  if (s.fstrings.length + 1 >= MAX_FSTRINGS) return s.fail(messages.tooManyFStrings);
  s.emit(FSTRING_START, start);
  s.fstring = {
    start, quote, quoteSize, lineStart: s.lineStart, line: s.line, bufferStart: s.bufferStart,
    raw: quotePos - start === 2, depth: 0, fieldDepth: -1, inText: true, inFormatSpec: false,
  };
  s.fstrings.push(s.fstring);
  return true;
}

/**
 * Reads literal text of an f-string up to its end, a replacement field or a doubled brace, and emits FSTRING_MIDDLE
 * or FSTRING_END. CPython 3.12: Parser/tokenizer.c, tok_get_fstring_mode.
 */
export function scanFStringText(s: Scan, f: FString): boolean {
  const { source, end } = s;
  const { quote, quoteSize } = f;
  const start = s.pos;
  const firstLine = s.line;
  const firstLineStart = s.lineStart;
  const { inFormatSpec } = f;
  let pos = start;
  if (source[pos] === 123 && source[pos + 1] !== 123) return startField(s, f);
  if (source[pos] === quote && (quoteSize === 1 || (source[pos + 1] === quote && source[pos + 2] === quote))) {
    return endFString(s, quoteSize);
  }
  /** A `\N{` was seen: its `}` ends the token. */
  let namedEscape = false;
  for (;;) {
    const c = source[pos];
    switch (c) {
      case 10:
        if (quoteSize === 1) {
          if (!inFormatSpec || pos >= end) return failUnterminated(s, f);
          // The format specifier ends with the line.
          f.inText = false;
          return emitMiddle(s, start, firstLine, pos, 0);
        }
        pos++;
        if (pos >= end) return s.partial ? s.starve(start, firstLine, firstLineStart) : failUnterminated(s, f);
        s.continueAt(pos);
        continue;
      case 34:
      case 39:
        if (c === quote && (quoteSize === 1 || (source[pos + 1] === quote && source[pos + 2] === quote))) {
          return emitMiddle(s, start, firstLine, pos, 0);
        }
        pos++;
        continue;
      case 123:
        if (source[pos + 1] === 123 && !inFormatSpec) return emitMiddle(s, start, firstLine, pos + 2, 1);
        s.pos = pos;
        if (!startField(s, f)) return false;
        return emitMiddle(s, start, firstLine, pos, 0);
      case 125:
        if (namedEscape) return emitMiddle(s, start, firstLine, pos + 1, 0);
        if (source[pos + 1] === 125 && !inFormatSpec && f.depth === 0) return emitMiddle(s, start, firstLine, pos + 2, 1);
        f.inText = false;
        return emitMiddle(s, start, firstLine, pos, 0);
      case 92: {
        if (source[pos + 1] === 13) pos++;
        const next = source[++pos];
        if (next === 123 || next === 125) {
          if (!f.raw) s.warnEscape(next);
          continue;
        }
        if (next === 10) {
          if (++pos >= end) return s.partial ? s.starve(start, firstLine, firstLineStart) : failUnterminated(s, f);
          s.continueAt(pos);
          continue;
        }
        pos++;
        if (next === 0x4e && !f.raw && source[pos] === 123) {
          namedEscape = true;
          pos++;
        }
        continue;
      }
      default:
        pos++;
    }
  }
}

/** True if the colon just read, in a replacement field of `f`, ends the expression: the format specifier is text again. */
export function startsFormatSpec(f: FString): boolean {
  if (f.fieldDepth < 0 || f.depth - 1 !== f.fieldDepth) return false;
  f.inText = true;
  f.inFormatSpec = true;
  return true;
}

/** Takes note of the closing bracket `c`, which ends at `pos`, inside `f`. */
export function closeField(s: Scan, f: FString, c: number, pos: number): boolean {
  f.depth--;
  if (f.depth < 0) return s.failAfter(pos, messages.fstringUnmatched(c)) > 0;
  if (c === 125 && f.depth === f.fieldDepth) {
    f.fieldDepth--;
    f.inText = true;
    f.inFormatSpec = false;
  }
  return true;
}

function startField(s: Scan, f: FString): boolean {
  f.fieldDepth++;
  if (f.fieldDepth >= MAX_NESTED_FIELDS) return s.fail(messages.nestedTooDeeply);
  f.inText = false;
  return true;
}

function endFString(s: Scan, quoteSize: number): boolean {
  const start = s.pos;
  s.pos += quoteSize;
  s.emit(FSTRING_END, start);
  s.fstrings.pop();
  s.fstring = s.fstrings.length > 0 ? s.fstrings[s.fstrings.length - 1] : null;
  return true;
}

/** `doubled` is 1 if the token ends with a doubled brace, of which only the first belongs to the text. */
function emitMiddle(s: Scan, start: number, firstLine: number, pos: number, doubled: 0 | 1): boolean {
  s.pos = pos;
  s.emit(FSTRING_MIDDLE, start);
  s.lines[s.length - 1] = firstLine;
  s.values[s.length - 1] = doubled;
  return true;
}

function failUnterminated(s: Scan, f: FString): false {
  if (s.endError !== null && f.quoteSize === 3) return s.failEnd();
  const lastLine = s.line;
  s.pos = f.start + 1;
  s.line = f.line;
  s.lineStart = f.lineStart;
  s.fail(f.quoteSize === 3 ? messages.unterminatedTriple('f-', lastLine) : messages.unterminated('f-', lastLine));
  if (f.quoteSize === 3) s.errorCode = 'E_EOFS';
  return false;
}
