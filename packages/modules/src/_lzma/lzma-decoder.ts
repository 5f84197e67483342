import { type Input, LzmaFailure, Output } from './format.ts';
import type { Decoder, Stop } from './format.ts';
import {
  afterLiteral, afterMatch, afterRep, afterShortRep, IS_MATCH, IS_REP, IS_REP0_LONG, IS_REP_G0, IS_REP_G1, IS_REP_G2, LENGTH_HIGH, LENGTH_LOW, LENGTH_MID, LITERAL, LITERAL_STATES,
  MATCH_LENGTH, MATCH_MIN, newProbabilities, POS_ALIGN, POS_SLOT, POS_SPECIAL, REP_LENGTH,
} from './models.ts';

/** No symbol takes more bytes of input. */
const symbolBytes = 20;
/** Distance of the end marker. */
const endDistance = 0xffff_ffff;
const firstWindow = 1 << 16;

/** What must be put back when a symbol turns out not to be there as a whole. */
interface Saved {
  readonly probs: Uint16Array;
  readonly state: number;
  readonly reps: readonly [number, number, number, number];
  readonly range: number;
  readonly code: number;
}

/** Decodes LZMA symbols: the part that LZMA1 and LZMA2 share. */
export class SymbolDecoder {
  private readonly dictSize: number;
  private lc = 0;
  private lpMask = 0;
  private pbMask = 0;
  private probs: Uint16Array = new Uint16Array(0);
  private state = 0;
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;
  private range = 0;
  private code = 0;
  /** What was decoded last, a ring once it has the size of the dictionary. */
  private window: Uint8Array;
  private windowAt = 0;
  /** Bytes since the dictionary was reset. */
  private total = 0;
  /** Input while a symbol is decoded. */
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** The symbol decoded last: a length, or 0 and a literal. */
  private length = 0;
  private literal = 0;

  constructor(dictSize: number) {
    // liblzma rounds up likewise: matches may reach into what is there anyway.
    this.dictSize = Math.max(4096, Math.ceil(dictSize / 16) * 16);
    this.window = new Uint8Array(Math.min(firstWindow, this.dictSize));
  }

  setProperties(lc: number, lp: number, pb: number): void {
    this.lc = lc;
    this.lpMask = (1 << lp) - 1;
    this.pbMask = (1 << pb) - 1;
    this.probs = newProbabilities(lc, lp);
  }

  resetState(): void {
    this.probs.fill(1024);
    this.state = this.rep0 = this.rep1 = this.rep2 = this.rep3 = 0;
  }

  resetDictionary(): void {
    this.total = this.windowAt = 0;
  }

  /** Reads the five bytes that the range coder starts with; they must be there. */
  startRange(input: Input): void {
    if (input.bytes[input.at] !== 0) throw new LzmaFailure('DATA');
    this.range = 0xffff_ffff;
    this.code = 0;
    for (let i = 1; i < 5; i++) this.code = ((this.code << 8) | input.bytes[input.at + i]) >>> 0;
    input.at += 5;
  }

  /** Nothing is left over in the range coder: it stands at the end of what was encoded. False when that is not so, undefined when a byte is missing. */
  finishRange(input: Input, end: number): boolean | undefined {
    if (this.range < 0x100_0000) {
      if (input.at >= end) return undefined;
      this.bytes = input.bytes;
      this.at = input.at;
      this.normalize();
      input.at = this.at;
    }
    return this.code === 0;
  }

  /** Puts bytes of the stream that are not encoded. */
  copy(bytes: Uint8Array, out: Output): void {
    for (const byte of bytes) this.put(byte, out);
  }

