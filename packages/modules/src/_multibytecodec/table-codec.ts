import type { ByteBuffer, PointBuffer } from '@py/vm/native';
import { firstPair, withdrawn } from './charset.ts';
import type { Charset } from './charset.ts';
import { INCOMPLETE } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';

/** The byte before the two of a character of the third code set, in the EUC of Japan. */
const SS3 = 0x8f;

/** An encoding whose bytes are the codes of a charset: one byte below 256, else two. CPython 3.12: Modules/cjkcodecs/_codecs_*.c. */
export class TableCodec implements MultibyteCodec {
  readonly name: string;
  readonly encoderState: readonly number[] = [];
  readonly decoderState: readonly number[] = [];
  protected readonly charset: Charset;
  /** Characters behind SS3. */
  private readonly third: Charset | null;
  /** Whether a byte that is no character begins one of two bytes. */
  private readonly isLead: (byte: number) => boolean;

  constructor(name: string, charset: Charset, options: { readonly third?: Charset; readonly isLead?: (byte: number) => boolean } = {}) {
    this.name = name;
    this.charset = charset;
    this.third = options.third ?? null;
    this.isLead = options.isLead ?? (() => true);
  }

  decode(input: Uint8Array, at: number, out: PointBuffer, _state: Uint8Array): number {
    const { points } = this.charset;
    const byte = input[at];
    const single = points[byte];
    if (single !== 0 || byte === 0) {
      out.push(single);
      return 1;
    }
    if (!this.isLead(byte)) return -1;
    const triple = byte === SS3 && this.third !== null;
    const size = triple ? 3 : 2;
    if (at + size > input.length) return INCOMPLETE;
    const code = triple ? (input[at + 1] << 8) | input[at + 2] : (byte << 8) | input[at + 1];
    const charset = triple ? (this.third as Charset) : this.charset;
    if (pushCharacter(out, charset, code)) return size;
    return charset.points[code] === withdrawn ? -2 : -1;
  }

  encode(text: ArrayLike<number>, at: number, out: ByteBuffer, _state: Uint8Array, final: boolean): number {
    const point = text[at];
    const { codes } = this.charset;
    const pair = pairAt(this.charset, text, at, final);
    if (pair === INCOMPLETE) return INCOMPLETE;
    const code = pair > 0 ? pair : codes[point];
    if (code > 0xff) out.push2(code >> 8, code & 0xff);
    else if (code > 0 || point === 0) out.push(code);
    else {
      const third = this.third === null ? 0 : this.third.codes[point];
      if (!(third > 0)) return -1;
      out.push3(SS3, third >> 8, third & 0xff);
    }
    return pair > 0 ? 2 : 1;
  }
}

/** Adds the character, or the two, with this code of two bytes; false if there is none. */
export function pushCharacter(out: PointBuffer, charset: Charset, code: number): boolean {
  const point = charset.points[code];
  if (point === 0 || point === withdrawn || code < 0x100) return false;
  if (point < firstPair) out.push(point);
  else charset.pairs[point - firstPair].forEach((one) => out.push(one));
  return true;
}

/** The code of the pair of characters at `at`, -1 if there is none, INCOMPLETE if one may still come. */
export function pairAt(charset: Charset, text: ArrayLike<number>, at: number, final: boolean): number {
  const seconds = charset.codesOfPairs.size === 0 ? undefined : charset.codesOfPairs.get(text[at]);
  if (seconds === undefined) return -1;
  if (at + 1 < text.length) return seconds.get(text[at + 1]) ?? -1;
  return final ? -1 : INCOMPLETE;
}
