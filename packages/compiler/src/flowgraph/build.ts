import type { InstructionSequence } from '../instruction-sequence.ts';
import { Block } from './block.ts';
import { HAS_TARGET, TERMINATOR, traits } from './traits.ts';

/**
 * Cuts a sequence into basic blocks, at labels and after jumps and exits, and gives jumps their target blocks. Takes the
 * instructions over. Gives the first block (CPython 3.12: Python/compile.c, instr_sequence_to_cfg).
 */
export function buildFlowGraph(sequence: InstructionSequence): Block {
  const { instructions, labels } = sequence;
  const blockAt: (Block | undefined)[] = new Array<Block | undefined>(instructions.length);
  for (let label = 0; label < labels.length; label++) {
    if (labels[label] >= 0) (blockAt[labels[label]] ??= new Block()).label = label;
  }
  const entry = blockAt[0] ?? new Block();
  let current = entry;
  let ended = false;
  for (let i = 0; i < instructions.length; i++) {
    const instruction = instructions[i];
    const labelled = blockAt[i];
    if (i > 0 && (ended || labelled !== undefined)) {
      current.next = labelled ?? new Block();
      current = current.next;
    }
    const bits = traits[instruction.opcode];
    if ((bits & HAS_TARGET) !== 0) {
      instruction.target = blockAt[labels[instruction.oparg]]!;
      instruction.oparg = instruction.target.label;
    }
    current.instructions.push(instruction);
    ended = (bits & TERMINATOR) !== 0;
  }
  return entry;
}
