import {
  defineModule, defineType, equals, exceptionTypes, GenericAlias, isStr, keyError, native, nativeRaw, newException, newTuple, None, NotImplemented, Py_EQ, Py_NE, PyObject, PyTuple, reprText, runtimeError, strFromJS, tailCall, typeError, valueError,
} from '@py/vm/native';
import type { CompareOp, Continuation, NativeModule, PyBaseException, PyType, PyValue, VM } from '@py/vm/native';
import { Hamt } from './hamt.ts';

/* `_contextvars` (CPython 3.12: Python/context.c). */

class ContextVar extends PyObject {
  readonly name: PyValue;
  readonly fallback: PyValue | undefined;
  constructor(name: PyValue, fallback: PyValue | undefined) {
    super(contextVarType);
    this.name = name;
    this.fallback = fallback;
  }
}

class Context extends PyObject {
  /** Never changed: a new value makes another mapping, so that copies may share it. */
  values = new Hamt();
  /** The context that was current when this one was entered, while it is. */
  previous: Context | null = null;
  entered = false;
  constructor() {
    super(contextType);
  }
}

class Token extends PyObject {
  readonly context: Context;
  readonly variable: ContextVar;
  /** undefined: the variable had no value. */
  readonly old: PyValue | undefined;
  used = false;
  constructor(context: Context, variable: ContextVar, old: PyValue | undefined) {
    super(tokenType);
    this.context = context;
    this.variable = variable;
    this.old = old;
  }
}

/** The contexts of all threads, by `threading.get_ident()`. */
const contexts = (vm: VM): Map<number, Context> => vm.state('_contextvars', () => new Map<number, Context>());

function currentContext(vm: VM): Context {
  const all = contexts(vm);
  let context = all.get(vm.threadIdent);
  if (context === undefined) {
    context = new Context();
    all.set(vm.threadIdent, context);
  }
  return context;
}

/** `copy_context()` */
export function copyCurrentContext(vm: VM): PyObject {
  return copyOf(currentContext(vm));
}

/** A context variable of another native module, without a value. */
export function newContextVar(name: string): PyObject {
  return new ContextVar(name, undefined);
}

/** The value of a variable of {@link newContextVar} in the current context, or undefined. */
export function variableValue(vm: VM, variable: PyObject): PyValue | undefined {
  return currentContext(vm).values.get(vm, variable);
}

/** Sets a variable of {@link newContextVar} in the current context. */
export function setVariable(vm: VM, variable: PyObject, value: PyValue): void {
  setValue(vm, currentContext(vm), variable as ContextVar, value);
}

function enter(vm: VM, context: Context): void {
  if (context.entered) throw runtimeError(`cannot enter context: ${reprText(vm, context)} is already entered`);
  context.previous = currentContext(vm);
  context.entered = true;
  contexts(vm).set(vm.threadIdent, context);
}

function leave(vm: VM, context: Context): void {
  contexts(vm).set(vm.threadIdent, context.previous as Context); // enter() has set it.
  context.previous = null;
  context.entered = false;
}

/** Leaves the context when the function that `Context.run` called is done. */
class LeaveContext implements Continuation {
  next: Continuation | null = null;
  private readonly context: Context;
  constructor(context: Context) {
    this.context = context;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    leave(vm, this.context);
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    leave(vm, this.context);
    return vm.raise(exception);
  }
}

function run(vm: VM, self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (args.length - (kwnames?.length ?? 0) < 1) throw typeError('run() missing 1 required positional argument');
  const context = self as Context; // The descriptor has checked it.
  enter(vm, context);
  try {
    return tailCall(vm, args[0], args.slice(1), kwnames, new LeaveContext(context));
  } catch (error) {
    // The call did not even begin, or a native raised.
    if (context.entered) leave(vm, context);
    throw error;
  }
}

function checkKey(vm: VM, key: PyValue): ContextVar {
  if (!(key instanceof ContextVar)) throw typeError(`a ContextVar key was expected, got ${reprText(vm, key)}`);
  return key;
}

function copyOf(context: Context): Context {
  const copy = new Context();
  copy.values = context.values;
  return copy;
}

