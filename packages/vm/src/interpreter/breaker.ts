import type { VM } from '../core/vm.ts';
import { OK } from './action.ts';
import type { Action } from './action.ts';
import type { Frame } from './frame.ts';

/** Instructions between two looks. */
const interval = 10_000;

/** `vm.ticks` ran out. */
export function breakLoop(vm: VM, frame: Frame): Action {
  if (vm.ticks < 0) vm.ticks = interval;
  frame.code.traceVersion = vm.traceVersion;
  return OK;
}
