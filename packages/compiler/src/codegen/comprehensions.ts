import { Scope, SCOPE_MASK, SCOPE_OFFSET, SymbolFlag, BlockType,
  type comprehension, type DictComp, type expr, type GeneratorExp, type ListComp, type SetComp, type Span, type SymbolTableBlock } from '@py/ast';
import { Op } from '@py/code';
import { indexIn, type Compiler } from '../compiler.ts';
import { emitYieldFrom } from './generators.ts';
import { emitAwait, popBlock, pushBlock } from '../frame-blocks.ts';
import { NO_LOCATION, type Label } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { jumpIf } from './control.ts';
import { visitExpression } from './expressions.ts';
import { emitYield, wrapInStopIterationHandler } from './generators.ts';

type Comprehension = ListComp | SetComp | DictComp | GeneratorExp;

/** CPython 3.12: Python/compile.c, compiler_comprehension. */
export function visitComprehension(c: Compiler, node: Comprehension): void {
  const block = c.blockOf(node);
  if (block.compInlined) visitInlined(c, node, block);
  else visitAsFunction(c, node, block);
}

/** A generator expression, or a comprehension that the symbol table did not dissolve: a function that is called at once. */
function visitAsFunction(c: Compiler, node: Comprehension, block: SymbolTableBlock): void {
  const [outermost] = node.generators;
  const { topLevelAwait, unit: parent } = c;
  const isGenerator = node.nodeType === 'GeneratorExp';
  const parentKind = parent.kind;
  c.enter('comprehension', functionNames[node.nodeType], node, node.lineno);
  checkAsync(c, node, block, parentKind, topLevelAwait);
  if (!isGenerator) c.emit(containers[node.nodeType], 0, node);
  visitGenerators(c, node, 0, 0, false);
  if (isGenerator) wrapInStopIterationHandler(c);
  else c.emit(Op.RETURN_VALUE, 0, node);
  const code = c.leave(true);
  if (topLevelAwait && block.coroutine) c.unit.coroutine = true;
  c.makeClosure(code, 0, node);
  visitOutermostIterable(c, outermost);
  c.emit(Op.CALL, 0, node);
  if (block.coroutine && !isGenerator) emitAwait(c, node, 0);
}

function visitInlined(c: Compiler, node: Comprehension, block: SymbolTableBlock): void {
  visitOutermostIterable(c, node.generators[0]);
  const state = enterInlined(c, node, block);
  checkAsync(c, node, block, c.unit.kind, c.topLevelAwait);
  if (node.nodeType !== 'GeneratorExp') c.emit(containers[node.nodeType], 0, node);
  c.emit(Op.SWAP, 2, node);
  visitGenerators(c, node, 0, 0, true);
  leaveInlined(c, node, state);
}

const functionNames = { ListComp: '<listcomp>', SetComp: '<setcomp>', DictComp: '<dictcomp>', GeneratorExp: '<genexpr>' } as const;
const containers = { ListComp: Op.BUILD_LIST, SetComp: Op.BUILD_SET, DictComp: Op.BUILD_MAP } as const;

function checkAsync(c: Compiler, node: Comprehension, block: SymbolTableBlock, around: string, topLevelAwait: boolean): void {
  if (!block.coroutine || node.nodeType === 'GeneratorExp' || topLevelAwait) return;
  if (around === 'async function' || around === 'comprehension') return;
  throw c.error(messages.asyncComprehensionOutsideAsyncFunction, node);
}

function visitOutermostIterable(c: Compiler, generator: comprehension): void {
  visitExpression(c, generator.iter);
  c.emit(generator.is_async ? Op.GET_AITER : Op.GET_ITER, 0, generator.iter);
}

// ---- loops

/**
 * Writes the loop of one `for … in … if …` clause, the clauses after it inside.
 *
 * @param depth number of iterators on the stack above the container
 * @param onStack the outermost iterator is on the stack, not an argument
 */
function visitGenerators(c: Compiler, node: Comprehension, index: number, depth: number, onStack: boolean): void {
  if (node.generators[index].is_async) visitAsyncGenerator(c, node, index, depth, onStack);
  else visitSyncGenerator(c, node, index, depth, onStack);
}

