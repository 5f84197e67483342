import type { VM } from '@py/vm/native';
import { charsets, pairs } from '../generated/multibyte.ts';
import { buildCharset } from './charset.ts';
import type { Charset } from './charset.ts';
import type { MultibyteCodec } from './codec.ts';
import { EucKR } from './euc-kr.ts';
import { GB18030 } from './gb18030.ts';
import { HZ } from './hz.ts';
import { ISO2022 } from './iso2022.ts';
import type { Designation, ISO2022Options } from './iso2022.ts';
import { recipes } from './recipes.ts';
import { TableCodec } from './table-codec.ts';

type Named = (charset: string) => Charset;

/** Codecs by name, and how each is made. */
export type CodecList = Readonly<Record<string, (charset: Named, name: string) => MultibyteCodec>>;

const table = (charset: Named, name: string): MultibyteCodec => new TableCodec(name, charset(name));
const shiftJis = (lastLead: number) => (charset: Named, name: string): MultibyteCodec => new TableCodec(name, charset(name), { isLead: (byte) => byte > 0x80 && byte !== 0xa0 && byte <= lastLead });
const withThird = (third: string) => (charset: Named, name: string): MultibyteCodec => new TableCodec(name, charset(name), { third: charset(third) });

/** The codecs of `_codecs_cn`. */
export const chinese: CodecList = {
  gb2312: table,
  gbk: table,
  gb18030: (charset) => new GB18030(charset('gb18030')),
  hz: (charset) => new HZ(charset('gb2312')),
};

/** The codecs of `_codecs_hk`. */
export const hongKong: CodecList = { big5hkscs: table };

/** The codecs of `_codecs_tw`. */
export const taiwanese: CodecList = { big5: table, cp950: table };

/** The codecs of `_codecs_kr`. */
export const korean: CodecList = { euc_kr: (charset) => new EucKR(charset('euc_kr')), cp949: table, johab: table };

/** The codecs of `_codecs_jp`. */
export const japanese: CodecList = {
  shift_jis: shiftJis(0xea),
  cp932: table,
  euc_jp: withThird('jisx0212'),
  shift_jis_2004: shiftJis(0xfc),
  euc_jis_2004: withThird('euc_jis_2004_8f'),
  euc_jisx0213: withThird('euc_jisx0213_8f'),
  shift_jisx0213: shiftJis(0xfc),
};

/** A designation by the final byte of its escape sequence, in G0. */
const inG0 = (final: string, charset: Designation['charset'], pairsOnly = false): Designation => ({ mark: final.charCodeAt(0) | (typeof charset === 'string' ? 0 : 0x80), plane: 0, charset, pairsOnly });

const jisx0208 = (charset: Named): Designation => inG0('B', charset('jisx0208'));
const jisx0208of1978 = (charset: Named): Designation => inG0('@', charset('jisx0208'));
const jisx0212 = (charset: Named): Designation => inG0('D', charset('jisx0212'));
const roman = (): Designation => inG0('J', 'roman');
const jisx0213 = (final: string, plane1: string, plane2: string) => (charset: Named): Designation[] =>
  [inG0(final, charset(plane1), true), jisx0208(charset), inG0(final, charset(plane1)), inG0('P', charset(plane2))];

const japaneseISO = (designations: (charset: Named) => Designation[], options: ISO2022Options = {}) => (charset: Named, name: string): MultibyteCodec =>
  new ISO2022(name, designations(charset), { revisions: true, ...options });

/** The codecs of `_codecs_iso2022`. */
export const iso2022: CodecList = {
  iso2022_kr: (charset, name) => new ISO2022(name, [{ mark: 0xc3, plane: 1, charset: charset('ksx1001') }], { shifts: true }),
  iso2022_jp: japaneseISO((charset) => [jisx0208(charset), roman(), jisx0208of1978(charset)]),
  iso2022_jp_1: japaneseISO((charset) => [jisx0208(charset), jisx0212(charset), roman(), jisx0208of1978(charset)]),
  iso2022_jp_2: japaneseISO((charset) => [
    jisx0208(charset), jisx0212(charset), inG0('C', charset('ksx1001')), inG0('A', charset('gb2312')), roman(), jisx0208of1978(charset),
    { mark: 0x41, plane: 2, charset: 'decoder' }, { mark: 0x46, plane: 2, charset: 'decoder' },
  ], { hasG2: true }),
  iso2022_jp_2004: japaneseISO(jisx0213('Q', 'jisx0213_1', 'jisx0213_2')),
  iso2022_jp_3: japaneseISO(jisx0213('O', 'jisx0213_1_2000', 'jisx0213_2_2000')),
  iso2022_jp_ext: japaneseISO((charset) => [jisx0208(charset), jisx0212(charset), roman(), inG0('I', 'katakana'), jisx0208of1978(charset)]),
};

/** Makes the codec `name` of a list, null if it has none of that name. */
export function createCodec(vm: VM, list: CodecList, name: string): MultibyteCodec | null {
  const known = vm.state('multibyte charsets', () => new Map<string, Charset>());
  const charset = (wanted: string): Charset => {
    let found = known.get(wanted);
    if (found === undefined) known.set(wanted, (found = buildCharset(recipes[wanted], charsets[wanted](), pairs, charset)));
    return found;
  };
  return Object.hasOwn(list, name) ? list[name](charset, name) : null;
}
