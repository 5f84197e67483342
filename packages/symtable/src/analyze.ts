import { BlockType, DEF_BOUND, Scope as Refers, SCOPE_OFFSET, SymbolFlag } from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';
import { messages } from './messages.ts';
import { isFunctionLike, scopeOf, type Scope } from './scope.ts';

/**
 * The second pass: decides what each name refers to, dissolves comprehensions into their parents and writes the result into
 * the symbols' flags (CPython 3.12: Python/symtable.c, symtable_analyze). Scopes may nest thousands deep, so the open ones
 * are kept on a stack of our own.
 *
 * @throws PySyntaxError for a `nonlocal` without a binding and for names declared twice
 */
export function analyze(table: SymbolTableBuilder): void {
  const open = [new BlockAnalysis(table, table.top, null, new Set(), new Set(), null)];
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

/** One block between the decision about its own names and the results of the blocks inside. */
class BlockAnalysis {
  readonly block: Scope;
  private readonly table: SymbolTableBuilder;
  /** Names that enclosing functions bind; null for a module. */
  private readonly bound: Set<string> | null;
  /** Names that enclosing blocks declare global. */
  private readonly globals: Set<string>;
  /** Names bound as type parameters around. */
  private readonly typeParameters: Set<string>;
  /** The class whose namespace this block can see, or null. */
  private readonly classEntry: Scope | null;
  private readonly isClass: boolean;
  /** Name to {@link Refers} number. */
  private readonly scopes = new Map<string, number>();
  /** Names used here, bound further out. */
  private readonly free = new Set<string>();
  private readonly innerBound: Set<string>;
  private readonly innerGlobals: Set<string>;
  /** Names that blocks inside need from here or further out. */
  private readonly innerFree = new Set<string>();
  /** Names that are cells in an inlined comprehension. */
  private readonly inlinedCells = new Set<string>();
  private childIndex = 0;
  private hasInlined = false;

  /** The sets belong to this analysis, which changes them. */
  constructor(
    table: SymbolTableBuilder, block: Scope, bound: Set<string> | null, globals: Set<string>, typeParameters: Set<string>, classEntry: Scope | null,
  ) {
    this.table = table;
    this.block = block;
    this.bound = bound;
    this.globals = globals;
    this.typeParameters = typeParameters;
    this.classEntry = classEntry;
    this.isClass = block.type === BlockType.ClassBlock;
    // What a class binds or declares is not visible in its methods, so what they see is copied before it is changed.
    const before = this.isClass ? new Set(bound) : null;
    this.innerGlobals = this.isClass ? new Set(globals) : globals;
    for (const [name, flags] of block.symbols) this.decide(name, flags);
    this.innerBound = before ?? new Set(bound);
    if (this.isClass) {
      this.innerBound.add('__class__').add('__classdict__');
    } else if (isFunctionLike(block)) {
      for (const [name, scope] of this.scopes) if (scope === Refers.LOCAL) this.innerBound.add(name);
    }
  }

  /** The analysis of the next block inside, or null if there are no more. */
  nextChild(): BlockAnalysis | null {
    const { block } = this;
    if (this.childIndex === block.children.length) return null;
    const child = block.children[this.childIndex++];
    const visibleClass = child.canSeeClassScope ? (this.isClass ? block : this.classEntry) : null;
    return new BlockAnalysis(
      this.table, child, new Set(this.innerBound), new Set(this.innerGlobals), new Set(this.typeParameters), visibleClass,
    );
  }

  /** Takes up what a block inside needs. */
  absorb(child: Scope, free: Set<string>): void {
    if (child.comprehension !== 'none' && !child.generator) {
      this.inline(child, free);
      child.compInlined = this.hasInlined = true;
    }
    for (const name of free) this.innerFree.add(name);
    if (child.free || child.childFree) this.block.childFree = true;
  }

  /** Writes the result into the block and gives the names that must come from outside. */
  finish(): Set<string> {
    const { block, innerFree } = this;
    if (this.hasInlined) block.children = block.children.flatMap((child) => (child.compInlined ? child.children : [child]));
    if (this.isClass) {
      if (innerFree.delete('__class__')) block.needsClassClosure = true;
      if (innerFree.delete('__classdict__')) block.needsClassDict = true;
    } else if (isFunctionLike(block)) {
      this.markCells();
    }
    this.writeSymbols();
    for (const name of innerFree) this.free.add(name);
    return this.free;
  }

  /** CPython 3.12: Python/symtable.c, analyze_name. */
  private decide(name: string, flags: number): void {
    const { block, scopes, bound, globals, typeParameters } = this;
    if ((flags & SymbolFlag.DEF_GLOBAL) !== 0) {
      if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) throw this.errorAtDirective(name, messages.nonlocalAndGlobal(name));
      scopes.set(name, Refers.GLOBAL_EXPLICIT);
      globals.add(name);
      bound?.delete(name);
    } else if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) {
      if (bound === null) throw this.errorAtDirective(name, messages.nonlocalAtModuleLevel);
      if (!bound.has(name)) throw this.errorAtDirective(name, messages.nonlocalUnbound(name));
      if (typeParameters.has(name)) throw this.errorAtDirective(name, messages.nonlocalTypeParameter(name));
      this.decideFree(name);
    } else if ((flags & DEF_BOUND) !== 0) {
      scopes.set(name, Refers.LOCAL);
      globals.delete(name);
      if ((flags & SymbolFlag.DEF_TYPE_PARAM) !== 0) typeParameters.add(name);
      else typeParameters.delete(name);
    } else if (!this.decideByClass(name)) {
      if (bound !== null && bound.has(name)) {
        this.decideFree(name);
        return;
      }
      if (block.nested && !globals.has(name)) block.free = true;
      scopes.set(name, Refers.GLOBAL_IMPLICIT);
    }
  }

  private decideFree(name: string): void {
    this.scopes.set(name, Refers.FREE);
    this.free.add(name);
    this.block.free = true;
  }

  /** A name of the class around wins over the same name in a function around that. */
  private decideByClass(name: string): boolean {
    const flags = this.classEntry?.symbols.get(name) ?? 0;
    if ((flags & SymbolFlag.DEF_GLOBAL) !== 0) {
      this.scopes.set(name, Refers.GLOBAL_EXPLICIT);
      return true;
    }
    if ((flags & DEF_BOUND) === 0 || (flags & SymbolFlag.DEF_NONLOCAL) !== 0) return false;
    this.scopes.set(name, Refers.GLOBAL_IMPLICIT);
    return true;
  }

  /** PEP 709: what the names of a comprehension mean to the block that takes it in (Python/symtable.c, inline_comprehension). */
  private inline(comprehension: Scope, childFree: Set<string>): void {
    const { block, scopes, isClass } = this;
    let usesClassCell = false;
    for (const [name, value] of comprehension.symbols) {
      if ((value & SymbolFlag.DEF_PARAM) !== 0) continue;
      let scope = value >> SCOPE_OFFSET;
      const flags = value & ((1 << SCOPE_OFFSET) - 1);
      if (scope === Refers.CELL || (flags & SymbolFlag.DEF_COMP_CELL) !== 0) this.inlinedCells.add(name);
      if (scope === Refers.FREE && isClass && name === '__class__') {
        // A class body does not see its own `__class__`.
        scope = Refers.GLOBAL_IMPLICIT;
        childFree.delete(name);
        usesClassCell = true;
      }
      const existing = block.symbols.get(name);
      if (existing === undefined) {
        block.symbols.set(name, flags);
        scopes.set(name, scope);
      } else if ((existing & DEF_BOUND) !== 0 && !isClass && !isFreeInside(comprehension, name)) {
        childFree.delete(name);
      }
    }
    if (usesClassCell) comprehension.symbols.delete('__class__');
  }

  /** A local that a block inside needs lives in a cell, and the need ends here. */
  private markCells(): void {
    const { scopes, innerFree, inlinedCells } = this;
    if (innerFree.size === 0 && inlinedCells.size === 0) return;
    for (const [name, scope] of scopes) {
      if (scope !== Refers.LOCAL || !(innerFree.has(name) || inlinedCells.has(name))) continue;
      scopes.set(name, Refers.CELL);
      innerFree.delete(name);
    }
  }

  /** CPython 3.12: Python/symtable.c, update_symbols. */
  private writeSymbols(): void {
    const { block: { symbols, canSeeClassScope }, scopes, bound, inlinedCells } = this;
    for (const [name, flags] of symbols) {
      const cell = inlinedCells.has(name) ? SymbolFlag.DEF_COMP_CELL : 0;
      symbols.set(name, flags | cell | (scopes.get(name)! << SCOPE_OFFSET));
    }
    for (const name of this.innerFree) {
      const flags = symbols.get(name);
      if (flags !== undefined) {
        // A method needs a name from outside that the class uses for something of its own.
        if (this.isClass || canSeeClassScope) symbols.set(name, flags | SymbolFlag.DEF_FREE_CLASS);
      } else if (bound === null || bound.has(name)) {
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
