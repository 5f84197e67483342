import type { CodeObject } from './code-object.ts';

/** Source text to code object: the front end as the VM, the importer and `compile()` see it. Throws PySyntaxError. */
export type Compile = (source: string | Uint8Array, options: CompileRequest) => CodeObject;

/** How to compile. */
export interface CompileRequest {
  readonly filename: string;
  readonly mode: 'exec' | 'eval' | 'single';
  /** `co_flags` bits of futures plus the `PyCF_*` flags. */
  readonly flags?: number;
  /** 0, 1 (drop asserts) or 2 (drop docstrings too). */
  readonly optimize?: 0 | 1 | 2;
}

/** How a run ended. */
export type RunResult =
  | { readonly kind: 'done' }
  /** An exception reached the top; `traceback` is the text CPython prints. `exitCode` is set for SystemExit. */
  | { readonly kind: 'raised'; readonly type: string; readonly traceback: string; readonly exitCode?: number }
  /** A limit that the host set to end the run was reached. */
  | { readonly kind: 'stopped'; readonly reason: 'fuel' | 'memory' | 'time' | 'interrupt' };

/** Limits of one run; absent means none. */
export interface RunLimits {
  /** Instructions, counted deterministically; long natives charge by work. */
  readonly fuel?: number;
  /** Bytes, estimated. */
  readonly memory?: number;
  /** Milliseconds of wall-clock time. */
  readonly time?: number;
  /** What a reached limit does: raise in the program (catchable) or end the run. */
  readonly onLimit?: 'raise' | 'stop';
}

/** What the glue and the CLI need of a VM; anyone may implement it. */
export interface VirtualMachine {
  /** Runs a code object as `__main__`. `argv` becomes `sys.argv`. */
  run(code: CodeObject, options?: { readonly argv?: readonly string[]; readonly limits?: RunLimits }): RunResult;
  /** The same, giving way to the host's event loop while the program waits. */
  runAsync(code: CodeObject, options?: { readonly argv?: readonly string[]; readonly limits?: RunLimits }): Promise<RunResult>;
}

/** What a virtual machine is made over. */
export interface VirtualMachineOptions {
  /** All that programs may touch. */
  readonly host: Host;
  /** Finds modules that the VM does not have itself. A VM with an import system of its own does not need it. */
  readonly importer?: Importer;
}

/** Makes a virtual machine: what a package with one exports as `createVirtualMachine` (and what `py --vm PACKAGE` calls). */
export type CreateVirtualMachine = (options: VirtualMachineOptions) => VirtualMachine;

/** Where a module comes from: `importlib.machinery.ModuleSpec` as data. */
export interface ModuleSpec {
  readonly name: string;
  readonly kind: 'source' | 'bytecode' | 'namespace' | 'builtin' | 'frozen';
  /** File name, or `built-in` / `frozen`; null for a namespace package. */
  readonly origin: string | null;
  /** Path of the `.pyc`, where there is one or will be one. */
  readonly cached: string | null;
  /** Folders of a package; null for a plain module. */
  readonly submodule_search_locations: readonly string[] | null;
}

/** How a `.pyc` tells whether it still fits its source (PEP 552). */
export type PycHeader =
  /** `mtime` in seconds and `size` in bytes of the source, both modulo 2**32. */
  | { readonly kind: 'timestamp'; readonly mtime: number; readonly size: number }
  /** Eight bytes of `source_hash`; `checkSource` false trusts the file without looking at the source. */
  | { readonly kind: 'hash'; readonly hash: Uint8Array; readonly checkSource: boolean };

/** What an importer needs of `.pyc` files; `@py/pyc` as a whole is one. Errors are PycError, `name` is the module's for their texts. */
export interface PycFormat {
  /** The first 16 bytes. Throws PycError. */
  readPycHeader(bytes: Uint8Array, name: string): PycHeader;
  /** Throws if a header does not fit the source. Only what the header's kind needs is looked at. */
  checkPycHeader(header: PycHeader, source: { readonly mtime?: number; readonly size?: number; readonly hash?: Uint8Array }, name: string): void;
  /** Header and code object. Throws PycError. */
  readPyc(bytes: Uint8Array, options?: { readonly name?: string; readonly path?: string }): { readonly header: PycHeader; readonly code: CodeObject };
  /** The bytes of a `.pyc`. */
  writePyc(code: CodeObject, header: PycHeader): Uint8Array;
  /** `importlib.util.source_hash`: eight bytes. */
  sourceHash(source: Uint8Array): Uint8Array;
  /** Path of the `.pyc` of a source: `importlib.util.cache_from_source`. */
  cacheFromSource(path: string, options?: CachePathOptions): string;
}

