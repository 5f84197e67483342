import { ZStream, Z_BUF_ERROR, Z_OK, Z_STREAM_END, Z_STREAM_ERROR, zlibInflateInit2, zlibInflateSetDictionary } from 'pako';
import {
  bufferBytes, callNative, copyBytes, defineType, eofError, hasBuffer, memoryError, native, PyBytes, PyObject, TypeFlag, typeError, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { sizeArgument } from '../arguments.ts';
import { copyStream, inflateAtOnce, inflateSome, rest, statusError } from './stream.ts';
import { int, maxWbits } from './compress.ts';

/* Decompression (CPython 3.12: Modules/zlibmodule.c). */

const nothing: Uint8Array = new Uint8Array(0);
export const defaultBufferSize = 16384;

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** decompress(data, /, wbits=15, bufsize=16384) */
export function decompress(vm: VM, data: PyValue, wbits: PyValue | undefined, bufsize: PyValue | undefined): PyValue {
  const input = bufferBytes(vm, data);
  const window = int(vm, wbits, maxWbits);
  const size = bufsize === undefined ? defaultBufferSize : sizeArgument(vm, bufsize);
  if (size < 0) throw valueError('bufsize must be non-negative');
  const quick = inflateAtOnce(vm, input, window);
  if (quick !== null) return new PyBytes(quick.bytes);
  const stream = new ZStream();
  const status = zlibInflateInit2(stream, window);
  if (status !== Z_OK) throw statusError(stream, status, 'while preparing to decompress data');
  const step = inflateSome(vm, stream, input, Infinity, null, false, firstRoom(size, input.length));
  if (step.status === Z_STREAM_END) return new PyBytes(step.bytes);
  if (step.status === Z_OK || step.status === Z_BUF_ERROR) {
    stream.msg = '';
    throw statusError(stream, Z_BUF_ERROR, 'while decompressing data');
  }
  throw statusError(stream, step.status, 'while decompressing data');
}

/** Room to begin with: what was asked for, unless the default is far from what is to be expected. */
const firstRoom = (size: number, input: number): number => (size === defaultBufferSize ? Math.min(Math.max(input * 4, 64), 1 << 22) : Math.max(1, Math.min(size, 1 << 24)));

class Decompress extends PyObject {
  /** Null when the stream has been ended. */
  stream: ZStream | null;
  dictionary: Uint8Array | null;
  unused = new PyBytes(nothing);
  unconsumed = new PyBytes(nothing);
  eof = false;
  /** Nothing has been decompressed yet; `wbits` as they were given. */
  fresh = true;
  readonly wbits: number;
  /** It has all been decompressed at once: the stream has seen nothing. */
  atOnce = false;
  constructor(stream: ZStream | null, dictionary: Uint8Array | null, wbits: number) {
    super(decompressType);
    this.stream = stream;
    this.dictionary = dictionary;
    this.wbits = wbits;
  }
}

function newStream(window: number, dictionary: Uint8Array | null): ZStream {
  const stream = new ZStream();
  const status = zlibInflateInit2(stream, window);
  if (status === Z_STREAM_ERROR) throw valueError('Invalid initialization option');
  if (status !== Z_OK) throw statusError(stream, status, 'while creating decompression object');
  // A raw stream does not ask for its dictionary.
  if (dictionary !== null && window < 0) {
    const set = zlibInflateSetDictionary(stream, dictionary);
    if (set !== Z_OK) throw statusError(stream, set, 'while setting zdict');
  }
  return stream;
}

export function decompressobj(vm: VM, wbits: PyValue | undefined, zdict: PyValue | undefined): PyValue {
  const window = int(vm, wbits, maxWbits);
  if (zdict !== undefined && !hasBuffer(vm, zdict)) throw typeError('zdict argument must support the buffer protocol');
  const dictionary = zdict === undefined ? null : copyBytes(vm, zdict);
  return new Decompress(newStream(window, dictionary), dictionary, window);
}

/** Keeps what the stream has not taken: behind its end as unused data, else for the next time. */
function keepRest(self: Decompress, status: number): void {
  const left = rest(self.stream as ZStream);
  if (status === Z_STREAM_END) {
    if (left.length > 0) self.unused = new PyBytes(joined(self.unused.bytes, left));
    if (self.unconsumed.bytes.length > 0) self.unconsumed = new PyBytes(nothing);
  } else if (left.length > 0 || self.unconsumed.bytes.length > 0) self.unconsumed = new PyBytes(left);
}

function decompress_decompress(vm: VM, self: Decompress, data: PyValue, maxLength: PyValue | undefined): PyValue {
  const input = bufferBytes(vm, data);
  const limit = maxLength === undefined ? 0 : sizeArgument(vm, maxLength);
  if (limit < 0) throw valueError('max_length must be non-negative');
  if (self.stream === null) throw statusError(null, Z_STREAM_ERROR, 'while decompressing data');
  const quick = self.fresh && limit === 0 && self.dictionary === null ? inflateAtOnce(vm, input, self.wbits) : null;
  if (quick !== null || self.atOnce) {
    self.fresh = false;
    self.atOnce = self.eof = true;
    self.unused = new PyBytes(joined(self.unused.bytes, input.slice(quick?.taken ?? 0)));
    return new PyBytes(quick?.bytes ?? nothing);
  }
  self.fresh = self.fresh && input.length === 0;
  const { bytes, status } = inflateSome(vm, self.stream, input, limit === 0 ? Infinity : limit, self.dictionary);
  keepRest(self, status);
  if (status === Z_STREAM_END) self.eof = true;
  else if (status !== Z_OK && status !== Z_BUF_ERROR) throw statusError(self.stream, status, 'while decompressing data');
  return new PyBytes(bytes);
}

function decompress_flush(vm: VM, self: Decompress, length: PyValue | undefined): PyValue {
  const size = length === undefined ? defaultBufferSize : sizeArgument(vm, length);
  if (size <= 0) throw valueError('length must be greater than zero');
  if (size > 2 ** 47) throw memoryError('Unable to allocate output buffer.');
  if (self.atOnce) self.stream = null;
  if (self.stream === null) return new PyBytes(nothing);
  self.fresh = false;
  const { bytes, status } = inflateSome(vm, self.stream, self.unconsumed.bytes, Infinity, self.dictionary, true, Math.min(size, 1 << 20));
  keepRest(self, status);
  if (status === Z_STREAM_END) {
    self.eof = true;
    self.stream = null;
  }
  return new PyBytes(bytes);
}

function decompress_copy(_vm: VM, self: Decompress): PyValue {
  if (self.stream === null) throw valueError('Inconsistent stream state');
  const copy = new Decompress(copyStream(self.stream), self.dictionary, self.wbits);
  copy.fresh = self.fresh;
  copy.atOnce = self.atOnce;
  copy.unused = self.unused;
  copy.unconsumed = self.unconsumed;
  copy.eof = self.eof;
  return copy;
}

const decompressType: PyType = defineType('Decompress', {
  module: 'zlib',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: [
    native('decompress(self, data, /, max_length=0)', decompress_decompress, 'Return a bytes object containing the decompressed version of the data.\n\n  data\n    The binary data to decompress.\n  max_length\n    The maximum allowable length of the decompressed data.\n    Unconsumed input data will be stored in\n    the unconsumed_tail attribute.\n\nAfter calling this function, some of the input data may still be stored in\ninternal buffers for later processing.\nCall the flush() method to clear these buffers.'),
    native('flush(self, length=zlib.DEF_BUF_SIZE, /)', decompress_flush, 'Return a bytes object containing any remaining decompressed data.\n\n  length\n    the initial size of the output buffer.'),
    native('copy(self, /)', decompress_copy, 'Return a copy of the decompression object.'),
    native('__copy__(self, /)', decompress_copy),
    native('__deepcopy__(self, memo, /)', decompress_copy),
  ],
  fields: {
    unused_data: { get: (_vm, self) => (self as Decompress).unused },
    unconsumed_tail: { get: (_vm, self) => (self as Decompress).unconsumed },
    eof: { get: (_vm, self) => (self as Decompress).eof },
  },
});

/** `_ZlibDecompressor`: keeps its input itself. */
class ZlibDecompressor extends PyObject {
  readonly stream: ZStream;
  readonly dictionary: Uint8Array | null;
  /** Input that the limit of the last call left. */
  pending: Uint8Array = nothing;
  unused: PyBytes = new PyBytes(nothing);
  eof = false;
  needsInput = true;
  constructor(cls: PyType, stream: ZStream, dictionary: Uint8Array | null) {
    super(cls);
    this.stream = stream;
    this.dictionary = dictionary;
  }
}

function decompressor_decompress(vm: VM, self: ZlibDecompressor, data: PyValue, maxLength: PyValue | undefined): PyValue {
  const given = bufferBytes(vm, data);
  const limit = maxLength === undefined ? -1 : sizeArgument(vm, maxLength);
  if (self.eof) throw eofError('End of stream already reached');
  const input = joined(self.pending, given);
  const { bytes, status } = limit === 0 ? { bytes: nothing, status: Z_OK } : inflateSome(vm, self.stream, input, limit < 0 ? Infinity : limit, self.dictionary);
  if (status !== Z_STREAM_END && status !== Z_OK && status !== Z_BUF_ERROR) throw statusError(self.stream, status, 'while decompressing data');
  const left = limit === 0 ? input.slice() : rest(self.stream);
  self.eof = status === Z_STREAM_END;
  if (self.eof) {
    self.needsInput = false;
    self.pending = nothing;
    if (left.length > 0) self.unused = new PyBytes(left);
  } else {
    self.pending = left;
    // With all its room used there may be more to come.
    self.needsInput = left.length === 0 && (limit < 0 || bytes.length < limit);
  }
  return new PyBytes(bytes);
}

const newDef = native("_ZlibDecompressor(cls, /, wbits=15, zdict=b'')", (vm: VM, type: PyType, wbits: PyValue | undefined, zdict: PyValue | undefined) => {
  const window = int(vm, wbits, maxWbits);
  if (zdict !== undefined && !hasBuffer(vm, zdict)) throw typeError('zdict argument must support the buffer protocol');
  const dictionary = zdict === undefined ? null : copyBytes(vm, zdict);
  return new ZlibDecompressor(type, newStream(window, dictionary), dictionary);
});

export const zlibDecompressorType: PyType = defineType('_ZlibDecompressor', {
  module: 'zlib',
  doc: 'Create a decompressor object for decompressing data incrementally.\n\n  wbits = 15\n  zdict\n     The predefined compression dictionary. This is a sequence of bytes\n     (such as a bytes object) containing subsequences that are expected\n     to occur frequently in the data that is to be compressed. Those\n     subsequences that are expected to be most common should come at the\n     end of the dictionary. This must be the same dictionary as used by the\n     compressor that produced the input data.\n\n',
  textSignature: "(wbits=15, zdict=b'')",
  slots: { tp_new: (vm, type, args, kwnames) => callNative(vm, newDef, type, args, kwnames, null) },
  methods: [
    native('decompress(self, /, data, max_length=-1)', decompressor_decompress, "Decompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``. In this case, the next\ncall to *decompress()* may provide *data* as b'' to obtain more of the output.\n\nIf all of the input data was decompressed and returned (either because this\nwas less than *max_length* bytes, or because *max_length* was negative),\n*self.needs_input* will be set to True.\n\nAttempting to decompress data after the end of stream is reached raises an\nEOFError.  Any data found after the end of the stream is ignored and saved in\nthe unused_data attribute."),
  ],
  fields: {
    eof: { get: (_vm, self) => (self as ZlibDecompressor).eof, doc: 'True if the end-of-stream marker has been reached.' },
    unused_data: { get: (_vm, self) => (self as ZlibDecompressor).unused, doc: 'Data found after the end of the compressed stream.' },
    needs_input: { get: (_vm, self) => (self as ZlibDecompressor).needsInput, doc: 'True if more input is needed before more decompressed data can be produced.' },
  },
});
