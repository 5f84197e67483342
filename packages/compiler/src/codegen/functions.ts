import type { arg, arguments_, AsyncFunctionDef, expr, FunctionDef, Lambda, Span, stmt } from '@py/ast';
import { Op, type Constant } from '@py/code';
import type { Compiler, Unit } from '../compiler.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { unparse } from '../unparse.ts';
import { visitExpression, visitExpressions } from './expressions.ts';
import { wrapInStopIterationHandler } from './generators.ts';
import { Intrinsic2 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';
import { visitStatements, visitStatement } from './statements.ts';
import { enterTypeParameters, visitTypeParameters } from './types.ts';

/** Flag bits of MAKE_FUNCTION: which of its extra operands are on the stack. */
const DEFAULTS = 1;
const KEYWORD_DEFAULTS = 2;
const ANNOTATIONS = 4;

/** CPython 3.12: Python/compile.c, compiler_function. */
export function visitFunction(c: Compiler, node: FunctionDef | AsyncFunctionDef): void {
  const { args, decorator_list } = node;
  forbidDebugParameters(c, args);
  visitExpressions(c, decorator_list);
  const firstlineno = decorator_list.length > 0 ? decorator_list[0].lineno : node.lineno;
  if (node.type_params.length > 0) {
    visitGenericFunction(c, node, firstlineno);
  } else {
    const flags = visitDefaults(c, node, args);
    visitFunctionBody(c, node, flags | visitAnnotations(c, node), firstlineno);
  }
  applyDecorators(c, decorator_list);
  emitNameOperation(c, node, node.name, 'Store');
}

/** `def f[T]()`: a function that makes the type parameters makes the function. Defaults are evaluated outside and passed in. */
function visitGenericFunction(c: Compiler, node: FunctionDef | AsyncFunctionDef, firstlineno: number): void {
  c.emit(Op.PUSH_NULL, 0, node);
  let flags = visitDefaults(c, node, node.args);
  const passed = (flags & DEFAULTS ? 1 : 0) + (flags & KEYWORD_DEFAULTS ? 1 : 0);
  if (passed === 2) c.emit(Op.SWAP, 2, node);
  const unit = enterTypeParameters(c, node.name, node.type_params, firstlineno);
  visitTypeParameters(c, node.type_params);
  for (let i = 0; i < passed; i++) c.emit(Op.LOAD_FAST, i, node);
  flags |= visitAnnotations(c, node);
  visitFunctionBody(c, node, flags, firstlineno);
  c.emit(Op.SWAP, 2, node);
  c.emit(Op.CALL_INTRINSIC_2, Intrinsic2.SET_FUNCTION_TYPE_PARAMS, node);
  unit.argcount = passed;
  c.makeClosure(c.leave(false), 0, node);
  if (passed > 0) c.emit(Op.SWAP, passed + 1, node);
  c.emit(Op.CALL, passed, node);
}

function visitFunctionBody(c: Compiler, node: FunctionDef | AsyncFunctionDef, flags: number, firstlineno: number): void {
  const { body } = node;
  const unit = c.enter(node.nodeType === 'FunctionDef' ? 'function' : 'async function', node.name, node, firstlineno);
  const documentation = c.optimize < 2 ? docstring(body) : null;
  // The first constant is the docstring.
  unit.constants.add(documentation);
  countParameters(unit, node.args);
  for (let i = documentation === null ? 0 : 1; i < body.length; i++) visitStatement(c, body[i]);
  if (unit.coroutine || unit.block.generator) wrapInStopIterationHandler(c);
  c.makeClosure(c.leave(true), flags, node);
}

export function visitLambda(c: Compiler, node: Lambda): void {
  forbidDebugParameters(c, node.args);
  const flags = visitDefaults(c, node, node.args);
  const unit = c.enter('lambda', '<lambda>', node, node.lineno);
  // A lambda has no docstring: its first constant must not be a str.
  unit.constants.add(null);
  countParameters(unit, node.args);
  visitExpression(c, node.body);
  if (unit.block.generator) {
    c.makeClosure(c.leave(false), flags, node);
    return;
  }
  c.emit(Op.RETURN_VALUE, 0, node.body);
  c.makeClosure(c.leave(true), flags, node);
}

function countParameters(unit: Unit, args: arguments_): void {
  unit.argcount = args.posonlyargs.length + args.args.length;
  unit.posonlyargcount = args.posonlyargs.length;
  unit.kwonlyargcount = args.kwonlyargs.length;
}

/** The docstring of a body, or null. */
export function docstring(body: readonly stmt[]): Constant {
  const first = body[0];
  if (first === undefined || first.nodeType !== 'Expr' || first.value.nodeType !== 'Constant') return null;
  const { value } = first.value;
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'str' ? value : null;
}

export function applyDecorators(c: Compiler, decorators: readonly expr[]): void {
  for (let i = decorators.length - 1; i >= 0; i--) c.emit(Op.CALL, 0, decorators[i]);
}

function forbidDebugParameters(c: Compiler, args: arguments_): void {
  const check = (parameter: arg): void => c.forbidDebug(parameter.arg, parameter);
  args.posonlyargs.forEach(check);
  args.args.forEach(check);
  if (args.vararg !== null) check(args.vararg);
  args.kwonlyargs.forEach(check);
  if (args.kwarg !== null) check(args.kwarg);
}

/** Pushes the tuple of defaults and the dict of keyword-only defaults; gives the flags for MAKE_FUNCTION. */
function visitDefaults(c: Compiler, loc: Span, args: arguments_): number {
  let flags = 0;
  if (args.defaults.length > 0) {
    visitExpressions(c, args.defaults);
    c.emit(Op.BUILD_TUPLE, args.defaults.length, loc);
    flags |= DEFAULTS;
  }
  if (args.kwonlyargs.length === 0) return flags;
  const keys: string[] = [];
  args.kwonlyargs.forEach((parameter, index) => {
    const value = args.kw_defaults[index];
    if (value === null) return;
    keys.push(c.unit.mangle(parameter.arg));
    visitExpression(c, value);
  });
  if (keys.length === 0) return flags;
  c.loadConst(keys, loc);
  c.emit(Op.BUILD_CONST_KEY_MAP, keys.length, loc);
  return flags | KEYWORD_DEFAULTS;
}

/** Pushes a tuple of names and annotations, if there are any; gives the flag for MAKE_FUNCTION. */
function visitAnnotations(c: Compiler, node: FunctionDef | AsyncFunctionDef): number {
  const { posonlyargs, args, vararg, kwonlyargs, kwarg } = node.args;
  let count = 0;
  const visit = (name: string, annotation: expr | null): void => {
    if (annotation === null) return;
    visitAnnotation(c, node, name, annotation);
    count += 2;
  };
  for (const parameter of args) visit(parameter.arg, parameter.annotation);
  for (const parameter of posonlyargs) visit(parameter.arg, parameter.annotation);
  if (vararg !== null) visit(vararg.arg, vararg.annotation);
  for (const parameter of kwonlyargs) visit(parameter.arg, parameter.annotation);
  if (kwarg !== null) visit(kwarg.arg, kwarg.annotation);
  visit('return', node.returns);
  if (count === 0) return 0;
  c.emit(Op.BUILD_TUPLE, count, node);
  return ANNOTATIONS;
}

function visitAnnotation(c: Compiler, loc: Span, name: string, annotation: expr): void {
  c.loadConst(c.unit.mangle(name), loc);
  if (c.postponedAnnotations) {
    c.loadConst(unparse(annotation), annotation);
  } else if (annotation.nodeType === 'Starred') {
    // def f(*args: *Ts)
    visitExpression(c, annotation.value);
    c.emit(Op.UNPACK_SEQUENCE, 1, loc);
  } else {
    visitExpression(c, annotation);
  }
}

/** Statements of a module or class, its docstring stored in `__doc__` (CPython 3.12: Python/compile.c, compiler_body). */
export function visitBody(c: Compiler, loc: Span, body: readonly stmt[]): void {
  if (c.unit.kind === 'module' && body.length > 0) loc = body[0];
  if (hasAnnotations(body)) c.emit(Op.SETUP_ANNOTATIONS, 0, loc);
  if (c.optimize < 2 && docstring(body) !== null) {
    const [first, ...rest] = body;
    if (first.nodeType === 'Expr') visitExpression(c, first.value);
    emitNameOperation(c, NO_LOCATION, '__doc__', 'Store');
    visitStatements(c, rest);
    return;
  }
  visitStatements(c, body);
}

/** Is there an annotated assignment that is not inside a function or class? */
export function hasAnnotations(body: readonly stmt[]): boolean {
  for (let i = 0; i < body.length; i++) {
    const node = body[i];
    switch (node.nodeType) {
      case 'AnnAssign':
        return true;
      case 'For':
      case 'AsyncFor':
      case 'While':
      case 'If':
        if (hasAnnotations(node.body) || hasAnnotations(node.orelse)) return true;
        break;
      case 'With':
      case 'AsyncWith':
        if (hasAnnotations(node.body)) return true;
        break;
      case 'Try':
      case 'TryStar':
        for (const handler of node.handlers) if (hasAnnotations(handler.body)) return true;
        if (hasAnnotations(node.body) || hasAnnotations(node.finalbody) || hasAnnotations(node.orelse)) return true;
        break;
      case 'Match':
        for (const branch of node.cases) if (hasAnnotations(branch.body)) return true;
        break;
    }
  }
  return false;
}
