import type { ByteBuffer, PointBuffer } from '@py/vm/native';
import type { Charset } from './charset.ts';
import { INCOMPLETE } from './codec.ts';
import type { MultibyteCodec } from './codec.ts';
import { pairAt, pushCharacter } from './table-codec.ts';

const LF = 0x0a;
const SO = 0x0e;
const SI = 0x0f;
const ESC = 0x1b;
const DOLLAR = 0x24;
const AMPERSAND = 0x26;
const OPEN = 0x28;
const CLOSE = 0x29;
const DOT = 0x2e;
const AT = 0x40;
const B = 0x42;
const N = 0x4e;

/** Escape sequences that are longer than this are none. */
const longestEscape = 16;

/** Added to the final byte of a designation for a charset of two bytes a character. */
const TWO_BYTES = 0x80;

/** The final bytes of designations; what a state holds for G0 to G2. */
const ASCII = B;
const LATIN_1 = 0x41;
const GREEK = 0x46;

/** Bits of the state's fifth byte. */
const SHIFTED = 1;
const IN_OTHER_ESCAPE = 2;
const flags = 4;

/** A charset that an encoding can switch to. */
export interface Designation {
  /** Final byte of its escape sequence, with {@link TWO_BYTES}. */
  readonly mark: number;
  /** G0 to G2. */
  readonly plane: 0 | 1 | 2;
  readonly charset: Charset | 'roman' | 'katakana' | 'decoder';
  /** Nothing but pairs of characters is written with it. */
  readonly pairsOnly?: boolean;
}

/** What distinguishes the encodings of the family. */
export interface ISO2022Options {
  /** SO and SI switch between G1 and G0. */
  readonly shifts?: boolean;
  /** ESC N takes one character of G2. */
  readonly hasG2?: boolean;
  /** ESC & @ ESC $ B, the revised JIS X 0208, is known. */
  readonly revisions?: boolean;
}

/** The encodings of ISO 2022. State: marks of G0 to G2, flags. CPython 3.12: Modules/cjkcodecs/_codecs_iso2022.c. */
export class ISO2022 implements MultibyteCodec {
  readonly name: string;
  readonly encoderState: readonly number[] = [ASCII, ASCII];
  readonly decoderState: readonly number[] = [ASCII, ASCII, ASCII];
  /** In the order in which a character is looked for. */
  private readonly designations: readonly Designation[];
  private readonly options: ISO2022Options;

  constructor(name: string, designations: readonly Designation[], options: ISO2022Options) {
    this.name = name;
    this.designations = designations;
    this.options = options;
  }

