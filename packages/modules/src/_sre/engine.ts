import { checkBreaker, exceptionTypes, PyBaseException, strUnicode } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { FirstSet } from './first.ts';

/*
 * The matcher: runs the code that `re._compiler` makes (opcodes of re/_constants.py), with CPython's semantics (Modules/_sre/sre_lib.h).
 * It backtracks over an explicit stack, so that no pattern or text exhausts JavaScript's.
 */

export const FAILURE = 0, SUCCESS = 1, ANY = 2, ANY_ALL = 3, ASSERT = 4, ASSERT_NOT = 5, AT = 6, BRANCH = 7, CATEGORY = 8, CHARSET = 9, BIGCHARSET = 10;
export const GROUPREF = 11, GROUPREF_EXISTS = 12, IN = 13, INFO = 14, JUMP = 15, LITERAL = 16, MARK = 17, MAX_UNTIL = 18, MIN_UNTIL = 19, NOT_LITERAL = 20;
export const NEGATE = 21, RANGE = 22, REPEAT = 23, REPEAT_ONE = 24, MIN_REPEAT_ONE = 26, ATOMIC_GROUP = 27, POSSESSIVE_REPEAT = 28, POSSESSIVE_REPEAT_ONE = 29;
export const GROUPREF_IGNORE = 30, IN_IGNORE = 31, LITERAL_IGNORE = 32, NOT_LITERAL_IGNORE = 33, GROUPREF_LOC_IGNORE = 34, IN_LOC_IGNORE = 35;
export const LITERAL_LOC_IGNORE = 36, NOT_LITERAL_LOC_IGNORE = 37, GROUPREF_UNI_IGNORE = 38, IN_UNI_IGNORE = 39, LITERAL_UNI_IGNORE = 40;
export const NOT_LITERAL_UNI_IGNORE = 41, RANGE_UNI_IGNORE = 42;

/** "No limit" in repeats. */
export const MAXREPEAT = 4294967295;

/** Characters by index: a str of code units, or code points or bytes. */
export type Text = string | ArrayLike<number>;

/** A running REPEAT: its place in the code, how often its body has matched, where the last one began. */
interface Repeat {
  readonly pc: number;
  readonly count: number;
  readonly lastPtr: number;
  readonly previous: Repeat | null;
}

/* What to try when matching fails; a choice is `choiceSize` numbers on a stack. */
const CHOOSE_PC = 0, CHOOSE_GREEDY = 1, CHOOSE_LAZY = 2, CHOOSE_BRANCH = 3;
/** kind, pc, ptr, length of the trail, and a limit: greedy, the fewest positions; lazy, the most. */
const choiceSize = 5;

const isAsciiWord = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isAsciiSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);
const isUniWord = (c: number): boolean => (c < 128 ? isAsciiWord(c) : strUnicode.isAlpha(c) || strUnicode.isDecimal(c) || strUnicode.isDigit(c) || strUnicode.isNumeric(c));
const isUniBreak = (c: number): boolean => (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c === 0x85 || c === 0x2028 || c === 0x2029;

/** Lower case within ASCII. */
export const asciiLower = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);
/** One character's lower case; the first character of a longer mapping. */
export function uniLower(c: number): number {
  if (c < 128) return asciiLower(c);
  const out: number[] = [];
  strUnicode.lowerMap.push(c, out);
  return out[0];
}
/** One character's upper case; the first character of a longer mapping. */
export function uniUpper(c: number): number {
  if (c < 128) return c >= 97 && c <= 122 ? c - 32 : c;
  const out: number[] = [];
  strUnicode.upperMap.push(c, out);
  return out[0];
}
const locLower = (c: number): number => (c < 128 ? asciiLower(c) : c);

