import { EXC, SUSPEND, TAIL } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { Suspension, VM } from '../core/vm.ts';
import { runtimeError } from '../core/errors.ts';
import { PyBaseException } from '../objects/exceptions.ts';
import { lookForDeaths, noticeDeaths } from '../objects/lifetime.ts';
import { OK, RAISE, RELOAD, WAIT } from './action.ts';
import type { Action } from './action.ts';
import { evaluate } from './evaluate.ts';
import { Exit } from './frame.ts';
import type { Frame } from './frame.ts';
import { asPythonException } from './host-errors.ts';
import { settle } from './control.ts';
import { checkLimits, handleSignals, pollSignals } from './breaker.ts';
import { clockNow, endThread, firstSearch, lastSearch, load, save, threadsOf } from './threads.ts';
import type { PyThread, Threads, Wake } from './threads.ts';

/*
 * Who runs next. A thread leaves the loop (SUSPEND) to wait, or because its time is over. One that has natives on JavaScript's stack
 * is pinned there: while it waits, the others run above it, and it goes on when they have given way. All others are nothing but
 * frames, which any scheduler on the stack can go on with.
 */

/** Thrown through natives of threads that stand above the main thread's loop on JavaScript's stack, when that loop has ended. */
class MainEnded extends Error {
  override readonly name = 'MainEnded';
}

/** The longest sleep where nothing tells that a descriptor is ready, in milliseconds: the sleeps double up to it. */
const longestPoll = 5;

/** Has the running thread had its time, and can another go on? */
export function shouldSwitch(vm: VM): boolean {
  const threads = threadsOf(vm);
  return threads.all.length > 1 && vm.nativeDepth === threads.floor && clockNow(vm) >= threads.sliceEnd;
}

/** A loop inside JavaScript gave SUSPEND: goes on with it to its end, and with other threads meanwhile. Gives what the loop gives. */
export function goOn(vm: VM): PyValue {
  if (vm.nativeDepth === threadsOf(vm).floor) return drive(vm);
  let result: PyValue;
  do result = evaluate(vm, waitInLoop(vm));
  while (result === SUSPEND);
  return result;
}

/** Waits for `vm.suspension` inside natives; how to enter the loop again. */
export function waitInLoop(vm: VM): Action {
  const { suspension } = vm;
  vm.suspension = null;
  if (suspension === null) return OK;
  const frame = vm.frame as Frame;
  try {
    const value = waitFor(vm, suspension);
    const action = settle(vm, frame, suspension.then === undefined ? value : suspension.then(value));
    return action === WAIT ? waitInLoop(vm) : action;
  } catch (error) {
    vm.raised = asPythonException(vm, error);
    return RAISE;
  }
}

/** Waits here, in JavaScript, while other threads run. Throws what the waiting came to, or what a signal's handler raised. */
export function waitFor(vm: VM, suspension: Suspension): PyValue {
  const threads = threadsOf(vm);
  const me = threads.current;
  const before = { pinned: me.pinned, waiting: me.waiting, wake: me.wake, floor: threads.floor, depth: vm.nativeDepth };
  me.pinned = true;
  me.waiting = suspension;
  me.wake = null;
  save(vm, me);
  let idle = 0;
  try {
    for (;;) {
      load(vm, me);
      pollSignals(vm); // First: what happens after it ends the host's sleep.
      if (me === threads.main) handleArrivals(vm, threads);
      if (look(vm, threads, me)) return taken(me);
      if (me !== threads.main && threads.main.result !== null) throw new MainEnded();
      const next = pick(vm, threads);
      if (next === null) idle = rest(vm, threads, me, idle);
      else {
        idle = 0;
        slice(vm, threads, next, before.depth + 1);
      }
    }
  } finally {
    load(vm, me);
    vm.nativeDepth = before.depth;
    threads.floor = before.floor;
    me.pinned = before.pinned;
    me.waiting = before.waiting;
    me.wake = before.wake;
  }
}

/** What the waiting came to, for the one who goes on with it. */
function taken(thread: PyThread): PyValue {
  const wake = thread.wake as Wake;
  thread.wake = null;
  if ('error' in wake) throw wake.error;
  return wake.value;
}

