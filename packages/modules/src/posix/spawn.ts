import {
  PyList, PyTuple, audit, callMethod, isStr, isTrue, jsText, native, None, toArray, typeError, typeOf, valueError, PyBaseException,
} from '@py/vm/native';
import type { NativeDef, PyBytes, PyValue, VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { descriptorFlags } from './descriptor-flags.ts';
import { filesOf, processesOf } from './host.ts';
import { fsConvert, fsdecode, intArgument, pathArgument } from './paths.ts';
import { exitCode, waitForChild } from './processes.ts';
import { variable } from './variables.ts';

/* Starting programs (CPython 3.12: Modules/posixmodule.c, and os.py, whose spawn functions fork). */

const textOf = (vm: VM, value: PyValue): string => jsText(fsdecode(vm, fsConvert(vm, value).bytes));

/** The environment of a child, from a mapping of str or bytes. */
export function environmentOf(vm: VM, env: PyValue): Record<string, string> {
  const result: Record<string, string> = {};
  for (const pair of toArray(vm, callMethod(vm, env, 'items'))) {
    const [name, value] = toArray(vm, pair).map((item) => textOf(vm, item));
    if (name === '' || name.includes('=', 1)) throw valueError('illegal environment variable name');
    result[name] = value;
  }
  return result;
}

/** Descriptors above the standard ones that a child inherits. */
export function inheritedDescriptors(vm: VM): number[] {
  return [...descriptorFlags(vm).inheritable].filter((fd) => fd > 2 && isOpen(vm, fd));
}

function isOpen(vm: VM, fd: number): boolean {
  try {
    filesOf(vm).fstat(fd);
    return true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return false;
  }
}

interface Child {
  readonly stdio: [number, number, number];
  readonly env?: Record<string, string>;
  readonly newSession?: boolean;
}

/** Starts a program; gives its process id. Errors name `shown`. */
export function spawn(vm: VM, file: string, args: readonly string[], child: Child, shown: PyValue): number {
  const processes = processesOf(vm);
  if (processes.spawn === undefined) throw osError('ENOSYS');
  return hostCall(() => processes.spawn?.(file, args.slice(1), { ...child, inherited: inheritedDescriptors(vm), argv0: args[0] }) ?? -1, shown);
}

/** The first file of that name in the folders of PATH that could be run; the name itself if there is none. */
export function searched(vm: VM, file: string, path: string | undefined): string {
  if (file.includes('/')) return file;
  const candidates = (path ?? '/bin:/usr/bin').split(':').map((folder) => (folder === '' ? file : `${folder}/${file}`));
  return candidates.find((candidate) => isProgram(vm, candidate)) ?? file;
}

function isProgram(vm: VM, path: string): boolean {
  try {
    const { mode } = filesOf(vm).stat(path);
    return (mode & 0o170000) === 0o100000 && (mode & 0o111) !== 0;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return false;
  }
}

/** `posix_spawn(path, argv, env, …)` */
function spawner(what: 'posix_spawn' | 'posix_spawnp') {
  return (
    vm: VM, path: PyValue, argv: PyValue, env: PyValue, actions: PyValue | undefined, setpgroup: PyValue | undefined, resetids: PyValue | undefined, setsid: PyValue | undefined,
    setsigmask: PyValue | undefined, setsigdef: PyValue | undefined, scheduler: PyValue | undefined,
  ): PyValue => {
    const target = pathArgument(vm, what, path);
    if (!(argv instanceof PyList || argv instanceof PyTuple)) throw typeError(`${what}: argv must be a tuple or list`);
    if (argv.items.length === 0) throw valueError(`${what}: argv must not be empty`);
    if (typeOf(env).mp_subscript === undefined && env !== None) throw typeError(`${what}: environment must be a mapping object or None`);
    const args = argv.items.map((item) => textOf(vm, item));
    if (args[0] === '') throw valueError(`${what}: argv first element cannot be empty`);
    const environment = env === None ? undefined : environmentOf(vm, env);
    const stdio = spawnDescriptors(vm, actions === undefined || actions === None ? [] : actionList(vm, actions));
    // A child has no signal blocked and handles none, whatever this process does.
    if (setpgroup !== undefined && setpgroup !== None) intArgument(vm, setpgroup);
    const blocked = setsigmask === undefined ? [] : signalNumbers(vm, setsigmask);
    if (setsigdef !== undefined) signalNumbers(vm, setsigdef);
    if (resetids !== undefined) isTrue(vm, resetids);
    if ((setpgroup !== undefined && setpgroup !== None) || blocked.length > 0 || (scheduler !== undefined && scheduler !== None)) throw osError('ENOSYS');
    audit(vm, 'os.posix_spawn', target.shown, argv, env);
    const file = what === 'posix_spawn' ? target.text : searched(vm, target.text, variable(vm, 'PATH'));
    return spawn(vm, file, args, { env: environment, stdio, newSession: setsid !== undefined && isTrue(vm, setsid) }, target.shown);
  };
}

function signalNumbers(vm: VM, value: PyValue): number[] {
  return toArray(vm, value).map((item) => {
    const number = intArgument(vm, item);
    if (number < 1 || number > 64) throw valueError(`signal number ${number} out of range [1; 64]`);
    return number;
  });
}

function actionList(vm: VM, actions: PyValue): PyValue[] {
  if (typeOf(actions).tp_iter === undefined && typeOf(actions).sq_item === undefined) throw typeError('file_actions must be a sequence or None');
  return toArray(vm, actions);
}

const POSIX_SPAWN_OPEN = 0;
const POSIX_SPAWN_CLOSE = 1;
const POSIX_SPAWN_DUP2 = 2;

/** What 0, 1 and 2 are in the child: hosts give others under their own numbers only. */
function spawnDescriptors(vm: VM, actions: readonly PyValue[]): [number, number, number] {
  const stdio: [number, number, number] = [0, 1, 2];
  const standard = (fd: number): number => {
    if (fd > 2) throw osError('ENOSYS');
    return fd;
  };
  for (const action of actions) {
    if (!(action instanceof PyTuple) || action.items.length === 0) throw typeError('Each file_actions element must be a non-empty tuple');
    const [kind, ...rest] = action.items;
    const need = (count: number, name: string): void => {
      if (rest.length !== count) throw typeError(`A ${name} file_action tuple must have ${count + 1} elements`);
    };
    switch (intArgument(vm, kind)) {
      case POSIX_SPAWN_OPEN: {
        need(4, 'open');
        const fd = intArgument(vm, rest[0]);
        const path = textOf(vm, rest[1]);
        stdio[standard(fd)] = hostCall(() => filesOf(vm).open(path, intArgument(vm, rest[2]), intArgument(vm, rest[3])), rest[1]);
        break;
      }
      case POSIX_SPAWN_CLOSE:
        need(1, 'close');
        if (intArgument(vm, rest[0]) <= 2) stdio[intArgument(vm, rest[0])] = -1;
        break;
      case POSIX_SPAWN_DUP2: {
        need(2, 'dup2');
        const from = intArgument(vm, rest[0]);
        stdio[standard(intArgument(vm, rest[1]))] = from <= 2 ? stdio[from] : from;
        break;
      }
      default:
        throw typeError('Unknown file_actions identifier');
    }
  }
  return stdio;
}

const P_NOWAIT = 1;
/** How the shell ends a child that could not become the program. */
const notExecuted = 127;

/** os.py's spawn functions, which fork; here they are built in. `search`: along PATH. */
function spawnFunction(withEnvironment: boolean, search: boolean) {
  return (vm: VM, mode: PyValue, file: PyValue, args: PyValue, env?: PyValue): PyValue => {
    if (!(args instanceof PyList || args instanceof PyTuple)) throw typeError('argv must be a tuple or a list');
    if (args.items.length === 0 || !isTrue(vm, args.items[0])) throw valueError('argv first element cannot be empty');
    const waits = !(typeOf(mode).nb_index !== undefined && intArgument(vm, mode) === P_NOWAIT);
    let pid: number;
    try {
      const target = pathArgument(vm, 'execv', file);
      const environment = withEnvironment ? environmentOf(vm, env as PyValue) : undefined;
      const program = search ? searched(vm, target.text, environment === undefined ? variable(vm, 'PATH') : environment['PATH']) : target.text;
      pid = spawn(vm, program, args.items.map((item) => textOf(vm, item)), { env: environment, stdio: [0, 1, 2] }, target.shown);
    } catch (error) {
      // What goes wrong in a forked child ends the child.
      if (!(error instanceof PyBaseException)) throw error;
      if (waits) return notExecuted;
      pid = spawn(vm, '/bin/sh', ['sh', '-c', `exit ${notExecuted}`], { stdio: [0, 1, 2] }, None);
    }
    return waits ? waitForChild(vm, pid, 0, ({ status }) => exitCode(status)) : pid;
  };
}

/** Checks what CPython checks, then says that a process cannot be replaced. */
function refuseExec(vm: VM, what: 'execv' | 'execve', path: PyValue, argv: PyValue, env: PyValue): PyValue {
  const target = pathArgument(vm, what, path, { fd: what === 'execve' ? 'by path' : false });
  const name = what === 'execv' ? 'execv() arg 2' : 'execve: argv';
  if (!(argv instanceof PyList || argv instanceof PyTuple)) throw typeError(`${name} must be a tuple or list`);
  if (argv.items.length === 0) throw valueError(`${name} must not be empty`);
  if (what === 'execve' && typeOf(env).mp_subscript === undefined) throw typeError('execve: environment must be a mapping object');
  for (const item of argv.items) fsConvert(vm, item);
  const [first] = argv.items;
  if (jsText(isStr(first) ? first : fsdecode(vm, (first as PyBytes).bytes)) === '') throw valueError(`${name} first element cannot be empty`);
  if (what === 'execve') environmentOf(vm, env);
  audit(vm, 'os.exec', target.shown, argv, env);
  hostCall(() => filesOf(vm).stat(target.text), target.shown);
  throw osError('ENOSYS', target.shown);
}

/** `system(command)`: the shell's wait status. */
function posix_system(vm: VM, command: PyValue): PyValue {
  const bytes = fsConvert(vm, command);
  audit(vm, 'os.system', bytes);
  const pid = spawn(vm, '/bin/sh', ['sh', '-c', jsText(fsdecode(vm, bytes.bytes))], { stdio: [0, 1, 2] }, None);
  return waitForChild(vm, pid, 0, (ended) => ended.status);
}

export const spawnConstants = { P_WAIT: 0, P_NOWAIT, P_NOWAITO: 1 } as const;

const spawnDoc = (rest: string): string => `Execute the program specified by path in a new process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is \`${rest}\` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is \`${rest}\` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.\n  setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  scheduler\n    A tuple with the scheduler policy (optional) and parameters.`;

const spawnParameters = '(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)';

const waitDoc = 'If mode == P_NOWAIT return the pid of the process.\nIf mode == P_WAIT return the process\'s exit code if it exits normally;\notherwise return -SIG, where SIG is the signal that killed it. ';

export const spawnFunctions: readonly NativeDef[] = [
  native('execv(path, argv, /)', (vm: VM, path: PyValue, argv: PyValue) => refuseExec(vm, 'execv', path, argv, None), 'Execute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.'),
  native('execve(path, argv, env)', (vm: VM, path: PyValue, argv: PyValue, env: PyValue) => refuseExec(vm, 'execve', path, argv, env), 'Execute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.'),
  native(`posix_spawn${spawnParameters}`, spawner('posix_spawn'), spawnDoc('true')),
  native(`posix_spawnp${spawnParameters}`, spawner('posix_spawnp'), spawnDoc('True')),
  native('spawnv(mode, file, args)', spawnFunction(false, false), `spawnv(mode, file, args) -> integer\n\nExecute file with arguments from args in a subprocess.\n${waitDoc}`),
  native('spawnve(mode, file, args, env)', spawnFunction(true, false), `spawnve(mode, file, args, env) -> integer\n\nExecute file with arguments from args in a subprocess with the\nspecified environment.\n${waitDoc}`),
  native('spawnvp(mode, file, args)', spawnFunction(false, true), `spawnvp(mode, file, args) -> integer\n\nExecute file (which is looked for along $PATH) with arguments from\nargs in a subprocess.\n${waitDoc}`),
  native('spawnvpe(mode, file, args, env)', spawnFunction(true, true), `spawnvpe(mode, file, args, env) -> integer\n\nExecute file (which is looked for along $PATH) with arguments from\nargs in a subprocess with the supplied environment.\n${waitDoc}`),
  native('system(command)', posix_system, 'Execute the command in a subshell.'),
];
