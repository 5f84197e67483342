import type { Span } from '@py/ast';
import { Op } from '@py/code';
import type { ConstantTable } from './constants.ts';

/** The location of an instruction that stands for no source text. Its line is -1. */
export const NO_LOCATION: Span = { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };

/** A place in an {@link InstructionSequence} that jumps name before it is known. */
export type Label = number;

/**
 * An instruction on its way from the code generator to the assembler is a row of so many numbers, and an index of an instruction is that of
 * its first number: the opcode, real or pseudo (`JUMP`, `SETUP_FINALLY`, …). As objects they were a third of
 * what a compilation left to the garbage collector.
 */
export const ROW = 8;
/** Offsets in a row. The argument; the label, for a jump or block push that the code generator emitted. 0 if the opcode takes none. */
export const OPARG = 1;
/** Number of the block where a jump goes, or of the handler that a block push installs. Set when the flow graph is built. */
export const TARGET = 2;
/** Number of the block that handles an exception raised here. Set when handlers are labelled. */
export const HANDLER = 3;
/** The location, as in {@link Span}; the line first. -1 is "not known". */
export const LINE = 4;
export const COLUMN = 5;
export const END_LINE = 6;
export const END_COLUMN = 7;

/** No block. */
export const NONE = -1;

/** What the code generator writes: instructions in order, and labels between them. */
export class InstructionSequence {
  /** The rows; longer than what is in use. Another array when there is more: who adds an instruction must read it again. */
  words = new Int32Array(16 * ROW);
  /** Index of the next instruction. */
  length = 0;
  /** Index of the instruction that follows each label; -1 until {@link useLabel}. The first label is 1, as in CPython. */
  readonly labels: number[] = [-1];

  /** Makes it empty, to be used for another code object. */
  clear(): void {
    this.length = 0;
    this.labels.length = 1;
    this.labels[0] = -1;
  }

  /** Appends an instruction. */
  add(opcode: number, oparg: number, lineno: number, col_offset: number, end_lineno: number, end_col_offset: number): void {
    const at = this.length;
    if (at === this.words.length) this.grow(at + ROW);
    const { words } = this;
    words[at] = opcode;
    words[at + OPARG] = oparg;
    words[at + TARGET] = NONE;
    words[at + HANDLER] = NONE;
    words[at + LINE] = lineno;
    words[at + COLUMN] = col_offset;
    words[at + END_LINE] = end_lineno;
    words[at + END_COLUMN] = end_col_offset;
    this.length = at + ROW;
  }

  /** Appends an instruction without a location. */
  addUnplaced(opcode: number, oparg: number): void {
    this.add(opcode, oparg, -1, -1, -1, -1);
  }

  /** Appends copies of the instructions from `start` up to `end`. */
  addCopies(start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.words.length) this.grow(length);
    this.words.copyWithin(this.length, start, end);
    this.length = length;
  }

  /** Puts an instruction without a location before the first one; labels stay with their instructions. */
  prepend(opcode: number, oparg: number): void {
    this.addUnplaced(opcode, oparg);
    const { words, labels } = this;
    words.copyWithin(ROW, 0, this.length - ROW);
    words.set([opcode, oparg, NONE, NONE, -1, -1, -1, -1]);
    for (let label = 0; label < labels.length; label++) {
      if (labels[label] >= 0) labels[label] += ROW;
    }
  }

  /** A label to be placed later. (Labels are numbered, which can decide the length of a jump.) A jump to it is `add(opcode, label, …)`. */
  newLabel(): Label {
    return this.labels.push(-1) - 1;
  }

  /** Places a label before the next instruction. Several labels may share a place. */
  useLabel(label: Label): void {
    this.labels[label] = this.length;
  }

  private grow(length: number): void {
    const { words } = this;
    this.words = new Int32Array(Math.max(length, words.length * 2));
    this.words.set(words);
  }
}

/** Turns an instruction into one that does nothing; its line remains. */
export function makeNop(words: Int32Array, index: number): void {
  words[index] = Op.NOP;
  words[index + OPARG] = 0;
}

/** Gives an instruction the location of another. */
export function place(words: Int32Array, index: number, source: number): void {
  words[index + LINE] = words[source + LINE];
  words[index + COLUMN] = words[source + COLUMN];
  words[index + END_LINE] = words[source + END_LINE];
  words[index + END_COLUMN] = words[source + END_COLUMN];
}

/** Copies one instruction over another. */
export function move(words: Int32Array, from: number, to: number): void {
  for (let i = 0; i < ROW; i++) words[to + i] = words[from + i];
}

/** Everything about one code object that the code generator knows: what {@link assemble} makes the code object from. */
export interface CodeUnit {
  readonly name: string;
  readonly qualname: string;
  readonly filename: string;
  readonly firstlineno: number;
  /** `co_flags`, complete (CPython 3.12: Python/compile.c, compute_code_flags). */
  readonly flags: number;
  /** As in `co_argcount`: positional-only ones included. */
  readonly argcount: number;
  readonly posonlyargcount: number;
  readonly kwonlyargcount: number;
  /** All parameters, `*args` and `**kwargs` included: the first so many `varnames` have values at the start. */
  readonly parameterCount: number;
  /** The code, ended by a return (CPython 3.12: Python/compile.c, add_return_at_end). */
  readonly instructions: InstructionSequence;
  readonly constants: ConstantTable;
  /** `co_names`, each name's index. */
  readonly names: ReadonlyMap<string, number>;
  /** Fast locals and parameters, each name's index. Instructions name a fast local by it. */
  readonly varnames: ReadonlyMap<string, number>;
  /** Cell variables, each name's index. Instructions name a cell by it … */
  readonly cellvars: ReadonlyMap<string, number>;
  /** … and a free variable by its index here, which begins at `cellvars.size`. */
  readonly freevars: ReadonlyMap<string, number>;
  /**
   * Fast locals of an inlined comprehension where the scope itself is not optimised (PEP 709); true if hidden, which is what
   * the assembler puts in `co_localspluskinds`.
   */
  readonly fastHidden: ReadonlyMap<string, boolean>;
}
