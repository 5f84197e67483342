import { Op } from '@py/code';
import type { Instruction } from '../instruction-sequence.ts';
import { makeNop, type Block } from './block.ts';

/**
 * Replaces the run of SWAPs and NOPs that begins at `index` by the shortest one with the same effect, at the end of the run.
 * Gives the index of the last instruction of the run (CPython 3.12: Python/flowgraph.c, swaptimize).
 */
export function shortenSwaps(block: Block, index: number): number {
  const instructions = block.instructions;
  let end = index + 1;
  let swaps = 1;
  let depth = instructions[index].oparg;
  for (; end < instructions.length; end++) {
    const { opcode, oparg } = instructions[end];
    if (opcode === Op.SWAP) {
      swaps++;
      depth = Math.max(depth, oparg);
    } else if (opcode !== Op.NOP) {
      break;
    }
  }
  if (swaps === 1) return index;
  let free = end - 1;
  for (const position of swapsOf(permutation(instructions, index, end, depth))) {
    instructions[free].opcode = Op.SWAP;
    instructions[free--].oparg = position;
  }
  while (free >= index) makeNop(instructions[free--]);
  return end - 1;
}

/** What the run does to the stack: the position, from the top, at which each place's value was before. */
function permutation(instructions: readonly Instruction[], start: number, end: number, depth: number): number[] {
  const stack = Array.from({ length: depth }, (_, position) => position);
  for (let i = start; i < end; i++) {
    if (instructions[i].opcode !== Op.SWAP) continue;
    const other = instructions[i].oparg - 1;
    const top = stack[0];
    stack[0] = stack[other];
    stack[other] = top;
  }
  return stack;
}

/**
 * The SWAP arguments, last one first, that make a permutation: each cycle is followed round, swapping with the top at every
 * place but the top itself; a cycle that does not pass through the top swaps its first place twice.
 */
function swapsOf(stack: number[]): number[] {
  const done = -1;
  const result: number[] = [];
  for (let start = 0; start < stack.length; start++) {
    if (stack[start] === done || stack[start] === start) continue;
    let position = start;
    while (true) {
      if (position !== 0) result.push(position + 1);
      const following = stack[position];
      if (following === done) break;
      stack[position] = done;
      position = following;
    }
  }
  return result;
}

/**
 * Carries out the SWAPs before and at `index` by exchanging the two instructions that take the swapped values, where
 * neither can notice (CPython 3.12: Python/flowgraph.c, apply_static_swaps).
 */
export function applySwaps(block: Block, index: number): void {
  const instructions = block.instructions;
  for (let i = index; i >= 0; i--) {
    const swap = instructions[i];
    if (swap.opcode !== Op.SWAP) {
      if (swap.opcode === Op.NOP || canMove(swap)) continue;
      return;
    }
    const first = nextMovable(block, i, -1);
    if (first < 0) return;
    const line = instructions[first].lineno;
    let second = first;
    for (let count = swap.oparg - 1; count > 0; count--) {
      second = nextMovable(block, second, line);
      if (second < 0) return;
    }
    if (!canExchange(instructions, first, second)) return;
    makeNop(swap);
    const taken = instructions[first];
    instructions[first] = instructions[second];
    instructions[second] = taken;
  }
}

/** Pops one value and can neither raise nor run other code. */
function canMove({ opcode }: Instruction): boolean {
  return opcode === Op.STORE_FAST || opcode === Op.STORE_FAST_MAYBE_NULL || opcode === Op.POP_TOP;
}

/** Index of the next movable instruction, NOPs skipped; -1 if another comes first or one of another line than `line` (≥ 0). */
function nextMovable(block: Block, index: number, line: number): number {
  const instructions = block.instructions;
  for (let i = index + 1; i < instructions.length; i++) {
    const instruction = instructions[i];
    if (line >= 0 && instruction.lineno !== line) return -1;
    if (instruction.opcode === Op.NOP) continue;
    return canMove(instruction) ? i : -1;
  }
  return -1;
}

/** Two stores can change places unless they, or one between them, store to the same local. */
function canExchange(instructions: readonly Instruction[], first: number, second: number): boolean {
  const a = localStored(instructions[first]);
  const b = localStored(instructions[second]);
  if (a < 0 && b < 0) return true;
  if (a === b) return false;
  for (let i = first + 1; i < second; i++) {
    const between = localStored(instructions[i]);
    if (between >= 0 && (between === a || between === b)) return false;
  }
  return true;
}

function localStored({ opcode, oparg }: Instruction): number {
  return opcode === Op.STORE_FAST || opcode === Op.STORE_FAST_MAYBE_NULL ? oparg : -1;
}
