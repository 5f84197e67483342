import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import type { GetSetDef } from '../core/native.ts';
import { badArgument, namedArguments } from '../core/arguments.ts';
import { typeError, valueError } from '../core/errors.ts';
import { isStr, jsText, strFromJS } from '../core/text.ts';
import { pushCall } from '../interpreter/push-call.ts';
import { builtinsOf } from '../interpreter/run-code.ts';
import { PyCell } from './cell.ts';
import { PyCode } from './code.ts';
import { PyDict } from './dict.ts';
import { PyFunction, functionType } from './function.ts';
import { PyMethod } from './method.ts';
import { None } from './none.ts';
import { PyTuple, emptyTuple } from './tuple.ts';
import { builtinDictAttribute } from './dict-attribute.ts';
import { audited } from '../protocol/audit.ts';

const parameters = ['code', 'globals', 'name', 'argdefs', 'closure'];

/** `types.FunctionType(code, globals, name=None, argdefs=None, closure=None)` */
function function_new(vm: VM, _type: unknown, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [code, globals, name = None, defaults = None, closure = None] = namedArguments('function', parameters, 2, args, kwnames);
  if (!(code instanceof PyCode)) throw badArgument('function', "argument 'code'", 'code', code as PyValue);
  if (!(globals instanceof PyDict)) throw badArgument('function', "argument 'globals'", 'dict', globals as PyValue);
  if (name !== None && !isStr(name)) throw typeError('arg 3 (name) must be None or string');
  if (defaults !== None && !(defaults instanceof PyTuple)) throw typeError('arg 4 (defaults) must be None or tuple');
  const func = new PyFunction(code, globals, builtinsOf(vm, globals), checkClosure(code, closure));
  if (name !== None) func.name = name;
  if (defaults instanceof PyTuple) func.defaults = defaults;
  return func;
}

function checkClosure(code: PyCode, closure: PyValue): PyTuple | null {
  const free = code.code.co_freevars.length;
  if (!(closure instanceof PyTuple)) {
    if (free > 0 && closure === None) throw typeError('arg 5 (closure) must be tuple');
    if (closure !== None) throw typeError('arg 5 (closure) must be None or tuple');
    return null;
  }
  if (closure.items.length !== free) throw valueError(`${code.code.co_name} requires closure of length ${free}, not ${closure.items.length}`);
  for (const cell of closure.items) {
    if (!(cell instanceof PyCell)) throw typeError(`arg 5 (closure) expected cell, found ${typeOf(cell).tpName}`);
  }
  return free === 0 ? null : closure;
}

function function_descr_get(_vm: VM, self: PyFunction, obj: PyValue | undefined): PyValue {
  return obj === undefined || obj === None ? self : new PyMethod(self, obj);
}

function function_repr(vm: VM, self: PyFunction): PyValue {
  return strFromJS(`<function ${jsText(self.qualname)} at 0x${vm.idOf(self).toString(16)}>`);
}

function textAttribute(field: 'name' | 'qualname', shown: string): GetSetDef {
  return {
    get: (_vm: VM, self: PyFunction) => self[field],
    set(_vm: VM, self: PyFunction, value: PyValue | undefined) {
      if (value === undefined || !isStr(value)) throw typeError(`${shown} must be set to a string object`);
      self[field] = value;
    },
  };
}

function setCode(_vm: VM, self: PyFunction, value: PyValue | undefined): void {
  if (value === undefined || !(value instanceof PyCode)) throw typeError('__code__ must be set to a code object');
  const free = value.code.co_freevars.length;
  const has = self.closure === null ? 0 : self.closure.items.length;
  if (free !== has) throw valueError(`${jsText(self.name)}() requires a code object with ${has} free vars, not ${free}`);
  self.code = value;
}

function setDefaults(_vm: VM, self: PyFunction, value: PyValue | undefined): void {
  if (value !== undefined && value !== None && !(value instanceof PyTuple)) throw typeError('__defaults__ must be set to a tuple object');
  self.defaults = value instanceof PyTuple ? value : null;
}

function setKwdefaults(_vm: VM, self: PyFunction, value: PyValue | undefined): void {
  if (value !== undefined && value !== None && !(value instanceof PyDict)) throw typeError('__kwdefaults__ must be set to a dict object');
  self.kwdefaults = value instanceof PyDict ? value : null;
}

/** `__annotations__`: the compiler's tuple becomes a dict when first asked for. */
function getAnnotations(vm: VM, self: PyFunction): PyValue {
  if (self.annotations instanceof PyDict) return self.annotations;
  const dict = new PyDict();
  const items = self.annotations === null ? [] : self.annotations.items;
  for (let i = 0; i < items.length; i += 2) dict.set(vm, items[i], items[i + 1]);
  self.annotations = dict;
  return dict;
}

function setAnnotations(_vm: VM, self: PyFunction, value: PyValue | undefined): void {
  if (value !== undefined && value !== None && !(value instanceof PyDict)) throw typeError('__annotations__ must be set to a dict object');
  self.annotations = value instanceof PyDict ? value : null;
}

function getDoc(vm: VM, self: PyFunction): PyValue {
  if (self.doc !== undefined) return self.doc;
  const [first] = self.code.constants(vm);
  return first !== undefined && isStr(first) ? first : None;
}

fillType(functionType, {
  doc: 'Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables',
  textSignature: '(code, globals, name=None, argdefs=None, closure=None)',
  slots: {
    tp_new: function_new,
    tp_call: (vm: VM, self: PyFunction, args, kwnames) => pushCall(vm, self, args, kwnames),
    tp_descr_get: function_descr_get,
    tp_repr: function_repr,
  },
  getset: {
    __code__: audited('__code__', { get: (_vm: VM, self: PyFunction) => self.code, set: setCode }),
    __defaults__: audited('__defaults__', { get: (_vm: VM, self: PyFunction) => self.defaults ?? None, set: setDefaults }),
    __kwdefaults__: audited('__kwdefaults__', { get: (_vm: VM, self: PyFunction) => self.kwdefaults ?? None, set: setKwdefaults }),
    __annotations__: { get: getAnnotations, set: setAnnotations },
    __dict__: builtinDictAttribute,
    __name__: textAttribute('name', '__name__'),
    __qualname__: textAttribute('qualname', '__qualname__'),
    __type_params__: {
      get: (_vm: VM, self: PyFunction) => self.typeParams ?? emptyTuple,
      set(_vm: VM, self: PyFunction, value: PyValue | undefined) {
        if (!(value instanceof PyTuple)) throw typeError('__type_params__ must be set to a tuple');
        self.typeParams = value;
      },
    },
  },
  fields: {
    __closure__: { get: (_vm: VM, self: PyFunction) => self.closure ?? None },
    __doc__: {
      get: getDoc,
      set(_vm: VM, self: PyFunction, value: PyValue | undefined) {
        self.doc = value ?? None;
      },
    },
    __globals__: { get: (_vm: VM, self: PyFunction) => self.globals },
    __module__: {
      get: (_vm: VM, self: PyFunction) => self.module ?? None,
      set(_vm: VM, self: PyFunction, value: PyValue | undefined) {
        self.module = value ?? None;
      },
    },
    __builtins__: { get: (_vm: VM, self: PyFunction) => self.builtins },
  },
  hasDict: true,
  hasWeakref: true,
});
