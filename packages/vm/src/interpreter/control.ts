import { DROP, END, EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { recursionError, stopIteration, typeError } from '../core/errors.ts';
import { typeOf } from '../core/type.ts';
import { None } from '../objects/none.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { StopAsyncIteration } from '../objects/exception-types.ts';
import { releaseGenerator, suspendGuarded } from '../objects/lifetime-generators.ts';
import { PyTraceback } from '../objects/traceback.ts';
import { GeneratorState, PyGenerator, ResumedBy } from '../objects/generator.ts';
import { BREAK, OK, RAISE, RELOAD, RERAISE, RETURN, WAIT, YIELD } from './action.ts';
import type { Action } from './action.ts';
import { Exit, addContinuation, keep, releaseFrame } from './frame.ts';
import type { Continuation, Frame } from './frame.ts';
import { breakLoop } from './breaker.ts';
import { finish } from '../protocol/call.ts';
import { findEntry } from './decode.ts';
import { asPythonException } from './host-errors.ts';
import { monitorHandled, monitorReraise, monitorsActive } from './monitoring.ts';
import { enterPending } from './throw.ts';
import { tracedRaise, tracedUnwind } from './tracing.ts';

/*
 * Everything that moves control from one frame to another and is not a plain call or return, which the loop does itself.
 */

/**
 * Carries out `action` for `frame`, which has its state written back. Gives undefined when the loop goes on with `vm.frame`,
 * else what the loop returns: the entry frame's result, EXC, END or SUSPEND.
 */
export function transfer(vm: VM, frame: Frame, action: Action): PyValue | undefined {
  let next: Action = action;
  for (;;) {
    try {
      switch (next) {
        case RAISE:
        case RERAISE:
          return unwind(vm, vm.frame as Frame, next === RAISE);
        case RETURN:
          return leave(vm, frame, vm.result);
        case YIELD:
          return yielded(vm, frame, vm.result);
        case RELOAD:
          if (vm.pendingThrow === null) return undefined;
          next = enterPending(vm);
          continue;
        case WAIT:
          return SUSPEND;
        case BREAK: {
          next = breakLoop(vm, frame);
          if (next === OK || next === RELOAD) return undefined;
          continue;
        }
        default:
          return undefined;
      }
    } catch (error) {
      vm.raised = asPythonException(vm, error);
      next = RAISE;
    }
  }
}

/** What a call gave, as an action: a value is pushed on the frame. */
export function settle(vm: VM, frame: Frame, result: PyValue): Action {
  if (result === EXC) return RAISE;
  if (result === TAIL) return RELOAD;
  if (result === SUSPEND) return WAIT;
  frame.stack[frame.sp++] = result;
  return OK;
}

/** The same for a call whose value nobody wants. */
export function settleDiscarding(vm: VM, result: PyValue): Action {
  if (result === TAIL) {
    (vm.frame as Frame).exit |= Exit.DISCARD;
    return RELOAD;
  }
  if (result === EXC) return RAISE;
  if (result === SUSPEND) finish(vm, result);
  return OK;
}

/** Puts a new frame on top of `vm.frame`. Throws RecursionError. */
export function pushFrame(vm: VM, frame: Frame): PyValue {
  const back = vm.frame;
  const depth = back === null ? 1 : back.depth + 1;
  if (depth > vm.recursionLimit) throw recursionError('maximum recursion depth exceeded');
  frame.back = back;
  frame.depth = depth;
  vm.frame = frame;
  return TAIL;
}

/** A frame ends with a value. */
function leave(vm: VM, frame: Frame, value: PyValue): PyValue | undefined {
  const back = frame.back;
  const exit = frame.exit;
  vm.frame = back;
  const generator = frame.generator;
  if (generator === null) {
    const { continuation } = frame;
    if (value instanceof PyGenerator && value.frame === frame && value.state === GeneratorState.CREATED) adoptFrame(value, frame);
    else releaseFrame(frame);
    return deliver(vm, back, exit, continuation, value);
  }
  finishGenerator(vm, generator);
  frame.exit = Exit.GENERATOR;
  switch (generator.resumedBy) {
    case ResumedBy.FOR: {
      const caller = back as Frame;
      caller.sp--;
      caller.pc = generator.endPc;
      return undefined;
    }
    case ResumedBy.SEND: {
      const caller = back as Frame;
      caller.stack[caller.sp++] = value;
      caller.pc = generator.endPc;
      return undefined;
    }
    case ResumedBy.NATIVE:
      generator.returned = value;
      return END;
    default: {
      const continuation = frame.continuation;
      frame.continuation = null;
      vm.raised = endOfGenerator(generator, value);
      return deliverFailure(vm, back, exit, continuation);
    }
  }
}

/** After RETURN_GENERATOR: the frame is the generator's from now on. */
function adoptFrame(generator: PyGenerator, frame: Frame): void {
  frame.generator = generator;
  frame.exit = Exit.GENERATOR;
  frame.continuation = null;
  if (frame.back?.above === frame) frame.back.above = null;
  frame.back = null;
}

/** The exception by which a generator that was resumed by a method call says that it is finished. */
function endOfGenerator(generator: PyGenerator, value: PyValue): PyBaseException {
  if (generator.isAsync) return stopAsync(generator);
  return stopIteration(value === None ? undefined : value);
}

function stopAsync(generator: PyGenerator): PyBaseException {
  generator.closed = true;
  return new PyBaseException(StopAsyncIteration, []);
}

/** A generator gives a value and stays suspended. */
function yielded(vm: VM, frame: Frame, value: PyValue): PyValue | undefined {
  const generator = frame.generator as PyGenerator;
  const back = frame.back;
  const exit = frame.exit;
  const continuation = frame.continuation;
  generator.state = GeneratorState.SUSPENDED;
  vm.excInfo = generator.excInfo.previous as VM['excInfo'];
  generator.excInfo.previous = null;
  frame.back = null;
  frame.exit = Exit.GENERATOR;
  frame.continuation = null;
  if (exit & Exit.GUARDED) suspendGuarded(vm, generator, frame);
  vm.frame = back;
  return deliver(vm, back, exit, continuation, value);
}

/** A generator's frame is done with, by return or by exception. */
export function finishGenerator(vm: VM, generator: PyGenerator): void {
  const { frame } = generator;
  if (frame !== null && frame.exit & Exit.GUARDED) releaseGenerator(vm, frame);
  generator.state = GeneratorState.CLOSED;
  generator.frame = null;
  vm.excInfo = generator.excInfo.previous as VM['excInfo'];
  generator.excInfo.previous = null;
  generator.excInfo.value = null;
}

/** Gives a frame's value to whoever waits for it. `vm.frame` is `back` already. */
export function deliver(vm: VM, back: Frame | null, exit: number, first: Continuation | null, result: PyValue): PyValue | undefined {
  let value = result;
  for (let continuation = first; continuation !== null; ) {
    const { next } = continuation;
    continuation.next = null;
    value = resume(vm, continuation, value);
    if (value === EXC) return deliverFailure(vm, back, exit, next);
    if (value === TAIL) return passOn(vm, exit, next);
    if (value === DROP) return undefined;
    continuation = next;
  }
  if (exit & Exit.ENTRY) return value;
  if (exit & Exit.INIT) {
    if (value === None) return undefined;
    vm.raised = typeError(`__init__() should return None, not '${typeOf(value).tpName}'`);
    return unwind(vm, back as Frame, true);
  }
  if (exit & Exit.DISCARD) return undefined;
  const caller = back as Frame;
  caller.stack[caller.sp++] = value;
  return undefined;
}

function resume(vm: VM, continuation: Continuation, value: PyValue): PyValue {
  try {
    const result = continuation.resumed(vm, value);
    return result === SUSPEND ? finish(vm, result) : result;
  } catch (error) {
    return vm.raise(asPythonException(vm, error));
  }
}

function fail(vm: VM, continuation: Continuation): PyValue {
  if (continuation.failed === undefined) return EXC;
  const exception = vm.raised as PyBaseException;
  vm.raised = null;
  try {
    const result = continuation.failed(vm, exception);
    return result === SUSPEND ? finish(vm, result) : result;
  } catch (error) {
    return vm.raise(asPythonException(vm, error));
  }
}

/** A frame that has been left raised (`vm.raised`): asks its continuations, then raises in the caller. */
export function deliverFailure(vm: VM, back: Frame | null, exit: number, first: Continuation | null): PyValue | undefined {
  const outcome = failInto(vm, back, exit, first);
  return outcome === EXC && (exit & Exit.ENTRY) === 0 ? unwind(vm, back as Frame, true) : outcome;
}

/** The continuations' part of {@link deliverFailure}: EXC when the exception goes on. */
function failInto(vm: VM, back: Frame | null, exit: number, first: Continuation | null): PyValue | undefined {
  for (let continuation = first; continuation !== null; ) {
    const { next } = continuation;
    continuation.next = null;
    const value = fail(vm, continuation);
    if (value !== EXC) {
      if (value === TAIL) return passOn(vm, exit, next);
      if (value === DROP) return undefined;
      return deliver(vm, back, exit & ~Exit.CONTINUATION, next, value);
    }
    continuation = next;
  }
  return EXC;
}

/** A continuation pushed another frame: that one inherits what the first had to do at its end. */
function passOn(vm: VM, exit: number, rest: Continuation | null): PyValue | undefined {
  const frame = vm.frame as Frame;
  frame.exit |= exit & (Exit.ENTRY | Exit.DISCARD | Exit.INIT);
  if (rest !== null) addContinuation(frame, rest);
  return vm.pendingThrow === null ? undefined : transfer(vm, frame, RELOAD);
}

/** Finds the handler of `vm.raised`, leaving frames on the way. */
function unwind(vm: VM, start: Frame, firstTraceback: boolean): PyValue | undefined {
  const exception = vm.raised as PyBaseException;
  let frame = start;
  for (let addTraceback = firstTraceback; ; addTraceback = true) {
    if (addTraceback) {
      setContext(vm, exception);
      keep(frame);
      exception.traceback = new PyTraceback(exception.traceback, frame, frame.lasti);
      if (vm.tracing) tracedRaise(vm, frame, exception);
    } else if (vm.tracing && monitorsActive(vm)) monitorReraise(vm, frame, exception);
    const at = vm.reraiseAt < 0 ? frame.lasti : vm.reraiseAt;
    vm.reraiseAt = -1;
    if (enterHandler(vm, frame, exception, at)) {
      if (vm.tracing && monitorsActive(vm)) monitorHandled(vm, frame, exception);
      return undefined;
    }
    if (vm.tracing) tracedUnwind(vm, frame, exception);
    const { back, exit, continuation } = frame;
    abandon(vm, frame);
    if (exit & Exit.CONTINUATION) {
      const outcome = failInto(vm, back, exit, continuation);
      if (outcome !== EXC) return outcome;
      if (vm.raised !== exception) return exit & Exit.ENTRY ? EXC : unwind(vm, back as Frame, true);
    }
    if (exit & Exit.ENTRY) return EXC;
    frame = back as Frame;
  }
}

/** Goes to the frame's handler for the instruction `at`, if there is one. */
function enterHandler(vm: VM, frame: Frame, exception: PyBaseException, at: number): boolean {
  const table = frame.code.exceptionTable;
  const entry = findEntry(table, at);
  if (entry < 0) return false;
  const { stack } = frame;
  let sp = frame.code.stackBase + table[entry + 3];
  if (table[entry + 4] === 1) stack[sp++] = frame.lasti;
  stack[sp++] = exception;
  frame.sp = sp;
  frame.pc = table[entry + 2];
  vm.raised = null;
  vm.frame = frame;
  return true;
}

/** A frame ends by an exception. */
function abandon(vm: VM, frame: Frame): void {
  const { generator } = frame;
  vm.frame = frame.back;
  frame.continuation = null;
  if (generator === null) return;
  if (generator.isAsync) generator.closed = true;
  finishGenerator(vm, generator);
  frame.exit = Exit.GENERATOR;
}

/** An exception that a native made gets its `__context__` here: the exception being handled (CPython: _PyErr_SetObject). */
function setContext(vm: VM, exception: PyBaseException): void {
  if (exception.traceback === null && exception.context === null) chainContext(vm, exception);
}

/** Makes the exception being handled the context of one that is raised, keeping the chain free of cycles. */
export function chainContext(vm: VM, exception: PyBaseException): void {
  const handled = currentException(vm);
  if (handled === null || handled === exception) return;
  let slow: PyBaseException = handled;
  let advance = false;
  for (let link: PyBaseException = handled; link.context !== null; ) {
    if (link.context === exception) {
      link.context = null;
      break;
    }
    link = link.context;
    if (link === slow) break;
    if (advance) slow = slow.context as PyBaseException;
    advance = !advance;
  }
  exception.context = handled;
}

/** The innermost exception being handled: `sys.exception()`. */
export function currentException(vm: VM): PyBaseException | null {
  return topException(vm.excInfo);
}

/** The same for one thread's chain. */
export function topException(chain: VM['excInfo']): PyBaseException | null {
  for (let info: VM['excInfo'] | null = chain; info !== null; info = info.previous) {
    if (info.value !== null) return info.value;
  }
  return null;
}