function visitSyncGenerator(c: Compiler, node: Comprehension, index: number, depth: number, onStack: boolean): void {
  const generator = node.generators[index];
  const start = c.newLabel();
  const skip = c.newLabel();
  const end = c.newLabel();
  let loops = true;
  if (index === 0) {
    if (!onStack) loadIterator(c, node);
  } else {
    const single = singleItem(generator.iter);
    if (single !== null) {
      // for y in [f(x)]: an assignment
      visitExpression(c, single);
      loops = false;
    } else {
      visitExpression(c, generator.iter);
      c.emit(Op.GET_ITER, 0, generator.iter);
    }
  }
  if (loops) {
    depth++;
    c.useLabel(start);
    c.emit(Op.FOR_ITER, end, generator.iter);
  }
  const element = visitInside(c, node, index, depth, skip);
  c.useLabel(skip);
  if (loops) {
    c.emit(Op.JUMP, start, element);
    c.useLabel(end);
    c.emit(Op.END_FOR, 0, NO_LOCATION);
  }
}

function visitAsyncGenerator(c: Compiler, node: Comprehension, index: number, depth: number, onStack: boolean): void {
  const start = c.newLabel();
  const except = c.newLabel();
  const skip = c.newLabel();
  if (index > 0) {
    visitExpression(c, node.generators[index].iter);
    c.emit(Op.GET_AITER, 0, node.generators[index].iter);
  } else if (!onStack) {
    loadIterator(c, node);
  }
  c.useLabel(start);
  pushBlock(c, node, 'async comprehension', { start });
  emitAwaitOfNext(c, node, except);
  const element = visitInside(c, node, index, depth + 1, skip);
  c.useLabel(skip);
  c.emit(Op.JUMP, start, element);
  popBlock(c);
  c.useLabel(except);
  c.emit(Op.END_ASYNC_FOR, 0, node);
}

/** Awaits `__anext__` of the iterator on the stack; its StopAsyncIteration goes to `except`. */
export function emitAwaitOfNext(c: Compiler, loc: Span, except: Label): void {
  c.emit(Op.SETUP_FINALLY, except, loc);
  c.emit(Op.GET_ANEXT, 0, loc);
  c.loadConst(null, loc);
  emitYieldFrom(c, loc, true);
  c.emit(Op.POP_BLOCK, 0, loc);
}

/** In a function of its own, a comprehension gets its outermost iterator as an argument. */
function loadIterator(c: Compiler, loc: Span): void {
  c.unit.argcount = 1;
  c.emit(Op.LOAD_FAST, 0, loc);
}

function singleItem(iterable: expr): expr | null {
  if (iterable.nodeType !== 'List' && iterable.nodeType !== 'Tuple') return null;
  const { elts } = iterable;
  return elts.length === 1 && elts[0].nodeType !== 'Starred' ? elts[0] : null;
}

/** Target, conditions, and the next clause or the element; gives the element's location. */
function visitInside(c: Compiler, node: Comprehension, index: number, depth: number, skip: Label): Span {
  const generator = node.generators[index];
  visitExpression(c, generator.target);
  for (const condition of generator.ifs) jumpIf(c, node, condition, skip, false);
  if (index + 1 < node.generators.length) {
    visitGenerators(c, node, index + 1, depth, false);
    return node.nodeType === 'DictComp' ? node.key : node.elt;
  }
  return visitElement(c, node, depth);
}

function visitElement(c: Compiler, node: Comprehension, depth: number): Span {
  switch (node.nodeType) {
    case 'GeneratorExp':
      visitExpression(c, node.elt);
      emitYield(c, node.elt);
      c.emit(Op.POP_TOP, 0, node.elt);
      return node.elt;
    case 'ListComp':
      visitExpression(c, node.elt);
      c.emit(Op.LIST_APPEND, depth + 1, node.elt);
      return node.elt;
    case 'SetComp':
      visitExpression(c, node.elt);
      c.emit(Op.SET_ADD, depth + 1, node.elt);
      return node.elt;
    case 'DictComp': {
      const { key, value } = node;
      visitExpression(c, key);
      visitExpression(c, value);
      const loc = {
        lineno: key.lineno, col_offset: key.col_offset, end_lineno: value.end_lineno, end_col_offset: value.end_col_offset,
      };
      c.emit(Op.MAP_ADD, depth + 1, loc);
      return loc;
    }
  }
}

