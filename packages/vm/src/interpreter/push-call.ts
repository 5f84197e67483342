import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { TAIL } from '../core/value.ts';
import type { PyFunction } from '../objects/function.ts';
import { recursionError } from '../core/errors.ts';
import { bindArguments } from './bind-arguments.ts';
import { Frame } from './frame.ts';

/** Starts a Python function on top of `vm.frame`: gives TAIL. Throws TypeError for wrong arguments, RecursionError. */
export function pushCall(vm: VM, func: PyFunction, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  const { code } = func;
  const locals: (PyValue | undefined)[] = code.template.slice();
  if (kwnames === null && args.length === code.exactArgs) {
    for (let i = 0; i < args.length; i++) locals[i] = args[i];
  } else bindArguments(vm, func, locals, args, kwnames);
  const back = vm.frame;
  if (back !== null && back.depth >= vm.recursionLimit) throw recursionError('maximum recursion depth exceeded');
  vm.frame = new Frame(code, locals, func.globals, func.builtins, null, func, back);
  return TAIL;
}
