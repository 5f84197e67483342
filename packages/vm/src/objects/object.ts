import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, TypeFlag, objectType, typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { Instance } from '../core/instance.ts';
import { slotInit, slotNew } from '../core/slot-functions.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { badArgument } from '../core/arguments.ts';
import { typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';
import { PyDict } from './dict.ts';
import { changeRemains, watchFinalizer } from './lifetime-finalizers.ts';
import { attributeName, genericGetAttr, genericSetAttr, instanceDict, lookupAttr } from '../protocol/attribute.ts';
import { identityHash } from '../protocol/hash.ts';
import { call, callMethod } from '../protocol/call.ts';
import { asIndex } from '../protocol/number.ts';
import { importNamed } from '../interpreter/import.ts';
import { PyList } from './list.ts';
import { isTrue } from '../protocol/truth.ts';
import { str } from '../protocol/repr.ts';
import { abstractMethodsError, compatibleForAssignment, directoryOf, moduleName, reduceEx } from './type-support.ts';
import { audit } from '../protocol/audit.ts';

/** Does a call with these arguments give `object.__new__`/`__init__` more than the class takes? */
function excessArguments(args: readonly PyValue[]): boolean {
  return args.length > 0;
}

/** A new instance of a class whose layout is `object`'s. */
export function newInstance(type: PyType): Instance {
  const instance = new Instance(type, type.rootShape);
  if (type.memberNames.length > 0) instance.members = new Array<PyValue | undefined>(type.memberNames.length).fill(undefined);
  return instance;
}

function object_new(vm: VM, type: PyType, args: PyValue[]): PyValue {
  if (excessArguments(args)) {
    if (type.tp_new !== object_new) throw typeError('object.__new__() takes exactly one argument (the type to instantiate)');
    if (type.tp_init === object_init) throw typeError(`${type.tpName}() takes no arguments`);
  }
  if ((type.flags & TypeFlag.IS_ABSTRACT) !== 0) throw abstractMethodsError(vm, type);
  const instance = newInstance(type);
  if (type.tp_finalize !== undefined) watchFinalizer(vm, instance);
  return instance;
}

function object_init(vm: VM, self: PyValue, args: PyValue[]): void {
  void vm;
  if (!excessArguments(args)) return;
  const type = typeOf(self);
  if (type.tp_init !== object_init) throw typeError('object.__init__() takes exactly one argument (the instance to initialize)');
  if (type.tp_new === object_new) throw typeError(`${type.tpName}.__init__() takes exactly one argument (the instance to initialize)`);
}

/** The plain construction, which the loop may do itself: allocate, no `__init__`. */
export function isPlainNew(type: PyType): boolean {
  return type.tp_new === object_new && type.tp_finalize === undefined;
}

export { object_new, object_init, slotInit, slotNew };

function object_repr(vm: VM, self: PyValue): PyValue {
  const type = typeOf(self);
  const module = moduleName(vm, type);
  const address = typeof self === 'object' ? vm.idOf(self).toString(16) : '0';
  const name = module === null || module === 'builtins' ? type.tpName : `${module}.${type.qualname}`;
  return strFromJS(`<${name} object at 0x${address}>`);
}

function object_str(vm: VM, self: PyValue): PyValue {
  return (typeOf(self).tp_repr ?? object_repr)(vm, self);
}

function object_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  if (op === Py_EQ) return self === other ? true : NotImplemented;
  if (op !== Py_NE) return NotImplemented;
  // `!=` is the opposite of what the type's own `==` says.
  const compare = typeOf(self).tp_richcompare;
  if (compare === undefined) return NotImplemented;
  const result = compare(vm, self, other, Py_EQ);
  return result === NotImplemented ? result : !isTrue(vm, result);
}

function getClass(_vm: VM, self: PyValue): PyValue {
  return typeOf(self);
}

/** `self.__class__ = value` (CPython: object_set_class). */
function setClass(vm: VM, self: PyObject, value: PyValue | undefined): void {
  if (value === undefined) throw typeError("can't delete __class__ attribute");
  if (!(value instanceof PyType)) throw typeError(`__class__ must be set to a class, not '${typeOf(value).tpName}' object`);
  audit(vm, 'object.__setattr__', self, '__class__', value);
  compatibleForAssignment(self, value);
  const old = self.cls;
  self.cls = value;
  if (self instanceof Instance && self.shape !== null) {
    let shape: typeof value.rootShape | null = value.rootShape;
    for (const name of self.shape.names) shape = shape === null ? null : shape.with(name);
    if (shape !== null) self.shape = shape;
    else {
      self.cls = old;
      instanceDict(vm, self);
      self.cls = value;
    }
  }
  if (old.tp_finalize !== undefined || value.tp_finalize !== undefined) changeRemains(vm, self);
}