/** What the place of a `.pyc` depends on. */
export interface CachePathOptions {
  /** `opt-` tag: 0 or '' for none; letters and digits only. Default 0. */
  readonly optimization?: number | string;
  /** `sys.pycache_prefix`: a folder to hold all `.pyc` files in a tree of their own. */
  readonly prefix?: string | null;
  /** Working folder, for a relative path with a prefix. */
  readonly cwd?: string;
}

/** Finds modules and gives their code. */
export interface Importer {
  /** Where a module is, or null; `path` instead of the usual folders. */
  findSpec(name: string, path?: readonly string[]): ModuleSpec | null;
  /** Its code; null for a module without any (built-in, namespace). Throws PySyntaxError, PycError, HostError. */
  getCode(spec: ModuleSpec): CodeObject | null;
}

/**
 * Everything outside the program. Each part is optional: what a host does not grant does not exist for Python, which gets
 * the OSError a Python user would expect. Nothing else of JavaScript is reachable.
 */
export interface Host {
  /** `sys.platform`: 'linux', 'darwin', 'win32', 'browser'… Default 'unknown'. */
  readonly platform?: string;
  readonly files?: HostFiles;
  readonly clock?: HostClock;
  /** Fills the array with random bytes; default: a fixed seed, so that runs repeat. */
  readonly random?: (bytes: Uint8Array) => void;
  /** Environment variables, copied when the VM starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Set in the host's own environment (so that child processes see it); undefined removes. */
  readonly setenv?: (name: string, value: string | undefined) => void;
  /** Digests by the host's own code, which may be many times faster than JavaScript. */
  readonly hashes?: HostHashes;
  /** Checksums and decompression by the host's own code, likewise. */
  readonly zlib?: HostZlib;
  /** Makes SQLite, when a program first needs it: `createSqlite` of `@py/sqlite`. Without it there is no module `sqlite3`. */
  readonly sqlite?: (imports: SqliteImports) => SqliteCode;
  readonly processes?: HostProcesses;
  readonly sockets?: HostSockets;
  readonly signals?: HostSignals;
  /**
   * Runs a full collection of garbage, here and now: after it a JavaScript WeakRef to what nothing else holds gives undefined, even one
   * that was looked at in this job. Left out where the engine offers none.
   */
  readonly collectGarbage?: () => void;
  /**
   * Ends what JavaScript promises about WeakRefs within one job: from here the collector may take, when it next runs, what was looked at.
   * A program that runs long without giving way to the host needs it. Left out where the engine offers no way.
   */
  readonly releaseWeakReferences?: () => void;
}

/** What SQLite's C code calls of whoever uses it; results and pointers as in {@link SqliteCode}. */
export interface SqliteImports {
  /** Registers a file system (`sqlite3_vfs_register`); gives a result code. */
  sqlite3_os_init(): number;
  /** Undoes that. */
  sqlite3_os_end(): number;
  /** C's `localtime_r`: fills the `struct tm` at `result` for the `time_t` (64 bits) at `time`, and gives `result`, or 0. */
  host_localtime_r(time: number, result: number): number;
}

/** SQLite compiled to JavaScript: C's functions over a memory of their own. */
export interface SqliteCode {
  /**
   * C's functions by their names: `sqlite3_…`, `malloc`, `free`. An int or a pointer is one number (32 bits); an argument of 64 bits is two, the
   * low half first; of a result of 64 bits the low half is given and {@link high} tells the other.
   */
  readonly functions: Readonly<Record<string, (...args: number[]) => number>>;
  /** C's memory: another ArrayBuffer after it has grown. */
  readonly memory: { readonly buffer: ArrayBuffer };
  /** The high half of the last result of 64 bits. */
  high(): number;
  /** Gives a pointer to a function for C to call. Arguments of 64 bits come as two. */
  pointerTo(callback: (...args: number[]) => number): number;
}

/** Digests by name: 'md5', 'sha256', 'sha3_256', 'blake2b' (64 bytes, no key)… as Python's hashlib names them. */
export interface HostHashes {
  /** A new running digest, or null if the host has none of that name. */
  create(name: string): HostHash | null;
  /** The hexadecimal digest of all bytes at once, or null if the host has none of that name. Absent: it has no such function. */
  hexDigest?(name: string, bytes: Uint8Array): string | null;
  /** The same as bytes. Present if `hexDigest` is. */
  digest?(name: string, bytes: Uint8Array): Uint8Array | null;
  /** PBKDF2 with HMAC (RFC 8018): `length` bytes, or null if the host has no digest of that name. Absent: it has no such function. */
  pbkdf2?(name: string, password: Uint8Array, salt: Uint8Array, rounds: number, length: number): Uint8Array | null;
}

