import {
  nodeInfo,
  type AnnAssign, type Assert, type Assign, type AugAssign, type expr, type Expr, type Raise, type Return, type Span, type stmt,
} from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { unwind, unwindBlock } from '../frame-blocks.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { unparse } from '../unparse.ts';
import { attributeLocation } from './attributes.ts';
import { visitClass } from './classes.ts';
import { jumpIf, visitAsyncFor, visitFor, visitIf, visitWhile } from './control.ts';
import { isTwoPartSlice, visitExpression, visitExpressions, visitSliceParts } from './expressions.ts';
import { visitFunction } from './functions.ts';
import { visitFromImport, visitImport } from './imports.ts';
import { Intrinsic1 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';
import { emitBinary } from './operators.ts';
import { visitMatch } from './patterns.ts';
import { visitTry, visitTryStar } from './try.ts';
import { visitTypeAlias } from './types.ts';
import { visitAsyncWith, visitWith } from './with.ts';

export function visitStatements(c: Compiler, nodes: readonly stmt[]): void {
  for (let i = 0; i < nodes.length; i++) visitStatement(c, nodes[i]);
}

export function visitStatement(c: Compiler, node: stmt): void {
  switch (node.nodeType) {
    case 'Expr':
      return visitExpressionStatement(c, node);
    case 'Assign':
      return visitAssign(c, node);
    case 'AugAssign':
      return visitAugAssign(c, node);
    case 'AnnAssign':
      return visitAnnAssign(c, node);
    case 'If':
      return visitIf(c, node);
    case 'For':
      return visitFor(c, node);
    case 'AsyncFor':
      return visitAsyncFor(c, node);
    case 'While':
      return visitWhile(c, node);
    case 'Return':
      return visitReturn(c, node);
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      return visitFunction(c, node);
    case 'ClassDef':
      return visitClass(c, node);
    case 'TypeAlias':
      return visitTypeAlias(c, node);
    case 'Delete':
      return visitExpressions(c, node.targets);
    case 'Raise':
      return visitRaise(c, node);
    case 'Try':
      return visitTry(c, node);
    case 'TryStar':
      return visitTryStar(c, node);
    case 'With':
      return visitWith(c, node, 0);
    case 'AsyncWith':
      return visitAsyncWith(c, node, 0);
    case 'Match':
      return visitMatch(c, node);
    case 'Assert':
      return visitAssert(c, node);
    case 'Import':
      return visitImport(c, node);
    case 'ImportFrom':
      return visitFromImport(c, node);
    case 'Global':
    case 'Nonlocal':
      return;
    case 'Pass':
      return c.emit(Op.NOP, 0, node);
    case 'Break':
      return visitBreak(c, node);
    case 'Continue':
      return visitContinue(c, node);
  }
}

function visitExpressionStatement(c: Compiler, node: Expr): void {
  const { value } = node;
  if (c.interactive && c.atTopLevel) {
    visitExpression(c, value);
    c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.PRINT, node);
    c.emit(Op.POP_TOP, 0, NO_LOCATION);
    return;
  }
  if (value.nodeType === 'Constant') {
    c.emit(Op.NOP, 0, node);
    return;
  }
  visitExpression(c, value);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
}

function visitAssign(c: Compiler, node: Assign): void {
  visitExpression(c, node.value);
  const last = node.targets.length - 1;
  for (let i = 0; i <= last; i++) {
    if (i < last) c.emit(Op.COPY, 1, node);
    visitExpression(c, node.targets[i]);
  }
}

/** The target is evaluated once: its parts stay on the stack below the old value (Python/compile.c, compiler_augassign). */
function visitAugAssign(c: Compiler, node: AugAssign): void {
  const { target } = node;
  switch (target.nodeType) {
    case 'Name':
      emitNameOperation(c, target, target.id, 'Load');
      visitExpression(c, node.value);
      emitBinary(c, node, node.op, true);
      emitNameOperation(c, target, target.id, 'Store');
      return;
    case 'Attribute': {
      visitExpression(c, target.value);
      c.emit(Op.COPY, 1, target);
      const loc = attributeLocation(target, target);
      c.emitName(Op.LOAD_ATTR, target.attr, loc, 1);
      visitExpression(c, node.value);
      emitBinary(c, node, node.op, true);
      c.emit(Op.SWAP, 2, loc);
      c.emitName(Op.STORE_ATTR, target.attr, loc);
      return;
    }
    case 'Subscript': {
      const parts = isTwoPartSlice(target.slice) ? 3 : 2;
      visitExpression(c, target.value);
      if (isTwoPartSlice(target.slice)) visitSliceParts(c, target.slice);
      else visitExpression(c, target.slice);
      for (let i = 0; i < parts; i++) c.emit(Op.COPY, parts, target);
      c.emit(parts === 3 ? Op.BINARY_SLICE : Op.BINARY_SUBSCR, 0, target);
      visitExpression(c, node.value);
      emitBinary(c, node, node.op, true);
      for (let depth = parts + 1; depth >= 2; depth--) c.emit(Op.SWAP, depth, target);
      c.emit(parts === 3 ? Op.STORE_SLICE : Op.STORE_SUBSCR, 0, target);
      return;
    }
    default:
      throw c.systemError(messages.badAugmentedTarget(kindNumber(target)));
  }
}

