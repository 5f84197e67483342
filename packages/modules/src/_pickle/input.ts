import { call, eachByteText, eofError, exceptionTypes, PyBaseException, PyBytes, reprText, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { unpicklingError } from './support.ts';

/** Bytes looked at ahead in files that can be looked into. */
const prefetch = 128 * 1024;

/** So many bytes are made into a text at once, to cut short texts out of it. */
const pieceLength = 4096;

/** The methods of the file that a pickle is read from. */
export interface InputFile {
  readonly read: PyValue;
  readonly readline: PyValue;
  readonly readinto: PyValue | null;
  peek: PyValue | null;
}

/** Where an unpickler reads: bytes in memory, more of which come from a file if there is one. */
export class Input {
  bytes: Uint8Array = new Uint8Array(0);
  private view: DataView | null = null;
  /** Next byte to read. */
  at = 0;
  /** Bytes up to here have been read from the file; those beyond were only looked at. */
  private consumed = 0;
  file: InputFile | null = null;
  /** A piece of `bytes` as text, and where it begins. */
  private piece = '';
  private pieceAt = 0;

  /** Makes sure that `count` bytes are there and gives the position of the first. */
  take(vm: VM, count: number): number {
    const { at } = this;
    if (at + count <= this.bytes.length) {
      this.at = at + count;
      return at;
    }
    return this.takeMore(vm, count);
  }

  byte(vm: VM): number {
    const at = this.take(vm, 1); // May replace `bytes`.
    return this.bytes[at];
  }

  private takeMore(vm: VM, count: number): number {
    if (this.file === null || !Number.isSafeInteger(this.at + count)) throw unpicklingError('pickle data was truncated');
    this.refill(vm, count);
    if (this.bytes.length < count) throw unpicklingError('pickle data was truncated');
    this.at = count;
    return 0;
  }

  /** A line with its end, or what is left. */
  line(vm: VM): Uint8Array {
    const end = this.bytes.indexOf(10, this.at);
    if (end >= 0) {
      const line = this.bytes.subarray(this.at, end + 1);
      this.at = end + 1;
      return line;
    }
    if (this.file === null) throw unpicklingError('pickle data was truncated');
    this.skipConsumed(vm);
    const rest = this.bytes.subarray(this.at, this.consumed);
    const more = bytesRead(vm, call(vm, this.file.readline));
    const line = new Uint8Array(rest.length + more.length);
    line.set(rest);
    line.set(more, rest.length);
    this.set(new Uint8Array(0));
    if (line.length < 1 || line[line.length - 1] !== 10) throw unpicklingError('pickle data was truncated');
    return line;
  }

  /** A big-endian double. */
  double(vm: VM): number {
    const at = this.take(vm, 8);
    this.view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.view.getFloat64(at, false);
  }

  /** `count` bytes copied out; large ones straight from the file. */
  copy(vm: VM, count: number): Uint8Array {
    const at = this.take(vm, count);
    return this.bytes.slice(at, at + count);
  }

  /** The text of a few bytes, which are ASCII. */
  cut(start: number, end: number): string {
    if (start < this.pieceAt || end > this.pieceAt + this.piece.length) {
      this.pieceAt = start;
      this.piece = eachByteText(this.bytes.subarray(start, start + pieceLength));
    }
    return this.piece.substring(start - this.pieceAt, end - this.pieceAt);
  }

  /** Tells the file which of the bytes that were looked at have been used. */
  skipConsumed(vm: VM): void {
    const used = this.at - this.consumed;
    if (used <= 0 || this.file === null) return;
    bytesRead(vm, call(vm, this.file.read, [used]));
    this.consumed = this.at;
  }

  private set(bytes: Uint8Array, consumed = bytes.length): void {
    this.bytes = bytes;
    this.piece = '';
    this.view = null;
    this.at = 0;
    this.consumed = consumed;
  }

  /** Reads on; what is left unread comes first. */
  private refill(vm: VM, count: number): void {
    const file = this.file as InputFile; // The caller has looked.
    this.skipConsumed(vm);
    // Bytes that are the unpickler's already (the rest of a frame), and those that the file must give.
    const rest = this.bytes.subarray(this.at, Math.max(this.at, this.consumed));
    const wanted = count - rest.length;
    if (file.peek !== null && rest.length === 0) {
      const seen = this.peek(vm, file);
      if (seen !== null && seen.length >= wanted) return this.set(seen, 0);
    }
    const data = bytesRead(vm, call(vm, file.read, [wanted]));
    if (rest.length === 0) return this.set(data);
    const all = new Uint8Array(rest.length + data.length);
    all.set(rest);
    all.set(data, rest.length);
    this.set(all);
  }

  private peek(vm: VM, file: InputFile): Uint8Array | null {
    try {
      return bytesRead(vm, call(vm, file.peek as PyValue, [prefetch]));
    } catch (error) {
      if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(exceptionTypes.NotImplementedError)) throw error;
      file.peek = null;
      return null;
    }
  }
}

function bytesRead(vm: VM, value: PyValue): Uint8Array {
  if (value instanceof PyBytes) return value.bytes;
  throw valueError(`read() returned non-bytes object (${reprText(vm, value)})`);
}

/** The first opcode of a pickle, or a later one: where there is nothing left, EOFError. */
export function opcode(vm: VM, input: Input): number {
  if (input.at < input.bytes.length) return input.bytes[input.at++];
  try {
    return input.byte(vm);
  } catch (error) {
    if (error instanceof PyBaseException && error.cls.name === 'UnpicklingError') throw eofError('Ran out of input');
    throw error;
  }
}
