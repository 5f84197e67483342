import type { ByteBuffer, PointBuffer } from '@py/vm/native';
import type { Charset } from './charset.ts';
import { INCOMPLETE } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';
import { pushCharacter } from './table-codec.ts';

const TILDE = 0x7e;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** HZ: ASCII, and GB 2312 between `~{` and `~}`. The state's first byte is 1 there. CPython 3.12: Modules/cjkcodecs/_codecs_cn.c, hz. */
export class HZ implements MultibyteCodec {
  readonly name = 'hz';
  readonly encoderState: readonly number[] = [];
  readonly decoderState: readonly number[] = [];
  private readonly charset: Charset;

  constructor(charset: Charset) {
    this.charset = charset;
  }

  decode(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number {
    const byte = input[at];
    if (byte === TILDE) return at + 1 < input.length ? escape(input[at + 1], out, state) : INCOMPLETE;
    if (byte >= 0x80) return -1;
    if (state[0] === 0) {
      out.push(byte);
      return 1;
    }
    if (at + 1 >= input.length) return INCOMPLETE;
    return input[at + 1] < 0x80 && pushCharacter(out, this.charset, ((byte << 8) | input[at + 1]) | 0x8080) ? 2 : -1;
  }

  encode(text: ArrayLike<number>, at: number, out: ByteBuffer, state: Uint8Array): number {
    const point = text[at];
    if (point < 0x80) {
      this.finish(state, out);
      out.push(point);
      if (point === TILDE) out.push(TILDE);
      return 1;
    }
    const code = this.charset.codes[point];
    if (!(code > 0)) return -1;
    if (state[0] === 0) out.push2(TILDE, OPEN);
    state[0] = 1;
    out.push2((code >> 8) & 0x7f, code & 0x7f);
    return 1;
  }

  finish(state: Uint8Array, out: ByteBuffer): void {
    if (state[0] !== 0) out.push2(TILDE, CLOSE);
    state[0] = 0;
  }

  restart(state: Uint8Array): void {
    state[0] = 0;
  }
}

/** What a tilde and `byte` mean. */
function escape(byte: number, out: PointBuffer, state: Uint8Array): number {
  if (byte === TILDE && state[0] === 0) out.push(TILDE);
  else if (byte === OPEN && state[0] === 0) state[0] = 1;
  else if (byte === CLOSE && state[0] === 1) state[0] = 0;
  else if (byte !== 0x0a || state[0] !== 0) return -1;
  return 2;
}
