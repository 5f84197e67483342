import {
  PyFloat, PyTuple, asDouble, asIndex, audit, divmod, isTrue, native, newTuple, None, normalizeInt, notImplementedError,
  overflowError, PyStructSequence, typeError, valueError, isInt, typeOf, lookupAttr, call,
} from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import type { HostProcesses, HostStat, HostStatFs } from '@py/code';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { callFiles, filesOf } from './host.ts';
import { constants } from './constants.ts';
import { descriptorFlags, forgetFlags } from './descriptor-flags.ts';
import { closeSocket, insertSocket, socketTable, type Socket } from './sockets.ts';
import { descriptorStat, isOpenDescriptor } from './streams.ts';
import { idArgument } from './identity.ts';
import { auditedDirFd, intArgument, nameLike, pathArgument, pathFrom } from './paths.ts';
import { newStatResult, statvfsResultType, terminalSizeType } from './results.ts';

/* Descriptors and files (CPython 3.12: Modules/posixmodule.c). */

const O_CLOEXEC = 0o2000000;

function posix_stat(vm: VM, path: PyValue, dirFd: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'stat', path, { fd: true });
  const from = pathFrom(vm, 'stat', target, dirFd);
  const { fd } = target;
  const follows = follow === undefined || isTrue(vm, follow);
  if (fd === null) return statOf(vm, from, target.shown, follows);
  if (!follows) throw valueError('stat: cannot use fd and follow_symlinks together');
  return newStatResult(descriptorStat(vm, fd));
}

/** stat_result of a path. */
export function statOf(vm: VM, path: string, shown: PyValue, follow: boolean): PyValue {
  const files = filesOf(vm);
  return newStatResult(hostCall(() => (follow ? files.stat(path) : files.lstat(path)), shown));
}

function posix_lstat(vm: VM, path: PyValue, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'lstat', path);
  return statOf(vm, pathFrom(vm, 'lstat', target, dirFd), target.shown, false);
}

function posix_fstat(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  return newStatResult(descriptorStat(vm, number));
}

const O_NONBLOCK = 0o4000;

function posix_open(vm: VM, path: PyValue, flags: PyValue, mode: PyValue | undefined, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'open', path);
  const bits = intArgument(vm, flags) | O_CLOEXEC;
  const permissions = mode === undefined ? 0o777 : intArgument(vm, mode);
  const from = pathFrom(vm, 'open', target, dirFd);
  audit(vm, 'open', target.shown, None, bits);
  const fd = hostCall(() => filesOf(vm).open(from, bits, permissions), target.shown);
  forgetFlags(vm, fd);
  if ((bits & O_NONBLOCK) !== 0) nonBlocking(vm).add(fd);
  return fd;
}

function posix_close(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  if (!closeSocket(vm, number)) hostCall(() => filesOf(vm).close(number));
  forgetFlags(vm, number);
  return None;
}

function posix_closerange(vm: VM, low: PyValue, high: PyValue): PyValue {
  const end = intArgument(vm, high);
  for (let fd = Math.max(0, intArgument(vm, low)); fd < end; fd++) {
    try {
      filesOf(vm).close(fd);
      forgetFlags(vm, fd);
    } catch (error) {
      if (fromHostError(error) === error) throw error;
    }
  }
  return None;
}

function posix_lseek(vm: VM, fd: PyValue, position: PyValue, whence: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const offset = Number(asIndex(vm, position));
  const from = intArgument(vm, whence);
  if (from !== constants.SEEK_DATA && from !== constants.SEEK_HOLE) return hostCall(() => filesOf(vm).lseek(number, offset, from));
  // A file without holes, as the kernel sees it where a file system tells of none.
  const { size } = hostCall(() => filesOf(vm).fstat(number));
  if (offset < 0 || offset >= size) throw osError('ENXIO');
  return hostCall(() => filesOf(vm).lseek(number, from === constants.SEEK_DATA ? offset : size, 0));
}

