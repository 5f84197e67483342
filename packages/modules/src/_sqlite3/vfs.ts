import { clockNow, jsText, None, waitFor } from '@py/vm/native';
import { HostError, type HostFiles } from '@py/code';
import { fsdecode, fsencode } from '../posix/paths.ts';
import { HostFile, isHostError, MemoryFile } from './files.ts';
import type { DatabaseFile } from './files.ts';
import { Locks, NO_LOCK, ProcessLock, SHARED } from './locks.ts';
import { SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_NOTFOUND, SQLITE_OK } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';

/* SQLite's file system over the host's: the methods that https://sqlite.org/c3ref/vfs.html and io_methods.html ask for. */

const OPEN_READONLY = 0x1, OPEN_READWRITE = 0x2, OPEN_CREATE = 0x4, OPEN_DELETEONCLOSE = 0x8, OPEN_EXCLUSIVE = 0x10, OPEN_MAIN_DB = 0x100, OPEN_JOURNALS = 0x8_4800, OPEN_NOFOLLOW = 0x100_0000;
const O_RDONLY = 0, O_RDWR = 2, O_CREAT = 0o100, O_EXCL = 0o200, O_NOFOLLOW = 0o400000, O_CLOEXEC = 0o2000000;
const S_IFMT = 0o170000, S_IFREG = 0o100000;
const IOERR_READ = 266, IOERR_SHORT_READ = 522, IOERR_WRITE = 778, IOERR_FSYNC = 1034, IOERR_TRUNCATE = 1546, IOERR_FSTAT = 1802, IOERR_DELETE = 2570, IOERR_DELETE_NOENT = 5898, IOERR_NOMEM = 3082;
const READONLY_DIRECTORY = 1544, FULL = 13;
const longestPath = 4096;
/** Days from the beginning of the Julian calendar to 1970, in milliseconds. */
const julianEpoch = 210_866_760_000_000;

interface OpenDatabaseFile {
  readonly file: DatabaseFile;
  readonly path: string | null;
  readonly deleteOnClose: boolean;
  /** Of databases only. */
  readonly locks: Locks | null;
  level: number;
  /** Uses the memory of WAL mode. */
  sharing: boolean;
  /** Its name has not been made sure on the disk yet, as that of a journal must be before the database is written. */
  isNew: boolean;
}

/** The files that a SQLite has open. */
class Files {
  private readonly sqlite: Sqlite;
  private readonly open = new Map<number, OpenDatabaseFile>();
  private readonly locks = new Map<string, Locks>();
  private lastNumber = 0;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  private get host(): HostFiles | undefined {
    return this.sqlite.vm.host.files;
  }

  /** The file that a `sqlite3_file` of C stands for: its number is behind the pointer to the methods. */
  at(pointer: number): OpenDatabaseFile {
    return this.open.get(this.sqlite.numbers.getUint32(pointer + 4, true)) as OpenDatabaseFile; // C asks about what it has opened only.
  }

  /** Opens; gives the flags that hold. Throws HostError. */
  add(pointer: number, path: string | null, flags: number): number {
    const { host } = this;
    if (path === null || host === undefined) {
      if (path !== null) throw new HostError('ENOSYS');
      this.register(pointer, { file: new MemoryFile(), path, deleteOnClose: false, locks: null, level: NO_LOCK, sharing: false, isNew: false });
      return flags;
    }
    const [file, granted] = openFile(host, path, flags);
    const locks = (flags & OPEN_MAIN_DB) !== 0 ? this.locksOf(path, file) : null;
    if (locks !== null) locks.users++;
    const isNew = (flags & OPEN_CREATE) !== 0 && (flags & OPEN_JOURNALS) !== 0;
    this.register(pointer, { file, path, deleteOnClose: (flags & OPEN_DELETEONCLOSE) !== 0, locks, level: NO_LOCK, sharing: false, isNew });
    return granted;
  }

  private register(pointer: number, file: OpenDatabaseFile): void {
    this.open.set(++this.lastNumber, file);
    this.sqlite.numbers.setUint32(pointer + 4, this.lastNumber, true);
  }

  /** One for all names of a file. */
  private locksOf(path: string, file: HostFile): Locks {
    const { files, processes } = this.sqlite.vm.host;
    const { dev, ino } = (files as HostFiles).fstat(file.fd);
    const key = ino === 0n ? path : `${dev}:${ino}`;
    const found = this.locks.get(key);
    if (found !== undefined) return found;
    const locks = new Locks(processes === undefined || files?.mkdir === undefined ? null : new ProcessLock(path, files as HostFiles, processes));
    this.locks.set(key, locks);
    return locks;
  }

