import type { HostFiles, HostProcesses } from '@py/code';
import { isHostError } from './files.ts';

/*
 * Who may read and write a database. SQLite locks ranges of bytes of the file, which hosts have no function for. Here connections of one VM
 * find each other through a table; against other processes there is a folder NAME.lock while anybody has a lock, with a file for every process
 * that reads (its number is the name), one for the process that prepares to write, and one for the process that writes. See docs/differences.md.
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
    if (wanted === SHARED) return this.share();
    if (wanted === RESERVED) {
      if (this.guard?.reserve() === false) return held;
      this.level = RESERVED;
    } else {
      const others = this.guard?.exclude() ?? 'none';
      if (others === 'exclusive') return held;
      this.level = others === 'readers' || this.readers > 1 ? PENDING : EXCLUSIVE;
    }
    return this.level;
  }

  private share(): number {
    if (this.level === NO_LOCK) {
      if (this.guard?.share() === false) return NO_LOCK;
      this.level = SHARED;
    }
    this.readers++;
    return SHARED;
  }

  /** Lowers it to SHARED or NO_LOCK. */
  lower(held: number, wanted: number): void {
    if (held <= wanted) return;
    if (held > SHARED) {
      this.level = SHARED;
      this.guard?.onlyShare();
    }
    if (wanted !== NO_LOCK || --this.readers > 0) return;
    this.level = NO_LOCK;
    this.guard?.release();
  }

  /** Does anybody write, or want to? */
  get reserved(): boolean {
    return this.level > SHARED || this.guard?.isReserved === true;
  }
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** This process among others that use a database. In a folder where nothing can be made all is granted: whoever reads there cannot be kept from it. */
export class ProcessLock {
  private readonly folder: string;
  private readonly files: HostFiles;
  private readonly processes: HostProcesses;
  /** The files that this process has made. */
  private readonly mine = new Set<string>();

  constructor(path: string, files: HostFiles, processes: HostProcesses) {
    this.folder = `${path}.lock`;
    this.files = files;
    this.processes = processes;
  }

  /** False while another process writes. */
  share(): boolean {
    if (!this.announce()) return true;
    if (this.owner('exclusive') === null) return true;
    this.release();
    return false;
  }

  /** False when another process prepares to write. */
  reserve(): boolean {
    return this.mine.size === 0 || this.take('reserved');
  }

  /** Wants to be alone; tells who is in the way: one who writes, or those who read, to whom no others come from now on. */
  exclude(): 'none' | 'readers' | 'exclusive' {
    if (this.mine.size === 0) return 'none';
    if (!this.take('exclusive')) return 'exclusive';
    const readers = this.files.readdir(this.folder).filter(({ name }) => /^\d+$/.test(name) && name !== this.name);
    return readers.some(({ name }) => this.lives(name)) ? 'readers' : 'none';
  }

  get isReserved(): boolean {
    return this.owner('reserved') !== null;
  }

  onlyShare(): void {
    for (const name of ['exclusive', 'reserved']) if (this.mine.delete(name)) this.remove(name);
  }

  release(): void {
    for (const name of [...this.mine].reverse()) this.remove(name);
    this.mine.clear();
    quietly(() => this.files.rmdir?.(this.folder)); // Others may be in it.
  }

  private get name(): string {
    return String(this.processes.pid);
  }

  /** Says that this process reads; false where that cannot be said. Another that leaves may take the folder away meanwhile. */
  private announce(): boolean {
    for (let attempts = 0; attempts < 100; attempts++) {
      const failure = quietly(() => this.files.mkdir?.(this.folder, 0o755));
      if (failure !== null && failure !== 'EEXIST') return false;
      const made = quietly(() => this.make(this.name, 0));
      if (made === null) return true;
      if (made !== 'ENOENT') return false;
    }
    return false;
  }

  private take(name: string): boolean {
    if (this.mine.has(name)) return true;
    for (let attempts = 0; attempts < 2; attempts++) {
      const failure = quietly(() => this.make(name, O_EXCL));
      if (failure === null) return true;
      if (failure !== 'EEXIST' || this.owner(name) !== null) return false;
    }
    return false;
  }

  private make(name: string, flags: number): void {
    const fd = this.files.open(`${this.folder}/${name}`, O_WRONLY | O_CREAT | flags, 0o644);
    this.files.write(fd, new TextEncoder().encode(this.name));
    this.files.close(fd);
    this.mine.add(name);
  }

  private remove(name: string): void {
    quietly(() => this.files.unlink?.(`${this.folder}/${name}`));
  }

  /** The number of another process that has this lock; null if there is none. What a process has left behind goes. */
  private owner(name: string): string | null {
    if (this.mine.has(name)) return null;
    const owner = this.textOf(`${this.folder}/${name}`);
    if (owner === null) return null;
    // Nothing in it: it is being made. Our own number, though we have not made it: an earlier process had it too.
    if (owner === '' || (owner !== this.name && this.lives(owner))) return owner;
    this.remove(name);
    return null;
  }

  /** Is there such a process? The file of one that is not goes. */
  private lives(name: string): boolean {
    if (quietly(() => this.processes.kill?.(Number(name), 0)) !== 'ESRCH' && !this.isZombie(name)) return true;
    this.remove(name);
    return false;
  }

  /** Has it ended, and nobody has asked how? Linux tells in /proc, behind the program's name in brackets. */
  private isZombie(name: string): boolean {
    return /^.*\) Z/s.test(this.textOf(`/proc/${name}/stat`) ?? '');
  }

  /** The beginning of a file; null if it cannot be read. */
  private textOf(path: string): string | null {
    const bytes = new Uint8Array(100);
    let count: number | Promise<number> = 0;
    const failure = quietly(() => {
      const fd = this.files.open(path, O_RDONLY, 0);
      count = this.files.read(fd, bytes);
      this.files.close(fd);
    });
    return failure === null && typeof count === 'number' ? new TextDecoder().decode(bytes.subarray(0, count)) : null;
  }
}

/** Gives the code of the host's error, null for none. */
function quietly(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (isHostError(error)) return error.code;
    throw error;
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
