import type { VM } from '../../core/vm.ts';
import { None } from '../../objects/none.ts';
import { BREAK, OK } from '../action.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Frame } from '../frame.ts';
import { startTruth } from '../truth.ts';
import { pop } from './stack.ts';

/* Arguments are absolute: code units, see interpreter/decode.ts. */

export function JUMP_FORWARD(_vm: VM, frame: Frame, arg: number): Action {
  frame.pc = arg;
  return OK;
}

export function JUMP_BACKWARD(vm: VM, frame: Frame, arg: number): Action {
  vm.ticks -= frame.pc - arg;
  frame.pc = arg;
  return vm.ticks < 0 ? BREAK : OK;
}

export function POP_JUMP_IF_FALSE(vm: VM, frame: Frame, arg: number): Action {
  return jumpIf(vm, frame, arg, false);
}

export function POP_JUMP_IF_TRUE(vm: VM, frame: Frame, arg: number): Action {
  return jumpIf(vm, frame, arg, true);
}

/** When the truth needs a call of Python code, its result is pushed and the instruction executed again. */
function jumpIf(vm: VM, frame: Frame, target: number, wanted: boolean): Action {
  const truth = startTruth(vm, pop(frame));
  if (typeof truth === 'boolean') {
    if (truth === wanted) frame.pc = target;
    return OK;
  }
  frame.pc = frame.lasti;
  return settle(vm, frame, truth);
}

export function POP_JUMP_IF_NONE(_vm: VM, frame: Frame, arg: number): Action {
  if (pop(frame) === None) frame.pc = arg;
  return OK;
}

export function POP_JUMP_IF_NOT_NONE(_vm: VM, frame: Frame, arg: number): Action {
  if (pop(frame) !== None) frame.pc = arg;
  return OK;
}
