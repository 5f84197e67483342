import {
  PyList, PyObject, TypeFlag, asDouble, asIndex, defineType, exceptionTypes, hasIndex, native, newException, newTuple, None, overflowError, PyFloat, typeError, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { intArgument, keywordArguments } from './arguments.ts';
import { osError } from './os-error.ts';
import { closeSocket, insertSocket, socketTable, type Socket } from './posix/sockets.ts';
import { fileDescriptor } from './posix/files.ts';
import { descriptorStat, isOpenDescriptor, isReady } from './posix/streams.ts';
import { waitUntil } from './posix/wait-until.ts';

/* `select.epoll` (CPython 3.12: Modules/selectmodule.c): what epoll of Linux does, over what the VM knows of its descriptors. */

export const epollConstants = {
  EPOLLIN: 1, EPOLLPRI: 2, EPOLLOUT: 4, EPOLLERR: 8, EPOLLHUP: 16, EPOLLRDNORM: 64, EPOLLRDBAND: 128, EPOLLWRNORM: 256, EPOLLWRBAND: 512, EPOLLMSG: 1024, EPOLLRDHUP: 8192,
  EPOLLEXCLUSIVE: 268435456, EPOLLONESHOT: 1073741824, EPOLLET: 2147483648, EPOLL_CLOEXEC: 524288,
} as const;

const reading = epollConstants.EPOLLIN | epollConstants.EPOLLRDNORM;
const writing = epollConstants.EPOLLOUT | epollConstants.EPOLLWRNORM;
const defaultEvents = epollConstants.EPOLLIN | epollConstants.EPOLLPRI | epollConstants.EPOLLOUT;

/** What is watched of a descriptor. */
interface Watched {
  mask: number;
  /** EPOLLET: events that were told of and have not been over since. EPOLLONESHOT has no mask after it has been told of. */
  told: number;
}

/** The kernel's side of an epoll object: a descriptor stands for it, perhaps several. */
class Interest implements Socket {
  readonly datagrams = false;
  readonly writable = false;
  readonly watched: Map<number, Watched>;
  private readonly vm: VM;

  constructor(vm: VM) {
    this.vm = vm;
    this.watched = new Map();
  }

  get readable(): boolean {
    return [...this.watched].some(([fd, entry]) => this.happened(fd, entry) !== 0);
  }

  /** At most `count` descriptors with their events. Those told of go to the end, so that none is kept waiting. */
  take(count: number): PyValue[] {
    const found: PyValue[] = [];
    for (const [fd, entry] of [...this.watched]) {
      if (found.length >= count) break;
      const events = this.happened(fd, entry);
      if (events === 0) continue;
      found.push(newTuple([fd, events]));
      if (entry.mask & epollConstants.EPOLLONESHOT) entry.mask = 0;
      entry.told = events;
      this.watched.delete(fd);
      this.watched.set(fd, entry);
    }
    return found;
  }

  private happened(fd: number, entry: Watched): number {
    const { mask } = entry;
    if (!isOpenDescriptor(this.vm, fd)) {
      this.watched.delete(fd); // The kernel forgets what is closed.
      return 0;
    }
    let events = 0;
    if ((mask & reading) !== 0 && isReady(this.vm, fd, 'read')) events |= mask & reading;
    if ((mask & writing) !== 0 && isReady(this.vm, fd, 'write')) events |= mask & writing;
    if ((mask & epollConstants.EPOLLET) === 0) return events;
    entry.told &= events;
    return (events & ~entry.told) === 0 ? 0 : events;
  }

  receive(): never {
    throw osError('EINVAL');
  }

  send(): never {
    throw osError('EINVAL');
  }

  shutdown(): never {
    throw osError('ENOTSOCK');
  }

  close(): void {
    this.watched.clear();
  }

  local(): null {
    return null;
  }

  peer(): null {
    return null;
  }
}

/** `select.epoll(sizehint=-1, flags=0)` */
class PyEpoll extends PyObject {
  /** -1 once closed. */
  fd: number;

  constructor(cls: PyType, fd: number) {
    super(cls);
    this.fd = fd;
  }
}

function epoll_new(vm: VM, cls: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [sizehint, flags] = keywordArguments('epoll()', ['sizehint', 'flags'], args, kwnames, 0);
  const size = sizehint === undefined ? -1 : intArgument(vm, sizehint);
  const bits = flags === undefined ? 0 : intArgument(vm, flags);
  if (size !== -1 && size <= 0) throw valueError('negative sizehint');
  if ((bits & ~epollConstants.EPOLL_CLOEXEC) !== 0) throw newException(exceptionTypes.OSError, 'invalid flags');
  return new PyEpoll(cls, insertSocket(vm, new Interest(vm)));
}

/** The descriptor of an object that is not closed. */
function opened(self: PyEpoll): number {
  if (self.fd < 0) throw valueError('I/O operation on closed epoll object');
  return self.fd;
}

function interestOf(vm: VM, self: PyEpoll): Interest {
  const { byDescriptor } = socketTable(vm);
  const fd = opened(self);
  const interest = byDescriptor.get(fd);
  if (interest instanceof Interest) return interest;
  throw osError(isOpenDescriptor(vm, fd) ? 'EINVAL' : 'EBADF');
}

/** A C unsigned int: what is larger loses its higher bits, as in C. */
function eventArgument(vm: VM, value: PyValue | undefined): number {
  return value === undefined ? defaultEvents : Number(BigInt.asUintN(32, BigInt(asIndex(vm, value))));
}

/** The kernel refuses what cannot be waited for: files, folders, memory devices. */
function checkWatchable(vm: VM, fd: number): void {
  const { mode, rdev } = descriptorStat(vm, fd);
  const type = mode & 0o170000;
  const isMemoryDevice = type === 0o020000 && (rdev ?? 0n) >> 8n === 1n;
  if (type === 0o100000 || type === 0o040000 || isMemoryDevice) throw osError('EPERM');
}

function epoll_register(vm: VM, self: PyEpoll, fdValue: PyValue, mask: PyValue | undefined): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const events = eventArgument(vm, mask);
  const { watched } = interestOf(vm, self);
  checkWatchable(vm, fd);
  if (fd === self.fd) throw osError('EINVAL');
  if (watched.has(fd)) throw osError('EEXIST');
  watched.set(fd, { mask: events, told: 0 });
  return None;
}

