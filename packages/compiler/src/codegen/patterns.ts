import type { Match, MatchAs, MatchClass, MatchMapping, MatchOr, MatchSequence, MatchValue, pattern, Span } from '@py/ast';
import { Op, reprConstant } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { equalityKey } from '../fold/arithmetic.ts';
import { NO_LOCATION, type Label } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { jumpIf } from './control.ts';
import { emitUnpack, visitExpression } from './expressions.ts';
import { emitNameOperation } from './names.ts';
import { emitBinary, emitCompare } from './operators.ts';
import { visitStatements } from './statements.ts';

/**
 * What is known while a pattern is written. A pattern consumes the subject on top of the stack and jumps away if it does not
 * match; captured values wait on the stack, below everything else, until the whole pattern has matched.
 */
interface PatternContext {
  /** Captured names in the order of their values on the stack. */
  stores: string[];
  /** Patterns that always match are allowed here. */
  allowIrrefutable: boolean;
  /** `fail[n]` is where to go with n values to drop from the stack. */
  fail: Label[];
  /** Number of values that must stay on top of the captured ones. */
  onTop: number;
}

/** CPython 3.12: Python/compile.c, compiler_match_inner. */
export function visitMatch(c: Compiler, node: Match): void {
  const { cases } = node;
  visitExpression(c, node.subject);
  const end = c.newLabel();
  const hasDefault = cases.length > 1 && isWildcard(cases[cases.length - 1].pattern);
  const tested = hasDefault ? cases.length - 1 : cases.length;
  for (let i = 0; i < tested; i++) {
    const { pattern, guard, body } = cases[i];
    const isLast = i === tested - 1;
    if (!isLast) c.emit(Op.COPY, 1, pattern);
    const context: PatternContext = { stores: [], allowIrrefutable: guard !== null || i === cases.length - 1, fail: [], onTop: 0 };
    visitPattern(c, pattern, context);
    for (const name of context.stores) emitNameOperation(c, pattern, name, 'Store');
    if (guard !== null) {
      ensureFailLabels(c, context, 0);
      jumpIf(c, pattern, guard, context.fail[0], false);
    }
    if (!isLast) c.emit(Op.POP_TOP, 0, pattern);
    visitStatements(c, body);
    c.emit(Op.JUMP, end, NO_LOCATION);
    emitFailLabels(c, pattern, context);
  }
  if (hasDefault) {
    const { pattern, guard, body } = cases[cases.length - 1];
    c.emit(Op.NOP, 0, pattern);
    if (guard !== null) jumpIf(c, pattern, guard, end, false);
    visitStatements(c, body);
  }
  c.useLabel(end);
}

function visitPattern(c: Compiler, node: pattern, context: PatternContext): void {
  switch (node.nodeType) {
    case 'MatchValue':
      return visitValue(c, node, context);
    case 'MatchSingleton':
      c.loadConst(node.value, node);
      emitCompare(c, node, 'Is');
      return jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
    case 'MatchSequence':
      return visitSequence(c, node, context);
    case 'MatchMapping':
      return visitMapping(c, node, context);
    case 'MatchClass':
      return visitClassPattern(c, node, context);
    case 'MatchStar':
      return capture(c, node, node.name, context);
    case 'MatchAs':
      return visitAs(c, node, context);
    case 'MatchOr':
      return visitOr(c, node, context);
  }
}

/** A pattern inside another may always match. */
function visitSubpattern(c: Compiler, node: pattern, context: PatternContext): void {
  const { allowIrrefutable } = context;
  context.allowIrrefutable = true;
  visitPattern(c, node, context);
  context.allowIrrefutable = allowIrrefutable;
}

// ---- failure

function ensureFailLabels(c: Compiler, context: PatternContext, count: number): void {
  while (context.fail.length <= count) context.fail.push(c.newLabel());
}

/** Leaves the pattern if it has failed, dropping what it has on the stack. */
function jumpOnFailure(c: Compiler, loc: Span, context: PatternContext, opcode: number): void {
  const count = context.onTop + context.stores.length;
  ensureFailLabels(c, context, count);
  c.emit(opcode, context.fail[count], loc);
}

function emitFailLabels(c: Compiler, loc: Span, context: PatternContext): void {
  for (let count = context.fail.length - 1; count > 0; count--) {
    c.useLabel(context.fail[count]);
    c.emit(Op.POP_TOP, 0, loc);
  }
  if (context.fail.length > 0) c.useLabel(context.fail[0]);
  context.fail = [];
}

// ---- captures

/** Stores the subject under a name, or drops it. */
function capture(c: Compiler, loc: Span, name: string | null, context: PatternContext): void {
  if (name === null) return c.emit(Op.POP_TOP, 0, loc);
  c.forbidDebug(name, loc);
  if (context.stores.includes(name)) throw c.error(messages.duplicateCapture(reprConstant(name)), loc);
  rotate(c, loc, context.onTop + context.stores.length + 1);
  context.stores.push(name);
}

