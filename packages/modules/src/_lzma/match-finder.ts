import { MATCH_MAX } from './models.ts';

const hashBits = 16;
/** Bytes behind the encoder that are kept at least: a chunk of LZMA2 may be written as it is. */
const keptBytes = 1 << 21;

/** What is to be encoded, with as much of what came before as matches may reach back to, and chains of places that begin alike. */
export class MatchFinder {
  /** Bytes; those before `end` are filled. */
  bytes = new Uint8Array(1 << 16);
  end = 0;
  /** Where the encoder is. */
  at = 0;
  private readonly dictSize: number;
  private readonly niceLength: number;
  private readonly depth: number;
  /** Places of which the chains know. */
  private known = 0;
  private readonly heads = new Int32Array(1 << hashBits).fill(-1);
  private readonly pairs = new Int32Array(1 << 16).fill(-1);
  private links = new Int32Array(1 << 16);
  /** Of the match found last. */
  distance = 0;

  constructor(dictSize: number, niceLength: number, depth: number) {
    this.dictSize = dictSize;
    this.niceLength = niceLength;
    this.depth = depth;
  }

  append(data: Uint8Array): void {
    if (this.end + data.length > this.bytes.length) this.makeRoom(data.length);
    this.bytes.set(data, this.end);
    this.end += data.length;
  }

  /** Forgets what is too far back, or grows. */
  private makeRoom(count: number): void {
    const gone = Math.max(0, this.at - Math.max(this.dictSize, keptBytes));
    if (gone > this.bytes.length >> 1) {
      this.bytes.copyWithin(0, gone, this.end);
      this.links.copyWithin(0, gone, this.known);
      for (const table of [this.heads, this.pairs, this.links]) for (let i = 0; i < table.length; i++) table[i] = Math.max(-1, table[i] - gone);
      this.at -= gone;
      this.end -= gone;
      this.known -= gone;
    }
    if (this.end + count <= this.bytes.length) return;
    const size = Math.max(this.bytes.length * 2, this.end + count);
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
    const links = new Int32Array(size);
    links.set(this.links.subarray(0, this.known));
    this.links = links;
  }

  /** Bytes that are the same at `at` and `distance` + 1 before, up to the longest match. */
  sameLength(at: number, distance: number): number {
    const { bytes } = this;
    const from = at - distance - 1;
    if (from < 0) return 0;
    const most = Math.min(MATCH_MAX, this.end - at);
    let length = 0;
    while (length < most && bytes[from + length] === bytes[at + length]) length++;
    return length;
  }

  /** The longest match at `at` and its `distance` (less one), the nearest of those of that length; 0 if there is none. */
  longest(at: number): number {
    this.learn(at);
    if (this.end - at < 2) return 0;
    const { bytes, links } = this;
    const nearest = at - this.dictSize;
    let best = 0;
    const pair = this.pairs[bytes[at] | (bytes[at + 1] << 8)];
    if (pair >= 0 && pair >= nearest) {
      best = this.sameLength(at, at - pair - 1);
      this.distance = at - pair - 1;
    }
    if (this.end - at < 3) return best;
    let candidate = this.heads[this.hash(at)];
    for (let i = this.depth; i > 0 && candidate >= 0 && candidate >= nearest && best < this.niceLength; i--) {
      if (bytes[candidate + best] === bytes[at + best]) {
        const length = this.sameLength(at, at - candidate - 1);
        if (length > best) {
          best = length;
          this.distance = at - candidate - 1;
        }
      }
      candidate = links[candidate];
    }
    return best;
  }

  /** Enters all places before `at`. */
  private learn(at: number): void {
    const { bytes } = this;
    for (; this.known < at; this.known++) {
      const place = this.known;
      if (place + 2 >= this.end) return;
      const hash = this.hash(place);
      this.links[place] = this.heads[hash];
      this.heads[hash] = place;
      this.pairs[bytes[place] | (bytes[place + 1] << 8)] = place;
    }
  }

  private hash(at: number): number {
    const { bytes } = this;
    return Math.imul(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16), 0x9e37_79b1) >>> (32 - hashBits);
  }
}