function object_format(vm: VM, self: PyValue, spec: PyValue): PyValue {
  if (!isStr(spec)) throw badArgument('__format__', 'argument', 'str', spec);
  if (jsText(spec) !== '') throw typeError(`unsupported format string passed to ${typeOf(self).tpName}.__format__`);
  return str(vm, self);
}

function object_dir(vm: VM, self: PyValue): PyValue {
  return directoryOf(vm, self);
}

function object_sizeof(_vm: VM, self: PyValue): PyValue {
  return self instanceof Instance ? 16 + 8 * ((self.shape?.names.length ?? 0) + (self.members?.length ?? 0)) : 16;
}

function object_subclasshook(): PyValue {
  return NotImplemented;
}

function object_init_subclass(): PyValue {
  return None;
}

function object_reduce_ex(vm: VM, self: PyValue, protocolValue: PyValue): PyValue {
  const protocol = asIndex(vm, protocolValue);
  const reduce = lookupAttr(vm, typeOf(self), '__reduce__');
  const own = objectType.ns.get('__reduce__');
  if (reduce !== undefined && reduce !== own) {
    const bound = lookupAttr(vm, self, '__reduce__') as PyValue;
    return call(vm, bound, []);
  }
  return reduceEx(vm, self, protocol);
}

function object_reduce(vm: VM, self: PyValue): PyValue {
  return reduceEx(vm, self, 0);
}

/** `__slotnames__` of a class, which `copyreg` finds out and keeps there. */
function slotNames(vm: VM, type: PyType): readonly PyValue[] {
  let names = type.ns.get('__slotnames__');
  if (names === undefined) {
    // Without `__slots__` anywhere there are no names: a VM without a library need not find copyreg.
    if (!type.isHeapType || !(vm.modules.getStr('copyreg') !== undefined || type.mro.some((cls) => cls.ns.has('__slots__')))) return [];
    names = callMethod(vm, importNamed(vm, 'copyreg'), '_slotnames', [type]);
  }
  if (names === None) return [];
  if (!(names instanceof PyList)) throw typeError(`copyreg._slotnames didn't return a list or None`);
  return [...names.items];
}

/** `object.__getstate__`: `__dict__` and slots, or None. */
function object_getstate(vm: VM, self: PyValue): PyValue {
  if (typeof self !== 'object') return None;
  const dict = self.cls.hasDict ? instanceDict(vm, self) : null;
  const state: PyValue = dict !== null && dict.size > 0 ? dict.copy() : None;
  const slots = new PyDict();
  for (const name of slotNames(vm, self.cls)) {
    const value = lookupAttr(vm, self, attributeName(vm, name));
    if (value !== undefined) slots.set(vm, name, value);
  }
  return slots.size === 0 ? state : newTuple([state, slots]);
}

fillType(objectType, {
  untracked: true,
  basetype: true,
  doc: 'The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n',
  textSignature: '()',
  slots: {
    tp_repr: object_repr,
    tp_str: object_str,
    tp_hash: (vm: VM, self: PyValue): PyValue => identityHash(vm, self),
    tp_getattro: genericGetAttr,
    tp_setattro: genericSetAttr,
    tp_richcompare: object_richcompare,
    tp_init: object_init,
    tp_new: object_new,
  },
  methods: [
    native('__format__(self, format_spec, /)', object_format, 'Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise.'),
    native('__dir__(self, /)', object_dir, 'Default dir() implementation.'),
    native('__sizeof__(self, /)', object_sizeof, 'Size of object in memory, in bytes.'),
    native('__reduce_ex__(self, protocol, /)', object_reduce_ex, 'Helper for pickle.'),
    native('__reduce__(self, /)', object_reduce, 'Helper for pickle.'),
    native('__getstate__(self, /)', object_getstate, 'Helper for pickle.'),
  ],
  classMethods: [
    native('__subclasshook__(cls, /, *args)', object_subclasshook, 'Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).\n').unsigned(),
    native('__init_subclass__(cls, /)', object_init_subclass, 'This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.\n').unsigned(),
  ],
  getset: { __class__: { get: getClass, set: setClass, doc: "the object's class" } },
});

