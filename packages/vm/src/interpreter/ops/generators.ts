import { CodeFlag } from '@py/code';
import { DROP } from '../../core/value.ts';
import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { typeOf } from '../../core/type.ts';
import { slotFunctions } from '../../core/slot-functions.ts';
import { typeError } from '../../core/errors.ts';
import { StopAsyncIteration, StopIteration } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyGenerator, ResumedBy, asyncGeneratorType, coroutineType, generatorType } from '../../objects/generator.ts';
import { PyAsyncGenASend, PyAsyncGenAThrow, asyncGeneratorNext, startASend, startAThrow } from '../../objects/async_generator.ts';
import { PyCoroutineWrapper, coroutineOrigin } from '../../objects/coroutine.ts';
import { guardGenerator, watchCoroutine } from '../../objects/lifetime-generators.ts';
import type { PyList } from '../../objects/list.ts';
import { None } from '../../objects/none.ts';
import { getAttr, lookupSpecial } from '../../protocol/attribute.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import { awaitableIterator } from '../awaitable.ts';
import { OK, RELOAD, RERAISE, RETURN, YIELD } from '../action.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Continuation, Frame } from '../frame.ts';
import { canResume, resumeGenerator } from '../generators.ts';
import { tracedRaise } from '../tracing.ts';
import { adapt, generalize, specialize } from '../specialize.ts';
import { startIter } from './iteration.ts';
import { pop, push } from './stack.ts';

/** The call gives a generator, coroutine or asynchronous generator, which keeps the frame. */
export function RETURN_GENERATOR(vm: VM, frame: Frame): Action {
  const { flags } = frame.code;
  const type = flags & CodeFlag.COROUTINE ? coroutineType : flags & CodeFlag.ASYNC_GENERATOR ? asyncGeneratorType : generatorType;
  const name = frame.func === null ? frame.code.name : frame.func.name;
  const qualname = frame.func === null ? frame.code.qualname : frame.func.qualname;
  const generator = new PyGenerator(type, frame, name, qualname);
  if (type === coroutineType) {
    generator.origin = coroutineOrigin(vm, frame.back);
    watchCoroutine(vm, generator);
  }
  vm.result = generator;
  return RETURN;
}

export function YIELD_VALUE(vm: VM, frame: Frame): Action {
  const collector = frame.generator?.collector ?? null;
  if (collector !== null && frame.code.words === frame.code.fast) return collect(vm, frame, collector);
  vm.result = pop(frame);
  return YIELD;
}

/** The value goes to a list, and None comes back. */
function collect(vm: VM, frame: Frame, { items }: PyList): Action {
  const top = frame.sp - 1;
  items.push(frame.stack[top] as PyValue);
  frame.stack[top] = None;
  if ((items.length & 0x3ff) === 0) {
    vm.charge(0x400);
    vm.allocate(0x2000);
  }
  return OK;
}

/** YIELD_VALUE where a handler waits. */
export function guardedYield(vm: VM, frame: Frame): Action {
  if ((frame.generator as PyGenerator).collector !== null && frame.code.words === frame.code.fast) return YIELD_VALUE(vm, frame);
  guardGenerator(vm, frame.generator as PyGenerator);
  return YIELD_VALUE(vm, frame);
}

/** The value of a StopIteration. */
export function stopValue(exception: PyBaseException): PyValue {
  return exception.fields?.value ?? None;
}

/**
 * `yield from` and `await`: sends the value on top to the receiver below it. What that yields replaces the value; when it has
 * ended, its result does, and the frame goes on at END_SEND.
 */
