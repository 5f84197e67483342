import { newItems } from '../../core/items.ts';
import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { listType, tupleType, typeOf } from '../../core/type.ts';
import { strText } from '../../protocol/repr.ts';
import { typeError } from '../../core/errors.ts';
import { AttributeError } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyDict } from '../../objects/dict.ts';
import { PyList } from '../../objects/list.ts';
import { PySet } from '../../objects/set.ts';
import { type PyTuple, newTuple } from '../../objects/tuple.ts';
import { forEach, toArray } from '../../protocol/iterate.ts';
import { updateDict } from '../mappings.ts';
import { functionText } from '../function-text.ts';
import { joinStrings } from '../strings.ts';
import { OK } from '../action.ts';
import type { Action } from '../action.ts';
import type { Frame } from '../frame.ts';
import { pop, popMany, push } from './stack.ts';
import { call } from '../../protocol/call.ts';
import { getAttr } from '../../protocol/attribute.ts';
import { getItem } from '../../protocol/subscript.ts';

export function BUILD_TUPLE(_vm: VM, frame: Frame, arg: number): Action {
  return push(frame, newTuple(popMany(frame, arg)));
}

export function BUILD_LIST(_vm: VM, frame: Frame, arg: number): Action {
  return push(frame, new PyList(arg === 0 ? newItems() : popMany(frame, arg)));
}

export function BUILD_SET(vm: VM, frame: Frame, arg: number): Action {
  const set = new PySet();
  for (const item of popMany(frame, arg)) set.table.add(vm, item);
  return push(frame, set);
}

export function BUILD_MAP(vm: VM, frame: Frame, arg: number): Action {
  const dict = new PyDict();
  const items = popMany(frame, 2 * arg);
  dict.reserve(arg);
  for (let i = 0; i < items.length; i += 2) dict.set(vm, items[i], items[i + 1]);
  return push(frame, dict);
}

export function BUILD_CONST_KEY_MAP(vm: VM, frame: Frame, arg: number): Action {
  const keys = (pop(frame) as PyTuple).items;
  const values = popMany(frame, arg);
  const dict = new PyDict();
  dict.reserve(arg);
  for (let i = 0; i < arg; i++) dict.set(vm, keys[i], values[i]);
  return push(frame, dict);
}

export function BUILD_STRING(_vm: VM, frame: Frame, arg: number): Action {
  return push(frame, joinStrings(popMany(frame, arg)));
}

export function LIST_APPEND(_vm: VM, frame: Frame, arg: number): Action {
  const item = pop(frame);
  (frame.stack[frame.sp - arg] as PyList).items.push(item);
  return OK;
}

export function SET_ADD(vm: VM, frame: Frame, arg: number): Action {
  const item = pop(frame);
  (frame.stack[frame.sp - arg] as PySet).table.add(vm, item);
  return OK;
}

export function MAP_ADD(vm: VM, frame: Frame, arg: number): Action {
  const value = pop(frame);
  const key = pop(frame);
  (frame.stack[frame.sp - arg] as PyDict).set(vm, key, value);
  return OK;
}

/** `[*iterable]` */
export function LIST_EXTEND(vm: VM, frame: Frame, arg: number): Action {
  const iterable = pop(frame);
  const type = typeOf(iterable);
  if (type.tp_iter === undefined && type.sq_item === undefined) throw typeError(`Value after * must be an iterable, not ${type.tpName}`);
  const { items } = frame.stack[frame.sp - arg] as PyList;
  if (type === listType || type === tupleType) {
    const source = (iterable as PyList | PyTuple).items;
    for (let i = 0; i < source.length; i++) items.push(source[i]);
  } else for (const item of toArray(vm, iterable)) items.push(item);
  return OK;
}

export function SET_UPDATE(vm: VM, frame: Frame, arg: number): Action {
  const iterable = pop(frame);
  const { table } = frame.stack[frame.sp - arg] as PySet;
  forEach(vm, iterable, (item) => table.add(vm, item));
  return OK;
}

/** `{**mapping}` */
export function DICT_UPDATE(vm: VM, frame: Frame, arg: number): Action {
  const mapping = pop(frame);
  try {
    updateDict(vm, frame.stack[frame.sp - arg] as PyDict, mapping);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) throw error;
    throw typeError(`'${typeOf(mapping).tpName}' object is not a mapping`);
  }
  return OK;
}

function repeatedKeyword(vm: VM, callable: PyValue, key: PyValue): PyBaseException {
  return typeError(`${functionText(vm, callable)} got multiple values for keyword argument '${strText(vm, key)}'`);
}

/** `f(**mapping)`: a key that is there already is an error that names the function. */
export function DICT_MERGE(vm: VM, frame: Frame, arg: number): Action {
  const mapping = pop(frame);
  const dict = frame.stack[frame.sp - arg] as PyDict;
  const callable = frame.stack[frame.sp - arg - 2] as PyValue;
  const added = new PyDict();
  try {
    if (mapping instanceof PyDict) updateDict(vm, added, mapping);
    else {
      // A mapping may give a key twice.
      forEach(vm, call(vm, getAttr(vm, mapping, 'keys'), []), (key) => {
        if (added.has(vm, key)) throw repeatedKeyword(vm, callable, key);
        added.set(vm, key, getItem(vm, mapping, key));
      });
    }
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) throw error;
    throw typeError(`${functionText(vm, callable)} argument after ** must be a mapping, not ${typeOf(mapping).tpName}`);
  }
  for (let entry = added.nextEntry(0); entry >= 0; entry = added.nextEntry(entry + 1)) {
    const key = added.keyAt(entry);
    if (dict.has(vm, key)) throw repeatedKeyword(vm, callable, key);
    dict.set(vm, key, added.valueAt(entry));
  }
  return OK;
}