function category(kind: number, c: number): boolean {
  switch (kind) {
    case 0:
      return c >= 48 && c <= 57;
    case 1:
      return !(c >= 48 && c <= 57);
    case 2:
      return isAsciiSpace(c);
    case 3:
      return !isAsciiSpace(c);
    case 4:
    case 8:
      return isAsciiWord(c);
    case 5:
    case 9:
      return !isAsciiWord(c);
    case 6:
      return c === 10;
    case 7:
      return c !== 10;
    case 10:
      return c < 128 ? c >= 48 && c <= 57 : strUnicode.isDecimal(c);
    case 11:
      return !category(10, c);
    case 12:
      return c < 128 ? isAsciiSpace(c) || (c >= 28 && c <= 31) : strUnicode.isSpace(c);
    case 13:
      return !category(12, c);
    case 14:
      return isUniWord(c);
    case 15:
      return !isUniWord(c);
    case 16:
      return isUniBreak(c);
    default:
      return !isUniBreak(c);
  }
}

/** Does the one-character item at `pc` match? */
export function matchesItem(code: Uint32Array, pc: number, c: number): boolean {
  switch (code[pc]) {
    case INFO:
      // The set of first characters that it tells.
      return inCharset(code, pc + 5, c);
    case ANY:
      return c !== 10;
    case ANY_ALL:
      return true;
    case LITERAL:
      return c === code[pc + 1];
    case NOT_LITERAL:
      return c !== code[pc + 1];
    case LITERAL_IGNORE:
      return asciiLower(c) === code[pc + 1];
    case NOT_LITERAL_IGNORE:
      return asciiLower(c) !== code[pc + 1];
    case LITERAL_UNI_IGNORE:
      return uniLower(c) === code[pc + 1];
    case NOT_LITERAL_UNI_IGNORE:
      return uniLower(c) !== code[pc + 1];
    case LITERAL_LOC_IGNORE:
      return locLower(c) === locLower(code[pc + 1]);
    case NOT_LITERAL_LOC_IGNORE:
      return locLower(c) !== locLower(code[pc + 1]);
    case IN:
      return inCharset(code, pc + 2, c);
    case IN_IGNORE:
      return inCharset(code, pc + 2, asciiLower(c));
    case IN_UNI_IGNORE:
      return inCharset(code, pc + 2, uniLower(c));
    case IN_LOC_IGNORE:
      return inCharset(code, pc + 2, c) || inCharset(code, pc + 2, locLower(c));
    case CATEGORY:
      return category(code[pc + 1], c);
    default:
      throw new PyBaseException(exceptionTypes.RuntimeError, ['invalid SRE code']);
  }
}

/** Is the character in the set whose items begin at `pc`? */
function inCharset(code: Uint32Array, start: number, c: number): boolean {
  let pc = start;
  let ok = true;
  for (;;) {
    switch (code[pc]) {
      case FAILURE:
        return !ok;
      case LITERAL:
        if (c === code[pc + 1]) return ok;
        pc += 2;
        break;
      case CATEGORY:
        if (category(code[pc + 1], c)) return ok;
        pc += 2;
        break;
      case CHARSET:
        if (c < 256 && (code[pc + 1 + (c >> 5)] & (1 << (c & 31))) !== 0) return ok;
        pc += 9;
        break;
      case RANGE:
        if (c >= code[pc + 1] && c <= code[pc + 2]) return ok;
        pc += 3;
        break;
      case RANGE_UNI_IGNORE: {
        if (c >= code[pc + 1] && c <= code[pc + 2]) return ok;
        const upper = uniUpper(c);
        if (upper >= code[pc + 1] && upper <= code[pc + 2]) return ok;
        pc += 3;
        break;
      }
      case NEGATE:
        ok = !ok;
        pc++;
        break;
      case BIGCHARSET: {
        const count = code[pc + 1];
        if (c < 65536) {
          const block = (code[pc + 2 + (c >> 10)] >>> (8 * ((c >> 8) & 3))) & 255;
          if ((code[pc + 66 + block * 8 + ((c & 255) >> 5)] & (1 << (c & 31))) !== 0) return ok;
        }
        pc += 66 + count * 8;
        break;
      }
      default:
        return false;
    }
  }
}

