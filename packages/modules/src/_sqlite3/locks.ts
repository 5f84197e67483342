import type { HostFiles, HostProcesses } from '@py/code';
import { isHostError } from './files.ts';

/*
 * Who may read and write a database. SQLite locks ranges of bytes of the file, which hosts have no function for. Here connections of one VM
 * find each other through a table, with SQLite's own levels; against other processes stands a file NAME.lock, which holds the number of the
 * process that has any lock at all (so do SQLite's own `unix-dotfile` file systems). See docs/differences.md.
 */

/** Levels, each with the rights of those before. */
export const NO_LOCK = 0, SHARED = 1, RESERVED = 2, PENDING = 3, EXCLUSIVE = 4;

const O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0o100, O_EXCL = 0o200;

/** The locks on one database. */
export class Locks {
  /** Connections that have it open. */
  users = 0;
  /** Memory that connections in WAL mode share. */
  readonly shared = new SharedMemory();
  /** The highest level that anybody has. */
  private level = NO_LOCK;
  private readers = 0;
  private readonly guard: ProcessLock | null;

  constructor(guard: ProcessLock | null) {
    this.guard = guard;
  }

  /** Raises a connection's level from `held` as far as `wanted`; gives the level that it has then, which is less than wanted where somebody is in the way. */
  raise(held: number, wanted: number): number {
    if (held >= wanted) return held;
    if (held !== this.level && (this.level >= PENDING || wanted > SHARED)) return held;
    if (wanted === SHARED) {
      if (this.level === NO_LOCK) {
        if (this.guard !== null && !this.guard.take()) return NO_LOCK;
        this.level = SHARED;
      }
      this.readers++;
      return SHARED;
    }
    this.level = wanted === EXCLUSIVE && this.readers > 1 ? PENDING : wanted;
    return this.level;
  }

  /** Lowers it to SHARED or NO_LOCK. */
  lower(held: number, wanted: number): void {
    if (held <= wanted) return;
    if (held > SHARED) this.level = SHARED;
    if (wanted !== NO_LOCK || --this.readers > 0) return;
    this.level = NO_LOCK;
    this.guard?.release();
  }

  /** Does anybody write, or want to? */
  get reserved(): boolean {
    return this.level > SHARED;
  }
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** What keeps other processes away. */
export class ProcessLock {
  private readonly path: string;
  private readonly files: HostFiles;
  private readonly processes: HostProcesses;
  private mine = false;

  constructor(path: string, files: HostFiles, processes: HostProcesses) {
    this.path = `${path}.lock`;
    this.files = files;
    this.processes = processes;
  }

  /** False when another process has it. */
  take(): boolean {
    try {
      return this.create() || (this.isStale() && this.create());
    } catch (error) {
      // A folder in which nothing can be made: whoever reads there has no writer to fear but with more rights.
      if (isHostError(error)) return true;
      throw error;
    }
  }

  release(): void {
    if (!this.mine) return;
    this.mine = false;
    try {
      this.files.unlink?.(this.path);
    } catch (error) {
      if (!isHostError(error)) throw error;
    }
  }

  private create(): boolean {
    try {
      const fd = this.files.open(this.path, O_WRONLY | O_CREAT | O_EXCL, 0o644);
      this.files.write(fd, new TextEncoder().encode(`${this.processes.pid}\n`));
      this.files.close(fd);
      this.mine = true;
      return true;
    } catch (error) {
      if (isHostError(error) && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  /** Takes away a lock whose process has ended without giving it back (a number of our own is an earlier process's: ours would be `mine`). */
  private isStale(): boolean {
    const owner = this.owner();
    if (owner === null || (owner !== this.processes.pid && this.lives(owner))) return false;
    this.files.unlink?.(this.path);
    return true;
  }

  private lives(pid: number): boolean {
    try {
      this.processes.kill?.(pid, 0);
      return true;
    } catch (error) {
      return !isHostError(error) || error.code !== 'ESRCH';
    }
  }

  private owner(): number | null {
    try {
      const fd = this.files.open(this.path, O_RDONLY, 0);
      const text = new Uint8Array(20);
      const count = this.files.read(fd, text);
      this.files.close(fd);
      const pid = typeof count === 'number' ? Number.parseInt(new TextDecoder().decode(text.subarray(0, count)), 10) : NaN;
      return Number.isNaN(pid) ? null : pid;
    } catch (error) {
      if (isHostError(error)) return null;
      throw error;
    }
  }
}

/** The index that connections in WAL mode share, and its eight locks. */
export class SharedMemory {
  /** Pointers to pieces in C's memory. */
  readonly pieces: number[] = [];
  users = 0;
  /** For each lock how many share it, or -1 for one who has it alone. */
  private readonly holders = new Array<number>(8).fill(0);

  /** Takes or gives back `count` locks from `first` on; false if somebody is in the way. */
  change(first: number, count: number, take: boolean, alone: boolean): boolean {
    const slots = Array.from({ length: count }, (_, index) => first + index);
    if (!take) for (const slot of slots) this.holders[slot] = alone ? 0 : this.holders[slot] - 1;
    else if (slots.some((slot) => (alone ? this.holders[slot] !== 0 : this.holders[slot] < 0))) return false;
    else for (const slot of slots) this.holders[slot] = alone ? -1 : this.holders[slot] + 1;
    return true;
  }
}
