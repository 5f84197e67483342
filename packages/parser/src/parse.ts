import * as ast from '@py/ast';
import type { mod, TokenStream } from '@py/ast';
import { findError, isBlankFrom } from './errors/find-error.ts';
import { expression, startsItem } from './expressions.ts';
import * as K from './kinds.ts';
import { messages } from './messages.ts';
import type { ParseOptions } from './state.ts';
import { mismatch, ParserState } from './state.ts';
import { interactiveStatement, statements } from './statements.ts';
import { functionType } from './types.ts';
import { asciiText } from './utf8.ts';

/**
 * Parses tokens into the tree that `ast.parse` gives.
 *
 * Lines count from 1, columns from 0 in UTF-8 bytes. Throws PySyntaxError, with CPython's class, text and range, where the
 * tokens are not Python. CPython 3.12: Grammar/python.gram, Parser/pegen.c.
 */
export function parse(tokens: TokenStream, options: ParseOptions & { readonly mode: 'eval' }): ast.Expression;
export function parse(tokens: TokenStream, options: ParseOptions & { readonly mode: 'single' }): ast.Interactive;
export function parse(tokens: TokenStream, options: ParseOptions & { readonly mode: 'func_type' }): ast.FunctionType;
export function parse(tokens: TokenStream, options?: ParseOptions & { readonly mode?: 'exec' }): ast.Module;
export function parse(tokens: TokenStream, options?: ParseOptions): mod;
export function parse(tokens: TokenStream, options: ParseOptions = {}): mod {
  const p = new ParserState(tokens, options, asciiText(tokens.source));
  // An older version's syntax is a subset that only the grammar of the second pass knows.
  if (tokens.error !== null || (options.featureVersion ?? 12) < 12) reject(p);
  const tree = attempt(p);
  if (tree !== null) return tree;
  reject(p);
  // CPython takes it, however deep it is.
  p.reset(0);
  p.pending.length = 0;
  p.depth = 0;
  p.maxDepth = Infinity;
  const deep = attempt(p);
  if (deep === null) throw outOfStack(tokens.filename);
  return deep;
}

/** The tree; null if the tokens are not Python, nest too deep to be sure, or need more of JavaScript's stack than the caller left. */
function attempt(p: ParserState): mod | null {
  try {
    return start(p);
  } catch (error) {
    if (error === mismatch || isStackOverflow(error)) return null;
    throw error;
  }
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack|recursion/.test(error.message) && /^(Range|Internal)Error$/.test(error.name);
}

function outOfStack(filename: string): ast.PySyntaxError {
  return new ast.PySyntaxError({ pyClass: 'MemoryError', message: messages.stackOverflow(), filename, lineno: 0, offset: 0, end_lineno: null, end_offset: null });
}

/** Throws the error that CPython reports; comes back if there is none. */
function reject(p: ParserState): void {
  const error = findError(p);
  if (error !== null) throw error;
}

function start(p: ParserState): mod {
  switch (p.options.mode ?? 'exec') {
    case 'exec': {
      const body = p.kind === K.ENDMARKER ? [] : statements(p, K.ENDMARKER);
      const ignores = p.stream.typeIgnores.map(({ lineno, tag }) => new ast.TypeIgnore(lineno, tag));
      return new ast.Module(body, ignores);
    }
    case 'eval':
      return new ast.Expression(expressionsToEnd(p));
    case 'single': {
      const body = interactiveStatement(p);
      if (!isBlankFrom(p.stream.source, p.ends[p.pos - 1]!)) throw mismatch;
      return new ast.Interactive(body);
    }
    case 'func_type':
      return functionType(p);
  }
}

/** `a, b` without stars, and nothing after. */
function expressionsToEnd(p: ParserState): ast.expr {
  const first = expression(p);
  let body = first;
  if (p.kind === K.COMMA) {
    const mark = p.pending.length;
    p.pending.push(first);
    while (p.accept(K.COMMA) && startsItem[p.kind] === 1) p.pending.push(expression(p));
    const last = p.pos - 1;
    body = new ast.Tuple(p.take<ast.expr>(mark), 'Load', p.lines[0]!, p.column(0), p.endLines[last]!, p.endColumn(last));
  }
  while (p.accept(K.NEWLINE));
  if (p.kind !== K.ENDMARKER) throw mismatch;
  return body;
}
