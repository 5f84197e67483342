import {
  PyFloat, PyList, PyObject, TypeFlag, asDouble, asIndex, defineModule, defineType, exceptionTypes, hasIndex, isInt, keyError, native, newTuple, None, overflowError, runtimeError, threadsOf, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyThread, PyType, PyValue, VM } from '@py/vm/native';
import { epollConstants, epollType } from './epoll.ts';
import { osError } from './os-error.ts';
import { fileDescriptor } from './posix/files.ts';
import { isOpenDescriptor, isReady } from './posix/streams.ts';
import { waitUntil } from './posix/wait-until.ts';

/* `select` (CPython 3.12: Modules/selectmodule.c). Where a host does not say whether a descriptor would block, it counts as ready. */

const constants = {
  PIPE_BUF: 4096, POLLIN: 1, POLLPRI: 2, POLLOUT: 4, POLLERR: 8, POLLHUP: 16, POLLNVAL: 32, POLLRDNORM: 64, POLLRDBAND: 128, POLLWRNORM: 256, POLLWRBAND: 512,
  POLLMSG: 1024, POLLRDHUP: 8192,
} as const;

function select_select(vm: VM, rlist: PyValue, wlist: PyValue, xlist: PyValue, timeout: PyValue | undefined): PyValue {
  let time: number | null = null;
  if (timeout !== undefined && timeout !== None) {
    if (!(timeout instanceof PyFloat) && !hasIndex(timeout)) throw typeError('timeout must be a float or None');
    time = asDouble(vm, timeout);
    if (time < 0) throw valueError('timeout must be non-negative');
  }
  const [reading, writing, excepting] = [rlist, wlist, xlist].map((list) => {
    if (typeOf(list).tp_iter === undefined && typeOf(list).sq_item === undefined) throw typeError('arguments 1-3 must be sequences');
    return descriptors(vm, list);
  });
  for (const { fd } of [...reading, ...writing, ...excepting]) if (!isOpenDescriptor(vm, fd)) throw osError('EBADF');
  return waitUntil(vm, time, () => {
    const readable = reading.filter(({ fd }) => isReady(vm, fd, 'read'));
    const writable = writing.filter(({ fd }) => isReady(vm, fd, 'write'));
    const lists = [readable, writable, []].map((list) => new PyList(list.map(({ value }) => value)));
    return { found: readable.length + writable.length > 0, value: newTuple(lists) };
  });
}

/** A list may become shorter while its items are asked for their descriptors. */
function descriptors(vm: VM, list: PyValue): { readonly value: PyValue; readonly fd: number }[] {
  const items = list instanceof PyList ? list.items : toArray(vm, list);
  const found: { readonly value: PyValue; readonly fd: number }[] = [];
  for (let i = 0; i < items.length; i++) {
    const value = items[i];
    found.push({ value, fd: fileDescriptor(vm, value) });
  }
  return found;
}

/** `select.poll()` */
class PyPoll extends PyObject {
  /** Events asked for, by descriptor. */
  readonly watched = new Map<number, number>();
  /** The thread that waits in `poll`. */
  waiting: PyThread | null = null;
}

const defaultEvents = constants.POLLIN | constants.POLLPRI | constants.POLLOUT;

function eventMask(vm: VM, value: PyValue | undefined): number {
  if (value === undefined) return defaultEvents;
  const mask = asIndex(vm, value);
  if (mask < 0) throw valueError('value must be positive');
  if (mask > 0xffff) throw overflowError('Python int too large for C unsigned short');
  return Number(mask);
}

const reading = constants.POLLIN | constants.POLLRDNORM;
const writing = constants.POLLOUT | constants.POLLWRNORM;

function pollEvents(vm: VM, fd: number, mask: number): number {
  if (!isOpenDescriptor(vm, fd)) return constants.POLLNVAL;
  let found = 0;
  if ((mask & reading) !== 0 && isReady(vm, fd, 'read')) found |= mask & reading;
  if ((mask & writing) !== 0 && isReady(vm, fd, 'write')) found |= mask & writing;
  return found;
}