function posix_isatty(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const { files } = vm.host;
  return files?.isatty !== undefined && files.isatty(number);
}

function posix_ftruncate(vm: VM, fd: PyValue, length: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const size = asIndex(vm, length);
  audit(vm, 'os.truncate', number, size);
  callFiles(vm, 'ftruncate', [number, Number(size)]);
  return None;
}

function posix_truncate(vm: VM, path: PyValue, length: PyValue): PyValue {
  const target = pathArgument(vm, 'truncate', path, { fd: true });
  if (target.fd !== null) return posix_ftruncate(vm, target.fd, length);
  const size = Number(asIndex(vm, length));
  audit(vm, 'os.truncate', target.shown, size);
  const fd = hostCall(() => filesOf(vm).open(target.text, 1 | O_CLOEXEC, 0), target.shown);
  try {
    callFiles(vm, 'ftruncate', [fd, size], target.shown);
  } finally {
    filesOf(vm).close(fd);
  }
  return None;
}

/** An int or an object with `fileno()` (CPython: PyObject_AsFileDescriptor). */
export function fileDescriptor(vm: VM, value: PyValue): number {
  let fd: number;
  if (isInt(value)) fd = intArgument(vm, value);
  else {
    const method = lookupAttr(vm, value, 'fileno');
    if (method === undefined) throw typeError('argument must be an int, or have a fileno() method.');
    const result = call(vm, method, []);
    if (!isInt(result)) throw typeError('fileno() returned a non-integer');
    fd = intArgument(vm, result);
  }
  if (fd < 0) throw valueError(`file descriptor cannot be a negative integer (${fd})`);
  return fd;
}

function posix_fsync(vm: VM, fd: PyValue): PyValue {
  const number = fileDescriptor(vm, fd);
  if (filesOf(vm).fsync !== undefined) callFiles(vm, 'fsync', [number]);
  else hostCall(() => filesOf(vm).fstat(number));
  return None;
}

/** Descriptors that the program made inheritable: bookkeeping only, since spawning names the descriptors a child gets. */
function inheritable(vm: VM): Set<number> {
  return descriptorFlags(vm).inheritable;
}

function posix_dup(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const socket = socketTable(vm).byDescriptor.get(number);
  return socket === undefined ? callFiles(vm, 'dup', [number]) : insertSocket(vm, socket);
}

function posix_dup2(vm: VM, fd: PyValue, fd2: PyValue, inherit: PyValue | undefined): PyValue {
  const to = intArgument(vm, fd2);
  const from = intArgument(vm, fd);
  if (from < 0 || to < 0) throw osError('EBADF');
  if (socketTable(vm).byDescriptor.has(from)) duplicateSocket(vm, from, to);
  else {
    closeSocket(vm, to);
    callFiles(vm, 'dup2', [from, to]);
  }
  if (inherit === undefined || isTrue(vm, inherit)) inheritable(vm).add(to);
  else inheritable(vm).delete(to);
  return to;
}

/** The table of sockets is looked at first: a file with that number is closed. */
function duplicateSocket(vm: VM, from: number, to: number): void {
  if (from === to) return;
  const socket = socketTable(vm).byDescriptor.get(from) as Socket; // The caller knows it is there.
  if (!closeSocket(vm, to) && isOpenDescriptor(vm, to)) hostCall(() => filesOf(vm).close(to));
  insertSocket(vm, socket, to);
}

function posix_pipe(vm: VM): PyValue {
  const ends = callFiles(vm, 'pipe', []);
  for (const fd of ends) forgetFlags(vm, fd);
  return newTuple([...ends]);
}

function posix_pipe2(vm: VM, flags: PyValue): PyValue {
  const bits = intArgument(vm, flags);
  const ends = posix_pipe(vm);
  for (const fd of (ends as PyTuple).items as number[]) {
    if ((bits & O_NONBLOCK) !== 0) nonBlocking(vm).add(fd);
    if ((bits & O_CLOEXEC) === 0) inheritable(vm).add(fd);
  }
  return ends;
}

