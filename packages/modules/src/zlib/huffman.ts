/* The Huffman codes of deflate (RFC 1951), chosen among equally good ones as zlib does (trees.c): its streams are known to the last bit. */

/** No code is longer. */
const longestCode = 15;
const longestLengthCode = 7;

export const literals = 256, endOfBlock = 256, lengthCodes = 29, literalCodes = literals + 1 + lengthCodes, distanceCodes = 30, lengthLengthCodes = 19;

/** Extra bits of the codes of lengths, of distances, and of the lengths of codes (from 16 on). */
export const lengthExtra: Uint8Array = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
export const distanceExtra: Uint8Array = Uint8Array.from({ length: distanceCodes }, (_, code) => (code < 4 ? 0 : (code >> 1) - 1));
const repeatExtra: Uint8Array = Uint8Array.of(2, 3, 7);
/** In this order the lengths of the codes for lengths of codes are sent. */
export const lengthOrder: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** First of the lengths (less 3), or distances (less 1), that each code stands for. */
const firstOf = (extra: Uint8Array): Uint16Array => {
  const first = new Uint16Array(extra.length);
  for (let code = 1; code < extra.length; code++) first[code] = first[code - 1] + 2 ** extra[code - 1];
  return first;
};
export const firstLength: Uint16Array = firstOf(lengthExtra);
export const firstDistance: Uint16Array = firstOf(distanceExtra);
// The longest match has a code of its own, besides the one before.
firstLength[lengthCodes - 1] = 255;

/** The code of each length less 3. */
export const codeOfLength: Uint8Array = Uint8Array.from({ length: 256 }, (_, length) => firstLength.findLastIndex((first) => first <= length));
/** The code of each distance less 1: of those below 256, then of each 128. */
const codeOfNear: Uint8Array = Uint8Array.from({ length: 256 }, (_, distance) => firstDistance.findLastIndex((first) => first <= distance));
const codeOfFar: Uint8Array = Uint8Array.from({ length: 256 }, (_, part) => firstDistance.findLastIndex((first) => first <= part << 7));

export const codeOfDistance = (distance: number): number => (distance < 256 ? codeOfNear[distance] : codeOfFar[distance >> 7]);

/** Puts the codes of given lengths, each with its bits the other way round, as they are sent, into `codes`. */
function setCodes(lengths: Uint8Array, codes: Uint16Array): Uint16Array {
  /** By length: the next code. */
  const next = new Uint16Array(longestCode + 2);
  for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] > 0) next[lengths[symbol] + 1]++;
  for (let length = 1; length <= longestCode + 1; length++) next[length] = (next[length] + next[length - 1]) << 1;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    let code = length === 0 ? 0 : next[length]++;
    let turned = 0;
    for (let i = 0; i < length; i++, code >>= 1) turned = (turned << 1) | (code & 1);
    codes[symbol] = turned;
  }
  return codes;
}

const codesOf = (lengths: Uint8Array): Uint16Array => setCodes(lengths, new Uint16Array(lengths.length));

export const fixedLiterals: Uint8Array = Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
export const fixedDistances: Uint8Array = new Uint8Array(distanceCodes).fill(5);
const fixedLiteralCodes = codesOf(fixedLiterals);
const fixedDistanceCodes = codesOf(fixedDistances);

/** How often each symbol is used, and the code that follows from it. */
class Alphabet {
  /** The symbols', and behind them those of the inner nodes. */
  readonly counts: Int32Array;
  readonly lengths: Uint8Array;
  readonly codes: Uint16Array;
  /** The last symbol that has a code. */
  last = 0;
  /** Nodes that are not joined yet, from 1 on: none is before its parent, which stands at half its place. */
  private readonly heap: Int32Array;
  private heapSize = 0;
  /** The nodes as they were joined, two by two, last of all the root; the parent of each, and how deep it is. */
  private readonly order: Int32Array;
  private ordered = 0;
  private readonly parent: Int32Array;
  private readonly depths: Uint16Array;
  private readonly size: number;
  private readonly longest: number;
  private readonly extra: Uint8Array;
  private readonly firstExtra: number;

  /** `extra` bits follow the symbols from `firstExtra` on. */
  constructor(size: number, longest: number, extra: Uint8Array, firstExtra: number) {
    this.counts = new Int32Array(2 * size);
    this.lengths = new Uint8Array(size);
    this.codes = new Uint16Array(size);
    this.heap = new Int32Array(size + 1);
    this.order = new Int32Array(2 * size);
    this.parent = new Int32Array(2 * size);
    this.depths = new Uint16Array(2 * size);
    this.size = size;
    this.longest = longest;
    this.extra = extra;
    this.firstExtra = firstExtra;
  }

