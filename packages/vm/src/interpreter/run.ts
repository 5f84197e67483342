import { EXC, SUSPEND } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { AbortSignalLike, RunLimits } from '@py/code';
import type { Suspension, VM } from '../core/vm.ts';
import { runtimeError } from '../core/errors.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { finish, takeRaised } from '../protocol/call.ts';
import { OK, RAISE, RELOAD } from './action.ts';
import type { Action } from './action.ts';
import { Budget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';

/** Milliseconds that `runAsync` computes before it lets the host's event loop go on. */
const slice = 8;

/** A run that may wait for the host. */
interface AsyncRun {
  sliceEnd: number;
  readonly abort: InstanceType<typeof AbortController>;
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };

const asyncRun = (vm: VM): { current: AsyncRun | null } => vm.state('runAsync', () => ({ current: null }));

/**
 * Runs what `start` starts (it gives a value, or TAIL after pushing a frame) to its end, within limits. Throws Python exceptions,
 * StopRun when a limit ends the run. The VM can be used again afterwards in any case.
 */
export function runWithin(vm: VM, start: () => PyValue, limits: RunLimits = {}): PyValue {
  const before = enter(vm, limits);
  try {
    return finish(vm, start());
  } finally {
    leave(vm, before);
  }
}

/** The same, giving way to the host while the program waits and every few milliseconds. */
export async function runWithinAsync(vm: VM, start: () => PyValue, limits: RunLimits = {}): Promise<PyValue> {
  const before = enter(vm, limits);
  const run: AsyncRun = { sliceEnd: performance.now() + slice, abort: new AbortController() };
  const holder = asyncRun(vm);
  const outer = holder.current;
  holder.current = run;
  try {
    let result = start();
    if (vm.frame !== before.frame) (vm.frame as Frame).exit |= Exit.ENTRY;
    let action: Action = RELOAD;
    for (;;) {
      if (vm.frame !== before.frame) {
        if (result === SUSPEND) action = await wait(vm, vm.frame as Frame);
        run.sliceEnd = performance.now() + slice;
        result = evaluate(vm, action);
        if (result === SUSPEND) continue;
      } else if (result === SUSPEND) result = await waitForValue(vm);
      if (result === EXC) throw takeRaised(vm);
      return result;
    }
  } finally {
    holder.current = outer;
    leave(vm, before);
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
}

function enter(vm: VM, limits: RunLimits): Before {
  const before = { frame: vm.frame, excInfo: vm.excInfo, handled: vm.excInfo.value, nativeDepth: vm.nativeDepth, containerDepth: vm.containerDepth, budget: vm.budget };
  const limited = limits.fuel !== undefined || limits.memory !== undefined || limits.time !== undefined;
  vm.budget = limited ? new Budget(vm, limits) : null;
  if (limits.fuel !== undefined) vm.ticks = -1; // Count from here.
  return before;
}

function leave(vm: VM, before: Before): void {
  vm.frame = before.frame;
  vm.excInfo = before.excInfo;
  vm.excInfo.value = before.handled;
  vm.nativeDepth = before.nativeDepth;
  vm.containerDepth = before.containerDepth;
  vm.budget = before.budget;
  vm.raised = null;
  vm.pendingThrow = null;
  vm.suspension = null;
}

/** Whether the loop should hand control back to `runWithinAsync` now. */
export function shouldGiveWay(vm: VM): boolean {
  const { current } = asyncRun(vm);
  return current !== null && vm.nativeDepth === 0 && performance.now() > current.sliceEnd;
}

/** Marks the loop's SUSPEND as one that waits for nothing. */
export function finishGiveWay(vm: VM): void {
  vm.suspension = null;
}

/** A loop inside a native gave SUSPEND: does the waiting here, blocking, if the host can. How to enter the loop again. */
export function waitInPlace(vm: VM): Action {
  const { suspension } = vm;
  const frame = vm.frame as Frame;
  vm.suspension = null;
  if (suspension === null) return OK;
  try {
    if (suspension.block === undefined) {
      throw runtimeError(`cannot wait for ${suspension.what} here: it was called from a built-in function or a synchronous run, and this host cannot block`);
    }
    const value = suspension.block();
    frame.stack[frame.sp++] = value;
    return OK;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    vm.raised = error;
    return RAISE;
  }
}

/** Waits for what the loop gave SUSPEND for; how to enter it again. */
async function wait(vm: VM, frame: Frame): Promise<Action> {
  const { suspension } = vm;
  vm.suspension = null;
  if (suspension === null) {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    return OK;
  }
  try {
    frame.stack[frame.sp] = await outcome(vm, suspension);
    frame.sp++;
    return OK;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    vm.raised = error;
    return RAISE;
  }
}

async function waitForValue(vm: VM): Promise<PyValue> {
  const { suspension } = vm;
  vm.suspension = null;
  return outcome(vm, suspension as Suspension);
}

async function outcome(vm: VM, suspension: Suspension): Promise<PyValue> {
  const { current } = asyncRun(vm);
  if (suspension.start !== undefined && current !== null) return suspension.start(current.abort.signal);
  if (suspension.block !== undefined) return suspension.block();
  throw runtimeError(`cannot wait for ${suspension.what}: this host can neither wait nor block`);
}

/** Asks the running program to stop by KeyboardInterrupt (or its own SIGINT handler). May be called at any time. */
export function interrupt(vm: VM): void {
  vm.signalArrived(2);
  asyncRun(vm).current?.abort.abort();
}
