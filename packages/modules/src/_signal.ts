import {
  asDouble, asIndex, call, clockNow, defineModule, defineStructSequence, exceptionTypes, handleSignals, isTrue, native, newException, newTuple, None, PyDict, PyFloat, PySet, PyStructSequence, setType, strFromJS,
  threadsOf, toArray, typeError, typeOf, typeType, valueError,
} from '@py/vm/native';
import type { NativeModule, PyBaseException, PyModule, PyType, PyValue, VM } from '@py/vm/native';
import { setAlarm } from './alarms.ts';
import { hostCall, osError } from './os-error.ts';
import { descriptorFlags } from './posix/descriptor-flags.ts';
import { socketTable } from './posix/sockets.ts';
import { filesOf } from './posix/host.ts';
import { intArgument } from './posix/paths.ts';
import { deliverPending, SIG_DFL, SIG_IGN, SIGALRM, SIGINT, signalSelf, signalState, unwatch, watch } from './posix/signals.ts';

/* `_signal` (CPython 3.12: Modules/signalmodule.c) over the Host's signals. */

const numbers = {
  SIGABRT: 6, SIGALRM: 14, SIGBUS: 7, SIGCHLD: 17, SIGCLD: 17, SIGCONT: 18, SIGFPE: 8, SIGHUP: 1, SIGILL: 4, SIGINT: 2, SIGIO: 29, SIGIOT: 6, SIGKILL: 9, SIGPIPE: 13,
  SIGPOLL: 29, SIGPROF: 27, SIGPWR: 30, SIGQUIT: 3, SIGRTMAX: 64, SIGRTMIN: 34, SIGSEGV: 11, SIGSTKFLT: 16, SIGSTOP: 19, SIGSYS: 31, SIGTERM: 15, SIGTRAP: 5,
  SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGUSR1: 10, SIGUSR2: 12, SIGVTALRM: 26, SIGWINCH: 28, SIGXCPU: 24, SIGXFSZ: 25,
} as const;

const descriptions: Readonly<Record<number, string>> = {
  1: 'Hangup', 2: 'Interrupt', 3: 'Quit', 4: 'Illegal instruction', 5: 'Trace/breakpoint trap', 6: 'Aborted', 7: 'Bus error', 8: 'Floating point exception',
  9: 'Killed', 10: 'User defined signal 1', 11: 'Segmentation fault', 12: 'User defined signal 2', 13: 'Broken pipe', 14: 'Alarm clock', 15: 'Terminated',
  16: 'Stack fault', 17: 'Child exited', 18: 'Continued', 19: 'Stopped (signal)', 20: 'Stopped', 21: 'Stopped (tty input)', 22: 'Stopped (tty output)',
  23: 'Urgent I/O condition', 24: 'CPU time limit exceeded', 25: 'File size limit exceeded', 26: 'Virtual timer expired', 27: 'Profiling timer expired',
  28: 'Window changed', 29: 'I/O possible', 30: 'Power failure', 31: 'Bad system call',
};

function signalNumber(vm: VM, value: PyValue): number {
  const number = Number(asIndex(vm, value));
  if (number < 1 || number > 64) throw valueError('signal number out of range');
  return number;
}

function mainThreadOnly(vm: VM, what: string): void {
  const { current, main } = threadsOf(vm);
  if (current !== main) throw valueError(`${what} only works in main thread of the main interpreter`);
}

function signal_signal(vm: VM, signalnum: PyValue, handler: PyValue): PyValue {
  const number = intArgument(vm, signalnum);
  mainThreadOnly(vm, 'signal');
  if (number < 1 || number > 64) throw valueError('signal number out of range');
  const kept = handlerArgument(vm, handler);
  if (number === numbers.SIGKILL || number === numbers.SIGSTOP) throw osError('EINVAL');
  handleSignals(vm);
  const { handlers, observers } = signalState(vm);
  const old = handlers.get(number) ?? None;
  handlers.set(number, kept);
  const watched = typeof kept === 'object' || kept === SIG_IGN;
  if (watched) {
    // The first handler of SIGINT is the interpreter's, which a host need not hurry for: it is to know of the program's own.
    if (number === SIGINT && kept !== old) unwatch(vm, number);
    watch(vm, number);
  } else if (!observers.has(number)) unwatch(vm, number);
  return old;
}

function handlerArgument(vm: VM, handler: PyValue): PyValue {
  if (typeOf(handler).nb_index !== undefined) {
    const number = asIndex(vm, handler);
    if (number === SIG_DFL || number === SIG_IGN) return number;
  }
  if (typeOf(handler).tp_call === undefined) throw typeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object');
  return handler;
}

