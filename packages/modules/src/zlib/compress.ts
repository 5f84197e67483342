import { ZStream, Z_BUF_ERROR, Z_DEFAULT_STRATEGY, Z_FINISH, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_STREAM_ERROR, zlibDeflateInit2, zlibDeflateSetDictionary } from 'pako';
import { asIndex, bufferBytes, copyBytes, defineType, memoryError, native, None, overflowError, PyBytes, PyObject, TypeFlag, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { checksum } from '../binascii.ts';
import { adler32 } from './adler32.ts';
import { Deflater, newTables, type DeflateTables, type Ending } from './deflate.ts';
import { copyStream, deflateAll, statusError, zlibError } from './stream.ts';

/* Compression (CPython 3.12: Modules/zlibmodule.c). */

export const maxWbits = 15, deflated = 8, defaultMemLevel = 8;
/** The same window, in gzip's container. */
const gzipWbits = maxWbits + 16, defaultLevel = 6;

/** A C int, with a default. */
export function int(vm: VM, value: PyValue | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const index = asIndex(vm, value);
  if (typeof index === 'bigint' || index > 0x7fff_ffff || index < -0x8000_0000) throw overflowError('Python int too large to convert to C int');
  return index;
}

/** compress(data, /, level=-1, wbits=15) */
export function compress(vm: VM, data: PyValue, level: PyValue | undefined, wbits: PyValue | undefined): PyValue {
  const input = bufferBytes(vm, data);
  const effort = int(vm, level, -1);
  const bits = int(vm, wbits, maxWbits);
  if (isOurs(effort, bits)) return new PyBytes(compressWhole(vm, input, effort < 0 ? defaultLevel : effort, bits));
  const stream = new ZStream();
  const status = zlibDeflateInit2(stream, effort, deflated, bits, defaultMemLevel, Z_DEFAULT_STRATEGY, true);
  if (status === Z_STREAM_ERROR) throw zlibError('Bad compression level');
  if (status !== Z_OK) throw memoryError('Out of memory while compressing data');
  const step = deflateAll(vm, stream, input, Z_FINISH);
  if (step.status !== Z_STREAM_END) throw statusError(stream, step.status, 'while compressing data');
  return new PyBytes(step.bytes);
}

/** Is it a level and a window that {@link Deflater} knows? */
const isOurs = (level: number, wbits: number): boolean => level >= -1 && level <= 9 && level !== 0 && (Math.abs(wbits) === maxWbits || wbits === gzipWbits);

/** All input as one stream in the container that `wbits` asks for. */
function compressWhole(vm: VM, input: Uint8Array, level: number, wbits: number): Uint8Array {
  vm.charge(input.length);
  const deflater = takeDeflater(vm, level);
  const container = containerOf(wbits);
  deflater.addBytes(container.header(level));
  deflater.compressWhole(input);
  deflater.addBytes(container.trailer(container.checksum(vm, input, container.start), input.length));
  const bytes = deflater.take();
  spareTables(vm).tables = deflater.release();
  vm.allocate(bytes.length);
  return bytes;
}

/** Tables that no stream uses at the moment. */
const spareTables = (vm: VM): { tables: DeflateTables | null } => vm.state('zlib', () => ({ tables: null }));

function takeDeflater(vm: VM, level: number): Deflater {
  const spare = spareTables(vm);
  const tables = spare.tables ?? newTables();
  spare.tables = null;
  return new Deflater(level, tables);
}

/** What stands around a deflate stream. */
interface Container {
  header(level: number): readonly number[];
  /** What the checksum begins with. */
  readonly start: number;
  checksum(vm: VM, bytes: Uint8Array, start: number): number;
  trailer(checksum: number, length: number): readonly number[];
}

/** By `wbits`: nothing, zlib's container (RFC 1950) or gzip's (RFC 1952). */
const containerOf = (wbits: number): Container => (wbits < 0 ? noContainer : wbits === maxWbits ? zlibContainer : gzipContainer);

const noContainer: Container = { header: () => [], start: 0, checksum: () => 0, trailer: () => [] };
const zlibContainer: Container = { header: zlibHeader, start: 1, checksum: (_vm, bytes, start) => adler32(bytes, start), trailer: bigEndian };
const gzipContainer: Container = { header: gzipHeader, start: 0, checksum, trailer: (sum, length) => [...bigEndian(sum).reverse(), ...bigEndian(length).reverse()] };

function bigEndian(number: number): number[] {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}

/** Deflate in a window of 32 KB, how much effort was made, and what makes the number divisible by 31. */
function zlibHeader(level: number): number[] {
  const word = 0x7800 | ((level < 2 ? 0 : level < 6 ? 1 : level === 6 ? 2 : 3) << 6);
  return [word >> 8, (word & 255) + 31 - (word % 31)];
}

/** Neither name nor time; the effort; made by Unix. */
function gzipHeader(level: number): number[] {
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level < 2 ? 4 : 0, 3];
}

