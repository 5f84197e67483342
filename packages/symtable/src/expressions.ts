import { BlockType, SymbolFlag, type ComprehensionKind, type comprehension, type expr, type NamedExpr, type Name, type Span } from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';
import { messages } from './messages.ts';
import { visitParameters } from './parameters.ts';
import { isFunctionLike, type Scope } from './scope.ts';

/**
 * Notes the names of an expression in evaluation order. One JavaScript frame for each level of the tree, kept small:
 * trees may be almost 3000 levels deep (CPython 3.12: Python/symtable.c, symtable_visit_expr).
 */
export function visitExpression(table: SymbolTableBuilder, node: expr): void {
  table.descend();
  switch (node.nodeType) {
    case 'Name':
      visitName(table, node);
      break;
    case 'Constant':
      break;
    case 'Attribute':
    case 'Starred':
      visitExpression(table, node.value);
      break;
    case 'Call':
      visitExpression(table, node.func);
      visitExpressions(table, node.args);
      for (let i = 0; i < node.keywords.length; i++) visitExpression(table, node.keywords[i].value);
      break;
    case 'Subscript':
      visitExpression(table, node.value);
      visitExpression(table, node.slice);
      break;
    case 'BinOp':
      visitExpression(table, node.left);
      visitExpression(table, node.right);
      break;
    case 'UnaryOp':
      visitExpression(table, node.operand);
      break;
    case 'Compare':
      visitExpression(table, node.left);
      visitExpressions(table, node.comparators);
      break;
    case 'BoolOp':
    case 'JoinedStr':
      visitExpressions(table, node.values);
      break;
    case 'Tuple':
    case 'List':
    case 'Set':
      visitExpressions(table, node.elts);
      break;
    case 'Dict':
      visitOptionals(table, node.keys);
      visitExpressions(table, node.values);
      break;
    case 'IfExp':
      visitExpression(table, node.test);
      visitExpression(table, node.body);
      visitExpression(table, node.orelse);
      break;
    case 'FormattedValue':
      visitExpression(table, node.value);
      if (node.format_spec !== null) visitExpression(table, node.format_spec);
      break;
    case 'Slice':
      if (node.lower !== null) visitExpression(table, node.lower);
      if (node.upper !== null) visitExpression(table, node.upper);
      if (node.step !== null) visitExpression(table, node.step);
      break;
    case 'Lambda':
      if (table.current.canSeeClassScope) throw table.error(messages.notInClassAnnotationScope('lambda'), node);
      visitExpressions(table, node.args.defaults);
      visitOptionals(table, node.args.kw_defaults);
      table.enter('lambda', BlockType.FunctionBlock, node, node);
      visitParameters(table, node.args);
      visitExpression(table, node.body);
      table.exit();
      break;
    case 'ListComp':
      visitComprehension(table, node, 'list', node.generators, node.elt, null);
      break;
    case 'SetComp':
      visitComprehension(table, node, 'set', node.generators, node.elt, null);
      break;
    case 'DictComp':
      visitComprehension(table, node, 'dict', node.generators, node.key, node.value);
      break;
    case 'GeneratorExp':
      visitComprehension(table, node, 'generator', node.generators, node.elt, null);
      break;
    case 'NamedExpr':
      visitNamedExpression(table, node);
      break;
    case 'Yield':
    case 'YieldFrom':
      visitYield(table, node, node.value);
      break;
    case 'Await':
      rejectInAnnotationScopes(table, 'await expression', node);
      visitExpression(table, node.value);
      table.current.coroutine = true;
      break;
  }
  table.ascend();
}

export function visitExpressions(table: SymbolTableBuilder, nodes: readonly expr[]): void {
  for (let i = 0; i < nodes.length; i++) visitExpression(table, nodes[i]);
}

/** A list with holes: keys of a dict, defaults of keyword-only parameters. */
export function visitOptionals(table: SymbolTableBuilder, nodes: readonly (expr | null)[]): void {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node !== null) visitExpression(table, node);
  }
}

function visitName(table: SymbolTableBuilder, node: Name): void {
  if (node.ctx !== 'Load') {
    table.add(node.id, SymbolFlag.DEF_LOCAL, node);
    return;
  }
  table.add(node.id, SymbolFlag.USE, node);
  // `super()` without arguments reads the cell of the class.
  if (node.id === 'super' && isFunctionLike(table.current)) table.add('__class__', SymbolFlag.USE, node);
}

function visitYield(table: SymbolTableBuilder, node: Span, value: expr | null): void {
  rejectInAnnotationScopes(table, 'yield expression', node);
  if (value !== null) visitExpression(table, value);
  table.current.generator = true;
  const kind = table.current.comprehension;
  if (kind !== 'none') throw table.error(messages.yieldInComprehension(kind), node);
}

