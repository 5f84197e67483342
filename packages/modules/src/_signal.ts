import {
  asDouble, asIndex, defineModule, defineStructSequence, exceptionTypes, native, newException, newTuple, None, PyFloat, PySet, setType, strFromJS, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { osError } from './os-error.ts';

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

const SIG_DFL = 0;
const SIG_IGN = 1;

interface SignalState {
  readonly handlers: Map<number, PyValue>;
  readonly watches: Map<number, () => void>;
  wakeupFd: number;
  readonly blocked: Set<number>;
}

function state(vm: VM): SignalState {
  return vm.state('_signal', () => {
    const handlers = new Map<number, PyValue>();
    for (let number = 1; number < 65; number++) handlers.set(number, SIG_DFL);
    handlers.set(numbers.SIGPIPE, SIG_IGN);
    handlers.set(numbers.SIGXFSZ, SIG_IGN);
    vm.signalHandler = (owner, number) => deliverSignal(owner, number)?.handler ?? null;
    return { handlers, watches: new Map(), wakeupFd: -1, blocked: new Set() };
  });
}

function signalNumber(vm: VM, value: PyValue): number {
  const number = Number(asIndex(vm, value));
  if (number < 1 || number > 64) throw valueError('signal number out of range');
  return number;
}

/** What runs when a signal has arrived: called by the breaker between instructions. */
export function deliverSignal(vm: VM, number: number): { readonly handler: PyValue } | null {
  const handler = state(vm).handlers.get(number) ?? SIG_DFL;
  return typeof handler === 'object' ? { handler } : null;
}

function signal_signal(vm: VM, signalnum: PyValue, handler: PyValue): PyValue {
  const number = signalNumber(vm, signalnum);
  let kept: PyValue;
  if (typeof handler === 'number' || typeof handler === 'boolean') kept = handler;
  else if (typeOf(handler).nb_index !== undefined && (asIndex(vm, handler) === SIG_DFL || asIndex(vm, handler) === SIG_IGN)) kept = asIndex(vm, handler);
  else if (typeOf(handler).tp_call !== undefined) kept = handler;
  else throw typeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object');
  if (number === numbers.SIGKILL || number === numbers.SIGSTOP) throw osError('EINVAL');
  const { handlers, watches } = state(vm);
  const old = handlers.get(number) ?? None;
  handlers.set(number, kept);
  watches.get(number)?.();
  watches.delete(number);
  if (typeof kept === 'object' && vm.host.signals !== undefined) watches.set(number, vm.host.signals.watch(number, () => vm.signalArrived(number)));
  return old;
}

function raise_signal(vm: VM, signalnum: PyValue): PyValue {
  const number = signalNumber(vm, signalnum);
  const handler = state(vm).handlers.get(number) ?? SIG_DFL;
  if (typeof handler === 'object') vm.signalArrived(number);
  else if (handler === SIG_DFL && vm.host.processes?.kill !== undefined) vm.host.processes.kill(vm.host.processes.pid, number);
  return None;
}

function default_int_handler(): PyValue {
  throw newException(exceptionTypes.KeyboardInterrupt);
}

const setOf = (vm: VM, items: Iterable<number>): PyValue => {
  const set = new PySet(setType);
  for (const item of items) set.table.add(vm, item);
  return set;
};

function pthread_sigmask(vm: VM, how: PyValue, mask: PyValue): PyValue {
  const { blocked } = state(vm);
  const old = setOf(vm, blocked);
  const wanted = toArray(vm, mask).map((item) => signalNumber(vm, item));
  const mode = Number(asIndex(vm, how));
  if (mode === 2) blocked.clear();
  for (const number of wanted) {
    if (mode === 1) blocked.delete(number);
    else blocked.add(number);
  }
  return old;
}

const unsupported = (): PyValue => {
  throw osError('ENOSYS');
};

export const _signal: NativeModule = defineModule(
  '_signal',
  {
    ...numbers,
    NSIG: 65, SIG_DFL, SIG_IGN, SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2, ITIMER_REAL: 0, ITIMER_VIRTUAL: 1, ITIMER_PROF: 2,
    ItimerError: exceptionTypes.OSError,
    struct_siginfo: defineStructSequence('signal', 'struct_siginfo', ['si_signo', 'si_code', 'si_errno', 'si_pid', 'si_uid', 'si_status', 'si_band'].map((name) => ({ name }))),
    default_int_handler: native('default_int_handler(signalnum, frame, /)', default_int_handler, 'The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.'),
    signal: native('signal(signalnum, handler, /)', signal_signal, 'Set the action for the given signal.\n\nThe action can be SIG_DFL, SIG_IGN, or a callable Python object.\nThe previous action is returned.  See getsignal() for possible return values.\n\n*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments:\nthe first is the signal number, the second is the interrupted stack frame.'),
    getsignal: native('getsignal(signalnum, /)', (vm: VM, signalnum: PyValue) => state(vm).handlers.get(signalNumber(vm, signalnum)) ?? None, 'Return the current action for the given signal.\n\nThe return value can be:\n  SIG_IGN -- if the signal is being ignored\n  SIG_DFL -- if the default action for the signal is in effect\n  None    -- if an unknown handler is in effect\n  anything else -- the callable Python object used as a handler'),
    raise_signal: native('raise_signal(signalnum, /)', raise_signal, 'Send a signal to the executing process.'),
    strsignal: native('strsignal(signalnum, /)', (vm: VM, signalnum: PyValue) => {
      const number = signalNumber(vm, signalnum);
      const text = descriptions[number];
      if (text !== undefined) return text;
      return number >= 34 ? strFromJS(`Real-time signal ${number - 34}`) : None;
    }, 'Return the system description of the given signal.\n\nReturns the description of signal *signalnum*, such as "Interrupt"\nfor :const:`SIGINT`. Returns :const:`None` if *signalnum* has no\ndescription. Raises :exc:`ValueError` if *signalnum* is invalid.'),
    valid_signals: native('valid_signals()', (vm: VM) => setOf(vm, Array.from({ length: 64 }, (_, i) => i + 1).filter((n) => n !== 32 && n !== 33)), 'Return a set of valid signal numbers on this platform.\n\nThe signal numbers returned by this function can be safely passed to\nfunctions like `pthread_kill`.'),
    set_wakeup_fd: native('set_wakeup_fd(fd, *, warn_on_full_buffer=True)', (vm: VM, fd: PyValue) => {
      const old = state(vm).wakeupFd;
      state(vm).wakeupFd = Number(asIndex(vm, fd));
      return old;
    }, 'set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nSets the fd to be written to (with the signal number) when a signal\ncomes in.  A library can use this to wakeup select or poll.\nThe previous fd or -1 is returned.\n\nThe fd must be non-blocking.'),
    siginterrupt: native('siginterrupt(signalnum, flag, /)', (vm: VM, signalnum: PyValue) => {
      signalNumber(vm, signalnum);
      return None;
    }, 'Change system call restart behaviour.\n\nIf flag is False, system calls will be restarted when interrupted by\nsignal sig, else system calls will be interrupted.'),
    pthread_sigmask: native('pthread_sigmask(how, mask, /)', pthread_sigmask, 'Fetch and/or change the signal mask of the calling thread.'),
    sigpending: native('sigpending()', (vm: VM) => setOf(vm, []), 'Examine pending signals.\n\nReturns a set of signal numbers that are pending for delivery to\nthe calling thread.'),
    alarm: native('alarm(seconds, /)', unsupported, 'Arrange for SIGALRM to arrive after the given number of seconds.'),
    setitimer: native('setitimer(which, seconds, interval=0.0, /)', (vm: VM, _which: PyValue, seconds: PyValue) => {
      if (asDouble(vm, seconds) === 0) return newTuple([new PyFloat(0), new PyFloat(0)]);
      return unsupported();
    }, 'Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\nThe timer will fire after value seconds and after that every interval seconds.\nThe itimer can be cleared by setting seconds to zero.\n\nReturns old values as a tuple: (delay, interval).'),
    getitimer: native('getitimer(which, /)', () => newTuple([new PyFloat(0), new PyFloat(0)]), 'Returns current value of given itimer.'),
    pause: native('pause()', unsupported, 'Wait until a signal arrives.'),
  },
  { doc: 'This module provides mechanisms to use signal handlers in Python.' },
);
