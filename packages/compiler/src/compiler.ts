import {
  BlockType, PySyntaxError, SCOPE_MASK, SCOPE_OFFSET, Scope, SymbolFlag,
  type Span, type SymbolTable, type SymbolTableBlock, type WarningCallback,
} from '@py/ast';
import { CodeFlag, LocalKind, Op, type CodeObject, type Constant } from '@py/code';
import { assemble, AssemblyTools } from './assemble.ts';
import { ConstantTable, SharedConstants } from './constants.ts';
import { InstructionSequence, NO_LOCATION, type CodeUnit, type Label } from './instruction-sequence.ts';
import { isFunctionLike, mangleIn } from './mangle.ts';
import { messages } from './messages.ts';
import { compareCodePoints } from './text.ts';
import type { FrameBlock } from './frame-blocks.ts';

/** What kind of code object is being written. `comprehension` is a generator expression, or a comprehension that is not inlined. */
export type UnitKind = 'module' | 'class' | 'function' | 'async function' | 'lambda' | 'comprehension' | 'type parameters';

/** `PyCF_ALLOW_TOP_LEVEL_AWAIT`: a flag of `compile()` that is not kept in `co_flags`. */
const ALLOW_TOP_LEVEL_AWAIT = 0x2000;

/** Flags that go from `compile()` into every code object (CPython's PyCF_MASK). */
const INHERITED_FLAGS =
  CodeFlag.FUTURE_DIVISION | CodeFlag.FUTURE_ABSOLUTE_IMPORT | CodeFlag.FUTURE_WITH_STATEMENT | CodeFlag.FUTURE_PRINT_FUNCTION |
  CodeFlag.FUTURE_UNICODE_LITERALS | CodeFlag.FUTURE_BARRY_AS_BDFL | CodeFlag.FUTURE_GENERATOR_STOP | CodeFlag.FUTURE_ANNOTATIONS;

/** One code object while it is being written (CPython 3.12: Python/compile.c, struct compiler_unit). */
export class Unit implements CodeUnit {
  readonly kind: UnitKind;
  readonly block: SymbolTableBlock;
  readonly name: string;
  readonly filename: string;
  readonly firstlineno: number;
  qualname: string;
  flags = 0;
  argcount = 0;
  posonlyargcount = 0;
  kwonlyargcount = 0;
  readonly parameterCount: number;
  readonly instructions: InstructionSequence;
  readonly constants: ConstantTable;
  readonly names = new Map<string, number>();
  readonly varnames = new Map<string, number>();
  readonly cellvars: ReadonlyMap<string, number>;
  readonly freevars: ReadonlyMap<string, number>;
  private hiddenNames: Map<string, boolean> | null = null;
  readonly frameBlocks: FrameBlock[] = [];
  /** The block has fast locals. */
  readonly functionLike: boolean;
  /** Awaits something; for a module with top-level `await` this is found out while code is written. */
  coroutine: boolean;
  /** How many inlined comprehensions are around. */
  inlinedComprehensions = 0;
  /** What names mean inside the inlined comprehension, where it differs from {@link block}. */
  overrides: Map<string, number> | null = null;

  constructor(
    kind: UnitKind, block: SymbolTableBlock, name: string, filename: string, firstlineno: number, shared: SharedConstants,
    instructions: InstructionSequence,
  ) {
    this.kind = kind;
    this.block = block;
    this.name = this.qualname = name;
    this.filename = filename;
    this.firstlineno = firstlineno;
    this.constants = new ConstantTable(shared);
    this.instructions = instructions;
    this.parameterCount = block.varnames.length;
    this.functionLike = isFunctionLike(block);
    this.coroutine = block.coroutine;
    for (const parameter of block.varnames) this.varnames.set(parameter, this.varnames.size);
    const { cells, frees } = cellNames(block);
    this.cellvars = numbered(cells, 0);
    this.freevars = numbered(frees, cells.length);
  }

  /** Flags and scope of a mangled name, 0 if unknown. */
  symbol(name: string): number {
    return this.overrides?.get(name) ?? this.block.symbols.get(name) ?? 0;
  }

