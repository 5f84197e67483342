import type { Matcher } from './engine.ts';
import { type Finder, finderFor } from './finder.ts';
import { FirstSet } from './first.ts';
import {
  ANY, AT, IN, IN_IGNORE, IN_UNI_IGNORE, INFO, LITERAL, LITERAL_IGNORE, LITERAL_UNI_IGNORE, MARK, MAXREPEAT, MIN_REPEAT_ONE, NOT_LITERAL, NOT_LITERAL_IGNORE, NOT_LITERAL_UNI_IGNORE, POSSESSIVE_REPEAT_ONE, REPEAT, REPEAT_ONE,
} from './items.ts';

/* The code of a pattern, and what is found out about it while it runs. */

const INFO_PREFIX = 1, INFO_CHARSET = 4;
const AT_BEGINNING_LINE = 1;

/** The code of a pattern, and what is remembered to run it fast. */
export class Program {
  readonly code: Uint32Array;
  readonly groups: number;
  /** By place: which characters below 256 the item there matches; made when it has been asked often enough. */
  readonly latin: (Uint8Array | undefined)[];
  readonly asked: Uint8Array;
  /** The characters that every match begins with, and the first of them; null, -1 if that is not known. */
  readonly prefix: string | null;
  readonly firstUnit: number;
  /** So many of the prefix's characters are the code's first instructions; 0 if there is no prefix. */
  readonly prefixSkip: number;
  /** The one-character item that every match begins with, or -1. */
  readonly firstItem: number;
  /** It begins with `.*`, and nothing depends on where that began: if it matches anywhere in a line then from its start on. */
  readonly fromLineStarts: boolean;
  /** It can match at the beginning of a line only. */
  readonly atLineStarts: boolean;
  /** By place of a repeat of one item: whether it can do without trying fewer. */
  readonly endings: Uint8Array;
  /** So often a match was looked for at a place where none began. */
  private missed = 0;
  /** By place of a BRANCH: which alternatives are worth a try; made when that has been asked often enough. */
  private readonly alternatives: (Alternatives | undefined)[];
  /** Undefined while it is not known whether there is one. */
  private knownFinder: Finder | null | undefined = undefined;
  /** Which characters below 256 a match can begin with; null if that is not known. */
  starts: Uint8Array | null = null;
  /** A matcher that nobody uses at the moment. */
  spare: Matcher | null = null;
  constructor(code: Uint32Array, groups: number) {
    this.code = code;
    this.groups = groups;
    this.latin = new Array<Uint8Array | undefined>(code.length).fill(undefined);
    this.asked = new Uint8Array(code.length);
    this.alternatives = new Array<Alternatives | undefined>(code.length).fill(undefined);
    const hasInfo = code[0] === INFO;
    const known = hasInfo && (code[2] & INFO_PREFIX) !== 0 ? code.subarray(7, 7 + code[5]) : null;
    const body = hasInfo ? code[1] + 1 : 0;
    this.prefix = known !== null && known.every((unit) => unit <= 0xffff) ? String.fromCharCode(...known) : null;
    this.prefixSkip = known !== null && this.prefix !== null ? code[6] : 0;
    this.firstUnit = known !== null ? known[0] : code[body] === LITERAL ? code[body + 1] : -1;
    this.firstItem = hasInfo && (code[2] & INFO_CHARSET) !== 0 ? 0 : firstItem(code, body);
    this.fromLineStarts = code[body] === REPEAT_ONE && code[body + 2] === 0 && code[body + 3] === MAXREPEAT && code[body + 4] === ANY && groups === 0;
    this.atLineStarts = code[body] === AT && code[body + 1] === AT_BEGINNING_LINE;
    this.endings = new Uint8Array(code.length);
  }

  /** No match begins where one was looked for: if that happens often, it pays to know where it can. */
  miss(): void {
    if (this.missed < oftenMissed) this.missed++;
    if (this.missed !== oftenAsked) return;
    const set = new FirstSet(this.code, 0);
    if (!set.open) this.starts = set.latin;
  }

