import {
  type PyBytes, PyList, PyTuple, asIndex, call, callMethod, handleSignals, isTrue, jsText, native, newTuple, None, toArray, typeError, typeOf, valueError, isCallable, isStr,
} from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { filesOf, isPromise, later, processesOf } from './host.ts';
import { fsConvert, fsdecode, intArgument, pathArgument } from './paths.ts';
import { ProcessExit } from './process-exit.ts';
import { signalSelf } from './signals.ts';

/* Processes (CPython 3.12: Modules/posixmodule.c). */

function posix__exit(vm: VM, status: PyValue): PyValue {
  throw new ProcessExit(intArgument(vm, status) & 255);
}

function posix_abort(): PyValue {
  throw new ProcessExit(134);
}

/** What only a kernel can do: a process cannot be copied or replaced from inside JavaScript. */
function notSupported(): PyValue {
  throw osError('ENOSYS');
}

const processGroup = (vm: VM): PyValue => vm.host.processes?.pid ?? 1;
const userId = (vm: VM): PyValue => vm.host.processes?.getuid?.() ?? 0;
const groupId = (vm: VM): PyValue => vm.host.processes?.getgid?.() ?? 0;

function posix_kill(vm: VM, pid: PyValue, signal: PyValue): PyValue {
  const target = intArgument(vm, pid);
  const number = intArgument(vm, signal);
  const processes = processesOf(vm);
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
  return posix_kill(vm, -intArgument(vm, pgid), signal);
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
  return waitFor(vm, intArgument(vm, pid), intArgument(vm, options), (ended) => newTuple([ended.pid, ended.status]));
}

