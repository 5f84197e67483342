import type { VM } from '../core/vm.ts';
import { keyboardInterrupt } from '../core/errors.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { frameObject } from '../objects/frame.ts';
import { noticeDeaths } from '../objects/lifetime.ts';
import { None } from '../objects/none.ts';
import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import { call, callValue, finish } from '../protocol/call.ts';
import { OK, RAISE, RELOAD, WAIT } from './action.ts';
import type { Action } from './action.ts';
import { interval } from './budget.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';
import { shouldGiveWay } from './run.ts';
import { shouldSwitch } from './schedule.ts';
import { clockNow, threadsOf } from './threads.ts';
import { prepareTracing } from './tracing.ts';

/**
 * What the loop does when `vm.ticks` ran out or a code object was not looked at since tracing changed: limits, signals, other threads,
 * tracing, giving way to the host. `frame` has its state written back and goes on afterwards. CPython 3.12: Python/ceval_gil.c,
 * _Py_HandlePending.
 */
export function breakLoop(vm: VM, frame: Frame): Action {
  if (frame.code.traceVersion !== vm.traceVersion && prepareTracing(vm, frame)) return RELOAD;
  if (vm.ticks >= 0) return OK;
  const exception = settleTicks(vm);
  if (exception !== null) {
    vm.raised = exception;
    return RAISE;
  }
  pollSignals(vm);
  if (vm.pendingSignals.length > 0) {
    const action = signalled(vm, frame);
    if (action !== OK) return action;
  }
  noticeDeaths(vm);
  if (!shouldSwitch(vm) && !shouldGiveWay(vm)) return OK;
  vm.suspension = null;
  return WAIT;
}

/** For natives that work long: raises what a limit or an interrupt asks for, and runs handlers of signals. Throws. */
export function checkBreaker(vm: VM): void {
  if (vm.ticks >= 0) return;
  const exception = settleTicks(vm);
  if (exception !== null) throw exception;
  pollSignals(vm);
  handleSignals(vm);
  noticeDeaths(vm);
}

/** Looks at time and memory alone: for waits. Throws. */
export function checkLimits(vm: VM): void {
  const exception = vm.budget === null ? null : vm.budget.spend(vm, 0, 0);
  if (exception !== null) throw exception;
}

/** Takes in what arrived from the host, and timers that are over. */
export function pollSignals(vm: VM): void {
  const { signals } = vm.host;
  if (signals?.poll !== undefined) for (const number of signals.poll()) vm.signalArrived(number);
  if (vm.alarmAt !== Infinity && clockNow(vm) >= vm.alarmAt) vm.onAlarm?.(vm);
}

/** Runs the handlers of all signals that arrived, in the main thread; elsewhere they wait for it. Throws what they raise. */
export function handleSignals(vm: VM): void {
  const threads = threadsOf(vm);
  if (threads.current !== threads.main) return;
  while (vm.pendingSignals.length > 0) {
    const number = vm.pendingSignals.shift() as number;
    const handler = vm.signalHandler === null ? null : vm.signalHandler(vm, number);
    if (handler !== null) call(vm, handler, [number, vm.frame === null ? None : frameObject(vm.frame)]);
    else if (number === 2) throw keyboardInterrupt();
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

/** Starts the Python handler of one signal; the others follow at the next look. Other threads give way to the main one. */
function signalled(vm: VM, frame: Frame): Action {
  const threads = threadsOf(vm);
  if (threads.current !== threads.main) {
    if (vm.nativeDepth !== threads.floor) return OK;
    vm.suspension = null;
    return WAIT;
  }
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
  if (result === SUSPEND) finish(vm, result);
  if (result !== TAIL) return OK;
  (vm.frame as Frame).exit |= Exit.DISCARD;
  return RELOAD;
}
