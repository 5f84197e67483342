import type { Span, stmt } from '@py/ast';
import { Op } from '@py/code';
import { visitStatements } from './codegen/statements.ts';
import { emitNameOperation } from './codegen/names.ts';
import { emitYieldFrom } from './codegen/generators.ts';
import type { Compiler } from './compiler.ts';
import { NO_LOCATION, type Label } from './instruction-sequence.ts';
import { messages } from './messages.ts';

/** What surrounds the code being written and must be undone when `return`, `break` or `continue` leaves it. */
export interface FrameBlock {
  readonly kind: FrameBlockKind;
  /** Where `continue` goes. */
  readonly start: Label;
  /** Where `break` goes. */
  readonly exit: Label;
  /** Body of `finally` to run on the way out. */
  readonly finalbody: readonly stmt[] | null;
  /** The statement of a `with`; its location marks the call of `__exit__`. */
  readonly statement: Span | null;
  /** Name of a caught exception, unbound on the way out. */
  readonly name: string | null;
}

export type FrameBlockKind =
  | 'while loop'
  | 'for loop'
  | 'try except'
  | 'finally try'
  | 'finally end'
  | 'with'
  | 'async with'
  | 'handler cleanup'
  | 'pop value'
  | 'exception handler'
  | 'exception group handler'
  | 'async comprehension';

const NO_LABEL = -1;

/** CPython's CO_MAXBLOCKS; 20 in early releases of 3.12. */
const MAX_BLOCKS = 21;

/** @throws PySyntaxError beyond 21 nested blocks */
export function pushBlock(
  c: Compiler, loc: Span, kind: FrameBlockKind,
  details: { readonly start?: Label; readonly exit?: Label; readonly finalbody?: readonly stmt[]; readonly statement?: Span; readonly name?: string | null } = {},
): void {
  const { frameBlocks } = c.unit;
  if (frameBlocks.length >= MAX_BLOCKS) throw c.error(messages.tooManyBlocks, loc);
  frameBlocks.push({
    kind, start: details.start ?? NO_LABEL, exit: details.exit ?? NO_LABEL, finalbody: details.finalbody ?? null,
    statement: details.statement ?? null, name: details.name ?? null,
  });
}

export function popBlock(c: Compiler): void {
  c.unit.frameBlocks.pop();
}

/**
 * Writes the way out of all blocks, or up to the innermost loop, which is then given.
 *
 * @param preserveTop the value on top of the stack must survive: `return value`
 * @returns the loop, and the location for the jump or return itself (none after a `finally` body or an `__exit__` call)
 */
export function unwind(c: Compiler, loc: Span, preserveTop: boolean, toLoop: boolean): { readonly loop: FrameBlock | null; readonly loc: Span } {
  const { frameBlocks } = c.unit;
  const removed: FrameBlock[] = [];
  let loop: FrameBlock | null = null;
  while (frameBlocks.length > 0) {
    const top = frameBlocks[frameBlocks.length - 1];
    if (top.kind === 'exception group handler') throw c.error(messages.leavesExceptStar, loc);
    if (toLoop && (top.kind === 'while loop' || top.kind === 'for loop')) {
      loop = top;
      break;
    }
    removed.push(top);
    frameBlocks.pop();
    loc = unwindBlock(c, loc, top, preserveTop);
  }
  while (removed.length > 0) frameBlocks.push(removed.pop()!);
  return { loop, loc };
}

/** Writes the way out of one block; gives the location for what follows (CPython 3.12: Python/compile.c, compiler_unwind_fblock). */
export function unwindBlock(c: Compiler, loc: Span, block: FrameBlock, preserveTop: boolean): Span {
  switch (block.kind) {
    case 'while loop':
    case 'exception handler':
    case 'exception group handler':
    case 'async comprehension':
      return loc;
    case 'for loop':
    case 'pop value':
      if (preserveTop) c.emit(Op.SWAP, 2, loc);
      c.emit(Op.POP_TOP, 0, loc);
      return loc;
    case 'try except':
      c.emit(Op.POP_BLOCK, 0, loc);
      return loc;
    case 'finally try':
      c.emit(Op.POP_BLOCK, 0, loc);
      if (preserveTop) pushBlock(c, loc, 'pop value');
      visitStatements(c, block.finalbody!);
      if (preserveTop) popBlock(c);
      return NO_LOCATION;
    case 'finally end':
      if (preserveTop) c.emit(Op.SWAP, 2, loc);
      c.emit(Op.POP_TOP, 0, loc);
      if (preserveTop) c.emit(Op.SWAP, 2, loc);
      c.emit(Op.POP_BLOCK, 0, loc);
      c.emit(Op.POP_EXCEPT, 0, loc);
      return loc;
    case 'with':
    case 'async with':
      unwindWith(c, block.statement!, block.kind === 'async with', preserveTop);
      return NO_LOCATION;
    case 'handler cleanup':
      if (block.name !== null) c.emit(Op.POP_BLOCK, 0, loc);
      if (preserveTop) c.emit(Op.SWAP, 2, loc);
      c.emit(Op.POP_BLOCK, 0, loc);
      c.emit(Op.POP_EXCEPT, 0, loc);
      if (block.name !== null) unbindException(c, block.name, loc);
      return loc;
  }
}

function unwindWith(c: Compiler, loc: Span, isAsync: boolean, preserveTop: boolean): void {
  c.emit(Op.POP_BLOCK, 0, loc);
  if (preserveTop) c.emit(Op.SWAP, 2, loc);
  callExitWithNones(c, loc);
  if (isAsync) emitAwait(c, loc, 2);
  c.emit(Op.POP_TOP, 0, loc);
}

/** `exit(None, None, None)`, with the bound method on the stack. */
export function callExitWithNones(c: Compiler, loc: Span): void {
  for (let i = 0; i < 3; i++) c.loadConst(null, loc);
  c.emit(Op.CALL, 2, loc);
}

/** Awaits the value on the stack; `origin` tells GET_AWAITABLE for its error whether it came from `__aenter__` (1) or `__aexit__` (2). */
export function emitAwait(c: Compiler, loc: Span, origin: 0 | 1 | 2): void {
  c.emit(Op.GET_AWAITABLE, origin, loc);
  c.loadConst(null, loc);
  emitYieldFrom(c, loc, true);
}

/** `name = None; del name` after an `except … as name` body. */
export function unbindException(c: Compiler, name: string, loc: Span): void {
  c.loadConst(null, loc);
  emitNameOperation(c, loc, name, 'Store');
  emitNameOperation(c, loc, name, 'Del');
}
