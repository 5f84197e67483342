import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import {
  PyType, classMethodDescriptorType, getsetDescriptorType, memberDescriptorType, methodDescriptorType, methodWrapperType, typeOf, wrapperDescriptorType,
  builtinFunctionType,
} from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import type { GetSetDef } from '../core/native.ts';
import { native } from '../core/native.ts';
import { callNative } from '../core/bind-native.ts';
import { attributeError, typeError } from '../core/errors.ts';
import type { CompareOp } from '../core/slots.ts';
import { Py_EQ, Py_NE } from '../core/slots.ts';
import { type Instance } from '../core/instance.ts';
import { strFromJS } from '../core/text.ts';
import { PyBuiltinFunction, isBound } from './builtin_function.ts';
import {
  type PyClassMethodDescriptor, PyGetSetDescriptor, PyMemberDescriptor, type PyMethodDescriptor, PyMethodWrapper, PyWrapperDescriptor,
} from './descriptor.ts';
import { None, NotImplemented } from './none.ts';
import { newTuple } from './tuple.ts';
import { getAttr } from '../protocol/attribute.ts';
import { hash } from '../protocol/hash.ts';

/* The types of the attributes of built-in types (CPython 3.12: Objects/descrobject.c, methodobject.c). */

type Described = PyMethodDescriptor | PyClassMethodDescriptor | PyWrapperDescriptor | PyGetSetDescriptor | PyMemberDescriptor;

function nameOf(self: Described): string {
  return self instanceof PyGetSetDescriptor || self instanceof PyMemberDescriptor ? self.name : self.def.name;
}

function checkInstance(self: Described, obj: PyValue): void {
  if (typeOf(obj).isSubtypeOf(self.objclass)) return;
  throw typeError(`descriptor '${nameOf(self)}' for '${self.objclass.tpName}' objects doesn't apply to a '${typeOf(obj).tpName}' object`);
}

const common: Record<string, GetSetDef> = {
  __objclass__: { get: (_vm: VM, self: Described) => self.objclass },
  __name__: { get: (_vm: VM, self: Described) => strFromJS(nameOf(self)) },
};
const qualname: Record<string, GetSetDef> = {
  __qualname__: { get: (vm: VM, self: Described) => strFromJS(`${(getAttr(vm, self.objclass, '__qualname__') as string)}.${nameOf(self)}`) },
};
const docText = (doc: string | null | undefined): PyValue => (doc === null || doc === undefined ? None : strFromJS(doc));

const reduce = native('__reduce__(self, /)', (vm: VM, self: Described) => newTuple([vm.builtins.getStr('getattr') as PyValue, newTuple([self.objclass, strFromJS(nameOf(self))])])).unsigned();

function descriptorRepr(kind: string): (vm: VM, self: Described) => PyValue {
  return (_vm, self) => strFromJS(`<${kind} '${nameOf(self)}' of '${self.objclass.tpName}' objects>`);
}

/** Takes `self` off the front of the arguments of an unbound method. */
function takeSelf(self: Described, args: PyValue[], kwnames: readonly string[] | null): { obj: PyValue; rest: PyValue[] } {
  if (args.length - (kwnames?.length ?? 0) < 1) {
    const what = self instanceof PyWrapperDescriptor ? `descriptor '${nameOf(self)}' of '${self.objclass.tpName}' object needs an argument` : `unbound method ${self.objclass.name}.${nameOf(self)}() needs an argument`;
    throw typeError(what);
  }
  return { obj: args[0], rest: args.slice(1) };
}

