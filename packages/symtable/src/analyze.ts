import { BlockType, DEF_BOUND, Scope as Refers, SCOPE_OFFSET, SymbolFlag } from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';
import { messages } from './messages.ts';
import { isFunctionLike, scopeOf, type Scope } from './scope.ts';

/**
 * The second pass: decides what each name refers to, dissolves comprehensions into their parents and writes the result into
 * the symbols' flags (CPython 3.12: Python/symtable.c, symtable_analyze).
 *
 * @throws PySyntaxError for a `nonlocal` without a binding and for names declared twice
 */
export function analyze(table: SymbolTableBuilder): void {
  analyzeBlock(table, table.top, null, new Set(), new Set(), null);
}

/** What one block learns about its own names. */
interface Findings {
  /** Name to {@link Refers} number. */
  readonly scopes: Map<string, number>;
  /** Names bound here. */
  readonly local: Set<string>;
  /** Names used here or further in, bound further out. */
  readonly free: Set<string>;
}

/**
 * Gives the names that must come from outside.
 *
 * @param bound names that enclosing functions bind; null for a module. This function may change this set and the next two.
 * @param globals names that enclosing blocks declare global
 * @param typeParameters names bound as type parameters around
 * @param classEntry the class whose namespace this block can see, or null
 */
function analyzeBlock(
  table: SymbolTableBuilder, block: Scope, bound: Set<string> | null, globals: Set<string>, typeParameters: Set<string>,
  classEntry: Scope | null,
): Set<string> {
  const isClass = block.type === BlockType.ClassBlock;
  const findings: Findings = { scopes: new Map(), local: new Set(), free: new Set() };
  // What a class binds or declares is not visible in its methods, so what they see is copied before it is changed.
  const outerBound = isClass ? new Set(bound) : null;
  const outerGlobals = isClass ? new Set(globals) : null;
  for (const [name, flags] of block.symbols) {
    analyzeName(table, block, findings, name, flags, bound, globals, typeParameters, classEntry);
  }
  const innerBound = outerBound ?? new Set(bound);
  if (isClass) innerBound.add('__class__').add('__classdict__');
  else if (isFunctionLike(block)) addAll(innerBound, findings.local);
  const innerFree = new Set<string>();
  const inlinedCells = analyzeChildren(table, block, findings, innerBound, innerFree, outerGlobals ?? globals, typeParameters, classEntry);
  if (isFunctionLike(block)) markCells(findings.scopes, innerFree, inlinedCells);
  else if (isClass) dropClassCells(block, innerFree);
  writeSymbols(block, findings.scopes, bound, innerFree, inlinedCells, isClass || block.canSeeClassScope);
  addAll(findings.free, innerFree);
  return findings.free;
}

/** CPython 3.12: Python/symtable.c, analyze_name. */
function analyzeName(
  table: SymbolTableBuilder, block: Scope, { scopes, local, free }: Findings, name: string, flags: number,
  bound: Set<string> | null, globals: Set<string>, typeParameters: Set<string>, classEntry: Scope | null,
): void {
  if ((flags & SymbolFlag.DEF_GLOBAL) !== 0) {
    if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) throw errorAtDirective(table, block, name, messages.nonlocalAndGlobal(name));
    scopes.set(name, Refers.GLOBAL_EXPLICIT);
    globals.add(name);
    bound?.delete(name);
    return;
  }
  if ((flags & SymbolFlag.DEF_NONLOCAL) !== 0) {
    if (bound === null) throw errorAtDirective(table, block, name, messages.nonlocalAtModuleLevel);
    if (!bound.has(name)) throw errorAtDirective(table, block, name, messages.nonlocalUnbound(name));
    if (typeParameters.has(name)) throw errorAtDirective(table, block, name, messages.nonlocalTypeParameter(name));
    scopes.set(name, Refers.FREE);
    block.free = true;
    free.add(name);
    return;
  }
  if ((flags & DEF_BOUND) !== 0) {
    scopes.set(name, Refers.LOCAL);
    local.add(name);
    globals.delete(name);
    if ((flags & SymbolFlag.DEF_TYPE_PARAM) !== 0) typeParameters.add(name);
    else typeParameters.delete(name);
    return;
  }
  if (classEntry !== null) {
    // A name of the class wins over the same name in a function around it.
    const classFlags = classEntry.symbols.get(name) ?? 0;
    if ((classFlags & SymbolFlag.DEF_GLOBAL) !== 0) {
      scopes.set(name, Refers.GLOBAL_EXPLICIT);
      return;
    }
    if ((classFlags & DEF_BOUND) !== 0 && (classFlags & SymbolFlag.DEF_NONLOCAL) === 0) {
      scopes.set(name, Refers.GLOBAL_IMPLICIT);
      return;
    }
  }
  if (bound !== null && bound.has(name)) {
    scopes.set(name, Refers.FREE);
    block.free = true;
    free.add(name);
    return;
  }
  if (block.nested && !globals.has(name)) block.free = true;
  scopes.set(name, Refers.GLOBAL_IMPLICIT);
}

