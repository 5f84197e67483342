import { BufferFlag, PyBytes, asIndex, bufferBytes, getBuffer, native, None, overflowError, releaseBuffer, toArray, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { hostCall, osError } from '../os-error.ts';
import { constants } from './constants.ts';
import { callFiles, filesOf } from './host.ts';
import { intArgument } from './paths.ts';
import { readNow, transferred, transferredHere, writing } from './streams.ts';

/* Bytes from and to descriptors (CPython 3.12: Modules/posixmodule.c). */

/** At most this much is read or written by one call, as on Linux. */
const largestTransfer = 0x7fff_f000;

function posix_read(vm: VM, fd: PyValue, length: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const size = Number(asIndex(vm, length));
  if (size < 0) throw osError('EINVAL');
  return readBytes(vm, number, size, undefined);
}

function posix_pread(vm: VM, fd: PyValue, length: PyValue, offset: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const size = Number(asIndex(vm, length));
  const at = Number(asIndex(vm, offset));
  if (size < 0 || at < 0) throw osError('EINVAL');
  return readBytes(vm, number, size, at);
}

function readBytes(vm: VM, fd: number, size: number, position: number | undefined): PyValue {
  const files = filesOf(vm);
  // Programs ask for more than there is; memory for a whole file is taken only where it is that large.
  const room = Math.min(size, largestTransfer, size > 0x10_0000 ? Math.max(0x10_0000, sizeOf(vm, fd)) : size);
  vm.allocate(room);
  const into = new Uint8Array(room);
  const run = (): number | null | Promise<number> => (position === undefined ? readNow(vm, fd, into) : files.read(fd, into, position));
  return transferred(vm, fd, 'a read', run, (count) => new PyBytes(count === into.length ? into : into.slice(0, count)));
}

function sizeOf(vm: VM, fd: number): number {
  return hostCall(() => filesOf(vm).fstat(fd)).size;
}

function posix_write(vm: VM, fd: PyValue, data: PyValue): PyValue {
  const number = intArgument(vm, fd);
  return writeBytes(vm, number, bufferBytes(vm, data), undefined);
}

function posix_pwrite(vm: VM, fd: PyValue, data: PyValue, offset: PyValue): PyValue {
  const number = intArgument(vm, fd);
  return writeBytes(vm, number, bufferBytes(vm, data), position(vm, offset));
}

function writeBytes(vm: VM, fd: number, bytes: Uint8Array, position: number | undefined): PyValue {
  const files = filesOf(vm);
  const run = position === undefined ? writing(vm, fd, bytes) : (): number | Promise<number> => files.write(fd, bytes, position);
  return transferred(vm, fd, 'a write', run, (count) => count);
}

function posix_readv(vm: VM, fd: PyValue, buffers: PyValue): PyValue {
  return readInto(vm, intArgument(vm, fd), sequence(vm, buffers, 'readv() arg 2 must be a sequence'), undefined);
}

function posix_preadv(vm: VM, fd: PyValue, buffers: PyValue, offset: PyValue, flags: PyValue | undefined): PyValue {
  const number = intArgument(vm, fd);
  const parts = sequence(vm, buffers, 'preadv() arg 2 must be a sequence');
  transferFlags(vm, flags, constants.RWF_HIPRI | constants.RWF_NOWAIT);
  return readInto(vm, number, parts, position(vm, offset));
}

/** Fills one buffer after the other, as far as there are bytes. */
function readInto(vm: VM, fd: number, buffers: readonly PyValue[], from: number | undefined): PyValue {
  const room = new Uint8Array(buffers.reduce<number>((sum, value) => sum + bufferBytes(vm, value).length, 0));
  const run = (): number | null | Promise<number> => (from === undefined ? readNow(vm, fd, room) : filesOf(vm).read(fd, room, from));
  return transferred(vm, fd, 'a read', run, (count) => {
    let at = 0;
    for (const value of buffers) {
      const buffer = getBuffer(vm, value, BufferFlag.WRITABLE);
      const part = room.subarray(at, Math.min(count, at + buffer.nbytes));
      buffer.memory.set(part, buffer.offset);
      releaseBuffer(vm, buffer);
      at += part.length;
    }
    return count;
  });
}

function posix_writev(vm: VM, fd: PyValue, buffers: PyValue): PyValue {
  return writeParts(vm, intArgument(vm, fd), sequence(vm, buffers, 'writev() arg 2 must be a sequence'), undefined);
}

function posix_pwritev(vm: VM, fd: PyValue, buffers: PyValue, offset: PyValue, flags: PyValue | undefined): PyValue {
  const number = intArgument(vm, fd);
  const parts = sequence(vm, buffers, 'pwritev() arg 2 must be a sequence');
  transferFlags(vm, flags, constants.RWF_DSYNC | constants.RWF_SYNC | constants.RWF_HIPRI);
  return writeParts(vm, number, parts, position(vm, offset));
}

/** Which only say how soon, how surely: a host does it its way. */
function transferFlags(vm: VM, flags: PyValue | undefined, known: number): void {
  if (flags !== undefined && (intArgument(vm, flags) & ~known) !== 0) throw osError('EOPNOTSUPP');
}

function position(vm: VM, offset: PyValue): number {
  const at = Number(asIndex(vm, offset));
  if (at < 0) throw osError('EINVAL');
  return at;
}

function writeParts(vm: VM, fd: number, buffers: readonly PyValue[], from: number | undefined): PyValue {
  const parts = buffers.map((value) => bufferBytes(vm, value));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return writeBytes(vm, fd, whole, from);
}

function sequence(vm: VM, value: PyValue, message: string): PyValue[] {
  if (typeOf(value).sq_item === undefined) throw typeError(message);
  return toArray(vm, value);
}

/** How much is copied from descriptor to descriptor by one call. */
const copyStep = 0x10_0000;

/** Copies bytes, at the descriptors' positions or at those given; the count of those that were copied. */
function copy(vm: VM, from: number, to: number, count: number, offset: number | undefined, target: number | undefined): PyValue {
  const into = new Uint8Array(Math.min(count, copyStep));
  const read = (): number | null | Promise<number> => (offset === undefined ? readNow(vm, from, into) : filesOf(vm).read(from, into, offset));
  return transferred(vm, from, 'a read', read, (got) => {
    if (got === 0) return 0;
    const bytes = into.subarray(0, got);
    const write = target === undefined ? writing(vm, to, bytes) : (): number | Promise<number> => filesOf(vm).write(to, bytes, target);
    const written = transferredHere(vm, to, 'a write', write);
    if (typeof written !== 'number') throw osError('EAGAIN');
    return written;
  });
}

function posix_sendfile(vm: VM, outFd: PyValue, inFd: PyValue, offset: PyValue, count: PyValue): PyValue {
  const to = intArgument(vm, outFd);
  const from = intArgument(vm, inFd);
  const at = offset === None ? undefined : position(vm, offset);
  return copy(vm, from, to, Number(asIndex(vm, count)), at, undefined);
}

function byteCount(vm: VM, value: PyValue): number {
  const count = asIndex(vm, value);
  if (count < 0) throw valueError("negative value for 'count' not allowed");
  if (count > Number.MAX_SAFE_INTEGER) throw overflowError('Python int too large to convert to C ssize_t');
  return Number(count);
}

const optionalPosition = (vm: VM, value: PyValue | undefined): number | undefined => (value === undefined || value === None ? undefined : position(vm, value));

function posix_copy_file_range(vm: VM, src: PyValue, dst: PyValue, count: PyValue, offsetSrc: PyValue | undefined, offsetDst: PyValue | undefined): PyValue {
  const [from, to] = [intArgument(vm, src), intArgument(vm, dst)];
  const size = byteCount(vm, count);
  return copy(vm, from, to, size, optionalPosition(vm, offsetSrc), optionalPosition(vm, offsetDst));
}

const isPipe = (vm: VM, fd: number): boolean => (hostCall(() => filesOf(vm).fstat(fd)).mode & 0o170000) === 0o010000;

/** Moves bytes where one side at least is a pipe. */
function posix_splice(vm: VM, src: PyValue, dst: PyValue, count: PyValue, offsetSrc: PyValue | undefined, offsetDst: PyValue | undefined, flags: PyValue | undefined): PyValue {
  const [from, to] = [intArgument(vm, src), intArgument(vm, dst)];
  const size = byteCount(vm, count);
  if (flags !== undefined) intArgument(vm, flags);
  const [at, target] = [optionalPosition(vm, offsetSrc), optionalPosition(vm, offsetDst)];
  const [fromPipe, toPipe] = [isPipe(vm, from), isPipe(vm, to)];
  if (!fromPipe && !toPipe) throw osError('EINVAL');
  if ((fromPipe && at !== undefined) || (toPipe && target !== undefined)) throw osError('ESPIPE');
  return copy(vm, from, to, size, at, target);
}

/** What the program will do with a file: a hint, which no host takes. */
function posix_posix_fadvise(vm: VM, fd: PyValue, offset: PyValue, length: PyValue, advice: PyValue): PyValue {
  const number = intArgument(vm, fd);
  asIndex(vm, offset);
  const size = asIndex(vm, length);
  const kind = intArgument(vm, advice);
  if (isPipe(vm, number)) throw osError('ESPIPE');
  if (kind < 0 || kind > constants.POSIX_FADV_NOREUSE || size < 0) throw osError('EINVAL');
  return None;
}

/** The file is at least that long afterwards; room on the disk is not kept. */
function posix_posix_fallocate(vm: VM, fd: PyValue, offset: PyValue, length: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const [from, size] = [Number(asIndex(vm, offset)), Number(asIndex(vm, length))];
  const stat = hostCall(() => filesOf(vm).fstat(number));
  if (from < 0 || size <= 0) throw osError('EINVAL');
  if ((stat.mode & 0o170000) !== 0o100000) throw osError((stat.mode & 0o170000) === 0o010000 ? 'ESPIPE' : 'ENODEV');
  if (stat.size < from + size) callFiles(vm, 'ftruncate', [number, from + size]);
  return None;
}

/** Locks of a process (fcntl's): granted, since hosts know of none. */
function posix_lockf(vm: VM, fd: PyValue, command: PyValue, length: PyValue): PyValue {
  const number = intArgument(vm, fd);
  const kind = intArgument(vm, command);
  asIndex(vm, length);
  hostCall(() => filesOf(vm).fstat(number));
  if (kind < constants.F_ULOCK || kind > constants.F_TEST) throw osError('EINVAL');
  return None;
}

export const transferFunctions: readonly NativeDef[] = [
  native('read(fd, length, /)', posix_read, 'Read from a file descriptor.  Returns a bytes object.'),
  native('pread(fd, length, offset, /)', posix_pread, 'Read a number of bytes from a file descriptor starting at a particular offset.\n\nRead length bytes from file descriptor fd, starting at offset bytes from\nthe beginning of the file.  The file offset remains unchanged.'),
  native('readv(fd, buffers, /)', posix_readv, 'Read from a file descriptor fd into an iterable of buffers.\n\nThe buffers should be mutable buffers accepting bytes.\nreadv will transfer data into each buffer until it is full\nand then move on to the next buffer in the sequence to hold\nthe rest of the data.\n\nreadv returns the total number of bytes read,\nwhich may be less than the total capacity of all the buffers.'),
  native('preadv(fd, buffers, offset, flags=0, /)', posix_preadv, 'Reads from a file descriptor into a number of mutable bytes-like objects.\n\nCombines the functionality of readv() and pread(). As readv(), it will\ntransfer data into each buffer until it is full and then move on to the next\nbuffer in the sequence to hold the rest of the data. Its fourth argument,\nspecifies the file offset at which the input operation is to be performed. It\nwill return the total number of bytes read (which can be less than the total\ncapacity of all the objects).\n\nThe flags argument contains a bitwise OR of zero or more of the following flags:\n\n- RWF_HIPRI\n- RWF_NOWAIT\n\nUsing non-zero flags requires Linux 4.6 or newer.'),
  native('write(fd, data, /)', posix_write, 'Write a bytes object to a file descriptor.'),
  native('pwrite(fd, buffer, offset, /)', posix_pwrite, 'Write bytes to a file descriptor starting at a particular offset.\n\nWrite buffer to fd, starting at offset bytes from the beginning of\nthe file.  Returns the number of bytes writte.  Does not change the\ncurrent file offset.'),
  native('writev(fd, buffers, /)', posix_writev, 'Iterate over buffers, and write the contents of each to a file descriptor.\n\nReturns the total number of bytes written.\nbuffers must be a sequence of bytes-like objects.'),
  native('pwritev(fd, buffers, offset, flags=0, /)', posix_pwritev, 'Writes the contents of bytes-like objects to a file descriptor at a given offset.\n\nCombines the functionality of writev() and pwrite(). All buffers must be a sequence\nof bytes-like objects. Buffers are processed in array order. Entire contents of first\nbuffer is written before proceeding to second, and so on. The operating system may\nset a limit (sysconf() value SC_IOV_MAX) on the number of buffers that can be used.\nThis function writes the contents of each object to the file descriptor and returns\nthe total number of bytes written.\n\nThe flags argument contains a bitwise OR of zero or more of the following flags:\n\n- RWF_DSYNC\n- RWF_SYNC\n- RWF_APPEND\n\nUsing non-zero flags requires Linux 4.7 or newer.'),
  native('sendfile(out_fd, in_fd, offset, count)', posix_sendfile, 'Copy count bytes from file descriptor in_fd to file descriptor out_fd.'),
  native('copy_file_range(src, dst, count, offset_src=None, offset_dst=None)', posix_copy_file_range, 'Copy count bytes from one file descriptor to another.\n\n  src\n    Source file descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in dst.\n\nIf offset_src is None, then src is read from the current position;\nrespectively for offset_dst.'),
  native('splice(src, dst, count, offset_src=None, offset_dst=None, flags=0)', posix_splice, 'Transfer count bytes from one pipe to a descriptor or vice versa.\n\n  src\n    Source file descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in dst.\n  flags\n    Flags to modify the semantics of the call.\n\nIf offset_src is None, then src is read from the current position;\nrespectively for offset_dst. The offset associated to the file\ndescriptor that refers to a pipe must be None.'),
  native('posix_fadvise(fd, offset, length, advice, /)', posix_posix_fadvise, 'Announce an intention to access data in a specific pattern.\n\nAnnounce an intention to access data in a specific pattern, thus allowing\nthe kernel to make optimizations.\nThe advice applies to the region of the file specified by fd starting at\noffset and continuing for length bytes.\nadvice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,\nPOSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or\nPOSIX_FADV_DONTNEED.'),
  native('posix_fallocate(fd, offset, length, /)', posix_posix_fallocate, 'Ensure a file has allocated at least a particular number of bytes on disk.\n\nEnsure that the file specified by fd encompasses a range of bytes\nstarting at offset bytes from the beginning and continuing for length bytes.'),
  native('lockf(fd, command, length, /)', posix_lockf, 'Apply, test or remove a POSIX lock on an open file descriptor.\n\n  fd\n    An open file descriptor.\n  command\n    One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.\n  length\n    The number of bytes to lock, starting at the current position.'),
];
