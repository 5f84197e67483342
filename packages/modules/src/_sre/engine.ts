import { checkBreaker } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import {
  ANY, ANY_ALL, ASSERT, ASSERT_NOT, asciiLower, AT, ATOMIC_GROUP, BRANCH, FAILURE, GROUPREF, GROUPREF_EXISTS, GROUPREF_IGNORE, GROUPREF_LOC_IGNORE, GROUPREF_UNI_IGNORE, IN, IN_IGNORE, IN_LOC_IGNORE, IN_UNI_IGNORE, INFO, isAsciiWord,
  isUniWord, JUMP, LITERAL, locLower, MARK, matchesItem, MAX_UNTIL, MAXREPEAT, MIN_REPEAT_ONE, MIN_UNTIL, POSSESSIVE_REPEAT, POSSESSIVE_REPEAT_ONE, REPEAT, REPEAT_ONE, SUCCESS, uniLower,
} from './items.ts';
import type { Finder } from './finder.ts';
import { type Alternatives, columns, endColumn, oftenAsked, type Program, TAKES_ALL, TAKES_ALL_LATIN, wideColumn } from './program.ts';
import type { Subject } from './subject.ts';

/*
 * The matcher: runs the code that `re._compiler` makes, with CPython's semantics (Modules/_sre/sre_lib.h).
 * It backtracks over an explicit stack, so that no pattern or text exhausts JavaScript's.
 */

/** Characters by index: a str of code units, or code points or bytes. */
export type Text = string | ArrayLike<number>;

/** A running REPEAT: its place in the code, how often its body has matched, where the last one began. */
class Repeat {
  readonly pc: number;
  readonly count: number;
  readonly lastPtr: number;
  readonly previous: Repeat | null;
  constructor(pc: number, count: number, lastPtr: number, previous: Repeat | null) {
    this.pc = pc;
    this.count = count;
    this.lastPtr = lastPtr;
    this.previous = previous;
  }
}

/* What to try when matching fails; a choice is `choiceSize` numbers on a stack. */
const CHOOSE_PC = 0, CHOOSE_GREEDY = 1, CHOOSE_LAZY = 2, CHOOSE_BRANCH = 3, CHOOSE_ALTERNATIVE = 4;
/** kind, pc, ptr, length of the trail, and a limit: greedy, the fewest positions; lazy, the most; of an alternative its number. */
const choiceSize = 5;

/** Steps between two looks at limits and interrupts. */
const workUnit = 4096;
/** After so many places where no match begins the host's RegExp looks for one, if it can. */
const worthFinder = 8;
const AT_BEGINNING = 0, AT_BEGINNING_STRING = 2;
const noUnits: ArrayLike<number> = [];
/** A text begins here, wherever the search in it does. */
const beginning: number = 0;

/** The first place of characters below 256 in bytes, or -1. */
function bytesIndexOf(bytes: Uint8Array, prefix: string, start: number, end: number): number {
  const first = prefix.charCodeAt(0);
  for (let at = bytes.indexOf(first, start); at >= 0 && at + prefix.length <= end; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < prefix.length && bytes[at + same] === prefix.charCodeAt(same)) same++;
    if (same === prefix.length) return at;
  }
  return -1;
}

/** Matches one pattern against one text. The result is in `ptr`, `marks`, `lastmark` and `lastindex`. */
export class Matcher {
  private readonly vm: VM;
  private readonly program: Program;
  private readonly code: Uint32Array;
  private subject: Subject | null = null;
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

  /** A matcher for a subject up to `end`: the program's own, if nobody uses it just now. */
  static take(vm: VM, program: Program, subject: Subject, end: number): Matcher {
    const matcher = program.spare ?? new Matcher(vm, program);
    program.spare = null;
    const { text } = subject;
    matcher.subject = subject;
    matcher.text = text;
    matcher.isString = typeof text === 'string';
    matcher.end = end;
    matcher.mustAdvance = false;
    return matcher;
  }

