import type { ConstantTable } from '../constants.ts';
import { makeNop, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { removeAllNops, removeEmptyBlocks, removeNopsAndPairs, removeRedundantJumps } from './nops.ts';
import { optimizeBlock } from './peephole.ts';
import { UNCONDITIONAL } from './traits.ts';

/** Exit blocks of at most so many instructions are copied to the jumps that lead to them. */
const MAX_COPY_SIZE = 4;

/**
 * Makes the code shorter without changing what it does, tracing included. Blocks that remain are not empty
 * (CPython 3.12: Python/flowgraph.c, optimize_cfg).
 */
export function optimizeGraph(graph: FlowGraph, constants: ConstantTable): void {
  removeEmptyBlocks(graph);
  inlineSmallExits(graph);
  for (let block: Block | null = graph.entry; block !== null; block = block.next) optimizeBlock(graph, block, constants);
  removeNopsAndPairs(graph);
  inlineSmallExits(graph);
  removeUnreachable(graph);
  removeAllNops(graph);
  removeEmptyBlocks(graph);
  removeRedundantJumps(graph);
}

function inlineSmallExits(graph: FlowGraph): void {
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    if ((graph.lastTraits(block) & UNCONDITIONAL) === 0) continue;
    const last = block.end - ROW;
    const target = graph.target(last);
    if (target.end - target.start > MAX_COPY_SIZE * ROW || !graph.exitsScope(target)) continue;
    makeNop(graph.code.words, last);
    graph.append(target, block);
  }
}

function removeUnreachable(graph: FlowGraph): void {
  countPredecessors(graph);
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    if (block.predecessors === 0) block.end = block.start;
  }
}

/**
 * A block is marked when it is taken up, not when it is found: one found twice before that counts its successors twice, as in
 * CPython, and so keeps them from inheriting a line (CPython 3.12: Python/flowgraph.c, mark_reachable).
 */
function countPredecessors(graph: FlowGraph): void {
  const { entry } = graph;
  graph.clearVisited();
  entry.predecessors = 1;
  const pending = [entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.visited = true;
    if (block.next !== null && graph.fallsThrough(block)) countWay(block.next, pending);
    for (let i = graph.nextWithTarget(block, block.start); i < block.end; i = graph.nextWithTarget(block, i + ROW)) countWay(graph.target(i), pending);
  }
}

function countWay(block: Block, pending: Block[]): void {
  if (!block.visited) pending.push(block);
  block.predecessors++;
}
