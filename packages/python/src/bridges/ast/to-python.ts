// Trees of ours as objects of Python's. CPython 3.12: Python-ast.c, ast2obj_….
import { nodeInfo, type AnyNode, type ConstantValue, type FieldInfo, type NodeInfo } from '@py/ast';
import type { Constant } from '@py/code';
import { callType, constantValue, None, PyList, recursionError, setAttr, strFromJS, type PyType, type PyValue, type VM } from '@py/vm/native';
import { astClasses, type AstClasses } from './module.ts';

const infos: Readonly<Record<string, NodeInfo>> = nodeInfo;

/** CPython's limit of a release build on Linux. */
const maxDepth = 3000;

/** The tree as `ast.parse` gives it. */
export function nodeToPython(vm: VM, node: AnyNode): PyValue {
  try {
    return convert(vm, astClasses(vm), node, 0);
  } catch (error) {
    // The JavaScript stack ended before CPython's limit did.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}

function tooDeep(): unknown {
  return recursionError('maximum recursion depth exceeded during ast construction');
}

function convert(vm: VM, classes: AstClasses, node: AnyNode, depth: number): PyValue {
  if (depth > maxDepth) throw tooDeep();
  const info = infos[node.nodeType];
  // Every node of the contract has a class.
  const object = callType(vm, classes.byName.get(node.nodeType) as PyType, [], null);
  // nodeInfo lists the fields that the node's class declares.
  const fields = node as unknown as Record<string, unknown>;
  for (const field of info.fields) setAttr(vm, object, field.name, fieldValue(vm, classes, field, fields[field.name], depth + 1));
  if (info.located) for (const name of ['lineno', 'col_offset', 'end_lineno', 'end_col_offset']) setAttr(vm, object, name, fields[name] as number);
  return object;
}

function fieldValue(vm: VM, classes: AstClasses, field: FieldInfo, value: unknown, depth: number): PyValue {
  if (Array.isArray(value) && field.quantity === 'many') return new PyList(value.map((item) => itemValue(vm, classes, field, item, depth)));
  return itemValue(vm, classes, field, value, depth);
}

function itemValue(vm: VM, classes: AstClasses, field: FieldInfo, value: unknown, depth: number): PyValue {
  if (field.kind === 'constant') return constantValue(vm, value as ConstantValue as Constant);
  if (value === null || value === undefined) return None;
  switch (field.kind) {
    case 'node':
      return convert(vm, classes, value as AnyNode, depth);
    case 'operator':
      return classes.singletons.get(value as string) as PyValue;
    case 'int':
      return value as number;
    default:
      return strFromJS(value as string);
  }
}
