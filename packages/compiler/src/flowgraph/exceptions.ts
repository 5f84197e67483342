import { Op } from '@py/code';
import { HANDLER, NONE, OPARG, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph, HandlerStack } from './block.ts';
import { BLOCK_PUSH, JUMP, traits } from './traits.ts';

/**
 * Notes for every reachable instruction which block handles an exception raised there, and for every `yield` how many
 * handlers surround it (CPython 3.12: Python/flowgraph.c, label_exception_targets).
 */
export function labelHandlers(graph: FlowGraph): void {
  if (!graph.hasHandlers) return;
  const { words } = graph.code;
  graph.clearVisited();
  graph.entry.visited = true;
  const pending = [graph.entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    let handlers = block.handlers;
    block.handlers = null;
    for (let i = block.start; i < block.end; i += ROW) {
      const opcode = words[i];
      const bits = traits[opcode];
      if ((bits & BLOCK_PUSH) !== 0) {
        const handler = graph.target(i);
        reach(handler, handlers, pending);
        if (opcode !== Op.SETUP_FINALLY) handler.preserveLasti = true;
        handlers = { handler, outer: handlers, depth: handlers === null ? 1 : handlers.depth + 1 };
        continue;
      }
      if (opcode === Op.POP_BLOCK) {
        handlers = handlers!.outer;
        continue;
      }
      words[i + HANDLER] = handlers === null ? NONE : handlers.handler.number;
      if ((bits & JUMP) !== 0) reach(graph.target(i), handlers, pending);
      else if (opcode === Op.YIELD_VALUE) words[i + OPARG] = handlers === null ? 0 : handlers.depth;
    }
    if (block.next !== null && graph.fallsThrough(block)) reach(block.next, handlers, pending);
  }
}

function reach(block: Block, handlers: HandlerStack | null, pending: Block[]): void {
  if (block.visited) return;
  block.visited = true;
  block.handlers = handlers;
  pending.push(block);
}