/** A stream that takes input piece by piece. */
interface Stream {
  compress(vm: VM, bytes: Uint8Array): Uint8Array;
  flush(vm: VM, mode: number): Uint8Array;
  readonly isFinished: boolean;
  copy(): Stream;
}

/** pako's stream: any level, strategy, window and memory level. */
class PakoStream implements Stream {
  private readonly stream: ZStream;
  isFinished = false;

  constructor(stream: ZStream) {
    this.stream = stream;
  }

  compress(vm: VM, bytes: Uint8Array): Uint8Array {
    const step = deflateAll(vm, this.stream, bytes, Z_NO_FLUSH);
    if (step.status === Z_STREAM_ERROR) throw statusError(this.stream, step.status, 'while compressing data');
    return step.bytes;
  }

  flush(vm: VM, mode: number): Uint8Array {
    const { bytes, status } = deflateAll(vm, this.stream, nothing, mode as typeof Z_FINISH); // zlib checks the mode itself.
    if (status === Z_STREAM_ERROR) throw statusError(null, status, 'while flushing');
    if (status === Z_STREAM_END && mode === Z_FINISH) this.isFinished = true;
    else if (status !== Z_OK && status !== Z_BUF_ERROR) throw statusError(this.stream, status, 'while flushing');
    return bytes;
  }

  copy(): PakoStream {
    return new PakoStream(copyStream(this.stream));
  }
}

/** How the modes of `flush()` from 1 on end what came so far. */
const endings: readonly Ending[] = ['bits', 'place', 'forget', 'finish', 'block'];
/** One mode does no more than another of the same rank or a higher one has done just before (zlib's RANK). */
const rank = (mode: number): number => (mode > 4 ? mode * 2 - 9 : mode * 2);

/** The usual stream. */
class OwnStream implements Stream {
  private readonly deflater: Deflater;
  private readonly container: Container;
  private sum: number;
  private length = 0;
  private lastMode = -2;
  isFinished = false;

  constructor(deflater: Deflater, container: Container) {
    this.deflater = deflater;
    this.container = container;
    this.sum = container.start;
  }

  compress(vm: VM, bytes: Uint8Array): Uint8Array {
    this.lastMode = Z_NO_FLUSH;
    this.length += bytes.length;
    this.sum = this.container.checksum(vm, bytes, this.sum);
    return this.run(vm, bytes, 'go on');
  }

  flush(vm: VM, mode: number): Uint8Array {
    if (mode < 0 || mode > endings.length) throw statusError(null, Z_STREAM_ERROR, 'while flushing');
    const { lastMode } = this;
    this.lastMode = mode;
    if (mode !== Z_FINISH && rank(mode) <= rank(lastMode)) return nothing;
    this.isFinished = mode === Z_FINISH;
    return this.run(vm, nothing, endings[mode - 1]);
  }

