import { Op } from '@py/code';

/** Jumps, conditional or not, to a label. */
export const JUMP = 1;
/** Installs an exception handler: its target. */
export const BLOCK_PUSH = 2;
/** Leaves the frame. */
export const SCOPE_EXIT = 4;
/** Jumps whatever the stack holds. */
export const UNCONDITIONAL = 8;
/** Its argument is an index of a constant. */
export const CONST = 16;

/** Has a target block. */
export const HAS_TARGET = JUMP | BLOCK_PUSH;
/** Can only end a block. */
export const TERMINATOR = JUMP | SCOPE_EXIT;
/** Control never goes on to the next block. */
export const NO_FALLTHROUGH = SCOPE_EXIT | UNCONDITIONAL;

/** Opcode → the bits above. */
export const traits: Uint8Array = table([
  [JUMP | UNCONDITIONAL, [Op.JUMP, Op.JUMP_NO_INTERRUPT, Op.JUMP_FORWARD, Op.JUMP_BACKWARD, Op.JUMP_BACKWARD_NO_INTERRUPT]],
  [JUMP, [Op.POP_JUMP_IF_FALSE, Op.POP_JUMP_IF_TRUE, Op.POP_JUMP_IF_NONE, Op.POP_JUMP_IF_NOT_NONE, Op.FOR_ITER, Op.SEND]],
  [BLOCK_PUSH, [Op.SETUP_FINALLY, Op.SETUP_CLEANUP, Op.SETUP_WITH]],
  [SCOPE_EXIT, [Op.RETURN_VALUE, Op.RAISE_VARARGS, Op.RERAISE]],
  [SCOPE_EXIT | CONST, [Op.RETURN_CONST]],
  [CONST, [Op.LOAD_CONST, Op.KW_NAMES]],
]);

function table(rows: readonly (readonly [bits: number, opcodes: readonly number[]])[]): Uint8Array {
  const result = new Uint8Array(512);
  for (const [bits, opcodes] of rows) {
    for (const opcode of opcodes) result[opcode] = bits;
  }
  return result;
}
