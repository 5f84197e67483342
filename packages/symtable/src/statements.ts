import {
  BlockType, SymbolFlag,
  type alias, type AnnAssign, type AsyncFunctionDef, type ClassDef, type excepthandler, type expr, type FunctionDef, type Global, type If,
  type match_case, type Name, type Nonlocal, type pattern, type Span, type stmt, type type_param, type TypeAlias, type withitem,
} from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';
import { visitExpression, visitExpressions, visitOptionals } from './expressions.ts';
import { ANNOTATIONS } from './future.ts';
import { messages } from './messages.ts';
import { visitParameters } from './parameters.ts';
import type { Scope } from './scope.ts';

export function visitStatements(table: SymbolTableBuilder, nodes: readonly stmt[]): void {
  for (let i = 0; i < nodes.length; i++) visitStatement(table, nodes[i]);
}

/** CPython 3.12: Python/symtable.c, symtable_visit_stmt. */
function visitStatement(table: SymbolTableBuilder, node: stmt): void {
  table.descend();
  switch (node.nodeType) {
    case 'Expr':
      visitExpression(table, node.value);
      break;
    case 'Assign':
      visitExpressions(table, node.targets);
      visitExpression(table, node.value);
      break;
    case 'AugAssign':
      visitExpression(table, node.target);
      visitExpression(table, node.value);
      break;
    case 'AnnAssign':
      visitAnnotatedAssignment(table, node);
      break;
    case 'If':
      visitIf(table, node);
      break;
    case 'While':
      visitExpression(table, node.test);
      visitStatements(table, node.body);
      visitStatements(table, node.orelse);
      break;
    case 'For':
    case 'AsyncFor':
      visitExpression(table, node.target);
      visitExpression(table, node.iter);
      visitStatements(table, node.body);
      visitStatements(table, node.orelse);
      break;
    case 'Return':
      if (node.value !== null) {
        visitExpression(table, node.value);
        table.current.returnsValue = true;
      }
      break;
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      visitFunction(table, node);
      break;
    case 'ClassDef':
      visitClass(table, node);
      break;
    case 'TypeAlias':
      visitTypeAlias(table, node);
      break;
    case 'With':
    case 'AsyncWith':
      for (const item of node.items) visitWithItem(table, item);
      visitStatements(table, node.body);
      break;
    case 'Try':
    case 'TryStar':
      // CPython 3.12 looks at `else` before the handlers; it shows in the order of names and errors.
      visitStatements(table, node.body);
      visitStatements(table, node.orelse);
      for (const handler of node.handlers) visitHandler(table, handler);
      visitStatements(table, node.finalbody);
      break;
    case 'Match':
      visitExpression(table, node.subject);
      for (const branch of node.cases) visitCase(table, branch);
      break;
    case 'Raise':
      if (node.exc !== null) {
        visitExpression(table, node.exc);
        if (node.cause !== null) visitExpression(table, node.cause);
      }
      break;
    case 'Assert':
      visitExpression(table, node.test);
      if (node.msg !== null) visitExpression(table, node.msg);
      break;
    case 'Delete':
      visitExpressions(table, node.targets);
      break;
    case 'Import':
    case 'ImportFrom':
      for (const name of node.names) visitAlias(table, name);
      break;
    case 'Global':
    case 'Nonlocal':
      visitDeclaration(table, node);
      break;
    case 'Pass':
    case 'Break':
    case 'Continue':
      break;
  }
  table.ascend();
}

// ---- definitions

function visitFunction(table: SymbolTableBuilder, node: FunctionDef | AsyncFunctionDef): void {
  const { args } = node;
  const generic = node.type_params.length > 0;
  table.add(node.name, SymbolFlag.DEF_LOCAL, node);
  visitExpressions(table, args.defaults);
  visitOptionals(table, args.kw_defaults);
  visitExpressions(table, node.decorator_list);
  if (generic) {
    enterTypeParameters(table, node.name, node.type_params, node);
    // The defaults were evaluated outside and come in as arguments. CPython 3.12 names the first even where there are none.
    table.add('.defaults', SymbolFlag.DEF_PARAM, node);
    if (args.kw_defaults.some((value) => value !== null)) table.add('.kwdefaults', SymbolFlag.DEF_PARAM, node);
    visitTypeParameters(table, node.type_params);
  }
  visitSignatureAnnotations(table, node);
  table.enter(node.name, BlockType.FunctionBlock, node, node);
  if (node.nodeType === 'AsyncFunctionDef') table.current.coroutine = true;
  visitParameters(table, args);
  visitStatements(table, node.body);
  table.exit();
  if (generic) table.exit();
}

