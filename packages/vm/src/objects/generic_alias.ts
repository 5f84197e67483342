import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { CompareOp } from '../core/slots.ts';
import type { VM } from '../core/vm.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { tupleType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { checkArguments } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { genericGetAttr, getAttr, setAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { equals } from '../protocol/compare.ts';
import { hashLow, joinHash } from '../protocol/hash-bits.ts';
import { toArray } from '../protocol/iterate.ts';
import { AttributeError, TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { builtin, defineIterator } from './iterator.ts';
import { PyList } from './list.ts';
import { None, NotImplemented } from './none.ts';
import { PyTuple, emptyTuple, newTuple } from './tuple.ts';
import { substitute, typeArgumentText, typeParameters } from './type-parameters.ts';
import { newUnion } from './union.ts';

/** `list[int]`; `*tuple[int]` when starred. */
export class GenericAlias extends PyObject {
  readonly origin: PyValue;
  readonly args: PyTuple;
  readonly starred: boolean;
  /** `__parameters__`, once asked for. */
  parameters: PyTuple | null;

  /** `args` is a tuple of arguments or the only one. */
  constructor(origin: PyValue, args: PyValue, starred = false, cls: PyType = genericAliasType) {
    super(cls);
    this.origin = origin;
    this.args = args instanceof PyTuple ? args : newTuple([args]);
    this.starred = starred;
    this.parameters = null;
  }
}

/** Attributes that are the alias's own; all others are the origin's. */
const ownAttributes: readonly string[] = [
  '__class__', '__origin__', '__args__', '__unpacked__', '__parameters__', '__typing_unpacked_tuple_args__', '__mro_entries__', '__reduce_ex__', '__reduce__',
];
/** Attributes of the origin that an alias does not pass on. */
const blockedAttributes: readonly string[] = ['__bases__', '__copy__', '__deepcopy__'];

function GenericAlias_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  checkArguments('GenericAlias', args, kwnames, 2, 2);
  return new GenericAlias(args[0], args[1], false, type);
}

function GenericAlias_repr(vm: VM, self: GenericAlias): PyValue {
  const args = self.args.items.map((arg) => typeArgumentText(vm, arg)).join(', ');
  return strFromJS(`${self.starred ? '*' : ''}${typeArgumentText(vm, self.origin)}[${self.args.items.length === 0 ? '()' : args}]`);
}

function GenericAlias_hash(vm: VM, self: GenericAlias): PyValue {
  const originLow = hashLow(vm, self.origin);
  const originHigh = vm.hashHigh;
  const argsLow = hashLow(vm, self.args);
  return joinHash(originLow ^ argsLow, originHigh ^ vm.hashHigh);
}

/** `list[int]()`; the object learns what it was made from, if it can. */
function GenericAlias_call(vm: VM, self: GenericAlias, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const object = call(vm, self.origin, args, kwnames);
  try {
    setAttr(vm, object, '__orig_class__', self);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !(error.cls.isSubtypeOf(AttributeError) || error.cls.isSubtypeOf(TypeError))) throw error;
  }
  return object;
}

function GenericAlias_getattro(vm: VM, self: GenericAlias, name: string): PyValue {
  if (ownAttributes.includes(name) || blockedAttributes.includes(name)) return genericGetAttr(vm, self, name);
  return getAttr(vm, self.origin, name);
}

function GenericAlias_richcompare(vm: VM, self: GenericAlias, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof GenericAlias) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
  const same = self.starred === other.starred && equals(vm, self.origin, other.origin) && equals(vm, self.args, other.args);
  return same === (op === Py_EQ);
}

function parametersOf(vm: VM, self: GenericAlias): PyTuple {
  return (self.parameters ??= typeParameters(vm, self.args));
}

function GenericAlias_subscript(vm: VM, self: GenericAlias, item: PyValue): PyValue {
  return new GenericAlias(self.origin, substitute(vm, self, self.args, parametersOf(vm, self), item), self.starred);
}

function GenericAlias_iter(vm: VM, self: GenericAlias): PyValue {
  return new GenericAliasIterator(self);
}

function GenericAlias_mro_entries(vm: VM, self: GenericAlias): PyValue {
  return newTuple([self.origin]);
}

function GenericAlias_instancecheck(): PyValue {
  throw typeError('isinstance() argument 2 cannot be a parameterized generic');
}

function GenericAlias_subclasscheck(): PyValue {
  throw typeError('issubclass() argument 2 cannot be a parameterized generic');
}

function GenericAlias_reduce(vm: VM, self: GenericAlias): PyValue {
  if (!self.starred) return newTuple([self.cls, newTuple([self.origin, self.args])]);
  return newTuple([builtin(vm, 'next'), newTuple([new GenericAliasIterator(new GenericAlias(self.origin, self.args))])]);
}

function GenericAlias_dir(vm: VM, self: GenericAlias): PyValue {
  const names = toArray(vm, call(vm, builtin(vm, 'dir'), [self.origin]));
  return new PyList([...names, ...ownAttributes.filter((name) => !names.includes(name))]);
}

/** Python's type `types.GenericAlias`. */
export const genericAliasType: PyType = defineType('GenericAlias', {
  module: 'types',
  doc: 'Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).',
  basetype: true,
  hasWeakref: true,
  slots: {
    tp_new: GenericAlias_new,
    tp_repr: GenericAlias_repr,
    tp_hash: GenericAlias_hash,
    tp_call: GenericAlias_call,
    tp_getattro: GenericAlias_getattro,
    tp_richcompare: GenericAlias_richcompare,
    tp_iter: GenericAlias_iter,
    nb_or: newUnion,
    mp_subscript: GenericAlias_subscript,
  },
  methods: [
    native('__mro_entries__(self, bases, /)', GenericAlias_mro_entries).unsigned(),
    native('__instancecheck__(self, instance, /)', GenericAlias_instancecheck).unsigned(),
    native('__subclasscheck__(self, cls, /)', GenericAlias_subclasscheck).unsigned(),
    native('__reduce__(self, /)', GenericAlias_reduce).unsigned(),
    native('__dir__(self, /)', GenericAlias_dir).unsigned(),
  ],
  fields: {
    __origin__: { get: (vm, self: GenericAlias) => self.origin },
    __args__: { get: (vm, self: GenericAlias) => self.args },
    __unpacked__: { get: (vm, self: GenericAlias) => self.starred },
  },
  getset: {
    __parameters__: { get: parametersOf, doc: 'Type variables in the GenericAlias.' },
    __typing_unpacked_tuple_args__: { get: (vm, self: GenericAlias) => (self.starred && self.origin === tupleType ? self.args : None) },
  },
});

/** `iter(tuple[int])`: gives the starred alias, once. */
class GenericAliasIterator extends PyObject {
  alias: GenericAlias | null;

  constructor(alias: GenericAlias) {
    super(genericAliasIteratorType);
    this.alias = alias;
  }
}

function generic_alias_iterator_next(vm: VM, self: GenericAliasIterator): PyValue | undefined {
  const { alias } = self;
  if (alias === null) return undefined;
  self.alias = null;
  return new GenericAlias(alias.origin, alias.args, true);
}

function generic_alias_iterator_reduce(vm: VM, self: GenericAliasIterator): PyValue {
  return newTuple([builtin(vm, 'iter'), newTuple([self.alias ?? emptyTuple])]);
}

const genericAliasIteratorType: PyType = defineIterator('generic_alias_iterator', { tp_iternext: generic_alias_iterator_next }, [
  native('__reduce__(self, /)', generic_alias_iterator_reduce).unsigned(),
]);
