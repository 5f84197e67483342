/* What the parts of `_lzma` agree on (the .xz file format 1.2.0; the LZMA specification of the LZMA SDK). */

/** Why liblzma would refuse: the name of its return code. */
export class LzmaFailure extends Error {
  override readonly name = 'LzmaFailure';
  readonly code: 'DATA' | 'FORMAT' | 'OPTIONS' | 'MEMLIMIT' | 'PROG' | 'UNSUPPORTED_CHECK';
  constructor(code: LzmaFailure['code']) {
    super(code);
    this.code = code;
  }
}

/** Settings of LZMA1 and LZMA2. */
export interface LzmaOptions {
  /** Bytes that matches can reach back. */
  dictSize: number;
  /** Bits of the byte before, and of the position, that choose the model of a literal; bits of the position that choose other models. */
  lc: number;
  lp: number;
  pb: number;
  /** 1 is fast, 2 normal. */
  mode: number;
  /** A match of this length is taken without looking for a longer one. */
  niceLength: number;
  matchFinder: number;
  /** Candidates to look at; 0 leaves it to the match finder. */
  depth: number;
}

export type Filter =
  | { readonly kind: 'lzma1'; readonly options: LzmaOptions }
  | { readonly kind: 'lzma2'; readonly options: LzmaOptions }
  | { readonly kind: 'delta'; readonly distance: number }
  | { readonly kind: 'bcj'; readonly id: number; readonly startOffset: number };

/** Settings of a preset, level 0 to 9 (liblzma: lzma/lzma_encoder_presets.c). */
export function presetOptions(level: number, extreme: boolean): LzmaOptions {
  const dictSize = 1 << [18, 20, 21, 22, 22, 23, 23, 24, 25, 26][level];
  const common = { dictSize, lc: 3, lp: 0, pb: 2 };
  if (extreme) return { ...common, mode: 2, matchFinder: 20, ...(level === 3 || level === 5 ? { niceLength: 192, depth: 0 } : { niceLength: 273, depth: 512 }) };
  if (level <= 3) return { ...common, mode: 1, matchFinder: level === 0 ? 3 : 4, niceLength: level <= 1 ? 128 : 273, depth: [4, 8, 24, 48][level] };
  return { ...common, mode: 2, matchFinder: 20, niceLength: level === 4 ? 16 : level === 5 ? 32 : 64, depth: 0 };
}

/** Bytes come in at the end and are read from `at`. */
export class Input {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;

  get available(): number {
    return this.bytes.length - this.at;
  }

  append(more: Uint8Array): void {
    if (more.length === 0) return;
    const joined = new Uint8Array(this.available + more.length);
    joined.set(this.bytes.subarray(this.at));
    joined.set(more, this.available);
    this.bytes = joined;
    this.at = 0;
  }
}

/** Bytes go out at the end. */
export class Output {
  bytes: Uint8Array = new Uint8Array(256);
  length = 0;

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  write(data: Uint8Array): void {
    this.reserve(data.length);
    this.bytes.set(data, this.length);
    this.length += data.length;
  }

  /** `value` in so many bytes, the lowest first. */
  littleEndian(value: number, size: number): void {
    for (let rest = value, i = 0; i < size; i++, rest = Math.floor(rest / 256)) this.byte(rest % 256);
  }

  /** Removes the first `count` bytes and gives them. */
  take(count: number): Uint8Array {
    const taken = this.bytes.slice(0, count);
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    return taken;
  }
}

/** Why a decoder stopped: it wants input, has given as much as was asked for, or is at the end of its stream. */
export type Stop = 'input' | 'goal' | 'end';

/** Part of a decoder. Throws {@link LzmaFailure}. */
export interface Decoder {
  /** Goes on until `out` holds `goal` bytes. A little more may come out. */
  run(input: Input, out: Output, goal: number): Stop;
}

/** Reads a number of the .xz format: seven bits a byte, the lowest first. Undefined where the bytes end before it does. */
export function readNumber(bytes: Uint8Array, at: number, end: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; at + i < end; i++) {
    const byte = bytes[at + i];
    if (i === 9 || (byte === 0 && i > 0)) throw new LzmaFailure('DATA');
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** Writes such a number. */
export function writeNumber(out: Output, value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out.byte((rest % 128) | 0x80);
  out.byte(rest);
}

/** The number in four bytes, the lowest first. */
export function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
