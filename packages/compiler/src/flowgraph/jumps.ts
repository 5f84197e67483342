import { Op, opcodeTables } from '@py/code';
import { makeNop, OPARG, place, ROW, TARGET } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { removeAllNops } from './nops.ts';
import { BLOCK_PUSH, traits } from './traits.ts';

const { cacheWords } = opcodeTables['3.12'];

/** Turns pseudo instructions, jumps excepted, into real ones or nothing. The handlers they installed are already noted. */
export function removePseudoInstructions(graph: FlowGraph): void {
  const { words } = graph.code;
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    for (let i = block.start; i < block.end; i += ROW) {
      const opcode = words[i];
      if (opcode === Op.POP_BLOCK || (traits[opcode] & BLOCK_PUSH) !== 0) makeNop(words, i);
      else if (opcode === Op.STORE_FAST_MAYBE_NULL) words[i] = Op.STORE_FAST;
    }
  }
  removeAllNops(graph);
}

/**
 * Makes every jump a real one with its distance, and gives blocks their offsets. Gives the length of the code, in code units.
 * CPython 3.12: Python/flowgraph.c, _PyCfg_ResolveJumps.
 */
export function resolveJumps(graph: FlowGraph): number {
  orientJumps(graph);
  let length = placeBlocks(graph);
  // A distance of more than one byte lengthens the code, and other distances with it. (A jump back over 255 units needs no
  // EXTENDED_ARG, but with one it is 256 and needs it: which of the two comes out depends on what the jump's argument was before.)
  while (!measureJumps(graph)) length = placeBlocks(graph);
  return length;
}

/** Length of an instruction with its EXTENDED_ARGs and caches, in code units. */
export function instructionSize(opcode: number, oparg: number): number {
  return 1 + (oparg > 0xff ? (oparg > 0xffff ? (oparg > 0xffffff ? 3 : 2) : 1) : 0) + cacheWords[opcode];
}

/** Decides which way jumps go. Only unconditional ones can go back. */
function orientJumps(graph: FlowGraph): void {
  graph.clearVisited();
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    block.visited = true;
    const target = graph.jumpTarget(block);
    if (target === null) continue;
    const { words } = graph.code;
    const last = block.end - ROW;
    const isForward = !target.visited;
    if (words[last] === Op.JUMP) words[last] = isForward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD;
    else if (words[last] === Op.JUMP_NO_INTERRUPT) words[last] = isForward ? Op.JUMP_FORWARD : Op.JUMP_BACKWARD_NO_INTERRUPT;
    else if (!isForward) jumpBackOver(graph, block, target);
  }
}

/** A conditional jump back, with which a block ends, becomes the opposite jump over an unconditional one. */
function jumpBackOver(graph: FlowGraph, block: Block, target: Block): void {
  const inserted = graph.newJump(Op.JUMP, target);
  const { words } = graph.code;
  const jump = block.end - ROW;
  place(words, inserted.start, jump);
  inserted.cold = block.cold;
  inserted.next = block.next;
  words[jump] = oppositeJump(words[jump]);
  words[jump + TARGET] = block.next!.number;
  block.next = inserted;
}

function oppositeJump(opcode: number): number {
  switch (opcode) {
    case Op.POP_JUMP_IF_NOT_NONE:
      return Op.POP_JUMP_IF_NONE;
    case Op.POP_JUMP_IF_NONE:
      return Op.POP_JUMP_IF_NOT_NONE;
    case Op.POP_JUMP_IF_FALSE:
      return Op.POP_JUMP_IF_TRUE;
    default:
      return Op.POP_JUMP_IF_FALSE;
  }
}

function placeBlocks({ entry, code: { words } }: FlowGraph): number {
  let offset = 0;
  for (let block: Block | null = entry; block !== null; block = block.next) {
    block.offset = offset;
    for (let i = block.start; i < block.end; i += ROW) offset += instructionSize(words[i], words[i + OPARG]);
    block.endOffset = offset;
  }
  return offset;
}

/** Notes the distances of jumps; false if one of them changed its instruction's length. */
function measureJumps(graph: FlowGraph): boolean {
  const { words } = graph.code;
  let settled = true;
  for (let block: Block | null = graph.entry; block !== null; block = block.next) {
    const target = graph.jumpTarget(block);
    if (target === null) continue;
    const last = block.end - ROW;
    const size = instructionSize(words[last], words[last + OPARG]);
    words[last + OPARG] = Math.abs(target.offset - block.endOffset);
    if (instructionSize(words[last], words[last + OPARG]) !== size) settled = false;
  }
  return settled;
}
