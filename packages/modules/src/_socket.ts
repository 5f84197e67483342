import {
  BufferFlag, type PyBaseException, PyBytes, PyFloat, PyList, PyObject, asDouble, asIndex, bufferBytes, callNative, defineModule, defineType, exceptionTypes, getBuffer, isStr, isTrue, jsText, native,
  newException, newTuple, None, normalizeInt, overflowError, releaseBuffer, strFromJS, typeError, typeOf, valueError, hasIndex,
} from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { osError } from './os-error.ts';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6, parseLooseIPv4 } from './posix/addresses.ts';
import { LocalSocket, localSockets } from './posix/local-sockets.ts';
import { intArgument } from './posix/paths.ts';
import { socketConstants } from './posix/socket-constants.ts';

/*
 * `_socket` (CPython 3.12: Modules/socketmodule.c). Pairs of connected sockets live in the VM; hosts grant no others yet, so that the
 * network is out of reach: EPERM, as in a sandbox without it.
 */

const { AF_UNIX, AF_INET, AF_INET6, SOCK_STREAM, SOCK_DGRAM, MSG_PEEK } = socketConstants;

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
  self.type = number(type, SOCK_STREAM);
  self.proto = number(proto, 0);
  if (fileno === undefined || fileno === None) throw osError('EPERM');
  if (fileno instanceof PyFloat) throw typeError('integer argument expected, got float');
  const fd = intArgument(vm, fileno);
  if (fd < 0) throw valueError('negative file descriptor');
  const socket = localSockets(vm).byDescriptor.get(fd);
  if (socket === undefined) throw osError(isOpen(vm, fd) ? 'ENOTSOCK' : 'EBADF');
  if (family === undefined || asIndex(vm, family) === -1) self.family = AF_UNIX;
  if (type === undefined || asIndex(vm, type) === -1) self.type = socket.datagrams ? SOCK_DGRAM : SOCK_STREAM;
  self.fd = fd;
  self.timeout = defaults(vm).timeout;
  return None;
});

function isOpen(vm: VM, fd: number): boolean {
  try {
    vm.host.files?.fstat(fd);
    return vm.host.files !== undefined;
  } catch {
    return false;
  }
}

function localOf(vm: VM, self: PySocket): LocalSocket {
  const socket = localSockets(vm).byDescriptor.get(self.fd);
  if (socket === undefined) throw osError('EBADF');
  return socket;
}

function insert(vm: VM, socket: LocalSocket): number {
  const table = localSockets(vm);
  const fd = table.next++;
  table.byDescriptor.set(fd, socket);
  return fd;
}

function closeDescriptor(vm: VM, fd: number): void {
  const table = localSockets(vm).byDescriptor;
  const socket = table.get(fd);
  if (socket === undefined) throw osError('EBADF');
  table.delete(fd);
  // Another descriptor may stand for the same end.
  if (![...table.values()].includes(socket)) socket.close();
}

function socket_socketpair(vm: VM, family: PyValue | undefined, type: PyValue | undefined, proto: PyValue | undefined): PyValue {
  const kind = type === undefined ? SOCK_STREAM : intArgument(vm, type);
  const domain = family === undefined ? AF_UNIX : intArgument(vm, family);
  if (domain !== AF_UNIX) throw osError('EOPNOTSUPP');
  const first = new LocalSocket((kind & 15) === SOCK_DGRAM);
  const second = new LocalSocket((kind & 15) === SOCK_DGRAM);
  first.peer = second;
  second.peer = first;
  return newTuple([first, second].map((end) => {
    const socket = new PySocket(socketType);
    socket.fd = insert(vm, end);
    socket.family = domain;
    socket.type = kind & 15;
    socket.proto = proto === undefined ? 0 : intArgument(vm, proto);
    socket.timeout = defaults(vm).timeout;
    return socket;
  }));
}

/** Bytes from the other end. There is one thread: what has not come by now can only come when the program goes on. */
function receive(vm: VM, self: PySocket, count: number, flags: PyValue | undefined): Uint8Array {
  const bytes = localOf(vm, self).receive(count, flags !== undefined && (intArgument(vm, flags) & MSG_PEEK) !== 0);
  if (bytes !== null) return bytes;
  if (self.timeout === null || self.timeout === 0) throw osError('EAGAIN');
  vm.host.clock?.sleepSync?.(BigInt(Math.round(self.timeout * 1e9)));
  throw newException(exceptionTypes.TimeoutError, 'timed out');
}

