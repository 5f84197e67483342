import type { VM } from '@py/vm/native';

/** One end of a pair of connected sockets that live in the VM. */
export class LocalSocket {
  peer: LocalSocket | null;
  readonly datagrams: boolean;
  /** What the other end sent and nobody has received. */
  readonly incoming: Uint8Array[];
  /** No more will come, no more may be sent. */
  ended: boolean;
  sendingOver: boolean;

  constructor(datagrams: boolean) {
    this.peer = null;
    this.datagrams = datagrams;
    this.incoming = [];
    this.ended = false;
    this.sendingOver = false;
  }

  get readable(): boolean {
    return this.incoming.length > 0 || this.ended;
  }

  /** The next bytes, at most so many; null when there are none yet, empty at the end. */
  receive(count: number, peek: boolean): Uint8Array | null {
    if (this.incoming.length === 0) return this.ended ? new Uint8Array(0) : null;
    const [first] = this.incoming;
    const bytes = first.slice(0, count);
    if (peek) return bytes;
    if (this.datagrams || bytes.length === first.length) this.incoming.shift();
    else this.incoming[0] = first.subarray(bytes.length);
    return bytes;
  }

  /** False when nobody is at the other end. */
  send(bytes: Uint8Array): boolean {
    if (this.peer === null || this.sendingOver || this.peer.peer === null) return false;
    if (bytes.length > 0 || this.datagrams) this.peer.incoming.push(bytes.slice());
    return true;
  }

  endSending(): void {
    this.sendingOver = true;
    if (this.peer !== null) this.peer.ended = true;
  }

  close(): void {
    this.endSending();
    this.peer = null;
  }
}

interface Sockets {
  readonly byDescriptor: Map<number, LocalSocket>;
  next: number;
}

/** Far from the host's descriptors and from those of the mounted library. */
const firstDescriptor = 2_000_000;

export function localSockets(vm: VM): Sockets {
  return vm.state('_socket', () => ({ byDescriptor: new Map<number, LocalSocket>(), next: firstDescriptor }));
}
