import type { BoolOp, Compare, ConstantValue, Dict, expr, IfExp, List, NamedExpr, Set as SetNode, Slice, Span, Subscript, Tuple, UnaryOp } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { frozenset } from '../fold/arithmetic.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { visitAttribute } from './attributes.ts';
import { visitCall } from './calls.ts';
import { visitComprehension } from './comprehensions.ts';
import { jumpIf } from './control.ts';
import { visitFormattedValue, visitJoinedStr } from './fstrings.ts';
import { visitLambda } from './functions.ts';
import { visitAwait, visitYield, visitYieldFrom } from './generators.ts';
import { Intrinsic1 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';
import { emitBinary, emitCompare } from './operators.ts';
import { checkComparison, checkSubscript } from './warnings.ts';

/** Beyond this many values on the stack a display is built piece by piece (CPython's STACK_USE_GUIDELINE). */
export const STACK_USE_GUIDELINE = 30;

/**
 * Leaves the value of an expression on the stack, or stores to or deletes a target. What can nest deeply without brackets is
 * done right here: one JavaScript frame for each level of the tree.
 */
export function visitExpression(c: Compiler, node: expr): void {
  switch (node.nodeType) {
    case 'Name':
      c.locate(node, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset);
      return emitNameOperation(c, node, node.id, node.ctx);
    case 'Constant':
      c.locate(node, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset);
      return c.loadConst(node.value, node);
    case 'Attribute':
      return visitAttribute(c, node);
    case 'Call':
      return visitCall(c, node);
    case 'Subscript':
      return visitSubscript(c, node);
    case 'BinOp':
      visitExpression(c, node.left);
      visitExpression(c, node.right);
      return emitBinary(c, node, node.op, false);
    case 'UnaryOp':
      visitExpression(c, node.operand);
      return emitUnary(c, node);
    case 'Compare':
      return visitCompare(c, node);
    case 'BoolOp':
      return visitBoolOp(c, node);
    case 'IfExp':
      return visitIfExp(c, node);
    case 'Tuple':
    case 'List':
      return visitSequence(c, node);
    case 'Dict':
      return visitDict(c, node);
    case 'Set':
      return visitSet(c, node);
    case 'JoinedStr':
      return visitJoinedStr(c, node);
    case 'FormattedValue':
      return visitFormattedValue(c, node);
    case 'Lambda':
      return visitLambda(c, node);
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp':
      return visitComprehension(c, node);
    case 'Slice':
      return c.emit(Op.BUILD_SLICE, visitSliceParts(c, node), node);
    case 'NamedExpr':
      return visitNamedExpr(c, node);
    case 'Await':
      return visitAwait(c, node);
    case 'Yield':
      return visitYield(c, node);
    case 'YieldFrom':
      return visitYieldFrom(c, node);
    case 'Starred':
      throw c.error(node.ctx === 'Store' ? messages.starredTarget : messages.starredExpression, node);
  }
}

export function visitExpressions(c: Compiler, nodes: readonly expr[]): void {
  for (let i = 0; i < nodes.length; i++) visitExpression(c, nodes[i]);
}

function visitNamedExpr(c: Compiler, node: NamedExpr): void {
  visitExpression(c, node.value);
  c.emit(Op.COPY, 1, node);
  visitExpression(c, node.target);
}

// ---- operators

function emitUnary(c: Compiler, node: UnaryOp): void {
  switch (node.op) {
    case 'UAdd':
      return c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.UNARY_POSITIVE, node);
    case 'USub':
      return c.emit(Op.UNARY_NEGATIVE, 0, node);
    case 'Not':
      return c.emit(Op.UNARY_NOT, 0, node);
    case 'Invert':
      return c.emit(Op.UNARY_INVERT, 0, node);
  }
}

function visitBoolOp(c: Compiler, node: BoolOp): void {
  const jump = node.op === 'And' ? Op.POP_JUMP_IF_FALSE : Op.POP_JUMP_IF_TRUE;
  const end = c.newLabel();
  const last = node.values.length - 1;
  for (let i = 0; i < last; i++) {
    visitExpression(c, node.values[i]);
    c.emit(Op.COPY, 1, node);
    c.emit(jump, end, node);
    c.emit(Op.POP_TOP, 0, node);
  }
  visitExpression(c, node.values[last]);
  c.useLabel(end);
}

