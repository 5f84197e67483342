import type { Constant } from './constants.ts';

/** `co_flags` bits (CPython 3.12: Include/cpython/code.h), with the names that `dis` and `inspect` print. */
export const CodeFlag = {
  OPTIMIZED: 0x0001,
  NEWLOCALS: 0x0002,
  VARARGS: 0x0004,
  VARKEYWORDS: 0x0008,
  NESTED: 0x0010,
  GENERATOR: 0x0020,
  COROUTINE: 0x0080,
  ITERABLE_COROUTINE: 0x0100,
  ASYNC_GENERATOR: 0x0200,
  FUTURE_DIVISION: 0x20000,
  FUTURE_ABSOLUTE_IMPORT: 0x40000,
  FUTURE_WITH_STATEMENT: 0x80000,
  FUTURE_PRINT_FUNCTION: 0x100000,
  FUTURE_UNICODE_LITERALS: 0x200000,
  FUTURE_BARRY_AS_BDFL: 0x400000,
  FUTURE_GENERATOR_STOP: 0x800000,
  FUTURE_ANNOTATIONS: 0x1000000,
} as const;

/** Kinds in `co_localspluskinds`; a parameter that is also a cell has both bits. */
export const LocalKind = { HIDDEN: 0x10, LOCAL: 0x20, CELL: 0x40, FREE: 0x80 } as const;

/** The fields from which a {@link CodeObject} is made, as `marshal` stores them. */
export interface CodeFields {
  readonly co_argcount: number;
  readonly co_posonlyargcount: number;
  readonly co_kwonlyargcount: number;
  readonly co_stacksize: number;
  readonly co_flags: number;
  /** Wordcode with zeroed inline caches: two bytes an instruction, opcode then argument. */
  readonly co_code: Uint8Array;
  readonly co_consts: readonly Constant[];
  readonly co_names: readonly string[];
  readonly co_localsplusnames: readonly string[];
  /** One {@link LocalKind} byte for each entry of `co_localsplusnames`. */
  readonly co_localspluskinds: Uint8Array;
  readonly co_filename: string;
  readonly co_name: string;
  readonly co_qualname: string;
  readonly co_firstlineno: number;
  /** PEP 626/657 location table; decode with {@link locations}. */
  readonly co_linetable: Uint8Array;
  /** Exception table; decode with `exceptionEntries`. */
  readonly co_exceptiontable: Uint8Array;
}

/** A compiled piece of Python: CPython 3.12's `types.CodeType`. Immutable. */
export class CodeObject implements CodeFields {
  /** Tells a code object from the other constants. */
  readonly kind: 'code';
  readonly co_argcount: number;
  readonly co_posonlyargcount: number;
  readonly co_kwonlyargcount: number;
  readonly co_stacksize: number;
  readonly co_flags: number;
  readonly co_code: Uint8Array;
  readonly co_consts: readonly Constant[];
  readonly co_names: readonly string[];
  readonly co_localsplusnames: readonly string[];
  readonly co_localspluskinds: Uint8Array;
  readonly co_filename: string;
  readonly co_name: string;
  readonly co_qualname: string;
  readonly co_firstlineno: number;
  readonly co_linetable: Uint8Array;
  readonly co_exceptiontable: Uint8Array;

  constructor(fields: CodeFields) {
    this.kind = 'code';
    this.co_argcount = fields.co_argcount;
    this.co_posonlyargcount = fields.co_posonlyargcount;
    this.co_kwonlyargcount = fields.co_kwonlyargcount;
    this.co_stacksize = fields.co_stacksize;
    this.co_flags = fields.co_flags;
    this.co_code = fields.co_code;
    this.co_consts = fields.co_consts;
    this.co_names = fields.co_names;
    this.co_localsplusnames = fields.co_localsplusnames;
    this.co_localspluskinds = fields.co_localspluskinds;
    this.co_filename = fields.co_filename;
    this.co_name = fields.co_name;
    this.co_qualname = fields.co_qualname;
    this.co_firstlineno = fields.co_firstlineno;
    this.co_linetable = fields.co_linetable;
    this.co_exceptiontable = fields.co_exceptiontable;
  }

  /** Parameters and locals, cells that are parameters included (hidden comprehension locals too). */
  get co_varnames(): readonly string[] {
    return this.namesOfKind(LocalKind.LOCAL);
  }

  /** Locals that inner scopes use. */
  get co_cellvars(): readonly string[] {
    return this.namesOfKind(LocalKind.CELL);
  }

  /** Names that come from enclosing scopes. */
  get co_freevars(): readonly string[] {
    return this.namesOfKind(LocalKind.FREE);
  }

  get co_nlocals(): number {
    return this.co_varnames.length;
  }

  /** A copy with some fields changed. */
  replace(changes: Partial<CodeFields>): CodeObject {
    return new CodeObject({ ...(this as CodeFields), ...changes });
  }

  private namesOfKind(kind: number): string[] {
    return this.co_localsplusnames.filter((_, index) => (this.co_localspluskinds[index] & kind) !== 0);
  }
}

/** Is this constant a code object? (By its tag: two versions of this package may be installed side by side.) */
export function isCodeObject(value: unknown): value is CodeObject {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'code';
}