/** In the order of CPython 3.12: Python/symtable.c, symtable_visit_annotations. */
function visitSignatureAnnotations(table: SymbolTableBuilder, node: FunctionDef | AsyncFunctionDef): void {
  const { posonlyargs, args, vararg, kwarg, kwonlyargs } = node.args;
  const postponed = (table.future.features & ANNOTATIONS) !== 0;
  if (postponed) table.enter('_annotation', BlockType.AnnotationBlock, node.args, node);
  for (const parameter of posonlyargs) if (parameter.annotation !== null) visitExpression(table, parameter.annotation);
  for (const parameter of args) if (parameter.annotation !== null) visitExpression(table, parameter.annotation);
  if (vararg !== null && vararg.annotation !== null) visitExpression(table, vararg.annotation);
  if (kwarg !== null && kwarg.annotation !== null) visitExpression(table, kwarg.annotation);
  for (const parameter of kwonlyargs) if (parameter.annotation !== null) visitExpression(table, parameter.annotation);
  if (postponed) table.exit();
  if (node.returns !== null) visitAnnotation(table, node.returns);
}

/** With `from __future__ import annotations` the names of an annotation are not used, only checked. */
function visitAnnotation(table: SymbolTableBuilder, annotation: expr): void {
  const postponed = (table.future.features & ANNOTATIONS) !== 0;
  if (postponed) table.enter('_annotation', BlockType.AnnotationBlock, annotation, annotation);
  visitExpression(table, annotation);
  if (postponed) table.exit();
}

function visitClass(table: SymbolTableBuilder, node: ClassDef): void {
  const generic = node.type_params.length > 0;
  const outerPrivate = table.private;
  table.add(node.name, SymbolFlag.DEF_LOCAL, node);
  visitExpressions(table, node.decorator_list);
  if (generic) {
    const scope = enterTypeParameters(table, node.name, node.type_params, node);
    table.private = scope.private = node.name;
    scope.mangledNames = new Set();
    // The tuple of parameters and `Generic[…]` are kept in names that no program can write.
    for (const name of ['.type_params', '.generic_base']) table.add(name, SymbolFlag.DEF_LOCAL | SymbolFlag.USE, node);
    visitTypeParameters(table, node.type_params);
  }
  visitExpressions(table, node.bases);
  for (const keyword of node.keywords) visitExpression(table, keyword.value);
  table.private = node.name;
  table.enter(node.name, BlockType.ClassBlock, node, node);
  if (generic) {
    table.add('__type_params__', SymbolFlag.DEF_LOCAL, node);
    table.add('.type_params', SymbolFlag.USE, node);
  }
  visitStatements(table, node.body);
  table.exit();
  if (generic) table.exit();
  table.private = outerPrivate;
}

function visitTypeAlias(table: SymbolTableBuilder, node: TypeAlias): void {
  visitExpression(table, node.name);
  const name = (node.name as Name).id;
  const inClass = table.current.type === BlockType.ClassBlock;
  const generic = node.type_params.length > 0;
  if (generic) {
    enterTypeParameters(table, name, node.type_params, node);
    visitTypeParameters(table, node.type_params);
  }
  table.enter(name, BlockType.TypeAliasBlock, node, node);
  visitLazily(table, inClass, node.value);
  table.exit();
  if (generic) table.exit();
}

function enterTypeParameters(table: SymbolTableBuilder, name: string, parameters: readonly type_param[], node: Span): Scope {
  const inClass = table.current.type === BlockType.ClassBlock;
  const scope = table.enter(name, BlockType.TypeParamBlock, parameters, node);
  if (inClass) {
    scope.canSeeClassScope = true;
    table.add('__classdict__', SymbolFlag.USE, node);
  }
  return scope;
}

function visitTypeParameters(table: SymbolTableBuilder, parameters: readonly type_param[]): void {
  for (const parameter of parameters) {
    table.descend();
    table.add(parameter.name, SymbolFlag.DEF_TYPE_PARAM | SymbolFlag.DEF_LOCAL, parameter);
    if (parameter.nodeType === 'TypeVar' && parameter.bound !== null) {
      const inClass = table.current.canSeeClassScope;
      table.enter(parameter.name, BlockType.TypeVarBoundBlock, parameter, parameter);
      visitLazily(table, inClass, parameter.bound);
      table.exit();
    }
    table.ascend();
  }
}

/** The bound of a TypeVar or the value of an alias: evaluated later, but with the names of the class around it. */
function visitLazily(table: SymbolTableBuilder, inClass: boolean, value: expr): void {
  table.current.canSeeClassScope = inClass;
  if (inClass) table.add('__classdict__', SymbolFlag.USE, value);
  visitExpression(table, value);
}

// ---- simple statements

function visitAnnotatedAssignment(table: SymbolTableBuilder, node: AnnAssign): void {
  const { target } = node;
  if (target.nodeType === 'Name') {
    const flags = table.flagsOf(target.id);
    const declared = (flags & (SymbolFlag.DEF_GLOBAL | SymbolFlag.DEF_NONLOCAL)) !== 0;
    if (declared && table.current !== table.top && node.simple) {
      const isGlobal = (flags & SymbolFlag.DEF_GLOBAL) !== 0;
      throw table.error(isGlobal ? messages.globalAnnotated(target.id) : messages.nonlocalAnnotated(target.id), node);
    }
    if (node.simple) table.add(target.id, SymbolFlag.DEF_ANNOT | SymbolFlag.DEF_LOCAL, target);
    else if (node.value !== null) table.add(target.id, SymbolFlag.DEF_LOCAL, target);
  } else {
    visitExpression(table, target);
  }
  visitAnnotation(table, node.annotation);
  if (node.value !== null) visitExpression(table, node.value);
}

