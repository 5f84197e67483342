import * as fs from 'node:fs';
import { HostError } from '@py/code';
import { PipeNames } from './pipe-names.ts';
import { pause } from './pause.ts';

/** An open file, shared by all descriptors that `dup` made of one. */
interface OpenFile {
  fd: number;
  /** How many of our descriptors stand for it. */
  users: number;
  /** Where the next byte is read or written; null for streams, which have no position. */
  position: number | null;
  /** The system's own position is the same. It is until the first seek: Node cannot move it. */
  inStep: boolean;
  /** A child has it too, and moves the system's position. */
  shared: boolean;
  readonly append: boolean;
  /** Opened for writing alone. */
  readonly writeOnly: boolean;
  /** /dev/null and its kind, where every place is the beginning. */
  readonly placeless: boolean;
  /** Of a stream: another descriptor for the same, which never waits; null before it was needed, -1 where there is none. */
  twin: number | null;
  /** Of a stream: bytes that were read only to know whether there are any; empty at its end, null for none. */
  ahead: Uint8Array | null;
  /** Of a stream: bytes that were taken because it had been called writable, which only a write could have told. */
  behind: Uint8Array[];
  promised: boolean;
}

const O_APPEND = fs.constants.O_APPEND;
const O_ACCMODE = 3;

/**
 * The table of open files. Node has neither `dup` nor `lseek`, so that numbers and positions are kept here. Numbers are given
 * out from the lowest free one, as the system does.
 */
export class Descriptors {
  private readonly files = new Map<number, OpenFile>();
  /** Streams with bytes {@link OpenFile.behind}; some have been closed by the program. */
  private readonly late = new Set<OpenFile>();
  private readonly pipeNames = new PipeNames();

  /** Beyond the standard ones, what the process was started with. */
  readonly inherited: readonly number[] = descriptorsTold();

  constructor() {
    for (const fd of [0, 1, 2, ...this.inherited]) {
      try {
        this.files.set(fd, open(fd, inheritedState(fd)));
      } catch {
        // Closed by whoever started us.
      }
    }
  }

  has(fd: number): boolean {
    return this.files.has(fd);
  }

  /** The system's descriptor. */
  real(fd: number): number {
    return this.get(fd).fd;
  }

  /** The system's descriptor for a child, which begins where the program stands: Linux can open the file again, there to be read up to its place. */
  forChild(fd: number): number {
    const file = this.get(fd);
    file.shared = true;
    if (file.position === null || file.inStep || file.append) return file.fd;
    try {
      const again = fs.openSync(`/proc/self/fd/${file.fd}`, systemFlags(file.fd) & O_ACCMODE);
      for (let at = 0; at < file.position; ) {
        const piece = new Uint8Array(Math.min(65536, file.position - at));
        const count = fs.readSync(again, piece, 0, piece.length, null);
        if (count === 0) break;
        at += count;
      }
      if (file.fd > 2) fs.closeSync(file.fd);
      file.fd = again;
      file.inStep = true;
    } catch {
      // The child begins where the system stands.
    }
    return file.fd;
  }

  /** Takes in a descriptor that was just opened with these flags. */
  add(fd: number, flags: number): number {
    return this.insert(open(fd, { position: 0, append: (flags & O_APPEND) !== 0, writeOnly: (flags & 3) === fs.constants.O_WRONLY }));
  }

  close(fd: number): void {
    const file = this.get(fd);
    this.files.delete(fd);
    file.users--;
    if (file.users === 0 && file.behind.length === 0) closeFile(file);
  }

  dup(fd: number): number {
    const file = this.get(fd);
    file.users++;
    return this.insert(file);
  }

  dup2(fd: number, to: number): number {
    const file = this.get(fd);
    if (to < 0) throw new HostError('EBADF');
    if (fd === to) return to;
    if (this.files.has(to)) this.close(to);
    file.users++;
    this.files.set(to, file);
    return to;
  }

