import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { type PyType, dictType, listType, tupleType, typeOf } from '../../core/type.ts';
import { PyDict } from '../../objects/dict.ts';
import { PyFunction } from '../../objects/function.ts';
import { PyList } from '../../objects/list.ts';
import { None } from '../../objects/none.ts';
import { PySlice } from '../../objects/slice.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { getItem, setItem } from '../../protocol/subscript.ts';
import { keyError } from '../../core/errors.ts';
import { OK, RAISE } from '../action.ts';
import type { Action } from '../action.ts';
import { settle, settleDiscarding } from '../control.ts';
import type { Frame } from '../frame.ts';
import { adapt, generalize, specialize } from '../specialize.ts';
import { startSpecial } from './operators.ts';
import { pop, push } from './stack.ts';

export function BINARY_SUBSCR(vm: VM, frame: Frame): Action {
  const key = pop(frame);
  const container = pop(frame);
  adaptSubscript(frame, container, key);
  if (container instanceof PyDict && container.cls === dictType) {
    const found = container.get(vm, key);
    if (found !== undefined) return push(frame, found);
    vm.raised = keyError(key);
    return RAISE;
  }
  if (container instanceof PyList && container.cls === listType && typeof key === 'number') {
    const item = container.items[key < 0 ? key + container.items.length : key];
    if (item !== undefined) return push(frame, item);
  }
  return settle(vm, frame, startSpecial(vm, container, 'mp_subscript', '__getitem__', [key]) ?? getItem(vm, container, key));
}

function adaptSubscript(frame: Frame, container: PyValue, key: PyValue): void {
  const site = adapt(frame);
  if (site === null) return;
  if (container instanceof PyList && container.cls === listType && typeof key === 'number' && key >= 0) specialize(frame, site, 21);
  else if (container instanceof PyTuple && container.cls === tupleType && typeof key === 'number' && key >= 0) specialize(frame, site, 22);
  else if (container instanceof PyDict && container.cls === dictType) specialize(frame, site, 19);
  else if (hasPlainGetItem(typeOf(container))) specialize(frame, site, 20);
  else generalize(frame, site);
}

/** A class whose `__getitem__` is a function of two parameters: its own form in CPython; here the handler starts such calls anyway. */
function hasPlainGetItem(type: PyType): boolean {
  if (!type.isHeapType) return false;
  const method = type.lookup('__getitem__');
  return method instanceof PyFunction && method.code.exactArgs === 2;
}

export function STORE_SUBSCR(vm: VM, frame: Frame): Action {
  const key = pop(frame);
  const container = pop(frame);
  const value = pop(frame);
  const site = adapt(frame);
  if (site !== null) {
    if (container instanceof PyList && container.cls === listType && typeof key === 'number' && key >= 0) specialize(frame, site, 160);
    else if (container instanceof PyDict && container.cls === dictType) specialize(frame, site, 159);
    else generalize(frame, site);
  }
  if (container instanceof PyDict && container.cls === dictType) {
    container.set(vm, key, value);
    return OK;
  }
  return storeItem(vm, container, key, value);
}

export function DELETE_SUBSCR(vm: VM, frame: Frame): Action {
  const key = pop(frame);
  const container = pop(frame);
  const started = startSpecial(vm, container, 'mp_ass_subscript', '__delitem__', [key]);
  if (started !== undefined) return settleDiscarding(vm, started);
  setItem(vm, container, key, undefined);
  return OK;
}

function storeItem(vm: VM, container: PyValue, key: PyValue, value: PyValue): Action {
  const started = startSpecial(vm, container, 'mp_ass_subscript', '__setitem__', [key, value]);
  if (started !== undefined) return settleDiscarding(vm, started);
  setItem(vm, container, key, value);
  return OK;
}

export function BINARY_SLICE(vm: VM, frame: Frame): Action {
  const stop = pop(frame);
  const start = pop(frame);
  const container = pop(frame);
  const slice = new PySlice(start, stop, None);
  return settle(vm, frame, startSpecial(vm, container, 'mp_subscript', '__getitem__', [slice]) ?? getItem(vm, container, slice));
}

export function STORE_SLICE(vm: VM, frame: Frame): Action {
  const stop = pop(frame);
  const start = pop(frame);
  const container = pop(frame);
  return storeItem(vm, container, new PySlice(start, stop, None), pop(frame));
}

/** `slice(start, stop[, step])` for a subscript. */
export function BUILD_SLICE(_vm: VM, frame: Frame, arg: number): Action {
  const step = arg === 3 ? pop(frame) : None;
  const stop = pop(frame);
  return push(frame, new PySlice(pop(frame), stop, step));
}
