import type { ByteBuffer, PointBuffer } from '@py/vm/native';
import type { Charset } from './charset.ts';
import { INCOMPLETE } from './codec.ts';
import { TableCodec } from './table-codec.ts';

/** Characters of the first plane that have four bytes. */
const inFirstPlane = 39420;
/** What the four bytes of U+10000 count to. */
const supplementary = 15 * 12600;

/** GB 18030: GBK, and all other characters in four bytes, in Unicode's order. CPython 3.12: Modules/cjkcodecs/_codecs_cn.c, gb18030. */
export class GB18030 extends TableCodec {
  /** Characters of the first plane by the number of their four bytes. */
  private readonly points = new Uint16Array(inFirstPlane);
  /** And that number by the character. */
  private readonly numbers = new Uint16Array(0x10000);

  constructor(charset: Charset) {
    super('gb18030', charset);
    let number = 0;
    for (let point = 0x80; point < 0x10000; point++) {
      if (charset.codes[point] !== 0 || (point >= 0xd800 && point < 0xe000)) continue;
      this.numbers[point] = number;
      this.points[number++] = point;
    }
  }

  override decode(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number {
    const first = input[at];
    const second = input[at + 1];
    if (first < 0x80 || !(second >= 0x30 && second <= 0x39)) return super.decode(input, at, out, state);
    if (at + 4 > input.length) return INCOMPLETE;
    const third = input[at + 2];
    const fourth = input[at + 3];
    if (first === 0x80 || third < 0x81 || third > 0xfe || fourth < 0x30 || fourth > 0x39) return -1;
    const number = ((first - 0x81) * 10 + second - 0x30) * 1260 + (third - 0x81) * 10 + fourth - 0x30;
    if (number < inFirstPlane && first < 0x85) out.push(this.points[number]);
    else if (number >= supplementary && number - supplementary < 0x100000) out.push(0x10000 + number - supplementary);
    else return -1;
    return 4;
  }

  override encode(text: ArrayLike<number>, at: number, out: ByteBuffer, state: Uint8Array, final: boolean): number {
    const point = text[at];
    if (point < 0x80 || this.charset.codes[point] > 0) return super.encode(text, at, out, state, final);
    if (point >= 0xd800 && point < 0xe000) return -1;
    const number = point < 0x10000 ? this.numbers[point] : supplementary + point - 0x10000;
    out.push4(0x81 + Math.floor(number / 12600), 0x30 + (Math.floor(number / 1260) % 10), 0x81 + (Math.floor(number / 10) % 126), 0x30 + (number % 10));
    return 1;
  }
}
