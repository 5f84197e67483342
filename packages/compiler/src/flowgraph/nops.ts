import { Op } from '@py/code';
import { LINE, makeNop, move, OPARG, place, ROW, TARGET } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { JUMP, traits, UNCONDITIONAL } from './traits.ts';

/**
 * Drops the NOPs that no tracer could miss: without a line, or beside an instruction of the same line
 * (CPython 3.12: Python/flowgraph.c, remove_redundant_nops).
 */
export function removeNops({ code: { words } }: FlowGraph, block: Block): void {
  const { start, end } = block;
  // Most blocks have none.
  let kept = start;
  while (kept < end && words[kept] !== Op.NOP) kept += ROW;
  if (kept === end) return;
  let previousLine = kept === start ? -1 : lineLeftBy(words, kept - ROW);
  for (let i = kept; i < end; i += ROW) {
    if (words[i] === Op.NOP && isRedundantNop(words, block, i, previousLine)) continue;
    if (i !== kept) move(words, i, kept);
    previousLine = lineLeftBy(words, kept);
    kept += ROW;
  }
  block.end = kept;
}

/** `def f(): pass`: the line of the RESUME at the start does not stand for that of the body. */
function lineLeftBy(words: Int32Array, index: number): number {
  return words[index] === Op.RESUME && words[index + OPARG] === 0 ? -1 : words[index + LINE];
}

function isRedundantNop(words: Int32Array, block: Block, index: number, previousLine: number): boolean {
  const line = words[index + LINE];
  if (line < 0 || line === previousLine) return true;
  const following = index + ROW;
  if (following < block.end) {
    const followingLine = words[following + LINE];
    if (followingLine >= 0) return followingLine === line;
    place(words, following, index);
    return true;
  }
  return line === firstLine(words, nextNonEmpty(block.next));
}

/** The line at which a block begins, NOPs without a line left out; -1 if it has none. */
function firstLine(words: Int32Array, block: Block | null): number {
  if (block === null) return -1;
  for (let i = block.start; i < block.end; i += ROW) {
    const line = words[i + LINE];
    if (words[i] !== Op.NOP || line !== -1) return line;
  }
  return -1;
}

export function removeAllNops(graph: FlowGraph): void {
  for (let block: Block | null = graph.entry; block !== null; block = block.next) removeNops(graph, block);
}

/**
 * Drops redundant NOPs and loads that the next instruction pops, until there are none
 * (CPython 3.12: Python/flowgraph.c, remove_redundant_nops_and_pairs).
 */
export function removeNopsAndPairs(graph: FlowGraph): void {
  const { words } = graph.code;
  let done = false;
  while (!done) {
    done = true;
    /** Index of the instruction before; -1 if there is none that control surely comes from. */
    let previous = -1;
    for (let block: Block | null = graph.entry; block !== null; block = block.next) {
      removeNops(graph, block);
      if (block.label >= 0) previous = -1;
      for (let i = block.start; i < block.end; i += ROW) {
        if (words[i] === Op.POP_TOP && previous >= 0) {
          if (words[previous] === Op.LOAD_CONST || (words[previous] === Op.COPY && words[previous + OPARG] === 1)) {
            makeNop(words, previous);
            makeNop(words, i);
            done = false;
          }
        }
        previous = i;
      }
      if ((previous >= 0 && (traits[words[previous]] & JUMP) !== 0) || !graph.fallsThrough(block)) previous = -1;
    }
  }
}

/**
 * Takes empty blocks out of the list and sends jumps to them on to the next block that is not
 * (CPython 3.12: Python/flowgraph.c, eliminate_empty_basic_blocks).
 */
export function removeEmptyBlocks(graph: FlowGraph): void {
  const { words } = graph.code;
  graph.entry = nextNonEmpty(graph.entry)!;
  for (let block: Block | null = graph.entry; block !== null; block = block.next) block.next = nextNonEmpty(block.next);
  let freeLabel = graph.nextLabel();
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    for (let i = graph.nextWithTarget(block, block.start); i < block.end; i = graph.nextWithTarget(block, i + ROW)) {
      const before = graph.target(i);
      const target = nextNonEmpty(before)!;
      if (target === before) continue;
      if (target.label < 0) target.label = freeLabel++;
      words[i + TARGET] = target.number;
      words[i + OPARG] = target.label;
    }
  }
}

function nextNonEmpty(block: Block | null): Block | null {
  while (block !== null && block.start === block.end) block = block.next;
  return block;
}

/** Turns jumps to the next block into NOPs. There must be no empty blocks (CPython 3.12: Python/flowgraph.c, remove_redundant_jumps). */
export function removeRedundantJumps(graph: FlowGraph): void {
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    if ((graph.lastTraits(block) & UNCONDITIONAL) === 0) continue;
    const last = block.end - ROW;
    if (graph.target(last) === block.next) makeNop(graph.code.words, last);
  }
}
