import { defineModule, isStr, jsText, lookupError, native, typeError, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { newCapsule } from './capsule.ts';
import { PyMultibyteCodec } from './_multibytecodec/codec-object.ts';
import { chinese, createCodec, hongKong, iso2022, japanese, korean, taiwanese } from './_multibytecodec/codecs.ts';
import type { CodecList } from './_multibytecodec/codecs.ts';
import { incrementalDecoderType, incrementalEncoderType } from './_multibytecodec/incremental.ts';
import { streamReaderType, streamWriterType } from './_multibytecodec/streams.ts';

/** Python's module `_multibytecodec`. CPython 3.12: Modules/cjkcodecs/multibytecodec.c. */
export const _multibytecodec: NativeModule = defineModule('_multibytecodec', {
  MultibyteIncrementalEncoder: incrementalEncoderType,
  MultibyteIncrementalDecoder: incrementalDecoderType,
  MultibyteStreamReader: streamReaderType,
  MultibyteStreamWriter: streamWriterType,
  __create_codec: native('__create_codec(arg, /)', () => {
    // It takes what C code hands to C code.
    throw valueError('argument type invalid');
  }),
});

/** A module of codecs. `maps` are the tables that it has for the other ones. */
function codecModule(name: string, codecs: CodecList, maps: readonly string[]): NativeModule {
  const getcodec = native('getcodec(encoding, /)', (vm: VM, encoding: PyValue) => {
    if (!isStr(encoding)) throw typeError('encoding name must be a string.');
    const codec = createCodec(vm, codecs, jsText(encoding));
    if (codec === null) throw lookupError('no such codec is supported.');
    return new PyMultibyteCodec(codec);
  }).unsigned();
  return defineModule(name, { getcodec, ...Object.fromEntries(maps.map((map) => [`__map_${map}`, newCapsule('multibytecodec.map')])) });
}

/** Python's module `_codecs_cn`. CPython 3.12: Modules/cjkcodecs/_codecs_cn.c. */
export const _codecs_cn: NativeModule = codecModule('_codecs_cn', chinese, ['gb2312', 'gbkext', 'gbcommon', 'gb18030ext']);

/** Python's module `_codecs_hk`. CPython 3.12: Modules/cjkcodecs/_codecs_hk.c. */
export const _codecs_hk: NativeModule = codecModule('_codecs_hk', hongKong, ['big5hkscs', 'big5hkscs_bmp', 'big5hkscs_nonbmp']);

/** Python's module `_codecs_iso2022`. CPython 3.12: Modules/cjkcodecs/_codecs_iso2022.c. */
export const _codecs_iso2022: NativeModule = codecModule('_codecs_iso2022', iso2022, []);

/** Python's module `_codecs_jp`. CPython 3.12: Modules/cjkcodecs/_codecs_jp.c. */
export const _codecs_jp: NativeModule = codecModule('_codecs_jp', japanese, [
  'jisx0208', 'jisx0212', 'jisxcommon', 'jisx0213_1_bmp', 'jisx0213_2_bmp', 'jisx0213_bmp', 'jisx0213_1_emp', 'jisx0213_2_emp', 'jisx0213_emp', 'jisx0213_pair', 'cp932ext',
]);

/** Python's module `_codecs_kr`. CPython 3.12: Modules/cjkcodecs/_codecs_kr.c. */
export const _codecs_kr: NativeModule = codecModule('_codecs_kr', korean, ['ksx1001', 'cp949', 'cp949ext']);

/** Python's module `_codecs_tw`. CPython 3.12: Modules/cjkcodecs/_codecs_tw.c. */
export const _codecs_tw: NativeModule = codecModule('_codecs_tw', taiwanese, ['big5', 'cp950ext']);
