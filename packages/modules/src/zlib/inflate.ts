import { codesOf, distanceExtra, endOfBlock, firstDistance, firstLength, fixedDistances, fixedLiterals, lengthExtra, lengthLengthCodes, lengthOrder, literals } from './huffman.ts';

/*
 * Inflate (RFC 1951) of a stream that is all there. Whatever is unusual, an error above all, is left to npm pako, which says what zlib says;
 * it begins more slowly than a short stream takes here.
 */

/** By the next bits of the stream, as many as the longest code has: `symbol << 4 | bits of its code`; 0 where there is no such code. */
interface Decoder {
  readonly table: Uint16Array;
  readonly mask: number;
}

/** Null where the codes are not exactly all that there can be of their lengths. */
function decoderOf(lengths: Uint8Array): Decoder | null {
  let longest = 0;
  let taken = 0;
  for (const length of lengths) {
    if (length > longest) longest = length;
    if (length > 0) taken += 0x8000 >> length;
  }
  if (taken !== 0x8000) return null;
  const codes = codesOf(lengths);
  const table = new Uint16Array(1 << longest);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length > 0) for (let bits = codes[symbol]; bits < table.length; bits += 1 << length) table[bits] = (symbol << 4) | length;
  }
  return { table, mask: table.length - 1 };
}

/** Those of 30 and 31 are never sent. */
const fixedLiteralDecoder = decoderOf(fixedLiterals) as Decoder;
const fixedDistanceDecoder = decoderOf(Uint8Array.of(...fixedDistances, 5, 5)) as Decoder;

/** What a stream gives, and where in the input it ends. */
export interface Inflated {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** The stream that begins at `start`; null if it does not end within the input, gives more than `limit` bytes, or is unusual. */
export function inflateWhole(input: Uint8Array, start: number, limit: number): Inflated | null {
  return new Inflater(input, start, limit).run();
}

class Inflater {
  private readonly input: Uint8Array;
  private readonly limit: number;
  private at: number;
  private hold = 0;
  private held = 0;
  private out: Uint8Array;
  private size = 0;

  constructor(input: Uint8Array, start: number, limit: number) {
    this.input = input;
    this.at = start;
    this.limit = limit;
    this.out = new Uint8Array(Math.max(64, (input.length - start) * 4));
  }

  run(): Inflated | null {
    for (let isLast = 0; isLast === 0; ) {
      isLast = this.take(1);
      const kind = this.take(2);
      const done = kind === 0 ? this.stored() : kind === 1 ? this.symbols(fixedLiteralDecoder, fixedDistanceDecoder) : kind === 2 && this.dynamic();
      if (!done || isLast < 0) return null;
    }
    return { bytes: this.out.slice(0, this.size), end: this.at - (this.held >> 3) };
  }

  /** The next bits, 15 at most; -1 at the end of the input. */
  private take(count: number): number {
    while (this.held < count) {
      if (this.at === this.input.length) return -1;
      this.hold |= this.input[this.at++] << this.held;
      this.held += 8;
    }
    const bits = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return bits;
  }

  private reserve(count: number): boolean {
    const { size, out } = this;
    if (size + count <= out.length) return true;
    if (size + count > this.limit) return false;
    this.out = new Uint8Array(Math.max(size + count, out.length * 2));
    this.out.set(out.subarray(0, size));
    return true;
  }

  private stored(): boolean {
    this.take(this.held & 7);
    this.at -= this.held >> 3;
    this.hold = this.held = 0;
    const { input, at } = this;
    if (at + 4 > input.length) return false;
    const length = input[at] | (input[at + 1] << 8);
    if (length !== (~(input[at + 2] | (input[at + 3] << 8)) & 0xffff) || at + 4 + length > input.length || !this.reserve(length)) return false;
    this.out.set(input.subarray(at + 4, at + 4 + length), this.size);
    this.size += length;
    this.at = at + 4 + length;
    return true;
  }

