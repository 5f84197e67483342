import { bury, collectGarbage, decodeUtf8, encodeUtf8, InternalError, PyBaseException } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { SqliteCode } from '@py/code';
import { callbackPointers } from './callbacks.ts';
import type { CallbackPointers } from './callbacks.ts';
import type { Handle } from './connection.ts';
import { fillTime } from './local-time.ts';
import { registerFiles } from './vfs.ts';

/* SQLite's C code and how one talks to it: memory, text, numbers of 64 bits. */

/** Result codes that are met here. */
export const SQLITE_OK = 0, SQLITE_ERROR = 1, SQLITE_INTERNAL = 2, SQLITE_BUSY = 5, SQLITE_LOCKED = 6, SQLITE_NOMEM = 7, SQLITE_IOERR = 10, SQLITE_NOTFOUND = 12, SQLITE_CANTOPEN = 14, SQLITE_TOOBIG = 18, SQLITE_MISUSE = 21, SQLITE_ROW = 100, SQLITE_DONE = 101;
/** Kinds of values. */
export const SQLITE_INTEGER = 1, SQLITE_FLOAT = 2, SQLITE_TEXT = 3, SQLITE_BLOB = 4, SQLITE_NULL = 5;
/** As a destructor: SQLite makes a copy of its own. */
export const SQLITE_TRANSIENT = -1;

/** Up to this length text is looked at character by character, which is faster than to make an array of it. */
const shortText = 200;

/** A VM's SQLite. */
export class Sqlite {
  readonly vm: VM;
  /** C's functions. */
  readonly c: SqliteCode['functions'];
  readonly callbacks: CallbackPointers;
  /** The connections that are open. */
  readonly handles = new Set<Handle>();
  /** What happened within a callback and belongs to whoever called SQLite: an exception of a collation, a limit of the run. */
  private stopped: unknown = undefined;
  private readonly code: SqliteCode;
  private bytes: Uint8Array;
  private view: DataView;
  /** Room for results through pointers: four of four bytes. */
  readonly results: number;

  constructor(vm: VM) {
    this.vm = vm;
    const make = vm.host.sqlite;
    if (make === undefined) throw new InternalError('the host has no SQLite');
    this.code = make({
      sqlite3_os_init: () => registerFiles(this),
      sqlite3_os_end: () => SQLITE_OK,
      host_localtime_r: (time, result) => fillTime(this, time, result),
    });
    this.c = this.code.functions;
    this.bytes = new Uint8Array(this.code.memory.buffer);
    this.view = new DataView(this.code.memory.buffer);
    this.callbacks = callbackPointers(this);
    this.results = this.allocate(16);
    this.c.sqlite3_initialize();
  }

  /** A C function that is written here; pointers to such are never given back. */
  pointerTo(callback: (...args: number[]) => number): number {
    return this.code.pointerTo(callback);
  }

  // ---- memory ----

  /** C's memory as bytes. Calls may make it grow: nobody may keep this across one. */
  get memory(): Uint8Array {
    this.refresh();
    return this.bytes;
  }

  /** The same for numbers, which C keeps with the low byte first. */
  get numbers(): DataView {
    this.refresh();
    return this.view;
  }