function posix_get_inheritable(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  descriptorStat(vm, number);
  return inheritable(vm).has(number);
}

function posix_set_inheritable(vm: VM, fd: PyValue, value: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const on = intArgument(vm, value) !== 0;
  descriptorStat(vm, number);
  if (on) inheritable(vm).add(number);
  else inheritable(vm).delete(number);
  return None;
}

/** Descriptors that the program wants to be non-blocking. */
function nonBlocking(vm: VM): Set<number> {
  return descriptorFlags(vm).nonBlocking;
}

function posix_get_blocking(vm: VM, fd: PyValue): PyValue {
  const number = intArgument(vm, fd);
  descriptorStat(vm, number);
  return !nonBlocking(vm).has(number);
}

function posix_set_blocking(vm: VM, fd: PyValue, blocking: PyValue): PyValue {
  const number = intArgument(vm, fd);
  descriptorStat(vm, number);
  if (isTrue(vm, blocking)) nonBlocking(vm).delete(number);
  else nonBlocking(vm).add(number);
  return None;
}

function posix_get_terminal_size(vm: VM, fd: PyValue | undefined): PyValue {
  const number = fd === undefined ? 1 : intArgument(vm, fd);
  const { files } = vm.host;
  if (files?.terminalSize === undefined) throw osError('ENOTTY');
  const size = hostCall(() => (files.terminalSize as NonNullable<typeof files.terminalSize>)(number));
  return new PyStructSequence(terminalSizeType, [size.columns, size.lines]);
}

function posix_access(vm: VM, path: PyValue, mode: PyValue, dirFd: PyValue | undefined, effective: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'access', path);
  const bits = intArgument(vm, mode);
  const from = pathFrom(vm, 'access', target, dirFd);
  const { processes } = vm.host;
  const files = filesOf(vm);
  const usesEffective = effective !== undefined && isTrue(vm, effective) && processes?.geteuid !== undefined && processes.geteuid() !== processes.getuid?.();
  const followsLinks = follow === undefined || isTrue(vm, follow);
  try {
    if (usesEffective || !followsLinks) {
      const stat = followsLinks ? files.stat(from) : files.lstat(from);
      if (usesEffective || (stat.mode & 0o170000) === S_IFLNK) return permits(stat, processes, bits);
    }
    if (files.access !== undefined) return files.access(from, bits);
    files.stat(from);
    return true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return false;
  }
}

const S_IFLNK = 0o120000;

/** What the permission bits of a file allow the effective user. */
function permits(stat: HostStat, processes: HostProcesses | undefined, bits: number): boolean {
  const user = processes?.geteuid?.() ?? 0;
  const groups = [processes?.getegid?.() ?? 0, ...(processes?.getgroups?.() ?? [])];
  if (user === 0) return (bits & 1) === 0 || (stat.mode & 0o111) !== 0;
  const shift = user === stat.uid ? 6 : groups.includes(stat.gid) ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}

function posix_chmod(vm: VM, path: PyValue, mode: PyValue, dirFd: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'chmod', path, { fd: 'by path' });
  const bits = intArgument(vm, mode);
  const from = pathFrom(vm, 'chmod', target, dirFd);
  audit(vm, 'os.chmod', target.shown, bits, auditedDirFd(dirFd));
  if (follow !== undefined && !isTrue(vm, follow)) {
    const { mode: kind } = hostCall(() => filesOf(vm).lstat(from), target.shown);
    if ((kind & 0o170000) === S_IFLNK) {
      if (auditedDirFd(dirFd) !== -1) throw valueError('chmod: cannot use dir_fd and follow_symlinks together');
      throw notImplementedError('chmod: follow_symlinks unavailable on this platform');
    }
  }
  callFiles(vm, 'chmod', [from, bits], target.shown);
  return None;
}

