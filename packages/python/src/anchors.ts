// Where in an expression the marks of a traceback stand: `a + b` is marked `~~^~~`. CPython 3.12: Python/traceback.c, extract_anchors_from_line.
import type { expr } from '@py/ast';
import { readTree } from './pipeline.ts';

export interface Anchors {
  /** First marked character, from 0. */
  readonly left: number;
  /** First character after it. */
  readonly right: number;
}

/** The operator of a binary operation, or the brackets of a subscript; null for any other expression, or if the text is none. */
export function anchorsOf(text: string): Anchors | null {
  let expression: expr;
  try {
    const tree = readTree(text);
    if (tree.nodeType !== 'Module' || tree.body.length !== 1 || tree.body[0].nodeType !== 'Expr') return null;
    expression = tree.body[0].value;
  } catch {
    return null;
  }
  const bytes = utf8Columns(text);
  if (expression.nodeType === 'BinOp') return operatorIn(text, bytes(expression.left.end_col_offset), bytes(expression.right.col_offset));
  if (expression.nodeType === 'Subscript') return bracketsIn(text, bytes(expression.value.end_col_offset), bytes(expression.slice.end_col_offset) + 1);
  return null;
}

/** One or two characters; closing brackets of the left operand come before them. */
function operatorIn(text: string, from: number, to: number): Anchors {
  let anchors: Anchors = { left: from, right: from + 1 };
  for (let at = from; at < to; at++) {
    if (isSpace(text[at])) continue;
    const twoCharacters = at + 1 < to && !isSpace(text[at + 1]);
    anchors = { left: at, right: at + (twoCharacters ? 2 : 1) };
    if (at + 1 >= to || text[at] !== ')') break;
  }
  return anchors;
}

function bracketsIn(text: string, from: number, to: number): Anchors {
  let left = from;
  while (left < text.length && text[left] !== '[') left++;
  let right = to;
  while (right < text.length && text[right] !== ']') right++;
  return { left, right: Math.min(right + 1, text.length) };
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\f';
}

/** A function from columns in UTF-8 bytes to columns in characters of a JavaScript string. */
function utf8Columns(text: string): (column: number) => number {
  return (column) => {
    let bytes = 0;
    let at = 0;
    while (at < text.length && bytes < column) {
      const point = text.codePointAt(at) as number;
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      at += point < 0x10000 ? 1 : 2;
    }
    return at;
  };
}
