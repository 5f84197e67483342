import {
  asIndex, bufferBytes, cText, decodeAscii, decodeLatin1, decodeUtf16, decodeUtf32, decodeUtf8, defineModule, encodeAscii, encodeLatin1, encodeUtf16, encodeUtf32, encodeUtf8, isStr, isTrue, native, newTuple, PyBytes, strLength,
} from '@py/vm/native';
import type { ByteOrder, Decoded, NativeModule, PyValue, VM } from '@py/vm/native';
import { answer, errorsArgument, strArgument } from './_codecs/arguments.ts';
import { charmap_build, charmap_decode, charmap_encode } from './_codecs/charmap.ts';
import { escape_decode, escape_encode, raw_unicode_escape_decode, raw_unicode_escape_encode, unicode_escape_decode, unicode_escape_encode } from './_codecs/escapes.ts';
import { lookupErrorHandler, registerError, registerHandlers } from './_codecs/handlers.ts';
import { lookup, register, transform, unregister } from './_codecs/registry.ts';
import { decodeUtf7, encodeUtf7 } from './_codecs/utf7.ts';

/* `_codecs` (CPython 3.12: Modules/_codecsmodule.c, Python/codecs.c). */

/** `codecs.encode`, `codecs.decode`. */
function byRegistry(operation: 'encode' | 'decode') {
  return (vm: VM, obj: PyValue, encoding: PyValue | undefined, errors: PyValue | undefined): PyValue =>
    transform(vm, operation, obj, encoding === undefined ? 'utf-8' : cText(operation, "argument 'encoding'", encoding), errors === undefined ? null : cText(operation, "argument 'errors'", errors), false);
}

type Encode = (vm: VM, value: PyValue, errors: string) => Uint8Array;

function encoder(name: string, encode: Encode): ReturnType<typeof native> {
  return native(`${name}(str, errors=None, /)`, (vm: VM, value: PyValue, errors: PyValue | undefined) => {
    strArgument(name, value);
    return answer(new PyBytes(encode(vm, value, errorsArgument(name, errors))), strLength(value));
  });
}

/** A decoder that takes all bytes. */
function decoder(name: string, decode: (vm: VM, bytes: Uint8Array, errors: string) => PyValue): ReturnType<typeof native> {
  return native(`${name}(data, errors=None, /)`, (vm: VM, data: PyValue, errors: PyValue | undefined) => {
    const bytes = bufferBytes(vm, data);
    return answer(decode(vm, bytes, errorsArgument(name, errors)), bytes.length);
  });
}

/** A decoder that may leave an unfinished character for later. */
function partialDecoder(name: string, decode: (vm: VM, bytes: Uint8Array, errors: string, final: boolean) => Decoded): ReturnType<typeof native> {
  return native(`${name}(data, errors=None, final=False, /)`, (vm: VM, data: PyValue, errors: PyValue | undefined, final: PyValue | undefined) => {
    const decoded = decode(vm, bufferBytes(vm, data), errorsArgument(name, errors), final !== undefined && isTrue(vm, final));
    return answer(decoded.value, decoded.consumed);
  });
}

const orderOf = (vm: VM, byteorder: PyValue | undefined): ByteOrder => {
  const value = byteorder === undefined ? 0 : Number(asIndex(vm, byteorder));
  return value < 0 ? -1 : value > 0 ? 1 : 0;
};

/** `utf_16_encode`, `utf_32_encode`: with a byte order. */
function orderedEncoder(name: string, encode: (vm: VM, value: PyValue, errors: string, order: ByteOrder) => Uint8Array): ReturnType<typeof native> {
  return native(`${name}(str, errors=None, byteorder=0, /)`, (vm: VM, value: PyValue, errors: PyValue | undefined, byteorder: PyValue | undefined) =>
    answer(new PyBytes(encode(vm, strArgument(name, value), errorsArgument(name, errors), orderOf(vm, byteorder))), strLength(value)));
}

function exDecoder(name: string, decode: typeof decodeUtf16): ReturnType<typeof native> {
  return native(`${name}(data, errors=None, byteorder=0, final=False, /)`, (vm: VM, data: PyValue, errors: PyValue | undefined, byteorder: PyValue | undefined, final: PyValue | undefined) => {
    const decoded = decode(vm, bufferBytes(vm, data), errorsArgument(name, errors), orderOf(vm, byteorder), final !== undefined && isTrue(vm, final));
    return newTuple([decoded.value, decoded.consumed, decoded.order]);
  });
}