  remove(pointer: number): void {
    const { file, path, deleteOnClose, locks, level } = this.at(pointer);
    this.open.delete(this.sqlite.numbers.getUint32(pointer + 4, true));
    if (locks !== null) {
      locks.lower(level, NO_LOCK);
      if (--locks.users === 0) for (const [key, other] of this.locks) if (other === locks) this.locks.delete(key);
    }
    file.close();
    if (deleteOnClose && path !== null) this.host?.unlink?.(path);
  }
}

/** Opens for writing if that is allowed, else for reading; gives what it became. Throws HostError. */
function openFile(host: HostFiles, path: string, flags: number): [HostFile, number] {
  const create = (flags & OPEN_CREATE) !== 0 ? O_CREAT | ((flags & OPEN_EXCLUSIVE) !== 0 ? O_EXCL : 0) : 0;
  const common = O_CLOEXEC | ((flags & OPEN_NOFOLLOW) !== 0 ? O_NOFOLLOW : 0);
  if ((flags & OPEN_READWRITE) === 0) return [new HostFile(host, path, O_RDONLY | common, 0), flags];
  try {
    return [new HostFile(host, path, O_RDWR | create | common, 0o644), flags];
  } catch (error) {
    if (!isHostError(error) || error.code === 'EISDIR') throw error;
    try {
      return [new HostFile(host, path, O_RDONLY | common, 0), (flags & ~(OPEN_READWRITE | OPEN_CREATE)) | OPEN_READONLY];
    } catch {
      throw error;
    }
  }
}

/** Registers the file system, as the only one; what `sqlite3_os_init` gives. */
export function registerFiles(sqlite: Sqlite): number {
  const files = new Files(sqlite);
  const methods = fileMethods(sqlite, files);
  const table = (version: number, pointers: readonly number[]): number => {
    const at = sqlite.allocate(4 * (pointers.length + 1));
    [version, ...pointers].forEach((value, index) => sqlite.numbers.setUint32(at + 4 * index, value, true));
    return at;
  };
  const name = sqlite.copy(new Uint8Array([0x75, 0x6e, 0x69, 0x78])); // unix
  const functions = systemMethods(sqlite, files, table(2, methods.map((method) => sqlite.pointerTo(method)))).map((method) => (method === null ? 0 : sqlite.pointerTo(method)));
  return sqlite.c.sqlite3_vfs_register(table(2, [8, longestPath, 0, name, 0, ...functions]), 1);
}