fillType(methodDescriptorType, {
  slots: {
    tp_call(vm: VM, self: PyMethodDescriptor, args, kwnames) {
      const { obj, rest } = takeSelf(self, args, kwnames);
      checkInstance(self, obj);
      return callNative(vm, self.def, obj, rest, kwnames, self.objclass.name);
    },
    tp_descr_get(_vm: VM, self: PyMethodDescriptor, obj) {
      if (obj === undefined) return self;
      checkInstance(self, obj);
      return new PyBuiltinFunction(self.def, obj);
    },
    tp_repr: descriptorRepr('method'),
  },
  methods: [reduce],
  getset: {
    __doc__: { get: (_vm: VM, self: PyMethodDescriptor) => docText(self.def.doc) },
    __text_signature__: { get: (_vm: VM, self: PyMethodDescriptor) => docText(self.def.textSignature) },
    ...qualname,
  },
  fields: common,
});

fillType(classMethodDescriptorType, {
  slots: {
    tp_call(vm: VM, self: PyClassMethodDescriptor, args, kwnames) {
      const { obj, rest } = takeSelf(self, args, kwnames);
      return callNative(vm, self.def, obj, rest, kwnames, self.objclass.name);
    },
    tp_descr_get(_vm: VM, self: PyClassMethodDescriptor, obj, type) {
      const cls = type ?? typeOf(obj as PyValue);
      if (!(cls instanceof PyType)) {
        throw typeError(`descriptor '${self.def.name}' for type '${self.objclass.tpName}' needs a type, not a '${typeOf(cls).tpName}' as arg 2`);
      }
      if (!cls.isSubtypeOf(self.objclass)) {
        throw typeError(`descriptor '${self.def.name}' requires a subtype of '${self.objclass.tpName}' but received '${cls.tpName}'`);
      }
      return new PyBuiltinFunction(self.def, cls);
    },
    tp_repr: descriptorRepr('method'),
  },
  getset: {
    __doc__: { get: (_vm: VM, self: PyClassMethodDescriptor) => docText(self.def.doc) },
    __text_signature__: { get: (_vm: VM, self: PyClassMethodDescriptor) => docText(self.def.textSignature) },
    ...qualname,
  },
  fields: common,
});

function callWrapper(vm: VM, descriptor: PyWrapperDescriptor, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null && kwnames.length > 0 && !descriptor.def.keywords) throw typeError(`wrapper ${descriptor.def.name}() takes no keyword arguments`);
  return descriptor.def.call(vm, descriptor.target as never, self, args, kwnames);
}

fillType(wrapperDescriptorType, {
  slots: {
    tp_call(vm: VM, self: PyWrapperDescriptor, args, kwnames) {
      const { obj, rest } = takeSelf(self, args, kwnames);
      if (!typeOf(obj).isSubtypeOf(self.objclass)) {
        throw typeError(`descriptor '${self.def.name}' requires a '${self.objclass.tpName}' object but received a '${typeOf(obj).tpName}'`);
      }
      return callWrapper(vm, self, obj, rest, kwnames);
    },
    tp_descr_get(_vm: VM, self: PyWrapperDescriptor, obj) {
      if (obj === undefined) return self;
      checkInstance(self, obj);
      return new PyMethodWrapper(self, obj);
    },
    tp_repr: descriptorRepr('slot wrapper'),
  },
  methods: [reduce],
  getset: {
    __doc__: { get: (_vm: VM, self: PyWrapperDescriptor) => docText(self.def.doc) },
    __text_signature__: { get: (_vm: VM, self: PyWrapperDescriptor) => docText(self.def.textSignature) },
    ...qualname,
  },
  fields: common,
});