/** Python's module `_codecs`. CPython 3.12: Modules/_codecsmodule.c. */
export const _codecs: NativeModule = defineModule(
  '_codecs',
  {
    register: native('register(search_function, /)', register, 'Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name in\nall lower case letters, and either return None, or a tuple of functions\n(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).'),
    unregister: native('unregister(search_function, /)', unregister, 'Unregister a codec search function and clear the registry\'s cache.\n\nIf the search function is not registered, do nothing.'),
    lookup: native('lookup(encoding, /)', (vm: VM, encoding: PyValue) => lookup(vm, cText('lookup', 'argument', encoding)), 'Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.'),
    encode: native("encode(obj, encoding='utf-8', errors='strict')", byRegistry('encode'), "Encodes obj using the codec registered for encoding.\n\nThe default encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors."),
    decode: native("decode(obj, encoding='utf-8', errors='strict')", byRegistry('decode'), "Decodes obj using the codec registered for encoding.\n\nDefault encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors."),
    register_error: native('register_error(errors, handler, /)', (vm: VM, errors: PyValue, handler: PyValue) => registerError(vm, cText('register_error', 'argument 1', errors), handler), 'Register the specified error handler under the name errors.\n\nhandler must be a callable object, that\nwill be called with an exception instance containing\ninformation about the location of the encoding/decoding\nerror and must return a (replacement, new position) tuple.'),
    lookup_error: native('lookup_error(name, /)', (vm: VM, name: PyValue) => lookupErrorHandler(vm, cText('lookup_error', 'argument', name)), 'lookup_error(errors) -> handler\n\nReturn the error handler for the specified error handling name or raise a\nLookupError, if no handler exists under this name.'),
    utf_8_encode: encoder('utf_8_encode', encodeUtf8),
    utf_8_decode: partialDecoder('utf_8_decode', (vm, bytes, errors, final) => decodeUtf8(vm, bytes, errors, final)),
    utf_7_encode: encoder('utf_7_encode', encodeUtf7),
    utf_7_decode: partialDecoder('utf_7_decode', decodeUtf7),
    utf_16_encode: orderedEncoder('utf_16_encode', encodeUtf16),
    utf_16_le_encode: encoder('utf_16_le_encode', (vm, value, errors) => encodeUtf16(vm, value, errors, -1)),
    utf_16_be_encode: encoder('utf_16_be_encode', (vm, value, errors) => encodeUtf16(vm, value, errors, 1)),
    utf_16_decode: partialDecoder('utf_16_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, 0, final)),
    utf_16_le_decode: partialDecoder('utf_16_le_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, -1, final)),
    utf_16_be_decode: partialDecoder('utf_16_be_decode', (vm, bytes, errors, final) => decodeUtf16(vm, bytes, errors, 1, final)),
    utf_16_ex_decode: exDecoder('utf_16_ex_decode', decodeUtf16),
    utf_32_encode: orderedEncoder('utf_32_encode', encodeUtf32),
    utf_32_le_encode: encoder('utf_32_le_encode', (vm, value, errors) => encodeUtf32(vm, value, errors, -1)),
    utf_32_be_encode: encoder('utf_32_be_encode', (vm, value, errors) => encodeUtf32(vm, value, errors, 1)),
    utf_32_decode: partialDecoder('utf_32_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, 0, final)),
    utf_32_le_decode: partialDecoder('utf_32_le_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, -1, final)),
    utf_32_be_decode: partialDecoder('utf_32_be_decode', (vm, bytes, errors, final) => decodeUtf32(vm, bytes, errors, 1, final)),
    utf_32_ex_decode: exDecoder('utf_32_ex_decode', decodeUtf32),
    latin_1_encode: encoder('latin_1_encode', encodeLatin1),
    latin_1_decode: decoder('latin_1_decode', (_vm, bytes) => decodeLatin1(bytes)),
    ascii_encode: encoder('ascii_encode', encodeAscii),
    ascii_decode: decoder('ascii_decode', decodeAscii),
    unicode_escape_encode: native('unicode_escape_encode(str, errors=None, /)', unicode_escape_encode),
    unicode_escape_decode: native('unicode_escape_decode(data, errors=None, final=True, /)', unicode_escape_decode),
    raw_unicode_escape_encode: native('raw_unicode_escape_encode(str, errors=None, /)', raw_unicode_escape_encode),
    raw_unicode_escape_decode: native('raw_unicode_escape_decode(data, errors=None, final=True, /)', raw_unicode_escape_decode),
    escape_encode: native('escape_encode(data, errors=None, /)', escape_encode),
    escape_decode: native('escape_decode(data, errors=None, /)', escape_decode),
    readbuffer_encode: native('readbuffer_encode(data, errors=None, /)', (vm: VM, data: PyValue, errors: PyValue | undefined) => {
      errorsArgument('readbuffer_encode', errors);
      const bytes = isStr(data) ? encodeUtf8(vm, data, 'strict') : bufferBytes(vm, data).slice();
      return answer(new PyBytes(bytes), bytes.length);
    }),
    charmap_encode: native('charmap_encode(str, errors=None, mapping=None, /)', charmap_encode),
    charmap_decode: native('charmap_decode(data, errors=None, mapping=None, /)', charmap_decode),
    charmap_build: native('charmap_build(map, /)', charmap_build),
  },
  {
    exec(vm) {
      registerHandlers(vm);
      vm.codecs = {
        encode: (owner, value, encoding, errors, textOnly) => transform(owner, 'encode', value, encoding, errors, textOnly),
        decode: (owner, value, encoding, errors, textOnly) => transform(owner, 'decode', value, encoding, errors, textOnly),
      };
    },
  },
);