function waitFor(vm: VM, pid: number, options: number, done: (ended: { readonly pid: number; readonly status: number }) => PyValue): PyValue {
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

function posix_wait(vm: VM): PyValue {
  return waitFor(vm, -1, 0, (ended) => newTuple([ended.pid, ended.status]));
}

/** `system(command)`: the shell's wait status. */
function posix_system(vm: VM, command: PyValue): PyValue {
  const text = jsText(fsdecode(vm, fsConvert(vm, command).bytes));
  const processes = processesOf(vm);
  if (processes.spawn === undefined) throw osError('ENOSYS');
  const pid = hostCall(() => processes.spawn?.('/bin/sh', ['-c', text], { stdio: [0, 1, 2] }) ?? -1);
  return waitFor(vm, pid, 0, (ended) => ended.status);
}

/** `posix_spawn(path, argv, env, …)`: file actions may only say what descriptors 0, 1 and 2 are. */
function spawner(what: 'posix_spawn' | 'posix_spawnp') {
  return (vm: VM, path: PyValue, argv: PyValue, env: PyValue, actions: PyValue | undefined, ...unsupported: (PyValue | undefined)[]): PyValue => {
    const target = pathArgument(vm, what, path);
    if (!(argv instanceof PyList || argv instanceof PyTuple)) throw typeError(`${what}: argv must be a tuple or list`);
    if (argv.items.length === 0) throw valueError(`${what}: argv must not be empty`);
    if (typeOf(env).mp_subscript === undefined) throw typeError(`${what}: environment must be a mapping object`);
    if (unsupported.some((value) => value !== undefined && isTrue(vm, value))) throw osError('ENOSYS');
    const args = argv.items.map((item) => jsText(fsdecode(vm, fsConvert(vm, item).bytes)));
    const stdio = spawnDescriptors(vm, actions === undefined || actions === None ? [] : toArray(vm, actions));
    const processes = processesOf(vm);
    if (processes.spawn === undefined) throw osError('ENOSYS');
    return hostCall(() => processes.spawn?.(target.text, args.slice(1), { env: environmentOf(vm, env), stdio }) ?? -1, target.shown);
  };
}

const POSIX_SPAWN_OPEN = 0;
const POSIX_SPAWN_CLOSE = 1;

function spawnDescriptors(vm: VM, actions: readonly PyValue[]): [number, number, number] {
  const stdio: [number, number, number] = [0, 1, 2];
  for (const action of actions) {
    if (!(action instanceof PyTuple) || action.items.length === 0) throw typeError('Each file_actions element must be a non-empty tuple');
    const [kind, first, second, flags, mode] = action.items;
    const fd = intArgument(vm, first);
    if (intArgument(vm, kind) === POSIX_SPAWN_CLOSE) {
      if (fd <= 2) stdio[fd] = -1;
    } else if (intArgument(vm, kind) === POSIX_SPAWN_OPEN) {
      if (fd <= 2) stdio[fd] = hostCall(() => filesOf(vm).open(pathArgument(vm, 'posix_spawn', second).text, intArgument(vm, flags), intArgument(vm, mode)), second);
    } else if (intArgument(vm, second) <= 2) stdio[intArgument(vm, second)] = fd <= 2 ? stdio[fd] : fd;
  }
  return stdio;
}

/** The environment of a child, from a mapping of str or bytes. */
export function environmentOf(vm: VM, env: PyValue): Record<string, string> {
  const result: Record<string, string> = {};
  const text = (value: PyValue): string => jsText(fsdecode(vm, fsConvert(vm, value).bytes));
  for (const pair of toArray(vm, callMethod(vm, env, 'items'))) {
    const [name, value] = toArray(vm, pair);
    if (text(name).includes('=')) throw valueError('illegal environment variable name');
    result[text(name)] = text(value);
  }
  return result;
}

// Wait statuses as Linux packs them: exit code in the second byte, signal in the lowest seven bits, core dump in the eighth.

const signalOf = (status: number): number => status & 0x7f;
const exited = (status: number): boolean => signalOf(status) === 0;
const stopped = (status: number): boolean => (status & 0xff) === 0x7f;
const signaled = (status: number): boolean => !exited(status) && !stopped(status);

function onStatus(name: string, doc: string, read: (status: number) => PyValue, positionalOnly = false): NativeDef {
  return native(`${name}(status${positionalOnly ? ', /' : ''})`, (vm: VM, status: PyValue) => read(intArgument(vm, status)), doc);
}

function exitCode(status: number): PyValue {
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

function posix_execv(vm: VM, path: PyValue, argv: PyValue): PyValue {
  return refuseExec(vm, 'execv', path, argv);
}

function posix_execve(vm: VM, path: PyValue, argv: PyValue, env: PyValue): PyValue {
  if (typeOf(env).mp_subscript === undefined) throw typeError('execve: environment must be a mapping object');
  return refuseExec(vm, 'execve', path, argv);
}

/** Checks what CPython checks, then says that a process cannot be replaced. */
function refuseExec(vm: VM, what: string, path: PyValue, argv: PyValue): PyValue {
  const target = pathArgument(vm, what, path);
  if (!(argv instanceof PyList || argv instanceof PyTuple)) throw typeError(what === 'execv' ? 'execv() arg 2 must be a tuple or list' : 'execve: argv must be a tuple or list');
  if (argv.items.length === 0) throw valueError(what === 'execv' ? 'execv() arg 2 must not be empty' : 'execve: argv must not be empty');
  for (const item of argv.items) fsConvert(vm, item);
  if (jsText(isStr(argv.items[0]) ? argv.items[0] : fsdecode(vm, (argv.items[0] as PyBytes).bytes)) === '') throw valueError(`${what === 'execv' ? 'execv() arg 2' : 'execve: argv'} first element cannot be empty`);
  hostCall(() => filesOf(vm).stat(target.text), target.shown);
  throw osError('ENOSYS', target.shown);
}

function posix_sched_getaffinity(vm: VM, pid: PyValue): PyValue {
  asIndex(vm, pid);
  const count = callMethod(vm, vm.modules.getStr('posix') as PyValue, 'cpu_count');
  return call(vm, vm.builtins.getStr('set') as PyValue, [new PyList(Array.from({ length: Number(count) }, (_item, i) => i))]);
}

export const processFunctions: readonly NativeDef[] = [
  native('_exit(status)', posix__exit, 'Exit to the system with specified status, without normal exit processing.'),
  native('abort()', posix_abort, "Abort the interpreter immediately.\n\nThis function 'dumps core' or otherwise fails in the hardest way possible\non the hosting operating system.  This function never returns."),
  native('execv(path, argv, /)', posix_execv, 'Execute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.'),
  native('execve(path, argv, env)', posix_execve, 'Execute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.'),
  native('getpid()', processGroup, 'Return the current process id.'),
  native('getppid()', (vm: VM) => vm.host.processes?.ppid ?? 0, "Return the parent's process id.\n\nIf the parent process has already exited, Windows machines will still\nreturn its id; others systems will return the id of the 'init' process (1)."),
  native('getpgrp()', processGroup, 'Return the current process group id.'),
  native('getpgid(pid)', processGroup, 'Call the system call getpgid(), and return the result.'),
  native('getsid(pid, /)', processGroup, 'Call the system call getsid(pid) and return the result.'),
  native('getuid()', userId, "Return the current process's user id."),
  native('geteuid()', userId, "Return the current process's effective user id."),
  native('getgid()', groupId, "Return the current process's group id."),
  native('getegid()', groupId, "Return the current process's effective group id."),
  native('getresuid()', (vm: VM) => newTuple([userId(vm), userId(vm), userId(vm)]), "Return a tuple of the current process's real, effective, and saved user ids."),
  native('getresgid()', (vm: VM) => newTuple([groupId(vm), groupId(vm), groupId(vm)]), "Return a tuple of the current process's real, effective, and saved group ids."),
  native('kill(pid, signal, /)', posix_kill, 'Kill a process with a signal.'),
  native('killpg(pgid, signal, /)', posix_killpg, 'Kill a process group with a signal.'),
  native('umask(mask, /)', posix_umask, 'Set the current numeric umask and return the previous umask.'),
  native('wait()', posix_wait, 'Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n    (pid, status)'),
  native('waitpid(pid, options, /)', posix_waitpid, 'Wait for completion of a given child process.\n\nReturns a tuple of information regarding the child process:\n    (pid, status)\n\nThe options argument is ignored on Windows.'),
  native('system(command)', posix_system, 'Execute the command in a subshell.'),
  native("posix_spawn(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", spawner('posix_spawn'), 'Execute the program specified by path in a new process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.\n  setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  scheduler\n    A tuple with the scheduler policy (optional) and parameters.'),
  native("posix_spawnp(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", spawner('posix_spawnp'), 'Execute the program specified by path in a new process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.\n  setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  scheduler\n    A tuple with the scheduler policy (optional) and parameters.'),
  native('register_at_fork(*, before=None, after_in_child=None, after_in_parent=None)', posix_register_at_fork, "Register callables to be called when forking a new process.\n\n  before\n    A callable to be called in the parent before the fork() syscall.\n  after_in_child\n    A callable to be called in the child after fork().\n  after_in_parent\n    A callable to be called in the parent after fork().\n\n'before' callbacks are called in reverse order.\n'after_in_child' and 'after_in_parent' callbacks are called in order."),
  native('sched_getaffinity(pid, /)', posix_sched_getaffinity, 'Return the affinity of the process identified by pid (or the current process if zero).\n\nThe affinity is returned as a set of CPU identifiers.'),
  native('sched_yield()', () => None, 'Voluntarily relinquish the CPU.'),
  onStatus('WCOREDUMP', 'Return True if the process returning status was dumped to a core file.', (status) => (status & 0x80) !== 0, true),
  onStatus('WIFCONTINUED', 'Return True if a particular process was continued from a job control stop.\n\nReturn True if the process returning status was continued from a\njob control stop.', (status) => status === 0xffff),
  onStatus('WIFSTOPPED', 'Return True if the process returning status was stopped.', stopped),
  onStatus('WIFSIGNALED', 'Return True if the process returning status was terminated by a signal.', signaled),
  onStatus('WIFEXITED', 'Return True if the process returning status exited via the exit() system call.', exited),
  onStatus('WEXITSTATUS', 'Return the process return code from status.', (status) => (status >> 8) & 255),
  onStatus('WTERMSIG', 'Return the signal that terminated the process that provided the status value.', signalOf),
  onStatus('WSTOPSIG', 'Return the signal that stopped the process that provided the status value.', (status) => (status >> 8) & 255),
  onStatus('waitstatus_to_exitcode', 'Convert a wait status to an exit code.', exitCode),
  ...['setuid(uid, /)', 'setgid(gid, /)', 'seteuid(euid, /)', 'setegid(egid, /)', 'setsid()', 'setpgid(pid, pgrp, /)', 'setpgrp()', 'chroot(path)', 'nice(increment, /)'].map((text) => native(text, notSupported)),
];
