import type * as ast from './generated/nodes.ts';
import { nodeInfo } from './generated/fields.ts';
import type { Span } from './span.ts';
import { PySyntaxError } from './syntax-error.ts';
import type { PySyntaxErrorClass } from './syntax-error.ts';

/**
 * Checks a tree built by hand for what `compile()` would refuse and the types cannot say. Throws PySyntaxError with the class (`ValueError`,
 * `TypeError`, `RecursionError`) and text of CPython; it has no place. CPython 3.12: Python/ast.c, _PyAST_Validate.
 */
export function validate(tree: ast.mod): void {
  switch (tree.nodeType) {
    case 'Module':
    case 'Interactive':
      return statements(tree.body);
    case 'Expression':
      return expression(tree.body, 'Load');
    case 'FunctionType':
      expressions(tree.argtypes, 'Load');
      return expression(tree.returns, 'Load');
  }
}

function fail(message: string, pyClass: PySyntaxErrorClass = 'ValueError'): never {
  throw new PySyntaxError({ pyClass, message, filename: '<unknown>', lineno: 0, offset: 0, end_lineno: null, end_offset: null });
}

/** Every node with a place is checked for it before its fields. */
function place(node: ast.AnyNode & Span): void {
  const { lineno, col_offset, end_lineno, end_col_offset } = node;
  for (const name of ['lineno', 'col_offset'] as const) {
    if (node[name] == null) fail(`required field "${name}" missing from ${nodeInfo[node.nodeType].group}`, 'TypeError');
  }
  if (lineno > end_lineno) fail(`AST node line range (${lineno}, ${end_lineno}) is not valid`);
  if ((lineno < 0 && end_lineno !== lineno) || (col_offset < 0 && col_offset !== end_col_offset)) {
    fail(`AST node column range (${col_offset}, ${end_col_offset}) for line range (${lineno}, ${end_lineno}) is not valid`);
  }
  if (lineno === end_lineno && col_offset > end_col_offset) fail(`line ${lineno}, column ${col_offset}-${end_col_offset} is not a valid range`);
}

/** Deeper trees end CPython's recursion, and would end JavaScript's. */
const MAX_DEPTH = 3000;

function tooDeep(depth: number): void {
  if (depth > MAX_DEPTH) fail('maximum recursion depth exceeded during compilation', 'RecursionError');
}

function nonEmpty(list: readonly unknown[], what: string, owner: string): void {
  if (list.length === 0) fail(`empty ${what} on ${owner}`);
}

function identifier(name: string): void {
  if (name === 'None' || name === 'True' || name === 'False') fail(`identifier field can't represent '${name}' constant`);
}

function statements(list: readonly ast.stmt[], depth = 0): void {
  for (const node of list) statement(node, depth + 1);
}

function block(body: readonly ast.stmt[], owner: string, depth: number): void {
  nonEmpty(body, 'body', owner);
  statements(body, depth);
}

