import {
  type PyBaseException, type PyBuffer, PyByteArray, PyBytes, PyFloat, PyList, PyObject, PyTuple, asDouble, asIndex, bufferBytes, callNative, clockNow, defineModule, defineType, exceptionTypes,
  hasIndex, isStr, isTrue, jsText, lookupAttr, native, newException, newTuple, None, normalizeInt, overflowError, getWritableBuffer, releaseBuffer, strFromJS, toArray, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import type { HostAddress } from '@py/code';
import { errnoNumbers } from './errno.ts';
import { interfaceFunctions } from './network-interfaces.ts';
import { hostCall, osError } from './os-error.ts';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6, parseLooseIPv4 } from './posix/addresses.ts';
import { closeSocket, HostSocket, insertSocket, LocalSocket, socketTable, type Socket } from './posix/sockets.ts';
import { isOpenDescriptor } from './posix/streams.ts';
import { intArgument } from './posix/paths.ts';
import { socketConstants } from './posix/socket-constants.ts';

/*
 * `_socket` (CPython 3.12: Modules/socketmodule.c). Pairs of connected sockets live in the VM, all others are the host's; where it
 * grants none the network is out of reach: EPERM, as in a sandbox without it.
 */

const { AF_UNIX, AF_INET, AF_INET6, SOCK_STREAM, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC, SOL_SOCKET, MSG_PEEK, MSG_DONTWAIT } = socketConstants;

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

const gaierrorType: PyType = defineType('gaierror', { module: 'socket', basetype: true, bases: [exceptionTypes.OSError], ownLayout: false });
const herrorType: PyType = defineType('herror', { module: 'socket', basetype: true, bases: [exceptionTypes.OSError], ownLayout: false });

function addressError(type: PyType, code: number, message: string): PyBaseException {
  const error = newException(type, code, message);
  error.fields = { errno: code, strerror: message };
  return error;
}

const plainError = (message: string): PyBaseException => {
  const error = newException(exceptionTypes.OSError, message);
  error.fields = {};
  return error;
};

class PySocket extends PyObject {
  fd: number;
  family: number;
  type: number;
  proto: number;
  /** Seconds; null waits for ever, 0 never waits. */
  timeout: number | null;
  /** What setsockopt set, by level and option. */
  readonly options = new Map<number, number>();
  constructor(cls: PyType) {
    super(cls);
    this.fd = -1;
    this.family = -1;
    this.type = -1;
    this.proto = 0;
    this.timeout = null;
  }
}

const defaults = (vm: VM): { timeout: number | null } => vm.state('_socket.defaults', () => ({ timeout: null as number | null }));

const initDef = native('socket(self, /, family=-1, type=-1, proto=-1, fileno=None)', (vm: VM, self: PySocket, family?: PyValue, type?: PyValue, proto?: PyValue, fileno?: PyValue) => {
  const number = (value: PyValue | undefined, fallback: number): number => (value === undefined || asIndex(vm, value) === -1 ? fallback : intArgument(vm, value));
  self.family = number(family, AF_INET);
  const kind = number(type, SOCK_STREAM);
  self.type = kind & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  self.proto = number(proto, 0);
  if (fileno === undefined || fileno === None) self.fd = insertSocket(vm, openSocket(vm, self));
  else takeDescriptor(vm, self, fileno, family, type);
  self.timeout = (kind & SOCK_NONBLOCK) !== 0 ? 0 : defaults(vm).timeout;
  return None;
});

/** Asks the host for a socket. */
function openSocket(vm: VM, { family, type }: PySocket): HostSocket {
  const { sockets } = vm.host;
  if (sockets === undefined) throw osError('EPERM');
  if (family !== AF_UNIX && family !== AF_INET && family !== AF_INET6) throw osError('EAFNOSUPPORT');
  if (type !== SOCK_STREAM && (type !== SOCK_DGRAM || family === AF_UNIX)) throw osError(type === socketConstants.SOCK_RAW ? 'EPERM' : 'EPROTONOSUPPORT');
  return new HostSocket(vm, hostCall(() => sockets.open(family, type)), type === SOCK_DGRAM);
}

/** `socket(fileno=…)`: another object for a socket that is open. */
function takeDescriptor(vm: VM, self: PySocket, fileno: PyValue, family: PyValue | undefined, type: PyValue | undefined): void {
  if (fileno instanceof PyFloat) throw typeError('integer argument expected, got float');
  const fd = intArgument(vm, fileno);
  if (fd < 0) throw valueError('negative file descriptor');
  const socket = socketTable(vm).byDescriptor.get(fd);
  if (socket === undefined) throw osError(isOpenDescriptor(vm, fd) ? 'ENOTSOCK' : 'EBADF');
  if (family === undefined || asIndex(vm, family) === -1) {
    const address = socket.local();
    self.family = address !== null && 'host' in address ? (address.host.includes(':') ? AF_INET6 : AF_INET) : AF_UNIX;
  }
  if (type === undefined || asIndex(vm, type) === -1) self.type = socket.datagrams ? SOCK_DGRAM : SOCK_STREAM;
  self.fd = fd;
}

function socketOf(vm: VM, self: PySocket): Socket {
  const socket = socketTable(vm).byDescriptor.get(self.fd);
  if (socket === undefined) throw osError('EBADF');
  return socket;
}

/** The host's socket; a pair's end can do less. */
function hostSocketOf(vm: VM, self: PySocket, error: Parameters<typeof osError>[0]): HostSocket {
  const socket = socketOf(vm, self);
  if (!(socket instanceof HostSocket)) throw osError(error);
  return socket;
}

