import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { Continuation } from '../interpreter/frame.ts';
import { Instance } from '../core/instance.ts';
import { PyType, TypeFlag, typeOf, typeType } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { slotInit, isSlotMethod, slotNew, newFunction, updateSlots, initSlots } from '../core/slot-functions.ts';
import { badArgument } from '../core/arguments.ts';
import { attributeError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { Shape } from '../core/shape.ts';
import { checkText } from './c-text.ts';
import { None } from './none.ts';
import { PyDict } from './dict.ts';
import { PyList } from './list.ts';
import { PyTuple, newTuple } from './tuple.ts';
import { PyMappingProxy } from './mappingproxy.ts';
import { newUnion } from './union.ts';
import { addClassNames, checkMutable, moduleName, noClassAttribute, typeDoc } from './type-support.ts';
import { bestBase, c3, computeMro, newType, registerSubclass, unregisterSubclass } from './type-new.ts';
import { lookupSpecial, noAttribute } from '../protocol/attribute.ts';
import { callValue, continueWith } from '../protocol/call.ts';
import { isTrue } from '../protocol/truth.ts';
import { isInstance } from '../protocol/isinstance.ts';
import { watchFinalizer } from './lifetime-finalizers.ts';
import { audit } from '../protocol/audit.ts';

/** `type(name, bases, namespace)`, `type(x)`, `C(…)`. May give TAIL. */
function type_call(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return callType(vm, self as PyType, args, kwnames);
}

/** Instantiates a class. Gives TAIL when `__new__` or `__init__` is written in Python. */
export function callType(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (type === typeType) {
    const positional = args.length - (kwnames?.length ?? 0);
    if (positional === 1 && kwnames === null) return typeOf(args[0]);
    if (positional !== 3) throw typeError('type() takes 1 or 3 arguments');
  }
  const make = type.tp_new;
  if (make === undefined) throw typeError(`cannot create '${type.tpName}' instances`);
  if (make === slotNew) {
    const created = callValue(vm, newFunction(vm, type), [type, ...args], kwnames);
    return continueWith(vm, created, new AfterNew(type, args, kwnames));
  }
  return initialize(vm, type, make(vm, type, args, kwnames), args, kwnames);
}

/** Calls `__init__` of a new object if it is one of the class's. */
function initialize(vm: VM, type: PyType, object: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const cls = typeOf(object);
  if (cls !== type && !cls.isSubtypeOf(type)) return object;
  if (cls.tp_finalize !== undefined && !(object instanceof Instance)) watchFinalizer(vm, object);
  const init = cls.tp_init;
  if (init === slotInit) {
    const method = lookupSpecial(vm, object, '__init__') as PyValue;
    return continueWith(vm, callValue(vm, method, args, kwnames), new AfterInit(object));
  }
  if (init !== undefined) init(vm, object, args, kwnames);
  return object;
}

/** After a `__new__` written in Python: `__init__`. */
class AfterNew implements Continuation {
  next: Continuation | null = null;
  readonly type: PyType;
  readonly args: PyValue[];
  readonly kwnames: readonly string[] | null;
  constructor(type: PyType, args: PyValue[], kwnames: readonly string[] | null) {
    this.type = type;
    this.args = args;
    this.kwnames = kwnames;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    return initialize(vm, this.type, value, this.args, this.kwnames);
  }
}

/** After an `__init__` written in Python: the object. */
export class AfterInit implements Continuation {
  next: Continuation | null = null;
  readonly object: PyValue;
  constructor(object: PyValue) {
    this.object = object;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    if (value !== None) throw typeError(`__init__() should return None, not '${typeOf(value).tpName}'`);
    return this.object;
  }
}

function type_new(vm: VM, metatype: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  if (positional !== 3) throw typeError(`type.__new__() takes exactly 3 arguments (${positional} given)`);
  const [name, bases, namespace] = args;
  if (!isStr(name)) throw badArgument('type.__new__', 'argument 1', 'str', name);
  if (!(bases instanceof PyTuple)) throw typeError(`type.__new__() argument 2 must be tuple, not ${typeOf(bases).tpName}`);
  if (!(namespace instanceof PyDict)) throw typeError(`type.__new__() argument 3 must be dict, not ${typeOf(namespace).tpName}`);
  return newType(vm, metatype, jsText(name), bases.items, namespace, names.map((key, i) => [key, args[3 + i]] as const));
}

function type_init(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  void vm, self;
  const positional = args.length - (kwnames?.length ?? 0);
  if (kwnames !== null && positional === 1) throw typeError('type.__init__() takes no keyword arguments');
  if (positional !== 1 && positional !== 3) throw typeError('type.__init__() takes 1 or 3 arguments');
}

/** Attribute of a class (CPython: type_getattro). */
export function type_getattro(vm: VM, self: PyValue, name: string): PyValue {
  const type = self as PyType;
  const meta = type.cls;
  const metaAttribute = meta.lookup(name);
  const metaGet = metaAttribute === undefined ? undefined : typeOf(metaAttribute).tp_descr_get;
  if (metaAttribute !== undefined && metaGet !== undefined && typeOf(metaAttribute).tp_descr_set !== undefined) {
    return metaGet(vm, metaAttribute, type, meta);
  }
  const own = type.lookup(name);
  if (own !== undefined) {
    const get = typeOf(own).tp_descr_get;
    return get === undefined ? own : get(vm, own, undefined, type);
  }
  if (metaAttribute !== undefined) return metaGet === undefined ? metaAttribute : metaGet(vm, metaAttribute, type, meta);
  throw noAttribute(type, name);
}

/** `C.name = value` */
function type_setattro(vm: VM, self: PyValue, name: string, value: PyValue | undefined): void {
  const type = self as PyType;
  if (!type.isHeapType) throw typeError(`cannot set '${name}' attribute of immutable type '${type.tpName}'`);
  const meta = type.cls.lookup(name);
  const set = meta === undefined ? undefined : typeOf(meta).tp_descr_set;
  if (meta !== undefined && set !== undefined) return set(vm, meta, type, value);
  setClassAttribute(vm, type, name, value);
}

/** Changes the class's namespace and everything that follows from it. */
export function setClassAttribute(vm: VM, type: PyType, name: string, value: PyValue | undefined): void {
  if (value === undefined) {
    if (!type.ns.delete(name)) throw noClassAttribute(type, name);
  } else type.ns.set(name, value);
  type.modified();
  if (isSlotMethod(name)) updateSlots(vm, type, name);
  if (name === '__get__' || name === '__set__' || name === '__delete__' || type.isSubtypeOf(typeType)) forgetAttributes(vm);
}

/** Instances of a class became descriptors, or no longer are, or a metaclass changed: all classes that may know one are looked at anew. */
function forgetAttributes(vm: VM): void {
  for (const types of vm.subclassesOfBuiltins.values()) for (const type of types) type.deref()?.modified();
}

function type_repr(vm: VM, self: PyValue): PyValue {
  const type = self as PyType;
  const module = moduleName(vm, type);
  return strFromJS(module === null || module === 'builtins' ? `<class '${type.tpName}'>` : `<class '${module}.${type.qualname}'>`);
}

function type_or(vm: VM, left: PyValue, right: PyValue): PyValue {
  return newUnion(vm, left, right);
}

function type_mro(vm: VM, self: PyType): PyValue {
  void vm;
  return new PyList([...c3(self)]);
}

/** `C.__subclasses__()`, in order of creation. */
function type_subclasses(vm: VM, self: PyType): PyValue {
  const found: PyValue[] = [];
  for (const type of builtinSubclasses(self)) found.push(type);
  for (const ref of (self.isHeapType ? self.subclasses : vm.subclassesOfBuiltins.get(self)) ?? []) {
    const type = ref.deref();
    if (type !== undefined) found.push(type);
  }
  return new PyList(found);
}

/** Built-in types by their built-in bases, filled as types are completed. */
function builtinSubclasses(type: PyType): readonly PyType[] {
  return type.isHeapType ? [] : (type.builtinSubclasses ?? []);
}

function type_prepare(): PyValue {
  return new PyDict();
}

function type_instancecheck(vm: VM, self: PyValue, instance: PyValue): PyValue {
  return isInstance.real(vm, instance, self);
}

function type_subclasscheck(vm: VM, self: PyValue, subclass: PyValue): PyValue {
  return isInstance.realSubclass(vm, subclass, self);
}

function type_dir(_vm: VM, self: PyType): PyValue {
  const names = new Set<string>();
  addClassNames(self, names);
  return new PyList([...names].map(strFromJS));
}

function setName(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__name__');
  if (value === undefined) throw typeError(`cannot delete '__name__' attribute of immutable type '${self.name}'`);
  audit(vm, 'object.__setattr__', self, '__name__', value);
  if (!isStr(value)) throw typeError(`can only assign string to ${self.name}.__name__, not '${typeOf(value).tpName}'`);
  const name = jsText(value);
  if (name.includes('\0')) throw valueError('type name must not contain null characters');
  checkText(value);
  self.name = name;
  self.tpName = name;
}

function setQualname(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__qualname__');
  if (value === undefined) throw typeError(`cannot delete '__qualname__' attribute of immutable type '${self.name}'`);
  audit(vm, 'object.__setattr__', self, '__qualname__', value);
  if (!isStr(value)) throw typeError(`can only assign string to ${self.name}.__qualname__, not '${typeOf(value).tpName}'`);
  self.qualname = jsText(value);
}

function getModule(vm: VM, self: PyType): PyValue {
  if (!self.isHeapType) return strFromJS(self.module ?? 'builtins');
  const module = self.ns.get('__module__');
  if (module === undefined) throw attributeError('__module__');
  void vm;
  return module;
}

function setModule(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__module__');
  if (value === undefined) throw typeError(`cannot delete '__module__' attribute of immutable type '${self.name}'`);
  audit(vm, 'object.__setattr__', self, '__module__', value);
  setClassAttribute(vm, self, '__module__', value);
}

function setBases(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__bases__');
  if (value === undefined) throw typeError(`cannot delete '__bases__' attribute of immutable type '${self.name}'`);
  audit(vm, 'object.__setattr__', self, '__bases__', value);
  if (!(value instanceof PyTuple)) throw typeError(`can only assign tuple to ${self.name}.__bases__, not ${typeOf(value).tpName}`);
  if (value.items.length === 0) throw typeError(`can only assign non-empty tuple to ${self.name}.__bases__, not ()`);
  const bases: PyType[] = [];
  for (const base of value.items) {
    if (!(base instanceof PyType)) throw typeError(`${self.name}.__bases__ must be tuple of classes, not '${typeOf(base).tpName}'`);
    if (base.isSubtypeOf(self) || isBelow(base, self)) throw typeError('a __bases__ item causes an inheritance cycle');
    bases.push(base);
  }
  const base = bestBase(bases);
  if (base.solid !== self.solid || (self.base !== null && base.memberNames.length !== self.base.memberNames.length)) {
    throw typeError(`__bases__ assignment: '${base.tpName}' object layout differs from '${(self.base as PyType).tpName}'`);
  }
  const old = { bases: self.bases, base: self.base };
  self.bases = bases;
  self.base = base;
  const changed: (readonly [type: PyType, before: readonly PyType[], after: readonly PyType[]])[] = [];
  try {
    changeMros(vm, self, changed);
  } catch (error) {
    for (const [type, before, after] of changed.reverse()) if (type.mro === after) type.mro = before;
    if (self.bases === bases) Object.assign(self, old);
    throw error;
  }
  if (self.bases !== bases) return; // A `mro()` has set others meanwhile.
  unregisterSubclass(vm, self, old.bases);
  registerSubclass(vm, self);
  self.modified();
  for (const type of [self, ...heapSubclasses(self)]) {
    type.rootShape = Shape.root(type);
    initSlots(vm, type);
  }
}

/** Along `__base__`, which is newer than the MRO while a `mro()` runs. */
function isBelow(type: PyType, other: PyType): boolean {
  for (let base = type.base; base !== null; base = base.base) if (base === other) return true;
  return false;
}

/** New MROs of a class and all classes below it; notes in `changed` what it has done. CPython: mro_hierarchy. */
function changeMros(vm: VM, type: PyType, changed: (readonly [PyType, readonly PyType[], readonly PyType[]])[]): void {
  const before = type.mro;
  const after = computeMro(vm, type);
  if (type.mro !== before) return;
  type.mro = after;
  changed.push([type, before, after]);
  for (const ref of [...(type.subclasses ?? [])]) {
    const subclass = ref.deref();
    if (subclass !== undefined) changeMros(vm, subclass, changed);
  }
}

/** All classes made by programs below this one. */
function heapSubclasses(type: PyType): PyType[] {
  const direct = [...(type.subclasses ?? [])].map((ref) => ref.deref()).filter((found) => found !== undefined);
  return direct.flatMap((found) => [found, ...heapSubclasses(found)]);
}

function getAbstractMethods(_vm: VM, self: PyType): PyValue {
  const value = self === typeType ? undefined : self.ns.get('__abstractmethods__');
  if (value === undefined) throw attributeError('__abstractmethods__');
  return value;
}

function setAbstractMethods(vm: VM, self: PyType, value: PyValue | undefined): void {
  setClassAttribute(vm, self, '__abstractmethods__', value);
  if (value !== undefined && isTrue(vm, value)) self.flags |= TypeFlag.IS_ABSTRACT;
  else self.flags &= ~TypeFlag.IS_ABSTRACT;
}

function getAnnotations(_vm: VM, self: PyType): PyValue {
  if (!self.isHeapType) throw attributeError(`type object '${self.tpName}' has no attribute '__annotations__'`);
  let annotations = self.ns.get('__annotations__');
  if (annotations === undefined) {
    annotations = new PyDict();
    self.ns.set('__annotations__', annotations);
    self.modified();
  }
  const get = typeOf(annotations).tp_descr_get;
  return get === undefined ? annotations : get(_vm, annotations, undefined, self);
}

function setAnnotations(vm: VM, self: PyType, value: PyValue | undefined): void {
  if (!self.isHeapType) throw typeError(`cannot set '__annotations__' attribute of immutable type '${self.tpName}'`);
  if (value === undefined && !self.ns.has('__annotations__')) throw attributeError('__annotations__');
  setClassAttribute(vm, self, '__annotations__', value);
}

function getTypeParams(_vm: VM, self: PyType): PyValue {
  return self.ns.get('__type_params__') ?? newTuple([]);
}

function setTypeParams(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__type_params__');
  if (value === undefined) throw typeError(`cannot delete '__type_params__' attribute of immutable type '${self.name}'`);
  setClassAttribute(vm, self, '__type_params__', value);
}

function getTextSignature(_vm: VM, self: PyType): PyValue {
  return self.textSignature === null ? None : strFromJS(self.textSignature);
}

function setDoc(vm: VM, self: PyType, value: PyValue | undefined): void {
  checkMutable(self, '__doc__');
  if (value === undefined) throw typeError(`cannot delete '__doc__' attribute of immutable type '${self.name}'`);
  audit(vm, 'object.__setattr__', self, '__doc__', value);
  setClassAttribute(vm, self, '__doc__', value);
}

/** Types that CPython makes at start-up as it makes classes: what `typing` has in C. */
function shownFlags(type: PyType): number {
  if (type.module === 'typing') return (type.flags | TypeFlag.HEAPTYPE) >>> 0;
  if (!type.isHeapType) return (type.flags | (callFlags[type.name] ?? 0)) >>> 0;
  const base = type.base as PyType; // Only `object` has none.
  return (type.flags | (type.tp_call === base.tp_call ? shownFlags(base) & HAVE_VECTORCALL : 0)) >>> 0;
}

const HAVE_VECTORCALL = 1 << 11;
const METHOD_DESCRIPTOR = 1 << 17;

/** How CPython calls instances of its own types. */
const callFlags: Readonly<Record<string, number>> = {
  function: HAVE_VECTORCALL | METHOD_DESCRIPTOR, method_descriptor: HAVE_VECTORCALL | METHOD_DESCRIPTOR, wrapper_descriptor: METHOD_DESCRIPTOR,
  builtin_function_or_method: HAVE_VECTORCALL, method: HAVE_VECTORCALL, type: HAVE_VECTORCALL, classmethod_descriptor: HAVE_VECTORCALL, _lru_cache_wrapper: METHOD_DESCRIPTOR,
};

/** `__basicsize__` and `__itemsize__` of CPython's objects, for those whose size programs ask for. */
const objectSizes: Readonly<Record<string, readonly [number, number]>> = {
  int: [24, 4], bool: [24, 4], float: [24, 0], complex: [32, 0], str: [64, 0], bytes: [33, 1], tuple: [24, 8], list: [40, 0], dict: [64, 0], set: [200, 0], frozenset: [200, 0], type: [928, 40],
};

function sizes(type: PyType): readonly [number, number] {
  return objectSizes[type.solid.name] ?? [16, 0];
}

fillType(typeType, {
  basetype: true,
  flags: TypeFlag.TYPE_SUBCLASS,
  doc: 'type(object) -> the object\'s type\ntype(name, bases, dict, **kwds) -> a new type',
  hasDict: true,
  hasWeakref: true,
  slots: {
    tp_call: type_call,
    tp_new: type_new,
    tp_init: type_init,
    tp_getattro: type_getattro,
    tp_setattro: type_setattro,
    tp_repr: type_repr,
    nb_or: type_or,
  },
  methods: [
    native('mro(self, /)', type_mro, "Return a type's method resolution order."),
    native('__subclasses__(self, /)', type_subclasses, 'Return a list of immediate subclasses.'),
    native('__instancecheck__(self, instance, /)', type_instancecheck, 'Check if an object is an instance.'),
    native('__subclasscheck__(self, subclass, /)', type_subclasscheck, 'Check if a class is a subclass.'),
    native('__dir__(self, /)', type_dir, 'Specialized __dir__ implementation for types.'),
    native('__sizeof__(self, /)', () => 1064, 'Return memory consumption of the type object.'),
  ],
  classMethods: [native('__prepare__(cls, /, *args, **kwds)', type_prepare, '__prepare__() -> dict\nused to create the namespace for the class statement').unsigned()],
  getset: {
    __name__: { get: (_vm: VM, self: PyType) => strFromJS(self.name), set: setName },
    __qualname__: { get: (_vm: VM, self: PyType) => strFromJS(self.qualname), set: setQualname },
    __module__: { get: getModule, set: setModule },
    __bases__: { get: (_vm: VM, self: PyType) => newTuple(self.bases), set: setBases },
    __mro__: { get: (_vm: VM, self: PyType) => (self.mro.length === 0 ? None : newTuple(self.mro)) },
    __dict__: { get: (_vm: VM, self: PyType) => new PyMappingProxy(self) },
    __doc__: { get: typeDoc, set: setDoc },
    __abstractmethods__: { get: getAbstractMethods, set: setAbstractMethods },
    __text_signature__: { get: getTextSignature },
    __annotations__: { get: getAnnotations, set: setAnnotations },
    __type_params__: { get: getTypeParams, set: setTypeParams },
  },
  fields: {
    __base__: { get: (_vm: VM, self: PyType) => self.base ?? None },
    __flags__: { get: (_vm: VM, self: PyType) => shownFlags(self) },
    __basicsize__: { get: (_vm: VM, self: PyType) => sizes(self)[0] },
    __itemsize__: { get: (_vm: VM, self: PyType) => sizes(self)[1] },
    __dictoffset__: { get: (_vm: VM, self: PyType) => (self.hasDict ? -1 : 0) },
    __weakrefoffset__: { get: (_vm: VM, self: PyType) => (self.hasWeakref ? 8 : 0) },
  },
});