function posix_fchmod(vm: VM, fd: PyValue, mode: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const bits = intArgument(vm, mode);
  audit(vm, 'os.chmod', number, bits, -1);
  callFiles(vm, 'chmod', [callFiles(vm, 'descriptorPath', [number]), bits]);
  return None;
}

function posix_chown(vm: VM, path: PyValue, uid: PyValue, gid: PyValue, dirFd: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'chown', path, { fd: 'by path' });
  const owner = idArgument(vm, uid, 'uid');
  const group = idArgument(vm, gid, 'gid');
  const followsLinks = follow === undefined || isTrue(vm, follow);
  if (target.fd !== null && !followsLinks) throw valueError('chown: cannot use fd and follow_symlinks together');
  const from = pathFrom(vm, 'chown', target, dirFd);
  audit(vm, 'os.chown', target.shown, owner, group, auditedDirFd(dirFd));
  callFiles(vm, followsLinks ? 'chown' : 'lchown', [from, owner, group], target.shown);
  return None;
}

function posix_lchown(vm: VM, path: PyValue, uid: PyValue, gid: PyValue): PyValue {
  const target = pathArgument(vm, 'lchown', path);
  const owner = idArgument(vm, uid, 'uid');
  const group = idArgument(vm, gid, 'gid');
  audit(vm, 'os.chown', target.shown, owner, group, -1);
  callFiles(vm, 'lchown', [target.text, owner, group], target.shown);
  return None;
}

function posix_fchown(vm: VM, fd: PyValue, uid: PyValue, gid: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const owner = idArgument(vm, uid, 'uid');
  const group = idArgument(vm, gid, 'gid');
  audit(vm, 'os.chown', number, owner, group, -1);
  callFiles(vm, 'chown', [callFiles(vm, 'descriptorPath', [number]), owner, group]);
  return None;
}

function posix_utime(vm: VM, path: PyValue, times: PyValue | undefined, ns: PyValue | undefined, dirFd: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'utime', path, { fd: 'by path' });
  if (times !== undefined && times !== None && ns !== undefined) throw valueError("utime: you may specify either 'times' or 'ns' but not both");
  let atime: bigint;
  let mtime: bigint;
  if (times !== undefined && times !== None) {
    if (!(times instanceof PyTuple) || times.items.length !== 2) throw typeError("utime: 'times' must be either a tuple of two ints or None");
    [atime, mtime] = times.items.map((item) => secondsToNs(vm, item));
  } else if (ns !== undefined) {
    if (!(ns instanceof PyTuple) || ns.items.length !== 2) throw typeError("utime: 'ns' must be a tuple of two ints");
    [atime, mtime] = ns.items.map((item) => nanoseconds(vm, item));
  } else atime = mtime = vm.host.clock?.time() ?? 0n;
  const followsLinks = follow === undefined || isTrue(vm, follow);
  if (target.fd !== null && !followsLinks) throw valueError('utime: cannot use fd and follow_symlinks together');
  const from = pathFrom(vm, 'utime', target, dirFd);
  audit(vm, 'os.utime', target.shown, times ?? None, ns ?? None, auditedDirFd(dirFd));
  callFiles(vm, 'utimes', [from, atime, mtime, followsLinks], target.shown);
  return None;
}

/** Seconds as int or float, rounded down to a nanosecond (CPython: _PyTime_ObjectToTimespec with ROUND_FLOOR). */
function secondsToNs(vm: VM, value: PyValue): bigint {
  if (!(value instanceof PyFloat)) return BigInt(asIndex(vm, value)) * 1_000_000_000n;
  const seconds = asDouble(vm, value);
  if (Number.isNaN(seconds)) throw valueError('Invalid value NaN (not a number)');
  const whole = Math.floor(seconds);
  if (Math.abs(whole) >= 2 ** 63) throw overflowError('timestamp out of range for platform time_t');
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.floor((seconds - whole) * 1e9));
}

