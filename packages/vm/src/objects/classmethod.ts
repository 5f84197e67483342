import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { PyType, staticmethodType, typeOf } from '../core/type.ts';
import { defineType, fillType } from '../core/define-type.ts';
import type { GetSetDef } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { None } from './none.ts';
import { PyMethod } from './method.ts';
import { PyStaticMethod } from './staticmethod.ts';
import { builtinDictAttribute } from './dict-attribute.ts';
import { lookupAttr, setOwn } from '../protocol/attribute.ts';
import { callValue } from '../protocol/call.ts';
import { isTrue } from '../protocol/truth.ts';
import { reprText } from '../protocol/repr.ts';

/** `classmethod(f)` */
export class PyClassMethod extends PyObject {
  callable: PyValue;
  constructor(callable: PyValue, cls: PyType = classmethodType) {
    super(cls);
    this.callable = callable;
  }
}

type Wrapper = PyClassMethod | PyStaticMethod;

function one(name: string, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  if (kwnames !== null) throw typeError(`${name}() takes no keyword arguments`);
  if (args.length !== 1) throw typeError(`${name} expected 1 argument, got ${args.length}`);
  return args[0];
}

/** Copies what `functools.wraps` would (CPython: functools_wraps). */
function copyAttributes(vm: VM, wrapper: Wrapper): void {
  for (const name of ['__module__', '__name__', '__qualname__', '__doc__', '__annotations__']) {
    const value = lookupAttr(vm, wrapper.callable, name);
    if (value !== undefined) setOwn(vm, wrapper, name, value);
  }
}

const getset: Record<string, GetSetDef> = {
  __isabstractmethod__: {
    get(vm: VM, self: Wrapper): PyValue {
      const value = lookupAttr(vm, self.callable, '__isabstractmethod__');
      return value !== undefined && isTrue(vm, value);
    },
  },
  __dict__: builtinDictAttribute,
};
const fields: Record<string, GetSetDef> = {
  __func__: { get: (_vm: VM, self: Wrapper) => self.callable },
  __wrapped__: { get: (_vm: VM, self: Wrapper) => self.callable },
};

function classmethod_get(vm: VM, self: PyClassMethod, obj: PyValue | undefined, type: PyValue | undefined): PyValue {
  const cls = type ?? typeOf(obj as PyValue);
  const get = typeOf(self.callable).tp_descr_get;
  if (get !== undefined && !(self.callable instanceof PyType) && !(self.callable instanceof PyMethod)) return get(vm, self.callable, cls, cls);
  return new PyMethod(self.callable, cls);
}

/** Python's type `classmethod`. */
export const classmethodType = defineType('classmethod', {
  basetype: true,
  hasDict: true,
  doc: 'classmethod(function) -> method\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin.',
  slots: {
    tp_new: (_vm, type) => new PyClassMethod(None, type),
    tp_init(vm, self: PyClassMethod, args, kwnames) {
      self.callable = one('classmethod', args, kwnames);
      copyAttributes(vm, self);
    },
    tp_descr_get: classmethod_get,
    tp_repr: (vm: VM, self: PyClassMethod) => strFromJS(`<classmethod(${reprText(vm, self.callable)})>`),
  },
  getset,
  fields,
});

fillType(staticmethodType, {
  basetype: true,
  hasDict: true,
  doc: 'staticmethod(function) -> method\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin.',
  slots: {
    tp_new: (_vm, type) => new PyStaticMethod(None, type),
    tp_init(vm, self: PyStaticMethod, args, kwnames) {
      self.callable = one('staticmethod', args, kwnames);
      copyAttributes(vm, self);
    },
    tp_descr_get: (_vm: VM, self: PyStaticMethod) => self.callable,
    tp_call: (vm: VM, self: PyStaticMethod, args, kwnames) => callValue(vm, self.callable, args, kwnames),
    tp_repr: (vm: VM, self: PyStaticMethod) => strFromJS(`<staticmethod(${reprText(vm, self.callable)})>`),
  },
  getset,
  fields,
});

