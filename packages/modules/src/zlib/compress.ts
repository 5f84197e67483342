import { ZStream, Z_BUF_ERROR, Z_DEFAULT_STRATEGY, Z_FINISH, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_STREAM_ERROR, zlibDeflateInit2, zlibDeflateSetDictionary } from 'pako';
import { asIndex, bufferBytes, copyBytes, defineType, memoryError, native, None, overflowError, PyBytes, PyObject, TypeFlag, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { checksum } from '../binascii.ts';
import { adler32 } from './adler32.ts';
import { deflateWhole } from './deflate.ts';
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
  if (effort >= -1 && effort <= 9 && effort !== 0 && (Math.abs(bits) === maxWbits || bits === gzipWbits)) return new PyBytes(compressWhole(vm, input, effort < 0 ? defaultLevel : effort, bits));
  const stream = new ZStream();
  const status = zlibDeflateInit2(stream, effort, deflated, bits, defaultMemLevel, Z_DEFAULT_STRATEGY, true);
  if (status === Z_STREAM_ERROR) throw zlibError('Bad compression level');
  if (status !== Z_OK) throw memoryError('Out of memory while compressing data');
  const step = deflateAll(vm, stream, input, Z_FINISH);
  if (step.status !== Z_STREAM_END) throw statusError(stream, step.status, 'while compressing data');
  return new PyBytes(step.bytes);
}

/** All input as one stream in the container that `wbits` asks for: none, zlib's (RFC 1950) or gzip's (RFC 1952). */
function compressWhole(vm: VM, input: Uint8Array, level: number, wbits: number): Uint8Array {
  vm.charge(input.length);
  const bytes = wbits < 0 ? deflateWhole(input, level, [], []) : wbits === maxWbits ? deflateWhole(input, level, zlibHeader(level), bigEndian(adler32(input, 1)))
    : deflateWhole(input, level, gzipHeader(level), [...bigEndian(checksum(vm, input, 0)).reverse(), ...bigEndian(input.length).reverse()]);
  vm.allocate(bytes.length);
  return bytes;
}

const bigEndian = (number: number): number[] => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];

/** Deflate in a window of 32 KB, how much effort was made, and what makes the number divisible by 31. */
function zlibHeader(level: number): number[] {
  const word = 0x7800 | ((level < 2 ? 0 : level < 6 ? 1 : level === 6 ? 2 : 3) << 6);
  return [word >> 8, (word & 255) + 31 - (word % 31)];
}

/** Neither name nor time; the effort; made by Unix. */
const gzipHeader = (level: number): number[] => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level < 2 ? 4 : 0, 3];

class Compress extends PyObject {
  /** Null when the stream has been ended. */
  stream: ZStream | null;
  constructor(stream: ZStream | null) {
    super(compressType);
    this.stream = stream;
  }
}

type Optional = PyValue | undefined;

export function compressobj(vm: VM, level: Optional, method: Optional, wbits: Optional, memLevel: Optional, strategy: Optional, zdict: Optional): PyValue {
  const stream = new ZStream();
  const dictionary = zdict === undefined || zdict === None ? null : copyBytes(vm, zdict);
  // zlib checks the strategy itself.
  const status = zlibDeflateInit2(stream, int(vm, level, -1), int(vm, method, deflated), int(vm, wbits, maxWbits), int(vm, memLevel, defaultMemLevel), int(vm, strategy, 0) as typeof Z_DEFAULT_STRATEGY, true);
  if (status === Z_STREAM_ERROR) throw valueError('Invalid initialization option');
  if (status !== Z_OK) throw statusError(stream, status, 'while creating compression object');
  if (dictionary !== null && zlibDeflateSetDictionary(stream, dictionary) !== Z_OK) throw valueError('Invalid dictionary');
  return new Compress(stream);
}

function compress_compress(vm: VM, self: Compress, data: PyValue): PyValue {
  const input = bufferBytes(vm, data);
  if (self.stream === null) throw statusError(null, Z_STREAM_ERROR, 'while compressing data');
  const step = deflateAll(vm, self.stream, input, Z_NO_FLUSH);
  if (step.status === Z_STREAM_ERROR) throw statusError(self.stream, step.status, 'while compressing data');
  return new PyBytes(step.bytes);
}

const nothing: Uint8Array = new Uint8Array(0);

function compress_flush(vm: VM, self: Compress, mode: PyValue | undefined): PyValue {
  const flush = int(vm, mode, Z_FINISH);
  if (flush === Z_NO_FLUSH) return new PyBytes(nothing);
  if (self.stream === null) throw statusError(null, Z_STREAM_ERROR, 'while flushing');
  const { bytes, status } = deflateAll(vm, self.stream, nothing, flush as typeof Z_FINISH); // zlib checks the mode itself.
  if (status === Z_STREAM_ERROR) throw statusError(null, status, 'while flushing');
  if (status === Z_STREAM_END && flush === Z_FINISH) self.stream = null;
  else if (status !== Z_OK && status !== Z_BUF_ERROR) throw statusError(self.stream, status, 'while flushing');
  return new PyBytes(bytes);
}

function compress_copy(_vm: VM, self: Compress): PyValue {
  if (self.stream === null) throw valueError('Inconsistent stream state');
  return new Compress(copyStream(self.stream));
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