function nanoseconds(vm: VM, value: PyValue): bigint {
  const pair = divmod(vm, value, 1_000_000_000);
  if (!(pair instanceof PyTuple) || pair.items.length !== 2) throw typeError(`${typeOf(value).tpName}.__divmod__() must return a 2-tuple, not ${typeOf(pair).tpName}`);
  return BigInt(asIndex(vm, pair.items[0])) * 1_000_000_000n + BigInt(asIndex(vm, pair.items[1]));
}

function twoPaths(what: 'rename' | 'replace') {
  return (vm: VM, src: PyValue, dst: PyValue, srcDir: PyValue | undefined, dstDir: PyValue | undefined): PyValue => {
    const from = pathArgument(vm, what, src, { name: 'src' });
    const to = pathArgument(vm, what, dst, { name: 'dst' });
    const paths = [pathFrom(vm, what, from, srcDir, 'src_dir_fd'), pathFrom(vm, what, to, dstDir, 'dst_dir_fd')] as const;
    audit(vm, 'os.rename', from.shown, to.shown, auditedDirFd(srcDir), auditedDirFd(dstDir));
    callFiles(vm, 'rename', [...paths], from.shown, to.shown);
    return None;
  };
}

/** Links to a symbolic link itself, as link(2) does; only with a descriptor are they followed, as linkat does when it is asked to. */
function posix_link(vm: VM, src: PyValue, dst: PyValue, srcDir: PyValue | undefined, dstDir: PyValue | undefined, follow: PyValue | undefined): PyValue {
  const from = pathArgument(vm, 'link', src, { name: 'src' });
  const to = pathArgument(vm, 'link', dst, { name: 'dst' });
  const given = pathFrom(vm, 'link', from, srcDir, 'src_dir_fd');
  const path = pathFrom(vm, 'link', to, dstDir, 'dst_dir_fd');
  audit(vm, 'os.link', from.shown, to.shown, auditedDirFd(srcDir), auditedDirFd(dstDir));
  const follows = (given !== from.text || path !== to.text) && (follow === undefined || isTrue(vm, follow));
  const source = follows ? callFiles(vm, 'realpath', [given], from.shown, to.shown) : given;
  callFiles(vm, 'link', [source, path], from.shown, to.shown);
  return None;
}

function posix_symlink(vm: VM, src: PyValue, dst: PyValue, _isDirectory: PyValue | undefined, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'symlink', src, { name: 'src' });
  const path = pathArgument(vm, 'symlink', dst, { name: 'dst' });
  const from = pathFrom(vm, 'symlink', path, dirFd);
  audit(vm, 'os.symlink', target.shown, path.shown, auditedDirFd(dirFd));
  callFiles(vm, 'symlink', [target.text, from], target.shown, path.shown);
  return None;
}

function posix_readlink(vm: VM, path: PyValue, dirFd: PyValue | undefined): PyValue {
  const target = pathArgument(vm, 'readlink', path);
  return nameLike(vm, callFiles(vm, 'readlink', [pathFrom(vm, 'readlink', target, dirFd)], target.shown), target.bytes);
}

function unlinker(what: string) {
  return (vm: VM, path: PyValue, dirFd: PyValue | undefined): PyValue => {
    const target = pathArgument(vm, what, path);
    const from = pathFrom(vm, what, target, dirFd);
    audit(vm, 'os.remove', target.shown, auditedDirFd(dirFd));
    callFiles(vm, 'unlink', [from], target.shown);
    return None;
  };
}

function posix_device_encoding(vm: VM, fd: PyValue): PyValue {
  return posix_isatty(vm, fd) === true ? 'utf-8' : None;
}

/** A device number: any that 64 bits hold. */
export function deviceArgument(vm: VM, value: PyValue): bigint {
  const number = BigInt(asIndex(vm, value));
  if (BigInt.asUintN(64, number) !== number) throw overflowError(number < 0n ? "can't convert negative int to unsigned" : 'int too big to convert');
  return number;
}