function raise_signal(vm: VM, signalnum: PyValue): PyValue {
  const number = intArgument(vm, signalnum);
  if (number < 0 || number > 64) throw osError('EINVAL');
  signalSelf(vm, number);
  return None;
}

function default_int_handler(): PyValue {
  throw newException(exceptionTypes.KeyboardInterrupt);
}

const interruptHandler = native('default_int_handler(signalnum, frame, /)', default_int_handler, 'The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.');

const siginfoType = defineStructSequence('signal', 'struct_siginfo', ['si_signo', 'si_code', 'si_errno', 'si_pid', 'si_uid', 'si_status', 'si_band'].map((name) => ({ name })));

const setOf = (vm: VM, items: Iterable<number>): PyValue => {
  const set = new PySet(setType);
  for (const item of items) set.table.add(vm, item);
  return set;
};

function signalSet(vm: VM, mask: PyValue): number[] {
  return toArray(vm, mask).map((item) => {
    const index = asIndex(vm, item);
    // A C long that it does not fit in is -1.
    const number = BigInt.asIntN(64, BigInt(index)) === BigInt(index) ? index : -1;
    if (number < 1 || number > 64) throw valueError(`signal number ${number} out of range [1; 64]`);
    return Number(number);
  });
}

function pthread_sigmask(vm: VM, how: PyValue, mask: PyValue): PyValue {
  const { blocked } = signalState(vm);
  const wanted = signalSet(vm, mask);
  const mode = intArgument(vm, how);
  if (mode < 0 || mode > 2) throw osError('EINVAL');
  const old = setOf(vm, blocked);
  if (mode === 2) blocked.clear();
  for (const number of wanted) {
    if (mode === 1) blocked.delete(number);
    else if (number !== numbers.SIGKILL && number !== numbers.SIGSTOP) {
      blocked.add(number);
      watch(vm, number);
    }
  }
  deliverPending(vm);
  handleSignals(vm);
  return old;
}

/** Waits for one of the signals, which are taken without running handlers; `seconds` null waits for ever. */
function waitForSignal(vm: VM, mask: PyValue, seconds: number | null, give: (number: number) => PyValue): PyValue {
  const wanted = signalSet(vm, mask);
  const { pending, blocked } = signalState(vm);
  const added = wanted.filter((number) => !blocked.has(number));
  for (const number of wanted) {
    blocked.add(number);
    watch(vm, number);
  }
  const done = (result: PyValue): PyValue => {
    for (const number of added) blocked.delete(number);
    return result;
  };
  return vm.suspend({
    what: 'a signal',
    ...(seconds === null ? {} : { deadline: clockNow(vm) + seconds * 1000 }),
    poll(late) {
      const number = wanted.find((candidate) => pending.delete(candidate));
      if (number !== undefined) return done(give(number));
      return late ? done(None) : undefined;
    },
  });
}

function signalInfo(vm: VM, number: number): PyValue {
  return new PyStructSequence(siginfoType, [number, 0, 0, vm.host.processes?.pid ?? 0, vm.host.processes?.getuid?.() ?? 0, 0, 0]);
}

function sigtimedwait(vm: VM, mask: PyValue, timeout: PyValue): PyValue {
  const seconds = asDouble(vm, timeout);
  if (seconds < 0) throw valueError('timeout must be non-negative');
  return waitForSignal(vm, mask, seconds, (number) => signalInfo(vm, number));
}

function signal_pause(vm: VM): PyValue {
  const state = signalState(vm);
  const before = state.handled;
  return vm.suspend({ what: 'a signal', poll: () => (state.handled > before ? None : undefined) });
}

function pthread_kill(vm: VM, thread: PyValue, signalnum: PyValue): PyValue {
  const ident = asIndex(vm, thread);
  const number = intArgument(vm, signalnum);
  if (!threadsOf(vm).all.some((other) => BigInt(other.ident) === BigInt(ident))) throw osError('ESRCH');
  if (number < 0 || number > 64) throw osError('EINVAL');
  signalSelf(vm, number);
  return None;
}

function set_wakeup_fd(vm: VM, fdValue: PyValue, warn: PyValue | undefined): PyValue {
  const fd = intArgument(vm, fdValue);
  mainThreadOnly(vm, 'set_wakeup_fd');
  if (fd !== -1 && !socketTable(vm).byDescriptor.has(fd)) {
    hostCall(() => filesOf(vm).fstat(fd));
    if (!descriptorFlags(vm).nonBlocking.has(fd)) throw valueError(`the fd ${fd} must be in non-blocking mode`);
  }
  const state = signalState(vm);
  const old = state.wakeupFd;
  state.wakeupFd = fd;
  state.warnOnFullBuffer = warn === undefined || isTrue(vm, warn);
  return old;
}