function statement(node: ast.stmt, depth: number): void {
  tooDeep(depth);
  place(node);
  switch (node.nodeType) {
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      block(node.body, node.nodeType, depth);
      typeParameters(node.type_params);
      parameters(node.args, 0);
      expressions(node.decorator_list, 'Load');
      return optional(node.returns);
    case 'ClassDef':
      block(node.body, 'ClassDef', depth);
      typeParameters(node.type_params);
      expressions(node.bases, 'Load');
      for (const keyword of node.keywords) expression(keyword.value, 'Load');
      return expressions(node.decorator_list, 'Load');
    case 'Return':
      return optional(node.value);
    case 'Delete':
      nonEmpty(node.targets, 'targets', 'Delete');
      return expressions(node.targets, 'Del');
    case 'Assign':
      nonEmpty(node.targets, 'targets', 'Assign');
      expressions(node.targets, 'Store');
      return expression(node.value, 'Load');
    case 'TypeAlias':
      if (node.name.nodeType !== 'Name') fail('TypeAlias with non-Name name', 'TypeError');
      expression(node.name, 'Store');
      typeParameters(node.type_params);
      return expression(node.value, 'Load');
    case 'AugAssign':
      expression(node.target, 'Store');
      return expression(node.value, 'Load');
    case 'AnnAssign':
      if (node.target.nodeType !== 'Name' && node.simple) fail('AnnAssign with simple non-Name target', 'TypeError');
      expression(node.target, 'Store');
      optional(node.value);
      return expression(node.annotation, 'Load');
    case 'For':
    case 'AsyncFor':
      expression(node.target, 'Store');
      expression(node.iter, 'Load');
      block(node.body, node.nodeType, depth);
      return statements(node.orelse, depth);
    case 'While':
    case 'If':
      expression(node.test, 'Load');
      block(node.body, node.nodeType, depth);
      return statements(node.orelse, depth);
    case 'With':
    case 'AsyncWith':
      nonEmpty(node.items, 'items', node.nodeType);
      for (const item of node.items) {
        expression(item.context_expr, 'Load');
        if (item.optional_vars) expression(item.optional_vars, 'Store');
      }
      return block(node.body, node.nodeType, depth);
    case 'Match':
      expression(node.subject, 'Load');
      nonEmpty(node.cases, 'cases', 'Match');
      for (const one of node.cases) {
        pattern(one.pattern, false, 0);
        optional(one.guard);
        block(one.body, 'match_case', depth);
      }
      return;
    case 'Raise':
      if (!node.exc && node.cause) fail('Raise with cause but no exception');
      optional(node.exc);
      return optional(node.cause);
    case 'Try':
    case 'TryStar':
      return tryStatement(node, depth);
    case 'Assert':
      expression(node.test, 'Load');
      return optional(node.msg);
    case 'Import':
      return nonEmpty(node.names, 'names', 'Import');
    case 'ImportFrom':
      if ((node.level ?? 0) < 0) fail('Negative ImportFrom level');
      return nonEmpty(node.names, 'names', 'ImportFrom');
    case 'Global':
    case 'Nonlocal':
      return nonEmpty(node.names, 'names', node.nodeType);
    case 'Expr':
      return expression(node.value, 'Load');
  }
}

function tryStatement(node: ast.Try | ast.TryStar, depth: number): void {
  block(node.body, node.nodeType, depth);
  if (node.handlers.length === 0) {
    if (node.finalbody.length === 0) fail(`${node.nodeType} has neither except handlers nor finalbody`);
    if (node.orelse.length > 0) fail(`${node.nodeType} has orelse but no except handlers`);
  }
  for (const handler of node.handlers) {
    place(handler);
    optional(handler.type);
    block(handler.body, 'ExceptHandler', depth);
  }
  statements(node.finalbody, depth);
  statements(node.orelse, depth);
}

function typeParameters(list: readonly ast.type_param[]): void {
  for (const node of list) {
    place(node);
    identifier(node.name);
    if (node.nodeType === 'TypeVar') optional(node.bound);
  }
}

function parameters(node: ast.arguments_, depth: number): void {
  for (const arg of [...node.posonlyargs, ...node.args]) annotation(arg, depth);
  if (node.vararg) optional(node.vararg.annotation, depth);
  for (const arg of node.kwonlyargs) annotation(arg, depth);
  if (node.kwarg) optional(node.kwarg.annotation, depth);
  if (node.defaults.length > node.posonlyargs.length + node.args.length) fail('more positional defaults than args on arguments');
  if (node.kw_defaults.length !== node.kwonlyargs.length) fail('length of kwonlyargs is not the same as kw_defaults on arguments');
  expressions(node.defaults, 'Load', depth);
  for (const value of node.kw_defaults) optional(value, depth);
}

function annotation(arg: ast.arg, depth: number): void {
  place(arg);
  optional(arg.annotation, depth);
}