function setValue(vm: VM, context: Context, variable: ContextVar, value: PyValue | undefined): void {
  const { values } = context;
  context.values = value === undefined ? values.delete(vm, variable) : values.set(vm, variable, value);
}

function sameValues(vm: VM, a: Context, b: Context): boolean {
  if (a.values.size !== b.values.size) return false;
  for (const [variable, value] of a.values.entries()) {
    const other = b.values.get(vm, variable);
    if (other === undefined || !equals(vm, value, other)) return false;
  }
  return true;
}

class ContextIterator extends PyObject {
  readonly items: readonly PyValue[];
  index = 0;
  constructor(type: PyType, items: readonly PyValue[]) {
    super(type);
    this.items = items;
  }
}
function iteratorType(name: string): PyType {
  return defineType(name, {
    slots: {
      tp_iter: (_vm: VM, self: PyValue) => self,
      tp_iternext(_vm: VM, self: PyValue) {
        const iterator = self as ContextIterator;
        return iterator.index < iterator.items.length ? iterator.items[iterator.index++] : undefined;
      },
    },
  });
}
const keysType = iteratorType('keys');
const valuesType = iteratorType('values');
const itemsType = iteratorType('items');

const contextType: PyType = defineType('Context', {
  module: '_contextvars',
  hasWeakref: true,
  slots: {
    tp_new(_vm, _type, args) {
      if (args.length > 0) throw typeError('Context() does not accept any arguments');
      return new Context();
    },
    tp_hash: null,
    tp_richcompare(vm: VM, self: PyValue, other: PyValue, op: CompareOp) {
      if (!(self instanceof Context) || !(other instanceof Context) || (op !== Py_EQ && op !== Py_NE)) return NotImplemented;
      return sameValues(vm, self, other) === (op === Py_EQ);
    },
    tp_iter: (_vm: VM, self: PyValue) => new ContextIterator(keysType, (self as Context).values.entries().map(([variable]) => variable)),
    mp_length: (_vm: VM, self: PyValue) => (self as Context).values.size,
    mp_subscript(vm: VM, self: PyValue, key: PyValue) {
      const value = (self as Context).values.get(vm, checkKey(vm, key));
      if (value === undefined) throw keyError(key);
      return value;
    },
    sq_contains: (vm: VM, self: PyValue, key: PyValue) => (self as Context).values.get(vm, checkKey(vm, key)) !== undefined,
  },
  methods: [
    nativeRaw('run(self, callable, /, *args, **kwargs)', run),
    native('copy(self, /)', (_vm: VM, self: Context) => copyOf(self), 'Return a shallow copy of the context object.'),
    native('get(self, key, default=None, /)', (vm: VM, self: Context, key: PyValue, fallback: PyValue | undefined) => self.values.get(vm, checkKey(vm, key)) ?? fallback ?? None, 'Return the value for `key` if `key` has the value in the context object.\n\nIf `key` does not exist, return `default`. If `default` is not given,\nreturn None.'),
    native('items(self, /)', (_vm: VM, self: Context) => new ContextIterator(itemsType, self.values.entries().map((pair) => newTuple([...pair]))), 'Return all variables and their values in the context object.\n\nThe result is returned as a list of 2-tuples (variable, value).'),
    native('keys(self, /)', (_vm: VM, self: Context) => new ContextIterator(keysType, self.values.entries().map(([variable]) => variable)), 'Return a list of all variables in the context object.'),
    native('values(self, /)', (_vm: VM, self: Context) => new ContextIterator(valuesType, self.values.entries().map(([, value]) => value)), "Return a list of all variables' values in the context object."),
  ],
});

const classGetItem = native('__class_getitem__(cls, item, /)', (_vm: VM, cls: PyType, item: PyValue) => new GenericAlias(cls, item instanceof PyTuple ? item : newTuple([item])), 'See PEP 585');
const address = (vm: VM, object: PyObject): string => `0x${vm.idOf(object).toString(16)}`;

