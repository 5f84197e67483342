import type { Span } from '@py/ast';
import type { ConstantTable } from './constants.ts';
import type { Block } from './flowgraph/block.ts';

/** The location of an instruction that stands for no source text. Its line is -1. */
export const NO_LOCATION: Span = { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };

/** A place in an {@link InstructionSequence} that jumps name before it is known. */
export type Label = number;

/**
 * One instruction on its way from the code generator to the assembler. The location is shared with the syntax tree: moving an
 * instruction's location is moving a reference.
 */
export class Instruction {
  /** A real opcode or a pseudo one (`JUMP`, `SETUP_FINALLY`, …). */
  opcode: number;
  /** Argument; the label, for a jump or block push that the code generator emitted. 0 if the opcode takes none. */
  oparg: number;
  /** Changed by {@link place} only. */
  loc: Span;
  /** `loc.lineno`, which all passes ask for: `loc` can be a node of any kind, and V8 takes ten times as long to find a field of one. */
  lineno: number;
  /** Where a jump goes, or the handler that a block push installs. Set when the flow graph is built. */
  target: Block | null;
  /** The block that handles an exception raised here. Set when handlers are labelled. */
  handler: Block | null;

  constructor(opcode: number, oparg: number, loc: Span) {
    this.opcode = opcode;
    this.oparg = oparg;
    this.loc = loc;
    this.lineno = loc.lineno;
    this.target = null;
    this.handler = null;
  }

  /** Gives the instruction the location of another. */
  place({ loc, lineno }: Instruction): void {
    this.loc = loc;
    this.lineno = lineno;
  }
}

/** What the code generator writes: instructions in order, and labels between them. */
export class InstructionSequence {
  readonly instructions: Instruction[] = [];
  /** Index of the instruction that follows each label; -1 until {@link useLabel}. The first label is 1, as in CPython. */
  readonly labels: number[] = [-1];

  /** Number of instructions so far. */
  get length(): number {
    return this.instructions.length;
  }

  /** Appends an instruction. `loc` may be the syntax node itself. */
  add(opcode: number, oparg: number, loc: Span): void {
    this.instructions.push(new Instruction(opcode, oparg, loc));
  }

  /** Puts an instruction before the one at `index`; labels at `index` and later stay with their instructions. */
  insert(index: number, opcode: number, oparg: number, loc: Span): void {
    this.instructions.splice(index, 0, new Instruction(opcode, oparg, loc));
    const labels = this.labels;
    for (let label = 0; label < labels.length; label++) {
      if (labels[label] >= index) labels[label]++;
    }
  }

  /** A label to be placed later. (Labels are numbered, which can decide the length of a jump.) A jump to it is `add(opcode, label, loc)`. */
  newLabel(): Label {
    return this.labels.push(-1) - 1;
  }

  /** Places a label before the next instruction. Several labels may share a place. */
  useLabel(label: Label): void {
    this.labels[label] = this.instructions.length;
  }
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
