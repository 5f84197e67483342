/*
 * What generators, coroutines and asynchronous generators have in common. A leaf module: the tables of those types read it while
 * they load.
 */
import type { PyObject, PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { GetSetDef } from '../core/native.ts';
import { typeError } from '../core/errors.ts';
import { isStr } from '../core/text.ts';
import { delegate } from '../interpreter/generators.ts';
import { frameObject } from './frame.ts';
import { GeneratorState } from './generator.ts';
import type { PyGenerator } from './generator.ts';
import { None } from './none.ts';
import { audit } from '../protocol/audit.ts';
import { coroutineType } from './generator.ts';

function nameAttribute(field: 'name' | 'qualname', shown: string, doc: string): GetSetDef {
  return {
    get: (_vm: VM, self: PyObject) => (self as PyGenerator)[field],
    set(_vm: VM, self: PyObject, value: PyValue | undefined) {
      if (value === undefined || !isStr(value)) throw typeError(`${shown} must be set to a string object`);
      (self as PyGenerator)[field] = value;
    },
    doc,
  };
}

/* The types of generators are in files that import each other, so what they share are functions: those exist before a module has run. */

/** `__name__` and `__qualname__` of a `generator`, `coroutine` or `async generator`. */
export function nameAttributes(kind: string): Record<string, GetSetDef> {
  return {
    __name__: nameAttribute('name', '__name__', `name of the ${kind}`),
    __qualname__: nameAttribute('qualname', '__qualname__', `qualified name of the ${kind}`),
  };
}

/** `gi`, `cr` or `ag`. */
function prefixOf(self: PyGenerator): string {
  return self.cls === coroutineType ? 'cr' : self.isAsync ? 'ag' : 'gi';
}

export function isRunning(_vm: VM, self: PyGenerator): PyValue {
  return self.state === GeneratorState.RUNNING;
}

export function isSuspended(_vm: VM, self: PyGenerator): PyValue {
  return self.isSuspended;
}

export function frameOf(vm: VM, self: PyGenerator): PyValue {
  audit(vm, 'object.__getattr__', self, `${prefixOf(self)}_frame`);
  return self.frame === null ? None : frameObject(self.frame);
}

export function delegateOf(_vm: VM, self: PyGenerator): PyValue {
  return delegate(self) ?? None;
}

export function codeOf(vm: VM, self: PyGenerator): PyValue {
  audit(vm, 'object.__getattr__', self, `${prefixOf(self)}_code`);
  return self.code;
}

/** Docstring of `throw`. */
export function throwDoc(kind: string, gives: string): string {
  return `throw(value)\nthrow(type[,value[,${kind === 'coroutine' ? 'traceback' : 'tb'}]])\n\nRaise exception in ${kind}, return next ${gives} value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.`;
}

/** Docstrings of `send` and `close` of what wraps an asynchronous generator. */
export const sendDoc = "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.";
export const closeDoc = 'close() -> raise GeneratorExit inside generator.';