function sock_recv(vm: VM, self: PySocket, size: PyValue, flags: PyValue | undefined): PyValue {
  const count = Number(asIndex(vm, size));
  if (count < 0) throw valueError('negative buffersize in recv');
  return new PyBytes(receive(vm, self, count, flags));
}

function sock_recv_into(vm: VM, self: PySocket, target: PyValue, size: PyValue | undefined, flags: PyValue | undefined): PyValue {
  const buffer = getBuffer(vm, target, BufferFlag.WRITABLE);
  try {
    const wanted = size === undefined ? 0 : Number(asIndex(vm, size));
    if (wanted < 0) throw valueError('negative buffersize in recv_into');
    if (wanted > buffer.nbytes) throw valueError('buffer too small for requested bytes');
    const bytes = receive(vm, self, wanted === 0 ? buffer.nbytes : wanted, flags);
    buffer.memory.set(bytes, buffer.offset);
    return bytes.length;
  } finally {
    releaseBuffer(vm, buffer);
  }
}

function sock_send(vm: VM, self: PySocket, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  if (!localOf(vm, self).send(bytes)) throw osError('EPIPE');
  return bytes.length;
}

function sock_shutdown(vm: VM, self: PySocket, how: PyValue): PyValue {
  const socket = localOf(vm, self);
  const side = intArgument(vm, how);
  if (side < 0 || side > 2) throw osError('EINVAL');
  if (side !== 1) socket.ended = true;
  if (side !== 0) socket.endSending();
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

/** What needs a network. */
const refused = (vm: VM, self: PySocket): PyValue => {
  localOf(vm, self);
  throw osError('EOPNOTSUPP');
};

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
      if (fd >= 0) closeDescriptor(vm, fd);
      return None;
    }, 'close()\n\nClose the socket.  It cannot be used after this call.'),
    native('detach(self, /)', (_vm: VM, self: PySocket) => {
      const { fd } = self;
      self.fd = -1;
      return fd;
    }, 'detach()\n\nClose the socket object without closing the underlying file descriptor.\nThe object cannot be used after this call, but the file descriptor\ncan be reused for other purposes.  The file descriptor is returned.'),
    native('fileno(self, /)', (_vm: VM, self: PySocket) => self.fd, 'fileno() -> integer\n\nReturn the integer file descriptor of the socket.'),
    native('recv(self, buffersize, flags=0, /)', sock_recv),
    native('recv_into(self, /, buffer, nbytes=0, flags=0)', sock_recv_into),
    native('recvfrom(self, buffersize, flags=0, /)', (vm: VM, self: PySocket, size: PyValue, flags?: PyValue) => {
      const count = Number(asIndex(vm, size));
      if (count < 0) throw valueError('negative buffersize in recvfrom');
      return newTuple([new PyBytes(receive(vm, self, count, flags)), None]);
    }),
    native('recvfrom_into(self, /, buffer, nbytes=0, flags=0)', (vm: VM, self: PySocket, target: PyValue, size?: PyValue, flags?: PyValue) => newTuple([sock_recv_into(vm, self, target, size, flags), None])),
    native('send(self, data, flags=0, /)', sock_send),
    native('sendall(self, data, flags=0, /)', (vm: VM, self: PySocket, data: PyValue) => {
      sock_send(vm, self, data);
      return None;
    }),
    native('shutdown(self, how, /)', sock_shutdown),
    native('setblocking(self, flag, /)', (vm: VM, self: PySocket, flag: PyValue) => {
      self.timeout = isTrue(vm, flag) ? null : 0;
      return None;
    }),
    native('getblocking(self, /)', (_vm: VM, self: PySocket) => self.timeout !== 0),
    native('settimeout(self, timeout, /)', (vm: VM, self: PySocket, value: PyValue) => {
      self.timeout = timeoutArgument(vm, value);
      return None;
    }),
    native('gettimeout(self, /)', (_vm: VM, self: PySocket) => secondsOf(self.timeout)),
    native('getsockname(self, /)', (vm: VM, self: PySocket) => (localOf(vm, self), '')),
    native('getpeername(self, /)', (vm: VM, self: PySocket) => {
      if (localOf(vm, self).peer === null) throw osError('ENOTCONN');
      return '';
    }),
    native('getsockopt(self, level, optname, buflen=0, /)', (vm: VM, self: PySocket, _level: PyValue, option: PyValue) => {
      localOf(vm, self);
      return intArgument(vm, option) === socketConstants.SO_TYPE ? self.type : 0;
    }),
    native('setsockopt(self, level, optname, value, optlen=0, /)', (vm: VM, self: PySocket) => (localOf(vm, self), None)),
    ...['_accept(self, /)', 'bind(self, address, /)', 'connect(self, address, /)', 'listen(self, backlog=128, /)', 'sendto(self, data, flags_or_address, address=None, /)'].map((text) => native(text, refused)),
    native('connect_ex(self, address, /)', (vm: VM, self: PySocket) => (localOf(vm, self), 95)),
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

