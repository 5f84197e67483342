import {
  type ZStream, Z_BUF_ERROR, Z_DATA_ERROR, Z_FINISH, Z_NEED_DICT, Z_OK, Z_STREAM_END, Z_STREAM_ERROR, Z_SYNC_FLUSH, zlibDeflate, zlibInflate, zlibInflateSetDictionary,
} from 'pako';
import { defineType, exceptionTypes, newException, strFromJS } from '@py/vm/native';
import type { PyBaseException, PyType, VM } from '@py/vm/native';
import { adler32 } from './adler32.ts';
import { inflateWhole, newInflateTables } from './inflate.ts';

/* zlib's streams (npm pako, a port of zlib itself) with growing output. */

export const errorType: PyType = defineType('error', { module: 'zlib', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasWeakref: true });
export const zlibError = (message: string): PyBaseException => newException(errorType, strFromJS(message));

const meanings: ReadonlyMap<number, string> = new Map([[Z_BUF_ERROR, 'incomplete or truncated stream'], [Z_STREAM_ERROR, 'inconsistent stream state'], [Z_DATA_ERROR, 'invalid input data']]);

/** The error that a status of zlib comes to; `doing` as in "while compressing data". */
export function statusError(stream: ZStream | null, status: number, doing: string): PyBaseException {
  const message = stream !== null && stream.msg !== '' ? stream.msg : meanings.get(status);
  return zlibError(`Error ${status} ${doing}${message === undefined ? '' : `: ${message}`}`);
}

/** Output that zlib writes into, piece by piece. */
class Output {
  private readonly pieces: Uint8Array[] = [];
  private size = 0;
  private readonly stream: ZStream;
  private readonly limit: number;
  private readonly sizes: readonly number[] | null;
  /** Pieces of these sizes, or each as large as all before. */
  constructor(stream: ZStream, first: number, limit: number, sizes: readonly number[] | null = null) {
    this.stream = stream;
    this.limit = limit;
    this.sizes = sizes;
    this.piece(Math.min(first, limit));
  }

  private piece(size: number): void {
    this.stream.output = new Uint8Array(size);
    this.stream.next_out = 0;
    this.stream.avail_out = size;
  }

  /** Makes room where there is none left; false at the limit. */
  grow(vm: VM): boolean {
    if (this.stream.avail_out > 0) return true;
    this.pieces.push(this.stream.output);
    this.size += this.stream.output.length;
    const { sizes } = this;
    const wanted = sizes === null ? Math.min(this.size, 1 << 22) : sizes[Math.min(this.pieces.length, sizes.length - 1)];
    const size = Math.min(wanted, this.limit - this.size);
    vm.allocate(size);
    this.piece(size);
    return size > 0;
  }

