import { BlockWriter } from './huffman.ts';

/*
 * Deflate at the levels from 1 to 9: where zlib (deflate.c) looks for matches, and which it takes, so that the bytes are the same. Other
 * strategies, windows and memory levels are npm pako's, which takes twice as long.
 */

/** What a level does: when to look less, when not to look for a better match, which length is good enough, how many places to look at. */
interface Effort {
  readonly good: number;
  readonly lazy: number;
  readonly nice: number;
  readonly chain: number;
}

const effort = (good: number, lazy: number, nice: number, chain: number): Effort => ({ good, lazy, nice, chain });
/** From level 1 on. */
const efforts: readonly Effort[] = [
  effort(4, 4, 8, 4), effort(4, 5, 16, 8), effort(4, 6, 32, 32), effort(4, 4, 16, 16), effort(8, 16, 32, 32), effort(8, 16, 128, 128), effort(8, 32, 128, 256), effort(32, 128, 258, 1024), effort(32, 258, 258, 4096),
];
/** From this level on a match is taken only when the next place has no better one. */
const firstLazyLevel = 4;

const windowSize = 32768, windowMask = windowSize - 1;
const minMatch = 3, maxMatch = 258;
/** So much input zlib wants to see ahead; matches reach so much less far back than the window. */
const lookahead = maxMatch + minMatch + 1;
const maxDistance = windowSize - lookahead;
/** Matches of three bytes are not worth a distance beyond this. */
const tooFar = 4096;
const hashMask = 32767;
/** Of so little input the places are forgotten one by one. */
const littleInput = 8192;
/** A buffer that holds so much more than is needed again is moved up. */
const worthMoving = 8 * windowSize;

/** How a stretch of input ends. */
export type Ending = 'go on' | 'block' | 'bits' | 'place' | 'forget' | 'finish';

/**
 * Compresses input that comes piece by piece. Places are counted from the beginning of `input`. A block's bytes can stand for themselves as
 * long as zlib has them in its window, which this class keeps account of.
 */
export class Deflater {
  private readonly level: number;
  private readonly effort: Effort;
  private readonly writer: BlockWriter;
  private input: Uint8Array = noInput;
  private view: DataView = noView;
  /** Where the input ends so far. */
  private end = 0;
  /** The next place to look at. */
  private at = 0;
  /** The last place of each hash of three bytes. 0 is none: nothing matches the first place. */
  private readonly heads: Int32Array;
  /** Of each place in the window the last one before it with that hash. */
  private readonly before: Int32Array;
  private readonly tables: DeflateTables;
  /** Where the match found last begins, and how long it is. */
  private matchStart = 0;
  private found = minMatch - 1;
  /** The byte before has not been written yet. */
  private waits = false;
  private blockStart = 0;
  /** What zlib has in its window. */
  private windowStart = 0;
  private windowEnd = 0;
  /** So many places before `at` are to be remembered when more input comes: they ended with fewer than three bytes. */
  private late = 0;

  constructor(level: number, tables: DeflateTables) {
    this.level = level;
    this.effort = efforts[level - 1];
    this.tables = tables;
    this.writer = tables.writer;
    this.heads = tables.heads;
    this.before = tables.before;
  }

  /** Bytes before or after the blocks. */
  addBytes(bytes: readonly number[]): void {
    this.writer.addBytes(bytes);
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    return this.writer.take();
  }

  /** All input at once, in one stream. */
  compressWhole(input: Uint8Array): void {
    this.setInput(input);
    this.end = input.length;
    this.run('finish');
  }

  /** The tables, as they were at first: after the end of the stream. */
  release(): DeflateTables {
    const { input, heads, end } = this;
    if (end > littleInput) heads.fill(0);
    else for (let at = 0; at + 2 < end; at++) heads[((input[at] << 10) ^ (input[at + 1] << 5) ^ input[at + 2]) & hashMask] = 0;
    return this.tables;
  }

  /** Takes more input, as much of it as can be done before what follows is known, or all. */
  compress(bytes: Uint8Array, ending: Ending): void {
    if (bytes.length > 0) this.append(bytes);
    this.run(ending);
  }