function socket_socketpair(vm: VM, family: PyValue | undefined, type: PyValue | undefined, proto: PyValue | undefined): PyValue {
  const kind = type === undefined ? SOCK_STREAM : intArgument(vm, type);
  const domain = family === undefined ? AF_UNIX : intArgument(vm, family);
  if (domain !== AF_UNIX) throw osError('EOPNOTSUPP');
  const first = new LocalSocket((kind & 15) === SOCK_DGRAM);
  const second = new LocalSocket((kind & 15) === SOCK_DGRAM);
  first.other = second;
  second.other = first;
  return newTuple([first, second].map((end) => {
    const socket = new PySocket(socketType);
    socket.fd = insertSocket(vm, end);
    socket.family = domain;
    socket.type = kind & 15;
    socket.proto = proto === undefined ? 0 : intArgument(vm, proto);
    socket.timeout = defaults(vm).timeout;
    return socket;
  }));
}

/** Waits as the socket's timeout says until `run` gives something; `done` makes the result of it. CPython: sock_call. */
function waitFor<T>(vm: VM, self: PySocket, run: () => T | null, done: (value: T) => PyValue, late = 'timed out'): PyValue {
  const first = run();
  if (first !== null) return done(first);
  if (self.timeout === 0) throw osError('EAGAIN');
  return vm.suspend({
    what: 'a socket',
    ...(self.timeout === null ? {} : { deadline: clockNow(vm) + self.timeout * 1000 }),
    poll(over) {
      const value = run();
      if (value !== null) return done(value);
      if (over) throw newException(exceptionTypes.TimeoutError, late);
      return undefined;
    },
  });
}

// Addresses

/** An address as programs give it. CPython: getsockaddrarg. */
function addressArgument(vm: VM, self: PySocket, value: PyValue, what: string): HostAddress {
  if (self.family === AF_UNIX) {
    if (isStr(value)) return { path: jsText(value) };
    return { path: new TextDecoder().decode(bufferBytes(vm, value)) };
  }
  const kind = self.family === AF_INET ? 'AF_INET' : 'AF_INET6';
  if (!(value instanceof PyTuple)) throw typeError(`${what}(): ${kind} address must be tuple, not ${typeOf(value).tpName}`);
  const [hostValue, portValue] = value.items;
  if (value.items.length < 2 || value.items.length > (self.family === AF_INET ? 2 : 4)) {
    throw typeError(self.family === AF_INET ? `${what}(): AF_INET address must be a pair (host, port)` : `${what}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])`);
  }
  if (!isStr(hostValue) && !(hostValue instanceof PyBytes) && !(hostValue instanceof PyByteArray)) throw typeError(`str, bytes or bytearray expected, not ${typeOf(hostValue).tpName}`);
  if (!hasIndex(portValue)) throw typeError(`'${typeOf(portValue).tpName}' object cannot be interpreted as an integer`);
  const port = asIndex(vm, portValue);
  if (port < 0 || port > 0xffff) throw overflowError(`${what}(): port must be 0-65535.`);
  const host = isStr(hostValue) ? jsText(hostValue) : new TextDecoder().decode(bufferBytes(vm, hostValue));
  return { host: numericHost(vm, host, self.family), port: Number(port) };
}

function numericHost(vm: VM, host: string, family: number): string {
  if (host === '') return family === AF_INET6 ? '::' : '0.0.0.0';
  if (host === '<broadcast>') return '255.255.255.255';
  const found = resolve(vm, host, family).find((address) => address.family === family);
  if (found === undefined) throw addressError(gaierrorType, -9, 'Address family for hostname not supported');
  return found.text;
}

/** An address as programs see it. CPython: makesockaddr. */
function addressValue(self: PySocket, address: HostAddress | null): PyValue {
  if (address === null) return self.family === AF_UNIX ? '' : self.family === AF_INET6 ? newTuple(['::', 0, 0, 0]) : newTuple(['0.0.0.0', 0]);
  if ('path' in address) return strFromJS(address.path);
  return newTuple(self.family === AF_INET6 ? [strFromJS(address.host), address.port, 0, 0] : [strFromJS(address.host.replace(/^::ffff:/, '')), address.port]);
}

// Operations

function sock_bind(vm: VM, self: PySocket, address: PyValue): PyValue {
  const where = addressArgument(vm, self, address, 'bind');
  hostSocketOf(vm, self, 'EINVAL').bind(where);
  return None;
}

function sock_listen(vm: VM, self: PySocket, backlog: PyValue | undefined): PyValue {
  hostSocketOf(vm, self, 'EINVAL').listen(backlog === undefined ? 128 : Math.max(0, intArgument(vm, backlog)));
  return None;
}

function sock_accept(vm: VM, self: PySocket): PyValue {
  const server = hostSocketOf(vm, self, 'EINVAL');
  return waitFor(vm, self, () => server.accept(), (connection) => newTuple([insertSocket(vm, connection), addressValue(self, connection.peer())]));
}

function sock_connect(vm: VM, self: PySocket, address: PyValue): PyValue {
  const where = addressArgument(vm, self, address, 'connect');
  const socket = hostSocketOf(vm, self, 'EISCONN');
  if (socket.peer() !== null && !socket.datagrams) throw osError('EISCONN');
  const connected = socket.connect(where);
  if (!connected && self.timeout === 0) throw osError('EINPROGRESS');
  return waitFor(vm, self, () => (socket.connect(where) ? None : null), () => None);
}