  /** What a mangled name refers to: a {@link Scope} number, or 0. */
  scopeOf(name: string): number {
    return (this.symbol(name) >> SCOPE_OFFSET) & SCOPE_MASK;
  }

  /** Index of a name in `co_names`, added if new. */
  nameIndex(name: string): number {
    return indexIn(this.names, name);
  }

  mangle(name: string): string {
    return mangleIn(this.block, name);
  }

  /** Makes a name a fast local (true), or no longer one (false), of a unit that otherwise has none. */
  hide(name: string, hidden: boolean): void {
    (this.hiddenNames ??= new Map()).set(name, hidden);
  }

  get fastHidden(): ReadonlyMap<string, boolean> {
    return this.hiddenNames ?? NO_NAMES;
  }
}

const NO_NAMES: ReadonlyMap<string, never> = new Map<string, never>();

/** Cells and free variables in the order of their names, the cells of a class last (CPython 3.12: Python/compile.c, dictbytype). */
function cellNames(block: SymbolTableBlock): { readonly cells: readonly string[]; readonly frees: readonly string[] } {
  const cells: string[] = [];
  const frees: string[] = [];
  block.symbols.forEach((flags, name) => {
    const scope = (flags >> SCOPE_OFFSET) & SCOPE_MASK;
    if (scope === Scope.CELL || (flags & SymbolFlag.DEF_COMP_CELL) !== 0) cells.push(name);
    if (scope === Scope.FREE || (flags & SymbolFlag.DEF_FREE_CLASS) !== 0) frees.push(name);
  });
  if (cells.length > 1) cells.sort(compareCodePoints);
  if (frees.length > 1) frees.sort(compareCodePoints);
  if (block.needsClassClosure) cells.push('__class__');
  if (block.needsClassDict) cells.push('__classdict__');
  return { cells, frees };
}

function numbered(names: readonly string[], first: number): ReadonlyMap<string, number> {
  return names.length === 0 ? NO_NAMES : new Map(names.map((name, index) => [name, first + index]));
}

/** The index of a key, which is added if it is new. */
export function indexIn(table: Map<string, number>, key: string): number {
  const index = table.get(key);
  if (index !== undefined) return index;
  const added = table.size;
  table.set(key, added);
  return added;
}

export interface CompilerSettings {
  readonly filename: string;
  readonly optimize: 0 | 1 | 2;
  /** `co_flags` bits of futures, those of the program included, and `PyCF_ALLOW_TOP_LEVEL_AWAIT`. */
  readonly flags: number;
  /** Statements at top level print their value. */
  readonly interactive: boolean;
  readonly onWarning?: WarningCallback;
}

/** Writes code objects, the innermost first. The functions in `codegen/` all take it as their first argument. */
export class Compiler {
  readonly symbols: SymbolTable;
  readonly filename: string;
  readonly optimize: 0 | 1 | 2;
  readonly interactive: boolean;
  readonly flags: number;
  /** Annotations become text: `from __future__ import annotations`. */
  readonly postponedAnnotations: boolean;
  /** The unit being written. */
  unit: Unit;
  /** The outermost one. */
  readonly module: Unit;
  /** Units around, outermost first. */
  private readonly outer: Unit[] = [];
  private readonly onWarning: WarningCallback | undefined;

  /** New nodes of the folded tree to the nodes that the symbol table knows. */
  private readonly origin: ReadonlyMap<object, object>;

  private readonly sharedConstants = new SharedConstants();

  /** Sequences that are not in use: nested units have different ones, those that follow one another the same. */
  private readonly freeSequences: InstructionSequence[] = [];

  private readonly assemblyTools: AssemblyTools;

  /** The location emitted last, and its positions. */
  private located: Span = NO_LOCATION;
  private lineno = NO_LOCATION.lineno;
  private col_offset = NO_LOCATION.col_offset;
  private end_lineno = NO_LOCATION.end_lineno;
  private end_col_offset = NO_LOCATION.end_col_offset;

