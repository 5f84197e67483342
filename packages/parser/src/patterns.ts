import * as ast from '@py/ast';
import type { expr, pattern } from '@py/ast';
import { BRACKET_LEVELS, name } from './expressions.ts';
import * as K from './kinds.ts';
import { number } from './numbers.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';
import { strings } from './strings.ts';

/** What stands after `case`: one pattern, or several with commas, which are a sequence without brackets. */
export function patterns(p: ParserState): pattern {
  const start = p.pos;
  const isStarred = p.kind === K.STAR;
  const first = maybeStarPattern(p);
  if (p.kind !== K.COMMA) {
    if (isStarred) throw mismatch;
    return first;
  }
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.COMMA) && p.kind !== K.COLON && p.kind !== K.IF) p.pending.push(maybeStarPattern(p));
  const last = p.pos - 1;
  return new ast.MatchSequence(p.take<pattern>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function maybeStarPattern(p: ParserState): pattern {
  if (p.kind !== K.STAR) return asPattern(p);
  const start = p.pos;
  p.advance();
  const wildcard = p.kind === K.NAME && isWildcard(p);
  const target = p.identifier();
  if (!wildcard) notAPath(p);
  const last = p.pos - 1;
  return new ast.MatchStar(wildcard ? null : target, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function isWildcard(p: ParserState): boolean {
  return p.values[p.pos] === K.WILDCARD_VALUE;
}

/** A name that a pattern binds is not followed by what would make it a value, a class or a keyword argument. */
function notAPath(p: ParserState): void {
  if (p.kind === K.DOT || p.kind === K.LPAR || p.kind === K.EQUAL) throw mismatch;
}

/** `a | b as c` */
function asPattern(p: ParserState): pattern {
  const start = p.pos;
  const first = orPattern(p);
  if (!p.accept(K.AS)) return first;
  if (p.kind === K.NAME && isWildcard(p)) throw mismatch;
  const target = p.identifier();
  notAPath(p);
  const last = p.pos - 1;
  return new ast.MatchAs(first, target, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function orPattern(p: ParserState): pattern {
  const start = p.pos;
  const first = closedPattern(p);
  if (p.kind !== K.VBAR) return first;
  const mark = p.pending.length;
  p.pending.push(first);
  while (p.accept(K.VBAR)) p.pending.push(closedPattern(p));
  const last = p.pos - 1;
  return new ast.MatchOr(p.take<pattern>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function closedPattern(p: ParserState): pattern {
  const start = p.pos;
  switch (p.kind) {
    case K.NUMBER:
    case K.MINUS:
    case K.STRING:
    case K.FSTRING_START: {
      const value = literalValue(p);
      const last = p.pos - 1;
      return new ast.MatchValue(value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
    }
    case K.NONE:
    case K.TRUE:
    case K.FALSE: {
      const value = p.kind === K.NONE ? null : p.kind === K.TRUE;
      p.advance();
      return new ast.MatchSingleton(value, p.lines[start]!, p.column(start), p.endLines[start]!, p.endColumn(start));
    }
    case K.NAME:
      return namePattern(p);
    case K.LPAR:
    case K.LSQB: {
      p.deepen(BRACKET_LEVELS);
      const node = sequencePattern(p);
      p.depth -= BRACKET_LEVELS;
      return node;
    }
    case K.LBRACE: {
      p.deepen(BRACKET_LEVELS);
      const node = mappingPattern(p);
      p.depth -= BRACKET_LEVELS;
      return node;
    }
    default:
      throw mismatch;
  }
}

/** A string, or a number with an optional sign and imaginary part: `-1 + 2j`. */
function literalValue(p: ParserState): expr {
  if (p.kind === K.STRING || p.kind === K.FSTRING_START) return strings(p);
  const start = p.pos;
  const left = signedNumber(p);
  if (p.kind !== K.PLUS && p.kind !== K.MINUS) return left;
  const op = p.kind === K.PLUS ? 'Add' : 'Sub';
  if (isComplex(left)) throw mismatch;
  p.advance();
  if (p.kind !== K.NUMBER) throw mismatch;
  const right = number(p);
  if (!isComplex(right)) throw mismatch;
  const last = p.pos - 1;
  return new ast.BinOp(left, op, right, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

function isComplex(node: expr): boolean {
  if (node.nodeType === 'UnaryOp') return isComplex(node.operand);
  if (node.nodeType !== 'Constant') return false;
  const { value } = node;
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'complex';
}

function signedNumber(p: ParserState): expr {
  const start = p.pos;
  const negative = p.accept(K.MINUS);
  if (p.kind !== K.NUMBER) throw mismatch;
  const operand = number(p);
  if (!negative) return operand;
  const last = p.pos - 1;
  return new ast.UnaryOp('USub', operand, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `a` binds, `_` matches all, `a.b` is a value, `a(...)` and `a.b(...)` a class. */
function namePattern(p: ParserState): pattern {
  const start = p.pos;
  const wildcard = isWildcard(p);
  const path = dottedName(p);
  if (p.kind === K.LPAR) {
    p.deepen(BRACKET_LEVELS);
    const node = classPattern(p, start, path);
    p.depth -= BRACKET_LEVELS;
    return node;
  }
  const last = p.pos - 1;
  const endLine = p.endLines[last]!;
  const endColumn = p.endColumn(last);
  if (path.nodeType === 'Attribute') return new ast.MatchValue(path, p.lines[start]!, p.column(start), endLine, endColumn);
  if (!wildcard && p.kind === K.EQUAL) throw mismatch;
  return new ast.MatchAs(null, wildcard ? null : path.id, p.lines[start]!, p.column(start), endLine, endColumn);
}

function dottedName(p: ParserState): ast.Name | ast.Attribute {
  const start = p.pos;
  if (p.kind !== K.NAME) throw mismatch;
  let node: ast.Name | ast.Attribute = name(p, 'Load');
  while (p.accept(K.DOT)) {
    const attr = p.identifier();
    const last = p.pos - 1;
    node = new ast.Attribute(node, attr, 'Load', p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
  }
  return node;
}

/** `(a)` groups; `()`, `(a,)`, `[a]` are sequences. */
function sequencePattern(p: ParserState): pattern {
  const start = p.pos;
  const close = p.kind === K.LPAR ? K.RPAR : K.RSQB;
  p.advance();
  const mark = p.pending.length;
  let commas = 0;
  const isStarred = p.kind === K.STAR;
  while (p.kind !== close) {
    p.pending.push(maybeStarPattern(p));
    if (!p.accept(K.COMMA)) break;
    commas++;
  }
  p.expect(close);
  if (close === K.RPAR && commas === 0 && p.pending.length > mark) {
    if (isStarred) throw mismatch;
    return p.pending.pop() as pattern;
  }
  const last = p.pos - 1;
  return new ast.MatchSequence(p.take<pattern>(mark), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `{'a': b, c.d: e, **rest}` */
function mappingPattern(p: ParserState): pattern {
  const start = p.pos;
  p.advance();
  const keys: expr[] = [];
  const values: pattern[] = [];
  let rest: string | null = null;
  while (p.kind !== K.RBRACE) {
    if (rest !== null) throw mismatch;
    if (p.accept(K.DOUBLESTAR)) {
      if (p.kind === K.NAME && isWildcard(p)) throw mismatch;
      rest = p.identifier();
      notAPath(p);
    } else {
      keys.push(mappingKey(p));
      p.expect(K.COLON);
      values.push(asPattern(p));
    }
    if (!p.accept(K.COMMA)) break;
  }
  p.expect(K.RBRACE);
  const last = p.pos - 1;
  return new ast.MatchMapping(
    keys.length === 0 ? NONE_OF : keys.slice(), values.length === 0 ? NONE_OF : values.slice(), rest,
    p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last),
  );
}

/** A literal or a dotted name. */
function mappingKey(p: ParserState): expr {
  switch (p.kind) {
    case K.NONE:
    case K.TRUE:
    case K.FALSE: {
      const token = p.pos;
      const value = p.kind === K.NONE ? null : p.kind === K.TRUE;
      p.advance();
      return new ast.Constant(value, null, p.lines[token]!, p.column(token), p.endLines[token]!, p.endColumn(token));
    }
    case K.NAME: {
      const node = dottedName(p);
      if (node.nodeType === 'Name') throw mismatch;
      return node;
    }
    default:
      return literalValue(p);
  }
}

/** `A(b, c=d)`, the opening bracket being current. */
function classPattern(p: ParserState, start: number, cls: expr): pattern {
  p.advance();
  const positional: pattern[] = [];
  const kwd_attrs: string[] = [];
  const kwd_patterns: pattern[] = [];
  while (p.kind !== K.RPAR) {
    if (p.kind === K.NAME && p.types[p.pos + 1] === K.EQUAL) {
      kwd_attrs.push(p.identifier());
      p.advance();
      kwd_patterns.push(asPattern(p));
    } else {
      if (kwd_attrs.length > 0) throw mismatch;
      positional.push(asPattern(p));
    }
    if (!p.accept(K.COMMA)) break;
  }
  p.expect(K.RPAR);
  const last = p.pos - 1;
  return new ast.MatchClass(
    cls, positional.length === 0 ? NONE_OF : positional.slice(), kwd_attrs.length === 0 ? NONE_OF : kwd_attrs.slice(),
    kwd_patterns.length === 0 ? NONE_OF : kwd_patterns.slice(), p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last),
  );
}