export function SEND(vm: VM, frame: Frame, arg: number): Action {
  const value = pop(frame);
  let receiver = frame.stack[frame.sp - 1] as PyValue;
  const site = adapt(frame);
  if (site !== null) {
    if (receiver instanceof PyGenerator && receiver.cls !== asyncGeneratorType) specialize(frame, site, 168);
    else generalize(frame, site);
  }
  if (receiver instanceof PyCoroutineWrapper) receiver = receiver.coroutine;
  if (receiver instanceof PyGenerator && !receiver.isAsync && canResume(receiver)) {
    resumeGenerator(vm, receiver, value, ResumedBy.SEND, arg);
    return RELOAD;
  }
  const end = new EndOfSend(arg);
  if (receiver instanceof PyAsyncGenASend) return settleSend(vm, frame, continueWith(vm, startASend(vm, receiver, value), end));
  if (receiver instanceof PyAsyncGenAThrow) return settleSend(vm, frame, continueWith(vm, startAThrow(vm, receiver, value), end));
  const { tp_iternext } = typeOf(receiver);
  if (value !== None || tp_iternext === undefined) {
    return settleSend(vm, frame, continueWith(vm, callValue(vm, getAttr(vm, receiver, 'send'), [value], null), end));
  }
  if (tp_iternext === slotFunctions.tp_iternext) {
    return settleSend(vm, frame, continueWith(vm, callValue(vm, lookupSpecial(vm, receiver, '__next__') as PyValue, [], null), end));
  }
  return sendToNative(vm, frame, receiver, tp_iternext, arg);
}

/** {@link EndOfSend} has arranged the stack itself when the delegate ended at once. */
function settleSend(vm: VM, frame: Frame, result: PyValue): Action {
  return result === DROP ? OK : settle(vm, frame, result);
}

function sendToNative(vm: VM, frame: Frame, receiver: PyValue, next: (vm: VM, self: PyValue) => PyValue | undefined, target: number): Action {
  let item: PyValue | undefined;
  let result: PyValue = None;
  try {
    item = next(vm, receiver);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(StopIteration)) throw error;
    result = stopValue(error);
  }
  if (item !== undefined) return push(frame, item);
  frame.pc = target;
  return push(frame, result);
}

/** After a `send` or `__next__`: StopIteration ends the delegation. */
export class EndOfSend implements Continuation {
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
    push(frame, stopValue(exception));
    frame.pc = this.target;
    return DROP;
  }
}

/** receiver, value → value */
export function END_SEND(_vm: VM, frame: Frame): Action {
  frame.stack[frame.sp - 2] = frame.stack[frame.sp - 1];
  frame.sp--;
  return OK;
}

/** `throw` into a delegating generator: StopIteration from the receiver is its result, anything else goes on. */
export function CLEANUP_THROW(vm: VM, frame: Frame): Action {
  const exception = frame.stack[frame.sp - 1] as PyBaseException;
  if (!exception.cls.isSubtypeOf(StopIteration)) {
    vm.raised = exception;
    return RERAISE;
  }
  frame.sp -= 3;
  push(frame, None);
  return push(frame, stopValue(exception));
}

export function GET_YIELD_FROM_ITER(vm: VM, frame: Frame): Action {
  const iterable = frame.stack[frame.sp - 1] as PyValue;
  if (iterable instanceof PyGenerator) {
    if (iterable.cls === generatorType) return OK;
    if (iterable.cls === coroutineType) {
      if (frame.code.flags & (CodeFlag.COROUTINE | CodeFlag.ITERABLE_COROUTINE)) return OK;
      throw typeError("cannot 'yield from' a coroutine object in a non-coroutine generator");
    }
  }
  frame.sp--;
  return settle(vm, frame, startIter(vm, iterable));
}

// ---- await, async for, async with ----

/** `arg`: 1 after `__aenter__`, 2 after `__aexit__`, for the message. */
export function GET_AWAITABLE(vm: VM, frame: Frame, arg: number): Action {
  const awaitable = pop(frame);
  const type = typeOf(awaitable);
  if (arg !== 0 && type.am_await === undefined && !(awaitable instanceof PyGenerator)) {
    const method = arg === 1 ? '__aenter__' : '__aexit__';
    throw typeError(`'async with' received an object from ${method} that does not implement __await__: ${type.tpName}`);
  }
  return settle(vm, frame, awaitableIterator(vm, awaitable));
}

