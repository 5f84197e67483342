import type { ConstantTable } from '../constants.ts';
import { clearVisited, copyInstructions, exitsScope, fallsThrough, lastInstruction, makeNop, type Block } from './block.ts';
import { removeAllNops, removeEmptyBlocks, removeNopsAndPairs, removeRedundantJumps } from './nops.ts';
import { optimizeBlock } from './peephole.ts';
import { HAS_TARGET, traits, UNCONDITIONAL } from './traits.ts';

/** Exit blocks of at most so many instructions are copied to the jumps that lead to them. */
const MAX_COPY_SIZE = 4;

/**
 * Makes the code shorter without changing what it does, tracing included. Gives the first block, which may be another than
 * before. Blocks that remain are not empty (CPython 3.12: Python/flowgraph.c, optimize_cfg).
 */
export function optimizeGraph(first: Block, constants: ConstantTable): Block {
  let entry = removeEmptyBlocks(first);
  inlineSmallExits(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) optimizeBlock(block, constants);
  removeNopsAndPairs(entry);
  inlineSmallExits(entry);
  removeUnreachable(entry);
  removeAllNops(entry);
  entry = removeEmptyBlocks(entry);
  removeRedundantJumps(entry);
  return entry;
}

function inlineSmallExits(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const last = lastInstruction(block);
    if (last === undefined || (traits[last.opcode] & UNCONDITIONAL) === 0) continue;
    const target = last.target!;
    if (target.instructions.length > MAX_COPY_SIZE || !exitsScope(target)) continue;
    makeNop(last);
    copyInstructions(target, block);
  }
}

function removeUnreachable(entry: Block): void {
  countPredecessors(entry);
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (block.predecessors === 0) block.instructions = [];
  }
}

/**
 * A block is marked when it is taken up, not when it is found: one found twice before that counts its successors twice, as in
 * CPython, and so keeps them from inheriting a line (CPython 3.12: Python/flowgraph.c, mark_reachable).
 */
function countPredecessors(entry: Block): void {
  clearVisited(entry);
  entry.predecessors = 1;
  const pending = [entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.visited = true;
    if (block.next !== null && fallsThrough(block)) {
      if (!block.next.visited) pending.push(block.next);
      block.next.predecessors++;
    }
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      const { opcode, target } = instructions[i];
      if ((traits[opcode] & HAS_TARGET) === 0) continue;
      if (!target!.visited) pending.push(target!);
      target!.predecessors++;
    }
  }
}
