import * as ast from '@py/ast';
import type { alias, expr, stmt } from '@py/ast';
import { typeComment } from './arguments.ts';
import { compoundStatement, startsCompound } from './compound.ts';
import { annotatedRhs, expression, starExpressions, startsItem, yieldExpression } from './expressions.ts';
import * as K from './kinds.ts';
import type { ParserState } from './state.ts';
import { mismatch } from './state.ts';
import { delTarget, store, storeSingle } from './targets.ts';
import { typeAlias } from './types.ts';

/** Statements up to a token of the kind `end`, which stays current. */
export function statements(p: ParserState, end: number): readonly stmt[] {
  const mark = p.pending.length;
  do statement(p);
  while (p.kind !== end);
  return p.take<stmt>(mark);
}

/** One compound statement, or one line of simple ones: put on `pending`. */
function statement(p: ParserState): void {
  if (startsCompound(p)) {
    const node = compoundStatement(p);
    if (node !== null) {
      p.pending.push(node);
      return;
    }
  }
  simpleStatementLine(p);
}

/** `a; b` and the line end; put on `pending`. */
function simpleStatementLine(p: ParserState): void {
  do p.pending.push(simpleStatement(p));
  while (p.accept(K.SEMI) && p.kind !== K.NEWLINE);
  p.expect(K.NEWLINE);
}

/** The body of a compound statement: an indented block, or simple statements in the same line. */
export function block(p: ParserState): readonly stmt[] {
  if (p.kind === K.NEWLINE) {
    p.advance();
    p.expect(K.INDENT);
    const body = statements(p, K.DEDENT);
    p.advance();
    return body;
  }
  const mark = p.pending.length;
  if (p.kind === K.SEMI) throw mismatch;
  simpleStatementLine(p);
  return p.take<stmt>(mark);
}

/** Mode `single`: one compound statement and an empty line, one line of simple statements, or nothing. */
export function interactiveStatement(p: ParserState): readonly stmt[] {
  const mark = p.pending.length;
  if (p.kind === K.NEWLINE) {
    const token = p.pos;
    p.advance();
    return [new ast.Pass(p.lines[token]!, p.column(token), p.endLines[token]!, p.endColumn(token))];
  }
  if (startsCompound(p)) {
    const node = compoundStatement(p);
    if (node !== null) {
      p.expect(K.NEWLINE);
      return [node];
    }
  }
  simpleStatementLine(p);
  return p.take<stmt>(mark);
}

function simpleStatement(p: ParserState): stmt {
  const start = p.pos;
  switch (p.kind) {
    case K.PASS: {
      p.advance();
      return new ast.Pass(p.lines[start]!, p.column(start), p.endLines[start]!, p.endColumn(start));
    }
    case K.BREAK: {
      p.advance();
      return new ast.Break(p.lines[start]!, p.column(start), p.endLines[start]!, p.endColumn(start));
    }
    case K.CONTINUE: {
      p.advance();
      return new ast.Continue(p.lines[start]!, p.column(start), p.endLines[start]!, p.endColumn(start));
    }
    case K.RETURN:
      return returnStatement(p);
    case K.RAISE:
      return raiseStatement(p);
    case K.IMPORT:
      return importStatement(p);
    case K.FROM:
      return importFromStatement(p);
    case K.GLOBAL:
    case K.NONLOCAL:
      return scopeStatement(p);
    case K.DEL:
      return deleteStatement(p);
    case K.ASSERT:
      return assertStatement(p);
    case K.YIELD: {
      const value = yieldExpression(p);
      return expressionStatement(p, start, value);
    }
    case K.NAME:
      if (p.values[start] === K.TYPE_VALUE && p.kindAt(start + 1) === K.NAME) return typeAlias(p);
      return assignmentOrExpression(p);
    default:
      return assignmentOrExpression(p);
  }
}

