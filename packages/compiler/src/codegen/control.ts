import type { AsyncFor, expr, For, If, Span, While } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { emitAwaitOfNext } from './comprehensions.ts';
import { popBlock, pushBlock } from '../frame-blocks.ts';
import { NO_LOCATION, type Label } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { visitExpression } from './expressions.ts';
import { emitCompare } from './operators.ts';
import { visitStatements } from './statements.ts';
import { checkComparison } from './warnings.ts';

/** Jumps if the expression's truth is `condition`; `not`, `and`, `or` and chains become jumps (Python/compile.c, compiler_jump_if). */
export function jumpIf(c: Compiler, loc: Span, node: expr, target: Label, condition: boolean): void {
  while (node.nodeType === 'UnaryOp' && node.op === 'Not') {
    node = node.operand;
    condition = !condition;
  }
  switch (node.nodeType) {
    case 'BoolOp': {
      const decides = node.op === 'Or';
      const next = decides !== condition ? c.newLabel() : target;
      const last = node.values.length - 1;
      for (let i = 0; i < last; i++) jumpIf(c, loc, node.values[i], next, decides);
      jumpIf(c, loc, node.values[last], target, condition);
      if (next !== target) c.useLabel(next);
      return;
    }
    case 'IfExp': {
      const end = c.newLabel();
      const otherwise = c.newLabel();
      jumpIf(c, loc, node.test, otherwise, false);
      jumpIf(c, loc, node.body, target, condition);
      c.emit(Op.JUMP, end, NO_LOCATION);
      c.useLabel(otherwise);
      jumpIf(c, loc, node.orelse, target, condition);
      c.useLabel(end);
      return;
    }
    case 'Compare': {
      const last = node.ops.length - 1;
      if (last === 0) break;
      checkComparison(c, node);
      const cleanup = c.newLabel();
      visitExpression(c, node.left);
      for (let i = 0; i < last; i++) {
        visitExpression(c, node.comparators[i]);
        c.emit(Op.SWAP, 2, node);
        c.emit(Op.COPY, 2, node);
        emitCompare(c, node, node.ops[i]);
        c.emit(Op.POP_JUMP_IF_FALSE, cleanup, node);
      }
      visitExpression(c, node.comparators[last]);
      emitCompare(c, node, node.ops[last]);
      c.emit(condition ? Op.POP_JUMP_IF_TRUE : Op.POP_JUMP_IF_FALSE, target, node);
      const end = c.newLabel();
      c.emit(Op.JUMP, end, NO_LOCATION);
      c.useLabel(cleanup);
      c.emit(Op.POP_TOP, 0, node);
      if (!condition) c.emit(Op.JUMP, target, NO_LOCATION);
      c.useLabel(end);
      return;
    }
  }
  visitExpression(c, node);
  c.emit(condition ? Op.POP_JUMP_IF_TRUE : Op.POP_JUMP_IF_FALSE, target, node);
}

/** A chain of `elif` is a nest in the tree, but needs no JavaScript stack here. */
export function visitIf(c: Compiler, node: If): void {
  const end = c.newLabel();
  for (;;) {
    const { orelse } = node;
    if (orelse.length === 0) {
      jumpIf(c, node, node.test, end, false);
      visitStatements(c, node.body);
      break;
    }
    const otherwise = c.newLabel();
    jumpIf(c, node, node.test, otherwise, false);
    visitStatements(c, node.body);
    c.emit(Op.JUMP, end, NO_LOCATION);
    c.useLabel(otherwise);
    if (orelse.length === 1 && orelse[0].nodeType === 'If') {
      node = orelse[0];
      continue;
    }
    visitStatements(c, orelse);
    break;
  }
  c.useLabel(end);
}

export function visitFor(c: Compiler, node: For): void {
  const start = c.newLabel();
  const body = c.newLabel();
  const cleanup = c.newLabel();
  const end = c.newLabel();
  pushBlock(c, node, 'for loop', { start, exit: end });
  visitExpression(c, node.iter);
  c.emit(Op.GET_ITER, 0, node.iter);
  c.useLabel(start);
  c.emit(Op.FOR_ITER, cleanup, node.iter);
  c.useLabel(body);
  visitExpression(c, node.target);
  visitStatements(c, node.body);
  c.emit(Op.JUMP, start, NO_LOCATION);
  c.useLabel(cleanup);
  c.emit(Op.END_FOR, 0, NO_LOCATION);
  popBlock(c);
  visitStatements(c, node.orelse);
  c.useLabel(end);
}

export function visitAsyncFor(c: Compiler, node: AsyncFor): void {
  if (c.topLevelAwait) c.unit.coroutine = true;
  else if (c.unit.kind !== 'async function') throw c.error(messages.asyncForOutsideAsyncFunction, node);
  const start = c.newLabel();
  const except = c.newLabel();
  const end = c.newLabel();
  visitExpression(c, node.iter);
  c.emit(Op.GET_AITER, 0, node.iter);
  c.useLabel(start);
  pushBlock(c, node, 'for loop', { start, exit: end });
  emitAwaitOfNext(c, node, except);
  visitExpression(c, node.target);
  visitStatements(c, node.body);
  c.emit(Op.JUMP, start, NO_LOCATION);
  popBlock(c);
  c.useLabel(except);
  c.emit(Op.END_ASYNC_FOR, 0, node.iter);
  visitStatements(c, node.orelse);
  c.useLabel(end);
}

/** The test is written twice: before the loop and at its end. */
export function visitWhile(c: Compiler, node: While): void {
  const loop = c.newLabel();
  const body = c.newLabel();
  const end = c.newLabel();
  const otherwise = c.newLabel();
  c.useLabel(loop);
  pushBlock(c, node, 'while loop', { start: loop, exit: end });
  jumpIf(c, node, node.test, otherwise, false);
  c.useLabel(body);
  visitStatements(c, node.body);
  jumpIf(c, node, node.test, body, true);
  popBlock(c);
  c.useLabel(otherwise);
  visitStatements(c, node.orelse);
  c.useLabel(end);
}