/** `a < b < c` keeps b for the second comparison, and leaves the first false outcome. */
function visitCompare(c: Compiler, node: Compare): void {
  const { ops, comparators } = node;
  checkComparison(c, node);
  visitExpression(c, node.left);
  const last = ops.length - 1;
  if (last === 0) {
    visitExpression(c, comparators[0]);
    return emitCompare(c, node, ops[0]);
  }
  const cleanup = c.newLabel();
  for (let i = 0; i < last; i++) {
    visitExpression(c, comparators[i]);
    c.emit(Op.SWAP, 2, node);
    c.emit(Op.COPY, 2, node);
    emitCompare(c, node, ops[i]);
    c.emit(Op.COPY, 1, node);
    c.emit(Op.POP_JUMP_IF_FALSE, cleanup, node);
    c.emit(Op.POP_TOP, 0, node);
  }
  visitExpression(c, comparators[last]);
  emitCompare(c, node, ops[last]);
  const end = c.newLabel();
  c.emit(Op.JUMP, end, NO_LOCATION);
  c.useLabel(cleanup);
  c.emit(Op.SWAP, 2, node);
  c.emit(Op.POP_TOP, 0, node);
  c.useLabel(end);
}

function visitIfExp(c: Compiler, node: IfExp): void {
  const end = c.newLabel();
  const otherwise = c.newLabel();
  jumpIf(c, node, node.test, otherwise, false);
  visitExpression(c, node.body);
  c.emit(Op.JUMP, end, NO_LOCATION);
  c.useLabel(otherwise);
  visitExpression(c, node.orelse);
  c.useLabel(end);
}

// ---- subscripts

function visitSubscript(c: Compiler, node: Subscript): void {
  const { value, slice, ctx } = node;
  if (ctx === 'Load') checkSubscript(c, value, slice);
  visitExpression(c, value);
  if (ctx !== 'Del' && isTwoPartSlice(slice)) {
    visitSliceParts(c, slice);
    return c.emit(ctx === 'Load' ? Op.BINARY_SLICE : Op.STORE_SLICE, 0, node);
  }
  visitExpression(c, slice);
  c.emit(ctx === 'Load' ? Op.BINARY_SUBSCR : ctx === 'Store' ? Op.STORE_SUBSCR : Op.DELETE_SUBSCR, 0, node);
}

/** `lower:upper`, which needs no slice object. */
export function isTwoPartSlice(node: expr): node is Slice {
  return node.nodeType === 'Slice' && node.step === null;
}

/** Pushes the parts of a slice; gives their number. */
export function visitSliceParts(c: Compiler, node: Slice): number {
  if (node.lower !== null) visitExpression(c, node.lower);
  else c.loadConst(null, node);
  if (node.upper !== null) visitExpression(c, node.upper);
  else c.loadConst(null, node);
  if (node.step === null) return 2;
  visitExpression(c, node.step);
  return 3;
}

// ---- displays

function visitSequence(c: Compiler, node: List | Tuple): void {
  switch (node.ctx) {
    case 'Load':
      return buildSequence(c, node, node.elts, 0, node.nodeType === 'Tuple' ? 'tuple' : 'list');
    case 'Store':
      return unpackInto(c, node, node.elts);
    case 'Del':
      return visitExpressions(c, node.elts);
  }
}

function visitSet(c: Compiler, node: SetNode): void {
  buildSequence(c, node, node.elts, 0, 'set');
}

/**
 * Builds a tuple, list or set from `pushed` values that are on the stack already and the items, unpacking starred ones
 * (CPython 3.12: Python/compile.c, starunpack_helper).
 */
export function buildSequence(c: Compiler, loc: Span, items: readonly expr[], pushed: number, kind: 'tuple' | 'list' | 'set'): void {
  const count = items.length;
  const build = kind === 'set' ? Op.BUILD_SET : Op.BUILD_LIST;
  const extend = kind === 'set' ? Op.SET_UPDATE : Op.LIST_EXTEND;
  if (count > 2 && items.every((item) => item.nodeType === 'Constant')) {
    buildFromConstants(c, loc, items.map(constantOf), pushed, kind);
    return;
  }
  const big = count + pushed > STACK_USE_GUIDELINE;
  if (!big && !items.some(isStarred)) {
    visitExpressions(c, items);
    c.emit(kind === 'tuple' ? Op.BUILD_TUPLE : build, count + pushed, loc);
    return;
  }
  let built = big;
  if (big) c.emit(build, pushed, loc);
  for (let i = 0; i < count; i++) {
    const item = items[i];
    if (item.nodeType === 'Starred') {
      if (!built) c.emit(build, i + pushed, loc);
      built = true;
      visitExpression(c, item.value);
      c.emit(extend, 1, loc);
    } else {
      visitExpression(c, item);
      if (built) c.emit(kind === 'set' ? Op.SET_ADD : Op.LIST_APPEND, 1, loc);
    }
  }
  if (kind === 'tuple') c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.LIST_TO_TUPLE, loc);
}

