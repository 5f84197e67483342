import {
  PyFloat, PyList, PyObject, TypeFlag, asDouble, asIndex, defineModule, defineType, exceptionTypes, hasIndex, isInt, keyError, native, newTuple, None, overflowError, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { osError } from './os-error.ts';
import { fileDescriptor } from './posix/files.ts';
import { filesOf } from './posix/host.ts';
import { localSockets } from './posix/local-sockets.ts';

/*
 * `select` (CPython 3.12: Modules/selectmodule.c). Hosts do not say whether a descriptor would block: every open one counts as ready,
 * and the read or write itself waits. The VM's own sockets are known exactly.
 */

const constants = {
  PIPE_BUF: 4096, POLLIN: 1, POLLPRI: 2, POLLOUT: 4, POLLERR: 8, POLLHUP: 16, POLLNVAL: 32, POLLRDNORM: 64, POLLRDBAND: 128, POLLWRNORM: 256, POLLWRBAND: 512,
  POLLMSG: 1024, POLLRDHUP: 8192,
} as const;

/** Would reading, or writing, go on at once? Null for a descriptor that is not open. */
function readiness(vm: VM, fd: number): { readonly readable: boolean; readonly writable: boolean } | null {
  const socket = localSockets(vm).byDescriptor.get(fd);
  if (socket !== undefined) return { readable: socket.readable, writable: !socket.sendingOver };
  try {
    filesOf(vm).fstat(fd);
    return { readable: true, writable: true };
  } catch {
    return null;
  }
}

/** Looks until `look` finds something or the time (nanoseconds; null for ever) is over, then gives what it last found. */
function waitFor(vm: VM, time: bigint | null, look: () => { readonly found: boolean; readonly value: PyValue }): PyValue {
  const { found, value } = look();
  if (found || time === 0n) return value;
  // Nothing can change while the only thread waits, but time passes (and signals may come).
  const { clock } = vm.host;
  const pause = time ?? 1_000_000_000n * 3600n;
  if (clock === undefined) return value;
  const { sleep, sleepSync } = clock;
  return vm.suspend({
    what: 'select',
    ...(sleepSync === undefined ? {} : { block: () => (sleepSync.call(clock, pause), look().value) }),
    ...(sleep === undefined ? {} : { start: async (signal) => (await sleep.call(clock, pause, signal), look().value) }),
  });
}

function select_select(vm: VM, rlist: PyValue, wlist: PyValue, xlist: PyValue, timeout: PyValue | undefined): PyValue {
  let time: bigint | null = null;
  if (timeout !== undefined && timeout !== None) {
    if (!(timeout instanceof PyFloat) && !hasIndex(timeout)) throw typeError('timeout must be a float or None');
    const seconds = asDouble(vm, timeout);
    if (seconds < 0) throw valueError('timeout must be non-negative');
    time = BigInt(Math.ceil(seconds * 1e9));
  }
  const [reading, writing, excepting] = [rlist, wlist, xlist].map((list) => {
    if (typeOf(list).tp_iter === undefined && typeOf(list).sq_item === undefined) throw typeError('arguments 1-3 must be sequences');
    return toArray(vm, list).map((value) => ({ value, fd: fileDescriptor(vm, value) }));
  });
  for (const { fd } of [...reading, ...writing, ...excepting]) if (readiness(vm, fd) === null) throw osError('EBADF');
  return waitFor(vm, time, () => {
    const readable = reading.filter(({ fd }) => readiness(vm, fd)?.readable);
    const writable = writing.filter(({ fd }) => readiness(vm, fd)?.writable);
    const lists = [readable, writable, []].map((list) => new PyList(list.map(({ value }) => value)));
    return { found: readable.length + writable.length > 0, value: newTuple(lists) };
  });
}

/** `select.poll()` */
class PyPoll extends PyObject {
  /** Events asked for, by descriptor. */
  readonly watched = new Map<number, number>();
}

const defaultEvents = constants.POLLIN | constants.POLLPRI | constants.POLLOUT;

function eventMask(vm: VM, value: PyValue | undefined): number {
  if (value === undefined) return defaultEvents;
  const mask = asIndex(vm, value);
  if (mask < 0) throw valueError('value must be positive');
  if (mask > 0xffff) throw overflowError('Python int too large for C unsigned short');
  return Number(mask);
}

function poll_poll(vm: VM, self: PyPoll, timeout: PyValue | undefined): PyValue {
  let time: bigint | null = null;
  if (timeout !== undefined && timeout !== None) {
    if (!(timeout instanceof PyFloat) && !isInt(timeout) && !hasIndex(timeout)) throw typeError('timeout must be an integer or None');
    const milliseconds = asDouble(vm, timeout);
    time = milliseconds < 0 ? null : BigInt(Math.ceil(milliseconds * 1e6));
  }
  return waitFor(vm, time, () => {
    const events: PyValue[] = [];
    for (const [fd, mask] of self.watched) {
      const ready = readiness(vm, fd);
      const found = ready === null ? constants.POLLNVAL : (ready.readable ? mask & (constants.POLLIN | constants.POLLRDNORM) : 0) | (ready.writable ? mask & (constants.POLLOUT | constants.POLLWRNORM) : 0);
      if (found !== 0) events.push(newTuple([fd, found]));
    }
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

export const select: NativeModule = defineModule(
  'select',
  {
    ...constants,
    error: exceptionTypes.OSError,
    select: native('select(rlist, wlist, xlist, timeout=None, /)', select_select, 'Wait until one or more file descriptors are ready for some kind of I/O.'),
    poll: native('poll()', () => new PyPoll(pollType), 'Returns a polling object.\n\nThis object supports registering and unregistering file descriptors, and then\npolling them for I/O events.'),
  },
  { doc: 'This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.' },
);
