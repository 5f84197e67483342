import { closeField } from './fstrings.ts';
import { messages } from './messages.ts';
import { MAX_BRACKETS } from './state.ts';
import type { Scan } from './state.ts';

/** Notes the opening bracket `c` at `start`. */
export function openBracket(s: Scan, c: number, start: number): boolean {
  const { level } = s;
  if (level >= MAX_BRACKETS) {
    s.pos = start + 1;
    return s.fail(messages.tooManyBrackets);
  }
  s.brackets[level] = c;
  s.bracketLines[level] = s.line;
  s.bracketColumns[level] = start - s.lineStart;
  s.level = level + 1;
  if (s.fstring !== null) s.fstring.depth++;
  return true;
}

/** Takes the bracket off the stack that `c`, which ends at `pos`, closes. */
export function closeBracket(s: Scan, c: number, pos: number): boolean {
  const { fstring } = s;
  s.pos = pos;
  if (fstring !== null && fstring.depth === 0 && c === 125) return s.fail(messages.singleBrace);
  if (s.level === 0) return s.fail(messages.unmatched(c));
  const level = --s.level;
  const opening = s.brackets[level];
  // ( and ) are 40 and 41, [ and ] 91 and 93, { and } 123 and 125.
  if (c - opening > 2 || c < opening) {
    if (fstring !== null && opening === 123 && fstring.depth - 1 === fstring.fieldDepth) return s.fail(messages.fstringUnmatched(c));
    const line = s.bracketLines[level];
    return s.fail(messages.mismatched(c, opening, line === s.line ? 0 : line));
  }
  return fstring === null || closeField(s, fstring, c);
}
