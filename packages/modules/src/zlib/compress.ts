import { ZStream, Z_BUF_ERROR, Z_DEFAULT_STRATEGY, Z_FINISH, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_STREAM_ERROR, zlibDeflateInit2, zlibDeflateSetDictionary } from 'pako';
import { asIndex, bufferBytes, copyBytes, defineType, memoryError, native, None, overflowError, PyBytes, PyObject, TypeFlag, valueError } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { copyStream, deflateAll, statusError, zlibError } from './stream.ts';

/* Compression (CPython 3.12: Modules/zlibmodule.c). */

export const maxWbits = 15, deflated = 8, defaultMemLevel = 8;

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
  const stream = new ZStream();
  const status = zlibDeflateInit2(stream, int(vm, level, -1), deflated, int(vm, wbits, maxWbits), defaultMemLevel, Z_DEFAULT_STRATEGY, true);
  if (status === Z_STREAM_ERROR) throw zlibError('Bad compression level');
  if (status !== Z_OK) throw memoryError('Out of memory while compressing data');
  const step = deflateAll(vm, stream, input, Z_FINISH);
  if (step.status !== Z_STREAM_END) throw statusError(stream, step.status, 'while compressing data');
  return new PyBytes(step.bytes);
}

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
