import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Bytes that must follow a name in its buffer, so that it can be read in words. */
export const NAME_PADDING = 8;

/**
 * Every distinct identifier once. A name is looked up by its length and its first eight bytes, read as two words: most
 * names are no longer, and need no loop to be compared.
 */
export class NameTable {
  length = 0;
  /** Open addressing; four words a slot: the name's first and second word, its length (0: the slot is free), its number. */
  private slots: Int32Array;
  private mask: number;
  /** Name `i` is `bytes[ends[i]..ends[i + 1])`. */
  private bytes: Uint8Array;
  private ends: Uint32Array;
  /** Names that normalise to a reserved one: text and number. */
  private readonly doubles: Record<string, number> = {};
  private readonly reserved: number;

  /** The names of `seed` come first; a name that only normalises to one of them gets an entry of its own. */
  constructor(seed: NameTable | null) {
    this.slots = seed === null ? new Int32Array(2048) : seed.slots.slice();
    this.mask = 511;
    this.bytes = new Uint8Array(4096);
    this.ends = new Uint32Array(512);
    this.reserved = this.length = seed === null ? 0 : seed.length;
    if (seed === null) return;
    this.bytes.set(seed.bytes.subarray(0, seed.ends[seed.length]));
    this.ends.set(seed.ends.subarray(0, seed.length + 1));
  }

  /** A table to start others from. */
  static of(names: readonly string[]): NameTable {
    const table = new NameTable(null);
    for (const name of names) table.internText(name);
    return table;
  }

  /** The names as strings, made when they are asked for. */
  toStrings(): string[] {
    const { ends, length } = this;
    const text = decodeUtf8(this.bytes, 0, ends[length]);
    const strings: string[] = [];
    const ascii = text.length === ends[length];
    for (let i = 0; i < length; i++) strings.push(ascii ? text.slice(ends[i], ends[i + 1]) : decodeUtf8(this.bytes, ends[i], ends[i + 1]));
    return strings;
  }

  /** Number of the name `source[start..end)`. */
  intern(source: DataView, start: number, end: number): number {
    const { slots, mask } = this;
    const length = end - start;
    let first = source.getInt32(start, true);
    let second = 0;
    if (length < 4) first &= (1 << (length << 3)) - 1;
    else if (length < 8) second = source.getInt32(start + 4, true) & ((1 << ((length - 4) << 3)) - 1);
    else second = source.getInt32(start + 4, true);
    let slot = hashOf(first, second, length) & mask;
    for (;;) {
      const at = slot << 2;
      const found = slots[at + 2];
      if (found === length && slots[at] === first && slots[at + 1] === second) {
        const entry = slots[at + 3];
        if (length <= 8 || this.hasTail(entry, source, start, length)) return entry;
      } else if (found === 0) {
        return this.add(slot, first, second, source, start, length);
      }
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Number of a name that had to be normalised. CPython looks for keywords before it normalises, so that the
   * full-width `ｉｆ` is an identifier called `if`: it must not get the keyword's number.
   */
  internNormalised(text: string): number {
    const entry = this.internText(text);
    if (entry >= this.reserved) return entry;
    return (this.doubles[text] ??= this.append(new DataView(encodeUtf8(text).buffer), 0, text.length));
  }

  private internText(text: string): number {
    const bytes = encodeUtf8(text);
    const padded = new Uint8Array(bytes.length + NAME_PADDING);
    padded.set(bytes);
    return this.intern(new DataView(padded.buffer), 0, bytes.length);
  }

  private hasTail(entry: number, source: DataView, start: number, length: number): boolean {
    const from = this.ends[entry];
    for (let i = 8; i < length; i++) {
      if (this.bytes[from + i] !== source.getUint8(start + i)) return false;
    }
    return true;
  }

  private add(slot: number, first: number, second: number, source: DataView, start: number, length: number): number {
    const entry = this.append(source, start, length);
    const { slots } = this;
    const at = slot << 2;
    slots[at] = first;
    slots[at + 1] = second;
    slots[at + 2] = length;
    slots[at + 3] = entry;
    if (entry * 2 > this.mask) this.grow();
    return entry;
  }

  private append(source: DataView, start: number, length: number): number {
    const entry = this.length++;
    if (entry + 2 > this.ends.length) {
      const ends = new Uint32Array(this.ends.length * 2);
      ends.set(this.ends);
      this.ends = ends;
    }
    const from = this.ends[entry];
    if (from + length > this.bytes.length) {
      const bytes = new Uint8Array((from + length) * 2);
      bytes.set(this.bytes);
      this.bytes = bytes;
    }
    for (let i = 0; i < length; i++) this.bytes[from + i] = source.getUint8(start + i);
    this.ends[entry + 1] = from + length;
    return entry;
  }

  private grow(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    const mask = this.mask * 2 + 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] === 0) continue;
      let slot = hashOf(old[at], old[at + 1], old[at + 2]) & mask;
      while (slots[(slot << 2) + 2] !== 0) slot = (slot + 1) & mask;
      for (let i = 0; i < 4; i++) slots[(slot << 2) + i] = old[at + i];
    }
    this.slots = slots;
    this.mask = mask;
  }
}

function hashOf(first: number, second: number, length: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + length, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
