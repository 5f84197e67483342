import { callMethod, getAttr, isTrue, None, PyBaseException, reportUnraisable, setAttr } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/**
 * `_IOBase.__del__`: closes what was left open. What goes wrong then is told in development mode only (an object whose `__init__` failed
 * may be half made). CPython 3.12: Modules/_io/iobase.c, iobase_finalize.
 */
export function iobase_finalize(vm: VM, self: PyValue): PyValue {
  try {
    if (isTrue(vm, getAttr(vm, self, 'closed'))) return None;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    return None;
  }
  try {
    setAttr(vm, self, '_finalizing', true);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error; // A class of the program's need not let it.
  }
  try {
    callMethod(vm, self, 'close');
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    if (isTrue(vm, getAttr(vm, vm.sysDict.getStr('flags') as PyValue, 'dev_mode'))) reportUnraisable(vm, error, null, self);
  }
  return None;
}

/** Tells what is below a stream that dies unclosed, which warns if it has a descriptor to close. */
export function warnThrough(vm: VM, below: PyValue, stream: PyValue): void {
  try {
    callMethod(vm, below, '_dealloc_warn', [stream]);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error; // It need not have such a method.
  }
}