/** `global a, b` and `nonlocal a, b` must come before anything else that is done with the names. */
function visitDeclaration(table: SymbolTableBuilder, node: Global | Nonlocal): void {
  const isGlobal = node.nodeType === 'Global';
  for (const name of node.names) {
    const flags = table.flagsOf(name);
    if ((flags & (SymbolFlag.DEF_PARAM | SymbolFlag.DEF_LOCAL | SymbolFlag.USE | SymbolFlag.DEF_ANNOT)) !== 0) {
      throw table.error(isGlobal ? whyNotGlobal(flags, name) : whyNotNonlocal(flags, name), node);
    }
    table.add(name, isGlobal ? SymbolFlag.DEF_GLOBAL : SymbolFlag.DEF_NONLOCAL, node);
    table.addDirective(name, node);
  }
}

function whyNotGlobal(flags: number, name: string): string {
  if ((flags & SymbolFlag.DEF_PARAM) !== 0) return messages.globalParameter(name);
  if ((flags & SymbolFlag.USE) !== 0) return messages.globalAfterUse(name);
  if ((flags & SymbolFlag.DEF_ANNOT) !== 0) return messages.globalAnnotated(name);
  return messages.globalAfterAssignment(name);
}

function whyNotNonlocal(flags: number, name: string): string {
  if ((flags & SymbolFlag.DEF_PARAM) !== 0) return messages.nonlocalParameter(name);
  if ((flags & SymbolFlag.USE) !== 0) return messages.nonlocalAfterUse(name);
  if ((flags & SymbolFlag.DEF_ANNOT) !== 0) return messages.nonlocalAnnotated(name);
  return messages.nonlocalAfterAssignment(name);
}

/** `import a.b` binds `a`. */
function visitAlias(table: SymbolTableBuilder, node: alias): void {
  const name = node.asname ?? node.name;
  if (name === '*') {
    if (table.current !== table.top) throw table.error(messages.importStarNotAtModuleLevel, node);
    return;
  }
  const dot = name.indexOf('.');
  table.add(dot === -1 ? name : name.slice(0, dot), SymbolFlag.DEF_IMPORT, node);
}

// ---- parts of compound statements

/** A chain of `elif` is a nest in the tree; it counts as one, but needs no JavaScript stack. */
function visitIf(table: SymbolTableBuilder, node: If): void {
  let nested = 0;
  for (;;) {
    visitExpression(table, node.test);
    visitStatements(table, node.body);
    const [otherwise] = node.orelse;
    if (node.orelse.length !== 1 || otherwise.nodeType !== 'If') break;
    table.descend();
    nested++;
    node = otherwise;
  }
  visitStatements(table, node.orelse);
  for (; nested > 0; nested--) table.ascend();
}

function visitWithItem(table: SymbolTableBuilder, node: withitem): void {
  visitExpression(table, node.context_expr);
  if (node.optional_vars !== null) visitExpression(table, node.optional_vars);
}

function visitHandler(table: SymbolTableBuilder, node: excepthandler): void {
  if (node.type !== null) visitExpression(table, node.type);
  if (node.name !== null) table.add(node.name, SymbolFlag.DEF_LOCAL, node);
  visitStatements(table, node.body);
}

function visitCase(table: SymbolTableBuilder, node: match_case): void {
  visitPattern(table, node.pattern);
  if (node.guard !== null) visitExpression(table, node.guard);
  visitStatements(table, node.body);
}

function visitPattern(table: SymbolTableBuilder, node: pattern): void {
  table.descend();
  switch (node.nodeType) {
    case 'MatchValue':
      visitExpression(table, node.value);
      break;
    case 'MatchSingleton':
      break;
    case 'MatchSequence':
    case 'MatchOr':
      for (const pattern of node.patterns) visitPattern(table, pattern);
      break;
    case 'MatchStar':
      if (node.name !== null) table.add(node.name, SymbolFlag.DEF_LOCAL, node);
      break;
    case 'MatchMapping':
      visitExpressions(table, node.keys);
      for (const pattern of node.patterns) visitPattern(table, pattern);
      if (node.rest !== null) table.add(node.rest, SymbolFlag.DEF_LOCAL, node);
      break;
    case 'MatchClass':
      visitExpression(table, node.cls);
      for (const pattern of node.patterns) visitPattern(table, pattern);
      for (const pattern of node.kwd_patterns) visitPattern(table, pattern);
      break;
    case 'MatchAs':
      if (node.pattern !== null) visitPattern(table, node.pattern);
      if (node.name !== null) table.add(node.name, SymbolFlag.DEF_LOCAL, node);
      break;
  }
  table.ascend();
}
