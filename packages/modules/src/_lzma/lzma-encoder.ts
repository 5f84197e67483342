import type { LzmaOptions } from './format.ts';
import { type Output } from './format.ts';
import { propertiesByte } from './filter-options.ts';
import { MatchFinder } from './match-finder.ts';
import {
  afterLiteral, afterMatch, afterRep, afterShortRep, IS_MATCH, IS_REP, IS_REP0_LONG, IS_REP_G0, IS_REP_G1, IS_REP_G2, LENGTH_HIGH, LENGTH_LOW, LENGTH_MID, LITERAL, LITERAL_STATES,
  MATCH_LENGTH, MATCH_MAX, MATCH_MIN, newProbabilities, POS_ALIGN, POS_SLOT, POS_SPECIAL, REP_LENGTH,
} from './models.ts';
import { RangeEncoder } from './range-encoder.ts';

/** Input that must be there before a symbol is chosen, unless it is the last: two longest matches. */
const lookahead = 2 * MATCH_MAX;

/**
 * Encodes LZMA symbols: the part that LZMA1 and LZMA2 share. Matches are chosen greedily, one byte ahead; the distances used last are
 * preferred, since they cost little.
 */
export class SymbolEncoder {
  readonly range = new RangeEncoder();
  readonly input: MatchFinder;
  private readonly lc: number;
  private readonly lpMask: number;
  private readonly pbMask: number;
  private readonly niceLength: number;
  private readonly probs: Uint16Array;
  private state = 0;
  private readonly reps = [0, 0, 0, 0];
  /** Bytes encoded. */
  private total = 0;
  /** Match found by looking a byte ahead, and its distance; -1: not looked for. */
  private aheadLength = -1;
  private aheadDistance = 0;

  constructor(options: LzmaOptions) {
    this.lc = options.lc;
    this.lpMask = (1 << options.lp) - 1;
    this.pbMask = (1 << options.pb) - 1;
    this.niceLength = options.niceLength;
    this.input = new MatchFinder(options.dictSize, options.niceLength, options.depth || 16 + (options.niceLength >> 1));
    this.probs = newProbabilities(options.lc, options.lp);
  }

  /** All as at the start, but for what is known of the bytes before. */
  resetState(): void {
    this.probs.fill(1024);
    this.state = 0;
    this.reps.fill(0);
    this.range.reset();
  }

  /** There is enough input for another symbol; at the end of the input any is. */
  canEncode(final: boolean): boolean {
    const left = this.input.end - this.input.at;
    return left >= lookahead || (final && left > 0);
  }

  /** Encodes one symbol and gives how many bytes it stands for. */
  encode(): number {
    const { input, reps } = this;
    const { at } = input;
    const left = input.end - at;
    let length = this.aheadLength >= 0 ? this.aheadLength : input.longest(at);
    let distance = this.aheadLength >= 0 ? this.aheadDistance : input.distance;
    this.aheadLength = -1;
    let rep = 0;
    let repLength = 0;
    for (let i = 0; i < 4; i++) {
      const same = reps[i] < this.total ? input.sameLength(at, reps[i]) : 0;
      if (same > repLength) {
        repLength = same;
        rep = i;
      }
    }
    if (repLength >= MATCH_MIN && (repLength >= this.niceLength || repLength + 1 >= length || (repLength + 2 >= length && distance >= 512) || (repLength + 3 >= length && distance >= 0x8000))) {
      this.encodeRep(rep, repLength);
      return this.advance(repLength);
    }
    if (length < MATCH_MIN || (length === 2 && distance >= 0x80) || (length === 3 && distance >= 0x8000)) return this.single();
    if (length < this.niceLength && left > length) {
      // A longer match at the next byte is worth a literal before it.
      const after = input.longest(at + 1);
      if (after > length + (distance >> 7 > input.distance ? -1 : 0)) {
        this.aheadLength = after;
        this.aheadDistance = input.distance;
        return this.single();
      }
    }
    length = Math.min(length, MATCH_MAX);
    distance = Math.max(0, distance);
    this.encodeMatch(length, distance);
    return this.advance(length);
  }

