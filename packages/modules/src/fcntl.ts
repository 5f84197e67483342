import { PyBytes, PyStr, asIndex, audit, bufferBytes, defineModule, isInt, isTrue, jsText, native, None, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { hostCall, osError } from './os-error.ts';
import { descriptorFlags } from './posix/descriptor-flags.ts';
import { callFiles, filesOf } from './posix/host.ts';
import { fileDescriptor } from './posix/files.ts';
import { intArgument } from './posix/paths.ts';

/* `fcntl` (CPython 3.12: Modules/fcntlmodule.c): what can be done with a host's descriptors. */

const constants = {
  LOCK_SH: 1, LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8, LOCK_MAND: 32, LOCK_READ: 64, LOCK_WRITE: 128, LOCK_RW: 192, F_DUPFD: 0, F_DUPFD_CLOEXEC: 1030,
  F_GETFD: 1, F_SETFD: 2, F_GETFL: 3, F_SETFL: 4, F_GETLK: 5, F_SETLK: 6, F_SETLKW: 7, F_OFD_GETLK: 36, F_OFD_SETLK: 37, F_OFD_SETLKW: 38, F_GETOWN: 9,
  F_SETOWN: 8, F_GETSIG: 11, F_SETSIG: 10, F_RDLCK: 0, F_WRLCK: 1, F_UNLCK: 2, F_GETLK64: 5, F_SETLK64: 6, F_SETLKW64: 7, FASYNC: 8192, F_SETLEASE: 1024,
  F_GETLEASE: 1025, F_NOTIFY: 1026, F_EXLCK: 4, F_SHLCK: 8, F_SETPIPE_SZ: 1031, F_GETPIPE_SZ: 1032, FICLONE: 1074041865, FICLONERANGE: 1075876877,
  FD_CLOEXEC: 1, DN_ACCESS: 1, DN_MODIFY: 2, DN_CREATE: 4, DN_DELETE: 8, DN_RENAME: 16, DN_ATTRIB: 32, DN_MULTISHOT: 2147483648, F_ADD_SEALS: 1033,
  F_GET_SEALS: 1034, F_SEAL_SEAL: 1, F_SEAL_SHRINK: 2, F_SEAL_GROW: 4, F_SEAL_WRITE: 8,
} as const;

const O_NONBLOCK = 0o4000;

function fcntl_fcntl(vm: VM, fdValue: PyValue, cmdValue: PyValue, arg: PyValue | undefined): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const command = intArgument(vm, cmdValue);
  if (arg !== undefined && !isInt(arg)) {
    if (arg instanceof PyBytes || arg instanceof PyStr || typeof arg === 'string') {
      const size = typeof arg === 'string' ? arg.length : arg instanceof PyBytes ? arg.bytes.length : jsText(arg).length;
      if (size > 1024) throw valueError('fcntl string arg too long');
    } else asIndex(vm, arg); // Raises for what is neither.
  }
  audit(vm, 'fcntl.fcntl', fdValue, command, arg ?? 0);
  hostCall(() => filesOf(vm).fstat(fd));
  const value = arg !== undefined && isInt(arg) ? Number(asIndex(vm, arg)) : 0;
  const { inheritable, nonBlocking, status } = descriptorFlags(vm);
  switch (command) {
    case constants.F_DUPFD:
    case constants.F_DUPFD_CLOEXEC: {
      const copy = callFiles(vm, 'dup', [fd]);
      if (command === constants.F_DUPFD) inheritable.add(copy);
      return copy;
    }
    case constants.F_GETFD:
      return inheritable.has(fd) ? 0 : constants.FD_CLOEXEC;
    case constants.F_SETFD:
      if ((value & constants.FD_CLOEXEC) === 0) inheritable.add(fd);
      else inheritable.delete(fd);
      return 0;
    case constants.F_GETFL:
      return (status.get(fd) ?? (fd === 0 ? 0 : 2)) | (nonBlocking.has(fd) ? O_NONBLOCK : 0);
    case constants.F_SETFL:
      status.set(fd, value & ~O_NONBLOCK);
      if ((value & O_NONBLOCK) === 0) nonBlocking.delete(fd);
      else nonBlocking.add(fd);
      return 0;
    case constants.F_GETPIPE_SZ:
      if ((hostCall(() => filesOf(vm).fstat(fd)).mode & 0o170000) !== 0o010000) throw osError('EBADF');
      return pipeSize;
    default:
      if (arg instanceof PyBytes && (lockCommands.includes(command) || lockQuestions.includes(command))) return lockRecord(command, arg.bytes);
      throw osError('EINVAL');
  }
}

