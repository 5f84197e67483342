import type { ExceptHandler, stmt, Try, TryStar } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { popBlock, pushBlock, unbindException } from '../frame-blocks.ts';
import { NO_LOCATION, type Label } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { visitExpression } from './expressions.ts';
import { Intrinsic2 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';
import { visitStatements } from './statements.ts';

export function visitTry(c: Compiler, node: Try): void {
  if (node.finalbody.length > 0) visitFinally(c, node, node.handlers.length > 0 ? () => visitExcept(c, node) : null);
  else visitExcept(c, node);
}

export function visitTryStar(c: Compiler, node: TryStar): void {
  if (node.finalbody.length > 0) visitFinally(c, node, node.handlers.length > 0 ? () => visitExceptStar(c, node) : null);
  else visitExceptStar(c, node);
}

/** The `finally` body is written twice: for the normal way out and for exceptions. Ways out by `return` write it again. */
function visitFinally(c: Compiler, node: Try | TryStar, visitHandlers: (() => void) | null): void {
  const body = c.newLabel();
  const end = c.newLabel();
  const exit = c.newLabel();
  const cleanup = c.newLabel();
  c.emit(Op.SETUP_FINALLY, end, node);
  c.useLabel(body);
  pushBlock(c, node, 'finally try', { start: body, exit: end, finalbody: node.finalbody });
  if (visitHandlers !== null) visitHandlers();
  else visitStatements(c, node.body);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  popBlock(c);
  visitStatements(c, node.finalbody);
  c.emit(Op.JUMP, exit, NO_LOCATION);
  c.useLabel(end);
  c.emit(Op.SETUP_CLEANUP, cleanup, NO_LOCATION);
  c.emit(Op.PUSH_EXC_INFO, 0, NO_LOCATION);
  pushBlock(c, NO_LOCATION, 'finally end', { start: end });
  visitStatements(c, node.finalbody);
  popBlock(c);
  c.emit(Op.RERAISE, 0, NO_LOCATION);
  c.useLabel(cleanup);
  emitPopExceptAndReraise(c);
  c.useLabel(exit);
}

function visitExcept(c: Compiler, node: Try): void {
  const body = c.newLabel();
  const except = c.newLabel();
  const end = c.newLabel();
  const cleanup = c.newLabel();
  visitTryBody(c, node, body, except);
  visitStatements(c, node.orelse);
  c.emit(Op.JUMP, end, NO_LOCATION);
  c.useLabel(except);
  c.emit(Op.SETUP_CLEANUP, cleanup, NO_LOCATION);
  c.emit(Op.PUSH_EXC_INFO, 0, NO_LOCATION);
  pushBlock(c, node, 'exception handler');
  node.handlers.forEach((handler, index) => {
    if (handler.type === null && index < node.handlers.length - 1) throw c.error(messages.bareExceptNotLast, handler);
    visitHandler(c, handler, end);
  });
  popBlock(c);
  c.emit(Op.RERAISE, 0, NO_LOCATION);
  c.useLabel(cleanup);
  emitPopExceptAndReraise(c);
  c.useLabel(end);
}

function visitTryBody(c: Compiler, node: Try | TryStar, body: Label, except: Label): void {
  c.emit(Op.SETUP_FINALLY, except, node);
  c.useLabel(body);
  pushBlock(c, node, 'try except', { start: body });
  visitStatements(c, node.body);
  popBlock(c);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
}

/** `except type as name:` The name is unbound however the body ends. */
function visitHandler(c: Compiler, handler: ExceptHandler, end: Label): void {
  const next = c.newLabel();
  if (handler.type !== null) {
    visitExpression(c, handler.type);
    c.emit(Op.CHECK_EXC_MATCH, 0, handler);
    c.emit(Op.POP_JUMP_IF_FALSE, next, handler);
  }
  if (handler.name === null) {
    c.emit(Op.POP_TOP, 0, handler);
    visitHandlerBody(c, handler, handler.body);
    c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
    c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
    c.emit(Op.JUMP, end, NO_LOCATION);
  } else {
    const cleanup = c.newLabel();
    emitNameOperation(c, handler, handler.name, 'Store');
    c.emit(Op.SETUP_CLEANUP, cleanup, handler);
    visitHandlerBody(c, handler, handler.body);
    c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
    c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
    c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
    unbindException(c, handler.name, NO_LOCATION);
    c.emit(Op.JUMP, end, NO_LOCATION);
    c.useLabel(cleanup);
    unbindException(c, handler.name, NO_LOCATION);
    c.emit(Op.RERAISE, 1, NO_LOCATION);
  }
  c.useLabel(next);
}

function visitHandlerBody(c: Compiler, handler: ExceptHandler, body: readonly stmt[]): void {
  const start = c.newLabel();
  c.useLabel(start);
  pushBlock(c, handler, 'handler cleanup', { start, name: handler.name });
  visitStatements(c, body);
  popBlock(c);
}

/**
 * `except*`: the handlers share a list of what they raise, and what no handler took is added at the end. On the stack are the
 * exception group, the list and what is left to handle (CPython 3.12: Python/compile.c, compiler_try_star_except).
 */
function visitExceptStar(c: Compiler, node: TryStar): void {
  const body = c.newLabel();
  const except = c.newLabel();
  const otherwise = c.newLabel();
  const end = c.newLabel();
  const cleanup = c.newLabel();
  const finish = c.newLabel();
  visitTryBody(c, node, body, except);
  c.emit(Op.JUMP, otherwise, NO_LOCATION);
  c.useLabel(except);
  c.emit(Op.SETUP_CLEANUP, cleanup, NO_LOCATION);
  c.emit(Op.PUSH_EXC_INFO, 0, NO_LOCATION);
  pushBlock(c, node, 'exception group handler');
  node.handlers.forEach((handler, index) => {
    if (index === 0) {
      c.emit(Op.BUILD_LIST, 0, handler);
      c.emit(Op.COPY, 2, handler);
    }
    visitStarHandler(c, handler);
    if (index === node.handlers.length - 1) {
      c.emit(Op.LIST_APPEND, 1, NO_LOCATION);
      c.emit(Op.JUMP, finish, NO_LOCATION);
    }
  });
  popBlock(c);
  const reraise = c.newLabel();
  c.useLabel(finish);
  c.emit(Op.CALL_INTRINSIC_2, Intrinsic2.PREP_RERAISE_STAR, NO_LOCATION);
  c.emit(Op.COPY, 1, NO_LOCATION);
  c.emit(Op.POP_JUMP_IF_NOT_NONE, reraise, NO_LOCATION);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
  c.emit(Op.JUMP, end, NO_LOCATION);
  c.useLabel(reraise);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  c.emit(Op.SWAP, 2, NO_LOCATION);
  c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
  c.emit(Op.RERAISE, 0, NO_LOCATION);
  c.useLabel(cleanup);
  emitPopExceptAndReraise(c);
  c.useLabel(otherwise);
  visitStatements(c, node.orelse);
  c.useLabel(end);
}

function visitStarHandler(c: Compiler, handler: ExceptHandler): void {
  const next = c.newLabel();
  const done = c.newLabel();
  const noMatch = c.newLabel();
  if (handler.type !== null) {
    visitExpression(c, handler.type);
    c.emit(Op.CHECK_EG_MATCH, 0, handler);
    c.emit(Op.COPY, 1, handler);
    c.emit(Op.POP_JUMP_IF_NONE, noMatch, handler);
  }
  const raised = c.newLabel();
  if (handler.name !== null) emitNameOperation(c, handler, handler.name, 'Store');
  else c.emit(Op.POP_TOP, 0, handler);
  c.emit(Op.SETUP_CLEANUP, raised, handler);
  visitHandlerBody(c, handler, handler.body);
  c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
  if (handler.name !== null) unbindException(c, handler.name, NO_LOCATION);
  c.emit(Op.JUMP, next, NO_LOCATION);
  c.useLabel(raised);
  if (handler.name !== null) unbindException(c, handler.name, NO_LOCATION);
  c.emit(Op.LIST_APPEND, 3, NO_LOCATION);
  c.emit(Op.POP_TOP, 0, NO_LOCATION);
  c.emit(Op.JUMP, done, NO_LOCATION);
  c.useLabel(next);
  // Holds the line of the body's end.
  c.emit(Op.NOP, 0, NO_LOCATION);
  c.emit(Op.JUMP, done, NO_LOCATION);
  c.useLabel(noMatch);
  c.emit(Op.POP_TOP, 0, handler);
  c.useLabel(done);
}

/** Ends a handler that itself raised: back to the exception that was handled outside. */
export function emitPopExceptAndReraise(c: Compiler): void {
  c.emit(Op.COPY, 3, NO_LOCATION);
  c.emit(Op.POP_EXCEPT, 0, NO_LOCATION);
  c.emit(Op.RERAISE, 1, NO_LOCATION);
}
