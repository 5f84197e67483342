import { fail } from './errors.ts';
import { MAX_BRACKETS } from './limits.ts';
import * as messages from './messages.ts';
import type { Scan } from './state.ts';

/** Notes the opening bracket `c` at `start`. */
export function openBracket(s: Scan, c: number, start: number): number {
  const { level } = s;
  if (level >= MAX_BRACKETS) return fail(s, start + 1, messages.tooManyBrackets);
  s.brackets[level] = c;
  s.bracketLines[level] = s.lineno;
  s.bracketColumns[level] = start - s.lineStart;
  s.level = level + 1;
  if (s.fstring !== null) s.fstring.depth++;
  return start + 1;
}

/** Takes the bracket off the stack that `c`, at `start`, closes; in an f-string it may end a replacement field. */
export function closeBracket(s: Scan, c: number, start: number): number {
  const { fstring } = s;
  const pos = start + 1;
  if (fstring?.depth === 0 && c === 125) return fail(s, pos, messages.singleBrace);
  if (s.level > 0) {
    const level = --s.level;
    const opening = s.brackets[level];
    // ( and ) are 40 and 41, [ and ] 91 and 93, { and } 123 and 125.
    if ((c - opening > 2 || c < opening) && !s.extraTokens) {
      if (fstring !== null && opening === 123 && fstring.depth - 1 === fstring.fieldDepth) return fail(s, pos, messages.fstringUnmatched(c));
      const lineno = s.bracketLines[level];
      return fail(s, pos, messages.mismatched(c, opening, lineno === s.lineno ? 0 : lineno));
    }
  } else if (!s.extraTokens) {
    return fail(s, pos, messages.unmatched(c));
  }
  if (fstring !== null) {
    if (--fstring.depth < 0) return fail(s, pos, messages.fstringUnmatched(c));
    if (c === 125 && fstring.depth === fstring.fieldDepth) {
      fstring.fieldDepth--;
      fstring.inText = true;
      fstring.inFormatSpec = false;
    }
  }
  return pos;
}
