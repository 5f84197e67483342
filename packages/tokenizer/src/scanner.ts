import { closeBracket, openBracket } from './brackets.ts';
import { byteClass, doubledType, doubledTypeWithEqual, nameByte, singleType, typeWithEqual } from './characters.ts';
import { scanComment, scanTypeComment } from './comments.ts';
import { scanFStringText, startFString, startsFormatSpec } from './fstrings.ts';
import { scanName } from './identifiers.ts';
import { ASYNC, AWAIT, COLON, DOT, ELLIPSIS, NAME, NEWLINE, NOTEQUAL, NUMBER, RARROW } from './kinds.ts';
import { continueLine, endLine, endOfSource, startOfLine } from './lines.ts';
import { messages } from './messages.ts';
import { scanNumber } from './numbers.ts';
import type { Scan } from './state.ts';
import { prefixKind, scanString } from './strings.ts';

/** Reads the whole source into the arrays of `s`, up to its end or the first error; or, if the source is partial, as far as it goes. */
export function scanTokens(s: Scan): void {
  const start = Math.max(s.resumeAt, 0);
  s.resumeAt = -1;
  s.pos = s.atLineStart ? startOfLine(s, start) : start;
  while (s.pos >= 0) {
    s.makeRoom();
    scanUntilFull(s);
  }
}

/**
 * Reads tokens until the arrays are nearly full; `s.pos` is -1 then if the source has ended or is wrong. CPython 3.12:
 * Parser/tokenizer.c, tok_get. What is frequent is here; what is rare or long is a call. `pos`, `length`, `line` and
 * `fstring` live in variables: what a call reads is stored before it, and what it may change is read again after it.
 */
