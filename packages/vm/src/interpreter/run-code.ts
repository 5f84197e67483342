import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { Continuation } from './frame.ts';
import { Frame } from './frame.ts';
import { pushFrame } from './control.ts';
import { continueWith } from '../protocol/call.ts';
import { PyDict } from '../objects/dict.ts';
import { PyFunction } from '../objects/function.ts';
import type { PyCode } from '../objects/code.ts';
import { PyModule } from '../objects/module.ts';
import { None } from '../objects/none.ts';
import type { PyTuple } from '../objects/tuple.ts';

/**
 * Starts code that is not a function's: a module, a class body, `exec`. Gives TAIL. `result` 'discard': the call gives None.
 */
export function pushCode(vm: VM, code: PyCode, globals: PyDict, locals: PyValue | null, closure: PyTuple | null, result: 'keep' | 'discard' = 'keep'): PyValue {
  const func = new PyFunction(code, globals, builtinsOf(vm, globals), closure);
  const pushed = pushFrame(vm, new Frame(code, code.template.slice(), globals, func.builtins, locals, func));
  return result === 'keep' ? pushed : continueWith(vm, pushed, new GiveNone());
}

/** The built-ins that code with these globals sees: `__builtins__`, a module or its dict, else the VM's. */
export function builtinsOf(vm: VM, globals: PyDict): PyDict {
  const value = globals.getStr('__builtins__');
  if (value instanceof PyModule) return value.dict;
  return value instanceof PyDict ? value : vm.builtins;
}

class GiveNone implements Continuation {
  next: Continuation | null = null;
  resumed(): PyValue {
    return None;
  }
}
