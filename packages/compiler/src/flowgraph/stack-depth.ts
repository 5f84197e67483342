import { opcodeTables } from '@py/code';
import { OPARG, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { HAS_TARGET, NO_FALLTHROUGH, traits } from './traits.ts';

const { fixedEffect, stackEffect } = opcodeTables['3.12'];

/** What `fixedEffect` holds where it does not tell. */
const VARIES = -128;

/**
 * The most values that can be on the stack at once; notes the depth at which each block begins. A loop has no net effect, so
 * that every block is followed once (CPython 3.12: Python/flowgraph.c, _PyCfg_Stackdepth).
 *
 * @param startDepth - Values on the stack at the start: 1 in a generator or coroutine (what was sent), else 0.
 */
export function computeStackDepth(graph: FlowGraph, startDepth: number): number {
  const { entry, code: { words } } = graph;
  for (let block: Block | null = entry; block !== null; block = block.next) block.startDepth = -1;
  let deepest = 0;
  const pending: Block[] = [];
  enter(entry, startDepth, pending);
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    let depth = block.startDepth;
    let ended = false;
    for (let i = block.start; i < block.end; i += ROW) {
      const opcode = words[i];
      const bits = traits[opcode];
      const oparg = words[i + OPARG];
      if ((bits & HAS_TARGET) !== 0) {
        const targetDepth = depth + stackEffect(opcode, oparg, true);
        if (targetDepth > deepest) deepest = targetDepth;
        enter(graph.target(i), targetDepth, pending);
      }
      const fixed = fixedEffect[opcode];
      depth += fixed === VARIES ? stackEffect(opcode, oparg, false) : fixed;
      if (depth > deepest) deepest = depth;
      if ((bits & NO_FALLTHROUGH) !== 0) {
        ended = true;
        break;
      }
    }
    if (!ended && block.next !== null) enter(block.next, depth, pending);
  }
  return deepest;
}

function enter(block: Block, depth: number, pending: Block[]): void {
  if (block.startDepth >= 0) return;
  block.startDepth = depth;
  pending.push(block);
}