/** The running thread's loop, with no natives below it, gave SUSPEND: runs all threads in turn until it has ended. */
function drive(vm: VM): PyValue {
  const threads = threadsOf(vm);
  const me = threads.current;
  const depth = vm.nativeDepth;
  park(vm, threads, me);
  try {
    for (let idle = 0; me.result === null; ) {
      pollSignals(vm); // First: what happens after it ends the host's sleep.
      const next = pick(vm, threads);
      if (next === null) idle = rest(vm, threads, me, idle);
      else {
        idle = 0;
        slice(vm, threads, next, depth);
      }
    }
  } catch (error) {
    if (!(error instanceof MainEnded) || me.result === null) throw error;
    for (const thread of threads.all) if (thread.pinned) endThread(vm, thread);
  }
  load(vm, me);
  vm.nativeDepth = threads.floor = depth;
  const { result } = me;
  me.result = null;
  return result as PyValue;
}

/** The running thread has left its loop: to wait for `vm.suspension`, or for its next turn. */
function park(vm: VM, threads: Threads, thread: PyThread): void {
  const { suspension } = vm;
  vm.suspension = null;
  save(vm, thread);
  thread.waiting = suspension;
  thread.wake = null;
  if (suspension !== null && suspension.poll === undefined) threads.begin?.(thread, suspension);
}

/** The next thread in turn that can go on and is not pinned; null when all wait. */
function pick(vm: VM, threads: Threads): PyThread | null {
  const { all, main } = threads;
  for (let i = 0; i < all.length; i++) {
    const at = (threads.turn + i) % all.length;
    const thread = all[at];
    if (thread.pinned || thread.result !== null) continue;
    if (!look(vm, threads, thread) && (thread !== main || (vm.pendingSignals.length === 0 && !threads.deaths))) continue;
    threads.turn = at + 1;
    return thread;
  }
  return null;
}

/** Can it go on? What its waiting came to is in `wake` then. */
function look(vm: VM, threads: Threads, thread: PyThread): boolean {
  const { waiting } = thread;
  if (waiting === null || thread.wake !== null) return true;
  try {
    if (waiting.poll !== undefined) {
      const value = waiting.poll(waiting.deadline !== undefined && clockNow(vm) >= waiting.deadline);
      if (value !== undefined) thread.wake = { value };
    } else if (waiting.start !== undefined && threads.begin !== null && !thread.pinned) return false;
    else if (waiting.block !== undefined) thread.wake = { value: waiting.block() };
    else throw cannotWait(waiting);
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    thread.wake = { error };
  }
  return thread.wake !== null;
}

function cannotWait(suspension: Suspension): PyBaseException {
  return runtimeError(`cannot wait for ${suspension.what} here: it was called from a built-in function or a synchronous run, and this host cannot block`);
}

/** Runs a thread until it waits, has had its time or ends. */
function slice(vm: VM, threads: Threads, thread: PyThread, depth: number): void {
  const { floor } = threads;
  threads.restingSince = -1;
  load(vm, thread);
  vm.nativeDepth = threads.floor = depth;
  const result = enterThread(vm, threads, thread);
  threads.floor = floor;
  if (result === SUSPEND) park(vm, threads, thread);
  else if (result === null) save(vm, thread); // A signal came while it waited, and it waits on.
  else {
    save(vm, thread);
    if (thread === threads.main) thread.result = result;
    else endThread(vm, thread);
  }
}

/** Begins a thread, or goes on with it; gives what the loop gives, null when it only handled a signal. */
function enterThread(vm: VM, threads: Threads, thread: PyThread): PyValue | null {
  let action: Action = OK;
  try {
    const { start } = thread;
    if (start !== null) {
      thread.start = null;
      const result = start();
      if (result !== TAIL) return result;
      (vm.frame as Frame).exit |= Exit.ENTRY;
      return evaluate(vm, RELOAD);
    }
    if (thread === threads.main && thread.waiting !== null) {
      vm.nativeDepth++;
      handleArrivals(vm, threads);
      vm.nativeDepth--;
      if (!look(vm, threads, thread)) return null;
    }
    if (thread.waiting !== null) {
      const { then } = thread.waiting;
      thread.waiting = null;
      const value = taken(thread);
      const result = then === undefined ? value : then(value);
      if (result === TAIL) action = RELOAD;
      else if (vm.frame === null || result === SUSPEND) return result;
      else if (result === EXC) action = RAISE;
      else vm.frame.stack[vm.frame.sp++] = result;
    }
  } catch (error) {
    vm.nativeDepth = threads.floor;
    thread.waiting = null;
    thread.wake = null;
    vm.raised = asPythonException(vm, error);
    if (vm.frame === null) return EXC;
    action = RAISE;
  }
  return evaluate(vm, action);
}