/** What of zlib gives the same everywhere, so that the host may do it. */
export interface HostZlib {
  /** Goes on with a CRC-32 (from 0 to begin with) over more bytes; null if the host has none. */
  crc32(bytes: Uint8Array, start: number): number | null;
  /**
   * Decompresses the one stream that `input` begins with, and gives how many bytes of input that took. Null if the stream does not end
   * within `input`, gives more than `limit` bytes, is faulty or asks for a dictionary.
   */
  inflate(input: Uint8Array, format: 'zlib' | 'raw', limit: number): { readonly bytes: Uint8Array; readonly taken: number } | null;
}

/** A running digest. */
export interface HostHash {
  /** Takes more bytes. */
  update(bytes: Uint8Array): void;
  /** A hash that goes on from here by itself. */
  copy(): HostHash;
  /** The digest; the running one is of no use afterwards. */
  digest(): Uint8Array;
}

/** Thrown by a host's file, process or socket function; becomes Python's OSError. */
export interface HostErrorLike {
  readonly name: 'HostError';
  /** Symbolic errno: 'ENOENT', 'EACCES', … */
  readonly code: string;
}

/** The error to throw from a Host function. */
export class HostError extends Error implements HostErrorLike {
  override readonly name = 'HostError' as const;
  readonly code: string;
  constructor(code: string, message: string = code) {
    super(message);
    this.code = code;
  }
}

/** Result of stat, as `os.stat_result`. Times in nanoseconds. */
export interface HostStat {
  readonly mode: number;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly blksize?: number;
  readonly blocks?: number;
  readonly rdev?: bigint;
}

/** About a file system, as `os.statvfs_result`. */
export interface HostStatFs {
  readonly bsize: number;
  readonly frsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
  /** Linux's ST_* bits. */
  readonly flag: number;
  readonly namemax: number;
  readonly fsid: bigint;
}

/**
 * A POSIX-like file system over file descriptors; 0, 1 and 2 are the standard streams. Paths are strings in the host's own
 * form (`/`-separated for virtual ones). Functions throw {@link HostError}. A function left out means "not supported".
 */
