import { HANDLER, NONE, OPARG, ROW, TARGET, type InstructionSequence } from '../instruction-sequence.ts';
import type { Block, FlowGraph } from './block.ts';
import { BLOCK_PUSH, HAS_TARGET, TERMINATOR, traits } from './traits.ts';

/**
 * Cuts a sequence into basic blocks, at labels and after jumps and exits, and gives jumps their target blocks. Takes the
 * instructions and labels over (CPython 3.12: Python/compile.c, instr_sequence_to_cfg).
 */
export function buildFlowGraph(graph: FlowGraph, code: InstructionSequence): void {
  const { words, length, labels } = code;
  graph.reset(code);
  placeTargets(graph);
  let current = graph.entry;
  current.start = 0;
  let ended = false;
  for (let i = 0; i < length; i += ROW) {
    const labelled = words[i + HANDLER];
    words[i + HANDLER] = NONE;
    if (i > 0 && (ended || labelled !== NONE)) {
      current.end = i;
      current = current.next = labelled === NONE ? graph.newBlock() : graph.blocks[labelled];
      current.start = i;
    }
    const bits = traits[words[i]];
    if ((bits & HAS_TARGET) !== 0) {
      const target = graph.blocks[labels[words[i + OPARG]]];
      words[i + TARGET] = target.number;
      words[i + OPARG] = target.label;
      if ((bits & BLOCK_PUSH) !== 0) graph.hasHandlers = target.isHandler = true;
    }
    ended = (bits & TERMINATOR) !== 0;
  }
  current.end = length;
}

/** Makes the block of every label, whose place becomes the block's number, and leaves it with the label's instruction, whose handler is not known yet anyway. */
function placeTargets(graph: FlowGraph): void {
  const { words, labels } = graph.code;
  for (let label = 0; label < labels.length; label++) {
    const position = labels[label];
    if (position < 0) continue;
    const block = blockAt(graph, words, position);
    block.label = label;
    labels[label] = block.number;
  }
}

function blockAt(graph: FlowGraph, words: Int32Array, position: number): Block {
  if (position === 0) return graph.entry;
  const known = words[position + HANDLER];
  if (known !== NONE) return graph.blocks[known];
  const block = graph.newBlock();
  words[position + HANDLER] = block.number;
  return block;
}