  copy(): Deflater {
    const copy = new Deflater(this.level, { heads: this.heads.slice(), before: this.before.slice(), writer: this.writer.copy() });
    copy.setInput(this.input.slice());
    copy.end = this.end;
    copy.at = this.at;
    copy.matchStart = this.matchStart;
    copy.found = this.found;
    copy.waits = this.waits;
    copy.blockStart = this.blockStart;
    copy.windowStart = this.windowStart;
    copy.windowEnd = this.windowEnd;
    copy.late = this.late;
    return copy;
  }

  private setInput(input: Uint8Array): void {
    this.input = input;
    this.view = new DataView(input.buffer, input.byteOffset, input.length);
  }

  private append(bytes: Uint8Array): void {
    if (this.end + bytes.length > this.input.length) {
      this.moveUp();
      const input = new Uint8Array(Math.max(2 * windowSize, (this.end + bytes.length) * 2));
      input.set(this.input.subarray(0, this.end));
      this.setInput(input);
    }
    this.input.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** Drops input that is not needed again, if that is much. */
  private moveUp(): void {
    const by = Math.min(this.windowStart, this.blockStart) & ~windowMask;
    if (by < worthMoving) return;
    const { heads, before } = this;
    this.input.copyWithin(0, by, this.end);
    for (let hash = 0; hash <= hashMask; hash++) heads[hash] = Math.max(heads[hash] - by, 0);
    for (let slot = 0; slot <= windowMask; slot++) before[slot] = Math.max(before[slot] - by, 0);
    this.end -= by;
    this.at -= by;
    this.matchStart -= by;
    this.blockStart -= by;
    this.windowStart -= by;
    this.windowEnd -= by;
  }

  private run(ending: Ending): void {
    if (this.late > 0) this.insertLate();
    if (this.level < firstLazyLevel) this.greedy(ending === 'go on');
    else this.lazy(ending === 'go on');
    if (ending === 'go on') return;
    this.late = Math.min(this.at, minMatch - 1);
    const { writer } = this;
    if (ending === 'finish') {
      this.endBlock(this.at, true);
      return;
    }
    if (!writer.isEmpty) this.endBlock(this.at, false);
    if (ending === 'bits') writer.markBits();
    else if (ending !== 'block') writer.markPlace();
    if (ending === 'forget') this.forget();
  }

  /** Nothing that came before is looked for again. */
  private forget(): void {
    this.heads.fill(0);
    this.setInput(noInput);
    this.end = this.at = this.blockStart = this.windowStart = this.windowEnd = this.late = 0;
  }

  /** Remembers the places before `at` that had too few bytes after them. */
  private insertLate(): void {
    for (; this.late > 0 && this.end - this.at + this.late >= minMatch; this.late--) this.insert(this.at - this.late);
  }

  /** Remembers the place; gives the last one with the same hash, which most often has the same three bytes. */
  private insert(at: number): number {
    const { input, heads } = this;
    const hash = ((input[at] << 10) ^ (input[at + 1] << 5) ^ input[at + 2]) & hashMask;
    const head = heads[hash];
    this.before[at & windowMask] = head;
    heads[hash] = at;
    return head;
  }

  /** Remembers places from `start` on. Three bytes' hash follows from that of the three before. */
  private insertAll(start: number, end: number): void {
    const { input, heads, before } = this;
    let hash = (input[start] << 5) ^ input[start + 1];
    for (let at = start; at < end; at++) {
      hash = ((hash << 5) ^ input[at + 2]) & hashMask;
      before[at & windowMask] = heads[hash];
      heads[hash] = at;
    }
  }

  /** Length of the longest match for `at`, from `first` on back, or `atLeast` if none is longer; its place is in `matchStart`. */
  private longestMatch(at: number, first: number, atLeast: number): number {
    const { view, before, effort: { good, nice, chain } } = this;
    const most = Math.min(maxMatch, this.end - at);
    if (atLeast >= most) return most;
    const enough = Math.min(nice, most);
    const limit = Math.max(at - maxDistance, 0);
    let best = atLeast;
    let left = atLeast >= good ? chain >> 2 : chain;
    // The first two bytes, and the two that would make the match longer.
    const begin = view.getUint16(at);
    let last = view.getUint16(at + best - 1);
    let place = first;
    do {
      if (view.getUint16(place + best - 1) === last && view.getUint16(place) === begin) {
        let length = 2;
        while (length + 4 <= most && view.getInt32(place + length) === view.getInt32(at + length)) length += 4;
        while (length < most && view.getUint8(place + length) === view.getUint8(at + length)) length++;
        if (length > best) {
          this.matchStart = place;
          best = length;
          if (length >= enough) break;
          last = view.getUint16(at + best - 1);
        }
      }
      place = before[place & windowMask];
    } while (place > limit && --left > 0);
    return best;
  }

  /** Has zlib enough ahead of `at` to go on? It reads on, and moves its window, when there is less. */
  private fillWindow(at: number): void {
    while (this.windowEnd - at < lookahead) {
      if (at - this.windowStart >= windowSize + maxDistance) this.windowStart += windowSize;
      const read = Math.min(this.end - this.windowEnd, 2 * windowSize - (this.windowEnd - this.windowStart));
      if (read === 0) return;
      this.windowEnd += read;
    }
  }

  private endBlock(end: number, isLast: boolean): void {
    this.writer.endBlock(this.input, this.blockStart, end, this.blockStart >= this.windowStart, isLast);
    this.blockStart = end;
  }

  /** Takes each match that there is. `goesOn`: more input follows. */
  private greedy(goesOn: boolean): void {
    const { input, end, writer, effort: { lazy } } = this;
    let { at } = this;
    for (;;) {
      if (this.windowEnd - at < lookahead) {
        this.fillWindow(at);
        if (at === end || (goesOn && end - at < lookahead)) break;
      }
      const head = end - at >= minMatch ? this.insert(at) : 0;
      const found = head !== 0 && at - head <= maxDistance ? this.longestMatch(at, head, minMatch - 1) : 0;
      let isFull: boolean;
      if (found >= minMatch) {
        isFull = writer.addMatch(at - this.matchStart, found);
        const after = at + found;
        // Of long matches the places within are forgotten.
        if (found <= lazy && end - after >= minMatch) this.insertAll(at + 1, after);
        at = after;
      } else isFull = writer.addLiteral(input[at++]);
      if (isFull) this.endBlock(at, false);
    }
    this.at = at;
  }

  /** Takes a match only if the next place has no longer one. */
  private lazy(goesOn: boolean): void {
    const { input, end, writer, effort: { lazy } } = this;
    const lastInsert = end - minMatch;
    let { at, found, waits } = this;
    for (;;) {
      if (this.windowEnd - at < lookahead) {
        this.fillWindow(at);
        if (at === end || (goesOn && end - at < lookahead)) break;
      }
      const head = at <= lastInsert ? this.insert(at) : 0;
      const before = found;
      const beforeStart = this.matchStart;
      found = minMatch - 1;
      if (head !== 0 && before < lazy && at - head <= maxDistance) {
        found = this.longestMatch(at, head, before);
        if (found === minMatch && at - this.matchStart > tooFar) found = minMatch - 1;
      }
      if (before >= minMatch && found <= before) {
        const isFull = writer.addMatch(at - 1 - beforeStart, before);
        const after = at - 1 + before;
        this.insertAll(at + 1, Math.min(after, lastInsert + 1));
        at = after;
        waits = false;
        found = minMatch - 1;
        if (isFull) this.endBlock(at, false);
        continue;
      }
      if (waits && writer.addLiteral(input[at - 1])) this.endBlock(at, false);
      waits = true;
      at++;
    }
    if (!goesOn && waits) {
      writer.addLiteral(input[at - 1]);
      waits = false;
    }
    this.at = at;
    this.found = found;
    this.waits = waits;
  }
}

const noInput: Uint8Array = new Uint8Array(0);
const noView: DataView = new DataView(noInput.buffer);

/** What a stream needs that costs more to make than a short stream to compress. */
export interface DeflateTables {
  /** All 0 to begin with. */
  readonly heads: Int32Array;
  readonly before: Int32Array;
  readonly writer: BlockWriter;
}

export const newTables = (): DeflateTables => ({ heads: new Int32Array(hashMask + 1), before: new Int32Array(windowSize), writer: new BlockWriter() });
