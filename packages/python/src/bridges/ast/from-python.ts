// Trees of Python's as trees of ours, checked field by field. CPython 3.12: Python-ast.c, obj2ast_….
import * as contract from '@py/ast';
import { nodeInfo, operatorNames, type AnyNode, type ConstantValue, type FieldInfo, type mod, type NodeInfo } from '@py/ast';
import {
  isInstance, isStr, jsText, lookupAttr, None, overflowError, PyBytes, PyInt, PyList, PySet, PyTuple, type PyStr, recursionError, repr, typeError, typeOf, valueError, type PyType, type PyValue, type VM,
} from '@py/vm/native';
import { constantFromValue } from '../constants.ts';
import { astClasses, type AstClasses } from './module.ts';

const infos: Readonly<Record<string, NodeInfo>> = nodeInfo;
const operators: Readonly<Record<string, readonly string[]>> = operatorNames;
const positions = ['lineno', 'col_offset', 'end_lineno', 'end_col_offset'] as const;
const maxDepth = 3000;

const rootOfMode = { exec: 'Module', eval: 'Expression', single: 'Interactive', func_type: 'FunctionType' } as const;

/** The tree that a program hands to `compile(tree, filename, mode)`. Throws Python's TypeError, ValueError or RecursionError. */
export function nodeFromPython(vm: VM, value: PyValue, mode: keyof typeof rootOfMode): mod {
  const reader = new TreeReader(vm);
  const wanted = rootOfMode[mode];
  if (!isInstance(vm, value, reader.classes.byName.get(wanted) as PyType)) throw typeError(`expected ${wanted} node, got ${typeOf(value).name}`);
  try {
    return reader.node(value, 'mod') as mod;
  } catch (error) {
    if (error instanceof RangeError) throw recursionError(`maximum recursion depth exceeded while traversing 'expr' node`);
    throw error;
  }
}

class TreeReader {
  readonly vm: VM;
  readonly classes: AstClasses;
  private depth = 0;

  constructor(vm: VM) {
    this.vm = vm;
    this.classes = astClasses(vm);
  }

  /** None gives null: whether that is allowed is the parent's business. */
  node(value: PyValue, group: string): AnyNode | null {
    if (value === None) return null;
    const own = infos[group];
    if (!own && !isInstance(this.vm, value, this.classes.byName.get(group) as PyType)) throw this.unexpected(value, group);
    // Attributes that all nodes of a group have are read before the kind of node is looked at.
    const span = own ? null : this.span(value, group, this.isLocated(group));
    const name = own ? group : this.kindOf(value, group);
    if (name === null) throw this.unexpected(value, group);
    if (++this.depth > maxDepth) throw recursionError(`maximum recursion depth exceeded while traversing '${group}' node`);
    const fields = infos[name].fields.map((field) => this.field(value, name, field));
    this.depth--;
    const place = span ?? this.span(value, name, infos[name].located);
    const make = (contract as unknown as Record<string, new (...args: unknown[]) => AnyNode>)[name === 'arguments' ? 'arguments_' : name];
    return new make(...fields, ...place);
  }

  private isLocated(group: string): boolean {
    return !['mod', 'type_ignore'].includes(group);
  }

  /** Mostly the class itself says it; a subclass of a node's class is that node. */
  private kindOf(value: PyValue, group: string): string | null {
    const { name } = typeOf(value);
    if (infos[name]?.group === group && this.classes.byName.get(name) === typeOf(value)) return name;
    for (const [name, info] of Object.entries(infos)) {
      if (info.group === group && isInstance(this.vm, value, this.classes.byName.get(name) as PyType)) return name;
    }
    return null;
  }

  private unexpected(value: PyValue, group: string): unknown {
    return typeError(`expected some sort of ${group}, but got ${jsText(repr(this.vm, value))}`);
  }

