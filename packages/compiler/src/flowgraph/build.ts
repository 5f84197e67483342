import type { Instruction, InstructionSequence } from '../instruction-sequence.ts';
import { Block } from './block.ts';
import { HAS_TARGET, TERMINATOR, traits } from './traits.ts';

/**
 * Cuts a sequence into basic blocks, at labels and after jumps and exits, and gives jumps their target blocks. Takes the
 * instructions over. Gives the first block (CPython 3.12: Python/compile.c, instr_sequence_to_cfg).
 */
export function buildFlowGraph(sequence: InstructionSequence): Block {
  const { instructions, labels } = sequence;
  const targets = placeTargets(instructions, labels);
  const entry = instructions[0].handler ?? new Block();
  let current = entry;
  let start = 0;
  let ended = false;
  for (let i = 0; i < instructions.length; i++) {
    const instruction = instructions[i];
    const labelled = instruction.handler;
    instruction.handler = null;
    if (i > 0 && (ended || labelled !== null)) {
      current.instructions = instructions.slice(start, i);
      start = i;
      current = current.next = labelled ?? new Block();
    }
    const bits = traits[instruction.opcode];
    if ((bits & HAS_TARGET) !== 0) {
      instruction.target = targets[instruction.oparg]!;
      instruction.oparg = instruction.target.label;
    }
    ended = (bits & TERMINATOR) !== 0;
  }
  current.instructions = instructions.slice(start);
  return entry;
}

/** Makes the block of every label, and leaves it with the label's instruction, whose handler is not known yet anyway. */
function placeTargets(instructions: readonly Instruction[], labels: readonly number[]): (Block | null)[] {
  return labels.map((position, label) => {
    if (position < 0) return null;
    const block = (instructions[position].handler ??= new Block());
    block.label = label;
    return block;
  });
}
