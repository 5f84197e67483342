import { Name, type ClassDef } from '@py/ast';
import { Op } from '@py/code';
import { lineStart, type Compiler } from '../compiler.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { emitCall } from './calls.ts';
import { visitExpressions } from './expressions.ts';
import { applyDecorators, visitBody } from './functions.ts';
import { Intrinsic1 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';
import { enterTypeParameters, visitTypeParameters } from './types.ts';

/** `name = decorator(__build_class__(body, 'name', *bases, **keywords))` (CPython 3.12: Python/compile.c, compiler_class). */
export function visitClass(c: Compiler, node: ClassDef): void {
  const { decorator_list } = node;
  visitExpressions(c, decorator_list);
  const firstlineno = decorator_list.length > 0 ? decorator_list[0].lineno : node.lineno;
  if (node.type_params.length > 0) {
    visitGenericClass(c, node, firstlineno);
  } else {
    visitClassBody(c, node, firstlineno);
    emitCall(c, node, 2, node.bases, node.keywords);
  }
  applyDecorators(c, decorator_list);
  emitNameOperation(c, node, node.name, 'Store');
}

/** `class C[T]`: a function that makes the type parameters makes the class, with `Generic[T]` as its last base. */
function visitGenericClass(c: Compiler, node: ClassDef, firstlineno: number): void {
  c.emit(Op.PUSH_NULL, 0, node);
  enterTypeParameters(c, node.name, node.type_params, firstlineno);
  visitTypeParameters(c, node.type_params);
  emitNameOperation(c, node, '.type_params', 'Store');
  visitClassBody(c, node, firstlineno);
  emitNameOperation(c, node, '.type_params', 'Load');
  c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.SUBSCRIPT_GENERIC, node);
  emitNameOperation(c, node, '.generic_base', 'Store');
  const { lineno, col_offset, end_lineno, end_col_offset } = node;
  const generic = new Name('.generic_base', 'Load', lineno, col_offset, end_lineno, end_col_offset);
  emitCall(c, node, 2, [...node.bases, generic], node.keywords);
  c.makeClosure(c.leave(false), 0, node);
  c.emit(Op.CALL, 0, node);
}

/** Pushes `__build_class__`, the function that fills the namespace, and the name. */
function visitClassBody(c: Compiler, node: ClassDef, firstlineno: number): void {
  const { block, cellvars } = c.enter('class', node.name, node, firstlineno);
  const loc = lineStart(firstlineno, firstlineno);
  emitNameOperation(c, loc, '__name__', 'Load');
  emitNameOperation(c, loc, '__module__', 'Store');
  c.loadConst(c.unit.qualname, loc);
  emitNameOperation(c, loc, '__qualname__', 'Store');
  if (node.type_params.length > 0) {
    emitNameOperation(c, loc, '.type_params', 'Load');
    emitNameOperation(c, loc, '__type_params__', 'Store');
  }
  if (block.needsClassDict) {
    c.emit(Op.LOAD_LOCALS, 0, loc);
    c.emit(Op.STORE_DEREF, cellvars.get('__classdict__')!, loc);
  }
  visitBody(c, loc, node.body);
  if (block.needsClassDict) {
    c.emit(Op.LOAD_CLOSURE, cellvars.get('__classdict__')!, NO_LOCATION);
    emitNameOperation(c, NO_LOCATION, '__classdictcell__', 'Store');
  }
  if (block.needsClassClosure) {
    c.emit(Op.LOAD_CLOSURE, cellvars.get('__class__')!, NO_LOCATION);
    c.emit(Op.COPY, 1, NO_LOCATION);
    emitNameOperation(c, NO_LOCATION, '__classcell__', 'Store');
  } else {
    c.loadConst(null, NO_LOCATION);
  }
  c.emit(Op.RETURN_VALUE, 0, NO_LOCATION);
  const code = c.leave(true);
  c.emit(Op.PUSH_NULL, 0, node);
  c.emit(Op.LOAD_BUILD_CLASS, 0, node);
  c.makeClosure(code, 0, node);
  c.loadConst(node.name, node);
}
