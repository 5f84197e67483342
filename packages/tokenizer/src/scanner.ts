import { closeBracket, openBracket } from './brackets.ts';
import { byteClass, nameByte, operatorType, stringByte } from './characters.ts';
import { scanComment } from './comments.ts';
import { fail, failUnclean } from './errors.ts';
import { scanFStringText, startFString, startsFormatSpec } from './fstrings.ts';
import { scanName } from './identifiers.ts';
import { ASYNC, AWAIT, COLON, DOT, ELLIPSIS, NAME, NOTEQUAL, NUMBER, RARROW } from './kinds.ts';
import { continueLine, endLine, endOfSource, startOfLine } from './lines.ts';
import * as messages from './messages.ts';
import { scanNumber } from './numbers.ts';
import type { Scan } from './state.ts';
import { prefixKind, scanString } from './strings.ts';

/** Reads the source from `start` on into the arrays of `s`, up to its end or the first error; or, if it is partial, as far as it goes. */
export function scanTokens(s: Scan, start = 0): void {
  s.resumeAt = -1;
  let pos = s.atLineStart ? startOfLine(s, start) : start;
  while (pos >= 0) {
    s.makeRoom();
    pos = scanLine(s, pos);
  }
}

/**
 * Reads tokens to the end of the line, or until the arrays are nearly full; -1 if the source has ended or is wrong. (One call for all
 * lines would be replaced by optimised code while it runs, and compiled once more for that.) CPython 3.12: Parser/tokenizer.c, tok_get. What is frequent is here; what is rare or long is a call. `length`, `lineno` and `fstring` live in variables: the
 * first is stored before a call, and all are read again after one that may emit tokens, which leaves `type` 0.
 */
function scanLine(s: Scan, start: number): number {
  const { source, view, end, names, types, starts, ends, lines, endLines, values, limit } = s;
  let { length, lineno, fstring } = s;
  let pos = start;
  /** Where the comment before the next line end starts: CPython's NEWLINE begins there. */
  let commentStart = -1;

  while (length < limit) {
    s.length = length;
    let c = source[pos];
    let from = pos;
    let type = 0;
    let value = 0;
    if (fstring !== null && fstring.inText) {
      pos = scanFStringText(s, fstring, pos);
    } else {
      while (c === 32) c = source[++pos];
      from = pos;
      switch (byteClass[c]) {
        case 1: // A name, or the prefix of a string.
        case 2: {
          while (nameByte[c] === 1) c = source[++pos];
          if (nameByte[c] === 2) {
            pos = scanName(s, from);
            value = s.value;
            type = NAME;
            break;
          }
          if ((c === 34 || c === 39) && pos - from < 3) {
            const kind = prefixKind(source, from, pos);
            if (kind !== 0) {
              pos = kind === 1 ? scanString(s, from, pos) : startFString(s, from, pos);
              break;
            }
          }
          value = names.intern(view, from, pos);
          // `async` and `await` are keywords 6 and 7 and have token types of their own.
          type = value === 6 ? ASYNC : value === 7 ? AWAIT : NAME;
          break;
        }

        case 3: {
          const first = c;
          do c = source[++pos];
          while (c >= 48 && c <= 57);
          if (nameByte[c] !== 0 || c === 46 || (first === 48 && pos - from > 1)) pos = scanNumber(s, from);
          type = NUMBER;
          break;
        }

        case 4: // A tab or form feed.
          pos++;
          continue;

        case 5: // A line end, or the end of a source that has none.
          return pos < end ? endLine(s, commentStart < 0 ? pos : commentStart, pos + 1) : endOfSource(s, false);

        case 6: // `#`
          pos = scanComment(s, from);
          if (pos >= 0) break;
          commentStart = pos = from;
          do c = source[++pos];
          while (stringByte[c] === 0 || (c !== 10 && c !== 13 && c !== 0));
          continue;

        case 7: // A quote.
          pos = scanString(s, pos, pos);
          break;

        case 8: // `.`
          c = source[pos + 1];
          if (c >= 48 && c <= 57) {
            pos = scanNumber(s, pos);
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
          type = operatorType[c];
          pos = openBracket(s, c, pos);
          break;

        case 10: // `)`, `]` or `}`
          type = operatorType[c];
          pos = closeBracket(s, c, pos);
          break;

        case 11: // An operator that stands alone.
          type = operatorType[c];
          pos++;
          break;

        case 12: // `:`
          if (fstring !== null && startsFormatSpec(fstring)) {
            type = COLON;
            pos++;
            break;
          }
        // falls through
        case 13: {
          // An operator that may go on.
          const next = source[pos + 1];
          if (next === 61) {
            type = operatorType[c + 256];
            pos += 2;
          } else if (next === c && operatorType[c + 512] !== 0) {
            const assigns = source[pos + 2] === 61;
            type = operatorType[assigns ? c + 768 : c + 512];
            pos += assigns ? 3 : 2;
          } else if (next === 62 && (c === 45 || c === 60)) {
            type = c < 60 ? RARROW : NOTEQUAL;
            pos += 2;
          } else {
            type = operatorType[c];
            pos++;
          }
          break;
        }

        case 14: // `\`
          pos = continueLine(s, pos, false);
          break;

        default:
          pos++;
          if (c === 0 || (c === 13 && !s.lineByLine)) {
            pos = failUnclean(s);
            break;
          }
          if (c === 13) {
            // Only line by line is a `\r` left in the source. CPython drops it and goes on with what follows.
            c = source[pos++];
            if (c === 10) return endLine(s, commentStart < 0 ? from : commentStart, pos);
          }
          type = operatorType[c];
          if (c < 32 || c === 127) pos = fail(s, pos, messages.nonPrintable(c));
      }
    }

    if (pos < 0) return -1;
    if (type === 0) {
      ({ length, lineno, fstring } = s);
      continue;
    }
    types[length] = type;
    starts[length] = from;
    ends[length] = pos;
    values[length] = value;
    lines[length] = lineno;
    endLines[length++] = lineno;
  }
  s.length = length;
  return pos;
}
