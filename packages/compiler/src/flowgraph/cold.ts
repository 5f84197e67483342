import { Op } from '@py/code';
import type { Block, FlowGraph } from './block.ts';
import { removeRedundantJumps } from './nops.ts';

/**
 * Moves the blocks that only an exception can reach to the end, in their order
 * (CPython 3.12: Python/flowgraph.c, push_cold_blocks_to_end).
 */
export function moveColdBlocks(graph: FlowGraph): void {
  const { entry } = graph;
  if (!graph.hasHandlers || entry.next === null) return;
  markWarm(graph);
  markCold(graph);
  let freeLabel = graph.nextLabel();
  for (let block: Block | null = entry; block !== null; block = block.next) {
    if (block.cold && block.next !== null && block.next.warm && graph.fallsThrough(block)) {
      if (block.next.label < 0) block.next.label = freeLabel++;
      jumpToNext(graph, block, block.next);
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
  removeRedundantJumps(graph);
}

/** Marks what control reaches without an exception. */
function markWarm(graph: FlowGraph): void {
  graph.clearVisited();
  graph.entry.visited = true;
  const pending = [graph.entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.warm = true;
    markSuccessors(graph, block, pending);
  }
}

/** Marks handlers and what is reached from them alone. */
function markCold(graph: FlowGraph): void {
  graph.clearVisited();
  const pending: Block[] = [];
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    if (!block.isHandler) continue;
    block.visited = true;
    pending.push(block);
  }
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.cold = true;
    markSuccessors(graph, block, pending);
  }
}

function markSuccessors(graph: FlowGraph, block: Block, pending: Block[]): void {
  if (block.next !== null && graph.fallsThrough(block)) mark(block.next, pending);
  const target = graph.jumpTarget(block);
  if (target !== null) mark(target, pending);
}

/** (While warm blocks are being marked none is both warm and unvisited.) */
function mark(block: Block, pending: Block[]): void {
  if (block.warm || block.visited) return;
  block.visited = true;
  pending.push(block);
}

function jumpToNext(graph: FlowGraph, block: Block, target: Block): void {
  const jump = graph.newJump(Op.JUMP, target);
  jump.cold = true;
  jump.next = target;
  block.next = jump;
}