  /** Its user needs it no more. */
  release(): void {
    this.subject = null;
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
    const fromLineStarts = this.program.fromLineStarts && !this.mustAdvance;
    let misses = 0;
    // Of the prefix that is found there, these characters need not be looked at again.
    const known = this.isString || this.text instanceof Uint8Array ? this.program.prefixSkip : 0;
    const behind = known === 0 ? 0 : body + 2 * known;
    for (let from = this.nextStart(start, last); from >= 0; from = this.nextStart(from + 1, last)) {
      this.reset(from);
      if (this.run(behind, from + known, true)) return true;
      this.mustAdvance = false;
      this.program.miss();
      this.work(1);
      // What follows `.*` was not found in the rest of the line.
      if (fromLineStarts) from = this.lineEnd(from, this.end);
      if (++misses === worthFinder) {
        const finder = this.usableFinder(from);
        if (finder !== null) return this.searchWith(finder, from + 1);
      }
    }
    return false;
  }

  /** The host's RegExp for the text from `from` on, if it can do that. */
  private usableFinder(from: number): Finder | null {
    const { finder } = this.program;
    const { subject, end } = this;
    return finder !== null && subject !== null && end === subject.length && finder.canSearch(end - from) && subject.isLatin() ? finder : null;
  }

  private searchWith(finder: Finder, start: number): boolean {
    const text = this.text as string; // A Latin subject's.
    for (let at = start; ; at++) {
      const from = finder.find(text, at);
      this.work(((from < 0 ? text.length : from) - at) >> 2);
      if (from < 0) return false;
      if (this.tryAt(from)) return true;
      at = from;
    }
  }

  private tryAt(from: number): boolean {
    this.reset(from);
    return this.run(0, from, true);
  }

