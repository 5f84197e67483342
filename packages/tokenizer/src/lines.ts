import { scanTypeComment } from './comments.ts';
import { DEDENT, ENDMARKER, INDENT, NEWLINE, NL, TYPE_COMMENT } from './kinds.ts';
import { messages } from './messages.ts';
import { MAX_INDENT } from './state.ts';
import type { Scan } from './state.ts';

/**
 * Starts the logical line at `start`: skips lines that are empty or only a comment, and emits INDENT and DEDENT.
 * Gives the offset of the first token, or -1 at the end of the source and after an error.
 */
export function startOfLine(s: Scan, start: number): number {
  const { source, end } = s;
  let pos = start;
  for (;;) {
    const { line } = s;
    s.startLine(pos);
    if (pos >= end) {
      if (s.partial) s.starve(pos, s.line, s.lineStart, true);
      else endOfSource(s, true);
      return -1;
    }
    const lineStart = pos;
    let c = source[pos];
    while (c === 32) c = source[++pos];
    let column = pos - lineStart;
    let alternate = column;
    if (c === 9 || c === 12 || c === 92) {
      s.pos = lineStart;
      if (!measureIndent(s)) {
        if (s.resumeAt >= 0) s.starve(lineStart, line, lineStart, true);
        return -1;
      }
      ({ pos, column, alternate } = s);
      c = source[pos];
    }
    if (s.extraTokens) {
      s.blank = c === 10 || c === 13 || c === 35;
      if (s.blank) return pos;
    } else if (c === 35) {
      if (s.typeComments && scanTypeComment(s, pos)) {
        // A TYPE_COMMENT alone in its line is followed by a NEWLINE; TYPE_IGNORE takes its line end with it.
        if (s.length > 0 && s.types[s.length - 1] === TYPE_COMMENT && s.ends[s.length - 1] === s.pos) return s.pos;
        pos = s.pos;
      } else {
        do c = source[++pos];
        while (c !== 10);
      }
      if (pos >= end) {
        endOfSource(s, false);
        return -1;
      }
      pos++;
      continue;
    }
    if (c === 10 && pos < end) {
      pos++;
      continue;
    }
    if (s.level > 0) return pos;
    if (column === s.indents[s.indent] && alternate === s.alternateIndents[s.indent]) return pos;
    s.pos = pos;
    return changeIndent(s, column, alternate) ? pos : -1;
  }
}

/** Width of the white space at `pos`, for a line that has a tab, a form feed or a backslash in it. Leaves `pos` after it. */
function measureIndent(s: Scan): boolean {
  const { source } = s;
  let column = 0;
  let alternate = 0;
  /** Width before the first backslash that joins this line with the next: that one counts. */
  let joined = 0;
  for (;;) {
    const c = source[s.pos];
    if (c === 32) {
      column++;
      alternate++;
    } else if (c === 9) {
      column = (Math.floor(column / 8) + 1) * 8;
      alternate++;
    } else if (c === 12) {
      column = alternate = 0;
    } else if (c === 92) {
      joined ||= column;
      if (!continueLine(s, true)) return false;
      continue;
    } else {
      break;
    }
    s.pos++;
  }
  s.column = joined || column;
  s.alternate = joined || alternate;
  return true;
}

function changeIndent(s: Scan, column: number, alternate: number): boolean {
  const { indents, alternateIndents } = s;
  if (column > indents[s.indent]) {
    if (s.indent + 1 >= MAX_INDENT) return s.failBuffer('E_TOODEEP', messages.tooDeep, 1, 0);
    if (alternate <= alternateIndents[s.indent]) return s.failBuffer('E_TABSPACE', messages.inconsistentTabs, 1, 0);
    s.indent++;
    indents[s.indent] = column;
    alternateIndents[s.indent] = alternate;
    s.emit(INDENT, s.lineStart);
    return true;
  }
  let indent = s.indent;
  while (column < indents[indent]) indent--;
  if (column !== indents[indent]) return s.failBuffer('E_DEDENT', messages.inconsistentDedent, s.lineEnd() - s.lineStart, -1);
  if (alternate !== alternateIndents[indent]) return s.failBuffer('E_TABSPACE', messages.inconsistentTabs, 1, 0);
  for (; s.indent > indent; s.indent--) s.emit(DEDENT, s.pos);
  return true;
}

/** Goes on after the backslash at `pos`. `buffer` tells that no token has begun in this line (see {@link Scan.bufferStart}). */
export function continueLine(s: Scan, buffer = false): boolean {
  const { end } = s;
  const pos = s.source[s.pos + 1] === 13 ? s.pos + 2 : s.pos + 1;
  if (s.source[pos] !== 10 || pos >= end) {
    // CPython has read one byte more, if there is one, and points at the last byte before it.
    const offset = Math.min(pos + 1, end) - s.bufferStart;
    return s.failBuffer('E_LINECONT', messages.afterBackslash, offset, 0);
  }
  if (pos + 1 >= end) {
    if (s.partial) return s.starve(s.pos);
    s.afterBackslash = !buffer;
    s.startLine(pos + 1);
    return s.failEnd();
  }
  s.pos = pos + 1;
  if (buffer) s.startLine(s.pos);
  else s.continueAt(s.pos);
  return true;
}

/** Emits the NEWLINE or NL from `start` to `pos`, as the `tokenize` module wants it, and starts the next line as {@link startOfLine} does. */
export function endLine(s: Scan, start: number, pos: number): number {
  s.pos = pos;
  s.emit(s.extraTokens && (s.blank || s.level > 0) ? NL : NEWLINE, start);
  if (!s.extraTokens && s.level > 0) s.length--;
  return startOfLine(s, pos);
}

/**
 * Emits what follows the last line: DEDENTs if the source ended `atLineStart`, and ENDMARKER. In `single` mode CPython's
 * parser reads the first ENDMARKER as a NEWLINE and open blocks as closed (CPython 3.12: Parser/pegen.c, _PyPegen_fill_token).
 */
export function endOfSource(s: Scan, atLineStart: boolean): void {
  s.pos = s.end;
  if (s.level > 0 || s.endError !== null) {
    s.failEnd();
    return;
  }
  if (atLineStart) closeBlocks(s);
  if (s.options.single && s.length > 0) {
    s.emit(NEWLINE, s.end);
    if (s.indent > 0 && s.options.implyDedent) {
      closeBlocks(s);
      s.emit(NEWLINE, s.end);
    }
  }
  s.emit(ENDMARKER, s.end);
}

function closeBlocks(s: Scan): void {
  for (; s.indent > 0; s.indent--) s.emit(DEDENT, s.end);
}
