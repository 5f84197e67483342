import { asIndex, callMethod, clockNow, defineModule, isInt, isTrue, native, None, overflowError, PyBaseException, PyFloat, runtimeError, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { setAlarm } from './alarms.ts';
import { osError } from './os-error.ts';
import { intArgument } from './posix/paths.ts';
import { ProcessExit } from './posix/process-exit.ts';
import { SIGABRT, signalState, unwatch, watch } from './posix/signals.ts';
import { allStacks, currentStack, extensionModules, writeText } from './traceback-dump.ts';

/* `faulthandler` (CPython 3.12: Modules/faulthandler.c): tracebacks straight to a descriptor, at once, later, on a signal, or when the process is killed. */

/** Signals that end a process since something is wrong with it, and what is said then. */
const fatal: ReadonlyMap<number, string> = new Map([[7, 'Bus error'], [4, 'Illegal instruction'], [8, 'Floating point exception'], [6, 'Aborted'], [11, 'Segmentation fault']]);
const SIGFPE = 8;
const SIGSEGV = 11;

/** Where to write. The file is kept, since nobody else may have it. */
interface Target {
  readonly fd: number;
  readonly file: PyValue;
}

function target(vm: VM, given: PyValue | undefined): Target {
  let file = given;
  if (file === undefined || file === None) {
    file = vm.sysDict.getStr('stderr');
    if (file === undefined) throw runtimeError('unable to get sys.stderr');
    if (file === None) throw runtimeError('sys.stderr is None');
  } else if (isInt(file)) {
    const fd = intArgument(vm, file);
    if (fd < 0) throw valueError('file is not a valid file descriptor');
    return { fd, file: None };
  }
  const number = callMethod(vm, file, 'fileno');
  const fd = isInt(number) ? intArgument(vm, number) : -1;
  if (fd < 0) throw runtimeError('file.fileno() is not a valid file descriptor');
  try {
    callMethod(vm, file, 'flush');
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
  }
  return { fd, file };
}

interface FaultState {
  /** Where the traceback goes when the process is killed; null while disabled. */
  handler: (Target & { readonly allThreads: boolean }) | null;
  /** What `dump_traceback_later` is to do; null when nothing. */
  later: (Target & { readonly header: string; readonly milliseconds: number; readonly repeat: boolean; readonly exit: boolean }) | null;
  readonly registered: Map<number, Target>;
}

const state = (vm: VM): FaultState => vm.state('faulthandler', () => ({ handler: null, later: null, registered: new Map() }));

/** `enable`: the traceback is written before one of the fatal signals ends the process. `fd` is standard error unless another is given. */
export function enableFaultHandler(vm: VM, where: Target = { fd: 2, file: None }, allThreads = true): void {
  state(vm).handler = { ...where, allThreads };
  const { observers } = signalState(vm);
  for (const [number, what] of fatal) observers.set(number, { notice: () => dumpFatal(vm, `Fatal Python error: ${what}\n\n`), chain: true });
  // A host cannot be told of the others when they are in earnest.
  watch(vm, SIGABRT);
}

function disable(vm: VM): PyValue {
  const enabled = state(vm).handler !== null;
  state(vm).handler = null;
  const { observers, handlers } = signalState(vm);
  for (const number of fatal.keys()) observers.delete(number);
  if (typeof handlers.get(SIGABRT) !== 'object') unwatch(vm, SIGABRT);
  return enabled;
}

function dumpFatal(vm: VM, header: string): void {
  const { handler } = state(vm);
  if (handler !== null) writeText(vm, handler.fd, header + (handler.allThreads ? allStacks(vm, true) : currentStack(vm)) + extensionModules(vm));
}

/** Ends the process after an error that nothing can be done about (CPython: Py_FatalError). `running`: in a thread of Python's. */
export function fatalError(vm: VM, func: string, message: string, running = true): void {
  const { handler } = state(vm);
  const header = `Fatal Python error: ${func}: ${message}\nPython runtime state: initialized\n\n`;
  writeText(vm, handler?.fd ?? 2, header + allStacks(vm, running) + extensionModules(vm));
  signalState(vm).observers.delete(SIGABRT); // It has been told.
  vm.signalArrived(SIGABRT);
}

function dump_traceback(vm: VM, file: PyValue | undefined, all_threads: PyValue | undefined): PyValue {
  const { fd } = target(vm, file);
  const all = all_threads === undefined || isTrue(vm, all_threads);
  writeText(vm, fd, all ? allStacks(vm, true) : currentStack(vm));
  return None;
}

function dump_traceback_later(vm: VM, timeout: PyValue, repeat?: PyValue, file?: PyValue, exit?: PyValue): PyValue {
  const seconds = timeout instanceof PyFloat ? timeout.value : Number(asIndex(vm, timeout));
  if (Number.isNaN(seconds)) throw valueError('Invalid value NaN (not a number)');
  if (Math.abs(seconds) >= 2 ** 63 / 1e9) throw overflowError(timeout instanceof PyFloat ? 'timestamp out of range for platform time_t' : 'timestamp too large to convert to C _PyTime_t');
  const microseconds = Math.ceil(seconds * 1e6);
  if (microseconds <= 0) throw valueError('timeout must be greater than 0');
  const again = repeat !== undefined && isTrue(vm, repeat);
  const where = target(vm, file);
  state(vm).later = { ...where, header: timeoutText(microseconds), milliseconds: microseconds / 1000, repeat: again, exit: exit !== undefined && isTrue(vm, exit) };
  setAlarm(vm, 'faulthandler', clockNow(vm) + microseconds / 1000, timeIsOver);
  return None;
}

/** `Timeout (0:00:00.500000)!` */
function timeoutText(microseconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(microseconds / 1e6);
  const rest = microseconds % 1e6;
  const time = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `Timeout (${time}${rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`})!\n`;
}

function timeIsOver(vm: VM): void {
  const { later } = state(vm);
  if (later === null) return;
  writeText(vm, later.fd, later.header + allStacks(vm, false));
  if (later.exit) throw new ProcessExit(1);
  if (later.repeat) setAlarm(vm, 'faulthandler', clockNow(vm) + later.milliseconds, timeIsOver);
  else cancelLater(vm);
}

function cancelLater(vm: VM): PyValue {
  state(vm).later = null;
  setAlarm(vm, 'faulthandler', Infinity, timeIsOver);
  return None;
}

function signalNumber(vm: VM, value: PyValue): number {
  const number = intArgument(vm, value);
  if (fatal.has(number)) throw runtimeError(`signal ${number} cannot be registered, use enable() instead`);
  if (number < 1 || number > 64) throw valueError('signal number out of range');
  return number;
}

function register(vm: VM, signum: PyValue, file?: PyValue, all_threads?: PyValue, chain?: PyValue): PyValue {
  const number = signalNumber(vm, signum);
  const where = target(vm, file);
  if (number === 9 || number === 19) throw osError('EINVAL'); // SIGKILL, SIGSTOP
  const all = all_threads === undefined || isTrue(vm, all_threads);
  state(vm).registered.set(number, where);
  const notice = (): void => writeText(vm, where.fd, all ? allStacks(vm, true) : currentStack(vm));
  signalState(vm).observers.set(number, { notice, chain: chain !== undefined && isTrue(vm, chain) });
  watch(vm, number);
  return None;
}

function unregister(vm: VM, signum: PyValue): PyValue {
  const number = signalNumber(vm, signum);
  if (!state(vm).registered.delete(number)) return false;
  const { observers, handlers } = signalState(vm);
  observers.delete(number);
  if (typeof handlers.get(number) !== 'object') unwatch(vm, number);
  return true;
}

/** One of the functions by which CPython's tests kill the process. */
function killer(name: string, number: number, doc: string) {
  return native(`${name}(release_gil=False, /)`, (vm: VM) => {
    vm.signalArrived(number);
    return None;
  }, doc).unsigned();
}

/** Python's module `faulthandler`. CPython 3.12: Modules/faulthandler.c. */
export const faulthandler: NativeModule = defineModule(
  'faulthandler',
  {
    enable: native('enable(file=sys.stderr, all_threads=True)', (vm: VM, file: PyValue | undefined, all_threads: PyValue | undefined) => {
      enableFaultHandler(vm, target(vm, file), all_threads === undefined || isTrue(vm, all_threads));
      return None;
    }, 'enable(file=sys.stderr, all_threads=True): enable the fault handler').unsigned(),
    disable: native('disable()', disable, 'disable(): disable the fault handler').unsigned(),
    is_enabled: native('is_enabled()', (vm: VM) => state(vm).handler !== null, 'is_enabled()->bool: check if the handler is enabled').unsigned(),
    dump_traceback: native('dump_traceback(file=sys.stderr, all_threads=True)', dump_traceback, 'dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current thread, or of all threads if all_threads is True, into file').unsigned(),
    dump_traceback_later: native('dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False)', dump_traceback_later, 'dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\ndump the traceback of all threads in timeout seconds,\nor each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.').unsigned(),
    cancel_dump_traceback_later: native('cancel_dump_traceback_later()', cancelLater, 'cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later().').unsigned(),
    register: native('register(signum, file=sys.stderr, all_threads=True, chain=False)', register, 'register(signum, file=sys.stderr, all_threads=True, chain=False): register a handler for the signal \'signum\': dump the traceback of the current thread, or of all threads if all_threads is True, into file').unsigned(),
    unregister: native('unregister(signum, /)', unregister, "unregister(signum): unregister the handler of the signal 'signum' registered by register()").unsigned(),
    _read_null: killer('_read_null', SIGSEGV, '_read_null(): read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform'),
    _sigsegv: killer('_sigsegv', SIGSEGV, '_sigsegv(release_gil=False): raise a SIGSEGV signal'),
    _fatal_error_c_thread: native('_fatal_error_c_thread()', (vm: VM) => {
      fatalError(vm, 'faulthandler_fatal_error_thread', 'in new thread', false);
      return None;
    }, 'fatal_error_c_thread(): call Py_FatalError() in a new C thread.').unsigned(),
    _sigabrt: killer('_sigabrt', SIGABRT, '_sigabrt(): raise a SIGABRT signal'),
    _sigfpe: killer('_sigfpe', SIGFPE, '_sigfpe(): raise a SIGFPE signal'),
    _stack_overflow: killer('_stack_overflow', SIGSEGV, '_stack_overflow(): recursive call to raise a stack overflow'),
  },
  { doc: 'faulthandler module.' },
);