// ---- PEP 709

/** What must be put back when an inlined comprehension ends. */
interface InlinedState {
  /** Names whose outer values wait on the stack. */
  readonly pushed: readonly string[];
  /** Name to the override that was there before, or undefined. */
  readonly overridden: ReadonlyMap<string, number | undefined>;
  readonly hidden: readonly string[];
  /** Handler that puts the values back before an exception goes on. */
  readonly cleanup: Label;
  readonly end: Label;
}

/**
 * Gives the names that the comprehension binds a life of their own: the values that the function has for them are pushed and
 * cleared (CPython 3.12: Python/compile.c, push_inlined_comprehension_state).
 */
function enterInlined(c: Compiler, node: Comprehension, block: SymbolTableBlock): InlinedState {
  const { unit } = c;
  const inClass = unit.block.type === BlockType.ClassBlock && unit.inlinedComprehensions === 0;
  unit.inlinedComprehensions++;
  const pushed: string[] = [];
  const hidden: string[] = [];
  const overridden = new Map<string, number | undefined>();
  for (const [name, flags] of block.symbols) {
    // a constant: CPython folds it before it looks for names
    if (name === '__debug__') continue;
    const scope = (flags >> SCOPE_OFFSET) & SCOPE_MASK;
    const outside = unit.scopeOf(name);
    // What is free in the comprehension is a cell or free around it: either will do.
    if (inClass || (scope !== outside && scope !== Scope.FREE && !(scope === Scope.CELL && outside === Scope.FREE))) {
      overridden.set(name, unit.overrides?.get(name));
      (unit.overrides ??= new Map()).set(name, flags);
    }
    const bound = (flags & SymbolFlag.DEF_LOCAL) !== 0 && (flags & SymbolFlag.DEF_NONLOCAL) === 0;
    if (!bound && !inClass) continue;
    if (!unit.functionLike && unit.fastHidden.get(name) !== true) {
      unit.hide(name, true);
      hidden.push(name);
    }
    c.emit(Op.LOAD_FAST_AND_CLEAR, indexIn(unit.varnames, name), node);
    if (scope === Scope.CELL) {
      c.emit(Op.MAKE_CELL, (outside === Scope.FREE ? unit.freevars : unit.cellvars).get(name)!, node);
    }
    pushed.push(name);
  }
  const cleanup = c.newLabel();
  const end = c.newLabel();
  if (pushed.length > 0) {
    c.emit(Op.SWAP, pushed.length + 1, node);
    c.emit(Op.SETUP_FINALLY, cleanup, node);
  }
  return { pushed, overridden, hidden, cleanup, end };
}

function leaveInlined(c: Compiler, node: Comprehension, state: InlinedState): void {
  const { unit } = c;
  unit.inlinedComprehensions--;
  for (const [name, before] of state.overridden) {
    if (before === undefined) unit.overrides?.delete(name);
    else unit.overrides?.set(name, before);
  }
  if (state.pushed.length > 0) {
    c.emit(Op.POP_BLOCK, 0, NO_LOCATION);
    c.emit(Op.JUMP, state.end, NO_LOCATION);
    c.useLabel(state.cleanup);
    c.emit(Op.SWAP, 2, NO_LOCATION);
    c.emit(Op.POP_TOP, 0, NO_LOCATION);
    restoreLocals(c, node, state.pushed);
    c.emit(Op.RERAISE, 0, NO_LOCATION);
    c.useLabel(state.end);
    restoreLocals(c, node, state.pushed);
  }
  for (const name of state.hidden) unit.hide(name, false);
}

/** Puts the values below the result (or the exception) back into their variables. */
function restoreLocals(c: Compiler, loc: Span, names: readonly string[]): void {
  c.emit(Op.SWAP, names.length + 1, loc);
  for (let i = names.length - 1; i >= 0; i--) c.emit(Op.STORE_FAST_MAYBE_NULL, indexIn(c.unit.varnames, names[i]), loc);
}
