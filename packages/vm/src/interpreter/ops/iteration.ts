import { newItems } from '../../core/items.ts';
import { DROP, EXC } from '../../core/value.ts';
import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { listType, tupleType, typeOf } from '../../core/type.ts';
import { slotFunctions } from '../../core/slot-functions.ts';
import { typeError, valueError } from '../../core/errors.ts';
import { StopIteration } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { type PyGenerator, ResumedBy, generatorType } from '../../objects/generator.ts';
import { PyList } from '../../objects/list.ts';
import { listIteratorType } from '../../objects/list-iterators.ts';
import { None } from '../../objects/none.ts';
import { rangeIteratorType } from '../../objects/range-iterators.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { tupleIteratorType } from '../../objects/tuple-iterator.ts';
import { lookupSpecial } from '../../protocol/attribute.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import { iterate, next } from '../../protocol/iterate.ts';
import { length } from '../../protocol/subscript.ts';
import { OK, RELOAD } from '../action.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Continuation, Frame } from '../frame.ts';
import { canResume, resumeGenerator } from '../generators.ts';
import { tracedRaise } from '../tracing.ts';
import { adapt, generalize, specialize } from '../specialize.ts';
import { pop, push } from './stack.ts';

export function GET_ITER(vm: VM, frame: Frame): Action {
  return settle(vm, frame, startIter(vm, pop(frame)));
}

/** `iter(value)`: value or TAIL. */
export function startIter(vm: VM, value: PyValue): PyValue {
  const type = typeOf(value);
  if (type.tp_iter !== slotFunctions.tp_iter) return iterate(vm, value);
  const method = lookupSpecial(vm, value, '__iter__');
  if (method === undefined || method === None) return iterate(vm, value);
  return continueWith(vm, callValue(vm, method, [], null), new CheckIterator());
}

class CheckIterator implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, value: PyValue): PyValue {
    if (typeOf(value).tp_iternext === undefined) throw typeError(`iter() returned non-iterator of type '${typeOf(value).tpName}'`);
    return value;
  }
}

/** Pushes the next item, or at the end takes the iterator off and goes on after the loop's END_FOR. */
export function FOR_ITER(vm: VM, frame: Frame, arg: number): Action {
  const iterator = frame.stack[frame.sp - 1] as PyValue;
  const type = typeOf(iterator);
  const site = adapt(frame);
  if (site !== null) {
    if (type === listIteratorType) specialize(frame, site, 62);
    else if (type === tupleIteratorType) specialize(frame, site, 63);
    else if (type === rangeIteratorType) specialize(frame, site, 64);
    else if (type === generatorType) specialize(frame, site, 65);
    else generalize(frame, site);
  }
  if (type === generatorType && canResume(iterator as PyGenerator)) {
    resumeGenerator(vm, iterator as PyGenerator, None, ResumedBy.FOR, arg);
    return RELOAD;
  }
  if (type.tp_iternext === slotFunctions.tp_iternext) {
    const method = lookupSpecial(vm, iterator, '__next__') as PyValue;
    const started = startNext(vm, method);
    if (started !== EXC || vm.raised?.cls.isSubtypeOf(StopIteration) !== true) return settle(vm, frame, continueWith(vm, started, new EndOfLoop(arg)));
    if (vm.tracing) tracedRaise(vm, frame, vm.raised);
    vm.raised = null;
    frame.sp--;
    frame.pc = arg;
    return OK;
  }
  if (type.tp_iternext === undefined) throw typeError(`'${type.tpName}' object is not an iterator`);
  const item = type.tp_iternext(vm, iterator);
  if (item !== undefined) return push(frame, item);
  frame.sp--;
  frame.pc = arg;
  return OK;
}

/** Calls `__next__`; one that is built in may throw its StopIteration (`__next__ = generator.__next__`). */
function startNext(vm: VM, method: PyValue): PyValue {
  try {
    return callValue(vm, method, [], null);
  } catch (error) {
    if (error instanceof PyBaseException) return vm.raise(error);
    throw error;
  }
}

/** After `__next__`: StopIteration ends the loop. */
class EndOfLoop implements Continuation {
  next: Continuation | null = null;
  readonly target: number;
  constructor(target: number) {
    this.target = target;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    if (!exception.cls.isSubtypeOf(StopIteration)) return vm.raise(exception);
    const frame = vm.frame as Frame;
    if (vm.tracing) tracedRaise(vm, frame, exception);
    frame.sp--;
    frame.pc = this.target;
    return DROP;
  }
}

export function END_FOR(_vm: VM, frame: Frame): Action {
  frame.sp -= 2;
  return OK;
}

export function UNPACK_SEQUENCE(vm: VM, frame: Frame, arg: number): Action {
  const sequence = pop(frame);
  const site = adapt(frame);
  const exact = (sequence instanceof PyTuple && sequence.cls === tupleType) || (sequence instanceof PyList && sequence.cls === listType);
  if (site !== null) {
    if (!exact) generalize(frame, site);
    else if (sequence.cls === listType) specialize(frame, site, 161);
    else specialize(frame, site, arg === 2 ? 167 : 166);
  }
  if (exact && sequence.items.length === arg) {
    for (let i = arg - 1; i >= 0; i--) push(frame, sequence.items[i]);
    return OK;
  }
  const items = unpack(vm, sequence, arg, -1);
  for (let i = arg - 1; i >= 0; i--) push(frame, items[i]);
  return OK;
}

/** `a, *b, c = …`: `arg` has the number of targets before the star in its low byte, after it above. */
export function UNPACK_EX(vm: VM, frame: Frame, arg: number): Action {
  const before = arg & 0xff;
  const after = arg >> 8;
  const items = unpack(vm, pop(frame), before, after);
  const rest = items.length - after;
  for (let i = items.length - 1; i >= rest; i--) push(frame, items[i]);
  push(frame, new PyList(items.slice(before, rest)));
  for (let i = before - 1; i >= 0; i--) push(frame, items[i]);
  return OK;
}

/** The items for `before` targets, or (with a star, `after` >= 0) at least `before + after` (CPython: unpack_iterable). */
function unpack(vm: VM, iterable: PyValue, before: number, after: number): PyValue[] {
  const type = typeOf(iterable);
  if (type.tp_iter === undefined && type.sq_item === undefined) throw typeError(`cannot unpack non-iterable ${type.tpName} object`);
  const iterator = iterate(vm, iterable);
  const items = newItems();
  while (items.length < before) {
    const item = next(vm, iterator);
    if (item === undefined) {
      const expected = after < 0 ? `expected ${before}` : `expected at least ${before + after}`;
      throw valueError(`not enough values to unpack (${expected}, got ${items.length})`);
    }
    items.push(item);
  }
  if (after < 0) {
    if (next(vm, iterator) !== undefined) throw valueError(`too many values to unpack (expected ${before})`);
    return items;
  }
  for (let item = next(vm, iterator); item !== undefined; item = next(vm, iterator)) items.push(item);
  if (items.length < before + after) throw valueError(`not enough values to unpack (expected at least ${before + after}, got ${items.length})`);
  return items;
}

export function GET_LEN(vm: VM, frame: Frame): Action {
  return push(frame, length(vm, frame.stack[frame.sp - 1] as PyValue));
}
