import type { Span } from './span.ts';

/** Flags of a name in a scope: CPython 3.12's `DEF_*` and `USE` bits, as `symtable` shows them. */
export const SymbolFlag = {
  DEF_GLOBAL: 1,
  DEF_LOCAL: 2,
  DEF_PARAM: 4,
  DEF_NONLOCAL: 8,
  USE: 16,
  DEF_FREE: 32,
  DEF_FREE_CLASS: 64,
  DEF_IMPORT: 128,
  DEF_ANNOT: 256,
  DEF_COMP_ITER: 512,
  DEF_TYPE_PARAM: 1024,
  DEF_COMP_CELL: 2048,
} as const;

/** `DEF_LOCAL | DEF_PARAM | DEF_IMPORT`: the name is bound here (CPython's `DEF_BOUND` also counts type parameters). */
export const DEF_BOUND = 2 | 4 | 128 | 1024;

/** The scope of a name is stored above the flags: `(flags >> SCOPE_OFFSET) & SCOPE_MASK`. */
export const SCOPE_OFFSET = 12;
/** Bits of a name's scope, after shifting its flags right by {@link SCOPE_OFFSET}. */
export const SCOPE_MASK = 1 | 2 | 4 | 8;

/** What a name refers to. */
export const Scope = { LOCAL: 1, GLOBAL_EXPLICIT: 2, GLOBAL_IMPLICIT: 3, FREE: 4, CELL: 5 } as const;

/** Kind of a scope, numbered as `_symtable` numbers it in 3.12. */
export const BlockType = {
  FunctionBlock: 0,
  ClassBlock: 1,
  ModuleBlock: 2,
  AnnotationBlock: 3,
  TypeVarBoundBlock: 4,
  TypeAliasBlock: 5,
  TypeParamBlock: 6,
} as const;

/** Kind of a block as `_symtable` numbers it. */
export type BlockTypeNumber = (typeof BlockType)[keyof typeof BlockType];

/** Kind of comprehension that a function scope stands for; `none` for real functions and lambdas. */
export type ComprehensionKind = 'none' | 'list' | 'set' | 'dict' | 'generator';

/** One scope. Fields that `_symtable` shows keep CPython's names; the others serve the compiler. */
export interface SymbolTableBlock {
  /** Identifies the block: small, unique in its table, in order of creation from 0. */
  readonly id: number;
  readonly name: string;
  readonly type: BlockTypeNumber;
  readonly lineno: number;
  readonly col_offset: number;
  readonly end_lineno: number;
  readonly end_col_offset: number;
  /** Mangled name to flags and scope, in order of first appearance. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Parameters and, for functions, names in the order of binding: the start of `co_varnames`. */
  readonly varnames: readonly string[];
  readonly children: readonly SymbolTableBlock[];
  /** The block is inside a function. */
  readonly nested: boolean;
  /** The class whose private names are mangled here, or null. */
  readonly private: string | null;
  /** Null if all private names are mangled; else only these are (type parameters and bases of a generic class). Not mangled themselves. */
  readonly mangledNames: ReadonlySet<string> | null;
  /** The block has free variables. */
  readonly free: boolean;
  /** A child has free variables. */
  readonly childFree: boolean;
  readonly generator: boolean;
  readonly coroutine: boolean;
  readonly comprehension: ComprehensionKind;
  readonly varargs: boolean;
  readonly varkeywords: boolean;
  /** Has `return` with a value. */
  readonly returnsValue: boolean;
  /** A class whose `__class__` cell is needed by a method. */
  readonly needsClassClosure: boolean;
  /** A class whose `__classdict__` cell is needed. */
  readonly needsClassDict: boolean;
  /** PEP 709: the comprehension's code goes into its parent. */
  readonly compInlined: boolean;
  /** A comprehension whose iteration target is being visited (true while building). */
  readonly compIterTarget: boolean;
  /** A class scope, or a type-parameter scope directly in one, can see the class namespace. */
  readonly canSeeClassScope: boolean;
}

/** What `from __future__ import …` at the top of a program asked for. */
export interface FutureFeatures {
  /** `co_flags` bits: 0x1000000 for `annotations`, 0x400000 for `barry_as_FLUFL`. The others are always on and have no bit here. */
  readonly features: number;
  /** The last future statement; line -1 if there is none. A later one is an error, which the compiler reports. */
  readonly location: Span;
}

/** All scopes of one program. */
export interface SymbolTable {
  readonly filename: string;
  readonly future: FutureFeatures;
  readonly top: SymbolTableBlock;
  /**
   * Finds the block of a node. A function, class or alias with type parameters has two: ask with the node for its own and
   * with the node's `type_params` array for the one that holds the parameters. A TypeVar bound is found by its TypeVar node.
   */
  lookup(key: object): SymbolTableBlock | undefined;
}