  bytes(): Uint8Array {
    const last = this.stream.output.subarray(0, this.stream.next_out);
    if (this.pieces.length === 0) return last.slice();
    const all = new Uint8Array(this.size + last.length);
    let at = 0;
    for (const piece of [...this.pieces, last]) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

function give(stream: ZStream, input: Uint8Array): void {
  stream.input = input;
  stream.next_in = 0;
  stream.avail_in = input.length;
}

/** What one step came to; `status` is that of its last call. */
export interface Step {
  readonly bytes: Uint8Array;
  readonly status: number;
}

/** CPython's pieces of output (Include/internal/pycore_blocks_output_buffer.h): at level 0 a block ends where a piece does. */
const outputSizes: readonly number[] = [32, 64, 256, 1024, 4096, 8192, 16384, 16384, 32768].map((size) => size * 1024);

/** Compresses until all input is taken and nothing more comes. */
export function deflateAll(vm: VM, stream: ZStream, input: Uint8Array, flush: 0 | 1 | 2 | 3 | 4 | 5 | 6): Step {
  vm.charge(input.length);
  give(stream, input);
  const output = new Output(stream, outputSizes[0], Infinity, outputSizes);
  let status: number;
  do {
    output.grow(vm);
    status = zlibDeflate(stream, flush);
  } while (stream.avail_out === 0 && status !== Z_STREAM_ERROR);
  return { bytes: output.bytes(), status };
}

/** Decompresses until the input or the room, `limit` bytes, is used up, or the stream ends. What was not taken is left in the stream. */
export function inflateSome(vm: VM, stream: ZStream, input: Uint8Array, limit: number, dictionary: Uint8Array | null, finish = false, first = 16384): Step {
  vm.charge(input.length);
  give(stream, input);
  const output = new Output(stream, Math.max(1, first), limit);
  for (;;) {
    let status: number = zlibInflate(stream, finish ? Z_FINISH : Z_SYNC_FLUSH);
    if (status === Z_NEED_DICT && dictionary !== null) {
      const set = zlibInflateSetDictionary(stream, dictionary);
      if (set !== Z_OK) throw statusError(stream, set, 'while setting zdict');
      status = Z_OK;
      if (stream.avail_in > 0) continue;
    }
    const goesOn = (status === Z_OK || status === Z_BUF_ERROR) && stream.avail_out === 0;
    if (!goesOn || !output.grow(vm)) return { bytes: output.bytes(), status };
  }
}

/** Less input than this is not worth the host's call. */
const worthTheHost = 512;

/** A whole stream decompressed at once, if that can be done: else null, and what is wrong with it is still to be found out. */
export function inflateAtOnce(vm: VM, input: Uint8Array, wbits: number): { readonly bytes: Uint8Array; readonly taken: number } | null {
  if (Math.abs(wbits) !== 15) return null;
  const { zlib } = vm.host;
  vm.charge(input.length);
  const limit = Math.min(vm.budget === null ? Infinity : vm.budget.memory - vm.allocated, 1 << 30);
  if (limit <= 0) return null;
  const format = wbits < 0 ? 'raw' : 'zlib';
  const result = input.length < worthTheHost ? inflateLittle(vm, input, format, limit) : (zlib?.inflate(input, format, limit) ?? null);
  if (result !== null) vm.allocate(result.bytes.length);
  return result;
}

function inflateLittle(vm: VM, input: Uint8Array, format: 'raw' | 'zlib', limit: number): { readonly bytes: Uint8Array; readonly taken: number } | null {
  const tables = vm.state('inflate', newInflateTables);
  if (format === 'raw') {
    const raw = inflateWhole(input, 0, limit, tables);
    return raw === null ? null : { bytes: raw.bytes, taken: raw.end };
  }
  // Deflate in a window of 32 KB, without a dictionary.
  if (input.length < 6 || input[0] !== 0x78 || (input[0] * 256 + input[1]) % 31 !== 0 || (input[1] & 32) !== 0) return null;
  const inflated = inflateWhole(input, 2, limit, tables);
  if (inflated === null) return null;
  const { bytes, end } = inflated;
  const sum = adler32(bytes, 1);
  for (let i = 0; i < 4; i++) if (input[end + i] !== ((sum >>> (24 - 8 * i)) & 255)) return null;
  return { bytes, taken: end + 4 };
}

/** Input that a stream has not taken. */
export const rest = (stream: ZStream): Uint8Array => stream.input.slice(stream.next_in, stream.next_in + stream.avail_in);

/** A stream in the same state that goes its own way. */
export function copyStream(stream: ZStream): ZStream {
  const copies = new Map<object, object>();
  const copy = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known as T; // A copy has its original's type.
    if (value instanceof ArrayBuffer) {
      const buffer = value.slice(0);
      copies.set(value, buffer);
      return buffer as T & ArrayBuffer;
    }
    if (ArrayBuffer.isView(value)) {
      const view = value as unknown as Uint8Array; // Or another array of numbers, made the same way.
      const made = new (view.constructor as typeof Uint8Array)(copy(view.buffer as ArrayBuffer), view.byteOffset, view.length);
      copies.set(value, made);
      return made as unknown as T;
    }
    const made = (Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value) as object | null)) as Record<string, unknown>;
    copies.set(value, made);
    for (const [key, field] of Object.entries(value)) made[key] = copy(field as unknown);
    return made as T;
  };
  return copy(stream);
}

export { Z_STREAM_END };
