import { FirstSet } from './first.ts';
import {
  ANY, ANY_ALL, ASSERT, ASSERT_NOT, AT, ATOMIC_GROUP, BRANCH, FAILURE, GROUPREF, GROUPREF_EXISTS, GROUPREF_IGNORE, GROUPREF_LOC_IGNORE, GROUPREF_UNI_IGNORE, IN, IN_IGNORE, IN_LOC_IGNORE, IN_UNI_IGNORE, INFO, isUniWord, JUMP, MARK,
  matchesItem, MAX_UNTIL, MAXREPEAT, MIN_REPEAT_ONE, MIN_UNTIL, POSSESSIVE_REPEAT, POSSESSIVE_REPEAT_ONE, REPEAT, REPEAT_ONE, SUCCESS,
} from './items.ts';

/*
 * Where a match may begin, found by the host's RegExp, which is compiled and looks at a place in a nanosecond. It need not be right about
 * matches, groups or which alternative counts: the matcher runs where it points to. All it must not do is pass over a place where the
 * pattern matches.
 */

/** A pattern translated, for texts whose characters are all below 256. */
export class Finder {
  private readonly regexp: RegExp;
  private readonly cost: Cost;

  constructor(regexp: RegExp, cost: Cost) {
    this.regexp = regexp;
    this.cost = cost;
  }

  /** Is it certain that so long a text takes no time to speak of? Nothing can interrupt the host. */
  canSearch(length: number): boolean {
    const { linear, quadratic, ways } = this.cost;
    return ways * length ** (1 + (linear ? 1 : 0) + quadratic) <= mostSteps;
  }

  /** The first place from `start` on where a match may begin, or -1. */
  find(text: string, start: number): number {
    const { regexp } = this;
    regexp.lastIndex = start;
    // What it matches is empty, so that it does not advance.
    return regexp.test(text) ? regexp.lastIndex : -1;
  }
}

/** A few seconds' worth, in the worst case. */
const mostSteps = 3e9;

/** A finder for the code of a pattern, or null where RegExp has nothing like it, or may take for ever. */
export function finderFor(code: Uint32Array): Finder | null {
  const translation = new Translation(code);
  const cost = translation.sequence(0, code.length);
  return cost === null || cost.width > mostRepeats ? null : new Finder(new RegExp(`(?=${translation.source})`, 'g'), cost);
}

/** More repeats of something than this would make the compiled RegExp large. */
const mostRepeats = 1000;

/** How many steps a translated piece may take. */
interface Cost {
  /** So many characters are taken at least. */
  readonly width: number;
  /** So many ways there are through what is not repeated without limit. */
  readonly ways: number;
  /** A repeat without limit is among it. */
  readonly linear: boolean;
  /** So many repeats without limit may have to be tried at each length. */
  readonly quadratic: number;
}

const oneWay: Cost = { width: 0, ways: 1, linear: false, quadratic: 0 };
const oneCharacter: Cost = { ...oneWay, width: 1 };

class Translation {
  source = '';
  private readonly code: Uint32Array;

  constructor(code: Uint32Array) {
    this.code = code;
  }

  /** Adds the code from `start` up to its SUCCESS or to `end`; null if that cannot be done. */
  sequence(start: number, end: number): Cost | null {
    const { code } = this;
    let whole = oneWay;
    for (let pc = start; pc < end && code[pc] !== SUCCESS; ) {
      const cost = this.item(pc);
      if (cost === null) return null;
      whole = { width: whole.width + cost.width, ways: whole.ways * cost.ways, linear: whole.linear || cost.linear, quadratic: whole.quadratic + cost.quadratic };
      pc = this.after(pc);
    }
    return whole;
  }

  private after(start: number): number {
    const { code } = this;
    let pc = start;
    switch (code[pc]) {
      case ANY:
      case ANY_ALL:
        return pc + 1;
      case BRANCH:
        for (pc++; code[pc] !== 0; pc += code[pc]);
        return pc + 1;
      case IN:
      case IN_IGNORE:
      case IN_LOC_IGNORE:
      case IN_UNI_IGNORE:
      case INFO:
      case REPEAT_ONE:
      case MIN_REPEAT_ONE:
      case POSSESSIVE_REPEAT_ONE:
      case ATOMIC_GROUP:
      case ASSERT:
      case ASSERT_NOT:
        return pc + code[pc + 1] + 1;
      case REPEAT:
      case POSSESSIVE_REPEAT:
        // Behind the instruction that ends its body.
        return pc + code[pc + 1] + 2;
      default:
        return pc + 2;
    }
  }

