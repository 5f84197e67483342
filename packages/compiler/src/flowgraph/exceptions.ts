import { Op } from '@py/code';
import { clearVisited, fallsThrough, type Block, type HandlerStack } from './block.ts';
import { BLOCK_PUSH, JUMP, traits } from './traits.ts';

/**
 * Notes for every reachable instruction which block handles an exception raised there, and for every `yield` how many
 * handlers surround it. False if there are no handlers (CPython 3.12: Python/flowgraph.c, mark_except_handlers and label_exception_targets).
 */
export function labelHandlers(entry: Block): boolean {
  if (!markHandlers(entry)) return false;
  clearVisited(entry);
  entry.visited = true;
  const pending = [entry];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    let handlers = block.handlers;
    block.handlers = null;
    for (const instruction of block.instructions) {
      const bits = traits[instruction.opcode];
      if ((bits & BLOCK_PUSH) !== 0) {
        const handler = instruction.target!;
        reach(handler, handlers, pending);
        if (instruction.opcode !== Op.SETUP_FINALLY) handler.preserveLasti = true;
        handlers = { handler, outer: handlers, depth: handlers === null ? 1 : handlers.depth + 1 };
        continue;
      }
      if (instruction.opcode === Op.POP_BLOCK) {
        handlers = handlers!.outer;
        continue;
      }
      instruction.handler = handlers === null ? null : handlers.handler;
      if ((bits & JUMP) !== 0) reach(instruction.target!, handlers, pending);
      else if (instruction.opcode === Op.YIELD_VALUE) instruction.oparg = handlers === null ? 0 : handlers.depth;
    }
    if (block.next !== null && fallsThrough(block)) reach(block.next, handlers, pending);
  }
  return true;
}

function markHandlers(entry: Block): boolean {
  let found = false;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    const { instructions } = block;
    for (let i = 0; i < instructions.length; i++) {
      if ((traits[instructions[i].opcode] & BLOCK_PUSH) === 0) continue;
      instructions[i].target!.isHandler = true;
      found = true;
    }
  }
  return found;
}

function reach(block: Block, handlers: HandlerStack | null, pending: Block[]): void {
  if (block.visited) return;
  block.visited = true;
  block.handlers = handlers;
  pending.push(block);
}
