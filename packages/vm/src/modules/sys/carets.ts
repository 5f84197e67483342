import { strFromJS } from '../../core/text.ts';
import type { VM } from '../../core/vm.ts';
import { importNamed } from '../../interpreter/import.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { getAttr } from '../../protocol/attribute.ts';
import { call } from '../../protocol/call.ts';

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
  if (start === end) return ''; // The first instruction of a function, where Ctrl-C may have come: CPython marks nothing, in a line of its own.
  if (start < indent || end < start) return null;
  const anchors = end_lineno === lineno ? (vm.options.anchors?.(line.slice(start, end)) ?? null) : null;
  if (anchors === null && end - start === trimmed.length - indent) return null;
  const width = widths(vm, line);
  let marks = '';
  for (const character of line.slice(indent, start)) marks += ' '.repeat(width(character));
  const last = Math.min(end, end_lineno === lineno ? end : trimmed.length);
  let at = start;
  for (const character of line.slice(start, last)) {
    const inside = anchors === null || (at - start >= anchors.left && at - start < anchors.right);
    marks += (inside ? '^' : '~').repeat(width(character));
    at += character.length;
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

/** Columns that each character of a line takes on the screen. CPython 3.12: Parser/pegen.c, _PyPegen_calculate_display_width, which asks unicodedata too. */
function widths(vm: VM, line: string): (character: string) => number {
  if (/^[\0-\x7f]*$/.test(line)) return () => 1;
  try {
    const eastAsianWidth = getAttr(vm, importNamed(vm, 'unicodedata'), 'east_asian_width');
    return (character) => (['W', 'F'].includes(call(vm, eastAsianWidth, [strFromJS(character)]) as string) ? 2 : 1);
  } catch (error) {
    if (error instanceof PyBaseException) return () => 1;
    throw error;
  }
}
