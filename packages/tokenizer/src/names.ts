import { kwlist, softkwlist } from '@py/ast';
import { paddedCopy } from './encoding.ts';
import { NAME_PADDING } from './limits.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const keywords: readonly string[] = [...kwlist, ...softkwlist];

/**
 * Every distinct identifier once, the keywords first. A name is looked up by its length, its first four bytes and a word made of the others:
 * most names are no longer than eight bytes, and need no loop to be compared.
 */
export class NameTable {
  private length = 0;
  /** Open addressing; four words a slot: the two words of the name, its length (0: the slot is free), its number. */
  private slots = new Int32Array(2048);
  /** Name `i` is `bytes[ends[i]..ends[i + 1])`. */
  private bytes = new Uint8Array(4096);
  private readonly ends: number[] = [0];
  /** Names that normalise to a keyword: text and number. */
  private readonly doubles: Record<string, number> = {};

  constructor() {
    const source = padded(keywords.join(' '));
    let start = 0;
    for (const { length } of keywords) {
      this.intern(source, start, start + length);
      start += length + 1;
    }
  }

  /** The names as strings, made when they are asked for. */
  toStrings(): string[] {
    const { bytes, ends } = this;
    const text = decodeUtf8(bytes, 0, ends[this.length]);
    const ascii = text.length === ends[this.length];
    // V8 copies slices shorter than 13; a longer one would be a view of the whole text, kept in memory by it and slow to read.
    return ends.slice(1).map((end, i) => (ascii && end - ends[i] < 13 ? text.slice(ends[i], end) : decodeUtf8(bytes, ends[i], end)));
  }

  /** Number of the name `source[start..end)`. */
  intern(source: DataView, start: number, end: number): number {
    const { slots } = this;
    const length = end - start;
    let first = source.getInt32(start, true);
    let second = source.getInt32(start + 4, true);
    if (length < 4) {
      first &= (1 << (length << 3)) - 1;
      second = 0;
    } else if (length < 8) {
      second &= (1 << ((length - 4) << 3)) - 1;
    } else {
      for (let at = start + 8; at < end; at += 4) second = Math.imul(second, 0x01000193) ^ source.getInt32(Math.min(at, end - 4), true);
    }
    const mask = slots.length - 1;
    let at = slotOf(first, second, length) & mask;
    for (;;) {
      const found = slots[at + 2];
      if (found === length && slots[at] === first && slots[at + 1] === second) {
        const entry = slots[at + 3];
        if (length <= 8 || this.hasTail(entry, source, start, length)) return entry;
      } else if (found === 0) {
        slots[at] = first;
        slots[at + 1] = second;
        slots[at + 2] = length;
        slots[at + 3] = this.length;
        return this.append(source, start, length);
      }
      at = (at + 4) & mask;
    }
  }

  /**
   * Number of a name that had to be normalised. CPython looks for keywords before it normalises, so that the
   * full-width `ｉｆ` is an identifier called `if`: it must not get the keyword's number.
   */
  internNormalised(text: string): number {
    const source = padded(text);
    const length = source.byteLength - NAME_PADDING - 1;
    if (keywords.includes(text)) return (this.doubles[text] ??= this.append(source, 0, length));
    return this.intern(source, 0, length);
  }

  private hasTail(entry: number, source: DataView, start: number, length: number): boolean {
    const from = this.ends[entry];
    for (let i = 4; i < length; i++) {
      if (this.bytes[from + i] !== source.getUint8(start + i)) return false;
    }
    return true;
  }

  private append(source: DataView, start: number, length: number): number {
    const from = this.ends[this.length];
    if (from + length > this.bytes.length) this.bytes = grown(this.bytes, (from + length) * 2);
    for (let i = 0; i < length; i++) this.bytes[from + i] = source.getUint8(start + i);
    this.ends.push(from + length);
    // At most half of the slots are taken.
    if (++this.length * 8 > this.slots.length) this.slots = grownSlots(this.slots);
    return this.length - 1;
  }
}

function grownSlots(old: Int32Array): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(old.length * 2);
  const mask = slots.length - 1;
  for (let from = 0; from < old.length; from += 4) {
    if (old[from + 2] === 0) continue;
    let at = slotOf(old[from], old[from + 1], old[from + 2]) & mask;
    while (slots[at + 2] !== 0) at = (at + 4) & mask;
    slots.set(old.subarray(from, from + 4), at);
  }
  return slots;
}

/** A larger array with the content of `old`. */
export function grown<T extends Uint8Array | Uint32Array>(old: T, length: number): T {
  // The class of `old`, which TypeScript does not know by `constructor`.
  const array = new (old.constructor as new (length: number) => T)(length);
  array.set(old);
  return array;
}

function padded(text: string): DataView {
  return new DataView(paddedCopy(encodeUtf8(text)).buffer);
}

/** Four times the number of the slot, with higher bits to be cut off. */
function slotOf(first: number, second: number, length: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + length, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) << 2;
}