export interface HostFiles {
  /** Descriptors beyond 0, 1 and 2 that the process was started with. */
  inherited?(): readonly number[];
  /** Absolute path of the working folder. */
  getcwd(): string;
  /** Changes it. ENOENT, ENOTDIR. */
  chdir?(path: string): void;
  /** `flags` are Linux's O_* bits whatever the platform. */
  open(path: string, flags: number, mode: number): number;
  /** Gives a descriptor back. EBADF. */
  close(fd: number): void;
  /**
   * Reads up to `into.length` bytes at the descriptor's position (or at `position`); 0 at the end. May return a promise for a
   * stream that has nothing yet; only `runAsync` can wait for it.
   */
  read(fd: number, into: Uint8Array, position?: number): number | Promise<number>;
  /** Writes at the descriptor's position (or at `position`) and gives how many bytes went. May be fewer than given; may be a promise, as for `read`. */
  write(fd: number, bytes: Uint8Array, position?: number): number | Promise<number>;
  /** The same at the descriptor's position, but null instead of waiting. Absent: `read` and `write` are as good. */
  readNow?(fd: number, into: Uint8Array): number | null;
  /** Writes what can be written without waiting. */
  writeNow?(fd: number, bytes: Uint8Array): number | null;
  /** Would `readNow` or `writeNow` do something (the end of a stream included)? Absent: always. */
  readable?(fd: number): boolean;
  /** Can something be written without waiting? */
  writable?(fd: number): boolean;
  /** `whence`: 0 start, 1 current, 2 end. Gives the new position. ESPIPE for streams. */
  lseek(fd: number, offset: number, whence: number): number;
  /** About an open file. EBADF. */
  fstat(fd: number): HostStat;
  /** About a file, links followed. ENOENT, ENOTDIR. */
  stat(path: string): HostStat;
  /** About a file or the link itself. ENOENT, ENOTDIR. */
  lstat(path: string): HostStat;
  /** Entries of a folder without `.` and `..`, in any order. ENOENT, ENOTDIR. */
  readdir(path: string): readonly { readonly name: string; readonly type: 'file' | 'dir' | 'link' | 'other' }[];
  /** Is it a terminal? */
  isatty?(fd: number): boolean;
  /** Cuts or fills with zeros to a length in bytes. */
  ftruncate?(fd: number, length: number): void;
  /** Waits until everything is on the disk. */
  fsync?(fd: number): void;
  /** Makes a folder; `mode` in permission bits. EEXIST, ENOENT. */
  mkdir?(path: string, mode: number): void;
  /** Removes an empty folder. ENOTEMPTY, ENOENT. */
  rmdir?(path: string): void;
  /** Removes a file or link. ENOENT, EISDIR. */
  unlink?(path: string): void;
  /** Moves, replacing a file that is there. */
  rename?(from: string, to: string): void;
  /** Makes a hard link. */
  link?(from: string, to: string): void;
  /** Makes a symbolic link at `path`. */
  symlink?(target: string, path: string): void;
  /** Where a symbolic link points. EINVAL for what is none. */
  readlink?(path: string): string;
  /** Absolute path with all links followed. ENOENT. */
  realpath?(path: string): string;
  /** Changes the permission bits. */
  chmod?(path: string, mode: number): void;
  /** Changes the owner; -1 leaves an id as it is. */
  chown?(path: string, uid: number, gid: number): void;
  /** The same of a symbolic link itself. */
  lchown?(path: string, uid: number, gid: number): void;
  /** About the file system that a file is in. */
  statfs?(path: string): HostStatFs;
  /** Makes a named pipe or device file: `mode` holds the type and the permission bits. EEXIST, ENOENT, EPERM. */
  mknod?(path: string, mode: number, device: bigint): void;
  /**
   * A path that leads to what is open as `fd`, for as long as it is open, and through a folder to what is in it: functions relative to a descriptor use
   * it (`dir_fd`), as do those that take a descriptor in place of a path. EBADF.
   */
  descriptorPath?(fd: number): string;
  /** Locks an open file among processes, or gives the lock up (null). False if another process holds it. */
  lock?(fd: number, kind: 'shared' | 'exclusive' | null): boolean;
  /** Sets the times, in nanoseconds since 1970. */
  utimes?(path: string, atimeNs: bigint, mtimeNs: bigint, followSymlinks: boolean): void;
  /** May the program do this (bits: 4 read, 2 write, 1 execute, 0 exists)? */
  access?(path: string, mode: number): boolean;
  /** A second descriptor for the same open file. EBADF. */
  dup?(fd: number): number;
  /** The same with a given number, which is closed first. Gives `to`. */
  dup2?(fd: number, to: number): number;
  /** Descriptors to read from and to write to. */
  pipe?(): readonly [number, number];
  /** On a terminal: whether keys come one by one as they are pressed, without echo and without Ctrl-C as a signal. ENOTTY. */
  rawMode?(fd: number, raw: boolean): void;
  /** How a terminal treats lines and keys: Linux's c_iflag, c_oflag, c_cflag, c_lflag, and then the 32 of c_cc. ENOTTY. */
  terminalState?(fd: number): readonly number[];
  /** Sets all of that. */
  setTerminalState?(fd: number, state: readonly number[]): void;
  /** In characters. ENOTTY. */
  terminalSize?(fd: number): { readonly columns: number; readonly lines: number };
}

/** As much of the platform's `AbortSignal` as is used, so that the contract needs no DOM types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  /** Calls back once when aborted. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Calls back no more. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Times in nanoseconds. */
export interface HostClock {
  /** Since 1970-01-01 UTC. */
  time(): bigint;
  /** Never goes back; origin arbitrary. */
  monotonic(): bigint;
  /** CPU time of the process. */
  processTime?(): bigint;
  /** Blocks; may return early, when a signal has arrived. Left out where blocking is impossible (a browser's main thread). */
  sleepSync?(ns: bigint): void;
  /** Resolves later; used by `runAsync`. */
  sleep?(ns: bigint, signal?: AbortSignalLike): Promise<void>;
  /** Minutes to add to UTC for local time at that moment, its abbreviation, and whether daylight saving is in force. */
  zone?(ns: bigint): { readonly offsetMinutes: number; readonly name: string; readonly dst: boolean };
}