  /** Bits that all symbols take by codes of these lengths. */
  cost(lengths: Uint8Array): number {
    const { counts, extra, firstExtra } = this;
    let bits = 0;
    for (let symbol = 0; symbol < this.size; symbol++) {
      if (counts[symbol] > 0) bits += counts[symbol] * (lengths[symbol] + (symbol >= firstExtra ? extra[symbol - firstExtra] : 0));
    }
    return bits;
  }

  build(): void {
    const { counts, size, lengths, heap } = this;
    this.heapSize = 0;
    this.last = -1;
    for (let symbol = 0; symbol < size; symbol++) {
      if (counts[symbol] === 0) continue;
      heap[++this.heapSize] = symbol;
      this.last = symbol;
    }
    // Inflate wants two codes at least: others join in, which cost nothing since they are not used.
    const joined: number[] = [];
    while (this.heapSize < 2) {
      const symbol = this.last < 2 ? ++this.last : 0;
      heap[++this.heapSize] = symbol;
      joined.push(symbol);
      counts[symbol] = 1;
    }
    lengths.fill(0);
    this.join();
    this.setLengths();
    for (const symbol of joined) counts[symbol] = 0;
    setCodes(lengths, this.codes);
  }

  /** Joins the two rarest again and again. */
  private join(): void {
    const { counts, heap, order, parent, depths } = this;
    depths.fill(0);
    for (let place = this.heapSize >> 1; place >= 1; place--) this.sink(place);
    let ordered = 0;
    for (let node = this.size; this.heapSize > 1; node++) {
      const least = heap[1];
      heap[1] = heap[this.heapSize--];
      this.sink(1);
      const second = heap[1];
      order[ordered++] = least;
      order[ordered++] = second;
      counts[node] = counts[least] + counts[second];
      depths[node] = Math.max(depths[least], depths[second]) + 1;
      parent[least] = parent[second] = node;
      heap[1] = node;
      this.sink(1);
    }
    order[ordered++] = heap[1];
    this.ordered = ordered;
  }

  /** Lets the node at `from` sink to where it belongs; of equally frequent ones the less deep is above. */
  private sink(from: number): void {
    const { heap, heapSize } = this;
    const node = heap[from];
    let place = from;
    for (let child = 2 * place; child <= heapSize; child = 2 * place) {
      if (child < heapSize && this.isBefore(heap[child + 1], heap[child])) child++;
      if (this.isBefore(node, heap[child])) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = node;
  }

  private isBefore(a: number, b: number): boolean {
    const { counts, depths } = this;
    return counts[a] < counts[b] || (counts[a] === counts[b] && depths[a] <= depths[b]);
  }

  /** A code is as long as its symbol lies deep; where that is too long, others must become longer. */
  private setLengths(): void {
    const { size, lengths, longest, order, parent, depths } = this;
    const ofLength = new Int32Array(longest + 1);
    let tooLong = 0;
    // From here on how far down from the root.
    depths[order[this.ordered - 1]] = 0;
    for (let i = this.ordered - 2; i >= 0; i--) {
      const node = order[i];
      depths[node] = depths[parent[node]] + 1;
      if (depths[node] > longest) {
        depths[node] = longest;
        tooLong++;
      }
      if (node >= size) continue;
      lengths[node] = depths[node];
      ofLength[depths[node]]++;
    }
    if (tooLong === 0) return;
    for (; tooLong > 0; tooLong -= 2) {
      let length = longest - 1;
      while (ofLength[length] === 0) length--;
      ofLength[length]--;
      ofLength[length + 1] += 2;
      ofLength[longest]--;
    }
    // The rarest get the longest.
    let at = 0;
    for (let length = longest; length > 0; length--) {
      for (let left = ofLength[length]; left > 0; at++) {
        if (order[at] >= size) continue;
        lengths[order[at]] = length;
        left--;
      }
    }
  }
}

/** So large a buffer is not kept for what may come. */
const muchOutput = 2 ** 20;
const noBytes: Uint8Array = new Uint8Array(0);

/** So many symbols are in a block at most (zlib's memory level 8). */
export const blockSymbols = 16383;

/** Collects literals and matches, and writes them as blocks. */
export class BlockWriter {
  private out: Uint8Array = new Uint8Array(1024);
  private size = 0;
  /** Bits that do not make two bytes yet. */
  private hold = 0;
  private held = 0;
  /** Of each symbol of the block the distance, 0 for literals, and the literal or the length less 3. */
  private readonly distances: Uint16Array = new Uint16Array(blockSymbols);
  private readonly values: Uint8Array = new Uint8Array(blockSymbols);
  private count = 0;
  private readonly literalAlphabet = new Alphabet(literalCodes, longestCode, lengthExtra, literals + 1);
  private readonly distanceAlphabet = new Alphabet(distanceCodes, longestCode, distanceExtra, 0);
  private readonly repeats = new Repeats();

