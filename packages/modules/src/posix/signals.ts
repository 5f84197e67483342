import { handleSignals, None, reportUnraisable } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { hostCall, osError } from '../os-error.ts';
import { socketTable } from './sockets.ts';

/* Signals as the VM sees them: what the program wants of each, and what happens when one arrives (CPython 3.12: Modules/signalmodule.c, trip_signal). */

export const SIG_DFL = 0;
export const SIG_IGN = 1;
export const SIGINT = 2;
export const SIGABRT = 6;
export const SIGALRM = 14;

/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH: nothing happens by default. */
const harmless: readonly number[] = [17, 18, 23, 28];

export interface SignalState {
  /** SIG_DFL, SIG_IGN or what is called, by number. */
  readonly handlers: Map<number, PyValue>;
  /** Ends the host's watch of a signal. */
  readonly watches: Map<number, () => void>;
  readonly blocked: Set<number>;
  /** Those that arrived while blocked. */
  readonly pending: Set<number>;
  /** What is to be done first with a signal (`faulthandler.register`), by number; without `chain` only that. */
  readonly observers: Map<number, { readonly notice: (vm: VM) => void; readonly chain: boolean }>;
  wakeupFd: number;
  warnOnFullBuffer: boolean;
  /** How many handlers have been run: what `pause` waits for. */
  handled: number;
}

/** Made when the interpreter starts; `interruptHandler` is what SIGINT does then. */
export function signalState(vm: VM): SignalState {
  return vm.state('_signal', () => {
    const handlers = new Map<number, PyValue>();
    for (let number = 1; number < 65; number++) handlers.set(number, SIG_DFL);
    handlers.set(13, SIG_IGN);
    handlers.set(25, SIG_IGN);
    vm.signalHook = arrived;
    vm.signalHandler = (_vm, number) => {
      state.handled++;
      const handler = state.handlers.get(number);
      return typeof handler === 'object' ? handler : null;
    };
    const state: SignalState = { handlers, watches: new Map(), blocked: new Set(), pending: new Set(), observers: new Map(), wakeupFd: -1, warnOnFullBuffer: true, handled: 0 };
    return state;
  });
}

/** A signal arrives: true if a handler of the program's is to run soon. */
function arrived(vm: VM, number: number): boolean {
  const state = signalState(vm);
  if (state.blocked.has(number)) {
    state.pending.add(number);
    return false;
  }
  const observer = state.observers.get(number);
  if (observer !== undefined) {
    observer.notice(vm);
    if (!observer.chain) return false;
  }
  const handler = state.handlers.get(number) ?? SIG_DFL;
  if (handler === SIG_IGN) return false;
  if (typeof handler !== 'object') {
    if (!harmless.includes(number)) endProcess(vm, number);
    return false;
  }
  wakeUp(vm, state, number);
  return !vm.pendingSignals.includes(number);
}

/** Has the host tell of a signal. */
export function watch(vm: VM, number: number): void {
  const { signals } = vm.host;
  const { watches } = signalState(vm);
  if (signals !== undefined && !watches.has(number)) watches.set(number, signals.watch(number, () => vm.signalArrived(number)));
}

/** The host does by itself what is done with a signal, unless somebody here wants to know of it. */
export function unwatch(vm: VM, number: number): void {
  const { watches } = signalState(vm);
  watches.get(number)?.();
  watches.delete(number);
}

/** What the system does with a signal that nobody handles. */
function endProcess(vm: VM, number: number): void {
  const { processes } = vm.host;
  unwatch(vm, number);
  if (processes?.kill !== undefined) hostCall(() => processes.kill?.(processes.pid, number));
}

function wakeUp(vm: VM, state: SignalState, number: number): void {
  if (state.wakeupFd < 0) return;
  const bytes = Uint8Array.of(number);
  const socket = socketTable(vm).byDescriptor.get(state.wakeupFd);
  try {
    if (socket === undefined) hostCall(() => vm.host.files?.write(state.wakeupFd, bytes));
    else if (socket.send(bytes, null) === null) throw osError('EAGAIN');
  } catch (error) {
    const full = (error as { fields?: { errno?: unknown } }).fields?.errno === 11;
    if (!full || state.warnOnFullBuffer) reportUnraisable(vm, error, `when trying to ${socket === undefined ? 'write' : 'send'} to the signal wakeup fd`, None);
  }
}

/** `raise`: the program signals itself. Handlers run before this returns. */
export function signalSelf(vm: VM, number: number): void {
  if (number !== 0) vm.signalArrived(number);
  handleSignals(vm);
}

/** Signals that are no longer blocked arrive now. */
export function deliverPending(vm: VM): void {
  const { pending, blocked } = signalState(vm);
  for (const number of [...pending].sort((a, b) => a - b)) {
    if (blocked.has(number)) continue;
    pending.delete(number);
    vm.signalArrived(number);
  }
}
