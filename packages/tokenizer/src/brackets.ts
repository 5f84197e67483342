import { closeField } from './fstrings.ts';
import { messages } from './messages.ts';
import { MAX_BRACKETS } from './state.ts';
import type { Scan } from './state.ts';

/** Notes the opening bracket `c` at `start`. Gives the offset after it, or -1 after an error. */
export function openBracket(s: Scan, c: number, start: number): number {
  const { level } = s;
  if (level >= MAX_BRACKETS) return s.failAfter(start + 1, messages.tooManyBrackets);
  s.brackets[level] = c;
  s.bracketLines[level] = s.line;
  s.bracketColumns[level] = start - s.lineStart;
  s.level = level + 1;
  if (s.fstring !== null) s.fstring.depth++;
  return start + 1;
}

/** Takes the bracket off the stack that `c`, at `start`, closes. Gives the offset after it, or -1 after an error. */
export function closeBracket(s: Scan, c: number, start: number): number {
  const { fstring } = s;
  const pos = start + 1;
  if (fstring !== null && fstring.depth === 0 && c === 125) return s.failAfter(pos, messages.singleBrace);
  if (s.level === 0 && s.extraTokens) return fstring === null || closeField(s, fstring, c, pos) ? pos : -1;
  if (s.level === 0) return s.failAfter(pos, messages.unmatched(c));
  const level = --s.level;
  const opening = s.brackets[level];
  // ( and ) are 40 and 41, [ and ] 91 and 93, { and } 123 and 125.
  if ((c - opening > 2 || c < opening) && !s.extraTokens) {
    if (fstring !== null && opening === 123 && fstring.depth - 1 === fstring.fieldDepth) return s.failAfter(pos, messages.fstringUnmatched(c));
    const line = s.bracketLines[level];
    return s.failAfter(pos, messages.mismatched(c, opening, line === s.line ? 0 : line));
  }
  return fstring === null || closeField(s, fstring, c, pos) ? pos : -1;
}