  decode(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number {
    const byte = input[at];
    if (state[flags] & IN_OTHER_ESCAPE) {
      if (endsEscape(byte)) state[flags] &= ~IN_OTHER_ESCAPE;
      out.push(byte);
      return 1;
    }
    if (byte === ESC) return this.decodeEscape(input, at, out, state);
    if (byte === SI || byte === SO) {
      if (this.options.shifts !== true) out.push(byte);
      else if (byte === SO) state[flags] |= SHIFTED;
      else state[flags] &= ~SHIFTED;
      return 1;
    }
    if (byte === LF) state[flags] &= ~SHIFTED;
    if (byte >= 0x80) return -1;
    const mark = byte < 0x20 ? ASCII : state[state[flags] & SHIFTED];
    if (mark === ASCII) {
      out.push(byte);
      return 1;
    }
    return this.decodeDesignated(input, at, out, mark);
  }

  private decodeDesignated(input: Uint8Array, at: number, out: PointBuffer, mark: number): number {
    const charset = this.designations.find((known) => known.mark === mark)?.charset;
    if (charset === undefined || charset === 'decoder') return -1;
    if (charset === 'roman') return pushOne(out, romanPoint(input[at]));
    if (charset === 'katakana') return pushOne(out, input[at] >= 0x21 && input[at] <= 0x5f ? input[at] + 0xff40 : -1);
    if (at + 1 >= input.length) return INCOMPLETE;
    const isCode = input[at + 1] < 0x80 && pushCharacter(out, charset, ((input[at] << 8) | input[at + 1]) | 0x8080);
    return isCode ? 2 : -2;
  }

  private decodeEscape(input: Uint8Array, at: number, out: PointBuffer, state: Uint8Array): number {
    if (at + 1 >= input.length) return INCOMPLETE;
    switch (input[at + 1]) {
      case DOLLAR:
      case AMPERSAND:
      case OPEN:
      case CLOSE:
      case DOT:
        return this.designate(input, at, state);
      case N:
        if (this.options.hasG2 !== true) break;
        if (at + 2 >= input.length) return INCOMPLETE;
        return pushOne(out, pointOfG2(state[2], input[at + 2])) < 0 ? -3 : 3;
    }
    state[flags] |= IN_OTHER_ESCAPE;
    out.push(ESC);
    return 1;
  }

  /** Follows the escape sequence at `at`. */
  private designate(input: Uint8Array, at: number, state: Uint8Array): number {
    const length = this.escapeLength(input, at);
    if (length <= 0) return length;
    const bytes = input.subarray(at, at + length);
    const last = bytes[length - 1];
    let plane = -1;
    let mark = last;
    if (length === 3 && bytes[1] === DOLLAR) [plane, mark] = [0, last | TWO_BYTES];
    else if (length === 3) plane = [OPEN, CLOSE, ...(this.options.hasG2 ? [DOT] : [])].indexOf(bytes[1]);
    else if (length === 4 && bytes[1] === DOLLAR) [plane, mark] = [[OPEN, CLOSE].indexOf(bytes[2]), last | TWO_BYTES];
    else if (length === 6 && this.options.revisions && bytes[3] === ESC && bytes[4] === DOLLAR && last === B) [plane, mark] = [0, last | TWO_BYTES];
    if (plane < 0 || !(mark === ASCII || this.designations.some((known) => known.mark === mark))) return -length;
    state[plane] = mark;
    return length;
  }

  /** Bytes of the escape sequence, INCOMPLETE, or -1 if it does not end. */
  private escapeLength(input: Uint8Array, at: number): number {
    for (let i = 1; i < longestEscape; i++) {
      if (at + i >= input.length) return INCOMPLETE;
      if (endsEscape(input[at + i])) return i + 1;
      // What is behind `&@` is the sequence that matters.
      if (this.options.revisions && input[at + i] === AMPERSAND && input[at + i + 1] === AT) i += 2;
    }
    return -1;
  }

  encode(text: ArrayLike<number>, at: number, out: ByteBuffer, state: Uint8Array, final: boolean): number {
    const point = text[at];
    if (point < 0x80) {
      if (state[0] !== ASCII) this.switchTo(out, state, 0, ASCII);
      this.unshift(out, state);
      out.push(point);
      return 1;
    }
    for (const designation of this.designations) {
      const { charset } = designation;
      if (charset === 'decoder') continue;
      const pair = typeof charset === 'string' ? -1 : pairAt(charset, text, at, final);
      if (pair === INCOMPLETE) return INCOMPLETE;
      const code = pair > 0 ? pair : designation.pairsOnly ? 0 : codeIn(charset, point);
      if (code === 0) continue;
      this.select(designation, out, state);
      if (designation.mark & TWO_BYTES) out.push((code >> 8) & 0x7f);
      out.push(code & 0x7f);
      return pair > 0 ? 2 : 1;
    }
    return -1;
  }

  /** Writes what it takes to have the charset at hand. */
  private select({ plane, mark }: Designation, out: ByteBuffer, state: Uint8Array): void {
    if (plane === 0) this.unshift(out, state);
    if (state[plane] !== mark) this.switchTo(out, state, plane, mark);
    if (plane === 0 || state[flags] & SHIFTED) return;
    out.push(SO);
    state[flags] |= SHIFTED;
  }

  private switchTo(out: ByteBuffer, state: Uint8Array, plane: number, mark: number): void {
    out.push(ESC);
    if (mark & TWO_BYTES) out.push(DOLLAR);
    // JIS X 0208 has an escape sequence from the time when there was nothing but G0.
    if (mark !== (B | TWO_BYTES)) out.push(OPEN + plane);
    out.push(mark & 0x7f);
    state[plane] = mark;
  }

  private unshift(out: ByteBuffer, state: Uint8Array): void {
    if (state[flags] & SHIFTED) out.push(SI);
    state[flags] &= ~SHIFTED;
  }

  finish(state: Uint8Array, out: ByteBuffer): void {
    this.unshift(out, state);
    if (state[0] !== ASCII) this.switchTo(out, state, 0, ASCII);
  }

  restart(state: Uint8Array): void {
    state[0] = ASCII;
    state[flags] &= ~SHIFTED;
  }
}

const endsEscape = (byte: number): boolean => byte >= AT && byte <= 0x5a;

function pushOne(out: PointBuffer, point: number): number {
  if (point < 0) return -1;
  out.push(point);
  return 1;
}

/** JIS X 0201's Latin half: ASCII with a yen and an overline. */
function romanPoint(byte: number): number {
  if (byte === 0x5c) return 0xa5;
  return byte === 0x7e ? 0x203e : byte;
}

/** The code of a character that is not ASCII, 0 if there is none. */
function codeIn(charset: Exclude<Designation['charset'], 'decoder'>, point: number): number {
  if (charset === 'katakana') return point >= 0xff61 && point <= 0xff9f ? point - 0xff40 : 0;
  if (charset === 'roman') return point === 0xa5 ? 0x5c : point === 0x203e ? 0x7e : 0;
  return charset.codes[point] ?? 0;
}

/** ISO 8859-7 is Greek where it is not Latin-1, without these. */
const greekHoles = [0xa4, 0xa5, 0xaa, 0xae, 0xd2, 0xff];

/** The character of `byte` in G2, -1 if there is none. */
function pointOfG2(mark: number, byte: number): number {
  if (mark === ASCII) return byte < 0x80 ? byte : -1;
  if (mark === LATIN_1) return byte < 0x80 ? byte + 0x80 : -1;
  if (mark !== GREEK) return -1;
  const upper = byte ^ 0x80;
  if (greekHoles.includes(upper)) return -1;
  if (upper === 0xa1 || upper === 0xa2) return upper + 0x1f77;
  if (upper === 0xaf) return 0x2015;
  return upper >= 0xb4 && upper !== 0xb7 && upper !== 0xbb && upper !== 0xbd ? upper + 0x2d0 : upper;
}