/** The errno instead of an exception; a connection that takes time is under way. */
function sock_connect_ex(vm: VM, self: PySocket, address: PyValue): PyValue {
  const where = addressArgument(vm, self, address, 'connect_ex');
  try {
    const socket = hostSocketOf(vm, self, 'EISCONN');
    if (socket.peer() !== null && !socket.datagrams) return errnoNumbers.EISCONN;
    if (socket.connect(where)) return 0;
    if (self.timeout === 0) return errnoNumbers.EINPROGRESS;
    return waitFor(vm, self, () => {
      try {
        return socket.connect(where) ? 0 : null;
      } catch (error) {
        return errnoOf(error);
      }
    }, (errno) => errno);
  } catch (error) {
    return errnoOf(error);
  }
}

/** Throws on what is no OSError. */
function errnoOf(error: unknown): number {
  const errno = (error as { fields?: { errno?: unknown } | null }).fields?.errno;
  if (typeof errno !== 'number') throw error;
  return errno;
}

function received(vm: VM, self: PySocket, count: number, flags: PyValue | undefined, done: (bytes: Uint8Array, from: PyValue) => PyValue): PyValue {
  const socket = socketOf(vm, self);
  const bits = flags === undefined ? 0 : intArgument(vm, flags);
  if ((bits & MSG_DONTWAIT) !== 0 && !socket.readable) throw osError('EAGAIN');
  return waitFor(vm, self, () => socket.receive(count, (bits & MSG_PEEK) !== 0), ({ bytes, from }) => done(bytes, from === null ? None : addressValue(self, from)));
}

function sizeArgument(vm: VM, size: PyValue, what: string): number {
  const count = Number(asIndex(vm, size));
  if (count < 0) throw valueError(`negative buffersize in ${what}`);
  return count;
}

function sock_recv(vm: VM, self: PySocket, size: PyValue, flags: PyValue | undefined): PyValue {
  return received(vm, self, sizeArgument(vm, size, 'recv'), flags, (bytes) => new PyBytes(bytes));
}

function sock_recvfrom(vm: VM, self: PySocket, size: PyValue, flags: PyValue | undefined): PyValue {
  return received(vm, self, sizeArgument(vm, size, 'recvfrom'), flags, (bytes, from) => newTuple([new PyBytes(bytes), from]));
}

/** Receives into a buffer; `what` is the function's name for messages. */
function receivedInto(vm: VM, self: PySocket, target: PyValue, size: PyValue | undefined, flags: PyValue | undefined, what: string, done: (count: number, from: PyValue) => PyValue): PyValue {
  const buffer = getWritableBuffer(vm, target, `${what}() argument 1`);
  let room = buffer.nbytes;
  try {
    const wanted = size === undefined ? 0 : sizeArgument(vm, size, what);
    if (wanted > room) throw valueError(what === 'recv_into' ? 'buffer too small for requested bytes' : 'nbytes is greater than the length of the buffer');
    if (wanted > 0) room = wanted;
    return received(vm, self, room, flags, (bytes, from) => {
      buffer.memory.set(bytes, buffer.offset);
      return done(bytes.length, from);
    });
  } finally {
    releaseBuffer(vm, buffer);
  }
}

function sock_send(vm: VM, self: PySocket, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  const socket = socketOf(vm, self);
  return waitFor(vm, self, () => socket.send(bytes, null), (count) => count);
}

function sock_sendall(vm: VM, self: PySocket, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data).slice();
  const socket = socketOf(vm, self);
  let at = 0;
  return waitFor(vm, self, () => {
    while (at < bytes.length) {
      const count = socket.send(bytes.subarray(at), null);
      if (count === null) return null;
      at += count;
    }
    return None;
  }, () => None);
}

function sock_sendto(vm: VM, self: PySocket, data: PyValue, flagsOrAddress: PyValue, address: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  if (address !== undefined) intArgument(vm, flagsOrAddress);
  const to = addressArgument(vm, self, address ?? flagsOrAddress, 'sendto');
  const socket = socketOf(vm, self);
  return waitFor(vm, self, () => socket.send(bytes, socket.datagrams ? to : null), (count) => count);
}

