import type { PyValue } from '@py/vm/native';

/** Longer texts are found by the host's hash, which looks at each only once. */
export const longestText = 64;

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
  private readonly hashes: number[] = [];
  private readonly indices: number[] = [];
  /** By hash: one more than the place of a text, 0 for none. At most half of it is taken. */
  private slots: Int32Array = new Int32Array(128);

  get size(): number {
    return this.others.size + this.texts.length;
  }

  get(value: PyValue): number | undefined {
    const hash = typeof value === 'string' ? asciiHash(value) : -1;
    return hash < 0 ? this.others.get(value) : this.getText(value as string, hash);
  }

  set(value: PyValue, index: number): void {
    const hash = typeof value === 'string' ? asciiHash(value) : -1;
    if (hash < 0) this.others.set(value, index);
    else this.setText(value as string, hash, index);
  }

  /** For a text with its hash. */
  getText(text: string, hash: number): number | undefined {
    const { slots, texts } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[slot] - 1;
      if (place < 0) return undefined;
      if (this.hashes[place] === hash && texts[place] === text) return this.indices[place];
    }
  }

  /** For a text with its hash that is not there yet. */
  setText(text: string, hash: number, index: number): void {
    this.texts.push(text);
    this.hashes.push(hash);
    this.indices.push(index);
    if (this.texts.length * 2 > this.slots.length) this.grow();
    else this.enter(hash, this.texts.length);
  }

  clear(): void {
    this.others.clear();
    this.texts.length = this.hashes.length = this.indices.length = 0;
    this.slots = new Int32Array(128);
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
    this.slots = new Int32Array(this.slots.length * 4);
    for (const [place, hash] of this.hashes.entries()) this.enter(hash, place + 1);
  }

  private enter(hash: number, entry: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry;
  }
}