function optional(node: ast.expr | null, depth = 0): void {
  if (node) expression(node, 'Load', depth);
}

function expressions(list: readonly ast.expr[], ctx: ast.expr_context, depth = 0): void {
  for (const node of list) expression(node, ctx, depth);
}

function expression(node: ast.expr, ctx: ast.expr_context, depthAbove = 0): void {
  const depth = depthAbove + 1;
  tooDeep(depth);
  place(node);
  if (node.nodeType === 'Name') identifier(node.id);
  if ('ctx' in node) {
    if (node.ctx !== ctx) fail(`expression must have ${ctx} context but has ${node.ctx} instead`);
  } else if (ctx !== 'Load') fail(`expression which can't be assigned to in ${ctx} context`);
  switch (node.nodeType) {
    case 'BoolOp':
      if (node.values.length < 2) fail('BoolOp with less than 2 values');
      return expressions(node.values, 'Load', depth);
    case 'BinOp':
      expression(node.left, 'Load', depth);
      return expression(node.right, 'Load', depth);
    case 'UnaryOp':
      return expression(node.operand, 'Load', depth);
    case 'Lambda':
      parameters(node.args, depth);
      return expression(node.body, 'Load', depth);
    case 'IfExp':
      return expressions([node.test, node.body, node.orelse], 'Load', depth);
    case 'Dict':
      if (node.keys.length !== node.values.length) fail("Dict doesn't have the same number of keys as values");
      for (const key of node.keys) optional(key, depth);
      return expressions(node.values, 'Load', depth);
    case 'Set':
      return expressions(node.elts, 'Load', depth);
    case 'ListComp':
    case 'SetComp':
    case 'GeneratorExp':
      generators(node.generators, depth);
      return expression(node.elt, 'Load', depth);
    case 'DictComp':
      generators(node.generators, depth);
      return expressions([node.key, node.value], 'Load', depth);
    case 'Compare':
      if (node.comparators.length === 0) fail('Compare with no comparators');
      if (node.comparators.length !== node.ops.length) fail('Compare has a different number of comparators and operands');
      expressions(node.comparators, 'Load', depth);
      return expression(node.left, 'Load', depth);
    case 'Call':
      expression(node.func, 'Load', depth);
      expressions(node.args, 'Load', depth);
      for (const keyword of node.keywords) expression(keyword.value, 'Load', depth);
      return;
    case 'Constant':
      return constant(node.value);
    case 'JoinedStr':
      return expressions(node.values, 'Load', depth);
    case 'FormattedValue':
      expression(node.value, 'Load', depth);
      return optional(node.format_spec, depth);
    case 'NamedExpr':
      if (node.target.nodeType !== 'Name') fail('NamedExpr target must be a Name', 'TypeError');
      return expression(node.value, 'Load', depth);
    case 'Await':
    case 'YieldFrom':
    case 'Attribute':
      return expression(node.value, 'Load', depth);
    case 'Yield':
      return optional(node.value, depth);
    case 'Subscript':
      expression(node.slice, 'Load', depth);
      return expression(node.value, 'Load', depth);
    case 'Starred':
      return expression(node.value, ctx, depth);
    case 'Slice':
      for (const part of [node.lower, node.upper, node.step]) optional(part, depth);
      return;
    case 'List':
    case 'Tuple':
      return expressions(node.elts, ctx, depth);
  }
}

function generators(list: readonly ast.comprehension[], depth: number): void {
  if (list.length === 0) fail('comprehension with no generators');
  for (const node of list) {
    expression(node.target, 'Store', depth);
    expression(node.iter, 'Load', depth);
    expressions(node.ifs, 'Load', depth);
  }
}

/** The types say what a constant may be; what is not that comes from untyped code. */
function constant(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(constant);
  const isSpecial = typeof value === 'object' && value !== null && (value instanceof Uint8Array || typeof (value as { kind?: unknown }).kind === 'string');
  if (value === null || isSpecial || ['boolean', 'bigint', 'number', 'string'].includes(typeof value)) return;
  fail(`got an invalid type in Constant: ${typeof value}`, 'TypeError');
}