  constructor(tree: object, symbols: SymbolTable, origin: ReadonlyMap<object, object>, settings: CompilerSettings) {
    this.symbols = symbols;
    this.origin = origin;
    this.filename = settings.filename;
    this.optimize = settings.optimize;
    this.interactive = settings.interactive;
    this.flags = settings.flags;
    this.postponedAnnotations = (settings.flags & CodeFlag.FUTURE_ANNOTATIONS) !== 0;
    this.onWarning = settings.onWarning;
    this.unit = this.module = this.newUnit('module', '<module>', tree, 1);
    this.assemblyTools = new AssemblyTools(this.module.instructions);
    this.emit(Op.RESUME, 0, lineStart(0, 1));
  }

  // ---- instructions

  /** Adds an instruction. `loc` may be a syntax node. */
  emit(opcode: number, oparg: number, loc: Span): void {
    if (loc !== this.located) this.locate(loc, loc.lineno, loc.col_offset, loc.end_lineno, loc.end_col_offset);
    this.unit.instructions.add(opcode, oparg, this.lineno, this.col_offset, this.end_lineno, this.end_col_offset);
  }

  /**
   * Tells the location of `loc` before it is emitted. Where the class of a node is known V8 reads its positions much faster than in
   * {@link emit}, which sees all classes; so the commonest nodes are located before.
   */
  locate(loc: Span, lineno: number, col_offset: number, end_lineno: number, end_col_offset: number): void {
    this.located = loc;
    this.lineno = lineno;
    this.col_offset = col_offset;
    this.end_lineno = end_lineno;
    this.end_col_offset = end_col_offset;
  }

  newLabel(): Label {
    return this.unit.instructions.newLabel();
  }

  useLabel(label: Label): void {
    this.unit.instructions.useLabel(label);
  }

  loadConst(value: Constant, loc: Span): void {
    this.emit(Op.LOAD_CONST, this.unit.constants.add(value), loc);
  }

  /** An instruction whose argument is an index into `co_names`, with `bits` flag bits below it. */
  emitName(opcode: number, name: string, loc: Span, bits = 0, flags = 0): void {
    const unit = this.unit;
    this.emit(opcode, (unit.nameIndex(unit.mangle(name)) << bits) | flags, loc);
  }

  // ---- units

  /** Begins a code object; `key` finds its scope. */
  enter(kind: UnitKind, name: string, key: object, firstlineno: number): Unit {
    const unit = this.newUnit(kind, name, key, firstlineno);
    this.outer.push(this.unit);
    unit.qualname = this.qualifiedName(unit);
    this.unit = unit;
    this.emit(Op.RESUME, 0, lineStart(firstlineno, firstlineno));
    return unit;
  }

  /** Ends a code object with a return, of None if `returnNone`, else of what is on the stack. */
  leave(returnNone: boolean): CodeObject {
    const { unit } = this;
    if (returnNone) this.loadConst(null, NO_LOCATION);
    this.emit(Op.RETURN_VALUE, 0, NO_LOCATION);
    unit.flags = this.codeFlags(unit);
    const code = assemble(unit, this.assemblyTools);
    unit.instructions.clear();
    this.freeSequences.push(unit.instructions);
    this.unit = this.outer.pop() ?? unit;
    return code;
  }

  private newUnit(kind: UnitKind, name: string, key: object, firstlineno: number): Unit {
    const instructions = this.freeSequences.pop() ?? new InstructionSequence();
    return new Unit(kind, this.blockOf(key), name, this.filename, firstlineno, this.sharedConstants, instructions);
  }

  /** No function or class around. */
  get atTopLevel(): boolean {
    return this.outer.length === 0;
  }

  /** The unit is a module in which `await` is allowed. */
  get topLevelAwait(): boolean {
    return (this.flags & ALLOW_TOP_LEVEL_AWAIT) !== 0 && this.unit.block.type === BlockType.ModuleBlock;
  }

  blockOf(key: object): SymbolTableBlock {
    const block = this.symbols.lookup(this.origin.get(key) ?? key);
    if (block === undefined) throw new Error('the symbol table was built from another tree');
    return block;
  }

