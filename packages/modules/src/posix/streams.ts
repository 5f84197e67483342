import { waitFor } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { HostStat } from '@py/code';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { descriptorFlags } from './descriptor-flags.ts';
import { filesOf, isPromise, later } from './host.ts';
import { socketTable } from './sockets.ts';

/* Reading and writing descriptors that may have to wait: pipes, terminals, sockets. Other threads run meanwhile, and signals arrive. */

/** Bytes read at the descriptor's position (0 at the end), null when there are none yet. A promise where the host reads that way. */
export function readNow(vm: VM, fd: number, into: Uint8Array): number | null | Promise<number> {
  const socket = socketTable(vm).byDescriptor.get(fd);
  if (socket !== undefined) {
    const received = socket.receive(into.length, false);
    if (received === null) return null;
    into.set(received.bytes);
    return received.bytes.length;
  }
  const files = filesOf(vm);
  return files.readNow === undefined ? files.read(fd, into) : files.readNow(fd, into);
}

/** How many bytes were written, null when there is no room yet. */
function writeNow(vm: VM, fd: number, bytes: Uint8Array): number | null | Promise<number> {
  const socket = socketTable(vm).byDescriptor.get(fd);
  if (socket !== undefined) return socket.send(bytes, null);
  const files = filesOf(vm);
  return files.writeNow === undefined ? files.write(fd, bytes) : files.writeNow(fd, bytes);
}

/**
 * One write as the system does it, to be called until it gives a number: a descriptor that blocks takes all bytes before the call is over,
 * another one what there is room for.
 */
export function writing(vm: VM, fd: number, bytes: Uint8Array): () => number | null | Promise<number> {
  let written = 0;
  return () => {
    const waits = !descriptorFlags(vm).nonBlocking.has(fd);
    for (;;) {
      const count = writeNow(vm, fd, bytes.subarray(written));
      if (typeof count !== 'number') return count;
      written += count;
      if (written >= bytes.length || count === 0 || !waits) return written;
    }
  };
}

/** What a system call that transfers bytes gives to the program: waits, unless the descriptor is non-blocking. */
export function transferred(vm: VM, fd: number, what: string, run: () => number | null | Promise<number>, done: (count: number) => PyValue): PyValue {
  const result = hostCall(run);
  if (isPromise(result as number | Promise<number>)) return later(vm, what, result as Promise<number>, (error) => fromHostError(error), done);
  if (result !== null) return done(result as number);
  if (descriptorFlags(vm).nonBlocking.has(fd)) throw osError('EAGAIN');
  return vm.suspend({
    what,
    external: true,
    poll() {
      const count = hostCall(run) as number | null;
      return count === null ? undefined : done(count);
    },
  });
}

/** The same for natives that need the count themselves: waits here; null when the descriptor is non-blocking. */
export function transferredHere(vm: VM, fd: number, what: string, run: () => number | null | Promise<number>): number | null | Promise<number> {
  const result = hostCall(run);
  if (result !== null || descriptorFlags(vm).nonBlocking.has(fd)) return result;
  return waitFor(vm, { what, external: true, poll: () => (hostCall(run) as number | null) ?? undefined }) as number;
}

/** Would reading (or writing) go on at once? Null for a descriptor that is not open. A host that does not know says yes. */
export function isReady(vm: VM, fd: number, side: 'read' | 'write'): boolean | null {
  const socket = socketTable(vm).byDescriptor.get(fd);
  if (socket !== undefined) return side === 'read' ? socket.readable : socket.writable;
  const files = filesOf(vm);
  try {
    files.fstat(fd);
    return (side === 'read' ? files.readable?.(fd) : files.writable?.(fd)) ?? true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return null;
  }
}

/** About a descriptor, a socket's too. EBADF. */
export function descriptorStat(vm: VM, fd: number): HostStat {
  return socketTable(vm).byDescriptor.has(fd) ? socketStat(fd) : hostCall(() => filesOf(vm).fstat(fd));
}

function socketStat(fd: number): HostStat {
  return { mode: 0o140777, ino: BigInt(fd), dev: 8n, nlink: 1, uid: 0, gid: 0, size: 0, atimeNs: 0n, mtimeNs: 0n, ctimeNs: 0n };
}

/** Is the descriptor open? */
export function isOpenDescriptor(vm: VM, fd: number): boolean {
  if (socketTable(vm).byDescriptor.has(fd)) return true;
  try {
    filesOf(vm).fstat(fd);
    return true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return false;
  }
}