function fcntl_ioctl(vm: VM, fdValue: PyValue, request: PyValue, arg: PyValue | undefined, mutate: PyValue | undefined): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const code = Number(asIndex(vm, request));
  if (mutate !== undefined) isTrue(vm, mutate);
  hostCall(() => filesOf(vm).fstat(fd));
  // TIOCGWINSZ: rows, columns and two that nobody uses, 16 bits each.
  if (code === 0x5413 && arg !== undefined && !isInt(arg)) {
    const { files } = vm.host;
    if (files?.terminalSize === undefined) throw osError('ENOTTY');
    const size = hostCall(() => callFiles(vm, 'terminalSize', [fd]));
    const packed = Uint8Array.from([size.lines & 255, size.lines >> 8, size.columns & 255, size.columns >> 8, 0, 0, 0, 0]);
    if (arg instanceof PyBytes || typeof arg === 'string') return new PyBytes(packed);
    bufferBytes(vm, arg).set(packed);
    return 0;
  }
  throw osError('ENOTTY');
}

/** `flock(fd, operation)`: the host's, if it has any; else every lock is granted. */
function fcntl_flock(vm: VM, fdValue: PyValue, operation: PyValue): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const code = intArgument(vm, operation);
  audit(vm, 'fcntl.flock', fdValue, code);
  hostCall(() => filesOf(vm).fstat(fd));
  const kind = kinds.get(code & ~constants.LOCK_NB);
  if (kind === undefined) throw osError('EINVAL');
  const { files } = vm.host;
  if (files?.lock === undefined || hostCall(() => files.lock?.(fd, kind))) return None;
  if ((code & constants.LOCK_NB) !== 0) throw osError('EAGAIN');
  return vm.suspend({
    what: 'a lock',
    external: true,
    poll: () => (hostCall(() => files.lock?.(fd, kind)) ? None : undefined),
  });
}

const kinds: ReadonlyMap<number, 'shared' | 'exclusive' | null> = new Map([[constants.LOCK_SH, 'shared'], [constants.LOCK_EX, 'exclusive'], [constants.LOCK_UN, null]] as const);

/** Locks of a process are granted: nobody else of the same VM could hold one, and hosts know of none. */
function fcntl_lockf(vm: VM, fdValue: PyValue, operation: PyValue, length: PyValue | undefined, start: PyValue | undefined, whence: PyValue | undefined): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const code = intArgument(vm, operation);
  audit(vm, 'fcntl.lockf', fdValue, code, length ?? 0, start ?? 0, whence ?? 0);
  if ((code & (constants.LOCK_UN | constants.LOCK_SH | constants.LOCK_EX)) === 0) throw valueError('unrecognized lockf argument');
  for (const number of [length, start, whence]) if (number !== undefined) asIndex(vm, number);
  hostCall(() => filesOf(vm).fstat(fd));
  return None;
}

const lockCommands: readonly number[] = [constants.F_SETLK, constants.F_SETLKW, constants.F_OFD_SETLK, constants.F_OFD_SETLKW];
const lockQuestions: readonly number[] = [constants.F_GETLK, constants.F_OFD_GETLK];

/** A `struct flock` as bytes, given back: a lock is granted, and none is in the way (its type, the first two bytes, becomes F_UNLCK). */
function lockRecord(command: number, bytes: Uint8Array): PyValue {
  const result = bytes.slice();
  if (lockQuestions.includes(command)) result.set([constants.F_UNLCK, 0]);
  return new PyBytes(result);
}

/** What Linux gives a pipe. */
const pipeSize = 65536;

/** Python's module `fcntl`. CPython 3.12: Modules/fcntlmodule.c. */
export const fcntl: NativeModule = defineModule(
  'fcntl',
  {
    ...constants,
    fcntl: native('fcntl(fd, cmd, arg=0, /)', fcntl_fcntl, "Perform the operation `cmd` on file descriptor fd."),
    ioctl: native('ioctl(fd, request, arg=0, mutate_flag=True, /)', fcntl_ioctl, 'Perform the operation request on file descriptor fd.'),
    flock: native('flock(fd, operation, /)', fcntl_flock, 'Perform the lock operation `operation` on file descriptor `fd`.'),
    lockf: native('lockf(fd, cmd, len=0, start=0, whence=0, /)', fcntl_lockf, 'A wrapper around the fcntl() locking calls.'),
  },
  { doc: 'This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.' },
);
