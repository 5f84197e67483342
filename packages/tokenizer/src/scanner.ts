import { TokenType } from '@py/ast';
import { byteClass, doubledType, doubledTypeWithEqual, nameByte, singleType, typeWithEqual } from './characters.ts';
import { closeBracket, openBracket } from './brackets.ts';
import { scanFStringText, startFString, startsFormatSpec } from './fstrings.ts';
import { continueLine, endOfSource, startOfLine } from './lines.ts';
import { scanTypeComment } from './comments.ts';
import { scanName } from './identifiers.ts';
import { scanNumber } from './numbers.ts';
import { messages } from './messages.ts';
import { prefixKind, scanString } from './strings.ts';
import type { Scan } from './state.ts';

const { COLON, DOT, ELLIPSIS, NAME, NEWLINE, NOTEQUAL, NUMBER, RARROW, ASYNC, AWAIT } = TokenType;

/**
 * Reads the whole source into the arrays of `s`, up to its end or the first error. CPython 3.12: Parser/tokenizer.c,
 * tok_get. What is frequent is here; what is rare or long is a call.
 */
export function scanTokens(s: Scan): void {
  const { source, view, end, names } = s;
  let { types, starts, ends, lines, endLines, values } = s;
  /** Where the comment before the next line end starts: CPython's NEWLINE begins there. */
  let commentStart = -1;
  let pos = startOfLine(s, 0);
  if (pos < 0) return;

  for (;;) {
    // Functions called here may have made room already.
    if (s.length >= types.length) {
      if (s.types === types) s.grow();
      ({ types, starts, ends, lines, endLines, values } = s);
    }
    const fstring = s.fstring;
    if (fstring !== null && fstring.inText) {
      s.pos = pos;
      if (!scanFStringText(s, fstring)) return;
      pos = s.pos;
      continue;
    }

    let c = source[pos];
    while (c === 32) c = source[++pos];
    const start = pos;
    let type: number;
    let value = 0;
    switch (byteClass[c]) {
      case 4: // space
        pos++;
        continue;

      case 1: {
        // name, or the prefix of a string
        do c = source[++pos];
        while (nameByte[c] === 1);
        if (nameByte[c] === 2) {
          pos = scanName(s, start);
          if (pos < 0) return;
          type = NAME;
          value = s.value;
          break;
        }
        if ((c === 34 || c === 39) && pos - start < 3) {
          const kind = prefixKind(source, start, pos);
          if (kind === 2) {
            if (!startFString(s, start, pos)) return;
            pos = s.pos;
            continue;
          }
          if (kind === 1) {
            if (!scanString(s, start, pos)) return;
            pos = s.pos;
            continue;
          }
        }
        value = names.intern(view, start, pos);
        type = NAME;
        // `async` and `await` are keywords 6 and 7 and have token types of their own.
        if (value === 6) type = ASYNC;
        else if (value === 7) type = AWAIT;
        break;
      }

      case 2: // byte above 127
        pos = scanName(s, start);
        if (pos < 0) return;
        type = NAME;
        value = s.value;
        break;

      case 3: {
        // number
        const first = c;
        do c = source[++pos];
        while (c >= 48 && c <= 57);
        if (nameByte[c] !== 0 || c === 46 || (first === 48 && pos - start > 1)) {
          pos = scanNumber(s, start);
          if (pos < 0) return;
        }
        type = NUMBER;
        break;
      }

      case 5: // line end
        if (pos >= end) {
          s.pos = pos;
          endOfSource(s, false);
          return;
        }
        pos++;
        if (s.level > 0) {
          commentStart = -1;
          s.startLine(pos);
          if (pos < end) continue;
          s.failEnd();
          return;
        }
        s.pos = pos;
        s.emit(NEWLINE, commentStart >= 0 ? commentStart : start);
        commentStart = -1;
        pos = startOfLine(s, pos);
        if (pos < 0) return;
        continue;

      case 6: // comment
        if (s.typeComments && scanTypeComment(s, start)) {
          pos = s.pos;
          continue;
        }
        commentStart = start;
        do c = source[++pos];
        while (c !== 10);
        continue;

      case 7: // string
        if (!scanString(s, start, start)) return;
        pos = s.pos;
        continue;

      case 8: // dot
        c = source[pos + 1];
        if (c >= 48 && c <= 57) {
          pos = scanNumber(s, start);
          if (pos < 0) return;
          type = NUMBER;
        } else if (c === 46 && source[pos + 2] === 46) {
          pos += 3;
          type = ELLIPSIS;
        } else {
          pos++;
          type = DOT;
        }
        break;

      case 9: // opening bracket
        pos++;
        if (!openBracket(s, c, start)) return;
        type = singleType[c];
        break;

      case 10: // closing bracket
        pos++;
        if (!closeBracket(s, c, pos)) return;
        type = singleType[c];
        break;

      case 11:
        pos++;
        type = singleType[c];
        break;

      case 12: {
        // operator that may go on
        const next = source[pos + 1];
        if (next === 61) {
          type = typeWithEqual[c];
          pos += 2;
        } else if (next === c && doubledType[c] !== 0) {
          if (source[pos + 2] === 61) {
            type = doubledTypeWithEqual[c];
            pos += 3;
          } else {
            type = doubledType[c];
            pos += 2;
          }
        } else if (next === 62 && c === 45) {
          type = RARROW;
          pos += 2;
        } else if (next === 62 && c === 60) {
          type = NOTEQUAL;
          pos += 2;
        } else {
          type = singleType[c];
          pos++;
        }
        break;
      }

      case 13: // colon
        type = COLON;
        pos++;
        if (fstring !== null && startsFormatSpec(fstring)) break;
        if (source[pos] === 61) {
          type = typeWithEqual[c];
          pos++;
        }
        break;

      case 15: // `!` or `=`
        if (source[pos + 1] === 61) {
          type = typeWithEqual[c];
          pos += 2;
        } else {
          type = singleType[c];
          pos++;
        }
        break;

      case 14: // line continuation
        s.pos = pos;
        if (!continueLine(s)) return;
        pos = s.pos;
        continue;

      default:
        pos++;
        if (c < 32 || c === 127) {
          s.pos = pos;
          s.fail(messages.nonPrintable(c));
          return;
        }
        type = singleType[c];
    }

    const index = s.length++;
    types[index] = type;
    starts[index] = start;
    ends[index] = pos;
    values[index] = value;
    lines[index] = endLines[index] = s.line;
  }
}
