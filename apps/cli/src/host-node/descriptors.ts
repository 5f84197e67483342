import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostError } from '@py/code';
import { pause } from './pause.ts';

/** An open file, shared by all descriptors that `dup` made of one. */
interface OpenFile {
  readonly fd: number;
  /** How many of our descriptors stand for it. */
  users: number;
  /** Where the next byte is read or written; null for streams, which have no position. */
  position: number | null;
  /** The system's own position is the same. It is until the first seek: Node cannot move it. */
  inStep: boolean;
  readonly append: boolean;
}

const O_APPEND = fs.constants.O_APPEND;

/**
 * The table of open files. Node has neither `dup` nor `lseek`, so that numbers and positions are kept here. Numbers are given
 * out from the lowest free one, as the system does.
 */
export class Descriptors {
  private readonly files = new Map<number, OpenFile>();

  constructor() {
    for (const fd of [0, 1, 2]) {
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

  /** Takes in a descriptor that was just opened with these flags. */
  add(fd: number, flags: number): number {
    return this.insert(open(fd, { position: 0, append: (flags & O_APPEND) !== 0 }));
  }

  close(fd: number): void {
    const file = this.get(fd);
    this.files.delete(fd);
    file.users--;
    if (file.users === 0) fs.closeSync(file.fd);
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
    const folder = fs.mkdtempSync(join(tmpdir(), 'py-pipe-'));
    const name = join(folder, 'pipe');
    try {
      execFileSync('mkfifo', [name]);
      const reader = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      const writer = fs.openSync(name, fs.constants.O_WRONLY);
      return [this.add(reader, 0), this.add(writer, 0)];
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
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

interface FileState {
  readonly position: number;
  readonly append: boolean;
}

function open(fd: number, { position, append }: FileState): OpenFile {
  const stats = fs.fstatSync(fd);
  const seekable = stats.isFile() || stats.isBlockDevice();
  return { fd, users: 1, position: seekable ? position : null, inStep: true, append };
}

/** Position and mode of a descriptor that we were started with, where the system tells (Linux). */
function inheritedState(fd: number): FileState {
  try {
    const text = fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
    const position = Number(/^pos:\s*(\d+)/m.exec(text)?.[1] ?? 0);
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(text)?.[1] ?? '0', 8);
    return { position, append: (flags & O_APPEND) !== 0 };
  } catch {
    return { position: 0, append: false };
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