/** Child processes. */
export interface HostProcesses {
  readonly pid: number;
  readonly ppid?: number;
  /** Path of the executable that runs this program again (`sys.executable`). */
  readonly executable?: string;
  /**
   * Starts a process with the given descriptors as its 0, 1, 2 (host descriptors, -1 closes) and others under their own numbers; gives
   * its pid. `args` follow the program's own name, which is `argv0` (default: `file`). `newSession`: as after setsid.
   */
  spawn?(file: string, args: readonly string[], options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly stdio: readonly [number, number, number];
    readonly inherited?: readonly number[];
    readonly argv0?: string;
    readonly newSession?: boolean;
    readonly uid?: number;
    readonly gid?: number;
    /** Supplementary groups. EPERM. */
    readonly groups?: readonly number[];
    readonly umask?: number;
  }): number;
  /** Waits for a child; undefined if `noHang` and it still runs. Status as waitpid's. */
  wait?(pid: number, noHang: boolean): { readonly pid: number; readonly status: number } | undefined | Promise<{ readonly pid: number; readonly status: number }>;
  /** Sends a signal by its number. ESRCH, EPERM. */
  kill?(pid: number, signal: number): void;
  /** Number of the user. */
  getuid?(): number;
  /** Number of the group. */
  getgid?(): number;
  /** The numbers that count for permissions; those above where they are left out. */
  geteuid?(): number;
  /** Effective group. */
  getegid?(): number;
  /** Supplementary groups. */
  getgroups?(): readonly number[];
  /** Changes who the process is, as the following do. EPERM. */
  setuid?(uid: number): void;
  /** Real and effective group. */
  setgid?(gid: number): void;
  /** Effective user. */
  seteuid?(uid: number): void;
  /** Effective group. */
  setegid?(gid: number): void;
  /** Supplementary groups. */
  setgroups?(groups: readonly number[]): void;
  /** Supplementary groups: those of the user, and `group`. */
  initgroups?(user: string, group: number): void;
  /** Sets the mask of permission bits and gives the old one. */
  umask?(mask: number): number;
  /** From -20 (soonest) to 19, of a process; 0 is this one. ESRCH. */
  getpriority?(pid: number): number;
  /** ESRCH, EACCES. */
  setpriority?(pid: number, priority: number): void;
  /** What this process has used. */
  usage?(): HostUsage;
}

/** As getrusage gives it: times in nanoseconds, memory in KiB. */
export interface HostUsage {
  readonly userTimeNs: bigint;
  readonly systemTimeNs: bigint;
  readonly maxMemory: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly blocksRead: number;
  readonly blocksWritten: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

/** Where a socket is: an IP address or a path. */
export type HostAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Stream and datagram sockets, by numbers of the host's own. Nothing here waits: what has not happened yet is null or false, and
 * `HostClock.sleepSync` wakes up when something has. Functions throw {@link HostError}.
 */
export interface HostSockets {
  /** `family` is 1 (Unix), 2 (IPv4) or 10 (IPv6), `type` 1 (stream) or 2 (datagrams). */
  open(family: number, type: number): number;
  /** Takes an address. EADDRINUSE. */
  bind(socket: number, address: HostAddress): void;
  /** Takes connections, `backlog` of them waiting. */
  listen(socket: number, backlog: number): void;
  /** The next connection. */
  accept(socket: number): number | null;
  /** Begins, or asks again: true when connected. */
  connect(socket: number, address: HostAddress): boolean;
  /** At most `count` bytes; none at the end. `peek` leaves them. */
  receive(socket: number, count: number, peek: boolean): { readonly bytes: Uint8Array; readonly from: HostAddress | null } | null;
  /** How many bytes were taken. */
  send(socket: number, bytes: Uint8Array, to: HostAddress | null): number | null;
  /** Ends one direction or both. */
  shutdown(socket: number, side: 'read' | 'write'): void;
  /** Gives the socket back. */
  close(socket: number): void;
  /** The address on this side. */
  localAddress(socket: number): HostAddress | null;
  /** Null when not connected. */
  peerAddress(socket: number): HostAddress | null;
  /** The symbolic errno of what went wrong since the last call: SO_ERROR. */
  takeError(socket: number): string | null;
  /** Is there something to read, or the end? */
  readable(socket: number): boolean;
  /** Can something be written without waiting? */
  writable(socket: number): boolean;
  /** The addresses of a name: IPv4 (`family` 2), IPv6 (10) or both (0). May block. */
  lookup(name: string, family: number): readonly string[];
}

/** Signals that arrive from outside. */
export interface HostSignals {
  /** Takes a signal from now on: calls back when it arrives, or tells through `poll`. Gives a function that ends it. */
  watch(signal: number, callback: () => void): () => void;
  /** Signals that arrived since the last call, for hosts that cannot call back while Python runs. Called between instructions: must be fast. */
  poll?(): readonly number[];
}
