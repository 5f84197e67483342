import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { TAIL } from '../core/value.ts';
import { recursionError } from '../core/errors.ts';
import type { PyCode } from '../objects/code.ts';
import { type PyDict } from '../objects/dict.ts';
import { PyFunction } from '../objects/function.ts';
import { PyModule } from '../objects/module.ts';
import { None } from '../objects/none.ts';
import type { PyTuple } from '../objects/tuple.ts';
import { runWithin } from './run.ts';
import { Frame, addContinuation } from './frame.ts';
import type { Continuation } from './frame.ts';

/**
 * Starts a code object with these namespaces (`exec`, `eval`, a module's code) on top of `vm.frame`: gives TAIL. `discard`: the
 * result is None whatever the code returns.
 */
export function pushCode(vm: VM, code: PyCode, globals: PyDict, locals: PyValue | null, closure: PyTuple | null, mode: 'value' | 'discard' = 'value'): PyValue {
  const back = vm.frame;
  if (back !== null && back.depth >= vm.recursionLimit) throw recursionError('maximum recursion depth exceeded');
  const builtins = builtinsOf(vm, globals);
  const func = closure === null ? null : new PyFunction(code, globals, builtins, closure);
  vm.frame = new Frame(code.ready(), code.template.slice(), globals, builtins, code.optimized ? null : locals, func, back);
  if (mode === 'discard') addContinuation(vm.frame, new GiveNone());
  return TAIL;
}

/** Runs a code object in a namespace to its end, without limits. For hosts and start-up; natives call `pushCode`. */
export function runCode(vm: VM, code: PyCode, globals: PyDict, locals: PyValue = globals): PyValue {
  return runWithin(vm, () => pushCode(vm, code, globals, locals, null));
}

class GiveNone implements Continuation {
  next: Continuation | null = null;
  resumed(): PyValue {
    return None;
  }
}

/**
 * The builtins that code with these globals uses: its `__builtins__` (a module or its dict), else the VM's. Anything else is found
 * out to be no mapping when a name is looked up in it.
 */
export function builtinsOf(vm: VM, globals: PyDict): PyDict {
  const own = globals.getStr('__builtins__');
  if (own instanceof PyModule) return own.dict;
  return (own as PyDict | undefined) ?? vm.frame?.builtins ?? vm.builtins;
}