  /** Makes a function of a code object: its closure, the code, MAKE_FUNCTION. */
  makeClosure(code: CodeObject, flags: number, loc: Span): void {
    const { unit } = this;
    let count = 0;
    code.co_localspluskinds.forEach((kind, index) => {
      if ((kind & LocalKind.FREE) === 0) return;
      const name = code.co_localsplusnames[index];
      // A class may use a name both as its own and as a cell for its methods.
      const table = this.refersToCell(name) ? unit.cellvars : unit.freevars;
      const cell = table.get(name);
      if (cell === undefined) throw new Error(`no cell for ${name}`);
      this.emit(Op.LOAD_CLOSURE, cell, loc);
      count++;
    });
    if (count > 0) this.emit(Op.BUILD_TUPLE, count, loc);
    this.loadConst(code, loc);
    this.emit(Op.MAKE_FUNCTION, count > 0 ? flags | MAKE_FUNCTION_CLOSURE : flags, loc);
  }

  private refersToCell(name: string): boolean {
    const { unit } = this;
    if (unit.kind === 'class' && (name === '__class__' || name === '__classdict__')) return true;
    return unit.scopeOf(name) === Scope.CELL;
  }

  /** CPython 3.12: Python/compile.c, compiler_set_qualname. */
  private qualifiedName(unit: Unit): string {
    const { outer } = this;
    if (outer.length <= 1) return unit.name;
    let parent = outer[outer.length - 1];
    if (parent.kind === 'type parameters') {
      if (outer.length === 2) return unit.name;
      parent = outer[outer.length - 2];
    }
    switch (unit.kind) {
      case 'function':
      case 'async function':
      case 'class':
        if (parent.scopeOf(parent.mangle(unit.name)) === Scope.GLOBAL_EXPLICIT) return unit.name;
    }
    switch (parent.kind) {
      case 'function':
      case 'async function':
      case 'lambda':
        return `${parent.qualname}.<locals>.${unit.name}`;
      default:
        return `${parent.qualname}.${unit.name}`;
    }
  }

  /** CPython 3.12: Python/compile.c, compute_code_flags. */
  private codeFlags(unit: Unit): number {
    const { block } = unit;
    let flags = this.flags & INHERITED_FLAGS;
    if (unit.functionLike) {
      flags |= CodeFlag.NEWLOCALS | CodeFlag.OPTIMIZED;
      if (block.nested) flags |= CodeFlag.NESTED;
      if (block.generator) flags |= unit.coroutine ? CodeFlag.ASYNC_GENERATOR : CodeFlag.GENERATOR;
      else if (unit.coroutine) flags |= CodeFlag.COROUTINE;
      if (block.varargs) flags |= CodeFlag.VARARGS;
      if (block.varkeywords) flags |= CodeFlag.VARKEYWORDS;
    } else if (this.topLevelAwait && unit.coroutine && !block.generator) {
      flags |= CodeFlag.COROUTINE;
    }
    return flags;
  }

  // ---- errors

  error(message: string, loc: Span): PySyntaxError {
    return new PySyntaxError({
      message, filename: this.filename, lineno: loc.lineno, offset: loc.col_offset + 1,
      end_lineno: loc.end_lineno, end_offset: loc.end_col_offset + 1,
    });
  }

  /** The tree is one that no parser makes. */
  systemError(message: string): PySyntaxError {
    return new PySyntaxError({ pyClass: 'SystemError', message, filename: this.filename, lineno: 0, offset: 0, end_lineno: null, end_offset: null });
  }

  warn(message: string, loc: Span): void {
    this.onWarning?.({
      category: 'SyntaxWarning', message, filename: this.filename, lineno: loc.lineno,
      offset: loc.col_offset + 1, end_lineno: loc.end_lineno, end_offset: loc.end_col_offset + 1,
    });
  }

  /** `__debug__` can neither be assigned nor deleted. */
  forbidDebug(name: string, loc: Span, context: 'Load' | 'Store' | 'Del' = 'Store'): void {
    if (name !== '__debug__' || context === 'Load') return;
    throw this.error(context === 'Store' ? messages.assignDebug : messages.deleteDebug, loc);
  }
}

const MAKE_FUNCTION_CLOSURE = 8;

/** The first column of a line: where a code object begins. */
export function lineStart(lineno: number, end_lineno: number): Span {
  return { lineno, col_offset: 0, end_lineno, end_col_offset: 0 };
}
