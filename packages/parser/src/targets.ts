import * as ast from '@py/ast';
import type { expr } from '@py/ast';
import { primary, starred, startsItem } from './expressions.ts';
import * as K from './kinds.ts';
import type { ParserState } from './state.ts';
import { mismatch } from './state.ts';

// Targets are read as expressions and then turned: a Name, Attribute, Subscript, Starred, List or Tuple gets its context
// changed in place, which only the parser may do since nobody else has seen the node.

/** `a, *b` between `for` and `in`. */
export function starTargets(p: ParserState): expr {
  const start = p.pos;
  const first = starTarget(p);
  if (p.kind !== K.COMMA) return first;
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.COMMA) && startsItem[p.kind] === 1) p.pending.push(starTarget(p));
  const last = p.pos - 1;
  return new ast.Tuple(p.take<expr>(mark), 'Store', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `*a` or one target. */
export function starTarget(p: ParserState): expr {
  const node = p.kind === K.STAR ? starred(p, primary) : primary(p);
  store(node);
  return node;
}

/** Turns an expression into what `=` assigns to. */
export function store(node: expr): void {
  switch (node.nodeType) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      break;
    case 'Starred':
      if (node.value.nodeType === 'Starred') throw mismatch;
      store(node.value);
      break;
    case 'Tuple':
    case 'List':
      for (const item of node.elts) store(item);
      break;
    default:
      throw mismatch;
  }
  setContext(node, 'Store');
}

/** Turns an expression into what `+=` and annotations take: a name, attribute or subscript. */
export function storeSingle(node: expr): void {
  if (node.nodeType !== 'Name' && node.nodeType !== 'Attribute' && node.nodeType !== 'Subscript') throw mismatch;
  setContext(node, 'Store');
}

/** What `del` deletes: no starred parts. */
export function delTarget(p: ParserState): expr {
  const node = primary(p);
  markDeleted(node);
  return node;
}

function markDeleted(node: expr): void {
  switch (node.nodeType) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      break;
    case 'Tuple':
    case 'List':
      for (const item of node.elts) markDeleted(item);
      break;
    default:
      throw mismatch;
  }
  setContext(node, 'Del');
}

function setContext(node: { readonly ctx: ast.expr_context }, ctx: ast.expr_context): void {
  (node as { ctx: ast.expr_context }).ctx = ctx;
}
