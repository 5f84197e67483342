import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/**
 * Every distinct identifier once. The scanner hashes a name while it reads it and asks here with the bytes it has;
 * a string is made only for the first occurrence.
 */
export class NameTable {
  readonly strings: string[] = [];
  private readonly reserved: number;
  /** Open addressing: entry number + 1, or 0. */
  private slots = new Int32Array(1024);
  private mask = 1023;
  private hashes = new Int32Array(512);
  /** Entry `i` is `bytes[ends[i - 1]..ends[i])`. */
  private ends = new Uint32Array(513);
  private bytes = new Uint8Array(8192);

  /** `reserved` are the first entries; a name that only normalises to one of them gets an entry of its own. */
  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.internBytes(encodeUtf8(name));
    this.reserved = reserved.length;
  }

  /** Number of the name `source[start..end)`; `hash` is `h * 31 + byte` over its bytes, in 32 bits. */
  intern(source: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, mask, hashes, ends, bytes } = this;
    const length = end - start;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      // Entry 0 of `ends` is 0, so that entry number + 1 is the index of the entry's end.
      const next = slots[slot];
      if (next === 0) return this.add(hash, source, start, end);
      if (hashes[next - 1] === hash) {
        let from = ends[next - 1];
        if (ends[next] - from === length) {
          let pos = start;
          while (pos < end && bytes[from] === source[pos]) {
            pos++;
            from++;
          }
          if (pos === end) return next - 1;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Number of a name that had to be normalised. CPython looks for keywords before it normalises, so that the
   * full-width `ｉｆ` is an identifier called `if`: it must not get the keyword's number.
   */
  internNormalised(text: string): number {
    const entry = this.internBytes(encodeUtf8(text));
    if (entry >= this.reserved) return entry;
    const other = this.strings.indexOf(text, this.reserved);
    if (other >= 0) return other;
    // A hash that the bytes do not have: no scanned name finds this entry.
    return this.add(-1, encodeUtf8(text), 0, text.length);
  }

  private internBytes(bytes: Uint8Array): number {
    let hash = 0;
    for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0;
    return this.intern(bytes, 0, bytes.length, hash);
  }

  private add(hash: number, source: Uint8Array, start: number, end: number): number {
    const entry = this.strings.length;
    if (entry === this.hashes.length) this.growEntries();
    const from = this.ends[entry];
    const to = from + end - start;
    if (to > this.bytes.length) {
      const bytes = new Uint8Array(to * 2);
      bytes.set(this.bytes);
      this.bytes = bytes;
    }
    for (let i = start; i < end; i++) this.bytes[from + i - start] = source[i];
    this.strings.push(decodeUtf8(source, start, end));
    this.hashes[entry] = hash;
    this.ends[entry + 1] = to;
    this.place(entry, hash);
    return entry;
  }

  private place(entry: number, hash: number): void {
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = entry + 1;
  }

  private growEntries(): void {
    const size = this.hashes.length * 2;
    const hashes = new Int32Array(size);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const ends = new Uint32Array(size + 1);
    ends.set(this.ends);
    this.ends = ends;
    this.slots = new Int32Array(size * 2);
    this.mask = size * 2 - 1;
    for (let entry = 0; entry < this.strings.length; entry++) this.place(entry, hashes[entry]);
  }
}
