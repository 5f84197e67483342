import { BlockType, DEF_BOUND, Scope as Refers, SCOPE_MASK, SCOPE_OFFSET, SymbolFlag } from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';
import { messages } from './messages.ts';
import { isFunctionLike, scopeOf, type Scope } from './scope.ts';

/**
 * The second pass: decides what each name refers to, writes that above the name's flags, and dissolves comprehensions into
 * their parents (CPython 3.12: Python/symtable.c, symtable_analyze). Scopes may nest thousands deep, so the open ones are
 * kept on a stack of our own.
 *
 * @throws PySyntaxError for a `nonlocal` without a binding and for names declared twice
 */
export function analyze(table: SymbolTableBuilder): void {
  const open = [new BlockAnalysis(table, table.top, null, NONE, NONE, null)];
  while (open.length > 0) {
    const current = open[open.length - 1];
    const child = current.nextChild();
    if (child !== null) {
      open.push(child);
      continue;
    }
    const free = current.finish();
    open.pop();
    if (open.length > 0) open[open.length - 1].absorb(current.block, free);
  }
}

type Names = ReadonlySet<string>;

const NONE: Names = new Set();

/** A set that is copied when it first changes. */
class SharedNames {
  /** As given. */
  readonly shared: Names;
  private own: Set<string> | null = null;

  constructor(shared: Names) {
    this.shared = shared;
  }

  get names(): Names {
    return this.own ?? this.shared;
  }

  add(name: string): void {
    if (!this.names.has(name)) (this.own ??= new Set(this.shared)).add(name);
  }

  delete(name: string): void {
    if (this.names.has(name)) (this.own ??= new Set(this.shared)).delete(name);
  }
}

/** A set that is made when it gets its first name: most blocks need nothing from outside. */
class LazyNames {
  private own: Set<string> | null = null;

  get names(): Names {
    return this.own ?? NONE;
  }

  add(name: string): void {
    (this.own ??= new Set()).add(name);
  }

  delete(name: string): boolean {
    return this.own !== null && this.own.delete(name);
  }

  /** Adds all names of another set, which is given up. */
  take(other: LazyNames): void {
    if (this.own === null) this.own = other.own;
    else for (const name of other.names) this.own.add(name);
  }
}

/** One block between the decision about its own names and the results of the blocks inside. */
class BlockAnalysis {
  readonly block: Scope;
  private readonly table: SymbolTableBuilder;
  /** Names that enclosing functions bind; null for a module. This and the next two are shared with other blocks until they change. */
  private readonly bound: SharedNames | null;
  /** Names that enclosing blocks declare global. */
  private readonly globals: SharedNames;
  /** Names bound as type parameters around. */
  private readonly typeParameters: SharedNames;
  /** The class whose namespace this block can see, or null. */
  private readonly classEntry: Scope | null;
  private readonly isClass: boolean;
  private readonly isFunctionLike: boolean;
  /** Names used here, bound further out. */
  private readonly free = new LazyNames();
  /** {@link bound} for the blocks inside, made for the first of them. */
  private innerBound: Names | null = null;
  /** Names that blocks inside need from here or further out. */
  private readonly innerFree = new LazyNames();
  /** Names that are cells in an inlined comprehension. */
  private readonly inlinedCells = new LazyNames();
  private childIndex = 0;
  private hasInlined = false;

  constructor(
    table: SymbolTableBuilder, block: Scope, bound: Names | null, globals: Names, typeParameters: Names, classEntry: Scope | null,
  ) {
    this.table = table;
    this.block = block;
    this.bound = bound === null ? null : new SharedNames(bound);
    this.globals = new SharedNames(globals);
    this.typeParameters = new SharedNames(typeParameters);
    this.classEntry = classEntry;
    this.isClass = block.type === BlockType.ClassBlock;
    this.isFunctionLike = isFunctionLike(block);
    // (`for … of` would make an array of each entry: a tenth of all memory that this phase uses up.)
    block.symbols.forEach((flags, name) => block.symbols.set(name, flags | (this.decide(name, flags) << SCOPE_OFFSET)));
  }

  /** The analysis of the next block inside, or null if there are no more. */
  nextChild(): BlockAnalysis | null {
    const { block, isClass } = this;
    if (this.childIndex === block.children.length) return null;
    const child = block.children[this.childIndex++];
    this.innerBound ??= this.boundInside();
    const visibleClass = child.canSeeClassScope ? (isClass ? block : this.classEntry) : null;
    // What a class binds or declares is not visible in its methods.
    const globals = isClass ? this.globals.shared : this.globals.names;
    return new BlockAnalysis(this.table, child, this.innerBound, globals, this.typeParameters.names, visibleClass);
  }

  /** Takes up what a block inside needs. */
  absorb(child: Scope, free: LazyNames): void {
    if (child.comprehension !== 'none' && !child.generator) {
      this.inline(child, free);
      child.compInlined = this.hasInlined = true;
    }
    this.innerFree.take(free);
    if (child.free || child.childFree) this.block.childFree = true;
  }

  /** Writes the result into the block and gives the names that must come from outside. */
  finish(): LazyNames {
    const { block, innerFree } = this;
    if (this.hasInlined) block.children = block.children.flatMap((child) => (child.compInlined ? child.children : [child]));
    if (this.isClass) {
      block.needsClassClosure = innerFree.delete('__class__');
      block.needsClassDict = innerFree.delete('__classdict__');
    }
    // Most blocks have no blocks inside that need anything.
    if (innerFree.names.size === 0 && this.inlinedCells.names.size === 0) return this.free;
    if (this.isFunctionLike) this.markCells();
    this.noteInnerFree();
    this.free.take(innerFree);
    return this.free;
  }