  private dynamic(): boolean {
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const sent = this.take(4) + 4;
    const lengthLengths = new Uint8Array(lengthLengthCodes);
    for (let i = 0; i < sent; i++) {
      const length = this.take(3);
      if (length < 0) return false;
      lengthLengths[lengthOrder[i]] = length;
    }
    const decoder = decoderOf(lengthLengths);
    const lengths = new Uint8Array(literalCount + distanceCount);
    if (decoder === null || literalCount > 286 || distanceCount > 30 || !this.readLengths(decoder, lengths)) return false;
    const literal = decoderOf(lengths.subarray(0, literalCount));
    const distance = decoderOf(lengths.subarray(literalCount));
    return literal !== null && distance !== null && lengths[endOfBlock] > 0 && this.symbols(literal, distance);
  }

  private readLengths({ table, mask }: Decoder, lengths: Uint8Array): boolean {
    for (let i = 0; i < lengths.length; ) {
      while (this.held < 7 && this.at < this.input.length) {
        this.hold |= this.input[this.at++] << this.held;
        this.held += 8;
      }
      const entry = table[this.hold & mask];
      if (entry === 0 || (entry & 15) > this.held) return false;
      this.take(entry & 15);
      const symbol = entry >> 4;
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) return false;
      const extra = this.take(symbol === 16 ? 2 : symbol === 17 ? 3 : 7);
      const end = i + (symbol === 18 ? 11 : 3) + extra;
      if (extra < 0 || end > lengths.length) return false;
      lengths.fill(symbol === 16 ? lengths[i - 1] : 0, i, end);
      i = end;
    }
    return true;
  }

  /** The symbols of a block, up to its end. */
  private symbols(literal: Decoder, distance: Decoder): boolean {
    const { input } = this;
    const { table: literalTable, mask: literalMask } = literal;
    const { table: distanceTable, mask: distanceMask } = distance;
    const { length } = input;
    let { at, hold, held, out, size } = this;
    for (;;) {
      while (held < 15 && at < length) {
        hold |= input[at++] << held;
        held += 8;
      }
      const entry = literalTable[hold & literalMask];
      let bits = entry & 15;
      if (entry === 0 || bits > held) return false;
      hold >>>= bits;
      held -= bits;
      const symbol = entry >> 4;
      if (symbol < literals) {
        if (size === out.length) {
          this.size = size;
          if (!this.reserve(1)) return false;
          out = this.out;
        }
        out[size++] = symbol;
        continue;
      }
      if (symbol === endOfBlock) break;
      const code = symbol - literals - 1;
      bits = lengthExtra[code];
      if (held < bits) {
        if (at === length) return false;
        hold |= input[at++] << held;
        held += 8;
      }
      const count = 3 + firstLength[code] + (hold & ((1 << bits) - 1));
      hold >>>= bits;
      held -= bits;
      while (held < 15 && at < length) {
        hold |= input[at++] << held;
        held += 8;
      }
      const far = distanceTable[hold & distanceMask];
      bits = far & 15;
      if (far === 0 || bits > held) return false;
      hold >>>= bits;
      held -= bits;
      bits = distanceExtra[far >> 4];
      while (held < bits) {
        if (at === length) return false;
        hold |= input[at++] << held;
        held += 8;
      }
      const back = 1 + firstDistance[far >> 4] + (hold & ((1 << bits) - 1));
      hold >>>= bits;
      held -= bits;
      // Codes that are never sent have no distance.
      if (!(back <= size)) return false;
      if (size + count > out.length) {
        this.size = size;
        if (!this.reserve(count)) return false;
        out = this.out;
      }
      if (back === 1) out.fill(out[size - 1], size, size + count);
      else for (let i = size, end = size + count; i < end; i++) out[i] = out[i - back];
      size += count;
    }
    this.at = at;
    this.hold = hold;
    this.held = held;
    this.size = size;
    return true;
  }
}