function poll_poll(vm: VM, self: PyPoll, timeout: PyValue | undefined): PyValue {
  let time: number | null = null;
  if (timeout !== undefined && timeout !== None) {
    if (!(timeout instanceof PyFloat) && !isInt(timeout) && !hasIndex(timeout)) throw typeError('timeout must be an integer or None');
    const given = asDouble(vm, timeout);
    const milliseconds = given < 0 ? Math.floor(given) : Math.ceil(given);
    if (Math.abs(milliseconds) >= 2 ** 63) throw overflowError('timestamp too large to convert to C _PyTime_t');
    if (Math.abs(milliseconds) > 0x7fff_ffff) throw overflowError('timeout is too large');
    time = milliseconds < 0 ? null : milliseconds / 1000;
  }
  const { current } = threadsOf(vm);
  if (self.waiting !== null && self.waiting !== current && self.waiting.waiting?.what === 'select') throw runtimeError('concurrent poll() invocation');
  self.waiting = current;
  return waitUntil(vm, time, () => {
    const events: PyValue[] = [];
    for (const [fd, mask] of self.watched) {
      const found = pollEvents(vm, fd, mask);
      if (found !== 0) events.push(newTuple([fd, found]));
    }
    if (events.length > 0) self.waiting = null;
    return { found: events.length > 0, value: new PyList(events) };
  });
}

const pollType: PyType = defineType('poll', {
  module: 'select',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('register(self, fd, eventmask=POLLIN, /)', (vm: VM, self: PyPoll, fd: PyValue, mask?: PyValue) => {
      self.watched.set(fileDescriptor(vm, fd), eventMask(vm, mask));
      return None;
    }, 'Register a file descriptor with the polling object.'),
    native('modify(self, fd, eventmask, /)', (vm: VM, self: PyPoll, fd: PyValue, mask: PyValue) => {
      const number = fileDescriptor(vm, fd);
      const events = eventMask(vm, mask);
      if (!self.watched.has(number)) throw osError('ENOENT');
      self.watched.set(number, events);
      return None;
    }, 'Modify an already registered file descriptor.'),
    native('unregister(self, fd, /)', (vm: VM, self: PyPoll, fd: PyValue) => {
      const number = fileDescriptor(vm, fd);
      if (!self.watched.delete(number)) throw keyError(number);
      return None;
    }, 'Remove a file descriptor being tracked by the polling object.'),
    native('poll(self, timeout=None, /)', poll_poll, 'Polls the set of registered file descriptors.\n\nReturns a list containing any descriptors that have events or errors to\nreport, as a list of (fd, event) 2-tuples.'),
  ],
});

/** Python's module `select`. CPython 3.12: Modules/selectmodule.c. */
export const select: NativeModule = defineModule(
  'select',
  {
    ...constants,
    ...epollConstants,
    epoll: epollType,
    error: exceptionTypes.OSError,
    select: native('select(rlist, wlist, xlist, timeout=None, /)', select_select, 'Wait until one or more file descriptors are ready for some kind of I/O.\n\nThe first three arguments are iterables of file descriptors to be waited for:\nrlist -- wait until ready for reading\nwlist -- wait until ready for writing\nxlist -- wait for an "exceptional condition"\nIf only one kind of condition is required, pass [] for the other lists.\n\nA file descriptor is either a socket or file object, or a small integer\ngotten from a fileno() method call on one of those.\n\nThe optional 4th argument specifies a timeout in seconds; it may be\na floating point number to specify fractions of seconds.  If it is absent\nor None, the call will never time out.\n\nThe return value is a tuple of three lists corresponding to the first three\narguments; each contains the subset of the corresponding file descriptors\nthat are ready.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file\ndescriptors can be used.'),
    poll: native('poll()', () => new PyPoll(pollType), 'Returns a polling object.\n\nThis object supports registering and unregistering file descriptors, and then\npolling them for I/O events.'),
  },
  { doc: 'This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.' },
);
