import { asIndex, bufferBytes, defineModule, native } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { checksum } from './binascii.ts';
import { adler32 } from './zlib/adler32.ts';
import { compress, compressobj, defaultMemLevel, deflated, maxWbits } from './zlib/compress.ts';
import { decompress, decompressobj, defaultBufferSize, zlibDecompressorType } from './zlib/decompress.ts';
import { errorType } from './zlib/stream.ts';

/* `zlib` (CPython 3.12: Modules/zlibmodule.c), over npm pako. */

/** Where a checksum goes on from: the low 32 bits. */
const startOf = (vm: VM, value: PyValue | undefined, fallback: number): number => (value === undefined ? fallback : Number(BigInt.asUintN(32, BigInt(asIndex(vm, value)))));

const checksumDoc = (name: string): string => `Compute ${name === 'Adler-32' ? 'an' : 'a'} ${name} checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer.`;

/** Python's module `zlib`. CPython 3.12: Modules/zlibmodule.c. */
export const zlib: NativeModule = defineModule(
  'zlib',
  {
    adler32: native('adler32(data, value=1, /)', (vm: VM, data: PyValue, value: PyValue | undefined) => adler32(bufferBytes(vm, data), startOf(vm, value, 1)), checksumDoc('Adler-32')),
    crc32: native('crc32(data, value=0, /)', (vm: VM, data: PyValue, value: PyValue | undefined) => checksum(vm, bufferBytes(vm, data), startOf(vm, value, 0)), checksumDoc('CRC-32')),
    compress: native('compress(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)', compress, 'Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n  level\n    Compression level, in 0-9 or -1.\n  wbits\n    The window buffer size and container format.'),
    compressobj: native('compressobj(level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)', compressobj, 'Return a compressor object.\n\n  level\n    The compression level (an integer in the range 0-9 or -1; default is\n    currently equivalent to 6).  Higher compression levels are slower,\n    but produce smaller results.\n  method\n    The compression algorithm.  If given, this must be DEFLATED.\n  wbits\n    +9 to +15: The base-two logarithm of the window size.  Include a zlib\n        container.\n    -9 to -15: Generate a raw stream.\n    +25 to +31: Include a gzip container.\n  memLevel\n    Controls the amount of memory used for internal compression state.\n    Valid values range from 1 to 9.  Higher values result in higher memory\n    usage, faster compression, and smaller output.\n  strategy\n    Used to tune the compression algorithm.  Possible values are\n    Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.\n  zdict\n    The predefined compression dictionary - a sequence of bytes\n    containing subsequences that are likely to occur in the input data.'),
    decompress: native('decompress(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)', decompress, 'Returns a bytes object containing the uncompressed data.\n\n  data\n    Compressed data.\n  wbits\n    The window buffer size and container format.\n  bufsize\n    The initial output buffer size.'),
    decompressobj: native("decompressobj(wbits=MAX_WBITS, zdict=b'')", decompressobj, 'Return a decompressor object.\n\n  wbits\n    The window buffer size and container format.\n  zdict\n    The predefined compression dictionary.  This must be the same\n    dictionary as used by the compressor that produced the input data.'),
    error: errorType,
    _ZlibDecompressor: zlibDecompressorType,
    MAX_WBITS: maxWbits,
    DEFLATED: deflated,
    DEF_MEM_LEVEL: defaultMemLevel,
    DEF_BUF_SIZE: defaultBufferSize,
    Z_BEST_SPEED: 1,
    Z_BEST_COMPRESSION: 9,
    Z_DEFAULT_COMPRESSION: -1,
    Z_NO_COMPRESSION: 0,
    Z_FILTERED: 1,
    Z_HUFFMAN_ONLY: 2,
    Z_RLE: 3,
    Z_FIXED: 4,
    Z_DEFAULT_STRATEGY: 0,
    Z_NO_FLUSH: 0,
    Z_PARTIAL_FLUSH: 1,
    Z_SYNC_FLUSH: 2,
    Z_FULL_FLUSH: 3,
    Z_FINISH: 4,
    Z_BLOCK: 5,
    Z_TREES: 6,
    ZLIB_VERSION: '1.2.13',
    ZLIB_RUNTIME_VERSION: '1.2.13',
    __version__: '1.0',
  },
  { doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support compress() and flush() methods; decompressor\nobjects support decompress() and flush()." },
);
