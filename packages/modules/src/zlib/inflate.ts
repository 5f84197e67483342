import { distanceExtra, endOfBlock, firstDistance, firstLength, fixedDistances, fixedLiterals, lengthExtra, lengthLengthCodes, lengthOrder, literals } from './huffman.ts';

/*
 * Inflate (RFC 1951) of a stream that is all there. Whatever is unusual, an error above all, is left to npm pako, which says what zlib says;
 * it begins more slowly than a short stream takes here.
 */

/** By the next bits of the stream, as many as the longest code has: `symbol << 4 | bits of its code`; 0 where there is no such code. */
interface Decoder {
  readonly table: Uint16Array;
  readonly mask: number;
}

/** No code is longer. */
const longestCode = 15;

/** What a short stream would take longer to make than to use. One stream at a time. */
export interface InflateTables {
  readonly literal: Uint16Array;
  readonly distance: Uint16Array;
  readonly lengthLength: Uint16Array;
  readonly lengths: Uint8Array;
  readonly out: Uint8Array;
  /** By length: how many codes there are, and the next one. */
  readonly next: Uint16Array;
}

export const newInflateTables = (): InflateTables => ({
  literal: new Uint16Array(1 << longestCode), distance: new Uint16Array(1 << longestCode), lengthLength: new Uint16Array(128), lengths: new Uint8Array(320), out: new Uint8Array(16384), next: new Uint16Array(longestCode + 2),
});

/** Puts the codes of the lengths from `start` to `end` into `table`. Null where they are not exactly all that there can be. */
function decoderOf(lengths: Uint8Array, start: number, end: number, table: Uint16Array, next: Uint16Array): Decoder | null {
  let longest = 0;
  let taken = 0;
  next.fill(0);
  for (let i = start; i < end; i++) {
    const length = lengths[i];
    if (length === 0) continue;
    if (length > longest) longest = length;
    taken += 0x8000 >> length;
    next[length + 1]++;
  }
  if (taken !== 0x8000) return null;
  for (let length = 1; length <= longest; length++) next[length] = (next[length] + next[length - 1]) << 1;
  const size = 1 << longest;
  for (let i = start; i < end; i++) {
    const length = lengths[i];
    if (length === 0) continue;
    let code = next[length]++;
    let bits = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) bits = (bits << 1) | (code & 1);
    const entry = ((i - start) << 4) | length;
    for (; bits < size; bits += 1 << length) table[bits] = entry;
  }
  return { table, mask: size - 1 };
}

const fixedDecoder = (lengths: Uint8Array): Decoder => decoderOf(lengths, 0, lengths.length, new Uint16Array(512), new Uint16Array(longestCode + 2)) as Decoder;
const fixedLiteralDecoder = fixedDecoder(fixedLiterals);
/** Those of 30 and 31 are never sent. */
const fixedDistanceDecoder = fixedDecoder(Uint8Array.of(...fixedDistances, 5, 5));

/** What a stream gives, and where in the input it ends. */
export interface Inflated {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** The stream that begins at `start`; null if it does not end within the input, gives more than `limit` bytes, or is unusual. */
export function inflateWhole(input: Uint8Array, start: number, limit: number, tables: InflateTables): Inflated | null {
  return new Inflater(input, start, limit, tables).run();
}

class Inflater {
  private readonly input: Uint8Array;
  private readonly limit: number;
  private readonly tables: InflateTables;
  private at: number;
  private hold = 0;
  private held = 0;
  private out: Uint8Array;
  private size = 0;

  constructor(input: Uint8Array, start: number, limit: number, tables: InflateTables) {
    this.input = input;
    this.at = start;
    this.limit = limit;
    this.tables = tables;
    this.out = tables.out;
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
    const { lengths, literal: literalTable, distance: distanceTable, lengthLength, next } = this.tables;
    lengths.fill(0, 0, lengthLengthCodes);
    for (let i = 0; i < sent; i++) {
      const length = this.take(3);
      if (length < 0) return false;
      lengths[lengthOrder[i]] = length;
    }
    const count = literalCount + distanceCount;
    const decoder = decoderOf(lengths, 0, lengthLengthCodes, lengthLength, next);
    if (decoder === null || literalCount > 286 || distanceCount > 30 || !this.readLengths(decoder, lengths, count)) return false;
    const literal = decoderOf(lengths, 0, literalCount, literalTable, next);
    const distance = decoderOf(lengths, literalCount, count, distanceTable, next);
    return literal !== null && distance !== null && lengths[endOfBlock] > 0 && this.symbols(literal, distance);
  }

  private readLengths({ table, mask }: Decoder, lengths: Uint8Array, count: number): boolean {
    for (let i = 0; i < count; ) {
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
      if (extra < 0 || end > count) return false;
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
