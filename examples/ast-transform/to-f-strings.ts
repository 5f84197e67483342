// Parse, transform, unparse: `'%s is %r' % (name, value)` becomes `f'{name!s} is {value!r}'`.
import { Constant, FormattedValue, JoinedStr, transform, unparse, type BinOp, type expr, type Module } from '@py/ast';
import { parse } from '@py/parser';
import { tokenize } from '@py/tokenizer';

/**
 * The source with its `%` formatting as f-strings, where that surely means the same: a literal template with `%s`, `%r`, `%a` and `%%`
 * only, and a literal tuple of as many values. Comments and layout go the way of every tree. Throws PySyntaxError.
 */
export function toFStrings(source: string | Uint8Array): string {
  const tree = parse(tokenize(source)) as Module;
  return `${unparse(transform(tree, { BinOp: (_node, withChildren) => replacement(withChildren()) }))}\n`;
}

function replacement(node: BinOp): expr {
  const { left, op, right } = node;
  if (op !== 'Mod' || left.nodeType !== 'Constant' || typeof left.value !== 'string' || right.nodeType !== 'Tuple') return node;
  const pieces = left.value.split(/(%.)/s);
  const values = [...right.elts];
  if (values.some(({ nodeType }) => nodeType === 'Starred') || pieces.filter((piece) => /^%[^%]$/s.test(piece)).length !== values.length) return node;
  const place = [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset] as const;
  const parts: expr[] = [];
  for (const piece of pieces) {
    if (!piece.startsWith('%')) parts.push(new Constant(piece, null, ...place));
    else if (piece === '%%') parts.push(new Constant('%', null, ...place));
    else if ('sra'.includes(piece[1])) parts.push(new FormattedValue(values.shift() as expr, piece.charCodeAt(1), null, ...place));
    else return node;
  }
  return new JoinedStr(parts, ...place);
}