function expressionStatement(p: ParserState, start: number, value: expr): stmt {
  const last = p.pos - 1;
  return new ast.Expr(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `a = b = c`, `a += b`, `a: b = c`, or an expression alone. */
function assignmentOrExpression(p: ParserState): stmt {
  const start = p.pos;
  const first = starExpressions(p);
  switch (p.kind) {
    case K.NEWLINE:
    case K.SEMI:
      return expressionStatement(p, start, first);
    case K.EQUAL:
      return assignment(p, start, first);
    case K.COLON:
      return annotatedAssignment(p, start, first);
    default: {
      const op = augmentedOperators[p.kind];
      if (op === undefined) throw mismatch;
      storeSingle(first);
      p.advance();
      const value = annotatedRhs(p);
      const last = p.pos - 1;
      return new ast.AugAssign(first, op, value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
    }
  }
}

function assignment(p: ParserState, start: number, first: expr): stmt {
  const mark = p.pending.length;
  let value = first;
  while (p.accept(K.EQUAL)) {
    store(value);
    p.pending.push(value);
    value = annotatedRhs(p);
  }
  const comment = typeComment(p);
  const last = p.pos - 1;
  return new ast.Assign(p.take<expr>(mark), value, comment, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function annotatedAssignment(p: ParserState, start: number, target: expr): stmt {
  storeSingle(target);
  const simple = target.nodeType === 'Name' && p.types[start] === K.NAME ? 1 : 0;
  p.advance();
  const annotation = expression(p);
  const value = p.accept(K.EQUAL) ? annotatedRhs(p) : null;
  const last = p.pos - 1;
  return new ast.AnnAssign(target, annotation, value, simple, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function returnStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  const value = startsItem[p.kind] === 1 ? starExpressions(p) : null;
  const last = p.pos - 1;
  return new ast.Return(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function raiseStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  const exc = startsItem[p.kind] === 1 ? expression(p) : null;
  const cause = exc !== null && p.accept(K.FROM) ? expression(p) : null;
  const last = p.pos - 1;
  return new ast.Raise(exc, cause, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function assertStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  const test = expression(p);
  const msg = p.accept(K.COMMA) ? expression(p) : null;
  const last = p.pos - 1;
  return new ast.Assert(test, msg, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function deleteStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  const mark = p.pending.length;
  do {
    if (p.pending.length > mark && startsItem[p.kind] === 0) break;
    p.pending.push(delTarget(p));
  } while (p.accept(K.COMMA));
  const last = p.pos - 1;
  return new ast.Delete(p.take<expr>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `global a, b` or `nonlocal a, b` */
function scopeStatement(p: ParserState): stmt {
  const start = p.pos;
  const isGlobal = p.kind === K.GLOBAL;
  const names: string[] = [];
  do {
    p.advance();
    names.push(p.identifier());
  } while (p.kind === K.COMMA);
  const last = p.pos - 1;
  const node = isGlobal ? ast.Global : ast.Nonlocal;
  return new node(names, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `import a.b as c, d` */
function importStatement(p: ParserState): stmt {
  const start = p.pos;
  const mark = p.pending.length;
  do {
    p.advance();
    const first = p.pos;
    const name = dottedName(p);
    p.pending.push(aliasAfter(p, first, name));
  } while (p.kind === K.COMMA);
  const last = p.pos - 1;
  return new ast.Import(p.take<alias>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `from ..a.b import (c as d, e)` */
function importFromStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  let level = 0;
  for (;;) {
    if (p.kind === K.DOT) level++;
    else if (p.kind === K.ELLIPSIS) level += 3;
    else break;
    p.advance();
  }
  const module = p.kind === K.IMPORT && level > 0 ? null : dottedName(p);
  p.expect(K.IMPORT);
  const names = importedNames(p);
  const last = p.pos - 1;
  return new ast.ImportFrom(module, names, level, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function importedNames(p: ParserState): readonly alias[] {
  if (p.kind === K.STAR) {
    const token = p.pos;
    p.advance();
    return [new ast.alias('*', null, p.lines[token]!, p.column(token), p.endLines[token]!, p.endColumn(token))];
  }
  const bracketed = p.accept(K.LPAR);
  const mark = p.pending.length;
  do {
    if (bracketed && p.kind === K.RPAR && p.pending.length > mark) break;
    const first = p.pos;
    const name = p.identifier();
    p.pending.push(aliasAfter(p, first, name));
  } while (p.accept(K.COMMA));
  if (bracketed) p.expect(K.RPAR);
  return p.take<alias>(mark);
}

function aliasAfter(p: ParserState, start: number, name: string): alias {
  const asname = p.accept(K.AS) ? p.identifier() : null;
  const last = p.pos - 1;
  return new ast.alias(name, asname, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function dottedName(p: ParserState): string {
  let name = p.identifier();
  while (p.accept(K.DOT)) name += `.${p.identifier()}`;
  return name;
}

/** Operators of `+=` and the like, by kind. */
const augmentedOperators: readonly (ast.operator | undefined)[] = [
  ...new Array<undefined>(K.PLUSEQUAL).fill(undefined),
  'Add', 'Sub', 'Mult', 'Div', 'Mod', 'BitAnd', 'BitOr', 'BitXor', 'LShift', 'RShift', 'Pow', undefined, 'FloorDiv', undefined, 'MatMult',
];