/** Steps between two looks at limits and interrupts. */
const workUnit = 4096;
const AT_BEGINNING = 0, AT_BEGINNING_STRING = 2;
const INFO_PREFIX = 1, INFO_CHARSET = 4;
/** A text begins here, wherever the search in it does. */
const beginning: number = 0;

/** The code of a pattern, and what is remembered to run it fast. */
export class Program {
  readonly code: Uint32Array;
  readonly groups: number;
  /** By place: which characters below 256 the item there matches; made when it has been asked often enough. */
  readonly latin: (Uint8Array | undefined)[] = [];
  readonly asked: number[] = [];
  /** The characters that every match begins with, and the first of them; null, -1 if that is not known. */
  readonly prefix: string | null;
  readonly firstUnit: number;
  /** The one-character item that every match begins with, or -1. */
  readonly firstItem: number;
  /** By place of a repeat of one item: whether it can do without trying fewer. */
  readonly endings: Uint8Array;
  /** So often a match was looked for at a place where none began. */
  private missed = 0;
  /** Which characters below 256 a match can begin with; null if that is not known. */
  starts: Uint8Array | null = null;
  /** A matcher that nobody uses at the moment. */
  spare: Matcher | null = null;
  constructor(code: Uint32Array, groups: number) {
    this.code = code;
    this.groups = groups;
    const hasInfo = code[0] === INFO;
    const known = hasInfo && (code[2] & INFO_PREFIX) !== 0 ? code.subarray(7, 7 + code[5]) : null;
    const body = hasInfo ? code[1] + 1 : 0;
    this.prefix = known !== null && known.every((unit) => unit <= 0xffff) ? String.fromCharCode(...known) : null;
    this.firstUnit = known !== null ? known[0] : code[body] === LITERAL ? code[body + 1] : -1;
    this.firstItem = hasInfo && (code[2] & INFO_CHARSET) !== 0 ? 0 : firstItem(code, body);
    this.endings = new Uint8Array(code.length);
  }

