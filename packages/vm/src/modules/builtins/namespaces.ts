import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { systemError } from '../../core/errors.ts';
import type { PyDict } from '../../objects/dict.ts';
import { visibleLocals } from '../../objects/frame.ts';

/** Globals of the running Python code. */
export function globalsOf(vm: VM): PyDict {
  if (vm.frame === null) throw systemError('frame does not exist');
  return vm.frame.globals;
}

/** What `locals()` gives in the running Python code. */
export function localsOf(vm: VM): PyValue {
  if (vm.frame === null) throw systemError('frame does not exist');
  return visibleLocals(vm, vm.frame);
}