/** An interval timer: milliseconds of its own clock. */
interface Timer {
  at: number;
  interval: number;
}

const timerSignals = [SIGALRM, 26, 27] as const;

const timers = (vm: VM): Timer[] => vm.state('_signal.timers', () => timerSignals.map(() => ({ at: Infinity, interval: 0 })));

/** Real time, or (which 1, 2) the processor's. */
function timerClock(vm: VM, which: number): number {
  return which === 0 ? clockNow(vm) : Number(vm.host.clock?.processTime?.() ?? 0n) / 1e6;
}

/** Tells the VM when the next timer is to be looked at. */
function wind(vm: VM): void {
  setAlarm(vm, '_signal', Math.min(...timers(vm).map(({ at }, which) => (at === Infinity ? Infinity : clockNow(vm) + Math.max(0, at - timerClock(vm, which))))), ring);
}

function ring(vm: VM): void {
  timers(vm).forEach((timer, which) => {
    const now = timerClock(vm, which);
    if (now < timer.at) return;
    timer.at = timer.interval === 0 ? Infinity : Math.max(timer.at + timer.interval, now);
    vm.signalArrived(timerSignals[which]);
  });
  wind(vm);
}

function timerState(vm: VM, which: number): PyValue {
  const { at, interval } = timers(vm)[which];
  return newTuple([new PyFloat(at === Infinity ? 0 : Math.max(1e-6, (at - timerClock(vm, which)) / 1000)), new PyFloat(interval / 1000)]);
}

function timerArgument(vm: VM, which: PyValue): number {
  const number = intArgument(vm, which);
  if (number < 0 || number > 2) throw timerError(vm);
  return number;
}

function setitimer(vm: VM, whichValue: PyValue, seconds: PyValue, interval: PyValue | undefined): PyValue {
  const delay = asDouble(vm, seconds) * 1000;
  const every = interval === undefined ? 0 : asDouble(vm, interval) * 1000;
  const which = intArgument(vm, whichValue);
  if (which < 0 || which > 2 || delay < 0 || every < 0) throw timerError(vm);
  const old = timerState(vm, which);
  const timer = timers(vm)[which];
  timer.at = delay === 0 ? Infinity : timerClock(vm, which) + delay;
  timer.interval = delay === 0 ? 0 : every;
  wind(vm);
  return old;
}

function alarm(vm: VM, seconds: PyValue): PyValue {
  const timer = timers(vm)[0];
  const left = timer.at === Infinity ? 0 : Math.max(1, Math.ceil((timer.at - clockNow(vm)) / 1000));
  const delay = intArgument(vm, seconds);
  timer.at = delay <= 0 ? Infinity : clockNow(vm) + delay * 1000;
  timer.interval = 0;
  wind(vm);
  return left;
}

/** `signal.ItimerError`: a class like a program's. */
function timerErrorType(vm: VM): PyType {
  return vm.state('_signal.ItimerError', () => {
    const namespace = new PyDict();
    namespace.setStr('__module__', 'signal');
    return call(vm, typeType, ['itimer_error', newTuple([exceptionTypes.OSError]), namespace]) as PyType;
  });
}

function timerError(vm: VM): PyBaseException {
  return call(vm, timerErrorType(vm), [22, 'Invalid argument']) as PyBaseException;
}

/** The interpreter imports the module at its start: from then on SIGINT is KeyboardInterrupt. */
function handleInterrupts(vm: VM, module: PyValue): void {
  const { handlers } = signalState(vm);
  if (handlers.get(SIGINT) !== SIG_DFL) return;
  handlers.set(SIGINT, (module as PyModule).dict.getStr('default_int_handler') as PyValue);
  watch(vm, SIGINT);
}

