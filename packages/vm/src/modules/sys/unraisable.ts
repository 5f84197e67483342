import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { strFromJS } from '../../core/text.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { None } from '../../objects/none.ts';
import { newTuple } from '../../objects/tuple.ts';
import { call } from '../../protocol/call.ts';
import { writeUnraisable } from './display.ts';
import { unraisableHookArgsType } from './info.ts';
import { audit } from '../../protocol/audit.ts';
import { PyTraceback } from '../../objects/traceback.ts';

/**
 * Reports an exception that nobody can catch (a callback of the collector, `__del__`, an exit function) to `sys.unraisablehook`.
 * `where` follows "Exception ignored " (`in atexit callback`), null for none. Throws what is no Python exception.
 * CPython 3.12: Python/errors.c, _PyErr_WriteUnraisableMsg.
 */
export function reportUnraisable(vm: VM, error: unknown, where: string | null, object: PyValue): void {
  if (!(error instanceof PyBaseException)) throw error;
  const message = where === null ? None : strFromJS(`Exception ignored ${where}`);
  const unraisable = hookArguments(vm, error, message, object);
  const hook = vm.sysDict.getStr('unraisablehook');
  if (hook === undefined || hook === None) return writeUnraisable(vm, unraisable);
  try {
    audit(vm, 'sys.unraisablehook', hook, unraisable);
    call(vm, hook, [unraisable]);
  } catch (failure) {
    if (!(failure instanceof PyBaseException)) throw failure;
    writeUnraisable(vm, hookArguments(vm, failure, 'Exception ignored in sys.unraisablehook', hook));
  }
}

function hookArguments(vm: VM, error: PyBaseException, message: PyValue, object: PyValue): PyValue {
  const { frame } = vm;
  if (error.traceback === null && frame !== null) error.traceback = new PyTraceback(null, frame, frame.lasti);
  return call(vm, unraisableHookArgsType, [newTuple([error.cls, error, error.traceback ?? None, message, object])]);
}
