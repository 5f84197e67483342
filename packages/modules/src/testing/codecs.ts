import { decodeUtf8, encodeUtf8, exceptionTypes, getAttr, call, importModule, isStr, jsText, native, newException, None, PyBaseException, PyBytes, strFromJS, typeError, valueError } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';

/* What `_testcapi` and `_testinternalcapi` have of codecs (CPython 3.12: Modules/_testcapi/codec.c, Modules/_testinternalcapi.c). */

/** An incremental encoder or decoder, by the class that the codec has. CPython 3.12: Python/codecs.c, codec_makeincrementalcodec. */
const incremental = (attribute: string) => (vm: VM, encoding: PyValue, errors: PyValue | undefined): PyValue => {
  const info = call(vm, getAttr(vm, importModule(vm, '_codecs'), 'lookup'), [encoding]);
  return call(vm, getAttr(vm, info, attribute), errors === undefined || errors === None ? [] : [errors]);
};

/** `_testcapi.codec_incremental…` */
export const incrementalCodecFunctions: Readonly<Record<string, NativeDef>> = {
  codec_incrementalencoder: native('codec_incrementalencoder(encoding, errors=None, /)', incremental('incrementalencoder')).unsigned(),
  codec_incrementaldecoder: native('codec_incrementaldecoder(encoding, errors=None, /)', incremental('incrementaldecoder')).unsigned(),
};

/** The name of an error handler that the locale's encoding knows. */
function localeErrors(errors: PyValue | undefined): string {
  const name = errors === undefined || errors === None ? 'strict' : jsText(errors);
  if (!['strict', 'surrogateescape', 'surrogatepass'].includes(name)) throw valueError('unsupported error handler');
  return name;
}

/** Runs a codec whose error is told as C tells it. */
function told(operation: string, run: () => PyValue): PyValue {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(exceptionTypes.UnicodeError)) throw error;
    const { start, reason } = error.fields ?? {};
    const place = operation === 'encode' ? `pos=${Number(start)}` : `wlen=${Number(start)}`;
    throw newException(exceptionTypes.RuntimeError, strFromJS(`${operation} error: ${place}, reason=${jsText(reason ?? '')}`));
  }
}

/** `_testinternalcapi.EncodeLocaleEx`, `_testinternalcapi.DecodeLocaleEx`: the locale's encoding is UTF-8. */
export const localeCodecFunctions: Readonly<Record<string, NativeDef>> = {
  EncodeLocaleEx: native('EncodeLocaleEx(text, current_locale=0, errors=None, /)', (vm: VM, text: PyValue, _current: PyValue | undefined, errors: PyValue | undefined) => {
    if (!isStr(text)) throw typeError('a str is required');
    const name = localeErrors(errors);
    return told('encode', () => new PyBytes(encodeUtf8(vm, text, name)));
  }).unsigned(),
  DecodeLocaleEx: native('DecodeLocaleEx(text, current_locale=0, errors=None, /)', (vm: VM, text: PyValue, _current: PyValue | undefined, errors: PyValue | undefined) => {
    if (!(text instanceof PyBytes)) throw typeError('bytes are required');
    const name = localeErrors(errors);
    return told('decode', () => decodeUtf8(vm, text.bytes, name).value);
  }).unsigned(),
};