  /** Decodes symbols until `out` holds `goal` bytes, `limit` at most; reads the input up to `end`. */
  decode(input: Input, end: number, out: Output, goal: number, limit: number): Stop {
    this.bytes = input.bytes;
    while (out.length < goal) {
      this.at = input.at;
      const saved = end - input.at < symbolBytes ? this.save() : null;
      this.symbol();
      if (this.at > end) {
        this.restore(saved as Saved); // More bytes than a symbol can take were not there.
        return 'input';
      }
      input.at = this.at;
      if (this.length === 0) this.put(this.literal, out);
      else if (this.rep0 === endDistance) return 'end';
      else {
        if (this.rep0 >= this.total || this.rep0 >= this.dictSize || out.length + this.length > limit) throw new LzmaFailure('DATA');
        this.repeat(out);
      }
    }
    return 'goal';
  }

  private save(): Saved {
    return { probs: this.probs.slice(), state: this.state, reps: [this.rep0, this.rep1, this.rep2, this.rep3], range: this.range, code: this.code };
  }

  private restore(saved: Saved): void {
    this.probs = saved.probs;
    this.state = saved.state;
    [this.rep0, this.rep1, this.rep2, this.rep3] = saved.reps;
    this.range = saved.range;
    this.code = saved.code;
  }

  // ---- the window

  private put(byte: number, out: Output): void {
    if (this.windowAt === this.window.length) this.turn();
    this.window[this.windowAt++] = byte;
    this.total++;
    out.byte(byte);
  }

  /** The window is full: it grows, or goes on at its start. */
  private turn(): void {
    if (this.window.length < this.dictSize) {
      const larger = new Uint8Array(Math.min(this.dictSize, this.window.length * 4));
      larger.set(this.window);
      this.window = larger;
    } else this.windowAt = 0;
  }

  /** The byte `distance` + 1 before. */
  private before(distance: number): number {
    const at = this.windowAt - distance - 1;
    return this.window[at < 0 ? at + this.window.length : at];
  }

  private repeat(out: Output): void {
    out.reserve(this.length);
    for (let i = this.length; i > 0; i--) this.put(this.before(this.rep0), out);
  }

  // ---- symbols

  private symbol(): void {
    const posState = this.total & this.pbMask;
    const { state } = this;
    if (this.bit(IS_MATCH + state * 16 + posState) === 0) {
      this.literal = this.literalByte();
      this.length = 0;
      this.state = afterLiteral(state);
      return;
    }
    if (this.bit(IS_REP + state) === 0) {
      this.rep3 = this.rep2;
      this.rep2 = this.rep1;
      this.rep1 = this.rep0;
      this.length = this.lengthOf(MATCH_LENGTH, posState);
      this.rep0 = this.distance();
      this.state = afterMatch(state);
      return;
    }
    if (this.total === 0) throw new LzmaFailure('DATA');
    if (this.bit(IS_REP_G0 + state) === 0) {
      if (this.bit(IS_REP0_LONG + state * 16 + posState) === 0) {
        this.length = 1;
        this.state = afterShortRep(state);
        return;
      }
    } else {
      let distance = this.rep1;
      if (this.bit(IS_REP_G1 + state) === 1) {
        distance = this.rep2;
        if (this.bit(IS_REP_G2 + state) === 1) {
          distance = this.rep3;
          this.rep3 = this.rep2;
        }
        this.rep2 = this.rep1;
      }
      this.rep1 = this.rep0;
      this.rep0 = distance;
    }
    this.length = this.lengthOf(REP_LENGTH, posState);
    this.state = afterRep(state);
  }