  /** What a name refers to (CPython 3.12: Python/symtable.c, analyze_name). */
  private decide(name: string, flags: number): number {
    const { block, bound } = this;
    if ((flags & SymbolFlag.DEF_GLOBAL) !== 0) {
      if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) throw this.errorAtDirective(name, messages.nonlocalAndGlobal(name));
      this.globals.add(name);
      bound?.delete(name);
      return Refers.GLOBAL_EXPLICIT;
    }
    if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) {
      if (bound === null) throw this.errorAtDirective(name, messages.nonlocalAtModuleLevel);
      if (!bound.names.has(name)) throw this.errorAtDirective(name, messages.nonlocalUnbound(name));
      if (this.typeParameters.names.has(name)) throw this.errorAtDirective(name, messages.nonlocalTypeParameter(name));
      return this.decideFree(name);
    }
    if ((flags & DEF_BOUND) !== 0) {
      this.globals.delete(name);
      if ((flags & SymbolFlag.DEF_TYPE_PARAM) !== 0) this.typeParameters.add(name);
      else this.typeParameters.delete(name);
      return Refers.LOCAL;
    }
    if (this.classEntry !== null) {
      // A name of the class around wins over the same name in a function around that.
      const classFlags = this.classEntry.symbols.get(name) ?? 0;
      if ((classFlags & SymbolFlag.DEF_GLOBAL) !== 0) return Refers.GLOBAL_EXPLICIT;
      if ((classFlags & DEF_BOUND) !== 0 && (classFlags & SymbolFlag.DEF_NONLOCAL) === 0) return Refers.GLOBAL_IMPLICIT;
    }
    if (bound !== null && bound.names.has(name)) return this.decideFree(name);
    if (block.nested && !this.globals.names.has(name)) block.free = true;
    return Refers.GLOBAL_IMPLICIT;
  }

  private decideFree(name: string): number {
    this.free.add(name);
    this.block.free = true;
    return Refers.FREE;
  }

  private boundInside(): Names {
    if (this.isClass) return new Set(this.bound?.shared).add('__class__').add('__classdict__');
    if (!this.isFunctionLike) return this.bound?.names ?? NONE;
    const bound = new Set(this.bound?.names);
    this.block.symbols.forEach((flags, name) => {
      if (flags >> SCOPE_OFFSET === Refers.LOCAL) bound.add(name);
    });
    return bound;
  }

  /**
   * PEP 709: what the names of a comprehension mean to the block that takes it in; `free` is what it needs from outside
   * (Python/symtable.c, inline_comprehension).
   */
  private inline(comprehension: Scope, free: LazyNames): void {
    const { block: { symbols }, isClass } = this;
    let usesClassCell = false;
    for (const [name, value] of comprehension.symbols) {
      if ((value & SymbolFlag.DEF_PARAM) !== 0) continue;
      let scope = value >> SCOPE_OFFSET;
      const flags = value & ((1 << SCOPE_OFFSET) - 1);
      if (scope === Refers.CELL || (flags & SymbolFlag.DEF_COMP_CELL) !== 0) this.inlinedCells.add(name);
      if (scope === Refers.FREE && isClass && name === '__class__') {
        // A class body does not see its own `__class__`.
        scope = Refers.GLOBAL_IMPLICIT;
        free.delete(name);
        usesClassCell = true;
      }
      const existing = symbols.get(name);
      if (existing === undefined) symbols.set(name, flags | (scope << SCOPE_OFFSET));
      else if ((existing & DEF_BOUND) !== 0 && !isClass && !isFreeInside(comprehension, name)) free.delete(name);
    }
    if (usesClassCell) comprehension.symbols.delete('__class__');
  }

  /** A local that a block inside needs lives in a cell, and the need ends here. */
  private markCells(): void {
    const { symbols } = this.block;
    for (const { names } of [this.innerFree, this.inlinedCells]) {
      for (const name of names) {
        const value = symbols.get(name) ?? 0;
        if (value >> SCOPE_OFFSET !== Refers.LOCAL) continue;
        symbols.set(name, (value & ~(SCOPE_MASK << SCOPE_OFFSET)) | (Refers.CELL << SCOPE_OFFSET));
        this.innerFree.delete(name);
      }
    }
  }

  /** CPython 3.12: Python/symtable.c, update_symbols. */
  private noteInnerFree(): void {
    const { symbols, canSeeClassScope } = this.block;
    for (const name of this.inlinedCells.names) {
      const value = symbols.get(name);
      if (value !== undefined) symbols.set(name, value | SymbolFlag.DEF_COMP_CELL);
    }
    for (const name of this.innerFree.names) {
      const value = symbols.get(name);
      if (value !== undefined) {
        // A method needs a name from outside that the class uses for something of its own.
        if (this.isClass || canSeeClassScope) symbols.set(name, value | SymbolFlag.DEF_FREE_CLASS);
      } else if (this.bound === null || this.bound.names.has(name)) {
        symbols.set(name, Refers.FREE << SCOPE_OFFSET);
      }
    }
  }

  private errorAtDirective(name: string, message: string): Error {
    const directive = this.block.directives?.find((entry) => entry.name === name);
    return this.table.error(message, directive?.span ?? this.block);
  }
}

function isFreeInside(comprehension: Scope, name: string): boolean {
  return comprehension.children.some((inner) => scopeOf(inner, name) === Refers.FREE);
}
