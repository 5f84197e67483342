import { Scope, type Attribute, type Call, type expr, type Name, type Span } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { characterCount } from '../text.ts';
import { visitExpression } from './expressions.ts';
import { emitNameOperation } from './names.ts';

/** `value.attr`, read, written or deleted. */
export function visitAttribute(c: Compiler, node: Attribute): void {
  if (node.ctx === 'Load' && isSuperCall(c, node)) {
    const call = node.value as Call;
    loadSuperArguments(c, call);
    c.emitName(Op.LOAD_SUPER_ATTR, node.attr, node, 2, call.args.length > 0 ? SUPER_TWO_ARGUMENTS : 0);
    c.emit(Op.NOP, 0, attributeLocation(node, node));
    return;
  }
  visitExpression(c, node.value);
  c.locate(node, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset);
  const loc = attributeLocation(node, node);
  switch (node.ctx) {
    case 'Load':
      return c.emitName(Op.LOAD_ATTR, node.attr, loc, 1);
    case 'Store':
      c.forbidDebug(node.attr, loc);
      return c.emitName(Op.STORE_ATTR, node.attr, loc);
    case 'Del':
      return c.emitName(Op.DELETE_ATTR, node.attr, loc);
  }
}

/** Flag bits of LOAD_SUPER_ATTR below the name. */
export const SUPER_METHOD = 1;
export const SUPER_TWO_ARGUMENTS = 2;

/**
 * Where an attribute access is blamed: if the expression runs over several lines, on the line of the attribute's name
 * (CPython 3.12: Python/compile.c, update_start_location_to_match_attr).
 */
export function attributeLocation(loc: Span, attribute: Attribute): Span {
  const { end_lineno } = attribute;
  if (loc.lineno === end_lineno) return loc;
  const length = characterCount(attribute.attr);
  const fits = length <= attribute.end_col_offset;
  const col_offset = fits ? attribute.end_col_offset - length : -1;
  let end_col_offset = fits ? loc.end_col_offset : -1;
  const last = Math.max(end_lineno, loc.end_lineno);
  if (end_lineno === last) end_col_offset = Math.max(col_offset, end_col_offset);
  return { lineno: end_lineno, col_offset, end_lineno: last, end_col_offset };
}

/** Is this `super().attr` or `super(type, object).attr`, with the real `super`? */
export function isSuperCall(c: Compiler, attribute: Attribute): boolean {
  const call = attribute.value;
  if (call.nodeType !== 'Call' || call.func.nodeType !== 'Name' || call.func.id !== 'super') return false;
  if (attribute.attr === '__class__' || call.keywords.length > 0) return false;
  if (c.unit.scopeOf('super') !== Scope.GLOBAL_IMPLICIT || c.module.scopeOf('super') !== 0) return false;
  if (call.args.length === 2) return !call.args.some((argument) => argument.nodeType === 'Starred');
  if (call.args.length > 0 || (c.unit.argcount === 0 && c.unit.posonlyargcount === 0)) return false;
  return c.unit.scopeOf('__class__') === Scope.FREE;
}

/** Pushes `super`, the class and the object; for `super()` the `__class__` cell and the first argument. */
export function loadSuperArguments(c: Compiler, call: Call): void {
  emitNameOperation(c, call.func, (call.func as Name).id, 'Load');
  if (call.args.length === 2) {
    visitExpression(c, call.args[0]);
    visitExpression(c, call.args[1]);
    return;
  }
  emitNameOperation(c, call, '__class__', 'Load');
  const [self] = c.unit.varnames.keys();
  emitNameOperation(c, call, self, 'Load');
}

/** A name that the module imports: attributes of it are probably functions, not methods. */
export function isImported(c: Compiler, node: expr): boolean {
  return node.nodeType === 'Name' && (c.module.symbol(node.id) & DEF_IMPORT) !== 0;
}

const DEF_IMPORT = 128;