  /** No match begins where one was looked for: if that happens often, it pays to know where it can. */
  miss(): void {
    if (++this.missed !== oftenAsked) return;
    const set = new FirstSet(this.code, 0);
    if (!set.open) this.starts = set.latin;
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
const oftenAsked = 64;
/**
 * How a repeat of one item ends, from {@link oftenAsked} on. What follows `\d+` in `\d+-` cannot begin with a digit: the repeat takes all
 * there are, and need not come back to try fewer. Where that is certain only of characters below 256, it depends on those that were taken.
 */
const UNDECIDED = 0, TRIES_FEWER = 253, TAKES_ALL_LATIN = 254, TAKES_ALL = 255;

/** Matches one pattern against one text. The result is in `ptr`, `marks`, `lastmark` and `lastindex`. */
export class Matcher {
  private readonly vm: VM;
  private readonly program: Program;
  private readonly code: Uint32Array;
  private text: Text = '';
  private isString = true;
  /** The text counts as ending here. */
  private end = 0;
  private start = 0;
  ptr = 0;
  readonly marks: Int32Array;
  lastmark = -1;
  lastindex = -1;
  /** Only a match that ends at `end` counts. */
  private matchAll = false;
  /** An empty match at the start does not count (after an empty match there). */
  mustAdvance = false;
  private choices: Int32Array = new Int32Array(16 * choiceSize);
  /** The repeats that the choices go back to. */
  private readonly repeats: (Repeat | null)[] = [];
  private depth = 0;
  /** Old values of marks (index, value, lastmark, lastindex), undone on backtracking. */
  private trail: Int32Array = new Int32Array(32);
  private trailLength = 0;
  private steps = 0;
  /** Sub-matches under way whose marks may have to be undone as a whole. */
  private nested = 0;
  /** The run of characters last counted may have some from 256 on. */
  private sawWide = false;

  private constructor(vm: VM, program: Program) {
    this.vm = vm;
    this.program = program;
    this.code = program.code;
    this.marks = new Int32Array(2 * program.groups).fill(-1);
  }

  /** A matcher for a text up to `end`: the program's own, if nobody uses it just now. */
  static take(vm: VM, program: Program, text: Text, end: number): Matcher {
    const matcher = program.spare ?? new Matcher(vm, program);
    program.spare = null;
    matcher.text = text;
    matcher.isString = typeof text === 'string';
    matcher.end = end;
    matcher.mustAdvance = false;
    return matcher;
  }

  /** Its user needs it no more. */
  release(): void {
    this.text = '';
    this.program.spare = this;
  }

  private at(index: number): number {
    return this.isString ? (this.text as string).charCodeAt(index) : (this.text as ArrayLike<number>)[index];
  }

  /** Matches at `start`. */
  match(start: number, all: boolean): boolean {
    this.reset(start);
    this.matchAll = all;
    return this.run(0, start, true);
  }

  /** First match at or after `start`. */
  search(start: number): boolean {
    const { code } = this;
    this.matchAll = false;
    const hasInfo = code[0] === INFO;
    const shortest = hasInfo ? code[3] : 0;
    const last = Math.max(this.end - shortest, start);
    const body = hasInfo ? code[1] + 1 : 0;
    if (code[body] === AT && (code[body + 1] === AT_BEGINNING || code[body + 1] === AT_BEGINNING_STRING)) {
      // Nowhere else can it match.
      return start === beginning && this.tryAt(start);
    }
    for (let from = this.nextStart(start, last); from >= 0; from = this.nextStart(from + 1, last)) {
      if (this.tryAt(from)) return true;
      this.mustAdvance = false;
      this.program.miss();
      this.work(1);
    }
    return false;
  }

  private tryAt(from: number): boolean {
    this.reset(from);
    return this.run(0, from, true);
  }

  /** The next place, up to `last`, where the first character could match; -1 if there is none. */
  private nextStart(from: number, last: number): number {
    if (from > last) return -1;
    const { end, text } = this;
    const { prefix, firstUnit, starts } = this.program;
    let at = from;
    if (prefix !== null && typeof text === 'string') at = text.indexOf(prefix, from);
    else if (firstUnit >= 0) at = this.indexOf(firstUnit, from);
    else if (starts !== null) {
      at = this.nextOf(starts, from, end);
      if (at === end) return -1;
    }
    this.work((at - from) >> 4);
    return at > last ? -1 : at;
  }

  /** The first place from `from` on whose character is in the table, or may be, being none of the first 256. */
  private nextOf(table: Uint8Array, from: number, end: number): number {
    const { text } = this;
    const { firstItem } = this.program;
    let i = from;
    // Twice the same loop: each sees one kind of text only.
    if (typeof text === 'string') {
      for (; i < end; i++) {
        const c = text.charCodeAt(i);
        if (c < 256 ? table[c] === 1 : firstItem < 0 || this.one(firstItem, c)) break;
      }
    } else {
      for (; i < end; i++) {
        const c = text[i];
        if (c < 256 ? table[c] === 1 : firstItem < 0 || this.one(firstItem, c)) break;
      }
    }
    return i;
  }

  private indexOf(unit: number, from: number): number {
    const { text, end } = this;
    if (typeof text === 'string') return unit > 0xffff ? -1 : text.indexOf(String.fromCharCode(unit), from);
    if (text instanceof Uint8Array) return text.indexOf(unit, from);
    let at = from;
    while (at < end && text[at] !== unit) at++;
    return at < end ? at : -1;
  }

  /** Where the match began. */
  get matchStart(): number {
    return this.start;
  }

  /** Where a group of the match begins, group 0 being all of it; -1 if it did not take part. */
  groupStart(group: number): number {
    if (group === 0) return this.start;
    return this.groupLength(group - 1) < 0 ? -1 : this.marks[2 * group - 2];
  }

  /** Where it ends, the same way. */
  groupEnd(group: number): number {
    if (group === 0) return this.ptr;
    return this.groupLength(group - 1) < 0 ? -1 : this.marks[2 * group - 1];
  }

  private reset(start: number): void {
    this.start = start;
    if (this.lastmark >= 0) this.marks.fill(-1);
    this.lastmark = -1;
    this.lastindex = -1;
    this.depth = 0;
    this.nested = 0;
    this.trailLength = 0;
  }

  /** Counts work, so that limits and interrupts reach a pattern that backtracks for ever. */
  private work(units: number): void {
    this.steps += units;
    if (this.steps <= workUnit) return;
    this.vm.charge(this.steps >> 2);
    this.steps = 0;
    checkBreaker(this.vm);
  }

  private setMark(index: number, ptr: number): void {
    this.remember(index);
    if ((index & 1) === 1) this.lastindex = (index >> 1) + 1;
    if (index > this.lastmark) {
      // Marks between that were set on a path since abandoned are forgotten.
      for (let i = this.lastmark + 1; i < index; i++) {
        if (this.marks[i] !== -1) {
          this.remember(i);
          this.marks[i] = -1;
        }
      }
      this.lastmark = index;
    }
    this.marks[index] = ptr;
  }

  private remember(index: number): void {
    // Nothing to come back to.
    if (this.depth === 0 && this.nested === 0) return;
    let at = this.trailLength;
    if (at + 4 > this.trail.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.trail);
      this.trail = larger;
      this.vm.allocate(at * 4);
    }
    const { trail } = this;
    trail[at++] = index;
    trail[at++] = this.marks[index];
    trail[at++] = this.lastmark;
    trail[at++] = this.lastindex;
    this.trailLength = at;
  }

  private undo(length: number): void {
    const { trail, marks } = this;
    while (this.trailLength > length) {
      const at = (this.trailLength -= 4);
      marks[trail[at]] = trail[at + 1];
      this.lastmark = trail[at + 2];
      this.lastindex = trail[at + 3];
    }
  }

  private choose(kind: number, pc: number, ptr: number, repeat: Repeat | null, limit: number): void {
    let top = this.depth * choiceSize;
    if (top === this.choices.length) {
      const larger = new Int32Array(top * 2);
      larger.set(this.choices);
      this.choices = larger;
      this.vm.allocate(top * 4);
    }
    const { choices } = this;
    choices[top++] = kind;
    choices[top++] = pc;
    choices[top++] = ptr;
    choices[top++] = this.trailLength;
    choices[top] = limit;
    this.repeats[this.depth++] = repeat;
  }

  /** A match of the code from `pc` on, to its own SUCCESS, within another. */
  private within(pc: number, ptr: number): boolean {
    this.nested++;
    const found = this.run(pc, ptr, false);
    this.nested--;
    return found;
  }

  /** Runs code from `pc`; on success `this.ptr` is the end. Choices left over by a sub-match are dropped. */
  private run(startPc: number, startPtr: number, toplevel: boolean, startRepeat: Repeat | null = null): boolean {
    const { code, end } = this;
    const base = this.depth;
    let pc = startPc;
    let ptr = startPtr;
    let repeat = startRepeat;
    for (;;) {
      let ok = true;
      if (++this.steps > workUnit) this.work(0);
      switch (code[pc]) {
        case FAILURE:
          ok = false;
          break;
        case SUCCESS:
          if (toplevel && ((this.matchAll && ptr !== end) || (this.mustAdvance && ptr === this.start))) {
            ok = false;
            break;
          }
          this.ptr = ptr;
          this.depth = base;
          return true;
        case INFO:
        case JUMP:
          pc += code[pc + 1] + 1;
          continue;
        case MARK:
          this.setMark(code[pc + 1], ptr);
          pc += 2;
          continue;
        case AT:
          ok = this.atPosition(code[pc + 1], ptr);
          pc += 2;
          break;
        case LITERAL:
          ok = ptr < end && this.at(ptr) === code[pc + 1];
          ptr++;
          pc += 2;
          break;
        case BRANCH:
          pc++;
          if (!this.branch(pc, ptr, repeat)) ok = false;
          else pc = this.branchPc;
          break;
        case REPEAT_ONE:
        case MIN_REPEAT_ONE: {
          const min = code[pc + 2];
          const item = pc + 4;
          const tail = pc + code[pc + 1] + 1;
          if (end - ptr < min) {
            ok = false;
            break;
          }
          if (code[pc] === REPEAT_ONE) {
            const count = this.count(item, ptr, code[pc + 3]);
            if (count < min) ok = false;
            else if (count === min || this.takesAll(pc)) {
              ptr += count;
              pc = tail;
            } else {
              // The most first; a choice remembers the fewest.
              this.choose(CHOOSE_GREEDY, tail, ptr + count, repeat, ptr + min);
              ok = false;
            }
          } else {
            const count = min === 0 ? 0 : this.count(item, ptr, min);
            if (count < min) ok = false;
            else {
              ptr += min;
              const max = code[pc + 3] === MAXREPEAT ? end : Math.min(end, ptr - min + code[pc + 3]);
              if (ptr < max) this.choose(CHOOSE_LAZY, pc, ptr, repeat, max);
              pc = tail;
            }
          }
          break;
        }
        case POSSESSIVE_REPEAT_ONE: {
          const count = end - ptr < code[pc + 2] ? -1 : this.count(pc + 4, ptr, code[pc + 3]);
          ok = count >= code[pc + 2];
          ptr += count;
          pc += code[pc + 1] + 1;
          break;
        }
        case REPEAT:
          repeat = { pc, count: -1, lastPtr: -1, previous: repeat };
          pc += code[pc + 1] + 1;
          continue;
        case MAX_UNTIL:
        case MIN_UNTIL: {
          const current = repeat as Repeat;
          const [min, max] = [code[current.pc + 2], code[current.pc + 3]];
          const count = current.count + 1;
          if (count < min) {
            repeat = { ...current, count };
            pc = current.pc + 4;
            continue;
          }
          if ((count < max || max === MAXREPEAT) && ptr !== current.lastPtr) {
            const again = { ...current, count, lastPtr: ptr };
            if (code[pc] === MAX_UNTIL) {
              this.choose(CHOOSE_PC, pc + 1, ptr, current.previous, 0);
              repeat = again;
              pc = current.pc + 4;
              continue;
            }
            this.choose(CHOOSE_PC, current.pc + 4, ptr, again, 0);
          }
          repeat = current.previous;
          pc++;
          continue;
        }
        case POSSESSIVE_REPEAT: {
          const [min, max] = [code[pc + 2], code[pc + 3]];
          let count = 0;
          const before = this.trailLength;
          while (count < min && (ok = this.within(pc + 4, ptr))) {
            ptr = this.ptr;
            count++;
          }
          if (!ok) this.undo(before);
          else {
            while ((count < max || max === MAXREPEAT) && ptr <= end) {
              const trail = this.trailLength;
              if (!this.within(pc + 4, ptr)) {
                this.undo(trail);
                break;
              }
              count++;
              if (this.ptr === ptr) break;
              ptr = this.ptr;
            }
            // The body ends with SUCCESS; what follows is the rest of the pattern.
            pc += code[pc + 1] + 2;
          }
          break;
        }
        case ATOMIC_GROUP:
          ok = this.within(pc + 2, ptr);
          if (ok) ptr = this.ptr;
          pc += code[pc + 1] + 1;
          break;
        case ASSERT:
          ok = ptr - beginning >= code[pc + 2] && this.within(pc + 3, ptr - code[pc + 2]);
          pc += code[pc + 1] + 1;
          break;
        case ASSERT_NOT:
          if (ptr - beginning >= code[pc + 2]) {
            const before = this.trailLength;
            ok = !this.within(pc + 3, ptr - code[pc + 2]);
            this.undo(before);
          }
          pc += code[pc + 1] + 1;
          break;
        case GROUPREF:
        case GROUPREF_IGNORE:
        case GROUPREF_LOC_IGNORE:
        case GROUPREF_UNI_IGNORE: {
          const length = this.groupLength(code[pc + 1]);
          ok = length >= 0 && ptr + length <= end && this.sameText(code[pc], this.marks[2 * code[pc + 1]], ptr, length);
          ptr += length;
          pc += 2;
          break;
        }
        case GROUPREF_EXISTS:
          pc += this.groupLength(code[pc + 1]) >= 0 ? 3 : code[pc + 2] + 2 - 1;
          break;
        default: {
          ok = ptr < end && this.one(pc, this.at(ptr));
          ptr++;
          pc += this.width(pc);
        }
      }
      if (ok) continue;
      // Backtrack.
      if (this.depth === base) return false;
      const { choices } = this;
      const top = (this.depth - 1) * choiceSize;
      this.undo(choices[top + 3]);
      repeat = this.repeats[this.depth - 1];
      pc = choices[top + 1];
      ptr = choices[top + 2];
      switch (choices[top]) {
        case CHOOSE_PC:
          this.depth--;
          break;
        case CHOOSE_BRANCH:
          this.depth--;
          pc = this.branch(pc, ptr, repeat) ? this.branchPc : this.failurePc();
          break;
        case CHOOSE_GREEDY: {
          const limit = choices[top + 4];
          // A literal after the repeat: skip the positions that cannot be followed by it.
          if (code[pc] === LITERAL) {
            const wanted = code[pc + 1];
            const from = ptr;
            while (ptr >= limit && (ptr >= end || this.at(ptr) !== wanted)) ptr--;
            this.steps += (from - ptr) >> 3;
          }
          if (ptr <= limit) this.depth--;
          else choices[top + 2] = ptr - 1;
          if (ptr < limit) pc = this.failurePc();
          break;
        }
        default: {
          // One item more, then the tail again.
          const limit = choices[top + 4];
          if (ptr >= limit || !this.one(pc + 4, this.at(ptr))) {
            this.depth--;
            pc = this.failurePc();
            break;
          }
          ptr++;
          if (ptr >= limit) this.depth--;
          else choices[top + 2] = ptr;
          pc += code[pc + 1] + 1;
        }
      }
    }
  }

  /** Need the greedy repeat of one item at `pc` never try fewer than it has just counted? */
  private takesAll(pc: number): boolean {
    const ending = this.program.ending(pc);
    return ending === TAKES_ALL || (ending === TAKES_ALL_LATIN && !this.sawWide);
  }

  private branchPc = 0;
  private failAt = -1;

  /** A place in the code that fails. */
  private failurePc(): number {
    return this.failAt >= 0 ? this.failAt : (this.failAt = this.code.length - 1);
  }

  /** Takes the first alternative at `pc` (its skip word) that may match; the rest is a choice. */
  private branch(pc: number, ptr: number, repeat: Repeat | null): boolean {
    const { code } = this;
    let at = pc;
    for (; code[at] !== 0; at += code[at]) {
      if (code[at + 1] === LITERAL && (ptr >= this.end || this.at(ptr) !== code[at + 2])) continue;
      if (code[at + 1] === IN && (ptr >= this.end || !this.one(at + 1, this.at(ptr)))) continue;
      if (code[at + code[at]] !== 0) this.choose(CHOOSE_BRANCH, at + code[at], ptr, repeat, 0);
      this.branchPc = at + 1;
      return true;
    }
    return false;
  }

  private groupLength(group: number): number {
    if (2 * group >= this.lastmark) return -1;
    const start = this.marks[2 * group];
    const stop = this.marks[2 * group + 1];
    return start < 0 || stop < start ? -1 : stop - start;
  }

  private sameText(op: number, from: number, to: number, length: number): boolean {
    const lower = op === GROUPREF_IGNORE ? asciiLower : op === GROUPREF_UNI_IGNORE ? uniLower : op === GROUPREF_LOC_IGNORE ? locLower : null;
    for (let i = 0; i < length; i++) {
      const a = this.at(from + i);
      const b = this.at(to + i);
      if (a !== b && (lower === null || lower(a) !== lower(b))) return false;
    }
    return true;
  }

  /** How many of at most `max` characters from `ptr` on match the one-character item at `pc`. */
  private count(pc: number, ptr: number, max: number): number {
    const { code } = this;
    const stop = max === MAXREPEAT || max > this.end - ptr ? this.end : ptr + max;
    let i = ptr;
    this.sawWide = true;
    switch (code[pc]) {
      case ANY_ALL:
        i = stop;
        break;
      case ANY:
        while (i < stop && this.at(i) !== 10) i++;
        break;
      case LITERAL: {
        const wanted = code[pc + 1];
        while (i < stop && this.at(i) === wanted) i++;
        break;
      }
      default:
        i = this.runEnd(pc, i, stop);
    }
    this.work((i - ptr) >> 3);
    return i - ptr;
  }

  /** The end of the run of characters that the item at `pc` matches. */
  private runEnd(pc: number, from: number, stop: number): number {
    const { text } = this;
    const table = this.program.latin[pc];
    let i = from;
    if (table === undefined) {
      while (i < stop && this.one(pc, this.at(i))) i++;
      return i;
    }
    this.sawWide = false;
    // Twice the same loop: each sees one kind of text only.
    if (typeof text === 'string') {
      for (; i < stop; i++) {
        const c = text.charCodeAt(i);
        if (c < 256 ? table[c] === 0 : !this.matchesWide(pc, c)) break;
      }
    } else {
      for (; i < stop; i++) {
        const c = text[i];
        if (c < 256 ? table[c] === 0 : !this.matchesWide(pc, c)) break;
      }
    }
    return i;
  }

  /** The same of a character from 256 on in a run. */
  private matchesWide(pc: number, c: number): boolean {
    this.sawWide = true;
    return matchesItem(this.code, pc, c);
  }

  /** Does the one-character instruction at `pc` match? */
  private one(pc: number, c: number): boolean {
    const table = this.program.latin[pc];
    if (table === undefined) {
      const { asked, latin } = this.program;
      const times = (asked[pc] ?? 0) + 1;
      asked[pc] = times;
      if (times === oftenAsked) latin[pc] = Uint8Array.from({ length: 256 }, (_, unit) => (matchesItem(this.code, pc, unit) ? 1 : 0));
    } else if (c < 256) return table[c] === 1;
    return matchesItem(this.code, pc, c);
  }

  private width(pc: number): number {
    switch (this.code[pc]) {
      case ANY:
      case ANY_ALL:
        return 1;
      case IN:
      case IN_IGNORE:
      case IN_UNI_IGNORE:
      case IN_LOC_IGNORE:
        return this.code[pc + 1] + 1;
      default:
        return 2;
    }
  }

  private atPosition(kind: number, ptr: number): boolean {
    const { end } = this;
    switch (kind) {
      case 0:
      case 2:
        return ptr === beginning;
      case 1:
        return ptr === beginning || this.at(ptr - 1) === 10;
      case 5:
        return ptr === end || (ptr + 1 === end && this.at(ptr) === 10);
      case 6:
        return ptr === end || this.at(ptr) === 10;
      case 7:
        return ptr === end;
    }
    if (beginning === end) return false;
    const word = kind >= 10 ? isUniWord : isAsciiWord;
    const before = ptr > beginning && word(this.at(ptr - 1));
    const after = ptr < end && word(this.at(ptr));
    return (before !== after) === (kind === 3 || kind === 8 || kind === 10);
  }
}