function epoll_modify(vm: VM, self: PyEpoll, fdValue: PyValue, mask: PyValue): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const events = eventArgument(vm, mask);
  const { watched } = interestOf(vm, self);
  descriptorStat(vm, fd);
  if (!watched.has(fd)) throw osError('ENOENT');
  watched.set(fd, { mask: events, told: 0 });
  return None;
}

function epoll_unregister(vm: VM, self: PyEpoll, fdValue: PyValue): PyValue {
  const fd = fileDescriptor(vm, fdValue);
  const { watched } = interestOf(vm, self);
  descriptorStat(vm, fd);
  if (!watched.delete(fd)) throw osError('ENOENT');
  return None;
}

/** So many events are asked for where the program names no number: Linux's default for descriptors, less one. */
const mostEvents = 1023;

function epoll_poll(vm: VM, self: PyEpoll, timeout: PyValue | undefined, maxevents: PyValue | undefined): PyValue {
  let seconds: number | null = null;
  opened(self);
  if (timeout !== undefined && timeout !== None) {
    if (!(timeout instanceof PyFloat) && !hasIndex(timeout)) throw typeError('timeout must be an integer or None');
    const given = asDouble(vm, timeout);
    if (Math.abs(given) >= 2 ** 63) throw overflowError('timestamp out of range for platform time_t');
    if (Math.ceil(given * 1000) > 0x7fff_ffff) throw overflowError('timeout is too large');
    seconds = given < 0 ? null : Math.ceil(given * 1000) / 1000;
  }
  const most = maxevents === undefined ? -1 : intArgument(vm, maxevents);
  if (most !== -1 && most <= 0) throw valueError(`maxevents must be greater than 0, got ${most}`);
  const interest = interestOf(vm, self);
  return waitUntil(vm, seconds, () => {
    const events = interest.take(most === -1 ? mostEvents : most);
    return { found: events.length > 0, value: new PyList(events) };
  });
}

function epoll_close(vm: VM, self: PyEpoll): PyValue {
  if (self.fd >= 0) closeSocket(vm, self.fd);
  self.fd = -1;
  return None;
}

export const epollType: PyType = defineType('epoll', {
  module: 'select',
  flags: TypeFlag.IMMUTABLETYPE,
  doc: "select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object\n\nsizehint must be a positive integer or -1 for the default size. The\nsizehint is used to optimize internal data structures. It doesn't limit\nthe maximum number of monitored events.",
  slots: { tp_new: epoll_new },
  methods: [
    native('close(self, /)', epoll_close, 'Close the epoll control file descriptor.\n\nFurther operations on the epoll object will raise an exception.'),
    native('fileno(self, /)', (_vm: VM, self: PyEpoll) => opened(self), 'Return the epoll control file descriptor.'),
    native('modify(self, /, fd, eventmask)', epoll_modify, 'Modify event mask for a registered file descriptor.\n\n  fd\n    the target file descriptor of the operation\n  eventmask\n    a bit set composed of the various EPOLL constants'),
    native('poll(self, /, timeout=None, maxevents=-1)', epoll_poll, 'Wait for events on the epoll file descriptor.\n\n  timeout\n    the maximum time to wait in seconds (as float);\n    a timeout of None or -1 makes poll wait indefinitely\n  maxevents\n    the maximum number of events returned; -1 means no limit\n\nReturns a list containing any descriptors that have events to report,\nas a list of (fd, events) 2-tuples.'),
    native('register(self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)', epoll_register, 'Registers a new fd or raises an OSError if the fd is already registered.\n\n  fd\n    the target file descriptor of the operation\n  eventmask\n    a bit set composed of the various EPOLL constants\n\nThe epoll interface supports all file descriptors that support poll.'),
    native('unregister(self, /, fd)', epoll_unregister, 'Remove a registered file descriptor from the epoll object.\n\n  fd\n    the target file descriptor of the operation'),
    native('__enter__(self, /)', (_vm: VM, self: PyEpoll) => (opened(self), self)),
    native('__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)', (vm: VM, self: PyEpoll) => epoll_close(vm, self)),
  ],
  classMethods: [native('fromfd(type, fd, /)', (vm: VM, cls: PyType, fd: PyValue) => new PyEpoll(cls, intArgument(vm, fd)), 'Create an epoll object from a given control fd.')],
  getset: { closed: { get: (_vm: VM, self: PyEpoll) => self.fd < 0, doc: 'True if the epoll handler is closed' } },
});