function captured(name: string): void {
  if (name === '_') fail("can't capture name '_' in patterns");
  identifier(name);
}

function pattern(node: ast.pattern, starAllowed: boolean, depthAbove: number): void {
  const depth = depthAbove + 1;
  tooDeep(depth);
  place(node);
  switch (node.nodeType) {
    case 'MatchValue':
      return patternValue(node.value);
    case 'MatchSingleton':
      if (node.value !== null && typeof node.value !== 'boolean') fail('MatchSingleton can only contain True, False and None');
      return;
    case 'MatchSequence':
      for (const item of node.patterns) pattern(item, true, depth);
      return;
    case 'MatchMapping':
      if (node.keys.length !== node.patterns.length) fail("MatchMapping doesn't have the same number of keys as patterns");
      if (node.rest !== null) captured(node.rest);
      for (const key of node.keys) {
        const isSingleton = key.nodeType === 'Constant' && (key.value === null || typeof key.value === 'boolean');
        if (!isSingleton) patternValue(key);
      }
      for (const item of node.patterns) pattern(item, false, depth);
      return;
    case 'MatchClass': {
      if (node.kwd_attrs.length !== node.kwd_patterns.length) fail("MatchClass doesn't have the same number of keyword attributes as patterns");
      expression(node.cls, 'Load', depth);
      let cls = node.cls;
      while (cls.nodeType === 'Attribute') cls = cls.value;
      if (cls.nodeType !== 'Name') fail('MatchClass cls field can only contain Name or Attribute nodes.');
      for (const name of node.kwd_attrs) identifier(name);
      for (const item of [...node.patterns, ...node.kwd_patterns]) pattern(item, false, depth);
      return;
    }
    case 'MatchStar':
      if (!starAllowed) fail("can't use MatchStar here");
      if (node.name !== null) captured(node.name);
      return;
    case 'MatchAs':
      if (node.name !== null) captured(node.name);
      if (node.pattern === null) return;
      if (node.name === null) fail('MatchAs must specify a target name if a pattern is given');
      return pattern(node.pattern, false, depth);
    case 'MatchOr':
      if (node.patterns.length < 2) fail('MatchOr requires at least 2 patterns');
      for (const item of node.patterns) pattern(item, false, depth);
      return;
  }
}

/** A value in a pattern: a literal, a number with a sign or an imaginary part, an attribute, or an f-string, which the compiler refuses. */
function patternValue(node: ast.expr): void {
  expression(node, 'Load');
  if (node.nodeType === 'Attribute' || node.nodeType === 'JoinedStr') return;
  if (node.nodeType === 'Constant') {
    const { value } = node;
    const isKind = (kind: string): boolean => typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
    const isLiteral = ['bigint', 'number', 'string'].includes(typeof value) || value instanceof Uint8Array || isKind('complex') || isKind('str');
    if (!isLiteral) fail('unexpected constant inside of a literal pattern');
    return;
  }
  const isComplex = node.nodeType === 'BinOp' && (node.op === 'Add' || node.op === 'Sub') && isNumber(node.left, true, false, true) && isNumber(node.right, false, true, false);
  if (!isComplex && !(node.nodeType === 'UnaryOp' && isNumber(node, true, true, true))) fail('patterns may only match literals and attribute lookups');
}

function isNumber(node: ast.expr, real: boolean, imaginary: boolean, signed: boolean): boolean {
  if (node.nodeType === 'UnaryOp') return signed && node.op === 'USub' && isNumber(node.operand, real, imaginary, false);
  if (node.nodeType !== 'Constant') return false;
  const { value } = node;
  if (typeof value === 'bigint' || typeof value === 'number') return real;
  return imaginary && typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'complex';
}
