// THE definition of every node of CPython 3.12's syntax tree (Parser/Python.asdl).
// `pnpm generate` writes src/generated/nodes.ts and src/generated/fields.ts from it.

/** What a field holds. `node` is a node of `group`; the others are plain values. */
export interface FieldDef {
  readonly kind: 'node' | 'identifier' | 'int' | 'string' | 'constant' | 'operator';
  /** Group or node name for `node`; group of constants (`expr_context`, `operator`, …) for `operator`. */
  readonly group: string;
  readonly quantity: 'one' | 'optional' | 'many';
}

export interface NodeDef {
  readonly group: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldDef>>;
  /** Has lineno, col_offset, end_lineno, end_col_offset. */
  readonly located: boolean;
  readonly comment: string;
}

const field = (kind: FieldDef['kind'], group: string): FieldDef => ({ kind, group, quantity: 'one' });
const optional = (of: FieldDef): FieldDef => ({ ...of, quantity: 'optional' });
const many = (of: FieldDef): FieldDef => ({ ...of, quantity: 'many' });
/** A list whose items may be null (`Dict.keys`, `arguments.kw_defaults`). */
const manyOptional = (of: FieldDef): FieldDef => ({ ...of, quantity: 'many', group: `${of.group}?` });

const stmt = field('node', 'stmt');
const expr = field('node', 'expr');
const pattern = field('node', 'pattern');
const type_param = field('node', 'type_param');
const type_ignore = field('node', 'type_ignore');
const excepthandler = field('node', 'excepthandler');
const args = field('node', 'arguments');
const arg = field('node', 'arg');
const keyword = field('node', 'keyword');
const alias = field('node', 'alias');
const withitem = field('node', 'withitem');
const match_case = field('node', 'match_case');
const comprehension = field('node', 'comprehension');
const identifier = field('identifier', '');
const int = field('int', '');
const string = field('string', '');
const constant = field('constant', '');
const expr_context = field('operator', 'expr_context');
const boolop = field('operator', 'boolop');
const operator = field('operator', 'operator');
const unaryop = field('operator', 'unaryop');
const cmpop = field('operator', 'cmpop');

const located = new Set(['stmt', 'expr', 'excepthandler', 'arg', 'keyword', 'alias', 'pattern', 'type_param']);

function node(group: string, name: string, fields: Readonly<Record<string, FieldDef>>, comment = ''): NodeDef {
  return { group, name, fields, located: located.has(group), comment };
}

/** Names without fields: contexts and operators. In our trees they are strings, `'Load'`, `'Add'`. */
export const operators: Readonly<Record<string, readonly string[]>> = {
  expr_context: ['Load', 'Store', 'Del'],
  boolop: ['And', 'Or'],
  operator: ['Add', 'Sub', 'Mult', 'MatMult', 'Div', 'Mod', 'Pow', 'LShift', 'RShift', 'BitOr', 'BitXor', 'BitAnd', 'FloorDiv'],
  unaryop: ['Invert', 'Not', 'UAdd', 'USub'],
  cmpop: ['Eq', 'NotEq', 'Lt', 'LtE', 'Gt', 'GtE', 'Is', 'IsNot', 'In', 'NotIn'],
};

const definition = {
  name: identifier, args, body: many(stmt), decorator_list: many(expr), returns: optional(expr),
  type_comment: optional(string), type_params: many(type_param),
};
const loop = { target: expr, iter: expr, body: many(stmt), orelse: many(stmt), type_comment: optional(string) };
const tryFields = { body: many(stmt), handlers: many(excepthandler), orelse: many(stmt), finalbody: many(stmt) };