/** Several buffers as one message. Ancillary data (descriptors for other processes) is nothing that a host can send. */
function sock_sendmsg(vm: VM, self: PySocket, buffers: PyValue, ancillary: PyValue | undefined, flags: PyValue | undefined, address: PyValue | undefined): PyValue {
  if (!isIterable(vm, buffers)) throw typeError('sendmsg() argument 1 must be an iterable');
  const parts = toArray(vm, buffers).map((buffer) => bufferBytes(vm, buffer));
  if (ancillary !== undefined) {
    if (!isIterable(vm, ancillary)) throw typeError('sendmsg() argument 2 must be an iterable');
    if (toArray(vm, ancillary).length > 0) throw osError('EOPNOTSUPP');
  }
  if (flags !== undefined) intArgument(vm, flags);
  const to = address === undefined || address === None ? null : addressArgument(vm, self, address, 'sendmsg');
  const socket = socketOf(vm, self);
  const bytes = joinBytes(parts);
  return waitFor(vm, self, () => socket.send(bytes, socket.datagrams ? to : null), (count) => count);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function isIterable(vm: VM, value: PyValue): boolean {
  return typeOf(value).tp_iter !== undefined || lookupAttr(vm, typeOf(value), '__getitem__') !== undefined;
}

function checkAncillarySize(vm: VM, size: PyValue | undefined): void {
  if (size !== undefined && asIndex(vm, size) < 0) throw valueError('invalid ancillary data buffer length');
}

function sock_recvmsg(vm: VM, self: PySocket, size: PyValue, ancillarySize: PyValue | undefined, flags: PyValue | undefined): PyValue {
  const count = Number(asIndex(vm, size));
  if (count < 0) throw valueError('negative buffer size in recvmsg()');
  checkAncillarySize(vm, ancillarySize);
  return received(vm, self, count, flags, (bytes, from) => newTuple([new PyBytes(bytes), new PyList([]), 0, from]));
}

function segment(vm: VM, buffer: PyValue): PyBuffer {
  try {
    return getWritableBuffer(vm, buffer, '');
  } catch {
    throw typeError('recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers');
  }
}

function sock_recvmsg_into(vm: VM, self: PySocket, buffers: PyValue, ancillarySize: PyValue | undefined, flags: PyValue | undefined): PyValue {
  if (!isIterable(vm, buffers)) throw typeError('recvmsg_into() argument 1 must be an iterable');
  const targets = toArray(vm, buffers).map((buffer) => segment(vm, buffer));
  try {
    checkAncillarySize(vm, ancillarySize);
    return received(vm, self, targets.reduce((size, target) => size + target.nbytes, 0), flags, (bytes, from) => {
      let at = 0;
      for (const target of targets) {
        target.memory.set(bytes.subarray(at, at + target.nbytes), target.offset);
        at += target.nbytes;
      }
      return newTuple([bytes.length, new PyList([]), 0, from]);
    });
  } finally {
    for (const target of targets) releaseBuffer(vm, target);
  }
}

function sock_shutdown(vm: VM, self: PySocket, how: PyValue): PyValue {
  const socket = socketOf(vm, self);
  const side = intArgument(vm, how);
  if (side < 0 || side > 2) throw osError('EINVAL');
  if (side !== 1) socket.shutdown('read');
  if (side !== 0) socket.shutdown('write');
  return None;
}

function sock_getpeername(vm: VM, self: PySocket): PyValue {
  const peer = socketOf(vm, self).peer();
  if (peer === null) throw osError('ENOTCONN');
  return addressValue(self, peer);
}

const optionKey = (level: number, option: number): number => level * 65536 + option;

function sock_getsockopt(vm: VM, self: PySocket, levelValue: PyValue, optionValue: PyValue, length: PyValue | undefined): PyValue {
  const socket = socketOf(vm, self);
  const level = intArgument(vm, levelValue);
  const option = intArgument(vm, optionValue);
  const size = length === undefined ? 0 : intArgument(vm, length);
  if (size < 0 || size > 1024) throw plainError('getsockopt buflen out of range');
  let value = self.options.get(optionKey(level, option)) ?? 0;
  if (level === SOL_SOCKET && option === socketConstants.SO_TYPE) value = self.type;
  else if (level === SOL_SOCKET && option === socketConstants.SO_ERROR) {
    const error = socket instanceof HostSocket ? socket.takeError() : null;
    value = error === null ? 0 : (errnoNumbers[error as keyof typeof errnoNumbers] ?? errnoNumbers.EIO);
  } else if (level === SOL_SOCKET && option === socketConstants.SO_ACCEPTCONN) value = 0;
  else if (level === SOL_SOCKET && (option === socketConstants.SO_SNDBUF || option === socketConstants.SO_RCVBUF) && value === 0) value = 212992;
  if (size === 0) return value;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < Math.min(4, size); i++) bytes[i] = (value >> (8 * i)) & 255;
  return new PyBytes(bytes);
}

/** Options are remembered; the host's sockets have those that they have. */
function sock_setsockopt(vm: VM, self: PySocket, level: PyValue, option: PyValue, value: PyValue): PyValue {
  socketOf(vm, self);
  const key = optionKey(intArgument(vm, level), intArgument(vm, option));
  if (value === None) return None;
  if (hasIndex(value)) self.options.set(key, intArgument(vm, value));
  else bufferBytes(vm, value);
  return None;
}

function timeoutArgument(vm: VM, value: PyValue): number | null {
  if (value === None) return null;
  if (!(value instanceof PyFloat) && !hasIndex(value)) throw typeError(`'${typeOf(value).tpName}' object cannot be interpreted as an integer`);
  const seconds = asDouble(vm, value);
  if (seconds < 0) throw valueError('Timeout value out of range');
  return seconds;
}

const secondsOf = (timeout: number | null): PyValue => (timeout === null ? None : new PyFloat(timeout));

