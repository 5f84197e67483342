import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { PyType, TypeFlag, frozensetType, noneType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { strFromJS } from '../core/text.ts';
import { genericGetAttr, getAttr } from '../protocol/attribute.ts';
import { equals } from '../protocol/compare.ts';
import { hash } from '../protocol/hash.ts';
import { NB_OR, binaryOp } from '../protocol/number.ts';
import { GenericAlias } from './generic_alias.ts';
import { None, NotImplemented } from './none.ts';
import { PySet } from './set.ts';
import type { PyTuple } from './tuple.ts';
import { newTuple } from './tuple.ts';
import { substitute, typeArgumentText, typeParameters } from './type-parameters.ts';

/** `int | str` */
export class PyUnion extends PyObject {
  /** Two or more, no unions among them. */
  readonly args: PyTuple;
  /** `__parameters__`, once asked for. */
  parameters: PyTuple | null;

  constructor(args: PyTuple) {
    super(unionType);
    this.args = args;
    this.parameters = null;
  }
}

/** `|` of two types: what `type`, GenericAlias, UnionType (and `TypeAliasType`) have as `__or__`. */
export function newUnion(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!isUnionable(left) || !isUnionable(right)) return NotImplemented;
  return makeUnion(vm, [left, right]);
}

function isUnionable(value: PyValue): boolean {
  return value === None || value instanceof PyType || value instanceof GenericAlias || value instanceof PyUnion || typeOf(value).name === 'TypeAliasType';
}

/** A union of the types, flat and without repetitions; the type itself when one is left. */
export function makeUnion(vm: VM, types: readonly PyValue[]): PyValue {
  const flat: PyValue[] = [];
  for (const type of types) {
    for (const arg of type instanceof PyUnion ? type.args.items : [type === None ? noneType : type]) {
      if (!flat.some((known) => known === arg || (known instanceof GenericAlias && arg instanceof GenericAlias && equals(vm, known, arg)))) flat.push(arg);
    }
  }
  return flat.length === 1 ? flat[0] : new PyUnion(newTuple(flat));
}

function UnionType_repr(vm: VM, self: PyUnion): PyValue {
  return strFromJS(self.args.items.map((arg) => (arg === noneType ? 'None' : typeArgumentText(vm, arg))).join(' | '));
}

function asSet(vm: VM, self: PyUnion): PySet {
  const set = new PySet(frozensetType);
  for (const arg of self.args.items) set.table.add(vm, arg);
  return set;
}

function UnionType_hash(vm: VM, self: PyUnion): PyValue {
  return hash(vm, asSet(vm, self));
}

function UnionType_richcompare(vm: VM, self: PyUnion, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyUnion) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
  return equals(vm, asSet(vm, self), asSet(vm, other)) === (op === Py_EQ);
}

function UnionType_getattro(vm: VM, self: PyUnion, name: string): PyValue {
  return name === '__module__' ? getAttr(vm, unionType, name) : genericGetAttr(vm, self, name);
}

function parametersOf(vm: VM, self: PyUnion): PyTuple {
  return (self.parameters ??= typeParameters(vm, self.args));
}

function UnionType_subscript(vm: VM, self: PyUnion, item: PyValue): PyValue {
  const args = substitute(vm, self, self.args, parametersOf(vm, self), item);
  return args.items.slice(1).reduce((union, arg) => binaryOp(vm, NB_OR, union, arg), args.items[0]);
}

export const unionType: PyType = defineType('UnionType', {
  module: 'types',
  doc: 'Represent a PEP 604 union type\n\nE.g. for int | str',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: {
    tp_repr: UnionType_repr,
    tp_hash: UnionType_hash,
    tp_richcompare: UnionType_richcompare,
    tp_getattro: UnionType_getattro,
    nb_or: newUnion,
    mp_subscript: UnionType_subscript,
  },
  fields: { __args__: { get: (vm, self: PyUnion) => self.args } },
  getset: { __parameters__: { get: parametersOf, doc: 'Type variables in the types.UnionType.' } },
});