  private run(vm: VM, bytes: Uint8Array, ending: Ending): Uint8Array {
    vm.charge(bytes.length);
    this.deflater.compress(bytes, ending);
    if (this.isFinished) this.deflater.addBytes(this.container.trailer(this.sum, this.length));
    const taken = this.deflater.take();
    if (this.isFinished) spareTables(vm).tables = this.deflater.release();
    vm.allocate(taken.length);
    return taken;
  }

  copy(): OwnStream {
    const copy = new OwnStream(this.deflater.copy(), this.container);
    copy.sum = this.sum;
    copy.length = this.length;
    copy.lastMode = this.lastMode;
    return copy;
  }
}

class Compress extends PyObject {
  /** Null when the stream has been ended. */
  stream: Stream | null;
  constructor(stream: Stream) {
    super(compressType);
    this.stream = stream;
  }
}

type Optional = PyValue | undefined;

export function compressobj(vm: VM, level: Optional, method: Optional, wbits: Optional, memLevel: Optional, strategy: Optional, zdict: Optional): PyValue {
  const dictionary = zdict === undefined || zdict === None ? null : copyBytes(vm, zdict);
  const effort = int(vm, level, -1);
  const bits = int(vm, wbits, maxWbits);
  const asked = { method: int(vm, method, deflated), memLevel: int(vm, memLevel, defaultMemLevel), strategy: int(vm, strategy, 0) };
  if (dictionary === null && isOurs(effort, bits) && asked.method === deflated && asked.memLevel === defaultMemLevel && asked.strategy === 0) {
    const own = effort < 0 ? defaultLevel : effort;
    const deflater = takeDeflater(vm, own);
    const container = containerOf(bits);
    deflater.addBytes(container.header(own));
    return new Compress(new OwnStream(deflater, container));
  }
  const stream = new ZStream();
  // zlib checks the strategy itself.
  const status = zlibDeflateInit2(stream, effort, asked.method, bits, asked.memLevel, asked.strategy as typeof Z_DEFAULT_STRATEGY, true);
  if (status === Z_STREAM_ERROR) throw valueError('Invalid initialization option');
  if (status !== Z_OK) throw statusError(stream, status, 'while creating compression object');
  if (dictionary !== null && zlibDeflateSetDictionary(stream, dictionary) !== Z_OK) throw valueError('Invalid dictionary');
  return new Compress(new PakoStream(stream));
}

function compress_compress(vm: VM, self: Compress, data: PyValue): PyValue {
  const input = bufferBytes(vm, data);
  if (self.stream === null) throw statusError(null, Z_STREAM_ERROR, 'while compressing data');
  return new PyBytes(self.stream.compress(vm, input));
}

const nothing: Uint8Array = new Uint8Array(0);

function compress_flush(vm: VM, self: Compress, mode: PyValue | undefined): PyValue {
  const flush = int(vm, mode, Z_FINISH);
  if (flush === Z_NO_FLUSH) return new PyBytes(nothing);
  if (self.stream === null) throw statusError(null, Z_STREAM_ERROR, 'while flushing');
  const bytes = self.stream.flush(vm, flush);
  if (self.stream.isFinished) self.stream = null;
  return new PyBytes(bytes);
}

function compress_copy(_vm: VM, self: Compress): PyValue {
  if (self.stream === null) throw valueError('Inconsistent stream state');
  return new Compress(self.stream.copy());
}

const compressType: PyType = defineType('Compress', {
  module: 'zlib',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('compress(self, data, /)', compress_compress, 'Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n\nAfter calling this function, some of the input data may still\nbe stored in internal buffers for later processing.\nCall the flush() method to clear these buffers.'),
    native('flush(self, mode=zlib.Z_FINISH, /)', compress_flush, 'Return a bytes object containing any remaining compressed data.\n\n  mode\n    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n    If mode == Z_FINISH, the compressor object can no longer be\n    used after calling the flush() method.  Otherwise, more data\n    can still be compressed.'),
    native('copy(self, /)', compress_copy, 'Return a copy of the compression object.'),
    native('__copy__(self, /)', compress_copy),
    native('__deepcopy__(self, memo, /)', compress_copy),
  ],
});
