import type { AsyncWith, Span, With } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { callExitWithNones, emitAwait, popBlock, pushBlock } from '../frame-blocks.ts';
import { NO_LOCATION, type Label } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { visitExpression } from './expressions.ts';
import { visitStatements } from './statements.ts';
import { emitPopExceptAndReraise } from './try.ts';

/** Item `index` of a `with`, the items after it and the body inside. */
export function visitWith(c: Compiler, node: With, index: number): void {
  const { context_expr, optional_vars } = node.items[index];
  const loc: Span = context_expr;
  const body = c.newLabel();
  const final = c.newLabel();
  const exit = c.newLabel();
  const cleanup = c.newLabel();
  visitExpression(c, context_expr);
  c.emit(Op.BEFORE_WITH, 0, loc);
  c.emit(Op.SETUP_WITH, final, loc);
  c.useLabel(body);
  pushBlock(c, loc, 'with', { start: body, exit: final, statement: loc });
  if (optional_vars !== null) visitExpression(c, optional_vars);
  else c.emit(Op.POP_TOP, 0, loc);
  if (index + 1 < node.items.length) visitWith(c, node, index + 1);
  else visitStatements(c, node.body);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  popBlock(c);
  callExitWithNones(c, loc);
  c.emit(Op.POP_TOP, 0, loc);
  c.emit(Op.JUMP, exit, loc);
  c.useLabel(final);
  c.emit(Op.SETUP_CLEANUP, cleanup, loc);
  c.emit(Op.PUSH_EXC_INFO, 0, loc);
  c.emit(Op.WITH_EXCEPT_START, 0, loc);
  finishWith(c, cleanup);
  c.useLabel(exit);
}

export function visitAsyncWith(c: Compiler, node: AsyncWith, index: number): void {
  const { context_expr, optional_vars } = node.items[index];
  const loc: Span = context_expr;
  if (c.topLevelAwait) c.unit.coroutine = true;
  else if (c.unit.kind !== 'async function') throw c.error(messages.asyncWithOutsideAsyncFunction, node);
  const body = c.newLabel();
  const final = c.newLabel();
  const exit = c.newLabel();
  const cleanup = c.newLabel();
  visitExpression(c, context_expr);
  c.emit(Op.BEFORE_ASYNC_WITH, 0, loc);
  emitAwait(c, loc, 1);
  c.emit(Op.SETUP_WITH, final, loc);
  c.useLabel(body);
  pushBlock(c, loc, 'async with', { start: body, exit: final, statement: loc });
  if (optional_vars !== null) visitExpression(c, optional_vars);
  else c.emit(Op.POP_TOP, 0, loc);
  if (index + 1 < node.items.length) visitAsyncWith(c, node, index + 1);
  else visitStatements(c, node.body);
  popBlock(c);
  c.emit(Op.POP_BLOCK, 0, loc);
  callExitWithNones(c, loc);
  emitAwait(c, loc, 2);
  c.emit(Op.POP_TOP, 0, loc);
  c.emit(Op.JUMP, exit, loc);
  c.useLabel(final);
  c.emit(Op.SETUP_CLEANUP, cleanup, loc);
  c.emit(Op.PUSH_EXC_INFO, 0, loc);
  c.emit(Op.WITH_EXCEPT_START, 0, loc);
  emitAwait(c, loc, 2);
  finishWith(c, cleanup);
  c.useLabel(exit);
}

/** After `__exit__` was called for an exception: a true result swallows it. */
function finishWith(c: Compiler, cleanup: Label): void {
  const suppress = c.newLabel();
  const exit = c.newLabel();
  c.emit(Op.POP_JUMP_IF_TRUE, suppress, NO_LOCATION);
  c.emit(Op.RERAISE, 2, NO_LOCATION);
  c.useLabel(suppress);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
  c.emit(Op.JUMP, exit, NO_LOCATION);
  c.useLabel(cleanup);
  emitPopExceptAndReraise(c);
  c.useLabel(exit);
}