  constructor() {
    this.literalAlphabet.counts[endOfBlock] = 1;
  }

  /** The block has no symbol yet. */
  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Adds bytes that stand between blocks: what the stream is in. All bits before have been sent. */
  addBytes(bytes: readonly number[]): void {
    this.reserve(bytes.length);
    for (const byte of bytes) this.out[this.size++] = byte;
  }

  /** What was written since the last time; bits that make no byte are kept. */
  take(): Uint8Array {
    if (this.held >= 8) {
      this.reserve(1);
      this.out[this.size++] = this.hold;
      this.hold >>>= 8;
      this.held -= 8;
    }
    const taken = this.out.slice(0, this.size);
    this.size = 0;
    if (this.out.length > muchOutput) this.out = new Uint8Array(1024);
    return taken;
  }

  copy(): BlockWriter {
    const copy = new BlockWriter();
    copy.out = this.out.slice();
    copy.size = this.size;
    copy.hold = this.hold;
    copy.held = this.held;
    copy.distances.set(this.distances);
    copy.values.set(this.values);
    copy.count = this.count;
    copy.literalAlphabet.counts.set(this.literalAlphabet.counts);
    copy.distanceAlphabet.counts.set(this.distanceAlphabet.counts);
    return copy;
  }

  /** Adds a literal; true if the block is full. */
  addLiteral(byte: number): boolean {
    this.distances[this.count] = 0;
    this.values[this.count++] = byte;
    this.literalAlphabet.counts[byte]++;
    return this.count === blockSymbols;
  }

  /** Adds a match of `length` from 3 to 258; true if the block is full. */
  addMatch(distance: number, length: number): boolean {
    this.distances[this.count] = distance;
    this.values[this.count++] = length - 3;
    this.literalAlphabet.counts[literals + 1 + codeOfLength[length - 3]]++;
    this.distanceAlphabet.counts[codeOfDistance(distance - 1)]++;
    return this.count === blockSymbols;
  }

  /** Writes the block, which stands for the input from `start` to `end`, in the shortest way; `canStore`: the bytes may stand for themselves. */
  endBlock(input: Uint8Array, start: number, end: number, canStore: boolean, isLast: boolean): void {
    const { literalAlphabet, distanceAlphabet, repeats } = this;
    const fixedBits = literalAlphabet.cost(fixedLiterals) + distanceAlphabet.cost(fixedDistances);
    literalAlphabet.build();
    distanceAlphabet.build();
    repeats.build(literalAlphabet, distanceAlphabet);
    const ownBits = literalAlphabet.cost(literalAlphabet.lengths) + distanceAlphabet.cost(distanceAlphabet.lengths) + repeats.bits;
    const fixedBytes = (fixedBits + 10) >>> 3;
    const bytes = Math.min(fixedBytes, (ownBits + 10) >>> 3);
    this.reserve(Math.min(bytes, end - start) + bytes + 64);
    const last = isLast ? 1 : 0;
    if (canStore && end - start + 4 <= bytes) this.store(input.subarray(start, end), last);
    else if (fixedBytes === bytes) {
      this.put(2 + last, 3);
      this.putSymbols(fixedLiteralCodes, fixedLiterals, fixedDistanceCodes, fixedDistances);
    } else {
      this.put(4 + last, 3);
      this.putRepeats(repeats);
      this.putSymbols(literalAlphabet.codes, literalAlphabet.lengths, distanceAlphabet.codes, distanceAlphabet.lengths);
    }
    if (isLast) this.align();
    this.count = 0;
    literalAlphabet.counts.fill(0);
    distanceAlphabet.counts.fill(0);
    literalAlphabet.counts[endOfBlock] = 1;
  }

  /** An empty block of bytes that stand for themselves: after it the stream goes on at a whole byte. */
  markPlace(): void {
    this.reserve(16);
    this.store(noBytes, 0);
  }

  /** An empty block of ten bits. */
  markBits(): void {
    this.reserve(16);
    this.put(2, 3);
    this.put(fixedLiteralCodes[endOfBlock], fixedLiterals[endOfBlock]);
  }

  private store(bytes: Uint8Array, last: number): void {
    this.put(last, 3);
    this.align();
    const { length } = bytes;
    for (const half of [length, ~length]) {
      this.out[this.size++] = half;
      this.out[this.size++] = half >> 8;
    }
    this.out.set(bytes, this.size);
    this.size += length;
  }

