import type { Await, Span, Yield, YieldFrom } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { emitAwait } from '../frame-blocks.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { visitExpression } from './expressions.ts';
import { Intrinsic1 } from './intrinsics.ts';

export function visitYield(c: Compiler, node: Yield): void {
  if (!c.unit.functionLike) throw c.error(messages.yieldOutsideFunction, node);
  if (node.value !== null) visitExpression(c, node.value);
  else c.loadConst(null, node);
  emitYield(c, node);
}

export function visitYieldFrom(c: Compiler, node: YieldFrom): void {
  if (!c.unit.functionLike) throw c.error(messages.yieldFromOutsideFunction, node);
  if (c.unit.kind === 'async function') throw c.error(messages.yieldFromInAsyncFunction, node);
  visitExpression(c, node.value);
  c.emit(Op.GET_YIELD_FROM_ITER, 0, node);
  c.loadConst(null, node);
  emitYieldFrom(c, node, false);
}

export function visitAwait(c: Compiler, node: Await): void {
  if (!c.topLevelAwait) {
    if (!c.unit.functionLike) throw c.error(messages.awaitOutsideFunction, node);
    if (c.unit.kind !== 'async function' && c.unit.kind !== 'comprehension') throw c.error(messages.awaitOutsideAsyncFunction, node);
  }
  visitExpression(c, node.value);
  emitAwait(c, node, 0);
}

/** Yields the value on the stack. */
export function emitYield(c: Compiler, loc: Span): void {
  if (c.unit.block.generator && c.unit.coroutine) c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.ASYNC_GEN_WRAP, loc);
  c.emit(Op.YIELD_VALUE, 0, loc);
  c.emit(Op.RESUME, 1, loc);
}

/**
 * Sends None to the iterator below it on the stack, yields what it yields and leaves its result. A StopIteration that comes
 * from `throw()` or `close()` ends it too, hence the handler.
 */
export function emitYieldFrom(c: Compiler, loc: Span, isAwait: boolean): void {
  const send = c.newLabel();
  const fail = c.newLabel();
  const exit = c.newLabel();
  c.useLabel(send);
  c.emit(Op.SEND, exit, loc);
  c.emit(Op.SETUP_FINALLY, fail, loc);
  c.emit(Op.YIELD_VALUE, 0, loc);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  c.emit(Op.RESUME, isAwait ? 3 : 2, loc);
  c.emit(Op.JUMP_NO_INTERRUPT, send, loc);
  c.useLabel(fail);
  c.emit(Op.CLEANUP_THROW, 0, loc);
  c.useLabel(exit);
  c.emit(Op.END_SEND, 0, loc);
}

/** A StopIteration that a generator or coroutine lets out becomes a RuntimeError (PEP 479). */
export function wrapInStopIterationHandler(c: Compiler): void {
  const handler = c.newLabel();
  c.unit.instructions.prepend(Op.SETUP_CLEANUP, handler);
  c.loadConst(null, NO_LOCATION);
  c.emit(Op.RETURN_VALUE, 0, NO_LOCATION);
  c.useLabel(handler);
  c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.STOPITERATION_ERROR, NO_LOCATION);
  c.emit(Op.RERAISE, 1, NO_LOCATION);
}
