import * as ast from '@py/ast';
import type { arg, arguments_, expr, keyword } from '@py/ast';
import { comprehensionClauses } from './comprehensions.ts';
import { BRACKET_LEVELS, bitwiseOr, expression, namedExpression, starred } from './expressions.ts';
import * as K from './kinds.ts';
import type { ParserState } from './state.ts';
import { mismatch, NONE_OF } from './state.ts';

/** `func(...)`, the bracket being current; `start` is the first token of `func`. */
export function call(p: ParserState, start: number, func: expr): expr {
  const open = p.pos;
  p.advance();
  if (p.kind === K.RPAR) {
    p.advance();
    return finishCall(p, start, func, NONE_OF, NONE_OF);
  }
  p.deepen(BRACKET_LEVELS);
  const mark = p.pending.length;
  let keywords: keyword[] | null = null;
  let unpacked = false; // `**a` was seen
  do {
    if (p.kind === K.RPAR) break;
    if (p.kind === K.NAME && p.types[p.pos + 1] === K.EQUAL) {
      const argument = keywordArgument(p);
      if (keywords === null) keywords = [argument];
      else keywords.push(argument);
    } else if (p.kind === K.DOUBLESTAR) {
      const argument = keywordArgument(p);
      if (keywords === null) keywords = [argument];
      else keywords.push(argument);
      unpacked = true;
    } else if (p.kind === K.STAR) {
      if (unpacked) throw mismatch;
      p.pending.push(starred(p, expression));
    } else {
      if (keywords !== null) throw mismatch;
      const value = namedExpression(p);
      if (p.kind === K.FOR || p.kind === K.ASYNC) {
        if (p.pending.length !== mark) throw mismatch;
        p.pending.push(generatorArgument(p, open, value));
        break;
      }
      p.pending.push(value);
    }
  } while (p.accept(K.COMMA));
  p.expect(K.RPAR);
  p.depth -= BRACKET_LEVELS;
  const args = p.take<expr>(mark);
  return finishCall(p, start, func, args, keywords === null ? NONE_OF : keywords.length === 1 ? keywords : keywords.slice());
}

