import type { PyValue } from '@py/vm/native';

/** Longer texts are found by the host's hash, which looks at each only once. */
export const longestText = 64;

/** Length of the smallest hash table, and of the largest that is kept when the memo is cleared. */
const leastSlots = 128, mostSlots = 1 << 19;
/** So many texts may one hash table see. */
const mostBase = 1 << 30;

/** A step in hashing a text, whose hash begins as 0. */
export const hashUnit = (hash: number, unit: number): number => (Math.imul(hash, 31) + unit) | 0;
/** The hash of a whole text that is ASCII, at least 0. */
export const endHash = (hash: number): number => (hash ^ (hash >>> 15)) & 0x7fff_ffff;

/** The hash of a text that is ASCII and not too long; -1 of others. */
function asciiHash(text: string): number {
  if (text.length > longestText) return -1;
  let hash = 0;
  let units = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    hash = hashUnit(hash, unit);
  }
  return units > 0x7f ? -1 : endHash(hash);
}

/**
 * The number of each object pickled so far. Most of them are short texts, which have a hash table of their own: a Map takes longer to find and
 * far longer to add one than writing it does.
 */
export class Memo {
  private readonly others = new Map<PyValue, number>();
  private readonly texts: string[] = [];
  /** The number of each text. */
  readonly indices: number[] = [];
  /**
   * By hash, two for each text: the hash, and `base` plus one more than the place of the text; no more than `base` means none, so that nothing
   * need be wiped out when the memo is cleared. At most half of it is taken.
   */
  private slots: Int32Array = new Int32Array(leastSlots);
  private base = 0;
  /** Where the text goes that `findText` has just not found. */
  private vacant = 0;
  /** What the last dicts had for their first keys, and their numbers: dicts that come one after the other often have the same keys. */
  readonly keys: (string | undefined)[] = [];
  readonly keyIndices: number[] = [];

  get size(): number {
    return this.others.size + this.texts.length;
  }

  get(value: PyValue): number | undefined {
    const hash = typeof value === 'string' ? asciiHash(value) : -1;
    if (hash < 0) return this.others.get(value);
    const place = this.findText(value as string, hash);
    return place < 0 ? undefined : this.indices[place];
  }

  set(value: PyValue, index: number): void {
    const hash = typeof value === 'string' ? asciiHash(value) : -1;
    if (hash < 0) {
      this.others.set(value, index);
      return;
    }
    const place = this.findText(value as string, hash);
    if (place < 0) this.addText(value as string, hash, index);
    else this.indices[place] = index;
  }

  /** The place of a text with its hash, -1 for none. */
  findText(text: string, hash: number): number {
    const { slots, base } = this;
    const mask = slots.length - 1;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const place = slots[slot + 1] - base - 1;
      if (place < 0) {
        this.vacant = slot;
        return -1;
      }
      if (slots[slot] === hash && this.texts[place] === text) return place;
    }
  }

  /** Adds the text that `findText` has just not found. */
  addText(text: string, hash: number, index: number): void {
    const { slots, vacant } = this;
    slots[vacant] = hash;
    slots[vacant + 1] = this.base + this.texts.push(text);
    this.indices.push(index);
    if (this.texts.length * 4 > slots.length) this.grow();
  }

  clear(): void {
    if (this.others.size > 0) this.others.clear();
    this.base += this.texts.length;
    if (this.slots.length > mostSlots || this.base > mostBase) {
      this.slots = new Int32Array(leastSlots);
      this.base = 0;
    }
    this.texts.length = this.indices.length = this.keys.length = this.keyIndices.length = 0;
  }

  copy(): Memo {
    const copy = new Memo();
    for (const [value, index] of this.entries()) copy.set(value, index);
    return copy;
  }

  /** In the order of their numbers. */
  entries(): readonly (readonly [PyValue, number])[] {
    const texts = this.texts.map((text, place) => [text, this.indices[place]] as const);
    return [...this.others, ...texts].sort(([, left], [, right]) => left - right);
  }

  private grow(): void {
    const { slots: old, base } = this;
    const slots = (this.slots = new Int32Array(old.length * 4));
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] <= base) continue;
      let slot = (old[from] << 1) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = old[from];
      slots[slot + 1] = old[from + 1] - base;
    }
    this.base = 0;
  }
}