/** Moves the top of the stack below `count - 1` other values. */
function rotate(c: Compiler, loc: Span, count: number): void {
  for (let depth = count; depth > 1; depth--) c.emit(Op.SWAP, depth, loc);
}

function visitAs(c: Compiler, node: MatchAs, context: PatternContext): void {
  if (node.pattern === null) {
    if (!context.allowIrrefutable) {
      throw c.error(node.name === null ? messages.wildcardUnreachable : messages.captureUnreachable(reprConstant(node.name)), node);
    }
    return capture(c, node, node.name, context);
  }
  context.onTop++;
  c.emit(Op.COPY, 1, node);
  visitPattern(c, node.pattern, context);
  context.onTop--;
  capture(c, node, node.name, context);
}

function isWildcard(node: pattern): boolean {
  return node.nodeType === 'MatchAs' && node.name === null;
}

function isStarWildcard(node: pattern): boolean {
  return node.nodeType === 'MatchStar' && node.name === null;
}

// ---- values, sequences, mappings, classes

function visitValue(c: Compiler, node: MatchValue, context: PatternContext): void {
  if (node.value.nodeType !== 'Constant' && node.value.nodeType !== 'Attribute') throw c.error(messages.badPatternValue, node);
  visitExpression(c, node.value);
  emitCompare(c, node, 'Eq');
  jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
}

function visitSequence(c: Compiler, node: MatchSequence, context: PatternContext): void {
  const { patterns } = node;
  const star = patterns.findIndex((item) => item.nodeType === 'MatchStar');
  if (patterns.filter((item) => item.nodeType === 'MatchStar').length > 1) throw c.error(messages.multipleStarNames, node);
  context.onTop++;
  c.emit(Op.MATCH_SEQUENCE, 0, node);
  jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
  if (star === -1) testLength(c, node, context, patterns.length, 'Eq');
  else if (patterns.length > 1) testLength(c, node, context, patterns.length - 1, 'GtE');
  context.onTop--;
  if (patterns.every((item) => isWildcard(item) || isStarWildcard(item))) c.emit(Op.POP_TOP, 0, node);
  else if (star !== -1 && isStarWildcard(patterns[star])) matchByIndex(c, node, patterns, star, context);
  else matchUnpacked(c, node, patterns, star, context);
}

function testLength(c: Compiler, loc: Span, context: PatternContext, length: number, operator: 'Eq' | 'GtE'): void {
  c.emit(Op.GET_LEN, 0, loc);
  c.loadConst(BigInt(length), loc);
  emitCompare(c, loc, operator);
  jumpOnFailure(c, loc, context, Op.POP_JUMP_IF_FALSE);
}

/** `[a, *b, c]` */
function matchUnpacked(c: Compiler, loc: Span, patterns: readonly pattern[], star: number, context: PatternContext): void {
  emitUnpack(c, loc, patterns.length, star, messages.tooManyStarPatterns, () => {});
  context.onTop += patterns.length;
  for (const item of patterns) {
    context.onTop--;
    visitSubpattern(c, item, context);
  }
}

/** `[a, *_, c]`: nobody wants the middle, so the other items are fetched one by one. */
function matchByIndex(c: Compiler, loc: Span, patterns: readonly pattern[], star: number, context: PatternContext): void {
  context.onTop++;
  patterns.forEach((item, index) => {
    if (isWildcard(item) || index === star) return;
    c.emit(Op.COPY, 1, loc);
    if (index < star) {
      c.loadConst(BigInt(index), loc);
    } else {
      // The subject may not know negative indices.
      c.emit(Op.GET_LEN, 0, loc);
      c.loadConst(BigInt(patterns.length - index), loc);
      emitBinary(c, loc, 'Sub', false);
    }
    c.emit(Op.BINARY_SUBSCR, 0, loc);
    visitSubpattern(c, item, context);
  });
  context.onTop--;
  c.emit(Op.POP_TOP, 0, loc);
}

/** CPython 3.12: Python/compile.c, compiler_pattern_mapping. */
function visitMapping(c: Compiler, node: MatchMapping, context: PatternContext): void {
  const { keys, patterns, rest } = node;
  const size = keys.length;
  if (size !== patterns.length) throw c.error(messages.mappingPatternLengths(size, patterns.length), node);
  context.onTop++;
  c.emit(Op.MATCH_MAPPING, 0, node);
  jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
  if (size === 0 && rest === null) {
    context.onTop--;
    return c.emit(Op.POP_TOP, 0, node);
  }
  if (size > 0) testLength(c, node, context, size, 'GtE');
  visitMappingKeys(c, node);
  c.emit(Op.BUILD_TUPLE, size, node);
  c.emit(Op.MATCH_KEYS, 0, node);
  context.onTop += 2;
  testNotNone(c, node);
  jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
  c.emit(Op.UNPACK_SEQUENCE, size, node);
  context.onTop += size - 1;
  for (const item of patterns) {
    context.onTop--;
    visitSubpattern(c, item, context);
  }
  context.onTop -= 2;
  if (rest !== null) return captureRest(c, node, size, rest, context);
  c.emit(Op.POP_TOP, 0, node);
  c.emit(Op.POP_TOP, 0, node);
}

