import { asIndex, bufferBytes, callNative, defineModule, defineType, eofError, exceptionTypes, native, newException, overflowError, PyBytes, PyObject, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { sizeArgument } from './arguments.ts';
import { Compressor } from './_bz2/compress.ts';
import { BadStream, Decompressor } from './_bz2/decompress.ts';

/* `_bz2` (CPython 3.12: Modules/_bz2module.c). */

class BZ2Compressor extends PyObject {
  readonly compressor: Compressor;
  flushed = false;
  constructor(cls: PyType, level: number) {
    super(cls);
    this.compressor = new Compressor(level);
  }
}

class BZ2Decompressor extends PyObject {
  readonly decompressor = new Decompressor();
  unused = new PyBytes(new Uint8Array(0));
  needsInput = true;
}

/** No state can be told to pickle; its two protocols name the type each in its way. */
const refusing = (nameOf: (type: PyType) => string) => (_vm: VM, self: PyObject): PyValue => {
  throw typeError(`cannot pickle '${nameOf(typeOf(self))}' object`);
};
const unpicklable = [
  native('__reduce__(self, /)', refusing((type) => type.name)).unsigned(),
  native('__reduce_ex__(self, protocol, /)', refusing((type) => type.tpName)).unsigned(),
];

const newCompressor = native('BZ2Compressor(cls, compresslevel=9, /)', (vm: VM, type: PyType, compresslevel: PyValue | undefined) => {
  const level = compresslevel === undefined ? 9 : asIndex(vm, compresslevel);
  if (typeof level === 'bigint' || Math.abs(level) > 0x7fff_ffff) throw overflowError('Python int too large to convert to C int');
  if (level < 1 || level > 9) throw valueError('compresslevel must be between 1 and 9');
  return new BZ2Compressor(type, level);
});

function compress(vm: VM, self: BZ2Compressor, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  if (self.flushed) throw valueError('Compressor has been flushed');
  vm.charge(bytes.length * 8);
  return new PyBytes(self.compressor.compress(bytes));
}

function flush(_vm: VM, self: BZ2Compressor): PyValue {
  if (self.flushed) throw valueError('Repeated call to flush()');
  self.flushed = true;
  return new PyBytes(self.compressor.finish());
}

function decompress(vm: VM, self: BZ2Decompressor, data: PyValue, maxLength: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  const limit = maxLength === undefined ? -1 : sizeArgument(vm, maxLength);
  const { decompressor } = self;
  if (decompressor.eof) throw eofError('End of stream already reached');
  vm.charge(bytes.length * 8);
  decompressor.feed(bytes);
  let out: Uint8Array;
  try {
    out = decompressor.take(limit < 0 ? Infinity : limit);
    // The end of the stream may be all that is left.
    if (!decompressor.hasMore && out.length === limit) decompressor.take(0);
  } catch (error) {
    if (error instanceof BadStream) throw newException(exceptionTypes.OSError, 'Invalid data stream');
    throw error;
  }
  if (decompressor.eof) {
    self.needsInput = false;
    self.unused = new PyBytes(decompressor.rest);
  } else self.needsInput = limit < 0 || out.length < limit;
  return new PyBytes(out);
}

const compressorType: PyType = defineType('BZ2Compressor', {
  module: '_bz2',
  doc: 'Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.',
  textSignature: '(compresslevel=9, /)',
  slots: { tp_new: (vm, type, args, kwnames) => callNative(vm, newCompressor, type, args, kwnames, null) },
  methods: [
    native('compress(self, data, /)', compress, "Provide data to the compressor object.\n\nReturns a chunk of compressed data if possible, or b'' otherwise.\n\nWhen you have finished providing data to the compressor, call the\nflush() method to finish the compression process."),
    native('flush(self, /)', flush, 'Finish the compression process.\n\nReturns the compressed data left in internal buffers.\n\nThe compressor object may not be used after this method is called.'),
    ...unpicklable,
  ],
});

const decompressorType: PyType = defineType('BZ2Decompressor', {
  module: '_bz2',
  doc: 'Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.',
  textSignature: '()',
  slots: {
    tp_new(_vm, type, args, kwnames) {
      if (kwnames !== null && kwnames.length > 0) throw typeError('BZ2Decompressor() takes no keyword arguments');
      if (args.length > 0) throw typeError('BZ2Decompressor() takes no positional arguments');
      return new BZ2Decompressor(type);
    },
  },
  methods: [
    native('decompress(self, /, data, max_length=-1)', decompress, "Decompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``. In this case, the next\ncall to *decompress()* may provide *data* as b'' to obtain more of the output.\n\nIf all of the input data was decompressed and returned (either because this\nwas less than *max_length* bytes, or because *max_length* was negative),\n*self.needs_input* will be set to True.\n\nAttempting to decompress data after the end of stream is reached raises an\nEOFError.  Any data found after the end of the stream is ignored and saved in\nthe unused_data attribute."),
    ...unpicklable,
  ],
  fields: {
    eof: { get: (_vm, self) => (self as BZ2Decompressor).decompressor.eof, doc: 'True if the end-of-stream marker has been reached.' },
    unused_data: { get: (_vm, self) => (self as BZ2Decompressor).unused, doc: 'Data found after the end of the compressed stream.' },
    needs_input: { get: (_vm, self) => (self as BZ2Decompressor).needsInput, doc: 'True if more input is needed before more decompressed data can be produced.' },
  },
});

/** Python's module `_bz2`. CPython 3.12: Modules/_bz2module.c. */
export const _bz2: NativeModule = defineModule('_bz2', { BZ2Compressor: compressorType, BZ2Decompressor: decompressorType });
