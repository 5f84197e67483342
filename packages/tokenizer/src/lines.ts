import { stringByte } from './characters.ts';
import { scanComment } from './comments.ts';
import { failEnd, failLine } from './errors.ts';
import { DEDENT, ENDMARKER, INDENT, NEWLINE, NL } from './kinds.ts';
import { MAX_INDENT } from './limits.ts';
import * as messages from './messages.ts';
import type { Scan } from './state.ts';

/**
 * Starts the line at `pos`: skips lines that are empty or only a comment, and emits INDENT and DEDENT. Gives the offset of the first
 * token, or -1 at the end of the source and after an error.
 */
export function startOfLine(s: Scan, start: number): number {
  const { source, end } = s;
  let pos = start;
  for (;;) {
    const { lineno } = s;
    s.startLine(pos);
    if (pos >= end) return endOfSource(s, true);
    const lineStart = pos;
    let c = source[pos];
    while (c === 32) c = source[++pos];
    let column = pos - lineStart;
    let alternate = column;
    if (c === 9 || c === 12 || c === 92) {
      pos = measureIndent(s, lineStart);
      if (pos < 0) return s.resumeAt < 0 ? -1 : s.starve(lineStart, lineno, lineStart, true);
      ({ column, alternate } = s);
      c = source[pos];
    }
    if (s.extraTokens) {
      s.blank = c === 10 || c === 13 || c === 35;
      if (s.blank) return pos;
    } else if (c === 35) {
      const { length } = s;
      const next = scanComment(s, pos, true);
      // A TYPE_COMMENT alone in its line is followed by a NEWLINE.
      if (s.length > length) return next;
      while (stringByte[c] === 0 || (c !== 10 && c !== 13 && c !== 0)) c = source[++pos];
      if (c === 13 && s.lineByLine) c = source[++pos];
      if (c !== 10) return pos;
      if (pos >= end) return endOfSource(s, false);
    }
    if (c === 13 && s.lineByLine && source[pos + 1] === 10) c = source[++pos];
    if (c === 10 && pos < end) {
      pos++;
      continue;
    }
    if (s.level > 0 || (column === s.indents[s.indent] && alternate === s.alternateIndents[s.indent])) return pos;
    return changeIndent(s, column, alternate, pos);
  }
}

/** Reads the white space at `start`, in a line that has a tab, a form feed or a backslash in it. Its widths are `s.column` and `s.alternate`. */
function measureIndent(s: Scan, start: number): number {
  let pos = start;
  let column = 0;
  let alternate = 0;
  /** Width before the first backslash that joins this line with the next: that one counts. */
  let joined = 0;
  for (;;) {
    const c = s.source[pos];
    if (c === 92) {
      joined ||= column;
      pos = continueLine(s, pos, true);
      if (pos < 0) return -1;
      continue;
    }
    if (c === 12) column = alternate = -1;
    else if (c === 9) column |= 7;
    else if (c !== 32) break;
    column++;
    alternate++;
    pos++;
  }
  s.column = joined || column;
  s.alternate = joined || alternate;
  return pos;
}

function changeIndent(s: Scan, column: number, alternate: number, pos: number): number {
  const { indents, alternateIndents } = s;
  let indent = s.indent;
  if (column > indents[indent]) {
    if (indent + 1 >= MAX_INDENT) return failLine(s, 'E_TOODEEP', messages.tooDeep, 1, 0);
    if (alternate <= alternateIndents[indent]) return failLine(s, 'E_TABSPACE', messages.inconsistentTabs, 1, 0);
    s.indent = ++indent;
    indents[indent] = column;
    alternateIndents[indent] = alternate;
    return s.emit(INDENT, s.lineStart, pos);
  }
  while (column < indents[indent]) indent--;
  if (column !== indents[indent]) return failLine(s, 'E_DEDENT', messages.inconsistentDedent, s.lineEnd(s.lineStart) + 1 - s.lineStart, -1);
  if (alternate !== alternateIndents[indent]) return failLine(s, 'E_TABSPACE', messages.inconsistentTabs, 1, 0);
  return closeBlocks(s, indent, pos);
}

function closeBlocks(s: Scan, indent: number, pos: number): number {
  for (; s.indent > indent; s.indent--) s.emit(DEDENT, pos, pos);
  return pos;
}

/** Goes on after the backslash at `start`. `fresh` tells that no token has begun in this line (see {@link Scan.bufferStart}). */
export function continueLine(s: Scan, start: number, fresh: boolean): number {
  const { source, end } = s;
  let pos = start + 1;
  if (source[pos] === 13 && s.lineByLine) pos++;
  if (source[pos] !== 10 || pos >= end) {
    // CPython has read one byte more, if there is one, and points at the last byte before it.
    return failLine(s, 'E_LINECONT', messages.afterBackslash, Math.min(pos + 1, end) - s.bufferStart, 0);
  }
  pos++;
  if (pos >= end) {
    if (s.partial) return s.starve(start);
    s.afterBackslash = !fresh;
    return failEnd(s);
  }
  if (!fresh) return s.continueAt(pos);
  s.startLine(pos);
  return pos;
}

/** Emits the NEWLINE, or NL, from `start` to `pos`, unless a bracket is open, and starts the next line as {@link startOfLine} does. */
export function endLine(s: Scan, start: number, pos: number): number {
  if (s.extraTokens) s.emit(s.blank || s.level > 0 ? NL : NEWLINE, start, pos);
  else if (s.level === 0) s.emit(NEWLINE, start, pos);
  return startOfLine(s, pos);
}

/**
 * Emits what follows the last line: DEDENTs if the source ended `atLineStart`, and ENDMARKER. In `single` mode CPython's
 * parser reads the first ENDMARKER as a NEWLINE and open blocks as closed (CPython 3.12: Parser/pegen.c, _PyPegen_fill_token).
 */
export function endOfSource(s: Scan, atLineStart: boolean): -1 {
  const { end } = s;
  if (s.partial) return s.starve(end, s.lineno, s.lineStart, true);
  if (s.level > 0 || s.endError !== null) return failEnd(s);
  if (atLineStart) closeBlocks(s, 0, end);
  if (s.options.mode === 'single' && s.length > 0) {
    s.emit(NEWLINE, end, end);
    if (s.indent > 0 && !s.options.dontImplyDedent) {
      closeBlocks(s, 0, end);
      s.emit(NEWLINE, end, end);
    }
  }
  s.emit(ENDMARKER, end, end);
  return -1;
}
