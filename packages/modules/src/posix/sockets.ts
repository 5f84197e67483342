import type { HostAddress, HostFiles, HostSockets } from '@py/code';
import type { VM } from '@py/vm/native';
import { hostCall, osError } from '../os-error.ts';

/** A socket of either kind, as `_socket`, `select` and the functions on descriptors use it. Nothing waits: null is "not yet". */
export interface Socket {
  readonly datagrams: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  receive(count: number, peek: boolean): { readonly bytes: Uint8Array; readonly from: HostAddress | null } | null;
  send(bytes: Uint8Array, to: HostAddress | null): number | null;
  shutdown(side: 'read' | 'write'): void;
  close(): void;
  local(): HostAddress | null;
  peer(): HostAddress | null;
}

/** So many bytes may wait at the other end of a pair: Linux's default. */
const pairBuffer = 212_992;

/** One end of a pair of connected sockets that live in the VM. */
export class LocalSocket implements Socket {
  other: LocalSocket | null;
  readonly datagrams: boolean;
  /** What the other end sent and nobody has received. */
  readonly incoming: Uint8Array[];
  private waiting: number;
  /** Where the other end is in a child process: the pipe to it, or from it (descriptors of the host). */
  private pipe: { readonly files: HostFiles; readonly fd: number; readonly side: 'read' | 'write' } | null;
  /** No more will come, no more may be sent. */
  private ended: boolean;
  private sendingOver: boolean;

  constructor(datagrams: boolean) {
    this.other = null;
    this.datagrams = datagrams;
    this.incoming = [];
    this.waiting = 0;
    this.pipe = null;
    this.ended = false;
    this.sendingOver = false;
  }

  get readable(): boolean {
    const { pipe } = this;
    if (pipe !== null) return pipe.side === 'read' && (pipe.files.readable?.(pipe.fd) ?? true);
    return this.incoming.length > 0 || this.ended;
  }

  get writable(): boolean {
    if (this.pipe?.side === 'write') return this.pipe.files.writable?.(this.pipe.fd) ?? true;
    return this.sendingOver || this.other === null || this.other.waiting < pairBuffer;
  }

  receive(count: number, peek: boolean): { readonly bytes: Uint8Array; readonly from: null } | null {
    const { pipe } = this;
    if (pipe?.side === 'read' && !peek) return this.receivePiped(pipe, count);
    if (this.incoming.length === 0) return this.ended ? { bytes: new Uint8Array(0), from: null } : null;
    if (!this.datagrams) this.join(count);
    const [first] = this.incoming;
    const bytes = first.slice(0, count);
    if (peek) return { bytes, from: null };
    this.waiting -= this.datagrams ? first.length : bytes.length;
    if (this.datagrams || bytes.length === first.length) this.incoming.shift();
    else this.incoming[0] = first.subarray(bytes.length);
    return { bytes, from: null };
  }

  /** A stream has no messages: what is received may be of several. */
  private join(count: number): void {
    let length = 0;
    const several = this.incoming.findIndex((bytes) => (length += bytes.length) >= count);
    const parts = this.incoming.splice(0, several < 0 ? this.incoming.length : several + 1);
    if (parts.length === 1) return void this.incoming.unshift(parts[0]);
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.incoming.unshift(joined);
  }

  private receivePiped({ files, fd }: NonNullable<LocalSocket['pipe']>, count: number): { readonly bytes: Uint8Array; readonly from: null } | null {
    const into = new Uint8Array(count);
    const got = hostCall(() => files.readNow?.(fd, into) ?? null);
    return got === null ? null : { bytes: into.slice(0, got), from: null };
  }

  /**
   * This end goes to a child process, which is to read from it or write to it: from now on the other end is the VM's end of a pipe.
   * Gives the descriptor for the child.
   */
  giveToChild(files: HostFiles, side: 'read' | 'write'): number {
    const { other } = this;
    if (files.pipe === undefined || other === null) throw osError('EBADF');
    const [reader, writer] = hostCall(() => (files.pipe as NonNullable<typeof files.pipe>)());
    other.pipe = side === 'read' ? { files, fd: writer, side: 'write' } : { files, fd: reader, side: 'read' };
    if (side === 'read') for (const bytes of this.incoming.splice(0)) hostCall(() => files.write(writer, bytes));
    return side === 'read' ? reader : writer;
  }