  private literalByte(): number {
    const previous = this.total === 0 ? 0 : this.before(0);
    const model = LITERAL + 0x300 * (((this.total & this.lpMask) << this.lc) + (previous >> (8 - this.lc)));
    let symbol = 1;
    if (this.state >= LITERAL_STATES) {
      // After a match the byte that would have continued it helps to guess, as long as it is right.
      let guess = this.before(this.rep0);
      while (symbol < 0x100) {
        const guessed = (guess >> 7) & 1;
        guess <<= 1;
        const bit = this.bit(model + ((1 + guessed) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== guessed) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.bit(model + symbol);
    return symbol & 0xff;
  }

  private lengthOf(model: number, posState: number): number {
    if (this.bit(model) === 0) return MATCH_MIN + this.tree(model + LENGTH_LOW + posState * 8, 3);
    if (this.bit(model + 1) === 0) return MATCH_MIN + 8 + this.tree(model + LENGTH_MID + posState * 8, 3);
    return MATCH_MIN + 16 + this.tree(model + LENGTH_HIGH, 8);
  }

  private distance(): number {
    const slot = this.tree(POS_SLOT + Math.min(this.length - MATCH_MIN, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.reverseTree(POS_SPECIAL + base - slot, bits);
    return base + this.direct(bits - 4) * 16 + this.reverseTree(POS_ALIGN, 4);
  }

  // ---- bits

  private normalize(): void {
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.bytes[this.at++]) >>> 0;
  }

  private bit(index: number): number {
    if (this.range < 0x100_0000) this.normalize();
    const { probs } = this;
    const probability = probs[index];
    const bound = (this.range >>> 11) * probability;
    if (this.code < bound) {
      this.range = bound;
      probs[index] = probability + ((2048 - probability) >>> 5);
      return 0;
    }
    this.range -= bound;
    this.code -= bound;
    probs[index] = probability - (probability >>> 5);
    return 1;
  }

  private tree(model: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.bit(model + symbol);
    return symbol - (1 << bits);
  }

  private reverseTree(model: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(model + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that are not modelled. */
  private direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      if (this.range < 0x100_0000) this.normalize();
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code -= this.range;
      value = value * 2 + bit;
    }
    return value;
  }
}

/** LZMA1: one run of symbols to the end marker, or of known size. */
export class Lzma1Decoder implements Decoder {
  private readonly symbols: SymbolDecoder;
  /** Bytes to come; null when only the end marker tells. */
  private left: number | null;
  private started = false;
  private ending = false;

  constructor(options: { readonly dictSize: number; readonly lc: number; readonly lp: number; readonly pb: number }, size: number | null) {
    this.symbols = new SymbolDecoder(options.dictSize);
    this.symbols.setProperties(options.lc, options.lp, options.pb);
    this.left = size;
  }

  run(input: Input, out: Output, goal: number): Stop {
    if (!this.started) {
      if (input.available < 5) return 'input';
      this.symbols.startRange(input);
      this.started = true;
    }
    const end = input.bytes.length;
    if (!this.ending && this.left !== 0) {
      const before = out.length;
      const limit = this.left === null ? Infinity : before + this.left;
      const stop = this.symbols.decode(input, end, out, Math.min(goal, limit), limit);
      if (this.left !== null) this.left -= out.length - before;
      if (stop === 'end') {
        if (this.left !== null) throw new LzmaFailure('DATA');
        this.ending = true;
      } else if (stop === 'input' || this.left !== 0) return stop;
    }
    return this.finish(input, end);
  }

  private finish(input: Input, end: number): Stop {
    const finished = this.symbols.finishRange(input, end);
    if (finished === undefined) return 'input';
    if (finished) return 'end';
    if (this.ending) throw new LzmaFailure('DATA');
    // A stream of known size may have an end marker too.
    const stop = this.symbols.decode(input, end, new Output(), 1, 0);
    if (stop === 'input') return stop;
    if (stop === 'goal') throw new LzmaFailure('DATA');
    this.ending = true;
    return this.finish(input, end);
  }
}

/** LZMA2: chunks of symbols or of plain bytes. */
export class Lzma2Decoder implements Decoder {
  private readonly symbols: SymbolDecoder;
  private chunk: 'none' | 'symbols' | 'plain' = 'none';
  private uncompressed = 0;
  /** Bytes of input that the chunk still has. */
  private compressed = 0;
  private needsDictionary = true;
  private needsProperties = true;
  /** The five bytes that a chunk of symbols begins with have been read. */
  private rangeStarted = false;

  constructor(dictSize: number) {
    this.symbols = new SymbolDecoder(dictSize);
  }

  run(input: Input, out: Output, goal: number): Stop {
    for (;;) {
      if (this.chunk === 'none') {
        const stop = this.readHeader(input);
        if (stop !== undefined) return stop;
      }
      if (out.length >= goal) return 'goal';
      const stop = this.chunk === 'plain' ? this.plain(input, out, goal) : this.encoded(input, out, goal);
      if (stop !== undefined) return stop;
    }
  }

  private readHeader(input: Input): Stop | undefined {
    const { bytes, at, available } = input;
    if (available === 0) return 'input';
    const control = bytes[at];
    if (control === 0) {
      input.at++;
      return 'end';
    }
    const reset = control >> 5 & 3;
    const size = control < 0x80 ? 3 : reset >= 2 ? 6 : 5;
    if (control > 2 && control < 0x80) throw new LzmaFailure('DATA');
    if (available < size) return 'input';
    if (control === 1 || control >= 0xe0) {
      this.needsDictionary = false;
      this.symbols.resetDictionary();
      if (control === 1) this.needsProperties = true;
    } else if (this.needsDictionary) throw new LzmaFailure('DATA');
    input.at += size;
    if (control < 0x80) {
      this.chunk = 'plain';
      this.compressed = (bytes[at + 1] << 8) + bytes[at + 2] + 1;
      return undefined;
    }
    this.chunk = 'symbols';
    this.uncompressed = ((control & 0x1f) << 16) + (bytes[at + 1] << 8) + bytes[at + 2] + 1;
    this.compressed = (bytes[at + 3] << 8) + bytes[at + 4] + 1;
    if (reset >= 2) {
      const properties = readProperties(bytes[at + 5]);
      if (properties === undefined) throw new LzmaFailure('DATA');
      this.symbols.setProperties(properties.lc, properties.lp, properties.pb);
      this.needsProperties = false;
    } else if (this.needsProperties) throw new LzmaFailure('DATA');
    if (reset >= 1) this.symbols.resetState();
    this.rangeStarted = false;
    return undefined;
  }

  private plain(input: Input, out: Output, goal: number): Stop | undefined {
    const count = Math.min(this.compressed, input.available, goal - out.length);
    if (count === 0) return 'input';
    this.symbols.copy(input.bytes.subarray(input.at, input.at + count), out);
    input.at += count;
    this.compressed -= count;
    if (this.compressed === 0) this.chunk = 'none';
    return undefined;
  }

  private encoded(input: Input, out: Output, goal: number): Stop | undefined {
    const from = input.at;
    if (!this.rangeStarted) {
      if (this.compressed < 5) throw new LzmaFailure('DATA');
      if (input.available < 5) return 'input';
      this.symbols.startRange(input);
      this.rangeStarted = true;
    }
    const whole = input.bytes.length - from >= this.compressed;
    const end = whole ? from + this.compressed : input.bytes.length;
    const before = out.length;
    let stop: Stop = 'goal';
    if (this.uncompressed > 0) {
      const limit = before + this.uncompressed;
      stop = this.symbols.decode(input, end, out, Math.min(goal, limit), limit);
      this.uncompressed -= out.length - before;
    }
    if (stop === 'end' || (stop === 'input' && whole)) throw new LzmaFailure('DATA');
    let finished: boolean | undefined = true;
    if (stop === 'goal' && this.uncompressed === 0) finished = this.symbols.finishRange(input, end);
    this.compressed -= input.at - from;
    if (stop === 'input') return 'input';
    if (this.uncompressed > 0) return undefined;
    if (finished === undefined && !whole) return 'input';
    if (finished !== true || this.compressed !== 0) throw new LzmaFailure('DATA');
    this.chunk = 'none';
    return undefined;
  }
}

/** `lc`, `lp` and `pb` in one byte; undefined if no encoder writes it. */
export function readProperties(byte: number): { readonly lc: number; readonly lp: number; readonly pb: number } | undefined {
  if (byte > (4 * 5 + 4) * 9 + 8) return undefined;
  const lc = byte % 9;
  const lp = Math.floor(byte / 9) % 5;
  return lc + lp > 4 ? undefined : { lc, lp, pb: Math.floor(byte / 45) };
}