function device(part: 'major' | 'minor') {
  return (vm: VM, value: PyValue): PyValue => {
    const number = deviceArgument(vm, value);
    return normalizeInt(part === 'major' ? ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn) : (number & 0xffn) | ((number >> 12n) & ~0xffn));
  };
}

function posix_makedev(vm: VM, major: PyValue, minor: PyValue): PyValue {
  const high = BigInt(intArgument(vm, major));
  const low = BigInt(intArgument(vm, minor));
  return normalizeInt(((high & 0xfffn) << 8n) | ((high & ~0xfffn) << 32n) | (low & 0xffn) | ((low & ~0xffn) << 12n));
}

function statvfsResult(stat: HostStatFs): PyValue {
  const { bsize, frsize, blocks, bfree, bavail, files, ffree, flag, namemax, fsid } = stat;
  return new PyStructSequence(statvfsResultType, [bsize, frsize, blocks, bfree, bavail, files, ffree, ffree, flag, namemax], [normalizeInt(fsid)]);
}

function posix_statvfs(vm: VM, path: PyValue): PyValue {
  const target = pathArgument(vm, 'statvfs', path, { fd: 'by path' });
  return statvfsResult(callFiles(vm, 'statfs', [target.text], target.shown));
}

function posix_fstatvfs(vm: VM, fd: PyValue): PyValue {
  return statvfsResult(callFiles(vm, 'statfs', [callFiles(vm, 'descriptorPath', [intArgument(vm, fd)])]));
}

