import { Output } from './format.ts';

/** The range coder writes bits, each with its probability, into bytes. */
export class RangeEncoder {
  readonly out = new Output();
  private low = 0;
  private range = 0xffff_ffff;
  private cache = 0;
  /** Bytes that a carry may still change: `cache`, then this many less one of 0xff. */
  private cacheSize = 1;

  reset(): void {
    this.low = 0;
    this.range = 0xffff_ffff;
    this.cache = 0;
    this.cacheSize = 1;
  }

  /** Bytes that {@link finish} would make it. */
  get size(): number {
    return this.out.length + this.cacheSize + 4;
  }

  bit(probs: Uint16Array, index: number, bit: number): void {
    const probability = probs[index];
    const bound = (this.range >>> 11) * probability;
    if (bit === 0) {
      this.range = bound;
      probs[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.low += bound;
      this.range -= bound;
      probs[index] = probability - (probability >>> 5);
    }
    while (this.range < 0x100_0000) {
      this.range = (this.range << 8) >>> 0;
      this.shift();
    }
  }

  tree(probs: Uint16Array, model: number, bits: number, value: number): void {
    let node = 1;
    for (let i = bits - 1; i >= 0; i--) {
      const bit = (value >>> i) & 1;
      this.bit(probs, model + node, bit);
      node = (node << 1) | bit;
    }
  }

  reverseTree(probs: Uint16Array, model: number, bits: number, value: number): void {
    let node = 1;
    for (let i = 0; i < bits; i++) {
      const bit = (value >>> i) & 1;
      this.bit(probs, model + node, bit);
      node = (node << 1) | bit;
    }
  }

  /** The highest of `count` bits first, all as likely. */
  direct(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.range >>>= 1;
      if ((value >>> i) & 1) this.low += this.range;
      while (this.range < 0x100_0000) {
        this.range = (this.range << 8) >>> 0;
        this.shift();
      }
    }
  }

  /** Writes what is left. */
  finish(): void {
    for (let i = 0; i < 5; i++) this.shift();
  }

  /** Moves the highest byte of `low` out; it is written when no carry can change it any more. */
  private shift(): void {
    if (this.low < 0xff00_0000 || this.low >= 0x1_0000_0000) {
      const carry = this.low >= 0x1_0000_0000 ? 1 : 0;
      for (let byte = this.cache; this.cacheSize > 0; this.cacheSize--, byte = 0xff) this.out.byte((byte + carry) & 255);
      this.cache = Math.floor(this.low / 0x100_0000) & 255;
    }
    this.cacheSize++;
    this.low = (this.low & 0xff_ffff) * 256;
  }
}
