import { Op } from '@py/code';
import { LINE, makeNop, move, OPARG, ROW } from '../instruction-sequence.ts';
import type { Block } from './block.ts';

/**
 * Replaces the run of SWAPs and NOPs that begins at `index` by the shortest one with the same effect, at the end of the run.
 * Gives the index of the last instruction of the run (CPython 3.12: Python/flowgraph.c, swaptimize).
 */
export function shortenSwaps(words: Int32Array, block: Block, index: number): number {
  let end = index + ROW;
  let swaps = 1;
  let depth = words[index + OPARG];
  for (; end < block.end; end += ROW) {
    if (words[end] === Op.SWAP) {
      swaps++;
      depth = Math.max(depth, words[end + OPARG]);
    } else if (words[end] !== Op.NOP) {
      break;
    }
  }
  if (swaps === 1) return index;
  let free = end - ROW;
  for (const position of swapsOf(permutation(words, index, end, depth))) {
    words[free] = Op.SWAP;
    words[free + OPARG] = position;
    free -= ROW;
  }
  for (; free >= index; free -= ROW) makeNop(words, free);
  return end - ROW;
}

/** What the run does to the stack: the position, from the top, at which each place's value was before. */
function permutation(words: Int32Array, start: number, end: number, depth: number): number[] {
  const stack = Array.from({ length: depth }, (_, position) => position);
  for (let i = start; i < end; i += ROW) {
    if (words[i] !== Op.SWAP) continue;
    const other = words[i + OPARG] - 1;
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
export function applySwaps(words: Int32Array, block: Block, index: number): void {
  for (let swap = index; swap >= block.start; swap -= ROW) {
    if (words[swap] !== Op.SWAP) {
      if (words[swap] === Op.NOP || canMove(words[swap])) continue;
      return;
    }
    const first = nextMovable(words, block, swap, -1);
    if (first < 0) return;
    let second = first;
    for (let count = words[swap + OPARG] - 1; count > 0; count--) {
      second = nextMovable(words, block, second, words[first + LINE]);
      if (second < 0) return;
    }
    if (!canExchange(words, first, second)) return;
    makeNop(words, swap);
    const taken = words.slice(first, first + ROW);
    move(words, second, first);
    words.set(taken, second);
  }
}

/** Pops one value and can neither raise nor run other code. */
function canMove(opcode: number): boolean {
  return opcode === Op.STORE_FAST || opcode === Op.STORE_FAST_MAYBE_NULL || opcode === Op.POP_TOP;
}

/** Index of the next movable instruction, NOPs skipped; -1 if another comes first or one of another line than `line` (≥ 0). */
function nextMovable(words: Int32Array, block: Block, index: number, line: number): number {
  for (let i = index + ROW; i < block.end; i += ROW) {
    if (line >= 0 && words[i + LINE] !== line) return -1;
    if (words[i] === Op.NOP) continue;
    return canMove(words[i]) ? i : -1;
  }
  return -1;
}

/** Two stores can change places unless they, or one between them, store to the same local. */
function canExchange(words: Int32Array, first: number, second: number): boolean {
  const a = localStored(words, first);
  const b = localStored(words, second);
  if (a < 0 && b < 0) return true;
  if (a === b) return false;
  for (let i = first + ROW; i < second; i += ROW) {
    const between = localStored(words, i);
    if (between >= 0 && (between === a || between === b)) return false;
  }
  return true;
}

function localStored(words: Int32Array, index: number): number {
  return words[index] === Op.STORE_FAST || words[index] === Op.STORE_FAST_MAYBE_NULL ? words[index + OPARG] : -1;
}