export const fileFunctions: readonly NativeDef[] = [
  native('stat(path, *, dir_fd=None, follow_symlinks=True)', posix_stat, 'Perform a stat system call on the given path.'),
  native('lstat(path, *, dir_fd=None)', posix_lstat, 'Perform a stat system call on the given path, without following symbolic links.\n\nLike stat(), but do not follow symbolic links.\nEquivalent to stat(path, follow_symlinks=False).'),
  native('fstat(fd)', posix_fstat, 'Perform a stat system call on the given file descriptor.\n\nLike stat(), but for an open file descriptor.\nEquivalent to os.stat(fd).'),
  native('open(path, flags, mode=511, *, dir_fd=None)', posix_open, 'Open a file for low level IO.  Returns a file descriptor (integer).\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('close(fd)', posix_close, 'Close a file descriptor.'),
  native('closerange(fd_low, fd_high, /)', posix_closerange, 'Closes all file descriptors in [fd_low, fd_high), ignoring errors.'),
  native('lseek(fd, position, whence, /)', posix_lseek, "Set the position of a file descriptor.  Return the new position.\n\n  fd\n    An open file descriptor, as returned by os.open().\n  position\n    Position, interpreted relative to 'whence'.\n  whence\n    The relative position to seek from. Valid values are:\n    - SEEK_SET: seek from the start of the file.\n    - SEEK_CUR: seek from the current file position.\n    - SEEK_END: seek from the end of the file.\n\nThe return value is the number of bytes relative to the beginning of the file."),
  native('isatty(fd, /)', posix_isatty, 'Return True if the fd is connected to a terminal.\n\nReturn True if the file descriptor is an open file descriptor\nconnected to the slave end of a terminal.'),
  native('ftruncate(fd, length, /)', posix_ftruncate, 'Truncate a file, specified by file descriptor, to a specific length.'),
  native('truncate(path, length)', posix_truncate, 'Truncate a file, specified by path, to a specific length.\n\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.'),
  native('fsync(fd)', posix_fsync, 'Force write of fd to disk.'),
  native('fdatasync(fd)', posix_fsync, 'Force write of fd to disk without forcing update of metadata.'),
  native('dup(fd, /)', posix_dup, 'Return a duplicate of a file descriptor.'),
  native('dup2(fd, fd2, inheritable=True)', posix_dup2, 'Duplicate file descriptor.'),
  native('pipe()', posix_pipe, 'Create a pipe.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)'),
  native('pipe2(flags, /)', posix_pipe2, 'Create a pipe with flags set atomically.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)\n\nflags can be constructed by ORing together one or more of these values:\nO_NONBLOCK, O_CLOEXEC.'),
  native('get_inheritable(fd, /)', posix_get_inheritable, 'Get the close-on-exe flag of the specified file descriptor.'),
  native('set_inheritable(fd, inheritable, /)', posix_set_inheritable, 'Set the inheritable flag of the specified file descriptor.'),
  native('get_blocking(fd, /)', posix_get_blocking, 'Get the blocking mode of the file descriptor.\n\nReturn False if the O_NONBLOCK flag is set, True if the flag is cleared.'),
  native('set_blocking(fd, blocking, /)', posix_set_blocking, 'Set the blocking mode of the specified file descriptor.\n\nSet the O_NONBLOCK flag if blocking is False,\nclear the O_NONBLOCK flag otherwise.'),
  native('get_terminal_size(fd=1, /)', posix_get_terminal_size, 'Return the size of the terminal window as (columns, lines).\n\nThe optional argument fd (default standard output) specifies\nwhich file descriptor should be queried.\n\nIf the file descriptor is not connected to a terminal, an OSError\nis thrown.\n\nThis function will only be defined if an implementation is\navailable for this system.\n\nshutil.get_terminal_size is the high-level function which should\nnormally be used, os.get_terminal_size is the low-level implementation.'),
  native('access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)', posix_access, 'Use the real uid/gid to test for access to a path.\n\n  path\n    Path to be tested; can be string, bytes, or a path-like object.\n  mode\n    Operating-system mode bitfield.  Can be F_OK to test existence,\n    or the inclusive-OR of R_OK, W_OK, and X_OK.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  effective_ids\n    If True, access will use the effective uid/gid instead of\n    the real uid/gid.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    access will examine the symbolic link itself instead of the file\n    the link points to.\n\ndir_fd, effective_ids, and follow_symlinks may not be implemented\n  on your platform.  If they are unavailable, using them will raise a\n  NotImplementedError.\n\nNote that most operations will use the effective uid/gid, therefore this\n  routine can be used in a suid/sgid environment to test if the invoking user\n  has the specified access to the path.'),
  native('chmod(path, mode, *, dir_fd=None, follow_symlinks=True)', posix_chmod, 'Change the access permissions of a file.\n\n  path\n    Path to be modified.  May always be specified as a str, bytes, or a path-like object.\n    On some platforms, path may also be specified as an open file descriptor.\n    If this functionality is unavailable, using it raises an exception.\n  mode\n    Operating-system mode bitfield.\n    Be careful when using number literals for *mode*. The conventional UNIX notation for\n    numeric modes uses an octal base, which needs to be indicated with a ``0o`` prefix in\n    Python.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    chmod will modify the symbolic link itself instead of the file\n    the link points to.\n\nIt is an error to use dir_fd or follow_symlinks when specifying path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be implemented on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.'),
  native('chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)', posix_chown, 'Change the owner and group id of path to the numeric uid and gid.\\\n\n  path\n    Path to be examined; can be string, bytes, a path-like object, or open-file-descriptor int.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the link points to.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\nIf follow_symlinks is False, and the last element of the path is a symbolic\n  link, chown will modify the symbolic link itself instead of the file the\n  link points to.\nIt is an error to use dir_fd or follow_symlinks when specifying path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be implemented on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.'),
  native('utime(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)', posix_utime, 'Set the access and modified time of path.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.\n\nIf times is not None, it must be a tuple (atime, mtime);\n    atime and mtime should be expressed as float seconds since the epoch.\nIf ns is specified, it must be a tuple (atime_ns, mtime_ns);\n    atime_ns and mtime_ns should be expressed as integer nanoseconds\n    since the epoch.\nIf times is None and ns is unspecified, utime uses the current time.\nSpecifying tuples for both times and ns is an error.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\nIf follow_symlinks is False, and the last element of the path is a symbolic\n  link, utime will modify the symbolic link itself instead of the file the\n  link points to.\nIt is an error to use dir_fd or follow_symlinks when specifying path\n  as an open file descriptor.\ndir_fd and follow_symlinks may not be available on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.'),
  native('rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)', twoPaths('rename'), 'Rename a file or directory.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\n  descriptor open to a directory, and the respective path string (src or dst)\n  should be relative; the path will then be relative to that directory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.'),
  native('replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)', twoPaths('replace'), 'Rename a file or directory, overwriting the destination.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\n  descriptor open to a directory, and the respective path string (src or dst)\n  should be relative; the path will then be relative to that directory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.'),
  native('link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)', posix_link, 'Create a hard link to a file.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\n  descriptor open to a directory, and the respective path string (src or dst)\n  should be relative; the path will then be relative to that directory.\nIf follow_symlinks is False, and the last element of src is a symbolic\n  link, link will create a link to the symbolic link itself instead of the\n  file the link points to.\nsrc_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on your\n  platform.  If they are unavailable, using them will raise a\n  NotImplementedError.'),
  native('symlink(src, dst, target_is_directory=False, *, dir_fd=None)', posix_symlink, 'Create a symbolic link pointing to src named dst.\n\ntarget_is_directory is required on Windows if the target is to be\n  interpreted as a directory.  (On Windows, symlink requires\n  Windows 6.0 or greater, and raises a NotImplementedError otherwise.)\n  target_is_directory is ignored on non-Windows platforms.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('readlink(path, *, dir_fd=None)', posix_readlink, 'Return a string representing the path to which the symbolic link points.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\nand path should be relative; path will then be relative to that directory.\n\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.'),
  native('unlink(path, *, dir_fd=None)', unlinker('unlink'), 'Remove a file (same as remove()).\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('remove(path, *, dir_fd=None)', unlinker('remove'), 'Remove a file (same as unlink()).\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError.'),
  native('fchmod(fd, mode)', posix_fchmod, 'Change the access permissions of the file given by file descriptor fd.\n\n  fd\n    The file descriptor of the file to be modified.\n  mode\n    Operating-system mode bitfield.\n    Be careful when using number literals for *mode*. The conventional UNIX notation for\n    numeric modes uses an octal base, which needs to be indicated with a ``0o`` prefix in\n    Python.\n\nEquivalent to os.chmod(fd, mode).'),
  native('lchown(path, uid, gid)', posix_lchown, 'Change the owner and group id of path to the numeric uid and gid.\n\nThis function will not follow symbolic links.\nEquivalent to os.chown(path, uid, gid, follow_symlinks=False).'),
  native('fchown(fd, uid, gid)', posix_fchown, 'Change the owner and group id of the file specified by file descriptor.\n\nEquivalent to os.chown(fd, uid, gid).'),
  native('statvfs(path)', posix_statvfs, 'Perform a statvfs system call on the given path.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an exception.'),
  native('fstatvfs(fd, /)', posix_fstatvfs, 'Perform an fstatvfs system call on the given fd.\n\nEquivalent to statvfs(fd).'),
  native('device_encoding(fd)', posix_device_encoding, "Return a string describing the encoding of a terminal's file descriptor.\n\nThe file descriptor must be attached to a terminal.\nIf the device is not a terminal, return None."),
  native('major(device, /)', device('major'), 'Extracts a device major number from a raw device number.'),
  native('minor(device, /)', device('minor'), 'Extracts a device minor number from a raw device number.'),
  native('makedev(major, minor, /)', posix_makedev, 'Composes a raw device number from the major and minor device numbers.'),
];
