import * as ast from '@py/ast';
import type { expr } from '@py/ast';
import { call, lambdaParameters } from './arguments.ts';
import { comprehensionClauses } from './comprehensions.ts';
import * as K from './kinds.ts';
import { number } from './numbers.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';
import { strings } from './strings.ts';

/** `*a, b` or one expression: what stands right of `=`, after `return`, in `for x in ...`. */
export function starExpressions(p: ParserState): expr {
  const start = p.pos;
  const first = starExpression(p);
  if (p.kind !== K.COMMA) return first;
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.COMMA) && startsItem[p.kind] === 1) p.pending.push(starExpression(p));
  const last = p.pos - 1;
  return new ast.Tuple(p.take<expr>(mark), 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `*a` or an expression. */
function starExpression(p: ParserState): expr {
  return p.kind === K.STAR ? starred(p, bitwiseOr) : expression(p);
}

/** `*a` or an expression that may be `b := c`: an item of a tuple, list or set in brackets. */
export function starNamedExpression(p: ParserState): expr {
  return p.kind === K.STAR ? starred(p, bitwiseOr) : namedExpression(p);
}

/** `*value`, the star being current. */
export function starred(p: ParserState, value: (p: ParserState) => expr): expr {
  const start = p.pos;
  p.advance();
  const node = value(p);
  const last = p.pos - 1;
  return new ast.Starred(node, 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `a := b` or an expression. */
export function namedExpression(p: ParserState): expr {
  if (p.kind !== K.NAME || p.types[p.pos + 1] !== K.COLONEQUAL) return expression(p);
  const start = p.pos;
  const target = name(p, 'Store');
  p.advance();
  const value = expression(p);
  const last = p.pos - 1;
  return new ast.NamedExpr(target, value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `yield`, `yield a, b` or `yield from a`, the keyword being current. */
export function yieldExpression(p: ParserState): expr {
  const start = p.pos;
  p.advance();
  if (p.accept(K.FROM)) {
    const value = expression(p);
    const last = p.pos - 1;
    return new ast.YieldFrom(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
  }
  const value = startsItem[p.kind] === 1 ? starExpressions(p) : null;
  const last = p.pos - 1;
  return new ast.Yield(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** What may stand right of `=`: `yield ...` or `*a, b`. */
export function annotatedRhs(p: ParserState): expr {
  return p.kind === K.YIELD ? yieldExpression(p) : starExpressions(p);
}

/** A lambda, `a if b else c`, or an operation. */
export function expression(p: ParserState): expr {
  // Most expressions are a single name.
  if (p.kind === K.NAME && endsExpression[p.types[p.pos + 1]!] === 1) return name(p, 'Load');
  if (p.kind === K.LAMBDA) return conditional(p, p.pos, null);
  const start = p.pos;
  const body = disjunction(p);
  return p.kind === K.IF ? conditional(p, start, body) : body;
}

/** A lambda or `a if b else` whose last part is still to be put in. */
interface OpenExpression {
  readonly start: number;
  readonly args: ast.arguments_ | null;
  readonly body: expr | null;
  readonly test: expr | null;
}

/** Lambdas and conditional expressions nest to the right without end, so a loop collects their beginnings. */
function conditional(p: ParserState, start: number, body: expr | null): expr {
  const open: OpenExpression[] = [];
  const depth = p.depth;
  let node = body;
  for (;;) {
    if (node === null && p.kind === K.LAMBDA) {
      p.advance();
      const args = lambdaParameters(p);
      p.expect(K.COLON);
      open.push({ start, args, body: null, test: null });
    } else {
      node ??= disjunction(p);
      if (p.kind !== K.IF) break;
      p.advance();
      const test = disjunction(p);
      p.expect(K.ELSE);
      open.push({ start, args: null, body: node, test });
    }
    p.deepen(6);
    node = null;
    start = p.pos;
  }
  p.depth = depth;
  const last = p.pos - 1;
  const endLine = p.endLines[last]!;
  const endColumn = p.endColumn(last);
  for (let head = open.pop(); head !== undefined; head = open.pop()) {
    const line = p.lines[head.start]!;
    const column = p.column(head.start);
    node = head.args === null
      ? new ast.IfExp(head.test!, head.body!, node, line, column, endLine, endColumn)
      : new ast.Lambda(head.args, node, line, column, endLine, endColumn);
  }
  return node;
}

/** `a or b` */
export function disjunction(p: ParserState): expr {
  if (p.kind === K.NAME && endsExpression[p.types[p.pos + 1]!] === 1) return name(p, 'Load');
  const start = p.pos;
  const first = conjunction(p);
  return p.kind === K.OR ? boolOp(p, start, first, K.OR) : first;
}

/** `a and b` */
function conjunction(p: ParserState): expr {
  const start = p.pos;
  const first = inversion(p);
  return p.kind === K.AND ? boolOp(p, start, first, K.AND) : first;
}

function boolOp(p: ParserState, start: number, first: expr, keyword: number): expr {
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(keyword)) p.pending.push(keyword === K.OR ? conjunction(p) : inversion(p));
  const last = p.pos - 1;
  return new ast.BoolOp(keyword === K.OR ? 'Or' : 'And', p.take<expr>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `not a` */
function inversion(p: ParserState): expr {
  if (p.kind !== K.NOT) return comparison(p);
  const start = p.pos;
  const depth = p.depth;
  while (p.accept(K.NOT)) p.deepen(2);
  const operandStart = p.pos;
  let node = comparison(p);
  p.depth = depth;
  const last = p.pos - 1;
  for (let token = operandStart - 1; token >= start; token--) {
    node = new ast.UnaryOp('Not', node, p.lines[token]!, p.column(token), p.endLines[last]!, p.endColumn(last));
  }
  return node;
}

/** `a < b` */
function comparison(p: ParserState): expr {
  const start = p.pos;
  const left = operation(p, 1);
  const kind = p.kind;
  if ((kind < K.EQEQUAL || kind > K.GREATEREQUAL) && kind !== K.LESS && kind !== K.GREATER && (kind < K.IN || kind > K.NOT)) return left;
  const mark = p.pending.length;
  const ops: ast.cmpop[] = [];
  for (let op = comparisonOperator(p); op !== null; op = comparisonOperator(p)) {
    ops.push(op);
    p.pending.push(operation(p, 1));
  }
  if (ops.length === 0) return left;
  const last = p.pos - 1;
  return new ast.Compare(left, ops.length === 1 ? singleOperator[ops[0]!] : ops.slice(), p.take<expr>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** The list of one operator, shared by all comparisons that have it. */
const singleOperator: Readonly<Record<ast.cmpop, readonly ast.cmpop[]>> = {
  Eq: ['Eq'], NotEq: ['NotEq'], Lt: ['Lt'], LtE: ['LtE'], Gt: ['Gt'], GtE: ['GtE'], Is: ['Is'], IsNot: ['IsNot'], In: ['In'], NotIn: ['NotIn'],
};

/** Goes past a comparison operator and names it; null if there is none. */
function comparisonOperator(p: ParserState): ast.cmpop | null {
  const kind = p.kind;
  switch (kind) {
    case K.EQEQUAL: p.advance(); return 'Eq';
    case K.LESS: p.advance(); return 'Lt';
    case K.GREATER: p.advance(); return 'Gt';
    case K.LESSEQUAL: p.advance(); return 'LtE';
    case K.GREATEREQUAL: p.advance(); return 'GtE';
    case K.IN: p.advance(); return 'In';
    case K.NOTEQUAL: {
      const flufl = p.stream.source[p.starts[p.pos]!] === 0x3c; // `<>`
      if (flufl !== (p.options.barryAsFlufl ?? false)) throw mismatch;
      p.advance();
      return 'NotEq';
    }
    case K.NOT:
      if (p.kindAt(p.pos + 1) !== K.IN) return null;
      p.advance();
      p.advance();
      return 'NotIn';
    case K.IS:
      p.advance();
      return p.accept(K.NOT) ? 'IsNot' : 'Is';
    default:
      return null;
  }
}

/** Operators from `|`: no comparison, no `not`. */
export function bitwiseOr(p: ParserState): expr {
  return operation(p, 1);
}

/** Binary operators that bind at least as strongly as `strength` (1 for `|`, 6 for `*`). */
function operation(p: ParserState, strength: number): expr {
  const start = p.pos;
  let left = factor(p);
  for (;;) {
    const own = strengths[p.kind]!;
    if (own === 0 || own < strength) return left;
    const op = binaryOperators[p.kind]!;
    p.advance();
    const right = operation(p, own + 1);
    const last = p.pos - 1;
    left = new ast.BinOp(left, op, right, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
  }
}

/** `-a`, `a ** b` or a primary. */
function factor(p: ParserState): expr {
  const kind = p.kind;
  if (kind !== K.MINUS && kind !== K.PLUS && kind !== K.TILDE) {
    const start = p.pos;
    const base = awaitPrimary(p);
    return p.kind === K.DOUBLESTAR ? factorChain(p, start, base) : base;
  }
  return factorChain(p, p.pos, null);
}

/** Signs and powers nest to the right without end, so a loop collects their beginnings: an operand is a power's base, null a sign. */
function factorChain(p: ParserState, start: number, base: expr | null): expr {
  const starts: number[] = [];
  const bases: (expr | null)[] = [];
  const depth = p.depth;
  let node = base;
  for (;;) {
    if (node === null) {
      while (p.kind === K.MINUS || p.kind === K.PLUS || p.kind === K.TILDE) {
        p.deepen(2);
        starts.push(p.pos);
        bases.push(null);
        p.advance();
      }
      start = p.pos;
      node = awaitPrimary(p);
    }
    if (!p.accept(K.DOUBLESTAR)) break;
    p.deepen(6);
    starts.push(start);
    bases.push(node);
    node = null;
  }
  p.depth = depth;
  const last = p.pos - 1;
  const endLine = p.endLines[last]!;
  const endColumn = p.endColumn(last);
  for (let i = starts.length - 1; i >= 0; i--) {
    const token = starts[i]!;
    const left = bases[i]!;
    node = left === null
      ? new ast.UnaryOp(unaryOperators[p.types[token]!]!, node, p.lines[token]!, p.column(token), endLine, endColumn)
      : new ast.BinOp(left, 'Pow', node, p.lines[token]!, p.column(token), endLine, endColumn);
  }
  return node;
}

/** `await a` or a primary. */
function awaitPrimary(p: ParserState): expr {
  if (p.kind !== K.AWAIT) return primary(p);
  const start = p.pos;
  p.advance();
  const value = primary(p);
  const last = p.pos - 1;
  return new ast.Await(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** An atom with any number of `.name`, `(...)` and `[...]` after it. */
export function primary(p: ParserState): expr {
  const start = p.pos;
  let node = atom(p);
  for (;;) {
    switch (p.kind) {
      case K.DOT: {
        p.advance();
        const attr = p.identifier();
        const last = p.pos - 1;
        node = new ast.Attribute(node, attr, 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
        break;
      }
      case K.LPAR:
        node = call(p, start, node);
        break;
      case K.LSQB: {
        p.advance();
        p.deepen(BRACKET_LEVELS);
        const slice = slices(p);
        p.depth -= BRACKET_LEVELS;
        p.expect(K.RSQB);
        const last = p.pos - 1;
        node = new ast.Subscript(node, slice, 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
        break;
      }
      default:
        return node;
    }
  }
}

/** At least as many levels of CPython's parser stack as a pair of brackets costs. */
export const BRACKET_LEVELS = 60;

/** What stands in the brackets of a subscript. */
function slices(p: ParserState): expr {
  const start = p.pos;
  const isStarred = p.kind === K.STAR;
  const first = slice(p);
  if (p.kind !== K.COMMA && !isStarred) return first;
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.COMMA) && p.kind !== K.RSQB) p.pending.push(slice(p));
  const last = p.pos - 1;
  return new ast.Tuple(p.take<expr>(mark), 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `a`, `a:b`, `a:b:c` or `*a` */
function slice(p: ParserState): expr {
  if (p.kind === K.STAR) return starred(p, expression);
  const start = p.pos;
  let lower: expr | null = null;
  if (p.kind !== K.COLON) {
    const isNamed = p.kind === K.NAME && p.types[p.pos + 1] === K.COLONEQUAL;
    lower = namedExpression(p);
    if (p.kind !== K.COLON || isNamed) return lower;
  }
  p.advance();
  const upper = startsItem[p.kind] === 1 && p.kind !== K.STAR ? expression(p) : null;
  let step: expr | null = null;
  if (p.accept(K.COLON) && startsItem[p.kind] === 1 && p.kind !== K.STAR) step = expression(p);
  const last = p.pos - 1;
  return new ast.Slice(lower, upper, step, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** A name, a literal, or something in brackets. */
function atom(p: ParserState): expr {
  switch (p.kind) {
    case K.NAME:
      return name(p, 'Load');
    case K.NUMBER:
      return number(p);
    case K.STRING:
    case K.FSTRING_START:
      return strings(p);
    case K.LPAR:
    case K.LSQB:
    case K.LBRACE:
      return bracketed(p);
    case K.NONE:
      return constant(p, null);
    case K.TRUE:
      return constant(p, true);
    case K.FALSE:
      return constant(p, false);
    case K.ELLIPSIS:
      return constant(p, ast.Ellipsis);
    default:
      throw mismatch;
  }
}

/** The current token as a Name. */
export function name(p: ParserState, ctx: ast.expr_context): ast.Name {
  const token = p.pos;
  const id = p.strings[p.values[token]!]!;
  p.advance();
  const line = p.lines[token]!;
  const lineStart = p.lineStarts[line - 1]!;
  return new ast.Name(id, ctx, line, p.starts[token]! - lineStart, line, p.ends[token]! - lineStart);
}

/** The current token as a Constant. */
function constant(p: ParserState, value: ast.ConstantValue): expr {
  const token = p.pos;
  p.advance();
  return new ast.Constant(value, null, p.lines[token]!, p.column(token), p.endLines[token]!, p.endColumn(token));
}

function bracketed(p: ParserState): expr {
  p.deepen(BRACKET_LEVELS);
  const node = p.kind === K.LPAR ? parenthesized(p) : p.kind === K.LSQB ? list(p) : braces(p);
  p.depth -= BRACKET_LEVELS;
  return node;
}

/** `()`, `(a)`, `(a, b)`, `(yield a)` or `(a for b in c)` */
function parenthesized(p: ParserState): expr {
  const start = p.pos;
  p.advance();
  if (p.kind === K.YIELD) {
    const node = yieldExpression(p);
    p.expect(K.RPAR);
    return node;
  }
  const mark = p.pending.length;
  if (p.kind !== K.RPAR) {
    const isStarred = p.kind === K.STAR;
    const first = starNamedExpression(p);
    if (p.kind !== K.COMMA) {
      if (isStarred) throw mismatch;
      if (p.accept(K.RPAR)) return first;
      const generators = comprehensionClauses(p);
      p.expect(K.RPAR);
      const last = p.pos - 1;
      return new ast.GeneratorExp(first, generators, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
    }
    moreItems(p, first, K.RPAR);
  }
  p.expect(K.RPAR);
  const last = p.pos - 1;
  return new ast.Tuple(p.take<expr>(mark), 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `[a, b]` or `[a for b in c]` */
function list(p: ParserState): expr {
  const start = p.pos;
  p.advance();
  const mark = p.pending.length;
  if (p.kind !== K.RSQB) {
    const isStarred = p.kind === K.STAR;
    const first = starNamedExpression(p);
    if (p.kind === K.FOR || p.kind === K.ASYNC) {
      if (isStarred) throw mismatch;
      const generators = comprehensionClauses(p);
      p.expect(K.RSQB);
      const last = p.pos - 1;
      return new ast.ListComp(first, generators, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
    }
    moreItems(p, first, K.RSQB);
  }
  p.expect(K.RSQB);
  const last = p.pos - 1;
  return new ast.List(p.take<expr>(mark), 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** Puts `first` and the items after it on `pending`, up to the closing bracket. */
function moreItems(p: ParserState, first: expr, close: number): void {
  p.pending.push(first);
  while (p.accept(K.COMMA) && p.kind !== close) p.pending.push(starNamedExpression(p));
}

/** `{a: b}`, `{a}` or a comprehension of either. */
function braces(p: ParserState): expr {
  const start = p.pos;
  p.advance();
  const kind = p.kind;
  if (kind === K.RBRACE || kind === K.DOUBLESTAR) return dict(p, start, null);
  const isNamed = kind === K.STAR || (kind === K.NAME && p.types[p.pos + 1] === K.COLONEQUAL);
  const first = starNamedExpression(p);
  if (p.kind === K.COLON && !isNamed) return dict(p, start, first);
  if (p.kind === K.FOR || p.kind === K.ASYNC) {
    if (kind === K.STAR) throw mismatch;
    const generators = comprehensionClauses(p);
    p.expect(K.RBRACE);
    const last = p.pos - 1;
    return new ast.SetComp(first, generators, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
  }
  const mark = p.pending.length;
  moreItems(p, first, K.RBRACE);
  p.expect(K.RBRACE);
  const last = p.pos - 1;
  return new ast.Set(p.take<expr>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** The rest of a dict display or comprehension; `firstKey` has been read, or is null before `**a` or `}`. */
function dict(p: ParserState, start: number, firstKey: expr | null): expr {
  const keys: (expr | null)[] = [];
  const mark = p.pending.length;
  let key = firstKey;
  while (p.kind !== K.RBRACE) {
    if (key === null && p.accept(K.DOUBLESTAR)) {
      keys.push(null);
      p.pending.push(bitwiseOr(p));
    } else {
      key ??= expression(p);
      p.expect(K.COLON);
      keys.push(key);
      p.pending.push(expression(p));
      if ((p.kind === K.FOR || p.kind === K.ASYNC) && keys.length === 1) return dictComprehension(p, start, key, p.pending.pop() as expr);
    }
    key = null;
    if (!p.accept(K.COMMA)) break;
  }
  p.expect(K.RBRACE);
  const last = p.pos - 1;
  const exactKeys = keys.length === 0 ? NONE_OF : keys.slice();
  return new ast.Dict(exactKeys, p.take<expr>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function dictComprehension(p: ParserState, start: number, key: expr, value: expr): expr {
  const generators = comprehensionClauses(p);
  p.expect(K.RBRACE);
  const last = p.pos - 1;
  return new ast.DictComp(key, value, generators, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** A table over kinds: 1 for those listed. */
function kindTable(kinds: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

/** A token of this kind after a name ends the expression: no operator, call or subscript follows. */
const endsExpression = kindTable([K.NEWLINE, K.RPAR, K.RSQB, K.RBRACE, K.COLON, K.COMMA, K.SEMI, K.EQUAL, K.TYPE_COMMENT]);

/** A token of this kind can begin an item of a tuple without brackets. */
export const startsItem: Uint8Array = kindTable([
  K.NAME, K.NUMBER, K.STRING, K.FSTRING_START, K.LPAR, K.LSQB, K.LBRACE, K.MINUS, K.PLUS, K.TILDE, K.ELLIPSIS, K.STAR,
  K.NONE, K.TRUE, K.FALSE, K.NOT, K.LAMBDA, K.AWAIT,
]);

const binaryOperators: readonly (ast.operator | undefined)[] = sparse<ast.operator>([
  [K.VBAR, 'BitOr'], [K.CIRCUMFLEX, 'BitXor'], [K.AMPER, 'BitAnd'], [K.LEFTSHIFT, 'LShift'], [K.RIGHTSHIFT, 'RShift'],
  [K.PLUS, 'Add'], [K.MINUS, 'Sub'], [K.STAR, 'Mult'], [K.SLASH, 'Div'], [K.DOUBLESLASH, 'FloorDiv'], [K.PERCENT, 'Mod'], [K.AT, 'MatMult'],
]);

const unaryOperators: readonly (ast.unaryop | undefined)[] = sparse<ast.unaryop>([[K.PLUS, 'UAdd'], [K.MINUS, 'USub'], [K.TILDE, 'Invert']]);

function sparse<Name>(entries: readonly (readonly [number, Name])[]): (Name | undefined)[] {
  const table: (Name | undefined)[] = new Array<Name | undefined>(64).fill(undefined);
  for (const [kind, name] of entries) table[kind] = name;
  return table;
}

/** How strongly a binary operator binds, by kind; 0 for everything else. */
const strengths = new Uint8Array(256);
[[K.VBAR], [K.CIRCUMFLEX], [K.AMPER], [K.LEFTSHIFT, K.RIGHTSHIFT], [K.PLUS, K.MINUS], [K.STAR, K.SLASH, K.DOUBLESLASH, K.PERCENT, K.AT]].forEach(
  (kinds, index) => {
    for (const kind of kinds) strengths[kind] = index + 1;
  },
);
