import { Op } from '@py/code';
import { HANDLER, OPARG, ROW } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';

const MARKS_UNBOUND = 1;
const MARKS_BOUND = 2;
const LOADS = 3;

/** Opcode → what it means for the local it names. */
const effects = new Uint8Array(512);
for (const opcode of [Op.DELETE_FAST, Op.LOAD_FAST_AND_CLEAR, Op.STORE_FAST_MAYBE_NULL]) effects[opcode] = MARKS_UNBOUND;
for (const opcode of [Op.STORE_FAST, Op.LOAD_FAST_CHECK]) effects[opcode] = MARKS_BOUND;
effects[Op.LOAD_FAST] = LOADS;

/**
 * Makes every LOAD_FAST of a local that may be unbound a LOAD_FAST_CHECK. Locals from the 65th on are followed within one
 * block only (CPython 3.12: Python/flowgraph.c, add_checks_for_loads_of_uninitialized_variables).
 *
 * @param localCount - Fast locals, parameters included.
 * @param parameterCount - The first so many are bound at the start.
 */
export function checkUnboundLocals(graph: FlowGraph, localCount: number, parameterCount: number): void {
  if (localCount === 0) return;
  if (localCount > 64) checkHighLocals(graph, localCount);
  const { entry } = graph;
  graph.clearVisited();
  const pending: Block[] = [];
  const followed = Math.min(localCount, 64);
  enter(entry, bitsBetween(parameterCount, Math.min(followed, 32)), bitsBetween(parameterCount - 32, followed - 32), pending);
  // A `del` anywhere is a second origin of unbound locals: every block is looked at once.
  for (let block: Block | null = entry; block !== null; block = block.next) scanBlock(graph, block, pending);
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    block.visited = false;
    scanBlock(graph, block, pending);
  }
}

/** Bits `from` (or 0) up to but not including `to`, at most 32. */
function bitsBetween(from: number, to: number): number {
  let bits = 0;
  for (let bit = Math.max(from, 0); bit < to; bit++) bits |= 1 << bit;
  return bits;
}

/** Adds what may be unbound where a block begins, and has the block looked at (again) if that is news. */
function enter(block: Block, low: number, high: number, pending: Block[]): void {
  const bothLow = block.unsafeLow | low;
  const bothHigh = block.unsafeHigh | high;
  if (bothLow === block.unsafeLow && bothHigh === block.unsafeHigh) return;
  block.unsafeLow = bothLow;
  block.unsafeHigh = bothHigh;
  if (block.visited) return;
  block.visited = true;
  pending.push(block);
}

function scanBlock(graph: FlowGraph, block: Block, pending: Block[]): void {
  let low = block.unsafeLow;
  let high = block.unsafeHigh;
  const { blocks, code: { words } } = graph;
  for (let i = block.start; i < block.end; i += ROW) {
    const handler = words[i + HANDLER];
    if (handler >= 0) enter(blocks[handler], low, high, pending);
    const effect = effects[words[i]];
    if (effect === 0) continue;
    const local = words[i + OPARG];
    if (local >= 64) continue;
    const isLow = local < 32;
    const bit = 1 << (local & 31);
    if (effect === MARKS_UNBOUND) {
      if (isLow) low |= bit;
      else high |= bit;
      continue;
    }
    if (effect === LOADS && ((isLow ? low : high) & bit) !== 0) words[i] = Op.LOAD_FAST_CHECK;
    if (isLow) low &= ~bit;
    else high &= ~bit;
  }
  if (block.next !== null && graph.fallsThrough(block)) enter(block.next, low, high, pending);
  const target = graph.jumpTarget(block);
  if (target !== null) enter(target, low, high, pending);
}

function checkHighLocals({ entry, code: { words } }: FlowGraph, localCount: number): void {
  /** For each local from the 65th on, the number of the block in which it was last seen bound. */
  const boundIn = new Int32Array(localCount);
  let number = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    number++;
    for (let i = block.start; i < block.end; i += ROW) {
      const effect = effects[words[i]];
      const local = words[i + OPARG];
      if (effect === 0 || local < 64) continue;
      if (effect === LOADS && boundIn[local] !== number) words[i] = Op.LOAD_FAST_CHECK;
      boundIn[local] = effect === MARKS_UNBOUND ? 0 : number;
    }
  }
}
