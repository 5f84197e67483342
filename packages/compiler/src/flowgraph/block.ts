import type { Instruction } from '../instruction-sequence.ts';

/** A basic block: control enters at its first instruction and leaves after its last, or at an exception. */
export class Block {
  instructions: Instruction[] = [];
  /** The block that follows in the code, whether or not control can fall into it. */
  next: Block | null = null;
}
