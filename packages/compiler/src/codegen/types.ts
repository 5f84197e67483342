import type { Name, Span, type_param, TypeAlias, TypeVar } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler, Unit } from '../compiler.ts';
import { visitExpression } from './expressions.ts';
import { Intrinsic1, Intrinsic2 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';

/** `type X[T] = value`: the value is computed when it is asked for. */
export function visitTypeAlias(c: Compiler, node: TypeAlias): void {
  const name = (node.name as Name).id;
  if (node.type_params.length > 0) {
    c.emit(Op.PUSH_NULL, 0, node);
    enterTypeParameters(c, name, node.type_params, node.lineno);
    c.loadConst(name, node);
    visitTypeParameters(c, node.type_params);
    visitAliasBody(c, node, name);
    c.makeClosure(c.leave(false), 0, node);
    c.emit(Op.CALL, 0, node);
  } else {
    c.loadConst(name, node);
    c.loadConst(null, node);
    visitAliasBody(c, node, name);
  }
  emitNameOperation(c, node, name, 'Store');
}

/** With the name and the type parameters on the stack. */
function visitAliasBody(c: Compiler, node: TypeAlias, name: string): void {
  const unit = c.enter('function', name, node, node.lineno);
  unit.constants.add(null);
  visitExpression(c, node.value);
  c.emit(Op.RETURN_VALUE, 0, node);
  c.makeClosure(c.leave(false), 0, node);
  c.emit(Op.BUILD_TUPLE, 3, node);
  c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.TYPEALIAS, node);
}

/** Begins the function in which the type parameters of a definition live. */
export function enterTypeParameters(c: Compiler, name: string, parameters: readonly type_param[], firstlineno: number): Unit {
  return c.enter('type parameters', `<generic parameters of ${name}>`, parameters, firstlineno);
}

/** Makes and stores the type parameters and leaves a tuple of them. */
export function visitTypeParameters(c: Compiler, parameters: readonly type_param[]): void {
  for (const parameter of parameters) {
    c.loadConst(parameter.name, parameter);
    emitTypeParameter(c, parameter);
    c.emit(Op.COPY, 1, parameter);
    emitNameOperation(c, parameter, parameter.name, 'Store');
  }
  c.emit(Op.BUILD_TUPLE, parameters.length, parameters[0]);
}

function emitTypeParameter(c: Compiler, parameter: type_param): void {
  switch (parameter.nodeType) {
    case 'TypeVar':
      return emitTypeVar(c, parameter, parameter);
    case 'TypeVarTuple':
      return c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.TYPEVARTUPLE, parameter);
    case 'ParamSpec':
      return c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.PARAMSPEC, parameter);
  }
}

function emitTypeVar(c: Compiler, loc: Span, { bound, name }: TypeVar): void {
  if (bound === null) return c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.TYPEVAR, loc);
  c.enter('type parameters', name, loc, bound.lineno);
  visitExpression(c, bound);
  c.emit(Op.RETURN_VALUE, 0, loc);
  c.makeClosure(c.leave(true), 0, loc);
  const constrained = bound.nodeType === 'Tuple';
  c.emit(Op.CALL_INTRINSIC_2, constrained ? Intrinsic2.TYPEVAR_WITH_CONSTRAINTS : Intrinsic2.TYPEVAR_WITH_BOUND, loc);
}