const contextVarType: PyType = defineType('ContextVar', {
  module: '_contextvars',
  slots: {
    tp_new(_vm, _type, args, kwnames) {
      const names = kwnames ?? [];
      const positional = args.length - names.length;
      if (args.length > 2) throw typeError(`ContextVar() takes at most 2 arguments (${args.length} given)`);
      if (positional !== 1) throw typeError(`ContextVar() takes ${positional < 1 ? 'exactly' : 'at most'} 1 positional argument (${positional} given)`);
      if (names.length > 0 && names[0] !== 'default') throw typeError(`'${names[0]}' is an invalid keyword argument for ContextVar()`);
      if (!isStr(args[0])) throw typeError('context variable name must be a str');
      return new ContextVar(args[0], args[1]);
    },
    tp_repr(vm: VM, self: PyObject) {
      const { name, fallback } = self as ContextVar;
      const shown = fallback === undefined ? '' : ` default=${reprText(vm, fallback)}`;
      return strFromJS(`<ContextVar name=${reprText(vm, name)}${shown} at ${address(vm, self)}>`);
    },
  },
  methods: [
    native('get(self, default=None, /)', (vm: VM, self: ContextVar, fallback: PyValue | undefined) => {
      const value = currentContext(vm).values.get(vm, self) ?? fallback ?? self.fallback;
      if (value === undefined) throw newException(exceptionTypes.LookupError, self);
      return value;
    }, 'Return a value for the context variable for the current context.\n\nIf there is no value for the variable in the current context, the method will:\n * return the value of the default argument of the method, if provided; or\n * return the default value for the context variable, if it was created\n   with one; or\n * raise a LookupError.'),
    native('set(self, value, /)', (vm: VM, self: ContextVar, value: PyValue) => {
      const context = currentContext(vm);
      const token = new Token(context, self, context.values.get(vm, self));
      setValue(vm, context, self, value);
      return token;
    }, "Call to set a new value for the context variable in the current context.\n\nThe required *value* argument is the new value for the context variable.\n\nReturns a Token object that can be used to restore the variable to its previous\nvalue via the `ContextVar.reset()` method."),
    native('reset(self, token, /)', (vm: VM, self: ContextVar, token: PyValue) => {
      if (!(token instanceof Token)) throw typeError(`expected an instance of Token, got ${reprText(vm, token)}`);
      if (token.used) throw runtimeError(`${reprText(vm, token)} has already been used once`);
      if (token.variable !== self) throw valueError(`${reprText(vm, token)} was created by a different ContextVar`);
      const context = currentContext(vm);
      if (token.context !== context) throw valueError(`${reprText(vm, token)} was created in a different Context`);
      token.used = true;
      setValue(vm, context, self, token.old);
      return None;
    }, 'Reset the context variable.\n\nThe variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used.'),
  ],
  classMethods: [classGetItem],
  fields: { name: { get: (_vm, self) => (self as ContextVar).name } },
});

const missingType: PyType = defineType('Token.MISSING', { slots: { tp_repr: () => '<Token.MISSING>' } });
const missing = new PyObject(missingType);

const tokenType: PyType = defineType('Token', {
  module: '_contextvars',
  slots: {
    tp_new() {
      throw runtimeError('Tokens can only be created by ContextVars');
    },
    tp_hash: null,
    tp_repr(vm: VM, self: PyObject) {
      const token = self as Token;
      return strFromJS(`<Token${token.used ? ' used' : ''} var=${reprText(vm, token.variable)} at ${address(vm, self)}>`);
    },
  },
  classMethods: [classGetItem],
  getset: {
    var: { get: (_vm, self) => (self as Token).variable },
    old_value: { get: (_vm, self) => (self as Token).old ?? missing },
  },
  members: { MISSING: missing },
});

/** Python's module `_contextvars`. CPython 3.12: Modules/_contextvarsmodule.c. */
export const _contextvars: NativeModule = defineModule(
  '_contextvars',
  {
    Context: contextType,
    ContextVar: contextVarType,
    Token: tokenType,
    copy_context: native('copy_context()', (vm: VM) => copyOf(currentContext(vm))),
  },
  { doc: 'Context Variables' },
);