  /** A pipe of the system's, so that child processes can have an end of it: a named one, whose name goes at once. */
  pipe(): readonly [number, number] {
    if (process.platform === 'win32') throw new HostError('ENOSYS');
    const name = this.pipeNames.next();
    try {
      // One that does not wait for a writer must be first; children get ends that wait, as they expect.
      const twin = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      const writer = fs.openSync(name, fs.constants.O_WRONLY);
      const reader = this.add(fs.openSync(name, fs.constants.O_RDONLY), 0);
      this.get(reader).twin = twin;
      return [reader, this.add(writer, fs.constants.O_WRONLY)];
    } finally {
      fs.unlinkSync(name);
    }
  }

  /** Reads a stream without waiting; null when there is nothing yet. */
  readNow(fd: number, into: Uint8Array): number | null {
    const file = this.get(fd);
    if (file.position !== null) return this.read(fd, into);
    if (file.ahead !== null) {
      const count = Math.min(file.ahead.length, into.length);
      into.set(file.ahead.subarray(0, count));
      file.ahead = count < file.ahead.length ? file.ahead.subarray(count) : null;
      return count;
    }
    const twin = twinOf(file);
    return twin < 0 ? this.read(fd, into) : withoutWaiting(() => fs.readSync(twin, into, 0, into.length, null));
  }

  writeNow(fd: number, bytes: Uint8Array): number | null {
    const file = this.get(fd);
    if (file.position !== null || bytes.length === 0) return this.write(fd, bytes);
    const twin = twinOf(file);
    if (twin < 0) return this.write(fd, bytes);
    this.flush(file);
    const count = file.behind.length > 0 ? null : withoutWaiting(() => fs.writeSync(twin, bytes));
    if (count !== null || !file.promised) return count;
    file.promised = false;
    file.behind.push(bytes.slice(0, 65536));
    this.late.add(file);
    return Math.min(bytes.length, 65536);
  }

  /** Is there room? The next write will find some. */
  writable(fd: number): boolean {
    const file = this.get(fd);
    if (file.position !== null) return true;
    this.flush(file);
    file.promised = file.behind.length === 0;
    return file.promised;
  }

  /** Writes what there was no room for; called now and then while Python runs or sleeps. */
  flushLate(): void {
    for (const file of this.late) this.flush(file);
  }

  /** The same at the end, waiting. */
  finish(): void {
    while (this.late.size > 0) {
      this.flushLate();
      if (this.late.size > 0) pause(1);
    }
  }

  private flush(file: OpenFile): void {
    while (file.behind.length > 0) {
      const [bytes] = file.behind;
      let count: number | null;
      try {
        count = withoutWaiting(() => fs.writeSync(file.twin as number, bytes));
      } catch {
        count = bytes.length; // Nobody reads it any more.
      }
      if (count === null) return;
      if (count === bytes.length) file.behind.shift();
      else file.behind[0] = bytes.subarray(count);
    }
    if (this.late.delete(file) && file.users === 0) closeFile(file);
  }

  /** Is there something to read? Only reading tells: the bytes are kept for the next read. */
  readable(fd: number): boolean {
    const file = this.get(fd);
    if (file.position !== null || file.ahead !== null) return true;
    if (file.writeOnly) return isBroken(file);
    if (twinOf(file) < 0) return true;
    const room = new Uint8Array(65536);
    const count = this.readNow(fd, room);
    if (count !== null) file.ahead = room.slice(0, count);
    return count !== null;
  }

  read(fd: number, into: Uint8Array, position?: number): number {
    const file = this.get(fd);
    if (into.length === 0) return 0;
    const at = position ?? (file.inStep ? null : file.position);
    const count = waiting(() => fs.readSync(file.fd, into, 0, into.length, at));
    if (position === undefined && file.position !== null) file.position += count;
    return count;
  }

  write(fd: number, bytes: Uint8Array, position?: number): number {
    const file = this.get(fd);
    const at = position ?? (file.inStep || file.append ? null : file.position);
    const count = waiting(() => fs.writeSync(file.fd, bytes, 0, bytes.length, at));
    if (position === undefined && file.position !== null) file.position = file.append ? fs.fstatSync(file.fd).size : file.position + count;
    return count;
  }

