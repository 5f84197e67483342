import { waitFor } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { descriptorFlags } from './descriptor-flags.ts';
import { filesOf, isPromise, later } from './host.ts';
import { localSockets } from './local-sockets.ts';

/* Reading and writing descriptors that may have to wait: pipes, terminals, sockets. Other threads run meanwhile, and signals arrive. */

/** Bytes read at the descriptor's position (0 at the end), null when there are none yet. A promise where the host reads that way. */
export function readNow(vm: VM, fd: number, into: Uint8Array): number | null | Promise<number> {
  const socket = localSockets(vm).byDescriptor.get(fd);
  if (socket !== undefined) {
    const bytes = socket.receive(into.length, false);
    if (bytes === null) return null;
    into.set(bytes);
    return bytes.length;
  }
  const files = filesOf(vm);
  return files.readNow === undefined ? files.read(fd, into) : files.readNow(fd, into);
}

/** How many bytes were written, null when there is no room yet. */
export function writeNow(vm: VM, fd: number, bytes: Uint8Array): number | null | Promise<number> {
  const socket = localSockets(vm).byDescriptor.get(fd);
  if (socket !== undefined) {
    if (!socket.send(bytes)) throw osError('EPIPE');
    return bytes.length;
  }
  const files = filesOf(vm);
  return files.writeNow === undefined ? files.write(fd, bytes) : files.writeNow(fd, bytes);
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
  const socket = localSockets(vm).byDescriptor.get(fd);
  if (socket !== undefined) return side === 'read' ? socket.readable : !socket.sendingOver;
  const files = filesOf(vm);
  try {
    files.fstat(fd);
    return (side === 'read' ? files.readable?.(fd) : files.writable?.(fd)) ?? true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return null;
  }
}

/** Is the descriptor open? */
export function isOpenDescriptor(vm: VM, fd: number): boolean {
  if (localSockets(vm).byDescriptor.has(fd)) return true;
  try {
    filesOf(vm).fstat(fd);
    return true;
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    return false;
  }
}
