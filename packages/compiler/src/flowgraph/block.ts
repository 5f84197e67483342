import { Op } from '@py/code';
import { Instruction } from '../instruction-sequence.ts';
import { NO_FALLTHROUGH, SCOPE_EXIT, traits } from './traits.ts';

/**
 * A basic block: control enters at its first instruction and leaves after its last, or at an exception.
 * Blocks form a list in the order of the code; the graph is its first block.
 */
export class Block {
  instructions: Instruction[] = [];
  /** The block that follows in the code, whether or not control can fall into it. */
  next: Block | null = null;
  /**
   * Number of the label that stands here: some jump may enter. -1 if none does. A jump's argument is first its target's label:
   * how long an instruction is taken to be, while distances are not known, depends on it.
   */
  label = -1;
  /** Scratch mark of whichever pass is running. */
  visited = false;
  /** Ways in, as far as the block is reachable; 0 if it is not. */
  predecessors = 0;
  /** An exception handler begins here. */
  isHandler = false;
  /** The handler wants the offset of the instruction that raised on the stack. */
  preserveLasti = false;
  /** The handlers in force at the start, while handlers are labelled. */
  handlers: HandlerStack | null = null;
  /** Surely on a path without exceptions. */
  warm = false;
  /** Only reached through an exception handler. */
  cold = false;
  /** Fast locals 0–31 and 32–63 that may be unbound at the start, one bit each. */
  unsafeLow = 0;
  unsafeHigh = 0;
  /** Values on the stack at the start; -1 if not known. */
  startDepth = -1;
  /** Place in the code, and where it ends, in code units. */
  offset = 0;
  end = 0;
}

/** The exception handlers in force at one place, innermost first. Shared, never changed. */
export interface HandlerStack {
  readonly handler: Block;
  readonly outer: HandlerStack | null;
  readonly depth: number;
}

/** The last instruction, or undefined if the block is empty. */
export function lastInstruction(block: Block): Instruction | undefined {
  return block.instructions[block.instructions.length - 1];
}

/** Can control go on from this block to the next one? */
export function fallsThrough(block: Block): boolean {
  const last = lastInstruction(block);
  return last === undefined || (traits[last.opcode] & NO_FALLTHROUGH) === 0;
}

/** Does this block end by leaving the frame? */
export function exitsScope(block: Block): boolean {
  const last = lastInstruction(block);
  return last !== undefined && (traits[last.opcode] & SCOPE_EXIT) !== 0;
}

/** Turns an instruction into one that does nothing; its line remains. */
export function makeNop(instruction: Instruction): void {
  instruction.opcode = Op.NOP;
  instruction.oparg = 0;
}

/** A label number above all that are in use. */
export function nextLabel(entry: Block): number {
  let highest = -1;
  for (let block: Block | null = entry; block !== null; block = block.next) highest = Math.max(highest, block.label);
  return highest + 1;
}

/** Unmarks all blocks for a pass that walks the graph. */
export function clearVisited(entry: Block): void {
  for (let block: Block | null = entry; block !== null; block = block.next) block.visited = false;
}

/** Appends copies of one block's instructions to another's. */
export function copyInstructions(from: Block, to: Block): void {
  for (const { opcode, oparg, loc, target, handler } of from.instructions) {
    const copy = new Instruction(opcode, oparg, loc);
    copy.target = target;
    copy.handler = handler;
    to.instructions.push(copy);
  }
}
