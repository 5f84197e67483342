import { bufferBytes, callNative, defineModule, defineType, eofError, exceptionTypes, isInt, native, newException, None, PyBytes, PyObject, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { docs } from './_lzma/docs.ts';
import { intArgument, keywordArguments, sizeArgument } from './arguments.ts';
import { CHECK_CRC32, CHECK_CRC64, CHECK_ID_MAX, CHECK_NONE, CHECK_SHA256, CHECK_UNKNOWN, isSupported } from './_lzma/checks.ts';
import { Decompressor } from './_lzma/decoder.ts';
import type { Container } from './_lzma/decoder.ts';
import { Compressor } from './_lzma/encoder.ts';
import type { Target } from './_lzma/encoder.ts';
import { decodeFilter, encodeFilter, FILTER_DELTA, FILTER_LZMA1, FILTER_LZMA2 } from './_lzma/filter-options.ts';
import { LzmaFailure, presetOptions } from './_lzma/format.ts';
import { filterDict, parseFilter, parseFilters, PRESET_EXTREME, presetOf, unsigned } from './_lzma/specifier.ts';

/* `_lzma` (CPython 3.12: Modules/_lzmamodule.c), with a coder of our own instead of liblzma. */

const errorType: PyType = defineType('LZMAError', { module: '_lzma', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasDict: true, hasWeakref: true, doc: 'Call to liblzma failed.' });

const FORMAT_AUTO = 0, FORMAT_XZ = 1, FORMAT_ALONE = 2, FORMAT_RAW = 3;

const messages: Readonly<Record<LzmaFailure['code'], string>> = {
  DATA: 'Corrupt input data',
  FORMAT: 'Input format not supported by decoder',
  OPTIONS: 'Invalid or unsupported options',
  MEMLIMIT: 'Memory usage limit exceeded',
  PROG: 'Internal error',
  UNSUPPORTED_CHECK: 'Unsupported integrity check',
};

/** Does what may fail as liblzma may. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof LzmaFailure ? newException(errorType, messages[error.code]) : error;
  }
}

class LZMACompressor extends PyObject {
  readonly compressor: Compressor;
  flushed = false;
  constructor(cls: PyType, target: Target) {
    super(cls);
    this.compressor = attempt(() => new Compressor(target));
  }
}

class LZMADecompressor extends PyObject {
  readonly decompressor: Decompressor;
  constructor(cls: PyType, container: Container) {
    super(cls);
    this.decompressor = attempt(() => new Decompressor(container));
  }
}

// ---- compressing

function compressor_new(vm: VM, type: PyType, args: readonly PyValue[], kwnames: readonly string[] | null): PyValue {
  const convert = (value: PyValue, index: number): PyValue => (index < 2 ? intArgument(vm, value) : value);
  const [format = FORMAT_XZ, check = -1, preset = None, filters = None] = keywordArguments('LZMACompressor()', ['format', 'check', 'preset', 'filters'], args, kwnames, 0, { convert });
  if (preset !== None && filters !== None) throw valueError('Cannot specify both preset and filter chain');
  const number = preset === None ? 6 : Number(unsigned(preset, 32));
  return new LZMACompressor(type, targetOf(vm, Number(format), Number(check), number, filters));
}

function targetOf(vm: VM, format: number, check: number, preset: number, filters: PyValue): Target {
  if (format !== FORMAT_XZ && check !== -1 && check !== CHECK_NONE) throw valueError('Integrity checks are only supported by FORMAT_XZ');
  switch (format) {
    case FORMAT_XZ: {
      const chain = filters === None ? [{ kind: 'lzma2', options: easyPreset(preset) } as const] : parseFilters(vm, errorType, filters);
      return { format: 'xz', check: check === -1 ? CHECK_CRC64 : check, filters: chain };
    }
    case FORMAT_ALONE: {
      if (filters === None) return { format: 'alone', options: presetOf(errorType, preset) };
      const [filter, more] = parseFilters(vm, errorType, filters);
      if (more !== undefined || filter?.kind !== 'lzma1') throw valueError('Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter');
      return { format: 'alone', options: filter.options };
    }
    case FORMAT_RAW:
      if (filters === None) throw valueError('Must specify filters for FORMAT_RAW');
      return { format: 'raw', filters: parseFilters(vm, errorType, filters) };
    default:
      throw valueError(`Invalid container format: ${format}`);
  }
}

/** The preset as liblzma's one-step encoder of .xz takes it. */
function easyPreset(preset: number): ReturnType<typeof presetOptions> {
  const level = preset % PRESET_EXTREME;
  if (level > 9) throw newException(errorType, messages.OPTIONS);
  return presetOptions(level, preset >= PRESET_EXTREME);
}

function compress(vm: VM, self: LZMACompressor, data: PyValue): PyValue {
  const bytes = bufferBytes(vm, data);
  if (self.flushed) throw valueError('Compressor has been flushed');
  vm.charge(bytes.length * 16);
  return new PyBytes(self.compressor.compress(bytes));
}

function flush(_vm: VM, self: LZMACompressor): PyValue {
  if (self.flushed) throw valueError('Repeated call to flush()');
  self.flushed = true;
  return new PyBytes(self.compressor.finish());
}

// ---- decompressing

const newDecompressor = native('LZMADecompressor(cls, /, format=FORMAT_AUTO, memlimit=None, filters=None)', (vm: VM, type: PyType, format: PyValue | undefined, memlimit: PyValue | undefined, filters: PyValue | undefined) => {
  const number = format === undefined ? FORMAT_AUTO : intArgument(vm, format);
  return new LZMADecompressor(type, containerOf(vm, number, memlimit ?? None, filters ?? None));
});

function containerOf(vm: VM, format: number, memlimit: PyValue, filters: PyValue): Container {
  let memoryLimit = Infinity;
  if (memlimit !== None) {
    if (format === FORMAT_RAW) throw valueError('Cannot specify memory limit with FORMAT_RAW');
    memoryLimit = Number(unsigned(memlimit, 64));
  }
  if (format === FORMAT_RAW && filters === None) throw valueError('Must specify filters for FORMAT_RAW');
  if (format !== FORMAT_RAW && filters !== None) throw valueError('Cannot specify filters except with FORMAT_RAW');
  switch (format) {
    case FORMAT_AUTO: return { format: 'auto', memoryLimit };
    case FORMAT_XZ: return { format: 'xz', memoryLimit };
    case FORMAT_ALONE: return { format: 'alone', memoryLimit };
    case FORMAT_RAW: return { format: 'raw', filters: parseFilters(vm, errorType, filters) };
    default: throw valueError(`Invalid container format: ${format}`);
  }
}

function decompress(vm: VM, self: LZMADecompressor, data: PyValue, maxLength: PyValue | undefined): PyValue {
  const bytes = bufferBytes(vm, data);
  const limit = maxLength === undefined ? -1 : sizeArgument(vm, maxLength);
  if (self.decompressor.eof) throw eofError('Already at end of stream');
  vm.charge(bytes.length * 8);
  return new PyBytes(attempt(() => self.decompressor.decompress(bytes, limit < 0 ? Infinity : limit)));
}

// ---- filters

function encodeFilterProperties(vm: VM, specifier: PyValue): PyValue {
  const filter = parseFilter(vm, errorType, specifier);
  return new PyBytes(attempt(() => encodeFilter(filter)));
}

function decodeFilterProperties(vm: VM, id: PyValue, properties: PyValue): PyValue {
  if (!isInt(id)) throw typeError('an integer is required');
  const number = unsigned(id, 64);
  const bytes = bufferBytes(vm, properties);
  return filterDict(attempt(() => decodeFilter(number, bytes)));
}

/** No state can be told to pickle. */
const unpicklable = native('__reduce__(self, /)', (_vm: VM, self: PyObject): PyValue => {
  throw typeError(`cannot pickle '${typeOf(self).tpName}' object`);
}).unsigned();

const compressorType: PyType = defineType('LZMACompressor', {
  module: '_lzma',
  doc: docs.LZMACompressor,
  slots: { tp_new: compressor_new },
  methods: [native('compress(self, data, /)', compress, docs.compress), native('flush(self, /)', flush, docs.flush), unpicklable],
});

const decompressorType: PyType = defineType('LZMADecompressor', {
  module: '_lzma',
  doc: docs.LZMADecompressor,
  textSignature: '(format=FORMAT_AUTO, memlimit=None, filters=None)',
  slots: { tp_new: (vm, type, args, kwnames) => callNative(vm, newDecompressor, type, args, kwnames, null) },
  methods: [native('decompress(self, /, data, max_length=-1)', decompress, docs.decompress), unpicklable],
  fields: {
    check: { get: (_vm, self) => (self as LZMADecompressor).decompressor.check, doc: 'ID of the integrity check used by the input stream.' },
    eof: { get: (_vm, self) => (self as LZMADecompressor).decompressor.eof, doc: 'True if the end-of-stream marker has been reached.' },
    needs_input: { get: (_vm, self) => (self as LZMADecompressor).decompressor.needsInput, doc: 'True if more input is needed before more decompressed data can be produced.' },
    unused_data: { get: (_vm, self) => new PyBytes((self as LZMADecompressor).decompressor.rest), doc: 'Data found after the end of the compressed stream.' },
  },
});

/** Python's module `_lzma`. CPython 3.12: Modules/_lzmamodule.c. */
export const _lzma: NativeModule = defineModule('_lzma', {
  LZMAError: errorType,
  LZMACompressor: compressorType,
  LZMADecompressor: decompressorType,
  is_check_supported: native('is_check_supported(check_id, /)', (vm: VM, id: PyValue) => isSupported(intArgument(vm, id)), docs.is_check_supported),
  _encode_filter_properties: native('_encode_filter_properties(filter, /)', encodeFilterProperties, docs._encode_filter_properties),
  _decode_filter_properties: native('_decode_filter_properties(filter_id, encoded_props, /)', decodeFilterProperties, docs._decode_filter_properties),
  FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW,
  CHECK_NONE, CHECK_CRC32, CHECK_CRC64, CHECK_SHA256, CHECK_ID_MAX, CHECK_UNKNOWN,
  FILTER_LZMA1, FILTER_LZMA2, FILTER_DELTA, FILTER_X86: 4, FILTER_POWERPC: 5, FILTER_IA64: 6, FILTER_ARM: 7, FILTER_ARMTHUMB: 8, FILTER_SPARC: 9,
  MF_HC3: 3, MF_HC4: 4, MF_BT2: 18, MF_BT3: 19, MF_BT4: 20,
  MODE_FAST: 1, MODE_NORMAL: 2,
  PRESET_DEFAULT: 6, PRESET_EXTREME,
});