/** Analyses the blocks inside, collects in `innerFree` what they need from here, and gives the cells of inlined comprehensions. */
function analyzeChildren(
  table: SymbolTableBuilder, block: Scope, { scopes }: Findings, innerBound: Set<string>, innerFree: Set<string>,
  innerGlobals: Set<string>, typeParameters: Set<string>, classEntry: Scope | null,
): Set<string> {
  const inlinedCells = new Set<string>();
  let inlined = false;
  for (const child of block.children) {
    let childClass: Scope | null = null;
    if (child.canSeeClassScope) childClass = block.type === BlockType.ClassBlock ? block : classEntry;
    const childFree = analyzeBlock(table, child, new Set(innerBound), new Set(innerGlobals), new Set(typeParameters), childClass);
    if (child.comprehension !== 'none' && !child.generator) {
      inlineComprehension(block, child, scopes, childFree, inlinedCells);
      child.compInlined = inlined = true;
    }
    addAll(innerFree, childFree);
    if (child.free || child.childFree) block.childFree = true;
  }
  if (inlined) block.children = block.children.flatMap((child) => (child.compInlined ? child.children : [child]));
  return inlinedCells;
}

/** PEP 709: what the names of a comprehension mean to the block that takes it in (Python/symtable.c, inline_comprehension). */
function inlineComprehension(
  block: Scope, comprehension: Scope, scopes: Map<string, number>, childFree: Set<string>, inlinedCells: Set<string>,
): void {
  const isClass = block.type === BlockType.ClassBlock;
  let usesClassCell = false;
  for (const [name, value] of comprehension.symbols) {
    if ((value & SymbolFlag.DEF_PARAM) !== 0) continue;
    let scope = value >> SCOPE_OFFSET;
    const flags = value & ((1 << SCOPE_OFFSET) - 1);
    if (scope === Refers.CELL || (flags & SymbolFlag.DEF_COMP_CELL) !== 0) inlinedCells.add(name);
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
    } else if ((existing & DEF_BOUND) !== 0 && !isClass && !comprehension.children.some((inner) => scopeOf(inner, name) === Refers.FREE)) {
      childFree.delete(name);
    }
  }
  if (usesClassCell) comprehension.symbols.delete('__class__');
}

/** A local that an inner block needs lives in a cell, and the need ends here. */
function markCells(scopes: Map<string, number>, free: Set<string>, inlinedCells: Set<string>): void {
  if (free.size === 0 && inlinedCells.size === 0) return;
  for (const [name, scope] of scopes) {
    if (scope !== Refers.LOCAL || !(free.has(name) || inlinedCells.has(name))) continue;
    scopes.set(name, Refers.CELL);
    free.delete(name);
  }
}

function dropClassCells(block: Scope, free: Set<string>): void {
  if (free.delete('__class__')) block.needsClassClosure = true;
  if (free.delete('__classdict__')) block.needsClassDict = true;
}

/** CPython 3.12: Python/symtable.c, update_symbols. */
function writeSymbols(
  block: Scope, scopes: Map<string, number>, bound: Set<string> | null, free: Set<string>, inlinedCells: Set<string>, seesClass: boolean,
): void {
  const { symbols } = block;
  for (const [name, flags] of symbols) {
    const cell = inlinedCells.has(name) ? SymbolFlag.DEF_COMP_CELL : 0;
    symbols.set(name, flags | cell | (scopes.get(name)! << SCOPE_OFFSET));
  }
  for (const name of free) {
    const flags = symbols.get(name);
    if (flags !== undefined) {
      // A method needs a name from outside that the class uses for something of its own.
      if (seesClass) symbols.set(name, flags | SymbolFlag.DEF_FREE_CLASS);
    } else if (bound === null || bound.has(name)) {
      symbols.set(name, Refers.FREE << SCOPE_OFFSET);
    }
  }
}

function errorAtDirective(table: SymbolTableBuilder, block: Scope, name: string, message: string): Error {
  const directive = block.directives?.find((entry) => entry.name === name);
  return table.error(message, directive?.span ?? block);
}

function addAll(target: Set<string>, names: Iterable<string>): void {
  for (const name of names) target.add(name);
}