  private refresh(): void {
    const { buffer } = this.code.memory;
    if (this.bytes.buffer === buffer) return;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Memory for `size` bytes, not cleared, to be given back with `c.free`. */
  allocate(size: number): number {
    const pointer = this.c.malloc(Math.max(size, 1));
    if (pointer === 0) throw new InternalError('SQLite has no memory left');
    return pointer;
  }

  /** A copy in C's memory, with a zero behind it. */
  copy(bytes: Uint8Array): number {
    const pointer = this.allocate(bytes.length + 1);
    const { memory } = this;
    memory.set(bytes, pointer);
    memory[pointer + bytes.length] = 0;
    return pointer;
  }

  /** Runs `use` with a copy of the bytes, which is given back after that. */
  with<T>(bytes: Uint8Array, use: (pointer: number) => T): T {
    const pointer = this.copy(bytes);
    try {
      return use(pointer);
    } finally {
      this.c.free(pointer);
    }
  }

  /** Runs `use` with the text as UTF-8 and its length in bytes. Raises UnicodeEncodeError. */
  withText<T>(text: PyValue, use: (pointer: number, length: number) => T): T {
    if (typeof text === 'string' && text.length <= shortText) {
      const pointer = this.allocate(text.length + 1);
      if (this.putAscii(text, pointer)) {
        try {
          return use(pointer, text.length);
        } finally {
          this.c.free(pointer);
        }
      }
      this.c.free(pointer);
    }
    const bytes = encodeUtf8(this.vm, text);
    return this.with(bytes, (pointer) => use(pointer, bytes.length));
  }

  /** Writes the text and a zero; false if it is more than ASCII. */
  private putAscii(text: string, pointer: number): boolean {
    const { memory } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      memory[pointer + i] = code;
    }
    memory[pointer + text.length] = 0;
    return true;
  }

  /** Text of `length` bytes. Raises UnicodeDecodeError. */
  text(pointer: number, length: number): PyValue {
    if (length <= shortText) {
      const { memory } = this;
      const codes: number[] = [];
      while (codes.length < length && memory[pointer + codes.length] <= 0x7f) codes.push(memory[pointer + codes.length]);
      if (codes.length === length) return String.fromCharCode.apply(null, codes);
    }
    return decodeUtf8(this.vm, this.slice(pointer, length)).value;
  }

  /** What a call has put into {@link results}, as a pointer. */
  result(index = 0): number {
    return this.numbers.getUint32(this.results + 4 * index, true);
  }

  /** A copy of some of C's memory. */
  slice(pointer: number, length: number): Uint8Array {
    return this.memory.slice(pointer, pointer + length);
  }

  /** Text up to its zero, as bytes. */
  cBytes(pointer: number): Uint8Array {
    const { memory } = this;
    return memory.subarray(pointer, memory.indexOf(0, pointer));
  }

  /** Text up to its zero; what is not UTF-8 becomes U+FFFD. */
  cText(pointer: number): PyValue {
    return decodeUtf8(this.vm, this.cBytes(pointer), 'replace').value;
  }

  // ---- numbers of 64 bits ----

  /** What the last call gave: its result is the low half. */
  wide(low: number): number | bigint {
    const high = this.code.high() | 0;
    const small = high * 0x1_0000_0000 + (low >>> 0);
    return Number.isSafeInteger(small) ? small : (BigInt(high) << 32n) | BigInt(low >>> 0);
  }

  // ---- statements that nobody has ----

  /** Looks for cursors that have died in the middle of their rows and ends their statements, except those of connections at work; gives whether there were any. */
  releaseAbandoned(): boolean {
    if ([...this.handles].every(({ busy }) => busy.size === 0)) return false;
    bury(this.vm, collectGarbage(this.vm));
    return [...this.handles].map((handle) => handle.releaseAbandoned()).includes(true);
  }

  // ---- callbacks ----

  /** Has anything been kept by {@link stop}? */
  get isStopped(): boolean {
    return this.stopped !== undefined;
  }

  /** Runs a callback's Python code; a Python exception is given to `failed`, whatever else ends the run waits until SQLite has come back (null). */
  guard(run: () => number, failed: (error: PyBaseException | null) => number): number {
    try {
      return run();
    } catch (error) {
      if (error instanceof PyBaseException) return failed(error);
      this.stop(error);
      return failed(null);
    }
  }

  /** Keeps what must not be thrown through C until SQLite has come back. */
  stop(error: unknown): void {
    this.stopped ??= error;
  }

  /** To be called when SQLite has come back from where it may have called Python. */
  resume(): void {
    const { stopped } = this;
    if (stopped === undefined) return;
    this.stopped = undefined;
    throw stopped;
  }
}