  /** LZMA1's end marker. */
  encodeEnd(): void {
    this.encodeMatch(MATCH_MIN, 0xffff_ffff);
  }

  private advance(count: number): number {
    this.input.at += count;
    this.total += count;
    return count;
  }

  /** One byte: a repetition of the last distance where it fits after a match, else a literal. */
  private single(): number {
    const { input, range, probs, state, reps } = this;
    const { bytes, at } = input;
    const posState = this.total & this.pbMask;
    const fits = reps[0] < this.total && bytes[at] === bytes[at - reps[0] - 1];
    if (fits && state >= LITERAL_STATES) {
      range.bit(probs, IS_MATCH + state * 16 + posState, 1);
      range.bit(probs, IS_REP + state, 1);
      range.bit(probs, IS_REP_G0 + state, 0);
      range.bit(probs, IS_REP0_LONG + state * 16 + posState, 0);
      this.state = afterShortRep(state);
      return this.advance(1);
    }
    range.bit(probs, IS_MATCH + state * 16 + posState, 0);
    const previous = this.total === 0 ? 0 : bytes[at - 1];
    const model = LITERAL + 0x300 * (((this.total & this.lpMask) << this.lc) + (previous >> (8 - this.lc)));
    this.literal(model, bytes[at], state >= LITERAL_STATES ? bytes[at - reps[0] - 1] : -1);
    this.state = afterLiteral(state);
    return this.advance(1);
  }

  /** `guess` is the byte that would have continued the last match, -1 after a literal. */
  private literal(model: number, byte: number, guess: number): void {
    let symbol = 1;
    let guessing = guess >= 0;
    for (let i = 7; i >= 0; i--) {
      const bit = (byte >> i) & 1;
      const guessed = (guess >> i) & 1;
      this.range.bit(this.probs, model + (guessing ? (1 + guessed) << 8 : 0) + symbol, bit);
      symbol = (symbol << 1) | bit;
      if (bit !== guessed) guessing = false;
    }
  }

  private encodeRep(rep: number, length: number): void {
    const { range, probs, state, reps } = this;
    const posState = this.total & this.pbMask;
    range.bit(probs, IS_MATCH + state * 16 + posState, 1);
    range.bit(probs, IS_REP + state, 1);
    range.bit(probs, IS_REP_G0 + state, rep === 0 ? 0 : 1);
    if (rep === 0) range.bit(probs, IS_REP0_LONG + state * 16 + posState, 1);
    else {
      range.bit(probs, IS_REP_G1 + state, rep === 1 ? 0 : 1);
      if (rep > 1) range.bit(probs, IS_REP_G2 + state, rep - 2);
      const [distance] = reps.splice(rep, 1);
      reps.unshift(distance);
    }
    this.encodeLength(REP_LENGTH, length, posState);
    this.state = afterRep(state);
  }

  private encodeMatch(length: number, distance: number): void {
    const { range, probs, state, reps } = this;
    const posState = this.total & this.pbMask;
    range.bit(probs, IS_MATCH + state * 16 + posState, 1);
    range.bit(probs, IS_REP + state, 0);
    this.encodeLength(MATCH_LENGTH, length, posState);
    this.encodeDistance(distance, Math.min(length - MATCH_MIN, 3));
    reps.pop();
    reps.unshift(distance);
    this.state = afterMatch(state);
  }

  private encodeLength(model: number, length: number, posState: number): void {
    const { range, probs } = this;
    const value = length - MATCH_MIN;
    range.bit(probs, model, value < 8 ? 0 : 1);
    if (value < 8) {
      range.tree(probs, model + LENGTH_LOW + posState * 8, 3, value);
      return;
    }
    range.bit(probs, model + 1, value < 16 ? 0 : 1);
    if (value < 16) range.tree(probs, model + LENGTH_MID + posState * 8, 3, value - 8);
    else range.tree(probs, model + LENGTH_HIGH, 8, value - 16);
  }

