import { PyStructSequence, audit, handleSignals, isCallable, native, newTuple, None, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { isPromise, later, processesOf } from './host.ts';
import { intArgument } from './paths.ts';
import { ProcessExit } from './process-exit.ts';
import { waitidResultType } from './results.ts';
import { SIGABRT, signalSelf } from './signals.ts';
import { newUsage } from './usage.ts';

/* Processes (CPython 3.12: Modules/posixmodule.c). */

function posix__exit(vm: VM, status: PyValue): PyValue {
  throw new ProcessExit(intArgument(vm, status) & 255);
}

function posix_abort(vm: VM): PyValue {
  vm.signalArrived(SIGABRT);
  throw new ProcessExit(134);
}

function posix_kill(vm: VM, pid: PyValue, signal: PyValue): PyValue {
  const target = intArgument(vm, pid);
  const number = intArgument(vm, signal);
  const processes = processesOf(vm);
  audit(vm, 'os.kill', target, number);
  if (target === processes.pid && number > 0 && number <= 64) {
    signalSelf(vm, number);
    return None;
  }
  if (processes.kill === undefined) throw osError('EPERM');
  hostCall(() => processes.kill?.(target, number));
  handleSignals(vm);
  return None;
}

function posix_killpg(vm: VM, pgid: PyValue, signal: PyValue): PyValue {
  const group = intArgument(vm, pgid);
  const number = intArgument(vm, signal);
  audit(vm, 'os.killpg', group, number);
  return posix_kill(vm, -group, number);
}

function posix_umask(vm: VM, mask: PyValue): PyValue {
  const bits = intArgument(vm, mask);
  const { processes } = vm.host;
  if (processes?.umask !== undefined) return hostCall(() => processes.umask?.(bits)) ?? 0;
  const state = vm.state('posix.umask', () => ({ mask: 0o22 }));
  const old = state.mask;
  state.mask = bits & 0o777;
  return old;
}

const WNOHANG = 1;

function posix_waitpid(vm: VM, pid: PyValue, options: PyValue): PyValue {
  return waitForChild(vm, intArgument(vm, pid), intArgument(vm, options), (ended) => newTuple([ended.pid, ended.status]));
}

/** Waits for a child (`pid` -1: any), by the host. */
export function waitForChild(vm: VM, pid: number, options: number, done: (ended: { readonly pid: number; readonly status: number }) => PyValue): PyValue {
  const { processes } = vm.host;
  if (processes?.wait === undefined) throw osError('ECHILD');
  const look = (): ReturnType<NonNullable<typeof processes.wait>> => hostCall(() => processes.wait?.(pid, true));
  const result = look();
  if (result !== undefined || (options & WNOHANG) !== 0) return later(vm, 'a child process', result ?? { pid: 0, status: 0 }, (error) => fromHostError(error), done);
  return vm.suspend({
    what: 'a child process',
    external: true,
    poll() {
      const ended = look();
      return ended === undefined || isPromise(ended) ? undefined : done(ended);
    },
  });
}

/** What a child has used is not known: the numbers are zero. */
function posix_wait4(vm: VM, pid: PyValue, options: PyValue): PyValue {
  return waitForChild(vm, intArgument(vm, pid), intArgument(vm, options), ({ pid: child, status }) => newTuple([child, status, newUsage(null)]));
}

const SIGCHLD = 17;
const P_ALL = 0;
const P_PID = 1;
const WEXITED = 4;

/** `waitid(idtype, id, options)`: hosts tell of children that have ended, and of no others. */
function posix_waitid(vm: VM, idtype: PyValue, id: PyValue, options: PyValue): PyValue {
  const kind = intArgument(vm, idtype);
  const number = intArgument(vm, id);
  const bits = intArgument(vm, options);
  if ((bits & WEXITED) === 0 || (kind !== P_ALL && kind !== P_PID)) throw osError('EINVAL');
  return waitForChild(vm, kind === P_ALL ? -1 : number, bits & WNOHANG, ({ pid, status }) => {
    if (pid === 0) return None;
    const [code, value] = exited(status) ? [1, (status >> 8) & 255] : [(status & 0x80) === 0 ? 2 : 3, signalOf(status)];
    return new PyStructSequence(waitidResultType, [pid, vm.host.processes?.getuid?.() ?? 0, SIGCHLD, value, code]);
  });
}

function posix_wait(vm: VM): PyValue {
  return waitForChild(vm, -1, 0, (ended) => newTuple([ended.pid, ended.status]));
}

// Wait statuses as Linux packs them: exit code in the second byte, signal in the lowest seven bits, core dump in the eighth.

const signalOf = (status: number): number => status & 0x7f;
const exited = (status: number): boolean => signalOf(status) === 0;
const stopped = (status: number): boolean => (status & 0xff) === 0x7f;
const signaled = (status: number): boolean => !exited(status) && !stopped(status);

function onStatus(name: string, doc: string, read: (status: number) => PyValue, positionalOnly = false): NativeDef {
  return native(`${name}(status${positionalOnly ? ', /' : ''})`, (vm: VM, status: PyValue) => read(intArgument(vm, status)), doc);
}

/** `waitstatus_to_exitcode(status)` */
export function exitCode(status: number): PyValue {
  if (exited(status)) return (status >> 8) & 255;
  if (signaled(status)) return -signalOf(status);
  if (stopped(status)) throw valueError(`process stopped by delivery of signal ${(status >> 8) & 255}`);
  throw valueError(`invalid wait status: ${status}`);
}

function posix_register_at_fork(_vm: VM, before: PyValue | undefined, inChild: PyValue | undefined, inParent: PyValue | undefined): PyValue {
  const given = Object.entries({ before, after_in_child: inChild, after_in_parent: inParent }).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw typeError('At least one argument is required.');
  for (const [name, value] of given) {
    if (!isCallable(value as PyValue)) throw typeError(`'${name}' must be callable, not ${typeOf(value as PyValue).tpName}`);
  }
  return None; // There is no fork to run them at.
}

/** No host has descriptors of processes: as on a kernel before 5.3. */
function posix_pidfd_open(vm: VM, pid: PyValue, flags: PyValue | undefined): PyValue {
  intArgument(vm, pid);
  if (flags !== undefined) intArgument(vm, flags);
  throw osError('ENOSYS');
}

export const processFunctions: readonly NativeDef[] = [
  native('_exit(status)', posix__exit, 'Exit to the system with specified status, without normal exit processing.'),
  native('abort()', posix_abort, "Abort the interpreter immediately.\n\nThis function 'dumps core' or otherwise fails in the hardest way possible\non the hosting operating system.  This function never returns."),
  native('getpid()', (vm: VM) => vm.host.processes?.pid ?? 1, 'Return the current process id.'),
  native('getppid()', (vm: VM) => vm.host.processes?.ppid ?? 0, "Return the parent's process id.\n\nIf the parent process has already exited, Windows machines will still\nreturn its id; others systems will return the id of the 'init' process (1)."),
  native('kill(pid, signal, /)', posix_kill, 'Kill a process with a signal.'),
  native('killpg(pgid, signal, /)', posix_killpg, 'Kill a process group with a signal.'),
  native('pidfd_open(pid, flags=0)', posix_pidfd_open, 'Return a file descriptor referring to the process *pid*.\n\nThe descriptor can be used to perform process management without races and\nsignals.'),
  native('umask(mask, /)', posix_umask, 'Set the current numeric umask and return the previous umask.'),
  native('wait()', posix_wait, 'Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n    (pid, status)'),
  native('waitpid(pid, options, /)', posix_waitpid, 'Wait for completion of a given child process.\n\nReturns a tuple of information regarding the child process:\n    (pid, status)\n\nThe options argument is ignored on Windows.'),
  native('wait3(options)', (vm: VM, options: PyValue) => posix_wait4(vm, -1, options), 'Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n  (pid, status, rusage)'),
  native('wait4(pid, options)', posix_wait4, 'Wait for completion of a specific child process.\n\nReturns a tuple of information about the child process:\n  (pid, status, rusage)'),
  native('waitid(idtype, id, options, /)', posix_waitid, 'Returns the result of waiting for a process or processes.\n\n  idtype\n    Must be one of be P_PID, P_PGID or P_ALL.\n  id\n    The id to wait on.\n  options\n    Constructed from the ORing of one or more of WEXITED, WSTOPPED\n    or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.\n\nReturns either waitid_result or None if WNOHANG is specified and there are\nno children in a waitable state.'),
  native('register_at_fork(*, before=None, after_in_child=None, after_in_parent=None)', posix_register_at_fork, "Register callables to be called when forking a new process.\n\n  before\n    A callable to be called in the parent before the fork() syscall.\n  after_in_child\n    A callable to be called in the child after fork().\n  after_in_parent\n    A callable to be called in the parent after fork().\n\n'before' callbacks are called in reverse order.\n'after_in_child' and 'after_in_parent' callbacks are called in order."),
  onStatus('WCOREDUMP', 'Return True if the process returning status was dumped to a core file.', (status) => (status & 0x80) !== 0, true),
  onStatus('WIFCONTINUED', 'Return True if a particular process was continued from a job control stop.\n\nReturn True if the process returning status was continued from a\njob control stop.', (status) => status === 0xffff),
  onStatus('WIFSTOPPED', 'Return True if the process returning status was stopped.', stopped),
  onStatus('WIFSIGNALED', 'Return True if the process returning status was terminated by a signal.', signaled),
  onStatus('WIFEXITED', 'Return True if the process returning status exited via the exit() system call.', exited),
  onStatus('WEXITSTATUS', 'Return the process return code from status.', (status) => (status >> 8) & 255),
  onStatus('WTERMSIG', 'Return the signal that terminated the process that provided the status value.', signalOf),
  onStatus('WSTOPSIG', 'Return the signal that stopped the process that provided the status value.', (status) => (status >> 8) & 255),
  onStatus('waitstatus_to_exitcode', 'Convert a wait status to an exit code.', exitCode),
];
