import { audit } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { fromHostError, hostCall, osError } from '../os-error.ts';
import { callFiles, filesOf } from '../posix/host.ts';

/*
 * The memory behind an mmap. JavaScript has no memory that the system shares: a map of a file is a copy of its bytes, and what the program
 * changes is written to the file at once (by a memoryview: when the map is flushed or the view released). Maps of the same part of a file
 * share their memory within a VM. What others write to the file while it is mapped is not seen.
 */

const pageSize = 4096;

/** Bytes that several maps may show. */
interface Memory {
  bytes: Uint8Array;
  users: number;
}

const sharedMemories = (vm: VM): Map<string, Memory> => vm.state('mmap', () => new Map<string, Memory>());

/** Memory of a file, or of nobody's. */
export class Mapping {
  /** A descriptor of its own; -1 without a file. */
  readonly fd: number;
  /** Where in the file it begins. */
  readonly offset: number;
  /** Changes go to the file. */
  private readonly writesThrough: boolean;
  private memory: Memory;
  /** Where others find the memory; null for a private one. */
  private key: string | null;
  /** What was in the file when somebody got the memory itself to write to it: only comparing tells what has changed. */
  private readonly before: Map<object, Uint8Array>;

  constructor(fd: number, offset: number, writesThrough: boolean, memory: Memory, key: string | null) {
    this.fd = fd;
    this.offset = offset;
    this.writesThrough = writesThrough;
    this.memory = memory;
    this.key = key;
    memory.users++;
    this.before = new Map();
  }

  get bytes(): Uint8Array {
    return this.memory.bytes;
  }

  /** The program has changed these bytes. */
  changed(vm: VM, from: number, to: number): void {
    if (!this.writesThrough) return;
    for (let at = from; at < to; ) {
      const count = hostCall(() => filesOf(vm).write(this.fd, this.bytes.subarray(at, to), this.offset + at));
      if (typeof count !== 'number' || count === 0) return;
      at += count;
    }
  }

  /** Somebody gets the memory, perhaps to change it. */
  shown(holder: object): void {
    if (this.writesThrough) this.before.set(holder, this.bytes.slice());
  }

  /** And gives it back: what has changed goes to the file. */
  hidden(vm: VM, holder: object): void {
    this.flush(vm);
    this.before.delete(holder);
  }

  /** Writes what those who have the memory have changed. */
  flush(vm: VM): void {
    for (const before of this.before.values()) {
      const { bytes } = this;
      for (let from = 0; from < bytes.length; from += pageSize) {
        const to = Math.min(from + pageSize, bytes.length);
        const page = bytes.subarray(from, to);
        if (page.every((byte, i) => byte === before[from + i])) continue;
        before.set(page, from);
        this.changed(vm, from, to);
      }
    }
  }

  /** Makes file and memory longer (by zeros) or shorter. */
  resize(vm: VM, length: number): void {
    if (this.fd >= 0) callFiles(vm, 'ftruncate', [this.fd, this.offset + length]);
    if (length === 0) throw osError('EINVAL');
    vm.allocate(length);
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(0, length));
    this.leave(vm);
    this.memory = { bytes, users: 1 };
  }

  close(vm: VM): void {
    this.leave(vm);
    if (this.fd >= 0) hostCall(() => filesOf(vm).close(this.fd));
  }

  private leave(vm: VM): void {
    this.memory.users--;
    if (this.memory.users === 0 && this.key !== null) sharedMemories(vm).delete(this.key);
    this.key = null;
  }
}

/** What the program asks for. */
export interface MapRequest {
  readonly fd: number;
  /** 0: to the end of the file. */
  readonly length: number;
  readonly offset: number;
  /** MAP_SHARED rather than MAP_PRIVATE. */
  readonly shared: boolean;
  readonly writable: boolean;
}

const S_IFREG = 0o100000;

/** Maps what is asked for; `check` sees the size of a regular file and gives the length (CPython: new_mmap_object). Throws what mmap(2) would. */
export function createMapping(vm: VM, request: MapRequest, access: number, check: (size: number) => number): Mapping {
  const { fd, offset, shared, writable } = request;
  audit(vm, 'mmap.__new__', fd, request.length, access, offset);
  const stat = fd === -1 ? null : hostCall(() => filesOf(vm).fstat(fd));
  const isFile = stat !== null && (stat.mode & 0o170000) === S_IFREG;
  const length = isFile ? check(stat.size) : request.length;
  if (stat !== null && !isFile) throw osError('ENODEV');
  if (stat !== null) checkMode(vm, fd, shared && writable);
  if (length === 0 || offset % pageSize !== 0) throw osError('EINVAL');
  const key = stat !== null && shared ? `${stat.dev}:${stat.ino}:${offset}:${length}` : null;
  const known = key === null ? undefined : sharedMemories(vm).get(key);
  const memory = known ?? { bytes: newBytes(vm, length), users: 0 };
  const own = fd === -1 ? -1 : callFiles(vm, 'dup', [fd]);
  if (fd !== -1 && known === undefined) readFile(vm, own, memory.bytes, offset);
  if (key !== null) sharedMemories(vm).set(key, memory);
  return new Mapping(own, offset, fd !== -1 && shared && writable, memory, key);
}

function newBytes(vm: VM, length: number): Uint8Array {
  vm.allocate(length);
  try {
    return new Uint8Array(length);
  } catch {
    throw osError('ENOMEM');
  }
}

/** A map needs a file that can be read, and if it is to be changed written too. */
function checkMode(vm: VM, fd: number, writes: boolean): void {
  const files = filesOf(vm);
  try {
    files.read(fd, new Uint8Array(1), 0);
    if (writes) files.write(fd, new Uint8Array(0), 0);
  } catch (error) {
    if (fromHostError(error) === error) throw error;
    throw osError('EACCES');
  }
}

/** At most this much is read by one call, as on Linux. */
const largestRead = 0x7fff_f000;

function readFile(vm: VM, fd: number, into: Uint8Array, offset: number): void {
  for (let at = 0; at < into.length; ) {
    const count = hostCall(() => filesOf(vm).read(fd, into.subarray(at, at + largestRead), offset + at));
    if (typeof count !== 'number' || count === 0) return;
    at += count;
  }
}