  send(bytes: Uint8Array): number | null {
    const { other, pipe } = this;
    if (pipe?.side === 'write') return this.sendingOver ? brokenPipe() : hostCall(() => pipe.files.writeNow?.(pipe.fd, bytes) ?? null);
    if (other === null || this.sendingOver || other.other === null) throw osError('EPIPE');
    if (other.waiting >= pairBuffer) return null;
    const part = this.datagrams ? bytes.slice() : bytes.slice(0, pairBuffer - other.waiting);
    if (part.length > 0 || this.datagrams) other.incoming.push(part);
    other.waiting += part.length;
    return part.length;
  }

  shutdown(side: 'read' | 'write'): void {
    if (side === 'read') this.ended = true;
    else if (!this.sendingOver) {
      this.sendingOver = true;
      if (this.pipe?.side === 'write') this.pipe.files.close(this.pipe.fd);
      if (this.other !== null && this.other.pipe === null) this.other.ended = true;
    }
  }

  close(): void {
    this.shutdown('write');
    if (this.pipe?.side === 'read') this.pipe.files.close(this.pipe.fd);
    this.pipe = null;
    this.other = null;
  }

  local(): HostAddress {
    return { path: '' };
  }

  peer(): HostAddress | null {
    return this.other === null ? null : { path: '' };
  }
}

function brokenPipe(): never {
  throw osError('EPIPE');
}

/** A socket of the host's. */
export class HostSocket implements Socket {
  readonly datagrams: boolean;
  private readonly vm: VM;
  readonly number: number;

  constructor(vm: VM, number: number, datagrams: boolean) {
    this.vm = vm;
    this.number = number;
    this.datagrams = datagrams;
  }

  private get host(): HostSockets {
    const { sockets } = this.vm.host;
    if (sockets === undefined) throw osError('EPERM');
    return sockets;
  }

  get readable(): boolean {
    return hostCall(() => this.host.readable(this.number));
  }

  get writable(): boolean {
    return hostCall(() => this.host.writable(this.number));
  }

  receive(count: number, peek: boolean): { readonly bytes: Uint8Array; readonly from: HostAddress | null } | null {
    return hostCall(() => this.host.receive(this.number, count, peek));
  }

  send(bytes: Uint8Array, to: HostAddress | null): number | null {
    return hostCall(() => this.host.send(this.number, bytes, to));
  }

  shutdown(side: 'read' | 'write'): void {
    hostCall(() => this.host.shutdown(this.number, side));
  }

  close(): void {
    hostCall(() => this.host.close(this.number));
  }

  local(): HostAddress | null {
    return hostCall(() => this.host.localAddress(this.number));
  }

  peer(): HostAddress | null {
    return hostCall(() => this.host.peerAddress(this.number));
  }

  bind(address: HostAddress): void {
    hostCall(() => this.host.bind(this.number, address));
  }

  listen(backlog: number): void {
    hostCall(() => this.host.listen(this.number, backlog));
  }

  accept(): HostSocket | null {
    const connection = hostCall(() => this.host.accept(this.number));
    return connection === null ? null : new HostSocket(this.vm, connection, false);
  }

  connect(address: HostAddress): boolean {
    return hostCall(() => this.host.connect(this.number, address));
  }

  /** A symbolic errno. */
  takeError(): string | null {
    return hostCall(() => this.host.takeError(this.number));
  }
}

interface SocketTable {
  readonly byDescriptor: Map<number, Socket>;
  next: number;
  /** How many descriptors stand for a socket. */
  readonly users: Map<Socket, number>;
}

/** Far from the host's descriptors and from those of the mounted library. */
const firstDescriptor = 2_000_000;

export function socketTable(vm: VM): SocketTable {
  return vm.state('_socket', () => ({ byDescriptor: new Map<number, Socket>(), next: firstDescriptor, users: new Map<Socket, number>() }));
}

/** Gives a socket a descriptor, a new one or one that is not in use. */
export function insertSocket(vm: VM, socket: Socket, descriptor?: number): number {
  const table = socketTable(vm);
  const fd = descriptor ?? table.next++;
  table.byDescriptor.set(fd, socket);
  table.users.set(socket, (table.users.get(socket) ?? 0) + 1);
  return fd;
}

/** Closes a descriptor; the socket, if no other stands for it. False if it is none of a socket. */
export function closeSocket(vm: VM, fd: number): boolean {
  const { byDescriptor, users } = socketTable(vm);
  const socket = byDescriptor.get(fd);
  if (socket === undefined) return false;
  byDescriptor.delete(fd);
  const left = (users.get(socket) ?? 1) - 1;
  users.set(socket, left);
  if (left === 0) {
    users.delete(socket);
    socket.close();
  }
  return true;
}
