import { LocalKind } from '@py/code';
import type { VM } from '../../core/vm.ts';
import { nameError, unboundLocalError } from '../../core/errors.ts';
import type { PyBaseException } from '../../objects/exceptions.ts';
import { PyCell } from '../../objects/cell.ts';
import type { PyTuple } from '../../objects/tuple.ts';
import { OK } from '../action.ts';
import type { Action } from '../action.ts';
import type { Frame } from '../frame.ts';
import { lookupInMapping } from './names.ts';
import { pop, push } from './stack.ts';

export function LOAD_FAST(_vm: VM, frame: Frame, arg: number): Action {
  return push(frame, frame.stack[arg]);
}

export function LOAD_FAST_CHECK(_vm: VM, frame: Frame, arg: number): Action {
  const value = frame.stack[arg];
  if (value === undefined) throw unboundLocal(frame, arg);
  return push(frame, value);
}

/** Pushes the variable (or NULL) and takes its value away: for comprehensions, which put it back. */
export function LOAD_FAST_AND_CLEAR(_vm: VM, frame: Frame, arg: number): Action {
  push(frame, frame.stack[arg]);
  frame.stack[arg] = undefined;
  return OK;
}

export function STORE_FAST(_vm: VM, frame: Frame, arg: number): Action {
  frame.stack[arg] = frame.stack[--frame.sp];
  return OK;
}

export function DELETE_FAST(_vm: VM, frame: Frame, arg: number): Action {
  if (frame.stack[arg] === undefined) throw unboundLocal(frame, arg);
  frame.stack[arg] = undefined;
  return OK;
}

function unboundLocal(frame: Frame, index: number): PyBaseException {
  return unboundLocalError(`cannot access local variable '${frame.code.code.co_localsplusnames[index]}' where it is not associated with a value`);
}

/** The variable becomes a cell that holds its value (an argument), if it has one. */
export function MAKE_CELL(_vm: VM, frame: Frame, arg: number): Action {
  frame.stack[arg] = new PyCell(frame.stack[arg]);
  return OK;
}

/** Puts the function's closure into the last `arg` variables. */
export function COPY_FREE_VARS(_vm: VM, frame: Frame, arg: number): Action {
  const cells = (frame.func?.closure as PyTuple).items;
  const first = frame.code.stackBase - arg;
  for (let i = 0; i < arg; i++) frame.stack[first + i] = cells[i];
  return OK;
}

export function LOAD_CLOSURE(_vm: VM, frame: Frame, arg: number): Action {
  return push(frame, frame.stack[arg]);
}

export function LOAD_DEREF(_vm: VM, frame: Frame, arg: number): Action {
  const { value } = frame.stack[arg] as PyCell;
  if (value === undefined) throw unboundCell(frame, arg);
  return push(frame, value);
}

/** In a class body: the class's own name first, then the cell. */
export function LOAD_FROM_DICT_OR_DEREF(vm: VM, frame: Frame, arg: number): Action {
  const mapping = pop(frame);
  const name = frame.code.code.co_localsplusnames[arg];
  const own = lookupInMapping(vm, mapping, name);
  if (own !== undefined) return push(frame, own);
  return LOAD_DEREF(vm, frame, arg);
}

export function STORE_DEREF(_vm: VM, frame: Frame, arg: number): Action {
  (frame.stack[arg] as PyCell).value = pop(frame);
  return OK;
}

export function DELETE_DEREF(_vm: VM, frame: Frame, arg: number): Action {
  const cell = frame.stack[arg] as PyCell;
  if (cell.value === undefined) throw unboundCell(frame, arg);
  cell.value = undefined;
  return OK;
}

/** A cell of the function's own is a local variable to the reader, a free one is not (CPython: format_exc_unbound). */
function unboundCell(frame: Frame, index: number): PyBaseException {
  const { code: source } = frame.code;
  const name = source.co_localsplusnames[index];
  if ((source.co_localspluskinds[index] & LocalKind.FREE) === 0) return unboundLocal(frame, index);
  return nameError(`cannot access free variable '${name}' where it is not associated with a value in enclosing scope`, name);
}
