import { nativeRaw, typeError } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { tupleArguments } from './arguments.ts';

/**
 * A function that takes its arguments as a tuple (CPython: METH_VARARGS with PyArg_ParseTuple), with that function's messages when there are too
 * few or too many. It takes no keywords and has no `__text_signature__`; the body gets undefined for what was not given. Methods have `self` first.
 */
export function varargs(text: string, min: number, max: number, body: (vm: VM, ...args: (PyValue | undefined)[]) => PyValue, doc: string | null = null): NativeDef {
  const name = text.slice(0, text.indexOf('('));
  const method = text.startsWith('(self', name.length);
  return nativeRaw(text, (vm, self, args, kwnames) => {
    if (kwnames !== null && kwnames.length > 0) throw typeError(`${name}() takes no keyword arguments`);
    tupleArguments(name, '', args, null, min, max);
    return method ? body(vm, self ?? undefined, ...args) : body(vm, ...args);
  }, doc).unsigned();
}
