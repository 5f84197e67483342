import { EXC, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { valueError } from '../core/errors.ts';
import { GeneratorExit } from '../objects/exception-types.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { PyCoroutineWrapper } from '../objects/coroutine.ts';
import { markBegun } from '../objects/lifetime-generators.ts';
import { GeneratorState, PyGenerator, ResumedBy, asyncGeneratorType, coroutineType } from '../objects/generator.ts';
import { closedError, generator_close, kindOf } from '../objects/generator-methods.ts';
import { lookupAttr } from '../protocol/attribute.ts';
import { call, callValue, continueWith, finish } from '../protocol/call.ts';
import { RAISE, RELOAD } from './action.ts';
import type { Action } from './action.ts';
import { chainContext, settle } from './control.ts';
import type { Frame } from './frame.ts';
import { delegate, delegationTarget, pushGenerator } from './generators.ts';
import { tracedThrow } from './tracing.ts';
import { EndOfSend } from './ops/generators.ts';
import { reportUnraisable } from '../modules/sys/unraisable.ts';

/*
 * Exceptions thrown into generators (CPython 3.12: Objects/genobject.c, _gen_throw). The generator's frame is pushed, and the
 * exception raised in it, or passed on to what it delegates to, when the loop enters it.
 */

/** An exception that waits in `vm.pendingThrow` for the loop to enter the frame. */
export interface PendingThrow {
  readonly exception: PyBaseException;
  /** `throw`'s own arguments, for delegates that are not generators. */
  readonly args: PyValue[];
  /** What the generator delegates to, if that gets the exception first. */
  readonly receiver: PyValue | null;
}

/** Resumes a generator with an exception: TAIL, or EXC when it has ended already. `by`, `endPc`: see PyGenerator. */
export function startThrow(vm: VM, self: PyGenerator, exception: PyBaseException, args: PyValue[], by: number, endPc: number): PyValue {
  if (self.state === GeneratorState.RUNNING) throw valueError(`${kindOf(self)} already executing`);
  if (self.state === GeneratorState.CLOSED) return vm.raise(self.cls === coroutineType ? closedError(self) : exception);
  if (self.state === GeneratorState.CREATED) markBegun(self.frame as Frame);
  let thrown = exception;
  let receiver = delegate(self);
  if (receiver !== null && exception.cls.isSubtypeOf(GeneratorExit)) {
    const { state } = self;
    self.state = GeneratorState.RUNNING;
    try {
      closeIterator(vm, receiver);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      thrown = error;
    } finally {
      self.state = state;
    }
    receiver = null;
  }
  pushGenerator(vm, self, by, endPc);
  vm.pendingThrow = { exception: thrown, args, receiver };
  return TAIL;
}

/** The loop enters a frame with an exception pending: raises it there, or hands it to the delegate, which may push further frames. */
export function enterPending(vm: VM): Action {
  const frame = vm.frame as Frame;
  const { exception, args, receiver: delegated } = vm.pendingThrow as PendingThrow;
  vm.pendingThrow = null;
  const target = delegated === null ? -1 : delegationTarget(frame);
  const receiver = delegated instanceof PyCoroutineWrapper ? delegated.coroutine : delegated;
  if (receiver !== null && target >= 0) {
    if (receiver instanceof PyGenerator && receiver.cls !== asyncGeneratorType) {
      frame.pc = frame.lasti; // What the delegate yields, the YIELD_VALUE yields again.
      return startThrow(vm, receiver, exception, args, ResumedBy.SEND, target) === EXC ? RAISE : RELOAD;
    }
    const method = lookupAttr(vm, receiver, 'throw');
    if (method !== undefined) {
      frame.pc = frame.lasti;
      const action = settle(vm, frame, continueWith(vm, startCall(vm, method, args), new EndOfSend(target)));
      return action === RAISE ? RAISE : RELOAD;
    }
  }
  if (vm.tracing) tracedThrow(vm, frame, exception);
  chainContext(vm, exception);
  vm.raised = exception;
  return RAISE;
}

/** A call whose exception comes as EXC, so that a continuation sees it. */
function startCall(vm: VM, callable: PyValue, args: PyValue[]): PyValue {
  try {
    return callValue(vm, callable, args, null);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    chainContext(vm, error); // It is raised in the generator, whatever it has gone through.
    return vm.raise(error);
  }
}

/** Closes what a generator delegates to (CPython: gen_close_iter). */
function closeIterator(vm: VM, iterator: PyValue): void {
  const receiver = iterator instanceof PyCoroutineWrapper ? iterator.coroutine : iterator;
  if (receiver instanceof PyGenerator && receiver.cls !== asyncGeneratorType) {
    finish(vm, generator_close(vm, receiver));
    return;
  }
  let method: PyValue | undefined;
  try {
    method = lookupAttr(vm, receiver, 'close');
  } catch (error) {
    reportUnraisable(vm, error, null, receiver);
  }
  if (method !== undefined) call(vm, method, []);
}
