import type { HostErrorLike, HostFiles } from '@py/code';

/* Files as SQLite wants them: read and written at places. */

/** An open file. Functions throw HostError. */
export interface DatabaseFile {
  /** Fills what there is of `into`; gives how much that was. */
  read(into: Uint8Array, position: number): number;
  write(bytes: Uint8Array, position: number): void;
  truncate(size: number): void;
  /** Waits until everything is on the disk. */
  sync(): void;
  size(): number;
  close(): void;
}

export function isHostError(error: unknown): error is HostErrorLike {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'HostError';
}

/** A file of the host's. */
export class HostFile implements DatabaseFile {
  readonly fd: number;
  private readonly files: HostFiles;

  constructor(files: HostFiles, path: string, flags: number, mode: number) {
    this.files = files;
    this.fd = files.open(path, flags, mode);
  }

  read(into: Uint8Array, position: number): number {
    let done = 0;
    while (done < into.length) {
      const count = atOnce(this.files.read(this.fd, into.subarray(done), position + done));
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) done += atOnce(this.files.write(this.fd, bytes.subarray(done), position + done));
  }

  truncate(size: number): void {
    this.files.ftruncate?.(this.fd, size);
  }

  sync(): void {
    this.files.fsync?.(this.fd);
  }

  size(): number {
    return this.files.fstat(this.fd).size;
  }

  close(): void {
    this.files.close(this.fd);
  }
}

/** Streams only may take time, and no stream is a database. */
function atOnce(count: number | Promise<number>): number {
  return typeof count === 'number' ? count : 0;
}

/** A file without a name, which SQLite uses for what does not fit its cache and deletes when it is closed. */
export class MemoryFile implements DatabaseFile {
  private data = new Uint8Array(0);
  private length = 0;

  read(into: Uint8Array, position: number): number {
    const found = this.data.subarray(position, Math.min(this.length, position + into.length));
    into.set(found);
    return found.length;
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.data.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.data.length, 0x1_0000));
      larger.set(this.data);
      this.data = larger;
    }
    this.data.set(bytes, position);
    this.length = Math.max(this.length, end);
  }

  truncate(size: number): void {
    this.data.fill(0, size, this.length);
    this.length = Math.min(size, this.length);
  }

  sync(): void {}

  size(): number {
    return this.length;
  }

  close(): void {
    this.data = new Uint8Array(0);
  }
}