  private encodeDistance(distance: number, lengthState: number): void {
    const { range, probs } = this;
    const top = 31 - Math.clz32(distance);
    const slot = distance < 4 ? distance : top * 2 + ((distance >>> (top - 1)) & 1);
    range.tree(probs, POS_SLOT + lengthState * 64, 6, slot);
    if (slot < 4) return;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    const rest = distance - base;
    if (slot < 14) range.reverseTree(probs, POS_SPECIAL + base - slot, bits, rest);
    else {
      range.direct(rest >>> 4, bits - 4);
      range.reverseTree(probs, POS_ALIGN, 4, rest & 15);
    }
  }
}

/** Takes bytes, and gives what is encoded of them. */
export interface Encoder {
  encode(data: Uint8Array, final: boolean, out: Output): void;
}

/** LZMA1 with an end marker. */
export class Lzma1Encoder implements Encoder {
  private readonly symbols: SymbolEncoder;
  constructor(options: LzmaOptions) {
    this.symbols = new SymbolEncoder(options);
  }
  encode(data: Uint8Array, final: boolean, out: Output): void {
    const { symbols } = this;
    symbols.input.append(data);
    while (symbols.canEncode(final)) symbols.encode();
    if (final) {
      symbols.encodeEnd();
      symbols.range.finish();
    }
    const { out: encoded } = symbols.range;
    out.write(encoded.take(encoded.length));
  }
}

/** What a chunk can hold at most, encoded and not, and as plain bytes. */
const chunkCompressed = 1 << 16, chunkUncompressed = 1 << 21, chunkPlain = 1 << 16;

/** LZMA2: chunks of symbols, or of plain bytes where symbols would take more. */
export class Lzma2Encoder implements Encoder {
  private readonly symbols: SymbolEncoder;
  private readonly properties: number;
  private needsDictionary = true;
  private needsState = true;
  private needsProperties = true;
  /** Bytes in the chunk so far. */
  private uncompressed = 0;

  constructor(options: LzmaOptions) {
    this.symbols = new SymbolEncoder(options);
    this.properties = propertiesByte(options);
  }

  encode(data: Uint8Array, final: boolean, out: Output): void {
    const { symbols } = this;
    // In pieces: what has been encoded makes room for what comes.
    for (let at = 0; at < data.length || at === 0; at += chunkPlain) {
      symbols.input.append(data.subarray(at, at + chunkPlain));
      this.encodeWaiting(final && at + chunkPlain >= data.length, out);
    }
    if (!final) return;
    if (this.uncompressed > 0) this.writeChunk(out);
    out.byte(0);
  }

  private encodeWaiting(final: boolean, out: Output): void {
    const { symbols } = this;
    while (symbols.canEncode(final)) {
      if (this.uncompressed === 0 && this.needsState) symbols.resetState();
      this.uncompressed += symbols.encode();
      // The next symbol takes less than 20 bytes.
      if (symbols.range.size > chunkCompressed - 32 || this.uncompressed > chunkUncompressed - MATCH_MAX) this.writeChunk(out);
    }
  }

  private writeChunk(out: Output): void {
    const { range, input } = this.symbols;
    range.finish();
    const encoded = range.out.take(range.out.length);
    range.reset();
    const size = this.uncompressed;
    this.uncompressed = 0;
    if (encoded.length >= size) {
      this.writePlain(input.bytes.subarray(input.at - size, input.at), out);
      return;
    }
    const reset = this.needsDictionary ? 3 : this.needsProperties ? 2 : this.needsState ? 1 : 0;
    out.byte(0x80 | (reset << 5) | ((size - 1) >>> 16));
    out.byte((size - 1) >>> 8);
    out.byte(size - 1);
    out.byte((encoded.length - 1) >>> 8);
    out.byte(encoded.length - 1);
    if (reset >= 2) out.byte(this.properties);
    out.write(encoded);
    this.needsDictionary = this.needsProperties = this.needsState = false;
  }

  private writePlain(bytes: Uint8Array, out: Output): void {
    for (let at = 0; at < bytes.length; at += chunkPlain) {
      const piece = bytes.subarray(at, at + chunkPlain);
      out.byte(this.needsDictionary ? 1 : 2);
      out.byte((piece.length - 1) >>> 8);
      out.byte(piece.length - 1);
      out.write(piece);
      this.needsDictionary = false;
    }
    this.needsState = true;
  }
}
