import { Op } from '@py/code';
import type { Instruction } from '../instruction-sequence.ts';
import { fallsThrough, lastInstruction, makeNop, nextLabel, type Block } from './block.ts';
import { HAS_TARGET, JUMP, traits, UNCONDITIONAL } from './traits.ts';

/**
 * Drops the NOPs that no tracer could miss: without a line, or beside an instruction of the same line
 * (CPython 3.12: Python/flowgraph.c, remove_redundant_nops).
 */
export function removeNops(block: Block): void {
  const { instructions } = block;
  const count = instructions.length;
  // Most blocks have none.
  let kept = 0;
  while (kept < count && instructions[kept].opcode !== Op.NOP) kept++;
  if (kept === count) return;
  let previousLine = kept === 0 ? -1 : lineLeftBy(instructions[kept - 1]);
  for (let i = kept; i < count; i++) {
    const instruction = instructions[i];
    if (instruction.opcode === Op.NOP && isRedundantNop(block, i, instruction.lineno, previousLine)) continue;
    instructions[kept++] = instruction;
    previousLine = lineLeftBy(instruction);
  }
  if (kept < count) instructions.length = kept;
}

/** `def f(): pass`: the line of the RESUME at the start does not stand for that of the body. */
function lineLeftBy({ opcode, oparg, lineno }: Instruction): number {
  return opcode === Op.RESUME && oparg === 0 ? -1 : lineno;
}

function isRedundantNop(block: Block, index: number, line: number, previousLine: number): boolean {
  if (line < 0 || line === previousLine) return true;
  const { instructions } = block;
  if (index + 1 < instructions.length) {
    const following = instructions[index + 1];
    if (following.lineno >= 0) return following.lineno === line;
    following.place(instructions[index]);
    return true;
  }
  return line === firstLine(nextNonEmpty(block.next));
}

/** The line at which a block begins, NOPs without a line left out; -1 if it has none. */
function firstLine(block: Block | null): number {
  if (block === null) return -1;
  for (const { opcode, lineno } of block.instructions) {
    if (opcode !== Op.NOP || lineno !== -1) return lineno;
  }
  return -1;
}

export function removeAllNops(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) removeNops(block);
}

/**
 * Drops redundant NOPs and loads that the next instruction pops, until there are none
 * (CPython 3.12: Python/flowgraph.c, remove_redundant_nops_and_pairs).
 */
export function removeNopsAndPairs(entry: Block): void {
  let done = false;
  while (!done) {
    done = true;
    let previous: Instruction | null = null;
    for (let block: Block | null = entry; block !== null; block = block.next) {
      removeNops(block);
      if (block.label >= 0) previous = null;
      const { instructions } = block;
      for (let i = 0; i < instructions.length; i++) {
        const instruction = instructions[i];
        if (instruction.opcode === Op.POP_TOP && previous !== null) {
          if (previous.opcode === Op.LOAD_CONST || (previous.opcode === Op.COPY && previous.oparg === 1)) {
            makeNop(previous);
            makeNop(instruction);
            done = false;
          }
        }
        previous = instruction;
      }
      if ((previous !== null && (traits[previous.opcode] & JUMP) !== 0) || !fallsThrough(block)) previous = null;
    }
  }
}

/**
 * Takes empty blocks out of the list and sends jumps to them on to the next block that is not. Gives the new first block
 * (CPython 3.12: Python/flowgraph.c, eliminate_empty_basic_blocks).
 */
export function removeEmptyBlocks(first: Block): Block {
  const entry = nextNonEmpty(first)!;
  for (let block: Block | null = entry; block !== null; block = block.next) block.next = nextNonEmpty(block.next);
  let freeLabel = nextLabel(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      const instruction = instructions[i];
      if ((traits[instruction.opcode] & HAS_TARGET) === 0) continue;
      const target = nextNonEmpty(instruction.target)!;
      if (target === instruction.target) continue;
      if (target.label < 0) target.label = freeLabel++;
      instruction.target = target;
      instruction.oparg = target.label;
    }
  }
  return entry;
}

function nextNonEmpty(block: Block | null): Block | null {
  while (block !== null && block.instructions.length === 0) block = block.next;
  return block;
}

/** Turns jumps to the next block into NOPs. There must be no empty blocks (CPython 3.12: Python/flowgraph.c, remove_redundant_jumps). */
export function removeRedundantJumps(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last: Instruction = lastInstruction(block)!;
    if ((traits[last.opcode] & UNCONDITIONAL) !== 0 && last.target === block.next) makeNop(last);
  }
}