function buildFromConstants(c: Compiler, loc: Span, values: readonly ConstantValue[], pushed: number, kind: 'tuple' | 'list' | 'set'): void {
  if (kind === 'tuple' && pushed === 0) return c.loadConst(values, loc);
  c.emit(kind === 'set' ? Op.BUILD_SET : Op.BUILD_LIST, pushed, loc);
  c.loadConst(kind === 'set' ? frozenset(values) : values, loc);
  c.emit(kind === 'set' ? Op.SET_UPDATE : Op.LIST_EXTEND, 1, loc);
  if (kind === 'tuple') c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.LIST_TO_TUPLE, loc);
}

function isStarred(node: expr): boolean {
  return node.nodeType === 'Starred';
}

function constantOf(node: expr): ConstantValue {
  if (node.nodeType !== 'Constant') throw new Error(`not a constant: ${node.nodeType}`);
  return node.value;
}

/** `a, *b = …` */
function unpackInto(c: Compiler, loc: Span, targets: readonly expr[]): void {
  emitUnpack(c, loc, targets.length, targets.findIndex(isStarred), messages.tooManyStarTargets, () => {
    if (targets.filter(isStarred).length > 1) throw c.error(messages.multipleStarTargets, loc);
  });
  for (const target of targets) visitExpression(c, target.nodeType === 'Starred' ? target.value : target);
}

/** UNPACK_EX counts the values before the star in its low byte and those after it above. */
export function emitUnpack(c: Compiler, loc: Span, count: number, star: number, tooMany: string, checkOtherStars: () => void): void {
  if (star === -1) return c.emit(Op.UNPACK_SEQUENCE, count, loc);
  const after = count - star - 1;
  if (star >= 1 << 8 || after >= 0x7fffffff >> 8) throw c.error(tooMany, loc);
  c.emit(Op.UNPACK_EX, star + (after << 8), loc);
  checkOtherStars();
}

// ---- dictionaries

/** CPython 3.12: Python/compile.c, compiler_dict. */
function visitDict(c: Compiler, node: Dict): void {
  const { keys, values } = node;
  let haveDict = false;
  let waiting = 0;
  const flush = (end: number): void => {
    buildPartOfDict(c, node, end - waiting, end);
    if (haveDict) c.emit(Op.DICT_UPDATE, 1, node);
    haveDict = true;
    waiting = 0;
  };
  for (let i = 0; i < values.length; i++) {
    if (keys[i] === null) {
      if (waiting > 0) flush(i);
      if (!haveDict) c.emit(Op.BUILD_MAP, 0, node);
      haveDict = true;
      visitExpression(c, values[i]);
      c.emit(Op.DICT_UPDATE, 1, node);
    } else if (waiting * 2 > STACK_USE_GUIDELINE) {
      waiting++;
      flush(i + 1);
    } else {
      waiting++;
    }
  }
  if (waiting > 0) flush(values.length);
  if (!haveDict) c.emit(Op.BUILD_MAP, 0, node);
}

function buildPartOfDict(c: Compiler, node: Dict, begin: number, end: number): void {
  const count = end - begin;
  const big = count * 2 > STACK_USE_GUIDELINE;
  const keys = node.keys.slice(begin, end) as readonly expr[];
  if (count > 1 && !big && keys.every((key) => key.nodeType === 'Constant')) {
    for (let i = begin; i < end; i++) visitExpression(c, node.values[i]);
    c.loadConst(keys.map(constantOf), node);
    c.emit(Op.BUILD_CONST_KEY_MAP, count, node);
    return;
  }
  if (big) c.emit(Op.BUILD_MAP, 0, node);
  for (let i = 0; i < count; i++) {
    visitExpression(c, keys[i]);
    visitExpression(c, node.values[begin + i]);
    if (big) c.emit(Op.MAP_ADD, 1, node);
  }
  if (!big) c.emit(Op.BUILD_MAP, count, node);
}