/** Names that need no network: numbers, localhost and nothing. */
function resolve(host: string | null): { readonly family: number; readonly text: string }[] {
  if (host === null || host === 'localhost') return [{ family: AF_INET, text: '127.0.0.1' }];
  if (parseIPv4(host) !== null) return [{ family: AF_INET, text: host }];
  const v6 = parseIPv6(host);
  if (v6 !== null) return [{ family: AF_INET6, text: formatIPv6(v6) }];
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
  const found = resolve(name).filter((address) => wanted(family) === 0 || wanted(family) === address.family);
  if (found.length === 0) throw addressError(gaierrorType, -9, 'Address family for hostname not supported');
  return new PyList(found.flatMap((address) => kinds.map(([kind, protocol]) => {
    const where: PyValue[] = address.family === AF_INET ? [strFromJS(address.text), number] : [strFromJS(address.text), number, 0, 0];
    return newTuple([address.family, kind, protocol, '', newTuple(where)]);
  })));
}

function socket_gethostname(vm: VM): PyValue {
  return strFromJS(vm.host.env?.HOSTNAME ?? 'localhost');
}

function lookupNumber(what: string, names: Readonly<Record<string, number>>, message: string) {
  return (_vm: VM, name: PyValue): PyValue => {
    const key = textArgument(what, name);
    if (!Object.hasOwn(names, key)) throw plainError(message);
    return names[key];
  };
}

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
    socketpair: native('socketpair(family=1, type=1, proto=0, /)', socket_socketpair),
    close: native('close(fd, /)', (vm: VM, fd: PyValue) => {
      closeDescriptor(vm, intArgument(vm, fd));
      return None;
    }),
    dup: native('dup(fd, /)', (vm: VM, fd: PyValue) => {
      const socket = localSockets(vm).byDescriptor.get(intArgument(vm, fd));
      if (socket === undefined) throw osError('EBADF');
      return insert(vm, socket);
    }),
    htons: byteOrder('htons', 16),
    ntohs: byteOrder('ntohs', 16),
    htonl: byteOrder('htonl', 32),
    ntohl: byteOrder('ntohl', 32),
    inet_aton: native('inet_aton(ip_addr, /)', socket_inet_aton),
    inet_ntoa: native('inet_ntoa(packed_ip, /)', socket_inet_ntoa),
    inet_pton: native('inet_pton(family, ip_string, /)', socket_inet_pton),
    inet_ntop: native('inet_ntop(family, packed_ip, /)', socket_inet_ntop),
    getaddrinfo: native('getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)', socket_getaddrinfo),
    gethostname: native('gethostname()', socket_gethostname),
    gethostbyname: native('gethostbyname(host, /)', (_vm: VM, host: PyValue) => strFromJS(resolve(textArgument('gethostbyname', host))[0].text)),
    getservbyname: native('getservbyname(servicename, protocolname=None, /)', lookupNumber('getservbyname', services, 'service/proto not found')),
    getprotobyname: native('getprotobyname(name, /)', lookupNumber('getprotobyname', protocols, 'protocol not found')),
    getdefaulttimeout: native('getdefaulttimeout()', (vm: VM) => secondsOf(defaults(vm).timeout)),
    setdefaulttimeout: native('setdefaulttimeout(timeout, /)', (vm: VM, value: PyValue) => {
      defaults(vm).timeout = timeoutArgument(vm, value);
      return None;
    }),
    CMSG_LEN: native('CMSG_LEN(length, /)', (vm: VM, length: PyValue) => 16 + Number(asIndex(vm, length))),
    CMSG_SPACE: native('CMSG_SPACE(length, /)', (vm: VM, length: PyValue) => 16 + 8 * Math.ceil(Number(asIndex(vm, length)) / 8)),
  },
  { doc: 'Implementation module for socket operations.\n\nSee the socket module for documentation.' },
);
