import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { AbortSignalLike, RunLimits } from '@py/code';
import type { Suspension, VM } from '../core/vm.ts';
import { runtimeError } from '../core/errors.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { settled, takeRaised } from '../protocol/call.ts';
import { RELOAD } from './action.ts';
import { Budget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';
import { goOnAsync } from './schedule.ts';
import { forgetThreads, threadsOf } from './threads.ts';
import type { PyThread } from './threads.ts';

/** Milliseconds that `runAsync` computes before it lets the host's event loop go on. */
const giveWayEvery = 8;

/** A run that may wait for the host. */
interface AsyncRun {
  sliceEnd: number;
  /** Ends the present pause. */
  wake: () => void;
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };

const asyncRun = (vm: VM): { current: AsyncRun | null } => vm.state('runAsync', () => ({ current: null }));

/**
 * Runs what `start` starts (it gives a value, or TAIL after pushing a frame) to its end, within limits. Throws Python exceptions,
 * StopRun when a limit ends the run. The VM can be used again afterwards in any case. Threads that the program started run while
 * the program does.
 */
export function runWithin(vm: VM, start: () => PyValue, limits: RunLimits = {}): PyValue {
  const before = enter(vm, limits);
  let failure: unknown;
  try {
    return settled(vm, start());
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    leave(vm, before, failure);
  }
}

/** The same, giving way to the host while the program waits and every few milliseconds. */
export async function runWithinAsync(vm: VM, start: () => PyValue, limits: RunLimits = {}): Promise<PyValue> {
  const before = enter(vm, limits);
  const threads = threadsOf(vm);
  const run: AsyncRun = { sliceEnd: performance.now() + giveWayEvery, wake: () => {} };
  const holder = asyncRun(vm);
  const outer = { current: holder.current, begin: threads.begin };
  holder.current = run;
  threads.begin = (thread, suspension) => beginWaiting(run, thread, suspension);
  let failure: unknown;
  try {
    let result = start();
    if (result === TAIL) {
      (vm.frame as Frame).exit |= Exit.ENTRY;
      result = evaluate(vm, RELOAD);
    }
    if (result === SUSPEND) result = await goOnAsync(vm, (milliseconds) => pause(vm, run, milliseconds));
    if (result === EXC) throw takeRaised(vm);
    return result;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    holder.current = outer.current;
    threads.begin = outer.begin;
    leave(vm, before, failure);
  }
}

/** What a run changes on the VM, to be put back when it is over however it ended. */
interface Before {
  readonly frame: VM['frame'];
  readonly excInfo: VM['excInfo'];
  readonly handled: PyBaseException | null;
  readonly nativeDepth: number;
  readonly containerDepth: number;
  readonly budget: Budget | null;
  readonly floor: number;
}

function enter(vm: VM, limits: RunLimits): Before {
  const threads = threadsOf(vm);
  const before = {
    frame: vm.frame, excInfo: vm.excInfo, handled: vm.excInfo.value, nativeDepth: vm.nativeDepth, containerDepth: vm.containerDepth, budget: vm.budget, floor: threads.floor,
  };
  // A run within a run has natives of the outer one below it.
  if (vm.frame !== null) vm.nativeDepth++;
  threads.floor = vm.nativeDepth;
  const limited = limits.fuel !== undefined || limits.memory !== undefined || limits.time !== undefined;
  vm.budget = limited ? new Budget(vm, limits) : null;
  if (limits.fuel !== undefined) vm.ticks = -1; // Count from here.
  return before;
}

function leave(vm: VM, before: Before, failure: unknown): void {
  if (failure !== undefined && !(failure instanceof PyBaseException)) forgetThreads(vm);
  vm.frame = before.frame;
  vm.excInfo = before.excInfo;
  vm.excInfo.value = before.handled;
  vm.nativeDepth = before.nativeDepth;
  vm.containerDepth = before.containerDepth;
  vm.budget = before.budget;
  vm.raised = null;
  vm.pendingThrow = null;
  vm.suspension = null;
  threadsOf(vm).floor = before.floor;
}

/** Whether the loop should hand control back to `runWithinAsync` now. */
export function shouldGiveWay(vm: VM): boolean {
  const { current } = asyncRun(vm);
  if (current === null || vm.nativeDepth !== threadsOf(vm).floor || performance.now() <= current.sliceEnd) return false;
  current.sliceEnd = performance.now() + giveWayEvery;
  return true;
}

function beginWaiting(run: AsyncRun, thread: PyThread, suspension: Suspension): void {
  const { start, block, what } = suspension;
  if (start === undefined && block === undefined) {
    thread.wake = { error: runtimeError(`cannot wait for ${what}: this host can neither wait nor block`) };
    return;
  }
  if (start === undefined) return;
  const abort = new AbortController();
  const settle = (wake: PyThread['wake']): void => {
    if (thread.waiting === suspension) thread.wake = wake;
    run.wake();
  };
  start.call(suspension, abort.signal).then(
    (value) => settle({ value }),
    (error: unknown) => {
      settle({ error: error instanceof PyBaseException ? error : runtimeError(`waiting for ${what} failed: ${String(error)}`) });
    },
  );
}

/** Lets the host's event loop go on for so long, or until something is there to go on with. */
async function pause(vm: VM, run: AsyncRun, milliseconds: number): Promise<void> {
  const { clock } = vm.host;
  const threads = threadsOf(vm);
  if (clock?.sleep === undefined || milliseconds <= 0) {
    if (clock === undefined && milliseconds > 0 && milliseconds < Infinity) threads.skipped += milliseconds;
    await new Promise<void>((resolve) => {
      run.wake = resolve;
      if (milliseconds < Infinity) setTimeout(resolve, 0);
    });
  } else {
    const abort = new AbortController();
    await new Promise<void>((resolve) => {
      run.wake = resolve;
      if (milliseconds < Infinity) void clock.sleep?.(BigInt(Math.ceil(milliseconds * 1e6)), abort.signal).then(resolve);
    });
    abort.abort();
  }
  run.wake = () => {};
  run.sliceEnd = performance.now() + giveWayEvery;
}

/** Asks the running program to stop by KeyboardInterrupt (or its own SIGINT handler). May be called at any time. */
export function interrupt(vm: VM): void {
  vm.signalArrived(2);
  asyncRun(vm).current?.wake();
}
