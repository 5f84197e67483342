import type { Compare, ConstantValue, expr } from '@py/ast';
import type { Compiler } from '../compiler.ts';
import { messages } from '../messages.ts';

/** Warns of `x is 1` (CPython 3.12: Python/compile.c, check_compare). At most one warning a comparison. */
export function checkComparison(c: Compiler, node: Compare): void {
  let left = node.left;
  for (let i = 0; i < node.ops.length; i++) {
    const operator = node.ops[i];
    const right = node.comparators[i];
    if ((operator === 'Is' || operator === 'IsNot') && (isLiteral(left) || isLiteral(right))) {
      const type = inferType(isLiteral(left) ? left : right)!;
      c.warn(operator === 'Is' ? messages.isLiteral(type) : messages.isNotLiteral(type), node);
      return;
    }
    left = right;
  }
}

/** A constant other than None, True, False and `...`. */
function isLiteral(node: expr): boolean {
  if (node.nodeType !== 'Constant') return false;
  const { value } = node;
  return value !== null && typeof value !== 'boolean' && constantType(value) !== 'ellipsis';
}

/** Warns of `"a" (b)`. */
export function checkCallee(c: Compiler, node: expr): void {
  switch (node.nodeType) {
    case 'Constant':
    case 'Tuple':
    case 'List':
    case 'ListComp':
    case 'Dict':
    case 'DictComp':
    case 'Set':
    case 'SetComp':
    case 'GeneratorExp':
    case 'JoinedStr':
    case 'FormattedValue':
      c.warn(messages.notCallable(inferType(node)!), node);
  }
}

/** Warns of `1 [a]` and of `[1, 2] [a, b]`. */
export function checkSubscript(c: Compiler, value: expr, index: expr): void {
  switch (value.nodeType) {
    case 'Constant':
      if (!['NoneType', 'ellipsis', 'int', 'bool', 'float', 'complex', 'frozenset'].includes(constantType(value.value))) break;
      c.warn(messages.notSubscriptable(inferType(value)!), value);
      break;
    case 'Set':
    case 'SetComp':
    case 'GeneratorExp':
    case 'Lambda':
      c.warn(messages.notSubscriptable(inferType(value)!), value);
  }
  checkIndex(c, value, index);
}

function checkIndex(c: Compiler, value: expr, index: expr): void {
  const indexType = inferType(index);
  if (indexType === null || indexType === 'int' || indexType === 'bool') return;
  switch (value.nodeType) {
    case 'Constant':
      if (!['str', 'bytes', 'tuple'].includes(constantType(value.value))) return;
      break;
    case 'Tuple':
    case 'List':
    case 'ListComp':
    case 'JoinedStr':
    case 'FormattedValue':
      break;
    default:
      return;
  }
  c.warn(messages.badIndex(inferType(value)!, indexType), value);
}

/** Name of the type that an expression certainly has, or null. */
function inferType(node: expr): string | null {
  switch (node.nodeType) {
    case 'Tuple':
      return 'tuple';
    case 'List':
    case 'ListComp':
      return 'list';
    case 'Dict':
    case 'DictComp':
      return 'dict';
    case 'Set':
    case 'SetComp':
      return 'set';
    case 'GeneratorExp':
      return 'generator';
    case 'Lambda':
      return 'function';
    case 'JoinedStr':
    case 'FormattedValue':
      return 'str';
    case 'Constant':
      return constantType(node.value);
    default:
      return null;
  }
}

function constantType(value: ConstantValue): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
  }
  if (value === null) return 'NoneType';
  if (value instanceof Uint8Array) return 'bytes';
  return 'kind' in value ? value.kind : 'tuple';
}