export const nodes: readonly NodeDef[] = [
  node('mod', 'Module', { body: many(stmt), type_ignores: many(type_ignore) }, 'A file: mode `exec`.'),
  node('mod', 'Interactive', { body: many(stmt) }, 'One statement typed at the prompt: mode `single`.'),
  node('mod', 'Expression', { body: expr }, 'Mode `eval`.'),
  node('mod', 'FunctionType', { argtypes: many(expr), returns: expr }, 'A signature type comment, `(int, str) -> bool`: mode `func_type`.'),

  node('stmt', 'FunctionDef', definition),
  node('stmt', 'AsyncFunctionDef', definition),
  node('stmt', 'ClassDef', {
    name: identifier, bases: many(expr), keywords: many(keyword), body: many(stmt), decorator_list: many(expr), type_params: many(type_param),
  }),
  node('stmt', 'Return', { value: optional(expr) }, '`value` is null for a bare `return`, which is not the same tree as `return None`.'),
  node('stmt', 'Delete', { targets: many(expr) }),
  node('stmt', 'Assign', { targets: many(expr), value: expr, type_comment: optional(string) }, '`a = b = 1` has two targets.'),
  node('stmt', 'TypeAlias', { name: expr, type_params: many(type_param), value: expr }, '`type X[T] = list[T]`'),
  node('stmt', 'AugAssign', { target: expr, op: operator, value: expr }),
  node('stmt', 'AnnAssign', { target: expr, annotation: expr, value: optional(expr), simple: int }, '`simple` is 1 for a bare name without parentheses.'),
  node('stmt', 'For', loop),
  node('stmt', 'AsyncFor', loop),
  node('stmt', 'While', { test: expr, body: many(stmt), orelse: many(stmt) }),
  node('stmt', 'If', { test: expr, body: many(stmt), orelse: many(stmt) }, 'An `elif` is an If alone in `orelse`.'),
  node('stmt', 'With', { items: many(withitem), body: many(stmt), type_comment: optional(string) }),
  node('stmt', 'AsyncWith', { items: many(withitem), body: many(stmt), type_comment: optional(string) }),
  node('stmt', 'Match', { subject: expr, cases: many(match_case) }),
  node('stmt', 'Raise', { exc: optional(expr), cause: optional(expr) }),
  node('stmt', 'Try', tryFields),
  node('stmt', 'TryStar', tryFields, '`except*`'),
  node('stmt', 'Assert', { test: expr, msg: optional(expr) }),
  node('stmt', 'Import', { names: many(alias) }),
  node('stmt', 'ImportFrom', { module: optional(identifier), names: many(alias), level: optional(int) }, '`level` counts the leading dots; `module` is null for `from . import x`.'),
  node('stmt', 'Global', { names: many(identifier) }),
  node('stmt', 'Nonlocal', { names: many(identifier) }),
  node('stmt', 'Expr', { value: expr }, 'An expression as a statement.'),
  node('stmt', 'Pass', {}),
  node('stmt', 'Break', {}),
  node('stmt', 'Continue', {}),

  node('expr', 'BoolOp', { op: boolop, values: many(expr) }, '`a and b and c` is one node with three values.'),
  node('expr', 'NamedExpr', { target: expr, value: expr }, '`(x := 1)`'),
  node('expr', 'BinOp', { left: expr, op: operator, right: expr }),
  node('expr', 'UnaryOp', { op: unaryop, operand: expr }),
  node('expr', 'Lambda', { args, body: expr }),
  node('expr', 'IfExp', { test: expr, body: expr, orelse: expr }),
  node('expr', 'Dict', { keys: manyOptional(expr), values: many(expr) }, 'A null key means `**value`.'),
  node('expr', 'Set', { elts: many(expr) }),
  node('expr', 'ListComp', { elt: expr, generators: many(comprehension) }),
  node('expr', 'SetComp', { elt: expr, generators: many(comprehension) }),
  node('expr', 'DictComp', { key: expr, value: expr, generators: many(comprehension) }),
  node('expr', 'GeneratorExp', { elt: expr, generators: many(comprehension) }),
  node('expr', 'Await', { value: expr }),
  node('expr', 'Yield', { value: optional(expr) }),
  node('expr', 'YieldFrom', { value: expr }),
  node('expr', 'Compare', { left: expr, ops: many(cmpop), comparators: many(expr) }, '`a < b < c` has two ops.'),
  node('expr', 'Call', { func: expr, args: many(expr), keywords: many(keyword) }),
  node('expr', 'FormattedValue', { value: expr, conversion: int, format_spec: optional(expr) }, '`conversion` is -1, or the code of `s`, `r` or `a`.'),
  node('expr', 'JoinedStr', { values: many(expr) }, 'An f-string: Constant and FormattedValue nodes.'),
  node('expr', 'Constant', { value: constant, kind: optional(string) }, '`kind` is `u` for `u"..."`, else null.'),
  node('expr', 'Attribute', { value: expr, attr: identifier, ctx: expr_context }),
  node('expr', 'Subscript', { value: expr, slice: expr, ctx: expr_context }),
  node('expr', 'Starred', { value: expr, ctx: expr_context }),
  node('expr', 'Name', { id: identifier, ctx: expr_context }),
  node('expr', 'List', { elts: many(expr), ctx: expr_context }),
  node('expr', 'Tuple', { elts: many(expr), ctx: expr_context }),
  node('expr', 'Slice', { lower: optional(expr), upper: optional(expr), step: optional(expr) }),

  node('comprehension', 'comprehension', { target: expr, iter: expr, ifs: many(expr), is_async: int }),
  node('excepthandler', 'ExceptHandler', { type: optional(expr), name: optional(identifier), body: many(stmt) }),
  node('arguments', 'arguments', {
    posonlyargs: many(arg), args: many(arg), vararg: optional(arg), kwonlyargs: many(arg), kw_defaults: manyOptional(expr),
    kwarg: optional(arg), defaults: many(expr),
  }, '`kw_defaults` has one entry per keyword-only parameter, null where there is no default.'),
  node('arg', 'arg', { arg: identifier, annotation: optional(expr), type_comment: optional(string) }),
  node('keyword', 'keyword', { arg: optional(identifier), value: expr }, '`arg` is null for `**value`.'),
  node('alias', 'alias', { name: identifier, asname: optional(identifier) }),
  node('withitem', 'withitem', { context_expr: expr, optional_vars: optional(expr) }),
  node('match_case', 'match_case', { pattern, guard: optional(expr), body: many(stmt) }),

  node('pattern', 'MatchValue', { value: expr }),
  node('pattern', 'MatchSingleton', { value: constant }, 'None, True or False.'),
  node('pattern', 'MatchSequence', { patterns: many(pattern) }),
  node('pattern', 'MatchMapping', { keys: many(expr), patterns: many(pattern), rest: optional(identifier) }),
  node('pattern', 'MatchClass', { cls: expr, patterns: many(pattern), kwd_attrs: many(identifier), kwd_patterns: many(pattern) }),
  node('pattern', 'MatchStar', { name: optional(identifier) }),
  node('pattern', 'MatchAs', { pattern: optional(pattern), name: optional(identifier) }, '`_` has neither pattern nor name.'),
  node('pattern', 'MatchOr', { patterns: many(pattern) }),

  node('type_ignore', 'TypeIgnore', { lineno: int, tag: string }),
  node('type_param', 'TypeVar', { name: identifier, bound: optional(expr) }),
  node('type_param', 'ParamSpec', { name: identifier }),
  node('type_param', 'TypeVarTuple', { name: identifier }),
];