  /** Adds what stands at `pc`. */
  private item(pc: number): Cost | null {
    const { code } = this;
    switch (code[pc]) {
      case INFO:
      case MARK:
        return oneWay;
      case AT:
        return this.add(positions(code[pc + 1]), oneWay);
      case BRANCH:
        return this.branch(pc + 1);
      case REPEAT_ONE:
      case MIN_REPEAT_ONE:
      case POSSESSIVE_REPEAT_ONE:
      case REPEAT:
      case POSSESSIVE_REPEAT:
        return this.repeat(pc);
      case ATOMIC_GROUP: {
        const body = this.sequence(pc + 2, pc + code[pc + 1]);
        // Here what follows can ask for another way through it.
        return body?.linear ? { ...body, quadratic: body.quadratic + 1 } : body;
      }
      case ASSERT:
      case ASSERT_NOT:
        return this.assertion(pc);
      case FAILURE:
        return this.add('[]', oneWay);
      case GROUPREF:
      case GROUPREF_IGNORE:
      case GROUPREF_LOC_IGNORE:
      case GROUPREF_UNI_IGNORE:
      case GROUPREF_EXISTS:
      case JUMP:
      case MAX_UNTIL:
      case MIN_UNTIL:
        return null;
      default:
        return this.add(characters((c) => matchesItem(code, pc, c)), oneCharacter);
    }
  }

  private add(source: string, cost: Cost): Cost {
    this.source += source;
    return cost;
  }

  private branch(start: number): Cost | null {
    const { code } = this;
    let whole: Cost | null = null;
    this.source += '(?:';
    for (let at = start; code[at] !== 0; at += code[at]) {
      if (whole !== null) this.source += '|';
      // Each ends with a JUMP.
      const cost = this.sequence(at + 1, at + code[at] - 2);
      if (cost === null) return null;
      whole = whole === null ? cost : { width: Math.min(whole.width, cost.width), ways: whole.ways + cost.ways, linear: whole.linear || cost.linear, quadratic: Math.max(whole.quadratic, cost.quadratic) };
    }
    this.source += ')';
    return whole;
  }

  private repeat(pc: number): Cost | null {
    const { code } = this;
    const min = code[pc + 2];
    const max = code[pc + 3];
    const last = pc + code[pc + 1];
    const isLazy = code[pc] === MIN_REPEAT_ONE || (code[pc] === REPEAT && code[last + 1] === MIN_UNTIL);
    this.source += '(?:';
    const body = this.sequence(pc + 4, last + 1);
    if (body === null || body.width === 0 || (max !== MAXREPEAT && max > mostRepeats) || min > mostRepeats) return null;
    this.source += `){${min},${max === MAXREPEAT ? '' : max}}${isLazy ? '?' : ''}`;
    const width = min * body.width;
    if (max === MAXREPEAT) {
      // Ways within ways without end would be too many.
      if (body.ways > 1 || body.linear) return null;
      return { width, ways: 1, linear: true, quadratic: this.isLast(last + 1) || this.takesAll(pc) ? 0 : 1 };
    }
    const ways = (max - min + 1) * body.ways ** max;
    const quadratic = body.linear && max > 1 ? Math.max(body.quadratic, 1) * max : body.quadratic;
    return { width, ways, linear: body.linear, quadratic };
  }

  /** Cannot what follows the repeat of one item begin with what the item matches? */
  private takesAll(pc: number): boolean {
    const { code } = this;
    if (code[pc] === REPEAT || code[pc] === POSSESSIVE_REPEAT) return false;
    return new FirstSet(code, pc + 4, true).isDisjoint(new FirstSet(code, pc + code[pc + 1] + 1));
  }

  /** Does nothing follow that could fail? */
  private isLast(start: number): boolean {
    const { code } = this;
    let pc = start;
    while (code[pc] === MARK || code[pc] === MAX_UNTIL || code[pc] === MIN_UNTIL) pc += code[pc] === MARK ? 2 : 1;
    return code[pc] === SUCCESS;
  }

  private assertion(pc: number): Cost | null {
    const { code } = this;
    const isNegative = code[pc] === ASSERT_NOT;
    const before = this.source;
    this.source += `(?${code[pc + 2] > 0 ? '<' : ''}${isNegative ? '!' : '='}`;
    const body = this.sequence(pc + 3, pc + code[pc + 1]);
    if (body === null) return null;
    this.source += ')';
    if (isNegative && this.isLoose(pc + 3, pc + code[pc + 1])) this.source = before;
    return { ...body, width: 0 };
  }

  /** May RegExp match what the code from `start` to `end` does not? */
  private isLoose(start: number, end: number): boolean {
    const { code } = this;
    for (let pc = start; pc < end; pc++) if ([ATOMIC_GROUP, POSSESSIVE_REPEAT, POSSESSIVE_REPEAT_ONE].includes(code[pc])) return true;
    return false;
  }
}

/** A class of characters below 256. */
function characters(has: (c: number) => boolean): string {
  let ranges = '';
  for (let first = 0; first < 256; first++) {
    if (!has(first)) continue;
    let last = first;
    while (last < 255 && has(last + 1)) last++;
    ranges += `${unit(first)}-${unit(last)}`;
    first = last;
  }
  return `[${ranges}]`;
}

const unit = (c: number): string => `\\x${c.toString(16).padStart(2, '0')}`;

/** The positions that an AT code means. */
function positions(kind: number): string {
  switch (kind) {
    case 0:
    case 2:
      return '^';
    case 1:
      return '(?<![^\\n])';
    case 3:
    case 8:
      return '\\b';
    case 4:
    case 9:
      return '\\B';
    case 5:
      return '(?=\\n?$)';
    case 6:
      return '(?![^\\n])';
    case 7:
      return '$';
    default: {
      const word = characters(isUniWord);
      return kind === 10 ? `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))` : `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
    }
  }
}
