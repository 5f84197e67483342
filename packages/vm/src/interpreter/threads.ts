import type { PyValue } from '../core/value.ts';
import type { ExcInfo, Suspension, VM } from '../core/vm.ts';
import type { PyBaseException } from '../objects/exceptions.ts';
import { None } from '../objects/none.ts';
import type { Frame } from './frame.ts';
import type { PendingThrow } from './throw.ts';
import { traceState, tracingChanged } from './tracing.ts';

/*
 * Threads are cooperative: each has frames of its own, and one runs at a time. What the VM keeps of the running one is put away
 * into its PyThread when another goes on (interpreter/schedule.ts). CPython 3.12: Python/pystate.c.
 */

/** What a thread that waited goes on with. */
export type Wake = { readonly value: PyValue } | { readonly error: PyBaseException };

/** One thread of a Python program; its fields hold the VM's while it does not run. */
export class PyThread {
  /** `threading.get_ident()` */
  readonly ident: number;
  /** Starts what it runs; null once it has begun, and for the main thread. */
  start: (() => PyValue) | null;
  frame: Frame | null = null;
  excInfo: ExcInfo = { value: null, previous: null };
  containerDepth = 0;
  reraiseAt = -1;
  pendingThrow: PendingThrow | null = null;
  raised: PyBaseException | null = null;
  trace: PyValue | null = null;
  profile: PyValue | null = null;
  traceDepth = 0;
  /** `sys.set_asyncgen_hooks` and its kin belong to threads. */
  asyncgenFirstiter: PyValue = None;
  asyncgenFinalizer: PyValue = None;
  coroutineOriginDepth = 0;
  /** What it waits for; null when it can go on. */
  waiting: Suspension | null = null;
  /** What the waiting came to. */
  wake: Wake | null = null;
  /** Natives of it are on JavaScript's stack: only the wait inside them can go on with it. */
  pinned = false;
  /** What its loop gave at its end (a value, EXC or END), until the one who entered the loop takes it. */
  result: PyValue | null = null;
  ended = false;
  /** Run when it has ended: locks that others wait for. */
  readonly atEnd: (() => void)[] = [];
  /** Thread-local data, by the object that it belongs to. */
  readonly locals = new WeakMap<object, PyValue>();

  constructor(ident: number, start: (() => PyValue) | null) {
    this.ident = ident;
    this.start = start;
  }
}

/** The threads of one VM. */
export interface Threads {
  readonly main: PyThread;
  current: PyThread;
  /** Those that have not ended, oldest first. */
  all: PyThread[];
  /** Where in `all` to look first for one that can go on. */
  turn: number;
  /** Threads can be exchanged while `vm.nativeDepth` is this: no native of the running one is on JavaScript's stack. */
  floor: number;
  /** Seconds: `sys.getswitchinterval()`. */
  switchInterval: number;
  /** When the running one has had its time ({@link clockNow}). */
  sliceEnd: number;
  lastIdent: number;
  /** The program is ending: no new threads. */
  closing: boolean;
  /** Starts what a thread waits for where the host can be awaited (`runWithinAsync`); null elsewhere. */
  begin: ((thread: PyThread, suspension: Suspension) => void) | null;
  /** Milliseconds that a host without a clock is taken to have waited. */
  skipped: number;
  /** Since when all wait (-1: one runs), and how long that takes until deaths are looked for, in milliseconds. */
  restingSince: number;
  restBeforeSearch: number;
  /** Some were found: the main thread is to act on them. */
  deaths: boolean;
}

/** So long all threads wait before the first search for deaths; each in vain doubles it, up to the last. */
export const firstSearch = 300;
export const lastSearch = 10_000;

/** CPython's are addresses; programs only compare them. */
const identStep = 0x80_0000;

/** The threads of a VM. */
export function threadsOf(vm: VM): Threads {
  return vm.state('threads', () => {
    const main = new PyThread(vm.threadIdent, null);
    return { main, current: main, all: [main], turn: 0, floor: 0, switchInterval: 0.005, sliceEnd: 0, lastIdent: vm.threadIdent, closing: false, begin: null, skipped: 0, restingSince: -1, restBeforeSearch: firstSearch, deaths: false };
  });
}

/** Milliseconds, to compare with each other; in a host without a clock time passes only by waiting. */
export function clockNow(vm: VM): number {
  const { clock } = vm.host;
  return (clock === undefined ? 0 : Number(clock.monotonic()) / 1e6) + threadsOf(vm).skipped;
}

/** A new thread, which begins at one of the next switches: `start` is called in it and gives what a call gives. */
export function newThread(vm: VM, start: () => PyValue): PyThread {
  const threads = threadsOf(vm);
  threads.lastIdent -= identStep;
  const thread = new PyThread(threads.lastIdent, start);
  threads.all.push(thread);
  vm.requestBreak();
  return thread;
}

/** The thread is over: whoever waits for it may go on. */
export function endThread(vm: VM, thread: PyThread): void {
  const threads = threadsOf(vm);
  thread.ended = true;
  threads.all = threads.all.filter((other) => other !== thread);
  for (const end of thread.atEnd) end();
}

/** Puts the running thread's part of the VM away. */
export function save(vm: VM, thread: PyThread): void {
  const tracing = traceState(vm);
  thread.frame = vm.frame;
  thread.excInfo = vm.excInfo;
  thread.containerDepth = vm.containerDepth;
  thread.reraiseAt = vm.reraiseAt;
  thread.pendingThrow = vm.pendingThrow;
  thread.raised = vm.raised;
  thread.trace = tracing.trace;
  thread.profile = tracing.profile;
  thread.traceDepth = tracing.depth;
}

/** Makes the thread the running one. */
export function load(vm: VM, thread: PyThread): void {
  const threads = threadsOf(vm);
  const tracing = traceState(vm);
  threads.current = thread;
  vm.threadIdent = thread.ident;
  vm.frame = thread.frame;
  vm.excInfo = thread.excInfo;
  vm.containerDepth = thread.containerDepth;
  vm.reraiseAt = thread.reraiseAt;
  vm.pendingThrow = thread.pendingThrow;
  vm.raised = thread.raised;
  tracing.depth = thread.traceDepth;
  threads.sliceEnd = clockNow(vm) + threads.switchInterval * 1000;
  if (tracing.trace === thread.trace && tracing.profile === thread.profile) return;
  tracing.trace = thread.trace;
  tracing.profile = thread.profile;
  tracingChanged(vm);
}

/** A run was torn down in the middle: of its threads only the main one is left. */
export function forgetThreads(vm: VM): void {
  const threads = threadsOf(vm);
  const { main } = threads;
  for (const thread of threads.all) thread.ended = thread !== main;
  threads.all = [main];
  threads.current = main;
  threads.floor = 0;
  threads.turn = 0;
  main.waiting = main.wake = main.result = null;
  main.pinned = false;
  vm.threadIdent = main.ident;
}
