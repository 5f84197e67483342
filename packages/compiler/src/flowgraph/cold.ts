import { Op } from '@py/code';
import { Instruction, NO_LOCATION } from '../instruction-sequence.ts';
import { Block, clearVisited, fallsThrough, lastInstruction, nextLabel } from './block.ts';
import { removeRedundantJumps } from './nops.ts';
import { JUMP, traits } from './traits.ts';

/**
 * Moves the blocks that only an exception can reach to the end, in their order
 * (CPython 3.12: Python/flowgraph.c, push_cold_blocks_to_end).
 */
export function moveColdBlocks(entry: Block): void {
  if (entry.next === null) return;
  markWarm(entry);
  markCold(entry);
  let freeLabel = nextLabel(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (block.cold && block.next !== null && block.next.warm && fallsThrough(block)) {
      if (block.next.label < 0) block.next.label = freeLabel++;
      jumpToNext(block, block.next);
    }
  }
  let warm = entry;
  let firstCold: Block | null = null;
  let lastCold: Block | null = null;
  for (let block = entry.next as Block | null; block !== null; block = block.next) {
    if (!block.cold) {
      warm.next = block;
      warm = block;
    } else if (lastCold === null) {
      firstCold = lastCold = block;
    } else {
      lastCold.next = block;
      lastCold = block;
    }
  }
  if (lastCold === null) return;
  lastCold.next = null;
  warm.next = firstCold;
  removeRedundantJumps(entry);
}

/** Marks what control reaches without an exception. */
function markWarm(entry: Block): void {
  clearVisited(entry);
  entry.visited = true;
  const pending = [entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.warm = true;
    markSuccessors(block, pending);
  }
}

/** Marks handlers and what is reached from them alone. */
function markCold(entry: Block): void {
  clearVisited(entry);
  const pending: Block[] = [];
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (!block.isHandler) continue;
    block.visited = true;
    pending.push(block);
  }
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.cold = true;
    markSuccessors(block, pending);
  }
}

function markSuccessors(block: Block, pending: Block[]): void {
  if (block.next !== null && fallsThrough(block)) mark(block.next, pending);
  const last = lastInstruction(block);
  if (last !== undefined && (traits[last.opcode] & JUMP) !== 0) mark(last.target!, pending);
}

/** (While warm blocks are being marked none is both warm and unvisited.) */
function mark(block: Block, pending: Block[]): void {
  if (block.warm || block.visited) return;
  block.visited = true;
  pending.push(block);
}

function jumpToNext(block: Block, target: Block): void {
  const jump = new Block();
  const instruction = new Instruction(Op.JUMP, target.label, NO_LOCATION);
  instruction.target = target;
  jump.instructions.push(instruction);
  jump.cold = true;
  jump.next = target;
  block.next = jump;
}
