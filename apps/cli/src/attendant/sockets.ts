// The sockets themselves, on the attendant's event loop.
import * as dgram from 'node:dgram';
import { lookup } from 'node:dns/promises';
import * as net from 'node:net';
import type { HostAddress } from '@py/code';
import type { Order, Question, Report } from './messages.ts';

/** A connection stops reading while so many bytes wait for the program. */
const mostAhead = 1 << 20;

interface Connection {
  readonly socket: net.Socket;
  /** Bytes reported and not consumed. */
  ahead: number;
}

/** The answer without its `id`. */
type Reply = { readonly error?: string; readonly address?: HostAddress; readonly addresses?: readonly string[] };

export class AttendantSockets {
  private readonly servers = new Map<number, net.Server>();
  private readonly connections = new Map<number, Connection>();
  private readonly datagrams = new Map<number, dgram.Socket>();
  private readonly report: (report: Report) => void;
  /** Numbers of accepted connections are odd, the program's own even. */
  private lastNumber = -1;

  constructor(report: (report: Report) => void) {
    this.report = report;
  }

  take(order: Order): void {
    switch (order.kind) {
      case 'listen':
        return this.listen(order);
      case 'bind':
        return this.bind(order);
      case 'lookup':
        void this.lookup(order);
        return;
      case 'connect':
        return this.connect(order.socket, order.address, order.local);
      case 'send':
        return this.send(order.socket, order.bytes, order.to);
      case 'consumed':
        return this.consumed(order.socket, order.count);
      case 'end':
        this.connections.get(order.socket)?.socket.end();
        return;
      case 'close':
        return this.close(order.socket);
      default:
    }
  }

  private answer({ id }: Question, reply: Reply): void {
    this.report({ kind: 'answer', id, ...reply });
  }

  private listen(order: Question & { kind: 'listen' }): void {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true });
    server.on('error', (error) => this.answer(order, { error: codeOf(error) }));
    server.on('listening', () => this.answer(order, { address: serverAddress(server, order.address) }));
    server.on('connection', (socket) => {
      const connection = (this.lastNumber += 2);
      this.report({ kind: 'accepted', socket: order.socket, connection, ...endsOf(socket, order.address) });
      this.adopt(connection, socket);
    });
    this.servers.set(order.socket, server);
    server.listen('path' in order.address ? { path: order.address.path } : { host: order.address.host, port: order.address.port, ipv6Only: false, exclusive: true });
  }

  private bind(order: Question & { kind: 'bind' }): void {
    const socket = dgram.createSocket({ type: order.family === 10 ? 'udp6' : 'udp4', reuseAddr: false });
    this.datagrams.set(order.socket, socket);
    let bound = false;
    socket.on('error', (error) => {
      if (bound) this.report({ kind: 'error', socket: order.socket, code: codeOf(error) });
      else this.answer(order, { error: codeOf(error) });
    });
    socket.on('message', (bytes, from) => this.report({ kind: 'data', socket: order.socket, bytes: new Uint8Array(bytes), from: { host: from.address, port: from.port } }));
    socket.on('listening', () => {
      bound = true;
      const { address, port } = socket.address();
      this.answer(order, { address: { host: address, port } });
    });
    const { address } = order;
    socket.bind(address === null || 'path' in address ? { port: 0 } : { address: address.host, port: address.port, exclusive: true });
  }

  private async lookup(order: Question & { kind: 'lookup' }): Promise<void> {
    try {
      const found = await lookup(order.name, { all: true, family: order.family === 2 ? 4 : order.family === 10 ? 6 : 0 });
      this.answer(order, { addresses: found.map(({ address }) => address) });
    } catch (error) {
      this.answer(order, { error: codeOf(error) });
    }
  }

  private connect(number: number, address: HostAddress, local: HostAddress | null): void {
    const from = local === null || 'path' in local ? {} : { localAddress: local.host, localPort: local.port };
    const socket = net.connect('path' in address ? { path: address.path, allowHalfOpen: true } : { host: address.host, port: address.port, allowHalfOpen: true, noDelay: true, ...from });
    socket.on('connect', () => this.report({ kind: 'connected', socket: number, ...endsOf(socket, address) }));
    this.adopt(number, socket);
  }

  private adopt(number: number, socket: net.Socket): void {
    const connection: Connection = { socket, ahead: 0 };
    this.connections.set(number, connection);
    socket.on('data', (bytes) => {
      this.report({ kind: 'data', socket: number, bytes: new Uint8Array(bytes), from: null });
      connection.ahead += bytes.length;
      if (connection.ahead > mostAhead) socket.pause();
    });
    socket.on('end', () => this.report({ kind: 'end', socket: number }));
    socket.on('error', (error) => this.report({ kind: 'error', socket: number, code: codeOf(error) }));
  }

  private send(number: number, bytes: Uint8Array, to: HostAddress | null): void {
    const done = (): void => this.report({ kind: 'sent', socket: number, count: bytes.length });
    const datagrams = this.datagrams.get(number);
    if (datagrams === undefined) this.connections.get(number)?.socket.write(bytes, done);
    else if (to !== null && !('path' in to)) datagrams.send(bytes, to.port, to.host, done);
  }

  private consumed(number: number, count: number): void {
    const connection = this.connections.get(number);
    if (connection === undefined) return;
    connection.ahead -= count;
    if (connection.ahead <= mostAhead / 2) connection.socket.resume();
  }

  /** What was sent still goes out. */
  private close(number: number): void {
    this.servers.get(number)?.close();
    this.datagrams.get(number)?.close();
    const socket = this.connections.get(number)?.socket;
    if (socket !== undefined) {
      socket.removeAllListeners('data');
      socket.resume();
      socket.end();
      socket.on('finish', () => socket.destroy());
      if (socket.writableFinished) socket.destroy();
    }
    for (const table of [this.servers, this.datagrams, this.connections]) table.delete(number);
  }
}

function endsOf(socket: net.Socket, address: HostAddress): { local: HostAddress; peer: HostAddress } {
  if ('path' in address) return { local: { path: '' }, peer: address };
  return {
    local: { host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    peer: { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
  };
}

function serverAddress(server: net.Server, wanted: HostAddress): HostAddress {
  const address = server.address();
  return address === null || typeof address === 'string' ? wanted : { host: address.address, port: address.port };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO';
}
