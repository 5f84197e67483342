import { PyModule, PyTuple, defineModule, isInt, intValue, isStr, isTrue, jsText, native, None, toArray, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { errnoNumbers } from './errno.ts';
import { fromHostError, hostCall, osError } from './os-error.ts';
import { descriptorFlags } from './posix/descriptor-flags.ts';
import { filesOf, processesOf } from './posix/host.ts';
import { idArgument } from './posix/identity.ts';
import { LocalSocket, socketTable } from './posix/sockets.ts';
import { fsConvert, fsdecode, hostPath, intArgument } from './posix/paths.ts';

/* `_posixsubprocess` over the host's way to start processes (CPython 3.12: Modules/_posixsubprocess.c). */

const text = (vm: VM, value: PyValue): string => jsText(fsdecode(vm, fsConvert(vm, value).bytes));

/** What the host is asked to start. */
interface Request {
  readonly executables: readonly string[];
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Record<string, string> | undefined;
  readonly stdio: readonly [number, number, number];
  readonly inherited: readonly number[];
  readonly newSession: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  readonly umask?: number;
}

/**
 * Starts a child and gives its pid. What a forked child would report through its pipe when it cannot execute is written there, and
 * the pid is then one that no process has.
 */
function fork_exec(vm: VM, ...all: (PyValue | undefined)[]): PyValue {
  const args = all as PyValue[]; // The signature has 23 parameters, none optional.
  const [argv, executables, closeFds, passFds, cwd, env, p2cread, , , c2pwrite, , errwrite, , errpipe] = args;
  const [callSetsid, group, gid, extraGroups, uid, umask, preexec] = args.slice(15);
  if (!(passFds instanceof PyTuple)) throw typeError(`fork_exec() argument 4 must be tuple, not ${typeOf(passFds).tpName}`);
  if (!areDescriptors(passFds.items)) throw valueError('bad value(s) in fds_to_keep');
  if (isTrue(vm, closeFds) && intArgument(vm, errpipe) < 3) throw valueError('errpipe_write must be >= 3');
  const descriptor = (value: PyValue, standard: number): number => {
    const fd = intArgument(vm, value);
    return fd >= 0 ? fd : isOpen(vm, standard) ? standard : -1;
  };
  const request: Request = {
    executables: toArray(vm, executables).map((item) => text(vm, item)),
    args: toArray(vm, argv).map((item) => text(vm, item)),
    cwd: cwd === None ? undefined : isStr(cwd) ? hostPath(vm, cwd) : text(vm, cwd),
    env: env === None ? undefined : environment(vm, toArray(vm, env)),
    stdio: [descriptor(p2cread, 0), descriptor(c2pwrite, 1), descriptor(errwrite, 2)],
    inherited: inheritedBy(vm, isTrue(vm, closeFds), passFds.items as readonly number[], intArgument(vm, errpipe)),
    // A new session is a new group as well: hosts make no group without one.
    newSession: isTrue(vm, callSetsid) || intArgument(vm, group) === 0 || makesSession(vm, preexec),
    ...(uid === None ? {} : { uid: idArgument(vm, uid, 'uid') }),
    ...(gid === None ? {} : { gid: idArgument(vm, gid, 'gid') }),
    ...(extraGroups === None ? {} : { groups: toArray(vm, extraGroups).map((item) => groupNumber(vm, item)) }),
    ...(intArgument(vm, umask) < 0 ? {} : { umask: intArgument(vm, umask) }),
  };
  if (intArgument(vm, group) > 0 || (preexec !== None && !makesSession(vm, preexec))) throw osError('ENOSYS');
  const { given, descriptors } = forChild(vm, request.stdio);
  try {
    return start(vm, { ...request, stdio: given }, intArgument(vm, errpipe));
  } finally {
    for (const fd of descriptors) filesOf(vm).close(fd);
  }
}

function groupNumber(vm: VM, value: PyValue): number {
  if (!isInt(value)) throw typeError('extra_groups must be integers');
  if (intValue(value) < 0 || intValue(value) > 0xffff_ffff) throw valueError('invalid group id');
  return idArgument(vm, value, 'gid');
}

/** Ascending numbers of descriptors (CPython: _sanity_check_python_fd_sequence). */
function areDescriptors(items: readonly PyValue[]): boolean {
  return items.every((fd, i) => typeof fd === 'number' && fd >= 0 && fd <= 0x7fff_ffff && (i === 0 || fd > (items[i - 1] as number)));
}

/** `preexec_fn=os.setsid` (or `os.setpgrp`) is what most want of it, and can be had without running Python in the child. */
function makesSession(vm: VM, preexec: PyValue): boolean {
  const posix = vm.modules.getStr('posix');
  return posix instanceof PyModule && (preexec === posix.dict.getStr('setsid') || preexec === posix.dict.getStr('setpgrp'));
}

/** The VM's own sockets become pipes for the child; `descriptors` are to be closed once it has them. */
function forChild(vm: VM, stdio: Request['stdio']): { readonly given: Request['stdio']; readonly descriptors: readonly number[] } {
  const descriptors: number[] = [];
  const made = new Map<number, number>();
  const given = stdio.map((fd, index) => {
    const socket = socketTable(vm).byDescriptor.get(fd);
    if (!(socket instanceof LocalSocket)) return fd;
    const pipe = made.get(fd) ?? socket.giveToChild(filesOf(vm), index === 0 ? 'read' : 'write');
    if (!made.has(fd)) descriptors.push(pipe);
    made.set(fd, pipe);
    return pipe;
  }) as unknown as [number, number, number];
  return { given, descriptors };
}

/** Descriptors beyond the standard ones that the child gets. */
function inheritedBy(vm: VM, closeFds: boolean, passFds: readonly number[], errpipe: number): number[] {
  const wanted = closeFds ? passFds : [...descriptorFlags(vm).inheritable];
  return wanted.filter((fd) => fd > 2 && fd !== errpipe && isOpen(vm, fd)).sort((a, b) => a - b);
}

function isOpen(vm: VM, fd: number): boolean {
  return failure(() => hostCall(() => filesOf(vm).fstat(fd))) === null;
}

function environment(vm: VM, items: readonly PyValue[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const item of items) {
    const line = text(vm, item);
    const equals = line.indexOf('=', 1);
    if (equals > 0) result[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return result;
}

/** A pid beyond Linux's largest: waiting for it says that there is no such child. */
const noProcess = 4_194_305;

function start(vm: VM, request: Request, errpipe: number): number {
  const { cwd, executables, args, ...options } = request;
  const processes = processesOf(vm);
  if (processes.spawn === undefined) throw osError('ENOSYS');
  if (cwd !== undefined) {
    const code = failure(() => {
      if ((filesOf(vm).stat(cwd).mode & 0o170000) !== 0o040000) throw osError('ENOTDIR');
    });
    if (code !== null) return report(vm, errpipe, code, 'noexec:chdir');
  }
  let saved: number = errnoNumbers.ENOENT;
  for (const file of executables) {
    let pid = -1;
    const code = failure(() => {
      const path = cwd !== undefined && !file.startsWith('/') ? `${cwd}/${file}` : file;
      const stat = filesOf(vm).stat(path);
      if ((stat.mode & 0o170000) === 0o040000 || (stat.mode & 0o111) === 0) throw osError('EACCES');
      pid = processes.spawn?.(file, args.slice(1), { cwd, ...options, ...(args.length > 0 ? { argv0: args[0] } : {}) }) ?? -1;
    });
    if (code === null) return pid;
    if (code !== errnoNumbers.ENOENT && code !== errnoNumbers.ENOTDIR) saved = code;
  }
  return report(vm, errpipe, saved, '');
}

/** The errno of what went wrong; null if nothing did. */
function failure(run: () => void): number | null {
  try {
    run();
    return null;
  } catch (error) {
    const wrapped = fromHostError(error);
    const { fields } = wrapped as { readonly fields?: Readonly<Record<string, unknown>> | null };
    if (typeof fields?.errno !== 'number') throw error;
    return fields.errno;
  }
}

/** As the child writes it: class, errno in hexadecimal, message. */
function report(vm: VM, errpipe: number, code: number, message: string): number {
  const line = `OSError:${code.toString(16).toUpperCase()}:${message}`;
  const bytes = Uint8Array.from(line, (ch) => ch.charCodeAt(0));
  hostCall(() => filesOf(vm).write(errpipe, bytes));
  return noProcess;
}

/** Python's module `_posixsubprocess`. CPython 3.12: Modules/_posixsubprocess.c. */
export const _posixsubprocess: NativeModule = defineModule(
  '_posixsubprocess',
  {
    fork_exec: native(
      'fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, allow_vfork, /)',
      fork_exec,
      'Spawn a fresh new child process.',
    ),
  },
  { doc: 'A POSIX helper for the subprocess module.' },
);
