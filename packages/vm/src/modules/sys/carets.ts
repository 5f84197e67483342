import type { VM } from '../../core/vm.ts';

/** Where an instruction comes from; columns in UTF-8 bytes from 0. */
export interface CaretPosition {
  readonly lineno: number | null;
  readonly end_lineno: number | null;
  readonly col_offset: number | null;
  readonly end_col_offset: number | null;
}

/** Parts of an expression between which the error lies: characters from the start of the segment. */
export interface Anchors {
  readonly left: number;
  readonly right: number;
}

/**
 * The line of `^` and `~` under a source line whose indentation was removed, or null where the marks would say nothing (CPython 3.12:
 * Python/traceback.c, tb_displayline).
 */
export function caretLine(vm: VM, line: string, position: CaretPosition): string | null {
  const { lineno, end_lineno, col_offset, end_col_offset } = position;
  if (lineno === null || end_lineno === null || col_offset === null || end_col_offset === null) return null;
  const start = characters(line, col_offset);
  const end = end_lineno === lineno ? characters(line, end_col_offset) : line.length;
  const indent = line.length - line.replace(/^[ \t\f]+/, '').length;
  const trimmed = line.replace(/[ \t\f\r]+$/, '');
  if (start < indent || end <= start) return null;
  const anchors = end_lineno === lineno ? (vm.options.anchors?.(line.slice(start, end)) ?? null) : null;
  if (anchors === null && end - start === trimmed.length - indent) return null;
  let marks = ' '.repeat(widthOf(line.slice(indent, start)));
  for (let i = start; i < Math.min(end, end_lineno === lineno ? end : trimmed.length); i++) {
    const inside = anchors === null || (i - start >= anchors.left && i - start < anchors.right);
    marks += (inside ? '^' : '~').repeat(widthOf(line[i]));
  }
  return marks.replace(/ +$/, '');
}

/** Character index of a byte offset. */
function characters(line: string, bytes: number): number {
  let seen = 0;
  for (let i = 0; i < line.length; i++) {
    if (seen >= bytes) return i;
    const code = line.charCodeAt(i);
    seen += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xe000 ? 2 : 3;
  }
  return line.length;
}

/** One mark per character, as CPython 3.12 does. */
function widthOf(text: string): number {
  return [...text].length;
}