function visitMappingKeys(c: Compiler, node: MatchMapping): void {
  const seen = new Set<unknown>();
  for (const key of node.keys) {
    if (key.nodeType === 'Constant') {
      // As in a set, 1 and 1.0 are one key.
      const identity = equalityKey(key.value);
      if (seen.has(identity)) throw c.error(messages.duplicateKey(reprConstant(key.value)), node);
      seen.add(identity);
    } else if (key.nodeType !== 'Attribute') {
      throw c.error(messages.badMappingKey, node);
    }
    visitExpression(c, key);
  }
}

/** `**rest`: a copy of the subject without the matched keys. */
function captureRest(c: Compiler, loc: Span, size: number, rest: string, context: PatternContext): void {
  c.emit(Op.BUILD_MAP, 0, loc);
  c.emit(Op.SWAP, 3, loc);
  c.emit(Op.DICT_UPDATE, 2, loc);
  c.emit(Op.UNPACK_SEQUENCE, size, loc);
  for (let left = size; left > 0; left--) {
    c.emit(Op.COPY, 1 + left, loc);
    c.emit(Op.SWAP, 2, loc);
    c.emit(Op.DELETE_SUBSCR, 0, loc);
  }
  capture(c, loc, rest, context);
}

/** Leaves below it the value that it tests. */
function testNotNone(c: Compiler, loc: Span): void {
  c.emit(Op.COPY, 1, loc);
  c.loadConst(null, loc);
  c.emit(Op.IS_OP, 1, loc);
}

/** CPython 3.12: Python/compile.c, compiler_pattern_class. */
function visitClassPattern(c: Compiler, node: MatchClass, context: PatternContext): void {
  const { cls, patterns, kwd_attrs, kwd_patterns } = node;
  if (kwd_attrs.length !== kwd_patterns.length) throw c.error(messages.classPatternLengths(kwd_attrs.length, kwd_patterns.length), node);
  checkAttributes(c, kwd_attrs, kwd_patterns);
  visitExpression(c, cls);
  c.loadConst([...kwd_attrs], node);
  c.emit(Op.MATCH_CLASS, patterns.length, node);
  testNotNone(c, node);
  context.onTop++;
  jumpOnFailure(c, node, context, Op.POP_JUMP_IF_FALSE);
  const all = [...patterns, ...kwd_patterns];
  c.emit(Op.UNPACK_SEQUENCE, all.length, node);
  context.onTop += all.length - 1;
  for (const item of all) {
    context.onTop--;
    if (isWildcard(item)) c.emit(Op.POP_TOP, 0, node);
    else visitSubpattern(c, item, context);
  }
}

function checkAttributes(c: Compiler, names: readonly string[], patterns: readonly pattern[]): void {
  names.forEach((name, index) => {
    c.forbidDebug(name, patterns[index]);
    const again = names.indexOf(name, index + 1);
    if (again !== -1) throw c.error(messages.classAttributeRepeated(name), patterns[again]);
  });
}

// ---- alternatives

/** `a | b`: all alternatives capture the same names; their values are brought into one order (Python/compile.c, compiler_pattern_or). */
function visitOr(c: Compiler, node: MatchOr, context: PatternContext): void {
  const { patterns } = node;
  const end = c.newLabel();
  let control: readonly string[] = [];
  patterns.forEach((alternative, index) => {
    const inner: PatternContext = {
      stores: [], fail: [], onTop: 0, allowIrrefutable: index === patterns.length - 1 && context.allowIrrefutable,
    };
    c.emit(Op.COPY, 1, alternative);
    visitPattern(c, alternative, inner);
    if (index === 0) control = [...inner.stores];
    else reorderCaptures(c, node, alternative, inner.stores, control);
    c.emit(Op.JUMP, end, alternative);
    emitFailLabels(c, alternative, inner);
  });
  c.emit(Op.POP_TOP, 0, node);
  jumpOnFailure(c, node, context, Op.JUMP);
  c.useLabel(end);
  // The new captures go below the copy of the subject, what must stay on top, and the captures before them.
  const depth = control.length + 1 + context.onTop + context.stores.length;
  for (const name of control) {
    rotate(c, node, depth);
    if (context.stores.includes(name)) throw c.error(messages.duplicateCapture(reprConstant(name)), node);
    context.stores.push(name);
  }
  c.emit(Op.POP_TOP, 0, node);
}

function reorderCaptures(c: Compiler, node: MatchOr, loc: Span, stores: string[], control: readonly string[]): void {
  if (stores.length !== control.length) throw c.error(messages.alternativesDiffer, node);
  for (let wanted = control.length - 1; wanted >= 0; wanted--) {
    const found = stores.indexOf(control[wanted]);
    if (found === -1) throw c.error(messages.alternativesDiffer, node);
    if (found === wanted) continue;
    const moved = stores.splice(0, found + 1);
    stores.splice(wanted - found, 0, ...moved);
    for (let i = 0; i <= found; i++) rotate(c, loc, wanted + 1);
  }
}