  seek(fd: number, offset: number, whence: number): number {
    const file = this.get(fd);
    if (file.position === null) throw new HostError('ESPIPE');
    if (file.shared && file.inStep && process.platform === 'linux') file.position = inheritedState(file.fd).position;
    if (file.placeless) return 0;
    const base = whence === 0 ? 0 : whence === 1 ? file.position : whence === 2 ? fs.fstatSync(file.fd).size : null;
    if (base === null || base + offset < 0) throw new HostError('EINVAL');
    if (base + offset !== file.position) file.inStep = false;
    file.position = base + offset;
    return file.position;
  }

  private get(fd: number): OpenFile {
    const file = this.files.get(fd);
    if (!file) throw new HostError('EBADF');
    return file;
  }

  /** Gives the lowest free number, as the system does. */
  private insert(file: OpenFile): number {
    let fd = 0;
    while (this.files.has(fd)) fd++;
    this.files.set(fd, file);
    return fd;
  }
}

/** Node's own descriptors stand among those that were inherited: bin/py.js says which are not Node's. */
function descriptorsTold(): number[] {
  const told = process.env['_PY_DESCRIPTORS'] ?? '';
  delete process.env['_PY_DESCRIPTORS'];
  return told.split(' ').filter((part) => part !== '').map(Number);
}

interface FileState {
  readonly position: number;
  readonly append: boolean;
  readonly writeOnly: boolean;
}

function open(fd: number, { position, append, writeOnly }: FileState): OpenFile {
  const stats = fs.fstatSync(fd);
  const placeless = stats.isCharacterDevice() && process.platform === 'linux' && stats.rdev >> 8 === 1;
  const seekable = stats.isFile() || stats.isBlockDevice() || placeless;
  return { fd, users: 1, position: seekable ? position : null, inStep: true, shared: false, append, writeOnly, placeless, twin: null, ahead: null, behind: [], promised: false };
}

/** Position and mode of a descriptor that we were started with, where the system tells (Linux). */
function inheritedState(fd: number): FileState {
  try {
    const position = Number(/^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? 0);
    const flags = systemFlags(fd);
    return { position, append: (flags & O_APPEND) !== 0, writeOnly: (flags & 3) === fs.constants.O_WRONLY };
  } catch {
    return { position: 0, append: false, writeOnly: false };
  }
}

/** O_* bits of a descriptor, where the system tells (Linux); throws elsewhere. */
function systemFlags(fd: number): number {
  return Number.parseInt(/^flags:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0', 8);
}

/** Has a pipe lost its last reader? poll reports that to whoever watches the other end for reading. */
function isBroken(file: OpenFile): boolean {
  if (file.position !== null || !fs.fstatSync(file.fd).isFIFO()) return false;
  try {
    fs.closeSync(fs.openSync(`/proc/self/fd/${file.fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENXIO';
  }
}

function closeFile(file: OpenFile): void {
  if (file.twin !== null && file.twin >= 0) fs.closeSync(file.twin);
  fs.closeSync(file.fd);
}

/** Linux opens a pipe or terminal a second time by its number; what cannot be opened so is read and written as it is, waiting. */
function twinOf(file: OpenFile): number {
  if (file.twin === null) {
    try {
      file.twin = fs.openSync(`/proc/self/fd/${file.fd}`, (systemFlags(file.fd) & O_ACCMODE) | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
    } catch {
      file.twin = -1;
    }
  }
  return file.twin;
}

function withoutWaiting(operation: () => number): number | null {
  try {
    return operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return null;
    if (code === 'EOF') return 0;
    throw error;
  }
}

/** A stream that has nothing yet, or no room, is asked again until it has. */
function waiting(operation: () => number): number {
  for (let milliseconds = 1; ; milliseconds = Math.min(milliseconds * 2, 20)) {
    try {
      return operation();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      pause(milliseconds);
    }
  }
}
