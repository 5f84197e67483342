import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { TAIL } from '../core/value.ts';
import type { PyFunction } from '../objects/function.ts';
import { recursionError } from '../core/errors.ts';
import { bindArguments, bindPlanned } from './bind-arguments.ts';
import type { KeywordPlan } from './bind-arguments.ts';
import { Frame, calleeFrame, releaseFrame } from './frame.ts';

/** Starts a Python function on top of `vm.frame`: gives TAIL. Throws TypeError for wrong arguments, RecursionError. */
export function pushCall(vm: VM, func: PyFunction, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  const frame = newFrame(vm, func);
  const { stack } = frame;
  if (kwnames === null && args.length === func.code.exactArgs) {
    for (let i = 0; i < args.length; i++) stack[i] = args[i];
  } else bindArguments(vm, func, stack, args, kwnames);
  return push(vm, frame);
}

/** The same for a function that takes exactly the one argument, or the two, that are given. */
export function pushPlainCall(vm: VM, func: PyFunction, first: PyValue, second: PyValue | undefined): PyValue {
  const frame = newFrame(vm, func);
  frame.stack[0] = first;
  if (second !== undefined) frame.stack[1] = second;
  return push(vm, frame);
}

/** The same for a call with keywords that has a plan; its arguments begin at `first` of the caller's `stack`. */
export function pushPlannedCall(vm: VM, func: PyFunction, plan: KeywordPlan, stack: (PyValue | undefined)[], first: number): PyValue {
  const frame = newFrame(vm, func);
  bindPlanned(vm, func, frame.stack, plan, stack, first);
  return push(vm, frame);
}

function newFrame(vm: VM, func: PyFunction): Frame {
  const code = func.code.ready();
  return vm.frame === null ? new Frame(code, code.template.slice(), func.globals, func.builtins, null, func) : calleeFrame(vm.frame, func, code);
}

function push(vm: VM, frame: Frame): PyValue {
  if (frame.depth > vm.recursionLimit) {
    releaseFrame(frame);
    throw recursionError('maximum recursion depth exceeded');
  }
  vm.frame = frame;
  return TAIL;
}