  private span(value: PyValue, owner: string, located: boolean): number[] {
    if (!located) return [];
    const [lineno, col_offset] = positions.slice(0, 2).map((name) => {
      const found = lookupAttr(this.vm, value, name);
      if (found === undefined) throw typeError(`required field "${name}" missing from ${owner}`);
      return this.int(found);
    });
    const [end_lineno, end_col_offset] = positions.slice(2).map((name, index) => {
      const found = lookupAttr(this.vm, value, name);
      // type_param and pattern nodes must have their ends.
      if (found === undefined && (owner === 'type_param' || owner === 'pattern')) throw typeError(`required field "${name}" missing from ${owner}`);
      return found === undefined || found === None ? [lineno, col_offset][index] : this.int(found);
    });
    return [lineno, col_offset, end_lineno, end_col_offset];
  }

  private field(value: PyValue, owner: string, field: FieldInfo): unknown {
    const found = lookupAttr(this.vm, value, field.name);
    if (field.quantity === 'many') return this.list(found, owner, field);
    if (field.quantity === 'optional' && (found === undefined || found === None)) return null;
    if (found === undefined) throw typeError(`required field "${field.name}" missing from ${owner}`);
    const item = this.item(found, field);
    if (item === null && field.kind !== 'constant') throw valueError(`field '${field.name}' is required for ${owner}`);
    return item;
  }

  private list(found: PyValue | undefined, owner: string, field: FieldInfo): unknown[] {
    if (found === undefined) return [];
    if (!(found instanceof PyList)) throw typeError(`${owner} field "${field.name}" must be a list, not a ${typeOf(found).name}`);
    const count = found.items.length;
    const result: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const item = this.item(found.items[index], field);
      if (item === null && field.kind === 'node' && !field.nullItems) throw valueError(`None disallowed in ${field.group === 'stmt' ? 'statement' : 'expression'} list`);
      result.push(item);
      if (found.items.length !== count) throw typeError(`${owner} field "${field.name}" changed size during iteration`);
    }
    return result;
  }

  private item(value: PyValue, field: FieldInfo): unknown {
    switch (field.kind) {
      case 'node':
        return this.node(value, field.group);
      case 'operator':
        return this.operator(value, field.group);
      case 'identifier':
        if (value === None) return null;
        if (!isExactStr(value)) throw typeError('AST identifier must be of type str');
        return jsText(value);
      case 'string':
        if (!isExactStr(value) && !(value instanceof PyBytes)) throw typeError('AST string must be of type str');
        return isExactStr(value) ? jsText(value) : String.fromCharCode(...value.bytes);
      case 'int':
        return this.int(value);
      case 'constant':
        return this.constant(value);
    }
  }

  private operator(value: PyValue, group: string): string | null {
    if (value === None) return null;
    const own = typeOf(value).name;
    if (operators[group].includes(own) && this.classes.byName.get(own) === typeOf(value)) return own;
    for (const name of operators[group]) if (isInstance(this.vm, value, this.classes.byName.get(name) as PyType)) return name;
    throw this.unexpected(value, group);
  }

  private int(value: PyValue): number {
    const number = typeof value === 'boolean' ? Number(value) : value instanceof PyInt ? value.value : value;
    if (typeof number !== 'number' && typeof number !== 'bigint') throw valueError(`invalid integer value: ${jsText(repr(this.vm, value))}`);
    if (number > 2147483647 || number < -2147483648) throw overflowError('Python int too large to convert to C int');
    return Number(number);
  }

  private constant(value: PyValue): ConstantValue {
    const constant = constantFromValue(value);
    if (constant === undefined) throw typeError(`got an invalid type in Constant: ${typeOf(invalidIn(value)).name}`);
    return constant as ConstantValue;
  }
}

/** The value, or what is inside it, that no Constant can hold. */
function invalidIn(value: PyValue): PyValue {
  const items = value instanceof PyTuple ? value.items : value instanceof PySet ? value.table.toArray() : [];
  const inside = items.find((item) => constantFromValue(item) === undefined);
  return inside === undefined ? value : invalidIn(inside);
}

function isExactStr(value: PyValue): value is string | PyStr {
  return isStr(value) && typeOf(value).name === 'str';
}