  /** The next place, up to `last`, where the first character could match; -1 if there is none. */
  private nextStart(from: number, last: number): number {
    if (from > last) return -1;
    const { end, text } = this;
    const { prefix, firstUnit, starts, atLineStarts } = this.program;
    let at = from;
    if (prefix !== null && typeof text === 'string') at = text.indexOf(prefix, from);
    else if (prefix !== null && text instanceof Uint8Array) at = bytesIndexOf(text, prefix, from, end);
    else if (atLineStarts) at = from === beginning || this.at(from - 1) === 10 ? from : this.lineEnd(from, end) + 1;
    else if (firstUnit >= 0) at = this.indexOf(firstUnit, from);
    else if (starts !== null) {
      at = this.nextOf(starts, from, end);
      if (at === end) return -1;
    }
    if (at < 0 || at > last) return -1;
    this.steps += (at - from) >> 4;
    return at;
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

  /** Starts and ends of all groups in turn. */
  spans(): readonly number[] {
    const { groups } = this.program;
    const spans = new Array<number>(2 * groups + 2);
    spans[0] = this.start;
    spans[1] = this.ptr;
    for (let group = 1; group <= groups; group++) {
      const took = this.groupLength(group - 1) >= 0;
      spans[2 * group] = took ? this.marks[2 * group - 2] : -1;
      spans[2 * group + 1] = took ? this.marks[2 * group - 1] : -1;
    }
    return spans;
  }

  private reset(start: number): void {
    this.start = start;
    if (this.lastmark >= 0) {
      const { marks } = this;
      for (let i = 0; i < marks.length; i++) marks[i] = -1;
    }
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
    // Nothing to come back to: nothing to remember.
    if (this.depth > 0 || this.nested > 0) this.remember(index);
    if ((index & 1) === 1) this.lastindex = (index >> 1) + 1;
    if (index > this.lastmark) {
      // Marks between that were set on a path since abandoned are forgotten.
      for (let i = this.lastmark + 1; i < index; i++) {
        if (this.marks[i] !== -1) {
          if (this.depth > 0 || this.nested > 0) this.remember(i);
          this.marks[i] = -1;
        }
      }
      this.lastmark = index;
    }
    this.marks[index] = ptr;
  }

  private remember(index: number): void {
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
    const { code, end, text, marks } = this;
    const { endings } = this.program;
    // Each kind of text has its own variable, so that the processor need not ask which it is.
    const string = typeof text === 'string' ? text : null;
    const units = typeof text === 'string' ? noUnits : text;
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
        case MARK: {
          const index = code[pc + 1];
          if (this.depth === 0 && this.nested === 0 && index === this.lastmark + 1) {
            // In order, and nothing to come back to.
            marks[index] = ptr;
            this.lastmark = index;
            if ((index & 1) === 1) this.lastindex = (index >> 1) + 1;
          } else this.setMark(index, ptr);
          pc += 2;
          continue;
        }
        case AT:
          ok = this.atPosition(code[pc + 1], ptr);
          pc += 2;
          break;
        case LITERAL:
          ok = ptr < end && (string !== null ? string.charCodeAt(ptr) : units[ptr]) === code[pc + 1];
          ptr++;
          pc += 2;
          break;
        case BRANCH:
          ok = this.branch(pc, ptr, repeat);
          pc = this.branchPc;
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
            else if (count === min || endings[pc] === TAKES_ALL || this.takesAll(pc)) {
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
          repeat = new Repeat(pc, -1, -1, repeat);
          pc += code[pc + 1] + 1;
          continue;
        case MAX_UNTIL:
        case MIN_UNTIL: {
          const current = repeat as Repeat;
          const min = code[current.pc + 2];
          const max = code[current.pc + 3];
          const count = current.count + 1;
          if (count < min) {
            repeat = new Repeat(current.pc, count, current.lastPtr, current.previous);
            pc = current.pc + 4;
            continue;
          }
          if ((count < max || max === MAXREPEAT) && ptr !== current.lastPtr) {
            const again = new Repeat(current.pc, count, ptr, current.previous);
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
        case GROUPREF: {
          const length = this.groupLength(code[pc + 1]);
          const from = marks[2 * code[pc + 1]];
          ok = length >= 0 && ptr + length <= end;
          for (let i = 0; ok && i < length; i++) ok = string !== null ? string.charCodeAt(from + i) === string.charCodeAt(ptr + i) : units[from + i] === units[ptr + i];
          ptr += length;
          pc += 2;
          break;
        }
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
          ok = ptr < end && this.one(pc, string !== null ? string.charCodeAt(ptr) : units[ptr]);
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
          pc = this.firstAlternative(pc, ptr, repeat) ? this.branchPc : this.failurePc();
          break;
        case CHOOSE_ALTERNATIVE:
          this.depth--;
          this.alternative(this.program.alternativesAt(pc) as Alternatives, pc, choices[top + 4], ptr, repeat);
          pc = this.branchPc;
          break;
        case CHOOSE_GREEDY: {
          const limit = choices[top + 4];
          // A literal after the repeat: skip the positions that cannot be followed by it.
          const wanted = this.literalAt(pc);
          if (wanted >= 0) {
            const from = ptr;
            if (ptr === end) ptr--;
            ptr = this.lastOf(wanted, ptr, limit);
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
          const from = ptr;
          const wanted = this.literalAt(pc + code[pc + 1] + 1);
          if (wanted >= 0) ptr = this.nextLiteral(pc + 4, wanted, ptr, limit);
          else ptr = ptr < limit && this.one(pc + 4, this.at(ptr)) ? ptr + 1 : -1;
          if (ptr < 0) {
            this.depth--;
            pc = this.failurePc();
            break;
          }
          this.steps += (ptr - from) >> 3;
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

  /** Goes to the first alternative of the BRANCH at `pc` that may match; those after it are a choice. */
  private branch(pc: number, ptr: number, repeat: Repeat | null): boolean {
    const alternatives = this.program.alternativesAt(pc);
    if (alternatives === undefined) return this.firstAlternative(pc + 1, ptr, repeat);
    const number = alternatives.next[this.column(ptr)];
    if (number === alternatives.places.length) return false;
    this.alternative(alternatives, pc, number, ptr, repeat);
    return true;
  }

  /** Goes to an alternative of the BRANCH at `pc`. */
  private alternative(alternatives: Alternatives, pc: number, number: number, ptr: number, repeat: Repeat | null): void {
    const { places, next } = alternatives;
    if (number + 1 < places.length) {
      const other = next[(number + 1) * columns + this.column(ptr)];
      if (other < places.length) this.choose(CHOOSE_ALTERNATIVE, pc, ptr, repeat, other);
    }
    this.branchPc = places[number];
  }

  private column(ptr: number): number {
    if (ptr >= this.end) return endColumn;
    const c = this.at(ptr);
    return c < wideColumn ? c : wideColumn;
  }

  /** The same before there is a table, from the alternative on whose skip word is at `pc`. */
  private firstAlternative(pc: number, ptr: number, repeat: Repeat | null): boolean {
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

  /** Is the text the same but for its case? */
  private sameText(op: number, from: number, to: number, length: number): boolean {
    const lower = op === GROUPREF_IGNORE ? asciiLower : op === GROUPREF_UNI_IGNORE ? uniLower : locLower;
    for (let i = 0; i < length; i++) {
      const a = this.at(from + i);
      const b = this.at(to + i);
      if (a !== b && lower(a) !== lower(b)) return false;
    }
    return true;
  }

  /** How many of at most `max` characters from `ptr` on match the one-character item at `pc`. */
  private count(pc: number, ptr: number, max: number): number {
    const stop = max === MAXREPEAT || max > this.end - ptr ? this.end : ptr + max;
    const table = this.program.latin[pc];
    const i = table !== undefined ? this.runEnd(table, pc, ptr, stop) : this.slowRunEnd(pc, ptr, stop);
    this.steps += (i - ptr) >> 3;
    return i - ptr;
  }

  /** The end of the run of characters that the item at `pc` matches, as long as there is no table for it. */
  private slowRunEnd(pc: number, ptr: number, stop: number): number {
    const { code } = this;
    let i = ptr;
    this.sawWide = true;
    switch (code[pc]) {
      case ANY_ALL:
        return stop;
      case ANY:
        return this.lineEnd(i, stop);
      case LITERAL: {
        const wanted = code[pc + 1];
        while (i < stop && this.at(i) === wanted) i++;
        return i;
      }
      default:
        while (i < stop && this.one(pc, this.at(i))) i++;
        return i;
    }
  }

  /** The first line feed from `from` on, or `stop`. */
  private lineEnd(from: number, stop: number): number {
    const { text } = this;
    let i = from;
    // Twice the same loop, here and below: each sees one kind of text only.
    if (typeof text === 'string') while (i < stop && text.charCodeAt(i) !== 10) i++;
    else while (i < stop && text[i] !== 10) i++;
    return i;
  }

  /** The literal that the code at `pc` begins with, or -1. */
  private literalAt(pc: number): number {
    const { code } = this;
    let at = pc;
    while (code[at] === MARK) at += 2;
    return code[at] === LITERAL ? code[at + 1] : -1;
  }

  /** The first place of a literal after `from` with nothing but the item at `pc` before it, or -1. */
  private nextLiteral(pc: number, wanted: number, from: number, limit: number): number {
    const { text, end } = this;
    if (this.code[pc] === ANY && typeof text === 'string') {
      for (let i = from; i < limit; ) {
        if (text.charCodeAt(i) === 10) return -1;
        if (++i < end && text.charCodeAt(i) === wanted) return i;
      }
      return -1;
    }
    for (let i = from; i < limit && this.one(pc, this.at(i)); ) if (++i < end && this.at(i) === wanted) return i;
    return -1;
  }

  /** The last place of a character up to `from`, or `limit - 1`. */
  private lastOf(wanted: number, from: number, limit: number): number {
    const { text } = this;
    let i = from;
    if (typeof text === 'string') while (i >= limit && text.charCodeAt(i) !== wanted) i--;
    else while (i >= limit && text[i] !== wanted) i--;
    return i;
  }

  /** The same with its table. */
  private runEnd(table: Uint8Array, pc: number, from: number, stop: number): number {
    const { text } = this;
    let i = from;
    this.sawWide = false;
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
      if (++asked[pc] === oftenAsked) latin[pc] = Uint8Array.from({ length: 256 }, (_, unit) => (matchesItem(this.code, pc, unit) ? 1 : 0));
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
