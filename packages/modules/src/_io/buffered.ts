import {
  PyBaseException, PyByteArray, PyBytes, asIndex, call, callMethod, exceptionTypes, getAttr, lookupAttr, memoryviewType, newException, None, typeError,
  typeOf, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { DEFAULT_BUFFER_SIZE, InputPending, blockingError, pend, unwritten } from './common.ts';
import { PyIOBase, isClosed, joinBytes } from './base.ts';
import { PyFileIO, fileIOType } from './fileio.ts';
import { forgetStream, watchStream } from './unclosed.ts';

/* What the buffered streams do to the stream below (CPython 3.12: Modules/_io/bufferedio.c). */

const noBytes = new Uint8Array(0);

/** Bytes on their way to a stream below. They outlive the stream that holds them. */
class PendingBytes {
  bytes: Uint8Array = noBytes;
  length = 0;
  /** Where they go; null if that is a stream written in Python. */
  file: PyFileIO | null = null;

  /** The host's descriptor. */
  get fd(): number {
    return this.file === null ? -1 : this.file.fd;
  }

  add(bytes: Uint8Array, atMost: number): void {
    const length = this.length + bytes.length;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(Math.min(atMost, Math.max(256, 2 * length)), length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(bytes, this.length);
    this.length = length;
  }

  /** So many have been written; null is none, for they would have to wait. */
  take(count: number | null): void {
    if (count === null) throw blockingError('write could not complete without blocking', 0);
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }

  flushPending(vm: VM): void {
    while (this.length > 0) this.take((this.file as PyFileIO).writeFrom(vm, this.bytes.subarray(0, this.length)));
    unwritten(vm).delete(this);
  }
}

/** BufferedReader, BufferedWriter or BufferedRandom: bytes read ahead, and bytes not yet written; never both. */
export class PyBuffered extends PyIOBase {
  /** The stream below; null before `__init__` and after `detach()`. */
  raw: PyValue | null;
  /** The same when it is exactly a FileIO: then no Python code can see the calls. */
  file: PyFileIO | null;
  detached: boolean;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  bufferSize: number;
  /** Read ahead: from `readAt` to `readEnd`. */
  private ahead: Uint8Array;
  private readAt: number;
  private readEnd: number;
  private readonly pending: PendingBytes;

  constructor(cls: PyType, canRead: boolean, canWrite: boolean) {
    super(cls);
    this.raw = null;
    this.file = null;
    this.detached = false;
    this.canRead = canRead;
    this.canWrite = canWrite;
    this.bufferSize = DEFAULT_BUFFER_SIZE;
    this.ahead = noBytes;
    this.readAt = 0;
    this.readEnd = 0;
    this.pending = new PendingBytes();
  }

  attach(vm: VM, raw: PyValue, bufferSize: number): void {
    this.raw = raw;
    this.file = raw instanceof PyFileIO && raw.cls === fileIOType ? raw : null;
    this.detached = false;
    this.bufferSize = bufferSize;
    this.pending.file = this.file;
    this.drop();
    watchStream(vm, this);
  }

  /** Forgets everything that is buffered. */
  drop(): void {
    this.ahead = noBytes;
    this.readAt = this.readEnd = 0;
    this.pending.bytes = noBytes;
    this.pending.length = 0;
  }

  /** The stream below. Raises ValueError when there is none. */
  get below(): PyValue {
    if (this.raw !== null) return this.raw;
    throw valueError(this.detached ? 'raw stream has been detached' : 'I/O operation on uninitialized object');
  }

  isClosed(vm: VM): boolean {
    const raw = this.below;
    return this.file !== null ? this.file.fd < 0 : isClosed(vm, raw);
  }

  /** Raises when the stream is closed; `what` as in "read of closed file". */
  checkOpen(vm: VM, what: string): void {
    if (this.isClosed(vm)) throw valueError(what);
  }

  /** Bytes read ahead. */
  get available(): number {
    return this.readEnd - this.readAt;
  }

  /** Shows the bytes read ahead. */
  get lookAhead(): Uint8Array {
    return this.ahead.subarray(this.readAt, this.readEnd);
  }

  /** What the stream below, written in Python, has read for a method that starts again. */
  private earlier: { readonly bytes: Uint8Array; readonly result: PyValue } | null = null;

  private earlierAll: PyValue | null = null;

  private take(count: number): Uint8Array {
    const bytes = this.ahead.slice(this.readAt, this.readAt + count);
    this.readAt += count;
    return bytes;
  }

  /** Puts bytes back in front of those read ahead. */
  private putBack(chunks: readonly Uint8Array[]): void {
    this.ahead = joinBytes([...chunks, this.lookAhead]);
    this.readAt = 0;
    this.readEnd = this.ahead.length;
  }

  /** One read of the stream below; null when it has nothing without waiting. */
  rawRead(vm: VM, into: Uint8Array): number | null {
    if (this.file !== null) return this.file.readInto(vm, into);
    const result = this.readByPython(vm, into);
    if (result === None) return null;
    if (typeOf(result).nb_index === undefined) {
      const error = newException(exceptionTypes.OSError, 'raw readinto() failed');
      error.cause = error.context = typeError(`'${typeOf(result).tpName}' object cannot be interpreted as an integer`);
      throw error;
    }
    const count = rawCount(vm, result);
    if (count < 0 || count > into.length) {
      throw newException(exceptionTypes.OSError, `raw readinto() returned invalid length ${count} (should have been between 0 and ${into.length})`);
    }
    return count;
  }

  /** Calls the `readinto` of a stream written in Python. The method that wants the bytes may start again when they are there. */
  private readByPython(vm: VM, into: Uint8Array): PyValue {
    const { earlier } = this;
    if (earlier !== null) {
      this.earlier = null;
      into.set(earlier.bytes.subarray(0, into.length));
      return earlier.result;
    }
    const view = call(vm, memoryviewType, [new PyByteArray(into)]);
    const method = getAttr(vm, this.below, 'readinto');
    pend(vm, { kind: 'call', method, args: [view], take: (result) => (this.earlier = { bytes: into, result }) });
    return call(vm, method, [view]);
  }

  private rawWrite(vm: VM, bytes: Uint8Array): number | null {
    if (this.file !== null) return this.file.writeFrom(vm, bytes);
    const view = call(vm, memoryviewType, [new PyBytes(bytes.slice())]);
    const result = callMethod(vm, this.below, 'write', [view]);
    if (result === None) return null;
    const count = rawCount(vm, result);
    if (count < 0 || count > bytes.length) {
      throw newException(exceptionTypes.OSError, `raw write() returned invalid length ${count} (should have been between 0 and ${bytes.length})`);
    }
    return count;
  }

  /** Reads once into the buffer, which is empty. */
  fill(vm: VM): number | null {
    if (this.canWrite) this.flushPending(vm);
    this.readAt = this.readEnd = 0;
    if (this.ahead.length !== this.bufferSize) this.ahead = new Uint8Array(this.bufferSize);
    const count = this.rawRead(vm, this.ahead);
    this.readEnd = count ?? 0;
    return count;
  }

  /** Up to `count` bytes, as many reads as that takes; null when there is nothing without waiting. */
  read(vm: VM, count: number): Uint8Array | null {
    if (count <= this.available) return this.take(count);
    const chunks: Uint8Array[] = [];
    let missing = count - this.available;
    if (this.available > 0) chunks.push(this.take(this.available));
    if (this.canWrite) this.flushPending(vm);
    try {
      while (missing > 0) {
        const got = missing >= this.bufferSize ? this.readDirectly(vm, chunks, missing) : this.fill(vm);
        if (got === null && chunks.length === 0) return null;
        if (got === null || got === 0) break;
        if (missing < this.bufferSize) chunks.push(this.take(Math.min(missing, this.available)));
        missing = count - chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      }
    } catch (error) {
      if (error instanceof InputPending) this.putBack(chunks);
      throw error;
    }
    return joinBytes(chunks);
  }

  /** Reads past the buffer: whole buffers only, so that the stream below sees the sizes it likes. */
  private readDirectly(vm: VM, chunks: Uint8Array[], missing: number): number | null {
    const size = missing - (missing % this.bufferSize);
    vm.allocate(size);
    const chunk = new Uint8Array(size);
    const got = this.rawRead(vm, chunk);
    if (got !== null && got > 0) chunks.push(got === size ? chunk : chunk.subarray(0, got));
    return got;
  }

  /** Everything to the end; null when there is nothing without waiting. */
  readAll(vm: VM): Uint8Array | null {
    const chunks: Uint8Array[] = this.available > 0 ? [this.take(this.available)] : [];
    if (this.canWrite) this.flushPending(vm);
    try {
      const rest = this.file !== null ? this.file.readAll(vm) : this.rawReadAll(vm, chunks);
      if (rest === null) return chunks.length === 0 ? null : joinBytes(chunks);
      if (rest.length > 0 || chunks.length === 0) chunks.push(rest);
    } catch (error) {
      if (error instanceof InputPending) this.putBack(chunks);
      throw error;
    }
    return joinBytes(chunks);
  }

  private rawReadAll(vm: VM, chunks: Uint8Array[]): Uint8Array | null {
    const raw = this.below;
    const { earlierAll } = this;
    if (earlierAll !== null) {
      this.earlierAll = null;
      return optionalBytes(earlierAll, 'readall');
    }
    const readall = lookupAttr(vm, raw, 'readall');
    if (readall !== undefined) {
      pend(vm, { kind: 'call', method: readall, args: [], take: (result) => (this.earlierAll = result) });
      return optionalBytes(call(vm, readall, []), 'readall');
    }
    for (;;) {
      const bytes = optionalBytes(callMethod(vm, raw, 'read'), 'read');
      if (bytes === null && chunks.length === 0) return null;
      if (bytes === null || bytes.length === 0) return noBytes;
      chunks.push(bytes);
    }
  }

  /** What one read gives, or what is there. */
  read1(vm: VM, size: number): Uint8Array {
    const wanted = size < 0 ? this.bufferSize : size;
    if (wanted === 0) return noBytes;
    if (this.available > 0) return this.take(Math.min(wanted, this.available));
    if (this.canWrite) this.flushPending(vm);
    vm.allocate(wanted);
    const into = new Uint8Array(wanted);
    const got = this.rawRead(vm, into) ?? 0;
    return got === wanted ? into : into.slice(0, got);
  }

  /** Fills memory by as many reads as that takes, or by one. */
  readInto(vm: VM, into: Uint8Array, once: boolean): number | null {
    let filled = 0;
    try {
      while (filled < into.length) {
        if (this.available > 0) {
          const part = this.take(Math.min(this.available, into.length - filled));
          into.set(part, filled);
          filled += part.length;
          continue;
        }
        const direct = into.length - filled > this.bufferSize;
        // One read is enough, and none is made for the buffer when there is something to give.
        if (once && filled > 0 && !direct) break;
        if (this.canWrite) this.flushPending(vm);
        const got = direct ? this.rawRead(vm, into.subarray(filled)) : this.fill(vm);
        if (got === null && filled === 0) return null;
        if (got === null || got === 0) break;
        if (direct) filled += got;
        if (direct && once) break;
      }
    } catch (error) {
      if (error instanceof InputPending && filled > 0) this.putBack([into.slice(0, filled)]);
      throw error;
    }
    return filled;
  }

  /** A line of at most `limit` bytes (-1: any number), its end included. */
  readLine(vm: VM, limit: number): Uint8Array {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for (;;) {
        const rest = limit < 0 ? this.available : Math.min(this.available, limit - length);
        const newline = this.ahead.subarray(this.readAt, this.readAt + rest).indexOf(10);
        if (newline >= 0) {
          const line = this.take(newline + 1);
          return chunks.length === 0 ? line : joinBytes([...chunks, line]);
        }
        if (rest > 0) chunks.push(this.take(rest));
        length += rest;
        if (limit >= 0 && length >= limit) break;
        if (!this.fill(vm)) break;
      }
    } catch (error) {
      if (error instanceof InputPending) this.putBack(chunks);
      throw error;
    }
    return joinBytes(chunks);
  }

  write(vm: VM, bytes: Uint8Array): number {
    if (this.available > 0) this.undoReadAhead(vm);
    if (this.pending.length + bytes.length <= this.bufferSize) {
      this.keep(vm, bytes);
      return bytes.length;
    }
    if (!this.makeRoom(vm, bytes)) return bytes.length;
    let written = 0;
    while (bytes.length - written > this.bufferSize) {
      const count = this.rawWrite(vm, bytes.subarray(written));
      if (count === null) {
        this.keep(vm, bytes.subarray(written, written + this.bufferSize));
        throw blockingError('write could not complete without blocking', written + this.bufferSize);
      }
      written += count;
    }
    this.keep(vm, bytes.subarray(written));
    return bytes.length;
  }

  /** Writes out what is pending. If that would block, takes what there is room for: false where that was all, else an error says how much it was. */
  private makeRoom(vm: VM, bytes: Uint8Array): boolean {
    try {
      this.flushPending(vm);
      return true;
    } catch (error) {
      if (!(error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.BlockingIOError))) throw error;
      const room = this.bufferSize - this.pending.length;
      this.keep(vm, bytes.subarray(0, room));
      if (room < bytes.length) throw blockingError('write could not complete without blocking', room);
      return false;
    }
  }

  private keep(vm: VM, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.pending.length === 0 && this.file !== null) unwritten(vm).add(this.pending);
    this.pending.add(bytes, this.bufferSize);
  }

  /** Writes everything pending. */
  flushPending(vm: VM): void {
    const { pending } = this;
    if (this.file !== null) pending.flushPending(vm);
    else while (pending.length > 0) pending.take(this.rawWrite(vm, pending.bytes.subarray(0, pending.length)));
  }

  /** Brings the stream below to where the program is. */
  undoReadAhead(vm: VM): void {
    const back = this.available;
    this.readAt = this.readEnd = 0;
    if (back > 0) this.rawSeek(vm, -back, 1);
  }

  rawSeek(vm: VM, offset: number, whence: number): number {
    if (this.file !== null) return this.file.seek(vm, offset, whence);
    return position(vm, callMethod(vm, this.below, 'seek', [offset, whence]));
  }

  private rawTell(vm: VM): number {
    if (this.file !== null) return this.file.seek(vm, 0, 1);
    return position(vm, callMethod(vm, this.below, 'tell'));
  }

  tell(vm: VM): number {
    return this.rawTell(vm) + this.pending.length - this.available;
  }

  seek(vm: VM, target: number, whence: number): number {
    if (whence !== 2 && this.canRead && this.available > 0) {
      const current = this.rawTell(vm) - this.available;
      const offset = whence === 0 ? target - current : target;
      if (offset >= -this.readAt && offset <= this.available) {
        this.readAt += offset;
        return current + offset;
      }
    }
    if (this.canWrite) this.flushPending(vm);
    const reached = this.rawSeek(vm, whence === 1 ? target - this.available : target, whence);
    this.readAt = this.readEnd = 0;
    return reached;
  }

  /** Nothing is left to write when the stream is closed, whatever became of it. */
  forget(vm: VM): void {
    forgetStream(vm, this);
    unwritten(vm).delete(this.pending);
    this.drop();
  }
}

function optionalBytes(result: PyValue, method: string): Uint8Array | null {
  if (result === None) return null;
  if (!(result instanceof PyBytes)) throw typeError(`${method}() should return bytes`);
  return result.bytes;
}

function rawCount(vm: VM, value: PyValue): number {
  return Number(asIndex(vm, value));
}

function position(vm: VM, value: PyValue): number {
  const at = Number(asIndex(vm, value));
  if (at < 0) throw newException(exceptionTypes.OSError, `Raw stream returned invalid position ${at}`);
  return at;
}

/** `<_io.BufferedReader name='x'>`: the name is the raw stream's, if it has one. */
export function streamName(vm: VM, self: PyValue): PyValue | undefined {
  try {
    return lookupAttr(vm, self, 'name');
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.isSubtypeOf(exceptionTypes.ValueError)) return undefined;
    throw error;
  }
}
