import * as ast from '@py/ast';
import type { expr, type_param } from '@py/ast';
import { expression, name } from './expressions.ts';
import * as K from './kinds.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';

/** `type X[T] = value`, the soft keyword being current and a name following. */
export function typeAlias(p: ParserState): ast.stmt {
  const start = p.pos;
  p.advance();
  const alias = name(p, 'Store');
  const type_params = typeParameters(p);
  p.expect(K.EQUAL);
  const value = expression(p);
  const last = p.pos - 1;
  return new ast.TypeAlias(alias, type_params, value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `[T: int, *Ts, **P]`, or nothing. */
export function typeParameters(p: ParserState): readonly type_param[] {
  if (!p.accept(K.LSQB)) return NONE_OF;
  const mark = p.pending.length;
  do {
    if (p.kind === K.RSQB && p.pending.length > mark) break;
    p.pending.push(typeParameter(p));
  } while (p.accept(K.COMMA));
  p.expect(K.RSQB);
  return p.take<type_param>(mark);
}

function typeParameter(p: ParserState): type_param {
  const start = p.pos;
  const star = p.kind;
  if (star === K.STAR || star === K.DOUBLESTAR) p.advance();
  const text = p.identifier();
  const bound = star === K.NAME && p.accept(K.COLON) ? expression(p) : null;
  const last = p.pos - 1;
  const line = p.lines[start]!;
  const column = p.column(start);
  if (star === K.STAR) return new ast.TypeVarTuple(text, line, column, p.endLines[last]!, p.endColumn(last));
  if (star === K.DOUBLESTAR) return new ast.ParamSpec(text, line, column, p.endLines[last]!, p.endColumn(last));
  return new ast.TypeVar(text, bound, line, column, p.endLines[last]!, p.endColumn(last));
}

/** Mode `func_type`: `(int, *str, **float) -> bool`. */
export function functionType(p: ParserState): ast.FunctionType {
  p.expect(K.LPAR);
  const argtypes: expr[] = [];
  let stars = 0; // 1 after `*a`, 2 after `**a`
  while (p.kind !== K.RPAR) {
    if (p.kind === K.STAR && stars === 0) stars = 1;
    else if (p.kind === K.DOUBLESTAR && stars < 2) stars = 2;
    else if (stars > 0) throw mismatch;
    if (p.kind === K.STAR || p.kind === K.DOUBLESTAR) p.advance();
    argtypes.push(expression(p));
    if (!p.accept(K.COMMA)) break;
    if (p.kind === K.RPAR) throw mismatch;
  }
  p.expect(K.RPAR);
  p.expect(K.RARROW);
  const returns = expression(p);
  while (p.accept(K.NEWLINE));
  if (p.kind !== K.ENDMARKER) throw mismatch;
  return new ast.FunctionType(argtypes, returns);
}
