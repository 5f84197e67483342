import type { CodeObject } from './code-object.ts';

/** Source text to code object: the front end as the VM, the importer and `compile()` see it. Throws PySyntaxError. */
export type Compile = (source: string | Uint8Array, options: CompileRequest) => CodeObject;

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
  readPycHeader(bytes: Uint8Array, name: string): PycHeader;
  /** Throws if a header does not fit the source. Only what the header's kind needs is looked at. */
  checkPycHeader(header: PycHeader, source: { readonly mtime?: number; readonly size?: number; readonly hash?: Uint8Array }, name: string): void;
  readPyc(bytes: Uint8Array, options?: { readonly name?: string; readonly path?: string }): { readonly header: PycHeader; readonly code: CodeObject };
  writePyc(code: CodeObject, header: PycHeader): Uint8Array;
  sourceHash(source: Uint8Array): Uint8Array;
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
  findSpec(name: string, path?: readonly string[]): ModuleSpec | null;
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
  readonly processes?: HostProcesses;
  readonly sockets?: HostSockets;
  readonly signals?: HostSignals;
  /**
   * Runs a full collection of garbage, here and now: after it a JavaScript WeakRef to what nothing else holds gives undefined, even one
   * that was looked at in this job. Left out where the engine offers none.
   */
  readonly collectGarbage?: () => void;
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

/**
 * A POSIX-like file system over file descriptors; 0, 1 and 2 are the standard streams. Paths are strings in the host's own
 * form (`/`-separated for virtual ones). Functions throw {@link HostError}. A function left out means "not supported".
 */
export interface HostFiles {
  getcwd(): string;
  chdir?(path: string): void;
  /** `flags` are Linux's O_* bits whatever the platform. */
  open(path: string, flags: number, mode: number): number;
  close(fd: number): void;
  /**
   * Reads up to `into.length` bytes at the descriptor's position (or at `position`); 0 at the end. May return a promise for a
   * stream that has nothing yet; only `runAsync` can wait for it.
   */
  read(fd: number, into: Uint8Array, position?: number): number | Promise<number>;
  write(fd: number, bytes: Uint8Array, position?: number): number | Promise<number>;
  /** The same at the descriptor's position, but null instead of waiting. Absent: `read` and `write` are as good. */
  readNow?(fd: number, into: Uint8Array): number | null;
  writeNow?(fd: number, bytes: Uint8Array): number | null;
  /** Would `readNow` or `writeNow` do something (the end of a stream included)? Absent: always. */
  readable?(fd: number): boolean;
  writable?(fd: number): boolean;
  /** `whence`: 0 start, 1 current, 2 end. Gives the new position. ESPIPE for streams. */
  lseek(fd: number, offset: number, whence: number): number;
  fstat(fd: number): HostStat;
  stat(path: string): HostStat;
  lstat(path: string): HostStat;
  readdir(path: string): readonly { readonly name: string; readonly type: 'file' | 'dir' | 'link' | 'other' }[];
  isatty?(fd: number): boolean;
  ftruncate?(fd: number, length: number): void;
  fsync?(fd: number): void;
  mkdir?(path: string, mode: number): void;
  rmdir?(path: string): void;
  unlink?(path: string): void;
  rename?(from: string, to: string): void;
  link?(from: string, to: string): void;
  symlink?(target: string, path: string): void;
  readlink?(path: string): string;
  realpath?(path: string): string;
  chmod?(path: string, mode: number): void;
  chown?(path: string, uid: number, gid: number): void;
  utimes?(path: string, atimeNs: bigint, mtimeNs: bigint, followSymlinks: boolean): void;
  access?(path: string, mode: number): boolean;
  dup?(fd: number): number;
  dup2?(fd: number, to: number): number;
  pipe?(): readonly [number, number];
  terminalSize?(fd: number): { readonly columns: number; readonly lines: number };
}

/** As much of the platform's `AbortSignal` as is used, so that the contract needs no DOM types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
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
  }): number;
  /** Waits for a child; undefined if `noHang` and it still runs. Status as waitpid's. */
  wait?(pid: number, noHang: boolean): { readonly pid: number; readonly status: number } | undefined | Promise<{ readonly pid: number; readonly status: number }>;
  kill?(pid: number, signal: number): void;
  getuid?(): number;
  getgid?(): number;
  umask?(mask: number): number;
}

/** Stream and datagram sockets; details belong to `_socket` of @py/modules. */
export interface HostSockets {
  socket(family: number, type: number, protocol: number): number;
  [operation: string]: unknown;
}

/** Signals that arrive from outside. */
export interface HostSignals {
  /** Takes a signal from now on: calls back when it arrives, or tells through `poll`. Gives a function that ends it. */
  watch(signal: number, callback: () => void): () => void;
  /** Signals that arrived since the last call, for hosts that cannot call back while Python runs. Called between instructions: must be fast. */
  poll?(): readonly number[];
}
