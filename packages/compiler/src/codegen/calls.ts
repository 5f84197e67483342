import type { Attribute, Call, expr, keyword, Span } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { attributeLocation, isImported, isSuperCall, loadSuperArguments, SUPER_METHOD, SUPER_TWO_ARGUMENTS } from './attributes.ts';
import { buildSequence, STACK_USE_GUIDELINE, visitExpression, visitExpressions } from './expressions.ts';
import { checkCallee } from './warnings.ts';

export function visitCall(c: Compiler, node: Call): void {
  checkKeywords(c, node.keywords);
  const { func } = node;
  if (func.nodeType === 'Attribute' && isMethodCall(c, node, func)) {
    loadMethod(c, func);
    emitMethodCall(c, node, func);
    return;
  }
  checkCallee(c, func);
  c.emit(Op.PUSH_NULL, 0, func);
  visitExpression(c, func);
  emitCall(c, node, 0, node.args, node.keywords);
}

/** Can `value.method(…)` skip the bound method? Not with stars, with very many arguments, or on something imported. */
function isMethodCall(c: Compiler, { args, keywords }: Call, func: Attribute): boolean {
  if (func.ctx !== 'Load' || isImported(c, func.value)) return false;
  const count = args.length + keywords.length + (keywords.length > 0 ? 1 : 0);
  return count < STACK_USE_GUIDELINE && !isStarCall(args, keywords);
}

/** Pushes the method and its object, or NULL and a callable. */
function loadMethod(c: Compiler, func: Attribute): void {
  const { value } = func;
  if (isSuperCall(c, func) && value.nodeType === 'Call') {
    loadSuperArguments(c, value);
    c.emitName(Op.LOAD_SUPER_ATTR, func.attr, func, 2, SUPER_METHOD | (value.args.length > 0 ? SUPER_TWO_ARGUMENTS : 0));
    c.emit(Op.NOP, 0, attributeLocation(func, func));
    return;
  }
  visitExpression(c, value);
  c.locate(func, func.lineno, func.col_offset, func.end_lineno, func.end_col_offset);
  c.emitName(Op.LOAD_ATTR, func.attr, attributeLocation(func, func), 1, 1);
}

function emitMethodCall(c: Compiler, node: Call, func: Attribute): void {
  const { args, keywords } = node;
  visitExpressions(c, args);
  if (keywords.length > 0) {
    for (let i = 0; i < keywords.length; i++) visitExpression(c, keywords[i].value);
    emitKeywordNames(c, attributeLocation(func, func), keywords);
  }
  c.emit(Op.CALL, args.length + keywords.length, attributeLocation(node, func));
}

/**
 * Pushes arguments and calls what is on the stack (CPython 3.12: Python/compile.c, compiler_call_helper).
 *
 * @param pushed number of positional arguments that are on the stack already
 */
export function emitCall(c: Compiler, loc: Span, pushed: number, args: readonly expr[], keywords: readonly keyword[]): void {
  if (pushed > 0) checkKeywords(c, keywords);
  if (args.length + keywords.length * 2 > STACK_USE_GUIDELINE || isStarCall(args, keywords)) {
    emitStarCall(c, loc, pushed, args, keywords);
    return;
  }
  visitExpressions(c, args);
  if (keywords.length > 0) {
    for (let i = 0; i < keywords.length; i++) visitExpression(c, keywords[i].value);
    emitKeywordNames(c, loc, keywords);
  }
  c.emit(Op.CALL, pushed + args.length + keywords.length, loc);
}

/** Names given twice, and `__debug__=`: whichever comes first is the error. */
function checkKeywords(c: Compiler, keywords: readonly keyword[]): void {
  const again = keywords.length > 1 ? namesGivenAgain(keywords) : null;
  for (let i = 0; i < keywords.length; i++) {
    const name = keywords[i].arg;
    if (name === null) continue;
    c.forbidDebug(name, keywords[i]);
    const second = again?.get(name);
    if (second !== undefined) throw c.error(messages.keywordRepeated(name), second);
  }
}

/** Each name that is given twice and its second place; null if there is none. */
function namesGivenAgain(keywords: readonly keyword[]): Map<string, keyword> | null {
  const seen = new Set<string>();
  let again: Map<string, keyword> | null = null;
  for (const item of keywords) {
    const name = item.arg;
    if (name === null) continue;
    if (!seen.has(name)) seen.add(name);
    else if (!again?.has(name)) (again ??= new Map()).set(name, item);
  }
  return again;
}

function isStarCall(args: readonly expr[], keywords: readonly keyword[]): boolean {
  for (let i = 0; i < args.length; i++) if (args[i].nodeType === 'Starred') return true;
  for (let i = 0; i < keywords.length; i++) if (keywords[i].arg === null) return true;
  return false;
}

function emitKeywordNames(c: Compiler, loc: Span, keywords: readonly keyword[]): void {
  c.emit(Op.KW_NAMES, c.unit.constants.add(keywords.map((keyword) => keyword.arg)), loc);
}

/** One sequence of all positional arguments, one mapping of all keywords. */
function emitStarCall(c: Compiler, loc: Span, pushed: number, args: readonly expr[], keywords: readonly keyword[]): void {
  const [only] = args;
  if (pushed === 0 && args.length === 1 && only.nodeType === 'Starred') visitExpression(c, only.value);
  else buildSequence(c, loc, args, pushed, 'tuple');
  if (keywords.length > 0) buildKeywordMapping(c, loc, keywords);
  c.emit(Op.CALL_FUNCTION_EX, keywords.length > 0 ? 1 : 0, loc);
}

function buildKeywordMapping(c: Compiler, loc: Span, keywords: readonly keyword[]): void {
  let haveDict = false;
  let waiting = 0;
  const flush = (end: number): void => {
    if (waiting === 0) return;
    buildPartOfKeywords(c, loc, keywords.slice(end - waiting, end));
    if (haveDict) c.emit(Op.DICT_MERGE, 1, loc);
    haveDict = true;
    waiting = 0;
  };
  keywords.forEach((keyword, index) => {
    if (keyword.arg !== null) {
      waiting++;
      return;
    }
    flush(index);
    if (!haveDict) c.emit(Op.BUILD_MAP, 0, loc);
    haveDict = true;
    visitExpression(c, keyword.value);
    c.emit(Op.DICT_MERGE, 1, loc);
  });
  flush(keywords.length);
}

/** CPython 3.12: Python/compile.c, compiler_subkwargs. */
function buildPartOfKeywords(c: Compiler, loc: Span, keywords: readonly keyword[]): void {
  const count = keywords.length;
  const big = count * 2 > STACK_USE_GUIDELINE;
  if (count > 1 && !big) {
    for (const keyword of keywords) visitExpression(c, keyword.value);
    c.loadConst(keywords.map((keyword) => keyword.arg), loc);
    c.emit(Op.BUILD_CONST_KEY_MAP, count, loc);
    return;
  }
  if (big) c.emit(Op.BUILD_MAP, 0, NO_LOCATION);
  for (const keyword of keywords) {
    c.loadConst(keyword.arg, loc);
    visitExpression(c, keyword.value);
    if (big) c.emit(Op.MAP_ADD, 1, NO_LOCATION);
  }
  if (!big) c.emit(Op.BUILD_MAP, count, loc);
}