/** Python's module `_signal`. CPython 3.12: Modules/signalmodule.c. */
export const _signal: NativeModule = defineModule(
  '_signal',
  {
    ...numbers,
    NSIG: 65, SIG_DFL, SIG_IGN, SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2, ITIMER_REAL: 0, ITIMER_VIRTUAL: 1, ITIMER_PROF: 2,
    ItimerError: (vm) => timerErrorType(vm),
    struct_siginfo: siginfoType,
    default_int_handler: interruptHandler,
    signal: native('signal(signalnum, handler, /)', signal_signal, 'Set the action for the given signal.\n\nThe action can be SIG_DFL, SIG_IGN, or a callable Python object.\nThe previous action is returned.  See getsignal() for possible return values.\n\n*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments:\nthe first is the signal number, the second is the interrupted stack frame.'),
    getsignal: native('getsignal(signalnum, /)', (vm: VM, signalnum: PyValue) => signalState(vm).handlers.get(signalNumber(vm, signalnum)) ?? None, 'Return the current action for the given signal.\n\nThe return value can be:\n  SIG_IGN -- if the signal is being ignored\n  SIG_DFL -- if the default action for the signal is in effect\n  None    -- if an unknown handler is in effect\n  anything else -- the callable Python object used as a handler'),
    raise_signal: native('raise_signal(signalnum, /)', raise_signal, 'Send a signal to the executing process.'),
    strsignal: native('strsignal(signalnum, /)', (vm: VM, signalnum: PyValue) => {
      const number = signalNumber(vm, signalnum);
      const text = descriptions[number];
      if (text !== undefined) return text;
      return number >= 34 ? strFromJS(`Real-time signal ${number - 34}`) : None;
    }, 'Return the system description of the given signal.\n\nReturns the description of signal *signalnum*, such as "Interrupt"\nfor :const:`SIGINT`. Returns :const:`None` if *signalnum* has no\ndescription. Raises :exc:`ValueError` if *signalnum* is invalid.'),
    valid_signals: native('valid_signals()', (vm: VM) => setOf(vm, Array.from({ length: 64 }, (_, i) => i + 1).filter((n) => n !== 32 && n !== 33)), 'Return a set of valid signal numbers on this platform.\n\nThe signal numbers returned by this function can be safely passed to\nfunctions like `pthread_sigmask`.'),
    set_wakeup_fd: native('set_wakeup_fd(fd, *, warn_on_full_buffer=True)', set_wakeup_fd, 'set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nSets the fd to be written to (with the signal number) when a signal\ncomes in.  A library can use this to wakeup select or poll.\nThe previous fd or -1 is returned.\n\nThe fd must be non-blocking.').unsigned(),
    siginterrupt: native('siginterrupt(signalnum, flag, /)', (vm: VM, signalnum: PyValue) => {
      signalNumber(vm, signalnum);
      return None;
    }, 'Change system call restart behaviour.\n\nIf flag is False, system calls will be restarted when interrupted by\nsignal sig, else system calls will be interrupted.'),
    pthread_sigmask: native('pthread_sigmask(how, mask, /)', pthread_sigmask, 'Fetch and/or change the signal mask of the calling thread.'),
    sigpending: native('sigpending()', (vm: VM) => setOf(vm, signalState(vm).pending), 'Examine pending signals.\n\nReturns a set of signal numbers that are pending for delivery to\nthe calling thread.'),
    sigwait: native('sigwait(sigset, /)', (vm: VM, mask: PyValue) => waitForSignal(vm, mask, null, (number) => number), 'Wait for a signal.\n\nSuspend execution of the calling thread until the delivery of one of the\nsignals specified in the signal set sigset.  The function accepts the signal\nand returns the signal number.'),
    sigwaitinfo: native('sigwaitinfo(sigset, /)', (vm: VM, mask: PyValue) => waitForSignal(vm, mask, null, (number) => signalInfo(vm, number)), 'Wait synchronously until one of the signals in *sigset* is delivered.\n\nReturns a struct_siginfo containing information about the signal.'),
    sigtimedwait: native('sigtimedwait(sigset, timeout, /)', sigtimedwait, 'Like sigwaitinfo(), but with a timeout.\n\nThe timeout is specified in seconds, with floating point numbers allowed.'),
    pthread_kill: native('pthread_kill(thread_id, signalnum, /)', pthread_kill, 'Send a signal to a thread.'),
    alarm: native('alarm(seconds, /)', alarm, 'Arrange for SIGALRM to arrive after the given number of seconds.'),
    setitimer: native('setitimer(which, seconds, interval=0.0, /)', setitimer, 'Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\nThe timer will fire after value seconds and after that every interval seconds.\nThe itimer can be cleared by setting seconds to zero.\n\nReturns old values as a tuple: (delay, interval).'),
    getitimer: native('getitimer(which, /)', (vm: VM, which: PyValue) => timerState(vm, timerArgument(vm, which)), 'Returns current value of given itimer.'),
    pause: native('pause()', signal_pause, 'Wait until a signal arrives.'),
  },
  {
    doc: 'This module provides mechanisms to use signal handlers in Python.',
    exec: handleInterrupts,
    resume(vm, module) {
      vm.moduleStates.delete('_signal'); // Of another process.
      handleInterrupts(vm, module);
    },
  },
);
