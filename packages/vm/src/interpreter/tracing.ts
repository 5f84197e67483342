import type { VM } from '../core/vm.ts';
import type { NativeDef } from '../core/native.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import type { Action } from './action.ts';
import type { Frame } from './frame.ts';
import { handlers } from './ops/table.ts';

/** Executes one instruction of traced code, reporting what happens. */
export function traceInstruction(vm: VM, frame: Frame): Action {
  const word = frame.code.plain[frame.lasti];
  return handlers[word & 0xff](vm, frame, word >>> 8);
}

export function tracedRaise(_vm: VM, _frame: Frame, _exception: PyBaseException): void {}

export function tracedUnwind(_vm: VM, _frame: Frame, _exception: PyBaseException): void {}

export function prepareTracing(vm: VM, frame: Frame): boolean {
  frame.code.traceVersion = vm.traceVersion;
  return false;
}
export const sysTracing: readonly NativeDef[] = [];
