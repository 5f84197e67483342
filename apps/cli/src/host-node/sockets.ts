import { HostError, type HostAddress, type HostSockets } from '@py/code';
import type { Report } from '../attendant/messages.ts';
import type { Attendant } from './attendant.ts';

/** So many bytes may be on their way to the attendant before a socket counts as full. */
const mostUnsent = 1 << 18;

/** What the program's thread knows of a socket that the attendant holds. */
interface Socket {
  readonly family: number;
  readonly datagrams: boolean;
  /** Connections that nobody has accepted; null while it is no server. */
  incoming: number[] | null;
  state: 'new' | 'bound' | 'connecting' | 'connected';
  local: HostAddress | null;
  peer: HostAddress | null;
  received: { readonly bytes: Uint8Array; readonly from: HostAddress | null }[];
  ended: boolean;
  sendingOver: boolean;
  unsent: number;
  error: string | null;
}

/** The host's sockets, and what is to be waited for before the process ends. */
export interface NodeSockets extends HostSockets {
  /** Waits until the attendant has sent what it was given. */
  finish(): void;
}

/** Sockets of the system's: Node has only those of an event loop, which turns in the attendant. */
export function createSockets(attendant: Attendant): NodeSockets {
  const sockets = new Map<number, Socket>();
  let last = 0;
  let unsent = 0;

  const get = (number: number): Socket => {
    const socket = sockets.get(number);
    if (socket === undefined) throw new HostError('EBADF');
    attendant.receiveReports();
    return socket;
  };

  attendant.onReport = (report) => {
    if (report.kind === 'sent') unsent -= report.count;
    if (report.kind === 'accepted') {
      const connection = newSocket(2, false, 'connected');
      connection.local = report.local;
      connection.peer = report.peer;
      sockets.set(report.connection, connection);
      sockets.get(report.socket)?.incoming?.push(report.connection);
    } else if (report.kind !== 'answer') {
      const socket = sockets.get(report.socket);
      if (socket !== undefined) note(socket, report);
    }
  };

  /** A datagram socket that is not bound gets an address when it first sends. */
  const bindDatagrams = (number: number, socket: Socket, address: HostAddress | null): void => {
    const answer = attendant.ask({ kind: 'bind', id: attendant.newId(), socket: number, family: socket.family, address });
    if (answer?.address === undefined) throw new HostError(answer?.error ?? 'EPERM');
    socket.local = answer.address;
    socket.state = 'bound';
  };

  return {
    open(family, type) {
      attendant.start(true);
      if (!attendant.running) throw new HostError('EPERM');
      sockets.set((last += 2), newSocket(family, type === 2, 'new'));
      return last;
    },
    bind(number, address) {
      const socket = get(number);
      if (socket.state !== 'new') throw new HostError('EINVAL');
      if (socket.datagrams) return bindDatagrams(number, socket, address);
      const answer = attendant.ask({ kind: 'listen', id: attendant.newId(), socket: number, address });
      if (answer?.address === undefined) throw new HostError(answer?.error ?? 'EPERM');
      socket.local = answer.address;
      socket.incoming = [];
      socket.state = 'bound';
    },
    listen(number) {
      const socket = get(number);
      if (socket.datagrams) throw new HostError('EOPNOTSUPP');
      if (socket.state === 'connected') throw new HostError('EINVAL');
      if (socket.state === 'new') this.bind(number, { host: socket.family === 10 ? '::' : '0.0.0.0', port: 0 });
    },
    accept(number) {
      const socket = get(number);
      if (socket.incoming === null) throw new HostError('EINVAL');
      return socket.incoming.shift() ?? null;
    },
    connect(number, address) {
      const socket = get(number);
      if (socket.datagrams) {
        if (socket.state === 'new') bindDatagrams(number, socket, null);
        socket.peer = address;
        return true;
      }
      if (socket.error !== null) throw new HostError(takeError(socket) as string);
      if (socket.state === 'connected') return true;
      if (socket.state === 'connecting') return false;
      if (socket.state === 'bound') attendant.order({ kind: 'close', socket: number });
      attendant.order({ kind: 'connect', socket: number, address, local: socket.local });
      socket.incoming = null;
      socket.state = 'connecting';
      return false;
    },
    receive(number, count, peek) {
      const socket = get(number);
      const [first] = socket.received;
      if (first === undefined) {
        if (socket.error !== null) throw new HostError(takeError(socket) as string);
        if (socket.ended) return { bytes: new Uint8Array(0), from: null };
        if (!socket.datagrams && socket.state !== 'connected') throw new HostError('ENOTCONN');
        return null;
      }
      const bytes = first.bytes.subarray(0, count);
      if (!peek) {
        if (socket.datagrams || bytes.length === first.bytes.length) socket.received.shift();
        else socket.received[0] = { bytes: first.bytes.subarray(count), from: null };
        if (!socket.datagrams) attendant.order({ kind: 'consumed', socket: number, count: bytes.length });
      }
      return { bytes, from: first.from };
    },
    send(number, bytes, to) {
      const socket = get(number);
      if (socket.error !== null) throw new HostError(takeError(socket) as string);
      if (socket.sendingOver) throw new HostError('EPIPE');
      if (socket.datagrams) {
        if (to === null && socket.peer === null) throw new HostError('EDESTADDRREQ');
        if (bytes.length > 65507) throw new HostError('EMSGSIZE');
        if (socket.state === 'new') bindDatagrams(number, socket, null);
      } else if (socket.state !== 'connected') throw new HostError(socket.state === 'connecting' ? 'EAGAIN' : 'EPIPE');
      if (socket.unsent >= mostUnsent) return null;
      const part = bytes.slice(0, socket.datagrams ? bytes.length : mostUnsent);
      socket.unsent += part.length;
      unsent += part.length;
      attendant.order({ kind: 'send', socket: number, bytes: part, to: socket.datagrams ? (to ?? socket.peer) : null });
      return part.length;
    },
    shutdown(number, side) {
      const socket = get(number);
      if (socket.peer === null) throw new HostError('ENOTCONN');
      if (side === 'read') socket.ended = true;
      else if (!socket.sendingOver) {
        socket.sendingOver = true;
        attendant.order({ kind: 'end', socket: number });
      }
    },
    close(number) {
      const socket = get(number);
      sockets.delete(number);
      for (const connection of socket.incoming ?? []) this.close(connection);
      attendant.order({ kind: 'close', socket: number });
    },
    localAddress: (number) => get(number).local,
    peerAddress: (number) => get(number).peer,
    takeError: (number) => takeError(get(number)),
    finish() {
      for (let tries = 0; unsent > 0 && tries < 200; tries++) {
        attendant.receiveReports();
        if (unsent > 0) attendant.sleep(10);
      }
    },
    readable(number) {
      const socket = get(number);
      return socket.received.length > 0 || socket.ended || socket.error !== null || (socket.incoming?.length ?? 0) > 0;
    },
    writable(number) {
      const socket = get(number);
      return socket.error !== null || (socket.state !== 'connecting' && socket.incoming === null && socket.unsent < mostUnsent);
    },
    lookup(name, family) {
      const answer = attendant.ask({ kind: 'lookup', id: attendant.newId(), name, family });
      if (answer?.addresses === undefined) throw new HostError(answer?.error ?? 'EPERM');
      return answer.addresses;
    },
  };
}

function newSocket(family: number, datagrams: boolean, state: Socket['state']): Socket {
  return { family, datagrams, incoming: null, state, local: null, peer: null, received: [], ended: false, sendingOver: false, unsent: 0, error: null };
}

function note(socket: Socket, report: Exclude<Report, { readonly kind: 'answer' | 'accepted' }>): void {
  switch (report.kind) {
    case 'connected':
      socket.state = 'connected';
      socket.local = report.local;
      socket.peer = report.peer;
      return;
    case 'data':
      socket.received.push({ bytes: report.bytes, from: report.from });
      return;
    case 'end':
      socket.ended = true;
      return;
    case 'sent':
      socket.unsent -= report.count;
      return;
    case 'error':
      socket.error = report.code;
      socket.ended = true;
      if (socket.state === 'connecting') socket.state = 'new';
  }
}

function takeError(socket: Socket): string | null {
  const { error } = socket;
  socket.error = null;
  return error;
}
