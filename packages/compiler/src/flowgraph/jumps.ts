import { Op, opcodeTables } from '@py/code';
import { Instruction } from '../instruction-sequence.ts';
import { Block, clearVisited, lastInstruction, makeNop } from './block.ts';
import { removeAllNops } from './nops.ts';
import { BLOCK_PUSH, JUMP, traits } from './traits.ts';

const { cacheWords } = opcodeTables['3.12'];

/** Turns pseudo instructions, jumps excepted, into real ones or nothing. The handlers they installed are already noted. */
export function removePseudoInstructions(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      const instruction = instructions[i];
      const { opcode } = instruction;
      if (opcode === Op.POP_BLOCK || (traits[opcode] & BLOCK_PUSH) !== 0) makeNop(instruction);
      else if (opcode === Op.STORE_FAST_MAYBE_NULL) instruction.opcode = Op.STORE_FAST;
    }
  }
  removeAllNops(entry);
}

/**
 * Makes every jump a real one with its distance, and gives blocks their offsets. Gives the length of the code, in code units.
 * CPython 3.12: Python/flowgraph.c, _PyCfg_ResolveJumps.
 */
export function resolveJumps(entry: Block): number {
  orientJumps(entry);
  let length = placeBlocks(entry);
  // A distance of more than one byte lengthens the code, and other distances with it. (A jump back over 255 units needs no
  // EXTENDED_ARG, but with one it is 256 and needs it: which of the two comes out depends on what the jump's argument was before.)
  while (!measureJumps(entry)) length = placeBlocks(entry);
  return length;
}

/** Length of an instruction with its EXTENDED_ARGs and caches, in code units. */
export function instructionSize(opcode: number, oparg: number): number {
  return 1 + (oparg > 0xff ? (oparg > 0xffff ? (oparg > 0xffffff ? 3 : 2) : 1) : 0) + cacheWords[opcode];
}

/** Decides which way jumps go. Only unconditional ones can go back. */
function orientJumps(entry: Block): void {
  clearVisited(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    block.visited = true;
    const last = lastInstruction(block);
    if (last === undefined || (traits[last.opcode] & JUMP) === 0) continue;
    const isForward = !last.target!.visited;
    if (last.opcode === Op.JUMP) last.opcode = isForward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD;
    else if (last.opcode === Op.JUMP_NO_INTERRUPT) last.opcode = isForward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD_NO_INTERRUPT;
    else if (!isForward) jumpBackOver(block, last);
  }
}

/** A conditional jump back becomes the opposite jump over an unconditional one. */
function jumpBackOver(block: Block, jump: Instruction): void {
  const back = new Instruction(Op.JUMP, jump.target!.label, jump.loc);
  back.target = jump.target;
  const inserted = new Block();
  inserted.instructions.push(back);
  inserted.cold = block.cold;
  inserted.next = block.next;
  jump.opcode = oppositeJump(jump.opcode);
  jump.target = block.next;
  block.next = inserted;
}

function oppositeJump(opcode: number): number {
  switch (opcode) {
    case Op.POP_JUMP_IF_NOT_NONE:
      return Op.POP_JUMP_IF_NONE;
    case Op.POP_JUMP_IF_NONE:
      return Op.POP_JUMP_IF_NOT_NONE;
    case Op.POP_JUMP_IF_FALSE:
      return Op.POP_JUMP_IF_TRUE;
    default:
      return Op.POP_JUMP_IF_FALSE;
  }
}

function placeBlocks(entry: Block): number {
  let offset = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    block.offset = offset;
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) offset += instructionSize(instructions[i].opcode, instructions[i].oparg);
    block.end = offset;
  }
  return offset;
}

/** Notes the distances of jumps; false if one of them changed its instruction's length. */
function measureJumps(entry: Block): boolean {
  let settled = true;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined || (traits[last.opcode] & JUMP) === 0) continue;
    const size = instructionSize(last.opcode, last.oparg);
    last.oparg = Math.abs(last.target!.offset - block.end);
    if (instructionSize(last.opcode, last.oparg) !== size) settled = false;
  }
  return settled;
}