/** CPython 3.12: Python/compile.c, compiler_annassign. */
function visitAnnAssign(c: Compiler, node: AnnAssign): void {
  const { target } = node;
  const evaluated = c.unit.kind === 'module' || c.unit.kind === 'class';
  if (node.value !== null) {
    visitExpression(c, node.value);
    visitExpression(c, target);
  }
  switch (target.nodeType) {
    case 'Name':
      c.forbidDebug(target.id, node);
      if (!node.simple || !evaluated) break;
      if (c.postponedAnnotations) c.loadConst(unparse(node.annotation), node.annotation);
      else visitExpression(c, node.annotation);
      c.emitName(Op.LOAD_NAME, '__annotations__', node);
      c.loadConst(c.unit.mangle(target.id), node);
      c.emit(Op.STORE_SUBSCR, 0, node);
      break;
    case 'Attribute':
      c.forbidDebug(target.attr, node);
      if (node.value === null) evaluateAndDrop(c, target.value);
      break;
    case 'Subscript':
      if (node.value !== null) break;
      evaluateAndDrop(c, target.value);
      evaluateSubscript(c, target.slice);
      break;
    default:
      throw c.systemError(messages.badAnnotatedTarget(kindNumber(target)));
  }
  if (!node.simple && evaluated && !c.postponedAnnotations) evaluateAndDrop(c, node.annotation);
}

/** CPython's number for a kind of expression, which its messages about impossible trees show. */
function kindNumber(node: expr): number {
  const kinds = Object.entries(nodeInfo).filter(([, info]) => info.group === 'expr');
  return kinds.findIndex(([name]) => name === node.nodeType) + 1;
}

/** The parts of a target without a value are evaluated for their errors only. */
function evaluateAndDrop(c: Compiler, node: expr): void {
  visitExpression(c, node);
  c.emit(Op.POP_TOP, 0, node);
}

function evaluateSubscript(c: Compiler, node: expr): void {
  if (node.nodeType === 'Slice') {
    for (const part of [node.lower, node.upper, node.step]) if (part !== null) evaluateAndDrop(c, part);
  } else if (node.nodeType === 'Tuple') {
    for (const item of node.elts) evaluateSubscript(c, item);
  } else {
    evaluateAndDrop(c, node);
  }
}

/** CPython 3.12: Python/compile.c, compiler_return. */
function visitReturn(c: Compiler, node: Return): void {
  const { value } = node;
  if (!c.unit.functionLike) throw c.error(messages.returnOutsideFunction, node);
  if (value !== null && c.unit.coroutine && c.unit.block.generator) throw c.error(messages.returnValueInAsyncGenerator, node);
  // A constant is loaded only after `finally` bodies have run.
  const preserveTop = value !== null && value.nodeType !== 'Constant';
  let loc: Span = node;
  if (preserveTop) {
    visitExpression(c, value);
  } else if (value !== null) {
    loc = value;
    c.emit(Op.NOP, 0, loc);
  }
  if (value === null || value.lineno !== node.lineno) {
    loc = node;
    c.emit(Op.NOP, 0, loc);
  }
  loc = unwind(c, loc, preserveTop, false).loc;
  if (value === null) c.loadConst(null, loc);
  else if (value.nodeType === 'Constant') c.loadConst(value.value, loc);
  c.emit(Op.RETURN_VALUE, 0, loc);
}

function visitBreak(c: Compiler, node: Span): void {
  c.emit(Op.NOP, 0, node);
  const { loop, loc } = unwind(c, node, false, true);
  if (loop === null) throw c.error(messages.breakOutsideLoop, node);
  c.emit(Op.JUMP, loop.exit, unwindBlock(c, loc, loop, false));
}

function visitContinue(c: Compiler, node: Span): void {
  c.emit(Op.NOP, 0, node);
  const { loop, loc } = unwind(c, node, false, true);
  if (loop === null) throw c.error(messages.continueOutsideLoop, node);
  c.emit(Op.JUMP, loop.start, loc);
}

function visitRaise(c: Compiler, node: Raise): void {
  let count = 0;
  if (node.exc !== null) {
    visitExpression(c, node.exc);
    count++;
    if (node.cause !== null) {
      visitExpression(c, node.cause);
      count++;
    }
  }
  c.emit(Op.RAISE_VARARGS, count, node);
}

function visitAssert(c: Compiler, node: Assert): void {
  if (isNonEmptyTuple(node.test)) c.warn(messages.assertAlwaysTrue, node);
  if (c.optimize > 0) return;
  const end = c.newLabel();
  jumpIf(c, node, node.test, end, true);
  c.emit(Op.LOAD_ASSERTION_ERROR, 0, node);
  if (node.msg !== null) {
    visitExpression(c, node.msg);
    c.emit(Op.CALL, 0, node);
  }
  c.emit(Op.RAISE_VARARGS, 1, node.test);
  c.useLabel(end);
}

function isNonEmptyTuple(node: expr): boolean {
  if (node.nodeType === 'Tuple') return node.elts.length > 0;
  return node.nodeType === 'Constant' && Array.isArray(node.value) && node.value.length > 0;
}