fillType(methodWrapperType, {
  slots: {
    tp_call: (vm: VM, self: PyMethodWrapper, args, kwnames) => callWrapper(vm, self.descriptor, self.self, args, kwnames),
    tp_repr: (vm: VM, self: PyMethodWrapper) =>
      strFromJS(`<method-wrapper '${self.descriptor.def.name}' of ${typeOf(self.self).tpName} object at 0x${addressOf(vm, self.self)}>`),
    tp_richcompare(_vm: VM, self: PyMethodWrapper, other, op: CompareOp) {
      if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyMethodWrapper)) return NotImplemented;
      return (self.descriptor === other.descriptor && self.self === other.self) === (op === Py_EQ);
    },
    tp_hash: (vm: VM, self: PyMethodWrapper): PyValue => hash(vm, vm.idOf(self.descriptor) + (typeof self.self === 'object' ? vm.idOf(self.self) : 0)),
  },
  methods: [
    native('__reduce__(self, /)', (vm: VM, self: PyMethodWrapper) =>
      newTuple([vm.builtins.getStr('getattr') as PyValue, newTuple([self.self, strFromJS(self.descriptor.def.name)])])).unsigned(),
  ],
  getset: {
    __objclass__: { get: (_vm: VM, self: PyMethodWrapper) => self.descriptor.objclass },
    __name__: { get: (_vm: VM, self: PyMethodWrapper) => strFromJS(self.descriptor.def.name) },
    __qualname__: { get: (_vm: VM, self: PyMethodWrapper) => strFromJS(`${self.descriptor.objclass.qualname}.${self.descriptor.def.name}`) },
    __doc__: { get: (_vm: VM, self: PyMethodWrapper) => docText(self.descriptor.def.doc) },
    __text_signature__: { get: (_vm: VM, self: PyMethodWrapper) => docText(self.descriptor.def.textSignature) },
  },
  fields: { __self__: { get: (_vm: VM, self: PyMethodWrapper) => self.self } },
});

function addressOf(vm: VM, value: PyValue): string {
  return typeof value === 'object' ? vm.idOf(value).toString(16) : '0';
}

fillType(getsetDescriptorType, {
  slots: {
    tp_descr_get(vm: VM, self: PyGetSetDescriptor, obj) {
      if (obj === undefined) return self;
      checkInstance(self, obj);
      return self.def.get(vm, obj as never);
    },
    tp_descr_set(vm: VM, self: PyGetSetDescriptor, obj, value) {
      checkInstance(self, obj);
      if (self.def.set === undefined) throw attributeError(`attribute '${self.name}' of '${self.objclass.tpName}' objects is not writable`);
      self.def.set(vm, obj as never, value);
    },
    tp_repr: descriptorRepr('attribute'),
  },
  getset: { __doc__: { get: (_vm: VM, self: PyGetSetDescriptor) => docText(self.def.doc) }, ...qualname },
  fields: common,
});

fillType(memberDescriptorType, {
  slots: {
    tp_descr_get(vm: VM, self: PyMemberDescriptor, obj) {
      if (obj === undefined) return self;
      checkInstance(self, obj);
      if (self.def !== null) return self.def.get(vm, obj as never);
      const value = membersOf(obj)?.[self.index];
      if (value === undefined) throw attributeError(`'${typeOf(obj).tpName}' object has no attribute '${self.name}'`, obj, self.name);
      return value;
    },
    tp_descr_set(vm: VM, self: PyMemberDescriptor, obj, value) {
      checkInstance(self, obj);
      if (self.def !== null) {
        if (self.def.set === undefined) throw attributeError('readonly attribute');
        return self.def.set(vm, obj as never, value);
      }
      const members = membersOf(obj) as (PyValue | undefined)[];
      if (value === undefined && members[self.index] === undefined) throw attributeError(self.name, obj, self.name);
      members[self.index] = value;
    },
    tp_repr: descriptorRepr('member'),
  },
  methods: [reduce],
  getset: { __doc__: { get: (_vm: VM, self: PyMemberDescriptor) => docText(self.def?.doc) }, ...qualname },
  fields: common,
});

/** Values of `__slots__`; made on demand for instances of built-in layouts. */
function membersOf(obj: PyValue): (PyValue | undefined)[] | undefined {
  if (typeof obj !== 'object') return undefined;
  const holder = obj as Instance; // Subclasses of built-in layouts with __slots__ get the same field.
  return (holder.members ??= new Array<PyValue | undefined>(obj.cls.memberNames.length).fill(undefined));
}

