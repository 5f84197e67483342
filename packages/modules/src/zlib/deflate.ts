import { BlockWriter } from './huffman.ts';

/*
 * Deflate of input that is all there, at the levels from 1 to 9: where zlib (deflate.c) looks for matches, and which it takes, so that the
 * bytes are the same. Streams, other strategies and windows are npm pako's, which copies its input into a window and takes twice as long.
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
/** More than any match can be away. */
const farthest = 0xffff;

/** Compresses all input. A block's bytes can stand for themselves as long as zlib has them in its window, which this class keeps account of. */
class Deflater {
  private readonly input: Uint8Array;
  private readonly effort: Effort;
  private readonly writer: BlockWriter;
  /** The last place of each hash of three bytes. 0 is none: nothing matches the first place. */
  private readonly heads: Int32Array = new Int32Array(hashMask + 1);
  /** How far before each place in the window the one before it with that hash is: few bytes, for the sake of the processor's cache. */
  private readonly steps: Uint16Array = new Uint16Array(windowSize);
  /** Where the match found last begins. */
  private matchStart = 0;
  private blockStart = 0;
  private windowStart = 0;

  constructor(input: Uint8Array, level: number, header: readonly number[]) {
    this.input = input;
    this.effort = efforts[level - 1];
    this.writer = new BlockWriter(input, header);
  }

  finish(trailer: readonly number[]): Uint8Array {
    this.moveWindow(this.input.length);
    this.endBlock(this.input.length, true);
    return this.writer.finish(trailer);
  }

  /** Remembers the place; gives the last one with the same hash, which most often has the same three bytes. */
  private insert(at: number): number {
    const { input, heads } = this;
    const hash = ((input[at] << 10) ^ (input[at + 1] << 5) ^ input[at + 2]) & hashMask;
    const head = heads[hash];
    this.steps[at & windowMask] = Math.min(at - head, farthest);
    heads[hash] = at;
    return head;
  }

  /** Remembers places from `start` on. Three bytes' hash follows from that of the three before. */
  private insertAll(start: number, end: number): void {
    const { input, heads, steps } = this;
    let hash = (input[start] << 5) ^ input[start + 1];
    for (let at = start; at < end; at++) {
      hash = ((hash << 5) ^ input[at + 2]) & hashMask;
      steps[at & windowMask] = Math.min(at - heads[hash], farthest);
      heads[hash] = at;
    }
  }

  /** Length of the longest match for `at`, from `first` on back, or `atLeast` if none is longer; its place is in `matchStart`. */
  private longestMatch(at: number, first: number, atLeast: number): number {
    const { input, steps, effort: { good, nice, chain } } = this;
    const most = Math.min(maxMatch, input.length - at);
    if (atLeast >= most) return most;
    const enough = Math.min(nice, most);
    const limit = Math.max(at - maxDistance, 0);
    let best = atLeast;
    let left = atLeast >= good ? chain >> 2 : chain;
    let last = input[at + best];
    let beforeLast = input[at + best - 1];
    const byte = input[at];
    let place = first;
    do {
      if (input[place + best] === last && input[place + best - 1] === beforeLast && input[place] === byte) {
        let length = 1;
        while (length < most && input[place + length] === input[at + length]) length++;
        if (length > best) {
          this.matchStart = place;
          best = length;
          if (length >= enough) break;
          last = input[at + best];
          beforeLast = input[at + best - 1];
        }
      }
      place -= steps[place & windowMask];
    } while (place > limit && --left > 0);
    return best;
  }

  /** zlib moves its window when it needs more input. */
  private moveWindow(at: number): void {
    if (at - this.windowStart > 2 * windowSize - lookahead) this.windowStart += windowSize;
    else if (at - this.windowStart === 2 * windowSize - lookahead && this.input.length - at < lookahead) this.windowStart += windowSize;
  }

  private endBlock(end: number, isLast: boolean): void {
    this.writer.endBlock(this.blockStart, end, this.blockStart >= this.windowStart, isLast);
    this.blockStart = end;
  }

  /** Takes each match that there is. */
  greedy(): void {
    const { input, writer, effort: { lazy } } = this;
    const { length } = input;
    for (let at = 0; at < length; ) {
      this.moveWindow(at);
      const head = length - at >= minMatch ? this.insert(at) : 0;
      const found = head !== 0 && at - head <= maxDistance ? this.longestMatch(at, head, minMatch - 1) : 0;
      let isFull: boolean;
      if (found >= minMatch) {
        isFull = writer.addMatch(at - this.matchStart, found);
        const end = at + found;
        // Of long matches the places within are forgotten.
        if (found <= lazy && length - end >= minMatch) this.insertAll(at + 1, end);
        at = end;
      } else isFull = writer.addLiteral(input[at++]);
      if (isFull) this.endBlock(at, false);
    }
  }

  /** Takes a match only if the next place has no longer one. */
  lazy(): void {
    const { input, writer, effort: { lazy } } = this;
    const { length } = input;
    const lastInsert = length - minMatch;
    let found = minMatch - 1;
    /** The byte before has not been written yet. */
    let waits = false;
    for (let at = 0; at < length; ) {
      this.moveWindow(at);
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
        const end = at - 1 + before;
        this.insertAll(at + 1, Math.min(end, lastInsert + 1));
        at = end;
        waits = false;
        found = minMatch - 1;
        if (isFull) this.endBlock(at, false);
        continue;
      }
      if (waits && writer.addLiteral(input[at - 1])) this.endBlock(at, false);
      waits = true;
      at++;
    }
    if (waits) writer.addLiteral(input[length - 1]);
  }
}

/** A deflate stream of all input, at a level from 1 to 9, between a header and a trailer. */
export function deflateWhole(input: Uint8Array, level: number, header: readonly number[], trailer: readonly number[]): Uint8Array {
  const deflater = new Deflater(input, level, header);
  if (level < firstLazyLevel) deflater.greedy();
  else deflater.lazy();
  return deflater.finish(trailer);
}
