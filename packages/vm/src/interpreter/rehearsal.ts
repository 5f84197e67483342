import { codeFromJson } from '@py/code';
import { native } from '../core/native.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { rehearsal } from '../generated/rehearsal.ts';
import { PyBuiltinFunction } from '../objects/builtin_function.ts';
import { PyCode } from '../objects/code.ts';
import { PyDict } from '../objects/dict.ts';
import { None } from '../objects/none.ts';
import { runCode } from './run-code.ts';

/**
 * Shows V8 every case of the loop before the first program runs. V8 compiles a case only if it has seen it run, and throws the
 * whole optimised loop away when a program comes to another one: making it again takes some 100 ms, during which programs run at a
 * tenth of the speed. Having seen all, it makes one, beside the start of Python, and keeps it.
 *
 * The VM is new: nothing of Python has run yet. Nothing that the rehearsal leaves behind can be seen by programs, but an object of each
 * kind stays: V8 forgets a layout, and the code for it, when the last object that has it is gone.
 */
export function rehearse(vm: VM): void {
  const { ticks } = vm;
  const globals = new PyDict();
  globals.setStr('__name__', 'rehearsal');
  globals.setStr('sys', vm.modules.getStr('sys') as PyValue);
  globals.setStr('tick', new PyBuiltinFunction(tick, null));
  runCode(vm, new PyCode(codeFromJson(rehearsal)), globals);
  vm.state('rehearsal', () => globals); // Keeps what it holds alive.
  vm.subclassesOfBuiltins.clear();
  vm.ticks = ticks;
}

/** The loop calls the breaker at its next look. */
const tick = native('tick()', (vm: VM) => {
  vm.ticks = -1;
  return None;
});