export function GET_AITER(vm: VM, frame: Frame): Action {
  const iterable = pop(frame);
  const type = typeOf(iterable);
  if (type.am_aiter === undefined) throw typeError(`'async for' requires an object with __aiter__ method, got ${type.tpName}`);
  const method = type.am_aiter === slotFunctions.am_aiter ? lookupSpecial(vm, iterable, '__aiter__') : undefined;
  const result = method === undefined ? type.am_aiter(vm, iterable) : callValue(vm, method, [], null);
  return settle(vm, frame, continueWith(vm, result, new CheckAsyncIterator()));
}

class CheckAsyncIterator implements Continuation {
  next: Continuation | null = null;
  resumed(_vm: VM, value: PyValue): PyValue {
    const type = typeOf(value);
    if (type.am_anext === undefined) throw typeError(`'async for' received an object from __aiter__ that does not implement __anext__: ${type.tpName}`);
    return value;
  }
}

/** Pushes what awaiting the next item means. */
export function GET_ANEXT(vm: VM, frame: Frame): Action {
  const iterator = frame.stack[frame.sp - 1] as PyValue;
  if (iterator instanceof PyGenerator && iterator.cls === asyncGeneratorType) return settle(vm, frame, asyncGeneratorNext(vm, iterator));
  const type = typeOf(iterator);
  if (type.am_anext === undefined) throw typeError(`'async for' requires an iterator with __anext__ method, got ${type.tpName}`);
  const method = type.am_anext === slotFunctions.am_anext ? lookupSpecial(vm, iterator, '__anext__') : undefined;
  const result = method === undefined ? type.am_anext(vm, iterator) : callValue(vm, method, [], null);
  return settle(vm, frame, continueWith(vm, result, new AwaitableOfNext()));
}

class AwaitableOfNext implements Continuation {
  next: Continuation | null = null;
  resumed(vm: VM, value: PyValue): PyValue {
    const explain = new ExplainBadNext(value);
    try {
      return continueWith(vm, awaitableIterator(vm, value), explain);
    } catch (error) {
      if (error instanceof PyBaseException) return explain.failed(vm, error);
      throw error;
    }
  }
}

class ExplainBadNext implements Continuation {
  next: Continuation | null = null;
  readonly value: PyValue;
  constructor(value: PyValue) {
    this.value = value;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    const error = typeError(`'async for' received an invalid object from __anext__: ${typeOf(this.value).tpName}`);
    error.cause = exception;
    error.context = exception;
    error.suppressContext = true;
    return vm.raise(error);
  }
}

/** StopAsyncIteration ends the loop, anything else goes on. */
export function END_ASYNC_FOR(vm: VM, frame: Frame): Action {
  const exception = frame.stack[frame.sp - 1] as PyBaseException;
  frame.sp -= 2;
  if (exception.cls.isSubtypeOf(StopAsyncIteration)) return OK;
  vm.raised = exception;
  return RERAISE;
}

export function BEFORE_ASYNC_WITH(vm: VM, frame: Frame): Action {
  return enterContext(vm, frame, '__aenter__', '__aexit__', 'asynchronous context manager');
}

export function BEFORE_WITH(vm: VM, frame: Frame): Action {
  return enterContext(vm, frame, '__enter__', '__exit__', 'context manager');
}

/** Pushes the bound exit method and what entering gives. */
function enterContext(vm: VM, frame: Frame, enterName: string, exitName: string, kind: string): Action {
  const manager = pop(frame);
  const enter = lookupSpecial(vm, manager, enterName);
  const name = typeOf(manager).tpName;
  if (enter === undefined) throw typeError(`'${name}' object does not support the ${kind} protocol`);
  const exit = lookupSpecial(vm, manager, exitName);
  if (exit === undefined) throw typeError(`'${name}' object does not support the ${kind} protocol (missed ${exitName} method)`);
  push(frame, exit);
  return settle(vm, frame, callValue(vm, enter, [], null));
}