function finishCall(p: ParserState, start: number, func: expr, args: readonly expr[], keywords: readonly keyword[]): expr {
  const last = p.pos - 1;
  return new ast.Call(func, args, keywords, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `a=b` or `**b` */
function keywordArgument(p: ParserState): keyword {
  const start = p.pos;
  let name: string | null = null;
  if (p.kind === K.NAME) {
    name = p.identifier();
  }
  p.advance();
  const value = expression(p);
  const last = p.pos - 1;
  return new ast.keyword(name, value, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
}

/** `f(a for b in c)`: the generator expression has the brackets of the call. */
function generatorArgument(p: ParserState, open: number, element: expr): expr {
  const generators = comprehensionClauses(p);
  if (p.kind !== K.RPAR) throw mismatch;
  const close = p.pos;
  return new ast.GeneratorExp(element, generators, p.lines[open]!, p.column(open), p.endLines[close]!, p.endColumn(close));
}

/** The bases and keywords of `class A(...)`, up to the closing bracket: what a call takes, but no bare generator. */
export function classArguments(p: ParserState): { readonly bases: readonly expr[]; readonly keywords: readonly keyword[] } {
  const start = p.pos;
  const node = call(p, start, placeholder);
  if (node.nodeType !== 'Call') throw mismatch;
  const only = node.args[0];
  if (only?.nodeType === 'GeneratorExp' && only.lineno === p.lines[start] && only.col_offset === p.column(start)) throw mismatch;
  return { bases: node.args, keywords: node.keywords };
}

const placeholder: expr = new ast.Name('', 'Load', 0, 0, 0, 0);

/** Parameters of a `def`, up to the closing bracket. */
export function parameters(p: ParserState): arguments_ {
  return p.kind === K.RPAR ? noParameters() : parameterList(p, K.RPAR);
}

/** Parameters of a lambda, up to the colon: no annotations, no type comments. */
export function lambdaParameters(p: ParserState): arguments_ {
  return p.kind === K.COLON ? noParameters() : parameterList(p, K.COLON);
}

function noParameters(): arguments_ {
  return new ast.arguments_(NONE_OF, NONE_OF, null, NONE_OF, NONE_OF, null, NONE_OF);
}

function parameterList(p: ParserState, close: number): arguments_ {
  const annotated = close === K.RPAR;
  let posonlyargs: readonly arg[] = NONE_OF;
  let args: arg[] = [];
  let vararg: arg | null = null;
  let kwarg: arg | null = null;
  let slashSeen = false;
  let starSeen = false;
  const defaults: expr[] = [];
  const kwonlyargs: arg[] = [];
  const kw_defaults: (expr | null)[] = [];
  p.deepen(BRACKET_LEVELS);
  while (p.kind !== close) {
    const kind = p.kind;
    if (kwarg !== null) throw mismatch;
    if (kind === K.SLASH) {
      if (slashSeen || starSeen || args.length === 0) throw mismatch;
      slashSeen = true;
      posonlyargs = args;
      args = [];
      p.advance();
      if (!p.accept(K.COMMA) && p.kind !== close) throw mismatch;
    } else if (kind === K.STAR) {
      if (starSeen) throw mismatch;
      starSeen = true;
      p.advance();
      if (p.accept(K.COMMA)) {
        if (p.kind !== K.NAME) throw mismatch;
      } else {
        vararg = parameter(p, close, annotated, true).arg;
      }
    } else if (kind === K.DOUBLESTAR) {
      p.advance();
      kwarg = parameter(p, close, annotated, false).arg;
    } else {
      const { arg: node, default: value } = maybeDefault(p, close, annotated);
      if (starSeen) {
        kwonlyargs.push(node);
        kw_defaults.push(value);
      } else {
        args.push(node);
        if (value !== null) defaults.push(value);
        else if (defaults.length > 0) throw mismatch;
      }
    }
  }
  p.depth -= BRACKET_LEVELS;
  return new ast.arguments_(exact(posonlyargs), exact(args), vararg, exact(kwonlyargs), exact(kw_defaults), kwarg, exact(defaults));
}

/** The list without the spare room that `push` leaves. */
function exact<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? NONE_OF : list.slice();
}

interface Parameter {
  readonly arg: arg;
  readonly default: expr | null;
}

/** One parameter that may have a default, with its comma and type comment. */
function maybeDefault(p: ParserState, close: number, annotated: boolean): Parameter {
  return parameterWith(p, close, annotated, false, true);
}

/** One parameter that may not. `*args: *Ts` may have a star in its annotation. */
function parameter(p: ParserState, close: number, annotated: boolean, starAnnotation: boolean): Parameter {
  return parameterWith(p, close, annotated, starAnnotation, false);
}

function parameterWith(p: ParserState, close: number, annotated: boolean, starAnnotation: boolean, withDefault: boolean): Parameter {
  const start = p.pos;
  const name = p.identifier();
  let annotation: expr | null = null;
  if (annotated && p.accept(K.COLON)) annotation = starAnnotation && p.kind === K.STAR ? starred(p, bitwiseOr) : expression(p);
  const last = p.pos - 1;
  const value = withDefault && p.accept(K.EQUAL) ? expression(p) : null;
  const comma = p.accept(K.COMMA);
  let type_comment: string | null = null;
  if (annotated && p.kind === K.TYPE_COMMENT) type_comment = typeComment(p);
  if (!comma && p.kind !== close) throw mismatch;
  const node = new ast.arg(name, annotation, type_comment, p.lines[start]!, p.column(start), p.endLines[last]!, p.endColumn(last));
  return { arg: node, default: value };
}

/** The text of the current token, a type comment; null if the current token is none. */
export function typeComment(p: ParserState): string | null {
  if (p.kind !== K.TYPE_COMMENT) return null;
  const text = p.stream.text(p.pos);
  p.advance();
  return text;
}
