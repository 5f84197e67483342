import { Op, type Constant } from '@py/code';
import { isTrue, type ConstantTable } from '../constants.ts';
import type { Instruction } from '../instruction-sequence.ts';
import { makeNop, type Block } from './block.ts';
import { applySwaps, shortenSwaps } from './swaps.ts';
import { CONST, traits } from './traits.ts';

const LOAD_CONST = 1;
const BUILD_TUPLE = 2;
const THREADED_JUMP = 3;
const SWAP = 4;
const PUSH_NULL = 5;

/** Opcode → which rule below it may start; 0 for none. (A dense switch over small numbers is several times faster.) */
const rules = new Uint8Array(512);
rules[Op.LOAD_CONST] = LOAD_CONST;
rules[Op.BUILD_TUPLE] = BUILD_TUPLE;
for (const jump of [Op.JUMP, Op.POP_JUMP_IF_FALSE, Op.POP_JUMP_IF_TRUE, Op.POP_JUMP_IF_NONE, Op.POP_JUMP_IF_NOT_NONE]) {
  rules[jump] = THREADED_JUMP;
}
rules[Op.SWAP] = SWAP;
rules[Op.PUSH_NULL] = PUSH_NULL;

/**
 * Rewrites short runs of instructions within a block; what falls away becomes NOPs. May add constants (tuples).
 * CPython 3.12: Python/flowgraph.c, optimize_basic_block.
 */
export function optimizeBlock(block: Block, constants: ConstantTable): void {
  const instructions = block.instructions;
  // A LOAD_CONST remains in force over `COPY 1`s that follow it, which duplicate the constant.
  let load: Instruction | null = null;
  let loaded = 0;
  for (let i = 0; i < instructions.length; i++) {
    const instruction = instructions[i];
    let rule = rules[instruction.opcode];
    if (load !== null && instruction.opcode === Op.COPY && instruction.oparg === 1) {
      rule = LOAD_CONST;
    } else if (rule === LOAD_CONST) {
      load = instruction;
      loaded = instruction.oparg;
    } else {
      load = null;
    }
    switch (rule) {
      case LOAD_CONST:
        i += foldLoad(instructions, i, loaded, constants);
        break;
      case BUILD_TUPLE:
        foldTuple(instructions, i, constants);
        break;
      case THREADED_JUMP:
        if (threadJump(instruction)) i--;
        break;
      case SWAP:
        if (instruction.oparg === 1) {
          makeNop(instruction);
          break;
        }
        i = shortenSwaps(block, i);
        applySwaps(block, i);
        break;
      case PUSH_NULL:
        mergePushNull(instruction, instructions[i + 1]);
        break;
    }
  }
}

/** A constant that the next instruction tests, compares with None or returns. Gives how many instructions to skip besides. */
function foldLoad(instructions: readonly Instruction[], index: number, constant: number, constants: ConstantTable): number {
  const load = instructions[index];
  const user = instructions[index + 1];
  if (user === undefined) return 0;
  switch (user.opcode) {
    case Op.POP_JUMP_IF_FALSE:
    case Op.POP_JUMP_IF_TRUE:
      makeNop(load);
      if (isTrue(constants.values[constant]) === (user.opcode === Op.POP_JUMP_IF_TRUE)) user.opcode = Op.JUMP;
      else makeNop(user);
      return 0;
    case Op.IS_OP:
      if (constants.values[constant] === null) foldIsNone(load, user, instructions[index + 2]);
      return 0;
    case Op.RETURN_VALUE:
      makeNop(load);
      user.opcode = Op.RETURN_CONST;
      user.oparg = constant;
      return 1;
  }
  return 0;
}

/** `if x is None` and `if x is not None` each have a jump of their own. */
function foldIsNone(load: Instruction, is: Instruction, jump: Instruction | undefined): void {
  if (jump === undefined || (jump.opcode !== Op.POP_JUMP_IF_FALSE && jump.opcode !== Op.POP_JUMP_IF_TRUE)) return;
  const jumpsIfNone = (is.oparg === 1) === (jump.opcode === Op.POP_JUMP_IF_FALSE);
  makeNop(load);
  makeNop(is);
  jump.opcode = jumpsIfNone ? Op.POP_JUMP_IF_NONE : Op.POP_JUMP_IF_NOT_NONE;
}

/** A tuple built to be unpacked at once is a swap; a tuple of constants is a constant. */
function foldTuple(instructions: readonly Instruction[], index: number, constants: ConstantTable): void {
  const build = instructions[index];
  const user = instructions[index + 1];
  const size = build.oparg;
  if (user !== undefined && user.opcode === Op.UNPACK_SEQUENCE && user.oparg === size && size >= 1 && size <= 3) {
    makeNop(build);
    if (size === 1) makeNop(user);
    else user.opcode = Op.SWAP;
    return;
  }
  if (index < size) return;
  const items: Constant[] = [];
  for (let i = index - size; i < index; i++) {
    const { opcode, oparg } = instructions[i];
    if ((traits[opcode] & CONST) === 0) return;
    items.push(constants.values[oparg]);
  }
  for (let i = index - size; i < index; i++) makeNop(instructions[i]);
  build.opcode = Op.LOAD_CONST;
  build.oparg = constants.add(items);
}

/** A jump to a jump goes where that goes, if no line would be missed. */
function threadJump(jump: Instruction): boolean {
  const target = jump.target!.instructions[0];
  if (target.opcode !== Op.JUMP || target.target === jump.target) return false;
  if (target.lineno !== jump.lineno && target.lineno !== -1) return false;
  jump.target = target.target;
  return true;
}

function mergePushNull(pushNull: Instruction, user: Instruction | undefined): void {
  if (user === undefined || user.opcode !== Op.LOAD_GLOBAL || (user.oparg & 1) !== 0) return;
  makeNop(pushNull);
  user.oparg |= 1;
}