  /** Finds where a match may begin, once that was looked for in vain often enough. */
  get finder(): Finder | null {
    if (this.missed < oftenMissed) return null;
    if (this.knownFinder === undefined) this.knownFinder = finderFor(this.code);
    return this.knownFinder;
  }

  /** The alternatives of the BRANCH at `pc`, or undefined as long as all are tried in turn. */
  alternativesAt(pc: number): Alternatives | undefined {
    const known = this.alternatives[pc];
    if (known !== undefined || this.asked[pc] > oftenAsked) return known;
    if (++this.asked[pc] > oftenAsked) this.alternatives[pc] = alternativesOf(this.code, pc);
    return this.alternatives[pc];
  }

  /** How the repeat of one item at `pc` ends: see the constants. */
  ending(pc: number): number {
    const { code, endings } = this;
    if (endings[pc] >= TRIES_FEWER) return endings[pc];
    if (++endings[pc] < oftenAsked) return UNDECIDED;
    const item = new FirstSet(code, pc + 4, true);
    const tail = new FirstSet(code, pc + code[pc + 1] + 1);
    endings[pc] = !item.isDisjoint(tail) ? TRIES_FEWER : item.wide && tail.wide ? TAKES_ALL_LATIN : TAKES_ALL;
    return endings[pc];
  }
}

/** Where the item is that matches the first character of whatever the code at `pc` matches, or -1. */
function firstItem(code: Uint32Array, pc: number): number {
  switch (code[pc]) {
    case MARK:
      return firstItem(code, pc + 2);
    case REPEAT_ONE:
    case MIN_REPEAT_ONE:
    case POSSESSIVE_REPEAT_ONE:
      return code[pc + 2] > 0 ? pc + 4 : -1;
    case REPEAT:
      return code[pc + 2] > 0 ? firstItem(code, pc + 4) : -1;
    case ANY:
    case LITERAL:
    case NOT_LITERAL:
    case LITERAL_IGNORE:
    case NOT_LITERAL_IGNORE:
    case LITERAL_UNI_IGNORE:
    case NOT_LITERAL_UNI_IGNORE:
    case IN:
    case IN_IGNORE:
    case IN_UNI_IGNORE:
      return pc;
    default:
      return -1;
  }
}

/** So often something is tried before it is looked at more closely. */
export const oftenAsked = 64;
/** So often no match begins where one was looked for before the host's RegExp looks. */
const oftenMissed = 500;
/**
 * How a repeat of one item ends, from {@link oftenAsked} on. What follows `\d+` in `\d+-` cannot begin with a digit: the repeat takes all
 * there are, and need not come back to try fewer. Where that is certain only of characters below 256, it depends on those that were taken.
 */
const UNDECIDED = 0, TRIES_FEWER = 253;
export const TAKES_ALL_LATIN = 254, TAKES_ALL = 255;

/** The alternatives of a BRANCH, by the character where it is tried. */
export class Alternatives {
  /** Where the code of each begins. */
  readonly places: readonly number[];
  /** By number of an alternative, then by column: the first from it on that can begin with such a character; their count if none can. */
  readonly next: Uint8Array;

  constructor(places: readonly number[], next: Uint8Array) {
    this.places = places;
    this.next = next;
  }
}

/** A column for each character below 256, one for those above, one for the end of the text. */
export const columns = 258, wideColumn = 256, endColumn = 257;
/** Of more alternatives no table is made. */
const mostAlternatives = 250;

function alternativesOf(code: Uint32Array, pc: number): Alternatives | undefined {
  const places: number[] = [];
  for (let at = pc + 1; code[at] !== 0; at += code[at]) places.push(at + 1);
  const { length } = places;
  if (length > mostAlternatives) return undefined;
  const next = new Uint8Array(length * columns);
  for (let number = length - 1; number >= 0; number--) {
    const set = new FirstSet(code, places[number]);
    for (let column = 0; column < columns; column++) {
      const can = set.open || (column < wideColumn ? set.latin[column] === 1 : column === wideColumn && set.wide);
      next[number * columns + column] = can ? number : number + 1 < length ? next[(number + 1) * columns + column] : length;
    }
  }
  return new Alternatives(places, next);
}
