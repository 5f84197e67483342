import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { type PyType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import type { GetSetDef, NativeDef } from '../core/native.ts';
import { native } from '../core/native.ts';
import { badArgument } from '../core/arguments.ts';
import { attributeError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { dictAttribute } from './dict-attribute.ts';
import { GenericAlias } from './generic_alias.ts';
import { NotImplemented, None } from './none.ts';
import { PyTuple, emptyTuple, newTuple } from './tuple.ts';
import { newUnion } from './union.ts';
import { importNamed } from '../interpreter/import.ts';
import { getAttr, lookupAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { richCompare } from '../protocol/compare.ts';
import { isTrue } from '../protocol/truth.ts';
import { iterate } from '../protocol/iterate.ts';
import { strText } from '../protocol/repr.ts';

/* Type parameters and aliases of PEP 695 and `typing` (CPython 3.12: Objects/typevarobject.c). */

/** Calls a function of `typing`: what these types do beyond holding values is written there. */
function typingCall(vm: VM, name: string, args: PyValue[]): PyValue {
  return call(vm, getAttr(vm, importNamed(vm, 'typing'), name), args);
}

interface Variance {
  readonly covariant: boolean;
  readonly contravariant: boolean;
  readonly inferVariance: boolean;
}

const inferred: Variance = { covariant: false, contravariant: false, inferVariance: true };

export class PyTypeVar extends PyObject {
  readonly name: PyValue;
  /** Value, or null where `evaluate` will give it. */
  bound: PyValue | null;
  constraints: PyValue | null;
  /** Functions that compute bound or constraints when first asked for. */
  readonly evaluateBound: PyValue | null;
  readonly evaluateConstraints: PyValue | null;
  readonly variance: Variance;
  constructor(name: PyValue, bound: PyValue | null, evaluateBound: PyValue | null, constraints: PyValue | null, evaluateConstraints: PyValue | null, variance: Variance) {
    super(typeVarType);
    this.name = name;
    this.bound = bound;
    this.evaluateBound = evaluateBound;
    this.constraints = constraints;
    this.evaluateConstraints = evaluateConstraints;
    this.variance = variance;
  }
}

export class PyParamSpec extends PyObject {
  readonly name: PyValue;
  readonly bound: PyValue;
  readonly variance: Variance;
  constructor(name: PyValue, bound: PyValue, variance: Variance) {
    super(paramSpecType);
    this.name = name;
    this.bound = bound;
    this.variance = variance;
  }
}

export class PyTypeVarTuple extends PyObject {
  readonly name: PyValue;
  constructor(name: PyValue) {
    super(typeVarTupleType);
    this.name = name;
  }
}

/** `P.args` and `P.kwargs` */
export class PyParamSpecPart extends PyObject {
  readonly origin: PyValue;
  constructor(cls: PyType, origin: PyValue) {
    super(cls);
    this.origin = origin;
  }
}

export class PyTypeAliasType extends PyObject {
  readonly name: PyValue;
  readonly typeParams: PyTuple | null;
  value: PyValue | null;
  readonly compute: PyValue | null;
  readonly module: PyValue | null;
  constructor(name: PyValue, typeParams: PyTuple | null, value: PyValue | null, compute: PyValue | null, module: PyValue | null) {
    super(typeAliasType);
    this.name = name;
    this.typeParams = typeParams;
    this.value = value;
    this.compute = compute;
    this.module = module;
  }
}

/** `def f[T: bound]` and `[T: (A, B)]`: the bound is computed when asked for. */
export function newTypeVar(_vm: VM, name: PyValue, evaluateBound: PyValue | null, evaluateConstraints: PyValue | null): PyValue {
  return new PyTypeVar(name, evaluateBound === null ? None : null, evaluateBound, evaluateConstraints === null ? emptyTuple : null, evaluateConstraints, inferred);
}

/** `def f[**P]` */
export function newParamSpec(_vm: VM, name: PyValue): PyValue {
  return new PyParamSpec(name, None, inferred);
}

/** `def f[*Ts]` */
export function newTypeVarTuple(_vm: VM, name: PyValue): PyValue {
  return new PyTypeVarTuple(name);
}

/** `type X[T] = …` */
export function newTypeAlias(vm: VM, name: PyValue, params: PyValue, compute: PyValue): PyValue {
  const module = lookupAttr(vm, compute, '__module__') ?? null;
  return new PyTypeAliasType(name, params instanceof PyTuple ? params : null, null, compute, module);
}

/** `Generic[…]` of a class with type parameters. */
export function subscriptGeneric(vm: VM, params: PyValue): PyValue {
  return typingCall(vm, '_GenericAlias', [genericType, unpackParams(vm, params)]);
}

/** TypeVarTuples are unpacked in `Generic[…]`. */
function unpackParams(vm: VM, params: PyValue): PyValue {
  return newTuple((params as PyTuple).items.map((param) => (param instanceof PyTypeVarTuple ? unpack(vm, param) : param)));
}

function unpack(vm: VM, self: PyValue): PyValue {
  const unpackForm = getAttr(vm, importNamed(vm, 'typing'), 'Unpack');
  return call(vm, getAttr(vm, unpackForm, '__getitem__'), [self]);
}

/** Where a type parameter is made: its `__module__`. */
function callerModule(vm: VM): PyValue {
  return vm.frame?.globals.getStr('__name__') ?? None;
}

/** Positional arguments and the known keywords of a constructor. */
function parse(name: string, args: PyValue[], kwnames: readonly string[] | null, keywords: readonly string[]): { positional: PyValue[]; given: Map<string, PyValue> } {
  const names = kwnames ?? [];
  const positional = args.slice(0, args.length - names.length);
  const given = new Map<string, PyValue>();
  for (const [i, key] of names.entries()) {
    if (!keywords.includes(key)) throw typeError(`'${key}' is an invalid keyword argument for ${name}()`);
    given.set(key, args[positional.length + i]);
  }
  return { positional, given };
}

function nameOf(what: string, positional: PyValue[], given: Map<string, PyValue>): PyValue {
  const name = positional[0] ?? given.get('name');
  if (name === undefined) throw typeError(`${what}() missing required argument 'name' (pos 1)`);
  if (!isStr(name)) throw badArgument(what, "argument 'name'", 'str', name);
  return name;
}

function varianceOf(vm: VM, given: Map<string, PyValue>): Variance {
  const flag = (name: string): boolean => {
    const value = given.get(name);
    return value !== undefined && isTrue(vm, value);
  };
  const [covariant, contravariant, inferVariance] = [flag('covariant'), flag('contravariant'), flag('infer_variance')];
  if (covariant && contravariant) throw valueError('Bivariant types are not supported.');
  if (inferVariance && (covariant || contravariant)) throw valueError('Variance cannot be specified with infer_variance.');
  return { covariant, contravariant, inferVariance };
}

function checkedBound(vm: VM, bound: PyValue | undefined): PyValue {
  return bound === undefined || bound === None ? None : typingCall(vm, '_type_check', [bound, 'Bound must be a type.']);
}

function setModule(vm: VM, param: PyObject): PyValue {
  const dict = dictAttribute.get(vm, param);
  const module = callerModule(vm);
  (dict as PyObject & { setStr(name: string, value: PyValue): void }).setStr('__module__', module);
  return param;
}

function variancePrefix(variance: Variance): string {
  if (variance.inferVariance) return '';
  return variance.covariant ? '+' : variance.contravariant ? '-' : '~';
}

type Param = PyTypeVar | PyParamSpec | PyTypeVarTuple;

const nameField: Record<string, GetSetDef> = { __name__: { get: (_vm: VM, self: Param) => self.name } };
const varianceFields: Record<string, GetSetDef> = {
  __covariant__: { get: (_vm: VM, self: PyTypeVar) => self.variance.covariant },
  __contravariant__: { get: (_vm: VM, self: PyTypeVar) => self.variance.contravariant },
  __infer_variance__: { get: (_vm: VM, self: PyTypeVar) => self.variance.inferVariance },
};
const dictField: Record<string, GetSetDef> = { __dict__: dictAttribute };

const byName = native('__reduce__(self, /)', (_vm: VM, self: Param | PyTypeAliasType) => self.name);
const noSubclass = (what: string): NativeDef => native('__mro_entries__(self, bases, /)', () => {
  throw typeError(`Cannot subclass an instance of ${what}`);
}).unsigned();

function typevar_new(vm: VM, _type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const { positional, given } = parse('typevar', args, kwnames, ['name', 'bound', 'covariant', 'contravariant', 'infer_variance']);
  const name = nameOf('typevar', positional, given);
  const variance = varianceOf(vm, given);
  const bound = checkedBound(vm, given.get('bound'));
  const constraints = positional.slice(1);
  if (constraints.length === 1) throw typeError('A single constraint is not allowed');
  if (constraints.length > 0 && bound !== None) throw typeError('Constraints cannot be combined with bound=...');
  const checked = constraints.length === 0 ? emptyTuple : newTuple(constraints.map((item) => typingCall(vm, '_type_check', [item, 'TypeVar(name, constraint, ...): constraints must be types.'])));
  return setModule(vm, new PyTypeVar(name, bound, null, checked, null, variance));
}

/** Python's type `typing.TypeVar`. */
export const typeVarType: PyType = defineType('TypeVar', {
  module: 'typing',
  hasDict: true,
  hasWeakref: true,
  doc: 'Type variable.',
  slots: {
    tp_new: typevar_new,
    tp_repr: (_vm: VM, self: PyTypeVar) => strFromJS(variancePrefix(self.variance) + jsText(self.name)),
    nb_or: (vm, left, right) => typingCall(vm, '_make_union', [left, right]),
  },
  methods: [
    native('__typing_subst__(self, /, arg)', (vm: VM, self: PyValue, arg: PyValue) => typingCall(vm, '_typevar_subst', [self, arg])),
    byName,
    noSubclass('TypeVar'),
  ],
  fields: { ...nameField, ...varianceFields },
  getset: {
    ...dictField,
    __bound__: { get: (vm: VM, self: PyTypeVar) => (self.bound ??= call(vm, self.evaluateBound as PyValue, [])) },
    __constraints__: { get: (vm: VM, self: PyTypeVar) => (self.constraints ??= call(vm, self.evaluateConstraints as PyValue, [])) },
  },
});

/** Python's type `typing.ParamSpec`. */
export const paramSpecType: PyType = defineType('ParamSpec', {
  module: 'typing',
  hasDict: true,
  hasWeakref: true,
  doc: 'Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere the use of \'**\' creates a parameter specification::\n\n    type IntFunc[**P] = Callable[P, int]\n\nFor compatibility with Python 3.11 and earlier, ParamSpec objects\ncan also be created as follows::\n\n    P = ParamSpec(\'P\')\n\nParameter specification variables exist primarily for the benefit of\nstatic type checkers.  They are used to forward the parameter types of\none callable to another callable, a pattern commonly found in\nhigher-order functions and decorators.  They are only valid when used\nin ``Concatenate``, or as the first argument to ``Callable``, or as\nparameters for user-defined Generics. See class Generic for more\ninformation on generic types.\n\nAn example for annotating a decorator::\n\n    def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:\n        \'\'\'A type-safe decorator to add logging to a function.\'\'\'\n        def inner(*args: P.args, **kwargs: P.kwargs) -> T:\n            logging.info(f\'{f.__name__} was called\')\n            return f(*args, **kwargs)\n        return inner\n\n    @add_logging\n    def add_two(x: float, y: float) -> float:\n        \'\'\'Add two numbers together.\'\'\'\n        return x + y\n\nParameter specification variables can be introspected. e.g.::\n\n    >>> P = ParamSpec("P")\n    >>> P.__name__\n    \'P\'\n\nNote that only parameter specification variables defined in the global\nscope can be pickled.\n',
  slots: {
    tp_new(vm, _type, args, kwnames) {
      const { positional, given } = parse('paramspec', args, kwnames, ['name', 'bound', 'covariant', 'contravariant', 'infer_variance']);
      const name = nameOf('paramspec', positional, given);
      const variance = varianceOf(vm, given);
      return setModule(vm, new PyParamSpec(name, checkedBound(vm, given.get('bound')), variance));
    },
    tp_repr: (_vm: VM, self: PyParamSpec) => strFromJS(variancePrefix(self.variance) + jsText(self.name)),
    nb_or: (vm, left, right) => typingCall(vm, '_make_union', [left, right]),
  },
  methods: [
    native('__typing_subst__(self, /, arg)', (vm: VM, self: PyValue, arg: PyValue) => typingCall(vm, '_paramspec_subst', [self, arg])),
    native('__typing_prepare_subst__(self, /, alias, args)', (vm: VM, self: PyValue, alias: PyValue, args: PyValue) => typingCall(vm, '_paramspec_prepare_subst', [self, alias, args])),
    byName,
    noSubclass('ParamSpec'),
  ],
  fields: { ...nameField, ...varianceFields, __bound__: { get: (_vm: VM, self: PyParamSpec) => self.bound } },
  getset: {
    ...dictField,
    args: { get: (_vm: VM, self: PyParamSpec) => new PyParamSpecPart(paramSpecArgsType, self), doc: 'Represents positional arguments.' },
    kwargs: { get: (_vm: VM, self: PyParamSpec) => new PyParamSpecPart(paramSpecKwargsType, self), doc: 'Represents keyword arguments.' },
  },
});

/** Python's type `typing.TypeVarTuple`. */
export const typeVarTupleType: PyType = defineType('TypeVarTuple', {
  module: 'typing',
  hasDict: true,
  hasWeakref: true,
  doc: 'Type variable tuple.',
  slots: {
    tp_new(vm, _type, args, kwnames) {
      const { positional, given } = parse('typevartuple', args, kwnames, ['name']);
      if (positional.length > 1) throw typeError(`typevartuple() takes exactly 1 argument (${positional.length} given)`);
      return setModule(vm, new PyTypeVarTuple(nameOf('typevartuple', positional, given)));
    },
    tp_repr: (_vm: VM, self: PyTypeVarTuple) => self.name,
    tp_iter: (vm: VM, self: PyValue) => iterate(vm, newTuple([unpack(vm, self)])),
  },
  methods: [
    native('__typing_subst__(self, /, arg)', () => {
      throw typeError('Substitution of bare TypeVarTuple is not supported');
    }),
    native('__typing_prepare_subst__(self, /, alias, args)', (vm: VM, self: PyValue, alias: PyValue, args: PyValue) => typingCall(vm, '_typevartuple_prepare_subst', [self, alias, args])),
    byName,
    noSubclass('TypeVarTuple'),
  ],
  fields: nameField,
  getset: dictField,
});

function partType(name: string, suffix: string, doc: string): PyType {
  const type: PyType = defineType(name, {
    module: 'typing',
    hasWeakref: true,
    doc,
    slots: {
      tp_new(_vm, cls, args) {
        if (args.length !== 1) throw typeError(`${name.toLowerCase()}() takes exactly 1 argument (${args.length} given)`);
        return new PyParamSpecPart(cls, args[0]);
      },
      tp_repr(vm: VM, self: PyParamSpecPart) {
        const { origin } = self;
        return strFromJS(`${origin instanceof PyParamSpec ? jsText(origin.name) : strText(vm, origin)}.${suffix}`);
      },
      tp_richcompare(vm: VM, self: PyParamSpecPart, other, op: CompareOp) {
        if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyParamSpecPart) || other.cls !== type) return NotImplemented;
        return richCompare(vm, self.origin, other.origin, op);
      },
    },
    methods: [noSubclass(name)],
    fields: { __origin__: { get: (_vm: VM, self: PyParamSpecPart) => self.origin } },
  });
  return type;
}

/** Python's type `typing.ParamSpecArgs`. */
export const paramSpecArgsType: PyType = partType('ParamSpecArgs', 'args', 'The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args is an instance of ParamSpecArgs.\n\nParamSpecArgs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec("P")\n    >>> P.args.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n');
/** Python's type `typing.ParamSpecKwargs`. */
export const paramSpecKwargsType: PyType = partType('ParamSpecKwargs', 'kwargs', 'The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.\n\nParamSpecKwargs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec("P")\n    >>> P.kwargs.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n');

/** Python's type `typing.TypeAliasType`. */
export const typeAliasType: PyType = defineType('TypeAliasType', {
  module: 'typing',
  hasWeakref: false,
  doc: 'Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.\n\nAt runtime, Alias is an instance of TypeAliasType. The __name__\nattribute holds the name of the type alias. The value of the type alias\nis stored in the __value__ attribute. It is evaluated lazily, so the\nvalue is computed only if the attribute is accessed.\n\nType aliases can also be generic::\n\n    type ListOrSet[T] = list[T] | set[T]\n\nIn this case, the type parameters of the alias are stored in the\n__type_params__ attribute.\n\nSee PEP 695 for more information.\n',
  slots: {
    tp_new(vm, _type, args, kwnames) {
      const { positional, given } = parse('typealias', args, kwnames, ['name', 'value', 'type_params']);
      if (positional.length > 2) throw typeError(`typealias() takes exactly 2 positional arguments (${positional.length} given)`);
      const name = nameOf('typealias', positional, given);
      const value = positional[1] ?? given.get('value');
      if (value === undefined) throw typeError("typealias() missing required argument 'value' (pos 2)");
      const params = given.get('type_params');
      if (params !== undefined && !(params instanceof PyTuple)) throw typeError('type_params must be a tuple');
      const module = callerModule(vm);
      return new PyTypeAliasType(name, params === undefined || params.items.length === 0 ? null : params, value, null, module === None ? null : module);
    },
    tp_repr: (_vm: VM, self: PyTypeAliasType) => self.name,
    nb_or: (vm, left, right) => newUnion(vm, left, right),
    mp_subscript(_vm: VM, self: PyValue, key: PyValue) {
      if ((self as PyTypeAliasType).typeParams === null) throw typeError('Only generic type aliases are subscriptable');
      return new GenericAlias(self, key instanceof PyTuple ? key : newTuple([key]));
    },
  },
  methods: [byName],
  fields: { __name__: { get: (_vm: VM, self: PyTypeAliasType) => self.name } },
  getset: {
    __parameters__: { get: (vm: VM, self: PyTypeAliasType) => (self.typeParams === null ? emptyTuple : unpackParams(vm, self.typeParams)) },
    __type_params__: { get: (_vm: VM, self: PyTypeAliasType) => self.typeParams ?? emptyTuple },
    __value__: { get: (vm: VM, self: PyTypeAliasType) => (self.value ??= call(vm, self.compute as PyValue, [])) },
    __module__: {
      get(_vm: VM, self: PyTypeAliasType) {
        if (self.module === null) throw attributeError("'typing.TypeAliasType' object has no attribute '__module__'", self, '__module__');
        return self.module;
      },
    },
  },
});

/** `typing.Generic` */
export const genericType: PyType = defineType('Generic', {
  module: 'typing',
  basetype: true,
  doc: "Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n        # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.\n\nAfter a class has been declared to be generic, it can then be used as\nfollows::\n\n    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:\n        try:\n            return mapping[key]\n        except KeyError:\n            return default\n",
  ownLayout: false,
  classMethods: [
    native('__class_getitem__(cls, /, *args, **kwargs)', (vm: VM, cls: PyValue, args: readonly PyValue[]) => typingCall(vm, '_generic_class_getitem', [cls, ...args]), 'Parameterizes a generic class.\n\nAt least, parameterizing a generic class is the *main* thing this\nmethod does. For example, for some generic class `Foo`, this is called\nwhen we do `Foo[int]` - there, with `cls=Foo` and `params=int`.\n\nHowever, note that this method is also called when defining generic\nclasses in the first place with `class Foo[T]: ...`.\n').unsigned(),
    native('__init_subclass__(cls, /, *args, **kwargs)', (vm: VM, cls: PyValue, args: readonly PyValue[], kwargs: ReadonlyMap<string, PyValue>) => {
      const method = getAttr(vm, importNamed(vm, 'typing'), '_generic_init_subclass');
      return call(vm, method, [cls, ...args, ...kwargs.values()], kwargs.size > 0 ? [...kwargs.keys()] : null);
    }, 'Function to initialize subclasses.').unsigned(),
  ],
});
