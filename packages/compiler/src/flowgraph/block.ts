import { ROW, TARGET, type InstructionSequence } from '../instruction-sequence.ts';
import { HAS_TARGET, JUMP, NO_FALLTHROUGH, SCOPE_EXIT, traits } from './traits.ts';

/**
 * The code of one code object, cut into basic blocks. All passes take it first. One graph serves all code objects of a program, one after
 * the other, and its blocks do: they would be a tenth of what a compilation leaves to the garbage collector.
 */
export class FlowGraph {
  code: InstructionSequence;
  /** Where control enters; the others follow as a list. */
  entry: Block;
  /** Exceptions are handled somewhere. */
  hasHandlers = false;
  /** All blocks by their numbers; longer than what is in use. */
  readonly blocks: Block[] = [];
  private blockCount = 0;

  constructor(code: InstructionSequence) {
    this.code = code;
    this.entry = this.newBlock();
  }

  /** Takes the code of another code object: one empty block to begin with. */
  reset(code: InstructionSequence): void {
    this.code = code;
    this.blockCount = 0;
    this.entry = this.newBlock();
    this.hasHandlers = false;
  }

  /** Another block, without instructions and not in the list. */
  newBlock(): Block {
    const number = this.blockCount++;
    if (number === this.blocks.length) this.blocks.push(new Block(number));
    const block = this.blocks[number];
    block.reset(this.code.length);
    return block;
  }

  /** Another block of one jump, which has no location yet, to `target`. */
  newJump(opcode: number, target: Block): Block {
    const block = this.newBlock();
    this.code.addUnplaced(opcode, target.label);
    this.code.words[block.start + TARGET] = target.number;
    block.end = this.code.length;
    return block;
  }

  /** The block to which an instruction jumps, or which it installs. */
  target(index: number): Block {
    return this.blocks[this.code.words[index + TARGET]];
  }

  /** Where the block's last instruction jumps to; null if it is no jump. */
  jumpTarget(block: Block): Block | null {
    return (this.lastTraits(block) & JUMP) !== 0 ? this.target(block.end - ROW) : null;
  }

  /** The {@link traits} of a block's last instruction; 0 if the block is empty. */
  lastTraits({ start, end }: Block): number {
    return end === start ? 0 : traits[this.code.words[end - ROW]];
  }

  /** Can control go on from this block to the next one? */
  fallsThrough(block: Block): boolean {
    return (this.lastTraits(block) & NO_FALLTHROUGH) === 0;
  }

  /** Does this block end by leaving the frame? */
  exitsScope(block: Block): boolean {
    return (this.lastTraits(block) & SCOPE_EXIT) !== 0;
  }

  /** Index of the block's first instruction from `index` on that has a target, or the block's end. Where nothing is handled only the last can have one. */
  nextWithTarget({ end }: Block, index: number): number {
    const { words } = this.code;
    let i = this.hasHandlers || index >= end ? index : end - ROW;
    while (i < end && (traits[words[i]] & HAS_TARGET) === 0) i += ROW;
    return i;
  }

  /** Gives a block copies of another one's instructions, after its own. Its own move to the end of the code if they are not there. */
  append(from: Block, to: Block): void {
    const { code } = this;
    if (to.end !== code.length) {
      const start = code.length;
      code.addCopies(to.start, to.end);
      to.start = start;
    }
    code.addCopies(from.start, from.end);
    to.end = code.length;
  }

  /** A label number above all that are in use. */
  nextLabel(): number {
    let highest = -1;
    for (let block: Block | null = this.entry; block !== null; block = block.next) highest = Math.max(highest, block.label);
    return highest + 1;
  }

  /** Unmarks all blocks for a pass that walks the graph. */
  clearVisited(): void {
    for (let block: Block | null = this.entry; block !== null; block = block.next) block.visited = false;
  }
}

/**
 * A basic block: control enters at its first instruction and leaves after its last, or at an exception.
 * Blocks form a list in the order of the code.
 */
export class Block {
  readonly number: number;
  /** Its instructions: indices in the code, `end` not included. */
  start = 0;
  end = 0;
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
  endOffset = 0;

  constructor(number: number) {
    this.number = number;
  }

  /** As new, and to begin at `start`. */
  reset(start: number): void {
    this.start = this.end = start;
    this.next = null;
    this.label = -1;
    this.predecessors = 0;
    this.visited = this.isHandler = this.preserveLasti = this.warm = this.cold = false;
    this.unsafeLow = this.unsafeHigh = 0;
    this.startDepth = -1;
  }
}

/** The exception handlers in force at one place, innermost first. Shared, never changed. */
export interface HandlerStack {
  readonly handler: Block;
  readonly outer: HandlerStack | null;
  readonly depth: number;
}
