import type { ByteBuffer, PointBuffer } from '@py/vm/native';
import type { Charset } from './charset.ts';
import { INCOMPLETE } from './codec.ts';
import { TableCodec } from './table-codec.ts';

/** First byte of the letters of Hangul, and the second of the one that says that a syllable follows, or that it has no third letter. */
const LETTER = 0xa4;
const FILLER = 0xd4;

/** Second bytes of the letters that a syllable can begin with and end with; vowels follow each other from here. */
const initials = [0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe];
const finals = [FILLER, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe];
const firstVowel = 0xbf;
const vowels = 21;

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;

/** EUC-KR: KS X 1001, whose other syllables are spelled in eight bytes. CPython 3.12: Modules/cjkcodecs/_codecs_kr.c, euc_kr. */
export class EucKR extends TableCodec {
  constructor(charset: Charset) {
    super('euc_kr', charset);
  }

  override decode(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number {
    if (input[at] !== LETTER || input[at + 1] !== FILLER) return super.decode(input, at, out, state);
    if (at + 8 > input.length) return INCOMPLETE;
    const vowel = input[at + 5] - firstVowel;
    const initial = initials.indexOf(input[at + 3]);
    const final = finals.indexOf(input[at + 7]);
    const isSpelled = input[at + 2] === LETTER && input[at + 4] === LETTER && input[at + 6] === LETTER;
    if (!isSpelled || initial < 0 || vowel < 0 || vowel >= vowels || final < 0) return -1;
    out.push(firstSyllable + (initial * vowels + vowel) * finals.length + final);
    return 8;
  }

  override encode(text: ArrayLike<number>, at: number, out: ByteBuffer, state: Uint8Array, final: boolean): number {
    const point = text[at];
    if (point < firstSyllable || point > lastSyllable || this.charset.codes[point] > 0) return super.encode(text, at, out, state, final);
    const number = point - firstSyllable;
    const vowel = Math.floor(number / finals.length) % vowels;
    out.append(Uint8Array.of(LETTER, FILLER, LETTER, initials[Math.floor(number / finals.length / vowels)], LETTER, firstVowel + vowel, LETTER, finals[number % finals.length]));
    return 1;
  }
}
