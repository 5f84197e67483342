import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import type { GetSetDef } from '../core/native.ts';
import { native } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { PyBaseException } from './exceptions.ts';
import * as types from './exception-types.ts';
import { addNoteValue } from './exception-notes.ts';
import { PyDict } from './dict.ts';
import { None } from './none.ts';
import { newTuple } from './tuple.ts';
import { PyTraceback } from './traceback.ts';
import { builtinDictAttribute } from './dict-attribute.ts';
import { genericGetAttr, attributeName, setAttr } from '../protocol/attribute.ts';
import { repr, reprText, str } from '../protocol/repr.ts';
import { toArray } from '../protocol/iterate.ts';

/* BaseException and the exception classes that add nothing to it (CPython 3.12: Objects/exceptions.c). */

/** `BaseException.__new__`. */
export function exception_new(_vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  return new PyBaseException(type, args.slice(0, args.length - (kwnames?.length ?? 0)));
}

/** `BaseException.__init__`: keeps `args`. */
export function exception_init(_vm: VM, self: PyBaseException, args: PyValue[], kwnames: readonly string[] | null): void {
  if (kwnames !== null && kwnames.length > 0) throw typeError(`${self.cls.tpName}() takes no keyword arguments`);
  self.args = args;
}

export function exception_str(vm: VM, self: PyBaseException): PyValue {
  if (self.args.length === 0) return '';
  return self.args.length === 1 ? str(vm, self.args[0]) : repr(vm, newTuple(self.args));
}

function exception_repr(vm: VM, self: PyBaseException): PyValue {
  const name = self.cls.name;
  if (self.args.length === 1) return strFromJS(`${name}(${reprText(vm, self.args[0])})`);
  return strFromJS(`${name}${reprText(vm, newTuple(self.args))}`);
}

function exception_reduce(_vm: VM, self: PyBaseException): PyValue {
  const args = newTuple(self.args);
  return self.dict ? newTuple([self.cls, args, self.dict]) : newTuple([self.cls, args]);
}

function exception_setstate(vm: VM, self: PyBaseException, state: PyValue): PyValue {
  if (state === None) return None;
  if (!(state instanceof PyDict)) throw typeError('state is not a dictionary');
  // A key's own code may change the dict meanwhile.
  const values = state.valueList();
  for (const [index, key] of state.keyList().entries()) setAttr(vm, self, attributeName(vm, key), values[index]);
  return None;
}

function with_traceback(_vm: VM, self: PyBaseException, tb: PyValue): PyValue {
  setTraceback(_vm, self, tb);
  return self;
}

function setTraceback(_vm: VM, self: PyBaseException, value: PyValue | undefined): void {
  if (value === undefined) throw typeError('__traceback__ may not be deleted');
  if (value !== None && !(value instanceof PyTraceback)) throw typeError('__traceback__ must be a traceback or None');
  self.traceback = value instanceof PyTraceback ? value : null;
}

function exceptionOrNull(value: PyValue | undefined, name: string, what: string): PyBaseException | null {
  if (value === undefined) throw typeError(`${name} may not be deleted`);
  if (value === None) return null;
  if (!(value instanceof PyBaseException)) throw typeError(`exception ${what} must be None or derive from BaseException`);
  return value;
}

const base: Record<string, GetSetDef> = {
  __dict__: builtinDictAttribute,
  args: {
    get: (_vm: VM, self: PyBaseException) => newTuple(self.args),
    set(vm: VM, self: PyBaseException, value: PyValue | undefined) {
      if (value === undefined) throw typeError('args may not be deleted');
      self.args = toArray(vm, value);
    },
  },
  __traceback__: { get: (_vm: VM, self: PyBaseException) => self.traceback ?? None, set: setTraceback },
  __context__: {
    get: (_vm: VM, self: PyBaseException) => self.context ?? None,
    set(_vm: VM, self: PyBaseException, value: PyValue | undefined) {
      self.context = exceptionOrNull(value, '__context__', 'context');
    },
    doc: 'exception context',
  },
  __cause__: {
    get: (_vm: VM, self: PyBaseException) => self.cause ?? None,
    set(_vm: VM, self: PyBaseException, value: PyValue | undefined) {
      self.cause = exceptionOrNull(value, '__cause__', 'cause');
      self.suppressContext = true;
    },
    doc: 'exception cause',
  },
};