const socketType: PyType = defineType('socket', {
  module: '_socket',
  basetype: true,
  doc: 'socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.  The family argument specifies the\naddress family; it defaults to AF_INET.  The type argument specifies\nwhether this is a stream (SOCK_STREAM, this is the default)\nor datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\nspecifying the default protocol.  Keyword arguments are accepted.\nThe socket is created as non-inheritable.',
  slots: {
    tp_new: (_vm, cls) => new PySocket(cls),
    tp_init: (vm: VM, self: PyValue, args: PyValue[], kwnames) => void callNative(vm, initDef, self, args, kwnames, null),
    tp_repr: (_vm: VM, self: PySocket) => strFromJS(`<socket object, fd=${self.fd}, family=${self.family}, type=${self.type}, proto=${self.proto}>`),
  },
  methods: [
    native('close(self, /)', (vm: VM, self: PySocket) => {
      const { fd } = self;
      self.fd = -1;
      if (fd >= 0 && !closeSocket(vm, fd)) throw osError('EBADF');
      return None;
    }, 'close()\n\nClose the socket.  It cannot be used after this call.'),
    native('detach(self, /)', (_vm: VM, self: PySocket) => {
      const { fd } = self;
      self.fd = -1;
      return fd;
    }, 'detach()\n\nClose the socket object without closing the underlying file descriptor.\nThe object cannot be used after this call, but the file descriptor\ncan be reused for other purposes.  The file descriptor is returned.').unsigned(),
    native('fileno(self, /)', (_vm: VM, self: PySocket) => self.fd, 'fileno() -> integer\n\nReturn the integer file descriptor of the socket.').unsigned(),
    native('bind(self, address, /)', sock_bind, 'bind(address)\n\nBind the socket to a local address.  For IP sockets, the address is a\npair (host, port); the host must refer to the local host. For raw packet\nsockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])').unsigned(),
    native('listen(self, backlog=128, /)', sock_listen, 'listen([backlog])\n\nEnable a server to accept connections.  If backlog is specified, it must be\nat least 0 (if it is lower, it is set to 0); it specifies the number of\nunaccepted connections that the system will allow before refusing new\nconnections. If not specified, a default reasonable value is chosen.').unsigned(),
    native('_accept(self, /)', sock_accept, '_accept() -> (integer, address info)\n\nWait for an incoming connection.  Return a new socket file descriptor\nrepresenting the connection, and the address of the client.\nFor IP sockets, the address info is a pair (hostaddr, port).').unsigned(),
    native('connect(self, address, /)', sock_connect, 'connect(address)\n\nConnect the socket to a remote address.  For IP sockets, the address\nis a pair (host, port).').unsigned(),
    native('connect_ex(self, address, /)', sock_connect_ex, 'connect_ex(address) -> errno\n\nThis is like connect(address), but returns an error code (the errno value)\ninstead of raising an exception when an error occurs.').unsigned(),
    native('recv(self, buffersize, flags=0, /)', sock_recv, 'recv(buffersize[, flags]) -> data\n\nReceive up to buffersize bytes from the socket.  For the optional flags\nargument, see the Unix manual.  When no data is available, block until\nat least one byte is available or until the remote end is closed.  When\nthe remote end is closed and all data is read, return the empty string.').unsigned(),
    native('recv_into(self, /, buffer, nbytes=0, flags=0)', (vm: VM, self: PySocket, target: PyValue, size?: PyValue, flags?: PyValue) => receivedInto(vm, self, target, size, flags, 'recv_into', (count) => count), 'recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\nA version of recv() that stores its data into a buffer rather than creating\na new string.  Receive up to buffersize bytes from the socket.  If buffersize\nis not specified (or 0), receive up to the size available in the given buffer.\n\nSee recv() for documentation about the flags.').unsigned(),
    native('recvfrom(self, buffersize, flags=0, /)', sock_recvfrom, "recvfrom(buffersize[, flags]) -> (data, address info)\n\nLike recv(buffersize, flags) but also return the sender's address info.").unsigned(),
    native('recvfrom_into(self, /, buffer, nbytes=0, flags=0)', (vm: VM, self: PySocket, target: PyValue, size?: PyValue, flags?: PyValue) => receivedInto(vm, self, target, size, flags, 'recvfrom_into', (count, from) => newTuple([count, from])), "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\nLike recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.").unsigned(),
    native('send(self, data, flags=0, /)', sock_send, 'send(data[, flags]) -> count\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  Return the number of bytes\nsent; this may be less than len(data) if the network is busy.').unsigned(),
    native('sendall(self, data, flags=0, /)', sock_sendall, "sendall(data[, flags])\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  This calls send() repeatedly\nuntil all data is sent.  If an error occurs, it's impossible\nto tell how much data has been sent.").unsigned(),
    native('sendto(self, data, flags_or_address, address=None, /)', sock_sendto, 'sendto(data[, flags], address) -> count\n\nLike send(data, flags) but allows specifying the destination address.\nFor IP sockets, the address is a pair (hostaddr, port).').unsigned(),
    native('sendmsg(self, buffers, ancdata=(), flags=0, address=None, /)', sock_sendmsg, 'sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\nSend normal and ancillary data to the socket, gathering the\nnon-ancillary data from a series of buffers and concatenating it into\na single message.').unsigned(),
    native('recvmsg(self, bufsize, ancbufsize=0, flags=0, /)', sock_recvmsg, 'recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\nReceive normal data (up to bufsize bytes) and ancillary data from the\nsocket.').unsigned(),
    native('recvmsg_into(self, buffers, ancbufsize=0, flags=0, /)', sock_recvmsg_into, 'recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\nReceive normal data and ancillary data from the socket, scattering the\nnon-ancillary data into a series of buffers.').unsigned(),
    native('shutdown(self, how, /)', sock_shutdown, 'shutdown(flag)\n\nShut down the reading side of the socket (flag == SHUT_RD), the writing side\nof the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).').unsigned(),
    native('setblocking(self, flag, /)', (vm: VM, self: PySocket, flag: PyValue) => {
      self.timeout = isTrue(vm, flag) ? null : 0;
      return None;
    }, 'setblocking(flag)\n\nSet the socket to blocking (flag is true) or non-blocking (false).\nsetblocking(True) is equivalent to settimeout(None);\nsetblocking(False) is equivalent to settimeout(0.0).').unsigned(),
    native('getblocking(self, /)', (_vm: VM, self: PySocket) => self.timeout !== 0, 'getblocking()\n\nReturns True if socket is in blocking mode, or False if it\nis in non-blocking mode.').unsigned(),
    native('settimeout(self, timeout, /)', (vm: VM, self: PySocket, value: PyValue) => {
      self.timeout = timeoutArgument(vm, value);
      return None;
    }, "settimeout(timeout)\n\nSet a timeout on socket operations.  'timeout' can be a float,\ngiving in seconds, or None.  Setting a timeout of None disables\nthe timeout feature and is equivalent to setblocking(1).\nSetting a timeout of zero is the same as setblocking(0).").unsigned(),
    native('gettimeout(self, /)', (_vm: VM, self: PySocket) => secondsOf(self.timeout), 'gettimeout() -> timeout\n\nReturns the timeout in seconds (float) associated with socket\noperations. A timeout of None indicates that timeouts on socket\noperations are disabled.').unsigned(),
    native('getsockname(self, /)', (vm: VM, self: PySocket) => addressValue(self, socketOf(vm, self).local()), 'getsockname() -> address info\n\nReturn the address of the local endpoint. The format depends on the\naddress family. For IPv4 sockets, the address info is a pair\n(hostaddr, port). For IPv6 sockets, the address info is a 4-tuple\n(hostaddr, port, flowinfo, scope_id).').unsigned(),
    native('getpeername(self, /)', sock_getpeername, 'getpeername() -> address info\n\nReturn the address of the remote endpoint.  For IP sockets, the address\ninfo is a pair (hostaddr, port).').unsigned(),
    native('getsockopt(self, level, optname, buflen=0, /)', sock_getsockopt, 'getsockopt(level, option[, buffersize]) -> value\n\nGet a socket option.  See the Unix manual for level and option.\nIf a nonzero buffersize argument is given, the return value is a\nstring of that length; otherwise it is an integer.').unsigned(),
    native('setsockopt(self, level, optname, value, optlen=0, /)', sock_setsockopt, 'setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSet a socket option.  See the Unix manual for level and option.\nThe value argument can either be an integer, a string buffer, or\nNone, optlen.').unsigned(),
  ],
  fields: {
    family: { get: (_vm: VM, self: PySocket) => self.family, doc: 'the socket family' },
    type: { get: (_vm: VM, self: PySocket) => self.type, doc: 'the socket type' },
    proto: { get: (_vm: VM, self: PySocket) => self.proto, doc: 'the socket protocol' },
  },
  getset: { timeout: { get: (_vm: VM, self: PySocket) => secondsOf(self.timeout), doc: 'the socket timeout' } },
});