function scanUntilFull(s: Scan): void {
  const { source, view, end, names, types, starts, ends, lines, endLines, values, limit } = s;
  let { pos, length, line, fstring } = s;
  /** Where the comment before the next line end starts: CPython's NEWLINE begins there. */
  let commentStart = -1;

  while (length < limit) {
    if (fstring !== null && fstring.inText) {
      s.pos = pos;
      s.length = length;
      if (!scanFStringText(s, fstring)) return s.stop();
      ({ pos, length, line, fstring } = s);
      continue;
    }

    let c = source[pos];
    while (c === 32) c = source[++pos];
    const start = pos;
    let type = 0;
    let value = 0;
    switch (byteClass[c]) {
      case 1: {
        // A name, or the prefix of a string.
        do c = source[++pos];
        while (nameByte[c] === 1);
        if (nameByte[c] === 2) {
          pos = scanName(s, start);
          type = NAME;
          value = s.value;
          break;
        }
        if ((c === 34 || c === 39) && pos - start < 3) {
          const kind = prefixKind(source, start, pos);
          if (kind !== 0) {
            s.length = length;
            if (!(kind === 1 ? scanString(s, start, pos) : startFString(s, start, pos))) return s.stop();
            ({ pos, length, line, fstring } = s);
            continue;
          }
        }
        value = names.intern(view, start, pos);
        // `async` and `await` are keywords 6 and 7 and have token types of their own.
        type = value === 6 ? ASYNC : value === 7 ? AWAIT : NAME;
        break;
      }

      case 2: // A name that starts with a byte above 127.
        pos = scanName(s, start);
        type = NAME;
        value = s.value;
        break;

      case 3: {
        const first = c;
        do c = source[++pos];
        while (c >= 48 && c <= 57);
        if (nameByte[c] !== 0 || c === 46 || (first === 48 && pos - start > 1)) pos = scanNumber(s, start);
        type = NUMBER;
        break;
      }

      case 4: // A tab or form feed.
        pos++;
        continue;

      case 5: // A line end, or the end of a source that has none.
        if (s.extraTokens) {
          s.length = length;
          pos = endLine(s, start, pos + 1);
          if (pos < 0) return s.stop();
          length = s.length;
          line = s.line;
          continue;
        }
        if (pos < end && s.level > 0) {
          pos++;
          commentStart = -1;
          s.startLine(pos);
          line = s.line;
          if (pos < end) continue;
        }
        s.length = length;
        if (pos >= end) {
          if (s.partial) s.starve(pos, line, s.lineStart, true);
          else endOfSource(s, false);
          return s.stop();
        }
        s.pos = ++pos;
        s.emit(NEWLINE, commentStart >= 0 ? commentStart : start);
        commentStart = -1;
        pos = startOfLine(s, pos);
        if (pos < 0) return s.stop();
        length = s.length;
        line = s.line;
        continue;

      case 6: // `#`
        s.length = length;
        if (s.extraTokens) {
          pos = scanComment(s, start);
          length = s.length;
          continue;
        }
        if (s.typeComments && scanTypeComment(s, start)) {
          pos = s.pos;
          length = s.length;
          continue;
        }
        commentStart = start;
        do c = source[++pos];
        while (c !== 10);
        continue;

      case 7: // A quote.
        s.length = length;
        if (!scanString(s, start, start)) return s.stop();
        ({ pos, length, line } = s);
        continue;

      case 8: // `.`
        c = source[pos + 1];
        if (c >= 48 && c <= 57) {
          pos = scanNumber(s, start);
          type = NUMBER;
        } else if (c === 46 && source[pos + 2] === 46) {
          pos += 3;
          type = ELLIPSIS;
        } else {
          pos++;
          type = DOT;
        }
        break;

      case 9: // `(`, `[` or `{`
        pos = openBracket(s, c, start);
        type = singleType[c];
        break;

      case 10: // `)`, `]` or `}`
        pos = closeBracket(s, c, start);
        type = singleType[c];
        break;

      case 11: // An operator that stands alone.
        pos++;
        type = singleType[c];
        break;

      case 12: {
        // An operator that may go on.
        const next = source[pos + 1];
        if (next === 61) {
          type = typeWithEqual[c];
          pos += 2;
        } else if (next === c && doubledType[c] !== 0) {
          const assigns = source[pos + 2] === 61;
          type = assigns ? doubledTypeWithEqual[c] : doubledType[c];
          pos += assigns ? 3 : 2;
        } else if (next === 62 && (c === 45 || c === 60)) {
          type = c === 45 ? RARROW : NOTEQUAL;
          pos += 2;
        } else {
          type = singleType[c];
          pos++;
        }
        break;
      }

      case 13: // `:`
        type = COLON;
        pos++;
        if (fstring !== null && startsFormatSpec(fstring)) break;
        if (source[pos] === 61) {
          type = typeWithEqual[c];
          pos++;
        }
        break;

      case 14: // `\`
        s.pos = pos;
        s.length = length;
        if (!continueLine(s)) return s.stop();
        pos = s.pos;
        line = s.line;
        continue;

      case 15: // `!` or `=`
        if (source[pos + 1] === 61) {
          type = typeWithEqual[c];
          pos += 2;
        } else {
          type = singleType[c];
          pos++;
        }
        break;

      default:
        if (c === 13) {
          // Only the `tokenize` module leaves a `\r` in the source. CPython drops it and goes on with what follows.
          pos++;
          c = source[pos];
          if (c === 10) {
            s.length = length;
            pos = endLine(s, start, pos + 1);
            if (pos < 0) return s.stop();
            length = s.length;
            line = s.line;
            continue;
          }
        }
        pos = c < 32 || c === 127 ? s.failAfter(pos + 1, messages.nonPrintable(c)) : pos + 1;
        type = singleType[c];
    }

    if (pos < 0) {
      s.length = length;
      return s.stop();
    }
    types[length] = type;
    starts[length] = start;
    ends[length] = pos;
    values[length] = value;
    lines[length] = line;
    endLines[length++] = line;
  }
  s.pos = pos;
  s.length = length;
}