/** From `xOpen` to `xCurrentTimeInt64`; null for what there is not. */
function systemMethods(sqlite: Sqlite, files: Files, methods: number): (((...args: number[]) => number) | null)[] {
  const { vm } = sqlite;
  const host = (): HostFiles => vm.host.files ?? {} as HostFiles; // Without files nothing but memory can be opened.
  const pathAt = (pointer: number): string => jsText(fsdecode(vm, sqlite.cBytes(pointer).slice()));
  const withResult = (run: () => number, failed: (code: string) => number): number => {
    try {
      return run();
    } catch (error) {
      if (isHostError(error)) return failed(error.code);
      sqlite.stop(error);
      return SQLITE_IOERR;
    }
  };
  return [
    function xOpen(_vfs, name, file, flags, outFlags) {
      sqlite.numbers.setUint32(file, 0, true);
      const path = name === 0 ? null : pathAt(name);
      return withResult(() => {
        const granted = files.add(file, path, flags);
        sqlite.numbers.setUint32(file, methods, true);
        if (outFlags !== 0) sqlite.numbers.setInt32(outFlags, granted, true);
        return SQLITE_OK;
      }, (code) => {
        const isNewJournal = (flags & OPEN_MAIN_DB) === 0 && (flags & OPEN_CREATE) !== 0;
        return isNewJournal && code === 'EACCES' && !exists(host(), path as string) ? READONLY_DIRECTORY : SQLITE_CANTOPEN;
      });
    },
    function xDelete(_vfs, name, syncFolder) {
      return withResult(() => {
        const path = pathAt(name);
        host().unlink?.(path);
        if (syncFolder !== 0) syncFolderOf(host(), path);
        return SQLITE_OK;
      }, (code) => (code === 'ENOENT' ? IOERR_DELETE_NOENT : IOERR_DELETE));
    },
    function xAccess(_vfs, name, flags, result) {
      const path = pathAt(name);
      const answer = flags === 0 ? exists(host(), path) : isAccessible(host(), path);
      sqlite.numbers.setInt32(result, answer ? 1 : 0, true);
      return SQLITE_OK;
    },
    function xFullPathname(_vfs, name, size, result) {
      return withResult(() => {
        const full = fsencode(vm, fullPath(host(), pathAt(name), vm.host.platform === 'win32' ? /[\\/]/ : /\//)).bytes;
        if (full.length + 1 > size) return SQLITE_CANTOPEN;
        sqlite.memory.set(full, result);
        sqlite.memory[result + full.length] = 0;
        return SQLITE_OK;
      }, () => SQLITE_CANTOPEN);
    },
    null, null, null, null, // Extensions cannot be loaded.
    function xRandomness(_vfs, count, result) {
      const bytes = new Uint8Array(count);
      vm.host.random?.(bytes);
      sqlite.memory.set(bytes, result);
      return count;
    },
    function xSleep(_vfs, microseconds) {
      if (vm.host.clock?.sleepSync === undefined) return microseconds; // Where nobody can wait, the database is locked at once.
      try {
        if (microseconds <= 1000) sqlite.releaseAbandoned(); // The first of several pauses.
        // Threads that hold a lock can give it back meanwhile.
        waitFor(vm, { what: 'a locked database', poll: (late) => (late ? None : undefined), deadline: clockNow(vm) + microseconds / 1000 });
      } catch (error) {
        sqlite.stop(error);
      }
      return microseconds;
    },
    function xCurrentTime(_vfs, result) {
      sqlite.numbers.setFloat64(result, (julianEpoch + now()) / 86_400_000, true);
      return SQLITE_OK;
    },
    function xGetLastError() {
      return 0;
    },
    function xCurrentTimeInt64(_vfs, result) {
      sqlite.numbers.setBigInt64(result, BigInt(julianEpoch + now()), true);
      return SQLITE_OK;
    },
  ];

  function now(): number {
    return Number((vm.host.clock?.time() ?? 0n) / 1_000_000n);
  }
}

/** From `xClose` to `xShmUnmap`. */
function fileMethods(sqlite: Sqlite, files: Files): ((...args: number[]) => number)[] {
  /** What failed is told by `code`. */
  const guarded = (code: number, run: (file: OpenDatabaseFile) => number, pointer: number): number => {
    try {
      return run(files.at(pointer));
    } catch (error) {
      if (isHostError(error)) return error.code === 'ENOSPC' && code === IOERR_WRITE ? FULL : code;
      sqlite.stop(error);
      return code;
    }
  };
  const position = (low: number, high: number): number => high * 0x1_0000_0000 + (low >>> 0);
  return [
    function xClose(pointer) {
      return guarded(SQLITE_OK, () => {
        files.remove(pointer);
        return SQLITE_OK;
      }, pointer);
    },
    function xRead(pointer, into, count, low, high) {
      return guarded(IOERR_READ, ({ file }) => {
        const target = sqlite.memory.subarray(into, into + count);
        const got = file.read(target, position(low, high));
        if (got === count) return SQLITE_OK;
        target.fill(0, got);
        return IOERR_SHORT_READ;
      }, pointer);
    },
    function xWrite(pointer, from, count, low, high) {
      return guarded(IOERR_WRITE, ({ file }) => {
        file.write(sqlite.memory.subarray(from, from + count), position(low, high));
        return SQLITE_OK;
      }, pointer);
    },
    function xTruncate(pointer, low, high) {
      return guarded(IOERR_TRUNCATE, ({ file }) => {
        file.truncate(position(low, high));
        return SQLITE_OK;
      }, pointer);
    },
    function xSync(pointer) {
      return guarded(IOERR_FSYNC, (opened) => {
        opened.file.sync();
        if (opened.isNew && opened.path !== null) syncFolderOf(sqlite.vm.host.files as HostFiles, opened.path); // It is a file of the host's.
        opened.isNew = false;
        return SQLITE_OK;
      }, pointer);
    },
    function xFileSize(pointer, result) {
      return guarded(IOERR_FSTAT, ({ file }) => {
        sqlite.numbers.setBigInt64(result, BigInt(file.size()), true);
        return SQLITE_OK;
      }, pointer);
    },
    function xLock(pointer, wanted) {
      return guarded(SQLITE_IOERR, (file) => {
        if (file.locks === null) return SQLITE_OK;
        file.level = file.locks.raise(file.level, wanted);
        return file.level < wanted ? SQLITE_BUSY : SQLITE_OK;
      }, pointer);
    },
    function xUnlock(pointer, wanted) {
      return guarded(SQLITE_IOERR, (file) => {
        file.locks?.lower(file.level, wanted);
        file.level = Math.min(file.level, wanted === NO_LOCK ? NO_LOCK : SHARED);
        return SQLITE_OK;
      }, pointer);
    },
    function xCheckReservedLock(pointer, result) {
      sqlite.numbers.setInt32(result, files.at(pointer).locks?.reserved === true ? 1 : 0, true);
      return SQLITE_OK;
    },
    function xFileControl() {
      return SQLITE_NOTFOUND;
    },
    function xSectorSize() {
      return 4096;
    },
    function xDeviceCharacteristics() {
      return 0x1000; // Written bytes survive a crash of the program: SQLITE_IOCAP_POWERSAFE_OVERWRITE.
    },
    function xShmMap(pointer, index, size, extend, result) {
      return guarded(SQLITE_IOERR, (file) => {
        const shared = (file.locks as Locks).shared; // Databases only have WAL mode.
        if (!file.sharing) shared.users++;
        file.sharing = true;
        while (extend !== 0 && shared.pieces.length <= index) {
          const piece = sqlite.c.malloc(size);
          if (piece === 0) return IOERR_NOMEM;
          sqlite.memory.fill(0, piece, piece + size);
          shared.pieces.push(piece);
        }
        sqlite.numbers.setUint32(result, shared.pieces[index] ?? 0, true);
        return SQLITE_OK;
      }, pointer);
    },
    function xShmLock(pointer, first, count, flags) {
      const done = (files.at(pointer).locks as Locks).shared.change(first, count, (flags & 2) !== 0, (flags & 8) !== 0);
      return done ? SQLITE_OK : SQLITE_BUSY;
    },
    function xShmBarrier() {
      return SQLITE_OK;
    },
    function xShmUnmap(pointer) {
      const file = files.at(pointer);
      if (!file.sharing || file.locks === null) return SQLITE_OK;
      file.sharing = false;
      const { shared } = file.locks;
      if (--shared.users === 0) for (const piece of shared.pieces.splice(0)) sqlite.c.free(piece);
      return SQLITE_OK;
    },
  ];
}

/** An empty file does not count: a journal of no bytes is none. */
function exists(host: HostFiles, path: string): boolean {
  try {
    const { mode, size } = host.stat(path);
    return (mode & S_IFMT) !== S_IFREG || size > 0;
  } catch {
    return false;
  }
}

function isAccessible(host: HostFiles, path: string): boolean {
  try {
    return host.access === undefined ? host.stat(path) !== undefined : host.access(path, 6);
  } catch {
    return false;
  }
}

/** Makes sure that the entries of a file's folder are on the disk, where a folder can be opened. */
function syncFolderOf(host: HostFiles, path: string): void {
  try {
    const fd = host.open(path.slice(0, path.lastIndexOf('/')) || '/', O_RDONLY | O_CLOEXEC, 0);
    try {
      host.fsync?.(fd);
    } finally {
      host.close(fd);
    }
  } catch (error) {
    if (!isHostError(error)) throw error;
  }
}

/** Absolute, with links followed: the journal must be beside the file itself. */
function fullPath(host: HostFiles, path: string, separator: RegExp): string {
  const isAbsolute = separator.test(path[0]) || (separator.test('\\') && /^[A-Za-z]:/.test(path));
  const absolute = isAbsolute ? path : `${host.getcwd()}/${path}`;
  if (host.realpath === undefined) return normalize(absolute);
  try {
    return host.realpath(absolute);
  } catch (error) {
    if (!isHostError(error) || error.code !== 'ENOENT') throw error;
  }
  const parts = absolute.split(separator);
  const name = parts.pop() ?? '';
  try {
    return `${host.realpath(`${parts.join('/')}/`).replace(/\/$/, '')}/${name}`;
  } catch {
    return absolute; // Opening it fails.
  }
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
