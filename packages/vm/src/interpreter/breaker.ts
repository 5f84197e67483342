import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { keyboardInterrupt } from '../core/errors.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { frameObject } from '../objects/frame.ts';
import { callValue } from '../protocol/call.ts';
import { OK, RAISE, RELOAD, WAIT } from './action.ts';
import type { Action } from './action.ts';
import { interval } from './budget.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';
import { finishGiveWay, shouldGiveWay } from './run.ts';
import { prepareTracing } from './tracing.ts';

/**
 * What the loop does when `vm.ticks` ran out or a code object was not looked at since tracing changed: limits, signals, tracing,
 * giving way to the host. `frame` has its state written back and goes on afterwards. CPython 3.12: Python/ceval_gil.c, _Py_HandlePending.
 */
export function breakLoop(vm: VM, frame: Frame): Action {
  if (frame.code.traceVersion !== vm.traceVersion && prepareTracing(vm, frame)) return RELOAD;
  if (vm.ticks >= 0) return OK;
  const exception = settleTicks(vm);
  if (exception !== null) {
    vm.raised = exception;
    return RAISE;
  }
  if (vm.pendingSignals.length > 0) {
    const action = runSignalHandler(vm, frame);
    if (action !== OK) return action;
  }
  if (shouldGiveWay(vm)) {
    finishGiveWay(vm);
    return WAIT;
  }
  return OK;
}

/** For natives that work long: raises what a limit or an interrupt asks for. Throws. */
export function checkBreaker(vm: VM): void {
  if (vm.ticks >= 0) return;
  const exception = settleTicks(vm);
  if (exception !== null) throw exception;
  while (vm.pendingSignals.length > 0) {
    const number = vm.pendingSignals.shift() as number;
    const handler = vm.signalHandler === null ? null : vm.signalHandler(vm, number);
    if (handler === null && number === 2) throw keyboardInterrupt();
    if (handler !== null) vm.pendingSignals.unshift(number);
    if (handler !== null) {
      vm.requestBreak();
      return;
    }
  }
}

/** Books what was used since the last look and winds `ticks` up again. */
function settleTicks(vm: VM): PyBaseException | null {
  let used = interval - vm.ticks;
  if (vm.heldTicks >= 0) {
    // A requested break: nothing was used but what passed since the request.
    const left = vm.heldTicks + vm.ticks + 1;
    vm.heldTicks = -1;
    if (left >= 0) {
      vm.ticks = left;
      return null;
    }
    used = interval - left;
  }
  vm.ticks = interval;
  const bytes = vm.allocated;
  vm.allocated = 0;
  return vm.budget === null ? null : vm.budget.spend(vm, used, bytes);
}

/** Starts the Python handler of one signal; the others follow at the next look. */
function runSignalHandler(vm: VM, frame: Frame): Action {
  const number = vm.pendingSignals.shift() as number;
  if (vm.pendingSignals.length > 0) vm.requestBreak();
  const handler = vm.signalHandler === null ? null : vm.signalHandler(vm, number);
  if (handler === null) {
    if (number !== 2) return OK;
    vm.raised = keyboardInterrupt();
    return RAISE;
  }
  const result = callValue(vm, handler, [number, frameObject(frame)], null);
  if (result === EXC) return RAISE;
  if (result === SUSPEND) return WAIT;
  if (result !== TAIL) return OK;
  (vm.frame as Frame).exit |= Exit.DISCARD;
  return RELOAD;
}