/** `htons` and its kin: the host's order is little-endian. */
function byteOrder(name: string, bits: 16 | 32): ReturnType<typeof native> {
  return native(`${name}(x, /)`, (vm: VM, value: PyValue) => {
    const number = asIndex(vm, value);
    if (number < 0) throw overflowError(`${name}: can't convert negative Python int to C ${bits}-bit unsigned integer`);
    if (number >= 2 ** bits) throw overflowError(bits === 16 ? `${name}: Python int too large to convert to C 16-bit unsigned integer` : 'int larger than 32 bits');
    const x = Number(number);
    return bits === 16 ? ((x & 255) << 8) | (x >> 8) : normalizeInt(BigInt((((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0));
  });
}

function textArgument(what: string, value: PyValue): string {
  if (!isStr(value)) throw typeError(`${what}() argument 1 must be str, not ${typeOf(value).tpName}`);
  return jsText(value);
}

function socket_inet_aton(_vm: VM, text: PyValue): PyValue {
  const bytes = parseLooseIPv4(textArgument('inet_aton', text));
  if (bytes === null) throw plainError('illegal IP address string passed to inet_aton');
  return new PyBytes(bytes);
}

function socket_inet_ntoa(vm: VM, packed: PyValue): PyValue {
  const bytes = bufferBytes(vm, packed);
  if (bytes.length !== 4) throw plainError('packed IP wrong length for inet_ntoa');
  return formatIPv4(bytes);
}

function socket_inet_pton(vm: VM, family: PyValue, text: PyValue): PyValue {
  const number = intArgument(vm, family);
  if (!isStr(text)) throw typeError(`inet_pton() argument 2 must be str, not ${typeOf(text).tpName}`);
  if (number !== AF_INET && number !== AF_INET6) throw osError('EAFNOSUPPORT');
  const bytes = number === AF_INET ? parseIPv4(jsText(text)) : parseIPv6(jsText(text));
  if (bytes === null) throw plainError('illegal IP address string passed to inet_pton');
  return new PyBytes(bytes);
}

function socket_inet_ntop(vm: VM, family: PyValue, packed: PyValue): PyValue {
  const number = intArgument(vm, family);
  const bytes = bufferBytes(vm, packed);
  if (number !== AF_INET && number !== AF_INET6) throw valueError(`unknown address family ${number}`);
  if (bytes.length !== (number === AF_INET ? 4 : 16)) throw valueError('invalid length of packed IP address string');
  return strFromJS(number === AF_INET ? formatIPv4(bytes) : formatIPv6(bytes));
}

/** Numbers, localhost and nothing need no network; the host looks up other names. */
function resolve(vm: VM, host: string | null, family: number): { readonly family: number; readonly text: string }[] {
  if (host === 'localhost' || host === null) return family === AF_INET6 ? [{ family, text: '::1' }] : [{ family: AF_INET, text: '127.0.0.1' }];
  if (parseIPv4(host) !== null) return [{ family: AF_INET, text: host }];
  const v6 = parseIPv6(host);
  if (v6 !== null) return [{ family: AF_INET6, text: formatIPv6(v6) }];
  const { sockets } = vm.host;
  try {
    if (sockets !== undefined) return sockets.lookup(host, family).map((text) => ({ family: text.includes(':') ? AF_INET6 : AF_INET, text }));
  } catch (error) {
    if ((error as Error | null)?.name !== 'HostError') throw error;
  }
  throw addressError(gaierrorType, -2, 'Name or service not known');
}

const services: Readonly<Record<string, number>> = { ftp: 21, ssh: 22, telnet: 23, smtp: 25, domain: 53, http: 80, pop3: 110, nntp: 119, ntp: 123, imap2: 143, snmp: 161, https: 443, imaps: 993, pop3s: 995 };
const protocols: Readonly<Record<string, number>> = { ip: 0, icmp: 1, igmp: 2, tcp: 6, udp: 17, ipv6: 41, 'ipv6-icmp': 58 };

function socket_getaddrinfo(vm: VM, host: PyValue, port: PyValue, family: PyValue | undefined, type: PyValue | undefined, proto: PyValue | undefined): PyValue {
  const name = host === None ? null : isStr(host) ? jsText(host) : host instanceof PyBytes ? String.fromCharCode(...host.bytes) : undefined;
  if (name === undefined) throw typeError('getaddrinfo() argument 1 must be string or None');
  const service = port === None ? '0' : isStr(port) ? jsText(port) : port instanceof PyBytes ? String.fromCharCode(...port.bytes) : hasIndex(port) ? String(asIndex(vm, port)) : undefined;
  if (service === undefined) throw plainError('Int or String expected');
  const number = /^-?\d+$/.test(service) ? Number(service) & 0xffff : services[service];
  if (number === undefined) throw addressError(gaierrorType, -8, 'Servname not supported for ai_socktype');
  const wanted = (value: PyValue | undefined): number => (value === undefined ? 0 : intArgument(vm, value));
  const kinds = [[SOCK_STREAM, 6], [SOCK_DGRAM, 17], [socketConstants.SOCK_RAW, 0]].filter(([kind, protocol]) => (wanted(type) === 0 || wanted(type) === kind) && (wanted(proto) === 0 || wanted(proto) === protocol));
  const found = resolve(vm, name, wanted(family)).filter((address) => wanted(family) === 0 || wanted(family) === address.family);
  if (found.length === 0) throw addressError(gaierrorType, -9, 'Address family for hostname not supported');
  return new PyList(found.flatMap((address) => kinds.map(([kind, protocol]) => {
    const where: PyValue[] = address.family === AF_INET ? [strFromJS(address.text), number] : [strFromJS(address.text), number, 0, 0];
    return newTuple([address.family, kind, protocol, '', newTuple(where)]);
  })));
}

/** Linux keeps it in a file. */
function socket_gethostname(vm: VM): PyValue {
  const { files } = vm.host;
  try {
    const fd = files?.open('/proc/sys/kernel/hostname', 0, 0);
    if (files !== undefined && fd !== undefined) {
      const bytes = new Uint8Array(256);
      const count = files.read(fd, bytes);
      files.close(fd);
      if (typeof count === 'number') return strFromJS(new TextDecoder().decode(bytes.subarray(0, count)).trim());
    }
  } catch (error) {
    if ((error as Error | null)?.name !== 'HostError') throw error;
  }
  return strFromJS(vm.host.env?.HOSTNAME ?? 'localhost');
}

/** Only the machine itself has a name without asking others. */
function nameOf(text: string): string {
  if (text === '127.0.0.1' || text === '::1' || text === 'localhost') return 'localhost';
  if (parseIPv4(text) === null && parseIPv6(text) === null) return text;
  throw addressError(herrorType, 1, 'Unknown host');
}

function socket_gethostbyaddr(vm: VM, host: PyValue): PyValue {
  const [address] = resolve(vm, textArgument('gethostbyaddr', host), 0);
  return newTuple([strFromJS(nameOf(address.text)), new PyList([]), new PyList([strFromJS(address.text)])]);
}

function socket_gethostbyname_ex(vm: VM, host: PyValue): PyValue {
  const name = textArgument('gethostbyname_ex', host);
  return newTuple([strFromJS(name), new PyList([]), new PyList(resolve(vm, name, AF_INET).map(({ text }) => strFromJS(text)))]);
}

function socket_getnameinfo(vm: VM, address: PyValue, flagsValue: PyValue): PyValue {
  if (!(address instanceof PyTuple)) throw typeError('getnameinfo() argument 1 must be a tuple');
  const flags = intArgument(vm, flagsValue);
  const [host, portValue] = address.items;
  const port = intArgument(vm, portValue);
  if (port < 0 || port > 0xffff) throw overflowError('getsockaddrarg: port must be 0-65535.');
  const [{ text }] = resolve(vm, jsText(host as string), 0);
  let name = text;
  if ((flags & socketConstants.NI_NUMERICHOST) === 0) {
    try {
      name = nameOf(text);
    } catch {
      if ((flags & socketConstants.NI_NAMEREQD) !== 0) throw addressError(gaierrorType, -2, 'Name or service not known');
    }
  }
  const service = (flags & socketConstants.NI_NUMERICSERV) !== 0 ? undefined : Object.keys(services).find((key) => services[key] === port);
  return newTuple([strFromJS(name), service ?? String(port)]);
}

function socket_getservbyport(vm: VM, port: PyValue): PyValue {
  const number = intArgument(vm, port);
  if (number < 0 || number > 0xffff) throw overflowError('getservbyport: port must be 0-65535.');
  const name = Object.keys(services).find((key) => services[key] === number);
  if (name === undefined) throw plainError('port/proto not found');
  return name;
}

function lookupNumber(what: string, names: Readonly<Record<string, number>>, message: string) {
  return (_vm: VM, name: PyValue): PyValue => {
    const key = textArgument(what, name);
    if (!Object.hasOwn(names, key)) throw plainError(message);
    return names[key];
  };
}

/** Python's module `_socket`. CPython 3.12: Modules/socketmodule.c. */
export const _socket: NativeModule = defineModule(
  '_socket',
  {
    ...socketConstants,
    has_ipv6: true,
    error: exceptionTypes.OSError,
    timeout: exceptionTypes.TimeoutError,
    gaierror: gaierrorType,
    herror: herrorType,
    socket: socketType,
    SocketType: socketType,
    socketpair: native('socketpair(family=1, type=1, proto=0, /)', socket_socketpair, 'socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\nCreate a pair of socket objects from the sockets returned by the platform\nsocketpair() function.\nThe arguments are the same as for socket() except the default family is\nAF_UNIX if defined on the platform; otherwise, the default is AF_INET.').unsigned(),
    close: native('close(fd, /)', (vm: VM, fd: PyValue) => {
      if (!closeSocket(vm, intArgument(vm, fd))) throw osError('EBADF');
      return None;
    }),
    dup: native('dup(fd, /)', (vm: VM, fd: PyValue) => {
      const socket = socketTable(vm).byDescriptor.get(intArgument(vm, fd));
      if (socket === undefined) throw osError('EBADF');
      return insertSocket(vm, socket);
    }, "dup(integer) -> integer\n\nDuplicate an integer socket file descriptor.  This is like os.dup(), but for\nsockets; on some platforms os.dup() won't work for socket file descriptors.").unsigned(),
    htons: byteOrder('htons', 16),
    ntohs: byteOrder('ntohs', 16),
    htonl: byteOrder('htonl', 32),
    ntohl: byteOrder('ntohl', 32),
    inet_aton: native('inet_aton(ip_addr, /)', socket_inet_aton, 'inet_aton(string) -> bytes giving packed 32-bit IP representation\n\nConvert an IP address in string format (123.45.67.89) to the 32-bit packed\nbinary format used in low-level network functions.').unsigned(),
    inet_ntoa: native('inet_ntoa(packed_ip, /)', socket_inet_ntoa, 'inet_ntoa(packed_ip) -> ip_address_string\n\nConvert an IP address from 32-bit packed binary format to string format').unsigned(),
    inet_pton: native('inet_pton(family, ip_string, /)', socket_inet_pton, 'inet_pton(af, ip) -> packed IP address string\n\nConvert an IP address from string format to a packed string suitable\nfor use with low-level network functions.').unsigned(),
    inet_ntop: native('inet_ntop(family, packed_ip, /)', socket_inet_ntop, 'inet_ntop(af, packed_ip) -> string formatted IP address\n\nConvert a packed IP address of the given family to string format.').unsigned(),
    getaddrinfo: native('getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)', socket_getaddrinfo, 'getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nResolve host and port into addrinfo struct.').unsigned(),
    gethostname: native('gethostname()', socket_gethostname, 'gethostname() -> string\n\nReturn the current host name.').unsigned(),
    gethostbyname: native('gethostbyname(host, /)', (vm: VM, host: PyValue) => strFromJS(resolve(vm, textArgument('gethostbyname', host), AF_INET)[0].text), "gethostbyname(host) -> address\n\nReturn the IP address (a string of the form '255.255.255.255') for a host.").unsigned(),
    gethostbyname_ex: native('gethostbyname_ex(host, /)', socket_gethostbyname_ex, 'gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number.').unsigned(),
    gethostbyaddr: native('gethostbyaddr(ip_address, /)', socket_gethostbyaddr, 'gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number.').unsigned(),
    getnameinfo: native('getnameinfo(sockaddr, flags, /)', socket_getnameinfo, 'getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr.').unsigned(),
    getservbyport: native('getservbyport(port, protocolname=None, /)', socket_getservbyport, "getservbyport(port[, protocolname]) -> string\n\nReturn the service name from a port number and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match.").unsigned(),
    getservbyname: native('getservbyname(servicename, protocolname=None, /)', lookupNumber('getservbyname', services, 'service/proto not found'), "getservbyname(servicename[, protocolname]) -> integer\n\nReturn a port number from a service name and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match.").unsigned(),
    getprotobyname: native('getprotobyname(name, /)', lookupNumber('getprotobyname', protocols, 'protocol not found'), 'getprotobyname(name) -> integer\n\nReturn the protocol number for the named protocol.  (Rarely used.)').unsigned(),
    getdefaulttimeout: native('getdefaulttimeout()', (vm: VM) => secondsOf(defaults(vm).timeout), 'getdefaulttimeout() -> timeout\n\nReturns the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None.').unsigned(),
    setdefaulttimeout: native('setdefaulttimeout(timeout, /)', (vm: VM, value: PyValue) => {
      defaults(vm).timeout = timeoutArgument(vm, value);
      return None;
    }, 'setdefaulttimeout(timeout)\n\nSet the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None.').unsigned(),
    ...interfaceFunctions,
    CMSG_LEN: native('CMSG_LEN(length, /)', (vm: VM, length: PyValue) => 16 + Number(asIndex(vm, length)), 'CMSG_LEN(length) -> control message length\n\nReturn the total length, without trailing padding, of an ancillary\ndata item with associated data of the given length.  This value can\noften be used as the buffer size for recvmsg() to receive a single\nitem of ancillary data, but RFC 3542 requires portable applications to\nuse CMSG_SPACE() and thus include space for padding, even when the\nitem will be the last in the buffer.  Raises OverflowError if length\nis outside the permissible range of values.').unsigned(),
    CMSG_SPACE: native('CMSG_SPACE(length, /)', (vm: VM, length: PyValue) => 16 + 8 * Math.ceil(Number(asIndex(vm, length)) / 8), 'CMSG_SPACE(length) -> buffer size\n\nReturn the buffer size needed for recvmsg() to receive an ancillary\ndata item with associated data of the given length, along with any\ntrailing padding.  The buffer space needed to receive multiple items\nis the sum of the CMSG_SPACE() values for their associated data\nlengths.  Raises OverflowError if length is outside the permissible\nrange of values.').unsigned(),
  },
  { doc: 'Implementation module for socket operations.\n\nSee the socket module for documentation.' },
);
