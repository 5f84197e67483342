import * as ast from '@py/ast';
import type { excepthandler, expr, match_case, stmt, withitem } from '@py/ast';
import { classArguments, parameters, typeComment } from './arguments.ts';
import { expression, namedExpression, starExpressions, starNamedExpression, startsItem } from './expressions.ts';
import * as K from './kinds.ts';
import { patterns } from './patterns.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';
import { block } from './statements.ts';
import { starTarget, starTargets } from './targets.ts';
import { typeParameters } from './types.ts';

/** A compound statement; null where `match` turns out to be a name. */
export function compoundStatement(p: ParserState): stmt | null {
  p.deepen(STATEMENT_LEVELS);
  const node = compound(p);
  p.depth -= STATEMENT_LEVELS;
  return node;
}

/** At least as many levels of CPython's parser stack as one compound statement in another costs. */
const STATEMENT_LEVELS = 15;

function compound(p: ParserState): stmt | null {
  const start = p.pos;
  switch (p.kind) {
    case K.IF:
      return ifStatement(p);
    case K.DEF:
      return functionDefinition(p, start, NONE_OF, false);
    case K.CLASS:
      return classDefinition(p, NONE_OF);
    case K.FOR:
      return forStatement(p, start, false);
    case K.WHILE:
      return whileStatement(p);
    case K.TRY:
      return tryStatement(p);
    case K.WITH:
      return withStatement(p, start, false);
    case K.AT:
      return decorated(p);
    case K.ASYNC:
      p.advance();
      if (p.kind === K.DEF) return functionDefinition(p, start, NONE_OF, true);
      if (p.kind === K.FOR) return forStatement(p, start, true);
      if (p.kind === K.WITH) return withStatement(p, start, true);
      throw mismatch;
    default:
      return matchStatement(p);
  }
}

/** Whether the current token begins a compound statement, or may do so: `match` may also be a name. */
export function startsCompound(p: ParserState): boolean {
  return compoundKinds[p.kind] === 1 || (p.kind === K.NAME && p.values[p.pos] === K.MATCH_VALUE);
}

const compoundKinds = new Uint8Array(256);
for (const kind of [K.IF, K.DEF, K.CLASS, K.FOR, K.WHILE, K.TRY, K.WITH, K.AT, K.ASYNC]) compoundKinds[kind] = 1;

/** `if a: ... elif b: ... else: ...`: each `elif` is an If inside. */
function ifStatement(p: ParserState): stmt {
  const heads: { readonly start: number; readonly test: expr; readonly body: readonly stmt[] }[] = [];
  const depth = p.depth;
  do {
    const start = p.pos;
    p.advance();
    const test = namedExpression(p);
    p.expect(K.COLON);
    heads.push({ start, test, body: block(p) });
    p.deepen(2);
  } while (p.kind === K.ELIF);
  let orelse = elseBlock(p);
  p.depth = depth;
  const last = p.lastToken();
  const endLine = p.endLines[last]!;
  const endColumn = p.endColumn(last);
  for (let i = heads.length - 1; ; i--) {
    const { start, test, body } = heads[i]!;
    const node = new ast.If(test, body, orelse, p.lines[start]!, p.column(start), endLine, endColumn);
    if (i === 0) return node;
    orelse = [node];
  }
}

function elseBlock(p: ParserState): readonly stmt[] {
  if (!p.accept(K.ELSE)) return NONE_OF;
  p.expect(K.COLON);
  return block(p);
}

function whileStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  const test = namedExpression(p);
  p.expect(K.COLON);
  const body = block(p);
  const orelse = elseBlock(p);
  const last = p.lastToken();
  return new ast.While(test, body, orelse, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function forStatement(p: ParserState, start: number, isAsync: boolean): stmt {
  p.advance();
  const target = starTargets(p);
  p.expect(K.IN);
  const iter = starExpressions(p);
  p.expect(K.COLON);
  const comment = typeComment(p);
  const body = block(p);
  const orelse = elseBlock(p);
  const last = p.lastToken();
  const node = isAsync ? ast.AsyncFor : ast.For;
  return new node(target, iter, body, orelse, comment, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function tryStatement(p: ParserState): stmt {
  const start = p.pos;
  p.advance();
  p.expect(K.COLON);
  const body = block(p);
  const handlers: excepthandler[] = [];
  const isStar = p.kind === K.EXCEPT && p.types[p.pos + 1] === K.STAR;
  while (p.kind === K.EXCEPT) handlers.push(exceptHandler(p, isStar));
  const orelse = handlers.length > 0 ? elseBlock(p) : NONE_OF;
  let finalbody: readonly stmt[] = NONE_OF;
  if (p.accept(K.FINALLY)) {
    p.expect(K.COLON);
    finalbody = block(p);
  } else if (handlers.length === 0) throw mismatch;
  const last = p.lastToken();
  const node = isStar ? ast.TryStar : ast.Try;
  const exactHandlers = handlers.length === 0 ? NONE_OF : handlers.slice();
  return new node(body, exactHandlers, orelse, finalbody, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `except A as b:`. That one without a type must be the last is the compiler's to say. */
function exceptHandler(p: ParserState, isStar: boolean): excepthandler {
  const start = p.pos;
  p.advance();
  if (isStar) p.expect(K.STAR);
  const type = isStar || p.kind !== K.COLON ? expression(p) : null;
  const name = type !== null && p.accept(K.AS) ? p.identifier() : null;
  p.expect(K.COLON);
  const body = block(p);
  const last = p.lastToken();
  return new ast.ExceptHandler(type, name, body, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function withStatement(p: ParserState, start: number, isAsync: boolean): stmt {
  p.advance();
  const items = (p.kind === K.LPAR ? parenthesizedItems(p) : null) ?? withItems(p);
  p.expect(K.COLON);
  const comment = typeComment(p);
  const body = block(p);
  const last = p.lastToken();
  const node = isAsync ? ast.AsyncWith : ast.With;
  return new node(items, body, comment, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function withItems(p: ParserState): readonly withitem[] {
  const mark = p.pending.length;
  do p.pending.push(withItem(p));
  while (p.accept(K.COMMA));
  return p.take<withitem>(mark);
}

function withItem(p: ParserState): withitem {
  const context = expression(p);
  return new ast.withitem(context, p.accept(K.AS) ? starTarget(p) : null);
}

/** `with (a as b, c):`; null if the bracket belongs to an expression, as in `with (a, b).c:`. */
function parenthesizedItems(p: ParserState): readonly withitem[] | null {
  const start = p.pos;
  const close = closingBracket(p, start);
  if (p.types[close + 1] !== K.COLON || p.types[close + 2] === K.TYPE_COMMENT) return null;
  const { depth } = p;
  const mark = p.pending.length;
  try {
    p.advance();
    do {
      if (p.pos === close) break;
      p.pending.push(withItem(p));
    } while (p.accept(K.COMMA));
    if (p.pos === close && p.pending.length > mark) {
      p.advance();
      return p.take<withitem>(mark);
    }
  } catch (error) {
    if (error !== mismatch || p.tooDeep) throw error;
  }
  p.depth = depth;
  p.pending.length = mark;
  p.reset(start);
  return null;
}

/** The token that closes the bracket at `open`. */
function closingBracket(p: ParserState, open: number): number {
  let depth = 0;
  for (let token = open; ; token++) {
    const type = p.types[token]!;
    if (type === K.LPAR || type === K.LSQB || type === K.LBRACE) depth++;
    else if (type === K.RPAR || type === K.RSQB || type === K.RBRACE) {
      if (--depth === 0) return token;
    } else if (type === K.ENDMARKER) return token;
  }
}

function decorated(p: ParserState): stmt {
  const mark = p.pending.length;
  while (p.accept(K.AT)) {
    p.pending.push(namedExpression(p));
    p.expect(K.NEWLINE);
  }
  const decorators = p.take<expr>(mark);
  const start = p.pos;
  if (p.kind === K.CLASS) return classDefinition(p, decorators);
  const isAsync = p.accept(K.ASYNC);
  if (p.kind !== K.DEF) throw mismatch;
  return functionDefinition(p, start, decorators, isAsync);
}

/** `def name[T](...) -> a:`; `start` is the `async` or the `def`, which is current. */
function functionDefinition(p: ParserState, start: number, decorators: readonly expr[], isAsync: boolean): stmt {
  p.advance();
  const name = p.identifier();
  const type_params = typeParameters(p);
  p.expect(K.LPAR);
  const args = parameters(p);
  p.expect(K.RPAR);
  const returns = p.accept(K.RARROW) ? expression(p) : null;
  p.expect(K.COLON);
  const comment = functionTypeComment(p);
  const body = block(p);
  const last = p.lastToken();
  const node = isAsync ? ast.AsyncFunctionDef : ast.FunctionDef;
  return new node(name, args, body, decorators, returns, comment, type_params, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** A type comment after the colon of a `def`, or alone in the next line if an indented block follows. */
function functionTypeComment(p: ParserState): string | null {
  if (p.kind === K.NEWLINE && p.types[p.pos + 1] === K.TYPE_COMMENT) {
    if (p.types[p.pos + 2] !== K.NEWLINE || p.types[p.pos + 3] !== K.INDENT) throw mismatch;
    p.advance();
  }
  return typeComment(p);
}

function classDefinition(p: ParserState, decorators: readonly expr[]): stmt {
  const start = p.pos;
  p.advance();
  const name = p.identifier();
  const type_params = typeParameters(p);
  const { bases, keywords } = p.kind === K.LPAR ? classArguments(p) : noArguments;
  p.expect(K.COLON);
  const body = block(p);
  const last = p.lastToken();
  return new ast.ClassDef(name, bases, keywords, body, decorators, type_params, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

const noArguments = { bases: NONE_OF, keywords: NONE_OF };

/** `match subject:` and its cases; null, with nothing consumed, if `match` is a name here. */
function matchStatement(p: ParserState): stmt | null {
  const start = p.pos;
  if (startsItem[p.kindAt(start + 1)] === 0) return null;
  const subject = matchSubject(p);
  if (subject === null) return null;
  p.expect(K.INDENT);
  const cases: match_case[] = [];
  do cases.push(matchCase(p));
  while (p.kind !== K.DEDENT);
  p.advance();
  const last = p.lastToken();
  return new ast.Match(subject, cases.slice(), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** The subject, past the colon and line end; null, with nothing consumed, if that is not what follows `match`. */
function matchSubject(p: ParserState): expr | null {
  const start = p.pos;
  const { depth } = p;
  const mark = p.pending.length;
  try {
    p.advance();
    const subject = namedItems(p);
    if (p.accept(K.COLON) && p.accept(K.NEWLINE)) return subject;
  } catch (error) {
    if (error !== mismatch || p.tooDeep) throw error;
  }
  p.depth = depth;
  p.pending.length = mark;
  p.reset(start);
  return null;
}

/** `a, *b` where items may be `c := d`; a star needs a comma. */
function namedItems(p: ParserState): expr {
  const start = p.pos;
  const isStarred = p.kind === K.STAR;
  const first = starNamedExpression(p);
  if (p.kind !== K.COMMA) {
    if (isStarred) throw mismatch;
    return first;
  }
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.COMMA) && startsItem[p.kind] === 1) p.pending.push(starNamedExpression(p));
  const last = p.pos - 1;
  return new ast.Tuple(p.take<expr>(mark), 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function matchCase(p: ParserState): match_case {
  if (p.kind !== K.NAME || p.values[p.pos] !== K.CASE_VALUE) throw mismatch;
  p.advance();
  const pattern = patterns(p);
  const guard = p.accept(K.IF) ? namedExpression(p) : null;
  p.expect(K.COLON);
  const body = block(p);
  return new ast.match_case(pattern, guard, body);
}
