import { opcodes312 } from './generated/opcodes-3.12.ts';

/**
 * What an instruction's argument means.
 * Indices: const (co_consts), name (co_names), name>>1 (name index with one flag bit below it), name>>2 (two flag bits),
 * local and free (both index co_localsplusnames).
 * Jumps: forward and backward, counted in code units from the end of the instruction and its caches; handler is a pseudo
 * instruction's target. Operators: compare (cmp_op[oparg >> 4]), nb_op, intrinsic1, intrinsic2.
 * Numbers: count (of values), depth (position on the stack, 1 is the top), flags (bits), int (anything else); extend carries upper bits. `''`: no argument.
 */
export type OpargKind =
  | ''
  | 'const'
  | 'name'
  | 'name>>1'
  | 'name>>2'
  | 'local'
  | 'free'
  | 'forward'
  | 'backward'
  | 'handler'
  | 'compare'
  | 'nb_op'
  | 'intrinsic1'
  | 'intrinsic2'
  | 'count'
  | 'depth'
  | 'flags'
  | 'int'
  | 'extend';

/**
 * The instructions of one Python version, indexed by opcode. Numbers below 256 occur in code (specialised and instrumented forms
 * only in running code), higher ones only inside the compiler.
 */
export interface OpcodeTable {
  readonly version: string;
  /** Number → name, `<n>` where there is none: `opcode.opname`. Without the specialised forms. */
  readonly opname: readonly string[];
  /** The same with the specialised forms: `dis._all_opname`. */
  readonly allOpname: readonly string[];
  /** Name → number for real, instrumented and pseudo instructions, in CPython's order: `opcode.opmap`. */
  readonly opmap: Readonly<Record<string, number>>;
  /** The same with the specialised forms: `dis._all_opmap`. */
  readonly allOpmap: Readonly<Record<string, number>>;
  /** Meaning of the argument; a specialised form has its family's. */
  readonly opargKind: readonly OpargKind[];
  /** The stack notation of opcodes.def.ts, for display. */
  readonly stack: readonly string[];
  /** Code units of inline cache after an instruction; a specialised or instrumented form has its family's. */
  readonly cacheWords: Uint8Array;
  /** `opcode._inline_cache_entries`: the same for the plain forms only. */
  readonly inlineCacheEntries: Uint8Array;
  /** Name of a plain instruction → its cache fields and their sizes in code units: `opcode._cache_format`. */
  readonly cacheFormat: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Specialised or instrumented form → plain form; others map to themselves. */
  readonly baseOpcode: Uint8Array;
  /** Family → names of its specialised forms: `opcode._specializations`. */
  readonly specializations: Readonly<Record<string, readonly string[]>>;
  /** Pseudo instruction → names of what it becomes: `opcode._pseudo_ops`. */
  readonly pseudoOps: Readonly<Record<string, readonly string[]>>;
  readonly haveArgument: number;
  readonly minInstrumented: number;
  readonly minPseudo: number;
  readonly maxPseudo: number;
  readonly hasarg: readonly number[];
  readonly hasconst: readonly number[];
  readonly hasname: readonly number[];
  readonly hasjrel: readonly number[];
  readonly hasjabs: readonly number[];
  readonly haslocal: readonly number[];
  readonly hascompare: readonly number[];
  readonly hasfree: readonly number[];
  readonly hasexc: readonly number[];
  /** `oparg` of BINARY_OP → C name and operator: `opcode._nb_ops`. */
  readonly nbOps: readonly (readonly [string, string])[];
  /** `oparg >> 4` of COMPARE_OP → operator: `opcode.cmp_op`. */
  readonly cmpOp: readonly string[];
  /** `opcode._intrinsic_1_descs`. */
  readonly intrinsic1: readonly string[];
  /** `opcode._intrinsic_2_descs`. */
  readonly intrinsic2: readonly string[];
  /**
   * How much the stack grows: `dis.stack_effect`. `jump` tells whether the instruction jumps; left out, the larger of the two.
   * NaN for an opcode that has no effect to speak of (CPython: ValueError "invalid opcode or oparg").
   */
  stackEffect(opcode: number, oparg: number, jump?: boolean): number;
  /** Opcode → its `stackEffect` where neither the argument nor a jump changes it; -128 where one does, or where there is none. */
  readonly fixedEffect: Int8Array;
  /** How many values the instruction takes from the stack before it puts others there. */
  stackPops(opcode: number, oparg: number): number;
}

/** Python versions whose instructions are known. */
export type PythonVersion = '3.12';

/** Instruction tables by Python version. */
export const opcodeTables: Readonly<Record<PythonVersion, OpcodeTable>> = { '3.12': opcodes312 };
