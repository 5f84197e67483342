import { BlockType, Scope, type expr_context, type Span } from '@py/ast';
import { Op } from '@py/code';
import { indexIn, type Compiler, type Unit } from '../compiler.ts';

/** Loads, stores or deletes a name, wherever it lives (CPython 3.12: Python/compile.c, compiler_nameop). */
export function emitNameOperation(c: Compiler, loc: Span, name: string, context: expr_context): void {
  const { unit } = c;
  if (context !== 'Load') c.forbidDebug(name, loc, context);
  const mangled = unit.mangle(name);
  const scope = unit.scopeOf(mangled);
  switch (scope) {
    case Scope.LOCAL:
      if (unit.functionLike || unit.fastHidden.get(mangled) === true) {
        c.emit(pick(context, Op.LOAD_FAST, Op.STORE_FAST, Op.DELETE_FAST), indexIn(unit.varnames, mangled), loc);
        return;
      }
      break;
    case Scope.FREE:
    case Scope.CELL:
      emitCell(c, loc, scope === Scope.FREE ? unit.freevars : unit.cellvars, mangled, context);
      return;
    case Scope.GLOBAL_IMPLICIT:
      if (!unit.functionLike) break;
      emitGlobal(c, loc, mangled, context, unit.block.canSeeClassScope);
      return;
    case Scope.GLOBAL_EXPLICIT:
      emitGlobal(c, loc, mangled, context, false);
      return;
  }
  // Inside an inlined comprehension the namespace of a class is out of sight.
  if (context === 'Load' && unit.block.type === BlockType.ClassBlock && unit.inlinedComprehensions > 0) {
    emitGlobal(c, loc, mangled, context, false);
    return;
  }
  c.emit(pick(context, Op.LOAD_NAME, Op.STORE_NAME, Op.DELETE_NAME), unit.nameIndex(mangled), loc);
}

function emitCell(c: Compiler, loc: Span, table: ReadonlyMap<string, number>, name: string, context: expr_context): void {
  const { unit } = c;
  let opcode: number = pick(context, Op.LOAD_DEREF, Op.STORE_DEREF, Op.DELETE_DEREF);
  if (context === 'Load') {
    if (unit.block.type === BlockType.ClassBlock && unit.inlinedComprehensions === 0) {
      opcode = Op.LOAD_FROM_DICT_OR_DEREF;
      c.emit(Op.LOAD_LOCALS, 0, loc);
    } else if (unit.block.canSeeClassScope) {
      opcode = Op.LOAD_FROM_DICT_OR_DEREF;
      loadClassDict(c, loc, unit);
    }
  }
  c.emit(opcode, table.get(name)!, loc);
}

function emitGlobal(c: Compiler, loc: Span, name: string, context: expr_context, seesClass: boolean): void {
  const { unit } = c;
  if (context !== 'Load') {
    c.emit(context === 'Store' ? Op.STORE_GLOBAL : Op.DELETE_GLOBAL, unit.nameIndex(name), loc);
  } else if (seesClass) {
    loadClassDict(c, loc, unit);
    c.emit(Op.LOAD_FROM_DICT_OR_GLOBALS, unit.nameIndex(name), loc);
  } else {
    c.emit(Op.LOAD_GLOBAL, unit.nameIndex(name) << 1, loc);
  }
}

function loadClassDict(c: Compiler, loc: Span, unit: Unit): void {
  c.emit(Op.LOAD_DEREF, unit.freevars.get('__classdict__')!, loc);
}

function pick(context: expr_context, load: number, store: number, del: number): number {
  return context === 'Load' ? load : context === 'Store' ? store : del;
}
