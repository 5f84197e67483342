import * as ast from '@py/ast';
import type { comprehension } from '@py/ast';
import { disjunction } from './expressions.ts';
import * as K from './kinds.ts';
import type { ParserState } from './state.ts';
import { mismatch } from './state.ts';
import { starTargets } from './targets.ts';

/** `for a in b if c` once or more. */
export function comprehensionClauses(p: ParserState): readonly comprehension[] {
  if (p.kind !== K.FOR && p.kind !== K.ASYNC) throw mismatch;
  const first = comprehensionClause(p);
  if (p.kind !== K.FOR && p.kind !== K.ASYNC) return [first];
  const clauses = [first];
  do clauses.push(comprehensionClause(p));
  while (p.kind === K.FOR || p.kind === K.ASYNC);
  return clauses.slice();
}

function comprehensionClause(p: ParserState): comprehension {
  const isAsync = p.accept(K.ASYNC) ? 1 : 0;
  p.expect(K.FOR);
  const target = starTargets(p);
  p.expect(K.IN);
  const iter = disjunction(p);
  const mark = p.pending.length;
  while (p.accept(K.IF)) p.pending.push(disjunction(p));
  return new ast.comprehension(target, iter, p.take<ast.expr>(mark), isAsync);
}
