import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { type PyType } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { badArgument, namedArguments } from '../core/arguments.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { PyDict } from './dict.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { PyBaseException } from './exceptions.ts';
import { AttributeError } from './exception-types.ts';
import { genericGetAttr, getAttr, lookupAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { isTrue } from '../protocol/truth.ts';

/** A module: a name and a namespace (`dict`, always there). */
export class PyModule extends PyObject {
  declare dict: PyDict;
  /** `name` null: as `ModuleType.__new__` leaves it, with nothing in its namespace. */
  constructor(name: PyValue | null, cls: PyType = moduleType) {
    super(cls);
    this.dict = new PyDict();
    if (name !== null) initNamespace(this, name, None);
  }
}

function initNamespace(module: PyModule, name: PyValue, doc: PyValue): void {
  const { dict } = module;
  dict.setStr('__name__', name);
  dict.setStr('__doc__', doc);
  dict.setStr('__package__', None);
  dict.setStr('__loader__', None);
  dict.setStr('__spec__', None);
}

function module_init(_vm: VM, self: PyModule, args: PyValue[], kwnames: readonly string[] | null): void {
  const [name, doc] = namedArguments('module', ['name', 'doc'], 1, args, kwnames) as [PyValue, PyValue | undefined];
  if (!isStr(name)) throw badArgument('module', "argument 'name'", 'str', name);
  initNamespace(self, name, doc ?? None);
}

/** Attribute of a module: `__getattr__` of its namespace is asked last (CPython: module_getattro). */
function module_getattro(vm: VM, self: PyValue, name: string): PyValue {
  try {
    return genericGetAttr(vm, self, name);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) throw error;
  }
  const { dict } = self as PyModule;
  const fallback = dict.getStr('__getattr__');
  if (fallback !== undefined) return call(vm, fallback, [strFromJS(name)]);
  throw attributeError(noModuleAttribute(vm, dict, name), self, name);
}

function noModuleAttribute(vm: VM, dict: PyDict, name: string): string {
  const moduleName = dict.getStr('__name__');
  if (moduleName === undefined || !isStr(moduleName)) return `module has no attribute '${name}'`;
  const spec = dict.getStr('__spec__');
  const initializing = spec === undefined || spec === None ? undefined : lookupAttr(vm, spec, '_initializing');
  if (initializing !== undefined && isTrue(vm, initializing)) {
    return `partially initialized module '${jsText(moduleName)}' has no attribute '${name}' (most likely due to a circular import)`;
  }
  const uninitialized = spec === undefined || spec === None ? undefined : lookupAttr(vm, spec, '_uninitialized_submodules');
  if (uninitialized instanceof PyList && uninitialized.items.includes(name)) {
    return `cannot access submodule '${name}' of module '${jsText(moduleName)}' (most likely due to a circular import)`;
  }
  return `module '${jsText(moduleName)}' has no attribute '${name}'`;
}

/** `importlib._bootstrap._module_repr(module)`, or a plain one before importlib is there. */
function module_repr(vm: VM, self: PyModule): PyValue {
  const bootstrap = vm.modules.getStr('_frozen_importlib');
  if (bootstrap !== undefined) return call(vm, getAttr(vm, bootstrap, '_module_repr'), [self]);
  return strFromJS(`<module '${jsText(self.dict.getStr('__name__') ?? '?')}' (built-in)>`);
}

function module_dir(vm: VM, self: PyModule): PyValue {
  const dict = getAttr(vm, self, '__dict__');
  if (!(dict instanceof PyDict)) throw typeError('<module>.__dict__ is not a dictionary');
  const dir = dict.getStr('__dir__');
  if (dir !== undefined) return call(vm, dir, []);
  return new PyList(dict.keyList());
}

/** Python's type `module`. */
export const moduleType: PyType = defineType('module', {
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'Create a module object.\n\nThe name must be a string; the optional doc argument can have any type.',
  textSignature: '(name, doc=None)',
  slots: {
    tp_new: (_vm, type) => new PyModule(null, type),
    tp_init: module_init,
    tp_getattro: module_getattro,
    tp_repr: module_repr,
  },
  methods: [native('__dir__(self, /)', module_dir, '__dir__() -> list\nspecialized dir() implementation').unsigned()],
  getset: {
    __annotations__: {
      get(_vm: VM, self: PyModule) {
        let annotations = self.dict.getStr('__annotations__');
        if (annotations === undefined) self.dict.setStr('__annotations__', (annotations = new PyDict()));
        return annotations;
      },
      set(_vm: VM, self: PyModule, value: PyValue | undefined) {
        if (value !== undefined) self.dict.setStr('__annotations__', value);
        else if (!self.dict.deleteStr('__annotations__')) throw attributeError('__annotations__');
      },
    },
  },
  fields: { __dict__: { get: (_vm: VM, self: PyModule) => self.dict } },
});