/** What came while the main thread waited: signals, and deaths that were found. */
function handleArrivals(vm: VM, threads: Threads): void {
  handleSignals(vm);
  if (!threads.deaths) return;
  threads.deaths = false;
  noticeDeaths(vm);
}

/** Several threads have waited for a while, for each other perhaps: are there deaths to act on? Gives when to look next. */
function searchForDeaths(vm: VM, threads: Threads): number {
  if (threads.all.length === 1) return Infinity;
  const now = clockNow(vm);
  if (threads.restingSince < 0) threads.restingSince = now;
  if (now - threads.restingSince >= threads.restBeforeSearch) {
    threads.restingSince = now;
    threads.deaths = lookForDeaths(vm);
    threads.restBeforeSearch = threads.deaths ? firstSearch : Math.min(2 * threads.restBeforeSearch, lastSearch);
  }
  return threads.restingSince + threads.restBeforeSearch;
}

/** All wait: lets the host sleep until something may have changed. `idle` counts how often that was so; gives the next count. */
function rest(vm: VM, threads: Threads, me: PyThread, idle: number): number {
  checkLimits(vm);
  const { clock } = vm.host;
  const search = clock === undefined ? Infinity : searchForDeaths(vm, threads);
  if (threads.deaths) return 0;
  const { until: wanted, polled } = restTime(vm, threads, me, idle);
  const until = Math.min(wanted, search);
  const now = clockNow(vm);
  if (clock === undefined) {
    if (until === Infinity) throw me.waiting === null ? runtimeError('deadlock: all threads wait for each other') : cannotWait(me.waiting);
    threads.skipped += Math.max(0, until - now);
  } else if (clock.sleepSync !== undefined) clock.sleepSync(sleepTime(until - now));
  else throw cannotWait(me.waiting ?? { what: 'another thread' });
  return polled ? idle + 1 : 0;
}

/** A host may wake up early; without anything to wait for it looks up once in a while. */
function sleepTime(milliseconds: number): bigint {
  return BigInt(Math.ceil(Math.max(0, Math.min(milliseconds, 60_000)) * 1e6));
}

/** Until when all can sleep, and whether something is waited for that only looking can find. */
function restTime(vm: VM, threads: Threads, me: PyThread | null, idle: number): { readonly until: number; readonly polled: boolean } {
  let until = Math.min(vm.alarmAt, vm.budget?.until(vm) ?? Infinity);
  let polled = false;
  for (const thread of threads.all) {
    if (thread.pinned && thread !== me) continue;
    const { waiting } = thread;
    if (waiting?.deadline !== undefined) until = Math.min(until, waiting.deadline);
    polled ||= waiting?.external === true;
  }
  if (polled) until = Math.min(until, clockNow(vm) + Math.min(2 ** idle * 0.05, longestPoll));
  return { until, polled };
}

/** The same as {@link goOn} for a loop that may leave JavaScript: awaits the host while all threads wait. */
export async function goOnAsync(vm: VM, pause: (milliseconds: number) => Promise<void>): Promise<PyValue> {
  const threads = threadsOf(vm);
  const me = threads.current;
  const depth = vm.nativeDepth;
  // The first SUSPEND may only mean that the host's turn has come.
  if (vm.suspension === null) await pause(0);
  park(vm, threads, me);
  try {
    for (let idle = 0; me.result === null; ) {
      pollSignals(vm); // First: what happens after it ends the host's sleep.
      const next = pick(vm, threads);
      if (next === null) {
        checkLimits(vm);
        const { until, polled } = restTime(vm, threads, me, idle);
        idle = polled ? idle + 1 : 0;
        await pause(until - clockNow(vm));
        continue;
      }
      idle = 0;
      slice(vm, threads, next, depth);
      if (me.result === null && next.waiting === null && !next.ended) await pause(0);
    }
  } catch (error) {
    if (!(error instanceof MainEnded) || me.result === null) throw error;
    for (const thread of threads.all) if (thread.pinned) endThread(vm, thread);
  }
  load(vm, me);
  vm.nativeDepth = threads.floor = depth;
  const { result } = me;
  me.result = null;
  return result as PyValue;
}