/**
 * What stands before a built-in function's name in messages about its arguments: its module or type; functions with arguments in a
 * tuple (METH_VARARGS) leave it out where they take no keywords.
 */
function ownerInMessages({ def, module, self }: PyBuiltinFunction, kwnames: readonly string[] | null): string | null {
  if (kwnames !== null && def.raw === null && def.takesTuple && def.signature.max - (def.signature.bound ? 1 : 0) > 1) return null;
  if (module !== null) return typeof module !== 'string' || module === 'builtins' ? null : module;
  return self === null ? null : self instanceof PyType ? self.name : typeOf(self).name;
}

/** Functions of modules show the module, which they do not take, as their first parameter. */
function moduleSignature(self: PyBuiltinFunction): string | null {
  const { text, textSignature } = self.def;
  if (textSignature === null || self.module === null || textSignature.startsWith('($module')) return textSignature;
  const own = text.slice(text.indexOf('(') + 1, -1); // A parameter `cls` of such a function is nothing special.
  return /(^|, )\/(,|$)/.test(own) ? `($module, ${own})` : `($module, /${own === '' ? '' : `, ${own}`})`;
}

fillType(builtinFunctionType, {
  hasWeakref: true,
  slots: {
    tp_call(vm: VM, self: PyBuiltinFunction, args, kwnames) {
      const { def } = self;
      return callNative(vm, def, isBound(self) ? (self.self as PyValue) : undefined, args, kwnames, ownerInMessages(self, kwnames));
    },
    tp_repr(vm: VM, self: PyBuiltinFunction) {
      if (self.self === null || self.module !== null) return strFromJS(`<built-in function ${self.def.name}>`);
      return strFromJS(`<built-in method ${self.def.name} of ${typeOf(self.self).tpName} object at 0x${addressOf(vm, self.self)}>`);
    },
    tp_richcompare(_vm: VM, self: PyBuiltinFunction, other, op: CompareOp) {
      if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyBuiltinFunction)) return NotImplemented;
      return (self.def === other.def && self.self === other.self) === (op === Py_EQ);
    },
    tp_hash: (vm: VM, self: PyBuiltinFunction): PyValue =>
      hash(vm, (self.self !== null && typeof self.self === 'object' ? vm.idOf(self.self) : 1) + def32(self.def.text)),
  },
  methods: [
    native('__reduce__(self, /)', (vm: VM, self: PyBuiltinFunction) => {
      if (self.self === null || self.module !== null) return strFromJS(self.def.name);
      return newTuple([vm.builtins.getStr('getattr') as PyValue, newTuple([self.self, strFromJS(self.def.name)])]);
    }).unsigned(),
  ],
  getset: {
    __name__: { get: (_vm: VM, self: PyBuiltinFunction) => strFromJS(self.def.name) },
    __qualname__: {
      get(_vm: VM, self: PyBuiltinFunction) {
        if (self.self === null || self.module !== null) return strFromJS(self.def.name);
        const type = self.self instanceof PyType ? self.self : typeOf(self.self);
        return strFromJS(`${type.qualname}.${self.def.name}`);
      },
    },
    __self__: { get: (_vm: VM, self: PyBuiltinFunction) => self.self ?? None },
    __doc__: { get: (_vm: VM, self: PyBuiltinFunction) => docText(self.def.doc) },
    __text_signature__: { get: (_vm: VM, self: PyBuiltinFunction) => docText(moduleSignature(self)) },
  },
  fields: {
    __module__: {
      get: (_vm: VM, self: PyBuiltinFunction) => self.module ?? None,
      set(_vm: VM, self: PyBuiltinFunction, value: PyValue | undefined) {
        self.module = value ?? null;
      },
    },
  },
});

/** A number from a text, for hashing. */
function def32(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum >>> 0;
}