  private putRepeats(repeats: Repeats): void {
    const { sent, runs, alphabet: { codes, lengths } } = repeats;
    this.put(this.literalAlphabet.last - 256, 5);
    this.put(this.distanceAlphabet.last, 5);
    this.put(sent - 4, 4);
    for (let i = 0; i < sent; i++) this.put(lengths[lengthOrder[i]], 3);
    for (let i = 0; i < runs.length; i += 2) {
      this.put(codes[runs[i]], lengths[runs[i]]);
      if (runs[i] >= 16) this.put(runs[i + 1], repeatExtra[runs[i] - 16]);
    }
  }

  private putSymbols(literalCode: Uint16Array, literalLength: Uint8Array, distanceCode: Uint16Array, distanceLength: Uint8Array): void {
    const { distances, values, count, out } = this;
    // As put() does, in variables.
    let { hold, held, size } = this;
    for (let i = 0; i < count; i++) {
      const distance = distances[i];
      const value = values[i];
      const symbol = distance === 0 ? value : literals + 1 + codeOfLength[value];
      hold |= literalCode[symbol] << held;
      held += literalLength[symbol];
      if (held >= 16) {
        out[size] = hold;
        out[size + 1] = hold >> 8;
        size += 2;
        hold >>>= 16;
        held -= 16;
      }
      if (distance === 0) continue;
      const code = symbol - literals - 1;
      hold |= (value - firstLength[code]) << held;
      held += lengthExtra[code];
      if (held >= 16) {
        out[size] = hold;
        out[size + 1] = hold >> 8;
        size += 2;
        hold >>>= 16;
        held -= 16;
      }
      const far = codeOfDistance(distance - 1);
      hold |= distanceCode[far] << held;
      held += distanceLength[far];
      if (held >= 16) {
        out[size] = hold;
        out[size + 1] = hold >> 8;
        size += 2;
        hold >>>= 16;
        held -= 16;
      }
      hold |= (distance - 1 - firstDistance[far]) << held;
      held += distanceExtra[far];
      if (held >= 16) {
        out[size] = hold;
        out[size + 1] = hold >> 8;
        size += 2;
        hold >>>= 16;
        held -= 16;
      }
    }
    this.hold = hold;
    this.held = held;
    this.size = size;
    this.put(literalCode[endOfBlock], literalLength[endOfBlock]);
  }

  /** Writes up to 16 bits, the lowest first. There is room. */
  private put(value: number, bits: number): void {
    this.hold |= value << this.held;
    this.held += bits;
    if (this.held < 16) return;
    this.out[this.size] = this.hold;
    this.out[this.size + 1] = this.hold >> 8;
    this.size += 2;
    this.hold >>>= 16;
    this.held -= 16;
  }

  /** Fills the last byte up. */
  private align(): void {
    for (; this.held > 0; this.held -= 8, this.hold >>>= 8) this.out[this.size++] = this.hold;
    this.held = this.hold = 0;
  }

  private reserve(count: number): void {
    if (this.size + count <= this.out.length) return;
    const larger = new Uint8Array(Math.max(this.size + count, this.out.length * 2));
    larger.set(this.out.subarray(0, this.size));
    this.out = larger;
  }
}

/** The lengths of a block's codes, as they are sent: in runs, by a code of their own. */
class Repeats {
  /** Bits that they take. */
  bits = 0;
  /** How many of {@link lengthOrder} are sent. */
  sent = 0;
  readonly alphabet: Alphabet = new Alphabet(lengthLengthCodes, longestLengthCode, repeatExtra, 16);
  /** A symbol and its extra bits in turn. */
  readonly runs: number[] = [];

  build(literal: Alphabet, distance: Alphabet): void {
    const { alphabet } = this;
    this.runs.length = 0;
    alphabet.counts.fill(0);
    this.add(literal.lengths, literal.last);
    this.add(distance.lengths, distance.last);
    alphabet.build();
    this.sent = lengthLengthCodes;
    while (this.sent > 4 && alphabet.lengths[lengthOrder[this.sent - 1]] === 0) this.sent--;
    this.bits = alphabet.cost(alphabet.lengths) + 14 + 3 * this.sent;
  }

  private add(lengths: Uint8Array, last: number): void {
    let previous = -1;
    for (let at = 0; at <= last; ) {
      const length = lengths[at];
      const most = length === 0 ? 138 : length === previous ? 6 : 7;
      const least = length === 0 || length === previous ? 3 : 4;
      let count = 1;
      while (count < most && at + count <= last && lengths[at + count] === length) count++;
      at += count;
      if (count < least) for (; count > 0; count--) this.push(length, 0);
      else if (length !== 0) {
        if (length !== previous) {
          this.push(length, 0);
          count--;
        }
        this.push(16, count - 3);
      } else if (count <= 10) this.push(17, count - 3);
      else this.push(18, count - 11);
      previous = length;
    }
  }

  private push(symbol: number, extra: number): void {
    this.runs.push(symbol, extra);
    this.alphabet.counts[symbol]++;
  }
}