/** `(name := value)` binds in the function around all comprehensions. */
function visitNamedExpression(table: SymbolTableBuilder, node: NamedExpr): void {
  rejectInAnnotationScopes(table, 'named expression', node);
  if (table.current.compIterExpr > 0) throw table.error(messages.namedExpressionInIterable, node);
  if (table.current.comprehension !== 'none') bindOutsideComprehension(table, node.target as Name);
  visitExpression(table, node.value);
  visitExpression(table, node.target);
}

/** CPython 3.12: Python/symtable.c, symtable_extend_namedexpr_scope. */
function bindOutsideComprehension(table: SymbolTableBuilder, target: Name): void {
  for (let i = table.stack.length - 1; i >= 0; i--) {
    const scope = table.stack[i];
    const flags = table.flagsOf(target.id, scope);
    if (scope.comprehension !== 'none') {
      if ((flags & SymbolFlag.DEF_COMP_ITER) !== 0 && (flags & SymbolFlag.DEF_LOCAL) !== 0) {
        throw table.error(messages.namedExpressionRebindsIteration(target.id), target);
      }
      continue;
    }
    switch (scope.type) {
      case BlockType.FunctionBlock:
        table.add(target.id, (flags & SymbolFlag.DEF_GLOBAL) !== 0 ? SymbolFlag.DEF_GLOBAL : SymbolFlag.DEF_NONLOCAL, target);
        table.addDirective(target.id, target);
        table.add(target.id, SymbolFlag.DEF_LOCAL, target, scope);
        return;
      case BlockType.ModuleBlock:
        table.add(target.id, SymbolFlag.DEF_GLOBAL, target);
        table.addDirective(target.id, target);
        table.add(target.id, SymbolFlag.DEF_GLOBAL, target, scope);
        return;
      case BlockType.ClassBlock:
        throw table.error(messages.namedExpressionInClassComprehension, target);
      case BlockType.TypeParamBlock:
        throw table.error(messages.namedExpressionInGenericComprehension, target);
      case BlockType.TypeAliasBlock:
        throw table.error(messages.namedExpressionInAliasComprehension, target);
      case BlockType.TypeVarBoundBlock:
        throw table.error(messages.namedExpressionInBoundComprehension, target);
    }
  }
}

/** `x: (yield)`, `type X = (yield)`, … */
function rejectInAnnotationScopes(table: SymbolTableBuilder, what: string, node: Span): void {
  switch (table.current.type) {
    case BlockType.AnnotationBlock:
      throw table.error(messages.notInAnnotation(what), node);
    case BlockType.TypeVarBoundBlock:
      throw table.error(messages.notInTypeVarBound(what), node);
    case BlockType.TypeAliasBlock:
      throw table.error(messages.notInTypeAlias(what), node);
    case BlockType.TypeParamBlock:
      throw table.error(messages.notInGeneric(what), node);
  }
}

const comprehensionNames = { list: 'listcomp', set: 'setcomp', dict: 'dictcomp', generator: 'genexpr' } as const;

/**
 * The first iterable belongs to the scope around, all else to a scope of its own, which {@link analyze} dissolves again
 * unless it is a generator expression (CPython 3.12: Python/symtable.c, symtable_handle_comprehension).
 */
function visitComprehension(
  table: SymbolTableBuilder, node: expr, kind: Exclude<ComprehensionKind, 'none'>,
  generators: readonly comprehension[], element: expr, value: expr | null,
): void {
  if (table.current.canSeeClassScope) throw table.error(messages.notInClassAnnotationScope('comprehension'), node);
  const first = generators[0];
  visitIterable(table, table.current, first.iter);
  const scope = table.enter(comprehensionNames[kind], BlockType.FunctionBlock, node, node);
  scope.comprehension = kind;
  if (first.is_async) scope.coroutine = true;
  table.add('.0', SymbolFlag.DEF_PARAM, node);
  visitIterationTarget(table, scope, first.target);
  visitExpressions(table, first.ifs);
  for (let i = 1; i < generators.length; i++) {
    visitIterationTarget(table, scope, generators[i].target);
    visitIterable(table, scope, generators[i].iter);
    visitExpressions(table, generators[i].ifs);
    if (generators[i].is_async) scope.coroutine = true;
  }
  if (value !== null) visitExpression(table, value);
  visitExpression(table, element);
  scope.generator = kind === 'generator';
  table.exit();
  if (scope.coroutine && kind !== 'generator') table.current.coroutine = true;
}

function visitIterationTarget(table: SymbolTableBuilder, scope: Scope, target: expr): void {
  scope.compIterTarget = true;
  visitExpression(table, target);
  scope.compIterTarget = false;
}

function visitIterable(table: SymbolTableBuilder, scope: Scope, iterable: expr): void {
  scope.compIterExpr++;
  visitExpression(table, iterable);
  scope.compIterExpr--;
}
