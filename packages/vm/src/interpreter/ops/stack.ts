import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { AssertionError } from '../../objects/exception-types.ts';
import { OK } from '../action.ts';
import type { Action } from '../action.ts';
import type { Frame } from '../frame.ts';

export function NOP(): Action {
  return OK;
}

export function POP_TOP(_vm: VM, frame: Frame): Action {
  frame.sp--;
  return OK;
}

export function PUSH_NULL(_vm: VM, frame: Frame): Action {
  frame.stack[frame.sp++] = undefined;
  return OK;
}

/** Exchange the top and the value `arg` from the top. */
export function SWAP(_vm: VM, frame: Frame, arg: number): Action {
  const { stack, sp } = frame;
  const other = stack[sp - arg];
  stack[sp - arg] = stack[sp - 1];
  stack[sp - 1] = other;
  return OK;
}

/** Push again the value `arg` from the top. */
export function COPY(_vm: VM, frame: Frame, arg: number): Action {
  frame.stack[frame.sp] = frame.stack[frame.sp - arg];
  frame.sp++;
  return OK;
}

export function LOAD_CONST(_vm: VM, frame: Frame, arg: number): Action {
  frame.stack[frame.sp++] = frame.code.consts[arg];
  return OK;
}

export function LOAD_ASSERTION_ERROR(_vm: VM, frame: Frame): Action {
  frame.stack[frame.sp++] = AssertionError;
  return OK;
}

/** The value on top of the stack, taken off. */
export function pop(frame: Frame): PyValue {
  return frame.stack[--frame.sp] as PyValue;
}

/** Several values off the top of the stack, the lowest first. */
export function popMany(frame: Frame, count: number): PyValue[] {
  frame.sp -= count;
  return frame.stack.slice(frame.sp, frame.sp + count) as PyValue[];
}

export function push(frame: Frame, value: PyValue | undefined): Action {
  frame.stack[frame.sp++] = value;
  return OK;
}