fillType(types.BaseException, {
  basetype: true,
  hasDict: true,
  doc: 'Common base class for all exceptions',
  slots: { tp_getattro: genericGetAttr, tp_new: exception_new, tp_init: exception_init, tp_str: exception_str, tp_repr: exception_repr },
  methods: [
    native('__reduce__(self, /)', exception_reduce).unsigned(),
    native('__setstate__(self, state, /)', exception_setstate).unsigned(),
    native('with_traceback(self, tb, /)', with_traceback, 'Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self.').unsigned(),
    native('add_note(self, note, /)', (vm: VM, self: PyBaseException, note: PyValue) => addNoteValue(vm, self, note), 'Exception.add_note(note) --\n    add a note to the exception').unsigned(),
  ],
  getset: base,
  fields: {
    __suppress_context__: {
      get: (_vm: VM, self: PyBaseException) => self.suppressContext,
      set(_vm: VM, self: PyBaseException, value: PyValue | undefined) {
        if (typeof value !== 'boolean') throw typeError('attribute value type must be bool');
        self.suppressContext = value;
      },
    },
  },
});

/** Classes without fields of their own, with their docstrings. */
const plain: readonly (readonly [PyType, string])[] = [
  [types.Exception, 'Common base class for all non-exit exceptions.'],
  [types.GeneratorExit, 'Request that a generator exit.'],
  [types.KeyboardInterrupt, 'Program interrupted by user.'],
  [types.ArithmeticError, 'Base class for arithmetic errors.'],
  [types.FloatingPointError, 'Floating point operation failed.'],
  [types.OverflowError, 'Result too large to be represented.'],
  [types.ZeroDivisionError, 'Second argument to a division or modulo operation was zero.'],
  [types.AssertionError, 'Assertion failed.'],
  [types.BufferError, 'Buffer error.'],
  [types.EOFError, 'Read beyond end of file.'],
  [types.LookupError, 'Base class for lookup errors.'],
  [types.IndexError, 'Sequence index out of range.'],
  [types.MemoryError, 'Out of memory.'],
  [types.ReferenceError, 'Weak ref proxy used after referent went away.'],
  [types.RuntimeError, 'Unspecified run-time error.'],
  [types.NotImplementedError, "Method or function hasn't been implemented yet."],
  [types.RecursionError, 'Recursion limit exceeded.'],
  [types.StopAsyncIteration, 'Signal the end from iterator.__anext__().'],
  [types.SystemError, 'Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.'],
  [types.TypeError, 'Inappropriate argument type.'],
  [types.ValueError, 'Inappropriate argument value (of correct type).'],
  [types.UnicodeError, 'Unicode related error.'],
  [types.Warning, 'Base class for warning categories.'],
  [types.BytesWarning, 'Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.'],
  [types.DeprecationWarning, 'Base class for warnings about deprecated features.'],
  [types.EncodingWarning, 'Base class for warnings about encodings.'],
  [types.FutureWarning, 'Base class for warnings about constructs that will change semantically\nin the future.'],
  [types.ImportWarning, 'Base class for warnings about probable mistakes in module imports'],
  [types.PendingDeprecationWarning, 'Base class for warnings about features which will be deprecated\nin the future.'],
  [types.ResourceWarning, 'Base class for warnings about resource usage.'],
  [types.RuntimeWarning, 'Base class for warnings about dubious runtime behavior.'],
  [types.SyntaxWarning, 'Base class for warnings about dubious syntax.'],
  [types.UnicodeWarning, 'Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.'],
  [types.UserWarning, 'Base class for warnings generated by user code.'],
];
for (const [type, doc] of plain) fillType(type, { basetype: true, doc, ownLayout: false, slots: { tp_new: exception_new, tp_init: exception_init } });

/** An attribute kept in `fields`; None when absent (`missing` says what else). */
export function exceptionField(name: string, doc?: string): GetSetDef {
  return {
    get: (_vm: VM, self: PyBaseException) => self.fields?.[name] ?? None,
    set(_vm: VM, self: PyBaseException, value: PyValue | undefined) {
      (self.fields ??= {})[name] = value;
    },
    doc,
  };
}

/** `exceptionFields({ name: 'module name' })`: attributes with their docstrings. */
export function exceptionFields(docs: Readonly<Record<string, string>>): Record<string, GetSetDef> {
  return Object.fromEntries(Object.entries(docs).map(([name, doc]) => [name, exceptionField(name, doc)]));
}

/** Takes the given keywords off a call's arguments; any other keyword is an error. */
export function takeKeywords(type: PyType, allowed: readonly string[], args: PyValue[], kwnames: readonly string[] | null): { positional: PyValue[]; keywords: Record<string, PyValue | undefined> } {
  const names = kwnames ?? [];
  const positional = args.slice(0, args.length - names.length);
  const keywords: Record<string, PyValue | undefined> = {};
  if (names.length > allowed.length) throw typeError(`${type.name}() takes at most ${allowed.length} keyword argument${allowed.length === 1 ? '' : 's'} (${names.length} given)`);
  for (const [i, name] of names.entries()) {
    if (!allowed.includes(name)) throw typeError(`'${name}' is an invalid keyword argument for ${type.name}()`);
    keywords[name] = args[positional.length + i];
  }
  return { positional, keywords };
}

